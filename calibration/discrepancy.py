"""How far the fluid approximation is from the compiled engine, and what is left after a correction.

Both are run at the same parameters, spread over all that comes near the figures. The
difference of the logs of each figure is explained by a ridge regression (linear, with
the penalty chosen by cross-validation) on structure, unknowns and fluid figures. What it does
not explain, measured by cross-validation, goes into the likelihood as an error of its
own, and so does the noise of a single replication: reality happened once. Errors of
different figures are taken as independent, which is an assumption: those of
neighbouring years' delays are not quite.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.problem import Fluid, Problem, Trial, simulated_figures
from sim.experiment.executor import Progress, Workers, silent

Floats = NDArray[np.float64]

FOLDS = 10
PENALTIES = np.logspace(-1, 4, 20)
REACH = 2.5  # standard deviations of the design beyond which a feature counts no further
REPLICATIONS = 2


@dataclass(frozen=True)
class Correction:
    """What is added to the logs of the fluid figures, and how exact that is.

    centre, scale [feature]; slopes [figure, feature]; offset [figure]. error: what the
    correction leaves, noise: of one replication, plain_bias, plain_error: of the
    approximation without it [figure], all in logs. design: how many parameters.
    """

    centre: Floats
    scale: Floats
    slopes: Floats
    offset: Floats
    error: Floats
    noise: Floats
    plain_bias: Floats
    plain_error: Floats
    design: int

    def __call__(self, structure: Floats, unknowns: Floats, figures: Floats) -> Floats:
        """The correction of the figures at some parameters."""
        features = np.concatenate([structure, unknowns, figures])
        standard = np.clip((features - self.centre) / self.scale, -REACH, REACH)
        return np.asarray(self.offset + self.slopes @ standard)

    @classmethod
    def none(cls, features: int, figures: int) -> Correction:
        """No correction, no error: before anything is known."""
        nothing = np.zeros(figures)
        return cls(
            np.zeros(features), np.ones(features), np.zeros((figures, features)),
            nothing, nothing, nothing, nothing, nothing, 0,
        )  # fmt: skip


@dataclass(frozen=True)
class Emulator:
    """The fluid figures of one structure, corrected if that is known: logs, for any unknowns."""

    fluid: Fluid
    correction: Correction | None

    def __call__(self, unknowns: Floats) -> Floats:
        """Logs of the figures."""
        plain = self.fluid(unknowns)
        if self.correction is None:
            return plain
        return plain + self.correction(self.fluid.structure, unknowns, plain)


def emulator_of(
    problem: Problem, correction: Correction | None, kinds: int
) -> Callable[[Floats], Emulator]:
    """From a structure to its emulator."""
    return lambda structure: Emulator(Fluid(problem, structure, kinds), correction)


@dataclass(frozen=True)
class _Pair:
    """Parameters at which both are run."""

    trial: Trial
    kinds: int


def _both(pair: _Pair) -> tuple[Floats, Floats]:
    trial = pair.trial
    return (
        Fluid(trial.problem, trial.structure, pair.kinds)(trial.unknowns),
        simulated_figures(trial),
    )


def measured_correction(
    problem: Problem,
    parameters: Sequence[tuple[Floats, Floats]],
    kinds: int,
    seed: int,
    workers: Workers,
    progress: Progress = silent,
) -> Correction:
    """The correction from runs of both at these (structure, unknowns)."""
    pairs = [
        _Pair(Trial(problem, s, x, (REPLICATIONS * k, REPLICATIONS * k + 1), seed), kinds)
        for k, (s, x) in enumerate(parameters)
    ]
    found = workers.map(_both, pairs, progress)
    plain = np.array([fluid for fluid, _ in found])
    simulated = np.array([engine for _, engine in found])
    features = np.array(
        [np.concatenate([s, x, f]) for (s, x), f in zip(parameters, plain, strict=True)]
    )
    noise = np.sqrt(simulated.var(axis=1, ddof=1).mean(axis=0))
    return fitted(features, simulated.mean(axis=1) - plain, noise)


def fitted(features: Floats, off: Floats, noise: Floats) -> Correction:
    """The regression of differences [design, figure] on features [design, feature].

    noise: standard deviation of one replication [figure]; the differences are of means
    over `REPLICATIONS`, so that part of their spread is no error of the correction.
    """
    from sklearn.linear_model import RidgeCV
    from sklearn.model_selection import KFold, cross_val_predict

    centre, scale = features.mean(axis=0), features.std(axis=0)
    scale = np.where(scale > 1e-9, scale, 1.0)
    standard = np.clip((features - centre) / scale, -REACH, REACH)
    folds = KFold(min(FOLDS, len(off)), shuffle=True, random_state=0)
    slopes, offset, left = [], [], []
    for column in off.T:
        regression = RidgeCV(PENALTIES)
        predicted = cross_val_predict(regression, standard, column, cv=folds)
        left.append(np.mean((predicted - column) ** 2))
        regression.fit(standard, column)
        slopes.append(regression.coef_)
        offset.append(regression.intercept_)
    return Correction(
        centre=centre,
        scale=scale,
        slopes=np.array(slopes),
        offset=np.array(offset),
        error=np.sqrt(np.maximum(np.array(left) - noise**2 / REPLICATIONS, 0.0)),
        noise=noise,
        plain_bias=off.mean(axis=0),
        plain_error=off.std(axis=0),
        design=len(off),
    )
