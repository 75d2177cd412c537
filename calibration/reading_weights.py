"""What weight each reading has, and how much of it is the figures' doing.

Under other priors (half and double the drift's spread, other thoughts on places) the
structures that nested sampling looked at are weighted anew: their evidence is worked
out under the other drift law, their prior changes where a central value does. A
reading whose weight the figures leave as it was before them is called *prior*.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from calibration.labels import behaviour, weights_of
from calibration.priors import Priors, alternatives
from calibration.sampling import Inference, Sample
from sim.experiment.executor import Progress, Workers, silent
from sim.words import to_say

Floats = NDArray[np.float64]

POINTS = 700
PRIOR_POINTS = 300
FREE_DRIFT = 10.0
AS_CALIBRATED = to_say("As calibrated")
YEARS_FREE = to_say("Prior, years free")
STANDARD_ERRORS = 2.0  # by which the figures must change a weight to have moved it


@dataclass(frozen=True)
class ReadingWeights:
    """Weights of the readings under one prior, and draws that they are worth."""

    name: str
    title: str
    weights: Mapping[str, float]
    worth: float


@dataclass(frozen=True)
class _Point:
    inference: Inference
    uniform: Floats


def _labelled(point: _Point) -> tuple[float, str]:
    """Log evidence and reading of a structure, with the unknowns at their mode."""
    inference = point.inference
    structure = inference.priors.structure(point.uniform)
    given = inference.given(structure)
    found = behaviour(inference.problem, structure, given.mode, inference.kinds)
    return given.evidence, found.reading


def reading_weights(
    inference: Inference,
    posterior: Sample,
    names: Sequence[str],
    seed: int,
    workers: Workers,
    progress: Progress = silent,
) -> list[ReadingWeights]:
    """Weights before the figures, with them, and with them under each other prior."""
    random = np.random.default_rng((seed, 6))
    points, log_weights, evidence = _spread_points(posterior, random)
    found = []
    labelled = workers.map(_labelled, [_Point(inference, u) for u in points], progress)
    labels = [label for _, label in labelled]
    found.append(_weighed("posterior", AS_CALIBRATED, labels, log_weights, names))
    for other in alternatives(inference.priors):
        drifting = other.priors.volume != inference.priors.volume
        if drifting:
            under = _with_priors(inference, other.priors)
            again = workers.map(_labelled, [_Point(under, u) for u in points], progress)
            shift = np.array([value for value, _ in again]) - evidence
            labels_there = [label for _, label in again]
        else:
            shift, labels_there = _prior_ratio(inference, other.priors, points), labels
        found.append(_weighed(other.name, other.title, labels_there, log_weights + shift, names))
    return [_before(inference, names, random, workers, progress), *found]


def _with_priors(inference: Inference, priors: Priors) -> Inference:
    return replace(inference, priors=replace(priors, calibrated=inference.priors.calibrated))


def _spread_points(posterior: Sample, random: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    """Points to weigh anew: half by their weight, half spread wider; with what corrects that."""
    weights = np.exp(posterior.log_weights - posterior.log_weights.max())
    weights /= weights.sum()
    wider = np.sqrt(weights)
    chance = 0.5 * weights + 0.5 * wider / wider.sum()
    rows = random.choice(len(weights), POINTS, p=chance)
    return posterior.points[rows], np.log(weights[rows] / chance[rows]), posterior.evidence[rows]


def _prior_ratio(inference: Inference, priors: Priors, points: Floats) -> Floats:
    """Log ratio of the other prior's density to the sampled one's."""
    structure = inference.priors.structure(points)
    total = np.zeros(len(points))
    for k, (mine, other) in enumerate(
        zip(inference.priors.calibrated, priors.calibrated, strict=True)
    ):
        if mine != other:
            values = structure[:, k]
            total += np.log(np.maximum(other.density(values), 1e-12)) - np.log(
                np.maximum(mine.density(values), 1e-12)
            )
    return total


def _weighed(
    name: str, title: str, labels: Sequence[str], logs: Floats, names: Sequence[str]
) -> ReadingWeights:
    weights = np.exp(logs - logs.max())
    worth = float(weights.sum() ** 2 / (weights**2).sum())
    return ReadingWeights(name, title, weights_of(labels, weights, names), worth)


def _before(
    inference: Inference,
    names: Sequence[str],
    random: np.random.Generator,
    workers: Workers,
    progress: Progress,
) -> ReadingWeights:
    """Structures of the prior, each with the unknowns that come nearest to the figures.

    A structure alone does nothing: it needs volumes, process delays and stays. They are
    fitted to the figures with years free to differ, and neither the drift law nor how
    near the figures come weighs the structures.
    """
    free = _with_priors(inference, inference.priors.with_drift(FREE_DRIFT))
    uniforms = random.random((PRIOR_POINTS, inference.dimensions))
    found = workers.map(_labelled, [_Point(free, u) for u in uniforms], progress)
    even = np.zeros(len(found))
    return _weighed("prior", YEARS_FREE, [label for _, label in found], even, names)


def moved_by_figures(before: tuple[float, float], after: tuple[float, float]) -> bool:
    """Whether a reading's weight is the figures' doing rather than the prior's.

    Each is a weight and how many draws it is worth: a change within two standard errors
    is no change.
    """
    error = np.sqrt(sum(weight * (1 - weight) / worth for weight, worth in (before, after)))
    return bool(abs(after[0] - before[0]) > STANDARD_ERRORS * error)
