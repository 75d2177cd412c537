"""Runs and comparisons on posterior draws: which runs, which numbers, what is shown."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from posteriors import made
from scenario_inputs import FIGURES

import sim
from sim.experiment import replication
from sim.experiment.compare import Comparison
from sim.experiment.design import designed
from sim.experiment.replication import Job, replicate
from sim.experiment.results import Results
from sim.measures import derived
from sim.posterior import Posterior, posterior
from sim.present.scenario_names import in_lines
from sim.present.tables import in_blocks
from sim.reading_fits import readings

SMALL = {"territory.departements": ["52", "08"], "horizon.end": "2022-07-01"}
TREND = sim.load("trend").with_(SMALL)
FACILITATED = sim.load("lever-shared-facilitation").with_(SMALL)
WITH_POSTS = TREND.with_({"posts.target": 1800}, title="posts")
COLUMNS = [
    "scenario", "reading", "replication", "draw", "period", "place", "measure", "value", "unit",
]  # fmt: skip
SUMMARY = [
    "scenario", "reading", "period", "place", "measure", "unit",
    "value", "low", "high", "half_width", "weight", "draws", "replications",
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return made(tmp_path_factory.mktemp("posterior"))


@pytest.fixture(scope="module")
def sample(folder: Path) -> Posterior:
    return posterior(folder)


@pytest.fixture(scope="module")
def results(sample: Posterior) -> Results:
    return sim.simulate(TREND, posterior=sample)


@pytest.fixture(scope="module")
def comparison(sample: Posterior) -> Comparison:
    return sim.compare([TREND, WITH_POSTS, FACILITATED], posterior=sample)


class TestRuns:
    def test_frames_name_draw_label_and_replication(self, results: Results, sample: Posterior):
        frame = results.yearly
        assert list(frame.columns) == COLUMNS
        assert len(results.runs) == 24
        assert [(run.draw, run.replication) for run in results.runs[:3]] == [(0, 0), (0, 1), (1, 0)]
        labels = frame.drop_duplicates("draw").set_index("draw")["reading"]
        assert tuple(labels[range(12)]) == sample.readings
        assert set(frame["replication"]) == {0, 1}

    @pytest.mark.parametrize(("draw", "repetition"), [(0, 0), (3, 1), (11, 1)])
    def test_repetition_r_of_draw_d_is_replication_d_and_r_times_all(
        self, results: Results, sample: Posterior, draw: int, repetition: int
    ):
        job = Job(sample.under(TREND, draw), draw + repetition * len(sample), 1)
        wanted = derived(replicate(job), "month")
        run = results.runs[2 * draw + repetition]
        assert (run.draw, run.replication) == (draw, repetition)
        np.testing.assert_array_equal(
            run.measured.table("month", "country").values["entries"], wanted.values["entries"]
        )

    def test_no_two_runs_of_a_scenario_share_a_replication(self, sample: Posterior):
        design = designed([TREND, WITH_POSTS], posterior=sample, replications=3)
        for name in ("trend", "posts"):
            numbers = [
                case.number(r) for case in design.cases if case.scenario == name for r in range(3)
            ]
            assert sorted(numbers) == list(range(36))

    def test_fewer_draws_are_the_first_ones(self, results: Results, sample: Posterior):
        few = sim.simulate(TREND, posterior=sample, draws=3).yearly
        wanted = results.yearly[results.yearly["draw"] < 3].reset_index(drop=True)
        pd.testing.assert_frame_equal(few, wanted)

    def test_workers_and_company_change_nothing(self, results: Results, comparison: Comparison):
        alone = sim.simulate(TREND, posterior=results.posterior, workers=sim.Workers(2)).yearly
        frame = comparison.results.yearly
        pd.testing.assert_frame_equal(alone, results.yearly)
        pd.testing.assert_frame_equal(frame[frame["scenario"] == "trend"], results.yearly)

    def test_progress_tells_every_run(self, sample: Posterior):
        told: list[int] = []
        sim.simulate([TREND, WITH_POSTS], posterior=sample, draws=2, progress=told.append)
        assert sum(told) == 8

    def test_a_scenario_with_all_its_figures_runs_on_draws_too(self, sample: Posterior):
        own = TREND.with_(FIGURES)
        found = sim.simulate(own, posterior=sample, draws=2)
        assert found.summary()["value"].notna().any()

    def test_places_are_there_on_draws_too(self, sample: Posterior):
        found = sim.simulate(TREND, posterior=sample, draws=2, by_place=True)
        by_place = found.frame("year", "departement")
        entries = by_place[by_place["measure"] == "entries"]
        whole = found.yearly[found.yearly["measure"] == "entries"]
        assert entries["value"].sum() == whole["value"].sum()
        with pytest.raises(sim.InputError, match="by_place=True"):
            sim.simulate(TREND, posterior=sample, draws=1).frame("year", "region")

    def test_only_measures_are_kept(self, results: Results):
        assert all(run.measured.sampled is None for run in results.runs)


class TestTrunksAreShared:
    @pytest.mark.parametrize("replications", [1, 20])
    def test_a_comparison_runs_each_past_once(self, replications: int, monkeypatch):
        """Also with more replications than there is room for pasts."""
        pasts: list[float] = []

        class Counting(replication.Carrying):
            def __init__(self, begin: float) -> None:
                pasts.append(begin)
                super().__init__(begin)

        monkeypatch.setattr(replication, "Carrying", Counting)
        monkeypatch.setattr(replication, "_trunks", {})
        sim.compare([TREND, WITH_POSTS], reading="process", replications=replications, seed=77)
        assert len(pasts) == replications

    def test_a_single_scenario_on_many_draws_keeps_none(self, sample: Posterior, monkeypatch):
        monkeypatch.setattr(replication, "_trunks", {})
        sim.simulate(TREND, posterior=sample)
        assert not replication._trunks


class TestSummary:
    def test_it_is_the_weighted_mean_of_the_draws(self, results: Results, sample: Posterior):
        summary = results.summary()
        assert list(summary.columns) == SUMMARY
        frame = results.yearly
        frame = frame[(frame["measure"] == "entries") & (frame["period"] == "2021")]
        means = frame.groupby("draw")["value"].mean()
        row = summary[(summary["measure"] == "entries") & (summary["period"] == "2021")].iloc[0]
        assert row["value"] == pytest.approx(np.average(means, weights=sample.weights))
        assert means.min() < row["low"] < row["value"] < row["high"] < means.max()
        assert row["half_width"] > 0
        assert (row["weight"], row["draws"], row["replications"]) == (1, 12, 2)

    def test_means_are_the_summary_and_the_table_is_wide(self, results: Results):
        pd.testing.assert_frame_equal(results.mean("month"), results.summary("month"))
        assert results.table(["entries"]).shape == (1, 5)

    def test_labels_recombine_to_the_whole(self, results: Results):
        whole = results.summary().set_index(["period", "measure"])["value"]
        by_label = results.summary(by="reading")
        weights = by_label.drop_duplicates("reading")["weight"]
        assert weights.sum() == pytest.approx(1)
        assert list(weights) == sorted(weights, reverse=True)
        parts = by_label[by_label["measure"] == "entries"]
        parts = parts.assign(part=parts["weight"] * parts["value"]).groupby("period")["part"].sum()
        for period, value in parts.items():
            assert value == pytest.approx(whole[period, "entries"])

    def test_few_draws_tell_no_interval(self, sample: Posterior):
        summary = sim.simulate(TREND, posterior=sample, draws=4).summary()
        assert summary["low"].isna().all()
        assert summary["value"].notna().any()
        assert summary["half_width"].notna().any()

    def test_readings_have_no_weights(self):
        found = sim.simulate(TREND, reading="process", replications=1)
        with pytest.raises(sim.InputError, match="have no weights"):
            found.summary()


class TestDifferences:
    def test_they_are_paired_by_draw_and_replication(self, comparison: Comparison):
        frame = comparison.results.yearly
        frame = frame[(frame["measure"] == "entries") & (frame["period"] == "2021")]
        wide = frame.pivot_table(index=["draw", "replication"], columns="scenario", values="value")
        weights = comparison.results.draws.weights
        wanted = (wide["posts"] - wide["trend"]).groupby("draw").mean()
        row = comparison.differences
        row = row[(row["measure"] == "entries") & (row["period"] == "2021")]
        row = row.set_index("scenario").loc["posts"]
        assert row["value"] == pytest.approx(np.average(wanted, weights=weights))
        assert row["low"] <= row["value"] <= row["high"]
        assert list(comparison.differences.columns) == SUMMARY

    def test_facilitation_alone_changes_nothing_at_all(self, comparison: Comparison):
        frame = comparison.differences
        alone = frame[frame["scenario"] == FACILITATED.given.name]
        for name in ("value", "low", "high", "half_width"):
            assert (alone[name].fillna(0) == 0).all()

    def test_pairs_are_less_noisy_than_their_sides(self, comparison: Comparison):
        def noise(frame: pd.DataFrame) -> float:
            at = frame[(frame["measure"] == "orientations") & (frame["period"] == "2021")]
            return at.set_index("scenario")["half_width"]["posts"]

        assert noise(comparison.differences) < 0.5 * noise(comparison.results.summary())


class TestText:
    def test_a_run_shows_intervals_noise_and_labels_in_a_hundred_columns(self, results: Results):
        text = str(results)
        assert "mean [90 % credible interval]" in text
        assert "Simulation noise" in text
        assert "12 of 12 draws" in text
        assert "what-if" not in text
        for label in set(results.posterior.readings):
            assert f" {label} " in text
        assert max(map(len, text.splitlines())) <= 100
        assert results._repr_html_().count("<table>") >= 3

    @pytest.mark.parametrize("reading", ["posterior", "process"])
    def test_scenarios_of_one_title_are_told_apart(self, reading: str, sample: Posterior):
        alike = TREND.with_({"target.people": 1000})
        on = {"posterior": sample, "draws": 1} if reading == "posterior" else {"reading": reading}
        found = sim.simulate([TREND, alike], replications=1, **on)
        text = str(found)
        assert TREND.title not in text
        for name, _ in found.scenarios:
            assert re.search(rf"^{name}( · .*)?$", text, re.MULTILINE), name

    def test_settings_of_calibrated_values_are_told(self, sample: Posterior):
        own = TREND.with_({"portfolios.places": 50})
        text = " ".join(str(sim.simulate(own, posterior=sample, draws=2)).split())
        assert "calibrated with other values of portfolios.places: a what-if" in text
        assert "too few for an interval" in text

    def test_one_replication_cannot_tell_the_noise(self, sample: Posterior):
        text = str(sim.simulate(TREND, posterior=sample, replications=1))
        assert "cannot be told apart" in text
        assert "Simulation noise" not in text

    def test_a_comparison_shows_intervals_and_labels(self, comparison: Comparison):
        text = str(comparison)
        assert "mean [90 % credible interval]" in text
        assert "Simulation noise" in text
        assert "entries ±" in text
        assert "posts: difference by what the draws do, 2022" in text
        assert max(map(len, text.splitlines())) <= 100
        assert comparison._repr_html_().count("<table>") == 3


class TestBlocks:
    def test_a_wide_table_is_cut_into_blocks_that_fit(self):
        rows = [["a label", *("x" * 20 for _ in range(7))]]
        blocks = in_blocks("title", ["", *"1234567"], rows, width=60)
        assert [list(each.headings[1:]) for each in blocks] == [
            ["1"],
            *map(list, ("23", "45", "67")),
        ]
        assert [each.title for each in blocks] == ["title", "", "", ""]
        assert all(max(map(len, each.text().splitlines())) <= 60 for each in blocks)

    def test_a_cell_wider_than_all_stands_alone(self):
        blocks = in_blocks("", ["", "1", "2"], [["", "x" * 90, "y"]], width=60)
        assert [list(each.headings[1:]) for each in blocks] == [["1"], ["2"]]


class TestFigures:
    def test_a_mean_with_its_band(self, results: Results):
        figure = results.plot("entries")
        (axes,) = figure.axes
        assert len(axes.lines) == len(axes.collections) == 1
        assert "90 % credible interval" in figure.get_suptitle()
        png, shown = results.plot("entries", "year")._repr_png_()
        assert int.from_bytes(png[16:20], "big") == 2 * shown["width"] == 1600

    def test_by_reading_a_panel_a_scenario_with_thin_lines(self, comparison: Comparison):
        panels = comparison.results.plot("entry_delay", "year", by="reading").axes
        assert [len(axes.lines) for axes in panels] == [6, 6, 6]
        assert len({axes.get_ylim() for axes in panels}) == 1

    def test_differences_with_their_intervals(self, comparison: Comparison):
        (axes,) = comparison.plot("entries", 2021).axes
        assert [each.get_text() for each in axes.get_yticklabels()] == [
            "posts",
            in_lines(FACILITATED.title),
        ]
        figure = comparison.plot("entries", 2021, by="reading")
        assert len(figure.legends[0].get_texts()) == 6

    def test_an_unknown_measure_is_told(self, results: Results):
        with pytest.raises(ValueError, match="no measure 'entris'"):
            results.plot("entris")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"draws": 13}, "13 are asked for and there are 12"),
        ({"draws": 0}, "draws: is 0"),
        ({"replications": 0}, "replications: is 0"),
        ({"share": 0.5}, "which a credible interval must not hold"),
        ({"engine": "ciw"}, "'ciw' is not known"),
        ({"reading": "posteror"}, "did you mean 'posterior'?"),
        ({"reading": "process"}, "'process' is a point fit"),
    ],
    ids=str,
)
def test_bad_arguments_are_told(arguments: dict[str, object], said: str, folder: Path):
    with pytest.raises(sim.InputError) as caught:
        sim.simulate(TREND, posterior=folder, **arguments)
    assert said in str(caught.value)


def test_point_fits_come_in_their_order_and_are_no_draws():
    found = sim.simulate([TREND, WITH_POSTS], reading="all", replications=2)
    runs = [(run.scenario, run.reading, run.replication) for run in found.runs]
    names = list(readings())
    assert runs == [(s, r, k) for s in ("trend", "posts") for r in names for k in (0, 1)]
    assert set(found.yearly["draw"]) == {-1}
    one = sim.simulate(WITH_POSTS, reading="places", replications=2).yearly
    many = found.yearly
    many = many[(many["scenario"] == "posts") & (many["reading"] == "places")]
    pd.testing.assert_frame_equal(one, many.reset_index(drop=True))
