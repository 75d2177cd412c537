"""What the levers do in the trend, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import sim
from sim.levers import LeverEffects, apply
from sim.scenario import Scenario

TREND = sim.load("trend").with_({"horizon.end": date(2027, 1, 1)})
CALENDAR = TREND.calendar
START = int(CALENDAR.day(date(2021, 1, 1)))
YEAR = 365
A_DAY_OF_FADING = 1.01 * (1 - 2 ** (-1 / YEAR))


def effects(changes: Mapping[str, object]) -> LeverEffects:
    """What the levers do under some changes, given below `levers.`."""
    return apply(with_levers(changes).levers, CALENDAR)


def with_levers(changes: Mapping[str, object]) -> Scenario:
    """The trend with some levers."""
    return TREND.with_({f"levers.{path}": value for path, value in changes.items()})
