"""A result of each kind that plans, budgets and look-backs give: made up, or small and quick."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from made_up_plans import made_up_plan
from test_budget import one_place, some_activity
from test_lookback import AREA
from test_staffing import made_up

import sim
from sim.cli_support import write_results
from sim.levers import NAMES
from sim.money.budget import Budget, budget
from sim.money.from_plan import PlanMoney, money_of
from sim.money.outcomes import Outcomes, outcomes
from sim.money.ranges import Ranges, rate_ranges
from sim.planning.feasibility import Feasibility, feasibility
from sim.planning.lookback import LookBack
from sim.planning.plan import Plan, plan
from sim.planning.reach import Reach, reach
from sim.planning.saved import saved
from sim.planning.seen import Seen
from sim.planning.sensitivity import Sensitivity, sensitivity
from sim.planning.sobol import sobol_indices
from sim.planning.staffing_curve import StaffingCurve, staffing_curve
from sim.posterior import posterior
from sim.rate_files import shipped_rates
from sim.scenario import Scenario
from sim.scenario_files import load
from sim.shown import Shown

TWO = ("shared_target", "open_to_social_actors")
DRAWS = 60


def haute_marne(people: int = 500) -> Scenario:
    """One small département with its part of a target."""
    changes = {"territory.departements": ["52"], "target.people": people}
    return load("target-2022").with_(changes)


def _costed() -> Plan:
    made = made_up_plan(DRAWS)
    part = {"territory.departements": ["75", "974"], "horizon.end": "2024-01-01"}
    return replace(made, scenario=made.scenario.with_(part))


def _plan_money() -> PlanMoney:
    return money_of(_costed(), probability=0.3)


def _unlikely_money() -> PlanMoney:
    return money_of(_costed(), probability=0.99)


def _plan_of_draws() -> Plan:
    return plan(haute_marne(), draws=2, levers=TWO)


def _plan_of_readings() -> Plan:
    return plan(haute_marne(), reading="process", replications=1)


def _plan_out_of_reach() -> Plan:
    return plan(haute_marne(10_000_000), reading="process", replications=1, levers=TWO)


def _budget() -> Budget:
    return budget(load("target-2022").with_({"territory.departements": ["52", "974"]}),
                  activity=some_activity(), esf_until=2023)  # fmt: skip


def _own_budget() -> Budget:
    rates = {"esf.reading": "posts", "indirect.method": "actual"}
    return budget(one_place(), rates=shipped_rates().with_(rates))


def _ranges() -> Ranges:
    return rate_ranges(budget(one_place()), 2022)


def _outcomes() -> Outcomes:
    return outcomes(haute_marne(), draws=2, replications=1)


def _outcomes_of_a_reading() -> Outcomes:
    return outcomes(haute_marne(), reading="places", replications=1)


def _reach() -> Reach:
    return reach(haute_marne(), 1500, draws=2)


def _reach_with_a_limit() -> Reach:
    limited = haute_marne(100).with_({"posts.most_hires_per_month": 20})
    return reach(limited, 1500, levers=TWO, draws=2)


def _feasibility() -> Feasibility:
    return feasibility(haute_marne(), "process", replications=1)


def _far_feasibility() -> Feasibility:
    return feasibility(haute_marne(10_000), "places", levers=TWO, replications=1)


def _sensitivity() -> Sensitivity:
    made = made_up_plan(120)
    indices = sobol_indices(
        load("target-2022"), posterior(None), made.levers, samples=2,
        simulated={"posts": np.array([2385.0, 1930.0])},
    )  # fmt: skip
    return replace(sensitivity(made, sobol=False), sobol=indices)


def _staffing() -> StaffingCurve:
    return staffing_curve(haute_marne(), posts=(1167, 1500, 2300), draws=2, levers=NAMES)


def _staffing_of_a_reading() -> StaffingCurve:
    entries = np.array([900.0, 1500.0, 1510.0])
    return made_up(entries, (1000, 1500, 2000), entries + 40)


def _lookback() -> LookBack:
    with TemporaryDirectory() as folder:
        trend = sim.load("trend").with_(AREA)
        write_results(Path(folder), sim.simulate(trend, draws=2, replications=1), "run")
        kept = saved(Path(folder))
    rows = [
        ("entries", "2021", 400.0), ("entry_delay", "2021", 26.5), ("entries", "2021-03", 25.0),
        ("within_21_days", "2021", 0.4), ("portfolios_at_end", "2021", 40.0),
        ("entries", "2020", 300.0),
    ]  # fmt: skip
    seen = [
        Seen(k, name, period, value, kept.measures[name], "made up")
        for k, (name, period, value) in enumerate(rows)
    ]
    return LookBack(kept, tuple(seen))


def _lookback_on_one_figure() -> LookBack:
    made = _lookback()
    return LookBack(made.projection, made.seen[-1:])


MADE: Mapping[str, Callable[[], Shown]] = {
    make.__name__.strip("_").replace("_", " "): cache(make)
    for make in (
        _plan_of_draws, _plan_of_readings, _plan_out_of_reach, _costed, _plan_money,
        _unlikely_money, _budget, _own_budget, _ranges, _outcomes, _outcomes_of_a_reading, _reach,
        _reach_with_a_limit, _feasibility, _far_feasibility, _sensitivity, _staffing,
        _staffing_of_a_reading, _lookback, _lookback_on_one_figure,
    )
}  # fmt: skip
