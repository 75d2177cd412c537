"""The figures of a calibration: the published ones, a user's file, and every mistake in it."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from bad_figures import (
    BROKEN_FIGURES,
    GOOD,
    HAUTE_MARNE,
    HEADER,
    BrokenFigures,
    figures_file,
    refused,
    row,
)
from bad_inputs import shows_a_way_out
from hypothesis import given
from hypothesis import strategies as st

from calibration.figure_measures import MEASURES, PORTFOLIOS
from calibration.figures import Figure, Figures, published, read_figures, template
from calibration.targets import targets
from sim.errors import InputError
from sim.measures.frames import UNITS
from sim.observed_figures import observed
from sim.quantities import Quantity

ONLY_HERE = {"orientations_employment_service", "orientations_social_service", PORTFOLIOS}


def of(figures: Figures) -> dict[str, Figure]:
    return {f"{each.measure} {each.period}": each for each in figures.rows}


# The published figures


def test_the_published_figures_are_those_of_the_observed_file():
    found = of(published())
    assert {name: each.value for name, each in found.items()} == targets()
    assert len(found) == 9
    for each in found.values():
        series = observed()[each.measure]
        assert each.value == series.values[each.year]
        assert each.error == series.error
        assert each.source == series.source
        assert each.place == ""


def test_the_published_errors_are_assumptions_and_say_why():
    errors = {each.measure: each.error for each in published().rows}
    assert errors == {"entries": 0.01, "entry_delay": 0.02, "parcours_duration": 0.015}
    assert all(error.source.startswith("assumption: ") for error in errors.values())


def test_series_that_are_input_or_not_modelled_have_no_error():
    without = {name for name, series in observed().items() if series.error is None}
    assert without == {PORTFOLIOS, "satisfaction"}


def test_the_published_figures_leave_the_portfolios_to_the_history():
    figures = published()
    assert not figures.portfolios
    assert figures.years == (2018, 2019, 2020)
    assert figures.place == ""


def test_measures_and_units_are_those_of_the_results():
    for name, measure in MEASURES.items():
        if name not in ONLY_HERE | {"load"}:
            assert measure.unit == UNITS[name]
    assert "load" in UNITS


# Good files


def test_rows_of_the_country_come_beside_the_published_ones(tmp_path: Path):
    figures = read_figures(
        figures_file(tmp_path, f"{HEADER}{GOOD}load,2019-03,44.5,people per portfolio\n")
    )
    found = of(figures)
    assert len(found) == 9 + 2
    assert found["entries 2018"] == of(published())["entries 2018"]
    assert found["entries 2021"].value == 95_000
    assert found["load 2019-03"].value == 44.5
    assert figures.years == (2018, 2019, 2020, 2021)
    assert dict(figures.portfolios) == {
        date(2018, 12, 31): 972,
        date(2019, 12, 31): 1042,
        date(2020, 12, 31): 1137,
        date(2021, 12, 31): 1200,
    }


def test_without_more_years_or_portfolios_the_history_keeps_its_own(tmp_path: Path):
    figures = read_figures(figures_file(tmp_path, row("stock,2019,46000,people")))
    assert not figures.portfolios
    assert figures.years == (2018, 2019, 2020)


def test_a_row_replaces_a_published_figure_where_it_says_so(tmp_path: Path):
    path = figures_file(tmp_path, row("entries,2019,92000,people,,0.005,our count,published"))
    figures = read_figures(path)
    assert len(figures.rows) == 9
    replaced = of(figures)["entries 2019"]
    assert (replaced.value, replaced.error, replaced.source) == (92_000, 0.005, "our count")


def test_portfolios_replace_published_ones(tmp_path: Path):
    text = "portfolios_in_december,2019,1050,portfolios,,,,published"
    figures = read_figures(figures_file(tmp_path, row(text)))
    assert len(figures.rows) == 9
    assert list(figures.portfolios.values()) == [972, 1050, 1137]


def test_months_take_the_place_of_the_published_year(tmp_path: Path):
    text = "".join(f"entries,2020-{m:02},7500,people,,,,published\n" for m in range(1, 13))
    found = of(read_figures(figures_file(tmp_path, HEADER + text)))
    assert "entries 2020" not in found
    assert len(found) == 8 + 12


def test_some_months_stand_beside_the_published_year(tmp_path: Path):
    found = of(read_figures(figures_file(tmp_path, row("entries,2020-04,3000,people"))))
    assert found["entries 2020"].value == 90_448
    assert found["entries 2020-04"].value == 3000


def test_a_departement_stands_alone(tmp_path: Path):
    figures = read_figures(figures_file(tmp_path, f"{HEADER}{HAUTE_MARNE}"))
    assert figures.place == "52"
    assert set(of(figures)) == {"entries 2019", "entries 2020"}
    assert {each.place for each in figures.rows} == {"52"}
    assert figures.years == (2019, 2020)
    assert dict(figures.portfolios) == {date(2019, 12, 31): 4, date(2020, 12, 31): 4}


def test_a_departement_may_give_the_december_before_its_first_year(tmp_path: Path):
    text = f"{HEADER}{HAUTE_MARNE}portfolios_in_december,2018,3.5,portfolios,52\n"
    figures = read_figures(figures_file(tmp_path, text))
    assert figures.years == (2019, 2020)
    assert figures.portfolios[date(2018, 12, 31)] == 3.5


def test_errors_that_are_not_given_are_known_or_assumed(tmp_path: Path):
    text = f"{HEADER}{GOOD}entry_delay,2021,22,days\nload,2021,44,people per portfolio\n"
    found = of(read_figures(figures_file(tmp_path, text + "stock,2021,5e4,people,,0.1,a survey\n")))
    assert found["entries 2021"].error == 0.01
    assert found["entry_delay 2021"].error == observed()["entry_delay"].error
    assert found["load 2021"].error == 0.03
    assert found["load 2021"].error.source.startswith("assumption")
    assert (found["stock 2021"].error, found["stock 2021"].error.source) == (0.1, "a survey")


def test_a_figure_without_a_source_names_its_file_and_line(tmp_path: Path):
    figures = read_figures(figures_file(tmp_path, f"# mine\n{HEADER}\n{GOOD}"))
    assert of(figures)["entries 2021"].source == "figures.csv, line 5"
    assert figures.portfolios[date(2021, 12, 31)].source == "figures.csv, line 4"
    assert figures.portfolios[date(2020, 12, 31)].source == observed()[PORTFOLIOS].source


@pytest.mark.parametrize(
    "content",
    [
        "Measure;Period;Value;Unit\nqueue_delay;2020;1234,5;days\n",
        "measure;period;value;unit\nqueue_delay;2020;1234.5;days\n",
        "measure,period,value,unit\nqueue_delay,2020,1234.5,days\n",
        "measure,period,value,unit\r\nqueue_delay,2020,1234.5,days\r\n",
        "\ufeffmeasure;period;value;unit;place;;\r\nQueue_delay;2020;1 234,5;Days;;;\r\n;;;;;;\r\n",
        "unit;value;period;measure\ndays;1\u00a0234,5;2020;queue_delay\n",
        'measure;period;value;unit;source\nqueue_delay;2020;"1\u202f234,5";days;"a; b"\n',
        '# a "word;\n"# a, quoted"\n\nmeasure,period,value,unit\n #\nqueue_delay,2020,1234.5,days',
    ],
    ids=["french", "semicolon", "comma", "windows", "excel", "order", "quoted", "comments"],
)  # fmt: skip
def test_the_same_figure_in_many_hands(
    tmp_path: Path, content: str, monkeypatch: pytest.MonkeyPatch
):
    high = replace(MEASURES["queue_delay"], highest=2000)
    monkeypatch.setattr("calibration.figure_rows.MEASURES", {**MEASURES, "queue_delay": high})
    found = of(read_figures(figures_file(tmp_path, content)))
    assert found["queue_delay 2020"].value == 1234.5


def test_the_template_can_be_read_and_shows_every_measure(tmp_path: Path):
    text = template()
    figures = read_figures(figures_file(tmp_path, text))
    own = {each.measure for each in figures.rows if each.year == 2021}
    assert own | {PORTFOLIOS} == set(MEASURES)
    assert max(len(line) for line in text.splitlines()) <= 100
    assert not any(";" in line for line in text.splitlines() if line.startswith("#"))


# The fingerprint


def test_the_fingerprint_is_of_values_and_errors_not_of_sources_or_order():
    figures = published()
    renamed = [replace(each, source="elsewhere") for each in reversed(figures.rows)]
    renamed[0] = replace(renamed[0], error=Quantity(float(renamed[0].error), source="another"))
    assert replace(figures, rows=tuple(renamed)).fingerprint == figures.fingerprint


@pytest.mark.parametrize(
    "change",
    [{"value": 1.0}, {"error": Quantity(0.5)}, {"period": "2017"}, {"measure": "stock"}],
    ids=lambda change: next(iter(change)),
)
def test_the_fingerprint_moves_with_what_is_fitted(change):
    figures = published()
    other = replace(figures.rows[0], **change)
    assert replace(figures, rows=(other, *figures.rows[1:])).fingerprint != figures.fingerprint


def test_the_fingerprint_moves_with_portfolios_and_place(tmp_path: Path):
    one = read_figures(figures_file(tmp_path, f"{HEADER}{GOOD}"))
    two = read_figures(figures_file(tmp_path, f"{HEADER}{GOOD}".replace("1200", "1201")))
    assert one.fingerprint != two.fingerprint
    assert replace(one, place="52").fingerprint != one.fingerprint


def test_the_fingerprint_is_the_same_everywhere():
    assert published().fingerprint == "a77b307fbea4f86a"


def test_figures_go_to_other_processes(tmp_path: Path):
    figures = read_figures(figures_file(tmp_path, template()))
    back = pickle.loads(pickle.dumps(figures))
    assert back == figures
    assert back.fingerprint == figures.fingerprint
    assert back.rows[0].error.source == figures.rows[0].error.source


# Broken files


def test_the_table_has_no_name_twice():
    names = [broken.name for broken in BROKEN_FIGURES]
    assert len(set(names)) == len(names) >= 70


@pytest.mark.parametrize("broken", BROKEN_FIGURES, ids=lambda broken: broken.name)
def test_a_broken_file_is_refused_with_file_key_and_words(broken: BrokenFigures, tmp_path: Path):
    path = figures_file(tmp_path, broken.content, broken.name)
    error = refused(path)
    assert all(each.where == str(path) for each in error.problems)
    assert broken.key in {each.key for each in error.problems}
    assert broken.says in str(error)
    assert shows_a_way_out(error), str(error)
    assert max(len(line) for line in str(error).replace(str(tmp_path), "").splitlines()) < 400


@pytest.mark.parametrize("broken", BROKEN_FIGURES, ids=lambda broken: broken.name)
def test_one_mistake_is_not_told_as_two(broken: BrokenFigures, tmp_path: Path):
    several = {"mistakes_beside_an_unknown_measure", "missing_column_hides_no_mistake",
               "near_column", "gap_in_the_years", "gap_in_a_departement"}  # fmt: skip
    error = refused(figures_file(tmp_path, broken.content))
    assert (len(error.problems) > 1) == (broken.name in several), str(error)


SEVERAL = """measure,period,value,unit,error,colour
# line 2
entires,2021,5,people
entry_delay,2021,3,weeks
stock,2019,-5,people
stock,2019,46000,people,7
exits,2016-13,90000,people
entries,2018,73000,people
"""


def test_all_mistakes_are_reported_at_once_in_the_order_of_lines(tmp_path: Path):
    error = refused(figures_file(tmp_path, SEVERAL))
    assert [each.key for each in error.problems] == [
        "line 1",
        "line 3, measure",
        "line 4, unit",
        "line 5, value",
        "line 6, error",
        "line 6, measure",
        "line 7, period",
        "line 8, measure",
    ]
    assert str(error).count("figures.csv") == len(error.problems)


def test_a_wrong_value_is_there_all_the_same(tmp_path: Path):
    """A mistake in the entries of 2021 is not told as entries of 2021 that are missing."""
    error = refused(figures_file(tmp_path, f"{HEADER}{GOOD}".replace("95000", "many")))
    assert [each.key for each in error.problems] == ["line 3, value"]


def test_a_folder_is_refused(tmp_path: Path):
    error = refused(tmp_path)
    assert "is a folder → name a CSV file" in str(error)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("figurs.csv", "there is no such file → did you mean 'figures.csv'?"),
        ("nothing/like/it.txt", "there is no such file → check the path"),
        ("a\0b", "cannot be read"),
        ("x" * 300, "cannot be read"),
        ("x" * 5000, "cannot be read"),
    ],
    ids=["near", "far", "null", "long", "very_long"],
)
def test_a_missing_file_is_refused(tmp_path: Path, name: str, says: str):
    figures_file(tmp_path, GOOD)
    error = refused(tmp_path / name)
    assert says in str(error)
    assert shows_a_way_out(error)


@given(st.one_of(st.binary(max_size=80), st.text(max_size=80).map(str.encode)))
def test_any_bytes_are_figures_or_an_input_error(tmp_path_factory, content: bytes):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(HEADER.encode() + content)
    try:
        read_figures(path)
        told = "any.csv"
    except InputError as error:
        told = str(error)
    assert "any.csv" in told
