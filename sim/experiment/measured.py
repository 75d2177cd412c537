"""What is kept of a replication: its measures, a tenth of the size of its counts.

They are derived where the replication runs, so that counts need not travel between
processes, nor be kept by the hundred.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.errors import InputError, Problem
from sim.experiment.replication import Job, replicate
from sim.measures import Derived, Tally, derived, sampling_errors
from sim.measures.frames import Period, Place, only_the_country
from sim.words import say

PERIODS: tuple[Period, ...] = ("year", "month")
NATIONAL: tuple[Place, ...] = ("country",)
BY_PLACE: tuple[Place, ...] = ("country", "region", "departement")


@dataclass(frozen=True)
class Measured:
    """Measures of one replication by period and place.

    sampled: its counts, where a share of the pools was run: they tell the error.
    """

    tables: Mapping[tuple[Period, Place], Derived]
    sampled: Tally | None = None

    def table(self, period: Period, place: Place) -> Derived:
        """The measures by period and place; `InputError` where not counted so, or not kept so."""
        if all(period != there for there, _ in self.tables):
            told = say("'{period}' is not there: of runs from a store months alone are kept",
                       period=period)  # fmt: skip
            remedy = say("simulate the scenario anew, without a store")
            raise InputError(Problem("frame", "period", told, remedy))
        if (period, place) not in self.tables:
            raise only_the_country(place)
        return self.tables[period, place]

    def errors(self, period: Period) -> Derived:
        """Standard errors that come from running a share of the pools."""
        assert self.sampled is not None
        return sampling_errors(self.sampled, period)


def measure(job: Job) -> Measured:
    """Run one replication and keep its measures."""
    counted = replicate(job)
    places = BY_PLACE if job.by_place else NATIONAL
    return Measured(
        {
            (period, place): derived(counted, period, place)
            for period in PERIODS
            for place in places
        },
        counted if job.share < 1 else None,
    )


def measure_each(jobs: Sequence[Job]) -> list[Measured]:
    """Run replications one after the other, in one process: they may share their past."""
    return [measure(job) for job in jobs]
