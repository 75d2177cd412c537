"""The model against queueing theory, and against sums that can be done by hand.

Replications are pools side by side, from fixed seeds. An interval is Student's
over replications at the 99.9 % level; `narrow` only says how short it must be
for the test to mean something, it is never the tolerance. Where a queue starts
in its stationary state, or after a warm-up of many relaxation times, the sum of
a measure over the arrivals of a fixed period, divided by the expected number of
arrivals, has exactly the stationary mean as its expectation.

Services last 200 days in the mean. The floor of one day moves the mean of an
exponential by 1/400 day, and the grid of 1/1024 day moves a wait by less than
that: both far below every interval here.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from flow_inputs import NEVER, TICK, Person, Pool, State, assembled, like_pools, one_pool
from flow_inputs import poisson_pools as poisson
from scipy import stats

from sim.calendar import on_grid
from sim.flow import compiled, reference
from sim.flow.inputs import Fate

MEAN_STAY_DAYS = 200.0
LEVEL = 0.999
ENDLESS = 10**6  # places


def interval(values: np.ndarray) -> tuple[float, float]:
    """Student's interval of the mean of independent replications."""
    centre, half = values.mean(), stats.t.ppf((1 + LEVEL) / 2, len(values) - 1) * stats.sem(values)
    return float(centre - half), float(centre + half)


def assert_mean(values: np.ndarray, expected: float, narrow: float) -> tuple[float, float]:
    """The interval holds the expected mean, and its half-width is below `narrow` × that."""
    low, high = interval(values)
    assert (high - low) / 2 < narrow * expected, "too few replications to say anything"
    assert low <= expected <= high
    return low, high


def by_pool(start: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Sums over each pool's rows."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    return total[start[1:]] - total[start[:-1]]


def stays(rng: np.random.Generator, size: int) -> np.ndarray:
    """Exponential durations, on the grid and of a day or more."""
    return np.maximum(1.0, on_grid(rng.exponential(MEAN_STAY_DAYS, size)))


def stationary(rate: float, leave: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Probabilities of n = 0, 1, … of a birth-death process: births `rate`, deaths leave(n)."""
    numbers = np.arange(1, 5000)
    logs = np.concatenate([[0.0], np.cumsum(np.log(rate) - np.log(leave(numbers)))])
    weights = np.exp(logs - logs.max())
    return weights / weights.sum()


def already_there(
    rng: np.random.Generator, chances: np.ndarray, start: np.ndarray, t0: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Put a stationary number of people before each pool's arrivals, all at time 0.

    Exponential times have no memory, so stays (and patience) begin anew at 0.
    Returns the starts, the times, and who is a later arrival.
    """
    present = rng.choice(len(chances), size=len(start) - 1, p=chances)
    later = np.diff(start)
    kind = np.tile([False, True], len(present))
    is_later = np.repeat(kind, np.column_stack([present, later]).ravel())
    times = np.zeros(len(is_later))
    times[is_later] = t0
    return np.concatenate([[0], np.cumsum(present + later)]), times, is_later


def erlang_c(servers: int, offered: float) -> float:
    """Probability of waiting in M/M/c (Erlang's second formula), by Erlang B's recursion."""
    loss = 1.0
    for k in range(1, servers + 1):
        loss = offered * loss / (k + offered * loss)
    return loss / (1 - offered / servers * (1 - loss))


@pytest.mark.parametrize(
    ("places", "load", "pools", "days", "narrow"),
    [
        ((1,), 0.7, 3000, 50_000.0, 0.05),
        ((5,), 0.8, 2000, 40_000.0, 0.05),
        ((2, 3), 0.8, 2000, 40_000.0, 0.05),
        ((50,), 0.9, 2000, 8_000.0, 0.08),
    ],
)
def test_constant_rates_give_erlang_c(places, load, pools, days, narrow):
    """M/M/c; several portfolios of a pool are together one group of servers."""
    rng, servers = np.random.default_rng(1917), sum(places)
    per_day = load * servers / MEAN_STAY_DAYS

    def chances(c):
        return stationary(per_day, lambda n: np.minimum(n, c) / MEAN_STAY_DAYS)

    start, t0, later = already_there(rng, chances(servers), *poisson(rng, pools, per_day, days))
    flow = compiled.run(
        like_pools(start, t0, duration=stays(rng, len(t0)), horizon=20 * days, places=places)
    )
    assert np.all(flow.fate == Fate.ENTERED)
    wait = (flow.t2 - t0) * later
    waited, waits = (by_pool(start, each) / (per_day * days) for each in (wait > 0, wait))
    chance = erlang_c(servers, load * servers)
    assert_mean(waited, chance, narrow)
    low, high = assert_mean(waits, chance * MEAN_STAY_DAYS / (servers * (1 - load)), narrow)
    more = erlang_c(servers + 1, load * servers) * MEAN_STAY_DAYS / (servers + 1 - load * servers)
    assert not low <= more <= high, "the test could not tell a place more"


def test_waits_of_one_place_are_exponential():
    """M/M/1: given that one waits, the wait is exponential with mean 1 / (μ − λ)."""
    rng, per_day, days, pools = np.random.default_rng(1909), 0.5 / MEAN_STAY_DAYS, 4e4, 2000
    chances = 0.5 ** np.arange(1, 60)
    chances = chances / chances.sum()
    start, t0, later = already_there(rng, chances, *poisson(rng, pools, per_day, days))
    flow = compiled.run(like_pools(start, t0, duration=stays(rng, len(t0)), horizon=20 * days))
    wait = (flow.t2 - t0) * later
    for longer_than in (50.0, 200.0, 800.0):
        chance = 0.5 * np.exp(-longer_than / (2 * MEAN_STAY_DAYS))
        waits = by_pool(start, (wait > longer_than).astype(float)) / (per_day * days)
        assert_mean(waits, chance, 0.1)


@pytest.mark.parametrize(
    ("places", "offered", "patience_days"),
    [((20,), 22.0, 100.0), ((10, 10), 22.0, 100.0), ((50,), 48.0, 30.0), ((3,), 6.0, 400.0)],
)
def test_exponential_patience_gives_erlang_a(places, offered, patience_days):
    """M/M/c+M: with Q waiting in the mean, Q / (λ θ) abandon and the mean wait is Q / λ."""
    rng, servers, pools, days = np.random.default_rng(1946), sum(places), 500, 8_000.0
    per_day = offered / MEAN_STAY_DAYS

    def queue(c):
        chances = stationary(
            per_day,
            lambda n: np.minimum(n, c) / MEAN_STAY_DAYS + np.maximum(n - c, 0) / patience_days,
        )
        return chances, float(np.maximum(np.arange(len(chances)) - c, 0) @ chances)

    chances, waiting = queue(servers)
    start, t0, later = already_there(rng, chances, *poisson(rng, pools, per_day, days))
    t_abandon = t0 + on_grid(rng.exponential(patience_days, len(t0)))
    duration = stays(rng, len(t0))
    flow = compiled.run(
        like_pools(
            start, t0, None, t_abandon, duration, horizon=days + 50 * MEAN_STAY_DAYS, places=places
        )
    )
    gone = flow.fate == Fate.ABANDONED
    assert np.all(gone | (flow.fate == Fate.ENTERED))
    wait = (np.where(gone, flow.t3, flow.t2) - t0) * later
    lost, waits, waited = (
        by_pool(start, each) / (per_day * days) for each in (gone & later, wait, wait > 0)
    )
    low, high = assert_mean(lost, waiting / patience_days / per_day, 0.06)
    more = queue(servers + 1)[1] / patience_days / per_day
    assert not low <= more <= high, "the test could not tell a place more"
    assert_mean(waits, waiting / per_day, 0.06)
    assert_mean(waited, float(chances[servers:].sum()), 0.06)


STAYS = {
    "exponential": stats.expon(scale=MEAN_STAY_DAYS),
    "gamma, CV 0.5": stats.gamma(4, scale=MEAN_STAY_DAYS / 4),
    "uniform": stats.uniform(100, 200),
    "constant": stats.uniform(MEAN_STAY_DAYS, 0),
}


@pytest.mark.parametrize("kind", STAYS)
def test_many_places_give_a_poisson_stock_at_all_times(kind):
    """M/G/∞ from empty: N(t) is Poisson with mean λ ∫₀ᵗ P(stay > u) du, in the end λ E[stay]."""
    rng, pools, per_day, days = np.random.default_rng(1969), 1500, 0.25, 800.0
    start, t0 = poisson(rng, pools, per_day, days)
    if kind == "constant":
        duration = np.full(len(t0), MEAN_STAY_DAYS)
    else:
        duration = np.maximum(1.0, on_grid(STAYS[kind].rvs(len(t0), random_state=rng)))
    flow = compiled.run(
        like_pools(start, t0, duration=duration, horizon=days, places=(ENDLESS, ENDLESS))
    )
    assert np.array_equal(flow.t2, t0)
    days_grid = np.linspace(0, days, 160_001)
    alive = (days_grid < MEAN_STAY_DAYS) * 1.0 if kind == "constant" else STAYS[kind].sf(days_grid)
    grown = np.concatenate([[0.0], np.cumsum((alive[1:] + alive[:-1]) / 2 * days_grid[1])])
    for day in (10.0, 60.0, 150.0, 220.0, 400.0, 799.0):
        expected = per_day * float(np.interp(day, days_grid, grown))
        stock = by_pool(start, ((flow.t2 <= day) & (flow.t3 > day)).astype(float))
        assert_mean(stock, expected, 0.06)
        dispersion = float(np.sum((stock - stock.mean()) ** 2) / expected)
        low, high = stats.chi2.ppf([(1 - LEVEL) / 2, (1 + LEVEL) / 2], pools - 1)
        assert low <= dispersion <= high


def test_the_stock_is_entries_times_duration():
    """Little's law where places bind: c places always full hold exactly c people."""
    rng, servers, days = np.random.default_rng(1961), 40, 20_000.0
    start, t0 = poisson(rng, 100, 2 * servers / MEAN_STAY_DAYS, days)
    duration = stays(rng, len(t0))
    flow = compiled.run(like_pools(start, t0, duration=duration, horizon=days, places=(servers,)))
    entered = (flow.fate == Fate.ENTERED) & (flow.t2 >= 5_000)
    entries = by_pool(start, entered.astype(float)) / (days - 5_000)
    assert_mean(entries * MEAN_STAY_DAYS, servers, 0.01)


@pytest.mark.parametrize("limits", [{"interval": 3.0}, {"pool_interval": 3.0}])
@pytest.mark.parametrize("agreement", [1.0, 0.6])
def test_a_diagnosis_slot_is_a_server_with_constant_service(limits, agreement):
    """M/D/1, whoever agrees: mean wait λ d² / (2 (1 − λ d)).

    The relaxation time is about λ d / (1 − λ d)² × d = 23 days; warm-up 1 000 days.
    """
    rng, gap, load, pools, warm, days = np.random.default_rng(1930), 3.0, 0.7, 1200, 1e3, 4e3
    per_day = load / gap
    start, t0 = poisson(rng, pools, per_day, days)
    agrees = rng.random(len(t0)) < agreement
    flow = compiled.run(
        like_pools(start, t0, agrees=agrees, horizon=2 * days, places=(ENDLESS,), **limits)
    )
    waits = by_pool(start, (flow.t2 - t0) * (t0 >= warm)) / (per_day * (days - warm))
    low, high = assert_mean(waits, per_day * gap**2 / (2 * (1 - load)), 0.03)
    exponential = per_day * gap**2 / (1 - load)
    assert not low <= exponential <= high


@pytest.mark.parametrize("agreement", [1.0, 0.5])
@pytest.mark.parametrize("variation", [1.0, 0.25, 0.0])
def test_one_place_follows_pollaczek_and_khinchine(agreement, variation):
    """M/G/1, a refusal being a service of length 0: λ E[S²] / (2 (1 − ρ)), ρ = 0.6.

    `variation` is the squared CV of stays. The relaxation time is at most
    λ E[S²] / (1 − ρ)² = 1 500 days; warm-up 30 000 days.
    """
    rng, load, pools, warm, days = np.random.default_rng(1932), 0.6, 1500, 3e4, 1.5e5
    per_day = load / MEAN_STAY_DAYS / agreement
    start, t0 = poisson(rng, pools, per_day, days)
    stay = np.full(len(t0), MEAN_STAY_DAYS)
    if variation:
        stay = rng.gamma(1 / variation, MEAN_STAY_DAYS * variation, len(t0))
    flow = compiled.run(
        like_pools(
            start,
            t0,
            duration=np.maximum(1.0, on_grid(stay)),
            agrees=rng.random(len(t0)) < agreement,
            horizon=2 * days,
        )
    )
    waits = by_pool(start, (flow.t2 - t0) * (t0 >= warm)) / (per_day * (days - warm))
    assert_mean(waits, load * MEAN_STAY_DAYS * (1 + variation) / (2 * (1 - load)), 0.04)


# --- Sums that can be done by hand, by both engines ---

ENGINES = pytest.mark.parametrize("run", [reference.run, compiled.run], ids=["simpy", "compiled"])
NUMBERS = np.arange(60)


@ENGINES
@pytest.mark.parametrize(
    ("gap", "stay", "servers"), [(5, 20, 4), (5, 19, 4), (5, 23, 4), (1, 7, 3)]
)
def test_constant_gaps_and_stays(run, gap, stay, servers):
    """D/D/c: the person number q c + r enters at once, or q stays after person r."""
    t0 = NUMBERS * float(gap)
    flow = run(one_pool(t0, duration=float(stay), horizon=2000, places=(servers,)))
    turn, seat = np.divmod(NUMBERS, servers)
    assert np.array_equal(flow.t2, np.maximum(t0, seat * gap + turn * stay))


@ENGINES
@pytest.mark.parametrize("limits", [{"interval": 2.5}, {"pool_interval": 2.5}])
@pytest.mark.parametrize("gap", [1.0, 2.5, 4.0])
def test_constant_gaps_and_slots(run, gap, limits):
    x = one_pool(NUMBERS * gap, duration=1000.0, horizon=2000, places=(ENDLESS,), **limits)
    assert np.array_equal(run(x).t2, NUMBERS * max(gap, 2.5))


@ENGINES
@pytest.mark.parametrize(("places", "stay"), [(6, 40.0), (6, 5.0), (20, 100.0)])
def test_a_new_portfolio_fills_one_interval_at_a_time(run, places, stay):
    """A backlog at the opening, interval d: number q c + r enters at q max(stay, c d) + r d."""
    gap = 4.0
    x = one_pool(np.zeros(60), duration=stay, horizon=5000, places=(places,), interval=gap)
    turn, seat = np.divmod(NUMBERS, places)
    assert np.array_equal(run(x).t2, turn * max(stay, places * gap) + seat * gap)


@ENGINES
@pytest.mark.parametrize("pool_gap", [0.0, 1.0, 2.0, 3.0])
def test_a_backlog_meets_three_portfolios_and_the_pools_slot(run, pool_gap):
    """Three a round of 6 days, or one per pool slot, whichever is slower."""
    x = one_pool(
        np.zeros(60), horizon=500, duration=400.0, places=(40,) * 3, interval=6.0,
        pool_interval=pool_gap,
    )  # fmt: skip
    rounds, seat = np.divmod(NUMBERS, 3)
    assert np.array_equal(run(x).t2, rounds * max(6.0, 3 * pool_gap) + seat * pool_gap)
    assert np.array_equal(run(x).portfolio, seat)


@ENGINES
def test_equal_patience_lets_a_constant_share_give_up(run):
    """One place, stays of 9 days, somebody a day, patience 4 days: every ninth."""
    t0 = np.arange(90.0)
    flow = run(one_pool(t0, None, t0 + 4.0, 9.0, horizon=200))
    entered = flow.fate == Fate.ENTERED
    assert entered.sum() == 11
    # Each time the place comes free, whoever has 4 days behind them has just given up.
    assert np.array_equal(flow.t2[entered], np.arange(11) * 9.0)
    assert set((flow.t2 - t0)[entered]) == {0.0, 3.0}
    assert np.array_equal(flow.t3[~entered], t0[~entered] + 4.0)


@ENGINES
def test_days_without_service_leave_a_backlog_that_goes_at_the_slots_pace(run):
    """Vacant for 100 days with somebody a day: the queue of 100 then falls by one a day."""
    t0 = np.arange(300.0)
    vacant = [State(places=ENDLESS, interval=0.5), State(50.0, in_service=False)]
    vacant += [State(150.0, places=ENDLESS, interval=0.5)]
    people = [Person(each, each, duration=1000.0) for each in t0]
    flow = run(assembled(400, Pool(people, [vacant])))
    waits = np.where(t0 < 50, 0.0, np.maximum(0.0, 100 - (t0 - 50) / 2))
    assert np.array_equal(flow.t2 - t0, waits)


@ENGINES
def test_no_places_no_entries(run):
    t0 = np.arange(20.0)
    flow = run(one_pool(t0, None, np.where(t0 % 2 == 0, t0 + 5.0, NEVER), horizon=100, places=(0,)))
    assert np.array_equal(flow.fate == Fate.ABANDONED, t0 % 2 == 0)
    assert np.array_equal(flow.fate == Fate.WAITING, t0 % 2 == 1)


@ENGINES
def test_the_shortest_stay_and_the_shortest_time(run):
    """The extremes of the grid: stays of one day, arrivals a tick apart."""
    t0 = np.arange(2048) * TICK
    flow = run(one_pool(t0, duration=1.0, horizon=10, places=(1024,)))
    assert np.array_equal(flow.t2, t0)
