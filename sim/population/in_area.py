"""Of the posts that a plan tells, how many stand in the départements planned for.

Posts are those of the whole country unless the scenario's figures are for its départements.
Which of them stand where is the fixed list of seats, as in a budget and in what is simulated.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.population.posts import area_of, own_split, seat_list
from sim.population.split import Split
from sim.scenario import Scenario

Ints = NDArray[np.int64]
SEATS_AT_ONCE = 4096


@dataclass(frozen=True)
class InArea:
    """Counts the posts of a scenario that stand in the area planned for."""

    scenario: Scenario

    @property
    def whole(self) -> bool:
        """Whether all posts are the area's own."""
        return self.scenario.territory.has_all_posts

    def of(self, posts: int) -> int:
        """How many of so many posts, at the end of hiring, stand there."""
        if self.whole:
            return posts
        if self._split is not None:
            numbers = self._split.numbers_of(posts, self.scenario.posts.hiring_end)
            codes = np.array(self._split.codes)
            return int(numbers[np.isin(codes, list(self.scenario.territory.departements))].sum())
        standing = self._first if posts < len(self._first) else self._standing(posts)
        return int(standing[posts])

    @cached_property
    def _split(self) -> Split | None:
        return own_split(self.scenario)

    @cached_property
    def _first(self) -> Ints:
        return self._standing(SEATS_AT_ONCE)

    def _standing(self, seats: int) -> Ints:
        """[n]: how many of the first n seats stand in the area, for n up to `seats`."""
        area = area_of(self.scenario)
        inside = np.isin(np.array(area.codes), list(self.scenario.territory.departements))
        order = np.array(seat_list(self.scenario, area, area.share, seats), dtype=np.int64)
        return np.concatenate([[0], np.cumsum(inside[order])])
