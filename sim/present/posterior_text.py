"""Results on posterior draws as text: value [low; high], noise apart, labels, notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from math import isnan
from textwrap import fill
from typing import TYPE_CHECKING

from sim.posterior import Draws, Posterior
from sim.present.measures_text import named
from sim.present.numbers import bracketed, number, percent
from sim.present.scenario_names import called
from sim.present.split_text import own_split_notes
from sim.present.tables import NARROW, Table, in_blocks
from sim.words import say, to_say

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiment.compare import Comparison
    from sim.experiment.results import Results

Shown = tuple[str, str, int | None]

BY_READING = ("entries", "entry_delay", "load")
HEADING = to_say("mean [90 % credible interval]")
PAIRED = to_say("Paired on the same people.")
BRACKETS = to_say(
    "[low; high] is the 90 % credible interval of what is expected: the draws differ as far as "
    "the figures of 2018-2020 and the assumptions let them."
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

    ends = [bare(written(end)) for end in (low, high)]
    alone = isnan(low) or ends[0] == ends[1] == bare(written(value))
    return written(value) if alone else f"{written(value)} {bracketed(*ends)}"


def bare(share: str) -> str:
    """A share without its %."""
    return share.removesuffix("%").rstrip()


def _cells(rows: pd.DataFrame, digits: int | None, signed: bool) -> list[str]:
    return [
        interval(value, low, high, digits, signed)
        for value, low, high in zip(rows["value"], rows["low"], rows["high"], strict=True)
    ]


def result_parts(results: Results, shown: Sequence[Shown]) -> tuple[list[Table], list[str]]:
    """Tables of a run by scenario, and the notes below them."""
    together, by_label = results.summary(), results.summary(by="reading")
    tables, titles = [], called(results.scenarios)
    for name, _ in results.scenarios:
        mine = together[together["scenario"] == name]
        periods = list(dict.fromkeys(mine["period"]))
        measures = dict(list(mine.groupby("measure", sort=False)))
        rows = [
            [say(label), *_cells(measures[measure], digits, signed=False)]
            for measure, label, digits in shown
            if measure in measures
        ]
        tables += in_blocks(titles[name], [say(HEADING), *periods], rows)
        labels = by_label[(by_label["scenario"] == name) & (by_label["period"] == periods[-1])]
        by = say("By what the draws do, {year}", year=periods[-1])
        tables.append(_labels_table(labels, shown, by))
    return tables, [_noise(together, shown), *_notes(results)]


def difference_parts(
    comparison: Comparison, shown: Sequence[Shown]
) -> tuple[list[Table], list[str]]:
    """Tables of paired differences in the last year, and the notes below them."""
    together, by_label = comparison.summary(), comparison.summary(by="reading")
    last = together["period"].max()
    at = together[together["period"] == last]
    titles = called(comparison.results.scenarios)
    names = list(dict.fromkeys(at["scenario"]))
    measures = dict(list(at.groupby("measure", sort=False)))
    rows = [
        [say(label), *_cells(measures[measure], digits, signed=True)]
        for measure, label, digits in shown
    ]
    title = difference_title(titles[comparison.base], last)
    headings = [say(HEADING), *(titles[name] for name in names)]
    tables = in_blocks(title, headings, rows)
    for name in names:
        labels = by_label[(by_label["scenario"] == name) & (by_label["period"] == last)]
        what = say(
            "{scenario}: difference by what the draws do, {year}", scenario=titles[name], year=last
        )
        tables.append(_labels_table(labels, shown, what, signed=True))
    largest = {
        measure: (float(measures[measure]["half_width"].max()), _fine(digits))
        for measure, _, digits in shown
    }
    noise = ", ".join(
        f"{named(measure)} ±{number(*half)}" for measure, half in largest.items() if half[0] > 0
    )
    told = say("Simulation noise (95 %, not in the brackets) at most: {noise}.", noise=noise)
    return tables, [say(PAIRED), told if noise else "", *_notes(comparison.results)]


def difference_title(base: str, year: str) -> str:
    """The title of a table of differences from a scenario of that title."""
    return say("Difference from '{base}' in {year}", base=base, year=year)


def _fine(digits: int | None) -> int:
    """Digits for a noise: one more than for what it is the noise of, none for people."""
    return digits + 1 if digits else 0


def _labels_table(
    rows: pd.DataFrame, shown: Sequence[Shown], title: str, signed: bool = False
) -> Table:
    """One line a label: its weight, and its means of a few measures."""
    labels = {measure: label for measure, label, _ in shown}
    digits = {measure: each for measure, _, each in shown}
    lines = []
    for reading, mine in rows.groupby("reading", sort=False):
        value = mine.set_index("measure")["value"]
        cells = [
            interval(value[each], float("nan"), float("nan"), digits[each], signed)
            for each in BY_READING
        ]
        lines.append([str(reading), percent(mine["weight"].iloc[0]), *cells])
    headings = ["", say("Weight"), *(say(labels[each]) for each in BY_READING)]
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
    entries = relative[(rows["measure"] == "entries").reindex(relative.index)]
    return say(
        "Simulation noise of the means (95 %, not in the brackets): ±{entries} of entries at "
        "most, ±{most} of anything shown ({measure}, {period}).",
        entries=percent(entries.max(), 2),
        most=percent(relative.max(), 1),
        measure=named(largest["measure"].iloc[0]),
        period=largest["period"].iloc[0],
    )


def _notes(results: Results) -> list[str]:
    """What is to be known of the draws, the noise, and settings of the scenarios' own."""
    sample, draws, replications = results.posterior, results.draws, results.design.replications
    assert sample is not None
    notes = [say(BRACKETS)]
    if replications == 1:
        notes.append(noise_in_the_brackets())
    notes += too_few(draws)
    for (_, _), scenario in results.scenarios.items():
        paths = sample.overridden(scenario)
        if paths:
            notes.append(
                say(
                    "{scenario}: the draws were calibrated with other values of {paths}: a "
                    "what-if, not a calibrated projection.",
                    scenario=say(scenario.title),
                    paths=", ".join(paths),
                )
            )
    ran = draws_told(len(draws), sample, replications, results.seed, results.engine)
    return [*notes, ran, *own_split_notes(results.scenarios.values())]


def draws_told(draws: int, sample: Posterior, replications: int, seed: int, engine: str) -> str:
    """Which draws of which posterior were run, and how."""
    return say(
        "{draws} of {all} draws of the posterior {fingerprint}, {replications} replication(s) "
        "each, seed {seed}, engine {engine}.",
        draws=number(draws),
        all=number(len(sample)),
        fingerprint=sample.fingerprint[:12],
        replications=number(replications),
        seed=seed,
        engine=engine,
    )


def noise_in_the_brackets() -> str:
    """What one replication a draw cannot tell."""
    return say(
        "With one replication a draw the simulation's noise cannot be told apart: the brackets "
        "hold both."
    )


def too_few(draws: Draws) -> list[str]:
    """That there are too few draws for an interval, where there are."""
    if draws.tell_an_interval:
        return []
    told = say(
        "{draws} draws (as good as {equal} of equal weight) are too few for an interval of 90 %: "
        "run 10 or more.",
        draws=number(len(draws)),
        equal=number(draws.effective),
    )
    return [told]


def what_if(paths: Iterable[str]) -> str:
    """That values were set on which the draws were calibrated."""
    return say(
        "The draws were calibrated with other values of {paths}: a what-if, not a calibrated "
        "projection.",
        paths=", ".join(paths),
    )


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
