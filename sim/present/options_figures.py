"""Options beside each other as a picture: what each reaches, how likely, for how much."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from sim.money.options import Options
from sim.present.axes import rows_down, target_line, titled_above
from sim.present.numbers import number, percent
from sim.present.options_text import THOUSAND, target_told, titled
from sim.present.picture import COLOURS, blank
from sim.present.scenario_names import called
from sim.present.targets import counted
from sim.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LETTERS_A_NAME = 44
HEADING = -0.6  # where the row above the first one is


def options_figure(found: Options) -> Figure:
    """A row an option: mean and interval beside the target; its probability and cost."""
    rows, titles = found.frame, called(found.results.scenarios)
    figure, (axes,) = blank(9.5, 1.7 + 0.34 * len(rows))
    names = [fill(titles[each], LETTERS_A_NAME) for each in rows["scenario"]]
    rows_down(axes, names, above=0.9, size="small")
    places = range(len(rows))
    axes.hlines(places, rows["low"], rows["high"], color=COLOURS[0], linewidth=2.2)
    axes.plot(rows["reached"], places, "o", color=COLOURS[0], markersize=6)
    target_line(axes, float(found.target.people))
    axes.set_xlim(left=0)
    axes.xaxis.set_major_formatter(lambda value, _: number(value))
    measure, year = counted(found.target.measure), found.target.year
    told = say("{measure} in {year}", measure=measure, year=year)
    spread = say("mean and 90 % credible interval")
    axes.set_xlabel(f"{told}, {spread}" if found.results.draws.tell_an_interval else told)
    _beside(axes, found)
    title = say("options for {target}, and what they cost", target=target_told(found))
    titled_above(figure, titled(found, title))
    return figure


def _beside(axes: Axes, found: Options) -> None:
    """To the right of each row its probability and cost."""
    told = [say("probability, k€ in {year}", year=found.target.year)]
    for row in found.frame.to_dict("records"):
        cost = number(float(row["gross"]) / THOUSAND)
        told.append(
            say("{probability}, {cost} k€", probability=percent(row["probability"]), cost=cost)
        )
    right = axes.twinx()
    right.set_ylim(axes.get_ylim())
    right.set_yticks([HEADING, *range(len(found.frame))], told, fontsize="small")
    right.tick_params(length=0)
    right.spines[["top", "left", "right"]].set_visible(False)
