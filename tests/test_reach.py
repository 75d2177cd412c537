"""The other way round: what so many posts, or so much money, reach."""

from __future__ import annotations

import pandas as pd
import pytest

from sim.cli import app
from sim.errors import InputError
from sim.experiment.results import simulate
from sim.experiment.store import Store
from sim.planning.evaluate import Cell, Evaluator
from sim.planning.reach import Reach, reach
from sim.scenario import Scenario
from sim.scenario_files import load

NAMES = ("shared_target", "open_to_social_actors")


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load("target-2022").with_(
        {"territory.departements": ["13", "52", "69"], "target.people": 7_000}
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Store:
    return Store.at(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def found(scenario, store) -> Reach:
    return reach(scenario, 1500, levers=NAMES, draws=6, store=store)


def test_rows_are_what_is_simulated_at_the_intensity_told(found) -> None:
    for row in found.frame.itertuples():
        if row.draw > 1:
            continue
        world = found.worlds.worlds[row.draw]
        evaluate = Evaluator(world.scenario, world.seed, world.numbers)
        levers = tuple(row.levers.split("+")) if row.levers else ()
        if row.allocation != "proportional" or row.intensity == 0:
            continue
        cell = Cell(1500, levers=levers, intensity=round(row.intensity, 4) if levers else 1.0)
        assert evaluate(cell).of("entries", 2022) == row.reached


def test_guardrails_are_held_by_less_intensity_where_that_helps(scenario) -> None:
    """With today's posts all levers are too much: less of them, and the queue is held."""
    some = reach(scenario, 1250, levers=NAMES, draws=4)
    eased = some.frame[(some.frame["intensity"] > 0) & (some.frame["intensity"] < 1)]
    assert len(eased)
    assert (eased["queue_delay"] < 7 * 1.15).all()
    held = some.frame[some.frame["held"]]
    assert (held["queue_delay"] < 7 * 1.02).all()
    assert (held["load"] < 50 * 1.02).all()


def test_a_limit_on_hires_counts(scenario, found) -> None:
    late = reach(
        scenario.with_({"posts.most_hires_per_month": 5}), 1500, levers=NAMES, draws=1
    ).frame
    free = found.frame[found.frame["draw"] == 0]
    assert late["reached"].max() < free["reached"].max()


def test_fewer_posts_than_today_are_warned_of(scenario, found) -> None:
    cut = reach(scenario, 1000, levers=(), draws=1)
    assert f"{found.today - 1000} of them end" in " ".join(str(cut).split())
    assert "WARNING" not in str(found)


def test_of_the_posts_of_the_country_those_of_the_area_are_told(scenario, found) -> None:
    run = simulate(scenario.with_({"posts.target": 1500}), draws=1, replications=1).yearly
    there = run[(run["measure"] == "funded_posts") & (run["period"] == "2023")]["value"].item()
    told = " ".join(str(found).split())
    assert f"of 1 500 of them {there:.0f} stand in the area planned for" in told


def test_the_best_comes_first_and_levers_bring_more(found) -> None:
    table = found.summary()
    assert table["probability"].is_monotonic_decreasing
    assert set(table["allocation"]) == {"proportional", "where_it_queues"}
    none = table[(table["levers"] == "") & (table["allocation"] == "proportional")].iloc[0]
    assert table["reached"].max() > none["reached"]
    assert "funded posts" in str(found)
    assert "<table>" in found._repr_html_()
    assert found.plot().axes


def test_a_second_time_it_is_read_from_the_store(scenario, store, found) -> None:
    files = sorted(store.folder.rglob("*.parquet"))
    again = reach(scenario, 1500, levers=NAMES, draws=6, store=store)
    assert sorted(store.folder.rglob("*.parquet")) == files
    pd.testing.assert_frame_equal(again.frame, found.frame)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--posts", "0"], "1 or more"),
        (["--budget=-3"], "above 0"),
        (["--posts", "1500", "--budget", "3e6"], "either posts or a budget"),
        (["--budget", "3e6", "--counting", "net"], "without_esf"),
        (["--posts", "1500", "--counting", "gross"], "--budget"),
        (["--posts", "1500", "--levers", "shared_targt"], "shared_target"),
    ],
)
def test_bad_input_is_told_before_anything_runs(words, told) -> None:
    with pytest.raises(InputError, match=told):
        app(["plan", *words, "--store", "none"], standalone_mode=False)
