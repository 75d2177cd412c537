"""Rows of a user's file of figures: from text to checked cells, with every mistake told.

One line of the file is one row. A mistake is told with its line and column; a row
with a mistake still counts as being there, so that one mistake is not told as two.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TypeVar

from calibration.figure_measures import FIRST_YEAR, LAST_YEAR, MEASURES, Measure
from sim.errors import InputError, Problem, nearest
from sim.quantities import shown
from sim.territory import departements

Read = TypeVar("Read")

LARGEST_FILE_BYTES = 1_000_000
REQUIRED = ("measure", "period", "value", "unit")
OPTIONAL = ("place", "error", "source", "replaces")
PUBLISHED = "published"
A_PERIOD = "write a year (2021) or a month (2021-03)"
SEE_TEMPLATE = "see `agsim calibrate --targets-template`"

_YEAR = re.compile(r"\d{4}", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
_GROUPED = re.compile("[+-]?\\d{1,3}([ \u00a0\u202f]\\d{3})+([.,]\\d+)?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)


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


class _Wrong(Exception):  # noqa: N818 - not an error of the program
    """What is wrong with a cell, and the way out."""

    def __init__(self, message: str, remedy: str) -> None:
        self.message, self.remedy = message, remedy
        super().__init__(message)


@dataclass(frozen=True)
class _Cells:
    """The texts of one row by column, and where its mistakes go."""

    file: str
    line: int
    texts: Mapping[str, str]
    problems: list[Problem]

    def read(self, column: str, meaning: Callable[[str], Read], needed: str = "") -> Read | None:
        """What a cell means; None where it is empty or wrong. needed: what should be there."""
        text = self.texts.get(column, "")
        key = f"line {self.line}, {column}"
        if not text:
            if needed and column in self.texts:
                self.problems.append(Problem(self.file, key, "is missing", needed))
            return None
        try:
            return meaning(text)
        except _Wrong as wrong:
            self.problems.append(Problem(self.file, key, wrong.message, wrong.remedy))
            return None


def read_rows(path: Path) -> Rows:
    """The rows of a file; `InputError` where it has no table at all."""
    file = str(path)
    lines = _lines(path)
    if not lines:
        raise InputError(Problem(file, "", "is empty", SEE_TEMPLATE))
    (first, header_text), *below = lines
    separator = ";" if ";" in header_text else ","
    header = _header(file, first, header_text, separator)
    problems = _problems_of_header(file, first, header)
    if not below:
        problems.append(Problem(file, "", "has a header and no rows", SEE_TEMPLATE))
    rows: list[Row | None] = []
    for line, text in below:
        try:
            texts = _texts(text, header, separator)
        except _Wrong as wrong:
            problems.append(Problem(file, f"line {line}", wrong.message, wrong.remedy))
            rows.append(None)
        else:
            rows.append(_row(_Cells(file, line, texts, problems), separator == ";"))
    known = tuple(row for row in rows if row)
    return Rows(file, known, tuple(problems), len(known) == len(rows))


def _lines(path: Path) -> list[tuple[int, str]]:
    """Numbered lines that are neither empty nor comments; spreadsheets may quote a comment."""
    numbered = enumerate(re.split("\r\n|\n|\r", _text(path)), start=1)
    return [
        (number, line)
        for number, line in numbered
        if line.strip(" \t;,") and not line.lstrip(' \t"').startswith("#")
    ]


def _text(path: Path) -> str:
    file = str(path)[:300]
    try:
        content = path.read_bytes()
    except IsADirectoryError:
        raise InputError(Problem(file, "", "is a folder", "name a CSV file")) from None
    except FileNotFoundError:
        told, remedy = "there is no such file", _beside(path)
        raise InputError(Problem(file, "", told, remedy)) from None
    except (OSError, ValueError) as wrong:
        why = wrong.strerror if isinstance(wrong, OSError) else wrong
        told, remedy = f"cannot be read: {why}", "check the path and its rights"
        raise InputError(Problem(file, "", told, remedy)) from None
    if len(content) > LARGEST_FILE_BYTES:
        told, remedy = "is larger than 1 MB", "is this really a file of figures?"
        raise InputError(Problem(file, "", told, remedy))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        told, remedy = f"is not UTF-8 (byte {wrong.start})", "save it as CSV, UTF-8"
        raise InputError(Problem(file, "", told, remedy)) from None


def _beside(path: Path) -> str:
    """The nearest CSV file of the folder, if there is one."""
    near = nearest(path.name, [each.name for each in path.parent.glob("*.csv")])
    return near if near.startswith("did you mean") else "check the path"


def _split(text: str, separator: str) -> list[str]:
    """The cells of a line, without empty ones at its end."""
    try:
        cells = [
            cell.strip() for cell in next(csv.reader([text], delimiter=separator, strict=True))
        ]
    except csv.Error as wrong:
        raise _Wrong(f"is not CSV: {wrong}", "one row a line, quotation marks closed") from None
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _header(file: str, line: int, text: str, separator: str) -> list[str]:
    try:
        header = [name.lower() for name in _split(text, separator)]
    except _Wrong as wrong:
        raise InputError(Problem(file, f"line {line}", wrong.message, wrong.remedy)) from None
    if not set(header) & {*REQUIRED, *OPTIONAL}:
        told, remedy = f"is {shown(text)}, must be the header", f"begin with {';'.join(REQUIRED)}"
        raise InputError(Problem(file, f"line {line}", told, remedy))
    return header


def _problems_of_header(file: str, line: int, header: Sequence[str]) -> list[Problem]:
    known = (*REQUIRED, *OPTIONAL)
    where = f"line {line}"
    return [
        *(
            Problem(file, where, f"has an unknown column {shown(name)}", nearest(name, known))
            for name in dict.fromkeys(header)
            if name not in known
        ),
        *(
            Problem(file, where, f"has the column '{name}' twice", "keep one of the two")
            for name in known
            if header.count(name) > 1
        ),
        *(
            Problem(file, where, f"has no column '{name}'", f"it needs {', '.join(REQUIRED)}")
            for name in REQUIRED
            if name not in header
        ),
    ]


def _texts(text: str, header: Sequence[str], separator: str) -> dict[str, str]:
    """The cells of a row by column; those missing at its end are empty."""
    cells = _split(text, separator)
    if len(cells) > len(header):
        told = f"has {len(cells)} cells, the header {len(header)}"
        if separator == ",":
            raise _Wrong(told, "with decimal commas, separate cells by semicolons")
        raise _Wrong(told, "put a text that holds a semicolon in quotation marks")
    filled = cells + [""] * (len(header) - len(cells))
    return {name: filled[header.index(name)] for name in header}


def _row(cells: _Cells, decimal_comma: bool) -> Row | None:
    """A row; None where it does not say what it is about."""
    number = partial(_number, decimal_comma=decimal_comma)
    measure = cells.read("measure", _measure, f"write one of: {', '.join(MEASURES)}")
    if measure is None:
        cells.read("period", _period, A_PERIOD)
        cells.read("place", _place)
        cells.read("value", number, "write a number")
        return None
    period = cells.read("period", partial(_period, measure=measure), A_PERIOD)
    place = cells.read("place", _place)
    row = Row(
        line=cells.line,
        measure=measure,
        period=period or "",
        place=place or "",
        value=cells.read(
            "value", lambda text: _value(number(text), measure), f"write a number of {measure.unit}"
        ),
        error=cells.read("error", lambda text: _error(number(text), measure)),
        source=cells.texts.get("source") or f"{Path(cells.file).name}, line {cells.line}",
        replaces=bool(cells.texts.get("replaces")),
    )
    cells.read("replaces", _replaces)
    cells.read("unit", partial(_unit, measure=measure), f"write {measure.unit}")
    misplaced = place is None and cells.texts.get("place")
    return None if period is None or misplaced else row


def _measure(text: str) -> Measure:
    if text.lower() not in MEASURES:
        raise _Wrong(f"is {shown(text)}, no known measure", nearest(text.lower(), MEASURES))
    return MEASURES[text.lower()]


def _period(text: str, measure: Measure | None = None) -> str:
    month = _MONTH.fullmatch(text)
    if not month and not _YEAR.fullmatch(text):
        told = f"is {shown(text)}, must be a year (2021) or a month (2021-03)"
        raise _Wrong(told, "spreadsheets make dates of months: format the column as text")
    if not FIRST_YEAR <= int(text[:4]) <= LAST_YEAR:
        told = f"is {text}, must be from {FIRST_YEAR} to {LAST_YEAR}"
        raise _Wrong(told, "give a year inside, or take the row out")
    if month and not 1 <= int(month[2]) <= 12:
        told = f"is {text}, must have a month from 01 to 12"
        raise _Wrong(told, f"write {text[:4]}-01 to {text[:4]}-12")
    if month and measure and not measure.fitted:
        told = f"is {text}, must be a year for {measure.name}"
        raise _Wrong(told, f"write {text[:4]}")
    return text


def _place(text: str) -> str:
    codes = {each.code: each.name for each in departements()}
    if text in codes:
        return text
    told = f"is {shown(text)}, no code of a département"
    meant = {name.lower(): code for code, name in codes.items()}
    meant |= {code.lower(): code for code in codes}
    close = get_close_matches(text.lower(), meant, n=1, cutoff=0.6)
    padded = text.zfill(2)
    if padded in codes or close:
        code = padded if padded in codes else meant[close[0]]
        raise _Wrong(told, f"did you mean '{code}' ({codes[code]})?")
    raise _Wrong(told, "write a code such as 52, or leave it empty for the country")


def _number(text: str, decimal_comma: bool) -> float:
    joined = re.sub("[ \u00a0\u202f]", "", text) if _GROUPED.fullmatch(text) else text
    pointed = joined.replace(",", ".") if decimal_comma else joined
    if _NUMBER.fullmatch(pointed):
        return float(pointed)
    told = f"is {shown(text)}, must be a number"
    if _DECIMAL_COMMA.fullmatch(joined):
        with_point = joined.replace(",", ".")
        raise _Wrong(told, f"write {with_point}, or separate cells by semicolons")
    raise _Wrong(told, "write a number such as 23.8")


def _value(value: float, measure: Measure) -> float:
    if not measure.lowest <= value <= measure.highest:
        bounds = f"from {measure.lowest:g} to {_grouped(measure.highest)} {measure.unit}"
        raise _Wrong(f"is {_grouped(value)}, must be {bounds}", "correct it, or take the row out")
    if measure.whole and value != int(value):
        told = f"is {value:g}, must be a whole number of {measure.unit}"
        raise _Wrong(told, "write thousands as 92447 or 92 447")
    return value


def _grouped(value: float) -> str:
    return f"{value:,.0f}".replace(",", " ") if 1000 <= abs(value) < 1e15 else f"{value:g}"


def _unit(text: str, measure: Measure) -> str:
    if text.lower() != measure.unit:
        told = f"is {shown(text)}, must be '{measure.unit}' for {measure.name}"
        raise _Wrong(told, f"give the value in {measure.unit}")
    return measure.unit


def _error(error: float, measure: Measure) -> float:
    if not measure.fitted:
        told = f"is {error:g}, but {measure.name} is input and taken as it is"
        raise _Wrong(told, "leave it empty")
    if not 0 < error <= 1:
        told = f"is {error:g}, must be more than 0 and at most 1: it is relative to the value"
        raise _Wrong(told, "write 0.02 for 2 %")
    return error


def _replaces(text: str) -> str:
    if text.lower() != PUBLISHED:
        told = f"is {shown(text)}, must be '{PUBLISHED}' or empty"
        raise _Wrong(told, "leave it empty where no published figure is replaced")
    return PUBLISHED
