"""Sorting by time in linear time: shared by everything compiled.

numba's cache looks at the caller's file only: touch the callers after a change.
"""

from __future__ import annotations

# mypy cannot see through numba's decorators.
# mypy: disable-error-code="no-untyped-def,no-untyped-call,misc"
from numba import njit


@njit(cache=True, nogil=True, forceinline=True)
def settle(times, size, order):
    """Put right what is nearly in order, ties as they stand: insertion."""
    for place in range(1, size):
        row, back = order[place], place
        time = times[row]
        while back > 0 and times[order[back - 1]] > time:
            order[back] = order[back - 1]
            back -= 1
        order[back] = row


@njit(cache=True, nogil=True, forceinline=True)
def from_buckets(times, chosen, size, origin, per_day, counts, order):
    """Write to `order` the first `size` of `chosen` by their times, ties as they stand.

    counts[b + 1]: how many of them lie in bucket b, of 1 / `per_day` days from `origin`
    on. Linear where there are about as many buckets as times.
    """
    for bucket in range(1, len(counts)):
        counts[bucket] += counts[bucket - 1]
    for place in range(size):
        row = chosen[place]
        bucket = int((times[row] - origin) * per_day)
        order[counts[bucket]] = row
        counts[bucket] += 1
    settle(times, size, order)


@njit(cache=True, nogil=True, forceinline=True)
def in_order(times, chosen, size, origin, per_day, counts, order):
    """`from_buckets`, with the counting: at most `len(counts) - 2` buckets."""
    counts[:] = 0
    for place in range(size):
        counts[int((times[chosen[place]] - origin) * per_day) + 1] += 1
    from_buckets(times, chosen, size, origin, per_day, counts, order)
