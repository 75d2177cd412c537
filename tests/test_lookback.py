"""Looking back: what came true against a saved projection, scored."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

import sim
from sim.cli_support import write_results
from sim.planning.lookback import LookBack, chance, crps
from sim.planning.saved import Saved, saved
from sim.planning.seen import Seen, seen_figures, template
from sim.present.lookback_text import title as title_of
from sim.words import speaking

AREA = {
    "territory.departements": ["52"],
    "horizon.opening": "2019-01-01",
    "horizon.measured_from": "2020-01-01",
    "horizon.end": "2022-07-01",
}
TREND = sim.load("trend").with_(AREA)
SAVED, ALL = 40, 120
SCORED = ("entries", "entry_delay", "parcours_duration")
HEADER = "measure;period;value;unit\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A projection on the first draws of the shipped posterior."""
    place = tmp_path_factory.mktemp("projection")
    write_results(place, sim.simulate(TREND, draws=SAVED, replications=1), "run")
    return place


@pytest.fixture(scope="module")
def projection(folder: Path) -> Saved:
    return saved(folder)


@pytest.fixture(scope="module")
def truths() -> list[dict[str, float]]:
    """What came true in worlds of the same posterior that are not in the saved draws."""
    yearly = sim.simulate(TREND, draws=ALL, replications=1).yearly
    rows = yearly[(yearly["draw"] >= SAVED) & (yearly["period"] == "2021")]
    wide = rows.pivot_table(index="draw", columns="measure", values="value")
    return [dict(row) for _, row in wide[list(SCORED)].iterrows()]


def test_a_saved_title_is_said_in_the_language_spoken():
    kept = Saved(Path(), "trend", TREND.title, {}, {}, np.ones(1), frozenset())
    with speaking("fr"):
        told = title_of(LookBack(kept, ()))
    assert TREND.title not in told
    assert told.startswith("Tendance")


def looked_back(projection: Saved, truth: dict[str, float], times: float = 1.0) -> LookBack:
    units = projection.measures
    seen = [
        Seen(k, name, "2021", value * times, units[name], "made here")
        for k, (name, value) in enumerate(truth.items())
    ]
    return LookBack(projection, tuple(seen))


class TestScores:
    def test_coverage_is_nominal_where_the_model_is_true(self, projection, truths):
        """Of 80 worlds as many as chance allows, with the error of 40 saved draws in it."""
        figures = pd.concat([looked_back(projection, each).figures for each in truths])
        for name, mine in figures.groupby("measure"):
            for key, share in (("inside_50", 0.5), ("inside_90", 0.9)):
                of_the_sample = np.sqrt(share * (1 - share) / SAVED)
                low = binom.ppf(0.001, len(mine), max(0.0, share - 2 * of_the_sample))
                high = binom.ppf(0.999, len(mine), min(1.0, share + 2 * of_the_sample))
                assert low <= mine[key].sum() <= high, (name, key)
        assert abs(figures["quantile"].mean() - 0.5) < 0.12

    def test_a_truth_that_the_model_does_not_know_is_detected(self, projection, truths):
        found = [looked_back(projection, each, 1.6) for each in truths[:20]]
        figures = pd.concat([each.figures for each in found])
        assert figures["inside_90"].mean() < 0.6
        bias = found[0].scores.set_index("measure")["bias"]
        right = looked_back(projection, truths[0]).scores.set_index("measure")["bias"]
        assert (1 + bias[list(SCORED)]).to_numpy() == pytest.approx(
            (1 + right[list(SCORED)]).to_numpy() / 1.6
        )
        assert "too low" in str(found[0])

    def test_crps_is_the_mean_distance_less_half_that_between_two(self):
        random = np.random.default_rng(1)
        values, weights = random.normal(size=30), random.uniform(size=30)
        weights /= weights.sum()
        apart = np.abs(values[:, None] - values) * weights[:, None] * weights
        wanted = (weights * np.abs(values - 0.3)).sum() - apart.sum() / 2
        assert crps(values, weights, 0.3) == pytest.approx(wanted)
        assert crps(np.array([4.0]), np.ones(1), 6.5) == pytest.approx(2.5)

    def test_crps_of_a_normal_forecast(self):
        """σ (2 φ(0) − 1/√π) at the mean (T. Gneiting and A. Raftery 2007, equation 20)."""
        from scipy.special import ndtri

        values = ndtri((np.arange(4000) + 0.5) / 4000)
        wanted = 2 / np.sqrt(2 * np.pi) - 1 / np.sqrt(np.pi)
        assert crps(values, np.full(4000, 1 / 4000), 0.0) == pytest.approx(wanted, abs=1e-3)

    def test_chance(self):
        assert chance(6, 0.5) == (1, 5)
        assert chance(1, 0.9) == (0, 1)
        assert chance(100, 0.9) == (85, 95)

    def test_figures_are_those_of_the_runs(self, projection, folder):
        frame = pd.read_parquet(folder / "measures_by_year.parquet")
        rows = frame[(frame["measure"] == "entries") & (frame["period"] == "2021")]
        weights = pd.read_parquet(folder / "draws.parquet").set_index("draw")["weight"]
        mean = float((rows["value"] * rows["draw"].map(weights)).sum())
        found = looked_back(projection, {"entries": mean}).figures.iloc[0]
        assert found["projected"] == pytest.approx(mean)
        assert found["error"] == pytest.approx(0, abs=1e-12)
        assert found["low_90"] <= found["low_50"] <= found["high_50"] <= found["high_90"]

    def test_a_figure_with_an_error_of_its_own_has_wider_intervals(self, projection):
        values = {"entries": 300.0}
        exact = looked_back(projection, values).figures.iloc[0]
        vague = Seen(1, "entries", "2021", 300.0, "people", "here", error=0.4)
        wider = LookBack(projection, (vague,)).figures.iloc[0]
        assert wider["high_90"] - wider["low_90"] > 1.5 * (exact["high_90"] - exact["low_90"])

    def test_skill_is_of_the_country_only(self, projection, tmp_path: Path):
        assert np.isnan(looked_back(projection, {"entries": 300.0}).figures["crps_stays"].iloc[0])
        whole = edited(projection.folder, tmp_path, {"territory.departements": "all"})
        found = looked_back(saved(whole), {"entries": 90_448.0})
        assert found.figures["crps_stays"].iloc[0] == 0
        month = Seen(1, "entries", "2021-03", 7_000.0, "people", "here")
        stays = LookBack(saved(whole), (month,)).figures["crps_stays"].iloc[0]
        assert stays == pytest.approx(abs(90_448 / 12 - 7_000))


def edited(folder: Path, into: Path, values: dict[str, object]) -> Path:
    """A copy of a saved projection whose manifest says something else."""
    place = into / "copy"
    place.mkdir()
    for path in folder.iterdir():
        (place / path.name).write_bytes(path.read_bytes())
    manifest = json.loads((place / "manifest.json").read_text())
    manifest["scenarios"]["trend/posterior"]["values"] |= values
    (place / "manifest.json").write_text(json.dumps(manifest))
    return place


class TestWords:
    def test_posts_that_were_not_as_planned_are_told(self, folder: Path):
        planned = saved(folder).runs("portfolios_at_end", "year")
        value = float(planned.values[planned.periods.index("2021")].mean())
        rows = HEADER + "entries;2021;300;people\nportfolios_in_december;2021;{};portfolios\n"
        for factor, warns in ((0.9, True), (1.001, False)):
            file = folder / "seen.csv"
            file.write_text(rows.format(f"{value * factor:.3f}"))
            found = sim.lookback(folder, file)
            assert ("WARNING: not as planned" in str(found)) is warns
            assert len(found.off_plan) == warns
            assert list(found.figures["role"]) == ["scored", "plan"]
            assert found.scores["figures"].sum() == 1

    def test_the_posts_can_be_put_as_they_were(self, folder: Path, tmp_path: Path):
        trend = sim.load("trend").with_({"horizon.end": "2023-01-01"})
        seen = Seen(1, "portfolios_at_end", "2021", 1_050.0, "portfolios", "here")
        changed = edited(
            folder, tmp_path, {"territory.departements": "all", "posts.hiring_end": "2021-12-31"}
        )
        found = LookBack(saved(changed), (seen,))
        text = " ".join(str(found).split())
        assert "2020-12-31=1137, 2021-12-31=1050}" in text
        assert "--set posts.hiring_start=2022-01-01" in text
        again = sim.simulate(trend.with_(found.as_it_was), reading="process", replications=1)
        rows = again.yearly.set_index(["measure", "period"])["value"]
        assert rows["portfolios_at_end", "2021"] == pytest.approx(1_050, abs=1)
        assert not LookBack(saved(folder), (seen,)).as_it_was

    def test_it_is_told_where_nothing_says_what_the_posts_were(self, projection, truths):
        text = " ".join(str(looked_back(projection, truths[0])).split())
        assert "No figure tells whether the posts were as planned" in text
        assert "Of 3 figure(s)" in text
        assert "tell little" in text

    def test_figures_that_were_calibrated_on_are_not_scored(self, projection):
        seen = Seen(1, "entries", "2020", 300.0, "people", "here")
        found = LookBack(projection, (seen,))
        assert list(found.figures["role"]) == ["calibrated on"]
        assert found.scores.empty
        assert "No figure can be scored" in str(found)
        assert found._repr_html_().startswith("<table>")

    def test_the_picture_has_a_panel_a_measure_with_the_figures_on_it(self, projection, truths):
        found = looked_back(projection, truths[0])
        month = Seen(9, "entries", "2021-03", 25.0, "people", "here")
        figure = LookBack(projection, (*found.seen, month)).plot()
        assert len(figure.axes) == 4
        dots = [line for line in figure.axes[0].lines if line.get_label() == "seen"]
        assert list(dots[0].get_ydata()) == [truths[0]["entries"]]


class TestFile:
    def test_the_template_can_be_read(self, projection, tmp_path: Path):
        file = tmp_path / "seen.csv"
        file.write_text(template())
        assert [each.measure for each in seen_figures(file, projection)][:2] == [
            "entries",
            "entry_delay",
        ]

    def test_a_frame_is_as_good_as_a_file(self, folder: Path):
        frame = pd.DataFrame(
            {"measure": ["entries"], "period": ["2021"], "value": [301.5], "unit": ["people"]}
        )
        assert sim.lookback(folder, frame).figures["seen"].iloc[0] == 301.5

    @pytest.mark.parametrize(
        ("row", "told"),
        [
            ("entrie;2021;300;people", "line 2, measure: is 'entrie'"),
            ("bound_by_plac;2021;0;share", "did you mean 'bound_by_places'"),
            ("entries;2031;300;people", "it goes from 2020 to 2022"),
            ("entries;2022;300;people", "2022 was simulated in part only"),
            ("entries;2022-08;300;people", "2022-08 is not in the saved projection"),
            ("entries;2021-13;300;people", "must be a year (2021) or a month"),
            ("entries;2021;300;days", "must be 'people' for entries"),
            ("entries;2021;many;people", "must be a number"),
            ("entries;2021;-3;people", "must be 0 or more"),
            ("within_21_days;2021;54;share", "write 0.54 for 54 %"),
            ("entries;2021;;people", "line 2, value: is missing"),
            ("entries;2021;300;people;x", "has 5 cells, the header 4"),
        ],
    )
    def test_a_mistake_is_told_with_its_line(self, projection, tmp_path, row: str, told: str):
        file = tmp_path / "seen.csv"
        file.write_text(HEADER + row + "\n")
        with pytest.raises(sim.InputError) as wrong:
            seen_figures(file, projection)
        assert told in str(wrong.value)
        assert str(file) in str(wrong.value)

    def test_all_mistakes_at_once_and_a_row_that_is_there_twice(self, projection, tmp_path):
        file = tmp_path / "seen.csv"
        rows = ["entries;2021;300;people"] * 2 + ["entrie;2021;300;people", "load;2021;-1;kg"]
        file.write_text(HEADER + "\n".join(rows))
        with pytest.raises(sim.InputError) as wrong:
            seen_figures(file, projection)
        keys = {problem.key for problem in wrong.value.problems}
        assert keys == {"line 3", "line 4, measure", "line 5, value", "line 5, unit"}

    @pytest.mark.parametrize(("place", "good"), [("52", True), ("08", False)])
    def test_a_place_must_be_what_was_simulated(self, projection, tmp_path, place, good):
        file = tmp_path / "seen.csv"
        file.write_text(f"measure;period;value;unit;place\nentries;2021;300;people;{place}\n")
        if good:
            assert seen_figures(file, projection)
        else:
            with pytest.raises(sim.InputError, match="the projection is of 52"):
                seen_figures(file, projection)

    @pytest.mark.parametrize(("text", "told"), [("", "is empty"), (HEADER, "no rows")])
    def test_an_empty_file(self, projection, tmp_path: Path, text: str, told: str):
        file = tmp_path / "seen.csv"
        file.write_text(text)
        with pytest.raises(sim.InputError, match=told):
            seen_figures(file, projection)


class TestFolder:
    def test_several_scenarios_must_be_chosen_from(self, tmp_path: Path):
        more = TREND.with_({"posts.target": 1800}, title="more")
        both = sim.simulate([TREND, more], draws=2, replications=1)
        write_results(tmp_path, both, "compare")
        with pytest.raises(sim.InputError, match="name one with --scenario"):
            saved(tmp_path)
        with pytest.raises(sim.InputError, match="did you mean 'more'"):
            saved(tmp_path, "moer")
        assert saved(tmp_path, "more").title == "more"

    def test_readings_are_refused(self, tmp_path: Path):
        results = sim.simulate(TREND, reading="process", replications=1)
        write_results(tmp_path, results, "run")
        with pytest.raises(sim.InputError, match="run under readings"):
            saved(tmp_path)

    def test_folders_that_hold_no_projection(self, folder: Path, tmp_path: Path):
        for place, told in ((tmp_path / "no", "no such folder"), (tmp_path, "missing")):
            with pytest.raises(sim.InputError, match=told):
                saved(place)
        for name, told in (("measures.parquet", "Parquet"), ("manifest.json", "JSON")):
            inside = tmp_path / name
            inside.mkdir()
            broken = edited(folder, inside, {})
            (broken / name).write_text("broken")
            with pytest.raises(sim.InputError, match=told):
                saved(broken)


def test_the_command(folder: Path, tmp_path: Path, capsys):
    from sim.cli import app

    app(["lookback", "--template"], standalone_mode=False)
    seen, out = tmp_path / "seen.csv", tmp_path / "out"
    seen.write_text(capsys.readouterr().out)
    words = ["lookback", str(folder), "--seen", str(seen), "--out", str(out)]
    app([*words, "--json"], standalone_mode=False)
    printed = json.loads(capsys.readouterr().out)
    assert {row["measure"] for row in printed["figures"]} >= {"entries", "load"}
    assert {path.name for path in out.iterdir()} == {
        "lookback_figures.parquet", "lookback_scores.parquet", "lookback_fan.parquet",
        "lookback.txt", "lookback.png", "lookback.svg",
    }  # fmt: skip
    with pytest.raises(sim.InputError) as wrong:
        app(["lookback"], standalone_mode=False)
    assert {problem.key for problem in wrong.value.problems} == {"FOLDER", "--seen"}
