"""Panels beside each other, one a scenario and reading, and lines with their intervals."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import TYPE_CHECKING

from sim.parameters import POSTERIOR
from sim.present.picture import Picture
from sim.present.scenario_names import in_lines
from sim.words import say

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_COLUMNS = 3
ALONE, WIDE, TALL = 8.0, 4.2, 3.2  # inches: of a panel alone, and of each of several


def panels(
    rows: pd.DataFrame, titles: Mapping[str, str]
) -> tuple[Figure, list[tuple[Axes, pd.DataFrame]]]:
    """A panel for each scenario and reading of a tidy frame, with its rows, all on one scale.

    A panel names what tells it from the others: the scenario, the reading, or both.
    """
    groups = list(rows.groupby(["scenario", "reading"], sort=False))
    columns = min(MOST_COLUMNS, len(groups))
    lines = ceil(len(groups) / columns)
    size = (ALONE, 4.5) if columns == 1 else (WIDE * columns, 1.3 + TALL * lines)
    figure = Picture(figsize=size, layout="constrained")
    shown: list[tuple[Axes, pd.DataFrame]] = []
    scenarios, readings = rows["scenario"].nunique(), rows["reading"].nunique()
    for k, ((scenario, reading), mine) in enumerate(groups):
        first = shown[0][0] if shown else None
        axes = figure.add_subplot(lines, columns, k + 1, sharey=first)
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="y", alpha=0.25)
        told = [in_lines(titles[str(scenario)])] if scenarios > 1 else []
        told += [str(reading)] if readings > 1 and reading != POSTERIOR else []
        axes.set_title(", ".join(told), loc="left", fontsize="medium")
        shown.append((axes, mine))
    return figure, shown


def banded(axes: Axes, rows: pd.DataFrame, colour: str, label: str) -> None:
    """Means over time as a line, and their interval as a pale band where it is known."""
    import pandas as pd

    when = pd.to_datetime(rows["period"])
    low, high = ends(rows)
    axes.fill_between(when, low, high, color=colour, alpha=0.15, linewidth=0)
    axes.plot(when, rows["value"], color=colour, linewidth=1.8, label=label)


def lined(axes: Axes, rows: pd.DataFrame, colour: str, label: str) -> None:
    """Means over time as a line, both ends of their interval as thin broken ones."""
    import pandas as pd

    when = pd.to_datetime(rows["period"])
    axes.plot(when, rows["value"], color=colour, linewidth=1.6, label=label)
    credible = "low" in rows
    said = say("90 % credible interval of it") if credible else say("95 % of the noise")
    for k, end in enumerate(ends(rows)):
        told = said if k == 0 and end.notna().any() else None
        axes.plot(when, end, color=colour, linewidth=0.8, linestyle=(0, (3, 2)), label=told)


def ends(rows: pd.DataFrame) -> tuple[pd.Series[float], pd.Series[float]]:
    """Both ends of the interval: credible on draws, of the noise under readings."""
    if "low" in rows:
        return rows["low"], rows["high"]
    return rows["value"] - rows["half_width"], rows["value"] + rows["half_width"]
