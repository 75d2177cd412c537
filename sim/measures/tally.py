"""Counts by place and month: everything that adds up, and nothing else.

A ledger takes the table of people part by part, some pools at a time, so that
nobody need be kept once counted; closed, it is the tally of the run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.calendar import Calendar
from sim.flow.inputs import Fate, Flow, Inputs
from sim.measures.compiled_counts import (
    EVENTS,
    LARGEST_LOAD,
    LONGEST_DELAY_DAYS,
    count_people,
    count_portfolios,
)
from sim.measures.compiled_waits import FOR_A_PLACE, FOR_A_SLOT, NOBODY, count_waits

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

COUNTRY = "all"
PARTS = ("joined_queue", "left_queue", "stay_days", "wait_days")
WAITS = {"for_a_place": FOR_A_PLACE, "for_a_slot": FOR_A_SLOT, "nobody": NOBODY}


@dataclass(frozen=True)
class Sample:
    """A share of the pools, in groups: what part of the whole each group has.

    share: of the number of pools. demand, portfolios: by group, of all pools' demand
    and portfolios of 2020.
    """

    share: float
    demand: Floats
    portfolios: Floats


@dataclass(frozen=True)
class Tally:
    """One replication's counts; arrays [place, month] unless said otherwise.

    places: codes of départements, or `COUNTRY` alone. counts: by name, see
    `Ledger.closed`. delay_histogram: entries by whole days of delay [place, year,
    day]. load_histogram: portfolios in service by load at the month's end [place,
    month, load]. binding: pool-days by what was waited for, None where not asked for.
    sample: set where a share of the pools was run (`sim.measures.shares`).
    """

    calendar: Calendar
    places: tuple[str, ...]
    counts: Mapping[str, Floats]
    delay_histogram: Floats
    load_histogram: Floats
    binding: Mapping[str, Floats] | None = None
    sample: Sample | None = None


@dataclass
class Accounts:
    """What the table of people says in sum, for the books.

    fates: people by fate. carried: of those under way when the run began, how many
    were not inside. inside_days: time that people spent inside since then.
    """

    fates: Ints
    carried: int
    inside_days: float


class Ledger:
    """Counts the tables of a run, part by part.

    places and place_of_pool: by what the counts are kept. begin: the day from which
    a branch went on. binds: whether to say what people waited for.
    """

    def __init__(
        self,
        calendar: Calendar,
        places: tuple[str, ...],
        place_of_pool: Ints,
        begin: float = 0.0,
        binds: bool = False,
    ) -> None:
        self.calendar, self.places, self.place_of_pool = calendar, places, place_of_pool
        self.begin, self.binds = begin, binds
        shape = (len(places), len(calendar.months))
        self.years = np.array(calendar.years)
        self.events = np.zeros((*shape, len(EVENTS)))
        self.delays = np.zeros((len(places), len(self.years), LONGEST_DELAY_DAYS + 1))
        self.portfolio_days, self.place_days = np.zeros(shape), np.zeros(shape)
        self.at_end = np.zeros(shape)
        self.loads = np.zeros((*shape, LARGEST_LOAD + 1))
        self.waits = np.zeros((*shape, len(WAITS)))
        self.accounts = Accounts(np.zeros(len(Fate), dtype=np.int64), 0, 0.0)

    def add(self, pools: slice, inputs: Inputs, flow: Flow) -> None:
        """Count the flow of some of the pools."""
        people, portfolios, calendar = inputs.people, inputs.portfolios, self.calendar
        place_of_pool = self.place_of_pool[pools]
        bounds = calendar.month_bounds
        portfolio_before = (
            np.zeros(0, dtype=np.int64) if inputs.opening is None else inputs.opening.portfolio
        )
        moves = np.zeros((max(1, len(portfolios.pool)), len(calendar.months)), dtype=np.int64)
        inside_days, carried = count_people(
            people.start, place_of_pool, people.t0, people.t1, people.t_abandon,
            people.channel, people.outcome, flow.t2, flow.portfolio, flow.t3, flow.fate,
            self.begin, inputs.horizon, calendar.month_of_day, bounds[1:],
            np.searchsorted(self.years, calendar.year_of_month), self.events, self.delays, moves,
            self.accounts.fates,
        )  # fmt: skip
        inside = portfolio_before[portfolio_before >= 0]
        count_portfolios(
            place_of_pool[portfolios.pool], portfolios.state_start, portfolios.time,
            portfolios.in_service, portfolios.places,
            np.bincount(inside, minlength=len(moves)), moves, bounds, inputs.horizon,
            self.portfolio_days, self.place_days, self.at_end, self.loads,
        )  # fmt: skip
        if self.binds:
            count_waits(
                people.start, place_of_pool, people.t1, people.t_abandon, flow.t2,
                flow.portfolio, flow.t3, flow.fate,
                np.searchsorted(portfolios.pool, np.arange(inputs.pools + 1)),
                portfolios.state_start, portfolios.time, portfolios.in_service,
                portfolios.places, bounds, self.begin, inputs.horizon, self.waits,
            )  # fmt: skip
        self.accounts.inside_days += inside_days
        self.accounts.carried += carried

    def closed(self, posts: Floats, fte_per_post: float, earlier: Tally | None = None) -> Tally:
        """The tally; `posts` are those that exist by place and day.

        Counts by month of the event: orientations (and those of the third channel),
        entries, refusals, abandonments, exits by outcome; sums over the entries of
        delay, process and queue days; days of the parcours ended; person-days in
        stock and waiting; days of portfolios in service, of their places, of posts
        and FTE; and the state at the end of each month (`*_at_end`). For a branch,
        `earlier` is its trunk's tally, which fills the months before it.
        """
        event = {name: self.events[:, :, k] for k, name in enumerate(EVENTS)}
        counts = {name: values for name, values in event.items() if not name.startswith(PARTS)}
        lengths = np.diff(self.calendar.month_bounds)
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
        counts["portfolio_days"], counts["place_days"] = self.portfolio_days, self.place_days
        months = self.calendar.month_bounds[:-1].astype(np.int64)
        counts["post_days"] = np.add.reduceat(posts, months, axis=1)
        counts["fte_days"] = np.add.reduceat(posts * fte_per_post, months, axis=1)
        counts["portfolios_at_end"] = self.at_end
        whole = Tally(
            calendar=self.calendar,
            places=self.places,
            counts=counts,
            delay_histogram=self.delays,
            load_histogram=self.loads,
            binding={name: self.waits[:, :, k] for name, k in WAITS.items()}
            if self.binds
            else None,
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
        binding=later.binding
        and earlier.binding
        and {
            name: np.concatenate([earlier.binding[name], values[:, months:]], axis=1)
            for name, values in later.binding.items()
        },
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
