"""The flow rebuilt at every instant, for tests.

`moments` rebuilds each pool's portfolios, slots and queue at every instant from
the inputs and the table, without any function of `sim.flow`. What it does not
find out for itself (who is diagnosed when, by whom) is what the tests judge.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.flow.inputs import Fate, Flow, Inputs


@dataclass
class Seat:
    """One portfolio just before the diagnoses of an instant."""

    load: int
    load_before: int
    in_service: bool
    places: int
    interval: float
    slot_free: bool

    def ready(self) -> bool:
        return self.in_service and self.load < self.places and self.slot_free


@dataclass
class Moment:
    """One pool at one instant: exits and changes are done, diagnoses are not.

    waiting: who may be diagnosed, by (t1, row), as (row, diagnosed now?, by
    which seat, agrees). exits, changed, slot_ended, gave_up: whether such a
    thing happens at this very instant.
    """

    now: float
    seats: list[Seat]
    pool_free: bool
    pool_interval: float
    waiting: list[tuple[int, bool, int, bool]]
    exits: bool
    changed: bool
    slot_ended: bool
    gave_up: bool

    def diagnosed(self) -> list[tuple[int, bool, int, bool]]:
        return [each for each in self.waiting if each[1]]

    def possible(self) -> list[int]:
        """The seats that could make a diagnosis now."""
        return [k for k, seat in enumerate(self.seats) if self.pool_free and seat.ready()]

    def diagnose(self, seat: int, agrees: bool) -> None:
        """Use a slot, and a place if the person agrees."""
        self.seats[seat].load += agrees
        self.seats[seat].slot_free = self.seats[seat].interval == 0
        self.pool_free = self.pool_interval == 0


def moments(x: Inputs, flow: Flow) -> Iterator[Moment]:
    """Every instant of every pool at which anything happens or becomes possible."""
    for pool in range(x.pools):
        yield from _moments_of_pool(x, flow, pool)


def _moments_of_pool(x: Inputs, flow: Flow, pool: int) -> Iterator[Moment]:
    rows = slice(x.people.start[pool], x.people.start[pool + 1])
    t1, t_abandon = x.people.t1[rows], x.people.t_abandon[rows]
    agrees, t2, t3 = x.people.agrees[rows], flow.t2[rows], flow.t3[rows]
    numbers = np.flatnonzero(x.portfolios.pool == pool)
    by = flow.portfolio[rows] - (numbers[0] if len(numbers) else 0)
    entered = flow.fate[rows] == Fate.ENTERED
    histories = [_history(x, k) for k in numbers]
    slots = [
        (float(x.slots.time[row]), (float(x.slots.interval[row]),))
        for row in range(x.slots.start[pool], x.slots.start[pool + 1])
    ]
    seen = ~np.isnan(t2)
    slot_end, pool_slot_end = np.full(len(t1), np.nan), np.full(len(t1), np.nan)
    for row in np.flatnonzero(seen):
        slot_end[row] = t2[row] + _at(histories[by[row]], t2[row], (False, 0, 0.0))[2]
        pool_slot_end[row] = t2[row] + _at(slots, t2[row], (0.0,))[0]
    change_times = {time for history in [*histories, slots] for time, _ in history}
    instants = change_times.union(t1, t2[seen], t3[entered], t_abandon, slot_end, pool_slot_end)
    order = np.lexsort((np.arange(len(t1)), t1))
    for now in sorted(time for time in instants if 0 <= time < x.horizon):
        before = seen & (t2 < now)
        seats = []
        for k, history in enumerate(histories):
            own = by == k
            in_service, places, interval = _at(history, now, (False, 0, 0.0))
            load = int(np.sum(entered & own & before & (t3 > now)))
            earlier = load + int(np.sum(entered & own & before & (t3 == now)))
            free = not np.any(slot_end[own & before] > now)
            seats.append(Seat(load, earlier, in_service, places, interval, free))
        waiting = (t1 <= now) & (t_abandon > now) & ~before
        yield Moment(
            now=now,
            seats=seats,
            pool_free=not np.any(pool_slot_end[before] > now),
            pool_interval=_at(slots, now, (0.0,))[0],
            waiting=[
                (int(row), bool(t2[row] == now), int(by[row]), bool(agrees[row]))
                for row in order
                if waiting[row]
            ],
            exits=bool(np.any(entered & (t3 == now))),
            changed=now in change_times,
            slot_ended=bool(
                np.any((slot_end == now) & before) or np.any((pool_slot_end == now) & before)
            ),
            gave_up=bool(np.any((t_abandon == now) & (t1 < now) & ~before)),
        )


def _history(x: Inputs, k: int) -> list[tuple[float, tuple[bool, int, float]]]:
    states = x.portfolios
    return [
        (
            float(states.time[row]),
            (bool(states.in_service[row]), int(states.places[row]), float(states.interval[row])),
        )
        for row in range(states.state_start[k], states.state_start[k + 1])
    ]


def _at(history, now, before):
    """What holds at an instant, changes of that instant included."""
    for time, value in history:
        if time <= now:
            before = value
    return before
