"""Results on posterior draws as text: value [low; high], noise apart, labels, notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from math import isnan
from textwrap import fill
from typing import TYPE_CHECKING

from sim.present.numbers import number, percent
from sim.present.split_text import own_split_notes
from sim.present.tables import NARROW, Table, in_blocks

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiment.compare import Comparison
    from sim.experiment.results import Results

Shown = tuple[str, str, int | None]

BY_READING = ("entries", "entry_delay", "load")
HEADING = "mean [90 % credible interval]"
BRACKETS = (
    "[low; high] is the 90 % credible interval of what is expected: the draws differ as far as "
    "the figures of 2018-2020 and the assumptions let them. "
)


def interval(
    value: float, low: float, high: float, digits: int | None, signed: bool = False
) -> str:
    """A cell 'value [low; high]'; the value alone where there is nothing between the ends."""

    def written(each: float) -> str:
        text = percent(each) if digits is None else number(each, digits)
        if not any(digit in text for digit in "123456789"):
            return text.removeprefix("-")
        return f"+{text}" if signed and each > 0 else text

    ends = [written(end).removesuffix(" %") for end in (low, high)]
    alone = isnan(low) or ends[0] == ends[1] == written(value).removesuffix(" %")
    return written(value) if alone else f"{written(value)} [{ends[0]}; {ends[1]}]"


def _cells(rows: pd.DataFrame, digits: int | None, signed: bool) -> list[str]:
    return [
        interval(value, low, high, digits, signed)
        for value, low, high in zip(rows["value"], rows["low"], rows["high"], strict=True)
    ]


def result_parts(results: Results, shown: Sequence[Shown]) -> tuple[list[Table], list[str]]:
    """Tables of a run by scenario, and the notes below them."""
    together, by_label = results.summary(), results.summary(by="reading")
    tables = []
    for (name, _), scenario in results.scenarios.items():
        mine = together[together["scenario"] == name]
        periods = list(dict.fromkeys(mine["period"]))
        measures = dict(list(mine.groupby("measure", sort=False)))
        rows = [
            [label, *_cells(measures[measure], digits, signed=False)]
            for measure, label, digits in shown
            if measure in measures
        ]
        tables += in_blocks(scenario.title, [HEADING, *periods], rows)
        labels = by_label[(by_label["scenario"] == name) & (by_label["period"] == periods[-1])]
        tables.append(_labels_table(labels, shown, f"By what the draws do, {periods[-1]}"))
    return tables, [_noise(together, shown), *_notes(results)]


def difference_parts(
    comparison: Comparison, shown: Sequence[Shown]
) -> tuple[list[Table], list[str]]:
    """Tables of paired differences in the last year, and the notes below them."""
    together, by_label = comparison.summary(), comparison.summary(by="reading")
    last = together["period"].max()
    at = together[together["period"] == last]
    titles = {name: each.title for (name, _), each in comparison.results.scenarios.items()}
    names = list(dict.fromkeys(at["scenario"]))
    measures = dict(list(at.groupby("measure", sort=False)))
    rows = [
        [label, *_cells(measures[measure], digits, signed=True)] for measure, label, digits in shown
    ]
    title = f"Difference from '{titles[comparison.base]}' in {last}"
    tables = in_blocks(title, [HEADING, *names], rows)
    for name in names:
        labels = by_label[(by_label["scenario"] == name) & (by_label["period"] == last)]
        what = f"{titles[name]}: difference by what the draws do, {last}"
        tables.append(_labels_table(labels, shown, what, signed=True))
    largest = {
        measure: (float(measures[measure]["half_width"].max()), _fine(digits))
        for measure, _, digits in shown
    }
    noise = ", ".join(
        f"{measure.replace('_', ' ')} ±{number(*half)}"
        for measure, half in largest.items()
        if half[0] > 0
    )
    told = f"Simulation noise (95 %, not in the brackets) at most: {noise}." if noise else ""
    return tables, ["Paired on the same people.", told, *_notes(comparison.results)]


def _fine(digits: int | None) -> int:
    """Digits for a noise: one more than for what it is the noise of, none for people."""
    return digits + 1 if digits else 0


def _labels_table(
    rows: pd.DataFrame, shown: Sequence[Shown], title: str, signed: bool = False
) -> Table:
    """One line a label: its weight, and its means of a few measures."""
    named = {measure: (label, digits) for measure, label, digits in shown}
    lines = []
    for reading, mine in rows.groupby("reading", sort=False):
        value = mine.set_index("measure")["value"]
        cells = [
            interval(value[each], float("nan"), float("nan"), named[each][1], signed)
            for each in BY_READING
        ]
        lines.append([str(reading), percent(mine["weight"].iloc[0]), *cells])
    headings = ["", "Weight", *(named[each][0] for each in BY_READING)]
    return Table(title, headings, lines)


def _noise(summary: pd.DataFrame, shown: Sequence[Shown]) -> str:
    """The largest noise of the means, relative; empty where it is not known."""
    counted = {measure: label for measure, label, digits in shown if digits is not None}
    rows = summary[summary["measure"].isin(list(counted)) & (summary["value"] > 0)]
    relative = (rows["half_width"] / rows["value"]).dropna()
    if relative.empty:
        return ""
    k = int(relative.to_numpy().argmax())
    largest = rows[rows.index == relative.index[k]]
    where = f"{largest['measure'].iloc[0].replace('_', ' ')}, {largest['period'].iloc[0]}"
    entries = relative[(rows["measure"] == "entries").reindex(relative.index)]
    return (
        "Simulation noise of the means (95 %, not in the brackets): "
        f"±{percent(entries.max(), 2)} of entries at most, "
        f"±{percent(relative.max(), 1)} of anything shown ({where})."
    )


def _notes(results: Results) -> list[str]:
    """What is to be known of the draws, the noise, and settings of the scenarios' own."""
    sample, draws, replications = results.posterior, results.draws, results.design.replications
    assert sample is not None
    notes = [BRACKETS]
    if replications == 1:
        notes.append(
            "With one replication a draw the simulation's noise cannot be told apart: the "
            "brackets hold both."
        )
    if not draws.tell_an_interval:
        notes.append(
            f"{len(draws)} draws (as good as {draws.effective:.0f} of equal weight) are too few "
            "for an interval of 90 %: run 10 or more."
        )
    for (_, _), scenario in results.scenarios.items():
        paths = sample.overridden(scenario)
        if paths:
            notes.append(
                f"{scenario.title}: the draws were calibrated with other values of "
                f"{', '.join(paths)}: a what-if, not a calibrated projection."
            )
    notes.append(
        f"{len(draws)} of {len(sample)} draws of the posterior {sample.fingerprint[:12]}, "
        f"{replications} replication(s) each, seed {results.seed}, engine {results.engine}."
    )
    return [*notes, *own_split_notes(results.scenarios.values())]


def as_text(tables: Iterable[Table], notes: Iterable[str]) -> str:
    """Tables and notes as plain text."""
    drawn = "\n\n".join(table.text() for table in tables)
    told = (
        fill(note, width=NARROW, initial_indent="- ", subsequent_indent="  ")
        for note in notes
        if note
    )
    return drawn + "\n\n" + "\n".join(told)


def as_html(tables: Iterable[Table], notes: Iterable[str]) -> str:
    """Tables and notes as HTML."""
    told = "".join(f"<li>{escape(note)}</li>" for note in notes if note)
    return "".join(table.html() for table in tables) + f"<ul>{told}</ul>"
