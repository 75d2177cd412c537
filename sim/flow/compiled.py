"""The same rules over arrays, pool by pool, compiled by numba.

`reference` tells the story; this module keeps to it bit for bit (tests compare
both on generated inputs, with compilation on and off). The decisions are the
very functions of `rules`. What differs is only the bookkeeping: people in the
order in which they become ready, a heap of exits, no object per person. The
queue needs no structure of its own: it is a stretch of the ready order,
because nobody overtakes.

numba's cache looks at this file only: after a change to `rules.py`, touch it.
"""

from __future__ import annotations

# mypy cannot see through numba's decorators.
# mypy: disable-error-code="no-untyped-def,no-untyped-call,misc"
import numpy as np
from numba import njit
from numba.extending import register_jitable

from sim.flow import rules
from sim.flow.inputs import Fate, Flow, Inputs, opening_of

ON_THE_WAY, WAITING, ABANDONED, REFUSED, ENTERED = (int(fate) for fate in Fate)
NOBODY = rules.NOBODY
NEVER = np.inf

for _rule in (
    rules.gives_up,
    rules.can_take,
    rules.slot_is_free,
    rules.slot_taken_until,
    rules.choose_portfolio,
):
    register_jitable(_rule)


@njit(cache=True)
def _push(times, owners, size, time, owner):
    """Add an exit to the heap; returns its new size."""
    k = size
    while k > 0:
        parent = (k - 1) >> 1
        if times[parent] <= time:
            break
        times[k], owners[k] = times[parent], owners[parent]
        k = parent
    times[k], owners[k] = time, owner
    return size + 1


@njit(cache=True)
def _pop(times, owners, size):
    """Take the earliest exit off the heap; returns its new size."""
    size -= 1
    time, owner = times[size], owners[size]
    k, child = 0, 1
    while child < size:
        if child + 1 < size and times[child + 1] < times[child]:
            child += 1
        if time <= times[child]:
            break
        times[k], owners[k] = times[child], owners[child]
        k, child = child, 2 * child + 1
    times[k], owners[k] = time, owner
    return size


@njit(cache=True)
def _next_slot(in_service, load, places, slot_free_from, first, after):
    """When the first slot ends that a portfolio with room waits for."""
    earliest = NEVER
    for k in range(first, after):
        if rules.can_take(in_service[k], load[k], places[k]):
            earliest = min(earliest, slot_free_from[k])
    return earliest


@njit(cache=True, nogil=True)
def _run(
    begin, horizon, start, t1, t_abandon, duration, agrees, slot_free_from, pool_free_from,
    first, change_start, change_time, change_owner, change_in_service, change_places,
    change_interval, slots_start, slots_time, slots_interval,
    t2, portfolio, t3, fate,
):  # fmt: skip
    count = first[-1]
    in_service = np.zeros(count, np.bool_)
    load, places = np.zeros(count, np.int64), np.zeros(count, np.int64)
    interval = np.zeros(count)
    most = 0
    for pool in range(len(start) - 1):
        most = max(most, start[pool + 1] - start[pool])
    exit_time, exit_owner = np.empty(most), np.empty(most, np.int64)
    comers = np.empty(most, np.int64)
    for pool in range(len(start) - 1):
        arriving, exits = 0, 0
        for row in range(start[pool], start[pool + 1]):
            if fate[row] == ENTERED:
                load[portfolio[row]] += 1
                exits = _push(exit_time, exit_owner, exits, t3[row], portfolio[row])
            elif rules.gives_up(t_abandon[row], t1[row]):
                if t_abandon[row] < horizon:
                    fate[row], t3[row] = ABANDONED, t_abandon[row]
            elif t1[row] < horizon:
                comers[arriving] = row
                arriving += 1
        queue = comers[:arriving][np.argsort(t1[comers[:arriving]], kind="mergesort")]
        change, change_end = change_start[pool], change_start[pool + 1]
        slot, slot_end = slots_start[pool], slots_start[pool + 1]
        pool_interval, pool_slot_free_from = 0.0, pool_free_from[pool]
        first_k, after_k = first[pool], first[pool + 1]
        while change < change_end and change_time[change] < begin:
            k = change_owner[change]
            in_service[k] = change_in_service[change]
            places[k], interval[k] = change_places[change], change_interval[change]
            change += 1
        while slot < slot_end and slots_time[slot] < begin:
            pool_interval = slots_interval[slot]
            slot += 1
        head, tail, wake = 0, 0, NEVER
        while tail < arriving and t1[queue[tail]] < begin:
            tail += 1
        if tail > 0:
            wake = begin
        while True:
            now = wake
            if exits > 0:
                now = min(now, exit_time[0])
            if change < change_end:
                now = min(now, change_time[change])
            if slot < slot_end:
                now = min(now, slots_time[slot])
            if tail < arriving:
                now = min(now, t1[queue[tail]])
            if not now < horizon:
                break
            while exits > 0 and exit_time[0] == now:
                load[exit_owner[0]] -= 1
                exits = _pop(exit_time, exit_owner, exits)
            while change < change_end and change_time[change] == now:
                k = change_owner[change]
                in_service[k] = change_in_service[change]
                places[k], interval[k] = change_places[change], change_interval[change]
                change += 1
            while slot < slot_end and slots_time[slot] == now:
                pool_interval = slots_interval[slot]
                slot += 1
            while tail < arriving and t1[queue[tail]] == now:
                tail += 1
            wake = NEVER
            while head < tail:
                row = queue[head]
                if rules.gives_up(t_abandon[row], now):
                    fate[row], t3[row] = ABANDONED, t_abandon[row]
                    head += 1
                    continue
                chosen = NOBODY
                if rules.slot_is_free(pool_slot_free_from, now):
                    chosen = rules.choose_portfolio(
                        in_service, load, places, slot_free_from, first_k, after_k, now
                    )
                if chosen == NOBODY:
                    wake = _next_slot(in_service, load, places, slot_free_from, first_k, after_k)
                    wake = max(wake, pool_slot_free_from)
                    break
                head += 1
                slot_free_from[chosen] = rules.slot_taken_until(now, interval[chosen])
                pool_slot_free_from = rules.slot_taken_until(now, pool_interval)
                t2[row], portfolio[row] = now, chosen
                if agrees[row]:
                    fate[row], t3[row] = ENTERED, now + duration[row]
                    load[chosen] += 1
                    exits = _push(exit_time, exit_owner, exits, t3[row], chosen)
                else:
                    fate[row], t3[row] = REFUSED, now
        for place in range(head, tail):
            row = queue[place]
            if t_abandon[row] < horizon:
                fate[row], t3[row] = ABANDONED, t_abandon[row]
            else:
                fate[row] = WAITING


def run(inputs: Inputs) -> Flow:
    """The flow of the inputs; the same table as `reference.run`, bit for bit.

    `inputs` must hold to the contract (`sim.flow.inputs.checked`).
    """
    people, portfolios, slots = inputs.people, inputs.portfolios, inputs.slots
    opening = opening_of(inputs)
    inside = ~np.isnan(opening.t2)
    flow = Flow(
        t2=opening.t2.copy(),
        portfolio=opening.portfolio.copy(),
        t3=opening.t3.copy(),
        fate=np.where(inside, ENTERED, ON_THE_WAY).astype(np.int8),
    )
    owner = np.repeat(np.arange(len(portfolios.pool)), np.diff(portfolios.state_start))
    owner_pool = portfolios.pool[owner]
    order = np.lexsort((portfolios.time, owner_pool))
    every_pool = np.arange(inputs.pools + 1)
    _run(
        float(opening.begin), float(inputs.horizon), people.start, people.t1, people.t_abandon,
        people.duration, people.agrees, opening.slot_free_from.copy(),
        opening.pool_slot_free_from, np.searchsorted(portfolios.pool, every_pool),
        np.searchsorted(owner_pool[order], every_pool), portfolios.time[order], owner[order],
        portfolios.in_service[order], portfolios.places[order], portfolios.interval[order],
        slots.start, slots.time, slots.interval,
        flow.t2, flow.portfolio, flow.t3, flow.fate,
    )  # fmt: skip
    return flow
