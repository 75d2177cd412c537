"""The figures that a calibration fits: the nine published ones, and a user's own.

A user's rows come from a CSV file (`read_figures`); `template` is one to begin with.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from calibration.figure_checks import Key, Together
from calibration.figure_measures import MEASURES, PORTFOLIOS
from calibration.figure_rows import OPTIONAL, REQUIRED, Row, read_rows
from sim.errors import InputError
from sim.observed_figures import observed
from sim.quantities import Quantity, Timeline
from sim.territory import parted

NO_PORTFOLIOS = Timeline({})
_LINE = re.compile(r"\w+ (\d+)(,|$)")  # a mistake's key, in either language


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    place: '' for the country, a département's code, or several together ('08+52');
    period: a year (2018) or a month (2018-03); error: relative standard deviation around
    the true value, its `source` says why.
    """

    measure: str
    place: str
    period: str
    value: float
    unit: str
    error: Quantity
    source: str

    @property
    def year(self) -> int:
        """The year of the period."""
        return int(self.period[:4])


@dataclass(frozen=True)
class Figures:
    """The figures of one calibration, in the order of the measures' table, then of periods.

    portfolios: those in service at the ends of Decembers, input and not fitted, each with
    its source; empty where the scenario's own history holds, which has the published
    ones. place: as in the rows.
    """

    rows: tuple[Figure, ...]
    portfolios: Timeline = NO_PORTFOLIOS
    place: str = ""

    @property
    def places(self) -> tuple[str, ...]:
        """The codes of the départements that they are of together; none for the country."""
        return parted(self.place)

    @property
    def first_year(self) -> int:
        """The first year that a figure is about."""
        return min(row.year for row in self.rows)

    @property
    def last_year(self) -> int:
        """The last year that a figure is about."""
        return max(row.year for row in self.rows)

    @property
    def years(self) -> tuple[int, ...]:
        """All years from the first to the last."""
        return tuple(range(self.first_year, self.last_year + 1))

    def entries_a_year(self, year: int) -> float:
        """Entries of a year, from its months where only those are given."""
        of_year = [each for each in self.rows if each.measure == "entries" and each.year == year]
        whole = [each.value for each in of_year if each.period == str(year)]
        if whole:
            return whole[0]
        return float(sum(each.value for each in of_year) * 12 / max(len(of_year), 1))

    @property
    def fingerprint(self) -> str:
        """A stable hash of values and errors; not of sources, nor of the order of rows."""
        content = {
            "place": self.place,
            "rows": sorted(
                [row.measure, row.place, row.period, row.value, float(row.error)]
                for row in self.rows
            ),
            "portfolios": [
                [when.isoformat(), float(value)] for when, value in self.portfolios.items()
            ],
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def published() -> Figures:
    """The nine published figures of the country, with their errors."""
    return Figures(
        _in_order(
            Figure(
                measure=name,
                place="",
                period=str(year),
                value=float(value),
                unit=MEASURES[name].unit,
                error=series.error,
                source=series.source,
            )
            for name, series in observed().items()
            if series.error is not None
            for year, value in series.values.items()
        )
    )


def read_figures(path: str | Path) -> Figures:
    """The figures of a CSV file, with the published ones where they are of the country.

    Or of the sheet 'figures' of a workbook (`agsim template`), with the same columns.

    UTF-8, cells separated by commas or by semicolons (then a decimal comma will do),
    lines that begin with # are comments. Columns: measure, period, value, unit, and, where
    needed, place, error (relative standard deviation), source, replaces.

    - Rows without a place are of the country and come beside the nine published figures.
      One whose figure is published already is a mistake, unless its column `replaces`
      says 'published': then it takes that figure's place. A row of a month that says so
      takes the place of the published year; all months of a year beside the year itself
      are a mistake, for that counts people twice.
    - Rows with a place, the same in all, stand alone: no published figure. It is a département's
      code, several whose figures are of them together ('08+52'), or the name of a région.
    - Entries (of the year, or of months of it) are needed for every year: of the country
      from 2018, of a place from its first year, without gaps. So are portfolios in
      December: of the country after 2020, of a place for every year; those of
      Decembers before its first year may be given.
    - Without `error` a figure has that of the published series, else 3 %, an assumption.

    Raises `InputError` with every mistake of the file.
    """
    found = read_rows(Path(path))
    known = {(row.measure, row.period): row.value for row in published().rows}
    decembers = observed()[PORTFOLIOS]
    known |= {(PORTFOLIOS, str(year)): value for year, value in decembers.values.items()}
    together = Together(found.file, found.rows, known)
    problems = [*found.problems, *together.problems(found.understood)]
    if problems:
        raise InputError(sorted(problems, key=lambda each: _line(each.key)))
    own = [_figure(row) for row in found.rows if row.measure.fitted]
    kept = together.kept
    return Figures(
        _in_order([*(row for row in published().rows if (row.measure, row.period) in kept), *own]),
        _portfolios(found.rows, kept),
        together.place,
    )


def template() -> str:
    """A commented CSV file with one made-up row for each measure; it can be read as it is."""
    lines = [
        "# Figures for agsim calibrate. ALL NUMBERS HERE ARE MADE UP: replace them, and take out",
        "# the rows that you have no figure for. Cells are separated by semicolons with decimal",
        "# commas or points, or by commas with decimal points. Lines with # first are comments.",
        "# period: a year (2021) or a month (2021-03). Give entries and portfolios_in_december of",
        "# every year after 2020, without gaps.",
        "# place: empty for the country, and the published figures of 2018 to 2020 are fitted too.",
        "# The same place in all rows: it is calibrated alone, and needs entries and",
        "# portfolios_in_december of every year from its first. A place is a département's code",
        "# (52), several that the figures are of together (08+10+51+52), or a région (Grand Est).",
        "# error: relative standard deviation of the figure (0,02 is 2 %), empty where it is not",
        "# known: then the one in brackets below holds, an assumption.",
        "# replaces: 'published' where the row takes the place of a published figure, else empty.",
        ";".join((*REQUIRED, *OPTIONAL)),
    ]
    for each in MEASURES.values():
        value = f"{each.example:g}".replace(".", ",")
        known = f"error {each.error:g}".replace(".", ",") if each.fitted else "input"
        lines.append(f"# {each.name}: {each.what} [{known}]")
        lines.append(f"{each.name};{each.period};{value};{each.unit};;;made up;")
    return "\n".join(lines) + "\n"


def _in_order(rows: Iterable[Figure]) -> tuple[Figure, ...]:
    order = list(MEASURES)
    return tuple(sorted(rows, key=lambda row: (order.index(row.measure), row.period)))


def _figure(row: Row) -> Figure:
    measure, error = row.measure, row.measure.error
    if row.error is not None:
        error = Quantity(row.error, source=row.source)
    value = float(row.value or 0)
    return Figure(measure.name, row.place, row.period, value, measure.unit, error, row.source)


def _portfolios(rows: Iterable[Row], kept: dict[Key, float]) -> Timeline:
    """Decembers of the file with the published ones that stay; none where the file has none."""
    own = {
        date(row.year, 12, 31): Quantity(row.value or 0, source=row.source)
        for row in rows
        if row.measure.name == PORTFOLIOS
    }
    if not own:
        return NO_PORTFOLIOS
    source = observed()[PORTFOLIOS].source
    before = {
        date(int(year), 12, 31): Quantity(value, source=source)
        for (name, year), value in kept.items()
        if name == PORTFOLIOS
    }
    return Timeline({**before, **own})


def _line(key: str) -> int:
    """The line that a problem is on; those of the whole file come last."""
    number = _LINE.match(key)
    return int(number[1]) if number else 10**9
