"""Figures of what the levers do: all combinations in order, and the shares as waterfalls."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from textwrap import fill
from typing import TYPE_CHECKING

from sim.planning.attributed import Attribution
from sim.planning.lever_runs import BETWEEN_LEVERS
from sim.present.axes import rows_down, titled_above
from sim.present.levers_tables import digits_of, titled, what_is_asked
from sim.present.measures_text import first_capital
from sim.present.numbers import about, number, percent
from sim.present.picture import BLACK, COLOURS, Picture, blank
from sim.words import say, to_say

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

UNUSED = "#D9D9D9"
BLUE, RED, GREEN, PURPLE = COLOURS[:4]
BAND = to_say("90 % credible interval")
LETTERS_AN_INCH, LABELS = 10.0, 1.6
BROUGHT = to_say("What the levers bring: {what}")
BROUGHT_WITH_LINES = to_say(
    "What the levers bring: {what} (lines: 90 % credible interval of each bar)"
)
TOGETHER = (
    ("sum_of_alone", to_say("sum of\neach alone"), BLUE),
    ("composition", to_say("effects\nmultiply\n(built in)"), PURPLE),
    ("facilitation", to_say("facilitation\n(built in)"), GREEN),
    ("emergent", to_say("emerges\nfrom the\nflow"), RED),
)


def combinations_figure(found: Attribution, reading: str) -> Figure:
    """What every combination brings, in order, with the levers in it marked below."""
    levers = found.question.levers
    frame = found.combinations[found.combinations["reading"] == reading]
    more = frame[frame["what"] == "more"].sort_values("value", kind="stable")
    summed = frame[frame["what"] == "sum_of_alone"].set_index("levers").loc[more["levers"]]
    width = max(5.0, 1.8 + 0.29 * len(more))
    figure = Picture(figsize=(width, 5.6), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[3.2, 0.25 * len(levers) + 0.2])
    columns = range(len(more))
    above.vlines(columns, more["low"], more["high"], color=BLUE, linewidth=2.2, alpha=0.45)
    above.plot(
        columns, more["value"], "o", color=BLUE, markersize=5.5, label=say("together (mean)")
    )
    above.plot(
        columns,
        summed["value"],
        "D",
        color=RED,
        markerfacecolor="none",
        markersize=5.5,
        label=say("sum of each alone (mean)"),
    )
    if more["low"].notna().any():
        above.plot([], [], color=BLUE, linewidth=2.2, alpha=0.45, label=say(BAND))
    above.axhline(0, color=BLACK, linewidth=0.8)
    above.spines[["top", "right"]].set_visible(False)
    above.grid(axis="y", alpha=0.25)
    above.tick_params(axis="x", length=0)
    above.legend(frameon=False, fontsize="small", loc="upper left")
    _numbers(above, frame)
    above.set_ylabel(_beyond_no_lever(frame))
    title = say("What each combination brings: {what}", what=_titled(found, reading))
    above.set_title(fill(title, int(LETTERS_AN_INCH * (width - LABELS))), loc="left")
    _matrix(below, levers, [each.split(BETWEEN_LEVERS) for each in more["levers"]])
    return figure


def _matrix(axes: Axes, levers: Sequence[str], combinations: Sequence[Sequence[str]]) -> None:
    """Rows of levers, a column a combination: a dark mark where the lever is used."""
    for row, lever in enumerate(levers):
        if row % 2 == 0:
            axes.axhspan(row - 0.5, row + 0.5, color="#F5F5F5", linewidth=0, zorder=0)
        for used, colour in ((False, UNUSED), (True, BLACK)):
            columns = [k for k, some in enumerate(combinations) if (lever in some) == used]
            axes.plot(columns, [row] * len(columns), "o", color=colour, markersize=6, zorder=2)
    for column, some in enumerate(combinations):
        rows = [row for row, lever in enumerate(levers) if lever in some]
        if rows:
            axes.plot([column, column], [rows[0], rows[-1]], color=BLACK, linewidth=1.4, zorder=1)
    rows_down(axes, [titled(name) for name in levers])
    axes.set_xlim(-0.7, len(combinations) - 0.3)
    axes.set_xticks([])
    axes.tick_params(axis="y", length=0)
    axes.spines[:].set_visible(False)


def shares_figure(found: Attribution, reading: str) -> Figure:
    """Two ways to the same total: by Shapley shares, and by each alone and what is beyond."""
    shares = found.shares[found.shares["reading"] == reading]
    together = found.together[found.together["reading"] == reading]
    shared = shares[shares["what"] == "share"].sort_values("value", ascending=False, kind="stable")
    figure, (left, right) = blank(11.5, 5.0, columns=2)
    (total,) = (row for _, row in together[together["what"] == "more"].iterrows())
    _waterfall(left, shared, [_in_lines(name) for name in shared["lever"]], [BLUE] * len(shared))
    beyond = together.set_index("what").loc[[kind for kind, _, _ in TOGETHER]]
    parts = [say(each) for _, each, _ in TOGETHER]
    _waterfall(right, beyond, parts, [each for *_, each in TOGETHER])
    left.set_title(say("Shared out by lever (Shapley)"), loc="left")
    right.set_title(say("Each alone, and what comes of using them together"), loc="left")
    left.set_ylabel(_beyond_no_lever(shares))
    for axes in (left, right):
        last = len(axes.get_xticks())
        labels = [each.get_text() for each in axes.get_xticklabels()]
        axes.bar(last, total["value"], color="#8C8C8C", width=0.62)
        _marked(axes, last, float(total["value"]), total)
        axes.set_xticks(range(last + 1), [*labels, say("all\ntogether")], fontsize="small")
        axes.axhline(0, color=BLACK, linewidth=0.8)
        _numbers(axes, shares)
    ends = [axes.get_ylim() for axes in (left, right)]
    bottom, top = min(low for low, _ in ends), max(high for _, high in ends)
    for axes in (left, right):
        axes.set_ylim(bottom, top + 0.04 * (top - bottom))
    brought = BROUGHT_WITH_LINES if isfinite(total["low"]) else BROUGHT
    titled_above(figure, say(brought, what=_titled(found, reading)), points=10)
    return figure


def _waterfall(
    axes: Axes, rows: pd.DataFrame, labels: Sequence[str], colours: Sequence[str]
) -> None:
    """Bars one on top of the other, each with its own interval."""
    start = 0.0
    for k, (_, row) in enumerate(rows.iterrows()):
        value = float(row["value"])
        axes.bar(k, value, bottom=start, color=colours[k], width=0.62)
        axes.plot([k - 0.31, k + 1.31], [start + value] * 2, color="#8C8C8C", linewidth=0.8)
        _marked(axes, k, start + value, row)
        start += value
    axes.set_xticks(range(len(rows)), labels)


def _marked(axes: Axes, column: int, end: float, row: pd.Series) -> None:
    """The interval of a bar about its end, and its number above both."""
    value, low, high = (float(row[key]) for key in ("value", "low", "high"))
    top = max(end, end - value)
    if isfinite(low):
        axes.vlines(column, end + low - value, end + high - value, color=BLACK, linewidth=1.2)
        top = max(top, end + high - value)
    digits = digits_of(str(row["unit"]))
    text = percent(value, 1) if digits is None else number(about(value), digits)
    axes.annotate(
        f"+{text}" if value > 0 else text,
        (column, top),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize="small",
    )


def _in_lines(lever: str) -> str:
    words = titled(lever).split(" ")
    return "\n".join(words) if len(words) < 4 else "\n".join([" ".join(words[:2]), *words[2:]])


def _titled(found: Attribution, reading: str) -> str:
    whole = reading == found.groups[0].label and found.question.design.posterior is not None
    return what_is_asked(found) + ("" if whole else f" ({reading})")


def _beyond_no_lever(frame: pd.DataFrame) -> str:
    unit = first_capital(say(str(frame["unit"].iloc[0])))
    return say("{unit} beyond no lever", unit=unit)


def _numbers(axes: Axes, frame: pd.DataFrame) -> None:
    digits = digits_of(str(frame["unit"].iloc[0]))
    axes.yaxis.set_major_formatter(
        lambda value, _: percent(value, 1) if digits is None else number(value, digits)
    )
