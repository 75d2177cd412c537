"""Dates, days and months: the only module that knows the calendar.

The model's time is a number of days since the opening of the scenario. Every
sampled or scheduled time lies on a grid of 1/1024 day (84 seconds): sums and
differences of such numbers are exact in double precision, so results do not
depend on the order in which they are added and two engines can agree to the
last bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

TICKS_PER_DAY = 1024
DAYS_PER_YEAR = 365.0
DAYS_PER_MONTH = DAYS_PER_YEAR / 12


def on_grid(days: ArrayLike) -> NDArray[np.float64]:
    """Round times or durations in days to the grid of 1/1024 day."""
    return np.asarray(np.rint(np.asarray(days, dtype=np.float64) * TICKS_PER_DAY) / TICKS_PER_DAY)


def first_of_month(when: date) -> bool:
    """Whether a date is the first of a month."""
    return when.day == 1


def next_month(when: date) -> date:
    """The first of the month after the one that holds `when`."""
    return date(when.year + when.month // 12, when.month % 12 + 1, 1)


@dataclass(frozen=True)
class Calendar:
    """Translates dates into the model's days and back.

    `opening` and `end` are firsts of months; simulated time is [0, horizon).
    """

    opening: date
    end: date

    @cached_property
    def horizon(self) -> float:
        """Length of the simulated time, days."""
        return self.day(self.end)

    def day(self, when: date) -> float:
        """Days from the opening to the start of a date (negative before it)."""
        return float((when - self.opening).days)

    def date_of(self, day: float) -> date:
        """The date that holds a day of the model."""
        return self.opening + timedelta(days=int(np.floor(day)))

    @cached_property
    def months(self) -> tuple[date, ...]:
        """First day of every simulated month."""
        firsts, first = [], self.opening
        while first < self.end:
            firsts.append(first)
            first = next_month(first)
        return tuple(firsts)

    @cached_property
    def month_bounds(self) -> NDArray[np.float64]:
        """Day at which each month starts, and the horizon: one more than months."""
        return np.array([self.day(first) for first in self.months] + [self.horizon])

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Calendar years that the simulated time touches."""
        return tuple(sorted({first.year for first in self.months}))

    @cached_property
    def year_of_month(self) -> NDArray[np.int64]:
        """Calendar year of every simulated month."""
        return np.array([first.year for first in self.months])

    @cached_property
    def days(self) -> NDArray[np.datetime64]:
        """Every simulated date, one a day."""
        return np.datetime64(self.opening, "D") + np.arange(int(self.horizon))

    @cached_property
    def year_of_day(self) -> NDArray[np.int64]:
        """Calendar year of every simulated day."""
        return self.days.astype("M8[Y]").astype(np.int64) + 1970

    @cached_property
    def calendar_month_of_day(self) -> NDArray[np.int64]:
        """Month of the year, 1 to 12, of every simulated day."""
        return self.days.astype("M8[M]").astype(np.int64) % 12 + 1

    @cached_property
    def month_of_day(self) -> NDArray[np.int64]:
        """Index into `months` for every simulated day."""
        return np.searchsorted(self.month_bounds, np.arange(int(self.horizon)), side="right") - 1


@lru_cache(maxsize=64)
def calendar_between(opening: date, end: date) -> Calendar:
    """The calendar of these dates, the same each time: what it works out is kept."""
    return Calendar(opening, end)
