"""The state of a run at a date, from which another run can go on.

Scenarios that differ only after a date share everything before it: it is run
once, and each goes on from here. The result is the full run's, bit for bit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.flow.inputs import Fate, Flow, Inputs

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class State:
    """A run just before `begin`.

    rows: people oriented before who are still inside, waiting or on the way, in
    the order of the inputs. inside: which of them are inside. slot_free_from,
    pool_slot_free_from: when each portfolio's and pool's diagnosis interval ends.
    """

    begin: float
    rows: Ints
    inside: NDArray[np.bool_]
    slot_free_from: Floats
    pool_slot_free_from: Floats


def state_at(inputs: Inputs, flow: Flow, begin: float) -> State:
    """The state of a run just before `begin`, which lies within its horizon or at its end."""
    if not 0 <= begin <= inputs.horizon:
        raise ValueError(f"begin is {begin}, must be from 0 to the horizon {inputs.horizon}")
    people = inputs.people
    known = people.t0 < begin
    diagnosed = flow.t2 < begin
    inside = known & diagnosed & (flow.fate == Fate.ENTERED) & (flow.t3 >= begin)
    gave_up = (flow.fate == Fate.ABANDONED) & (flow.t3 < begin)
    rows = np.flatnonzero(known & (inside | ~(diagnosed | gave_up)))
    pool = np.repeat(np.arange(inputs.pools), np.diff(people.start))
    return State(
        begin=begin,
        rows=rows,
        inside=inside[rows],
        slot_free_from=_slots_end(inputs, flow, diagnosed),
        pool_slot_free_from=_pool_slots_end(inputs, flow, diagnosed, pool),
    )


def _slots_end(inputs: Inputs, flow: Flow, diagnosed: NDArray[np.bool_]) -> Floats:
    """Per portfolio: its last diagnosis and the interval in force then."""
    portfolios = inputs.portfolios
    last = np.full(len(portfolios.pool), -np.inf)
    np.maximum.at(last, flow.portfolio[diagnosed], flow.t2[diagnosed])
    ends = np.zeros(len(last))
    for k in np.flatnonzero(np.isfinite(last)):
        states = slice(portfolios.state_start[k], portfolios.state_start[k + 1])
        at = np.searchsorted(portfolios.time[states], last[k], side="right") - 1
        ends[k] = last[k] + portfolios.interval[states][at]
    return ends


def _pool_slots_end(inputs: Inputs, flow: Flow, diagnosed: NDArray[np.bool_], pool: Ints) -> Floats:
    """Per pool: its last diagnosis and the pool's interval in force then."""
    slots = inputs.slots
    last = np.full(inputs.pools, -np.inf)
    np.maximum.at(last, pool[diagnosed], flow.t2[diagnosed])
    ends = np.zeros(inputs.pools)
    for p in np.flatnonzero(np.isfinite(last)):
        rows = slice(slots.start[p], slots.start[p + 1])
        at = int(np.searchsorted(slots.time[rows], last[p], side="right")) - 1
        ends[p] = last[p] + (slots.interval[rows][at] if at >= 0 else 0.0)
    return ends
