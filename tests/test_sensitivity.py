"""What a plan hangs on: the statistics on known functions, and the whole on a small plan."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from made_up_plans import made_up_plan

from sim.errors import InputError
from sim.planning.combinations import combinations_of
from sim.planning.evaluate import Cell, Evaluator
from sim.planning.learning import (
    chance_level,
    share_of_variance,
    threshold,
    value_of_knowing,
)
from sim.planning.plan import Plan, worlds_of
from sim.planning.regret import Choice, choices_of, posts_an_entry, reached_with, regrets
from sim.planning.search import strain
from sim.planning.sensitivity import Sensitivity, bears_on, sensitivity
from sim.planning.sobol import LEVERS, approximate_answer, groups_of, mixed, sobol_indices
from sim.planning.world import answered
from sim.posterior import posterior
from sim.scenario import Scenario
from sim.scenario_files import load

NAMES = ("shared_target", "open_to_social_actors")
DRAWS = 200
RANDOM = np.random.default_rng(7)
X = RANDOM.random(DRAWS)
NOISE = RANDOM.standard_normal(DRAWS)
WEIGHTS = np.full(DRAWS, 1 / DRAWS)


class TestOnKnownFunctions:
    def test_the_share_of_variance_is_that_of_the_function(self) -> None:
        """y = x + noise with half the variance from x, and a bent function of x alone."""
        half = X / X.std() + NOISE / NOISE.std()
        assert share_of_variance(X, half, WEIGHTS) == pytest.approx(0.5, abs=0.1)
        assert share_of_variance(X, np.sin(3 * X), WEIGHTS) > 0.9
        assert share_of_variance(X, NOISE, WEIGHTS) < 0.06

    def test_chance_alone_seldom_passes_its_level(self) -> None:
        level = chance_level(share_of_variance, NOISE, WEIGHTS)
        passed = [
            share_of_variance(RANDOM.random(DRAWS), NOISE, WEIGHTS) > level for _ in range(100)
        ]
        assert sum(passed) <= 5
        assert 0 < level < 0.15

    def test_to_know_all_saves_nearly_all_and_to_know_nothing_nothing(self) -> None:
        known = value_of_knowing(NOISE, NOISE, WEIGHTS)
        assert known.share > 0.8
        assert value_of_knowing(X, NOISE, WEIGHTS).share < 0.08
        assert known.expected < known.before

    def test_values_that_are_equal_say_the_same(self) -> None:
        same = np.repeat([0.0, 1.0], DRAWS // 2)
        y = same * 10 + NOISE
        assert share_of_variance(same, y, WEIGHTS) > 0.9

    def test_a_threshold_is_found_where_a_probability_crosses(self) -> None:
        happens = (X > 0.6).astype(float)
        found = threshold(X, happens, WEIGHTS)
        assert found.at == pytest.approx(0.6, abs=0.06)
        assert found.low < 0.1 < 0.9 < found.high
        falling = threshold(X, 1 - happens, WEIGHTS)
        assert falling.at == pytest.approx(0.6, abs=0.06)
        assert math.isnan(threshold(X, np.ones(DRAWS), WEIGHTS).at)


@pytest.fixture(scope="module")
def made() -> Plan:
    return made_up_plan()


@pytest.fixture(scope="module")
def found(made) -> Sensitivity:
    return sensitivity(made, sobol=False)


class TestOfAPlan:
    def test_each_side_hangs_on_what_it_was_made_of(self, found) -> None:
        variance = found.variance.set_index("parameter")
        posts, to_find = variance["posts"], variance["orientations_to_find"]
        assert posts.idxmax() == "parcours.true_to_published"
        assert posts.max() > 0.9
        assert to_find.idxmax() == "orientations.supply_response"
        assert to_find.max() > found.variance_by_chance["orientations_to_find"]

    def test_to_measure_first_is_what_a_side_was_made_of(self, found) -> None:
        best = found.value.sort_values("share", ascending=False).groupby("side").first()
        assert best.loc["posts", "know"] == "parcours.true_to_published"
        assert best.loc["orientations_to_find", "know"] == "orientations.supply_response"
        assert best.loc["posts", "expected_p80"] < best.loc["posts", "p80"]

    def test_levers_suffice_above_a_response_of_prescribers(self, found) -> None:
        """2.4 / (1 + ε) = 1.44 at ε = 0.67 where the drift is none."""
        first = found.thresholds.iloc[0]
        assert first["parameter"] == "orientations.supply_response"
        assert first["at"] == pytest.approx(0.67, abs=0.12)
        assert first["low"] < 0.1 < 0.9 < first["high"]

    def test_what_cannot_bear_on_a_side_does_not(self, found) -> None:
        levers = found.variance[found.variance["parameter"].str.startswith("levers.")]
        sides = levers[["posts", "orientations_needed", "orientations_to_find"]].to_numpy()
        assert (sides == 0).all()
        assert not bears_on("levers.shared_target.orientations", "posts")
        assert bears_on("levers.shared_target.orientations", "levers_suffice")

    def test_the_text_tables_and_figure_say_it(self, found) -> None:
        text = " ".join(str(found).split())
        for words in ("hang most on", "What to measure first", "Regret: posts", "both assumptions"):
            assert words in text
        assert "<table>" in found._repr_html_()
        assert len(found.plot().axes) == 2

    def test_plans_that_cannot_tell_are_refused(self, made) -> None:
        with pytest.raises(InputError, match="too few"):
            sensitivity(made_up_plan(5))
        with pytest.raises(InputError, match="nothing varies"):
            sensitivity(replace(made, draws=None))
        with pytest.raises(InputError, match="power of two"):
            sensitivity(made, samples=10)
        with pytest.raises(InputError, match="worth"):
            sensitivity(made, worth=0)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load("target-2022").with_(
        {"territory.departements": ["13", "52", "69"], "target.people": 7_000}
    )


class TestRegret:
    def test_costs_are_posts_levers_and_missing_entries(self, made) -> None:
        answers = [each for each in made.answers if each.sizing]
        choice = Choice(100, ("shared_target",))
        table = regrets(answers, [choice], worth=3.0, lever=7.0)
        short = max(0.0, 200_000 - reached_with(answers[0], choice))
        assert table.cost[0, 0] == pytest.approx(100 + 7 + 3 * short * posts_an_entry())

    def test_the_best_choice_of_a_draw_has_no_regret_and_no_choice_less(self, found) -> None:
        regret = found.regrets.regret
        assert (regret.min(axis=1) == 0).all()
        assert (found.choices["mean"] >= 0).all()
        assert found.choices["mean"].is_monotonic_increasing

    def test_what_a_choice_reaches_is_what_is_simulated(self, scenario) -> None:
        """At posts that were not simulated for the plan: within 4 %, guardrails held."""
        world = worlds_of(scenario, combinations=combinations_of(NAMES), draws=3).worlds[2]
        answer = answered(world)
        evaluate = Evaluator(scenario=world.scenario, seed=world.seed, numbers=world.numbers)
        for choice in choices_of(1.3 * answer.today_posts, [(), NAMES])[2:10]:
            simulated = evaluate(Cell(choice.posts, levers=choice.levers))
            told = reached_with(answer, choice)
            if strain(simulated, world.scenario.target) <= 0:
                assert told == pytest.approx(simulated.of("entries", 2022), rel=0.04)
            else:
                assert told <= 1.01 * simulated.of("entries", 2022)


class TestSobol:
    def test_groups_are_drawn_apart_and_drifts_as_ratios(self) -> None:
        sample = posterior(None)
        groups = groups_of(sample)
        unit = RANDOM.random((5, len(groups)))
        drawn = mixed(sample, groups, unit)
        paths = [each.path for each in sample.parameters]
        rows = np.searchsorted(np.cumsum(sample.weights), unit, side="right")
        lever = paths.index("levers.shared_target.orientations")
        of_levers = [each.name for each in groups].index(LEVERS)
        np.testing.assert_array_equal(
            drawn.values[:, lever], sample.values[rows[:, of_levers], lever]
        )
        now, later = (paths.index(f"orientations.per_year.{year}") for year in (2020, 2022))
        np.testing.assert_allclose(
            drawn.values[:, later] / drawn.values[:, now],
            sample.values[rows[:, 1], later] / sample.values[rows[:, 1], now],
        )
        columns = [k for group in groups for k in group.columns]
        assert len(columns) == len(set(columns))

    def test_the_approximate_sizing_point_is_near_the_simulated(self, scenario) -> None:
        worlds = worlds_of(scenario, combinations=[()], draws=8).worlds
        for world in (worlds[0], worlds[3], worlds[7]):
            told = approximate_answer(world.scenario, NAMES)
            assert told["posts"] == pytest.approx(answered(world).posts, rel=0.08)

    def test_levers_do_not_move_the_sizing_point_but_the_margin(self) -> None:
        found = sobol_indices(
            load("target-2022"), posterior(None), NAMES, samples=2,
            simulated={"posts": np.array([2262.0, 2355.0])},
        )  # fmt: skip
        levers, posts = found.groups.index(LEVERS), found.outputs.index("posts")
        margin = found.outputs.index("levers_margin")
        assert found.total[posts, levers] == pytest.approx(0, abs=1e-9)
        assert found.total[margin, levers] > 0
        assert found.missing < 0.2
        assert found.compared == 2
        assert found.off["posts"] < 0.1
