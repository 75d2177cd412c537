"""What a file of one's own figures begins as: tables of cells, the same for Excel and CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from sim.calendar import next_month
from sim.errors import InputError, Problem
from sim.own_figures.layout import (
    CODE,
    COSTS,
    FIGURES,
    HIGH,
    KEY,
    LEAST,
    LOW,
    MOST,
    NAME,
    POSTS,
    PRICES,
    SOURCE,
    STATUS,
    TODAY,
    UNIT,
    VALUE,
    WHAT,
    YOUR_HIGH,
    YOUR_LOW,
    YOUR_SOURCE,
    YOUR_VALUE,
)
from sim.population.posts import area_of, every_seat, post_plan
from sim.posts_table import MOST_POSTS
from sim.present.numbers import number
from sim.rate_files import CHOICES, shipped_rates
from sim.rates import Rate
from sim.scenario import Scenario
from sim.territory import departements
from sim.words import say, to_say

MOST_MONTHS = 120
COSTS_HEADINGS = (KEY, WHAT, UNIT, YOUR_VALUE, YOUR_LOW, YOUR_HIGH, YOUR_SOURCE,
                  VALUE, LOW, HIGH, LEAST, MOST, PRICES, STATUS, SOURCE)  # fmt: skip
OBSERVED_COLUMNS = ("measure", "period", "value", "unit", "place", "error", "source", "replaces")
OBSERVED_ROWS = 60
CHOICES_MEAN = {
    "indirect.method": to_say("how indirect costs are counted"),
    "esf.reading": to_say("what 'half of the posts are financed by the ESF' means"),
}


@dataclass(frozen=True)
class Column:
    """A column of a template. yours: to be filled in; note: what may stand in it.

    grouped: whether thousands are set apart, which those of years are not. choices: what Excel
    offers in every cell, where that is a list.
    """

    heading: str | date
    width: int
    yours: bool = False
    note: str = ""
    grouped: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Allowed:
    """What may stand in a cell that is to be filled in: numbers between two, or one of some."""

    least: float = 0.0
    most: float = 0.0
    whole: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A sheet of a template. summed: whether columns have a total; by_row: what is allowed."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    summed: bool = False
    fixed_columns: int = 1
    allowed: Mapping[int, Allowed] = field(default_factory=dict)


def months_from(first: date, count: int) -> tuple[date, ...]:
    """So many firsts of months."""
    if not 1 <= count <= MOST_MONTHS:
        told = say("is {count}, must be from 1 to {most}", count=count, most=MOST_MONTHS)
        raise InputError(Problem("agsim template", "--months", told, say("for example 24")))
    months = [first.replace(day=1)]
    while len(months) < count:
        months.append(next_month(months[-1]))
    return tuple(months)


def posts_table(scenario: Scenario, months: Sequence[date]) -> Table:
    """Départements by months, to be filled in, beside what the scenario has today."""
    today = posts_today(scenario)
    note = say(
        "Funded posts in the month, whole numbers from 0 to {most}. Leave a whole column empty "
        "that you do not need; leave a whole row empty and agsim takes its own split.",
        most=number(MOST_POSTS),
    )
    reference = say(
        "What agsim takes for a département whose row stays empty: today's posts, split by "
        "population. Nobody published the real split."
    )
    columns = (
        Column(say(CODE), 7),
        Column(say(NAME), 26),
        Column(say(TODAY), 11, note=reference),
        *(Column(month, 10, yours=True, note=note if k == 0 else "")
          for k, month in enumerate(months)),
    )  # fmt: skip
    rows = tuple(
        (each.code, each.name, today[each.code], *("" for _ in months))
        for each in departements()
        if each.code in today
    )
    allowed = dict.fromkeys(range(len(rows)), Allowed(0, MOST_POSTS, whole=True))
    return Table(POSTS, columns, rows, summed=True, fixed_columns=3, allowed=allowed)


def posts_today(scenario: Scenario) -> dict[str, int]:
    """A scenario's posts by département when its plan starts."""
    area, plan = area_of(scenario), post_plan(scenario)
    stands = area.place_of_pool[every_seat(scenario, area, area.share, plan)]
    there = np.zeros(len(area.places), dtype=np.int64)
    for begin, today in zip(plan.first[:-1], plan.of_today, strict=True):
        there += np.bincount(stands[begin : begin + today], minlength=len(area.places))
    return dict(zip(area.places, there.tolist(), strict=True))


def costs_table() -> Table:
    """Every rate with its value and source, and empty cells for one's own."""
    rates = shipped_rates()
    notes = {
        YOUR_VALUE: say(
            "Only what is filled in here counts; everything else stays as it is. Shares are "
            "written as 0.5 or 50 %, euros without their sign."
        ),
        YOUR_LOW: say("Optional: the ends of the range that you think possible."),
        YOUR_SOURCE: say("Optional: where your figure comes from; it is shown with results."),
    }
    widths = {KEY: 48, WHAT: 52, UNIT: 26, YOUR_SOURCE: 26, MOST: 15, STATUS: 14, SOURCE: 60}
    columns = tuple(
        Column(
            say(each),
            widths.get(each, 11),
            yours=each in (YOUR_VALUE, YOUR_LOW, YOUR_HIGH, YOUR_SOURCE),
            note=notes.get(each, ""),
            grouped=each != PRICES,
        )
        for each in COSTS_HEADINGS
    )
    rows: list[tuple[Any, ...]] = [_row(rate) for rate in rates.by_path.values()]
    allowed = {
        k: Allowed(float(rate.least), float(rate.most), rate.whole)
        for k, rate in enumerate(rates.by_path.values())
    }
    now = {"indirect.method": rates.method, "esf.reading": rates.reading}
    for key, choices in CHOICES.items():
        allowed[len(rows)] = Allowed(choices=choices)
        unit = say("one of {choices}", choices=", ".join(choices))
        rows.append((key, say(CHOICES_MEAN[key]), unit, *[""] * 4, now[key], *[""] * 7))
    return Table(COSTS, columns, tuple(rows), fixed_columns=1, allowed=allowed)


def _row(rate: Rate) -> tuple[Any, ...]:
    prices = "" if rate.prices is None else rate.prices
    numbers = [_plain(each) for each in (rate.value, rate.low, rate.high, rate.least, rate.most)]
    about = (say(rate.meaning), say(rate.unit), *[""] * 4)
    return (rate.path, *about, *numbers, prices, say(rate.status), say(rate.source))


def _plain(value: Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)


def figures_table(measures: Sequence[tuple[str, str, str]]) -> Table:
    """Observed figures for `agsim calibrate --targets`. measures: name, unit, what it is."""
    told = "\n".join(f"{name} ({unit}): {what}" for name, unit, what in measures)
    choices = {
        "measure": tuple(name for name, _, _ in measures),
        "unit": tuple(dict.fromkeys(unit for _, unit, _ in measures)),
        "replaces": ("published",),
    }
    notes = {
        "measure": say("One of:") + f"\n{told}",
        "period": say("A year (2021) or a month (2021-03), as text."),
        "place": say(
            "Empty for the country, or the same place in all rows: a département's code, several "
            "that the figures are of together (08+52), or a région's name."
        ),
        "error": say("Optional: relative standard deviation of the figure; 0.02 is 2 %."),
        "replaces": say("'published' where the row takes the place of a published figure."),
    }
    widths = {"measure": 30, "source": 40}
    columns = tuple(
        Column(each, widths.get(each, 13), yours=True, note=notes.get(each, ""),
               choices=choices.get(each, ()))
        for each in OBSERVED_COLUMNS
    )  # fmt: skip
    return Table(FIGURES, columns, (("",) * len(columns),) * OBSERVED_ROWS)


def how_to() -> tuple[str, ...]:
    """How a file is filled in: a title, then a paragraph each."""
    return (
        say("Your own figures for agsim"),
        say(
            "Fill in the yellow cells, save, and name the file: agsim run trend --figures FILE; "
            "plan, compare, check and budget take it too."
        ),
        say(
            "Sheet '{name}': funded posts by département and month. Posts hold until the next "
            "month given, the last ones to the end. A département whose row stays empty keeps its "
            "part of today's posts, by population; a month whose column stays empty is not used. "
            "Apart from those no cell may be empty.",
            name=say(POSTS),
        ),
        say(
            "Months before the plan starts (1 January 2021 in the shipped scenarios) say where "
            "the posts were, not how many: those are observed. Orientations are taken to stand "
            "where the posts stand when the plan starts."
        ),
        say(
            "A long table does as well: the columns {code}, {month} and {posts}, a row each.",
            code=say(CODE),
            month=say("month"),
            posts=say(POSTS),
        ),
        say(
            "Sheet '{name}': what things cost and who pays. Only rows with your own value count, "
            "for agsim budget; the source tells what agsim takes otherwise.",
            name=say(COSTS),
        ),
        say(
            "Sheet '{name}': what was observed of entries, delays and so on, in the country or in "
            "one département, for agsim calibrate --targets FILE. Its columns keep their English "
            "names; leave it empty if you do not calibrate.",
            name=say(FIGURES),
        ),
        say(
            "Codes of départements: 01 or 1, 2A, 2B, 971. Months: 2021-03, 03/2021, March 2021, "
            "or a date that is the first of a month. Sheets and columns may be named in French or "
            "in English; other sheets are not read."
        ),
        say(
            "Every mistake is told with its sheet, row and column: agsim check trend --figures FILE"
        ),
    )
