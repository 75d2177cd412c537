"""From a scenario and a replication to the inputs of the flow.

The one place where everything random or scenario-specific becomes the plain
arrays of `sim.flow.inputs`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.calendar import Calendar, on_grid
from sim.errors import InputError, Problem
from sim.flow.inputs import Inputs, People, PoolSlots
from sim.population.candidates import (
    CHANNELS,
    Candidates,
    Field,
    candidates,
    levels_for,
    unevenness,
)
from sim.population.daily import Daily, daily
from sim.population.posts import (
    PostPlan,
    Seat,
    Staffing,
    history,
    post_plan,
    seat_list,
    seats_of,
)
from sim.population.streams import uniforms
from sim.scenario import Scenario
from sim.sections import Parcours
from sim.territory import Pools, make_pools, stable_keys, subset

Floats = NDArray[np.float64]
OUTCOMES = ("employment", "training", "dropout", "follow_on")


@dataclass(frozen=True)
class World:
    """The inputs of one replication, and what the measures need to read them.

    posts, fte: funded posts and full-time equivalents by département and day
    (before the plan starts, the portfolios in service).
    """

    inputs: Inputs
    pools: Pools
    calendar: Calendar
    posts: Floats
    fte: Floats


@dataclass(frozen=True)
class Conditions:
    """What a replication is made from, short of people and portfolios.

    demand: each pool's share of the orientations, unevenness included, of the
    whole area (`area_demand`) and of the simulated pools. rates: orientations a
    day of the area by département, channel and day.
    """

    scenario: Scenario
    seed: int
    replication: int
    plan: PostPlan
    by_day: Daily
    area: Pools
    area_demand: Floats
    chosen: NDArray[np.int64]
    pools: Pools
    rates: Floats

    @property
    def demand(self) -> Floats:
        """Shares of the simulated pools."""
        return self.area_demand[self.chosen]


def conditions(scenario: Scenario, seed: int, replication: int) -> Conditions:
    """The conditions of one replication.

    Raises `InputError` where the scenario leaves open what only a reading knows.
    """
    _need_fitted_values(scenario)
    plan = post_plan(scenario)
    area, uneven = _area(scenario, seed, replication)
    chosen = _chosen(scenario, area)
    pools = _pick(area, chosen)
    by_day = daily(scenario, plan)
    return Conditions(
        scenario=scenario,
        seed=seed,
        replication=replication,
        plan=plan,
        by_day=by_day,
        area=area,
        area_demand=area.share * uneven,
        chosen=chosen,
        pools=pools,
        rates=_rates(scenario, by_day, pools, seed, replication),
    )


def build(scenario: Scenario, seed: int, replication: int) -> World:
    """The inputs of one replication. Pure: the same arguments give the same arrays.

    Raises `InputError` where the scenario leaves open what only a reading knows.
    """
    return world_of(conditions(scenario, seed, replication))


def world_of(made: Conditions, since: float = 0.0, until: float = np.inf) -> World:
    """The inputs under these conditions, with the people oriented from `since` on.

    `until`, the first day of a month, cuts the horizon short.
    """
    scenario, plan, by_day = made.scenario, made.plan, made.by_day
    calendar = scenario.calendar
    if until < calendar.horizon:
        calendar = Calendar(calendar.opening, calendar.date_of(until))
    area, chosen, pools, demand = made.area, made.chosen, made.pools, made.area_demand
    order = seat_list(
        scenario, area, demand, int(plan.seats[: int(calendar.horizon)].max(initial=0))
    )
    renumbered = {pool: k for k, pool in enumerate(chosen.tolist())}
    here = [
        Seat(renumbered[seat.pool], seat.ordinal, seat.number)
        for seat in seats_of(order)
        if seat.pool in renumbered
    ]
    staffing = Staffing(scenario, plan, pools, made.seed, made.replication)
    portfolios = staffing.portfolios(here, by_day.interval_factor)
    people = _people(made, since, calendar.horizon)
    days = int(calendar.horizon)
    posts = _posts_by_place(here, pools, plan.seats[:days])
    return World(
        inputs=Inputs(calendar.horizon, people, portfolios, _slots(scenario, by_day, len(pools))),
        pools=pools,
        calendar=calendar,
        posts=posts,
        fte=posts * scenario.posts.fte_per_post,
    )


def _posts_by_place(seats: list[Seat], pools: Pools, existing: NDArray[np.int64]) -> Floats:
    """Seats that exist [département, day]; `existing` are those of the area by day."""
    posts = np.zeros((len(pools.places), len(existing)))
    place_of_pool = pools.place_of_pool
    numbers: list[list[int]] = [[] for _ in pools.places]
    for seat in seats:
        numbers[place_of_pool[seat.pool]].append(seat.number)
    for place, held in enumerate(numbers):
        posts[place] = np.searchsorted(np.sort(held), existing, side="right")
    return posts


def _need_fitted_values(scenario: Scenario) -> None:
    open_paths = {
        "orientations.per_year": scenario.orientations.per_year,
        "entry.process_delay_days": scenario.entry.process_delay_days,
        "parcours.duration_days": scenario.parcours.duration_days,
    }
    problems = [
        Problem(scenario.given.name, path, "is not set", "choose a reading, or give values by year")
        for path, values in open_paths.items()
        if not values
    ]
    if problems:
        raise InputError(problems)


def _area(scenario: Scenario, seed: int, replication: int) -> tuple[Pools, Floats]:
    """All pools that the scenario's figures are for, and their unevenness."""
    territory = scenario.territory
    alone = territory.figures_for == "departements" and territory.departements != "all"
    listed = list(territory.departements) if alone else None
    past = history(scenario)
    pools = make_pools(round(past[max(past)]), float(territory.pool_size), listed)
    keys = tuple(pools.keys.tolist())
    return pools, unevenness(seed, replication, keys, float(territory.unevenness))


def _chosen(scenario: Scenario, area: Pools) -> NDArray[np.int64]:
    listed = scenario.territory.departements
    return np.arange(len(area)) if listed == "all" else subset(area, listed)


def _pick(pools: Pools, chosen: NDArray[np.int64]) -> Pools:
    return Pools(
        tuple(pools.codes[k] for k in chosen),
        tuple(pools.ordinals[k] for k in chosen),
        pools.share[chosen],
    )


def _people(made: Conditions, since: float, until: float) -> People:
    """Everyone who exists under these conditions and is oriented in [since, until)."""
    scenario, pools, by_day = made.scenario, made.pools, made.by_day
    demand, rates = made.demand, made.rates
    most = demand[:, None] * rates.max(axis=2)[pools.place_of_pool]
    field = Field(
        made.seed,
        made.replication,
        tuple(pools.keys.tolist()),
        float(scenario.entry.patience_cv),
        float(scenario.parcours.duration_cv),
    )
    everyone = candidates(field, levels_for(most), scenario.calendar.horizon)
    last_day = len(by_day.orientations) - 1
    day = np.minimum(everyone.t0.astype(np.int64), last_day)
    place = pools.place_of_pool[everyone.pool]
    rate = demand[everyone.pool] * rates[place, everyone.channel, day]
    in_time = (everyone.t0 >= since) & (everyone.t0 < until)
    exists = np.flatnonzero((everyone.height < rate) & in_time)
    return _attributes(scenario, by_day, everyone, exists, len(pools))


def _rates(scenario: Scenario, by_day: Daily, pools: Pools, seed: int, replication: int) -> Floats:
    """Orientations a day of the whole area, by département, channel and day.

    A département joins the third channel on the day of its convention; the
    conventions spread evenly over the lever's ramp, each département's turn
    being a fixed uniform of its own.
    """
    share = scenario.orientations.employment_service_share
    levers = by_day.levers
    keys = stable_keys(pools.places)
    turn = uniforms(seed, replication, "convention", (keys, 0, 0, 0))["signing"]
    signed_on = levers.signing_start + turn * levers.signing_days
    signed = np.arange(len(by_day.orientations)) >= signed_on[:, None]
    rates = np.empty((len(pools.places), len(CHANNELS), len(by_day.orientations)))
    rates[:, 0] = by_day.orientations * share
    rates[:, 1] = by_day.orientations * (1 - share)
    rates[:, 2] = by_day.orientations * levers.third_channel * signed
    return rates


def _attributes(
    scenario: Scenario, by_day: Daily, everyone: Candidates, exists: NDArray[np.int64], pools: int
) -> People:
    """What each person is like, by the conditions of the day of the orientation."""
    t0, channel = everyone.t0[exists], everyone.channel[exists]
    day = t0.astype(np.int64)
    third = channel == CHANNELS.index("other_social_actor")
    levers = by_day.levers
    sigma = np.sqrt(np.log1p(scenario.entry.process_delay_cv**2))
    spread = np.exp(sigma * everyone.process_z[exists] - sigma**2 / 2)
    mean_delay = by_day.process_delay[day] * np.where(third, levers.third_process_delay, 1.0)
    agreement = by_day.agreement[day] + np.where(third, levers.third_agreement_added, 0.0)
    patience = float(scenario.entry.patience_days) * everyone.patience[exists]
    return People(
        start=np.searchsorted(everyone.pool[exists], np.arange(pools + 1)),
        t0=t0,
        t1=t0 + on_grid(mean_delay * spread),
        t_abandon=t0 + on_grid(patience),
        duration=_durations(
            scenario.parcours,
            by_day.duration[day] * everyone.stay[exists],
            everyone.renewal[exists],
        ),
        agrees=everyone.agreement[exists] < agreement,
        outcome=_outcomes(scenario.parcours, everyone.outcome[exists]),
        channel=channel,
    )


def _durations(parcours: Parcours, uncensored: Floats, renewal: Floats) -> Floats:
    """Stays cut at the longest parcours, or at twice that where renewed; at least a day."""
    longest = parcours.longest_days * np.where(renewal < parcours.renewal_share, 2.0, 1.0)
    return np.maximum(1.0, on_grid(np.minimum(uncensored, longest)))


def _outcomes(parcours: Parcours, uniform: Floats) -> NDArray[np.int8]:
    bounds = np.cumsum([parcours.to_employment, parcours.to_training, parcours.dropout])
    return np.searchsorted(bounds, uniform, side="right").astype(np.int8)


def _slots(scenario: Scenario, by_day: Daily, pools: int) -> PoolSlots:
    """The pools' dated diagnosis intervals; the same for all pools."""
    base = float(scenario.entry.pool_diagnosis_interval_days)
    turns = np.concatenate([[0], np.flatnonzero(np.diff(by_day.pool_interval_factor)) + 1])
    interval = on_grid(base * by_day.pool_interval_factor[turns])
    kept = np.concatenate([[True], np.diff(interval) != 0])
    turns, interval = turns[kept], interval[kept]
    return PoolSlots(
        start=np.arange(pools + 1) * len(turns),
        time=np.tile(turns.astype(np.float64), pools),
        interval=np.tile(interval, pools),
    )
