"""Broken scenario files: each is refused with its file, its key and a way out."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.scenario_files import LARGEST_FILE_BYTES, as_toml_value

ROOT = Path(__file__).resolve().parents[1]
TITLE = 'title = "A broken one"\n'
SHOCK = TITLE + "[shocks.closure]\n"


@dataclass(frozen=True)
class Broken:
    """A broken file: its content, the key and the words that the message must have.

    `beside` are other files in its folder; `blamed` is the file that the
    message must name, where it is not the file itself.
    """

    name: str
    content: str | bytes
    key: str
    says: str
    beside: Mapping[str, str] = field(default_factory=dict)
    blamed: str = ""


WRONG_TYPES = [
    Broken("text_for_a_number", TITLE + '[portfolios]\nplaces = "58"\n', "portfolios.places",
           "is '58', must be a number"),
    Broken("bool_for_a_number", TITLE + "[posts]\ntarget = true\n", "posts.target",
           "is true, must be a number"),
    Broken("list_for_a_number", TITLE + "[posts]\nturnover_per_year = [0.1, 0.2]\n",
           "posts.turnover_per_year", "must be a number"),
    Broken("date_for_a_number", TITLE + "[entry]\nagreement = 2020-01-01\n", "entry.agreement",
           "must be a number"),
    Broken("number_for_a_timeline", TITLE + "[orientations]\nper_year = 100000\n",
           "orientations.per_year", "must be a table of years or dates"),
    Broken("list_for_a_timeline", TITLE + "[parcours]\nduration_days = [195, 189]\n",
           "parcours.duration_days", "must be a table of years or dates"),
    Broken("text_in_a_timeline", TITLE + '[parcours]\nduration_days = { 2018 = "long" }\n',
           "parcours.duration_days", "at 2018: is 'long', must be a number"),
    Broken("number_for_a_section", TITLE + "orientations = 5\n", "orientations", "is 5"),
    Broken("list_for_a_section", TITLE + "[[posts]]\ntarget = 5\n", "posts", "target"),
    Broken("number_for_a_lever", TITLE + "[levers]\nshared_target = 1\n", "levers.shared_target",
           "is 1"),
    Broken("number_for_a_shock", TITLE + "[shocks]\nclosure = 1\n", "shocks.closure", "is 1"),
    Broken("list_for_the_shocks", TITLE + "shocks = [1]\n", "shocks", "is [1]"),
    Broken("number_for_the_title", "title = 5\n", "title", "is 5"),
    Broken("number_for_the_description", TITLE + "description = 5\n", "description", "is 5"),
    Broken("text_for_a_date", TITLE + '[posts]\nhiring_start = "soon"\n', "posts.hiring_start",
           "is 'soon'"),
    Broken("bool_for_a_date", TITLE + "[posts]\nhiring_start = true\n", "posts.hiring_start",
           "is true"),
    Broken("year_for_a_date", TITLE + "[posts]\nhiring_start = 2021\n", "posts.hiring_start",
           "is 2021"),
    Broken("zero_for_a_date", TITLE + "[posts]\nhiring_start = 0\n", "posts.hiring_start", "is 0"),
    Broken("time_of_day_in_a_date", TITLE + "[posts]\nhiring_start = 2021-01-01T12:00:00\n",
           "posts.hiring_start", "2021"),
    Broken("text_for_a_year", TITLE + '[target]\nyear = "soon"\n', "target.year", "is 'soon'"),
    Broken("bool_for_a_year", TITLE + "[target]\nyear = true\n", "target.year", "is true"),
    Broken("number_for_the_base", TITLE + "base = 5\n", "base", "is 5, must be a text"),
    Broken("number_for_a_source", TITLE + "[portfolios]\nplaces = { value = 58, source = 3 }\n",
           "portfolios.places", "source 3, must be a text"),
    Broken("number_for_the_departements", TITLE + "[territory]\ndepartements = 52\n",
           "territory.departements", "is 52"),
    Broken("numbers_in_the_departements", TITLE + "[territory]\ndepartements = [52]\n",
           "territory.departements", "is [52]"),
    Broken("one_code_without_a_list", TITLE + '[territory]\ndepartements = "52"\n',
           "territory.departements", "a list of codes"),
    Broken("bool_for_a_choice", TITLE + "[posts]\nallocation = true\n", "posts.allocation",
           "'proportional'"),
]  # fmt: skip

OUT_OF_BOUNDS = [
    Broken("negative_places", TITLE + "[portfolios]\nplaces = -58\n", "portfolios.places",
           "must be from 1 to 500 (people)"),
    Broken("share_in_per_cent", TITLE + "[entry]\nagreement = 90\n", "entry.agreement",
           "must be from 0 to 1 (share)"),
    Broken("negative_posts", TITLE + "[posts]\ntarget = -1\n", "posts.target",
           "must be from 0 to 50000 (posts)"),
    Broken("fractional_posts", TITLE + "[posts]\ntarget = 1200.5\n", "posts.target",
           "must be a whole number"),
    Broken("intensity_in_per_cent", TITLE + "[levers.shared_target]\nintensity = 100\n",
           "levers.shared_target.intensity", "must be from 0 to 1"),
    Broken("negative_orientations", TITLE + "[orientations]\nper_year = { 2020 = -1 }\n",
           "orientations.per_year", "must be from 0 to"),
    Broken("low_out_of_bounds", TITLE + "[entry]\nagreement = { value = 0.9, low = -1 }\n",
           "entry.agreement", "is -1, must be from 0 to 1"),
    Broken("nan", TITLE + "[posts]\ntarget = nan\n", "posts.target", "must be a finite number"),
    Broken("inf", TITLE + "[entry]\npatience_days = inf\n", "entry.patience_days",
           "must be a finite number"),
    Broken("minus_inf", TITLE + "[orientations]\nper_year = { 2020 = -inf }\n",
           "orientations.per_year", "must be a finite number"),
    Broken("nan_low", TITLE + "[entry]\nagreement = { value = 0.9, low = nan }\n",
           "entry.agreement", "must be a finite number"),
    Broken("huge_float", TITLE + "[posts]\ntarget = 1e400\n", "posts.target",
           "must be a finite number"),
    Broken("huge_whole_number", TITLE + f"[posts]\ntarget = 1{'0' * 400}\n", "posts.target",
           "too large"),
    Broken("huge_year", TITLE + f"[target]\nyear = 1{'0' * 400}\n", "target.year", "2100"),
    Broken("huge_date", TITLE + "[posts]\nhiring_end = 1e400\n", "posts.hiring_end", "is inf"),
    Broken("huge_hexadecimal_title", f"title = 0x{'F' * 5000}\n", "title", "valid string"),
    Broken("huge_hexadecimal_year", TITLE + f"[target]\nyear = 0x{'F' * 5000}\n", "target.year",
           "2100"),
    Broken("huge_hexadecimal_choice", TITLE + f"[posts]\nallocation = 0x{'F' * 5000}\n",
           "posts.allocation", "'proportional'"),
    Broken("value_above_its_high", TITLE + "[portfolios]\nplaces = { value = 80, high = 70 }\n",
           "portfolios.places", "outside its own range"),
    Broken("value_below_its_low", TITLE + "[portfolios]\nplaces = { value = 40, low = 47 }\n",
           "portfolios.places", "outside its own range"),
    Broken("outcomes_above_one", TITLE + "[parcours]\nto_employment = 0.8\nto_training = 0.3\n",
           "parcours", "at most 1"),
]  # fmt: skip

BROKEN_DATES = [
    Broken("end_before_opening", TITLE + "[horizon]\nopening = 2022-01-01\n", "horizon",
           "reversed"),
    Broken("measured_after_the_end", TITLE + "[horizon]\nmeasured_from = 2021-01-01\n", "horizon",
           "reversed"),
    Broken("opening_within_a_month", TITLE + "[horizon]\nopening = 2016-01-02\n", "horizon",
           "must be the first of a month"),
    Broken("longer_than_30_years", TITLE + "[horizon]\nend = 2047-01-01\n", "horizon", "30 years"),
    Broken("hiring_backwards", TITLE + "[posts]\nhiring_end = 2020-06-01\n", "posts",
           "hiring_end 2020-06-01 is before hiring_start 2021-01-01"),
    Broken("later_before_hiring_ends", TITLE + "[posts]\nlater = { 2021-06-01 = 900 }\n", "posts",
           "must be after hiring_end 2021-12-31"),
    Broken("shock_ends_before_it_starts", SHOCK + "start = 2020-03-17\nend = 2020-03-01\n",
           "shocks.closure", "end 2020-03-01 must be after start 2020-03-17"),
    Broken("shock_without_an_end", SHOCK + "start = 2020-03-17\n", "shocks.closure.end",
           "is missing"),
    Broken("shock_without_a_start", SHOCK + "end = 2020-03-17\n", "shocks.closure.start",
           "is missing"),
    Broken("places_within_a_month", TITLE + "[portfolios]\nplaces_from = { 2021-03-15 = 40 }\n",
           "portfolios.places_from.2021-03-15", "2021-03-01"),
    Broken("history_after_hiring_starts",
           TITLE + "[portfolios]\nin_service = { 2020 = 1100, 2021-06-01 = 1200 }\n",
           "portfolios.in_service.2021-06-01", "is after posts.hiring_start 2021-01-01"),
    Broken("target_after_the_end", TITLE + "[target]\nyear = 2030\n", "target.year",
           "horizon.end = 2031-01-01"),
    Broken("target_before_the_opening", TITLE + "[target]\nyear = 2010\n", "target.year",
           "not simulated"),
    Broken("bad_key_in_a_timeline", TITLE + "[orientations]\nper_year = { soon = 1 }\n",
           "orientations.per_year", "must be a year (2020) or a date (2020-03-17)"),
    Broken("no_such_day_in_a_timeline",
           TITLE + "[orientations]\nper_year = { 2021-02-30 = 1 }\n", "orientations.per_year",
           "must be a year (2020) or a date (2020-03-17)"),
    Broken("date_twice", TITLE + "[orientations]\nper_year = { 2020 = 1, 2020-01-01 = 2 }\n",
           "orientations.per_year", "gives 2020-01-01 twice"),
    Broken("date_twice_over_a_base",
           'title = "t"\nbase = "below"\n[orientations.per_year]\n2020 = 1\n2020-01-01 = 2\n',
           "orientations.per_year", "gives 2020-01-01 twice",
           beside={"below.toml": TITLE + "[orientations]\nper_year = { 2020 = 5 }\n"}),
]  # fmt: skip

UNKNOWN = [
    Broken("unknown_section", TITLE + "[orientation]\n", "orientation",
           "did you mean 'orientations'?"),
    Broken("unknown_key_at_the_top", TITLE + 'bass = "trend"\n', "bass", "did you mean 'base'?"),
    Broken("unknown_key", TITLE + "[portfolios]\nplace = 58\n", "portfolios.place",
           "did you mean 'places'?"),
    Broken("unknown_key_far_from_all", TITLE + "[entry]\nxyz = 1\n", "entry.xyz",
           "patience_days"),
    Broken("unknown_lever", TITLE + "[levers.shared_targets]\nintensity = 1\n",
           "levers.shared_targets", "did you mean 'shared_target'?"),
    Broken("unknown_key_of_a_lever", TITLE + "[levers.shared_target]\nintensty = 1\n",
           "levers.shared_target.intensty", "did you mean 'intensity'?"),
    Broken("unknown_key_of_a_shock",
           SHOCK + "start = 2020-03-17\nend = 2020-05-11\norientation = 0.5\n",
           "shocks.closure.orientation", "did you mean 'orientations'?"),
    Broken("unknown_key_of_a_shock_called_end",
           TITLE + "[shocks.end]\nstart = 2020-03-17\nend = 2020-05-11\norientation = 0.5\n",
           "shocks.end.orientation", "did you mean 'orientations'?"),
    Broken("unknown_entry_of_a_quantity",
           TITLE + "[portfolios]\nplaces = { value = 58, hihg = 70 }\n", "portfolios.places",
           "['hihg'], a quantity has value, low, high, source"),
    Broken("unknown_entry_in_a_timeline",
           TITLE + "[orientations]\nper_year = { 2020 = { value = 1, lo = 0 } }\n",
           "orientations.per_year", "['lo']"),
    Broken("quantity_without_value", TITLE + "[portfolios]\nplaces = { low = 47, high = 70 }\n",
           "portfolios.places", "without 'value'"),
    Broken("empty_quantity", TITLE + "[portfolios]\nplaces = {}\n", "portfolios.places",
           "without 'value'"),
    Broken("unknown_departement", TITLE + '[territory]\ndepartements = ["52", "2AA"]\n',
           "territory.departements", "did you mean '2A'?"),
    Broken("departement_with_a_zero_before", TITLE + '[territory]\ndepartements = ["052"]\n',
           "territory.departements", "did you mean '52'?"),
    Broken("no_departement", TITLE + "[territory]\ndepartements = []\n", "territory.departements",
           "is empty"),
    Broken("departement_twice", TITLE + '[territory]\ndepartements = ["52", "08", "52"]\n',
           "territory.departements", "twice"),
    Broken("unknown_allocation", TITLE + '[posts]\nallocation = "where_it_queue"\n',
           "posts.allocation", "'where_it_queues'"),
    Broken("unknown_opening_state", TITLE + '[horizon]\nopening_state = "full"\n',
           "horizon.opening_state", "'warm_up' or 'empty'"),
    Broken("unknown_measure", TITLE + '[target]\nmeasure = "entry"\n', "target.measure",
           "'entries'"),
]  # fmt: skip

BASES = [
    Broken("base_is_itself", TITLE + 'base = "base_is_itself"\n', "base", "circle"),
    Broken("base_goes_round", TITLE + 'base = "second"\n', "base", "circle",
           beside={"second.toml": TITLE + 'base = "base_goes_round"\n'}, blamed="second.toml"),
    Broken("base_missing", TITLE + 'base = "trendy"\n', "base", "did you mean 'trend'?"),
    Broken("base_of_the_base_missing", TITLE + 'base = "second"\n', "base", "does not exist",
           beside={"second.toml": TITLE + 'base = "nowhere"\n'}, blamed="second.toml"),
    Broken("mistake_in_the_base", TITLE + 'base = "second"\n', "portfolios.places",
           "must be from 1 to 500",
           beside={"second.toml": TITLE + "[portfolios]\nplaces = 0\n"}, blamed="second.toml"),
    Broken("mistake_over_a_base", TITLE + 'base = "second"\n[portfolios]\nplaces = 0\n',
           "portfolios.places", "must be from 1 to 500",
           beside={"second.toml": TITLE + "[portfolios]\nplaces = 58\n"}),
    Broken("base_not_toml", TITLE + 'base = "second"\n', "", "is not TOML",
           beside={"second.toml": "title\n"}, blamed="second.toml"),
    Broken("base_is_empty_text", TITLE + 'base = ""\n', "base", "''"),
    Broken("base_is_this_folder", TITLE + 'base = "."\n', "base", "'.'"),
    Broken("base_is_the_root_folder", TITLE + 'base = "/"\n', "base", "'/'"),
    Broken("base_with_a_null", TITLE + 'base = "a\\u0000b"\n', "base", "does not exist"),
    Broken("base_with_a_long_name", TITLE + f'base = "{"x" * 300}"\n', "base", "does not exist"),
]  # fmt: skip

NOT_A_SCENARIO = [
    Broken("no_title", "[portfolios]\nplaces = 58\n", "title", "is missing"),
    Broken("empty_title", 'title = ""\n', "title", "at least 1 character"),
    Broken("empty_file", "", "title", "is missing"),
    Broken("prose", "Please hire 2300 counsellors.\n", "", "is not TOML"),
    Broken("json", '{"title": "t"}\n', "", "is not TOML"),
    Broken("key_twice", TITLE + TITLE, "", "is not TOML"),
    Broken("not_closed", TITLE + "[portfolios\n", "", "line 2"),
    Broken("nested_beyond_reason", TITLE + f"a = {'[' * 5000}\n", "", "is not TOML"),
    Broken("tables_beyond_reason", TITLE + f"{'a.' * 3000}b = 1\n", "", ""),
    Broken("tables_beyond_reason_over_a_base",
           TITLE + f'base = "trend"\n[posts]\n{"a." * 3000}b = 1\n', "", ""),
    Broken("digits_beyond_reason", TITLE + f"[target]\nyear = {'9' * 5000}\n", "", ""),
    Broken("null_bytes", TITLE.encode() + b"\0\0\0", "", "is not TOML"),
    Broken("latin_1", 'title = "Département"\n'.encode("latin-1"), "", "is not UTF-8"),
    Broken("utf_16", TITLE.encode("utf-16"), "", "is not UTF-8"),
    Broken("utf_16_without_a_mark", TITLE.encode("utf-16-le"), "", "is not TOML"),
    Broken("binary", bytes(range(256)), "", "is not UTF-8"),
    Broken("larger_than_1_mb", TITLE + "#" * LARGEST_FILE_BYTES, "", "larger than 1 MB"),
]  # fmt: skip

BROKEN = WRONG_TYPES + OUT_OF_BOUNDS + BROKEN_DATES + UNKNOWN + BASES + NOT_A_SCENARIO


def written(broken: Broken, folder: Path) -> Path:
    """The broken file in a folder, with the files beside it."""
    for name, text in broken.beside.items():
        (folder / name).write_text(text, encoding="utf-8")
    path = folder / f"{broken.name}.toml"
    if isinstance(broken.content, bytes):
        path.write_bytes(broken.content)
    else:
        path.write_text(broken.content, encoding="utf-8")
    return path


def refused(path: Path) -> sim.InputError:
    """The error with which a file is refused; any other exception is let through."""
    with pytest.raises(sim.InputError) as caught:
        sim.load(path)
    return caught.value


def shows_a_way_out(error: sim.InputError) -> bool:
    """Whether every problem has a remedy, or says what is allowed instead."""
    return all(
        each.remedy or "must " in each.message or "at most" in each.message
        for each in error.problems
    )


def test_the_table_has_no_name_twice():
    names = [broken.name for broken in BROKEN]
    assert len(set(names)) == len(names) >= 45


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_a_broken_file_is_refused_with_file_key_and_words(broken: Broken, tmp_path: Path):
    path = written(broken, tmp_path)
    error = refused(path)
    blamed = broken.blamed or path.name
    named = [each for each in error.problems if each.where.endswith(blamed)]
    assert named, f"no problem names {blamed}: {error}"
    assert any(each.key == broken.key or not broken.key for each in named) or any(
        each.key.startswith(f"{broken.key}.") for each in named
    ), f"no problem names {broken.key}: {error}"
    assert broken.says in str(error)


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_a_message_shows_a_way_out_in_words_of_a_planner(broken: Broken, tmp_path: Path):
    error = refused(written(broken, tmp_path))
    assert shows_a_way_out(error), str(error)
    shown = str(error).replace(str(tmp_path), "")
    assert "instance of" not in shown
    assert max(len(line) for line in shown.splitlines()) < 1000


def test_a_folder_is_refused(tmp_path: Path):
    folder = tmp_path / "folder.toml"
    folder.mkdir()
    error = refused(folder)
    assert "folder.toml" in str(error)
    assert "is a folder" in str(error)
    assert shows_a_way_out(error)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all files")
def test_an_unreadable_file_is_refused(tmp_path: Path):
    path = tmp_path / "locked.toml"
    path.write_text(TITLE, encoding="utf-8")
    path.chmod(0)
    error = refused(path)
    assert "locked.toml" in str(error)
    assert shows_a_way_out(error)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("trendd", "did you mean 'trend'?"),
        ("nothing/like/it.toml", "no such scenario"),
        ("", ""),
        ("a\0b", "no such scenario"),
        ("x" * 300, "no such scenario"),
        ("x" * 5000, "no such scenario"),
    ],
    ids=["near", "far", "empty", "null", "long", "very_long"],
)
def test_a_name_that_is_no_file_is_refused(name: str, says: str):
    with pytest.raises(sim.InputError) as caught:
        sim.load(name)
    assert says in str(caught.value)
    assert shows_a_way_out(caught.value)


def test_a_mark_of_byte_order_and_windows_line_ends_are_no_mistakes(tmp_path: Path):
    path = tmp_path / "windows.toml"
    path.write_bytes("\ufefftitle = 't'\r\n[portfolios]\r\nplaces = 60\r\n".encode())
    assert sim.load(path).portfolios.places == 60


SEVERAL = """
title = "Six mistakes"
[territory]
unevenes = 0.2
[portfolios]
places = -1
[posts]
target = "many"
[levers.shared_target]
intensity = 2
[entry]
process_delay_days = { soon = 30 }
[shocks.closure]
start = 2020-03-17
"""


def test_several_mistakes_are_reported_at_once(tmp_path: Path):
    path = tmp_path / "several.toml"
    path.write_text(SEVERAL, encoding="utf-8")
    error = refused(path)
    assert {each.key for each in error.problems} == {
        "territory.unevenes",
        "portfolios.places",
        "posts.target",
        "levers.shared_target.intensity",
        "entry.process_delay_days",
        "shocks.closure.end",
    }
    assert str(error).count("several.toml") == len(error.problems)


def test_a_missing_title_hides_no_other_mistake(tmp_path: Path):
    path = tmp_path / "untitled.toml"
    path.write_text("[portfolios]\nplaces = -1\n", encoding="utf-8")
    assert {each.key for each in refused(path).problems} == {"title", "portfolios.places"}


def test_a_wrong_number_hides_no_mistake_of_meaning(tmp_path: Path):
    path = tmp_path / "two_kinds.toml"
    text = TITLE + '[portfolios]\nplaces = -1\n[territory]\ndepartements = ["XX"]\n'
    path.write_text(text, encoding="utf-8")
    keys = {each.key for each in refused(path).problems}
    assert keys == {"portfolios.places", "territory.departements"}


def test_two_mistakes_of_meaning_are_reported_at_once(tmp_path: Path):
    path = tmp_path / "two_meanings.toml"
    text = TITLE + '[target]\nyear = 2030\n[territory]\ndepartements = ["XX"]\n'
    path.write_text(text, encoding="utf-8")
    keys = {each.key for each in refused(path).problems}
    assert keys == {"target.year", "territory.departements"}


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"levers.shared_target.intensty": 1}, "levers.shared_target.intensty"),
        ({"posts.target": "many"}, "posts.target"),
        ({"posts.target": None, "posts.hiring_end": date(2020, 1, 1)}, "posts"),
        ({"posts": 5}, "posts"),
        ({"posts": 5, "posts.target": 6}, "posts.target"),
        ({"posts..target": 5}, "posts..target"),
        ({"shocks.closure": None}, "shocks.closure"),
        ({"base": "lockdown"}, "base"),
    ],
    ids=[
        "unknown_key",
        "text_for_a_number",
        "dates_reversed",
        "number_for_a_section",
        "through_a_number",
        "no_name",
        "nothing_for_a_shock",
        "base",
    ],
)
def test_a_bad_change_is_refused(changes: Mapping[str, object], key: str):
    with pytest.raises(sim.InputError) as caught:
        sim.load("trend").with_(changes)
    assert key in {each.key for each in caught.value.problems}
    assert shows_a_way_out(caught.value), str(caught.value)
    assert f"did you mean '{key}'?" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["[" * 5000, "9" * 5000, "\0", '"'],
    ids=["nested", "digits", "null", "quote"],
)
def test_a_strange_setting_is_taken_as_text_or_refused(text: str):
    """`--set target.year=TEXT` never ends in another exception than `InputError`."""
    with pytest.raises(sim.InputError):
        sim.load("trend").with_({"target.year": as_toml_value(text)})


PATHS = (
    "title",
    "horizon.opening",
    "territory.departements",
    "orientations.per_year",
    "orientations.per_year.2020",
    "entry.agreement",
    "portfolios.places_from",
    "posts",
    "posts.target",
    "posts.later.2023-01-01",
    "posts.allocation",
    "levers.shared_target",
    "levers.shared_target.start",
    "shocks",
    "shocks.lockdown_2020.end",
    "shocks.new",
    "target.year",
    "nothing.like.it",
)
PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**400, -(10**400)]),
    st.floats(),
    st.text(max_size=8),
    st.dates(),
    st.datetimes(),
    st.times(),
)
KEYS = st.sampled_from(["value", "low", "high", "source", "2020", "start", "end", "target", "x"])
ANYTHING = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(PATHS), ANYTHING, min_size=1, max_size=3))
def test_any_value_makes_a_scenario_or_an_input_error(changes: dict[str, object]):
    trend = sim.load("trend")
    try:
        told = trend.with_(changes).fingerprint
    except sim.InputError as error:
        told = str(error)
    assert told


@given(st.binary(max_size=60))
def test_any_bytes_are_a_scenario_or_an_input_error(tmp_path_factory, content: bytes):
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(TITLE.encode() + content)
    try:
        told = sim.load(path).title
    except sim.InputError as error:
        told = str(error)
    assert told == "A broken one" or "any.toml" in told


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("check", "negative_places"),
        ("check", "unknown_lever"),
        ("check", "base_missing"),
        ("check", "latin_1"),
        ("check", "empty_file"),
        ("run", "negative_places"),
        ("run", "date_twice"),
        ("run", "latin_1"),
    ],
)
def test_the_command_tells_a_broken_file(command: str, name: str, tmp_path: Path):
    broken = next(each for each in BROKEN if each.name == name)
    path, out = written(broken, tmp_path), tmp_path / "results"
    words = [sys.executable, "-m", "sim.cli", command, str(path)]
    words += ["--out", str(out)] if command == "run" else []
    done = subprocess.run(words, cwd=ROOT, capture_output=True, timeout=120, check=False)
    told = "".join(done.stderr.decode().split())
    assert done.returncode == 2
    assert path.name in told
    assert broken.key in told
    assert "".join(broken.says.split()) in told
    assert b"Traceback" not in done.stderr + done.stdout
    assert not out.exists() or not list(out.iterdir())


def test_the_command_takes_a_good_file(tmp_path: Path):
    path = tmp_path / "good.toml"
    path.write_text('title = "Good"\nbase = "trend"\n[portfolios]\nplaces = 60\n', encoding="utf-8")
    words = [sys.executable, "-m", "sim.cli", "check", str(path)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0
    assert b"portfolios.places = 60" in done.stdout
