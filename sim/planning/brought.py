"""What a combination of levers brings of what a target takes.

Every combination is simulated with the posts of the sizing point at full intensity, and once
more near its least posts. Entries with the most posts looked at are simulated for two
combinations, none and all; for the others the fluid approximation is put right by what it
was off there.

Least posts are searched over both, posts and intensity: more orientations than needed are
never forced on the portfolios.

- Where a combination brings enough orientations at the sizing point, its least posts are near
  those: the intensity that is about enough is simulated there, and one step is gone along the
  slopes of the sizing point, in posts and intensity, to where both conditions are just met.
- Where it brings too few, more posts help as far as they bring orientations: the posts at
  which the target is met are guessed by the approximation, simulated, and set right by the
  slope between that point and the sizing point.

What all this is off is measured in every world, on the combination of all levers and on
another one that differs from world to world: these are simulated where the search ended
(`Tried`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from sim.planning.evaluate import Cell, Evaluation
from sim.planning.search import beyond, conditions, reached, rounded_posts, strain
from sim.planning.sizing import Evaluating, SizingPoint
from sim.sections import Target

Floats = NDArray[np.float64]

MOST_SIMULATED = 2
NEAR = 0.02
LONGEST_STEP = 0.3
BROKEN = 0.02
FLAT = 1e-3
DOUBT = 0.01


@dataclass(frozen=True)
class Brought:
    """What one combination brings.

    names: of its levers. multiplier: orientations with them relative to without, at N* posts.
    at_sizing: simulated with N* posts, at full intensity. reached_at_most: the target's
    measure with the most posts looked at. least_posts: for the target under all guardrails,
    infinite where there is none up to those. intensity: the share of the levers' intensities
    that is enough with the least posts (0 where these need no lever).
    """

    names: tuple[str, ...]
    multiplier: float
    at_sizing: Evaluation
    reached_at_most: float
    least_posts: float
    intensity: float

    @property
    def suffices(self) -> bool:
        """Whether the target holds with it and some number of posts in reach."""
        return self.least_posts < inf


@dataclass(frozen=True)
class Tried:
    """How a combination's answers fared when they were simulated.

    reached_at_most: by the approximation put right, over simulated, less 1. least_posts: by
    how much of them the simulation would move them (0 where there are none).
    """

    names: tuple[str, ...]
    reached_at_most: float
    least_posts: float


@dataclass(frozen=True)
class Search:
    """The search for what combinations bring, in one world.

    sizing: N* and m*. most: the most posts looked at.
    """

    evaluate: Evaluating
    sizing: SizingPoint
    most: int

    def brought(self, combinations: Sequence[tuple[str, ...]]) -> tuple[Brought, ...]:
        """What every combination brings."""
        none: tuple[str, ...] = ()
        every = max(combinations, key=len)
        most = log(self.most)
        ends = self._off(self._cell(most, none)), self._off(self._cell(most, every))
        whole = log(self._multiplier(every))

        def off_at_most(names: tuple[str, ...]) -> float:
            """By the orientations that the combination brings, between those two."""
            way = log(self._multiplier(names)) / whole if abs(whole) > FLAT else 0.5
            return ends[0] + (ends[1] - ends[0]) * min(max(way, 0.0), 1.0)

        return tuple(self._one(names, off_at_most(names)) for names in combinations)

    def _multiplier(self, names: tuple[str, ...]) -> float:
        """Orientations with a combination relative to without, at N* posts."""
        year = self._target.year
        with_them = self.evaluate(Cell(self.sizing.posts, levers=names)).of("orientations", year)
        without = self.evaluate(Cell(self.sizing.posts)).of("orientations", year)
        return with_them / max(without, 1e-9)

    def tried(self, found: Brought) -> Tried:
        """The answers of a combination, simulated."""
        at_most = reached(self.evaluate(self._cell(log(self.most), found.names)), self._target)
        error = found.reached_at_most / at_most - 1
        if not found.suffices or found.intensity == 0:
            return Tried(found.names, error, 0.0)
        here = np.array([log(found.least_posts), found.intensity])
        slopes = self._slopes(found.names)
        if found.intensity < 1:
            return Tried(found.names, error, float(-self._step(found.names, here, slopes)[0]))
        simulated = self.evaluate(self._cell(float(here[0]), found.names))
        begin = log(self.sizing.posts)
        at_sizing = self.evaluate(self._cell(begin, found.names))
        missed = beyond(simulated, self._target)
        gained = missed - beyond(at_sizing, self._target)
        slope = gained / (here[0] - begin) if here[0] > begin else float(slopes[0, 0])
        return Tried(found.names, error, missed / max(slope, FLAT))

    @property
    def _target(self) -> Target:
        return self.evaluate.scenario.target

    def _cell(self, log_posts: float, names: tuple[str, ...], share: float = 1.0) -> Cell:
        return Cell(rounded_posts(log_posts), levers=names, intensity=round(share, 4))

    def _off(self, cell: Cell) -> float:
        """What the approximation is off at a simulated cell: log of the target's measure."""
        simulated, guessed = self.evaluate(cell), self.evaluate.approximate(cell)
        return beyond(simulated, self._target) - beyond(guessed, self._target)

    def _one(self, names: tuple[str, ...], at_most: float) -> Brought:
        target = self._target
        most = self._cell(log(self.most), names)
        margin = beyond(self.evaluate.approximate(most), target) + at_most
        if abs(margin) < DOUBT:
            margin = beyond(self.evaluate(most), target)
        least, intensity = self._least(names, at_most) if margin >= 0 else (inf, 1.0)
        return Brought(
            names=names,
            multiplier=self._multiplier(names),
            at_sizing=self.evaluate(Cell(self.sizing.posts, levers=names)),
            reached_at_most=target.people * exp(margin),
            least_posts=float(least),
            intensity=intensity,
        )

    def _least(self, names: tuple[str, ...], at_most: float) -> tuple[float, float]:
        """The least posts over all intensities, and the intensity."""
        if self.sizing.multiplier <= 1:
            return self.sizing.posts, 0.0
        in_full = self.evaluate(Cell(self.sizing.posts, levers=names))
        if beyond(in_full, self._target) >= 0:
            alone = beyond(self.evaluate(Cell(self.sizing.posts)), self._target)
            share = -alone / max(float(self._slopes(names)[0, 1]), FLAT)
            return self._eased(names, log(self.sizing.posts), min(max(share, 0.0), 1.0))
        return self._in_full(names, at_most)

    def _eased(self, names: tuple[str, ...], log_posts: float, share: float) -> tuple[float, float]:
        """The least posts and the intensity with them, from a point nearby."""
        slopes, here = self._slopes(names), np.array([log_posts, share])
        for _ in range(MOST_SIMULATED):
            step = self._step(names, here, slopes)
            here = np.array([here[0] + step[0], np.clip(here[1] + step[1], 0.0, 1.0)])
            if abs(step[0]) < NEAR:
                break
        return rounded_posts(float(here[0])), float(here[1])

    def _step(self, names: tuple[str, ...], here: Floats, slopes: Floats) -> Floats:
        """The step, in log posts and intensity, from a simulated point to both conditions."""
        found = self.evaluate(self._cell(float(here[0]), names, float(here[1])))
        off = conditions(self._target)(found)
        return np.asarray(np.clip(-np.linalg.solve(slopes, off), -LONGEST_STEP, LONGEST_STEP))

    def _slopes(self, names: tuple[str, ...]) -> Floats:
        """Slopes of both conditions on log posts and intensity, at the sizing point.

        An intensity adds to the target's measure what it adds at N* from none to full, and to
        the guardrail as much as other orientations that add this.
        """
        posts, target = self.sizing.posts, self._target
        in_full, alone = self.evaluate(Cell(posts, levers=names)), self.evaluate(Cell(posts))
        gained = max(beyond(in_full, target) - beyond(alone, target), FLAT)
        known = np.array(self.sizing.slopes)
        return np.stack([known[:, 0], known[:, 1] * gained / max(known[0, 1], FLAT)], axis=1)

    def _in_full(self, names: tuple[str, ...], at_most: float) -> tuple[float, float]:
        """The least posts at full intensity where it takes more than those of the sizing point."""
        begin, end = log(self.sizing.posts), log(self.most)
        met = beyond(self.evaluate(self._cell(begin, names)), self._target)
        off = self._off(self._cell(begin, names))

        def missing(log_posts: float) -> float:
            way = (log_posts - begin) / max(end - begin, 1e-9)
            guess = self.evaluate.approximate(self._cell(log_posts, names))
            return -beyond(guess, self._target) - (1 - way) * off - way * at_most

        share = 1.0 if names else 0.0
        if missing(end) > 0:
            return self._at_most(names, share)
        here, last, missed = float(brentq(missing, begin, end, xtol=0.01)), begin, -met
        for _ in range(MOST_SIMULATED):
            here = log(rounded_posts(here))
            missing_here = -beyond(self.evaluate(self._cell(here, names)), self._target)
            slope = (missing_here - missed) / (here - last) if here > last else -FLAT
            after = min(max(here - missing_here / min(slope, -FLAT), begin), end)
            last, missed, near, here = here, missing_here, abs(after - here) < NEAR, after
            if near:
                break
        if strain(self.evaluate(self._cell(last, names)), self._target) > BROKEN:
            return self._eased(names, here, 1.0)
        return rounded_posts(here), share

    def _at_most(self, names: tuple[str, ...], share: float) -> tuple[float, float]:
        """The most posts where these are enough, else none."""
        enough = beyond(self.evaluate(self._cell(log(self.most), names)), self._target) >= 0
        return (self.most, share) if enough else (inf, 1.0)
