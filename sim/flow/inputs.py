"""The contract between everything random or scenario-specific and the engines.

Arrays only. Times are days since the opening, on the grid of 1/1024 day;
simulated time is [0, horizon). Rows of people are grouped by pool and, within
a pool, in the order of orientation: the row number breaks ties in the queue.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int8]


class Fate(IntEnum):
    """What became of a person by the horizon."""

    ON_THE_WAY = 0
    WAITING = 1
    ABANDONED = 2
    REFUSED = 3
    ENTERED = 4


@dataclass(frozen=True)
class People:
    """Everyone oriented, one row each; `start[p]:start[p + 1]` are pool p's rows.

    t0: orientation. t1: ready for the shared diagnosis (≥ t0). t_abandon: gives
    up at this time unless diagnosed before. duration: of the parcours, days, at
    least 1. agrees: says yes at the diagnosis. channel, outcome: carried
    through for the measures, no engine reads them.
    """

    start: Ints
    t0: Floats
    t1: Floats
    t_abandon: Floats
    duration: Floats
    agrees: Flags
    outcome: Codes
    channel: Codes


@dataclass(frozen=True)
class Portfolios:
    """The dated states of every portfolio, portfolio by portfolio in time order.

    `pool[k]` is the pool of portfolio k; portfolios are grouped by pool, and
    their order within a pool is the order in which they are preferred at equal
    load. Portfolio k's states are the rows `state_start[k]:state_start[k + 1]`;
    a state holds from its `time` until the next. Before its first state a
    portfolio is not in service. `in_service`: takes people. `places`: how many
    it can hold. `interval`: least days between two of its diagnoses.
    """

    pool: Ints
    state_start: Ints
    time: Floats
    in_service: Flags
    places: Ints
    interval: Floats


@dataclass(frozen=True)
class PoolSlots:
    """Dated least days between two diagnoses of a pool; 0 is unlimited.

    Pool p's rows are `start[p]:start[p + 1]`; before the first it is 0.
    """

    start: Ints
    time: Floats
    interval: Floats


@dataclass(frozen=True)
class Opening:
    """The state from which a run goes on at `begin`: see `sim.flow.branch`.

    t2, portfolio, t3: of the people inside at that time (one value a person, NaN
    and -1 for the others). slot_free_from: per portfolio, pool_slot_free_from:
    per pool, when the interval since the last diagnosis ends. Whoever was ready
    before `begin` and is not inside waits in the queue.
    """

    begin: float
    t2: Floats
    portfolio: Ints
    t3: Floats
    slot_free_from: Floats
    pool_slot_free_from: Floats


@dataclass(frozen=True)
class Inputs:
    """All that an engine may know; without an `opening` the run starts empty on day 0."""

    horizon: float
    people: People
    portfolios: Portfolios
    slots: PoolSlots
    opening: Opening | None = None

    @property
    def pools(self) -> int:
        """Number of pools."""
        return len(self.people.start) - 1


def opening_of(inputs: Inputs) -> Opening:
    """The inputs' opening, or the empty one of day 0."""
    if inputs.opening is not None:
        return inputs.opening
    rows, count = int(inputs.people.start[-1]), len(inputs.portfolios.pool)
    return Opening(
        begin=0.0,
        t2=np.full(rows, np.nan),
        portfolio=np.full(rows, -1, dtype=np.int64),
        t3=np.full(rows, np.nan),
        slot_free_from=np.zeros(count),
        pool_slot_free_from=np.zeros(inputs.pools),
    )


@dataclass(frozen=True)
class Flow:
    """What an engine gives back: one row a person, in the order of the inputs.

    t2: the diagnosis (NaN without one). portfolio: whose (-1 without). t3: end
    of the parcours of those who entered, also where it lies beyond the horizon;
    for the others the time they left (refusal, abandonment) or NaN. fate: `Fate`.
    """

    t2: Floats
    portfolio: Ints
    t3: Floats
    fate: Codes

    def same(self, other: Flow) -> bool:
        """Equal bit for bit."""
        return all(
            np.array_equal(
                getattr(self, each.name).view(np.uint8), getattr(other, each.name).view(np.uint8)
            )
            for each in fields(self)
        )


def checked(inputs: Inputs) -> Inputs:
    """The inputs, or `ValueError` if they break the contract."""
    people, portfolios, slots = inputs.people, inputs.portfolios, inputs.slots
    rows = int(people.start[-1])
    count = len(portfolios.pool)
    rules = {
        "people rows": all(
            len(getattr(people, each.name)) == rows
            for each in fields(people)
            if each.name != "start"
        ),
        "horizon of 0 or more": inputs.horizon >= 0,
        "pools of people and slots": len(slots.start) == len(people.start),
        "groups that start at 0 and go on": all(
            starts[0] == 0 and bool(np.all(np.diff(starts) >= 0))
            for starts in (people.start, portfolios.state_start, slots.start)
        ),
        "slot rows": len(slots.time) == len(slots.interval) == slots.start[-1],
        "state columns": len(portfolios.time)
        == len(portfolios.in_service)
        == len(portfolios.places)
        == len(portfolios.interval),
        "portfolio states": len(portfolios.state_start) == count + 1
        and portfolios.state_start[-1] == len(portfolios.time),
        "portfolios grouped by pool": bool(np.all(np.diff(portfolios.pool) >= 0)),
        "portfolios in known pools": count == 0
        or 0 <= portfolios.pool[0] <= portfolios.pool[-1] < inputs.pools,
        "t0 ≤ t1": bool(np.all(people.t0 <= people.t1)),
        "t0 ≤ t_abandon": bool(np.all(people.t0 <= people.t_abandon)),
        "t0 ≥ 0": rows == 0 or bool(people.t0.min() >= 0),
        "durations of a day or more": rows == 0 or bool(people.duration.min() >= 1),
        "places ≥ 0": bool(np.all(portfolios.places >= 0)),
        "intervals ≥ 0": bool(np.all(portfolios.interval >= 0) and np.all(slots.interval >= 0)),
        "people in order of orientation": _ordered(people.start, people.t0),
        "states in order": _ordered(portfolios.state_start, portfolios.time),
        "slots in order": _ordered(slots.start, slots.time),
        "times on the grid": all(
            bool(np.all(times * 1024 == np.rint(times * 1024)))
            for times in (
                people.t0,
                people.t1,
                people.t_abandon,
                people.duration,
                portfolios.time,
                portfolios.interval,
                slots.time,
                slots.interval,
            )
        ),
    }
    broken = [name for name, holds in rules.items() if not holds]
    if broken:
        raise ValueError("the inputs break the contract: " + ", ".join(broken))
    return inputs


def _ordered(start: Ints, times: Floats) -> bool:
    """Whether times do not fall within any group."""
    if len(times) < 2:
        return True
    falls = np.flatnonzero(np.diff(times) < 0) + 1
    return bool(np.all(np.isin(falls, start)))
