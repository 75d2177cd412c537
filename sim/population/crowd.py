"""Everyone who is oriented: a fixed field of possible people, drawn pool by pool.

Orientations are a Poisson field over time × height per pool and channel, cut
into cells of 1/16 orientation a day and 256 days: each has a Poisson number of points,
uniform over the cell, by numbers of its own.
A person is a point of that field and exists in a scenario where the height lies
under the scenario's rate at that time. So a scenario with more orientations has
the same people and others besides, and a lever shifts the same person. All other
attributes are quantiles of the person's fixed numbers.

Drawing a person takes about as long as reading one from memory, so nobody is
kept: a run draws its people pool by pool and drops them once they are counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.flow.inputs import People
from sim.population import quantiles
from sim.population.compiled_people import (
    BLOCK_DAYS,
    MOST_OF_CELL,
    STRIP_HEIGHT,
    THIRD,
    draw_people,
)
from sim.population.streams import stream_key

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MEAN_OF_CELL = STRIP_HEIGHT * BLOCK_DAYS
CHANNELS = ("employment_service", "social_service", "other_social_actor")
assert CHANNELS.index("other_social_actor") == THIRD


@dataclass(frozen=True)
class Crowd:
    """What decides who is oriented and what they are like, in one replication.

    orientations: a day of the whole area, by channel and day [3, day]. demand:
    each pool's share of them. signed_on: the day from which each pool's
    département orients through the third channel. process_delay, agreement,
    duration: by day of the orientation; third_process_delay, third_agreement:
    how the third channel differs (factor, addend).
    """

    seed: int
    replication: int
    pool_keys: NDArray[np.uint32]
    demand: Floats
    orientations: Floats
    signed_on: Floats
    process_delay: Floats
    process_delay_cv: float
    agreement: Floats
    duration: Floats
    duration_cv: float
    third_process_delay: float
    third_agreement: float
    patience: float
    patience_cv: float
    longest: float
    renewal_share: float
    outcomes: tuple[float, float, float]

    def people(
        self, first: int, after: int, since: float, until: float, room: Ints | None = None
    ) -> People:
        """The people of pools [first, after) oriented in [since, until).

        `room[k]`: rows left free at the start of the k-th of these pools, for
        people who are carried over.
        """
        if room is None:
            room = np.zeros(after - first, dtype=np.int64)
        inside = slice(int(since), int(np.ceil(until)))
        expected = float(self.demand[first:after].sum() * self.orientations[:, inside].sum())
        capacity = int(room.sum() + expected + 8 * np.sqrt(expected) + 64)
        while True:
            t0, t1, t_abandon, duration = (np.empty(capacity) for _ in range(4))
            agrees = np.empty(capacity, dtype=np.bool_)
            outcome, channel = (np.empty(capacity, dtype=np.int8) for _ in range(2))
            start = np.zeros(after - first + 1, dtype=np.int64)
            drawn = draw_people(
                self._keys(), self.pool_keys[first:after], self.demand[first:after],
                self.signed_on[first:after], *self._by_block, since, until,
                self.process_delay, self.agreement, self.duration,
                self.third_process_delay, self.third_agreement, self.patience,
                self.longest, self.renewal_share, np.cumsum(self.outcomes),
                *quantiles.poisson(MEAN_OF_CELL, MOST_OF_CELL),
                quantiles.lognormal(self.process_delay_cv),
                quantiles.gamma(self.patience_cv), quantiles.gamma(self.duration_cv),
                room, start, t0, t1, t_abandon, duration, agrees, outcome, channel,
            )  # fmt: skip
            if drawn:
                rows = slice(0, start[-1])
                return People(
                    start=start,
                    t0=t0[rows],
                    t1=t1[rows],
                    t_abandon=t_abandon[rows],
                    duration=duration[rows],
                    agrees=agrees[rows],
                    outcome=outcome[rows],
                    channel=channel[rows],
                )
            capacity *= 2

    @cached_property
    def _by_block(self) -> tuple[Floats, Floats]:
        """The orientations filled up to whole blocks, and the most of each block."""
        channels, days = self.orientations.shape
        blocks = -(-days // BLOCK_DAYS)
        filled = np.zeros((channels, blocks * BLOCK_DAYS))
        filled[:, :days] = self.orientations
        return filled, filled.reshape(channels, blocks, BLOCK_DAYS).max(axis=2)

    def _keys(self) -> NDArray[np.uint64]:
        """The keys of the streams of people."""
        return np.array(
            [
                stream_key(self.seed, self.replication, "orientation"),
                stream_key(self.seed, self.replication, "person"),
                stream_key(self.seed, self.replication, "cell"),
            ],
            dtype=np.uint64,
        )
