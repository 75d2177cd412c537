"""The nine targets: entries, entry delay and parcours duration, three years each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from sim.measures import Derived
from sim.observed_figures import observed

YEARS = (2018, 2019, 2020)
SERIES_OF_MEASURE = {
    "entries": "entries",
    "entry_delay": "entry_delay",
    "parcours_duration": "parcours_duration",
}


def targets(true_to_published: float = 1.0) -> dict[str, float]:
    """The observed value of every target, by 'measure year'.

    Where a reading holds that the true stay is longer than the published one,
    its duration targets are the published ones times that ratio.
    """
    series = observed()
    values = {}
    for measure, name in SERIES_OF_MEASURE.items():
        factor = true_to_published if measure == "parcours_duration" else 1.0
        for year in YEARS:
            values[f"{measure} {year}"] = float(series[name].values[year]) * factor
    return values


def simulated(tables: Iterable[Derived]) -> dict[str, float]:
    """The same figures from runs: means over the replications."""
    runs: Sequence[Mapping[str, float]] = [_nine(each) for each in tables]
    return {name: float(np.mean([run[name] for run in runs])) for name in runs[0]}


def _nine(table: Derived) -> dict[str, float]:
    return {
        f"{measure} {year}": float(table.values[measure][0, table.periods.index(str(year))])
        for measure in SERIES_OF_MEASURE
        for year in YEARS
    }


def errors(fitted: Mapping[str, float], aimed: Mapping[str, float]) -> dict[str, float]:
    """Relative errors of a fit, target by target."""
    return {name: fitted[name] / aimed[name] - 1 for name in aimed}
