"""The contract of the random streams: order, memory, workers and engine change nothing."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from contract_worlds import FULL, SEED, TREND, content, run
from scenario_inputs import ROOT

from sim.experiment.executor import Workers
from sim.experiment.replication import Job, people_of, replicate, yearly
from sim.flow.inputs import checked
from sim.population import build as building
from sim.population.build import build

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
        building._settings.clear()
        found.append(content(run(scenario)))
    return found


class TestOrderAndMemory:
    @pytest.mark.parametrize("order", [range(8), range(7, -1, -1), [3, 0, 4, 1, 2, 2, 0, 5, 7, 6]])
    def test_the_order_of_runs_does_not_matter(self, alone: list[Any], order):
        building._settings.clear()
        for number in order:
            assert content(run(SEVERAL[number])) == alone[number]

    def test_forgetting_does_not_matter(self, alone: list[Any], monkeypatch):
        monkeypatch.setattr(building, "MOST_SETTINGS", 1)
        building._settings.clear()
        for number in (2, 6, 0, 7, 3):
            assert content(run(SEVERAL[number])) == alone[number]
            assert len(building._settings) == 1

    def test_results_are_not_changed_by_whoever_holds_them(self, alone: list[Any]):
        world, flow = run(SEVERAL[0])
        world.inputs.people.t0[:] = 0.0
        world.inputs.people.duration[:] = 1.0
        world.inputs.portfolios.places[:] = 0
        world.inputs.portfolios.pool[:] = 0
        world.inputs.slots.interval[:] = 9.0
        world.posts[:] = 0
        flow.t2[:] = 0.0
        assert content(run(SEVERAL[0])) == alone[0]

    def test_threads_do_not_matter(self, alone: list[Any]):
        building._settings.clear()
        with ThreadPoolExecutor(4) as threads:
            numbers = [0, 2, 3, 1, 4, 5, 6, 7] * 2
            for number, found in zip(
                numbers, threads.map(lambda k: content(run(SEVERAL[k])), numbers), strict=True
            ):
                assert found == alone[number]


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
