"""What came true later: a user's file of figures, checked against a saved projection.

The columns are those of the figures of `agsim calibrate`, so that one file serves both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sim.csv_rows import Cells, Columns, Wrong, grouped, number, sheet_of, text_of
from sim.errors import InputError, Problem, nearest
from sim.measures.frames import MEASURES, UNITS
from sim.planning.saved import Saved
from sim.quantities import shown
from sim.words import say, to_say

if TYPE_CHECKING:
    import pandas as pd

REQUIRED = ("measure", "period", "value", "unit")
OPTIONAL = ("place", "error", "source", "replaces")
COLUMNS = Columns(REQUIRED, OPTIONAL, to_say("see `agsim lookback --template`"))
SAME = {"portfolios_in_december": "portfolios_at_end"}
ALSO = {"load": "people per portfolio"}
A_FRAME = to_say("the frame of figures")
A_PERIOD = to_say("write a year (2021) or a month (2021-03)")

_PERIOD = re.compile(r"(\d{4})(-(0[1-9]|1[0-2]))?", re.ASCII)

# measure, unit, a made-up value: what planners are likely to hear of first
EXAMPLES = (
    ("entries", "people", 95_000),
    ("entry_delay", "days", 22.5),
    ("parcours_duration", "days", 196),
    ("portfolios_at_end", "portfolios", 1_200),
    ("load", "people", 44),
)


@dataclass(frozen=True)
class Seen:
    """One figure that came true. error: its relative standard deviation, 0 where none is given."""

    line: int
    measure: str
    period: str
    value: float
    unit: str
    source: str
    error: float = 0.0

    @property
    def by(self) -> str:
        """Whether it is of a 'year' or of a 'month'."""
        return "month" if "-" in self.period else "year"


def template() -> str:
    """A commented CSV file with made-up rows; it can be read as it is."""
    meaning = {each.name: each.what for each in MEASURES}
    lines = [
        "# What came true, for agsim lookback. ALL NUMBERS HERE ARE MADE UP: replace them, and",
        "# take out the rows that you have no figure for. Cells are separated by semicolons, with",
        "# decimal commas or points, or by commas, with decimal points. # begins a comment.",
        "# measure: any that `agsim run --json` prints. period: a year (2021), a month (2021-03).",
        "# error: relative standard deviation of the figure (0,02 is 2 %); empty: taken as exact.",
        "# Give portfolios_at_end (December) too: whether the posts were as planned decides",
        "# whether the projection can be judged at all.",
        ";".join((*REQUIRED, "error", "source")),
    ]
    for name, unit, value in EXAMPLES:
        lines.append(f"# {name}: {meaning[name]}")
        lines.append(f"{name};2021;{value:g};{unit};;made up".replace(".", ","))
    return "\n".join(lines) + "\n"


def seen_figures(given: Path | str | pd.DataFrame, projection: Saved) -> tuple[Seen, ...]:
    """The figures of a file, or of a frame with its columns.

    Raises `InputError` with every mistake: file, line, what is wrong, the way out.
    """
    if isinstance(given, (str, Path)):
        file, text = str(given), text_of(Path(given))
    else:
        file, text = say(A_FRAME), given.to_csv(index=False)
    sheet = sheet_of(file, text, COLUMNS)
    rows = [_row(cells, sheet.decimal_comma, projection) for cells in sheet.rows if cells]
    figures = [row for row in rows if row]
    problems = [*sheet.problems, *_twice(file, figures)]
    if problems:
        raise InputError(problems)
    return tuple(figures)


def _row(cells: Cells, decimal_comma: bool, projection: Saved) -> Seen | None:
    """A figure; None where something is wrong, which is told."""
    read_number = partial(number, decimal_comma=decimal_comma)
    known = projection.measures
    measure = cells.read("measure", partial(_measure, known=known), say("name a measure"))
    period = cells.read("period", partial(_period, projection=projection), say(A_PERIOD))
    unit = known.get(measure or "", "")
    value = cells.read(
        "value",
        lambda text: _value(read_number(text), unit),
        say("write a number {unit}", unit=unit).strip(),
    )
    cells.read("place", partial(_place, projection=projection))
    error = cells.read("error", lambda text: _error(read_number(text)))
    if measure is None:
        return None
    cells.read("unit", partial(_unit, measure=measure, unit=unit), say("write {unit}", unit=unit))
    if period is None or value is None:
        return None
    source = cells.texts.get("source") or f"{Path(cells.file).name}, line {cells.line}"
    return Seen(cells.line, measure, period, value, unit, source, error or 0.0)


def _measure(text: str, known: Mapping[str, str]) -> str:
    name = SAME.get(text.lower(), text.lower())
    if name in known:
        return name
    if name in UNITS:
        raise Wrong(say("'{name}' is not in the saved projection", name=name), nearest(name, known))
    raise Wrong(say("is {text}, no known measure", text=shown(text)), nearest(name, known))


def _period(text: str, projection: Saved) -> str:
    found = _PERIOD.fullmatch(text)
    if not found:
        told = say("is {text}, must be a year (2021) or a month (2021-03)", text=shown(text))
        raise Wrong(told, say("spreadsheets make dates of months: format the column as text"))
    by = "month" if found[2] else "year"
    periods = projection.tables[by]["period"]
    first, last = periods.min(), periods.max()
    if not first <= text <= last:
        told = say("{text} is not in the saved projection", text=text)
        raise Wrong(
            told, say("it goes from {first} to {last}: take the row out", first=first, last=last)
        )
    if by == "year" and not projection.whole(int(text)):
        told = say("{text} was simulated in part only", text=text)
        raise Wrong(
            told, say("give months, or save a projection to {year}-01-01", year=int(text) + 1)
        )
    return text


def _unit(text: str, measure: str, unit: str) -> str:
    if text.lower() not in (unit.lower(), ALSO.get(measure, unit)):
        told = say(
            "is {text}, must be '{unit}' for {measure}",
            text=shown(text),
            unit=unit,
            measure=measure,
        )
        raise Wrong(told, say("give the value in that unit"))
    return unit


def _value(value: float, unit: str) -> float:
    if value < 0:
        raise Wrong(
            say("is {value}, must be 0 or more", value=grouped(value)),
            say("correct it, or take the row out"),
        )
    if unit == "share" and value > 1:
        raise Wrong(
            say("is {value}, must be a share from 0 to 1", value=grouped(value)),
            say("write 0.54 for 54 %"),
        )
    return value


def _error(error: float) -> float:
    if not 0 < error <= 1:
        told = say(
            "is {error:g}, must be more than 0 and at most 1: it is relative to the value",
            error=error,
        )
        raise Wrong(told, say("write 0.02 for 2 %, or leave it empty"))
    return error


def _place(text: str, projection: Saved) -> str:
    simulated = projection.departements
    if simulated == [text]:
        return text
    if simulated == "all":
        raise Wrong(
            say("is {text}, the projection is of the country", text=shown(text)),
            say("leave it empty"),
        )
    told = say(
        "is {text}, the projection is of {simulated} together",
        text=shown(text),
        simulated=", ".join(simulated),
    )
    raise Wrong(told, say("leave it empty where the figure is of all of them"))


def _twice(file: str, figures: list[Seen]) -> list[Problem]:
    first: dict[tuple[str, str], int] = {}
    problems = []
    for each in figures:
        key = (each.measure, each.period)
        if key in first:
            told = say(
                "{measure} {period} is there already, in line {first}",
                measure=each.measure,
                period=each.period,
                first=first[key],
            )
            place = say("line {line}", line=each.line)
            problems.append(Problem(file, place, told, say("keep one of the two")))
        first.setdefault(key, each.line)
    return problems
