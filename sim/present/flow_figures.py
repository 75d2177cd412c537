"""Pools that fill, queue and empty over a year: small multiples, week by week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.calendar import DAYS_PER_MONTH
from sim.measures.pool_states import extremes
from sim.present.flow_panels import (
    INSIDE,
    PLACES,
    WAITING,
    fullness,
    keys,
    name_of,
    ranked,
    told_below,
)
from sim.present.numbers import number
from sim.present.picture import Picture
from sim.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.experiment.event_log import PoolWeeks

ROWS, COLUMNS = 2, 3
MONTHS = "JFMAMJJASOND"  # the same letters in both languages


def flow_figure(weeks: PoolWeeks) -> Figure:
    """Two of the fullest, of the middle and of the least full pools; all, where there are six.

    Full: people inside per place, over the year. The people who wait stand above those inside:
    above the line of the places nobody more can enter, below it they wait for a diagnosis.
    """
    order = ranked(weeks)
    apart = len(order) > ROWS * COLUMNS
    if apart:
        groups = extremes(np.array(order), ROWS)
        shown = [int(groups[column][row]) for row in range(ROWS) for column in range(COLUMNS)]
    else:
        shown = order
    columns = COLUMNS if apart else max(1, min(COLUMNS, len(shown)))
    rows = max(1, -(-len(shown) // columns))
    figure = Picture(figsize=(4 * columns if columns > 1 else 7, 1.4 + 2.7 * rows),
                     layout="constrained")  # fmt: skip
    panels = [figure.add_subplot(rows, columns, k + 1) for k in range(len(shown))]
    for axes, pool in zip(panels, shown, strict=True):
        _panel(axes, weeks, pool)
        axes.set_title(f"{name_of(weeks, pool)}\n{fullness(weeks, pool)}", loc="left",
                       fontsize="medium")  # fmt: skip
    if apart:
        heads = (say("The fullest"), say("In the middle"), say("The least full"))
        for head, axes in zip(heads, panels, strict=False):
            axes.annotate(
                head, (0, 1), (0, 40), xycoords="axes fraction", textcoords="offset points",
                fontweight="bold", fontsize="large", annotation_clip=False,
            )  # fmt: skip
    title = say("How pools fill, queue and empty, {year}", year=weeks.year)
    figure.suptitle(title, x=0.01, ha="left", fontweight="bold", fontsize="x-large")
    figure.supylabel(say("people, at the start of each week"), fontsize="medium")
    figure.legend(
        handles=keys(), title=told_below(weeks), loc="outside lower left", alignment="left",
        ncols=3, frameon=False,
    )  # fmt: skip
    return figure


def _panel(axes: Axes, weeks: PoolWeeks, pool: int) -> None:
    states, week = weeks.states, np.arange(len(weeks.dates))
    inside, waiting = states.inside[pool], states.waiting[pool]
    axes.fill_between(week, inside, step="post", color=INSIDE, linewidth=0)
    axes.fill_between(week, inside, inside + waiting, step="post", color=WAITING, linewidth=0)
    axes.step(week, states.places[pool], where="post", color=PLACES, linewidth=1.6)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", alpha=0.25)
    axes.set_xlim(0, len(week) - 1)
    axes.set_ylim(0, 1.08 * max(1, (inside + waiting).max(), states.places[pool].max()))
    firsts = sorted({(each.replace(day=1) - weeks.dates[0]).days / 7 for each in weeks.dates})
    middles = np.array(firsts) + DAYS_PER_MONTH / 14
    axes.set_xticks(firsts, ["" for _ in firsts])
    axes.set_xticks(middles, list(MONTHS[: len(firsts)]), minor=True, fontsize="small")
    axes.tick_params(axis="x", which="minor", length=0)
    axes.yaxis.set_major_formatter(lambda value, _: number(value))
