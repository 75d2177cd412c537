"""The sheet `posts`: funded posts by département and month, as a wide table or a long one.

Wide: a row a département, a column a month. A row without any number leaves the département to
the synthetic split, a column without any is not used; between them no cell may be empty.
Long: a row a département and month; posts hold until the next month given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sim.errors import Problem
from sim.own_figures.cells import as_departement, as_month, as_posts, meaning
from sim.own_figures.layout import (
    CODE,
    MONTH,
    NAME,
    NOT_READ,
    POSTS,
    TODAY,
    TOTAL,
    folded,
    is_called,
)
from sim.own_figures.sheets import HEADING_ROWS, RawSheet
from sim.present.numbers import month as month_said
from sim.territory import Departement
from sim.words import say

Posts = Mapping[str, Mapping[date, int]]


@dataclass
class _Reading:
    """What is found so far. seen: by code (and month), the row where it was read."""

    sheet: RawSheet
    header: int
    code: int | None
    name: int | None
    posts: dict[str, dict[date, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    seen: dict[tuple[str, date | None], int] = field(default_factory=dict)

    def departement(self, row: int) -> Departement | None:
        """The département of a row; its code and its name must say the same."""
        found: list[Departement] = []
        for column, heading in ((self.code, CODE), (self.name, NAME)):
            if column is not None and not self.sheet.is_empty(row, column):
                meant = meaning(
                    self.sheet, row, column, say(heading), as_departement, self.problems
                )
                if meant is None:
                    return None
                found.append(meant)
        if not found:
            self.add(row, self.column, say("is empty"), say("write the code of the département"))
            return None
        if found[0] != found[-1]:
            told = say("is {code} ({name}), but the row's name is {other}", code=found[0].code,
                       name=found[0].name, other=found[1].name)  # fmt: skip
            self.add(row, self.column, told, say("correct the one that is wrong"))
            return None
        return found[0]

    @property
    def column(self) -> int:
        """The column by which rows are told: that of the codes, else that of the names."""
        return (self.name or 0) if self.code is None else self.code

    def add(self, row: int, column: int, told: str, remedy: str, heading: str = "") -> None:
        """Tell a mistake in a cell; heading: of its column, by default the header's cell."""
        if row > self.header:
            heading = heading or str(self.sheet.cell(self.header, column))
        key = self.sheet.key(row, column, heading)
        self.problems.append(Problem(self.sheet.where, key, told, remedy))

    def first_time(self, row: int, column: int, code: str, when: date | None = None) -> bool:
        """Whether a département (and month) is read for the first time; else a mistake."""
        before = self.seen.setdefault((code, when), row)
        if before == row:
            return True
        told = say("is {code}, which row {row} is about already", code=code, row=before + 1)
        if when is not None:
            told = say("is {month} for {code}, which row {row} is about already",
                       month=month_said(when), code=code, row=before + 1)  # fmt: skip
        self.add(row, column, told, say("keep one of the two rows"))
        return False


def read_posts(sheet: RawSheet, problems: list[Problem]) -> Posts:
    """Posts by code and month; mistakes are added to the problems."""
    header = next((row for row in range(min(len(sheet.rows), HEADING_ROWS)) if _heads(sheet, row)),
                  None)  # fmt: skip
    if header is None:
        told = say("has no column '{code}' or '{name}'", code=say(CODE), name=say(NAME))
        remedy = say("see the sheet of the template: agsim template FILE.xlsx")
        problems.append(Problem(sheet.where, "", told, remedy))
        return {}
    reading = _Reading(sheet, header, _column(sheet, header, CODE), _column(sheet, header, NAME))
    month, posts = _column(sheet, header, MONTH), _column(sheet, header, POSTS)
    if month is None and posts is None:
        _read_wide(reading)
    elif month is None or posts is None:
        missing = say(MONTH if month is None else POSTS)
        told = say("has no column '{name}'", name=missing)
        remedy = say("a long table has the columns {code}, {month}, {posts}", code=say(CODE),
                     month=say(MONTH), posts=say(POSTS))  # fmt: skip
        problems.append(Problem(sheet.where, say("row {row}", row=header + 1), told, remedy))
    else:
        _read_long(reading, month, posts)
    problems += reading.problems
    return {code: dict(sorted(given.items())) for code, given in sorted(reading.posts.items())}


def _heads(sheet: RawSheet, row: int) -> bool:
    return any(is_called(each, CODE) or is_called(each, NAME) for each in sheet.rows[row])


def _column(sheet: RawSheet, header: int, heading: str) -> int | None:
    """The column of a heading; None where there is none."""
    cells = sheet.rows[header]
    return next((k for k, each in enumerate(cells) if is_called(each, heading)), None)


def _rows(reading: _Reading) -> list[int]:
    """Rows below the header that are neither empty nor a total."""
    sheet, names = reading.sheet, (reading.code, reading.name)
    return [
        row
        for row in range(reading.header + 1, len(sheet.rows))
        if any(not sheet.is_empty(row, k) for k in range(len(sheet.rows[row])))
        and not any(k is not None and is_called(sheet.cell(row, k), TOTAL) for k in names)
    ]


def _read_wide(reading: _Reading) -> None:
    sheet, rows = reading.sheet, _rows(reading)
    months = _months(reading, rows)
    used = [column for column in months if any(not sheet.is_empty(row, column) for row in rows)]
    for row in rows:
        place = reading.departement(row)
        known = place is not None and reading.first_time(row, reading.column, place.code)
        filled = [column for column in used if not sheet.is_empty(row, column)]
        for column in used if filled else ():
            heading = f"{months[column]:%Y-%m}"
            if column not in filled:
                told = say("is empty, though the row has posts in other months")
                remedy = say("write a number (0: no post), or empty the whole row")
                reading.add(row, column, told, remedy, heading)
                continue
            found = meaning(
                sheet, row, column, heading,
                lambda raw: as_posts(raw, sheet.decimal_comma), reading.problems,
            )  # fmt: skip
            if place is not None and known and found is not None:
                reading.posts.setdefault(place.code, {})[months[column]] = found


def _months(reading: _Reading, rows: list[int]) -> dict[int, date]:
    """Columns that are months, in their order; what is no heading of a month is a mistake."""
    sheet, header = reading.sheet, reading.header
    found: dict[int, date] = {}
    widest = max((len(sheet.rows[row]) for row in (header, *rows)), default=0)
    for column in range(widest):
        heading = sheet.cell(header, column)
        ours = column in (reading.code, reading.name) or is_called(heading, TODAY)
        if ours or folded(heading) in NOT_READ:
            continue
        if sheet.is_empty(header, column):
            if any(not sheet.is_empty(row, column) for row in rows):
                told = say("has no heading, but cells below it")
                reading.add(header, column, told, say("write the month, or empty the column"))
            continue
        when = meaning(sheet, header, column, "", as_month, reading.problems)
        if when is None:
            continue
        twice = next((k for k, other in found.items() if other == when), None)
        if twice is not None:
            told = say("is {month} a second time, after {first}", month=month_said(when),
                       first=sheet.key(header, twice))  # fmt: skip
            reading.add(header, column, told, say("keep one of the two columns"))
            continue
        found[column] = when
    if not found and not reading.problems:
        told = say("has no month: neither columns of months, nor '{month}' and '{posts}'",
                   month=say(MONTH), posts=say(POSTS))  # fmt: skip
        remedy = say("see the sheet of the template: agsim template FILE.xlsx")
        place = say("row {row}", row=header + 1)
        reading.problems.append(Problem(sheet.where, place, told, remedy))
    return found


def _read_long(reading: _Reading, month: int, posts: int) -> None:
    sheet = reading.sheet
    for row in _rows(reading):
        place = reading.departement(row)
        values: list[date | int | None] = []
        for column, heading, needed in (
            (month, MONTH, say("write a month such as 2021-03")),
            (posts, POSTS, say("write a number; 0: no post")),
        ):
            if sheet.is_empty(row, column):
                reading.add(row, column, say("is empty"), needed)
                values.append(None)
            elif heading == MONTH:
                values.append(meaning(sheet, row, column, say(MONTH), as_month, reading.problems))
            else:
                values.append(
                    meaning(
                        sheet, row, column, say(POSTS),
                        lambda raw: as_posts(raw, sheet.decimal_comma), reading.problems,
                    )
                )  # fmt: skip
        when, found = values
        if place is None or not isinstance(when, date):
            continue
        if reading.first_time(row, month, place.code, when) and isinstance(found, int):
            reading.posts.setdefault(place.code, {})[when] = found
