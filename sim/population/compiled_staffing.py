"""The compiled side of `sim.population.staffing`: the dated states of seats.

numba's cache looks at this file only: touch it after changing `compiled_draws.py`.
"""

from __future__ import annotations

# mypy cannot see through numba's decorators.
# mypy: disable-error-code="no-untyped-def,no-untyped-call,misc"
import numpy as np
from numba import njit

from sim.calendar import TICKS_PER_DAY
from sim.population.compiled_draws import block, probability, quantile

_MOVES_BY_TENURES = 4096  # 30 years at five departures a year make 300
_GRID = float(TICKS_PER_DAY)


@njit(cache=True)
def stretches_held(seats, most):
    """For each number of a seat, the stretches [from, until) of days on which it exists.

    Number n's are the rows start[n]:start[n + 1]; `seats` is how many exist on each day.
    """
    start = np.zeros(most + 2, np.int64)
    before = 0
    for day in range(len(seats)):
        for number in range(before + 1, seats[day] + 1):
            start[number + 1] += 1
        before = seats[day]
    start = np.cumsum(start)
    opened, closed = np.empty(start[-1]), np.full(start[-1], np.inf)
    following = start.copy()
    before = 0
    for day in range(len(seats)):
        now = seats[day]
        for number in range(before + 1, now + 1):
            opened[following[number]] = day
            following[number] += 1
        for number in range(now + 1, before + 1):
            closed[following[number] - 1] = day
        before = now
    return start, opened, closed


@njit(cache=True)
def dated_states(
    stream_keys, pool_keys, ordinals, numbers, held_start, held_from, held_until,
    plan_day, horizon, mean_tenure, training, vacant, turns, were_empty,
    tenure_table, places_table, shared_time, shared_places, shared_interval,
    state_start, time, in_service, places, interval,
):  # fmt: skip
    """Fill the states seat by seat; False where the columns are too short."""
    none = np.uint64(0)
    vacancy = np.rint(vacant * _GRID) / _GRID
    most_moves = _MOVES_BY_TENURES
    for number in range(len(held_start) - 1):
        most_moves = max(
            most_moves, _MOVES_BY_TENURES + 2 * (held_start[number + 1] - held_start[number])
        )
    move_time, move_on = np.empty(most_moves), np.empty(most_moves, np.bool_)
    row = 0
    for seat in range(len(ordinals)):
        key, ordinal = np.uint64(pool_keys[seat]), np.uint64(ordinals[seat])
        moves, departures = 0, 0
        for stretch in range(held_start[numbers[seat]], held_start[numbers[seat] + 1]):
            opened, closed = held_from[stretch], min(held_until[stretch], horizon)
            if opened < plan_day:
                ready = opened
                first = min(plan_day, closed)
                if closed <= plan_day:
                    move_time[moves], move_on[moves] = opened, True
                    move_time[moves + 1], move_on[moves + 1] = closed, False
                    moves += 2
            else:
                turn = turns[numbers[seat]]
                wait = training
                if opened == plan_day and turn > 0:
                    wait = vacant * (turn - 0.5) / were_empty
                ready = first = opened + np.rint(wait * _GRID) / _GRID
            while first < closed and moves < most_moves - 2:
                tenure = np.inf
                if mean_tenure < np.inf:
                    word, _, _, _ = block(
                        key, ordinal, none, np.uint64(departures),
                        stream_keys[1, 0], stream_keys[1, 1],
                    )  # fmt: skip
                    tenure = mean_tenure * quantile(tenure_table, word)
                    tenure = np.rint(tenure * _GRID) / _GRID
                departures += 1
                leaves = first + tenure
                if ready < min(leaves, closed):
                    move_time[moves], move_on[moves] = ready, True
                    move_time[moves + 1], move_on[moves + 1] = min(leaves, closed), False
                    moves += 2
                first = ready = leaves + vacancy
        word, rounding, _, _ = block(key, ordinal, none, none, stream_keys[0, 0], stream_keys[0, 1])
        factor = quantile(places_table, word)
        if row + moves + len(shared_time) > len(time):
            return False
        move, change, working = 0, 0, False
        mean, gap = shared_places[0], shared_interval[0]
        while move < moves or change < len(shared_time):
            now = np.inf
            if move < moves:
                now = move_time[move]
            if change < len(shared_time):
                now = min(now, shared_time[change])
            if now >= horizon:
                break
            while move < moves and move_time[move] == now:
                working = move_on[move]
                move += 1
            while change < len(shared_time) and shared_time[change] == now:
                mean, gap = shared_places[change], shared_interval[change]
                change += 1
            time[row], in_service[row] = now, working
            places[row] = int(np.floor(mean * factor + probability(rounding)))
            interval[row] = gap
            row += 1
        state_start[seat + 1] = row
    return True
