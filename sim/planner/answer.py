"""What a plan gives on every draw, and how near what is emulated comes to what is simulated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import hypot, sqrt

import numpy as np
from numpy.typing import NDArray

from sim.planner.choices import Choices
from sim.planning.certainty import TAILS, least_enough
from sim.posterior import Draws

Floats = NDArray[np.float64]

# Of the mean over the draws, a share of it: within this nine times of ten, of 63 plans chosen at
# random that were simulated too (48 with today's posts or more, 15 with fewer), on 20 draws of the
# posterior `MEASURED_ON`, with the plan of target-2022 known. Their seeds were not kept. Of 49
# plans measured again by these commands 189 of 196 means lay within:
#     python tests/benchmarks/panel.py --settings 24
#     python tests/benchmarks/panel.py --settings 15 --reach 0.5 1
#     python tests/benchmarks/panel.py --settings 10 --seed 11
# With fewer posts than today the approximation is further off.
MEASURED_ON = "11c50d4cd835160243538f40399b54e60530d1c690a67ddaf7958c1f5ccf74c2"
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
# Times as much as by chance alone in as many entries: with other random numbers, in Haute-Marne
# (`--chance 16 --draws 8` of the same benchmark). A queue carries chance on, so delays move most;
# where it is long, as in the country at its target, nine times: `OFF` has that in it, but the
# chance told of a simulated delay is too small there.
BY_CHANCE: Mapping[str, float] = {
    "entries": 1.3,
    "people_supported": 1.0,
    "load": 1.1,
    "entry_delay": 3.5,
}


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
    drawn: Draws
    values: Mapping[str, Floats]
    places: Floats
    more_posts: float
    more_orientations: float

    def mean(self, measure: str) -> float:
        """The weighted mean over the draws."""
        return float(self.drawn.weights @ self.values[measure])

    def band(self, measure: str) -> tuple[float, float] | None:
        """The 90 % interval over the draws; None where they are too few to tell one."""
        if not self.drawn.tell_an_interval:
            return None
        weights = self.drawn.weights
        low, high = (least_enough(self.values[measure], weights, tail) for tail in TAILS)
        return low, high

    def off(self, measure: str) -> float:
        """`off_share` of the mean."""
        return self.off_share(measure) * self.mean(measure)

    def off_share(self, measure: str) -> float:
        """Within which share of the emulated mean the simulated one was nine times of ten.

        An approximation: `OFF` with `chance`, which in a small area is most of it. `OFF` has the
        chance of the country in it, which so counts twice: on twenty draws ± is too wide by less
        than a hundredth of itself there. Of what is simulated, chance alone.
        """
        off = OFF if self.choices.posts >= self.today else OFF_WITH_FEWER
        share = 0.0 if self.simulated else off[measure]
        return hypot(share, self.chance(measure))

    def chance(self, measure: str) -> float:
        """By which share the simulated mean would move with other random numbers, nine of ten.

        An approximation: that of as many people who enter alone, times `BY_CHANCE`.
        """
        entries = max(self.mean("entries"), 1.0) * self.drawn.effective
        return NINE_OF_TEN * BY_CHANCE[measure] / sqrt(entries)

    @property
    def probability(self) -> float:
        """Of reaching the target."""
        return float(self.drawn.weights[self.values[self.measure] >= self.enough].sum())
