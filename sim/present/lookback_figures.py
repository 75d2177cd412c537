"""The saved projection as a fan, and what came true on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.planning.lookback import INNER, OUTER
from sim.present.axes import keyed, titled_above
from sim.present.lookback_text import title
from sim.present.measures_text import titled
from sim.present.numbers import number, percent
from sim.present.picture import BLACK, COLOURS, Picture
from sim.words import say, to_say

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.planning.lookback import LookBack

FAN, SEEN = COLOURS[0], COLOURS[1]
MOST_ACROSS = 3
BY = {"month": to_say("{measure} by month"), "year": to_say("{measure} by year")}
NARROWEST = 7.0


def lookback_figure(found: LookBack) -> Figure:
    """A panel a measure: mean, 50 and 90 % of what would be seen, and the figures."""
    panels = list(found.fan.groupby(["measure", "by"], sort=False))
    across = min(MOST_ACROSS, len(panels))
    down = -(-len(panels) // across)
    width = max(NARROWEST, 1.2 + 4.0 * across)
    figure = Picture(figsize=(width, 1.0 + 3.1 * down), layout="constrained")
    for k, ((measure, by), fan) in enumerate(panels):
        axes = figure.add_subplot(down, across, k + 1)
        mine = found.figures[(found.figures["measure"] == measure) & (found.figures["by"] == by)]
        _panel(axes, fan, mine)
        told = say(BY[str(by)], measure=titled(str(measure)))
        axes.set_title(told, loc="left", fontsize="medium")
    keyed(figure, figure.axes)
    titled_above(figure, title(found))
    return figure


def _panel(axes: Axes, fan: pd.DataFrame, seen: pd.DataFrame) -> None:
    when = [_when(each) for each in fan["period"]]
    for low, high, share, alpha in (
        ("low_90", "high_90", OUTER, 0.15),
        ("low_50", "high_50", INNER, 0.3),
    ):
        axes.fill_between(
            when, fan[low], fan[high], color=FAN, alpha=alpha, linewidth=0, label=percent(share)
        )
    axes.plot(when, fan["mean"], color=FAN, linewidth=1.6, label=say("projected"))
    axes.plot(
        [_when(each) for each in seen["period"]],
        seen["seen"],
        "D",
        color=SEEN,
        markeredgecolor=BLACK,
        markersize=6,
        label=say("seen"),
        zorder=3,
    )
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", alpha=0.25)
    axes.set_ylim(bottom=0)
    axes.set_ylabel(say(str(seen["unit"].iloc[0])))
    digits = 0 if max(fan["high_90"].max(), seen["seen"].max()) >= 10 else 2
    axes.yaxis.set_major_formatter(lambda value, _: number(value, digits))
    axes.locator_params(axis="x", nbins=8, integer=True)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}")


def _when(period: str) -> float:
    """A period as a place on the axis: years stand at their number, months at their beginning."""
    year, _, month = period.partition("-")
    return int(year) + (int(month) - 1) / 12 if month else float(year)
