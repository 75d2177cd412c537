"""The contract of the random streams, from the scenario to the table of people.

The past never changes, a lever at intensity 0 is no lever, more orientations
are the same people and others besides, and nothing depends on the order of
runs, on what is held in memory, on the workers or on the engine.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

import sim
from sim.experiment.executor import Workers
from sim.experiment.replication import Job, people_of, replicate, yearly
from sim.flow.inputs import Flow, checked
from sim.levers import NAMES
from sim.population import candidates
from sim.population.build import World, build
from sim.scenario import Scenario

ROOT = Path(__file__).resolve().parents[1]
SEED = 7
FIGURES = {
    "territory.departements": ["52", "08", "75"],
    "orientations.per_year": {"2018": 101_000, "2019": 119_000, "2020": 117_000},
    "entry.process_delay_days": {"2018": 32, "2019": 27, "2020": 23},
    "parcours.duration_days": {"2016": 203},
}
TREND = sim.load("trend").with_({**FIGURES, "horizon.end": date(2023, 1, 1)})
FULL = {f"levers.{name}.intensity": 1 for name in NAMES}
ATTRIBUTES = ("t0", "t1", "t_abandon", "duration", "agrees", "outcome", "channel")


def run(scenario: Scenario, replication: int = 0, engine: str = "compiled") -> tuple[World, Flow]:
    """The inputs and the table of people of one replication."""
    return people_of(Job(scenario, replication, SEED, engine))


def content(value: Any) -> Any:
    """Everything in a result as plain bytes and values, to compare to the last bit."""
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if is_dataclass(value):
        return {each.name: content(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {key: content(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return tuple(content(each) for each in value)
    return value


def pool_names(world: World) -> np.ndarray:
    """The name of each person's pool."""
    people = world.inputs.people
    return np.repeat(np.array(world.pools.names), np.diff(people.start))


def rows(world: World, chosen: np.ndarray) -> list[tuple[Any, ...]]:
    """The chosen people, with their pool and all their attributes."""
    people = world.inputs.people
    columns = [pool_names(world)[chosen].tolist()]
    columns += [getattr(people, name)[chosen].tolist() for name in ATTRIBUTES]
    return list(zip(*columns, strict=True))


def portfolio_names(world: World, flow: Flow) -> np.ndarray:
    """Each person's portfolio as pool and number within the pool, whatever else exists."""
    portfolios = world.inputs.portfolios
    first = np.searchsorted(portfolios.pool, portfolios.pool)
    ordinal = np.arange(len(portfolios.pool)) - first
    return np.where(flow.portfolio >= 0, ordinal[flow.portfolio], -1)


def events(world: World, flow: Flow, until: float) -> dict[str, list[tuple[Any, ...]]]:
    """All that has happened before a time, in the order of the people."""
    people, pool = world.inputs.people, pool_names(world)
    portfolio = portfolio_names(world, flow)
    oriented = people.t0 < until
    diagnosed = flow.t2 < until
    left = flow.t3 < until
    return {
        "oriented": rows(world, oriented),
        "diagnosed": list(
            zip(pool[diagnosed], people.t0[diagnosed], flow.t2[diagnosed], portfolio[diagnosed],
                flow.fate[diagnosed], strict=True)
        ),
        "left": list(
            zip(pool[left], people.t0[left], flow.t3[left], flow.fate[left], strict=True)
        ),
    }  # fmt: skip


def day(when: date) -> float:
    """The day of a date in the trend."""
    return TREND.calendar.day(when)


START = date(2021, 3, 1)
DIFFERENT_FROM = {
    **{
        name: (START, {f"levers.{name}.intensity": 1, f"levers.{name}.start": START})
        for name in NAMES
    },
    "all_levers": (date(2021, 1, 1), FULL),
    "a_lever_later": (
        date(2021, 6, 1),
        {**FULL, "levers.shared_target.start": date(2021, 6, 1)},
        FULL | {"levers.shared_target.start": date(2021, 9, 1)},
    ),
    "facilitation_added": (
        START,
        {
            **FULL,
            **{f"levers.{name}.start": START for name in NAMES if name != "shared_facilitation"},
            "levers.shared_facilitation.start": START,
        },
        {
            **FULL,
            **{f"levers.{name}.start": START for name in NAMES if name != "shared_facilitation"},
            "levers.shared_facilitation.intensity": 0,
        },
    ),
    "shock": (
        date(2019, 5, 6),
        {
            "shocks.strike.start": date(2019, 5, 6),
            "shocks.strike.end": date(2019, 7, 1),
            "shocks.strike.orientations": 0.2,
            "shocks.strike.process_delay": 1.5,
            "shocks.strike.duration": 0.7,
            "shocks.strike.diagnosis_interval": 4,
            "shocks.strike.catch_up_share": 0.5,
        },
    ),
    "lockdown_harder": (date(2020, 3, 17), {"shocks.lockdown_2020.orientations": 0.1}),
    "more_posts": (date(2021, 1, 1), {"posts.target": 3000}),
    "fewer_posts": (date(2021, 1, 1), {"posts.target": 600}),
    "hiring_later": (
        date(2021, 1, 1),
        {
            "posts.target": 3000,
            "posts.hiring_start": date(2021, 7, 1),
            "posts.later": {"2022-06-01": 2000},
        },
    ),
    "hiring_before_the_end_of_the_history": (
        date(2020, 7, 1),
        {"posts.hiring_start": date(2020, 7, 1)},
    ),
    "later_posts": (
        date(2021, 12, 31),
        {"posts.target": 2000, "posts.later": {"2022-12-31": 0}},
        {"posts.target": 2000},
    ),
    "turnover": (date(2021, 1, 1), {"posts.turnover_per_year": 0.9}),
    "training": (date(2021, 1, 1), {"posts.training_months": 6, "posts.target": 2000}),
    "allocation": (
        date(2021, 1, 1),
        {"posts.target": 3000, "posts.allocation": "where_it_queues"},
        {"posts.target": 3000},
    ),
    "multiplier": (
        date(2020, 6, 1),
        {"orientations.multiplier": {"2020-06-01": 1, "2020-12-01": 1.5}},
    ),
    "volume": (date(2020, 1, 1), {"orientations.per_year.2020": 90_000}),
    "process_delay": (date(2019, 1, 1), {"entry.process_delay_days.2019": 10}),
    "duration": (date(2019, 1, 1), {"parcours.duration_days.2019": 150}),
    "fewer_places": (date(2019, 4, 1), {"portfolios.places_from": {"2019-04-01": 30}}),
    "more_places": (date(2019, 4, 1), {"portfolios.places_from": {"2019-04-01": 70}}),
}  # fmt: skip


@pytest.mark.parametrize("name", DIFFERENT_FROM)
def test_the_past_is_the_same(name: str):
    """Two scenarios that differ from a date on have the same events before, and not after."""
    since, changes, *others = DIFFERENT_FROM[name]
    base = TREND.with_(others[0]) if others else TREND
    changed = TREND.with_(changes)
    until = base.calendar.day(since)
    before, after = run(base), run(changed)
    mine, theirs = events(*before, until), events(*after, until)
    assert len(mine["oriented"]) > 5000
    assert len(mine["left"]) > 4000
    for what in mine:
        assert mine[what] == theirs[what], what
    all_mine, all_theirs = (events(*each, np.inf) for each in (before, after))
    alone = name == "shared_facilitation"
    assert (all_mine == all_theirs) is alone


@pytest.mark.parametrize("what", ["target.people", "target.queue_delay_days", "target.mean_load"])
def test_what_is_aimed_at_changes_nothing(what: str):
    assert content(build(TREND, SEED, 0)) == content(build(TREND.with_({what: 30}), SEED, 0))


EFFECTS = {
    "shared_target": ("orientations",),
    "shorter_entry_delay": ("process_delay", "orientations"),
    "open_to_social_actors": (
        "orientations",
        "overlap",
        "pool_diagnosis_interval",
        "process_delay",
        "agreement",
    ),
    "better_coordination": ("process_delay", "agreement", "duration"),
    "shared_facilitation": ("ramp_cut",),
}


@st.composite
def switched_off(draw: st.DrawFn) -> dict[str, object]:
    """Levers at intensity 0 with other effects, starts, ramps and half-lives."""
    changes: dict[str, object] = {}
    for name in draw(st.sets(st.sampled_from(NAMES), min_size=1)):
        changes[f"levers.{name}.intensity"] = 0
        changes[f"levers.{name}.start"] = draw(st.dates(date(2015, 1, 1), date(2024, 1, 1)))
        changes[f"levers.{name}.ramp_months"] = draw(st.sampled_from([0, 1, 12, 60]))
        if name != "shared_facilitation":
            changes[f"levers.{name}.half_life_months"] = draw(st.sampled_from([1, 600]))
        for effect in EFFECTS[name]:
            changes[f"levers.{name}.{effect}"] = draw(st.floats(0.01, 0.5))
    return changes


SHORT = TREND.with_({"territory.departements": ["52"], "horizon.end": date(2022, 1, 1)})


@pytest.fixture(scope="module")
def nothing_done() -> Any:
    """The inputs of a short trend without any lever."""
    return content(build(SHORT, SEED, 0))


@settings(max_examples=40)
@given(changes=switched_off())
def test_a_lever_at_intensity_zero_changes_nothing(nothing_done, changes: dict[str, object]):
    assert content(build(SHORT.with_(changes), SEED, 0)) == nothing_done


@pytest.mark.parametrize("off", [name for name in NAMES if name != "shared_facilitation"])
def test_a_lever_at_intensity_zero_changes_nothing_beside_others(off: str):
    others = {**FULL, f"levers.{off}.intensity": 0}
    effects = {f"levers.{off}.{each}": 0.3 for each in EFFECTS[off]}
    plain, odd = TREND.with_(others), TREND.with_({**others, **effects})
    assert content(run(plain)) == content(run(odd))


def test_facilitation_alone_changes_nothing():
    alone = TREND.with_({"levers.shared_facilitation.intensity": 1})
    assert content(run(alone)) == content(run(TREND))


MORE = {
    "multiplier": {"orientations.multiplier": {"2016": 1.37}},
    "multiplier_by_date": {"orientations.multiplier": {"2018": 1, "2019-06-01": 1.8, "2021": 1}},
    "first_lever": {"levers.shared_target.intensity": 1},
    "third_channel": {"levers.open_to_social_actors.intensity": 1},
    "volume": {"orientations.per_year.2019": 150_000},
    "supply": {"posts.target": 2000},
    "one_more_in_a_million": {"orientations.multiplier": {"2016": 1.000001}},
}


@pytest.mark.parametrize("name", MORE)
def test_more_orientations_are_the_same_people_and_others(name: str):
    fewer, more = build(TREND, SEED, 0), build(TREND.with_(MORE[name]), SEED, 0)
    mine, theirs = (
        Counter(rows(world, np.ones(len(world.inputs.people.t0), dtype=bool)))
        for world in (fewer, more)
    )
    assert mine <= theirs
    assert (mine < theirs) == (name != "one_more_in_a_million")


def test_no_orientations_are_no_people():
    world, flow = run(TREND.with_({"orientations.multiplier": {"2016": 0}}))
    assert len(world.inputs.people.t0) == len(flow.t2) == 0


@pytest.mark.parametrize("levers", [{}, FULL], ids=["no_levers", "all_levers"])
def test_a_longer_horizon_has_the_same_people_and_events(levers: Mapping[str, object]):
    short = TREND.with_({**levers, "horizon.end": date(2022, 7, 1)})
    long = TREND.with_({**levers, "horizon.end": date(2026, 1, 1)})
    assert events(*run(short), short.calendar.horizon) == events(*run(long), short.calendar.horizon)


@pytest.mark.parametrize(
    "changes",
    [{}, {**FULL, "posts.target": 2300, "posts.allocation": "where_it_queues"}],
    ids=["trend", "plan"],
)
def test_a_subset_of_departements_lives_as_in_the_country(changes: Mapping[str, object]):
    """People, portfolios and all events of the pools of two départements."""
    ending = {"horizon.end": date(2022, 1, 1)}
    country = TREND.with_({**changes, **ending, "territory.departements": "all"})
    few = TREND.with_({**changes, **ending, "territory.departements": ["52", "2A"]})
    (big, big_flow), (small, small_flow) = run(country), run(few)
    assert set(small.pools.codes) == {"52", "2A"}
    here = np.isin(pool_names(big), small.pools.names)
    everyone = np.ones(len(small.inputs.people.t0), dtype=bool)
    assert rows(big, here) == rows(small, everyone)
    assert np.array_equal(big_flow.t2[here], small_flow.t2, equal_nan=True)
    assert np.array_equal(big_flow.t3[here], small_flow.t3, equal_nan=True)
    assert np.array_equal(big_flow.fate[here], small_flow.fate)
    for name in small.pools.names:
        assert states(big, name) == states(small, name)


def states(world: World, pool: str) -> list[tuple[Any, ...]]:
    """The dated states of a pool's portfolios."""
    portfolios = world.inputs.portfolios
    number = world.pools.names.index(pool)
    return [
        (
            portfolios.time[first:after].tolist(),
            portfolios.in_service[first:after].tolist(),
            portfolios.places[first:after].tolist(),
            portfolios.interval[first:after].tolist(),
        )
        for first, after in zip(portfolios.state_start, portfolios.state_start[1:], strict=False)
        if portfolios.pool[np.searchsorted(portfolios.state_start, first, side="right") - 1]
        == number
    ]


SEVERAL = [
    TREND,
    TREND.with_(FULL),
    TREND.with_({"orientations.multiplier": {"2016": 3}}),
    TREND.with_({"horizon.end": date(2021, 6, 1)}),
    TREND.with_({"horizon.end": date(2027, 1, 1), "posts.target": 2300}),
    TREND.with_({"territory.departements": ["52"]}),
    TREND.with_({"entry.patience_cv": 0.9}),
    TREND.with_({"parcours.duration_cv": 0.4}),
]


@pytest.fixture(scope="module")
def alone() -> list[Any]:
    """Each scenario as it comes when nothing has run before it."""
    found = []
    for scenario in SEVERAL:
        candidates._held.clear()
        found.append(content(run(scenario)))
    return found


class TestOrderAndMemory:
    @pytest.mark.parametrize("order", [range(8), range(7, -1, -1), [3, 0, 4, 1, 2, 2, 0, 5, 7, 6]])
    def test_the_order_of_runs_does_not_matter(self, alone: list[Any], order):
        candidates._held.clear()
        for number in order:
            assert content(run(SEVERAL[number])) == alone[number]

    def test_forgetting_does_not_matter(self, alone: list[Any], monkeypatch):
        monkeypatch.setattr(candidates, "MOST_HELD", 1)
        candidates._held.clear()
        for number in (2, 6, 0, 7, 3):
            assert content(run(SEVERAL[number])) == alone[number]
            assert len(candidates._held) == 1

    def test_results_are_not_changed_by_whoever_holds_them(self, alone: list[Any]):
        world, flow = run(SEVERAL[0])
        world.inputs.people.t0[:] = 0.0
        world.inputs.people.duration[:] = 1.0
        world.inputs.portfolios.places[:] = 0
        flow.t2[:] = 0.0
        assert content(run(SEVERAL[0])) == alone[0]

    def test_threads_do_not_matter(self, alone: list[Any]):
        candidates._held.clear()
        with ThreadPoolExecutor(4) as threads:
            numbers = [0, 2, 3, 1, 4, 5, 6, 7] * 2
            for number, found in zip(
                numbers, threads.map(lambda k: content(run(SEVERAL[k])), numbers), strict=True
            ):
                assert found == alone[number]


def test_replications_and_seeds_are_other_people():
    times = [
        set(build(SHORT, seed, replication).inputs.people.t0.tolist())
        for seed, replication in [(1, 0), (1, 1), (2, 0), (2, 1), (0, 2)]
    ]
    for k, one in enumerate(times):
        for other in times[k + 1 :]:
            assert len(one & other) < 0.02 * len(one)


def test_inputs_hold_to_the_contract_of_the_engines():
    for scenario in SEVERAL:
        checked(build(scenario, SEED, 1).inputs)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {**FULL, "posts.target": 2300, "entry.pool_diagnosis_interval_days": 1.1},
        {"posts.target": 500, "portfolios.places_from": {"2020-02-01": 25}},
    ],
    ids=["trend", "plan", "cuts"],
)
def test_the_engines_give_the_same(changes: Mapping[str, object]):
    scenario = TREND.with_({"territory.departements": ["08", "52"], **changes})
    compiled = Job(scenario, 1, SEED, "compiled")
    simpy = Job(scenario, 1, SEED, "simpy")
    assert people_of(compiled)[1].same(people_of(simpy)[1])
    assert content(replicate(compiled)) == content(replicate(simpy))


JOBS = [Job(SEVERAL[k], replication, SEED) for replication in (0, 1) for k in (0, 5)]


def test_one_worker_or_two_give_the_same_bytes():
    steps: list[int] = []
    here = Workers(1).map(yearly, JOBS)
    there = Workers(2).map(yearly, JOBS, steps.append)
    assert content(dict(enumerate(here))) == content(dict(enumerate(there)))
    tallies = [content(each) for each in Workers(2).map(replicate, JOBS[:2])]
    assert tallies == [content(replicate(job)) for job in JOBS[:2]]
    assert len(steps) == len(JOBS)


RUN_A_JOB = """
import pickle, sys
from sim.experiment.replication import people_of
pickle.dump(people_of(pickle.load(sys.stdin.buffer)), sys.stdout.buffer)
"""
SMALL = TREND.with_(
    {
        **FULL,
        "territory.departements": ["52"],
        "horizon.opening": date(2020, 12, 1),
        "horizon.measured_from": date(2020, 12, 1),
        "horizon.end": date(2021, 9, 1),
    }
)


def test_compilation_on_or_off_gives_the_same():
    """Another process without compilation, against this one with it."""
    job = Job(SMALL, 2, SEED)
    done = subprocess.run(
        [sys.executable, "-c", RUN_A_JOB],
        cwd=ROOT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONHASHSEED": "77"},
        input=pickle.dumps(job),
        capture_output=True,
        check=True,
        timeout=120,
    )
    found = pickle.loads(done.stdout)
    assert len(found[1].t2) > 100
    assert content(found) == content(people_of(job))


EVEN = TREND.with_(
    {
        "territory.departements": ["52", "08"],
        "territory.unevenness": 0,
        "orientations.per_year": {"2016": 100_000, "2018": 100_000, "2019": 100_000, "2020": 1e5},
        "orientations.warm_up_factor": 1,
        "orientations.august": 1,
        "orientations.supply_response": 0,
        "shocks.lockdown_2020.orientations": 1,
        "horizon.opening": date(2018, 1, 1),
        "horizon.end": date(2019, 1, 1),
    }
)
REPLICATIONS = 150


@pytest.fixture(scope="module")
def counted() -> dict[str, np.ndarray]:
    """Orientations of a year over many replications, by département, channel and half-year."""
    found: dict[str, list[int]] = {"52": [], "08": [], "social": [], "first half": [], "rest": []}
    for replication in range(REPLICATIONS):
        world = build(EVEN, SEED, replication)
        people, pool = world.inputs.people, pool_names(world)
        found["52"].append(np.char.startswith(pool, "52").sum())
        found["08"].append(np.char.startswith(pool, "08").sum())
        found["social"].append((people.channel == 1).sum())
        found["first half"].append((people.t0 < 181).sum())
        found["rest"].append((people.t0 >= 181).sum())
    return {name: np.array(values) for name, values in found.items()}


def expected() -> dict[str, float]:
    """Means of the same counts: shares of 100 000 by the pools of the country."""
    pools = build(EVEN, SEED, 0).pools
    share = {code: pools.share[np.array(pools.codes) == code].sum() for code in ("52", "08")}
    both = 100_000 * (share["52"] + share["08"])
    return {
        "52": 100_000 * share["52"],
        "08": 100_000 * share["08"],
        "social": both * (1 - 0.645),
        "first half": both * 181 / 365,
        "rest": both * 184 / 365,
    }


@pytest.mark.parametrize("name", ["52", "08", "social", "first half", "rest"])
def test_counts_of_orientations_are_poisson(counted, name: str):
    """Mean within 4.5 standard errors, variance within a chi-square interval of 1 in 10 000."""
    counts, mean = counted[name], expected()[name]
    assert abs(counts.mean() - mean) < 4.5 * np.sqrt(mean / REPLICATIONS)
    dispersion = (REPLICATIONS - 1) * counts.var(ddof=1) / mean
    low, high = chi2.ppf([5e-5, 1 - 5e-5], REPLICATIONS - 1)
    assert low < dispersion < high


def test_counts_of_places_and_times_are_independent(counted):
    bound = 4 / np.sqrt(REPLICATIONS)
    assert abs(np.corrcoef(counted["52"], counted["08"])[0, 1]) < bound
    assert abs(np.corrcoef(counted["first half"], counted["rest"])[0, 1]) < bound


def test_unevenness_keeps_the_mean_and_spreads_the_pools():
    """Factors of 250 pools: mean 1 and the CV asked for, within 4.5 standard errors."""
    keys = tuple(range(250))
    drawn = np.concatenate([candidates.unevenness(SEED, r, keys, 0.25) for r in range(40)])
    assert abs(drawn.mean() - 1) < 4.5 * 0.25 / np.sqrt(len(drawn))
    logs = np.log(drawn)
    sigma = np.sqrt(np.log1p(0.25**2))
    assert abs(logs.std() - sigma) < 4.5 * sigma / np.sqrt(2 * len(drawn))
    assert np.all(candidates.unevenness(SEED, 0, keys, 0.0) == 1.0)


OTHER_VALUES = {
    "horizon.opening_state": "empty",
    "territory.departements": ["52"],
    "territory.figures_for": "departements",
    "posts.hiring_start": date(2021, 4, 1),
    "posts.hiring_end": date(2022, 3, 1),
    "posts.allocation": "where_it_queues",
    "posts.most_hires_per_month": 30,
    "entry.shortest_process_delay_days": 20,
    "shocks.lockdown_2020.start": date(2020, 3, 1),
    "shocks.lockdown_2020.end": date(2020, 6, 1),
    "horizon.opening": date(2017, 1, 1),
    "horizon.measured_from": date(2018, 7, 1),
    "horizon.end": date(2022, 7, 1),
    "portfolios.december_2017": 960,
    "posts.target": 2200,
}
BUSY = TREND.with_(
    {
        **FULL,
        "territory.departements": ["08", "10", "52"],
        "posts.target": 2300,
        "entry.pool_diagnosis_interval_days": 1,
        "levers.shared_facilitation.intensity": 0.8,
    }
)


@pytest.fixture(scope="module")
def busy() -> Any:
    """The inputs of a plan with everything on."""
    return content(build(BUSY, SEED, 0))


# The target is looked at by plans, the ratio of true stays by the calibration.
NO_EFFECT_ON_THE_FLOW = ("target.", "parcours.true_to_published")


@pytest.mark.parametrize(
    "path", [path for path in BUSY.values if not path.startswith(NO_EFFECT_ON_THE_FLOW)]
)
def test_every_parameter_does_something(busy, path: str):
    """A parameter that a planner can set and that changes nothing would mislead."""
    value = BUSY.values[path]
    other = OTHER_VALUES.get(path, date(2021, 6, 1) if path.endswith(".start") else None)
    if other is None:
        other = value * 0.75 if value else 0.4
    changed = BUSY.with_({path: other})
    assert changed.values != BUSY.values
    assert content(build(changed, SEED, 0)) != busy
