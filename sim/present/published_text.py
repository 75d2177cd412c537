"""The nation and départements on their own figures, published together: tables and their notes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.experiment.by_place import Split
from sim.experiment.published import (
    COLUMNS,
    DIFFERENCE,
    PLACE,
    REPLACED,
    SUM,
    TOGETHER,
    TOTAL,
    Published,
)
from sim.measures import COUNTRY
from sim.present.by_place_text import hidden_note, interval_note
from sim.present.by_place_words import made_of, name_of_own, split_note
from sim.present.numbers import number
from sim.present.posterior_text import as_html, as_text, interval
from sim.present.tables import Table
from sim.words import say, to_say

if TYPE_CHECKING:
    import pandas as pd

FIGURES: dict[Split, str] = {
    "own_figures": to_say("own"),
    "synthetic_within": to_say("own*"),
    "synthetic": to_say("synthetic"),
    "own_posts": to_say("own posts"),
}
ROWS = {
    TOTAL: to_say("France, national calibration"),
    SUM: to_say("Sum of the départements"),
    DIFFERENCE: to_say("  difference"),
}
DIGITS = {"funded_posts": 0, "orientations": 0, "entries": 0, "entry_delay": 1, "load": 1}


def published_text(found: Published) -> str:
    """As plain text."""
    return as_text(_tables(found), _notes(found))


def published_html(found: Published) -> str:
    """As HTML."""
    return as_html(_tables(found), _notes(found))


def _tables(found: Published) -> list[Table]:
    national = found.national
    title = say("{title}, {year}", title=say(national.scenario.title), year=national.year)
    frame = found.frame
    by_row = {
        (str(row), str(place)): mine
        for (row, place), mine in frame.groupby(["row", "place"], sort=False)
    }
    rows = []
    for (row, place), mine in by_row.items():
        if row == PLACE:
            rows.append([mine["name"].iloc[0], _figures(mine), *_cells(mine, row)])
        elif row in ROWS and place == COUNTRY:
            rows.append([say(ROWS[row]), "", *_cells(mine, row)])
    beside = say("On figures of their own, beside their part of the nation")
    return [
        Table(title, _headings(), rows),
        Table(beside, _headings(), _beside(found, by_row)),
    ]


def _headings() -> list[str]:
    return [
        say("Département"),
        say("Figures"),
        say("Posts"),
        say("Orient."),
        say("Entries"),
        say("Delay"),
        say("Load"),
    ]


def _beside(found: Published, by_row: dict[tuple[str, str], pd.DataFrame]) -> list[list[str]]:
    """Each set of figures, and below it what the nation's calibration says of the same places."""
    rows = []
    for key, own in found.own.items():
        row = PLACE if len(own.places) == 1 else TOGETHER
        mine, part = by_row[row, key], by_row[REPLACED, key]
        rows.append([name_of_own(key), _figures(mine), *_cells(mine, row)])
        rows.append([say("  its part of the nation"), _figures(part), *_cells(part, REPLACED)])
    return rows


def _figures(mine: pd.DataFrame) -> str:
    return say(FIGURES[mine["figures"].iloc[0]])


def _cells(mine: pd.DataFrame, row: str) -> list[str]:
    value = mine.set_index("measure")
    return [_cell(value, measure, row) for measure in DIGITS]


def _cell(value: pd.DataFrame, measure: str, row: str) -> str:
    if measure not in value.index:
        return ""
    signed = row == DIFFERENCE
    middle, low, high = (float(value[each][measure]) for each in COLUMNS)
    if measure == "entries":
        return interval(middle, low, high, 0, signed)
    digits = 1 if measure == "funded_posts" and row not in ROWS else DIGITS[measure]
    return interval(middle, math.nan, math.nan, digits, signed)


def _notes(found: Published) -> list[str]:
    national = found.national
    told = [
        say(
            "{count} département(s) on figures of their own, run alone on them; the others are "
            "their part of the national calibration. Figures: own*: of several "
            "départements together, synthetic between them; synthetic: of the nation, split.",
            count=number(len(found.on_their_own)),
        ),
        say(
            "France is what the national calibration says, whatever the parts say: the national "
            "figures speak of all départements together. The difference is by how much the "
            "figures of the départements and their part of the nation disagree; it has no "
            "interval, since draws of different calibrations are not paired."
        ),
        interval_note(national),
        *hidden_note(national, *found.own.values()),
        split_note(national),
        made_of(national, national.readings[0]),
    ]
    told += [
        say("{place}: {run}", place=name_of_own(key), run=made_of(each, each.readings[0]))
        for key, each in found.own.items()
    ]
    return told
