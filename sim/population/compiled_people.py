"""The compiled side of `sim.population.crowd`: the field of people, drawn pool by pool.

numba's cache looks at this file only: touch it after changing `compiled_draws.py`
or `sim/flow/compiled_order.py`.
"""

from __future__ import annotations

# mypy cannot see through numba's decorators.
# mypy: disable-error-code="no-untyped-def,no-untyped-call,misc"
import numpy as np
from numba import njit

from sim.calendar import TICKS_PER_DAY
from sim.flow.compiled_order import in_order
from sim.population.compiled_draws import block, probability, quantile

THIRD = 2
STRIP_HEIGHT = 1 / 16
BLOCK_DAYS = 256
_AT_ONCE = 32
_MOST_OF_CELL = 128  # a Poisson number of mean 16 is never larger
_GRID = float(TICKS_PER_DAY)


@njit(cache=True, nogil=True)
def _field_blocks(pool_key, strip, part, first, x, y, gap, high, leaves, renews):
    """The next `_AT_ONCE` points of a cell: words of gap, height, outcome, renewal."""
    for k in range(_AT_ONCE):
        gap[k], high[k], leaves[k], renews[k] = block(
            pool_key, strip, part, np.uint64(first) + np.uint64(k), x, y
        )


@njit(cache=True, nogil=True)
def _person_blocks(pool_key, strips, places, x, y, waiting, bearing, agreeing, staying):
    """The words of people by their strip and place in it."""
    for k in range(len(strips)):
        waiting[k], bearing[k], agreeing[k], staying[k] = block(
            pool_key, np.uint64(strips[k]), np.uint64(places[k]), np.uint64(0), x, y
        )


@njit(cache=True, nogil=True)
def draw_people(
    keys, pool_keys, demand, signed_on, orientations, most, since, until,
    process_delay, agreement, duration_mean, third_process_delay, third_agreement, patience,
    longest, renewal_share, outcome_bounds,
    exponential_table, process_table, patience_table, duration_table,
    room, start, t0, t1, t_abandon, duration, agrees, outcome, channel,
):  # fmt: skip
    """Fill the columns pool by pool; False where they are too short."""
    capacity, days = len(t0), orientations.shape[1]
    first_block = int(since) // BLOCK_DAYS
    after_block = min(most.shape[1], int(np.ceil(until / BLOCK_DAYS)))
    cells = 1
    for pool in range(len(demand)):
        for part in range(first_block, after_block):
            strips = 0
            for source in range(3):
                strips += int(np.ceil(demand[pool] * most[source, part] / STRIP_HEIGHT))
            cells = max(cells, strips)
    held = cells * _MOST_OF_CELL
    times, numbers, order = np.empty(held), np.arange(held), np.empty(held, np.int64)
    sources, buckets = np.empty(held, np.int8), np.empty(held + 2, np.int64)
    strips_of, places_of = np.empty(held, np.uint32), np.empty(held, np.uint32)
    sorted_strips, sorted_places = np.empty(held, np.uint32), np.empty(held, np.uint32)
    chances, renewals = np.empty(held, np.uint32), np.empty(held, np.uint32)
    waiting, bearing = np.empty(held, np.uint32), np.empty(held, np.uint32)
    agreeing, staying = np.empty(held, np.uint32), np.empty(held, np.uint32)
    gap, high = np.empty(_MOST_OF_CELL, np.uint32), np.empty(_MOST_OF_CELL, np.uint32)
    leaves, renews = np.empty(_MOST_OF_CELL, np.uint32), np.empty(_MOST_OF_CELL, np.uint32)
    row = 0
    for pool in range(len(demand)):
        row += room[pool]
        pool_key, share = np.uint64(pool_keys[pool]), demand[pool]
        for part in range(first_block, after_block):
            begin = part * BLOCK_DAYS
            end = min(begin + BLOCK_DAYS, days)
            size = 0
            for source in range(3):
                strips = int(np.ceil(share * most[source, part] / STRIP_HEIGHT))
                for strip in range(strips):
                    at = np.uint64(strip * 4 + source)
                    time, index, known = float(begin), 0, 0
                    while True:
                        if index == known:
                            _field_blocks(
                                pool_key, at, np.uint64(part), known, keys[0, 0], keys[0, 1],
                                gap[known:], high[known:], leaves[known:], renews[known:],
                            )  # fmt: skip
                            known += _AT_ONCE
                        time += quantile(exponential_table, np.uint64(gap[index])) / STRIP_HEIGHT
                        if time >= end or index == _MOST_OF_CELL - 1:
                            break
                        day = int(time)
                        height = (strip + probability(high[index])) * STRIP_HEIGHT
                        rate = share * orientations[source, day]
                        if (
                            height < rate
                            and since <= time < until
                            and (source != THIRD or day >= signed_on[pool])
                        ):
                            times[size] = np.floor(time * _GRID) / _GRID
                            sources[size] = source
                            strips_of[size] = at
                            places_of[size] = part * _MOST_OF_CELL + index
                            chances[size], renewals[size] = leaves[index], renews[index]
                            size += 1
                        index += 1
            if row + size > capacity:
                return False
            in_order(
                times, numbers, size, float(begin), size / BLOCK_DAYS, buckets[: size + 2], order
            )
            for k in range(size):
                sorted_strips[k], sorted_places[k] = strips_of[order[k]], places_of[order[k]]
            _person_blocks(
                pool_key, sorted_strips[:size], sorted_places[:size], keys[1, 0], keys[1, 1],
                waiting, bearing, agreeing, staying,
            )  # fmt: skip
            for k in range(size):
                person, here = order[k], row + k
                source = sources[person]
                came = times[person]
                day = int(came)
                mean, sure = process_delay[day], agreement[day]
                if source == THIRD:
                    mean, sure = mean * third_process_delay, sure + third_agreement
                waits = mean * quantile(process_table, np.uint64(waiting[k]))
                bears = patience * quantile(patience_table, np.uint64(bearing[k]))
                stays = duration_mean[day] * quantile(duration_table, np.uint64(staying[k]))
                renewed = probability(renewals[person]) < renewal_share
                stays = min(stays, 2 * longest if renewed else longest)
                chance = probability(chances[person])
                t0[here] = came
                t1[here] = came + np.rint(waits * _GRID) / _GRID
                t_abandon[here] = came + np.rint(bears * _GRID) / _GRID
                duration[here] = max(1.0, np.rint(stays * _GRID) / _GRID)
                agrees[here] = probability(agreeing[k]) < sure
                outcome[here] = (
                    int(chance >= outcome_bounds[0])
                    + int(chance >= outcome_bounds[1])
                    + int(chance >= outcome_bounds[2])
                )
                channel[here] = source
            row += size
        start[pool + 1] = row
    return True
