"""Who serves whom when: from seats to the dated states of portfolios.

A seat is a funded post of a pool (before the plan starts: a portfolio in
service). Turnover, recruitment and training stand between the seat and a
counsellor who takes people in; tenures are the seat's own random numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.calendar import DAYS_PER_MONTH, DAYS_PER_YEAR, on_grid
from sim.flow.inputs import Portfolios
from sim.population import quantiles
from sim.population.compiled_staffing import dated_states, stretches_held
from sim.population.posts import PostPlan
from sim.population.streams import stream_key
from sim.scenario import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Seats:
    """Seats grouped by pool in the order in which each pool got them, one row each.

    ordinal: number within the pool, from 1. number: in the plan's rosters, from 1.
    """

    pool: Ints
    ordinal: Ints
    number: Ints

    def __len__(self) -> int:
        return len(self.pool)

    def of_pools(self, chosen: Ints, pools: int) -> Seats:
        """Those of the chosen ones of so many pools, which are numbered anew."""
        renumbered = np.full(pools, -1)
        renumbered[chosen] = np.arange(len(chosen))
        kept = renumbered[self.pool] >= 0
        return Seats(renumbered[self.pool[kept]], self.ordinal[kept], self.number[kept])

    def kept(self, there: NDArray[np.bool_]) -> Seats:
        """Those of which it is said, by number, that they are there."""
        kept = there[self.number]
        return Seats(self.pool[kept], self.ordinal[kept], self.number[kept])


def seats_of(order: list[int]) -> Seats:
    """The seats of a list that names the pool of the k-th seat."""
    pools = np.array(order, dtype=np.int64)
    grouped = np.argsort(pools, kind="stable")
    pool = pools[grouped]
    ordinal = np.arange(len(pool)) - np.searchsorted(pool, pool) + 1
    return Seats(pool, ordinal, grouped + 1)


@dataclass(frozen=True)
class Shared:
    """What changes for all portfolios at once: time, mean places, diagnosis interval."""

    time: Floats
    places: Floats
    interval: Floats


def shared_changes(scenario: Scenario, interval_factor: Floats) -> Shared:
    """The dates on which the mean places or the diagnosis interval change, from day 0."""
    portfolios, calendar = scenario.portfolios, scenario.calendar
    changes = {0.0}
    changes |= {max(0.0, calendar.day(when)) for when in portfolios.places_from}
    changes |= {float(k) for k in np.flatnonzero(np.diff(interval_factor)) + 1}
    times = sorted(each for each in changes if each < calendar.horizon)
    decided = [
        [float(v) for start, v in portfolios.places_from.items() if calendar.day(start) <= time]
        for time in times
    ]
    places = [values[-1] if values else float(portfolios.places) for values in decided]
    base = float(scenario.entry.diagnosis_interval_days)
    interval = [float(on_grid(base * interval_factor[int(time)])) for time in times]
    return Shared(np.array(times), np.array(places), np.array(interval))


def portfolios_on(
    seats: Seats,
    keys: NDArray[np.uint32],
    plan: PostPlan,
    scenario: Scenario,
    shared: Shared,
    seed: int,
    replication: int,
) -> Portfolios:
    """The dated states of the portfolios on these seats; `keys` are the pools' stable keys.

    Before `plan.plan_day` history is given in portfolios in service, net of
    vacancy; from then on a seat is a post, held for a tenure, then vacant for
    recruitment and training. Posts that were vacant when the plan starts come
    back one after the other over the length of a vacancy, as in the steady state.
    """
    posts = scenario.posts
    training = posts.training_months * DAYS_PER_MONTH
    held_start, held_from, held_until = _stretches(plan)
    tenure = DAYS_PER_YEAR / posts.turnover_per_year if posts.turnover_per_year > 0 else np.inf
    stream_keys = np.array(
        [
            stream_key(seed, replication, "portfolio"),
            stream_key(seed, replication, "departure"),
        ],
        dtype=np.uint64,
    )
    capacity = len(seats) * (len(shared.time) + 8) + 64
    while True:
        state_start = np.zeros(len(seats) + 1, dtype=np.int64)
        time, interval = np.empty(capacity), np.empty(capacity)
        in_service, places = np.empty(capacity, np.bool_), np.empty(capacity, np.int64)
        fits = dated_states(
            stream_keys, keys[seats.pool], seats.ordinal, seats.number,
            held_start, held_from, held_until,
            float(plan.plan_day), float(scenario.calendar.horizon), float(tenure),
            float(training), float(posts.recruitment_months * DAYS_PER_MONTH + training),
            plan.turn, float(plan.posts_at_start - plan.portfolios_at_start),
            quantiles.exponential(), quantiles.lognormal(float(scenario.portfolios.places_cv)),
            shared.time, shared.places, shared.interval,
            state_start, time, in_service, places, interval,
        )  # fmt: skip
        if fits:
            rows = slice(0, state_start[-1])
            return Portfolios(
                pool=seats.pool.copy(),
                state_start=state_start,
                time=time[rows],
                in_service=in_service[rows],
                places=places[rows],
                interval=interval[rows],
            )
        capacity *= 2


def _stretches(plan: PostPlan) -> tuple[Ints, Floats, Floats]:
    """The days on which each seat exists, by its number: see `stretches_held`."""
    parts = [stretches_held(each, int(each.max(initial=0))) for each in plan.held]
    before = np.concatenate([[0], np.cumsum([starts[-1] for starts, _, _ in parts])])
    starts = [each[0][1:-1] + begin for each, begin in zip(parts, before[:-1], strict=True)]
    return (
        np.concatenate([[0], *starts, before[-1:]]),
        np.concatenate([opened for _, opened, _ in parts]),
        np.concatenate([closed for _, _, closed in parts]),
    )
