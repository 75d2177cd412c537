"""Runs and comparisons in words and tables."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from sim.present.numbers import number, percent
from sim.present.posterior_text import as_html, as_text, difference_parts, result_parts
from sim.present.precision_text import precision_notes, precision_table
from sim.present.tables import Table

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiment.compare import Comparison
    from sim.experiment.results import Results

# measure, label, digits after the point; None: a share
SHOWN: tuple[tuple[str, str, int | None], ...] = (
    ("funded_posts", "Funded posts, mean", 0),
    ("portfolios", "Portfolios in service, mean", 0),
    ("orientations", "Orientations", 0),
    ("entries", "Entries", 0),
    ("people_supported", "People supported", 0),
    ("entry_delay", "Entry delay, days", 1),
    ("process_delay", "  of it process", 1),
    ("queue_delay", "  of it queue", 1),
    ("within_21_days", "  within 21 days", None),
    ("abandoned_share", "Gave up before entry", None),
    ("exits", "Exits", 0),
    ("exits_employment", "  to a job", 0),
    ("parcours_duration", "Duration of parcours ended, days", 0),
    ("load", "People per portfolio, mean", 1),
    ("load_p90", "  90th percentile", 0),
    ("places_taken", "Places taken", None),
    ("bound_by_places", "Pool-days waiting for a place", None),
    ("bound_by_slots", "  waiting for a diagnosis slot", None),
    ("bound_by_orientations", "  nobody waiting", None),
)
COMPARED = ("orientations", "entries", "people_supported", "entry_delay", "queue_delay", "load")
READING_NOTE = (
    "± is the half-width of the 95 % interval of the replications' noise. What is not known about "
    "the world is the difference between the readings."
)


def _cell(value: float, half: float, digits: int | None) -> str:
    if digits is None:
        return percent(value)
    interval = "" if isnan(half) else f" ±{number(half, digits)}"
    return number(value, digits) + interval


def _tables(results: Results) -> list[Table]:
    means = results.mean()
    tables = []
    for (name, reading), scenario in results.scenarios.items():
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
                label,
                *(_cell(*by_key[measure, period], digits) for period in periods),
            ]
            for measure, label, digits in SHOWN
            if (measure, periods[0]) in by_key
        ]
        tables.append(Table(f"{scenario.title} · reading: {reading}", ["", *periods], rows))
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
    replications = results.design.replications
    note = f"Seed {results.seed}, {replications} replication(s), engine {results.engine}. "
    if results.share < 1:
        looked_at = f"{percent(results.share)} of the pools, 40 at least"
        note += f"A quick look at {looked_at}; ± holds its error. "
    return note + READING_NOTE


def _difference_tables(comparison: Comparison) -> list[Table]:
    frame: pd.DataFrame = comparison.differences
    tables = []
    titles = {name: each.title for (name, _), each in comparison.results.scenarios.items()}
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
        title = f"Difference from '{titles[comparison.base]}' in {last} · reading: {reading}"
        tables.append(Table(title, ["", *(m.replace("_", " ") for m in COMPARED)], rows))
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
        notes = [f"Paired on the same people. {_note(comparison.results)}"]
    if comparison.precision is None:
        return tables, notes
    return [*tables, precision_table(comparison)], [*precision_notes(comparison), *notes]
