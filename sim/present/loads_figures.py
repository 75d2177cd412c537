"""How many people a portfolio holds over time, and how far portfolios differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.measures.frames import LOAD_QUANTILES
from sim.present.axes import dates_along, keyed, titled_above
from sim.present.numbers import number
from sim.present.panels import lined, panels
from sim.present.picture import BLACK, COLOURS
from sim.words import say

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

SPREAD, CEILING = COLOURS[5], COLOURS[1]
MEAN = "load"


def loads_figure(
    means: pd.DataFrame, titles: Mapping[str, str], ceilings: Mapping[str, float]
) -> Figure:
    """Mean and median load, and the range that holds eight portfolios of ten.

    means: tidy, from `Results.mean`, with the measures load, load_p10, load_p50, load_p90;
    the quantiles are of the portfolios in service at a month's end, those just opened
    included. titles: of the scenarios, by their names. ceilings: of each, the mean load that
    its target allows.
    """
    import pandas as pd

    rows = means[means["measure"].isin([MEAN, *LOAD_QUANTILES])]
    figure, shown = panels(rows, titles)
    low, middle, high = LOAD_QUANTILES
    for axes, mine in shown:
        wide = mine.pivot_table(index="period", columns="measure", values="value", sort=False)
        when = pd.to_datetime(wide.index)
        axes.fill_between(when, wide[low], wide[high], color=SPREAD, alpha=0.45, linewidth=0,
                          label=say("eight portfolios of ten"))  # fmt: skip
        lined(axes, mine[mine["measure"] == MEAN], BLACK, say("mean load"))
        axes.plot(when, wide[middle], ":", color=COLOURS[0], linewidth=1.8, label=say("median"))
        ceiling = ceilings[mine["scenario"].iloc[0]]
        axes.axhline(ceiling, color=CEILING, linestyle="--", linewidth=1.4,
                     label=say("ceiling of the mean load"))  # fmt: skip
        dates_along(axes)
        axes.yaxis.set_major_formatter(lambda value, _: number(value))
    top = max(axes.get_ylim()[1] for axes, _ in shown)
    shown[0][0].set_ylim(0, top)
    shown[0][0].set_ylabel(say("people per portfolio"))
    title = say("People per portfolio in service, and how far portfolios differ")
    titled_above(figure, title)
    keyed(figure, [axes for axes, _ in shown])
    return figure
