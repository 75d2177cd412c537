"""One pass over the table of people: every event into its cell of place × month.

All sums are of times on the grid of 1/1024 day, so they are exact and do not
depend on the order of the rows.
"""

from __future__ import annotations

# mypy cannot see through numba's decorators.
# mypy: disable-error-code="no-untyped-def,no-untyped-call,misc"
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.flow.inputs import Fate, Flow, opening_of
from sim.population.build import OUTCOMES, World
from sim.population.candidates import CHANNELS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LONGEST_DELAY_DAYS = 400
DELAY_AIM_DAYS = 21.0
EVENTS = (
    "orientations",
    "orientations_third",
    "entries",
    "refusals",
    "abandonments",
    "exits",
    *(f"exits_{name}" for name in OUTCOMES),
    "entries_within_aim",
    "delay_days",
    "process_days",
    "queue_days",
    "ended_days",
    "joined_queue",
    "left_queue",
    "stay_days_of_month_of_entry",
    "stay_days_of_month_of_exit",
    "wait_days_of_month_of_joining",
    "wait_days_of_month_of_leaving",
)
(
    ORIENTATIONS,
    THIRD,
    ENTRIES,
    REFUSALS,
    ABANDONMENTS,
    EXITS,
) = range(6)
FIRST_OUTCOME = EVENTS.index(f"exits_{OUTCOMES[0]}")
WITHIN, DELAY, PROCESS, QUEUE, ENDED, JOINED, LEFT, IN_STAY, OUT_STAY, IN_WAIT, OUT_WAIT = range(
    EVENTS.index("entries_within_aim"), len(EVENTS)
)
ENTERED, REFUSED, ABANDONED = int(Fate.ENTERED), int(Fate.REFUSED), int(Fate.ABANDONED)
THIRD_CHANNEL = CHANNELS.index("other_social_actor")


@dataclass(frozen=True)
class Counted:
    """Events [event, place, month], delays [place, year, day], loads at month ends."""

    events: Floats
    delays: Floats
    loads: Ints


@njit(cache=True, nogil=True)
def _count(
    start, place_of_pool, t0, t1, t_abandon, channel, outcome, t2, portfolio, t3, fate,
    begin, horizon, month_of_day, month_end, year_of_month, events, delays, moves,
):  # fmt: skip
    last_bin = delays.shape[2] - 1
    for pool in range(len(start) - 1):
        place = place_of_pool[pool]
        for row in range(start[pool], start[pool + 1]):
            if t0[row] >= begin:
                month = month_of_day[int(t0[row])]
                events[ORIENTATIONS, place, month] += 1
                if channel[row] == THIRD_CHANNEL:
                    events[THIRD, place, month] += 1
            what = fate[row]
            if t1[row] < horizon and t_abandon[row] > t1[row]:
                if t1[row] >= begin:
                    month = month_of_day[int(t1[row])]
                    events[JOINED, place, month] += 1
                    events[IN_WAIT, place, month] += month_end[month] - t1[row]
                left = t3[row] if what == ABANDONED else t2[row]
                if begin <= left < horizon:
                    month = month_of_day[int(left)]
                    events[LEFT, place, month] += 1
                    events[OUT_WAIT, place, month] += month_end[month] - left
            if what == ENTERED and t2[row] >= begin:
                month = month_of_day[int(t2[row])]
                delay = t2[row] - t0[row]
                events[ENTRIES, place, month] += 1
                events[DELAY, place, month] += delay
                events[PROCESS, place, month] += t1[row] - t0[row]
                events[QUEUE, place, month] += t2[row] - t1[row]
                if delay <= DELAY_AIM_DAYS:
                    events[WITHIN, place, month] += 1
                events[IN_STAY, place, month] += month_end[month] - t2[row]
                delays[place, year_of_month[month], min(int(delay), last_bin)] += 1
                moves[portfolio[row], month] += 1
            if what == ENTERED and t3[row] < horizon:
                month = month_of_day[int(t3[row])]
                events[EXITS, place, month] += 1
                events[FIRST_OUTCOME + outcome[row], place, month] += 1
                events[ENDED, place, month] += t3[row] - t2[row]
                events[OUT_STAY, place, month] += month_end[month] - t3[row]
                moves[portfolio[row], month] -= 1
            elif what == REFUSED:
                events[REFUSALS, place, month_of_day[int(t2[row])]] += 1
            elif what == ABANDONED:
                events[ABANDONMENTS, place, month_of_day[int(t3[row])]] += 1


def count(world: World, flow: Flow) -> Counted:
    """Every event of a run by place and month; of a branch, those since it began."""
    opening = opening_of(world.inputs)
    people, calendar = world.inputs.people, world.calendar
    months, places = len(calendar.months), len(world.pools.places)
    years = np.array(calendar.years)
    events = np.zeros((len(EVENTS), places, months))
    delays = np.zeros((places, len(years), LONGEST_DELAY_DAYS + 1))
    moves = np.zeros((max(1, len(world.inputs.portfolios.pool)), months), dtype=np.int64)
    _count(
        people.start, world.pools.place_of_pool, people.t0, people.t1, people.t_abandon,
        people.channel, people.outcome, flow.t2, flow.portfolio, flow.t3, flow.fate,
        opening.begin, world.inputs.horizon, calendar.month_of_day, calendar.month_bounds[1:],
        np.searchsorted(years, calendar.year_of_month), events, delays, moves,
    )  # fmt: skip
    inside = opening.portfolio[opening.portfolio >= 0]
    loads = np.bincount(inside, minlength=len(moves))[:, None] + np.cumsum(moves, axis=1)
    return Counted(events, delays, loads)
