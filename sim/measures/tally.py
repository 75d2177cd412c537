"""Counts by place and month: everything that adds up, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.calendar import Calendar
from sim.flow.inputs import Fate, Flow, Portfolios
from sim.measures.binding import Binding
from sim.population.build import OUTCOMES, World
from sim.population.candidates import CHANNELS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LONGEST_DELAY_DAYS = 400
LARGEST_LOAD = 250
DELAY_AIM_DAYS = 21.0


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


def tally(world: World, flow: Flow, binding: Binding | None = None) -> Tally:
    """Count a run.

    Counts by month of the event: orientations (and those of the third channel),
    entries, refusals, abandonments, exits by outcome; sums over the entries of
    delay, process and queue days; days of the parcours ended; person-days in
    stock and waiting; days of portfolios in service, of their places, of posts
    and FTE; and the state at the end of each month (`*_at_end`).
    """
    sorter = _Sorter(world)
    people, calendar = world.inputs.people, world.calendar
    horizon = world.inputs.horizon
    entered = flow.fate == Fate.ENTERED
    row = np.flatnonzero(entered)
    left = row[flow.t3[row] < horizon]
    refused = np.flatnonzero(flow.fate == Fate.REFUSED)
    abandoned = np.flatnonzero(flow.fate == Fate.ABANDONED)
    delay = flow.t2[row] - people.t0[row]
    process = people.t1[row] - people.t0[row]
    cell_in, cell_out = sorter.cells(row, flow.t2[row]), sorter.cells(left, flow.t3[left])
    cell_t0 = sorter.cells(np.arange(len(people.t0)), people.t0)
    counts: dict[str, Floats] = {
        "orientations": sorter.count(cell_t0),
        "orientations_third": sorter.count(
            cell_t0[people.channel == CHANNELS.index("other_social_actor")]
        ),
        "entries": sorter.count(cell_in),
        "refusals": sorter.count(sorter.cells(refused, flow.t2[refused])),
        "abandonments": sorter.count(sorter.cells(abandoned, flow.t3[abandoned])),
        "exits": sorter.count(cell_out),
        "delay_days": sorter.count(cell_in, delay),
        "process_days": sorter.count(cell_in, process),
        "queue_days": sorter.count(cell_in, delay - process),
        "entries_within_aim": sorter.count(cell_in[delay <= DELAY_AIM_DAYS]),
        "ended_days": sorter.count(cell_out, (flow.t3 - flow.t2)[left]),
    }
    outcome = people.outcome[left]
    for code, name in enumerate(OUTCOMES):
        counts[f"exits_{name}"] = sorter.count(cell_out[outcome == code])
    counts["stock_days"], counts["stock_at_end"] = sorter.stock(
        row, flow.t2[row], left, flow.t3[left]
    )
    queued = np.flatnonzero((people.t1 < horizon) & (people.t_abandon > people.t1))
    until = np.where(np.isnan(flow.t2[queued]), flow.t3[queued], flow.t2[queued])
    gone = queued[until < horizon]
    counts["waiting_days"], counts["waiting_at_end"] = sorter.stock(
        queued, people.t1[queued], gone, until[until < horizon]
    )
    loads, in_service = _loads_at_month_ends(world, flow, row, left)
    counts |= _service_days(world, sorter)
    counts |= _seat_days(world, sorter)
    counts["portfolios_at_end"] = sorter.by_portfolio(in_service.astype(np.float64))
    return Tally(
        calendar=calendar,
        places=world.pools.places,
        counts=counts,
        delay_histogram=_delay_histogram(world, sorter, row, flow.t2[row], delay),
        load_histogram=_load_histogram(sorter, loads, in_service),
        binding=binding,
    )


class _Sorter:
    """Sorts events into cells of place × month."""

    def __init__(self, world: World) -> None:
        people, calendar = world.inputs.people, world.calendar
        pool = np.repeat(np.arange(world.inputs.pools), np.diff(people.start))
        self.place = world.pools.place_of_pool[pool]
        self.portfolio_place = world.pools.place_of_pool[world.inputs.portfolios.pool]
        self.month_of_day = calendar.month_of_day
        self.bounds = calendar.month_bounds
        self.months = len(calendar.months)
        self.shape = (len(world.pools.places), self.months)

    def cells(self, rows: Ints, times: Floats) -> Ints:
        """The cell of each event of these people at these times."""
        return np.asarray(
            self.place[rows] * self.months + self.month_of_day[times.astype(np.int64)]
        )

    def count(self, cells: Ints, weights: Floats | None = None) -> Floats:
        """Events, or sums of weights, by cell."""
        size = self.shape[0] * self.shape[1]
        counted = np.bincount(cells, weights, minlength=size)
        return np.asarray(counted.reshape(self.shape), dtype=np.float64)

    def stock(
        self, came: Ints, came_at: Floats, left: Ints, left_at: Floats
    ) -> tuple[Floats, Floats]:
        """Person-days inside by month, exactly, and how many are inside at each month's end."""
        cell_in, cell_out = self.cells(came, came_at), self.cells(left, left_at)
        ends = self.bounds[1:]
        at_end = np.cumsum(self.count(cell_in) - self.count(cell_out), axis=1)
        at_start = np.concatenate([np.zeros((self.shape[0], 1)), at_end[:, :-1]], axis=1)
        added = self.count(cell_in, ends[cell_in % self.months] - came_at)
        gone = self.count(cell_out, ends[cell_out % self.months] - left_at)
        return at_start * np.diff(self.bounds) + added - gone, at_end

    def by_portfolio(self, values: Floats) -> Floats:
        """Sums of [portfolio, month] values by place."""
        summed = np.zeros(self.shape)
        np.add.at(summed, self.portfolio_place, values)
        return summed


def _loads_at_month_ends(
    world: World, flow: Flow, row: Ints, left: Ints
) -> tuple[Ints, NDArray[np.bool_]]:
    """Load of every portfolio at every month's end, and whether it is in service then."""
    portfolios, calendar = world.inputs.portfolios, world.calendar
    shape = (len(portfolios.pool), len(calendar.months))

    def moves(rows: Ints, times: Floats) -> Ints:
        month = calendar.month_of_day[times.astype(np.int64)]
        cells = flow.portfolio[rows] * shape[1] + month
        return np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)

    loads = np.cumsum(moves(row, flow.t2[row]) - moves(left, flow.t3[left]), axis=1)
    return loads, _state_at(portfolios, calendar.month_bounds[1:])


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


def _service_days(world: World, sorter: _Sorter) -> dict[str, Floats]:
    """Days of portfolios in service and of their places, by place and month."""
    portfolios, bounds = world.inputs.portfolios, sorter.bounds
    horizon = world.inputs.horizon
    count = len(portfolios.pool)
    owner = np.repeat(np.arange(count), np.diff(portfolios.state_start))
    until = np.append(portfolios.time[1:], horizon) if len(owner) else np.zeros(0)
    if len(owner):
        until[portfolios.state_start[1:] - 1] = horizon
    start = np.minimum(portfolios.time, horizon)
    until = np.minimum(until, horizon)
    working = portfolios.in_service
    place = sorter.portfolio_place[owner]

    def days(weights: Floats) -> Floats:
        up_to = np.zeros((sorter.shape[0], sorter.months + 1))
        for m, bound in enumerate(bounds):
            length = np.maximum(0.0, np.minimum(until, bound) - start)
            up_to[:, m] = np.bincount(place, length * weights, minlength=sorter.shape[0])
        return np.asarray(np.diff(up_to, axis=1))

    return {
        "portfolio_days": days(working.astype(np.float64)),
        "place_days": days(np.where(working, portfolios.places, 0).astype(np.float64)),
    }


def _seat_days(world: World, sorter: _Sorter) -> dict[str, Floats]:
    """Days of funded posts and FTE of the simulated area; shared out by its places' portfolios."""
    month = sorter.month_of_day
    held = np.bincount(sorter.portfolio_place, minlength=sorter.shape[0]).astype(np.float64)
    share = held / max(held.sum(), 1)
    days: dict[str, Floats] = {}
    for name, by_day in (("post_days", world.posts), ("fte_days", world.fte)):
        monthly = np.bincount(month, by_day, minlength=sorter.months)
        days[name] = share[:, None] * monthly
    return days


def _delay_histogram(
    world: World, sorter: _Sorter, row: Ints, times: Floats, delay: Floats
) -> Floats:
    calendar = world.calendar
    years = np.array(calendar.years)
    month = calendar.month_of_day[times.astype(np.int64)]
    year = np.searchsorted(years, calendar.year_of_month[month])
    bins = LONGEST_DELAY_DAYS + 1
    day = np.minimum(delay.astype(np.int64), LONGEST_DELAY_DAYS)
    cells = (sorter.place[row] * len(years) + year) * bins + day
    shape = (sorter.shape[0], len(years), bins)
    return np.bincount(cells, minlength=int(np.prod(shape))).reshape(shape).astype(np.float64)


def _load_histogram(sorter: _Sorter, loads: Ints, in_service: NDArray[Any]) -> Floats:
    bins = LARGEST_LOAD + 1
    k, month = np.nonzero(in_service)
    cells = (sorter.portfolio_place[k] * sorter.months + month) * bins
    cells = cells + np.minimum(loads[k, month], LARGEST_LOAD)
    shape = (*sorter.shape, bins)
    return np.bincount(cells, minlength=int(np.prod(shape))).reshape(shape).astype(np.float64)
