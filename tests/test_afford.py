"""What a yearly budget pays and reaches: posts beyond today's beside the levers, to the post."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import InputError
from sim.levers import NAMES
from sim.money.afford import Afforded, afforded, posts_afforded
from sim.money.payers import ESF
from sim.money.post_months import post_months
from sim.money.standing import levers_in_a_year, post_in_a_year
from sim.planning.reach import reach
from sim.population.posts import posts_at_start
from sim.rate_files import changed, shipped_rates
from sim.scenario import Scenario
from sim.scenario_files import load

LEVERS = ("shared_target", "open_to_social_actors")
EUROS = 30e6


@pytest.fixture(scope="module")
def country() -> Scenario:
    return load("target-2022")


@pytest.fixture(scope="module")
def few() -> Scenario:
    return load("target-2022").with_(
        {"territory.departements": ["13", "52", "69"], "target.people": 7_000}
    )


@pytest.fixture(scope="module")
def found(few) -> Afforded:
    return afforded(few, EUROS, levers=LEVERS, draws=2)


@settings(max_examples=12)
@given(
    euros=st.floats(1e4, 5e8),
    post=st.integers(30_000, 90_000),
    redeployed=st.sampled_from([0, 0.25, 0.9]),
    method=st.sampled_from(["flat_20", "flat_15", "flat_40", "actual", "none"]),
)
def test_one_post_more_would_be_too_much(euros, post, redeployed, method) -> None:
    scenario = load("target-2022")
    rates = changed(
        shipped_rates(),
        {"post_year": post, "redeployed": redeployed, "indirect.method": method},
    )
    year, today = scenario.target.year, posts_at_start(scenario)
    one = post_in_a_year(scenario, rates, year) * (1 - Fraction(redeployed))
    posts, _ = posts_afforded(scenario, euros, "gross", rates, NAMES)
    for names, number in posts.items():
        spent = (number - today) * one + levers_in_a_year(scenario, names, rates, year, Fraction(1))
        assert spent <= Fraction(euros) < spent + one
    none = [names for names in ((), NAMES) if names not in posts]
    for names in none:
        assert levers_in_a_year(scenario, names, rates, year, Fraction(1)) > Fraction(euros)


def test_what_the_esf_pays_leaves_money_for_more_posts(country) -> None:
    gross, all_of_it = posts_afforded(country, EUROS, "gross", shipped_rates(), ())
    own, left = posts_afforded(country, EUROS, "without_esf", shipped_rates(), ())
    assert all_of_it.posts == 1
    assert 0.3 < left.posts < 1
    today = posts_at_start(country)
    assert (own[()] - today) * left.posts == pytest.approx(gross[()] - today, rel=0.005)


def test_each_combination_is_simulated_with_its_own_posts(few, found) -> None:
    posts = found.reach.posts_with
    assert len(set(posts.values())) > 1
    assert found.reach.posts is None
    alone = reach(few, {(): posts[()], LEVERS: posts[LEVERS]}, levers=LEVERS, draws=2).frame
    mine = found.reach.frame
    for frame in (mine, alone):
        assert (frame["posts"] > 0).all()
    same = "+".join(LEVERS)
    pairs = [frame[frame["levers"] == same]["reached"].tolist() for frame in (mine, alone)]
    assert pairs[0] == pairs[1]


def test_costs_are_within_the_budget_and_the_best_comes_first(found) -> None:
    table = found.summary
    assert (table["counted"] <= EUROS).all()
    assert (table["left"] >= 0).all()
    assert table["counted"].to_numpy() == pytest.approx(
        (table["posts_cost"] + table["levers_cost"]).to_numpy()
    )
    assert table["probability"].is_monotonic_decreasing
    assert found.budget.scenario.posts.target == found.reach.posts_with[found.best]
    assert found.budget.paid_by(ESF, 2022) > 0


def test_levers_that_cost_more_than_the_budget_are_left_out_and_told(few) -> None:
    dear = changed(shipped_rates(), {"levers.shared_target.euros": 9e8})
    found = afforded(few, EUROS, levers=LEVERS, rates=dear, draws=1)
    assert set(found.not_afforded) == {("shared_target",), LEVERS}
    assert "2 of 4 combinations are left out" in str(found)


def test_it_is_told_in_words_tables_and_a_figure(found) -> None:
    text = str(found)
    assert "30.0 M euros a year" in text
    assert "ESF" in text
    assert "<table>" in found.html()
    assert found.plot().axes


def test_beside_the_esf_gross_and_what_is_left_are_both_shown(few, found) -> None:
    beside = afforded(few, EUROS, counting="without_esf", levers=LEVERS, draws=1)
    best = beside.summary.iloc[0]
    gross = best["posts_cost"] + best["levers_cost"]
    assert best["counted"] < 0.9 * gross
    text = " ".join(str(beside).split())
    told = f"cost {gross / 1e6:.1f} M euros gross; the ESF pays"
    assert told in text
    assert f"{best['counted'] / 1e6:.1f} M euros are left to others" in text
    assert "without the ESF" in beside.html()
    assert "without the ESF" in beside.html()
    assert "without the ESF" not in found.html()


@pytest.mark.parametrize(
    ("euros", "counting", "told"),
    [(0, "gross", "above 0"), (-3e6, "gross", "above 0"), (1e6, "grss", "gross")],
)
def test_bad_budgets_are_refused(country, euros, counting, told) -> None:
    with pytest.raises(InputError, match=told):
        posts_afforded(country, euros, counting, shipped_rates(), ())


def test_posts_that_cost_nothing_are_no_answer(country) -> None:
    free = changed(shipped_rates(), {"redeployed": 1})
    with pytest.raises(InputError, match="redeployed"):
        posts_afforded(country, 1e6, "gross", free, ())


def test_a_part_of_the_country_pays_for_the_posts_that_stand_there(country, few) -> None:
    """The same money buys as many posts there: of the whole country's, so many times more."""
    whole, _ = posts_afforded(country, EUROS, "gross", shipped_rates(), ())
    part, _ = posts_afforded(few, EUROS, "gross", shipped_rates(), ())
    of_the_country = post_months(few, shipped_rates()).of_the_country
    today = posts_at_start(country)
    there = (part[()] - today) * float(of_the_country)
    assert there == pytest.approx(whole[()] - today, abs=1)
