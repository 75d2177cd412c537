"""One pass over the table of people: every event into its cell of place × month.

All sums are of times on the grid of 1/1024 day, so they are exact and do not
depend on the order of the rows or on how the pools are put together.
"""

from __future__ import annotations

# mypy cannot see through numba's decorators.
# mypy: disable-error-code="no-untyped-def,no-untyped-call,misc"
import numpy as np
from numba import njit

from sim.flow.inputs import Fate
from sim.population.build import OUTCOMES
from sim.population.crowd import CHANNELS

LONGEST_DELAY_DAYS = 400
LARGEST_LOAD = 250
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


@njit(cache=True, nogil=True)
def count_people(
    start, place_of_pool, t0, t1, t_abandon, channel, outcome, t2, portfolio, t3, fate,
    begin, horizon, month_of_day, month_end, year_of_month, events, delays, moves, fates,
):  # fmt: skip
    """Add to events [place, month, event], delays [place, year, day], moves [portfolio, month].

    Of a run that goes on from `begin`, only what happens from then on. Who is
    diagnosed at once joins no queue. Adds people to `fates`; returns, for the books, the
    days spent inside since `begin` and how many of those oriented before were not inside.
    """
    last_bin = delays.shape[2] - 1
    inside_days, carried = 0.0, 0
    for pool in range(len(start) - 1):
        place = place_of_pool[pool]
        for row in range(start[pool], start[pool + 1]):
            what = fate[row]
            fates[what] += 1
            if t0[row] >= begin:
                cell = events[place, month_of_day[int(t0[row])]]
                cell[ORIENTATIONS] += 1
                cell[THIRD] += int(channel[row] == THIRD_CHANNEL)
            elif not t2[row] < begin:
                carried += 1
            if what == ENTERED:
                inside_days += min(t3[row], horizon) - max(t2[row], begin)
                if t2[row] >= begin:
                    month = month_of_day[int(t2[row])]
                    cell = events[place, month]
                    delay = t2[row] - t0[row]
                    waited = t2[row] - t1[row]
                    cell[ENTRIES] += 1
                    cell[DELAY] += delay
                    cell[PROCESS] += t1[row] - t0[row]
                    cell[QUEUE] += waited
                    cell[WITHIN] += int(delay <= DELAY_AIM_DAYS)
                    cell[IN_STAY] += month_end[month] - t2[row]
                    delays[place, year_of_month[month], min(int(delay), last_bin)] += 1
                    moves[portfolio[row], month] += 1
                    # who does not wait joins and leaves at once, which cancels
                    cell[LEFT] += 1
                    cell[OUT_WAIT] += month_end[month] - t2[row]
                    if t1[row] >= begin:
                        month = month_of_day[int(t1[row])]
                        cell = events[place, month]
                        cell[JOINED] += 1
                        cell[IN_WAIT] += month_end[month] - t1[row]
                if t3[row] < horizon:
                    month = month_of_day[int(t3[row])]
                    cell = events[place, month]
                    cell[EXITS] += 1
                    cell[FIRST_OUTCOME + outcome[row]] += 1
                    cell[ENDED] += t3[row] - t2[row]
                    cell[OUT_STAY] += month_end[month] - t3[row]
                    moves[portfolio[row], month] -= 1
            else:
                if t1[row] < horizon and t_abandon[row] > t1[row]:
                    left = t3[row]
                    if t1[row] >= begin:
                        month = month_of_day[int(t1[row])]
                        cell = events[place, month]
                        cell[JOINED] += 1
                        cell[IN_WAIT] += month_end[month] - t1[row]
                    if begin <= left < horizon:
                        month = month_of_day[int(left)]
                        cell = events[place, month]
                        cell[LEFT] += 1
                        cell[OUT_WAIT] += month_end[month] - left
                if what == REFUSED:
                    events[place, month_of_day[int(t2[row])], REFUSALS] += 1
                elif what == ABANDONED:
                    events[place, month_of_day[int(t3[row])], ABANDONMENTS] += 1
    return inside_days, carried


@njit(cache=True, nogil=True)
def count_portfolios(
    place_of_portfolio, state_start, time, in_service, places, loads, moves,
    month_bounds, horizon, portfolio_days, place_days, at_end, load_histogram,
):  # fmt: skip
    """Add days in service and of places, and the state at each month's end [place, month].

    loads: of the portfolios when the run begins; moves: net entries by month.
    """
    months = len(month_bounds) - 1
    for k in range(len(place_of_portfolio)):
        place = place_of_portfolio[k]
        first, after = state_start[k], state_start[k + 1]
        for row in range(first, after):
            if not in_service[row]:
                continue
            since = time[row]
            until = min(time[row + 1], horizon) if row + 1 < after else horizon
            if since >= until:
                continue
            month = np.searchsorted(month_bounds, since, side="right") - 1
            while since < until:
                end = min(until, month_bounds[month + 1])
                portfolio_days[place, month] += end - since
                place_days[place, month] += (end - since) * places[row]
                since = end
                month += 1
        row, load = first, loads[k]
        for month in range(months):
            while row < after and time[row] < month_bounds[month + 1]:
                row += 1
            load += moves[k, month]
            if row > first and in_service[row - 1]:
                at_end[place, month] += 1
                load_histogram[place, month, min(load, LARGEST_LOAD)] += 1
