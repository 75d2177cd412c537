"""Rows of a user's file of figures: from text to checked cells, with every mistake told.

One line of the file is one row. A mistake is told with its line and column; a row
with a mistake still counts as being there, so that one mistake is not told as two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path

from calibration.figure_measures import FIRST_DECEMBER, FIRST_YEAR, LAST_YEAR, MEASURES, Measure
from sim.csv_rows import Cells, Columns, Wrong, grouped, sheet_of, text_of
from sim.csv_rows import number as read_number
from sim.errors import Problem, nearest
from sim.own_figures.figures_sheet import figures_text, is_workbook
from sim.quantities import shown
from sim.territory import TOGETHER, departement_names, joined, regions
from sim.words import say, to_say

REQUIRED = ("measure", "period", "value", "unit")
OPTIONAL = ("place", "error", "source", "replaces")
PUBLISHED = "published"
A_PERIOD = to_say("write a year (2021) or a month (2021-03)")
COLUMNS = Columns(REQUIRED, OPTIONAL, to_say("see `agsim calibrate --targets-template`"))

_YEAR = re.compile(r"\d{4}", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


@dataclass(frozen=True)
class Row:
    """A row of the file. value: None where it cannot be used; error: None where none is given."""

    line: int
    measure: Measure
    period: str
    place: str
    value: float | None
    error: float | None
    source: str
    replaces: bool

    @property
    def year(self) -> int:
        """The year of the period."""
        return int(self.period[:4])

    @property
    def is_month(self) -> bool:
        """Whether the period is a month."""
        return "-" in self.period


@dataclass(frozen=True)
class Rows:
    """All rows that say what they are about, and the mistakes inside cells.

    understood: whether every row says so; else nothing can be said of what is missing.
    """

    file: str
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    understood: bool


def read_rows(path: Path) -> Rows:
    """The rows of a file or of the sheet of a workbook; `InputError` where there is no table."""
    file, text = figures_text(path) if is_workbook(path) else (str(path), text_of(path))
    sheet = sheet_of(file, text, COLUMNS)
    rows = [None if each is None else _row(each, sheet.decimal_comma) for each in sheet.rows]
    known = tuple(row for row in rows if row)
    return Rows(file, known, tuple(sheet.problems), len(known) == len(rows))


def _row(cells: Cells, decimal_comma: bool) -> Row | None:
    """A row; None where it does not say what it is about."""
    number = partial(read_number, decimal_comma=decimal_comma)
    measure = cells.read(
        "measure", _measure, say("write one of: {measures}", measures=", ".join(MEASURES))
    )
    if measure is None:
        cells.read("period", _period, say(A_PERIOD))
        cells.read("place", _place)
        cells.read("value", number, say("write a number"))
        return None
    period = cells.read("period", partial(_period, measure=measure), say(A_PERIOD))
    place = cells.read("place", _place)
    row = Row(
        line=cells.line,
        measure=measure,
        period=period or "",
        place=place or "",
        value=cells.read(
            "value",
            lambda text: _value(number(text), measure),
            say("write a number of {unit}", unit=measure.unit),
        ),
        error=cells.read("error", lambda text: _error(number(text), measure)),
        source=cells.texts.get("source") or f"{Path(cells.file).name}, line {cells.line}",
        replaces=bool(cells.texts.get("replaces")),
    )
    cells.read("replaces", _replaces)
    cells.read("unit", partial(_unit, measure=measure), say("write {unit}", unit=measure.unit))
    misplaced = place is None and cells.texts.get("place")
    return None if period is None or misplaced else row


def _measure(text: str) -> Measure:
    if text.lower() not in MEASURES:
        raise Wrong(
            say("is {text}, no known measure", text=shown(text)), nearest(text.lower(), MEASURES)
        )
    return MEASURES[text.lower()]


def _period(text: str, measure: Measure | None = None) -> str:
    month = _MONTH.fullmatch(text)
    if not month and not _YEAR.fullmatch(text):
        told = say("is {text}, must be a year (2021) or a month (2021-03)", text=shown(text))
        raise Wrong(told, say("spreadsheets make dates of months: format the column as text"))
    first = FIRST_YEAR if measure is None or measure.fitted else FIRST_DECEMBER
    if not first <= int(text[:4]) <= LAST_YEAR:
        told = say(
            "is {text}, must be from {first} to {last}",
            text=text,
            first=first,
            last=LAST_YEAR,
        )
        raise Wrong(told, say("give a year inside, or take the row out"))
    if month and not 1 <= int(month[2]) <= 12:
        told = say("is {text}, must have a month from 01 to 12", text=text)
        raise Wrong(told, say("write {text}-01 to {text}-12", text=text[:4]))
    if month and measure and not measure.fitted:
        told = say("is {text}, must be a year for {name}", text=text, name=measure.name)
        raise Wrong(told, say("write {text}", text=text[:4]))
    return text


def _place(text: str) -> str:
    """A département's code, or those of several that the figure is of together: '08+52'."""
    meant = {name.lower(): codes for name, codes in regions().items()}
    codes = meant.get(text.lower()) or tuple(_code(each.strip()) for each in text.split(TOGETHER))
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise Wrong(
            say("is {text}, with {codes} twice", text=shown(text), codes=", ".join(twice)),
            say("name each département once"),
        )
    if len(codes) == len(departement_names()):
        raise Wrong(
            say("is {text}, all départements", text=shown(text, 20)),
            say("leave it empty for the country"),
        )
    return joined(codes)


def _code(text: str) -> str:
    codes = departement_names()
    if text in codes:
        return text
    told = say("is {text}, no code of a département", text=shown(text))
    meant = {name.lower(): code for code, name in codes.items()}
    meant |= {code.lower(): code for code in codes}
    close = get_close_matches(text.lower(), meant, n=1, cutoff=0.6)
    padded = text.zfill(2)
    if padded in codes or close:
        code = padded if padded in codes else meant[close[0]]
        raise Wrong(told, say("did you mean '{code}' ({name})?", code=code, name=codes[code]))
    remedy = say(
        "write a code such as 52, several as 08+52, a région's name, or leave it empty for the "
        "country"
    )
    raise Wrong(told, remedy)


def _value(value: float, measure: Measure) -> float:
    if not measure.lowest <= value <= measure.highest:
        told = say(
            "is {value}, must be from {least:g} to {most} {unit}",
            value=grouped(value),
            least=measure.lowest,
            most=grouped(measure.highest),
            unit=measure.unit,
        )
        raise Wrong(told, say("correct it, or take the row out"))
    if measure.whole and value != int(value):
        told = say("is {value:g}, must be a whole number of {unit}", value=value, unit=measure.unit)
        raise Wrong(told, say("write thousands as 92447 or 92 447"))
    return value


def _unit(text: str, measure: Measure) -> str:
    if text.lower() != measure.unit:
        told = say(
            "is {text}, must be '{unit}' for {name}",
            text=shown(text),
            unit=measure.unit,
            name=measure.name,
        )
        raise Wrong(told, say("give the value in {unit}", unit=measure.unit))
    return measure.unit


def _error(error: float, measure: Measure) -> float:
    if not measure.fitted:
        told = say(
            "is {error:g}, but {name} is input and taken as it is", error=error, name=measure.name
        )
        raise Wrong(told, say("leave it empty"))
    if not 0 < error <= 1:
        told = say(
            "is {error:g}, must be more than 0 and at most 1: it is relative to the value",
            error=error,
        )
        raise Wrong(told, say("write 0.02 for 2 %"))
    return error


def _replaces(text: str) -> str:
    if text.lower() != PUBLISHED:
        told = say(
            "is {text}, must be '{published}' or empty", text=shown(text), published=PUBLISHED
        )
        raise Wrong(told, say("leave it empty where no published figure is replaced"))
    return PUBLISHED
