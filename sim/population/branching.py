"""Inputs that go on from an earlier run instead of starting on day 0.

The people still under way are carried over from the trunk, with what has
happened to them; those oriented from the branching date on are drawn as usual.
A trunk is run part by part like any run, and keeps only who is carried over.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.flow.branch import state_at
from sim.flow.inputs import Flow, Inputs, Opening, People
from sim.population.build import Conditions, parts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PEOPLE = tuple(each.name for each in fields(People) if each.name != "start")

# What the daily conditions before the branching date say already, or what only
# holds after it: not part of what two scenarios must share to share a trunk.
_SAID_BY_THE_DAYS = (
    "posts.target",
    "posts.hiring_end",
    "posts.later",
    "posts.most_hires_per_month",
    "posts.allocation",
    "levers.",
    "shocks.",
    "target.",
    "horizon.end",
    "orientations.",
    "entry.process_delay_days",
    "entry.agreement",
    "parcours.duration_days",
    "parcours.true_to_published",
    "portfolios.places_from",
)


@dataclass(frozen=True)
class Trunk:
    """The state of all pools just before `begin`, from which branches go on.

    people: those carried over (rows by pool); t2, t3: of those inside, else NaN;
    ordinal: their portfolio's place in its pool, else -1. slot_free_from: by pool and
    portfolio, the rows `first[p]:first[p + 1]`.
    """

    begin: float
    people: People
    t2: Floats
    t3: Floats
    ordinal: Ints
    first: Ints
    slot_free_from: Floats
    pool_slot_free_from: Floats


class Carrying:
    """Gathers a trunk from the parts of a run."""

    def __init__(self, begin: float) -> None:
        self.begin = begin
        self.parts: list[Trunk] = []

    def add(self, inputs: Inputs, flow: Flow) -> None:
        """Take over whoever is under way at the end of a part's run."""
        state = state_at(inputs, flow, self.begin)
        rows, people = state.rows, inputs.people
        every_pool = np.arange(inputs.pools + 1)
        columns = {name: getattr(people, name)[rows] for name in PEOPLE}
        pool = np.repeat(every_pool[:-1], np.diff(people.start))[rows]
        first = np.searchsorted(inputs.portfolios.pool, every_pool)
        self.parts.append(
            Trunk(
                begin=self.begin,
                people=People(start=np.searchsorted(pool, every_pool), **columns),
                t2=np.where(state.inside, flow.t2[rows], np.nan),
                t3=np.where(state.inside, flow.t3[rows], np.nan),
                ordinal=np.where(state.inside, flow.portfolio[rows] - first[pool], -1),
                first=first,
                slot_free_from=state.slot_free_from,
                pool_slot_free_from=state.pool_slot_free_from,
            )
        )

    def trunk(self) -> Trunk:
        """All parts as one."""

        def put_together(column: Callable[[Trunk], Any]) -> Any:
            return np.concatenate([column(part) for part in self.parts])

        people = {name: put_together(attrgetter(f"people.{name}")) for name in PEOPLE}
        return Trunk(
            begin=self.begin,
            people=People(start=_starts([part.people.start for part in self.parts]), **people),
            t2=put_together(attrgetter("t2")),
            t3=put_together(attrgetter("t3")),
            ordinal=put_together(attrgetter("ordinal")),
            first=_starts([part.first for part in self.parts]),
            slot_free_from=put_together(attrgetter("slot_free_from")),
            pool_slot_free_from=put_together(attrgetter("pool_slot_free_from")),
        )


def _starts(parts: list[Ints]) -> Ints:
    """The starts of groups that follow each other, part by part."""
    sizes = np.concatenate([np.diff(part) for part in parts])
    return np.concatenate([[0], np.cumsum(sizes)])


def may_branch(made: Conditions, begin: float) -> bool:
    """Whether a run may go on at `begin`, a month's start: nothing planned comes earlier."""
    calendar = made.setting.calendar
    places_change = min(made.scenario.portfolios.places_from, default=None)
    return (
        0 < begin <= made.plan.plan_day
        and begin in calendar.month_bounds
        and begin < calendar.horizon
        and (places_change is None or calendar.day(places_change) >= begin)
        and not made.setting.by_day.by_channel[2, : int(begin)].any()
    )


def trunk_key(made: Conditions, begin: float) -> str:
    """A hash of everything that decides what happens before `begin`."""
    days = slice(0, int(begin))
    by_day = made.setting.by_day
    values = {
        path: value
        for path, value in made.scenario.values.items()
        if not path.startswith(_SAID_BY_THE_DAYS)
    }
    said = [values, made.seed, made.replication, begin, _allocated(made, begin)]
    hashed = hashlib.blake2b(json.dumps(said).encode())
    for array in (
        by_day.by_channel[:, days],
        by_day.process_delay[days],
        by_day.agreement[days],
        by_day.duration[days],
        by_day.interval_factor[days],
        by_day.pool_interval_factor[days],
        made.plan.held[:, days],
        made.demand,
    ):
        hashed.update(np.ascontiguousarray(array).tobytes())
    return hashed.hexdigest()


def _allocated(made: Conditions, begin: float) -> str:
    """Where new posts go, if some were there before; else it decides nothing of the past."""
    before = made.plan.held[:, : int(begin)].max(axis=1, initial=0)
    return made.scenario.posts.allocation if (before > made.plan.of_today).any() else ""


def branches(made: Conditions, trunk: Trunk, at_once: int) -> Iterator[tuple[slice, Inputs]]:
    """The inputs under these conditions from the trunk on, some pools at a time."""
    room = np.diff(trunk.people.start)
    for pools, inputs in parts(made, at_once, since=trunk.begin, room=room):
        yield pools, _joined(inputs, trunk, pools)


def _joined(inputs: Inputs, trunk: Trunk, pools: slice) -> Inputs:
    """The inputs with the trunk's people in the room left for them, and their opening."""
    starts = trunk.people.start[pools.start : pools.stop + 1]
    carried, rows = slice(starts[0], starts[-1]), int(starts[-1] - starts[0])
    sizes = np.diff(starts)
    free = np.repeat(inputs.people.start[:-1] - (starts[:-1] - starts[0]), sizes) + np.arange(rows)
    for name in PEOPLE:
        getattr(inputs.people, name)[free] = getattr(trunk.people, name)[carried]
    total, portfolios = int(inputs.people.start[-1]), inputs.portfolios
    first = np.searchsorted(portfolios.pool, np.arange(inputs.pools))
    t2, t3 = np.full(total, np.nan), np.full(total, np.nan)
    t2[free], t3[free] = trunk.t2[carried], trunk.t3[carried]
    ordinal = trunk.ordinal[carried]
    portfolio = np.full(total, -1, dtype=np.int64)
    portfolio[free] = np.where(ordinal >= 0, ordinal + np.repeat(first, sizes), -1)
    old = trunk.first[pools.start : pools.stop + 1]
    kept = np.diff(old)
    number = np.repeat(first - (old[:-1] - old[0]), kept) + np.arange(old[-1] - old[0])
    slot_free_from = np.zeros(len(portfolios.pool))
    slot_free_from[number] = trunk.slot_free_from[old[0] : old[-1]]
    opening = Opening(
        begin=trunk.begin,
        t2=t2,
        portfolio=portfolio,
        t3=t3,
        slot_free_from=slot_free_from,
        pool_slot_free_from=trunk.pool_slot_free_from[pools],
    )
    return replace(inputs, opening=opening)
