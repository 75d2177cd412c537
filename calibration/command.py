"""What `agsim calibrate` does: a posterior from figures, its checks, its report."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.checks.haute_marne import haute_marne
from calibration.checks.held_out import held_out
from calibration.checks.measure_first import measure_first
from calibration.checks.moved import moved
from calibration.checks.predictive import column, predictive
from calibration.checks.sbc import ranks
from calibration.discrepancy import Correction
from calibration.figures import Figures, published, read_figures
from calibration.fit import FULL, QUICK, Fit, Settings, calibrate, posterior_of
from calibration.posterior_file import behaviours, write_posterior
from calibration.priors import Priors
from calibration.problem import Problem
from calibration.reading_weights import AS_CALIBRATED, ReadingWeights, reading_weights
from calibration.words import figure_words
from sim.errors import InputError, nearest
from sim.errors import Problem as Mistake
from sim.experiment.executor import Progress, Workers, silent
from sim.experiment.files import write_text
from sim.posterior import Posterior
from sim.present.numbers import plain, significant
from sim.reading_fits import readings
from sim.words import say

if TYPE_CHECKING:
    import pandas as pd

Report = Callable[[str, int], object]

SEED = 20201231
CORRECTION_FILE = "correction.json"
WEIGHTS_FILE = "reading_weights.csv"
FIGURES_FILE = "figures.csv"
HELD_OUT_FILE, RANKS_FILE, HAUTE_MARNE_FILE = "held_out.csv", "sbc_ranks.csv", "haute_marne.csv"
# Where the slow checks are stored beside a posterior, for the report.
FILES = {"held_out": HELD_OUT_FILE, "sbc": RANKS_FILE, "haute_marne": HAUTE_MARNE_FILE}
BESIDE = (FIGURES_FILE, WEIGHTS_FILE, HELD_OUT_FILE, RANKS_FILE, HAUTE_MARNE_FILE)
SBC_REPETITIONS = 100
HAUTE_MARNE_DRAWS = 200

CHECKS = ("predictive", "moved", "ridge", "readings", "held_out", "haute_marne", "sbc",
          "measure_first")  # fmt: skip


@dataclass(frozen=True)
class Request:
    """What is calibrated, how exactly, and where it goes.

    targets: a user's file of figures; None: the nine published ones. work: folder that
    keeps the stages, out: folder of the posterior.
    """

    targets: Path | None
    quick: bool
    seed: int
    work: Path
    out: Path

    @property
    def command(self) -> str:
        """The command that makes the same again."""
        parts = ["agsim calibrate", "--quick" if self.quick else ""]
        parts += [f"--targets {self.targets.name}" if self.targets else ""]
        parts += [f"--seed {self.seed}" if self.seed != SEED else ""]
        return " ".join(part for part in parts if part)

    @property
    def settings(self) -> Settings:
        """How much is spent."""
        return QUICK if self.quick else FULL


def figures_of(targets: Path | None) -> Figures:
    """The published nine, with the rows of a user's file if there is one."""
    return published() if targets is None else read_figures(targets)


def run(request: Request, workers: Workers, report: Report = lambda _s, _n: None) -> Fit:
    """Calibrate and write the posterior with its correction and the readings' weights."""
    problem = Problem.of(figures_of(request.targets))
    for name in BESIDE:
        # What another calibration left here would speak of draws that are gone.
        (request.out / name).unlink(missing_ok=True)
    fit = calibrate(problem, request.settings, request.seed, workers, request.work, report)
    found = behaviours(fit, workers, lambda n: report("readings", n))
    weights = [] if request.quick else _weights(fit, request, workers, report)
    write_posterior(request.out, fit, found, request.command)
    write_text(request.out / CORRECTION_FILE, _as_json(fit))
    if request.targets is not None:
        write_text(request.out / FIGURES_FILE, request.targets.read_text(encoding="utf-8-sig"))
    if weights:
        write_text(request.out / WEIGHTS_FILE, _as_csv(weights))
    return fit


def engine_words(fit: Fit) -> str:
    """How far the engine is, at the draws, from the approximation that they were inferred with."""
    off = (fit.simulated - fit.figures).mean(axis=0)
    worst = int(np.argmax(np.abs(off)))
    return say(
        "at the draws the engine is off the approximation by {off} % at most ({figure}, in the "
        "mean)",
        off=plain(100 * float(off[worst]), 1, signed=True),
        figure=figure_words(fit.problem.names[worst]),
    )


def _weights(fit: Fit, request: Request, workers: Workers, report: Report) -> list[ReadingWeights]:
    return reading_weights(
        fit.inference,
        posterior_of(request.work),
        tuple(readings()),
        request.seed,
        workers,
        lambda n: report("readings", n),
    )


def _as_csv(weights: Sequence[ReadingWeights]) -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(["prior", "title", "reading", "weight", "worth"])
    for each in weights:
        for name, weight in each.weights.items():
            writer.writerow([each.name, each.title, name, f"{weight:.4f}", f"{each.worth:.0f}"])
    return written.getvalue()


def _as_json(fit: Fit) -> str:
    """The correction, and for which kinds of pool it holds."""
    arrays = {name: np.asarray(value).tolist() for name, value in asdict(fit.correction).items()}
    content = {"kinds": fit.settings.kinds, **_rounded(arrays)}
    return json.dumps(content) + "\n"


def _rounded(content: Any) -> Any:
    if isinstance(content, Mapping):
        return {key: _rounded(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_rounded(value) for value in content]
    return float(f"{content:.8g}") if isinstance(content, float) else content


def correction_of(posterior: Posterior) -> tuple[Correction, int]:
    """The stored correction of a posterior and its kinds of pool."""
    file = posterior.folder / CORRECTION_FILE
    if not file.is_file():
        raise InputError(
            Mistake(
                str(file),
                "",
                say("is missing"),
                say("make the posterior anew with agsim calibrate"),
            )
        )
    content = json.loads(file.read_text(encoding="utf-8"))
    kinds, design = int(content.pop("kinds")), int(content.pop("design"))
    arrays = {name: np.array(value) for name, value in content.items()}
    return Correction(**arrays, design=design), kinds


def problem_of(posterior: Posterior) -> Problem:
    """The problem that a posterior answers: the figures stored beside it."""
    file = posterior.folder / FIGURES_FILE
    return Problem.of(figures_of(file if file.is_file() else None))


def check(
    name: str,
    posterior: Posterior,
    workers: Workers,
    repetitions: int = SBC_REPETITIONS,
    progress: Progress = silent,
    work: Path | None = None,
) -> pd.DataFrame:
    """The tidy frame of a check; `InputError` for an unknown one."""
    problem = problem_of(posterior)
    made: Mapping[str, Callable[[], pd.DataFrame]] = {
        "predictive": lambda: predictive(posterior),
        "moved": lambda: moved(posterior, problem),
        "ridge": lambda: ridge(posterior),
        "readings": lambda: weights_frame(posterior),
        "measure_first": lambda: measure_first(posterior),
        "held_out": lambda: _held_out(posterior, problem, workers, progress),
        "haute_marne": lambda: haute_marne(
            posterior, workers, min(HAUTE_MARNE_DRAWS, len(posterior)), progress
        ),
        "sbc": lambda: _ranks_frame(problem, repetitions, workers, work, progress),
    }
    if name not in made:
        raise InputError(Mistake("--check", name, say("is no check"), nearest(name, made)))
    return made[name]()


def _held_out(
    posterior: Posterior, problem: Problem, workers: Workers, progress: Progress
) -> pd.DataFrame:
    correction, kinds = correction_of(posterior)
    return held_out(problem, correction, kinds, SEED, workers, progress)


def _ranks_frame(
    problem: Problem, repetitions: int, workers: Workers, work: Path | None, progress: Progress
) -> pd.DataFrame:
    import pandas as pd

    names, found = ranks(problem, repetitions, SEED, workers, work, progress)
    return pd.DataFrame(found, columns=list(names))


def ridge(posterior: Posterior) -> pd.DataFrame:
    """Places, orientations, process delay of each draw, with weight and reading."""
    import pandas as pd

    return pd.DataFrame(
        {
            "places": column(posterior, "portfolios.places"),
            "orientations": posterior.diagnostics["is_orientations"],
            "process_delay": posterior.diagnostics["is_process_delay"],
            "load": posterior.diagnostics["is_load"],
            "weight": posterior.weights,
            "reading": posterior.readings,
        }
    )


def weights_frame(posterior: Posterior) -> pd.DataFrame:
    """Weights of the readings by prior; from the draws alone where nothing more is stored."""
    import pandas as pd

    file = posterior.folder / WEIGHTS_FILE
    if file.is_file():
        return pd.read_csv(file)
    labels = np.array(posterior.readings)
    return pd.DataFrame(
        {
            "prior": "posterior",
            "title": AS_CALIBRATED,
            "reading": name,
            "weight": float(posterior.weights[labels == name].sum()),
            "worth": float(1 / (posterior.weights**2).sum()),
        }
        for name in readings()
    )


def stored(posterior: Posterior, name: str) -> pd.DataFrame | None:
    """A slow check's frame, if it was stored beside the posterior."""
    import pandas as pd

    file = posterior.folder / name
    return pd.read_csv(file) if file.is_file() else None


def priors_rows(priors: Priors) -> list[list[str]]:
    """The priors as rows of text: path, shape, low, central, high, unit, source.

    The drift law comes last: levels with the spread of their logs as range of two standard
    deviations, and from year to year.
    """
    walks = [*priors.walks, priors.duration_2020]
    drift = [
        [say("{path}, term of 2020", path=each.path) if each is walks[-1]
         else say("{path}, first year", path=each.path), say("lognormal"),
         *(significant(each.first_level * np.exp(k * each.first_level_sd), 4) for k in (-2, 0, 2)),
         "", say(each.source)]
        for each in walks
    ]  # fmt: skip
    drift += [
        [say("{path}, from year to year", path=each.path), say("lognormal"),
         *(f"× {significant(np.exp(k * each.sd_per_year), 3)}" for k in (-2, 0, 2)), say("factor"),
         say(each.source)]
        for each in walks[:-1]
    ]  # fmt: skip
    return drift + [
        [each.path, say(each.shape.replace("_", " ")), significant(each.low),
         significant(each.central), significant(each.high), say(each.unit), say(each.source)]
        for each in (*priors.calibrated, *priors.prior)
    ]  # fmt: skip
