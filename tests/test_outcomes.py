"""What the money buys: ratios of sums, on the same people, with what is infinite kept."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.errors import InputError
from sim.money.activity import MEASURES
from sim.money.outcomes import RATIOS, Outcomes, as_today, durable_jobs, outcomes, quotients
from sim.observed_figures import observed
from sim.population.posts import posts_at_start
from sim.rate_files import shipped_rates
from sim.scenario_files import load

SMALL = {"territory.departements": ["13", "52"]}


@pytest.fixture(scope="module")
def scenario():
    return load("target-2022").with_(SMALL)


@pytest.fixture(scope="module")
def found(scenario) -> Outcomes:
    return outcomes(scenario, draws=4, replications=2)


def test_costs_and_entries_are_those_of_the_runs_and_of_the_budget(found) -> None:
    yearly = found.results.yearly
    plan = yearly[yearly["scenario"] == found.results.runs[-1].scenario]
    for row in found.frame.itertuples():
        mine = plan[(plan["draw"] == row.draw) & (plan["period"] == str(row.year))]
        entries = mine[mine["measure"] == "entries"]["value"]
        assert row.entries == pytest.approx(entries.mean())
    # The weighted mean of the draws' costs is the budget, but for the rounding of its lines.
    for year in found.plan.years:
        rows = found.frame[found.frame["year"] == year]
        mean = np.average(rows["cost"], weights=rows["weight"])
        assert mean == pytest.approx(float(found.plan.gross(year)), abs=1.0)
        assert found.plan.gross(year, "social_hours") > 0


def test_ratios_are_ratios_of_sums(found) -> None:
    summary, frame = found.summary(), found.frame
    assert set(summary["measure"]) == set(RATIOS)
    rows = frame[frame["year"] == 2023]
    value = summary[(summary["year"] == 2023) & (summary["measure"] == "cost_per_entry")]
    weights = rows["weight"]
    assert value["value"].item() == pytest.approx(
        (weights @ rows["cost"]) / (weights @ rows["entries"])
    )
    each = rows["cost"] / rows["entries"]
    assert value["low"].item() == pytest.approx(each.min())
    assert value["high"].item() == pytest.approx(each.max())
    by_reading = found.summary("reading")
    assert set(by_reading["reading"]) == set(frame["reading"])
    assert "per additional entry" in str(found)
    assert "<table>" in found._repr_html_()


def test_what_is_bought_for_nothing_or_not_at_all() -> None:
    top, bottom = np.array([10.0, 10.0, -5.0]), np.array([5.0, 0.0, -1.0])
    assert quotients(top, bottom).tolist() == [2.0, np.inf, np.inf]


def test_a_scenario_beside_itself_brings_nothing_more(scenario) -> None:
    today = as_today(scenario)
    same = outcomes(today, today, draws=2, replications=1)
    rows = same.summary()
    extra = rows[rows["measure"].isin(["additional_entries", "additional_cost"])]
    assert (extra["value"] == 0).all()
    dear = rows[rows["measure"] == "cost_per_additional_entry"]
    assert np.isinf(dear["value"]).all()
    assert "no gain" in str(same)


def test_today_has_todays_posts_and_no_lever(scenario) -> None:
    later = scenario.with_({"posts.later": {"2023-06-01": 900}})
    today = as_today(later)
    assert today.posts.target is None
    assert list(today.posts.later.values()) == [posts_at_start(scenario)]
    assert all(float(today.levers.named(name).intensity) == 0 for name in ("shared_target",))


def test_durable_jobs_and_their_decline() -> None:
    rates = shipped_rates()
    assert durable_jobs(200_000, rates) == pytest.approx(6_000)
    declining = rates.with_({"jobs.decline": 0.5})
    of_2020 = observed()["entries"].values[2020]
    assert durable_jobs(of_2020, declining) == pytest.approx(0.03 * of_2020)
    assert durable_jobs(4 * of_2020, declining) == pytest.approx(0.06 * of_2020)
    assert durable_jobs(of_2020, declining, part=0.25) == pytest.approx(0.015 * of_2020)


def test_a_second_time_they_come_from_the_store(scenario, found, tmp_path, monkeypatch) -> None:
    first = outcomes(scenario, draws=4, replications=2, store=tmp_path)
    pd.testing.assert_frame_equal(first.frame, found.frame)

    def nothing_runs(*_: object, **__: object) -> None:
        raise AssertionError("was simulated again")

    monkeypatch.setattr("sim.money.kept.carried_out", nothing_runs)
    again = outcomes(scenario, draws=4, replications=2, store=tmp_path)
    pd.testing.assert_frame_equal(again.frame, found.frame)
    assert again.plan.by_year().equals(found.plan.by_year())
    assert set(again.results.monthly["measure"]) == set(MEASURES)
    with pytest.raises(InputError, match="of runs from a store months alone are kept"):
        _ = again.results.yearly
    dearer = outcomes(scenario, draws=4, replications=2, store=tmp_path,
                      rates=shipped_rates().with_({"post_year": 70000}))  # fmt: skip
    assert dearer.plan.total > again.plan.total
    for other in ({"seed": 2}, {"draws": 3}, {"base": scenario.with_({"posts.target": 1300})}):
        with pytest.raises(AssertionError, match="simulated again"):
            outcomes(scenario, **{"draws": 4, "replications": 2, "store": tmp_path, **other})


def test_under_readings_there_are_no_intervals(scenario) -> None:
    found = outcomes(scenario, reading="places", replications=1)
    summary = found.summary("reading")
    assert summary["low"].isna().all()
    assert summary["value"].notna().all()
    assert "reading: places" in str(found)


def test_only_the_same_years_can_be_compared(scenario) -> None:
    longer = scenario.with_({"horizon.end": "2026-01-01", "posts.hiring_start": "2021-02-01"})
    with pytest.raises(InputError) as wrong:
        outcomes(scenario, longer, draws=1)
    assert [each.key for each in wrong.value.problems] == ["horizon.end", "posts.hiring_start"]


def test_the_command_prints_and_writes_them(tmp_path) -> None:
    small = ["--set", "territory.departements=['52']", "--draws", "2", "--workers", "1"]
    done = CliRunner().invoke(app, ["budget", *small, "--json", "--out", str(tmp_path)])
    printed = json.loads(done.stdout)["outcomes"]
    written = pd.read_parquet(tmp_path / "outcomes.parquet")
    assert len(printed) == len(written)
    assert printed[0]["value"] == pytest.approx(written["value"].iloc[0])
    assert "What the money buys" in (tmp_path / "budget.txt").read_text(encoding="utf-8")


def test_a_reform_of_prices_moves_all_in_proportion(scenario, found) -> None:
    """All rates in euros twice as high: every cost twice as high, nothing else."""
    rates = shipped_rates()
    dearer = rates.with_(
        {path: float(2 * rate.value) for path, rate in rates.by_path.items() if rate.prices}
    )
    twice = outcomes(scenario, rates=dearer, draws=4, replications=2)
    assert Fraction(twice.plan.total) / Fraction(found.plan.total) == pytest.approx(2)
    np.testing.assert_allclose(twice.frame["cost"], 2 * found.frame["cost"], rtol=1e-6)
    np.testing.assert_array_equal(twice.frame["entries"], found.frame["entries"])
