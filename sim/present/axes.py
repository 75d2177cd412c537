"""Axes alike in all pictures: titles, legends, dates, rows, and the line of a target."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING

from sim.present.numbers import number
from sim.present.picture import BLACK
from sim.words import language, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LETTERS_AN_INCH, KEY_LETTERS = 12.5, 7  # of a legend; what a line's key takes of them
TITLE_LETTERS, TITLE_POINTS = 9.5, 12.0  # of a bold title an inch; its size


def titled_above(figure: Figure, title: str, points: float = TITLE_POINTS) -> None:
    """A title over the whole figure, broken where the figure ends; what is broken stays so."""
    letters = int(figure.get_figwidth() * TITLE_LETTERS * TITLE_POINTS / points)
    told = "\n".join(fill(line, letters) for line in title.split("\n"))
    figure.suptitle(told, x=0.01, ha="left", fontweight="bold", fontsize=points)


def keyed(figure: Figure, panels: Sequence[Axes]) -> None:
    """One legend for all panels, below them, where it covers nothing; none of a lone line."""
    named = {
        label: handle
        for axes in panels
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)
    }
    if len(named) > 1:
        letters = max(len(label) for label in named) + KEY_LETTERS
        columns = int(figure.get_figwidth() * LETTERS_AN_INCH / letters)
        figure.legend(
            list(named.values()), list(named), loc="outside lower left", frameon=False,
            ncols=max(1, min(columns, len(named))),
        )  # fmt: skip


def rows_down(
    axes: Axes,
    names: Sequence[str],
    *,
    above: float = 0.5,
    below: float = 0.5,
    size: str | None = None,
) -> None:
    """Rows from the top down with their names, lines across; room above the first, below the last.

    Rows stand at 0, 1, 2 …; the room is counted in rows, `size` is that of the names.
    """
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", alpha=0.25)
    axes.set_yticks(range(len(names)), names, fontsize=size)
    axes.set_ylim(len(names) - 1 + below, -above)


def target_line(axes: Axes, people: float) -> None:
    """The people of a target as a broken line, its number above."""
    axes.axvline(people, color=BLACK, linestyle="--", linewidth=1)
    axes.annotate(
        say("target {people}", people=number(people)), (people, 1.0),
        xycoords=("data", "axes fraction"), xytext=(0, 2), textcoords="offset points",
        ha="center", va="bottom", fontsize="small",
    )  # fmt: skip


def dates_along(axes: Axes) -> None:
    """Months along an axis as one writes them: 2020-04; 04/2020 in French."""
    from matplotlib.dates import DAYS_PER_MONTH, AutoDateFormatter

    written = AutoDateFormatter(axes.xaxis.get_major_locator())  # type: ignore[no-untyped-call]
    if language() == "fr":
        written.scaled |= {DAYS_PER_MONTH: "%m/%Y", 1.0: "%d/%m/%Y"}
    axes.xaxis.set_major_formatter(written)
