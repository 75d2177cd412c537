"""What a plan gives on every draw, and how near what is emulated comes to what is simulated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import hypot, sqrt

import numpy as np
from numpy.typing import NDArray

from sim.planner.choices import Choices
from sim.planning.certainty import TAILS, least_enough
from sim.posterior import FEWEST_FOR_AN_INTERVAL

Floats = NDArray[np.float64]

# Of the mean over the draws, a share of it: within this nine times of ten, of plans chosen at
# random that were simulated too (`tests/benchmarks/panel.py --settings`, with the plan of
# target-2022 known). With fewer posts than today the approximation is further off.
OFF: Mapping[str, float] = {
    "entries": 0.012,
    "people_supported": 0.012,
    "load": 0.012,
    "entry_delay": 0.06,
}
OFF_WITH_FEWER: Mapping[str, float] = {
    "entries": 0.023,
    "people_supported": 0.042,
    "load": 0.045,
    "entry_delay": 0.15,
}
MEASURES = tuple(OFF)
NINE_OF_TEN = 1.645  # standard deviations


@dataclass(frozen=True)
class Answer:
    """What a plan gives in the target's year, on every draw.

    values: of each measure, one a draw. places: in the mean of the portfolios at the year's end,
    one a draw. more_posts, more_orientations: by how many percent
    the target's measure grows with one percent more of it alone, emulated.
    """

    choices: Choices
    simulated: bool
    measure: str
    enough: float
    ceiling: float
    today: int
    weights: Floats
    values: Mapping[str, Floats]
    places: Floats
    more_posts: float
    more_orientations: float

    def mean(self, measure: str) -> float:
        """The weighted mean over the draws."""
        return float(self.weights @ self.values[measure])

    def band(self, measure: str) -> tuple[float, float] | None:
        """The 90 % interval over the draws; None where they are too few to tell one."""
        if 1 / float(self.weights @ self.weights) < FEWEST_FOR_AN_INTERVAL - 1e-6:
            return None
        low, high = (least_enough(self.values[measure], self.weights, tail) for tail in TAILS)
        return low, high

    def off(self, measure: str) -> float:
        """Within how much of the emulated mean the simulated one was nine times of ten.

        With `chance`, which in a small area is most of it. Of what is simulated, chance alone.
        """
        off = OFF if self.choices.posts >= self.today else OFF_WITH_FEWER
        share = 0.0 if self.simulated else off[measure]
        return hypot(share, self.chance) * self.mean(measure)

    @property
    def chance(self) -> float:
        """By which share the simulated mean would move with other random numbers, nine of ten."""
        draws = 1 / float(self.weights @ self.weights)
        return NINE_OF_TEN / sqrt(max(self.mean("entries"), 1.0) * draws)

    @property
    def probability(self) -> float:
        """Of reaching the target."""
        return float(self.weights[self.values[self.measure] >= self.enough].sum())
