"""What people waited for: a place, a diagnosis slot, or nothing (orientations bind).

Computed from the table of people alone, so it is the same for every engine:
each pool is swept through in time, knowing how many wait and whether a
portfolio with room exists.
"""

from __future__ import annotations

# mypy cannot see through numba's decorators.
# mypy: disable-error-code="no-untyped-def,no-untyped-call,misc"
import numpy as np
from numba import njit

from sim.flow.compiled_order import in_order
from sim.flow.inputs import Fate

FOR_A_PLACE, FOR_A_SLOT, NOBODY = range(3)
JOINS, LEAVES, FILLS, FREES, CHANGES = range(5)
ENTERED, ABANDONED = int(Fate.ENTERED), int(Fate.ABANDONED)


@njit(cache=True, nogil=True)
def count_waits(
    start, place_of_pool, t1, t_abandon, t2, portfolio, t3, fate,
    first, state_start, state_time, state_in_service, state_places, month_bounds,
    begin, horizon, days,
):  # fmt: skip
    """Add pool-days since `begin` to days [place, month, case] by what bound.

    `first`: the pools' portfolios. What was so when the run began happens then.
    """
    months = len(month_bounds) - 1
    opening_month = np.searchsorted(month_bounds, begin, side="right") - 1
    most = 1
    for pool in range(len(start) - 1):
        states = state_start[first[pool + 1]] - state_start[first[pool]]
        most = max(most, 4 * (start[pool + 1] - start[pool]) + states)
    time, owner = np.empty(most), np.empty(most, np.int64)
    kind = np.empty(most, np.int8)
    numbers, order = np.arange(most), np.empty(most, np.int64)
    counts = np.empty(most + 2, np.int64)
    loads, places = np.zeros(first[-1], np.int64), np.zeros(first[-1], np.int64)
    working = np.zeros(first[-1], np.bool_)
    for pool in range(len(start) - 1):
        size = 0
        for row in range(start[pool], start[pool + 1]):
            if t1[row] < horizon and t_abandon[row] > t1[row]:
                left = t3[row] if fate[row] == ABANDONED else t2[row]
                if left != t1[row] and not left < begin:
                    time[size], kind[size], owner[size] = max(begin, t1[row]), JOINS, -1
                    size += 1
                    if left < horizon:
                        time[size], kind[size], owner[size] = left, LEAVES, -1
                        size += 1
            if fate[row] == ENTERED:
                time[size], kind[size], owner[size] = max(begin, t2[row]), FILLS, portfolio[row]
                size += 1
                if t3[row] < horizon:
                    time[size], kind[size], owner[size] = t3[row], FREES, portfolio[row]
                    size += 1
        for state in range(state_start[first[pool]], state_start[first[pool + 1]]):
            if state_time[state] < horizon:
                time[size], kind[size] = max(begin, state_time[state]), CHANGES
                owner[size] = state
                size += 1
        per_day = size / (horizon - begin) if horizon > begin else 0.0
        in_order(time, numbers, size, begin, per_day, counts[: size + 2], order)
        held = first[pool]
        waiting, room, now, month = 0, 0, begin, opening_month
        cells = days[place_of_pool[pool]]
        for step in range(size + 1):
            then = time[order[step]] if step < size else horizon
            case = NOBODY if waiting == 0 else (FOR_A_SLOT if room > 0 else FOR_A_PLACE)
            while now < then:
                until = min(then, month_bounds[month + 1])
                cells[month, case] += until - now
                now = until
                if now >= month_bounds[month + 1] and month + 1 < months:
                    month += 1
            if step == size:
                break
            what, k = kind[order[step]], owner[order[step]]
            if what == JOINS:
                waiting += 1
                continue
            if what == LEAVES:
                waiting -= 1
                continue
            state = k
            if what == CHANGES:
                k = held
                while state >= state_start[k + 1]:
                    k += 1
            had = working[k] and loads[k] < places[k]
            if what == FILLS:
                loads[k] += 1
            elif what == FREES:
                loads[k] -= 1
            else:
                places[k], working[k] = state_places[state], state_in_service[state]
            has = working[k] and loads[k] < places[k]
            room += int(has) - int(had)
