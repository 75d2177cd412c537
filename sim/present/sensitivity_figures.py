"""Figure of what a plan hangs on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.present.axes import rows_down
from sim.present.numbers import percent
from sim.present.parameter_names import named
from sim.present.picture import COLOURS, blank, decimals
from sim.present.sensitivity_tables import SIDE, chosen, rows_of
from sim.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.planning.sensitivity import Sensitivity

MOST_BARS = 8
SIDES = ("posts", "orientations_to_find")


def sensitivity_figure(found: Sensitivity) -> Figure:
    """Left: share of variance by parameter. Right: regret of choices, mean and worst reading."""
    figure, (left, right) = blank(13, 5.2, columns=2)
    _variance(left, found)
    _choices(right, found)
    return figure


def _variance(axes: Axes, found: Sensitivity) -> None:
    table = found.variance.assign(most=found.variance[list(SIDES)].max(axis=1))
    rows = rows_of(table.sort_values("most", ascending=False).head(MOST_BARS))
    rows_down(axes, [named(row["parameter"]) for row in rows], size="small")
    height = 0.38
    for k, side in enumerate(SIDES):
        places = [row + (k - 0.5) * height for row in range(len(rows))]
        axes.barh(
            places, [row[side] for row in rows], height=height, color=COLOURS[k],
            label=say(SIDE[side]),
        )  # fmt: skip
    axes.xaxis.set_major_formatter(lambda value, _: percent(value))
    axes.set_xlabel(say("share of the variance that goes where it is known"))
    axes.set_title(say("What both sides hang on"), loc="left", fontweight="bold", pad=22)
    axes.legend(frameon=False, fontsize="small", loc="lower right")


def _choices(axes: Axes, found: Sensitivity) -> None:
    rows = rows_of(found.choices.head(MOST_BARS + 2))
    rows_down(axes, [chosen(row["posts"], row["levers"]) for row in rows], size="small")
    places = range(len(rows))
    axes.hlines(
        places, [row["mean"] for row in rows], [row["worst_reading"] for row in rows],
        color="#BBBBBB", linewidth=2,
    )  # fmt: skip
    axes.plot(
        [row["mean"] for row in rows], places, "o", color=COLOURS[0],
        label=say("mean of the draws"),
    )  # fmt: skip
    axes.plot(
        [row["worst_reading"] for row in rows], places, "D", color=COLOURS[1],
        label=say("worst reading"),
    )  # fmt: skip
    axes.set_xlim(left=0)
    decimals(axes.xaxis)
    axes.set_xlabel(say("regret, in posts"))
    axes.set_title(say("Which plan bears not knowing"), loc="left", fontweight="bold", pad=22)
    axes.legend(frameon=False, fontsize="small", ncols=2, loc="lower left", bbox_to_anchor=(0, 1.0))
