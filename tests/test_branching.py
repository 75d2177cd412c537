"""History once: a run that goes on from a saved state equals the full run, in both engines."""

from __future__ import annotations

import numpy as np
import pytest
from flow_inputs import inputs as any_inputs
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.experiment import replication
from sim.experiment.replication import Job, replicate
from sim.flow import compiled, reference
from sim.flow.branch import state_at
from sim.flow.inputs import Inputs, Opening, People, PoolSlots, Portfolios
from sim.reading_fits import readings, under
from sim.scenario import Scenario
from sim.scenario_files import load

FEW = ["52", "08", "75"]


def gone_on(full: Inputs, begin: float) -> tuple[Inputs, np.ndarray]:
    """The inputs that go on at `begin`, and which rows of the full inputs they hold."""
    flow = compiled.run(full)
    state = state_at(full, flow, begin)
    late = np.flatnonzero(full.people.t0 >= begin)
    rows = np.sort(np.concatenate([state.rows, late]))
    inside = np.isin(rows, state.rows[state.inside])
    pool = np.repeat(np.arange(full.pools), np.diff(full.people.start))[rows]
    people = People(
        start=np.searchsorted(pool, np.arange(full.pools + 1)),
        **{
            name: getattr(full.people, name)[rows]
            for name in ("t0", "t1", "t_abandon", "duration", "agrees", "outcome", "channel")
        },
    )
    opening = Opening(
        begin,
        np.where(inside, flow.t2[rows], np.nan),
        np.where(inside, flow.portfolio[rows], -1),
        np.where(inside, flow.t3[rows], np.nan),
        state.slot_free_from,
        state.pool_slot_free_from,
    )
    return Inputs(full.horizon, people, full.portfolios, full.slots, opening), rows


@settings(max_examples=150)
@given(any_inputs(), st.floats(0, 1))
def test_going_on_equals_the_full_run(full: Inputs, share: float) -> None:
    begin = np.floor(share * full.horizon)
    branch, rows = gone_on(full, begin)
    whole = compiled.run(full)
    for engine in (compiled, reference):
        part = engine.run(branch)
        for name in ("t2", "t3", "fate", "portfolio"):
            np.testing.assert_array_equal(getattr(part, name), getattr(whole, name)[rows])


def scenario(**changes: object) -> Scenario:
    base = under(load("target-2022"), readings()["uneven"])
    return base.with_({"territory.departements": FEW, "horizon.end": "2024-01-01", **changes})


CASES = {
    "levers and posts": scenario(),
    "no levers, fewer posts": scenario(
        **{f"levers.{name}.intensity": 0 for name in ("shared_target", "better_coordination")},
        **{"posts.target": 700},
    ),
    "pool slots, other allocation": scenario(
        **{"entry.pool_diagnosis_interval_days": 1.0, "posts.allocation": "where_it_queues"}
    ),
    "places change later": scenario(**{"portfolios.places_from": {"2022-03-01": 40}}),
}


@pytest.mark.parametrize("name", list(CASES))
@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_a_branch_is_counted_like_the_full_run(name: str, engine: str) -> None:
    replication._trunks.clear()
    full = replicate(Job(CASES[name], 0, 1, engine, by_place=True, branches=False))
    part = replicate(Job(CASES[name], 0, 1, engine, by_place=True))
    assert len(replication._trunks) == 1, "it did go on from a trunk"
    assert full.counts.keys() == part.counts.keys()
    for key, values in full.counts.items():
        np.testing.assert_array_equal(part.counts[key], values, err_msg=key)
    for key, days in full.binding.items():
        np.testing.assert_allclose(part.binding[key], days, rtol=0, atol=1e-9, err_msg=key)
    np.testing.assert_array_equal(part.delay_histogram, full.delay_histogram)
    np.testing.assert_array_equal(part.load_histogram, full.load_histogram)


def test_scenarios_with_the_same_past_share_a_trunk_and_others_do_not() -> None:
    replication._trunks.clear()
    for case in CASES.values():
        replicate(Job(case, 0, 1, binding=False))
    kept = len(replication._trunks)
    assert kept == 2, "pool slots make another past; the rest share one"
    replicate(Job(scenario(**{"entry.patience_days": 70}), 0, 1, binding=False))
    replicate(Job(scenario(), 1, 1, binding=False))
    replicate(Job(scenario(), 0, 2, binding=False))
    assert len(replication._trunks) == kept + 3


def test_no_branch_in_the_middle_of_a_month() -> None:
    replication._trunks.clear()
    late = scenario(**{"posts.hiring_start": "2021-03-15"})
    full = replicate(Job(late, 0, 1, branches=False))
    part = replicate(Job(late, 0, 1))
    assert not replication._trunks
    for key, values in full.counts.items():
        np.testing.assert_array_equal(part.counts[key], values, err_msg=key)


OTHER_PASTS = {
    "falling": {"portfolios.in_service": {"2016": 1500, "2019": 1500, "2020-12-31": 1000}},
    "turnover": {"posts.turnover_per_year": 0.3},
    "part-time": {"posts.fte_per_post": 0.5},
    "queues": {"posts.allocation": "where_it_queues"},
    "fewer": {"posts.target": 600},
}


def test_what_is_remembered_never_leaks_into_another_scenario() -> None:
    """Many scenarios through one memory, in both orders, against runs without it."""
    replication._trunks.clear()
    falling = OTHER_PASTS["falling"]
    several = [scenario(**changes) for changes in OTHER_PASTS.values()]
    several += [scenario(**falling, **changes) for changes in list(OTHER_PASTS.values())[1:]]
    full = [replicate(Job(each, 0, 1, branches=False)) for each in several]
    for order in (range(len(several)), range(len(several) - 1, -1, -1)):
        for k in order:
            part = replicate(Job(several[k], 0, 1))
            for key, values in full[k].counts.items():
                np.testing.assert_array_equal(part.counts[key], values, err_msg=f"{k} {key}")


def test_no_branch_where_something_changes_before_the_plan() -> None:
    replication._trunks.clear()
    early = scenario(**{"levers.open_to_social_actors.start": "2020-06-01"})
    replicate(Job(early, 0, 1, binding=False))
    assert not replication._trunks


def test_a_state_outside_the_horizon_is_refused() -> None:
    none, codes = np.zeros(0), np.zeros(0, dtype=np.int8)
    zero, flags = np.zeros(2, dtype=np.int64), np.zeros(0, dtype=bool)
    whole = np.zeros(0, dtype=np.int64)
    empty = Inputs(
        5.0,
        People(zero, none, none, none, none, flags, codes, codes),
        Portfolios(whole, np.zeros(1, dtype=np.int64), none, flags, whole, none),
        PoolSlots(zero, none, none),
    )
    with pytest.raises(ValueError, match="horizon"):
        state_at(empty, compiled.run(empty), 6.0)
