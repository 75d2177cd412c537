"""Figure of what given posts reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.present.axes import rows_down, target_line, titled_above
from sim.present.lever_names import drawn
from sim.present.numbers import number
from sim.present.picture import COLOURS, blank
from sim.present.targets import counted
from sim.words import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.planning.reach import Reach


def reach_figure(reach: Reach) -> Figure:
    """The target's measure by combination of levers, means with 90 % intervals."""
    table = reach.summary()
    table = table[table["allocation"] == reach.scenario.posts.allocation].sort_values(
        "reached", ascending=False
    )
    figure, (axes,) = blank(8.5, 1.2 + 0.24 * len(table))
    rows_down(axes, [drawn(each) for each in table["levers"]], above=0.6, below=0.6, size="small")
    rows = range(len(table))
    axes.hlines(rows, table["low"], table["high"], color=COLOURS[0], alpha=0.4, linewidth=4)
    axes.plot(table["reached"], rows, "o", color=COLOURS[0], markersize=5)
    target = reach.scenario.target
    target_line(axes, float(target.people))
    axes.xaxis.set_major_formatter(lambda value, _: number(value))
    axes.set_xlabel(say("{what} in {year}", what=counted(target.measure), year=target.year))
    draws = reach.worlds.draws
    few = draws is not None and not draws.tell_an_interval
    spread = say("mean, and all of so few draws") if few else say("mean, 90 %")
    titled_above(
        figure,
        say("What {posts} funded posts reach ({spread})", posts=number(reach.posts), spread=spread)
        if reach.posts is not None
        else say("What the budget reaches ({spread})", spread=spread),
    )
    return figure
