"""Rows of a user's CSV file: from text to cells, every mistake told with its line and column.

One line of the file is one row. Cells are separated by semicolons, with decimal commas or
points, or by commas, with decimal points; empty lines and those that begin with # do
not count.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sim.errors import InputError, Problem, nearest
from sim.library_words import csv_words, system_words
from sim.quantities import shown
from sim.words import say

Read = TypeVar("Read")

LARGEST_FILE_BYTES = 1_000_000

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
_GROUPED = re.compile("[+-]?\\d{1,3}([ \u00a0\u202f]\\d{3})+([.,]\\d+)?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)


class Wrong(Exception):  # noqa: N818 - not an error of the program
    """What is wrong with a cell, and the way out."""

    def __init__(self, message: str, remedy: str) -> None:
        self.message, self.remedy = message, remedy
        super().__init__(message)


@dataclass(frozen=True)
class Cells:
    """The texts of one row by column, and where its mistakes go."""

    file: str
    line: int
    texts: Mapping[str, str]
    problems: list[Problem]

    def read(self, column: str, meaning: Callable[[str], Read], needed: str = "") -> Read | None:
        """What a cell means; None where it is empty or wrong. needed: what should be there."""
        text = self.texts.get(column, "")
        key = say("line {line}, {column}", line=self.line, column=column)
        if not text:
            if needed and column in self.texts:
                self.problems.append(Problem(self.file, key, say("is missing"), needed))
            return None
        try:
            return meaning(text)
        except Wrong as wrong:
            self.problems.append(Problem(self.file, key, wrong.message, wrong.remedy))
            return None


@dataclass(frozen=True)
class Columns:
    """Which columns a file must and may have, and where to see how it is written."""

    required: tuple[str, ...]
    optional: tuple[str, ...]
    see_template: str

    @property
    def known(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.required, *self.optional)


@dataclass(frozen=True)
class Sheet:
    """The rows of a file; None for a line that cannot be split into cells.

    problems: mistakes of the header and of such lines; the cells' own are added to it as
    they are read.
    """

    rows: tuple[Cells | None, ...]
    problems: list[Problem]
    decimal_comma: bool


def sheet_of(file: str, text: str, columns: Columns) -> Sheet:
    """The rows of a text; `InputError` where it has no table at all. file: its name."""
    lines = _lines(text)
    if not lines:
        raise InputError(Problem(file, "", say("is empty"), say(columns.see_template)))
    (first, header_text), *below = lines
    separator = ";" if ";" in header_text else ","
    header = _header(file, first, header_text, separator, columns)
    problems = _problems_of_header(file, first, header, columns)
    if not below:
        problems.append(
            Problem(file, "", say("has a header and no rows"), say(columns.see_template))
        )
    rows: list[Cells | None] = []
    for line, row in below:
        try:
            rows.append(Cells(file, line, _texts(row, header, separator), problems))
        except Wrong as wrong:
            problems.append(
                Problem(file, say("line {line}", line=line), wrong.message, wrong.remedy)
            )
            rows.append(None)
    return Sheet(tuple(rows), problems, separator == ";")


def _lines(text: str) -> list[tuple[int, str]]:
    """Numbered lines that are neither empty nor comments; spreadsheets may quote a comment."""
    numbered = enumerate(re.split("\r\n|\n|\r", text), start=1)
    return [
        (number, line)
        for number, line in numbered
        if line.strip(" \t;,") and not line.lstrip(' \t"').startswith("#")
    ]


def text_of(path: Path) -> str:
    """The text of a file; `InputError` where it cannot be read."""
    file = str(path)[:300]
    try:
        content = path.read_bytes()
    except IsADirectoryError:
        raise InputError(Problem(file, "", say("is a folder"), say("name a CSV file"))) from None
    except FileNotFoundError:
        told, remedy = say("there is no such file"), _beside(path)
        raise InputError(Problem(file, "", told, remedy)) from None
    except (OSError, ValueError) as wrong:
        why = system_words(wrong) if isinstance(wrong, OSError) else say(str(wrong))
        told, remedy = say("cannot be read: {why}", why=why), say("check the path and its rights")
        raise InputError(Problem(file, "", told, remedy)) from None
    if len(content) > LARGEST_FILE_BYTES:
        told, remedy = say("is larger than 1 MB"), say("is this really a file of figures?")
        raise InputError(Problem(file, "", told, remedy))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        told, remedy = (
            say("is not UTF-8 (byte {start})", start=wrong.start),
            say("save it as CSV, UTF-8"),
        )
        raise InputError(Problem(file, "", told, remedy)) from None


def _beside(path: Path) -> str:
    """The nearest CSV file of the folder, if there is one."""
    beside = [each.name for each in path.parent.glob("*.csv")]
    near = nearest(path.name, beside)
    return say("check the path") if near in ("", nearest("", beside)) else near


def _split(text: str, separator: str) -> list[str]:
    """The cells of a line, without empty ones at its end."""
    try:
        cells = [
            cell.strip() for cell in next(csv.reader([text], delimiter=separator, strict=True))
        ]
    except csv.Error as wrong:
        raise Wrong(
            say("is not CSV: {why}", why=csv_words(wrong)),
            say("one row a line, quotation marks closed"),
        ) from None
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _header(file: str, line: int, text: str, separator: str, columns: Columns) -> list[str]:
    try:
        header = [name.lower() for name in _split(text, separator)]
    except Wrong as wrong:
        raise InputError(
            Problem(file, say("line {line}", line=line), wrong.message, wrong.remedy)
        ) from None
    if not set(header) & set(columns.known):
        begin = ";".join(columns.required)
        told, remedy = (
            say("is {text}, must be the header", text=shown(text)),
            say("begin with {begin}", begin=begin),
        )
        raise InputError(Problem(file, say("line {line}", line=line), told, remedy))
    return header


def _problems_of_header(
    file: str, line: int, header: Sequence[str], columns: Columns
) -> list[Problem]:
    where, needed = (
        say("line {line}", line=line),
        say("it needs {required}", required=", ".join(columns.required)),
    )
    return [
        *(
            Problem(
                file,
                where,
                say("has an unknown column {name}", name=shown(name)),
                nearest(name, columns.known),
            )
            for name in dict.fromkeys(header)
            if name not in columns.known
        ),
        *(
            Problem(
                file,
                where,
                say("has the column '{name}' twice", name=name),
                say("keep one of the two"),
            )
            for name in columns.known
            if header.count(name) > 1
        ),
        *(
            Problem(file, where, say("has no column '{name}'", name=name), needed)
            for name in columns.required
            if name not in header
        ),
    ]


def _texts(text: str, header: Sequence[str], separator: str) -> dict[str, str]:
    """The cells of a row by column; those missing at its end are empty."""
    cells = _split(text, separator)
    if len(cells) > len(header):
        told = say("has {cells} cells, the header {header}", cells=len(cells), header=len(header))
        if separator == ",":
            raise Wrong(told, say("with decimal commas, separate cells by semicolons"))
        raise Wrong(told, say("put a text that holds a semicolon in quotation marks"))
    filled = cells + [""] * (len(header) - len(cells))
    return {name: filled[header.index(name)] for name in header}


def number(text: str, decimal_comma: bool) -> float:
    """The number of a cell, thousands grouped by spaces or not; `Wrong` where it is none."""
    joined = re.sub("[ \u00a0\u202f]", "", text) if _GROUPED.fullmatch(text) else text
    pointed = joined.replace(",", ".") if decimal_comma else joined
    if _NUMBER.fullmatch(pointed):
        return float(pointed)
    told = say("is {text}, must be a number", text=shown(text))
    if _DECIMAL_COMMA.fullmatch(joined):
        with_point = joined.replace(",", ".")
        raise Wrong(
            told, say("write {with_point}, or separate cells by semicolons", with_point=with_point)
        )
    raise Wrong(told, say("write a number such as 23.8"))


def grouped(value: float) -> str:
    """A number as a message shows it, thousands grouped."""
    return f"{value:,.0f}".replace(",", " ") if 1000 <= abs(value) < 1e15 else f"{value:g}"
