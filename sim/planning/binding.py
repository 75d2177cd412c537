"""What binds over posts and orientations: which of the two more people would come from.

On the surface of a feasibility picture: by how many percent the target's measure grows with one
percent more posts (at the same orientations), and with one percent more orientations (at the same
posts). Where only the one brings anything, it is what binds.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.planning.standing import Picture

Floats = NDArray[np.float64]

LEAST = 0.02  # elasticities that sum to less tell noise


def share_of_posts(picture: Picture) -> Floats:
    """Posts' part of what both bring [posts, orientations]: 1 where posts bind, 0: orientations.

    NaN where neither brings anything that is more than noise.
    """
    logs = np.log(np.maximum(picture.values[str(picture.target.measure)], 1e-6))
    across = np.gradient(logs, np.log(np.array(picture.posts, dtype=np.float64)), axis=0)
    up = np.gradient(logs, np.log(picture.orientations), axis=1)
    by_posts, by_orientations = np.maximum(across, 0.0), np.maximum(up, 0.0)
    both = by_posts + by_orientations
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(both > LEAST, by_posts / both, np.nan)
