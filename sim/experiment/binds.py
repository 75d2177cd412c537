"""What binds where draws differ: that which holds most of the pool-days in most draws."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
BINDING = ("bound_by_places", "bound_by_slots", "bound_by_orientations")
BINDS = tuple(each.removeprefix("bound_by_") for each in BINDING)


def holds_most(shares: Floats, weights: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Of each place which of `BINDS` is the largest in most draws by weight, and in what part.

    shares: of pool-days [which, place, draw]. Votes and not means, so that a few draws far out
    do not decide.
    """
    largest = shares.argmax(axis=0)
    votes = np.stack([(largest == k) @ weights for k in range(len(shares))])
    return votes.argmax(axis=0), votes.max(axis=0)
