"""The money of plans: quantiles of budgets, the cheapest way, fronts, what is permanent."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from made_up_plans import YEAR, evaluation, made_up_plan
from typer.testing import CliRunner

from sim.cli import app
from sim.errors import InputError
from sim.money.budget import budget
from sim.money.esf_stop import esf_stop
from sim.money.from_plan import GRID, PlanMoney, money_of
from sim.money.pareto import not_beaten
from sim.money.payers import ESF
from sim.money.recurrent import permanent_posts
from sim.money.standing import levers_in_a_year, post_in_a_year
from sim.planning.plan import Plan
from sim.population.posts import posts_at_start
from sim.rate_files import shipped_rates
from sim.rates import METHODS
from sim.scenario_files import load

RATES = shipped_rates()
ASKED = 0.2


def probability_with(plan, levers: str, posts: float) -> float:
    """Weight of the draws in which a combination ('a+b') reaches the target with so many posts."""
    part = plan.combinations[plan.combinations["levers"] == levers]
    return float(part["weight"][part["least_posts"] <= posts].sum())


def small_plan(draws: int = 60) -> Plan:
    """The made-up plan, of which a part of the country is costed: quick."""
    plan = made_up_plan(draws)
    part = {"territory.departements": ["75", "974"], "horizon.end": "2024-01-01"}
    return replace(plan, scenario=plan.scenario.with_(part))


@pytest.fixture(scope="module")
def found() -> PlanMoney:
    return money_of(small_plan(), probability=ASKED)


@pytest.mark.parametrize("method", METHODS)
def test_a_standing_post_costs_what_the_budget_says(method) -> None:
    """A year of posts that do not change, but for the rounding of the budget's lines."""
    rates = RATES.with_({"indirect.method": method})
    scenario = load("trend").with_(
        {"levers.shared_target.intensity": 0.5, "levers.better_coordination.intensity": 1}
    )
    names = ("shared_target", "better_coordination")
    posts = posts_at_start(scenario)
    standing = posts * post_in_a_year(scenario, rates, 2023)
    levers = levers_in_a_year(scenario, names, rates, 2023, Fraction(1))
    gross = budget(scenario, rates=rates).gross(2023)
    assert float(standing + levers) == pytest.approx(float(gross), abs=15)


def test_budgets_grow_with_the_probability(found) -> None:
    levels = list(found.budgets)
    assert levels == [0.5, 0.8, 0.95]
    totals = [found.budgets[level].total for level in levels]
    assert totals == sorted(totals)
    assert totals[0] < totals[-1]
    frame = found.plan.frame
    for level, each in found.budgets.items():
        enough = frame["posts"] <= each.scenario.posts.target
        assert frame["weight"][enough].sum() >= level - 1e-9
    assert set(found.bands["probability"]) == set(levels)


def test_the_cheapest_reaches_the_probability_and_nothing_cheaper_does(found) -> None:
    assert found.cheapest is not None
    posts, levers = found.cheapest
    assert probability_with(found.plan, "+".join(levers), posts) >= ASKED - 1e-9
    cost = found.cost(posts, levers)
    for row in found.combinations.itertuples():
        names = tuple(name for name in row.levers.split("+") if name)
        assert row.cost >= cost
        # One post less is not enough.
        if np.isfinite(row.posts):
            assert probability_with(found.plan, row.levers, row.posts - 1) < ASKED
            assert row.cost == pytest.approx(found.cost(row.posts, names))
        else:
            assert row.most_probability < ASKED
    assert found.cheapest_budget is not None
    assert found.cheapest_budget.scenario.posts.target == posts


def test_where_nothing_is_likely_enough_that_is_told() -> None:
    sure = money_of(small_plan(), probability=1.0)
    assert sure.cheapest is None
    assert sure.cheapest_budget is None
    assert "Nothing reaches the target with 100 %" in str(sure)


def test_where_the_asked_is_out_of_reach_the_highest_in_reach_is_costed(found) -> None:
    sure = money_of(found.plan, probability=0.97)
    assert sure.cheapest is None
    for row in sure.combinations.itertuples():
        names = tuple(name for name in row.levers.split("+") if name)
        below = [level for level in GRID if level <= row.most_probability + 1e-9]
        if not below:
            assert np.isnan(row.level)
            assert row.level_cost == np.inf
            continue
        assert row.level == max(below)
        assert probability_with(sure.plan, row.levers, row.level_posts) >= row.level - 1e-9
        assert probability_with(sure.plan, row.levers, row.level_posts - 1) < row.level
        assert row.level_cost == pytest.approx(sure.cost(row.level_posts, names))
    assert sure.combinations["level"].dropna().is_monotonic_decreasing
    first = sure.combinations.iloc[0]
    assert f"{first['level_posts']:,.0f}".replace(",", " ") in str(sure)
    level, posts = sure.surest.probability, sure.surest.posts
    cheapest = sure.cheapest_in_reach
    assert (cheapest.probability, cheapest.posts) == (first["level"], first["level_posts"])
    assert cheapest.cost == first["level_cost"]
    frame = sure.plan.frame
    assert frame["weight"][frame["posts"] <= posts].sum() >= level - 1e-9


def test_costs_of_a_part_of_the_country_are_of_the_posts_that_stand_there(found) -> None:
    """As in the budget: the fixed list of seats, not a share of the country."""
    for posts in (1300, 1707, 2400):
        own = budget(found.scenario(posts, ()), rates=RATES).posts
        last = max(row.month for row in own.rows)
        there = sum(row.posts for row in own.rows if row.month == last)
        assert found.there(posts) == there
        one = post_in_a_year(found.plan.scenario, RATES, found.year)
        assert found.cost(posts, ()) == pytest.approx(float(there * one))
    whole = money_of(made_up_plan(4))
    assert whole.there(1707) == 1707


def test_the_front_is_not_beaten_and_holds_the_cheapest(found) -> None:
    front = found.pareto
    goals = front[["cost", "probability", "reached", "entry_delay"]].to_numpy() * [1, -1, -1, 1]
    assert not_beaten(goals).all()
    assert front["cost"].is_monotonic_increasing
    assert (front["probability"] > 0).all()
    posts, levers = found.cheapest
    row = front[(front["posts"] == posts) & (front["levers"] == "+".join(levers))]
    assert len(row) == 1


@given(some.lists(some.tuples(*[some.integers(0, 4)] * 3), min_size=1, max_size=12))
def test_a_front_is_what_no_other_row_beats(rows) -> None:
    goals = np.array(rows, dtype=float)
    for k, kept in enumerate(not_beaten(goals)):
        beaten = any(
            all(a <= b for a, b in zip(other, rows[k], strict=True)) and other != rows[k]
            for other in rows
        )
        assert kept == (not beaten)


def test_the_marginal_cost_rises_where_orientations_bind(found) -> None:
    curve = found.marginal()
    assert curve["posts"].is_monotonic_increasing
    assert curve["cost"].is_monotonic_increasing
    assert curve["reached"].is_monotonic_increasing
    assert np.isnan(curve["per_person"].iloc[0])
    steps = curve.diff().iloc[1:]
    np.testing.assert_allclose(curve["per_person"].iloc[1:], steps["cost"] / steps["reached"])
    assert curve["per_person"].iloc[-1] > curve["per_person"].iloc[1]
    assert (curve["low"] <= curve["reached"]).all()


def lasting(reached: float):
    """The years after: the target's measure two years later."""
    first = evaluation(2000, 1.0, 200_000, 240_000)
    later = {**first.values[YEAR], "entries": reached}
    return replace(first, values={YEAR: first.values[YEAR], YEAR + 1: later, YEAR + 2: later})


def test_posts_beyond_what_holds_the_target_later_are_for_a_fixed_term() -> None:
    plan = small_plan(20)
    easing = [replace(each, lasting=lasting(220_000)) for each in plan.answers]
    plan = replace(plan, answers=tuple(easing))
    found = money_of(plan).recurrent
    # Along the guardrail people go with posts to the power 0.3 + 0.7 × 4.5 / 5 = 0.93.
    first = found.frame.iloc[0]
    assert first["permanent"] == pytest.approx(first["posts"] * (200 / 220) ** (1 / 0.93))
    assert first["fixed_term"] == pytest.approx(first["posts"] - first["permanent"])
    assert (found.frame["missing"] == 0).all()
    summary = found.summary
    assert (summary["fixed_term"] > 0).all()
    np.testing.assert_allclose(summary["posts"] - summary["permanent"], summary["fixed_term"])
    falling = replace(plan.answers[0], lasting=lasting(180_000))
    assert permanent_posts(falling) > falling.posts
    none = replace(plan.answers[0], sizing=None)
    assert np.isinf(permanent_posts(none))


def test_if_the_esf_stops_posts_go_or_somebody_else_pays() -> None:
    scenario = load("target-2022").with_({"posts.target": 1800})
    whole = budget(scenario)
    stop = esf_stop(whole, 2022)
    assert list(stop.frame["year"]) == [2023, 2024]
    assert list(stop.frame["to_find"]) == [whole.paid_by(ESF, 2023), whole.paid_by(ESF, 2024)]
    fewer = stop.with_posts_left()
    assert fewer.fingerprint != scenario.fingerprint
    after = budget(fewer, esf_until=2022)
    assert after.funded_posts(2022) == whole.funded_posts(2022)
    left = stop.frame["posts_left"].iloc[0]
    assert float(after.funded_posts(2023)) == round(left)
    # Pôle emploi pays what it would have paid with the ESF, but for part of a post.
    kinds = ("posts", "indirect")
    mine = float(after.paid_by("pole_emploi", 2023, *kinds))
    before = float(whole.paid_by("pole_emploi", 2023, *kinds))
    assert mine == pytest.approx(before, abs=0.6 * float(post_in_a_year(scenario, RATES, 2023)))


def test_what_cannot_stop_is_told() -> None:
    scenario = load("target-2022").with_({"posts.later": {"2024-01-01": 2000}})
    found = budget(scenario)
    with pytest.raises(InputError, match="the budget goes from 2021 to 2024"):
        esf_stop(found, 2030)
    with pytest.raises(InputError) as wrong:
        esf_stop(found, 2021).with_posts_left()
    assert [each.key for each in wrong.value.problems] == ["posts.hiring_end", "posts.later"]
    with pytest.raises(InputError, match="no year after the ESF"):
        esf_stop(found, 2024).with_posts_left()


def test_only_draws_have_probabilities() -> None:
    plan = replace(made_up_plan(4), draws=None)
    with pytest.raises(InputError, match="have no probabilities"):
        money_of(plan)
    with pytest.raises(InputError, match=r"probability: is 1.5"):
        money_of(made_up_plan(4), probability=1.5)


def test_a_plan_without_posts_in_reach_cannot_be_costed() -> None:
    plan = small_plan(3)
    none = [replace(each, sizing=None, brought=()) for each in plan.answers]
    with pytest.raises(InputError, match="nothing to cost"):
        money_of(replace(plan, answers=tuple(none)))
    one = replace(plan, answers=(*none[:2], plan.answers[2]))
    found = money_of(one, probability=0.9)
    assert found.cheapest is None
    assert 0.95 not in found.budgets
    assert str(found)


def test_the_command(tmp_path) -> None:
    """A real plan of a small part of the country, on few draws."""
    small = ["--set", "territory.departements=['52', '08']", "--set", "target.people=2500"]
    few = ["--draws", "1", "--replications", "1", "--workers", "1", "--store", str(tmp_path / "s")]
    asked = ["budget", "target-2022", "--plan", "--probability", "0.4", *small, *few]
    done = CliRunner().invoke(app, [*asked, "--json", "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    printed = json.loads(done.stdout)
    assert set(printed) == {"bands", "combinations", "pareto", "marginal", "recurrent"}
    assert len(printed["combinations"]) == 32
    assert (tmp_path / "out" / "money.xlsx").exists()
    names = {path.stem for path in (tmp_path / "out").iterdir()}
    assert names == {*printed, "money", "manifest"}
    with pytest.raises(InputError, match="needs draws"):
        app(["budget", "--plan", "--reading", "places"])


def test_the_text_tells_all_of_it(found) -> None:
    text = " ".join(str(found).split())
    for part in ("ENOUGH WITH 80 %", "the cheapest first", "marginal cost", "fixed-term"):
        assert part in text
    assert "<table>" in found._repr_html_()
    front, curve, *_ = found.plot().axes
    assert len(front.collections[0].get_offsets()) == len(found.pareto)
    assert curve.lines[0].get_ydata().tolist() == found.marginal()["reached"].tolist()
