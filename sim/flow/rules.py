"""The decisions of the model: small pure functions, the same in every engine.

Order of what happens at one instant (both engines keep to it):

1. exits: places become free;
2. changes: portfolios open, close, fall vacant or get other places; slot
   intervals change or end;
3. abandonments: everyone whose patience has ended by now leaves the queue;
4. people become ready and join the queue of their pool;
5. diagnoses, the longest-waiting first, until none is possible.

A new rule goes here if it decides something about one person or one
portfolio; if it needs a new date or state, that is a new array in
`sim/flow/inputs.py`, and both engines read it. A rule is done when
`tests/test_engines.py` finds both engines equal on it.
"""

from __future__ import annotations

from typing import Any

NOBODY = -1
MORE_THAN_ANY_LOAD = 1 << 62

EXIT, CHANGE, ABANDON, READY, DIAGNOSE = range(1, 6)


def gives_up(t_abandon: float, now: float) -> bool:
    """Whether a person's patience has ended (at the very instant: yes)."""
    return t_abandon <= now


def can_take(in_service: bool, load: int, places: int) -> bool:
    """Whether a portfolio has room for one more person."""
    return in_service & (load < places)


def slot_is_free(slot_free_from: float, now: float) -> bool:
    """Whether the interval since the last diagnosis is over (at the very instant: yes)."""
    return slot_free_from <= now


def slot_taken_until(now: float, interval: float) -> float:
    """When the next diagnosis may start, by the interval in force at this one."""
    return now + interval


def choose_portfolio(
    in_service: Any, load: Any, places: Any, slot_free_from: Any, first: int, after: int, now: float
) -> int:
    """The portfolio that makes the next diagnosis: room, a free slot, lowest load, lowest number.

    The four sequences are indexed by portfolio number, of which `first:after`
    are the pool's. Returns NOBODY where none has both room and a free slot.
    """
    chosen, least = NOBODY, MORE_THAN_ANY_LOAD
    for k in range(first, after):
        ready = can_take(in_service[k], load[k], places[k]) & slot_is_free(slot_free_from[k], now)
        if ready & (load[k] < least):
            chosen, least = k, load[k]
    return chosen
