"""What people waited for: a place, a diagnosis slot, or nothing (orientations bind).

Computed from the table of people alone, so it is the same for every engine:
each pool's year is swept through in time, knowing how many wait and whether a
portfolio with room exists.
"""

from __future__ import annotations

# mypy cannot see through numba's decorators.
# mypy: disable-error-code="no-untyped-def,no-untyped-call,misc"
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.flow.inputs import Fate, Flow
from sim.population.build import World

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Binding:
    """Pool-days by place and month: waiting for a place, for a slot, nobody waiting."""

    for_a_place: Floats
    for_a_slot: Floats
    nobody: Floats


@njit(cache=True)
def _sweep(
    start, time, kind, owner, places_after, working_after, portfolios, months, bounds, horizon, out
):  # fmt: skip
    """Sweep every pool's events in time order, adding days to out[pool, month, case]."""
    loads, places = np.zeros(portfolios, np.int64), np.zeros(portfolios, np.int64)
    working = np.zeros(portfolios, np.bool_)
    for pool in range(len(start) - 1):
        rows = np.argsort(time[start[pool] : start[pool + 1]], kind="mergesort") + start[pool]
        waiting, room, now, month = 0, 0, 0.0, 0
        for step in range(len(rows) + 1):
            then = time[rows[step]] if step < len(rows) else horizon
            case = 2 if waiting == 0 else (1 if room > 0 else 0)
            while now < then:
                until = min(then, bounds[month + 1])
                out[pool, month, case] += until - now
                now = until
                if now >= bounds[month + 1] and month + 1 < months:
                    month += 1
            if step == len(rows):
                break
            row = rows[step]
            k, what = owner[row], kind[row]
            if what == 0:
                waiting += 1
            elif what == 1:
                waiting -= 1
            else:
                had = working[k] and loads[k] < places[k]
                if what == 2:
                    loads[k] += 1
                elif what == 3:
                    loads[k] -= 1
                else:
                    places[k], working[k] = places_after[row], working_after[row]
                has = working[k] and loads[k] < places[k]
                room += int(has) - int(had)


JOINS, LEAVES, FILLS, FREES, CHANGES = range(5)


def binding(world: World, flow: Flow) -> Binding:
    """Pool-days of a run by what bound, by place and month."""
    inputs, people, portfolios = world.inputs, world.inputs.people, world.inputs.portfolios
    horizon = inputs.horizon
    pool = np.repeat(np.arange(inputs.pools), np.diff(people.start))
    until = np.where(np.isnan(flow.t2), flow.t3, flow.t2)
    waited = np.flatnonzero(
        (people.t1 < horizon) & (people.t_abandon > people.t1) & ~(until == people.t1)
    )
    done = waited[until[waited] < horizon]
    came = np.flatnonzero(flow.fate == Fate.ENTERED)
    left = came[flow.t3[came] < horizon]
    owner = np.repeat(np.arange(len(portfolios.pool)), np.diff(portfolios.state_start))
    dated = np.flatnonzero(portfolios.time < horizon)
    nobody = np.full(len(waited), -1)
    parts = [
        (pool[waited], people.t1[waited], JOINS, nobody),
        (pool[done], until[done], LEAVES, nobody[: len(done)]),
        (pool[came], flow.t2[came], FILLS, flow.portfolio[came]),
        (pool[left], flow.t3[left], FREES, flow.portfolio[left]),
        (portfolios.pool[owner[dated]], portfolios.time[dated], CHANGES, owner[dated]),
    ]
    of_pool = np.concatenate([part[0] for part in parts])
    order = np.argsort(of_pool, kind="stable")
    time = np.concatenate([part[1] for part in parts])[order]
    kind = np.concatenate([np.full(len(part[0]), part[2]) for part in parts])[order]
    who = np.concatenate([part[3] for part in parts])[order]
    places, working = np.zeros(len(order), dtype=np.int64), np.zeros(len(order), dtype=bool)
    changes = np.flatnonzero(kind == CHANGES)
    places[changes], working[changes] = portfolios.places[dated], portfolios.in_service[dated]
    months = len(world.calendar.months)
    out = np.zeros((inputs.pools, months, 3))
    start = np.searchsorted(of_pool[order], np.arange(inputs.pools + 1))
    _sweep(
        start, time, kind, who, places, working, len(portfolios.pool), months,
        world.calendar.month_bounds, horizon, out,
    )  # fmt: skip
    by_place = np.zeros((len(world.pools.places), months, 3))
    np.add.at(by_place, world.pools.place_of_pool, out)
    return Binding(by_place[..., 0], by_place[..., 1], by_place[..., 2])
