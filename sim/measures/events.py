"""From the table of people to events in the order of the model: arrays, one row an event."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.flow.inputs import Fate, Flow, Inputs, Portfolios
from sim.flow.rules import DIAGNOSE
from sim.measures.event_schema import ACTIVITIES, Activity, Move

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Codes = NDArray[np.int8]
Flags = NDArray[np.bool_]

TURN_OF = np.array([ACTIVITIES[each].turn for each in Activity], dtype=np.int8)


@dataclass(frozen=True)
class PersonEvents:
    """Events of people: whose (row of the inputs), when, which `Activity`; in order."""

    person: Ints
    time: Floats
    activity: Codes


@dataclass(frozen=True)
class PortfolioEvents:
    """Events of portfolios: whose, when, which `Move`, and what holds from then on; in order."""

    portfolio: Ints
    time: Floats
    move: Codes
    places: Ints
    interval: Floats


def joins_the_queue(inputs: Inputs) -> Flags:
    """Who becomes ready within the run, patience permitting: whoever gives up before never does."""
    people = inputs.people
    return np.asarray((people.t1 < inputs.horizon) & (people.t_abandon > people.t1))


def person_events(inputs: Inputs, flow: Flow) -> PersonEvents:
    """All events of a run that started empty, in the order of pool, time and turn.

    Ties: as `sim.flow.rules` says; diagnoses the longest-waiting first, then by the row
    number, each with what follows from it.
    """
    people = inputs.people
    entered, refused = flow.fate == Fate.ENTERED, flow.fate == Fate.REFUSED
    rows_and_times: list[tuple[Activity, Flags, Floats]] = [
        (Activity.ORIENTED, np.ones(len(people.t0), dtype=np.bool_), people.t0),
        (Activity.READY, joins_the_queue(inputs), people.t1),
        (Activity.DIAGNOSED, entered | refused, flow.t2),
        (Activity.ENTERED, entered, flow.t2),
        (Activity.REFUSED, refused, flow.t2),
        (Activity.ABANDONED, flow.fate == Fate.ABANDONED, flow.t3),
        (Activity.EXITED, entered & (flow.t3 < inputs.horizon), flow.t3),
    ]
    person = np.concatenate([np.flatnonzero(who) for _, who, _ in rows_and_times])
    time = np.concatenate([when[who] for _, who, when in rows_and_times])
    activity = np.repeat(
        np.array([each for each, _, _ in rows_and_times], dtype=np.int8),
        [np.count_nonzero(who) for _, who, _ in rows_and_times],
    )
    turn = TURN_OF[activity]
    since = np.where(turn == DIAGNOSE, people.t1[person], 0.0)
    pool = np.repeat(np.arange(inputs.pools), np.diff(people.start))[person]
    order = np.lexsort((activity, person, since, turn, time, pool))
    return PersonEvents(person[order], time[order], activity[order])


def portfolio_events(portfolios: Portfolios, post_there: Flags, horizon: float) -> PortfolioEvents:
    """What happens to portfolios before the horizon, in the order of pool, time and number.

    post_there: for each state, whether its post still exists then; a post that is not filled is
    vacant, one that is gone is closed. What changes while nobody serves is no event: the next
    filling says what holds.
    """
    count = len(portfolios.pool)
    owner = np.repeat(np.arange(count), np.diff(portfolios.state_start))
    first = np.ones(len(owner), dtype=np.bool_)
    first[1:] = owner[1:] != owner[:-1]
    now = portfolios.in_service
    before = np.concatenate([[False], now[:-1]]) & ~first
    served = np.cumsum(now)
    at_start = (served - now)[portfolios.state_start[:-1]] if count else served
    served_before = (served - now) > at_start[owner]
    move = np.select(
        [before & now, now & served_before, now, before & post_there],
        [Move.CHANGED, Move.FILLED, Move.OPENED, Move.VACATED],
        default=Move.CLOSED,
    ).astype(np.int8)
    same = np.zeros(len(owner), dtype=np.bool_)
    same[1:] = (np.diff(portfolios.places) == 0) & (np.diff(portfolios.interval) == 0)
    kept = np.flatnonzero((before | now) & ~(before & now & same) & (portfolios.time < horizon))
    kept = kept[np.lexsort((owner[kept], portfolios.time[kept], portfolios.pool[owner[kept]]))]
    return PortfolioEvents(
        portfolio=owner[kept],
        time=portfolios.time[kept],
        move=move[kept],
        places=np.where(now, portfolios.places, 0)[kept],
        interval=portfolios.interval[kept],
    )
