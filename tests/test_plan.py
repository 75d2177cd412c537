"""Planning, on a few départements so that it is quick; and the searches on known functions."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest

from sim.errors import InputError
from sim.levers import NAMES
from sim.planning.evaluate import Cell, Evaluation, Evaluator
from sim.planning.plan import Plan, chosen_levers, plan
from sim.planning.search import uses
from sim.planning.sizing import least_posts, sizing_point
from sim.planning.world import rule_of_thumb
from sim.quantities import Timeline
from sim.reading_fits import readings, under
from sim.scenario import Scenario
from sim.scenario_files import load

FEW = ["13", "14", "15", "16", "17", "18", "19", "21", "22", "23"]


def part_of_the_country() -> Scenario:
    """Ten départements with their share of the target (8.4 % of the entries)."""
    whole = load("target-2022")
    return whole.with_({"territory.departements": FEW, "target.people": 16_750})


@pytest.fixture(scope="module")
def found() -> Plan:
    return plan(part_of_the_country(), reading="process", replications=2)


def test_the_sizing_point_meets_target_and_guardrails(found: Plan) -> None:
    answer = found["process"]
    point, target = answer.sizing, answer.target
    assert point is not None
    assert point.evaluation.of("entries", 2022) == pytest.approx(16_750, rel=0.004)
    assert max(uses(point.evaluation, target).values()) < 0.03
    assert answer.without_ceiling.posts <= point.posts


def test_fewer_posts_break_a_guardrail_or_miss_the_target(found: Plan) -> None:
    """Brute force below the sizing point: no orientations make it hold."""
    answer = found["process"]
    point = answer.sizing
    fewer = round(0.93 * point.posts)
    scenario = under(part_of_the_country(), readings()["process"])
    evaluate = Evaluator(scenario, found.seed, range(found.replications))
    for share in (0.95, 1.0, 1.05, 1.1, 1.2):
        tried = evaluate(Cell(fewer, point.multiplier * share))
        holds = max(uses(tried, answer.target).values()) <= 0
        assert not (holds and tried.of("entries", 2022) >= 16_750)


def test_both_sides_are_told(found: Plan) -> None:
    answer = found["process"]
    assert answer.needed == pytest.approx(answer.brought_by_posts * answer.to_find)
    assert answer.needed > 1.5
    assert answer.brought_by_posts > 1
    alone = answer.by_response
    assert alone[0.0].of("entries", 2022) < answer.posts_alone.of("entries", 2022)
    assert answer.posts_alone.of("entries", 2022) < alone[1.0].of("entries", 2022)


def test_rule_of_thumb_factors_lead_to_the_answer(found: Plan) -> None:
    rule = rule_of_thumb(found["process"])
    product = rule.posts * math.prod(rule.factors.values())
    funded = found["process"].sizing.evaluation.of("funded_posts", 2022)
    assert product == pytest.approx(funded, rel=1e-6)
    # A tenth of the country: its own posts, not the country's, and few of them vacant.
    assert 1.0 < rule.factors["posts not in service"] < 1.1
    assert funded < 0.12 * found["process"].sizing.posts


def test_the_answer_is_said_in_words_in_text_html_frame_and_figure(found: Plan) -> None:
    text = str(found)
    assert "16 750 entries in 2022 take" in text
    assert "left to find" in text
    assert "not probabilities" in text
    assert "Only 10 département(s) are simulated, and the target of 16 750 is theirs alone" in (
        " ".join(text.split())
    )
    assert "<table>" in found._repr_html_()
    assert found.frame.loc[0, "posts"] == found["process"].sizing.posts
    assert len(found.plot().axes) == 2


def test_levers_off_and_named() -> None:
    assert chosen_levers("none") == ()
    assert chosen_levers("all") == NAMES
    assert chosen_levers("better_coordination, shared_target") == (
        "shared_target",
        "better_coordination",
    )


def test_people_supported_needs_fewer_posts_than_entries() -> None:
    scenario = part_of_the_country().with_({"target.measure": "people_supported"})
    answer = plan(scenario, reading="process", levers="none", replications=1)["process"]
    assert answer.levers is None
    assert answer.sizing.evaluation.of("people_supported", 2022) == pytest.approx(16_750, rel=0.01)
    assert answer.sizing.evaluation.of("entries", 2022) < 13_500


def test_a_scenario_with_all_figures_is_planned_as_it_stands() -> None:
    own = under(part_of_the_country(), readings()["process"])
    result = plan(own, reading="own_figures", levers="none", replications=1)
    assert list(result.by_reading) == ["own_figures"]
    assert "the scenario's own figures" in str(result)
    same = plan(part_of_the_country(), reading="process", levers="none", replications=1)
    mine, theirs = result["own_figures"].sizing, same["process"].sizing
    assert (mine.posts, mine.multiplier) == (theirs.posts, theirs.multiplier)
    with pytest.raises(InputError, match="own_figures"):
        plan(part_of_the_country(), reading="own_figures")


def multiplied(changes: dict[str, Any], multiplier: float = 2.0) -> Timeline:
    """The multiplier of a cell's scenario."""
    evaluate = Evaluator(part_of_the_country().with_(changes), 1, (0,))
    return evaluate.planned(Cell(1500, multiplier)).orientations.multiplier


def test_the_search_multiplies_what_the_scenario_multiplies_itself() -> None:
    asked = multiplied({"orientations.multiplier": {"2019": 1.0, "2021-07-01": 1.5}})
    assert asked.between(date(2019, 6, 1)) == pytest.approx(1 + 0.5 * 151 / 912)
    assert asked.between(date(2020, 12, 31)) < 1.5
    assert asked.between(date(2021, 7, 1)) == pytest.approx(1.5 * (1 + 181 / 365))
    assert asked.between(date(2022, 6, 1)) == pytest.approx(3.0)


def test_hiring_within_the_targets_year_multiplies_nothing_before_it() -> None:
    dates = {"posts.hiring_start": "2022-06-01", "posts.hiring_end": "2022-12-01"}
    late = multiplied(dates)
    assert min(late) == date(2022, 6, 1)
    assert late.between(date(2022, 6, 1)) == 2.0
    own = multiplied({**dates, "orientations.multiplier": {"2021": 1.2}})
    assert own.between(date(2022, 5, 31)) == pytest.approx(1.2)
    assert own.between(date(2022, 6, 1)) == pytest.approx(2.4)
    later = multiplied({"orientations.multiplier": {"2022-06-01": 1.5}})
    assert later.between(date(2022, 5, 31)) == pytest.approx(2.0)
    assert later.between(date(2022, 6, 1)) == pytest.approx(3.0)


def test_a_target_out_of_reach_is_said_to_be() -> None:
    scenario = part_of_the_country().with_({"target.people": 10_000_000})
    result = plan(scenario, reading="process", replications=1)
    assert result["process"].sizing is None
    assert "out of reach" in str(result)
    assert result.frame.loc[0, "posts"] == math.inf


def test_a_scenario_is_not_changed_by_planning(found: Plan) -> None:
    assert found.scenario == part_of_the_country()


def test_least_posts_on_known_functions() -> None:
    for root in (150.0, 777.7, 990.0):
        assert least_posts(lambda n, root=root: root - n, 100, 1000) == pytest.approx(
            root, rel=0.006, abs=2
        )
    assert least_posts(lambda n: 5000 - n, 100, 1000) == math.inf
    assert least_posts(lambda n: 50 - n, 100, 1000) == 100


class Formula:
    """An evaluator that is a formula: entries = 130 m^0.8 N^0.9, queue by an exponential.

    Its approximation has other constants and exponents.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.simulated = 0

    def __call__(self, cell: Cell) -> Evaluation:
        self.simulated += 1
        return self._of(cell, 130, 0.8, 0.9, 4)

    def approximate(self, cell: Cell) -> Evaluation:
        return self._of(cell, 120, 0.7, 1.0, 5)

    def _of(self, cell: Cell, scale: float, m: float, n: float, steep: float) -> Evaluation:
        entries = scale * cell.multiplier**m * cell.posts**n
        values = {
            "entries": entries,
            "queue_delay": 7 * math.exp(steep * (entries / cell.posts / 90 - 1)),
            "load": entries / cell.posts / 2,
        }
        return Evaluation(
            cell.posts, cell.multiplier, {2022: values}, {2022: dict.fromkeys(values, 0.0)}
        )


def test_sizing_point_of_a_formula_is_exact() -> None:
    """Queue of 7 days at 90 entries a post: N = 200 000 / 90, m from the entries."""
    formula = Formula(under(load("target-2022"), readings()["process"]))
    point = sizing_point(formula, "queue", 1800)
    posts = 200_000 / 90
    assert point.posts == pytest.approx(posts, rel=0.01)
    assert point.multiplier == pytest.approx((200_000 / 130 / posts**0.9) ** 1.25, rel=0.02)
    assert point.search_error <= 0.006 * posts
    assert formula.simulated <= 6
