"""Broken scenario files for tests: a table of them, and what a refusal must have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import sim
from sim.scenario_files import LARGEST_FILE_BYTES

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


def refused(path: Path | str) -> sim.InputError:
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
