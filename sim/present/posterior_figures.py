"""Figures of results on posterior draws: means with their 90 % credible intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.present.axes import dates_along, keyed, rows_down, titled_above
from sim.present.beside import beside
from sim.present.measures_text import titled, unit_of
from sim.present.numbers import number, percent
from sim.present.panels import banded
from sim.present.picture import BLACK, COLOURS, blank
from sim.present.scenario_names import called, in_lines
from sim.words import say, to_say

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.experiment.compare import Comparison
    from sim.experiment.credible import By
    from sim.experiment.results import Results
    from sim.measures.frames import Period

TITLES = {
    "month": to_say("{measure} by month: mean of {draws} draws and 90 % credible interval"),
    "year": to_say("{measure} by year: mean of {draws} draws and 90 % credible interval"),
}
COMPARED = to_say("{measure} in {year}: difference from '{base}', 90 % credible interval")
FEW_COMPARED = to_say(
    "{measure} in {year}: difference from '{base}', too few draws for an interval"
)
FEW = {
    "month": to_say("{measure} by month: mean of {draws} draws, too few for an interval"),
    "year": to_say("{measure} by year: mean of {draws} draws, too few for an interval"),
}


def measure_figure(results: Results, measure: str, period: Period, by: By) -> Figure:
    """A measure over time: the mean and its credible band.

    By reading: a panel for each scenario, with thin lines for the means of the labels.
    """
    together = _of(results.summary(period), measure)
    scenarios = list(dict.fromkeys(together["scenario"]))
    titles = called(results.scenarios)
    panels = len(scenarios) if by == "reading" else 1
    figure, all_axes = blank(max(8.0, 4.5 * panels), columns=panels)
    for k, scenario in enumerate(scenarios):
        axes, alone = all_axes[k % panels], by == "reading"
        colour = BLACK if alone else COLOURS[k % len(COLOURS)]
        label = say("mean of all draws") if alone else titles[scenario]
        banded(axes, together[together["scenario"] == scenario], colour, label)
    if by == "reading":
        labels = _of(results.summary(period, by="reading"), measure)
        for axes, scenario in zip(all_axes, scenarios, strict=True):
            _lines(axes, labels[labels["scenario"] == scenario])
    for k, axes in enumerate(all_axes):
        shown = scenarios[k : k + 1] if panels > 1 else scenarios
        beside(axes, measure, period, [each for (name, _), each in results.scenarios.items()
                                       if name in shown])  # fmt: skip
    few = together["low"].isna().all()
    title = say((FEW if few else TITLES)[period], measure=titled(measure),
                draws=len(results.draws))  # fmt: skip
    titled_above(figure, title)
    all_axes[0].set_ylabel(unit_of(measure, period))
    top = max(axes.get_ylim()[1] for axes in all_axes)
    digits = 0 if together["value"].max() >= 10 else 2
    for axes, scenario in zip(all_axes, scenarios, strict=False):
        axes.set_ylim(0, top)
        dates_along(axes)
        axes.yaxis.set_major_formatter(lambda value, _: number(value, digits))
        if panels > 1:
            axes.set_title(in_lines(titles[scenario]), loc="left", fontsize="medium")
    keyed(figure, all_axes)
    return figure


def _of(summary: pd.DataFrame, measure: str) -> pd.DataFrame:
    """The rows of a measure; an error where it is not known."""
    rows = summary[summary["measure"] == measure]
    if rows.empty:
        raise ValueError(say("there is no measure '{measure}'", measure=measure))
    return rows


def _lines(axes: Axes, rows: pd.DataFrame) -> None:
    """A thin line for the mean of each label."""
    import pandas as pd

    for k, (reading, mine) in enumerate(rows.groupby("reading", sort=False)):
        label = f"{reading} ({percent(mine['weight'].iloc[0])})"
        when, colour = pd.to_datetime(mine["period"]), COLOURS[k % len(COLOURS)]
        axes.plot(when, mine["value"], color=colour, linewidth=1.0, label=label)


def comparison_figure(comparison: Comparison, measure: str, year: int | None, by: By) -> Figure:
    """Paired differences of a measure from the base: means, credible intervals, labels."""
    together = _of(comparison.summary(), measure)
    period = str(year) if year else together["period"].max()
    together = together[together["period"] == period]
    scenarios, titles = list(together["scenario"]), called(comparison.results.scenarios)
    legend = 0.5 if by == "reading" else 0.0
    figure, (axes,) = blank(8.0, 1.6 + legend + 0.6 * len(scenarios))
    rows_down(axes, [in_lines(titles[each]) for each in scenarios])
    rows = range(len(scenarios))
    axes.hlines(rows, together["low"], together["high"], color=COLOURS[0], linewidth=2.2)
    axes.plot(together["value"], rows, "o", color=COLOURS[0], markersize=6, label=say("mean"))
    if by == "reading":
        labels = _of(comparison.summary(by="reading"), measure)
        labels = labels[labels["period"] == period]
        for k, (reading, mine) in enumerate(labels.groupby("reading", sort=False)):
            axes.plot(
                mine["value"],
                [scenarios.index(each) + 0.22 for each in mine["scenario"]],
                "|",
                color=COLOURS[(k + 1) % len(COLOURS)],
                markersize=9,
                markeredgewidth=2,
                label=f"{reading} ({percent(mine['weight'].iloc[0])})",
            )
        keyed(figure, [axes])
    axes.axvline(0, color=BLACK, linewidth=0.8)
    axes.xaxis.set_major_formatter(lambda value, _: number(value))
    axes.set_xlabel(unit_of(measure, "year"))
    few = together["low"].isna().all()
    title = say(
        FEW_COMPARED if few else COMPARED,
        measure=titled(measure),
        year=period,
        base=titles[comparison.base],
    )
    titled_above(figure, title)
    return figure
