"""Results by département and région, their total, maps, and départements on their own figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from place_posteriors import made_of_a_place
from posteriors import made
from test_cli import agsim
from test_map import texts

import sim
from sim.cli_territory import Kind, territory
from sim.errors import InputError
from sim.experiment.by_place import SUMMING, ByPlace, holding_most, split_of
from sim.experiment.published import DIFFERENCE, SUM, TOTAL, Published, of_place, requested
from sim.measures import COUNTRY
from sim.measures.frames import UNITS
from sim.population.posts import portfolios_at_start
from sim.posterior import posterior
from sim.present.by_place_figures import MAPS
from sim.words import french

PLACES = ["08", "52", "974"]
SHORT = {"territory.departements": PLACES, "horizon.end": "2022-01-01", "target.year": 2021}
TREND = sim.load("trend")
ALONE = {"territory.departements": ["52"], "territory.figures_for": "departements"}


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Path:
    return made(tmp_path_factory.mktemp("nation"), draws=12)


@pytest.fixture(scope="module")
def results(sample: Path):
    return sim.simulate(TREND.with_(SHORT), posterior=sample, draws=12, replications=2,
                        by_place=True)  # fmt: skip


@pytest.fixture(scope="module")
def found(results) -> ByPlace:
    return results.by_place()


class TestByPlace:
    def test_the_places_add_up_to_the_total(self, found: ByPlace):
        assert found.year == 2021
        assert found.places == tuple(PLACES)
        sums = found.sums
        assert set(sums["measure"]) == set(SUMMING)
        assert (sums["largest_gap"] <= 1e-9 * np.maximum(1, sums["total"].abs())).all()
        wide = found.frame.pivot(index="place", columns="measure", values="value")
        for measure in SUMMING:
            assert wide[measure].drop("all").sum() == pytest.approx(wide[measure]["all"], rel=1e-9)

    def test_what_does_not_sum_is_not_summed(self):
        assert "load" not in SUMMING
        assert not {name for name in SUMMING if UNITS[name] in ("share", "days")}

    def test_values_are_those_of_the_tidy_frame_and_the_total_of_the_summary(self, results, found):
        tidy = results.frame("year", "departement")
        mine = tidy[(tidy["period"] == "2021") & (tidy["measure"] == "entries")]
        weights = results.draws.weights
        for place, rows in mine.groupby("place"):
            means = rows.groupby("draw")["value"].mean()
            here = found.frame.set_index(["measure", "place"]).loc["entries", place]
            assert here["value"] == pytest.approx(float((means * weights).sum()))
        summary = results.summary().set_index(["measure", "period"])
        total = found.frame.set_index(["measure", "place"])
        for measure in ("entries", "entry_delay", "load"):
            for column in ("value", "low", "high", "half_width"):
                assert total[column][measure, "all"] == pytest.approx(
                    summary[column][measure, "2021"]
                )

    def test_regions_are_sums_of_their_departements(self, results, found):
        regions = results.by_place(kind="region")
        assert regions.places == ("Grand Est", "La Réunion")
        by_region = regions.table(["entries"])["entries"].droplevel("name")
        by_code = found.table(["entries"])["entries"].droplevel("name")
        assert by_region["Grand Est"] == pytest.approx(by_code["08"] + by_code["52"])
        assert by_region["all"] == pytest.approx(by_code["all"])

    def test_regions_stand_in_the_order_of_their_names(self):
        asked = {**SHORT, "territory.departements": ["971", "35", "75", "2A", "08"]}
        found = sim.simulate(TREND.with_(asked), reading="process", replications=1, by_place=True)
        text = found.by_place(kind="region").text()
        names = ["Bretagne", "Corse", "Grand Est", "Guadeloupe", "Île-de-France"]
        assert sorted(names, key=text.index) == names

    def test_what_binds_is_a_share_of_all_pool_days(self, found: ByPlace):
        binds = found.binds
        assert list(binds["place"]) == [*PLACES, "all"]
        assert binds[["places", "slots", "orientations"]].sum(axis=1).to_numpy() == pytest.approx(1)
        assert set(binds["binds"]) <= {"places", "slots", "orientations"}
        assert binds["certainty"].between(1 / 3 - 1e-9, 1 + 1e-9).all()

    def test_places_are_counted_by_what_holds_most_and_the_total_is_none(self):
        holds = ["places", "orientations", "places", "slots"]
        binds = pd.DataFrame({"place": ["08", "52", "974", COUNTRY], "binds": holds})
        assert holding_most(binds) == {"places": 2, "slots": 0, "orientations": 1}

    def test_readings_have_no_interval_and_say_so(self):
        one = sim.simulate(TREND.with_(SHORT), reading="all", by_place=True).by_place(2021)
        assert len(one.readings) == 5
        assert one.frame["low"].isna().all()
        assert "no credible interval" in " ".join(one.text().split())
        assert one.text().count("reading: ") == 5

    def test_the_table_has_every_place_its_total_last_and_no_english_in_french(self, found):
        lines = found.text().splitlines()
        rows = [line for line in lines if line.strip()[:3].strip() in {"08", "52", "974", "All"}]
        assert len(rows) == 4
        assert rows[-1].strip().startswith("All places listed")
        assert "the split" in " ".join(lines).lower()
        told = " ".join(found.text("fr").split())
        assert "La répartition entre départements est synthétique" in told
        spoken = [text for text in french() if len(text) > 25 and text != french()[text]]
        assert not [text for text in spoken if text in told]
        assert "<table>" in found.html("fr")

    @pytest.mark.parametrize(
        ("asked", "says"),
        [
            ({"year": 2031}, "2031 was not simulated"),
            ({"kind": "regions"}, "did you mean 'region'"),
            ({"name": "nonsense"}, "was not run"),
        ],
    )
    def test_what_was_not_run_is_refused(self, results, asked, says: str):
        with pytest.raises(InputError, match=says):
            results.by_place(**asked)

    def test_a_run_of_the_country_alone_is_refused(self, sample: Path):
        alone = sim.simulate(TREND.with_(SHORT), posterior=sample, draws=1, replications=1)
        with pytest.raises(InputError, match="by_place=True"):
            alone.by_place()


class TestMaps:
    @pytest.mark.parametrize("lang", ["en", "fr"])
    @pytest.mark.parametrize("measure", ["entries", "places_taken", "binds"])
    def test_a_synthetic_split_is_marked_on_the_picture(self, found, measure: str, lang: str):
        told = texts(found.plot(measure, lang=lang))
        assert {"en": "SYNTHETIC SPLIT", "fr": "RÉPARTITION SYNTHÉTIQUE"}[lang] in told
        assert ("no value" in told) == (lang == "en")
        if lang == "fr":
            spoken = [text for text in french() if len(text) > 25 and text != french()[text]]
            assert not [text for text in spoken if " ".join(text.split()) in told]

    def test_places_are_told_apart_where_they_differ_by_more_than_noise(self, found: ByPlace):
        rows = found.frame[(found.frame["measure"] == "load") & (found.frame["place"] != "all")]
        middle = sorted(rows["half_width"])[1]
        assert found.told_apart("load", "posterior") == pytest.approx(np.sqrt(2) * middle)

    def test_an_interval_that_noise_hides_is_explained(self, found: ByPlace, monkeypatch):
        said = "chance hides how far the draws are apart"
        frame = found.frame.copy()
        monkeypatch.setitem(found.__dict__, "frame", frame)
        frame["low"] = frame["value"] - 1
        assert found.hidden("entries") == ()
        assert said not in " ".join(found.text().split())
        one = (frame["place"] == "52") & (frame["measure"] == "entries")
        frame.loc[one, ["low", "high"]] = frame.loc[one, "value"]
        assert found.hidden("entries") == ("52",)
        assert said in " ".join(found.text().split())

    @pytest.mark.parametrize("lang", ["en", "fr"])
    @pytest.mark.parametrize("measure", ["abandoned_share", "binds"])
    def test_writing_stays_on_the_slide_and_covers_no_other(self, found, measure: str, lang: str):
        figure = found.plot(measure, lang=lang)
        figure.canvas.draw()
        boxes = [each.get_window_extent() for each in (*figure.texts, *figure.legends)]
        width, height = figure.canvas.get_width_height()
        for box in boxes:
            assert box.x0 >= 0
            assert box.y0 >= 0
            assert box.x1 <= width
            assert box.y1 <= height
        assert not [
            (one, other)
            for k, one in enumerate(boxes)
            for other in boxes[:k]
            if one.overlaps(other)
        ]

    def test_every_map_that_is_offered_can_be_drawn(self, found: ByPlace):
        for measure in MAPS:
            assert str(found.year) in texts(found.plot(measure))
        with pytest.raises(InputError, match="did you mean 'entries'"):
            found.plot("entires")

    def test_splits(self):
        assert split_of(TREND) == "synthetic"
        assert split_of(TREND.with_({"territory.departements": ["52"]})) == "synthetic"
        assert split_of(TREND.with_(ALONE)) == "own_figures"
        two = {**ALONE, "territory.departements": ["08", "52"]}
        assert split_of(TREND.with_(two)) == "synthetic_within"


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return made_of_a_place(tmp_path_factory.mktemp("place") / "of52")


@pytest.fixture(scope="module")
def both(sample: Path, place: Path) -> Published:
    return sim.published(
        TREND.with_({"horizon.end": "2022-01-01", "target.year": 2021}),
        [place], posterior=sample, draws=1, replications=1,
    )  # fmt: skip


class TestPublished:
    def test_the_total_stays_and_the_difference_is_shown(self, both: Published):
        frame = both.frame
        entries = frame[frame["measure"] == "entries"]
        national = both.national.table(["entries"])["entries"].droplevel("name")
        mine = both.own["52"].table(["entries"])["entries"].droplevel("name")
        row = entries.set_index("row")["value"]
        assert row[TOTAL] == pytest.approx(national["all"])
        places = entries[entries["row"] == "place"].set_index("place")
        assert len(places) == 101
        assert list(places.index) == list(both.national.places)
        assert places["value"]["52"] == pytest.approx(mine["52"])
        assert places["value"]["08"] == pytest.approx(national["08"])
        assert set(places.index[places["figures"] == "own_figures"]) == {"52"}
        assert set(places["figures"]) == {"own_figures", "synthetic"}
        assert row[SUM] == pytest.approx(places["value"].sum())
        assert row[DIFFERENCE] == pytest.approx(mine["52"] - national["52"])
        assert DIFFERENCE not in set(frame[frame["measure"] == "load"]["row"])

    def test_it_shows_itself(self, both: Published):
        assert "Sum of the départements" in both.text()
        assert "Somme des départements" in both.text("fr")
        told = texts(both.plot(lang="fr"))
        assert "sur ses propres chiffres" in told
        assert "RÉPARTITION SYNTHÉTIQUE" in told

    def test_planned_posts_grow_as_those_of_the_nation(self, place: Path):
        target = sim.load("target-2022")
        alone = of_place(target, posterior(place))
        part = 5 / portfolios_at_start(target)
        assert alone.territory.departements == ("52",)
        assert float(alone.posts.target) == round(2300 * part)
        assert of_place(TREND, posterior(place)).posts.target is None

    def test_a_table_of_posts_of_all_is_not_cut_by_guessing(self, place, monkeypatch):
        monkeypatch.setattr("sim.experiment.published.split_of", lambda _: "own_posts")
        with pytest.raises(InputError, match="give a scenario of these départements"):
            of_place(TREND, posterior(place))

    def test_what_cannot_be_published_is_refused(self, sample: Path, place: Path):
        with pytest.raises(InputError, match="of the country, not of some départements"):
            requested(TREND, [sample], sample=sample)
        with pytest.raises(InputError, match="two sets of figures"):
            requested(TREND, [place, place], sample=sample)
        national = TREND.with_({"orientations.per_year": {"2021": 130000}})
        with pytest.raises(InputError, match="would take the place of the figures of 52"):
            requested(national, [place], sample=sample)
        without = TREND.with_(ALONE)
        with pytest.raises(InputError) as told:
            requested(TREND, [without], sample=sample)
        assert [each.key for each in told.value.problems] == [
            "orientations.per_year", "portfolios.in_service"
        ]  # fmt: skip
        with pytest.raises(InputError, match="would not be the nation's"):
            requested(TREND.with_(SHORT), [place], sample=sample)
        with pytest.raises(InputError, match="not of some départements on their own"):
            requested(TREND, [TREND], sample=sample)
        with pytest.raises(InputError, match="2022 is not simulated"):
            requested(TREND, [sim.load("departement-haute-marne")], year=2022, sample=sample)


@pytest.fixture(scope="module")
def several(sample: Path, place: Path, tmp_path_factory) -> Published:
    """A département and two others whose figures are of them together."""
    two = made_of_a_place(tmp_path_factory.mktemp("two") / "of2", "08+10", part=0.01)
    return sim.published(
        TREND.with_({"horizon.end": "2022-01-01", "target.year": 2021}),
        [place, two], posterior=sample, draws=1, replications=1,
    )  # fmt: skip


class TestSeveralTogether:
    def test_their_row_is_the_sum_of_what_is_split_between_them(self, several: Published):
        assert list(several.own) == ["52", "08+10"]
        frame = several.frame[several.frame["measure"] == "entries"]
        places = frame[frame["row"] == "place"].set_index("place")
        assert len(places) == 101
        figures = places["figures"][["08", "10", "52", "51"]].tolist()
        assert figures == ["synthetic_within", "synthetic_within", "own_figures", "synthetic"]
        together = frame[frame["row"] == "together"].set_index("place")
        assert list(together.index) == ["08+10"]
        value = places["value"]
        assert together["value"]["08+10"] == pytest.approx(value["08"] + value["10"])
        row = frame.set_index("row")["value"]
        assert row[SUM] == pytest.approx(value.sum())
        assert row[DIFFERENCE] == pytest.approx(value.sum() - row[TOTAL])

    def test_what_they_replaced_stands_beside_them(self, several: Published):
        frame = several.frame
        replaced = frame[frame["row"] == "replaced"].set_index(["measure", "place"])["value"]
        national = several.national.table(["entries", "load"]).droplevel("name")
        for code in ("08", "10", "52"):
            assert replaced["load", code] == pytest.approx(national["load"][code])
        both = national["entries"]["08"] + national["entries"]["10"]
        assert replaced["entries", "08+10"] == pytest.approx(both)
        assert ("load", "08+10") not in replaced.index
        assert "08 + 10" in several.text()
        assert "own*" in several.text()
        assert "propres*" in several.text("fr")

    def test_what_binds_is_of_their_own_runs(self, several: Published):
        binds = several.binds.set_index("place")
        assert list(binds.index) == [*several.national.places, "all"]
        mine = several.own["52"].binds.set_index("place")
        columns = ["places", "slots", "orientations"]
        assert binds.loc["52", columns].tolist() == mine.loc["52", columns].tolist()
        nation = several.national.binds.set_index("place")
        assert binds.loc["51", columns].tolist() == nation.loc["51", columns].tolist()

    def test_maps_say_that_the_split_inside_is_synthetic(self, several: Published, both: Published):
        for measure in ("entries", "binds"):
            told = texts(several.plot(measure, lang="fr"))
            assert "la répartition est de nouveau synthétique" in told
            assert "la répartition est de nouveau synthétique" not in texts(both.plot(measure))

    def test_one_of_them_cannot_have_figures_of_its_own_too(self, several, sample, place, tmp_path):
        two = made_of_a_place(tmp_path / "of2", "08+52", part=0.01)
        with pytest.raises(InputError, match="département 52 has two sets of figures") as told:
            requested(TREND, [place, two], sample=sample)
        assert str(place) in str(told.value)
        assert str(two) in str(told.value)

    def test_their_draws_are_for_them_alone(self, tmp_path: Path):
        two = posterior(made_of_a_place(tmp_path / "of2", "08+10"))
        turned = {**ALONE, "territory.departements": ["10", "08"]}
        assert two.under(TREND.with_(turned), 0).territory.departements == ("10", "08")
        with pytest.raises(InputError, match=r"département\(s\) 08\+10 alone") as told:
            two.under(TREND.with_(ALONE), 0)
        assert 'territory.departements = ["08", "10"]' in told.value.problems[0].remedy


class TestCommand:
    def test_own_figures_come_as_tables_and_maps(self, sample: Path, place: Path, tmp_path: Path):
        folder = tmp_path / "out"
        territory("trend", own=[str(place)], posterior=str(sample), draws=1, replications=1,
                  settings=["horizon.end=2022-01-01", "target.year=2021"], out=str(folder),
                  workers=1)  # fmt: skip
        binds = pd.read_csv(folder / "binds.csv", dtype={"place": str}).set_index("place")
        assert binds["figures"]["52"] == "own_figures"
        assert (folder / "map_binds.png").stat().st_size > 10_000
        told = (folder / "territory.txt").read_text(encoding="utf-8")
        assert "beside their part of the nation" in told

    def test_it_writes_tables_and_maps_in_french(self, sample: Path, tmp_path: Path):
        folder = tmp_path / "out"
        settings = [part for key, value in SHORT.items() for part in ("--set", f"{key}={value!r}")]
        done = agsim("territory", "trend", *settings, "--posterior", str(sample), "--draws", "1",
                     "--replications", "1", "--by", "region", "--workers", "1", "--lang", "fr",
                     "--out", str(folder))  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "Région" in done.stdout
        names = {path.name for path in folder.iterdir()}
        maps = {f"map_{m}.{e}" for m in ("entries", "entry_delay", "load", "binds")
                for e in ("png", "svg")}  # fmt: skip
        tables = {"territory.csv", "binds.csv", "sums.csv", "territory.txt", "manifest.json"}
        assert names == maps | tables
        table = pd.read_csv(folder / "territory.csv")
        entries = table[table["measure"] == "entries"].set_index("place")["value"]
        assert entries.drop("all").sum() == pytest.approx(entries["all"])
        assert "synthétique" in (folder / "territory.txt").read_text(encoding="utf-8")

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            ({"year": 2050}, "2050 is not simulated"),
            ({"own": ["nowhere"]}, "neither the folder of a posterior nor a scenario"),
            ({"own": ["."]}, "draws.csv: cannot be read"),
            ({"own": ["."], "by": Kind.REGION}, "leave out --by"),
            ({"own": ["."], "reading": "process"}, "leave out --reading"),
        ],
    )
    def test_mistakes_are_told_before_anything_runs(self, arguments, says: str, tmp_path: Path):
        with pytest.raises(InputError, match=says):
            territory("trend", **arguments, out=str(tmp_path / "out"))
        assert not (tmp_path / "out").exists()
