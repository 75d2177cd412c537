"""Shares and interactions of games whose answer is known, and the combinations' order."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.levers import NAMES
from sim.planning import shapley
from sim.planning.combinations import ALL, combinations_of, label

GAMES = st.integers(1, 5).flatmap(
    lambda n: st.lists(st.integers(0, 2_000_000), min_size=2**n, max_size=2**n)
)


def players(values: list[int]) -> range:
    return range(len(values).bit_length() - 1)


def worth(values: list[int]) -> dict[frozenset[int], int]:
    """Values by set of levers."""
    some = combinations_of([str(k) for k in players(values)])
    return {frozenset(map(int, each)): value for each, value in zip(some, values, strict=True)}


def test_the_32_combinations_stand_in_a_fixed_order() -> None:
    assert len(ALL) == len(set(ALL)) == 32
    assert ALL[0] == ()
    assert ALL[1:6] == tuple((name,) for name in NAMES)
    assert ALL[6] == NAMES[:2]
    assert ALL[-1] == NAMES
    assert [len(each) for each in ALL] == sorted(len(each) for each in ALL)


def test_combinations_have_short_labels_all_different() -> None:
    assert label(()) == "no lever"
    assert label(NAMES) == "all five"
    assert label(("better_coordination", "shared_target")) == "target + coordination"
    assert len({label(each) for each in ALL}) == 32


@given(GAMES)
def test_shares_are_means_over_all_orders_and_sum_exactly(values: list[int]) -> None:
    game, known = np.array(values, dtype=np.float64), worth(values)
    exact = dict.fromkeys(players(values), Fraction(0))
    for order in permutations(players(values)):
        for k, lever in enumerate(order):
            before = frozenset(order[:k])
            exact[lever] += Fraction(known[before | {lever}] - known[before])
    orders = factorial(len(exact))
    numerators = shapley._numerators(game)
    assert numerators.sum() == orders * (values[-1] - values[0])
    assert numerators.tolist() == [float(each) for each in exact.values()]
    assert shapley.shapley(game).tolist() == [float(each / orders) for each in exact.values()]


@given(GAMES)
def test_alone_and_last_in(values: list[int]) -> None:
    game, known = np.array(values, dtype=np.float64), worth(values)
    everyone = frozenset(players(values))
    for lever in everyone:
        assert shapley.alone(game)[lever] == known[frozenset({lever})] - known[frozenset()]
        assert shapley.last_in(game)[lever] == known[everyone] - known[everyone - {lever}]
    total = sum(known[frozenset({k})] - known[frozenset()] for k in everyone)
    assert shapley.together(game) == values[-1] - values[0] - total


@given(GAMES, st.integers(-1000, 1000), st.integers(0, 4))
def test_a_lever_that_always_adds_the_same_gets_that(
    values: list[int], added: int, where: int
) -> None:
    """The dummy axiom; with 0 it is a lever that does nothing. It interacts with nobody."""
    lever = min(where, len(players(values)) - 1)
    known = worth(values)
    some = [
        frozenset(map(int, each)) for each in combinations_of([str(k) for k in players(values)])
    ]
    game = np.array([known[each - {lever}] + added * (lever in each) for each in some], float)
    assert shapley.shapley(game)[lever] == added
    for (one, other), found in zip(
        shapley.pairs_of(len(players(values))), shapley.interaction(game), strict=True
    ):
        assert found == 0 or lever not in (one, other)


@given(st.lists(st.integers(0, 1000), min_size=6, max_size=6))
def test_two_equal_levers_get_equal_shares(values: list[int]) -> None:
    none, one, third, both, with_third, everyone = values
    game = np.array([none, one, one, third, both, with_third, with_third, everyone], float)
    shares = shapley.shapley(game)
    assert shares[0] == shares[1]


def test_a_product_of_two_has_the_product_as_interaction() -> None:
    """v = 1000 (1 + a)(1 + b): together they bring 1000 ab beyond each alone."""
    game = 1000 * np.array([1, 1.1, 1.2, 1.1 * 1.2])
    assert shapley.interaction(game)[0] == pytest.approx(20)
    assert shapley.alone_together(game)[0] == pytest.approx(20)
    assert shapley.shapley(game) == pytest.approx([110, 210])


def test_unanimity_of_three() -> None:
    """Worth 12 only with all three: 4 each; a pair interacts by 0 without and 12 with the third."""
    game = np.array([0, 0, 0, 0, 0, 0, 0, 12.0])
    assert shapley.shapley(game).tolist() == [4, 4, 4]
    assert shapley.interaction(game).tolist() == [6, 6, 6]
    assert shapley.alone_together(game).tolist() == [0, 0, 0]


def test_many_games_at_once_and_one_lever() -> None:
    games = np.arange(16.0).reshape(2, 2, 4)
    assert shapley.shapley(games).shape == (2, 2, 2)
    assert shapley.shapley(games)[1, 0].tolist() == shapley.shapley(games[1, 0]).tolist()
    single = np.array([5.0, 8.0])
    assert shapley.shapley(single).tolist() == [3]
    assert shapley.interaction(single).shape == (0,)
