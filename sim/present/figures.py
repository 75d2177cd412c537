"""Figures: each takes results, returns a matplotlib figure, computes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.present import posterior_figures
from sim.present.axes import dates_along, keyed, rows_down, titled_above
from sim.present.beside import beside
from sim.present.measures_text import titled, unit_of
from sim.present.numbers import number
from sim.present.picture import BLACK, COLOURS, STYLES, blank
from sim.present.scenario_names import called, in_lines
from sim.words import say, to_say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.experiment.compare import Comparison
    from sim.experiment.credible import By
    from sim.experiment.results import Results
    from sim.measures.frames import Period

UNDER_READINGS = {
    "month": to_say("{measure} by month, under each reading"),
    "year": to_say("{measure} by year, under each reading"),
}


def measure_figure(
    results: Results, measure: str, period: Period = "month", by: By = "together"
) -> Figure:
    """A measure over time: one line a scenario and reading, bands of 95 % where known."""
    import pandas as pd

    if results.posterior is not None:
        return posterior_figures.measure_figure(results, measure, period, by)
    means = results.mean(period)
    means = means[means["measure"] == measure]
    if means.empty:
        raise ValueError(say("there is no measure '{measure}'", measure=measure))
    figure, (axes,) = blank()
    titles = called(results.scenarios)
    readings = list(dict.fromkeys(means["reading"]))
    scenarios = list(dict.fromkeys(means["scenario"]))
    for (scenario, reading), lines in means.groupby(["scenario", "reading"], sort=False):
        style = STYLES[scenarios.index(scenario) % len(STYLES)]
        colour = COLOURS[readings.index(reading) % len(COLOURS)]
        when = pd.to_datetime(lines["period"])
        label = reading if len(scenarios) == 1 else f"{titles[str(scenario)]}, {reading}"
        axes.plot(when, lines["value"], style, color=colour, label=label, linewidth=1.6)
        axes.fill_between(
            when,
            lines["value"] - lines["half_width"],
            lines["value"] + lines["half_width"],
            color=colour,
            alpha=0.15,
            linewidth=0,
        )
    beside(axes, measure, period, results.scenarios.values())
    title = say(UNDER_READINGS[period], measure=titled(measure))
    titled_above(figure, title)
    axes.set_ylabel(unit_of(measure, period))
    dates_along(axes)
    axes.set_ylim(bottom=0)
    digits = 0 if means["value"].max() >= 10 else 2
    axes.yaxis.set_major_formatter(lambda value, _: number(value, digits))
    keyed(figure, [axes])
    return figure


def comparison_figure(
    comparison: Comparison, measure: str, year: int | None = None, by: By = "together"
) -> Figure:
    """Paired differences of a measure from the base, by scenario and reading."""
    if comparison.results.posterior is not None:
        return posterior_figures.comparison_figure(comparison, measure, year, by)
    frame = comparison.differences
    period = str(year) if year else frame["period"].max()
    frame = frame[(frame["measure"] == measure) & (frame["period"] == period)]
    scenarios = list(dict.fromkeys(frame["scenario"]))
    titles = called(comparison.results.scenarios)
    readings = list(dict.fromkeys(frame["reading"]))
    figure, (axes,) = blank(8.0, 1.9 + 0.5 * len(scenarios))
    rows_down(axes, [in_lines(titles[each]) for each in scenarios])
    for k, reading in enumerate(readings):
        mine = frame[frame["reading"] == reading].set_index("scenario").loc[scenarios]
        offset = (k - (len(readings) - 1) / 2) * 0.14
        axes.errorbar(
            mine["value"],
            [place + offset for place in range(len(scenarios))],
            xerr=mine["half_width"],
            fmt="o",
            markersize=4,
            color=COLOURS[k % len(COLOURS)],
            label=reading,
        )
    axes.axvline(0, color=BLACK, linewidth=0.8)
    axes.xaxis.set_major_formatter(lambda value, _: number(value))
    axes.set_xlabel(unit_of(measure, "year"))
    title = say(
        "{measure} in {year}: difference from '{base}'",
        measure=titled(measure),
        year=period,
        base=titles[comparison.base],
    )
    titled_above(figure, title)
    if len(readings) == 1:
        axes.set_title(readings[0], loc="left", fontsize="medium")
    keyed(figure, [axes])
    return figure
