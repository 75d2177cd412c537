"""The sizing point: the least posts, and the orientations, at which a target holds.

Two numbers, never one: posts and orientations are solved for together, such
that the target is met and the tightest guardrail is just held (`sim.planning.search`). Where
posts are few, or that search does not settle, whole numbers of posts are tried instead, each
with just the orientations it needs. (Path by path, more places can mean fewer entries when
people have patience limits; in the mean they do not.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, exp, floor, inf, log
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim.planning.evaluate import Cell, Evaluation
from sim.planning.search import (
    LONGEST_STEP,
    POSTS_TOLERANCE,
    Searched,
    beyond,
    conditions,
    rounded_posts,
    tolerance,
    uses,
)
from sim.scenario import Scenario
from sim.sections import Target

Floats = NDArray[np.float64]

MOST_MULTIPLIER = 6.0
LEAST_MULTIPLIER = 0.2
MOST_POSTS = 20_000
FEWEST_SMOOTH_POSTS = 200
STEP_UP = 1.2
MOST_STRAIN = 5.0
SATURATED_SLOPE = 0.05
START_MULTIPLIER = 1.7
MOST_STEPS = 14
# Typical slopes of log entries and log guardrail use on log posts and log orientations.
TYPICAL_SLOPES = {
    "queue": np.array([[0.3, 0.7], [-4.5, 5.0]]),
    "load": np.array([[0.1, 0.9], [-0.8, 0.7]]),
}


class Evaluating(Protocol):
    """What a search needs of an evaluator."""

    scenario: Scenario

    def __call__(self, cell: Cell) -> Evaluation:
        """The simulated evaluation of a cell."""
        ...

    def approximate(self, cell: Cell) -> Evaluation:
        """Its evaluation by the approximation."""
        ...

    def foretold(self, cell: Cell, near: Cell) -> Evaluation:
        """A near cell, simulated, times what the approximation makes of the difference."""
        ...


@dataclass(frozen=True)
class SizingPoint:
    """Posts and orientations at which a target holds, and how exactly that is known.

    posts: least funded posts at the end of hiring. search_error: posts by which
    the search itself may be off (the simulated evaluation is not exactly on the
    guardrail). noise: twice the standard error that the replications' noise in
    the target and the guardrail puts on the posts (NaN with one replication);
    neither says anything about what is not known of the world. multiplier:
    orientations that must be found beside those that posts bring. binding: the
    guardrail that decides, 'queue' or 'load'. slopes: of log(reached / wanted) and of the
    guardrail's use on log posts and log orientations there.
    """

    posts: int
    search_error: int
    noise: float
    multiplier: float
    binding: str
    evaluation: Evaluation
    slopes: tuple[tuple[float, float], tuple[float, float]]


def sizing_point(
    evaluate: Evaluating, guardrail: str, posts: int, multiplier: float = START_MULTIPLIER
) -> SizingPoint | None:
    """The sizing point under one guardrail, searched from a first guess; levers are off.

    None where the search finds no posts and orientations in reach.
    """
    posts = min(posts, MOST_POSTS)
    smooth = posts >= FEWEST_SMOOTH_POSTS
    found = _smooth(evaluate, guardrail, posts, multiplier) if smooth else None
    return found or _stepwise(evaluate, guardrail, posts, multiplier)


def sizing_search(evaluate: Evaluating, guardrail: str) -> Searched:
    """The search for posts and orientations, on their logs."""
    target = evaluate.scenario.target
    return Searched(
        evaluate,
        evaluate.approximate,
        lambda log_posts, log_multiplier: Cell(
            rounded_posts(log_posts), round(exp(log_multiplier), 5)
        ),
        conditions(target, guardrail),
        tolerance(target),
        low=(0.0, log(LEAST_MULTIPLIER)),
        high=(log(MOST_POSTS), log(MOST_MULTIPLIER)),
    )


def _smooth(
    evaluate: Evaluating, guardrail: str, posts: int, multiplier: float
) -> SizingPoint | None:
    """Both numbers at once, on their logs."""
    target = evaluate.scenario.target
    found = sizing_search(evaluate, guardrail).run(np.array([log(posts), log(multiplier)]))
    if found is None:
        return None
    number = found.evaluation.posts
    noise = 2 * number * _noise(found.evaluation, target, guardrail, found.slopes)
    return SizingPoint(
        number, found.search_error, noise, found.cell.multiplier, guardrail, found.evaluation,
        _rows(found.slopes),
    )  # fmt: skip


def _rows(slopes: Floats) -> tuple[tuple[float, float], tuple[float, float]]:
    (a, b), (c, d) = slopes.tolist()
    return (a, b), (c, d)


def _stepwise(
    evaluate: Evaluating, guardrail: str, posts: int, multiplier: float
) -> SizingPoint | None:
    """Whole numbers of posts, each with just the orientations that give the target."""
    target = evaluate.scenario.target
    tried: dict[int, Evaluation | None] = {}

    def strain(number: int) -> float:
        if number not in tried:
            tried[number] = _with_enough_orientations(evaluate, number, multiplier)
        found = tried[number]
        return inf if found is None else uses(found, target)[guardrail]

    low = high = max(1, posts)
    while strain(high) > 0:
        if high * STEP_UP > MOST_POSTS or len(tried) > MOST_STEPS:
            return None
        low, high = high, ceil(high * STEP_UP)
    while low > 1 and strain(low) <= 0:
        low, high = max(1, floor(low / STEP_UP)), low
    least = round(least_posts(strain, low, high))
    found = tried[least]
    assert found is not None
    error = least - max((n for n in tried if n < least), default=least)
    noise = 2 * least * _noise(found, target, guardrail, TYPICAL_SLOPES[guardrail])
    slopes = _rows(TYPICAL_SLOPES[guardrail])
    return SizingPoint(least, error, noise, found.multiplier, guardrail, found, slopes)


def _with_enough_orientations(
    evaluate: Evaluating, posts: int, multiplier: float
) -> Evaluation | None:
    """The evaluation with these posts and just the orientations that give the target."""
    target = evaluate.scenario.target
    enough = max(tolerance(target), 1.5 / target.people)
    last: tuple[float, float] | None = None
    point = log(multiplier)
    for _ in range(MOST_STEPS):
        found = evaluate(Cell(posts, round(exp(point), 5)))
        short = beyond(found, target)
        if abs(short) < enough:
            return found
        slope = 0.8
        if last is not None and abs(point - last[0]) > 1e-6:
            slope = (short - last[1]) / (point - last[0])
            if short < 0 and point > last[0] and slope < SATURATED_SLOPE:
                return None
        last = (point, short)
        point -= float(np.clip(short / min(max(slope, 0.25), 1.5), -LONGEST_STEP, LONGEST_STEP))
        if point > log(MOST_MULTIPLIER):
            return None
    return found if abs(short) < 5 * enough else None


def _noise(found: Evaluation, target: Target, guardrail: str, slopes: Floats) -> float:
    """Standard error of log posts: the replications' noise carried through the slopes."""
    errors, values = found.errors[target.year], found.values[target.year]
    measures = (target.measure, {"queue": "queue_delay", "load": "load"}[guardrail])
    relative = np.array([errors[name] / max(values[name], 1e-9) for name in measures])
    return float(np.linalg.norm(np.linalg.inv(slopes)[0] * relative))


def least_posts(
    strain: Callable[[int], float], low: int, high: int, tolerance: float = POSTS_TOLERANCE
) -> float:
    """The least posts in (low, high] at which `strain`, which falls with posts, is not above 0.

    By false position between a number that fails and one that holds; infinite
    where `high` fails, `low` where `low` holds.
    """
    at_low, at_high = strain(low), strain(high)
    if at_high > 0:
        return inf
    if at_low <= 0:
        return low
    at_low = min(at_low, MOST_STRAIN)
    while high - low > max(1, tolerance * high):
        share = at_low / (at_low - at_high)
        margin = max(1, round(0.1 * (high - low)))
        guess = round(low + (high - low) * share + 0.5 * tolerance * high)
        posts = min(max(guess, low + margin), high - margin)
        value = strain(posts)
        if value > 0:
            low, at_low = posts, min(value, MOST_STRAIN)
        else:
            high, at_high = posts, value
    return high
