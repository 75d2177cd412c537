"""What each of some levers brings, from the values of all their combinations. Pure.

Values are arrays [..., 2^n] with the combinations in the order of `combinations_of`. A lever
alone and a lever added last tell two different things where levers act together; the
Shapley value is the mean of what it adds over all orders in which the n levers may come
(L. S. Shapley, "A value for n-person games", in Contributions to the Theory of Games II,
1953). The shares sum to what all bring, a lever that adds nothing anywhere gets nothing,
and two levers that add the same get the same.

For values that are whole numbers the sums are exact: shares are whole numbers divided by n!.
Only that division rounds, so shares sum to the total within a few units in the last place.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from math import factorial

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def count_of(values: Floats) -> int:
    """How many levers there are."""
    return int(values.shape[-1]).bit_length() - 1


def alone(values: Floats) -> Floats:
    """What each lever brings where it is the only one [..., lever]."""
    return np.asarray(values[..., 1 : 1 + count_of(values)] - values[..., :1])


def last_in(values: Floats) -> Floats:
    """What each lever adds to all the others [..., lever]."""
    levers = count_of(values)
    # The combinations that lack one lever stand before the last, those that lack the first last.
    without = values[..., values.shape[-1] - 1 - levers : -1][..., ::-1]
    return np.asarray(values[..., -1:] - without)


def shapley(values: Floats) -> Floats:
    """The Shapley value of each lever [..., lever]."""
    return np.asarray(_numerators(values) / factorial(count_of(values)))


def _numerators(values: Floats) -> Floats:
    """n! times the Shapley values: whole numbers where the values are."""
    levers, place = count_of(values), _places(count_of(values))
    found = np.zeros((*values.shape[:-1], levers))
    for lever in range(levers):
        for mask in range(2**levers):
            if mask >> lever & 1:
                continue
            before = mask.bit_count()
            orders = factorial(before) * factorial(levers - before - 1)
            more = values[..., place[mask | 1 << lever]] - values[..., place[mask]]
            found[..., lever] += orders * more
    return found


def pairs_of(levers: int) -> list[tuple[int, int]]:
    """All pairs of levers, by number."""
    return list(combinations(range(levers), 2))


def alone_together(values: Floats) -> Floats:
    """What both levers of each pair bring beyond each of them, no other there [..., pair]."""
    place = _places(count_of(values))
    return _stacked(values, [_difference(values, place, pair, 0) for pair in _pairs(values)])


def interaction(values: Floats) -> Floats:
    """The Shapley interaction index of each pair [..., pair].

    The mean of what two levers bring beyond each of them, over all orders in which the pair
    (as one) and the other levers may come (M. Grabisch and M. Roubens, "An axiomatic
    approach to the concept of interaction among players in cooperative games",
    International Journal of Game Theory 28, 1999).
    """
    levers, place = count_of(values), _places(count_of(values))
    found = []
    for pair in _pairs(values):
        both = 1 << pair[0] | 1 << pair[1]
        summed = np.zeros(values.shape[:-1])
        for mask in range(2**levers):
            if mask & both:
                continue
            orders = factorial(mask.bit_count()) * factorial(levers - mask.bit_count() - 2)
            summed = summed + orders * _difference(values, place, pair, mask)
        found.append(summed / factorial(levers - 1))
    return _stacked(values, found)


def together(values: Floats) -> Floats:
    """What all levers bring beyond the sum of what each brings alone [...]."""
    return np.asarray(values[..., -1] - values[..., 0] - alone(values).sum(axis=-1))


def _pairs(values: Floats) -> list[tuple[int, int]]:
    return pairs_of(count_of(values))


def _stacked(values: Floats, columns: list[Floats]) -> Floats:
    return np.stack(columns, axis=-1) if columns else np.zeros((*values.shape[:-1], 0))


def _difference(values: Floats, place: Ints, pair: tuple[int, int], mask: int) -> Floats:
    """v(S ∪ ij) − v(S ∪ i) − v(S ∪ j) + v(S)."""
    one, other = (1 << each for each in pair)
    both = values[..., place[mask | one | other]] + values[..., place[mask]]
    return np.asarray(both - values[..., place[mask | one]] - values[..., place[mask | other]])


def masks(levers: int) -> list[int]:
    """The combinations in their order, as numbers (bit k: lever k is in it)."""
    ordered = (some for size in range(levers + 1) for some in combinations(range(levers), size))
    return [sum(1 << lever for lever in some) for some in ordered]


@lru_cache(maxsize=8)
def _places(levers: int) -> Ints:
    """The place of each combination by its mask."""
    place = np.zeros(2**levers, dtype=np.int64)
    place[masks(levers)] = np.arange(2**levers)
    return place
