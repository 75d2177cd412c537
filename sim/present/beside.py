"""What stands beside a measure on a picture: the published figures, and the target."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.observed_figures import observed
from sim.present.numbers import number
from sim.present.picture import BLACK, GREY, WHITE
from sim.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.measures.frames import Period
    from sim.scenario import Scenario

# Measures that were published, with the name of their series.
PUBLISHED = {
    "entries": "entries",
    "entry_delay": "entry_delay",
    "parcours_duration": "parcours_duration",
    "portfolios_at_end": "portfolios_in_december",
}
MONTHS = 12


def beside(axes: Axes, measure: str, period: Period, scenarios: Iterable[Scenario]) -> None:
    """Draw what is known and what is wanted of a national measure, each with its legend.

    Published figures are of years: over months they stand as levels, counts as a month's mean.
    They, and the country's own target, do not stand beside a part of the country. Of people
    supported, who are counted once in a year, the target stands beside years only.
    """
    every = list(scenarios)
    if all(each.territory.is_the_country for each in every):
        published(axes, measure, period)
    whole = target_of_the_country()
    wanted = {
        (each.target.year, float(each.target.people))
        for each in every
        if each.target.measure == measure
        and (period == "year" or measure == "entries")
        and (each.territory.is_the_country or float(each.target.people) != whole)
    }
    for year, people in sorted(wanted):
        _target(axes, period, year, people)


def target_of_the_country() -> float:
    """The people of the target that scenarios have by default: the country's."""
    from sim.sections import Target

    return float(Target().people)


def published(axes: Axes, measure: str, period: Period) -> None:
    """The published figures of a measure, if there are any."""
    from matplotlib.patheffects import withStroke

    if measure not in PUBLISHED:
        return
    series = observed()[PUBLISHED[measure]]
    halo = [withStroke(linewidth=4.5, foreground=WHITE)]
    style: dict[str, Any] = {"color": BLACK, "zorder": 5, "path_effects": halo}
    _projected_from(axes, max(series.values) + 1)
    values = list(series.values.values())
    if series.kind == "stock" or period == "year":
        when = [_year(year) if period == "year" else _months(year)[1] for year in series.values]
        axes.plot(np.array(when), values, "D", markersize=5.5, markerfacecolor=WHITE,
                  markeredgewidth=1.4, label=say("working document 2021"), **style)  # fmt: skip
        return
    for k, (year, value) in enumerate(series.values.items()):
        mean = value / MONTHS if series.kind == "flow" else value
        label = say("working document 2021 (mean of the year)") if k == 0 else None
        axes.plot(_months(year), [mean, mean], linewidth=2.4, solid_capstyle="butt", label=label,
                  **style)  # fmt: skip


def _projected_from(axes: Axes, year: int) -> None:
    """A line where figures end and the projection begins, if it is on the picture."""
    from matplotlib.dates import date2num

    begin = float(date2num(_year(year)))  # type: ignore[no-untyped-call]
    if axes.get_xlim()[0] < begin < axes.get_xlim()[1]:
        axes.axvline(begin, color=GREY, linewidth=1.0, linestyle=":")
        axes.annotate(
            say("projection"), (begin, 1.0), (3, 0), xycoords=("data", "axes fraction"),
            textcoords="offset points", color=GREY, fontsize="small", va="top",
        )  # fmt: skip


def _year(year: int) -> np.datetime64:
    return np.datetime64(f"{year}-01-01")


def _months(year: int) -> NDArray[np.datetime64]:
    """Where the first and the last month of a year stand on the axis."""
    return np.array([f"{year}-01-01", f"{year}-12-01"], dtype="datetime64[D]")


def _target(axes: Axes, period: Period, year: int, people: float) -> None:
    """The target over its year, as a level; counted by month, as a month's mean."""
    if period == "year":
        told = say("target: {people} in {year}", people=number(people), year=year)
    else:
        told = say("target: {people} in {year}, a month's mean", people=number(people), year=year)
    style: dict[str, Any] = {"color": BLACK, "zorder": 5, "label": told}
    if period == "year":
        axes.plot(np.array([_year(year)]), [people], "*", markersize=11, **style)
        return
    mean = people / MONTHS
    axes.plot(_months(year), [mean, mean], linestyle=(0, (1.2, 0.6)),
              linewidth=3, **style)  # fmt: skip
