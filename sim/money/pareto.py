"""The Pareto front: what nothing else beats on all sides at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def not_beaten(goals: Floats) -> NDArray[np.bool_]:
    """Which rows of goals [choice, goal] no other row beats; less is better in every column.

    A row is beaten by one that is nowhere worse and somewhere better. Equal rows all stay.
    """
    nowhere_worse = (goals[None] <= goals[:, None]).all(axis=2)
    somewhere_better = (goals[None] < goals[:, None]).any(axis=2)
    beaten = np.any(nowhere_worse & somewhere_better, axis=1)
    return np.asarray(np.logical_not(beaten))
