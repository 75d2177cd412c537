"""The nation and départements on their own figures, published together: a table and its notes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.experiment.published import COLUMNS, DIFFERENCE, OWN_FIGURES, SUM, TOTAL, Published
from sim.present.by_place_text import interval_note
from sim.present.by_place_words import made_of, split_note
from sim.present.numbers import number
from sim.present.posterior_text import as_html, as_text, interval
from sim.present.tables import Table
from sim.words import say, to_say

if TYPE_CHECKING:
    import pandas as pd

FIGURES = {
    OWN_FIGURES: to_say("own"),
    "synthetic": to_say("synthetic"),
    "own_posts": to_say("own posts"),
}
ROWS = {
    TOTAL: to_say("France, national calibration"),
    SUM: to_say("Sum of the rows above"),
    DIFFERENCE: to_say("  difference"),
}
DIGITS = {"funded_posts": 0, "orientations": 0, "entries": 0, "entry_delay": 1, "load": 1}


def published_text(found: Published) -> str:
    """As plain text."""
    return as_text([_table(found)], _notes(found))


def published_html(found: Published) -> str:
    """As HTML."""
    return as_html([_table(found)], _notes(found))


def _table(found: Published) -> Table:
    headings = [
        say("Département"),
        say("Figures"),
        say("Posts"),
        say("Orient."),
        say("Entries"),
        say("Delay"),
        say("Load"),
    ]
    frame = found.frame
    rows = []
    for (row, _), mine in frame.groupby(["row", "place"], sort=False):
        first, value = mine.iloc[0], mine.set_index("measure")
        cells = [_cell(value, measure, str(row)) for measure in DIGITS]
        if row in ROWS:
            rows.append([say(ROWS[row]), "", *cells])
        else:
            rows.append([first["name"], say(FIGURES[first["figures"]]), *cells])
    national = found.national
    title = say("{title}, {year}", title=say(national.scenario.title), year=national.year)
    return Table(title, headings, rows)


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
    told = [
        say(
            "{count} département(s) on figures of their own, each run alone on them; the others "
            "are their part of the national calibration.",
            count=number(len(found.own)),
        ),
        say(
            "France is what the national calibration says, whatever the parts say: the national "
            "figures speak of all départements together. The difference is by how much the "
            "figures of the départements and their part of the nation disagree; it has no "
            "interval, since draws of different calibrations are not paired."
        ),
        interval_note(found.national),
        split_note(found.national),
        made_of(found.national, found.national.readings[0]),
    ]
    told += [
        say("Département {place}: {run}", place=place, run=made_of(each, each.readings[0]))
        for place, each in found.own.items()
    ]
    return told
