"""The posterior of the structure: importance nested sampling by nautilus.

J. U. Lange, "nautilus: boosting Bayesian importance nested sampling with deep
learning", MNRAS 525 (2023). The unknowns are integrated out (`laplace`), so what is sampled
is the structure alone, in the unit cube of its priors. A stopped run goes on from
its checkpoint file.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from calibration.discrepancy import Correction, emulator_of
from calibration.laplace import HOPELESS, Approximation, Measured, approximation, differences
from calibration.priors import Priors
from calibration.problem import Problem
from sim.errors import InputError
from sim.errors import Problem as Mistake
from sim.experiment.executor import Progress, Workers, silent
from sim.words import say

Floats = NDArray[np.float64]

BATCH = 100
PIECES = 8
WORST = -1e3


@dataclass(frozen=True)
class Inference:
    """What is inferred from what, with which exactness of the approximation.

    used: which figures count, the others are only predicted. kinds: of pools, in the
    fluid approximation. slopes: a first guess of the figures' derivatives. hopeless: see
    `laplace.approximation`.
    """

    problem: Problem
    priors: Priors
    correction: Correction | None
    kinds: int
    used: tuple[bool, ...]
    slopes: Floats | None = None
    hopeless: float = HOPELESS

    @classmethod
    def of(
        cls,
        problem: Problem,
        correction: Correction | None = None,
        kinds: int = 32,
        priors: Priors | None = None,
        used: Sequence[bool] | None = None,
    ) -> Inference:
        """An inference; by default under the problem's priors, from all figures."""
        chosen = tuple(used) if used is not None else (True,) * len(problem.names)
        plain = cls(problem, priors or problem.priors, correction, kinds, chosen)
        middle = plain.priors.structure(np.full(plain.dimensions, 0.5))
        figures = plain.figures(middle)
        begin = plain.start(middle)
        return cls(
            problem, plain.priors, correction, kinds, chosen,
            differences(figures, begin, figures(begin)),
        )  # fmt: skip

    @property
    def dimensions(self) -> int:
        """Number of calibrated parameters."""
        return len(self.priors.paths)

    def measured(self, observed: Floats | None = None) -> Measured:
        """The figures used (the problem's, or others) with all their errors, and the drift law."""
        problem, used = self.problem, np.array(self.used)
        years = len(problem.years)
        return Measured(
            (problem.observed if observed is None else observed)[used],
            self.errors()[used],
            self.priors.mean_of_logs(years),
            self.priors.covariance_of_logs(years),
        )

    def errors(self) -> Floats:
        """Standard deviations of the logs of all figures: observation, approximation, chance."""
        found = self.problem.errors**2
        if self.correction is None:
            return np.sqrt(found + self.problem.chance**2)
        return np.sqrt(found + self.correction.error**2 + self.correction.noise**2)

    def figures(self, structure: Floats) -> Callable[[Floats], Floats]:
        """From unknowns to the logs of the figures that are used, under a structure."""
        emulator = emulator_of(self.problem, self.correction, self.kinds)(structure)
        used = np.array(self.used)
        return lambda unknowns: emulator(unknowns)[used]

    def start(self, structure: Floats, observed: Floats | None = None) -> Floats:
        """A first guess of the unknowns: a bit more orientations than entries, little queue."""
        problem = self.problem
        seen = problem.observed if observed is None else observed
        known = {
            name: float(np.exp(value))
            for name, value, used in zip(problem.names, seen, self.used, strict=True)
            if used
        }
        values = problem.structured(structure)
        guesses = {
            "entries": 1.14 / values["entry.agreement"],
            "entry_delay": 0.8,
            "parcours_duration": 1.05 * values["parcours.true_to_published"],
        }
        rows = []
        for walk, (measure, factor) in zip(self.priors.walks, guesses.items(), strict=True):
            level = walk.first_level
            for year in problem.years:
                seen_then = known.get(f"{measure} {year}") or _from_months(known, measure, year)
                level = level if not seen_then else factor * seen_then
                rows.append(np.log(level))
        return np.array(rows)

    def given(self, structure: Floats, observed: Floats | None = None) -> Approximation:
        """The unknowns given a structure."""
        return approximation(
            self.figures(structure),
            self.measured(observed),
            self.start(structure, observed),
            self.slopes,
            self.hopeless,
        )


def _from_months(known: Mapping[str, float], measure: str, year: int) -> float:
    """A year's figure from those of its months, 0 where there are none."""
    months = [v for name, v in known.items() if name.startswith(f"{measure} {year}-")]
    if not months:
        return 0.0
    return float(np.mean(months)) * (12 if measure == "entries" else 1)


@dataclass(frozen=True)
class Sample:
    """Points of the unit cube with the logs of their weights and of their evidence."""

    points: Floats
    log_weights: Floats
    evidence: Floats
    effective: float
    log_evidence: float
    calls: int


@dataclass(frozen=True)
class _Piece:
    inference: Inference
    points: Floats
    observed: Floats | None


def _evidence(piece: _Piece) -> Floats:
    inference = piece.inference
    found = [
        inference.given(structure, piece.observed).evidence
        for structure in inference.priors.structure(piece.points)
    ]
    return np.maximum(np.nan_to_num(found, nan=WORST, neginf=WORST), WORST)


def sampled(
    inference: Inference,
    live: int,
    effective: int,
    seed: int,
    workers: Workers,
    *,
    networks: int = 4,
    left: float = 0.01,
    checkpoint: Path | None = None,
    observed: Floats | None = None,
    progress: Progress = silent,
) -> Sample:
    """The posterior of the structure.

    live: nested sampling's live points; effective: draws that the sample is worth,
    at least; networks: that nautilus trains for each bound (with one it is quicker and a
    little less efficient); left: share of the evidence that may be in the live points when
    the exploration ends. Raises `InputError` where nautilus is not installed.
    """
    sampler_class = needs_nautilus()

    def evidence(points: Floats) -> Floats:
        pieces = np.array_split(points, min(PIECES, len(points))) if workers.count > 1 else [points]
        found = workers.map(_evidence, [_Piece(inference, each, observed) for each in pieces])
        progress(len(points))
        return np.concatenate(found)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sampler = sampler_class(
            lambda unit: unit,
            evidence,
            n_dim=inference.dimensions,
            n_live=live,
            n_batch=BATCH,
            n_networks=networks,
            vectorized=True,
            pass_dict=False,
            seed=seed,
            filepath=checkpoint,
        )
        sampler.run(f_live=left, n_eff=effective, discard_exploration=False)
        points, log_weights, log_likelihood = sampler.posterior()
    return Sample(
        np.asarray(points),
        np.asarray(log_weights),
        np.asarray(log_likelihood),
        float(sampler.n_eff),
        float(sampler.log_z),
        int(sampler.n_like),
    )


def needs_nautilus() -> type:
    """The sampler; `InputError` where it is not installed."""
    try:
        from nautilus import Sampler
    except ImportError:
        raise InputError(
            Mistake(
                "agsim calibrate",
                "",
                say("needs the sampler nautilus, which is not installed"),
                'pip install "agsim[calibration]"',
            )
        ) from None
    found: type = Sampler
    return found


def systematic(weights: Floats, count: int, start: float) -> NDArray[np.int64]:
    """Indices of `count` draws in proportion to weights, as even as can be (start in [0, 1))."""
    bounds = np.cumsum(weights) / np.sum(weights)
    found = np.searchsorted(bounds, (np.arange(count) + start) / count, side="right")
    return np.minimum(found, len(weights) - 1)
