"""The measures that users see, derived from tallies, and tidy frames of them.

A tidy frame has one row a value: scenario, reading, replication, draw, period,
place, measure, value, unit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError, Problem
from sim.measures.tally import COUNTRY, Tally
from sim.territory import departements
from sim.words import say

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Sums = Mapping[str, Floats]
Period = Literal["month", "year"]
Place = Literal["country", "region", "departement"]

DURABLE_JOBS_DUE_TO_AG = 0.03


@dataclass(frozen=True)
class Measure:
    """A measure: name, unit, meaning, and its formula on summed counts."""

    name: str
    unit: str
    what: str
    of: Callable[[Sums], Floats]


def _ratio(top: str, below: str) -> Callable[[Sums], Floats]:
    def of(sums: Sums) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(sums[top] / sums[below])

    return of


def _sum(name: str) -> Callable[[Sums], Floats]:
    return lambda sums: sums[name]


def _per_day(name: str) -> Callable[[Sums], Floats]:
    return lambda sums: sums[name] / sums["days"]


def _abandoned_share(sums: Sums) -> Floats:
    ended = sums["abandonments"] + sums["refusals"] + sums["entries"]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(sums["abandonments"] / ended)


MEASURES: tuple[Measure, ...] = (
    Measure("orientations", "people", "people oriented", _sum("orientations")),
    Measure("entries", "people", "people who took a place", _sum("entries")),
    Measure(
        "entries_pace",
        "people a year",
        "four times the entries of the period's last three months",
        _sum("entries_pace"),
    ),
    Measure(
        "people_supported",
        "people",
        "stock at the period's start + entries: who benefits in the period",
        lambda sums: sums["stock_at_start"] + sums["entries"],
    ),
    Measure("refusals", "people", "people who said no at the diagnosis", _sum("refusals")),
    Measure("abandonments", "people", "people who gave up before it", _sum("abandonments")),
    Measure(
        "abandoned_share",
        "share",
        "abandonments among those whose way to entry ended; delays are of survivors",
        _abandoned_share,
    ),
    Measure(
        "entry_delay", "days", "mean days, orientation to entry", _ratio("delay_days", "entries")
    ),
    Measure("process_delay", "days", "its part before ready", _ratio("process_days", "entries")),
    Measure("queue_delay", "days", "its part in the entry queue", _ratio("queue_days", "entries")),
    Measure("entry_delay_p50", "days", "median entry delay, whole days", _sum("delay_p50")),
    Measure("entry_delay_p90", "days", "90th percentile, whole days", _sum("delay_p90")),
    Measure(
        "within_21_days",
        "share",
        "entries within three weeks of the orientation, the aim of the protocol of 2019 "
        "(departements.fr, 15/04/2019)",
        _ratio("entries_within_aim", "entries"),
    ),
    Measure("waiting", "people", "mean people in the entry queues", _per_day("waiting_days")),
    Measure("stock", "people", "mean people in a parcours", _per_day("stock_days")),
    Measure("stock_at_end", "people", "people in a parcours at the end", _sum("stock_at_end")),
    Measure("exits", "people", "parcours ended", _sum("exits")),
    Measure("exits_employment", "people", "of them to a job", _sum("exits_employment")),
    Measure("exits_training", "people", "of them to training", _sum("exits_training")),
    Measure("exits_follow_on", "people", "of them to other support", _sum("exits_follow_on")),
    Measure("exits_dropout", "people", "of them dropouts", _sum("exits_dropout")),
    Measure(
        "parcours_duration",
        "days",
        "mean duration of the parcours ended in the period",
        _ratio("ended_days", "exits"),
    ),
    Measure("funded_posts", "posts", "mean over the period", _per_day("post_days")),
    Measure("fte", "FTE", "mean over the period", _per_day("fte_days")),
    Measure(
        "portfolios", "portfolios", "in service, mean over the period", _per_day("portfolio_days")
    ),
    Measure("portfolios_at_end", "portfolios", "in service at the end", _sum("portfolios_at_end")),
    Measure(
        "load", "people", "stock per portfolio in service", _ratio("stock_days", "portfolio_days")
    ),
    Measure("load_p10", "people", "10th percentile of loads at month ends", _sum("load_p10")),
    Measure("load_p50", "people", "median load at month ends", _sum("load_p50")),
    Measure("load_p90", "people", "90th percentile of loads at month ends", _sum("load_p90")),
    Measure(
        "places_taken", "share", "stock per place in service", _ratio("stock_days", "place_days")
    ),
    Measure(
        "durable_jobs_due_to_ag",
        "people",
        "3 in 100 entries within 6 months (Éclairages et synthèses 47, Nov. 2018: an estimate "
        "from before 2018)",
        lambda sums: DURABLE_JOBS_DUE_TO_AG * sums["entries"],
    ),
    Measure(
        "bound_by_places",
        "share",
        "pool-days on which people wait and no portfolio has room",
        _ratio("for_a_place", "pool_days"),
    ),
    Measure(
        "bound_by_slots",
        "share",
        "pool-days on which people wait for a diagnosis slot though there is room",
        _ratio("for_a_slot", "pool_days"),
    ),
    Measure(
        "bound_by_orientations",
        "share",
        "pool-days on which nobody waits",
        _ratio("nobody", "pool_days"),
    ),
)
UNITS = {measure.name: measure.unit for measure in MEASURES}
LOAD_QUANTILES = {"load_p10": 0.1, "load_p50": 0.5, "load_p90": 0.9}
# Of people, and not counted over a period: states, and people per portfolio.
STANDING = frozenset({"waiting", "stock", "stock_at_end", "load", *LOAD_QUANTILES})
QUANTILES = ("entry_delay_p50", "entry_delay_p90", *LOAD_QUANTILES)


@dataclass(frozen=True)
class Derived:
    """Measures as arrays [place, period]."""

    places: tuple[str, ...]
    periods: tuple[str, ...]
    values: Mapping[str, Floats]


def derived(counted: Tally, period: Period = "year", place: Place = "country") -> Derived:
    """The measures of one replication by period and place, warm-up included."""
    if place != "country" and (counted.places == (COUNTRY,) or counted.sample is not None):
        raise only_the_country(place)
    places, group = _groups(counted.places, place)
    months = counted.calendar.months
    years = np.array([first.year for first in months])
    labels = (
        [f"{first:%Y-%m}" for first in months]
        if period == "month"
        else [str(year) for year in counted.calendar.years]
    )
    column = (
        np.arange(len(months))
        if period == "month"
        else np.searchsorted(np.array(counted.calendar.years), years)
    )
    sums = _summed(counted, group, len(places), column, len(labels))
    values = {
        measure.name: measure.of(sums)
        for measure in MEASURES
        if counted.binding is not None or not measure.name.startswith("bound_by")
    }
    return Derived(places, tuple(labels), values)


def only_the_country(place: str) -> InputError:
    """What is told when places are asked for of a run that was not counted by place."""
    return InputError(
        Problem(
            "frame",
            "place",
            say("'{place}' is not there: the run was counted for the country only", place=place),
            say("run it with by_place=True and all pools"),
        )
    )


def _groups(codes: tuple[str, ...], place: Place) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    if place == "country":
        return (COUNTRY,), np.zeros(len(codes), dtype=np.int64)
    if place == "departement":
        return codes, np.arange(len(codes))
    region = {each.code: each.region for each in departements()}
    names = tuple(dict.fromkeys(region[code] for code in codes))
    return names, np.array([names.index(region[code]) for code in codes])


def _summed(
    counted: Tally, group: NDArray[np.int64], groups: int, column: NDArray[np.int64], columns: int
) -> dict[str, Floats]:
    def gathered(values: Floats) -> Floats:
        if groups == 1:
            return np.asarray(values.sum(axis=0, keepdims=True))
        by_place = np.zeros((groups, *values.shape[1:]))
        np.add.at(by_place, group, values)
        return by_place

    def over_time(values: Floats) -> Floats:
        summed = np.zeros((groups, columns))
        np.add.at(summed.T, column, gathered(values).T)
        return summed

    last = np.flatnonzero(np.append(np.diff(column) > 0, True))
    first = np.searchsorted(column, np.arange(columns))
    sums: dict[str, Floats] = {}
    for name, values in counted.counts.items():
        sums[name] = gathered(values)[:, last] if name.endswith("_at_end") else over_time(values)
    before = np.pad(gathered(counted.counts["stock_at_end"]), ((0, 0), (1, 0)))
    sums["stock_at_start"] = before[:, first]
    so_far = np.cumsum(np.pad(gathered(counted.counts["entries"]), ((0, 0), (3, 0))), axis=1)
    sums["entries_pace"] = 4 * (so_far[:, 3:] - so_far[:, :-3])[:, last]
    lengths = np.diff(counted.calendar.month_bounds)
    sums["days"] = np.bincount(column, lengths, minlength=columns).astype(np.float64)[None, :]
    if counted.binding is not None:
        for name in ("for_a_place", "for_a_slot", "nobody"):
            sums[name] = over_time(counted.binding[name])
        sums["pool_days"] = sums["for_a_place"] + sums["for_a_slot"] + sums["nobody"]
    delays = gathered(counted.delay_histogram)
    if columns != delays.shape[1]:
        delays = np.full((groups, columns, 1), 0.0)
    sums["delay_p50"], sums["delay_p90"] = _quantile(delays, 0.5), _quantile(delays, 0.9)
    loads = np.zeros((groups, columns, counted.load_histogram.shape[-1]))
    np.add.at(loads.transpose(1, 0, 2), column, gathered(counted.load_histogram).transpose(1, 0, 2))
    for name, level in LOAD_QUANTILES.items():
        sums[name] = _quantile(loads, level)
    return sums


def _quantile(histogram: Floats, level: float) -> Floats:
    """The value below which `level` of a histogram's mass lies; NaN where it is empty."""
    total = histogram.sum(axis=-1)
    reached = np.cumsum(histogram, axis=-1) >= level * total[..., None]
    return np.where(total > 0, reached.argmax(axis=-1).astype(np.float64), np.nan)


def tidy(table: Derived, labels: Mapping[str, str | int], since: str = "") -> pd.DataFrame:
    """A tidy frame of measures; `labels` are scenario, reading, replication, draw.

    Periods before `since` (a label such as '2018' or '2018-01') are left out.
    """
    import pandas as pd

    kept = [k for k, label in enumerate(table.periods) if label >= since]
    names = list(table.values)
    stacked = np.stack([table.values[name][:, kept] for name in names])
    index = pd.MultiIndex.from_product(
        [names, table.places, [table.periods[k] for k in kept]],
        names=["measure", "place", "period"],
    )
    frame = pd.DataFrame({"value": stacked.ravel()}, index=index).reset_index()
    frame["unit"] = frame["measure"].map(UNITS)
    for key, label in labels.items():
        frame[key] = label
    columns = ["scenario", "reading", "replication", "draw", "period", "place"]
    return frame[[*columns, "measure", "value", "unit"]]
