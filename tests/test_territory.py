"""Départements, pools and the fixed list of portfolios."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.population.build import unevenness
from sim.population.posts import posts_at_start, seat_list
from sim.population.staffing import seats_of
from sim.sections import Territory
from sim.territory import (
    departement_codes,
    departement_names,
    departements,
    highest_averages,
    make_pools,
    stable_keys,
    subset,
)

WHOLE_WEIGHTS = st.lists(st.integers(1, 60), min_size=1, max_size=25)
WEIGHTS = st.lists(st.floats(0.001, 1e6), min_size=1, max_size=25)
PORTFOLIOS_2020 = 1137


def held(order: list[int], places: int) -> list[int]:
    """How many seats each place has in an order."""
    return np.bincount(np.array(order, dtype=np.int64), minlength=places).tolist()


@given(WEIGHTS, st.integers(0, 120))
def test_one_more_seat_contains_those_before(weights: list[float], seats: int):
    fewer, more = highest_averages(weights, seats), highest_averages(weights, seats + 1)
    assert len(fewer) == seats
    assert more[:-1] == fewer


@given(WEIGHTS, st.data())
def test_every_place_gets_one_before_any_gets_two(weights: list[float], data: st.DataObject):
    seats = data.draw(st.integers(0, len(weights)))
    order = highest_averages(weights, seats)
    assert len(set(order)) == len(order) == seats
    others = set(range(len(weights))) - set(order)
    assert all(weights[k] >= weights[j] for k in order for j in others)


@given(WHOLE_WEIGHTS, st.integers(1, 4))
def test_seats_that_the_weights_divide_exactly_are_divided_exactly(weights: list[int], times: int):
    seats = times * sum(weights)
    assert held(highest_averages(weights, seats), len(weights)) == [times * w for w in weights]


@given(WEIGHTS, st.integers(1, 200))
def test_a_heavier_place_never_has_fewer_seats(weights: list[float], seats: int):
    count = held(highest_averages(weights, seats), len(weights))
    for k, weight in enumerate(weights):
        for j, other in enumerate(weights):
            assert weight <= other or count[k] >= count[j]


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=12), st.integers(0, 150))
def test_seats_are_those_of_sainte_lague(weights: list[int], seats: int):
    """Beyond the first round, each goes where weight / (2 held + 1) is greatest."""
    order = highest_averages(weights, len(weights) + seats)
    count = [1] * len(weights)
    for place in order[len(weights) :]:
        best = max(
            range(len(weights)),
            key=lambda k: (weights[k] / (2 * count[k] + 1), -k),
        )
        assert place == best
        count[place] += 1


def test_a_division_by_hand():
    """One each, then 10/3; at 10/5 = 6/3 the first; then 6/3, 10/7, 6/5, 10/9."""
    assert highest_averages([10, 6, 2], 9) == [0, 1, 2, 0, 0, 1, 0, 1, 0]


def test_places_without_weight_get_at_most_one():
    assert held(highest_averages([5, 0, 1], 12), 3)[1] == 1
    assert highest_averages([], 3) == []


@pytest.mark.parametrize(
    ("listed", "figures_for", "country", "own", "all_posts"),
    [
        ("all", "country", True, False, True),
        ("all", "departements", True, False, True),
        (["52"], "country", False, False, False),
        (["52"], "departements", False, True, True),
    ],
)
def test_a_territory_knows_whose_figures_and_posts_it_has(
    listed, figures_for, country, own, all_posts
):
    found = Territory(departements=listed, figures_for=figures_for)
    assert (found.is_the_country, found.on_own_figures) == (country, own)
    assert found.has_all_posts == all_posts


def test_names_stand_by_code_in_order():
    assert departement_names()["52"] == "Haute-Marne"
    assert list(departement_names()) == [each.code for each in departements()]


def test_there_are_101_departements():
    codes = [each.code for each in departements()]
    assert len(codes) == len(set(codes)) == 101
    assert codes == sorted(codes)
    assert {"2A", "2B", "01", "95", "971", "972", "973", "974", "976"} <= departement_codes()
    assert "20" not in departement_codes()
    assert len({each.region for each in departements()}) == 18
    assert 66e6 < sum(each.population for each in departements()) < 69e6
    assert all(each.population > 70_000 for each in departements())


@pytest.fixture(scope="module", params=[1.0, 2.0, 8.0, 12.0, 100.0])
def pools(request):
    """The pools of the country at several sizes."""
    return make_pools(PORTFOLIOS_2020, request.param)


class TestPoolsOfTheCountry:
    def test_shares_sum_to_one(self, pools):
        assert pools.share.sum() == pytest.approx(1.0, abs=1e-12)
        assert np.all(pools.share > 0)

    def test_every_departement_has_a_pool(self, pools):
        assert set(pools.codes) == set(departement_codes())
        assert pools.places == tuple(each.code for each in departements())
        assert [pools.places[k] for k in pools.place_of_pool] == list(pools.codes)

    def test_names_and_keys_are_unique(self, pools):
        assert len(set(pools.names)) == len(pools.names) == len(pools)
        assert len(set(pools.keys.tolist())) == len(pools)
        assert np.array_equal(pools.keys, stable_keys(pools.names))

    def test_ordinals_count_from_one_in_each_departement(self, pools):
        for code in pools.places:
            mine = [o for c, o in zip(pools.codes, pools.ordinals, strict=True) if c == code]
            assert mine == list(range(1, len(mine) + 1))

    def test_the_portfolios_of_2020_stand_where_the_demand_is(self, pools):
        """Without unevenness every pool has its share of the portfolios, exactly."""
        standing = held(highest_averages(list(pools.share), PORTFOLIOS_2020), len(pools))
        assert np.allclose(pools.share * PORTFOLIOS_2020, standing, rtol=0, atol=1e-9)

    def test_the_country_is_split_by_population(self, pools):
        weights = [each.population for each in departements()]
        by_population = held(highest_averages(weights, PORTFOLIOS_2020), 101)
        mine = np.bincount(pools.place_of_pool, pools.share * PORTFOLIOS_2020)
        assert np.allclose(mine, by_population, atol=1e-9)


def test_pools_have_the_size_that_is_asked_for():
    """A département has round(portfolios / size) pools, as even as whole numbers allow."""
    pools = make_pools(PORTFOLIOS_2020, 4)
    standing = np.rint(pools.share * PORTFOLIOS_2020).astype(int)
    for place in range(101):
        mine = standing[pools.place_of_pool == place]
        assert len(mine) == max(1, round(mine.sum() / 4))
        assert mine.max() - mine.min() <= 1


def test_keys_and_names_do_not_depend_on_the_rest_of_the_country():
    country = make_pools(PORTFOLIOS_2020, 2)
    alone = make_pools(5, 2, ["52"])
    shared = set(country.names) & set(alone.names)
    assert "52-1" in shared
    keys = dict(zip(country.names, country.keys.tolist(), strict=True))
    for name, key in zip(alone.names, alone.keys.tolist(), strict=True):
        assert keys.get(name, key) == key


def test_pools_of_an_area_alone_share_its_demand():
    pools = make_pools(7, 2, ["52", "08"])
    assert set(pools.codes) == {"52", "08"}
    assert pools.share.sum() == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("portfolios", [0, 1, 4, 100])
def test_fewer_portfolios_than_departements_still_make_a_pool_each(portfolios: int):
    pools = make_pools(portfolios, 2)
    assert len(pools) == 101
    assert pools.share.sum() == pytest.approx(1.0, abs=1e-12)
    assert np.all(pools.share > 0)


def test_a_subset_takes_all_pools_of_its_departements():
    pools = make_pools(PORTFOLIOS_2020, 2)
    chosen = subset(pools, ["75", "52"])
    assert {pools.codes[k] for k in chosen} == {"75", "52"}
    assert len(chosen) == sum(code in ("75", "52") for code in pools.codes)
    assert np.all(np.diff(chosen) > 0)


def test_two_names_with_one_key_are_an_error():
    with pytest.raises(ValueError, match="same stable key"):
        stable_keys(["52-1", "52-1"])


def allocated(allocation: str, seats: int) -> tuple[list[int], int, np.ndarray]:
    """The list of seats by an allocation, the posts of today, the uneven demand."""
    scenario = sim.load("trend").with_({"posts.allocation": allocation})
    pools = make_pools(PORTFOLIOS_2020, 2)
    uneven = unevenness(1, 0, pools.keys, 0.45)
    demand = pools.share * uneven
    return seat_list(scenario, pools, demand, seats), posts_at_start(scenario), demand


def test_where_it_queues_moves_new_posts_only():
    even, today, _ = allocated("proportional", 1700)
    queued, same_today, _ = allocated("where_it_queues", 1700)
    assert today == same_today
    assert PORTFOLIOS_2020 <= today < 1200
    assert queued[:today] == even[:today]
    assert held(queued[today:], 2000) != held(even[today:], 2000)
    assert len(even) == len(queued) == 1700


def test_new_posts_go_where_most_people_come_for_a_post():
    """Each new post goes to the pool with the most demand for its next seat."""
    queued, today, demand = allocated("where_it_queues", 1500)
    count = np.array(held(queued[:today], len(demand)))
    for pool in queued[today:]:
        per_seat = demand / (2 * count + 1)
        assert per_seat[pool] == per_seat.max()
        count[pool] += 1


def test_where_it_queues_makes_the_loads_more_even():
    even, _, demand = allocated("proportional", 1700)
    queued, _, _ = allocated("where_it_queues", 1700)
    spread = [np.std(demand / np.maximum(held(order, len(demand)), 1)) for order in (even, queued)]
    assert spread[1] < 0.8 * spread[0]


@pytest.mark.parametrize("allocation", ["proportional", "where_it_queues"])
@pytest.mark.parametrize("seats", [972, 1137, 1167, 1168, 1400])
def test_more_seats_contain_fewer_under_both_allocations(allocation: str, seats: int):
    assert allocated(allocation, seats + 1)[0][:-1] == allocated(allocation, seats)[0]


def test_seats_are_numbered_in_their_pool_and_in_the_area():
    seats = seats_of([2, 0, 2, 1, 0, 2])
    columns = (seats.pool.tolist(), seats.ordinal.tolist(), seats.number.tolist())
    assert list(zip(*columns, strict=True)) == [
        (0, 1, 2), (0, 2, 5), (1, 1, 4), (2, 1, 1), (2, 2, 3), (2, 3, 6),
    ]  # fmt: skip
