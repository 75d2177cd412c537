"""Explaining a difference: shares of steps, their sums, what is told."""

from __future__ import annotations

import json
from itertools import permutations
from math import factorial
from pathlib import Path

import numpy as np
import pytest
from posteriors import made

import sim
from sim.planning import step_shares
from sim.planning.explanation import Explanation
from sim.planning.step_shares import Layout, laid_out
from sim.planning.steps import DRAWN, between, differences, step_of
from sim.posterior import Posterior, posterior

SMALL = {
    "territory.departements": ["52"],
    "horizon.opening": "2020-01-01",
    "horizon.measured_from": "2020-01-01",
    "horizon.end": "2023-01-01",
}
TREND = sim.load("trend").with_(SMALL)
LEVERS = {
    "levers.shared_target.intensity": 1,
    "levers.shared_facilitation.intensity": 1,
    "posts.target": 1800,
    "target.people": 150_000,
}
PLAN = TREND.with_(LEVERS, title="plan")
ALONE = TREND.with_({"posts.target": 1800}, title="posts alone")


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Posterior:
    return posterior(made(tmp_path_factory.mktemp("posterior")))


@pytest.fixture(scope="module")
def found(sample: Posterior) -> Explanation:
    return sim.explain(TREND, PLAN, posterior=sample, draws=12)


class TestShares:
    def test_gloves(self):
        """One left glove, two right ones, a pair is worth 1: 2/3, 1/6, 1/6."""
        layout = laid_out(3)
        values = np.array([float(k & 1 and k & 6 != 0) for k in layout.combinations])
        assert step_shares.shares(layout, values) == pytest.approx([2 / 3, 1 / 6, 1 / 6])

    @pytest.mark.parametrize("steps", [1, 2, 4])
    def test_they_are_means_over_all_orders(self, steps: int):
        layout = laid_out(steps)
        values = np.random.default_rng(1).normal(size=(2**steps, 2, 3))
        orders = list(permutations(range(steps)))
        each = [step_shares.in_order(layout, values, order) for order in orders]
        wanted = np.sum(each, axis=0) / factorial(steps)
        np.testing.assert_allclose(step_shares.shares(layout, values), wanted, atol=1e-12)

    def test_sampled_orders_add_up_and_are_near_the_exact_shares(self):
        sampled, everything = laid_out(8, pairs=20), Layout(8, (), tuple(range(256)))
        random = np.random.default_rng(2)
        worth, together = random.uniform(1, 2, 8), random.uniform(0, 0.2, (8, 8))
        bits = np.array([[k >> i & 1 for i in range(8)] for k in range(256)])
        values = bits @ worth + np.einsum("ki,ij,kj->k", bits, together, bits)
        some = values[list(sampled.combinations)]
        shares = step_shares.shares(sampled, some)
        assert shares.sum() == pytest.approx(values[-1] - values[0])
        np.testing.assert_allclose(shares, step_shares.shares(everything, values), atol=1e-9)

    def test_their_error_shows_where_orders_do_not_cancel(self):
        """Three steps that only work together: a pair of orders cannot be exact."""
        layout = laid_out(8, pairs=10)
        values = np.array([float(k & 7 == 7) for k in layout.combinations])
        pairs = step_shares.by_pair(layout, values)
        error = pairs.std(axis=0, ddof=1) / np.sqrt(10)
        wanted = np.array([1 / 3] * 3 + [0.0] * 5)
        assert (error[:3] > 0).all()
        assert (np.abs(pairs.mean(axis=0) - wanted) <= 3.5 * error + 1e-12).all()

    def test_interactions_of_a_product_and_of_a_sum(self):
        layout = laid_out(3)
        bits = np.array([[k >> i & 1 for i in range(3)] for k in layout.combinations])
        values = 5.0 * bits[:, 0] * bits[:, 1] + bits[:, 2]
        assert step_shares.pairs_of(layout) == [(0, 1), (0, 2), (1, 2)]
        assert step_shares.interactions(layout, values) == pytest.approx([5, 0, 0])


class TestSteps:
    @pytest.mark.parametrize(
        ("path", "step"),
        [
            ("posts.target", "posts"),
            ("portfolios.in_service.2020-12-31", "posts"),
            ("portfolios.places_from.2021-07-01", "portfolio_size"),
            ("levers.shared_target.start", "levers.shared_target"),
            ("shocks.strike.end", "shocks.strike"),
            ("orientations.multiplier.2021-01-01", "orientations"),
            ("horizon.opening", "opening"),
            ("horizon.end", ""),
            ("target.year", ""),
        ],
    )
    def test_a_path_belongs_to_a_step(self, path: str, step: str):
        assert step_of(path) == step

    def test_none_is_a_and_all_is_b_and_every_way_between_is_valid(self, sample: Posterior):
        """Hiring whose dates would cross, a history that ends later, a shock less."""
        a = sim.load("lockdown").with_({**SMALL, "posts.hiring_end": "2021-03-01"})
        b = TREND.with_(
            {
                "portfolios.in_service": {"2020-12-31": 1137, "2021-06-30": 1200},
                "posts.hiring_start": "2021-07-01",
                "portfolios.places": 50,
                "shocks.strike": {"start": "2021-03-01", "end": "2021-03-09"},
            }
        )
        first, second = sample.under(a, 0), sample.under(b, 0)
        names = differences(a, b, [(first, second)]).names
        assert {"posts", "portfolio_size", "shocks.strike", "shocks.lockdown_2021"} <= set(names)
        assert between(first, second, ()).values == first.values
        wanted = {path: each for path, each in second.values.items() if step_of(path)}
        reached = between(first, second, names).values
        assert {path: each for path, each in reached.items() if step_of(path)} == wanted
        for name in names:
            assert between(first, second, [name]).posts.hiring_end >= date_of(name, a, b)

    def test_what_a_draw_decides_in_one_of_them_differs_too(self, sample: Posterior):
        own = TREND.with_({"posts.turnover_per_year": 0.08})
        assert own.diff(TREND) == {}
        ready = [(sample.under(TREND, 0), sample.under(own, 0))]
        steps = differences(TREND, own, ready).steps
        assert [step.name for step in steps] == ["posts"]
        assert steps[0].changes == {"posts.turnover_per_year": (DRAWN, 0.08)}

    def test_order_is_checked(self, sample: Posterior):
        for order, told in ((["post"], "did you mean 'posts'"), (["posts", "posts"], "twice")):
            with pytest.raises(sim.InputError, match=told):
                sim.explain(TREND, PLAN, posterior=sample, draws=1, order=order)


def date_of(name: str, a: sim.Scenario, b: sim.Scenario):
    return (b if name == "posts" else a).posts.hiring_start


class TestExplanation:
    def test_shares_add_up_to_the_difference_of_a_comparison(self, found, sample: Posterior):
        frame = found.frame
        steps = frame[frame["kind"] == "step"]["value"].sum()
        first, last = frame["value"].iloc[0], frame["value"].iloc[-1]
        assert steps == pytest.approx(last - first, rel=1e-9)
        compared = sim.compare([TREND, PLAN], posterior=sample, draws=12).differences
        at = (compared["measure"] == "entries") & (compared["period"] == "2022")
        assert steps == pytest.approx(compared[at]["value"].iloc[0], rel=1e-9)

    def test_they_add_up_in_every_run(self, found):
        shares = step_shares.shares(found.request.layout, found.values)
        np.testing.assert_allclose(
            shares.sum(axis=0), found.values[-1] - found.values[0], atol=1e-8
        )

    def test_steps_stand_in_order_with_intervals_and_noise(self, found):
        names = ("posts", "levers.shared_target", "levers.shared_facilitation")
        assert found.steps == names
        assert (found.frame["low"] <= found.frame["high"] + 1e-9).all()
        assert (found.frame["half_width"] >= 0).all()
        assert (found.frame["order_error"] == 0).all()

    def test_facilitation_alone_does_nothing_and_something_with_the_others(self, found):
        row = found.frame.set_index("step").loc["levers.shared_facilitation"]
        assert row["alone"] == 0
        assert row["last"] > 0
        assert 0 < row["value"] < row["last"]

    def test_in_order_is_a_way_of_its_own_that_adds_up_too(self, found, sample: Posterior):
        frame = found.frame.set_index("step")
        whole = frame["value"].iloc[-1] - frame["value"].iloc[0]
        assert frame["in_order"].sum() == pytest.approx(whole)
        assert frame.loc["posts", "in_order"] == pytest.approx(frame.loc["posts", "alone"])
        other = sim.explain(
            TREND, PLAN, posterior=sample, draws=2, order=["levers.shared_facilitation"]
        )
        assert other.steps[0] == "levers.shared_facilitation"
        assert other.frame.set_index("step").loc[other.steps[0], "in_order"] == 0

    def test_another_measure_needs_no_run(self, found):
        load = found.of("load")
        assert set(load.frame["measure"]) == {"load"}
        assert load.frame["value"].iloc[0] != found.frame["value"].iloc[0]
        with pytest.raises(sim.InputError, match="did you mean 'entries'"):
            found.of("entrie")

    def test_what_changes_no_result_is_named(self, found):
        rows = found.inputs.set_index("path")
        assert rows.loc["target.people", "step"] == ""
        assert rows.loc["posts.target", "b"] == 1800
        text = " ".join(str(found).split())
        assert "change nothing here: target.people (200000 → 150000)" in text
        assert found._repr_html_().count("<table>") >= 2

    def test_scenarios_that_do_not_differ(self, sample: Posterior):
        same = sim.explain(TREND, TREND, posterior=sample, draws=2)
        assert same.steps == ()
        assert same.frame["value"].nunique() == 1
        assert "do not differ in anything that changes results" in str(same)
        assert same.plot().axes

    def test_readings_and_processes(self):
        one = sim.explain(TREND, ALONE, reading="all", replications=2)
        two = sim.explain(TREND, ALONE, reading="all", replications=2, workers=sim.Workers(2))
        np.testing.assert_array_equal(one.values, two.values)
        assert one.frame.groupby("reading").size().eq(3).all()
        assert one.frame["low"].isna().all()
        assert len(one.plot().axes) == 5

    def test_many_steps_are_sampled_and_say_how_sure_they_are(self):
        many = sim.load("lockdown").with_({**SMALL, "entry.agreement": 0.8})
        short = TREND.with_({"territory.departements": ["48"]})
        many = many.with_({"territory.departements": ["48"]})
        found = sim.explain(short, many, reading="process", replications=2)
        assert len(found.steps) == 8
        steps = found.frame[found.frame["kind"] == "step"]
        whole = found.frame["value"].iloc[-1] - found.frame["value"].iloc[0]
        assert steps["value"].sum() == pytest.approx(whole)
        assert (steps["order_error"] > 0).any()
        assert found.interactions.empty
        assert "sampled pairs of orders" in " ".join(str(found).split())

    @pytest.mark.parametrize(
        ("asked", "told"),
        [
            ({"year": 2031}, "name a year from 2020 to 2022"),
            ({"measure": "bound_by_places"}, "no measure"),
            ({"engine": "fast"}, "engine"),
            ({"reading": "proces"}, "did you mean 'process'"),
        ],
    )
    def test_bad_arguments(self, asked, told: str):
        with pytest.raises(sim.InputError, match=told):
            sim.explain(TREND, PLAN, **asked)

    def test_a_year_that_one_of_them_holds_in_part_is_refused(self):
        part = PLAN.with_({"horizon.end": "2022-07-01"})
        with pytest.raises(sim.InputError, match="2022-07-01 in B"):
            sim.explain(TREND, part, year=2022)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["trend", "trnd"], "did you mean 'trend'"),
        (["trend", "lockdown", "--measure", "entrie"], "did you mean 'entries'"),
        (["trend", "lockdown", "--order", "pots"], "did you mean 'posts'"),
        (["trend", "lockdown", "--reading", "process", "--draws", "3"], "point fit"),
    ],
)
def test_the_command_tells_bad_input_before_it_runs(words: list[str], told: str, tmp_path: Path):
    from sim.cli import app

    out = tmp_path / "out"
    small = ["--set", "territory.departements=['52']", "--draws", "1"]
    few = [] if "--draws" in words else small
    with pytest.raises(sim.InputError, match=told):
        app(["explain", *words, *few, "--out", str(out)], standalone_mode=False)
    assert not out.exists() or not list(out.iterdir())


def test_the_command_prints_and_writes(tmp_path: Path, capsys):
    from sim.cli import app

    sample, out = made(tmp_path / "sample"), tmp_path / "out"
    words = ["explain", "trend", "lever-shared-target", "--posterior", str(sample)]
    words += [word for path, value in SMALL.items() for word in ("--set", f"{path}={value}")]
    words += ["--draws", "2", "--workers", "1"]
    app([*words, "--json", "--out", str(out)], standalone_mode=False)
    printed = json.loads(capsys.readouterr().out)
    assert [row["kind"] for row in printed["steps"]] == ["start", "step", "end"]
    assert printed["inputs"][0]["path"] == "levers.shared_target.intensity"
    assert {path.name for path in out.iterdir()} == {
        "explanation.parquet", "interactions.parquet", "inputs.parquet", "explanation.txt",
        "explanation.png", "explanation.svg", "manifest.json",
    }  # fmt: skip
