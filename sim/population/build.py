"""From a scenario and a replication to the inputs of the flow.

The one place where everything random or scenario-specific becomes the plain
arrays of `sim.flow.inputs`. What all replications of a scenario share is worked
out once (`setting`); people are drawn for as many pools at a time as asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.calendar import Calendar, on_grid
from sim.errors import InputError, Problem
from sim.flow.inputs import Inputs, PoolSlots, Portfolios
from sim.levers import Composition
from sim.population.crowd import Crowd
from sim.population.daily import Daily, daily
from sim.population.posts import PostPlan, area_of, every_seat, post_plan
from sim.population.staffing import Seats, Shared, portfolios_on, seats_of, shared_changes
from sim.population.streams import uniforms
from sim.scenario import Scenario
from sim.territory import Pools, stable_keys, subset
from sim.words import say

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
FEWEST_POOLS = 40
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
class Setting:
    """What all replications of a scenario share.

    area: all pools that the scenario's figures are for; chosen: which of them are
    simulated (`pools`).
    """

    scenario: Scenario
    plan: PostPlan
    by_day: Daily
    area: Pools
    chosen: Ints
    pools: Pools
    slots: PoolSlots
    shared: Shared

    @property
    def calendar(self) -> Calendar:
        """The scenario's calendar."""
        return self.scenario.calendar

    @cached_property
    def seats_in_proportion(self) -> Seats:
        """The seats of the simulated pools where posts go by the départements' weights."""
        return self.seats(self.area.share)

    def seats(self, demand: Floats) -> Seats:
        """The seats of the simulated pools; `demand` are the area's pools' shares."""
        order = every_seat(self.scenario, self.area, demand, self.plan)
        return seats_of(order).of_pools(self.chosen, len(self.area))


MOST_SETTINGS = 16
_settings: dict[tuple[str, Composition], Setting] = {}
_book = Lock()


def setting(scenario: Scenario, composition: Composition = "multiplied") -> Setting:
    """What the replications of a scenario share; remembered for the last few scenarios.

    composition: how the effects of the levers come together (`sim.levers`).
    Raises `InputError` where the scenario leaves open what only a reading knows.
    """
    key = (scenario.fingerprint, composition)
    known = _settings.get(key)
    if known is None:
        known = new_setting(scenario, composition)
        with _book:
            while len(_settings) >= MOST_SETTINGS:
                del _settings[next(iter(_settings))]
            _settings[key] = known
    return known


def new_setting(scenario: Scenario, composition: Composition = "multiplied") -> Setting:
    """The same, not remembered: for what is run once."""
    _need_fitted_values(scenario)
    plan = post_plan(scenario)
    area = area_of(scenario)
    listed = scenario.territory.departements
    chosen = np.arange(len(area)) if listed == "all" else subset(area, listed)
    by_day = daily(scenario, plan, composition)
    return Setting(
        scenario=scenario,
        plan=plan,
        by_day=by_day,
        area=area,
        chosen=chosen,
        pools=_pick(area, chosen),
        slots=_slots(scenario, by_day),
        shared=shared_changes(scenario, by_day.interval_factor),
    )


@dataclass(frozen=True)
class Conditions:
    """What one replication is made from, short of its people and portfolios.

    sample: which of the setting's pools are run. area_demand: each pool's share of the
    orientations, unevenness included, of the whole area. signed_on: the day of each
    place's convention.
    """

    setting: Setting
    seed: int
    replication: int
    sample: Ints
    area_demand: Floats
    signed_on: Floats

    @property
    def scenario(self) -> Scenario:
        """The scenario."""
        return self.setting.scenario

    @property
    def plan(self) -> PostPlan:
        """Posts by day."""
        return self.setting.plan

    @cached_property
    def pools(self) -> Pools:
        """The pools that are run."""
        return _pick(self.setting.pools, self.sample)

    @cached_property
    def demand(self) -> Floats:
        """Shares of the pools that are run."""
        return self.area_demand[self.setting.chosen[self.sample]]

    @cached_property
    def crowd(self) -> Crowd:
        """Who is oriented, and what they are like."""
        scenario, by_day, pools = self.scenario, self.setting.by_day, self.pools
        parcours, levers = scenario.parcours, by_day.levers
        return Crowd(
            seed=self.seed,
            replication=self.replication,
            pool_keys=pools.keys,
            demand=self.demand,
            orientations=by_day.by_channel,
            signed_on=self.signed_on[self.setting.pools.place_of_pool[self.sample]],
            process_delay=by_day.process_delay,
            process_delay_cv=float(scenario.entry.process_delay_cv),
            agreement=by_day.agreement,
            duration=by_day.duration,
            duration_cv=float(parcours.duration_cv),
            third_process_delay=float(levers.third_process_delay),
            third_agreement=float(levers.third_agreement_added),
            patience=float(scenario.entry.patience_days),
            patience_cv=float(scenario.entry.patience_cv),
            longest=float(parcours.longest_days),
            renewal_share=float(parcours.renewal_share),
            outcomes=(
                float(parcours.to_employment),
                float(parcours.to_training),
                float(parcours.dropout),
            ),
        )

    @cached_property
    def all_seats(self) -> Seats:
        """The seats of the setting's pools, also of those that a sample leaves out."""
        if self.scenario.posts.allocation == "proportional":
            return self.setting.seats_in_proportion
        return self.setting.seats(self.area_demand)

    @cached_property
    def seats(self) -> Seats:
        """The seats of the pools that are run."""
        if len(self.sample) == len(self.setting.pools):
            return self.all_seats
        return self.all_seats.of_pools(self.sample, len(self.setting.pools))

    def portfolios(self, until: float = np.inf) -> Portfolios:
        """The portfolios of the simulated pools that there are before `until`."""
        days = min(until, self.setting.calendar.horizon)
        return portfolios_on(
            self.seats.kept(self.plan.there_before(int(days))),
            self.pools.keys,
            self.plan,
            self.scenario,
            self.setting.shared,
            self.seed,
            self.replication,
        )

    def posts(self, place_of_pool: Ints, places: int) -> Floats:
        """Seats of the setting's pools that exist by place and day, places being any grouping."""
        posts = np.zeros((places, len(self.plan.seats)))
        place = place_of_pool[self.all_seats.pool]
        order = np.lexsort((self.all_seats.number, place))
        numbers = self.all_seats.number[order]
        first = np.searchsorted(place[order], np.arange(places + 1))
        for k in range(places):
            posts[k] = self.plan.standing(numbers[first[k] : first[k + 1]], slice(None))
        return posts


def sampled(pools: int, share: float) -> Ints:
    """A share of the pools, `FEWEST_POOLS` at least: every so many-th, to meet all départements.

    Raises `InputError` for what is no share, and where there are too few pools to
    tell how much a share of them errs.
    """
    if share == 1:
        return np.arange(pools)
    if not 0 < share < 1:
        told, remedy = say("is no share"), say("more than 0, 1 at most")
        raise InputError(Problem("share", f"{share:g}", told, remedy))
    if pools <= FEWEST_POOLS:
        few = say("there are {pools} pools, too few to look at a share of them", pools=pools)
        raise InputError(Problem("share", f"{share:g}", few, say("share 1: all pools")))
    count = max(FEWEST_POOLS, round(share * pools))
    return ((np.arange(count) + 0.5) * pools / count).astype(np.int64)


def conditions(
    scenario: Scenario,
    seed: int,
    replication: int,
    share: float = 1.0,
    composition: Composition = "multiplied",
) -> Conditions:
    """The conditions of one replication, on all pools or on a share of them.

    A département joins the third channel on the day of its convention; the
    conventions spread evenly over the lever's ramp, each département's turn
    being a fixed uniform of its own. Raises `InputError` where the scenario
    leaves open what only a reading knows.
    """
    made = setting(scenario, composition)
    levers = made.by_day.levers
    keys = stable_keys(made.pools.places)
    turn = uniforms(seed, replication, "convention", (keys, 0, 0, 0))["signing"]
    area = made.area
    uneven = unevenness(seed, replication, area.keys, float(scenario.territory.unevenness))
    demand = area.share * uneven
    return Conditions(
        setting=made,
        seed=seed,
        replication=replication,
        sample=sampled(len(made.pools), share),
        # Unevenness says where the orientations are, not how many there are.
        area_demand=demand * (area.share.sum() / demand.sum()),
        signed_on=levers.signing_start + turn * levers.signing_days,
    )


def unevenness(seed: int, replication: int, pool_keys: NDArray[np.uint32], cv: float) -> Floats:
    """Each pool's factor on its share of the demand: lognormal, mean 1, CV as given."""
    drawn = uniforms(seed, replication, "pool", (pool_keys, 0, 0, 0))["unevenness"]
    sigma = np.sqrt(np.log1p(cv**2))
    return np.asarray(np.exp(sigma * ndtri(drawn) - sigma**2 / 2))


def build(scenario: Scenario, seed: int, replication: int) -> World:
    """The inputs of one replication. Pure: the same arguments give the same arrays.

    Raises `InputError` where the scenario leaves open what only a reading knows.
    """
    return world_of(conditions(scenario, seed, replication))


def world_of(made: Conditions, until: float = np.inf) -> World:
    """The inputs under these conditions; `until`, the first day of a month, cuts them short."""
    calendar = calendar_of(made, until)
    pools = made.pools
    posts = made.posts(pools.place_of_pool, len(pools.places))[:, : int(calendar.horizon)]
    (inputs,) = [part for _, part in parts(made, len(pools), until=until)]
    return World(inputs, pools, calendar, posts, posts * made.scenario.posts.fte_per_post)


def calendar_of(made: Conditions, until: float = np.inf) -> Calendar:
    """The calendar of a run that is cut short at `until`, the first day of a month."""
    calendar = made.setting.calendar
    if until >= calendar.horizon:
        return calendar
    return Calendar(calendar.opening, calendar.date_of(until))


def parts(
    made: Conditions,
    at_once: int,
    since: float = 0.0,
    until: float = np.inf,
    room: Ints | None = None,
) -> Iterator[tuple[slice, Inputs]]:
    """The inputs of some pools at a time, with the people oriented in [since, until).

    `room`: rows left free before each pool's people, for those carried over.

    Pools never meet, so the flow of the whole is that of its parts, one after the
    other; only the people of one part are in memory.
    """
    horizon = min(until, made.setting.calendar.horizon)
    portfolios = made.portfolios(until)
    for first in range(0, len(made.pools), max(1, at_once)):
        after = min(first + max(1, at_once), len(made.pools))
        kept = None if room is None else room[first:after]
        people = made.crowd.people(first, after, since, horizon, kept)
        yield (
            slice(first, after),
            Inputs(
                horizon,
                people,
                portfolios_of(portfolios, first, after),
                slots_of(made.setting.slots, after - first),
            ),
        )


def portfolios_of(portfolios: Portfolios, first: int, after: int) -> Portfolios:
    """The portfolios of the pools [first, after), numbered anew."""
    if first == 0 and (not len(portfolios.pool) or portfolios.pool[-1] < after):
        return portfolios
    begin, end = np.searchsorted(portfolios.pool, [first, after])
    states = slice(portfolios.state_start[begin], portfolios.state_start[end])
    return Portfolios(
        pool=portfolios.pool[begin:end] - first,
        state_start=portfolios.state_start[begin : end + 1] - states.start,
        time=portfolios.time[states],
        in_service=portfolios.in_service[states],
        places=portfolios.places[states],
        interval=portfolios.interval[states],
    )


def slots_of(slots: PoolSlots, pools: int) -> PoolSlots:
    """One pool's slots for as many pools."""
    return PoolSlots(
        start=np.arange(pools + 1) * len(slots.time),
        time=np.tile(slots.time, pools),
        interval=np.tile(slots.interval, pools),
    )


def _need_fitted_values(scenario: Scenario) -> None:
    open_paths = {
        "orientations.per_year": scenario.orientations.per_year,
        "entry.process_delay_days": scenario.entry.process_delay_days,
        "parcours.duration_days": scenario.parcours.duration_days,
    }
    told, remedy = say("is not set"), say("choose a reading, or give values by year")
    missing = [path for path, values in open_paths.items() if not values]
    if missing:
        raise InputError(Problem(scenario.given.name, path, told, remedy) for path in missing)


def _pick(pools: Pools, chosen: Ints) -> Pools:
    if len(chosen) == len(pools):
        return pools
    return Pools(
        tuple(pools.codes[k] for k in chosen),
        tuple(pools.ordinals[k] for k in chosen),
        pools.share[chosen],
    )


def _slots(scenario: Scenario, by_day: Daily) -> PoolSlots:
    """The dated diagnosis intervals of one pool; all have the same."""
    base = float(scenario.entry.pool_diagnosis_interval_days)
    turns = np.concatenate([[0], np.flatnonzero(np.diff(by_day.pool_interval_factor)) + 1])
    interval = on_grid(base * by_day.pool_interval_factor[turns])
    kept = np.concatenate([[True], np.diff(interval) != 0])
    turns, interval = turns[kept], interval[kept]
    return PoolSlots(np.array([0, len(turns)]), turns.astype(np.float64), interval)
