"""From a scenario to the inputs of the fluid approximation: the same conditions, in means.

Some pools stand for all: taken evenly from the pools in the order of their staffing,
each with a quantile of the unevenness and of the places. Where there are few pools, each
stands several times, with other quantiles.
"""

from __future__ import annotations

from math import ceil

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.calendar import Calendar
from sim.flow.fluid_inputs import FluidInputs, Kinds
from sim.population.build import Setting, new_setting
from sim.population.posts import history
from sim.scenario import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STEPS_A_MONTH = 4
KINDS = 32
MONTHS_A_YEAR = 12
# Numbers whose multiples fill the square evenly (R. Martin's additive recurrence: powers of
# the inverse of the plastic number).
_TURNS = (0.7548776662466927, 0.5698402909980532)


def step_bounds(calendar: Calendar) -> Floats:
    """The days on which steps begin, and the horizon: months in four equal parts."""
    bounds = calendar.month_bounds
    parts = np.arange(STEPS_A_MONTH) / STEPS_A_MONTH
    starts = bounds[:-1, None] + parts * np.diff(bounds)[:, None]
    return np.append(starts.ravel(), bounds[-1])


def fluid_inputs(scenario: Scenario, kinds: int = KINDS) -> FluidInputs:
    """The inputs of the fluid approximation for a scenario, with so many kinds of pool. Pure.

    Raises `InputError` where the scenario leaves open what only a reading or a
    draw knows.
    """
    made = new_setting(scenario)
    bounds = step_bounds(made.calendar)
    by_day, levers = made.by_day, made.by_day.levers
    signed = np.clip(
        (np.arange(len(by_day.duration)) - levers.signing_start + 1)
        / max(levers.signing_days, 1.0),
        0.0,
        1.0,
    )
    third = by_day.by_channel[2] * signed
    both = by_day.by_channel[0] + by_day.by_channel[1]

    def mean(values: Floats) -> Floats:
        """A step's mean of daily values."""
        summed = np.concatenate([[0.0], np.cumsum(values)])
        at = np.interp(bounds, np.arange(len(summed)), summed)
        return np.asarray(np.diff(at) / np.diff(bounds))

    process, agreement = mean(by_day.process_delay), mean(by_day.agreement)
    third_agreement = np.clip(agreement + levers.third_agreement_added, 0.0, 1.0)
    entry, parcours = scenario.entry, scenario.parcours
    return FluidInputs(
        days=np.diff(bounds),
        orientations=np.stack([mean(both), mean(third)]) * _simulated_share(made),
        process_delay=np.stack([process, process * levers.third_process_delay]),
        agreement=np.stack([agreement, third_agreement]),
        duration=mean(by_day.duration),
        interval=entry.diagnosis_interval_days * mean(by_day.interval_factor),
        pool_interval=entry.pool_diagnosis_interval_days * mean(by_day.pool_interval_factor),
        kinds=_kinds(made, bounds, kinds),
        process_delay_cv=float(entry.process_delay_cv),
        patience=float(entry.patience_days),
        patience_cv=float(entry.patience_cv),
        duration_cv=float(parcours.duration_cv),
        longest=float(parcours.longest_days),
        renewal_share=float(parcours.renewal_share),
    )


def _simulated_share(made: Setting) -> float:
    """Part of the area's orientations that the simulated pools have."""
    return float(made.pools.share.sum() / made.area.share.sum())


def _kinds(made: Setting, bounds: Floats, wanted: int) -> Kinds:
    """The pools that stand for all, and their staffing by step."""
    scenario, seats = made.scenario, made.seats_in_proportion
    pools = len(made.pools)
    day = np.minimum((bounds[:-1] + bounds[1:]) / 2, made.calendar.horizon - 1).astype(np.int64)
    # In the order of their staffing: weight, then the number of the last seat.
    grouped = np.lexsort((seats.number, seats.pool))
    number = seats.number[grouped]
    first = np.searchsorted(seats.pool[grouped], np.arange(pools + 1))
    last = np.where(first[1:] > first[:-1], np.append(0, number)[first[1:]], 0)
    if made.plan.split is not None:
        last = _growth(made, number, first)
    order = np.lexsort((made.pools.keys, last, made.pools.share))
    copies = 1 if pools >= wanted else ceil(wanted / pools)
    kinds = min(wanted, pools) * copies
    chosen = order[((np.arange(kinds) + 0.5) * pools / kinds).astype(np.int64)]
    held = np.stack(
        [made.plan.standing(number[first[k] : first[k + 1]], day) for k in chosen]
    ).astype(np.float64)
    stands_for = np.full(kinds, pools / kinds)
    in_service = held * _in_proportion(made, stands_for @ held, day)
    quantile = (np.arange(1, kinds + 1)[:, None] * np.array(_TURNS) + 0.5) % 1.0
    # The demand is that of the area: a pool cannot differ from itself.
    others = np.sqrt(max(0.0, 1 - float(np.sum(made.area.share**2))))
    uneven = _lognormal(quantile[:, 0], float(scenario.territory.unevenness) * others)
    demand = made.pools.share[chosen] * uneven
    demand /= stands_for @ demand
    spread = float(scenario.portfolios.places_cv) / np.sqrt(np.maximum(held.max(axis=1), 1.0))
    more = _lognormal(quantile[:, 1], spread)
    at = np.searchsorted(made.shared.time, day, side="right") - 1
    return Kinds(
        pools=stands_for,
        demand=demand,
        in_service=in_service,
        places=in_service * made.shared.places[at] * more[:, None],
    )


def _growth(made: Setting, number: Ints, first: Ints) -> Ints:
    """Seat-days of each pool of a split of one's own: départements grow at a pace of their own."""
    each_day = slice(None)
    return np.array(
        [made.plan.standing(number[first[k] : first[k + 1]], each_day).sum()
         for k in range(len(first) - 1)]
    )  # fmt: skip


def _in_proportion(made: Setting, stood_for: Floats, day: Ints) -> Floats:
    """What makes the pools that stand for all have as many portfolios as are expected."""
    past = history(made.scenario)
    in_area = made.plan.supply[day] * float(past[max(past)])
    seats_in_area = np.maximum(made.plan.seats[day], 1)
    held = made.plan.standing(np.sort(made.seats_in_proportion.number), day)
    expected = held * in_area / seats_in_area
    return np.asarray(np.divide(expected, stood_for, out=np.ones(len(day)), where=stood_for > 0))


def _lognormal(quantile: Floats, cv: float | Floats) -> Floats:
    """Quantiles of the lognormal with mean 1."""
    sigma = np.sqrt(np.log1p(np.asarray(cv) ** 2))
    return np.asarray(np.exp(sigma * ndtri(quantile) - sigma**2 / 2))
