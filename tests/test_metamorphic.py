"""What a change of the inputs must do to the flow, where it is true.

More places never make an entry later where nothing but places holds people up.
With patience or slots that need not be so person by person, nor even in
the number of entries (an example is below): then only the mean speaks.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from flow_inputs import NEVER, Person, Pool, State, assembled, inputs, like_pools, one_pool
from flow_inputs import poisson_pools as poisson
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.calendar import on_grid
from sim.flow import compiled
from sim.flow.inputs import Fate, Flow, Inputs

EXAMPLES = settings(max_examples=200)
LATER = np.inf  # than the horizon

times = st.integers(0, 40).map(lambda k: k / 2)
people_without_limits = st.lists(
    st.builds(
        lambda t0, delay, stay: Person(t0, t0 + delay, NEVER, 1.0 + stay),
        times,
        times.map(lambda days: days / 4),
        times,
    ),
    min_size=1,
    max_size=25,
)
histories = st.lists(
    st.builds(State, times, st.booleans(), st.integers(0, 4), st.just(0.0)), min_size=1, max_size=4
).map(lambda states: [State(0.0, True, 2), *sorted(states, key=lambda state: state.time)])


def entry_times(flow: Flow) -> np.ndarray:
    """t2, or infinity for who has none before the horizon."""
    return np.where(np.isnan(flow.t2), LATER, flow.t2)


def with_more_places(x: Inputs, added) -> Inputs:
    return replace(x, portfolios=replace(x.portfolios, places=x.portfolios.places + added))


# --- Person by person ---


@EXAMPLES
@given(people_without_limits, histories, st.integers(1, 3))
def test_more_places_never_make_an_entry_later(people, history, added):
    x = assembled(60.0, Pool(people, [history]))
    more = compiled.run(with_more_places(x, added))
    assert np.all(entry_times(more) <= entry_times(compiled.run(x)))


@EXAMPLES
@given(people_without_limits, histories, st.data())
def test_places_added_at_some_dates_never_make_an_entry_later(people, history, data):
    x = assembled(60.0, Pool(people, [history]))
    rows = len(history)
    added = data.draw(st.lists(st.integers(0, 2), min_size=rows, max_size=rows))
    more = compiled.run(with_more_places(x, np.array(added)))
    assert np.all(entry_times(more) <= entry_times(compiled.run(x)))


def test_more_places_never_make_an_entry_later_in_long_queues():
    rng = np.random.default_rng(40)
    start, t0 = poisson(rng, 20, 0.2, 4_000.0)
    x = like_pools(
        start,
        t0,
        t0 + on_grid(rng.gamma(2.0, 20.0, len(t0))),
        duration=np.maximum(1.0, on_grid(rng.gamma(4.0, 50.0, len(t0)))),
        horizon=4_000.0,
        places=(35,),
    )
    before, after = entry_times(compiled.run(x)), entry_times(compiled.run(with_more_places(x, 1)))
    assert np.all(after <= before)
    assert np.mean(after < before) > 0.5


@EXAMPLES
@given(people_without_limits, histories, st.integers(1, 10))
def test_longer_stays_never_make_an_entry_earlier(people, history, added):
    longer = [person._replace(duration=person.duration + added) for person in people]
    short, long = (
        compiled.run(assembled(60.0, Pool(each, [history]))) for each in (people, longer)
    )
    assert np.all(entry_times(short) <= entry_times(long))


@EXAMPLES
@given(people_without_limits, st.lists(st.integers(0, 3), min_size=1, max_size=4))
def test_it_does_not_matter_how_places_are_split_without_slots(people, places):
    split = assembled(60.0, Pool(people, [[State(places=each)] for each in places]))
    whole = assembled(60.0, Pool(people, [[State(places=sum(places))]]))
    assert np.array_equal(compiled.run(split).t2, compiled.run(whole).t2, equal_nan=True)


# --- With patience, slots and refusals: not person by person ---


def test_with_patience_more_places_can_mean_fewer_entries():
    """A second place lets two long stays in, which had given up where there is one."""
    people = [
        Person(0.0, 0.0, NEVER, 10.0),
        Person(1.0, 1.0, NEVER, 5.0),
        Person(2.0, 2.0, 7.0, 1000.0),  # with two places, enters at 6 and stays
        Person(8.0, 8.0, 12.0, 1000.0),  # with two places, enters at 10 and stays
        *[Person(20.0 + k, 20.0 + k, NEVER, 1.0) for k in range(10)],
    ]
    x = assembled(100.0, Pool(people, [[State(places=1)]]))
    one, two = compiled.run(x), compiled.run(with_more_places(x, 1))
    assert (one.fate == Fate.ENTERED).sum() == 12
    assert (two.fate == Fate.ENTERED).sum() == 4


def general_case(pools: int) -> Inputs:
    """Many pools alike but for their people, with patience, slots and refusals."""
    rng, days = np.random.default_rng(62), 1_000.0
    start, t0 = poisson(rng, pools, 0.05, days)
    return like_pools(
        start,
        t0,
        t0 + on_grid(rng.gamma(2.0, 5.0, len(t0))),
        t0 + on_grid(rng.gamma(4.0, 10.0, len(t0))),
        np.maximum(1.0, on_grid(rng.gamma(4.0, 25.0, len(t0)))),
        rng.random(len(t0)) < 0.8,
        horizon=days,
        places=(2, 2),
        interval=5.0,
        pool_interval=2.0,
    )


def one_place_more(x: Inputs) -> Inputs:
    """The second portfolio of every pool has one."""
    return with_more_places(x, np.arange(len(x.portfolios.places)) % 2)


def paired_interval(x: Inputs, measured) -> tuple[float, float]:
    """99.9 % interval of the mean change in a pool's sum with a place more."""
    sums = [
        np.add.reduceat(measured(compiled.run(each)).astype(float), x.people.start[:-1])
        for each in (one_place_more(x), x)
    ]
    change = sums[0] - sums[1]
    half = stats.t.ppf(0.9995, len(change) - 1) * stats.sem(change)
    return float(change.mean() - half), float(change.mean() + half)


def test_in_the_mean_a_place_more_means_more_entries_and_fewer_abandonments():
    x = general_case(2000)
    low, high = paired_interval(x, lambda flow: flow.fate == Fate.ENTERED)
    assert 0 < low < high
    low, high = paired_interval(x, lambda flow: flow.fate == Fate.ABANDONED)
    assert high < 0


def test_in_the_mean_a_place_more_means_more_time_inside():
    x = general_case(2000)
    inside = paired_interval(x, lambda flow: time_inside(flow, x.horizon))
    assert 0 < inside[0] < inside[1] < x.horizon


def test_person_by_person_a_place_more_goes_both_ways():
    """Why the statements above are in the mean: somebody loses by a place more."""
    x = general_case(200)
    entered, with_more = (
        compiled.run(each).fate == Fate.ENTERED for each in (x, one_place_more(x))
    )
    assert np.any(entered & ~with_more)
    assert np.sum(with_more & ~entered) > np.sum(entered & ~with_more)


def time_inside(flow: Flow, horizon: float) -> np.ndarray:
    return np.where(flow.fate == Fate.ENTERED, np.minimum(flow.t3, horizon) - flow.t2, 0.0)


# --- Changes that must change nothing, or only what they say; every rule at work ---


@EXAMPLES
@given(inputs(), st.sampled_from([0.5, 3.0, 1000.0]))
def test_a_shift_of_all_dates_shifts_the_table(x, days):
    people, slots, portfolios = x.people, x.slots, x.portfolios
    shifted = compiled.run(
        Inputs(
            x.horizon + days,
            replace(
                people, t0=people.t0 + days, t1=people.t1 + days, t_abandon=people.t_abandon + days
            ),
            replace(portfolios, time=portfolios.time + days),
            replace(slots, time=slots.time + days),
        )
    )
    flow = compiled.run(x)
    moved = replace(flow, t2=flow.t2 + days, t3=flow.t3 + days)
    assert shifted.same(moved)


@EXAMPLES
@given(inputs())
def test_twice_all_times_is_twice_the_table(x):
    people, slots, portfolios = x.people, x.slots, x.portfolios
    slower = compiled.run(
        Inputs(
            2 * x.horizon,
            replace(
                people,
                t0=2 * people.t0,
                t1=2 * people.t1,
                t_abandon=2 * people.t_abandon,
                duration=2 * people.duration,
            ),
            replace(portfolios, time=2 * portfolios.time, interval=2 * portfolios.interval),
            replace(slots, time=2 * slots.time, interval=2 * slots.interval),
        )
    )
    flow = compiled.run(x)
    assert slower.same(replace(flow, t2=2 * flow.t2, t3=2 * flow.t3))


@EXAMPLES
@given(inputs(), st.integers(1, 20))
def test_a_later_horizon_leaves_what_came_before_it(x, days):
    flow, longer = compiled.run(x), compiled.run(replace(x, horizon=x.horizon + days))
    done = np.isin(flow.fate, (Fate.ENTERED, Fate.REFUSED, Fate.ABANDONED))
    for name in ("t2", "portfolio", "t3", "fate"):
        before, after = getattr(flow, name)[done], getattr(longer, name)[done]
        assert np.array_equal(before, after, equal_nan=name in {"t2", "t3"})
    since = np.where(np.isnan(longer.t2), longer.t3, longer.t2)[~done]
    assert np.all(np.isnan(since) | (since >= x.horizon))


@EXAMPLES
@given(inputs())
def test_whoever_gives_up_before_being_ready_touches_nobody(x):
    kept = x.people.t_abandon > x.people.t1
    assert_same_rows(compiled.run(only(x, kept)), compiled.run(x), kept)


@EXAMPLES
@given(inputs(), st.integers(0, 20))
def test_whoever_is_ready_later_touches_nobody_before(x, days):
    kept, day = x.people.t1 < days, float(days)
    x = replace(x, horizon=max(0.5, min(x.horizon, day)))
    assert_same_rows(compiled.run(only(x, kept)), compiled.run(x), kept)


@EXAMPLES
@given(inputs())
def test_pools_alone_are_as_together(x):
    together = compiled.run(x)
    for pool in range(x.pools):
        rows = slice(x.people.start[pool], x.people.start[pool + 1])
        alone = compiled.run(only_pool(x, pool))
        first = int(np.searchsorted(x.portfolios.pool, pool))
        numbers = together.portfolio[rows]
        assert np.array_equal(alone.t2, together.t2[rows], equal_nan=True)
        assert np.array_equal(alone.t3, together.t3[rows], equal_nan=True)
        assert np.array_equal(alone.portfolio, np.where(numbers < 0, numbers, numbers - first))


@EXAMPLES
@given(inputs())
def test_a_portfolio_that_never_takes_anybody_changes_nothing(x):
    states = x.portfolios
    last = x.pools - 1
    idle = replace(
        states,
        pool=np.append(states.pool, [last, last]),
        state_start=np.append(states.state_start, len(states.time) + np.array([1, 2])),
        time=np.append(states.time, [0.0, 0.0]),
        in_service=np.append(states.in_service, [False, True]),
        places=np.append(states.places, [99, 0]),
        interval=np.append(states.interval, [0.0, 0.0]),
    )
    assert compiled.run(replace(x, portfolios=idle)).same(compiled.run(x))


@EXAMPLES
@given(inputs())
def test_what_no_engine_reads_changes_nothing(x):
    people = x.people
    other = replace(
        people, outcome=people.outcome + np.int8(3), channel=people.channel + np.int8(1)
    )
    assert compiled.run(replace(x, people=other)).same(compiled.run(x))


@pytest.mark.parametrize("limits", [{"interval": 3.0}, {"pool_interval": 3.0}])
def test_shorter_intervals_never_make_a_diagnosis_later_where_only_slots_bind(limits):
    rng = np.random.default_rng(5)
    _, t0 = poisson(rng, 1, 0.3, 2_000.0)
    long, short = (
        compiled.run(
            one_pool(
                t0, horizon=9_000, places=(10**6,), **{key: days * k for key, k in limits.items()}
            )
        )
        for days in (1.0, 0.75)
    )
    assert np.all(short.t2 <= long.t2)
    assert np.any(short.t2 < long.t2)


def only(x: Inputs, kept: np.ndarray) -> Inputs:
    """The same inputs without some people."""
    people = x.people
    counted = np.concatenate([[0], np.cumsum(kept)])
    columns = {name: values[kept] for name, values in vars(people).items() if name != "start"}
    return replace(x, people=replace(people, start=counted[people.start], **columns))


def only_pool(x: Inputs, pool: int) -> Inputs:
    """One pool of the inputs, as inputs."""
    people, states, slots = x.people, x.portfolios, x.slots
    rows = slice(people.start[pool], people.start[pool + 1])
    own = np.flatnonzero(states.pool == pool)
    ends = states.state_start[own[0] : own[-1] + 2] if len(own) else np.zeros(1, dtype=np.int64)
    of_states = slice(ends[0], ends[-1])
    of_slots = slice(slots.start[pool], slots.start[pool + 1])
    columns = {name: values[rows] for name, values in vars(people).items() if name != "start"}
    return Inputs(
        x.horizon,
        replace(people, start=np.array([0, rows.stop - rows.start]), **columns),
        replace(
            states,
            pool=np.zeros(len(own), dtype=np.int64),
            state_start=ends - ends[0],
            time=states.time[of_states],
            in_service=states.in_service[of_states],
            places=states.places[of_states],
            interval=states.interval[of_states],
        ),
        replace(
            slots,
            start=np.array([0, of_slots.stop - of_slots.start]),
            time=slots.time[of_slots],
            interval=slots.interval[of_slots],
        ),
    )


def assert_same_rows(fewer: Flow, everybody: Flow, kept: np.ndarray) -> None:
    for name in ("t2", "portfolio", "t3", "fate"):
        rest = getattr(everybody, name)[kept]
        assert np.array_equal(getattr(fewer, name), rest, equal_nan=name in {"t2", "t3"}), name
