"""The whole calibration, stage by stage; each stage's result is kept, so a stopped one goes on.

1. *near*: parameters from the prior, on the plain and coarse fluid approximation, tell where
   the figures can be met at all;
2. *correction*: there the approximation is measured against the compiled engine;
3. *posterior*: nested sampling of the structure on the corrected approximation;
4. *draws*: unknowns are drawn for each structure and weighted from the normal approximation
   to the exact density; those that are kept are run in the compiled engine, which says
   once more how far the corrected approximation is from it, there where it matters.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.discrepancy import Correction, measured_correction
from calibration.problem import Problem, Trial, simulated
from calibration.sampling import Inference, Sample, sampled, systematic
from sim.errors import InputError
from sim.errors import Problem as Mistake
from sim.experiment.executor import Workers
from sim.experiment.files import versions, write_text, write_whole
from sim.words import say

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Report = Callable[[str, int], object]

FAR = 12.0  # errors by which the best structure may miss a figure
NEAR = 12.0  # log evidence below the best one that the correction still covers
WORK_FILE = "work.json"


@dataclass(frozen=True)
class Settings:
    """How much is spent.

    scan: parameters of the prior that are looked at first, with so many kinds of pool;
    design: parameters at which the approximation is measured; live, effective, networks,
    kinds: of the sampling; candidates: draws that are weighted; draws: how many are kept
    and run in the engine, with `replications` each.
    """

    scan: int
    near_kinds: int
    design: int
    live: int
    effective: int
    networks: int
    kinds: int
    candidates: int
    replications: int
    draws: int


FULL = Settings(
    scan=12000, near_kinds=12, design=400, live=600, effective=5000, networks=4, kinds=32,
    candidates=1200, replications=2, draws=400,
)  # fmt: skip
QUICK = Settings(
    scan=1500, near_kinds=8, design=100, live=200, effective=300, networks=1, kinds=8,
    candidates=300, replications=1, draws=150,
)  # fmt: skip


@dataclass(frozen=True)
class Fit:
    """A posterior sample and what is known of its quality.

    structure [draw, parameter], unknowns [draw, unknown], weights [draw] (sum 1);
    figures, simulated: logs of the figures by the corrected approximation and by the
    engine, mean over replications [draw, figure]; state: the engine's last year [draw,
    `problem.STATE`]. effective: draws that stage 3 and the weights to the exact density
    are worth. calls: evaluations of the evidence.
    """

    problem: Problem
    settings: Settings
    seed: int
    correction: Correction
    structure: Floats
    unknowns: Floats
    weights: Floats
    figures: Floats
    simulated: Floats
    state: Floats
    effective: tuple[float, float]
    log_evidence: float
    calls: int

    @property
    def inference(self) -> Inference:
        """The inference of stage 3, for further questions to the same posterior."""
        return Inference.of(self.problem, self.correction, self.settings.kinds)


def calibrate(
    problem: Problem,
    settings: Settings,
    seed: int,
    workers: Workers,
    folder: Path,
    report: Report = lambda _stage, _done: None,
) -> Fit:
    """Calibrate a problem; `folder` keeps the stages, `report(stage, done)` hears of progress.

    The same arguments give the same posterior on any number of workers. Raises
    `InputError` where the folder holds another calibration, or nothing comes near the figures.
    """
    work = _Work.begun(folder, problem, settings, seed)
    near = work.kept("near", lambda: _near(problem, settings, seed, workers, report))["uniforms"]
    correction = work.kept(
        "correction",
        lambda: asdict(
            measured_correction(
                problem, _design(problem, near, settings, seed), settings.kinds, seed + 1,
                workers, lambda n: report("correction", n),
            )
        ),
    )  # fmt: skip
    known = _as_correction(correction)
    inference = Inference.of(problem, known, settings.kinds)
    posterior = work.sample(
        "posterior",
        lambda checkpoint: sampled(
            inference, settings.live, settings.effective, seed + 2, workers,
            networks=settings.networks, checkpoint=checkpoint,
            progress=lambda n: report("posterior", n),
        ),
    )  # fmt: skip
    drawn = work.kept(
        "draws", lambda: _drawn(inference, posterior, settings, seed, workers, report)
    )
    return _fit(inference, settings, seed, posterior, drawn)


@dataclass(frozen=True)
class _Scanned:
    inference: Inference
    uniforms: Floats


def _scanned(task: _Scanned) -> Floats:
    """Log evidence of structures."""
    structures = task.inference.priors.structure(task.uniforms)
    return np.array([task.inference.given(each).evidence for each in structures])


def _near(
    problem: Problem, settings: Settings, seed: int, workers: Workers, report: Report
) -> dict[str, Floats]:
    """The structures of the prior that come nearest to the figures [design, parameter]."""
    inference = Inference.of(problem, None, settings.near_kinds)
    uniforms = np.random.default_rng((seed, 0)).random((settings.scan, inference.dimensions))
    tasks = [_Scanned(inference, part) for part in np.array_split(uniforms, settings.scan // 50)]
    found = workers.map(_scanned, tasks, lambda n: report("near", 50 * n))
    evidence = np.concatenate(found)
    order = np.argsort(-evidence)
    _must_be_near(inference, inference.priors.structure(uniforms[order[0]]))
    close = max(int(np.sum(evidence > evidence.max() - NEAR)), settings.design)
    evenly = np.linspace(0, min(close, len(order)) - 1, settings.design).round().astype(np.int64)
    return {"uniforms": uniforms[order[evenly]]}


def _must_be_near(inference: Inference, structure: Floats) -> None:
    """`InputError` where even the nearest structure of all is far from a figure."""
    problem = inference.problem
    found = inference.given(structure).figures
    off = np.abs(problem.observed - found) / inference.errors()
    worst = int(np.argmax(off))
    if off[worst] > FAR:
        value = problem.figures.rows[worst].value
        raise InputError(
            Mistake(
                "agsim calibrate",
                problem.names[worst],
                say(
                    "is {value:g}, and nothing that the priors allow comes nearer than "
                    "{nearest:.4g}",
                    value=value,
                    nearest=np.exp(found[worst]),
                ),
                say("check the figure and the others beside it, or give it a larger error"),
            )
        )


def _design(
    problem: Problem, near: Floats, settings: Settings, seed: int
) -> list[tuple[Floats, Floats]]:
    """Structures that come near the figures, with unknowns around their modes."""
    inference = Inference.of(problem, None, settings.near_kinds)
    random = np.random.default_rng((seed, 1))
    found = []
    for structure in inference.priors.structure(near):
        given = inference.given(structure)
        found.append((structure, given.draw(random.standard_normal(len(given.mode)))))
    return found


@dataclass(frozen=True)
class _Candidate:
    inference: Inference
    uniform: Floats
    normal: Floats


def _candidate(task: _Candidate) -> tuple[Floats, Floats, Floats, float]:
    """A draw: structure, unknowns, corrected figures, log weight to the exact density."""
    inference = task.inference
    structure = inference.priors.structure(task.uniform)
    given = inference.given(structure)
    unknowns = given.draw(task.normal)
    figures = inference.figures(structure)(unknowns)
    return structure, unknowns, figures, given.log_ratio(inference.measured(), unknowns, figures)


def _drawn(
    inference: Inference,
    posterior: Sample,
    settings: Settings,
    seed: int,
    workers: Workers,
    report: Report,
) -> dict[str, Any]:
    random = np.random.default_rng((seed, 2))
    weights = np.exp(posterior.log_weights - posterior.log_weights.max())
    chosen = random.permutation(systematic(weights, settings.candidates, random.random()))
    size = 3 * len(inference.problem.years)
    normal = random.standard_normal((settings.candidates, size))
    tasks = [
        _Candidate(inference, posterior.points[row], normal[k]) for k, row in enumerate(chosen)
    ]
    found = workers.map(_candidate, tasks, lambda n: report("draws", n))
    to_exact = _normalised(np.array([each[3] for each in found]))
    kept, times = np.unique(
        systematic(to_exact, settings.draws, random.random()), return_counts=True
    )
    order = random.permutation(len(kept))
    kept, times = kept[order], times[order]
    structure, unknowns, figures = (np.array([found[row][k] for row in kept]) for k in range(3))
    trials = [
        Trial(
            inference.problem, structure[k], unknowns[k],
            range(k * settings.replications, (k + 1) * settings.replications), seed + 3,
        )
        for k in range(len(kept))
    ]  # fmt: skip
    runs = workers.map(simulated, trials, lambda n: report("draws", n))
    return {
        "structure": structure,
        "unknowns": unknowns,
        "weights": times / times.sum(),
        "figures": figures,
        "simulated": np.array([logs.mean(axis=0) for logs, _ in runs]),
        "state": np.array([state.mean(axis=0) for _, state in runs]),
        "effective": np.array(_worth(to_exact)),
    }


def _fit(
    inference: Inference,
    settings: Settings,
    seed: int,
    posterior: Sample,
    drawn: Mapping[str, Floats],
) -> Fit:
    assert inference.correction is not None
    return Fit(
        problem=inference.problem,
        settings=settings,
        seed=seed,
        correction=inference.correction,
        structure=drawn["structure"],
        unknowns=drawn["unknowns"],
        weights=drawn["weights"],
        figures=drawn["figures"],
        simulated=drawn["simulated"],
        state=drawn["state"],
        effective=(posterior.effective, float(drawn["effective"])),
        log_evidence=posterior.log_evidence,
        calls=posterior.calls,
    )


def _normalised(logs: Floats) -> Floats:
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum())


def _worth(weights: Floats) -> float:
    """How many equally weighted draws so many weighted ones are worth (Kish)."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def _as_correction(kept: Mapping[str, Any]) -> Correction:
    return Correction(**{**{f.name: kept[f.name] for f in fields(Correction)},
                         "design": int(kept["design"])})  # fmt: skip


def identity_of(problem: Problem, settings: Any) -> str:
    """A hash of all that decides a calibration's numbers: the problem, the settings, the code."""
    parts = [problem.figures.fingerprint, problem.history.fingerprint, repr(problem.priors),
             repr(settings), repr(versions()), _code()]  # fmt: skip
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _code() -> str:
    """A hash of the model's and the inference's source files."""
    here = Path(__file__).parent
    model = [here.parent / "sim" / name for name in ("flow", "population", "measures")]
    files = [*here.glob("*.py"), *(file for folder in model for file in folder.glob("*.py"))]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def posterior_of(folder: Path) -> Sample:
    """The structure's sample of a finished calibration."""

    def missing(_: Path) -> Sample:
        raise InputError(
            Mistake("--work", str(folder), say("holds no finished sample"), say("calibrate"))
        )

    return _Work(folder).sample("posterior", missing)


@dataclass(frozen=True)
class _Work:
    """A folder that keeps the stages of one calibration."""

    folder: Path

    @classmethod
    def begun(cls, folder: Path, problem: Problem, settings: Settings, seed: int) -> _Work:
        """The folder, new or going on with the same calibration."""
        identity = {"identity": identity_of(problem, asdict(settings)), "seed": seed}
        file = folder / WORK_FILE
        if file.is_file():
            there = json.loads(file.read_text(encoding="utf-8"))
            if there != identity:
                raise InputError(
                    Mistake(
                        "--work",
                        str(folder),
                        say(
                            "holds another calibration (figures, priors, settings, seed or version)"
                        ),
                        say("name another folder, or delete it"),
                    )
                )
        else:
            folder.mkdir(parents=True, exist_ok=True)
            write_text(file, json.dumps(identity, indent=2) + "\n")
        return cls(folder)

    def kept(self, name: str, made: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """A stage's arrays, from the folder or made and kept."""
        file = self.folder / f"{name}.npz"
        if not file.is_file():
            arrays = made()
            write_whole(file, lambda part: _save(part, arrays))
        with np.load(file) as found:
            return {key: found[key] for key in found.files}

    def sample(self, name: str, made: Callable[[Path], Sample]) -> Sample:
        """A stage's sample; its checkpoint is in the folder while it runs."""
        checkpoint = self.folder / f"{name}.hdf5"
        kept = self.kept(name, lambda: asdict(made(checkpoint)))
        return Sample(
            kept["points"], kept["log_weights"], kept["evidence"],
            float(kept["effective"]), float(kept["log_evidence"]), int(kept["calls"]),
        )  # fmt: skip


def _save(part: Path, arrays: Mapping[str, Any]) -> None:
    with part.open("wb") as file:
        np.savez_compressed(file, **arrays)
