"""Pools that fill, queue and empty over a year: small multiples, week by week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.measures.pool_states import extremes, of_pools
from sim.present.axes import titled_above
from sim.present.flow_panels import (
    FREE,
    INSIDE,
    PLACES,
    WAITING,
    all_of,
    fullness,
    keys,
    months_below,
    name_of,
    ranked,
    subtitle,
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
ALIKE = 3  # times: pools of sizes that one scale suits
INCHES_TO_SUBTITLE = 0.4
LEAST_WIDTH = 10
TITLE_POINTS = 14.4


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
    size = max(LEAST_WIDTH, 4 * columns), (1.4 if columns == COLUMNS else 2.4) + 2.7 * rows
    figure = Picture(figsize=size, layout="constrained")
    panels = [figure.add_subplot(rows, columns, k + 1) for k in range(len(shown))]
    states = of_pools(weeks.states, np.array(shown, dtype=np.int64))
    highest = np.maximum(states.places, states.inside + states.waiting).max(axis=1, initial=1)
    alike = highest.max(initial=1) <= ALIKE * highest.min(initial=highest.max(initial=1))
    for axes, pool, mine in zip(panels, shown, highest.tolist(), strict=True):
        _panel(axes, weeks, pool, int(highest.max()) if alike else mine)
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
    titled_above(figure, f"{title}\n", TITLE_POINTS)
    below_title = 1 - INCHES_TO_SUBTITLE / figure.get_figheight()
    figure.text(0.01, below_title, subtitle(weeks), va="top")
    figure.supylabel(say("people, week by week"), fontsize="medium")
    chosen = all_of()
    if apart:
        chosen = say(
            "Six of {count} pools: the two fullest, two in the middle, the two least full (people "
            "inside per place).",
            count=number(len(weeks.names)),
        )
    told = figure.legend(
        handles=keys(), title=told_below(weeks, chosen), loc="outside lower left",
        alignment="left", ncols=4 if columns == COLUMNS else 2, frameon=False,
    )  # fmt: skip
    told.get_title().set_fontsize("small")
    return figure


def _panel(axes: Axes, weeks: PoolWeeks, pool: int, top: int) -> None:
    states, week = weeks.states, np.arange(len(weeks.dates))
    inside, waiting, places = states.inside[pool], states.waiting[pool], states.places[pool]
    axes.fill_between(week, inside, places, where=places > inside, step="post", color=FREE,
                      linewidth=0)  # fmt: skip
    axes.fill_between(week, inside, step="post", color=INSIDE, linewidth=0)
    axes.fill_between(week, inside, inside + waiting, step="post", color=WAITING, linewidth=0)
    axes.step(week, places, where="post", color=PLACES, linewidth=1.6)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", alpha=0.25)
    axes.set_xlim(0, len(week) - 1)
    axes.set_ylim(0, 1.05 * top)
    months_below(axes, weeks)
    axes.yaxis.set_major_formatter(lambda value, _: number(value))
