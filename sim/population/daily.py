"""What holds on each day: scenario, levers and shocks as arrays of days. Pure.

Every attribute of a person is decided by the day of the orientation, so a
lever or a shock that starts on a date never touches anyone oriented before.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.calendar import Calendar
from sim.levers import COMPOSITIONS, Composition, LeverEffects, Levers
from sim.population.posts import PostPlan
from sim.quantities import Timeline
from sim.scenario import Scenario
from sim.sections import Shock

Days = NDArray[np.float64]
AUGUST = 8


@dataclass(frozen=True)
class Daily:
    """National conditions by day of the model.

    orientations: expected orientations a day by the two existing channels, of
    the whole area that the figures are for. by_channel: the same by channel, the
    third as where its convention is signed [3, day]. process_delay, duration: means in
    days. agreement: probability. interval_factor: multiplier of the
    counsellors' slot interval; pool_interval_factor: of the pools'.
    """

    orientations: Days
    by_channel: Days
    process_delay: Days
    agreement: Days
    duration: Days
    interval_factor: Days
    pool_interval_factor: Days
    levers: LeverEffects


def daily(scenario: Scenario, plan: PostPlan, composition: Composition = "multiplied") -> Daily:
    """The daily conditions of a scenario; `plan` gives the supply response its posts.

    composition: how the levers' effects come together (`sim.levers`).
    """
    calendar = scenario.calendar
    levers = _effects(scenario.levers, calendar, composition)
    shocks = list(scenario.shocks.values())
    base_delay = scenario.entry.process_delay_days.steps(calendar.days) * _product(
        shocks, "process_delay", calendar
    )
    floor = np.minimum(base_delay, scenario.entry.shortest_process_delay_days)
    intervals = _product(shocks, "diagnosis_interval", calendar)
    volume = (
        _volume(scenario)
        * _catching_up(shocks, calendar)
        * levers.orientations
        * _lines(scenario.orientations.multiplier, calendar)
        * plan.supply**scenario.orientations.supply_response
    )
    share = float(scenario.orientations.employment_service_share)
    return Daily(
        orientations=volume,
        by_channel=np.stack([volume * share, volume * (1 - share), volume * levers.third_channel]),
        process_delay=np.maximum(floor, base_delay * levers.process_delay),
        agreement=scenario.entry.agreement + levers.agreement_added,
        duration=scenario.parcours.duration_days.steps(calendar.days)
        * _product(shocks, "duration", calendar)
        * levers.duration,
        interval_factor=intervals,
        pool_interval_factor=intervals * levers.pool_diagnosis_interval,
        levers=levers,
    )


@lru_cache(maxsize=16)
def _effects(levers: Levers, calendar: Calendar, composition: Composition) -> LeverEffects:
    """Remembered: a calibration changes a thousand times anything but the levers."""
    return COMPOSITIONS[composition](levers, calendar)


def _lines(values: Timeline, calendar: Calendar) -> Days:
    """Straight lines between the dates; 1 before the first: the past is not multiplied."""
    if not values:
        return np.ones(len(calendar.days))
    return np.where(calendar.days >= np.datetime64(min(values)), values.lines(calendar.days), 1.0)


def _volume(scenario: Scenario) -> Days:
    """Underlying orientations a day: year's volume, August, warm-up."""
    calendar, orientations = scenario.calendar, scenario.orientations
    per_year = orientations.per_year.steps(calendar.days)
    years = calendar.year_of_day
    length = np.array([365 + isleap(year) for year in range(years[0], years[-1] + 1)])
    length = length[years - years[0]]
    in_august = calendar.calendar_month_of_day == AUGUST
    other_months = (length - 31 * orientations.august) / (length - 31)
    volume = per_year / length * np.where(in_august, orientations.august, other_months)
    if scenario.horizon.opening_state == "warm_up":
        warming = np.arange(len(volume)) < calendar.day(scenario.horizon.measured_from)
        volume = volume * np.where(warming, orientations.warm_up_factor, 1.0)
    return np.asarray(volume)


def _window(start: float, end: float, calendar: Calendar) -> NDArray[np.bool_]:
    days = np.arange(int(calendar.horizon))
    return np.asarray((days >= start) & (days < end))


def _product(shocks: Iterable[Shock], attribute: str, calendar: Calendar) -> Days:
    """The product of the shocks' multipliers of one thing on each day."""
    factor = np.ones(int(calendar.horizon))
    for shock in shocks:
        inside = _window(calendar.day(shock.start), calendar.day(shock.end), calendar)
        factor = factor * np.where(inside, getattr(shock, attribute), 1.0)
    return factor


def _catching_up(shocks: Iterable[Shock], calendar: Calendar) -> Days:
    """Multiplier of the orientations: shocks, and a share of what they cost coming later."""
    factor = np.ones(int(calendar.horizon))
    for shock in shocks:
        start, end = calendar.day(shock.start), calendar.day(shock.end)
        inside = _window(start, end, calendar)
        after = _window(end, end + shock.catch_up_days, calendar)
        lost_days = max(0.0, 1 - shock.orientations) * (end - start)
        late = 1 + lost_days * shock.catch_up_share / shock.catch_up_days
        factor = factor * np.where(inside, shock.orientations, 1.0) * np.where(after, late, 1.0)
    return factor
