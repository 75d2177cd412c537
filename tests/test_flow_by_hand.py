"""The written rules of `sim/flow/rules.py` on a few people, in both engines, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from flow_inputs import NEVER, TICK, Person, Pool, State, assembled, one_pool

from sim.flow import compiled, reference
from sim.flow.inputs import Fate, Flow

ENGINES = pytest.mark.parametrize("run", [reference.run, compiled.run], ids=["simpy", "compiled"])


def spelled(flow: Flow) -> list[str]:
    return [Fate(code).name.lower() for code in flow.fate]


def entries(flow: Flow) -> list[float | None]:
    return [None if np.isnan(time) else float(time) for time in flow.t2]


# --- One instant, by hand: exits, changes, abandonments, readiness, diagnoses ---
#
# Some neighbours' order alone changes nothing: an exit and a change are both done
# before anybody is diagnosed, and who becomes ready now is last in the queue anyway.
# They are shown by what both together allow.

INSIDE = Person(0.0, 0.0, duration=10.0)  # takes the only place from 0 to 10


@ENGINES
def test_exit_before_diagnosis(run):
    waits, comes = Person(1.0, 3.0), Person(2.0, 20.0)
    flow = run(assembled(50, Pool([INSIDE, waits, comes], [[State()]])))
    assert entries(flow) == [0.0, 10.0, 20.0]


@ENGINES
def test_the_exits_of_an_instant_count_for_the_lowest_load(run):
    people = [INSIDE, Person(0.0, 0.0, duration=20.0), Person(0.0, 10.0)]
    two = [[State(places=9)], [State(places=9)]]
    assert run(assembled(50, Pool(people, two))).portfolio.tolist() == [0, 1, 0]
    people = [Person(0.0, 0.0, duration=20.0), INSIDE, Person(0.0, 10.0)]
    assert run(assembled(50, Pool(people, two))).portfolio.tolist() == [0, 1, 1]


@ENGINES
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (State(10.0, in_service=False), [0.0, None, None]),
        (State(10.0, places=0), [0.0, None, None]),
        (State(10.0, places=1), [0.0, 10.0, 20.0]),
        (State(10.0, places=2), [0.0, 10.0, 10.0]),
        (State(10.0, places=2, interval=3.0), [0.0, 10.0, 13.0]),
    ],
)
def test_exit_and_change_both_before_diagnosis(run, change, expected):
    people = [INSIDE, Person(1.0, 1.0), Person(2.0, 2.0)]
    flow = run(assembled(50, Pool(people, [[State(), change]])))
    assert entries(flow) == expected


@ENGINES
def test_an_exit_leaves_no_room_where_places_fall_with_it(run):
    people = [INSIDE, Person(0.0, 0.0, duration=12.0), Person(1.0, 1.0)]
    flow = run(assembled(50, Pool(people, [[State(places=2), State(10.0, places=1)]])))
    assert entries(flow) == [0.0, 0.0, 12.0]


@ENGINES
def test_change_does_not_save_whose_patience_ends_with_it(run):
    people = [Person(0.0, 1.0, t_abandon=10.0), Person(0.0, 2.0, t_abandon=10.0 + TICK)]
    flow = run(assembled(50, Pool(people, [[State(10.0)]])))
    assert entries(flow) == [None, 10.0]
    assert spelled(flow) == ["abandoned", "entered"]
    assert flow.t3[0] == 10.0


@ENGINES
def test_exit_does_not_save_whose_patience_ends_with_it(run):
    people = [INSIDE, Person(1.0, 1.0, t_abandon=10.0), Person(1.0, 2.0)]
    flow = run(assembled(50, Pool(people, [[State()]])))
    assert entries(flow) == [0.0, None, 10.0]
    assert flow.t3[1] == 10.0


@ENGINES
def test_a_slots_end_does_not_save_whose_patience_ends_with_it(run):
    people = [INSIDE, Person(1.0, 1.0, t_abandon=4.0), Person(1.0, 2.0)]
    flow = run(assembled(50, Pool(people, [[State(places=9, interval=4.0)]])))
    assert entries(flow) == [0.0, None, 4.0]


@ENGINES
@pytest.mark.parametrize(("patience", "fate"), [(5.0, "abandoned"), (5.0 + TICK, "entered")])
def test_abandonment_before_readiness(run, patience, fate):
    flow = run(one_pool([0.0], [5.0], [patience], horizon=50))
    assert spelled(flow) == [fate]
    assert flow.t3[0] == (5.0 if fate == "abandoned" else 15.0)


@ENGINES
def test_abandonment_before_readiness_leaves_the_slot_to_others(run):
    x = one_pool([0.0, 0.0], [5.0, 5.0], [5.0, NEVER], horizon=50, places=(9,), interval=3.0)
    assert entries(run(x)) == [None, 5.0]


@ENGINES
def test_ready_before_diagnosis(run):
    # Both become ready as the place is given back; the lower row has it.
    x = one_pool([0.0, 1.0, 2.0], [0.0, 10.0, 10.0], horizon=50)
    assert entries(run(x)) == [0.0, 10.0, 20.0]


@ENGINES
def test_who_waited_goes_before_who_becomes_ready(run):
    x = one_pool([0.0, 1.0, 2.0], [0.0, 10.0, 9.0], horizon=50)
    assert entries(run(x)) == [0.0, 20.0, 10.0]


@ENGINES
@pytest.mark.parametrize("limits", [{"interval": 5.0}, {"pool_interval": 5.0}])
def test_a_slot_may_be_used_exactly_as_it_ends(run, limits):
    x = one_pool([0.0, 0.0, 1.0, 2.0], [0.0, 0.0, 10.0, 14.0], horizon=50, places=(9,), **limits)
    assert entries(run(x)) == [0.0, 5.0, 10.0, 15.0]


@ENGINES
def test_a_slot_ends_by_the_interval_in_force_at_its_diagnosis(run):
    times = [0.0, 0.0, 10.0, 10.0, 10.0]
    people = [Person(time, time) for time in times]
    states = [State(places=9, interval=12.0), State(10.0, places=9, interval=3.0)]
    assert entries(run(assembled(50, Pool(people, [states])))) == [0.0, 12.0, 15.0, 18.0, 21.0]
    pool_slots = [(0.0, 12.0), (10.0, 3.0)]
    x = assembled(50, Pool(people, [[State(places=9)]], pool_slots))
    assert entries(run(x)) == [0.0, 12.0, 15.0, 18.0, 21.0]


@ENGINES
def test_an_interval_that_begins_now_counts_now(run):
    people = [Person(10.0, 10.0)] * 2
    states = [State(places=9), State(10.0, places=9, interval=3.0)]
    assert entries(run(assembled(50, Pool(people, [states])))) == [10.0, 13.0]
    x = assembled(50, Pool(people, [[State(places=9)]], [(10.0, 3.0)]))
    assert entries(run(x)) == [10.0, 13.0]


@ENGINES
def test_both_slots_must_be_free(run):
    people = [Person(0.0, 0.0)] * 4
    two = [[State(places=9, interval=5.0)], [State(places=9, interval=5.0)]]
    flow = run(assembled(50, Pool(people, two, [(0.0, 2.0)])))
    assert entries(flow) == [0.0, 2.0, 5.0, 7.0]
    assert flow.portfolio.tolist() == [0, 1, 0, 1]


@ENGINES
def test_of_two_changes_at_one_instant_the_last_holds(run):
    states = [State(5.0, places=3), State(5.0, places=1)]
    assert entries(run(assembled(50, Pool([INSIDE] * 2, [states])))) == [5.0, 15.0]
    x = assembled(50, Pool([INSIDE] * 2, [[State(places=9)]], [(0.0, 9.0), (0.0, 4.0)]))
    assert entries(run(x)) == [0.0, 4.0]


@ENGINES
def test_a_state_from_before_the_opening_holds_at_the_opening(run):
    assert entries(run(assembled(50, Pool([INSIDE], [[State(-3.0)]])))) == [0.0]


# --- Who, to whom, and what it uses ---


@ENGINES
def test_lowest_load_before_lowest_number(run):
    flow = run(one_pool([0.0] * 5, horizon=50, places=(3, 2, 1)))
    assert flow.portfolio.tolist() == [0, 1, 2, 0, 1]


@ENGINES
def test_lowest_load_goes_by_people_not_by_free_places(run):
    flow = run(one_pool([0.0, 1.0], horizon=50, places=(1, 40)))
    assert flow.portfolio.tolist() == [0, 1]


@ENGINES
def test_a_refusal_uses_the_slot_and_not_the_place(run):
    agrees = [False, False, True, True]
    flow = run(one_pool([0.0] * 4, agrees=agrees, horizon=50, interval=2.0))
    assert entries(flow) == [0.0, 2.0, 4.0, 14.0]
    assert spelled(flow) == ["refused", "refused", "entered", "entered"]
    assert flow.t3.tolist() == [0.0, 2.0, 14.0, 24.0]


@ENGINES
def test_a_refusal_needs_a_place_to_be_offered(run):
    flow = run(one_pool([0.0, 1.0], agrees=[True, False], horizon=50))
    assert entries(flow) == [0.0, 10.0]


@ENGINES
def test_a_refusal_at_one_instant_leaves_the_place_to_the_next(run):
    assert entries(run(one_pool([0.0] * 3, agrees=[False, False, True], horizon=9))) == [0.0] * 3


@ENGINES
def test_a_fall_of_places_evicts_nobody(run):
    people = [Person(0.0, 0.0, duration=stay) for stay in (10.0, 12.0, 14.0, 16.0)]
    x = assembled(50, Pool([*people, Person(5.0, 5.0)], [[State(places=4), State(5.0, places=1)]]))
    flow = run(x)
    assert flow.t3.tolist() == [10.0, 12.0, 14.0, 16.0, 26.0]
    assert entries(flow)[4] == 16.0


@ENGINES
def test_a_vacant_portfolio_takes_nobody_and_keeps_its_people(run):
    vacancy = [State(places=2), State(5.0, in_service=False, places=2), State(30.0, places=2)]
    people = [Person(0.0, 0.0, duration=10.0), Person(0.0, 0.0, duration=40.0)]
    flow = run(assembled(90, Pool([*people, *[Person(6.0, 6.0)] * 2], [vacancy])))
    assert entries(flow) == [0.0, 0.0, 30.0, 40.0]
    assert flow.t3.tolist() == [10.0, 40.0, 40.0, 50.0]


@ENGINES
def test_pools_do_not_help_each_other(run):
    x = assembled(
        50, Pool([INSIDE] * 2, [[State()]]), Pool([], [[State(places=9)]]), Pool([INSIDE])
    )
    assert entries(run(x)) == [0.0, 10.0, None]


@ENGINES
def test_whoever_gave_up_ahead_holds_nobody_up(run):
    people = [INSIDE, *[Person(0.0, 1.0, t_abandon=2.0 + k) for k in range(5)], Person(0.0, 6.0)]
    flow = run(assembled(50, Pool(people, [[State()]])))
    assert entries(flow)[-1] == 10.0
    assert flow.t3[1:6].tolist() == [2.0, 3.0, 4.0, 5.0, 6.0]


# --- The edges of simulated time ---


@ENGINES
def test_nothing_happens_at_the_horizon(run):
    people = {
        "ready at the end": Person(0.0, 20.0),
        "ready a tick before": Person(0.0, 20.0 - TICK),
        "gives up at the end, ready": Person(0.0, 1.0, t_abandon=20.0),
        "gives up a tick before, ready": Person(0.0, 1.0, t_abandon=20.0 - TICK),
        "gives up at the end, not ready": Person(0.0, 30.0, t_abandon=20.0),
        "gives up a tick before, not ready": Person(0.0, 30.0, t_abandon=20.0 - TICK),
    }
    flow = run(assembled(20, Pool(list(people.values()), [[State(20.0)]])))
    assert dict(zip(people, spelled(flow), strict=True)) == {
        "ready at the end": "on_the_way",
        "ready a tick before": "waiting",
        "gives up at the end, ready": "waiting",
        "gives up a tick before, ready": "abandoned",
        "gives up at the end, not ready": "on_the_way",
        "gives up a tick before, not ready": "abandoned",
    }


@ENGINES
@pytest.mark.parametrize(("horizon", "second"), [(10.0, None), (10.0 + TICK, 10.0)])
def test_a_place_given_back_at_the_horizon_is_not_given_on(run, horizon, second):
    flow = run(one_pool([0.0, 1.0], horizon=horizon))
    assert entries(flow) == [0.0, second]
    assert flow.t3[0] == 10.0


@ENGINES
@pytest.mark.parametrize(("horizon", "second"), [(4.0, None), (4.0 + TICK, 4.0)])
def test_a_slot_that_ends_at_the_horizon_is_not_used(run, horizon, second):
    x = one_pool([0.0, 1.0], horizon=horizon, places=(9,), interval=4.0)
    assert entries(run(x)) == [0.0, second]


@ENGINES
def test_the_first_instant_is_simulated(run):
    assert entries(run(one_pool([0.0], horizon=TICK))) == [0.0]
