"""The contract of the random streams: who comes, where and how many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

import numpy as np
import pytest
from contract_worlds import FULL, SEED, SHORT, TREND, pool_names, rows, run
from scipy.stats import chi2
from staffing import by_portfolio

from sim.population.build import World, build, unevenness

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


def states(world: World, pool: str) -> list[list[tuple[float, bool, int, float]]]:
    """The dated states of a pool's portfolios."""
    portfolios = world.inputs.portfolios
    number = world.pools.names.index(pool)
    every = zip(by_portfolio(portfolios, np.inf), portfolios.pool, strict=True)
    return [rows for rows, of in every if of == number]


def test_replications_and_seeds_are_other_people():
    times = [
        set(build(SHORT, seed, replication).inputs.people.t0.tolist())
        for seed, replication in [(1, 0), (1, 1), (2, 0), (2, 1), (0, 2)]
    ]
    for k, one in enumerate(times):
        for other in times[k + 1 :]:
            assert len(one & other) < 0.02 * len(one)


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
    keys = np.arange(250, dtype=np.uint32)
    drawn = np.concatenate([unevenness(SEED, r, keys, 0.25) for r in range(40)])
    assert abs(drawn.mean() - 1) < 4.5 * 0.25 / np.sqrt(len(drawn))
    logs = np.log(drawn)
    sigma = np.sqrt(np.log1p(0.25**2))
    assert abs(logs.std() - sigma) < 4.5 * sigma / np.sqrt(2 * len(drawn))
    assert np.all(unevenness(SEED, 0, keys, 0.0) == 1.0)
