"""Broken files of figures for tests: a table of them, and good files to compare with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from calibration.figures import read_figures
from sim.csv_rows import LARGEST_FILE_BYTES
from sim.errors import InputError

HEADER = "measure,period,value,unit,place,error,source,replaces\n"
GOOD = "portfolios_in_december,2021,1200,portfolios\nentries,2021,95000,people\n"
STOCK = "stock,2019,46000,people,"
HAUTE_MARNE = (
    "entries,2019,300,people,52\nentries,2020,280,people,52\n"
    "portfolios_in_december,2019,4,portfolios,52\nportfolios_in_december,2020,4,portfolios,52\n"
)


@dataclass(frozen=True)
class BrokenFigures:
    """A broken file: its content, the key of a problem and words of the message."""

    name: str
    content: str | bytes
    key: str
    says: str


def row(text: str) -> str:
    """A file of one more row, on line 2."""
    return f"{HEADER}{text}\n"


MEASURES = [
    BrokenFigures("unknown_measure", row("entires,2021,1,people"), "line 2, measure",
                  "is 'entires', no known measure → did you mean 'entries'?"),
    BrokenFigures("far_from_all_measures", row("xyz,2021,1,people"), "line 2, measure",
                  "use one of: abandonments"),
    BrokenFigures("satisfaction", row("satisfaction,2021,85,%"), "line 2, measure",
                  "no known measure"),
    BrokenFigures("no_measure", row(",2019,1,people"), "line 2, measure", "is missing"),
    BrokenFigures("mistakes_beside_an_unknown_measure", row("entires,soon,many,people"),
                  "line 2, period", "line 2, value: is 'many', must be a number"),
]  # fmt: skip

UNITS = [
    BrokenFigures("weeks", row("process_delay,2019,3,weeks"), "line 2, unit",
                  "is 'weeks', must be 'days' for process_delay → give the value in days"),
    BrokenFigures("jours", row("queue_delay,2019,3,jours"), "line 2, unit", "must be 'days'"),
    BrokenFigures("share", row("refusals,2019,3,share"), "line 2, unit", "must be 'people'"),
    BrokenFigures("load_in_people", row("load,2019,44,people"), "line 2, unit",
                  "must be 'people per portfolio' for load"),
    BrokenFigures("no_unit", row("stock,2019,46000"), "line 2, unit", "is missing"),
]  # fmt: skip

VALUES = [
    BrokenFigures("negative", row("stock,2019,-5,people"), "line 2, value",
                  "is -5, must be from 0.01 to 2 000 000 people"),
    BrokenFigures("zero", row("exits,2019,0,people"), "line 2, value", "is 0, must be from 1"),
    BrokenFigures("too_large", row("load,2019,46000,people per portfolio"), "line 2, value",
                  "is 46 000, must be from 0.01 to 500 people per portfolio"),
    BrokenFigures("beyond_reason", row("stock,2019,1e400,people"), "line 2, value",
                  "is inf, must be"),
    BrokenFigures("many_digits", row(f"stock,2019,{'9' * 5000},people"), "line 2, value", "must"),
    BrokenFigures("text_for_a_number", row("stock,2019,many,people"), "line 2, value",
                  "is 'many', must be a number"),
    BrokenFigures("nan", row("stock,2019,nan,people"), "line 2, value", "must be a number"),
    BrokenFigures("infinite", row("stock,2019,inf,people"), "line 2, value", "must be a number"),
    BrokenFigures("underscore", row("stock,2019,46_000,people"), "line 2, value",
                  "must be a number"),
    BrokenFigures("other_digits", row("stock,2019,٤٦٠٠٠,people"), "line 2, value",
                  "must be a number"),
    BrokenFigures("per_cent", row("stock,2019,5 %,people"), "line 2, value", "must be a number"),
    BrokenFigures("quoted_decimal_comma", row('queue_delay,2019,"4,5",days'), "line 2, value",
                  "write 4.5, or separate cells by semicolons"),
    BrokenFigures("mark_between_thousands", row("exits,2019,92.447,people"), "line 2, value",
                  "is 92.447, must be a whole number of people"),
    BrokenFigures("two_marks", "measure;period;value;unit\nstock;2019;46.000,5;people\n",
                  "line 2, value", "must be a number"),
    BrokenFigures("no_value", row("stock,2019,,people"), "line 2, value", "is missing"),
]  # fmt: skip

PERIODS = [
    BrokenFigures("month_13", row("stock,2019-13,46000,people"), "line 2, period",
                  "is 2019-13, must have a month from 01 to 12"),
    BrokenFigures("month_0", row("stock,2019-00,46000,people"), "line 2, period", "01 to 12"),
    BrokenFigures("month_of_one_digit", row("stock,2019-3,46000,people"), "line 2, period",
                  "is '2019-3', must be a year (2021) or a month (2021-03)"),
    BrokenFigures("month_of_a_spreadsheet", row("stock,mars-19,46000,people"), "line 2, period",
                  "format the column as text"),
    BrokenFigures("date", row("stock,2019-03-01,46000,people"), "line 2, period", "must be a year"),
    BrokenFigures("year_of_other_digits", row("stock,٢٠١٩,46000,people"), "line 2, period",
                  "must be a year"),
    BrokenFigures("before_2018", row("stock,2017,46000,people"), "line 2, period",
                  "is 2017, must be from 2018 to 2040"),
    BrokenFigures("after_2040", row("stock,2041-02,46000,people"), "line 2, period",
                  "is 2041-02, must be from 2018 to 2040"),
    BrokenFigures("month_of_portfolios", row("portfolios_in_december,2021-12,1200,portfolios"),
                  "line 2, period", "must be a year for portfolios_in_december → write 2021"),
    BrokenFigures("no_period", row("stock,,46000,people"), "line 2, period", "is missing"),
]  # fmt: skip

ERRORS = [
    BrokenFigures("error_of_zero", row(f"{STOCK},0"), "line 2, error",
                  "is 0, must be more than 0 and at most 1"),
    BrokenFigures("error_below_zero", row(f"{STOCK},-0.1"), "line 2, error", "is -0.1"),
    BrokenFigures("error_in_per_cent", row(f"{STOCK},2"), "line 2, error", "write 0.02 for 2 %"),
    BrokenFigures("error_in_words", row(f"{STOCK},small"), "line 2, error", "must be a number"),
    BrokenFigures("error_of_an_input",
                  f"{row('portfolios_in_december,2021,1200,portfolios,,0.02')}entries,2021,95000,people\n",
                  "line 2, error", "is input and taken as it is → leave it empty"),
]  # fmt: skip

PLACES = [
    BrokenFigures("unknown_departement", row("entries,2020,700,people,99"), "line 2, place",
                  "is '99', no code of a département"),
    BrokenFigures("zero_lost", row("entries,2020,700,people,1"), "line 2, place",
                  "did you mean '01' (Ain)?"),
    BrokenFigures("small_letter", row("entries,2020,700,people,2a"), "line 2, place",
                  "did you mean '2A' (Corse-du-Sud)?"),
    BrokenFigures("name_of_a_departement", row("entries,2020,700,people,Haute Marne"),
                  "line 2, place", "did you mean '52' (Haute-Marne)?"),
    BrokenFigures("country_as_a_place", row("entries,2020,700,people,the whole country"),
                  "line 2, place", "leave it empty for the country"),
    BrokenFigures("one_of_several", row("entries,2020,700,people,08+99"), "line 2, place",
                  "is '99', no code of a département"),
    BrokenFigures("twice_in_several", row("entries,2020,700,people,08 + 52 + 08"), "line 2, place",
                  "is '08 + 52 + 08', with 08 twice → name each département once"),
    BrokenFigures("several_and_one_of_them", f"{HEADER}{HAUTE_MARNE}stock,2020,9,people,08+52\n",
                  "place", "figures of them together as 08+52"),
    BrokenFigures("december_of_the_country_before_it_is_known",
                  row("portfolios_in_december,2017,900,portfolios"), "line 2, period",
                  "portfolios before December 2018 are calibrated → take the row out"),
    BrokenFigures("december_long_ago", row("portfolios_in_december,2012,3,portfolios,52"),
                  "line 2, period", "must be from 2015 to 2040"),
    BrokenFigures("two_departements", f"{HEADER}{HAUTE_MARNE}entries,2021,9,people,08\n", "place",
                  "is '52' on lines 2, 3, 4, 5 and '08' on line 6"),
    BrokenFigures("country_and_departement", f"{HEADER}{HAUTE_MARNE}stock,2020,9,people\n",
                  "place", "and none on line 6, must be the same in all rows"),
]  # fmt: skip

TOGETHER = [
    BrokenFigures("twice", f"{HEADER}{STOCK}\nstock,2019,47000,people\n", "line 3, measure",
                  "stock of 2019 is on line 2 too"),
    BrokenFigures("published_already", row("entries,2019,92000,people"), "line 2, measure",
                  "entries of 2019 is published (92447) → take the row out, or write 'published'"),
    BrokenFigures("portfolios_published_already",
                  row("portfolios_in_december,2019,1050,portfolios"), "line 2, measure",
                  "is published (1042)"),
    BrokenFigures("replaces_something_else", row("entries,2019,92000,people,,,,yes"),
                  "line 2, replaces", "is 'yes', must be 'published' or empty"),
    BrokenFigures("replaces_nothing", row(f"{STOCK},,,published"), "line 2, replaces",
                  "no stock of 2019 is published"),
    BrokenFigures("replaces_in_a_departement",
                  f"{HEADER}{HAUTE_MARNE}stock,2020,9,people,52,,,published\n",
                  "line 6, replaces", "are of the country and left out anyway"),
    BrokenFigures("year_and_its_months",
                  HEADER + "".join(f"entries,2020-{m:02},7500,people\n" for m in range(1, 13)),
                  "line 2, period", "entries of 2020 is given by all its months and as a year too"),
    BrokenFigures("no_portfolios", row("entries,2021,95000,people"), "measure",
                  "portfolios_in_december of 2021 must be there"),
    BrokenFigures("no_entries", row("portfolios_in_december,2021,1200,portfolios\n"
                                    "stock,2021,9000,people"), "measure",
                  "entries of 2021 must be there"),
    BrokenFigures("gap_in_the_years", f"{HEADER}{GOOD}entries,2023,95000,people\n"
                  "portfolios_in_december,2023,1300,portfolios\n", "measure",
                  "entries of 2022 must be there"),
    BrokenFigures("gap_in_the_portfolios", f"{HEADER}{GOOD}entries,2022,95000,people\n"
                  "entries,2023-01,9500,people\nportfolios_in_december,2023,1300,portfolios\n",
                  "measure", "portfolios_in_december of 2022 must be there"),
    BrokenFigures("gap_in_a_departement", f"{HEADER}{HAUTE_MARNE}entries,2022,300,people,52\n",
                  "measure", "entries of 2021 must be there"),
    BrokenFigures("departement_without_portfolios", row("entries,2020,300,people,52"), "measure",
                  "portfolios_in_december of 2020 must be there"),
    BrokenFigures("departement_with_portfolios_only",
                  row("portfolios_in_december,2020,4,portfolios,52"), "measure",
                  "there are no figures to fit"),
    BrokenFigures("portfolios_after_the_last_year",
                  f"{HEADER}{GOOD}portfolios_in_december,2022,1300,portfolios\n",
                  "line 4, period", "the last year with figures to fit is 2021"),
]  # fmt: skip

TABLES = [
    BrokenFigures("empty_file", "", "", "is empty"),
    BrokenFigures("comments_only", "# nothing\n\n;;;\n", "", "is empty"),
    BrokenFigures("no_rows", HEADER, "", "has a header and no rows"),
    BrokenFigures("no_header", GOOD, "line 1", "must be the header → begin with measure;period"),
    BrokenFigures("tabs", HEADER.replace(",", "\t"), "line 1", "must be the header"),
    BrokenFigures("prose", "Please hire 2300 counsellors.\n", "line 1", "must be the header"),
    BrokenFigures("missing_column", "measure,period,value\nstock,2019,46000\n", "line 1",
                  "has no column 'unit'"),
    BrokenFigures("missing_column_hides_no_mistake", "measure,period,value\nstock,2019,-1\n",
                  "line 1", "line 2, value: is -1"),
    BrokenFigures("unknown_column", f"{HEADER.strip()},comment\n{GOOD}", "line 1",
                  "has an unknown column 'comment'"),
    BrokenFigures("near_column", "measure,perod,value,unit\nstock,2019,46000,people\n", "line 1",
                  "has an unknown column 'perod' → did you mean 'period'?"),
    BrokenFigures("column_twice", f"{HEADER.strip()},unit\n{GOOD}", "line 1",
                  "has the column 'unit' twice"),
    BrokenFigures("column_without_a_name",
                  "measure,,period,value,unit\nstock,,2019,46000,people\n", "line 1",
                  "has an unknown column ''"),
    BrokenFigures("decimal_comma", "measure,period,value,unit\nqueue_delay,2019,4,5,days\n",
                  "line 2",
                  "has 5 cells, the header 4 → with decimal commas, separate cells by semicolons"),
    BrokenFigures("one_cell_too_many", "measure;period;value;unit\nstock;2019;46000;people;x\n",
                  "line 2", "has 5 cells, the header 4"),
    BrokenFigures("quotation_mark_left_open", row('stock,2019,46000,people,,,"survey'), "line 2",
                  "is not CSV"),
    BrokenFigures("quotation_mark_left_open_in_the_header", 'measure,"period\n', "line 1",
                  "is not CSV"),
    BrokenFigures("latin_1", f"{HEADER}{STOCK},,enquête\n".encode("latin-1"), "",
                  "is not UTF-8"),
    BrokenFigures("utf_16", (HEADER + GOOD).encode("utf-16"), "", "is not UTF-8"),
    BrokenFigures("utf_16_without_a_mark", (HEADER + GOOD).encode("utf-16-le"), "line 1",
                  "must be the header"),
    BrokenFigures("binary", bytes(range(256)), "", "is not UTF-8"),
    BrokenFigures("larger_than_1_mb", "#" * (LARGEST_FILE_BYTES + 1), "", "larger than 1 MB"),
]  # fmt: skip

BROKEN_FIGURES = MEASURES + UNITS + VALUES + PERIODS + ERRORS + PLACES + TOGETHER + TABLES


def figures_file(folder: Path, content: str | bytes, name: str = "figures") -> Path:
    """A file of figures in a folder."""
    path = folder / f"{name}.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refused(path: Path | str) -> InputError:
    """The error with which a file is refused; any other exception is let through."""
    with pytest.raises(InputError) as caught:
        read_figures(path)
    return caught.value
