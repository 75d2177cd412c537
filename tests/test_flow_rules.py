"""The written rules of `sim/flow/rules.py`, checked on the table of people alone.

`moments` rebuilds each pool's portfolios, slots and queue at every instant from
the inputs and the table, without any function of `sim.flow`. What it does not
find out for itself (who is diagnosed when, by whom) is what the tests judge.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from flow_inputs import NEVER, TICK, Person, Pool, State, assembled, drawn, inputs, one_pool
from hypothesis import Phase, find, given, settings

from sim.flow import compiled, reference
from sim.flow.inputs import Fate, Flow, Inputs

ENGINES = pytest.mark.parametrize("run", [reference.run, compiled.run], ids=["simpy", "compiled"])
EXAMPLES = settings(max_examples=100)
NONE = -1


@dataclass
class Seat:
    """One portfolio just before the diagnoses of an instant."""

    load: int
    load_before: int
    in_service: bool
    places: int
    interval: float
    slot_free: bool

    def ready(self) -> bool:
        return self.in_service and self.load < self.places and self.slot_free


@dataclass
class Moment:
    """One pool at one instant: exits and changes are done, diagnoses are not.

    waiting: who may be diagnosed, by (t1, row), as (row, diagnosed now?, by
    which seat, agrees). exits, changed, slot_ended, gave_up: whether such a
    thing happens at this very instant.
    """

    now: float
    seats: list[Seat]
    pool_free: bool
    pool_interval: float
    waiting: list[tuple[int, bool, int, bool]]
    exits: bool
    changed: bool
    slot_ended: bool
    gave_up: bool

    def diagnosed(self) -> list[tuple[int, bool, int, bool]]:
        return [each for each in self.waiting if each[1]]

    def possible(self) -> list[int]:
        """The seats that could make a diagnosis now."""
        return [k for k, seat in enumerate(self.seats) if self.pool_free and seat.ready()]

    def diagnose(self, seat: int, agrees: bool) -> None:
        """Use a slot, and a place if the person agrees."""
        self.seats[seat].load += agrees
        self.seats[seat].slot_free = self.seats[seat].interval == 0
        self.pool_free = self.pool_interval == 0


def moments(x: Inputs, flow: Flow) -> Iterator[Moment]:
    """Every instant of every pool at which anything happens or becomes possible."""
    for pool in range(x.pools):
        yield from _moments_of_pool(x, flow, pool)


def _moments_of_pool(x: Inputs, flow: Flow, pool: int) -> Iterator[Moment]:
    rows = slice(x.people.start[pool], x.people.start[pool + 1])
    t1, t_abandon = x.people.t1[rows], x.people.t_abandon[rows]
    agrees, t2, t3 = x.people.agrees[rows], flow.t2[rows], flow.t3[rows]
    numbers = np.flatnonzero(x.portfolios.pool == pool)
    by = flow.portfolio[rows] - (numbers[0] if len(numbers) else 0)
    entered = flow.fate[rows] == Fate.ENTERED
    histories = [_history(x, k) for k in numbers]
    slots = [
        (float(x.slots.time[row]), (float(x.slots.interval[row]),))
        for row in range(x.slots.start[pool], x.slots.start[pool + 1])
    ]
    seen = ~np.isnan(t2)
    slot_end, pool_slot_end = np.full(len(t1), np.nan), np.full(len(t1), np.nan)
    for row in np.flatnonzero(seen):
        slot_end[row] = t2[row] + _at(histories[by[row]], t2[row], (False, 0, 0.0))[2]
        pool_slot_end[row] = t2[row] + _at(slots, t2[row], (0.0,))[0]
    change_times = {time for history in [*histories, slots] for time, _ in history}
    instants = change_times.union(t1, t2[seen], t3[entered], t_abandon, slot_end, pool_slot_end)
    order = np.lexsort((np.arange(len(t1)), t1))
    for now in sorted(time for time in instants if 0 <= time < x.horizon):
        before = seen & (t2 < now)
        seats = []
        for k, history in enumerate(histories):
            own = by == k
            in_service, places, interval = _at(history, now, (False, 0, 0.0))
            load = int(np.sum(entered & own & before & (t3 > now)))
            earlier = load + int(np.sum(entered & own & before & (t3 == now)))
            free = not np.any(slot_end[own & before] > now)
            seats.append(Seat(load, earlier, in_service, places, interval, free))
        waiting = (t1 <= now) & (t_abandon > now) & ~before
        yield Moment(
            now=now,
            seats=seats,
            pool_free=not np.any(pool_slot_end[before] > now),
            pool_interval=_at(slots, now, (0.0,))[0],
            waiting=[
                (int(row), bool(t2[row] == now), int(by[row]), bool(agrees[row]))
                for row in order
                if waiting[row]
            ],
            exits=bool(np.any(entered & (t3 == now))),
            changed=now in change_times,
            slot_ended=bool(
                np.any((slot_end == now) & before) or np.any((pool_slot_end == now) & before)
            ),
            gave_up=bool(np.any((t_abandon == now) & (t1 < now) & ~before)),
        )


def _history(x: Inputs, k: int) -> list[tuple[float, tuple[bool, int, float]]]:
    states = x.portfolios
    return [
        (
            float(states.time[row]),
            (bool(states.in_service[row]), int(states.places[row]), float(states.interval[row])),
        )
        for row in range(states.state_start[k], states.state_start[k + 1])
    ]


def _at(history, now, before):
    """What holds at an instant, changes of that instant included."""
    for time, value in history:
        if time <= now:
            before = value
    return before


def spelled(flow: Flow) -> list[str]:
    return [Fate(code).name.lower() for code in flow.fate]


def entries(flow: Flow) -> list[float | None]:
    return [None if np.isnan(time) else float(time) for time in flow.t2]


# --- On generated inputs, by the reference (the engines are equal: test_engines) ---


@EXAMPLES
@given(inputs())
def test_every_diagnosis_was_possible(x):
    for moment in moments(x, reference.run(x)):
        for _, _, seat, agrees in moment.diagnosed():
            assert seat in moment.possible()
            moment.diagnose(seat, agrees)


@EXAMPLES
@given(inputs())
def test_nobody_waits_while_a_diagnosis_is_possible(x):
    for moment in moments(x, reference.run(x)):
        for _, _, seat, agrees in moment.diagnosed():
            moment.diagnose(seat, agrees)
        if len(moment.waiting) > len(moment.diagnosed()):
            assert not moment.possible()


@EXAMPLES
@given(inputs())
def test_diagnoses_go_by_readiness_then_row(x):
    for moment in moments(x, reference.run(x)):
        assert moment.diagnosed() == moment.waiting[: len(moment.diagnosed())]


@EXAMPLES
@given(inputs())
def test_lowest_load_then_lowest_number(x):
    for moment in moments(x, reference.run(x)):
        for _, _, seat, agrees in moment.diagnosed():
            assert seat == min(moment.possible(), key=lambda k: (moment.seats[k].load, k))
            moment.diagnose(seat, agrees)


@EXAMPLES
@given(inputs())
def test_load_is_above_places_only_after_a_fall(x):
    for moment in moments(x, reference.run(x)):
        for _, _, seat, agrees in moment.diagnosed():
            moment.diagnose(seat, agrees)
        for seat in moment.seats:
            assert seat.load <= max(seat.places, seat.load_before)


@EXAMPLES
@given(inputs())
def test_everybody_diagnosed_was_ready_and_had_patience(x):
    flow, people = reference.run(x), x.people
    seen = ~np.isnan(flow.t2)
    assert np.all(people.t1[seen] <= flow.t2[seen])
    assert np.all(flow.t2[seen] < people.t_abandon[seen])
    found = sum(len(moment.diagnosed()) for moment in moments(x, flow))
    assert found == seen.sum()
    pool = np.repeat(np.arange(x.pools), np.diff(people.start))
    assert np.array_equal(x.portfolios.pool[flow.portfolio[seen]], pool[seen])
    assert np.all(flow.portfolio[~seen] == NONE)


@EXAMPLES
@given(inputs())
def test_every_fate_follows_from_the_times(x):
    flow, people, end = reference.run(x), x.people, x.horizon
    seen, lost = ~np.isnan(flow.t2), people.t_abandon < end
    in_queue = (people.t1 < end) & (people.t1 < people.t_abandon)
    # Who would have given up only beyond the horizon, and before being ready, is on the way.
    expected = np.select(
        [seen & people.agrees, seen, lost, in_queue],
        [Fate.ENTERED, Fate.REFUSED, Fate.ABANDONED, Fate.WAITING],
        Fate.ON_THE_WAY,
    )
    assert np.array_equal(flow.fate, expected)
    left = np.select(
        [seen & people.agrees, seen, lost],
        [flow.t2 + people.duration, flow.t2, people.t_abandon],
        np.nan,
    )
    assert np.array_equal(flow.t3, left, equal_nan=True)


@EXAMPLES
@given(inputs())
def test_simulated_time_is_half_open(x):
    flow = reference.run(x)
    seen, gone = ~np.isnan(flow.t2), flow.fate == Fate.ABANDONED
    assert np.all((flow.t2[seen] >= 0) & (flow.t2[seen] < x.horizon))
    assert np.all(flow.t3[gone] < x.horizon)


def test_rules_hold_in_a_crowded_pool():
    x = drawn(11, pools=1, people=400, portfolios=4, places=6, horizon=200.0, step=0.5)
    flow, diagnoses = reference.run(x), 0
    for moment in moments(x, flow):
        assert moment.diagnosed() == moment.waiting[: len(moment.diagnosed())]
        for _, _, seat, agrees in moment.diagnosed():
            assert seat == min(moment.possible(), key=lambda k: (moment.seats[k].load, k))
            moment.diagnose(seat, agrees)
            diagnoses += 1
        assert len(moment.waiting) == len(moment.diagnosed()) or not moment.possible()
    assert diagnoses == np.sum(~np.isnan(flow.t2)) > 100


def stock_by_integral(came: np.ndarray, left: np.ndarray, end: float) -> float:
    """Integrate the number inside over [0, end), event by event."""
    times = np.concatenate([came, left[left < end]])
    moves = np.concatenate([np.ones(len(came)), -np.ones(int(np.sum(left < end)))])
    order = np.argsort(times, kind="stable")
    stock = np.cumsum(moves[order])
    return float(np.sum(stock * np.diff(np.append(times[order], end))))


def stock_by_ticks(came: np.ndarray, left: np.ndarray, end: float) -> float:
    """Count who is inside in each tick of the grid, and add the ticks up."""
    ticks = [np.rint(np.minimum(each, end) / TICK).astype(np.int64) for each in (came, left)]
    size = round(end / TICK) + 1
    moves = [np.bincount(each, minlength=size) for each in ticks]
    return float(np.cumsum(moves[0] - moves[1])[:-1].sum() * TICK)


@EXAMPLES
@given(inputs())
def test_time_inside_is_the_integral_of_the_stock(x):
    flow = reference.run(x)
    entered = flow.fate == Fate.ENTERED
    came, left = flow.t2[entered], flow.t3[entered]
    inside = float(np.sum(np.minimum(left, x.horizon) - came))
    assert inside == stock_by_integral(came, left, x.horizon)
    assert inside == stock_by_ticks(came, left, x.horizon)


@EXAMPLES
@given(inputs())
def test_time_in_the_queue_is_the_integral_of_the_queue(x):
    flow, people = reference.run(x), x.people
    queued = (people.t1 < x.horizon) & (people.t1 < people.t_abandon)
    came = people.t1[queued]
    left = np.where(np.isnan(flow.t2), people.t_abandon, flow.t2)[queued]
    waited = float(np.sum(np.minimum(left, x.horizon) - came))
    assert waited == stock_by_integral(came, left, x.horizon)
    assert waited == stock_by_ticks(came, left, x.horizon)


def test_time_inside_is_the_integral_of_the_stock_for_many():
    x = drawn(3, pools=20, people=20_000, portfolios=4, step=TICK)
    flow = compiled.run(x)
    entered = flow.fate == Fate.ENTERED
    came, left = flow.t2[entered], flow.t3[entered]
    inside = float(np.sum(np.minimum(left, x.horizon) - came))
    assert inside == stock_by_integral(came, left, x.horizon)
    assert inside == stock_by_ticks(came, left, x.horizon)


# --- The generated inputs reach what the tests above are about ---


def _load_above_places(moment: Moment) -> bool:
    return any(seat.load > seat.places for seat in moment.seats)


def _waits_for_the_pools_slot(moment: Moment) -> bool:
    return bool(moment.waiting) and not moment.pool_free and any(s.ready() for s in moment.seats)


def _waits_for_a_portfolios_slot(moment: Moment) -> bool:
    return bool(moment.waiting) and any(
        seat.in_service and seat.load < seat.places and not seat.slot_free for seat in moment.seats
    )


SITUATIONS = {
    "a place is given on at once": lambda m: m.exits and m.diagnosed(),
    "exit and change at one instant": lambda m: m.exits and m.changed and m.diagnosed(),
    "change and abandonment at one instant": lambda m: m.changed and m.gave_up and m.diagnosed(),
    "exit and abandonment at one instant": lambda m: m.exits and m.gave_up and m.diagnosed(),
    "a slot is used as it ends": lambda m: m.slot_ended and m.diagnosed(),
    "load above places": _load_above_places,
    "two loads to choose from": lambda m: (
        m.diagnosed() and len({m.seats[k].load for k in m.possible()}) > 1
    ),
    "somebody waits for the pool's slot": _waits_for_the_pools_slot,
    "somebody waits for a portfolio's slot": _waits_for_a_portfolios_slot,
    "two diagnoses at one instant": lambda m: len(m.diagnosed()) > 1,
    "a refusal, then an entry at once": lambda m: (
        [d[3] for d in m.diagnosed()][:2] == [False, True]
    ),
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_generated_inputs_reach(situation):
    holds = SITUATIONS[situation]
    find(
        inputs(),
        lambda x: any(holds(moment) for moment in moments(x, compiled.run(x))),
        settings=settings(max_examples=3000, phases=[Phase.generate]),
    )


@pytest.mark.parametrize("fate", Fate)
def test_generated_inputs_reach_fate(fate):
    find(
        inputs(),
        lambda x: fate in compiled.run(x).fate,
        settings=settings(max_examples=3000, phases=[Phase.generate]),
    )


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
