"""Plans on draws of the posterior, on a few départements; the search against brute force."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from sim.cli import app
from sim.errors import InputError
from sim.experiment.store import Store
from sim.levers import FACILITATION, NAMES
from sim.planning.certainty import least_enough, probability_interval
from sim.planning.combinations import ALL, combinations_of
from sim.planning.evaluate import Cell, Evaluator
from sim.planning.frames import answer_row
from sim.planning.kept import answer_of, table_of
from sim.planning.lookback import lookback
from sim.planning.plan import Plan, plan, worlds_of
from sim.planning.search import reached, uses
from sim.planning.world import Answer, answered
from sim.scenario import Scenario
from sim.scenario_files import load

FEW = ["13", "14", "15", "16", "17", "18", "19", "21", "22", "23"]
LEVERS = ("shared_target", "open_to_social_actors")


@pytest.fixture(scope="module")
def world():
    scenario = load("target-2022").with_(
        {"territory.departements": FEW, "target.people": 16_750, "target.mean_load": 70}
    )
    return worlds_of(scenario, combinations=ALL, draws=8).worlds[7]


@pytest.fixture(scope="module")
def answer(world):
    return answered(world)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load("target-2022").with_(
        {"territory.departements": ["13", "52", "69"], "target.people": 7_000}
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Store:
    return Store.at(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def first(scenario, store) -> Plan:
    return plan(scenario, draws=6, levers=LEVERS, store=store)


class TestSearchAgainstBruteForce:
    """Ten départements, one draw: what the search finds, and all posts tried around it."""

    @staticmethod
    def holds(world, cell: Cell) -> bool:
        target = world.scenario.target
        found = Evaluator(world.scenario, world.seed, world.numbers)(cell)
        met = reached(found, target) >= target.people * (1 - 0.003)
        return met and max(uses(found, target).values()) <= 0.05

    def test_the_sizing_point_holds_and_no_fewer_posts_do(self, world, answer) -> None:
        """Within the search's error; orientations in steps of 2 %: none makes 3 % fewer enough."""
        point = answer.sizing
        assert self.holds(world, Cell(point.posts + point.search_error, point.multiplier))
        assert point.search_error < 0.01 * point.posts
        fewer = round(0.97 * point.posts)
        for k in range(-5, 6):
            assert not self.holds(world, Cell(fewer, point.multiplier * (1 + 0.02 * k)))

    def test_least_posts_of_combinations_hold_and_no_fewer_do(self, world, answer) -> None:
        enough = [each for each in answer.brought if each.suffices]
        assert enough
        for each in {
            each.names: each for each in (enough[0], enough[len(enough) // 2], enough[-1])
        }.values():
            cell = Cell(int(each.least_posts), levers=each.names, intensity=each.intensity)
            assert self.holds(world, replace(cell, posts=round(1.02 * cell.posts)))
            for share in (0.25, 0.5, 0.75, 1.0):
                fewer = replace(cell, posts=round(0.95 * cell.posts), intensity=share)
                assert not self.holds(world, fewer)

    def test_a_combination_said_not_to_suffice_does_not(self, world, answer) -> None:
        none = [each for each in answer.brought if not each.suffices]
        for each in none[:2]:
            found = Evaluator(world.scenario, world.seed, world.numbers)(
                Cell(answer.most_posts, levers=each.names)
            )
            assert reached(found, world.scenario.target) < world.scenario.target.people

    def test_what_is_foretold_at_the_sizing_point_is_what_simulation_gives(
        self, world, answer
    ) -> None:
        """Combinations with the facilitation: 0.6 % of noise and of the approximation at most."""
        evaluate, target = (
            Evaluator(world.scenario, world.seed, world.numbers),
            world.scenario.target,
        )
        for each in answer.brought:
            simulated = reached(evaluate(Cell(answer.sizing.posts, levers=each.names)), target)
            foretold = FACILITATION in each.names and each.names != NAMES
            within = 0.006 if foretold else 1e-12
            assert reached(each.at_sizing, target) == pytest.approx(simulated, rel=within)
            assert foretold == ("load_p90" not in each.at_sizing.values[target.year])

    def test_other_responses_are_foretold_nearly(self, world, answer) -> None:
        evaluate, target = (
            Evaluator(world.scenario, world.seed, world.numbers),
            world.scenario.target,
        )
        for response, found in answer.by_response.items():
            cell = Cell(answer.sizing.posts, supply_response=response)
            assert reached(found, target) == pytest.approx(
                reached(evaluate(cell), target), rel=0.04
            )

    def test_what_the_approximation_is_off_is_told(self, answer) -> None:
        assert len(answer.tried) == 2
        assert all(abs(each.at_sizing) < 0.01 for each in answer.tried)
        assert all(abs(each.reached_at_most) < 0.03 for each in answer.tried)
        assert answer.tried[0].names == NAMES

    def test_an_answer_comes_back_from_its_table(self, world, answer) -> None:
        again = answer_of(table_of(answer), world)
        pd.testing.assert_frame_equal(frame_of(again), frame_of(answer))
        for mine, theirs in zip(again.brought, answer.brought, strict=True):
            assert (mine.names, mine.least_posts) == (theirs.names, theirs.least_posts)
            assert mine.at_sizing.values == theirs.at_sizing.values
        assert again.lasting.by_month == answer.lasting.by_month


def frame_of(answer: Answer) -> pd.DataFrame:
    return pd.DataFrame([answer_row(answer)])


class TestOnDraws:
    """Three départements on six draws: the whole way to the text."""

    def test_a_second_plan_is_read_from_the_store(self, scenario, store, first) -> None:
        done = []
        again = plan(scenario, draws=6, levers=LEVERS, store=store, progress=done.append)
        assert done == [6]
        pd.testing.assert_frame_equal(again.frame, first.frame)
        pd.testing.assert_frame_equal(again.combinations, first.combinations)

    def test_more_draws_run_only_what_is_new(self, scenario, store, first) -> None:
        done = []
        more = plan(scenario, draws=7, levers=LEVERS, store=store, progress=done.append)
        assert done == [6, 1]
        pd.testing.assert_series_equal(more.frame["posts"][:6], first.frame["posts"])

    def test_probabilities_and_quantiles_are_those_of_the_draws(self, first) -> None:
        table = first.combinations_summary().set_index("levers")
        assert list(table.index) == ["+".join(each) for each in combinations_of(LEVERS)]
        frame = first.combinations
        every = frame[frame["levers"] == "+".join(LEVERS)]
        assert table.loc["+".join(LEVERS), "probability"] == pytest.approx(
            every["weight"][every["least_posts"] < math.inf].sum()
        )
        assert (table["probability"] >= table.loc["", "probability"] - 1e-9).all()
        labels = first.summary(by="reading").groupby("reading")["weight"].first()
        assert labels.sum() == pytest.approx(1)

    def test_the_answer_says_how_sure_it_is(self, first) -> None:
        text = " ".join(str(first).split())
        assert "with a probability of 50 %" in text
        assert "worth" in text
        assert "T D O C F" not in text
        assert "<table>" in first._repr_html_()
        assert len(first.plot().axes) == 2
        with pytest.raises(InputError, match="label of many draws"):
            first["process"]

    def test_a_limit_on_hires_delays_the_posts_and_the_target(self, scenario) -> None:
        answer = worlds_of(
            scenario.with_({"posts.most_hires_per_month": 15}), combinations=[()], draws=1
        ).worlds[0]
        free = worlds_of(scenario, combinations=[()], draws=1).worlds[0]
        late, soon = answered(answer), answered(free)
        assert late.sizing.posts == soon.sizing.posts
        assert soon.hired_by == date(2021, 12, 31)
        assert late.hired_by is None or late.hired_by > date(2022, 6, 1)
        assert late.reached_from is None or late.reached_from > soon.reached_from
        assert late.lasting.of("entries", 2022) == soon.lasting.of("entries", 2022)
        assert late.delayed.of("entries", 2022) < soon.lasting.of("entries", 2022)
        assert soon.delayed is None


class TestAtTheEnds:
    """A target that today's posts meet, and one that nothing meets: told, no traceback."""

    @staticmethod
    def planned(people: float, draws: int = 2) -> Plan:
        return plan(
            load("target-2022").with_(
                {"territory.departements": ["52", "70"], "target.people": people}
            ),
            draws=draws, levers="none",
        )  # fmt: skip

    def test_out_of_reach(self) -> None:
        found = self.planned(2_000_000)
        text = " ".join(str(found).split())
        assert "In 2 of 2 draws no sizing point was found" in text
        assert (found.frame["posts"] == math.inf).all()
        table = found.combinations_summary()
        assert (table["probability"] == 0).all()
        assert (table["p50"] == math.inf).all()
        assert found.plot().axes

    def test_already_reached(self) -> None:
        found = self.planned(300, draws=1)
        answer = found.answers[0]
        assert answer.sizing.posts < answer.today_posts
        assert answer.hired_by == date(2021, 1, 1)
        assert answer.reached_from >= date(2021, 1, 1)
        assert "in the area simulated" in str(found)

    def test_few_draws_leave_a_probability_open(self) -> None:
        draws = self.planned(2_000_000).draws
        low, high = probability_interval(0.0, draws)
        assert low == 0
        assert high > 0.5


def test_an_infinite_need_is_never_dropped_from_a_quantile() -> None:
    values, weights = np.array([math.inf, 10.0, 20.0]), np.array([0.3, 0.4, 0.3])
    assert least_enough(values, weights, 0.4) == 10
    assert least_enough(values, weights, 0.7) == 20
    assert least_enough(values, weights, 0.71) == math.inf
    assert math.isnan(least_enough(values, np.zeros(3), 0.5))


class TestTheCommand:
    def test_it_writes_the_plan_and_a_projection_that_looking_back_reads(self, tmp_path) -> None:
        """Three départements: files, then what came true is laid over them."""
        file = tmp_path / "few.toml"
        file.write_text(
            'title = "few"\nbase = "target-2022"\n[territory]\ndepartements = ["52", "70"]\n'
            "[target]\npeople = 1200\n",
            encoding="utf-8",
        )
        out = tmp_path / "out"
        words = ["plan", str(file), "--levers", "none", "--draws", "2", "--out", str(out)]
        app([*words, "--store", str(tmp_path / "store")], standalone_mode=False)
        path = pd.read_parquet(out / "hiring_path.parquet")
        assert path["posts"].iloc[-1] == path["posts"].iloc[0] + path["hires"].iloc[1:].sum()
        manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
        assert manifest["command"] == "plan"
        posts = pd.read_parquet(out / "summary.parquet").set_index("quantity").loc["posts", "p80"]
        (planned,) = manifest["scenarios"].values()
        assert planned["values"]["posts.target"] == posts == path["posts"].iloc[-1]
        seen = tmp_path / "seen.csv"
        seen.write_text(
            "period,measure,value,unit,source\n2021,entries,1000,people,made up\n", encoding="utf-8"
        )
        assert "entries 2021" in str(lookback(out, seen))
