"""Two numbers at once: a root found on the approximation and put right by simulation.

Every search here has two unknowns (the log of the posts, and either the log of the
orientations asked for or the intensity of levers) and two conditions (the target is just met,
a guardrail just held), smooth in both. The root is found on the fluid approximation, whose
runs cost a millisecond. There the plan is simulated; by how much the simulated conditions are
off those of the approximation is added to it, the root is found again, and so on until the
root stays where it was simulated. Two or three simulated evaluations are enough, because the
approximation has nearly the right slopes. (The same idea as space mapping: J. Bandler et al.,
"Space mapping technique for electromagnetic optimization", IEEE Transactions on Microwave
Theory and Techniques 42, 1994.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

from sim.planning.evaluate import Cell, Evaluation
from sim.sections import Target

Floats = NDArray[np.float64]

TARGET_TOLERANCE = 0.002
POSTS_TOLERANCE = 0.005
MOST_SIMULATED = 6
MOST_STEPS = 20
LONGEST_STEP = 0.25
ROOT_TOLERANCE = 1e-3
SHORT = 1e-9
AROUND = ((0.0, 0.0), (0.2, 0.0), (0.1, -0.35), (0.1, 0.3), (0.3, -0.6), (-0.4, 0.0))
NEAR = 0.06  # the approximation is followed step by step only farther away
ROUGH = 0.02  # steps of this length may be what whole posts in few kinds of pool leave
DIFFERENCE = 0.04  # wide enough to look over whole posts
FLAT = 1e-4
SHORTEST_QUEUE_DAYS = 0.02
BOTH = "both"


def reached(evaluation: Evaluation, target: Target) -> float:
    """The target's measure in its year."""
    return evaluation.of(target.measure, target.year)


def uses(found: Evaluation, target: Target) -> dict[str, float]:
    """log(value / limit) of each guardrail: above 0 it is broken."""
    queue = max(found.of("queue_delay", target.year), SHORTEST_QUEUE_DAYS)
    return {
        "queue": log(queue / max(target.queue_delay_days, SHORTEST_QUEUE_DAYS)),
        "load": log(max(found.of("load", target.year), 1e-6) / target.mean_load),
    }


def beyond(found: Evaluation, target: Target) -> float:
    """log(reached / wanted): above 0 the target is met."""
    return log(max(reached(found, target), 1e-9) / target.people)


def strain(found: Evaluation, target: Target, guardrail: str = BOTH) -> float:
    """The use of one guardrail, or of the tighter of both."""
    used = uses(found, target)
    return max(used.values()) if guardrail == BOTH else used[guardrail]


Conditions = Callable[[Evaluation], Floats]


def tolerance(target: Target) -> float:
    """How near the target is near enough, as a share: not finer than a replication's noise."""
    return max(TARGET_TOLERANCE, 0.5 / sqrt(target.people))


def enough_people(target: Target) -> float:
    """People from which on the target counts as met: the search meets it to its tolerance."""
    return float(target.people) * (1 - 1.5 * tolerance(target))


def conditions(target: Target, guardrail: str = BOTH) -> Conditions:
    """Both conditions as logs that are 0 where they are just met."""
    return lambda found: np.array([beyond(found, target), strain(found, target, guardrail)])


@dataclass(frozen=True)
class Found:
    """A root, simulated: where, what it gives, the approximation's slopes there.

    slopes: of both conditions on log posts and the other unknown. step: how far the root
    still is from the simulated point, in both unknowns.
    """

    cell: Cell
    evaluation: Evaluation
    slopes: Floats
    step: Floats

    @property
    def search_error(self) -> int:
        """Posts by which the search itself may be off."""
        assert self.cell.posts is not None
        return max(1, round(abs(float(self.step[0])) * self.cell.posts))


@dataclass(frozen=True)
class Searched:
    """A search: simulated and approximate evaluations, and the cells that unknowns stand for.

    cell_of: from (log posts, other unknown) to a cell; posts are rounded there. near_enough:
    log by which the target may be missed.
    """

    simulate: Callable[[Cell], Evaluation]
    approximate: Callable[[Cell], Evaluation]
    cell_of: Callable[[float, float], Cell]
    conditions: Conditions
    near_enough: float
    low: tuple[float, float]
    high: tuple[float, float]

    def root(self, start: Floats, correction: Floats) -> Floats | None:
        """The root of the corrected approximation, by damped Newton steps; None if there is none.

        Steps are kept within the bounds: a root beyond them is none. The approximation is
        a little rough in the posts; where the steps get small but do not end, the point from
        which the shortest went is the root.
        """
        here, shortest, best = start, ROUGH, None
        for _ in range(MOST_STEPS):
            values, slopes = self.slopes(here)
            step = _newton(slopes, values + correction)
            if step is None:
                return best
            length = float(np.max(np.abs(step)))
            if length < ROOT_TOLERANCE:
                return here
            if length < shortest:
                shortest, best = length, here
            elif best is not None:
                return best
            moved = np.clip(here + step * min(1.0, LONGEST_STEP / length), self.low, self.high)
            if np.max(np.abs(moved - here)) < ROOT_TOLERANCE:
                return None
            here = moved
        return best

    def slopes(self, here: Floats) -> tuple[Floats, Floats]:
        """Conditions of the approximation and their slopes, by differences towards the inside."""
        values = self._approximated(here)
        columns = []
        for k in range(2):
            by = DIFFERENCE if here[k] + DIFFERENCE <= self.high[k] else -DIFFERENCE
            moved = here.copy()
            moved[k] += by
            columns.append((self._approximated(moved) - values) / by)
        return values, np.stack(columns, axis=1)

    def _approximated(self, here: Floats) -> Floats:
        return self.conditions(self.approximate(self.cell_of(float(here[0]), float(here[1]))))

    def run(self, start: Floats, around: Sequence[tuple[float, float]] = AROUND) -> Found | None:
        """The root, simulated; None where the approximation has none, or it does not settle.

        around: where the search begins, relative to the start, one after the other.
        """
        here = self.first_root(start, np.zeros(2), around)
        last: tuple[Floats, Floats] | None = None
        slopes = np.zeros((2, 2))
        for _ in range(MOST_SIMULATED):
            if here is None:
                return None
            cell = self.cell_of(float(here[0]), float(here[1]))
            assert cell.posts is not None
            here = np.array([log(cell.posts), here[1]])
            found = self.simulate(cell)
            simulated = self.conditions(found)
            if last is None or np.max(np.abs(here - last[0])) > NEAR:
                values, slopes = self.slopes(here)
                step = self._step(here, values, slopes, simulated)
            else:
                slopes = _updated(slopes, here - last[0], simulated - last[1])
                step = _newton(slopes, simulated)
            if step is None:
                return None
            settled = abs(step[0]) < max(POSTS_TOLERANCE, 0.5 / cell.posts)
            if settled and abs(simulated[0]) < self.near_enough:
                return Found(cell, found, slopes, step)
            last = here, simulated
            here = np.clip(here + step, self.low, self.high)
        return None

    def first_root(
        self, start: Floats, correction: Floats, around: Sequence[tuple[float, float]]
    ) -> Floats | None:
        """The root of the corrected approximation, looked for from a few points."""
        tries = (np.clip(start + np.array(by), self.low, self.high) for by in around)
        roots = (self.root(each, correction) for each in tries)
        return next((each for each in roots if each is not None), None)

    def _step(
        self, here: Floats, values: Floats, slopes: Floats, simulated: Floats
    ) -> Floats | None:
        """From a simulated point to the root: along the slopes where that is near."""
        step = _newton(slopes, simulated)
        if step is not None and np.max(np.abs(step)) < NEAR:
            return step
        after = self.root(here, simulated - values)
        return None if after is None else after - here


def _newton(slopes: Floats, values: Floats) -> Floats | None:
    """The step to the root along the slopes; None where they are flat."""
    if abs(np.linalg.det(slopes)) < FLAT:
        return None
    return np.asarray(-np.linalg.solve(slopes, values))


def _updated(slopes: Floats, moved: Floats, changed: Floats) -> Floats:
    """Slopes that explain the last move, changed as little as possible.

    C. Broyden, "A class of methods for solving nonlinear simultaneous equations", Mathematics
    of Computation 19 (1965).
    """
    length = float(moved @ moved)
    if length < SHORT:
        return slopes
    better = slopes + np.outer(changed - slopes @ moved, moved) / length
    return slopes if abs(np.linalg.det(better)) < FLAT else np.asarray(better)


def rounded_posts(log_posts: float) -> int:
    """Whole posts, one at least."""
    return max(1, round(exp(log_posts)))
