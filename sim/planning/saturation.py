"""From how many posts on a lever brings something, where here it brings nearly nothing.

A lever on top of all others may find no place left for the people that it brings. What it
adds there against what it adds where posts are plentiful is simulated at both ends, on
a few draws; between them the fluid approximation says about where it begins to add
something, and the simulation checks that and corrects it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.experiment.executor import Progress, Workers
from sim.planning.combinations import Combination
from sim.planning.lever_runs import Point, Unit, run_unit

Floats = NDArray[np.float64]

GRID = 9
MOST_CHECKS = 3
TOLERANCE = 0.05
MONTHS_A_YEAR = 12
SATURATING = ("entries", "people_supported")

TRIFLING = 0.001  # of the value without levers
NEARLY_NOTHING = 0.2  # of what a lever brings where posts are plentiful
NEARLY_ALL = 0.8
NOTHING, SATURATED, PARTLY, IN_FULL, MORE_HERE, COSTS = (
    "nothing",
    "saturated",
    "partly",
    "in_full",
    "more_here",
    "costs",
)


def verdict(here: float, plenty: float, without: float) -> str:
    """What a lever added last does here against where posts are plentiful, in a word.

    'nothing' here and there; 'saturated': less than a fifth of what it brings there;
    'partly': less than four fifths; 'in_full'; 'more_here': a quarter more than there;
    'costs': it takes away. What is less than a thousandth of the value without levers counts
    as nothing.
    """
    trifling = TRIFLING * abs(without)
    if plenty <= trifling:
        told = MORE_HERE if here > trifling else COSTS if here < -trifling else NOTHING
    elif here < NEARLY_NOTHING * plenty:
        told = SATURATED
    elif here < NEARLY_ALL * plenty:
        told = PARTLY
    else:
        told = IN_FULL if here <= plenty / NEARLY_ALL else MORE_HERE
    return told


@dataclass(frozen=True)
class Onset:
    """Posts from which on a lever brings a stated share of what it brings with plentiful posts.

    places: of the portfolios in service with those posts, mean of the year. share: the
    simulated share there, which is the stated one but for what the search leaves. draws: on
    how many draws and replications it was looked for.
    """

    posts: int
    places: float
    share: float
    draws: int


def onset(
    units: Sequence[Unit],
    weights: Floats,
    levers: Combination,
    lever: str,
    ends: tuple[int, int],
    measure: str,
    share: float,
    workers: Workers,
    progress: Progress,
) -> Onset:
    """The posts between the ends at which a lever, added last, brings the share.

    measure: 'entries' or 'people_supported'. units: draws with a replication each (their
    points do not count), of these weights. Calls `progress` with the runs done.
    """
    rest = tuple(name for name in levers if name != lever)

    def simulated(posts: int) -> tuple[float, float]:
        """What the lever adds, and the places in service."""
        points = (Point(levers, posts), Point(rest, posts))
        frames = workers.map(run_unit, [replace(unit, points=points) for unit in units])
        progress(len(points) * len(units))
        added = [frame[measure].iloc[0] - frame[measure].iloc[1] for frame in frames]
        places = [frame["stock"].iloc[0] / frame["places_taken"].iloc[0] for frame in frames]
        return float(np.average(added, weights=weights)), float(np.average(places, weights=weights))

    plenty = simulated(ends[1])[0]
    shares = {ends[0]: simulated(ends[0])[0] / plenty, ends[1]: 1.0}
    guess = _by_fluid(units, weights, (levers, rest), ends, measure, share)
    for _ in range(MOST_CHECKS):
        added, places = simulated(guess)
        shares[guess] = added / plenty
        found = Onset(guess, places, shares[guess], len(units))
        if abs(found.share - share) <= TOLERANCE:
            break
        below = max(posts for posts, reached in shares.items() if reached < share)
        above = min((posts for posts in shares if posts > below), default=ends[1])
        line = np.interp(share, [shares[below], shares[above]], [below, above])
        guess = min(max(round(float(line)), below + 1), above)
    return found


def _by_fluid(
    units: Sequence[Unit],
    weights: Floats,
    sides: tuple[Combination, Combination],
    ends: tuple[int, int],
    measure: str,
    share: float,
) -> int:
    """About where the share is reached, by the fluid approximation on a grid of posts."""
    grid = np.unique(np.geomspace(*ends, GRID).round().astype(np.int64))
    added = np.array(
        [
            np.average(
                [
                    _fluid_value(unit, Point(sides[0], int(posts)), measure)
                    - _fluid_value(unit, Point(sides[1], int(posts)), measure)
                    for unit in units
                ],
                weights=weights,
            )
            for posts in grid
        ]
    )
    reached = np.flatnonzero(added >= share * added[-1])
    first = int(reached[0]) if len(reached) else len(grid) - 1
    if first == 0:
        return int(grid[1])
    ways = [added[first - 1], added[first]], [grid[first - 1], grid[first]]
    return round(float(np.interp(share * added[-1], *ways)))


def _fluid_value(unit: Unit, point: Point, measure: str) -> float:
    """A measure of the last year by the fluid approximation."""
    from sim.flow import fluid
    from sim.population.fluid_build import STEPS_A_MONTH, fluid_inputs

    flow = fluid.run(fluid_inputs(unit.planned(point)))
    year = MONTHS_A_YEAR * STEPS_A_MONTH
    entries = float(flow.entries[-year:].sum())
    return entries if measure == "entries" else float(flow.stock[-year - 1]) + entries
