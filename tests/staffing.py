"""Posts and their portfolios, for tests: of the plan, and of the whole country."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
from scenario_inputs import FIGURES

import sim
from sim.flow.inputs import Portfolios
from sim.population.posts import PostPlan, post_plan
from sim.population.staffing import portfolios_on, seats_of, shared_changes
from sim.scenario import Scenario
from sim.territory import Pools, highest_averages, make_pools

SEED = 3
TREND = sim.load("trend").with_(FIGURES)
FEW = {"territory.departements": ["08", "52"]}
NO_TURNOVER = {"posts.turnover_per_year": 0}


def seats_on(scenario: Scenario, when: date) -> int:
    """Seats of the plan on a date."""
    return int(post_plan(scenario).seats[int(scenario.calendar.day(when))])


def by_portfolio(
    portfolios: Portfolios, horizon: float = TREND.calendar.horizon
) -> list[list[tuple[float, bool, int, float]]]:
    """The rows (time, in service, places, interval) of every portfolio before the horizon."""
    columns = zip(
        portfolios.time.tolist(),
        portfolios.in_service.tolist(),
        portfolios.places.tolist(),
        portfolios.interval.tolist(),
        strict=True,
    )
    rows = list(columns)
    return [
        [row for row in rows[first:after] if row[0] < horizon]
        for first, after in pairwise(portfolios.state_start)
    ]


def staffed(scenario: Scenario, replication: int = 0) -> tuple[PostPlan, list[int], Portfolios]:
    """The plan, the number in the area of every seat, and its portfolio; the whole country."""
    plan = post_plan(scenario)
    pools: Pools = make_pools(1137, float(scenario.territory.pool_size))
    seats = seats_of(highest_averages(list(pools.share), int(plan.seats.max())))
    shared = shared_changes(scenario, np.ones(int(scenario.calendar.horizon)))
    portfolios = portfolios_on(seats, pools.keys, plan, scenario, shared, SEED, replication)
    return plan, seats.number.tolist(), portfolios


def service_days(portfolios: Portfolios, start: float, end: float) -> np.ndarray:
    """Days in service of every portfolio between two times."""
    days = []
    for rows in by_portfolio(portfolios, end):
        times = [min(max(time, start), end) for time, *_ in rows] + [end]
        held = [rows[k][1] * (times[k + 1] - times[k]) for k in range(len(rows))]
        days.append(sum(held))
    return np.array(days)
