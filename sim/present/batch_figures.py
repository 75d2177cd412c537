"""A batch as a picture: its best cells with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.parameters import POSTERIOR
from sim.present.axes import keyed, rows_down, target_line, titled_above
from sim.present.batch_text import HEADINGS, choice_told, label_of
from sim.present.lever_names import drawn
from sim.present.numbers import number, percent
from sim.present.picture import COLOURS, blank
from sim.words import say, to_say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.experiment.batch_cells import Cells
    from sim.experiment.batch_ranking import Ranking

MOST_DRAWN = 24
TARGET_ABOVE = 16  # points that the target's number takes above the axes
ON_DRAWS = to_say("{measure} in {year}: mean and 90 % credible interval")
FEW_DRAWS = to_say("{measure} in {year}: means of too few draws for intervals")
UNDER_READINGS = to_say("{measure} in {year}: means under each reading")


def ranking_figure(ranking: Ranking) -> Figure:
    """The best cells below each other: means and intervals, or a mark a reading."""
    cells = ranking.work.cells
    shown = ranking.order[:MOST_DRAWN]
    alone = ranking.readings == (POSTERIOR,)
    figure, (axes,) = blank(9.0, (1.5 if alone else 1.8) + 0.28 * len(shown))
    rows_down(axes, [_choices_told(cells, cell) for cell in shown], size="small")
    places = range(len(shown))
    banded = False
    for k, reading in enumerate(ranking.readings):
        rows = ranking.of(reading, ranking.measure).reindex(list(shown))
        banded = banded or bool(rows["low"].notna().any())
        if alone:
            axes.hlines(places, rows["low"], rows["high"], color=COLOURS[0], linewidth=2.2)
            axes.plot(rows["value"], places, "o", color=COLOURS[0], markersize=5)
        else:
            marker, colour = "osD^v"[k % 5], COLOURS[k % len(COLOURS)]
            axes.plot(rows["value"], places, marker, color=colour, markersize=5, label=reading)
    if ranking.is_target:
        target_line(axes, float(cells.target.people))
    label, digits = label_of(ranking.measure)
    axes.xaxis.set_major_formatter(
        lambda value, _: percent(value) if digits is None else number(value, digits)
    )
    told = UNDER_READINGS if not alone else ON_DRAWS if banded else FEW_DRAWS
    title = say(told, measure=label, year=ranking.year)
    if len(shown) < len(cells):
        title = say(
            "{title}, the first {count} of {cells} cells",
            title=title,
            count=number(len(shown)),
            cells=number(len(cells)),
        )
    titled_above(figure, title)
    if not alone and len(ranking.readings) == 1:
        axes.set_title(ranking.readings[0], loc="left", fontsize="medium", pad=TARGET_ABOVE)
    keyed(figure, [axes])
    return figure


def _choices_told(cells: Cells, cell: int) -> str:
    """What is particular to a cell, in a line: levers by their names."""
    levers = cells.settings(cell).levers
    told = [
        drawn(levers)
        if name == "levers" and levers is not None
        else say("{choice} {value}", choice=say(HEADINGS[name]).lower(), value=value)
        for name, value in choice_told(cells, cell).items()
    ]
    return " · ".join(told) or say("the cell")
