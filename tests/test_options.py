"""Options side by side: probabilities by hand, budgets as they are, mistakes in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_up_runs import TREND
from matplotlib.text import Text
from posteriors import made

import sim
from sim.errors import InputError
from sim.experiment.binds import BINDS, holds_most
from sim.money.options import Options, options
from sim.money.payers import ESF
from sim.planning.search import enough_people
from sim.population.posts import posts_at_start
from sim.present.numbers import number
from sim.present.options_text import titled
from sim.scenario import Scenario

PEOPLE = 340
OWN = {"posts.by_departement.52.2021-01-01": 4, "target.people": PEOPLE}
FEW = TREND.with_(OWN, title="four")
MANY = TREND.with_({**OWN, "posts.by_departement.52.2021-01-01": 9}, title="nine")
LEVERS = MANY.with_(
    {f"levers.{name}.intensity": 1 for name in ("shared_target", "open_to_social_actors")},
    title="nine and levers",
)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Options:
    folder = str(made(tmp_path_factory.mktemp("options") / "posterior"))
    return options([FEW, MANY, LEVERS], posterior=folder, replications=3)


def test_a_probability_is_the_weight_of_the_years_that_reach_the_target(found: Options) -> None:
    weights, runs = found.results.draws.weights, found.results.yearly
    enough = enough_people(found.target)
    assert PEOPLE * 0.9 < enough < PEOPLE
    runs = runs[(runs["measure"] == "entries") & (runs["period"] == "2021")]
    for name, told in zip(found.frame["scenario"], found.frame["probability"], strict=True):
        by_hand = sum(
            weights[run["draw"]] / 3 * (run["value"] >= enough)
            for run in runs[runs["scenario"] == name].to_dict("records")
        )
        assert told == pytest.approx(by_hand)
    assert any(0 < told < 1 for told in found.frame["probability"])


def test_more_helps_and_costs_more(found: Options) -> None:
    frame = found.frame
    assert list(frame["posts"]) == [4, 9, 9]
    assert frame["gross"].is_monotonic_increasing
    assert frame["probability"].is_monotonic_increasing
    assert frame["load"][1] < frame["load"][0]


def test_money_is_that_of_the_budget(found: Options) -> None:
    for scenario, row in zip((FEW, MANY, LEVERS), found.frame.to_dict("records"), strict=True):
        own = sim.budget(scenario)
        assert row["gross"] == own.gross(2021)
        assert row["esf"] == own.paid_by(ESF, 2021)


def test_means_are_those_of_the_run(found: Options) -> None:
    summary = found.results.summary().query("period == '2021'")
    for row in found.frame.to_dict("records"):
        mine = summary[summary["scenario"] == row["scenario"]].set_index("measure")
        for column, measure in (("reached", "entries"), ("load", "load")):
            assert row[column] == mine.loc[measure, "value"]


def test_what_binds_is_what_holds_most_in_most_draws_by_weight(found: Options) -> None:
    runs, weights = found.results.yearly.query("period == '2021'"), found.results.draws.weights
    for row in found.frame.to_dict("records"):
        mine = runs[runs["scenario"] == row["scenario"]]
        shares = mine.pivot_table(index="draw", columns="measure", values="value")
        shares = shares[[f"bound_by_{each}" for each in ("places", "slots", "orientations")]]
        votes = pd.Series(weights).groupby(shares.idxmax(axis=1).to_numpy()).sum()
        assert f"bound_by_{row['binds']}" == votes.idxmax()


def test_votes_count_and_not_means() -> None:
    shares = np.array([[0.51, 0.51, 0.0], [0.0, 0.0, 0.0], [0.49, 0.49, 1.0]])[:, None]
    which, certainty = holds_most(shares, np.array([0.3, 0.3, 0.4]))
    assert BINDS[which[0]] == "places"
    assert shares.mean(axis=2).argmax() == BINDS.index("orientations")
    assert certainty[0] == pytest.approx(0.6)


def test_options_with_fewer_posts_than_today_are_warned_of(found: Options) -> None:
    assert "WARNING" not in found.text("en")
    first, second, third = found.budgets
    cut = {"posts.by_departement.52.2021-06-01": 2}
    budgets = {
        first: sim.budget(FEW),
        second: sim.budget(FEW.with_(cut)),
        third: sim.budget(FEW.with_(cut)),
    }
    told = " ".join(replace(found, budgets=budgets).text("en").split())
    assert told.count("WARNING") == 1
    today = number(posts_at_start(FEW))
    assert "nine; nine and levers: WARNING: " in told
    assert f"posts are fewer than today's {today}: 2 of them end" in told


def test_rates_of_ones_own_are_used(tmp_path: Path) -> None:
    (tmp_path / "dear.toml").write_text("post_year = 73000\n")
    dear = options([FEW], rates=tmp_path / "dear.toml", draws=2, replications=1)
    assert dear.frame["gross"][0] == sim.budget(FEW, rates=tmp_path / "dear.toml").gross(2021)
    assert dear.frame["gross"][0] > sim.budget(FEW).gross(2021)


def test_a_picture_tells_each_options_name_probability_and_cost(found: Options) -> None:
    figure = found.plot(lang="en")
    figure.draw_without_rendering()
    told = [each.get_text() for each in figure.findobj(Text)]
    for scenario, row in zip((FEW, MANY, LEVERS), found.frame.to_dict("records"), strict=True):
        assert scenario.title in told
        sure, cost = f"{row['probability']:.0%}".replace("%", " %"), float(row["gross"]) / 1000
        assert f"{sure}, {cost:.0f} k€" in told
    beside = figure.axes[1].get_yticklabels()
    assert all(each.get_window_extent().x1 <= figure.bbox.width for each in beside)


def test_titles_name_the_departements(found: Options) -> None:
    title = found.plot(lang="en").get_suptitle()
    assert title.startswith("Haute-Marne: options for 340 entries in 2021")
    assert found.text("fr").startswith("Haute-Marne\u00a0: options pour 340 entrées")
    country = FEW.with_({"territory.departements": "all"})
    scenarios = {("four", "posterior"): country}
    design = replace(found.results.design, scenarios=scenarios)
    everywhere = replace(found, results=replace(found.results, design=design))
    assert titled(everywhere, "what it says") == "What it says"


@pytest.mark.parametrize(
    ("scenarios", "told"),
    [
        (lambda: [], "no scenario is named"),
        (lambda: [FEW, MANY.with_({"target.people": 341})], "'nine' has another target"),
        (lambda: [FEW.with_({"target.year": 2020})], "2020 is before the plan starts"),
    ],
)
def test_mistakes_are_told(scenarios: Callable[[], list[Scenario]], told: str) -> None:
    with pytest.raises(InputError, match=told):
        options(scenarios(), draws=2, replications=1)
