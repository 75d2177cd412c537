"""Runs and comparisons in words and tables."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from sim.present.measures_text import named
from sim.present.numbers import number, percent
from sim.present.posterior_text import (
    PAIRED,
    as_html,
    as_text,
    difference_parts,
    difference_title,
    result_parts,
)
from sim.present.precision_text import precision_notes, precision_table
from sim.present.scenario_names import called
from sim.present.tables import Table
from sim.words import say, to_say

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiment.compare import Comparison
    from sim.experiment.results import Results

# measure, label, digits after the point; None: a share
SHOWN: tuple[tuple[str, str, int | None], ...] = (
    ("funded_posts", to_say("Funded posts, mean"), 0),
    ("portfolios", to_say("Portfolios in service, mean"), 0),
    ("orientations", to_say("Orientations"), 0),
    ("entries", to_say("Entries"), 0),
    ("people_supported", to_say("People supported"), 0),
    ("entry_delay", to_say("Entry delay, days"), 1),
    ("process_delay", to_say("  of it process"), 1),
    ("queue_delay", to_say("  of it queue"), 1),
    ("within_21_days", to_say("  within 21 days"), None),
    ("abandoned_share", to_say("Gave up before entry"), None),
    ("exits", to_say("Exits"), 0),
    ("exits_employment", to_say("  to a job"), 0),
    ("parcours_duration", to_say("Duration of parcours ended, days"), 0),
    ("load", to_say("People per portfolio, mean"), 1),
    ("load_p90", to_say("  90th percentile"), 0),
    ("places_taken", to_say("Places taken"), None),
    ("bound_by_places", to_say("Pool-days waiting for a place"), None),
    ("bound_by_slots", to_say("  waiting for a diagnosis slot"), None),
    ("bound_by_orientations", to_say("  nobody waiting"), None),
)
COMPARED = ("orientations", "entries", "people_supported", "entry_delay", "queue_delay", "load")
READING_NOTE = to_say(
    "± is the half-width of the 95 % interval of the replications' noise. What is not known about "
    "the world is the difference between the readings."
)


def _cell(value: float, half: float, digits: int | None) -> str:
    if digits is None:
        return percent(value)
    interval = "" if isnan(half) else f" ±{number(half, digits)}"
    return number(value, digits) + interval


def _tables(results: Results) -> list[Table]:
    means, titles = results.mean(), called(results.scenarios)
    tables = []
    for name, reading in results.scenarios:
        mine = means[(means["scenario"] == name) & (means["reading"] == reading)]
        periods = list(dict.fromkeys(mine["period"]))
        by_key = {
            (measure, period): (value, half)
            for measure, period, value, half in zip(
                mine["measure"], mine["period"], mine["value"], mine["half_width"], strict=True
            )
        }
        rows = [
            [
                say(label),
                *(_cell(*by_key[measure, period], digits) for period in periods),
            ]
            for measure, label, digits in SHOWN
            if (measure, periods[0]) in by_key
        ]
        title = say("{what} · reading: {reading}", what=titles[name], reading=reading)
        tables.append(Table(title, ["", *periods], rows))
    return tables


def results_text(results: Results) -> str:
    """All tables of a run as text."""
    if results.posterior is not None:
        return as_text(*result_parts(results, SHOWN))
    return "\n\n".join(table.text() for table in _tables(results)) + f"\n\n{_note(results)}"


def results_html(results: Results) -> str:
    """All tables of a run as HTML."""
    if results.posterior is not None:
        return as_html(*result_parts(results, SHOWN))
    return "".join(table.html() for table in _tables(results)) + f"<p>{_note(results)}</p>"


def _note(results: Results) -> str:
    told = [
        say(
            "Seed {seed}, {replications} replication(s), engine {engine}.",
            seed=results.seed,
            replications=number(results.design.replications),
            engine=results.engine,
        )
    ]
    if results.share < 1:
        told.append(
            say(
                "A quick look at {share} of the pools, 40 at least; ± holds its error.",
                share=percent(results.share),
            )
        )
    return " ".join([*told, say(READING_NOTE)])


def _difference_tables(comparison: Comparison) -> list[Table]:
    frame: pd.DataFrame = comparison.differences
    tables = []
    titles = called(comparison.results.scenarios)
    for reading in dict.fromkeys(frame["reading"]):
        mine = frame[frame["reading"] == reading]
        last = mine["period"].max()
        rows = []
        for name in dict.fromkeys(mine["scenario"]):
            at = mine[(mine["scenario"] == name) & (mine["period"] == last)].set_index("measure")
            rows.append(
                [
                    titles[name],
                    *(
                        _signed(at.loc[m, "value"], at.loc[m, "half_width"], _digits(m))
                        for m in COMPARED
                    ),
                ]
            )
        what = difference_title(titles[comparison.base], last)
        title = say("{what} · reading: {reading}", what=what, reading=reading)
        tables.append(Table(title, ["", *(named(m) for m in COMPARED)], rows))
    return tables


def _compared() -> list[tuple[str, str, int | None]]:
    """What a comparison shows, with the labels of the run's tables."""
    return [each for each in SHOWN if each[0] in COMPARED]


def _digits(measure: str) -> int:
    return 1 if measure in {"entry_delay", "queue_delay", "load"} else 0


def _signed(value: float, half: float, digits: int) -> str:
    sign = "+" if value > 0 else ""
    interval = "" if isnan(half) else f" ±{number(half, digits)}"
    return f"{sign}{number(value, digits)}{interval}"


def comparison_text(comparison: Comparison) -> str:
    """Paired differences as text."""
    return as_text(*_comparison_parts(comparison))


def comparison_html(comparison: Comparison) -> str:
    """Paired differences as HTML."""
    return as_html(*_comparison_parts(comparison))


def _comparison_parts(comparison: Comparison) -> tuple[list[Table], list[str]]:
    """Tables of differences, the one to a stated precision last, and the notes below them."""
    if comparison.results.posterior is not None:
        tables, notes = difference_parts(comparison, _compared())
    else:
        tables = _difference_tables(comparison)
        notes = [f"{say(PAIRED)} {_note(comparison.results)}"]
    if comparison.precision is None:
        return tables, notes
    return [*tables, precision_table(comparison)], [*precision_notes(comparison), *notes]
