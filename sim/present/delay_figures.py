"""Where the days of delay go: before people are ready, and in the entry queue after it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.present.axes import dates_along, keyed, titled_above
from sim.present.beside import published
from sim.present.measures_text import unit_of
from sim.present.numbers import number
from sim.present.panels import ends, lined, panels
from sim.present.picture import BLACK, COLOURS
from sim.words import say

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.measures.frames import Period

PROCESS, QUEUE = COLOURS[5], COLOURS[4]
PARTS = {"process_delay": PROCESS, "queue_delay": QUEUE}
WHOLE = "entry_delay"


def delay_figure(
    means: pd.DataFrame, period: Period, titles: Mapping[str, str], *, national: bool
) -> Figure:
    """The parts of the mean entry delay one above the other; a panel a scenario and reading.

    means: tidy, from `Results.mean`, with scenario, reading (posterior or a label), period,
    measure, value and either low and high or half_width. titles: of the scenarios, by their
    names. national: whether the published delays are of the same people.
    """
    import pandas as pd

    rows = means[means["measure"].isin([*PARTS, WHOLE])]
    figure, shown = panels(rows, titles)
    for axes, mine in shown:
        wide = mine.pivot_table(index="period", columns="measure", values="value", sort=False)
        when = pd.to_datetime(wide.index)
        labels = (say("process, until ready"), say("queue, for a place or a slot"))
        axes.stackplot(when, *(wide[part] for part in PARTS), colors=list(PARTS.values()),
                       labels=labels, linewidth=0)  # fmt: skip
        lined(axes, mine[mine["measure"] == WHOLE], BLACK, say("whole delay"))
        bounds = ends(mine[mine["measure"] == "process_delay"])
        for k, end in enumerate(bounds):
            told = say("interval of the process") if k == 0 and end.notna().any() else None
            axes.plot(when, end, ":", color=COLOURS[0], linewidth=1.3, label=told)
        if national:
            published(axes, WHOLE, period)
        dates_along(axes)
        axes.yaxis.set_major_formatter(lambda value, _: number(value))
    top = max(axes.get_ylim()[1] for axes, _ in shown)
    shown[0][0].set_ylim(0, top)
    shown[0][0].set_ylabel(unit_of(WHOLE, period))
    title = say("Where the days from orientation to entry go, means of those who entered")
    titled_above(figure, title)
    keyed(figure, [axes for axes, _ in shown])
    return figure
