"""Figure of what given posts reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.present.numbers import number
from sim.present.picture import COLOURS, blank

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.planning.reach import Reach


def reach_figure(reach: Reach) -> Figure:
    """The target's measure by combination of levers, means with 90 % intervals."""
    table = reach.summary()
    table = table[table["allocation"] == reach.scenario.posts.allocation].sort_values("reached")
    figure, (axes,) = blank(8.5, 1.2 + 0.24 * len(table))
    rows = range(len(table))
    axes.hlines(rows, table["low"], table["high"], color=COLOURS[0], alpha=0.4, linewidth=4)
    axes.plot(table["reached"], rows, "o", color=COLOURS[0], markersize=5)
    target = reach.scenario.target
    axes.axvline(target.people, color="black", linestyle="--", linewidth=1)
    axes.text(
        target.people, len(table) - 0.3, f"target {number(target.people)}",
        ha="center", va="bottom", fontsize="small",
    )  # fmt: skip
    axes.set_yticks(list(rows), table["label"], fontsize="small")
    axes.set_ylim(-0.6, len(table) + 0.4)
    axes.xaxis.set_major_formatter(lambda value, _: number(value))
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(f"{target.measure.replace('_', ' ')} in {target.year}")
    axes.set_title(
        f"What {number(reach.posts)} funded posts reach (mean, 90 %)", loc="left", fontweight="bold"
    )
    return figure
