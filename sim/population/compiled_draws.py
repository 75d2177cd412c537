"""The compiled side of the random streams: Philox blocks and quantiles of single words.

The same words as `sim.population.streams.philox`; used inside other kernels.
Inlined by force: only then do loops over them run on the machine's wide registers,
eight times faster. numba's cache looks at the caller's file only: touch the callers
(`compiled_people.py`, `compiled_staffing.py`) after a change here.
"""

from __future__ import annotations

# mypy cannot see through numba's decorators.
# mypy: disable-error-code="no-untyped-def,no-untyped-call,misc"
import numpy as np
from numba import njit

from sim.population.quantiles import CELL_BITS

_FIRST_MULTIPLIER, _SECOND_MULTIPLIER = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_FIRST_WEYL, _SECOND_WEYL = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_MASK, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
_UPPER = np.uint64(0x80000000)
_FRACTION_BITS = 52 - CELL_BITS
_FRACTION_MASK = (1 << _FRACTION_BITS) - 1
_FRACTION_UNIT = 2.0**-_FRACTION_BITS
_FIRST_CELL = 1022 << CELL_BITS  # the exponent of 1/2, the least half-open word


@njit(cache=True, nogil=True, forceinline=True)
def block(a, b, c, d, x, y):
    """The four words of one Philox4x32-10 block; counters and key as 64-bit numbers."""
    for _ in range(10):
        first, second = a * _FIRST_MULTIPLIER, c * _SECOND_MULTIPLIER
        a, c = (second >> _HALF) ^ b ^ x, (first >> _HALF) ^ d ^ y
        b, d = second & _MASK, first & _MASK
        x, y = (x + _FIRST_WEYL) & _MASK, (y + _SECOND_WEYL) & _MASK
    return a, b, c, d


@njit(cache=True, nogil=True, forceinline=True)
def quantile(table, word):
    """The quantile of a word by a table of `sim.population.quantiles`."""
    upper = word >= _UPPER
    tail = np.float64(word ^ _MASK if upper else word) + 0.5
    bits = np.float64(tail).view(np.int64)
    cell = (bits >> _FRACTION_BITS) - _FIRST_CELL
    fraction = np.float64(bits & _FRACTION_MASK) * _FRACTION_UNIT
    side = 1 if upper else 0
    low = table[side, cell]
    return low + fraction * (table[side, cell + 1] - low)


@njit(cache=True, nogil=True, forceinline=True)
def probability(word):
    """The probability that a word stands for."""
    return (np.float64(word) + 0.5) * 2.0**-32
