"""From a workbook, a folder of CSV files or one of them to tables of raw cells.

Workbooks: whatever calamine reads (.xlsx, .xlsm, .xlsb, .xls, .ods). CSV: separated by
semicolons, commas or tabs; UTF-8 with or without a mark, UTF-16 with one, else Windows-1252.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from sim.errors import InputError, Problem, nearest
from sim.own_figures.formula_errors import formula_errors
from sim.own_figures.layout import CODE, KEY, NAME, SHEETS, folded, is_called, letter, names_of
from sim.words import say

LARGEST_FILE_BYTES = 20_000_000
COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
HEADING_ROWS = 30
SEPARATORS = (";", ",", "\t")
MOST_ROWS = 100_000
WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


@dataclass(frozen=True)
class RawSheet:
    """The cells of a sheet, rows from the first on; numbers, texts, dates or ''.

    where: as messages name it. errors: formula errors by row and column, from 0.
    decimal_comma: whether 1,5 in a text is a number.
    """

    where: str
    rows: Sequence[Sequence[Any]]
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    decimal_comma: bool = True

    def cell(self, row: int, column: int) -> Any:
        """A cell; '' beyond the last one. Texts without spaces around them."""
        cells = self.rows[row]
        raw = cells[column] if 0 <= column < len(cells) else ""
        return raw.strip() if isinstance(raw, str) else raw

    def is_empty(self, row: int, column: int) -> bool:
        """Whether nothing at all is in a cell."""
        return self.cell(row, column) in ("", None) and (row, column) not in self.errors

    def key(self, row: int, column: int, heading: str = "") -> str:
        """Row and column of a cell as Excel shows them, with the column's heading."""
        if not heading:
            return say("row {row}, column {column}", row=row + 1, column=letter(column))
        return say(
            "row {row}, column {column} ({heading})",
            row=row + 1,
            column=letter(column),
            heading=heading,
        )


@dataclass(frozen=True)
class Sheets:
    """The known sheets of a file by their English name, and mistakes of the file as a whole."""

    file: str
    by_name: Mapping[str, RawSheet]
    problems: tuple[Problem, ...] = ()


def read_sheets(path: Path) -> Sheets:
    """The known sheets of a file or folder; `InputError` where it cannot be read at all."""
    if path.is_dir():
        return _of_folder(path)
    content = _content(path)
    if path.suffix.lower() in (".csv", ".txt", ".tsv"):
        sheet = _of_text(str(path), content)
        return Sheets(str(path), {_kind_of(path, sheet): sheet})
    return _of_workbook(path, content)


def _content(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= LARGEST_FILE_BYTES else b""
    except FileNotFoundError:
        raise _no(path, say("there is no such file"), _beside(path)) from None
    except (OSError, ValueError) as wrong:
        why = wrong.strerror if isinstance(wrong, OSError) else wrong
        told = say("cannot be read: {why}", why=why)
        raise _no(path, told, say("check the path and its rights, and close it in Excel")) from None
    if size > LARGEST_FILE_BYTES:
        raise _no(path, say("is larger than 20 MB"), say("is this really a file of figures?"))
    if not content:
        raise _no(path, say("is empty"), say("write one to begin with: agsim template FILE.xlsx"))
    return content


def _no(path: Path, message: str, remedy: str) -> InputError:
    return InputError(Problem(str(path)[:300], "", message, remedy))


def _beside(path: Path) -> str:
    """The nearest file of the folder that could be meant."""
    endings = (*WORKBOOKS, ".csv")
    try:
        names = [each.name for each in path.parent.iterdir() if each.suffix.lower() in endings]
    except OSError:
        names = []
    return nearest(path.name, names) if names else say("check the path")


def _of_folder(folder: Path) -> Sheets:
    found: dict[str, RawSheet] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.csv")):
        name = next((each for each in SHEETS if folded(path.stem) in names_of(each)), None)
        if name is None:
            continue
        if name in found:
            told = say("is a second file of this sheet, beside {other}", other=found[name].where)
            problems.append(Problem(str(path), "", told, say("keep one of the two")))
        else:
            found[name] = _of_text(str(path), _content(path))
    if not found:
        told = say("holds none of {names}", names=", ".join(f"{each}.csv" for each in SHEETS))
        raise _no(folder, told, say("write them to begin with: agsim template --csv FOLDER"))
    return Sheets(str(folder), found, tuple(problems))


def _kind_of(path: Path, sheet: RawSheet) -> str:
    """Which sheet a lone CSV file is: by its name, else by its headings."""
    for name in SHEETS:
        if folded(path.stem) in names_of(name):
            return name
    header = {folded(each) for row in sheet.rows[:HEADING_ROWS] for each in row}
    if header & names_of(KEY):
        return "costs"
    return "figures" if "measure" in header else "posts"


def _of_text(where: str, content: bytes) -> RawSheet:
    """The cells of a CSV file."""
    text = _decoded(content)
    if "\0" in text:
        told = say("is no text file, though its name says CSV")
        raise InputError(Problem(where, "", told, say("save it as CSV, or give it its own ending")))
    try:
        split = {each: list(csv.reader(StringIO(text), delimiter=each)) for each in SEPARATORS}
    except csv.Error as wrong:
        told = say("is not CSV: {why}", why=wrong)
        raise InputError(Problem(where, "", told, say("save it as CSV anew"))) from None
    separator = max(SEPARATORS, key=lambda each: _headings_in(split[each]))
    return RawSheet(where, split[separator][:MOST_ROWS], decimal_comma=separator != ",")


def _headings_in(rows: Sequence[Sequence[str]]) -> int:
    """The most cells of a row that has a known heading: with the right separator, the most."""
    known = frozenset[str]().union(*map(names_of, (CODE, NAME, KEY)), ["measure"])
    return max(
        (len(row) for row in rows[:HEADING_ROWS] if any(folded(each) in known for each in row)),
        default=0,
    )


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _of_workbook(path: Path, content: bytes) -> Sheets:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    if content.startswith(COMPOUND_FILE) and ENCRYPTED in content:
        raise _protected(path)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        names = _known_sheets(book.sheet_names)
        cells = {
            name: book.get_sheet_by_name(called).to_python(skip_empty_area=False, nrows=MOST_ROWS)
            for name, called in names.items()
        }
    except PasswordError:
        raise _protected(path) from None
    except (CalamineError, ValueError, OSError):
        told = say("is no workbook that can be read")
        raise _no(path, told, say("save it as .xlsx, or as CSV with the ending .csv")) from None
    if not names:
        told = say(
            "has no sheet called {names} (its sheets: {found})",
            names=", ".join(f"'{each}'" for each in map(say, SHEETS)),
            found=", ".join(book.sheet_names),
        )
        raise _no(path, told, say("write one to begin with: agsim template FILE.xlsx"))
    errors = formula_errors(content)
    found = {
        name: RawSheet(
            say("{file}, sheet '{sheet}'", file=path, sheet=called),
            cells[name],
            errors.get(called, {}),
        )
        for name, called in names.items()
    }
    return Sheets(str(path), found, tuple(_mistyped(path, book.sheet_names, names)))


def _protected(path: Path) -> InputError:
    told = say("is protected by a password")
    return _no(path, told, say("save a copy without a password (Excel: Save as, Tools, Options)"))


def _known_sheets(called: Sequence[str]) -> dict[str, str]:
    """English name of a known sheet → what it is called in the workbook; the first counts."""
    return {
        name: next(each for each in called if is_called(each, name))
        for name in SHEETS
        if any(is_called(each, name) for each in called)
    }


def _mistyped(path: Path, called: Sequence[str], names: Mapping[str, str]) -> list[Problem]:
    """Sheets with nearly the name of one that is missing, or with the name of one twice."""
    problems = []
    for each in called:
        if each in names.values():
            continue
        twice = [name for name in names if is_called(each, name)]
        missing = [word for name in SHEETS if name not in names for word in names_of(name)]
        near = get_close_matches(folded(each), missing, n=1, cutoff=0.75)
        key = say("sheet '{sheet}'", sheet=each)
        if twice:
            told = say("is there beside '{other}'", other=names[twice[0]])
            problems.append(Problem(str(path), key, told, say("keep one of the two")))
        elif near:
            remedy = say("did you mean '{name}'? Rename it", name=near[0])
            problems.append(Problem(str(path), key, say("is not a known sheet"), remedy))
    return problems
