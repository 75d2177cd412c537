"""The compiled side of `sim.population.crowd`: the field of people, drawn pool by pool.

numba's cache looks at this file only: touch it after changing `compiled_draws.py`.
"""

from __future__ import annotations

# mypy cannot see through numba's decorators.
# mypy: disable-error-code="no-untyped-def,no-untyped-call,misc"
import numpy as np
from numba import njit

from sim.calendar import TICKS_PER_DAY
from sim.flow.compiled_order import settle
from sim.population.compiled_draws import block, probability, quantile

THIRD = 2
STRIP_HEIGHT = 1 / 16
BLOCK_DAYS = 256
MOST_OF_CELL = 64  # a Poisson number of mean 16 from one word is never larger
_AT_ONCE = 16
_GRID = float(TICKS_PER_DAY)
_TICK_SHIFT = np.uint32(14)  # from a word to one of the 2^18 ticks of a block
assert 1 << (32 - int(_TICK_SHIFT)) == BLOCK_DAYS * TICKS_PER_DAY


@njit(cache=True, nogil=True)
def _field_blocks(pool_key, strip, part, points, x, y, when, high, leaves, renews):
    """The points of a cell: words of time, height, outcome, renewal."""
    for k in range(points):
        when[k], high[k], leaves[k], renews[k] = block(pool_key, strip, part, np.uint64(k), x, y)


@njit(cache=True, nogil=True, forceinline=True)
def _number(limits, guide, word):
    """How many points a cell has: the first number whose limit lies above the word."""
    number = guide[word >> np.uint64(24)]
    while word >= limits[number]:
        number += 1
    return number


@njit(cache=True, nogil=True)
def _person_blocks(pool_key, strips, places, x, y, waiting, bearing, agreeing, staying):
    """The words of people by their strip and place in it."""
    for k in range(len(strips)):
        waiting[k], bearing[k], agreeing[k], staying[k] = block(
            pool_key, np.uint64(strips[k]), np.uint64(places[k]), np.uint64(0), x, y
        )


@njit(cache=True, nogil=True, forceinline=True)
def _in_order(times, size, begin, of_day, order):
    """Write to `order` the points of a block in time order, ties as they stand.

    of_day[d + 1]: how many there are on day d of the block.
    """
    for day in range(BLOCK_DAYS):
        of_day[day + 1] += of_day[day]
    for point in range(size):
        day = int(times[point]) - begin
        order[of_day[day]] = point
        of_day[day] += 1
    settle(times, size, order)


@njit(cache=True, nogil=True)
def draw_people(
    keys, pool_keys, demand, signed_on, orientations, most, since, until,
    process_delay, agreement, duration_mean, third_process_delay, third_agreement, patience,
    longest, renewal_share, outcome_bounds,
    limits, guide, process_table, patience_table, duration_table,
    room, start, t0, t1, t_abandon, duration, agrees, outcome, channel,
):  # fmt: skip
    """Fill the columns pool by pool; False where they are too short."""
    capacity = len(t0)
    first_block = int(since) // BLOCK_DAYS
    after_block = min(most.shape[1], int(np.ceil(until / BLOCK_DAYS)))
    cells = 1
    for pool in range(len(demand)):
        for part in range(first_block, after_block):
            strips = 0
            for source in range(3):
                strips += int(np.ceil(demand[pool] * most[source, part] / STRIP_HEIGHT))
            cells = max(cells, strips)
    held = cells * MOST_OF_CELL
    times, order, sources = np.empty(held), np.empty(held, np.int64), np.empty(held, np.int8)
    of_day = np.empty(BLOCK_DAYS + 1, np.int64)
    strips_of, places_of = np.empty(held, np.uint32), np.empty(held, np.uint32)
    sorted_strips, sorted_places = np.empty(held, np.uint32), np.empty(held, np.uint32)
    chances, renewals = np.empty(held, np.uint32), np.empty(held, np.uint32)
    waiting, bearing = np.empty(held, np.uint32), np.empty(held, np.uint32)
    agreeing, staying = np.empty(held, np.uint32), np.empty(held, np.uint32)
    when, high = np.empty(MOST_OF_CELL, np.uint32), np.empty(MOST_OF_CELL, np.uint32)
    leaves, renews = np.empty(MOST_OF_CELL, np.uint32), np.empty(MOST_OF_CELL, np.uint32)
    row = 0
    for pool in range(len(demand)):
        row += room[pool]
        pool_key, share = np.uint64(pool_keys[pool]), demand[pool]
        for part in range(first_block, after_block):
            begin = part * BLOCK_DAYS
            size = 0
            of_day[:] = 0
            for source in range(3):
                strips = int(np.ceil(share * most[source, part] / STRIP_HEIGHT))
                opens = max(since, signed_on[pool]) if source == THIRD else since
                for strip in range(strips):
                    at = np.uint64(strip * 4 + source)
                    word, _, _, _ = block(
                        pool_key, at, np.uint64(part), np.uint64(0), keys[2, 0], keys[2, 1]
                    )
                    points = _number(limits, guide, word)
                    # Whole lots of words, for the processor's wide registers.
                    lots = (points + _AT_ONCE - 1) // _AT_ONCE
                    _field_blocks(
                        pool_key, at, np.uint64(part), lots * _AT_ONCE, keys[0, 0], keys[0, 1],
                        when, high, leaves, renews,
                    )  # fmt: skip
                    for k in range(points):
                        tick = int(when[k] >> _TICK_SHIFT)
                        day = begin + tick // TICKS_PER_DAY
                        height = (strip + probability(high[k])) * STRIP_HEIGHT
                        rate = share * orientations[source, day]
                        time = begin + tick / _GRID
                        if (height < rate) & (opens <= time) & (time < until):
                            of_day[tick // TICKS_PER_DAY + 1] += 1
                            times[size] = time
                            sources[size] = source
                            strips_of[size] = at
                            places_of[size] = part * MOST_OF_CELL + k
                            chances[size], renewals[size] = leaves[k], renews[k]
                            size += 1
            if row + size > capacity:
                return False
            _in_order(times, size, begin, of_day, order)
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
