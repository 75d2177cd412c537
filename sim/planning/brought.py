"""What a combination of levers brings of what a target takes.

Simulated with the posts of the sizing point at full intensity: every combination without the
shared facilitation, which acts through the other levers alone, and all levers together. With
the most posts looked at: none and all; at their least posts: none and all. Everything else is
foretold: the fluid approximation, put right by what it was off where it was simulated nearby.

- With the facilitation, a combination at the sizing point is the same without it, simulated,
  times what the approximation makes of the facilitation.
- With the most posts: by what the approximation was off for none and for all.
- Least posts are looked for over both, posts and intensity: more orientations than needed are
  never forced on the portfolios. Where a combination brings enough orientations at the sizing
  point, its least posts are near those, where both conditions are just met, as at the sizing
  point itself: the approximation is put right by what it is off there. Where it brings too
  few, more posts help as far as they bring orientations: it is put right by what it is off for
  the combination at the sizing point and with the most posts, in proportion between them.

What all this is off is measured in every world, on a combination that differs from world to
world: it is simulated where it was foretold (`Tried`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp, inf, log

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from sim.levers import FACILITATION
from sim.planning.evaluate import Cell, Evaluation
from sim.planning.search import beyond, conditions, reached, rounded_posts, strain
from sim.planning.sizing import Evaluating, SizingPoint
from sim.sections import Target

Floats = NDArray[np.float64]

MOST_SIMULATED = 2
MOST_FORETOLD = 10
NEAR = 0.02
CLOSE = 0.002
LONGEST_STEP = 0.3
BROKEN = 0.02
FLAT = 1e-3
DOUBT = 0.01


@dataclass(frozen=True)
class Brought:
    """What one combination brings.

    names: of its levers. multiplier: orientations with them relative to without, at N* posts.
    at_sizing: with N* posts, at full intensity (simulated, or foretold with the measures that
    the approximation has). reached_at_most: the target's
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
    """How what was foretold of a combination fared when it was simulated.

    at_sizing, reached_at_most: the target's measure as foretold over simulated, less 1.
    least_posts: by how much of them the simulation would move them (0 where there are none).
    """

    names: tuple[str, ...]
    at_sizing: float
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
        every = max(combinations, key=len)
        most = log(self.most)
        none = self._off(self._cell(most, ()))[0]
        all_of_them = self._off(self._cell(most, every))[0]
        whole = log(self._multiplier(self._simulated(every)))

        def one(names: tuple[str, ...]) -> Brought:
            known = not names or names == every or FACILITATION not in names
            at_sizing = self._simulated(names) if known else self._foretold(names)
            multiplier = self._multiplier(at_sizing)
            way = log(multiplier) / whole if abs(whole) > FLAT else 0.5
            off_at_most = none + (all_of_them - none) * min(max(way, 0.0), 1.0)
            return self._one(names, at_sizing, off_at_most, refined=names in ((), every))

        return tuple(one(names) for names in combinations)

    def _simulated(self, names: tuple[str, ...]) -> Evaluation:
        """A combination with N* posts."""
        return self.evaluate(Cell(self.sizing.posts, levers=names))

    def _foretold(self, names: tuple[str, ...]) -> Evaluation:
        """The same, from the combination without the facilitation."""
        posts, others = self.sizing.posts, tuple(each for each in names if each != FACILITATION)
        return self.evaluate.foretold(Cell(posts, levers=names), Cell(posts, levers=others))

    def _multiplier(self, at_sizing: Evaluation) -> float:
        """Orientations relative to those without levers, at N* posts."""
        year = self._target.year
        without = self._simulated(()).of("orientations", year)
        return at_sizing.of("orientations", year) / max(without, 1e-9)

    def tried(self, found: Brought) -> Tried:
        """What was foretold of a combination, simulated."""
        target, names = self._target, found.names
        simulated = self._simulated(names)
        at_sizing = reached(found.at_sizing, target) / reached(simulated, target) - 1
        most = self.evaluate(self._cell(log(self.most), names))
        at_most = found.reached_at_most / reached(most, target) - 1
        if not found.suffices or found.intensity == 0:
            return Tried(names, at_sizing, at_most, 0.0)
        here = np.array([log(found.least_posts), found.intensity])
        slopes = self._slopes(simulated)
        if found.intensity < 1:
            step = self._step(names, here, slopes)
            return Tried(names, at_sizing, at_most, float(-step[0]))
        missed = beyond(self.evaluate(self._cell(float(here[0]), names)), target)
        begin = log(self.sizing.posts)
        gained = missed - beyond(simulated, target)
        slope = gained / (here[0] - begin) if here[0] > begin else float(slopes[0, 0])
        return Tried(names, at_sizing, at_most, missed / max(slope, FLAT))

    @property
    def _target(self) -> Target:
        return self.evaluate.scenario.target

    def _cell(self, log_posts: float, names: tuple[str, ...], share: float = 1.0) -> Cell:
        return Cell(rounded_posts(log_posts), levers=names, intensity=round(share, 4))

    def _guessed(self, cell: Cell) -> Floats:
        """Both conditions by the approximation."""
        return conditions(self._target)(self.evaluate.approximate(cell))

    def _off(self, cell: Cell) -> Floats:
        """What the approximation is off at a simulated cell, in both conditions."""
        return conditions(self._target)(self.evaluate(cell)) - self._guessed(cell)

    @cached_property
    def _off_at_sizing(self) -> Floats:
        """What it is off at the sizing point itself."""
        point = Cell(self.sizing.posts, self.sizing.multiplier)
        return conditions(self._target)(self.sizing.evaluation) - self._guessed(point)

    def _one(
        self, names: tuple[str, ...], at_sizing: Evaluation, off_at_most: float, refined: bool
    ) -> Brought:
        target = self._target
        most = self._cell(log(self.most), names)
        margin = beyond(self.evaluate.approximate(most), target) + off_at_most
        if abs(margin) < DOUBT:
            margin = beyond(self.evaluate(most), target)
        least, intensity = inf, 1.0
        if margin >= 0:
            least, intensity = self._least(names, at_sizing, off_at_most, refined)
        return Brought(
            names=names,
            multiplier=self._multiplier(at_sizing),
            at_sizing=at_sizing,
            reached_at_most=target.people * exp(margin),
            least_posts=float(least),
            intensity=intensity,
        )

    def _least(
        self, names: tuple[str, ...], at_sizing: Evaluation, off_at_most: float, refined: bool
    ) -> tuple[float, float]:
        """The least posts over all intensities, and the intensity."""
        if self.sizing.multiplier <= 1:
            return self.sizing.posts, 0.0
        if beyond(at_sizing, self._target) < 0:
            return self._in_full(names, at_sizing, off_at_most, refined)
        slopes = self._slopes(at_sizing)
        alone = beyond(self._simulated(()), self._target)
        share = min(max(-alone / max(float(slopes[0, 1]), FLAT), 0.0), 1.0)
        return self._eased(names, slopes, log(self.sizing.posts), share, refined)

    def _eased(
        self,
        names: tuple[str, ...],
        slopes: Floats,
        log_posts: float,
        share: float,
        refined: bool,
    ) -> tuple[float, float]:
        """The least posts and the intensity with them, from a point nearby."""
        here = np.array([log_posts, share])
        passes = [(False, MOST_FORETOLD, CLOSE)] + [(True, MOST_SIMULATED, NEAR)] * refined
        for simulated, most, near in passes:
            for _ in range(most):
                step = self._step(names, here, slopes, simulated)
                here = np.array([here[0] + step[0], np.clip(here[1] + step[1], 0.0, 1.0)])
                if abs(step[0]) < near:
                    break
        return rounded_posts(float(here[0])), float(here[1])

    def _step(
        self, names: tuple[str, ...], here: Floats, slopes: Floats, simulated: bool = True
    ) -> Floats:
        """The step, in log posts and intensity, from a point to both conditions."""
        cell = self._cell(float(here[0]), names, float(here[1]))
        off = (
            conditions(self._target)(self.evaluate(cell))
            if simulated
            else self._guessed(cell) + self._off_at_sizing
        )
        return np.asarray(np.clip(-np.linalg.solve(slopes, off), -LONGEST_STEP, LONGEST_STEP))

    def _slopes(self, in_full: Evaluation) -> Floats:
        """Slopes of both conditions on log posts and intensity, at the sizing point.

        An intensity adds to the target's measure what it adds at N* from none to full, and to
        the guardrail as much as other orientations that add this.
        """
        target = self._target
        gained = max(beyond(in_full, target) - beyond(self._simulated(()), target), FLAT)
        known = np.array(self.sizing.slopes)
        return np.stack([known[:, 0], known[:, 1] * gained / max(known[0, 1], FLAT)], axis=1)

    def _in_full(
        self, names: tuple[str, ...], at_sizing: Evaluation, off_at_most: float, refined: bool
    ) -> tuple[float, float]:
        """The least posts at full intensity where it takes more than those of the sizing point."""
        target, begin, end = self._target, log(self.sizing.posts), log(self.most)
        met = conditions(target)(at_sizing)
        off = met - self._guessed(self._cell(begin, names))

        def missing(log_posts: float) -> float:
            way = (log_posts - begin) / max(end - begin, 1e-9)
            guess = self.evaluate.approximate(self._cell(log_posts, names))
            return -beyond(guess, target) - (1 - way) * float(off[0]) - way * off_at_most

        share = 1.0 if names else 0.0
        if missing(end) > 0:
            return self._at_most(names, share)
        here = last = float(brentq(missing, begin, end, xtol=CLOSE))
        if refined:
            here, last = self._set_right(names, here, begin, -float(met[0]))
            strained = strain(self.evaluate(self._cell(last, names)), target)
        else:
            strained = float(self._guessed(self._cell(here, names))[1] + off[1])
        if strained > BROKEN:
            return self._eased(names, self._slopes(at_sizing), here, 1.0, refined)
        return rounded_posts(here), share

    def _set_right(
        self, names: tuple[str, ...], here: float, last: float, missed: float
    ) -> tuple[float, float]:
        """Log posts after simulation, by the slope from the last point; and where it was last."""
        begin, end = last, log(self.most)
        for _ in range(MOST_SIMULATED):
            here = log(rounded_posts(here))
            missing_here = -beyond(self.evaluate(self._cell(here, names)), self._target)
            slope = (missing_here - missed) / (here - last) if here > last else -FLAT
            after = min(max(here - missing_here / min(slope, -FLAT), begin), end)
            last, missed, near, here = here, missing_here, abs(after - here) < NEAR, after
            if near:
                break
        return here, last

    def _at_most(self, names: tuple[str, ...], share: float) -> tuple[float, float]:
        """The most posts where these are enough, else none."""
        enough = beyond(self.evaluate(self._cell(log(self.most), names)), self._target) >= 0
        return (self.most, share) if enough else (inf, 1.0)
