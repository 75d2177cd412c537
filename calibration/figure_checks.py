"""What rows of figures must be together: nothing twice, one place, no year missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from calibration.figure_measures import ENTRIES, PORTFOLIOS, PUBLISHED_YEARS
from calibration.figure_rows import PUBLISHED, Row
from sim.errors import Problem
from sim.territory import joined, parted
from sim.words import say

Key = tuple[str, str]  # measure, period


@dataclass(frozen=True)
class Together:
    """The rows of a file beside the published figures (values by measure and period)."""

    file: str
    rows: Sequence[Row]
    published: Mapping[Key, float]

    @property
    def place(self) -> str:
        """The départements that the rows are about, '52' or '08+52'; '' is the country."""
        return self.rows[0].place if self.rows else ""

    @property
    def replaced(self) -> frozenset[Key]:
        """Published figures (measure, year) that rows of the country take the place of."""
        return frozenset(
            (row.measure.name, str(row.year)) for row in self.rows if row.replaces
        ) & frozenset(self.published)

    @property
    def kept(self) -> dict[Key, float]:
        """Published figures that stay: none beside those of a département."""
        if self.place:
            return {}
        gone = self.replaced
        return {key: value for key, value in self.published.items() if key not in gone}

    def problems(self, complete: bool) -> list[Problem]:
        """All mistakes; those of missing rows only where every row was understood (`complete`)."""
        if self._mixed():
            return [*self._twice(), *self._mixed()]
        return [
            *self._twice(),
            *self._already_published(),
            *self._replaces_nothing(),
            *self._year_and_months(),
            *self._early_decembers(),
            *(self._missing() if complete else ()),
        ]

    def _at(self, row: Row, column: str, message: str, remedy: str) -> Problem:
        key = say("line {line}, {column}", line=row.line, column=column)
        return Problem(self.file, key, message, remedy)

    def _mixed(self) -> list[Problem]:
        lines: dict[str, list[int]] = {}
        for row in self.rows:
            lines.setdefault(row.place, []).append(row.line)
        if len(lines) < 2:
            return []
        told = say(" and ").join(
            say("'{place}' on {lines}", place=place, lines=_lines(where))
            if place
            else say("none on {lines}", lines=_lines(where))
            for place, where in lines.items()
        )
        remedy = say(
            "write one file for each, or figures of them together as {together}; figures of the "
            "country have no place",
            together=joined(code for place in lines for code in parted(place)),
        )
        return [
            Problem(
                self.file,
                "place",
                say("is {told}, must be the same in all rows", told=told),
                remedy,
            )
        ]

    def _twice(self) -> list[Problem]:
        first: dict[tuple[str, str, str], int] = {}
        found = []
        for row in self.rows:
            line = first.setdefault((row.measure.name, row.place, row.period), row.line)
            if line != row.line:
                told = say(
                    "{name} of {period} is on line {line} too",
                    name=row.measure.name,
                    period=row.period,
                    line=line,
                )
                found.append(self._at(row, "measure", told, say("keep one of the two")))
        return found

    def _already_published(self) -> list[Problem]:
        return [
            self._at(
                row,
                "measure",
                say(
                    "{name} of {period} is published ({published:g})",
                    name=row.measure.name,
                    period=row.period,
                    published=self.published[row.measure.name, row.period],
                ),
                say(
                    "take the row out, or write '{published}' in a column 'replaces'",
                    published=PUBLISHED,
                ),
            )
            for row in self.rows
            if (row.measure.name, row.period) in self.kept
        ]

    def _replaces_nothing(self) -> list[Problem]:
        found = []
        for row in self.rows:
            key = (row.measure.name, str(row.year))
            if row.replaces and self.place:
                told = say("the published figures are of the country and left out anyway")
                found.append(self._at(row, "replaces", told, say("leave it empty")))
            elif row.replaces and key not in self.published:
                told = say("no {name} of {year} is published", name=row.measure.name, year=row.year)
                found.append(self._at(row, "replaces", told, say("leave it empty")))
        return found

    def _year_and_months(self) -> list[Problem]:
        """The same people counted twice: a year and all its months."""
        months: dict[tuple[str, int], list[Row]] = {}
        for row in self.rows:
            if row.is_month:
                months.setdefault((row.measure.name, row.year), []).append(row)
        years = {(row.measure.name, row.year) for row in self.rows if not row.is_month}
        years |= {(name, int(year)) for name, year in self.kept}
        return [
            self._at(
                rows[0],
                "period",
                say(
                    "{name} of {year} is given by all its months and as a year too",
                    name=name,
                    year=year,
                ),
                say(
                    "keep one (months take the place of a published year with '{published}' in "
                    "'replaces')",
                    published=PUBLISHED,
                ),
            )
            for (name, year), rows in months.items()
            if len({row.period for row in rows}) == 12 and (name, year) in years
        ]

    def _early_decembers(self) -> list[Problem]:
        """Of the country, whose December before the published years is a parameter."""
        return [
            self._at(
                row,
                "period",
                say(
                    "is {period}: the country's portfolios before December {first} are calibrated",
                    period=row.period,
                    first=PUBLISHED_YEARS[0],
                ),
                say("take the row out"),
            )
            for row in self.rows
            if not self.place and row.year < PUBLISHED_YEARS[0]
        ]

    def _missing(self) -> Iterable[Problem]:
        fitted = {row.year for row in self.rows if row.measure.fitted}
        fitted |= {int(year) for name, year in self.kept if name != PORTFOLIOS}
        if not fitted:
            told = say("there are no figures to fit, only {portfolios}", portfolios=PORTFOLIOS)
            yield Problem(self.file, "measure", told, say("add the entries of each year"))
            return
        first = min(fitted) if self.place else PUBLISHED_YEARS[0]
        last = max(fitted) if self.place else max(*fitted, PUBLISHED_YEARS[1])
        for name in (ENTRIES, PORTFOLIOS):
            there = {row.year for row in self.rows if row.measure.name == name}
            there |= {int(year) for known, year in self.kept if known == name}
            gone = [str(year) for year in range(first, last + 1) if year not in there]
            if gone:
                told = say(
                    "{name} of {gone} must be there, and there is no such row",
                    name=name,
                    gone=", ".join(gone),
                )
                remedy = say(
                    "figures go from {first} to {last}: {name} of every year are needed",
                    first=first,
                    last=last,
                    name=name,
                )
                yield Problem(self.file, "measure", told, remedy)
        for row in self.rows:
            if row.measure.name == PORTFOLIOS and row.year > last:
                told = say(
                    "is {period}, but the last year with figures to fit is {last}",
                    period=row.period,
                    last=last,
                )
                remedy = say(
                    "add {entries} of {period}, or take the row out",
                    entries=ENTRIES,
                    period=row.period,
                )
                yield self._at(row, "period", told, remedy)


def _lines(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:5]) + (" …" if len(numbers) > 5 else "")
    return say("lines {lines}", lines=shown) if len(numbers) > 1 else say("line {line}", line=shown)
