"""Counts by place and month: everything that adds up, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.calendar import Calendar
from sim.flow.inputs import Flow, Portfolios
from sim.measures.binding import Binding
from sim.measures.counting import EVENTS, count
from sim.population.build import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shape = tuple[int, ...]

LARGEST_LOAD = 250
PARTS = ("joined_queue", "left_queue", "stay_days", "wait_days")


@dataclass(frozen=True)
class Tally:
    """One replication's counts; arrays [place, month] unless said otherwise.

    counts: by name, see `tally`. delay_histogram: entries by whole days of
    delay [place, year, day]. load_histogram: portfolios in service by load at
    the month's end [place, month, load]. binding: pool-days by what they
    waited for, None where not asked for.
    """

    calendar: Calendar
    places: tuple[str, ...]
    counts: Mapping[str, Floats]
    delay_histogram: Floats
    load_histogram: Floats
    binding: Binding | None = None


def tally(
    world: World, flow: Flow, binding: Binding | None = None, earlier: Tally | None = None
) -> Tally:
    """Count a run.

    Counts by month of the event: orientations (and those of the third channel),
    entries, refusals, abandonments, exits by outcome; sums over the entries of
    delay, process and queue days; days of the parcours ended; person-days in
    stock and waiting; days of portfolios in service, of their places, of posts
    and FTE; and the state at the end of each month (`*_at_end`). For a branch,
    `earlier` is its trunk's tally, which fills the months before it.
    """
    counted = count(world, flow)
    event = dict(zip(EVENTS, counted.events, strict=True))
    portfolios, calendar = world.inputs.portfolios, world.calendar
    place_of_portfolio = world.pools.place_of_pool[portfolios.pool]
    in_service = _state_at(portfolios, calendar.month_bounds[1:])
    loads = counted.loads[: len(portfolios.pool)]
    shape = event["entries"].shape
    counts = {name: values for name, values in event.items() if not name.startswith(PARTS)}
    lengths = np.diff(calendar.month_bounds)
    counts["stock_days"], counts["stock_at_end"] = _stock(
        event["entries"],
        event["exits"],
        event["stay_days_of_month_of_entry"] - event["stay_days_of_month_of_exit"],
        lengths,
        0.0 if earlier is None else earlier.counts["stock_at_end"][:, -1:],
    )
    counts["waiting_days"], counts["waiting_at_end"] = _stock(
        event["joined_queue"],
        event["left_queue"],
        event["wait_days_of_month_of_joining"] - event["wait_days_of_month_of_leaving"],
        lengths,
        0.0 if earlier is None else earlier.counts["waiting_at_end"][:, -1:],
    )
    counts |= _service_days(world, place_of_portfolio, shape)
    counts |= _seat_days(world, shape)
    counts["portfolios_at_end"] = np.zeros(shape)
    np.add.at(counts["portfolios_at_end"], place_of_portfolio, in_service.astype(np.float64))
    whole = Tally(
        calendar=calendar,
        places=world.pools.places,
        counts=counts,
        delay_histogram=counted.delays,
        load_histogram=_load_histogram(place_of_portfolio, loads, in_service, shape),
        binding=binding,
    )
    return whole if earlier is None else _after(earlier, whole)


def _after(earlier: Tally, later: Tally) -> Tally:
    """A branch's tally with its trunk's months put before it."""
    months, years = len(earlier.calendar.months), len(earlier.calendar.years)
    delays = later.delay_histogram.copy()
    delays[:, :years] += earlier.delay_histogram
    return replace(
        later,
        counts={
            name: np.concatenate([earlier.counts[name], values[:, months:]], axis=1)
            for name, values in later.counts.items()
        },
        delay_histogram=delays,
        load_histogram=np.concatenate(
            [earlier.load_histogram, later.load_histogram[:, months:]], axis=1
        ),
    )


def _stock(
    came: Floats, left: Floats, partial_days: Floats, lengths: Floats, before: Floats | float
) -> tuple[Floats, Floats]:
    """Person-days inside by month, exactly, and how many are inside at each month's end.

    partial_days: from each coming to its month's end, less from each leaving to
    its month's end. before: how many are inside when the run begins.
    """
    at_end = before + np.cumsum(came - left, axis=1)
    at_start = np.concatenate([np.zeros((len(at_end), 1)) + before, at_end[:, :-1]], axis=1)
    return at_start * lengths + partial_days, at_end


def _state_at(portfolios: Portfolios, times: Floats) -> NDArray[np.bool_]:
    """Whether each portfolio is in service just before each of these times."""
    count = len(portfolios.pool)
    working = np.zeros((count, len(times)), dtype=bool)
    for k in range(count):
        rows = slice(portfolios.state_start[k], portfolios.state_start[k + 1])
        at = np.searchsorted(portfolios.time[rows], times, side="left") - 1
        known = at >= 0
        working[k, known] = portfolios.in_service[rows][at[known]]
    return working


def _service_days(world: World, place_of_portfolio: Ints, shape: Shape) -> dict[str, Floats]:
    """Days of portfolios in service and of their places, by place and month."""
    portfolios, bounds = world.inputs.portfolios, world.calendar.month_bounds
    horizon = world.inputs.horizon
    owner = np.repeat(np.arange(len(portfolios.pool)), np.diff(portfolios.state_start))
    until = np.append(portfolios.time[1:], horizon) if len(owner) else np.zeros(0)
    if len(owner):
        until[portfolios.state_start[1:] - 1] = horizon
    start = np.minimum(portfolios.time, horizon)
    until = np.minimum(until, horizon)
    working = portfolios.in_service
    place = place_of_portfolio[owner]

    def days(weights: Floats) -> Floats:
        up_to = np.zeros((shape[0], len(bounds)))
        for m, bound in enumerate(bounds):
            length = np.maximum(0.0, np.minimum(until, bound) - start)
            up_to[:, m] = np.bincount(place, length * weights, minlength=shape[0])
        return np.asarray(np.diff(up_to, axis=1))

    return {
        "portfolio_days": days(working.astype(np.float64)),
        "place_days": days(np.where(working, portfolios.places, 0).astype(np.float64)),
    }


def _seat_days(world: World, shape: Shape) -> dict[str, Floats]:
    """Days of funded posts and of FTE by place and month."""
    month = world.calendar.month_of_day
    days: dict[str, Floats] = {}
    for name, by_day in (("post_days", world.posts), ("fte_days", world.fte)):
        days[name] = np.zeros(shape)
        np.add.at(days[name].T, month, by_day.T)
    return days


def _load_histogram(
    place_of_portfolio: Ints, loads: Ints, in_service: NDArray[np.bool_], shape: Shape
) -> Floats:
    bins = LARGEST_LOAD + 1
    k, month = np.nonzero(in_service)
    cells = (place_of_portfolio[k] * shape[1] + month) * bins
    cells = cells + np.minimum(loads[k, month], LARGEST_LOAD)
    counted = np.bincount(cells, minlength=shape[0] * shape[1] * bins)
    return counted.reshape((*shape, bins)).astype(np.float64)
