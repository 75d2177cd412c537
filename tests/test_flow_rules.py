"""The written rules of `sim/flow/rules.py` on generated inputs, by the table of people alone."""

from __future__ import annotations

import numpy as np
import pytest
from flow_inputs import TICK, drawn, inputs
from flow_moments import Moment, moments
from hypothesis import Phase, find, given, settings

from sim.flow import compiled, reference
from sim.flow.inputs import Fate

EXAMPLES = settings(max_examples=100)
NONE = -1


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
