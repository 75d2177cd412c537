"""The same rules over arrays, pool by pool, compiled by numba.

`reference` tells the story; this module keeps to it bit for bit (tests compare
both on generated inputs, with compilation on and off). The decisions are the
very functions of `rules`. What differs is only the bookkeeping: people in the
order in which they become ready, exits in buckets of time, no object per person.
The queue needs no structure of its own: it is a stretch of the ready order,
because nobody overtakes.

numba's cache looks at this file only: after a change to `rules.py` or
`compiled_order.py`, touch it.
"""

from __future__ import annotations

# mypy cannot see through numba's decorators.
# mypy: disable-error-code="no-untyped-def,no-untyped-call,misc"
import numpy as np
from numba import njit
from numba.extending import register_jitable

from sim.flow import rules
from sim.flow.compiled_order import from_buckets
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


@njit(cache=True, nogil=True, forceinline=True)
def _enter(row, offset, exit_time, per_day, bucket_first, following):
    """Put a person's exit into the bucket of its time."""
    bucket = int(exit_time[row] * per_day)
    following[row - offset] = bucket_first[bucket]
    bucket_first[bucket] = row


@njit(cache=True, nogil=True, forceinline=True)
def _release(now, since, offset, exit_time, owner, per_day, bucket_first, following, load):
    """Let out everyone whose exit is due, from bucket `since` on; returns the bucket of now."""
    last = int(now * per_day)
    for bucket in range(since, last + 1):
        row, before = bucket_first[bucket], NOBODY
        while row != NOBODY:
            after = following[row - offset]
            if exit_time[row] <= now:
                load[owner[row]] -= 1
                if before == NOBODY:
                    bucket_first[bucket] = after
                else:
                    following[before - offset] = after
            else:
                before = row
            row = after
    return last


@njit(cache=True, nogil=True, forceinline=True)
def _next_exit(since, offset, exit_time, bucket_first, following):
    """When the next exit is due, from bucket `since` on; all before it are empty."""
    for bucket in range(since, len(bucket_first)):
        row = bucket_first[bucket]
        if row != NOBODY:
            earliest = NEVER
            while row != NOBODY:
                earliest = min(earliest, exit_time[row])
                row = following[row - offset]
            return earliest
    return NEVER


@njit(cache=True, nogil=True, forceinline=True)
def _next_slot(in_service, load, places, slot_free_from, first, after):
    """When the first slot ends that a portfolio with room waits for; whether one is full."""
    earliest, full = NEVER, False
    for k in range(first, after):
        if rules.can_take(in_service[k], load[k], places[k]):
            earliest = min(earliest, slot_free_from[k])
        elif in_service[k]:
            full = True
    return earliest, full


@njit(cache=True, nogil=True, forceinline=True)
def _with_a_free_slot(in_service, slot_free_from, first, after, now):
    """How many portfolios in service have a free slot, and the last of them."""
    free, last = 0, NOBODY
    for k in range(first, after):
        if in_service[k] & rules.slot_is_free(slot_free_from[k], now):
            free += 1
            last = k
    return free, last


@njit(cache=True, nogil=True, forceinline=True)
def _changed(
    now, horizon, change, change_end, change_time, change_owner, change_in_service,
    change_places, change_interval, slot, slot_end, slots_time, slots_interval,
    pool_interval, in_service, places, interval,
):  # fmt: skip
    """Let all changes up to now hold; returns where they stand and when the next one comes."""
    while change < change_end and change_time[change] <= now:
        k = change_owner[change]
        in_service[k] = change_in_service[change]
        places[k], interval[k] = change_places[change], change_interval[change]
        change += 1
    while slot < slot_end and slots_time[slot] <= now:
        pool_interval = slots_interval[slot]
        slot += 1
    following = horizon
    if change < change_end:
        following = min(following, change_time[change])
    if slot < slot_end:
        following = min(following, slots_time[slot])
    return change, slot, pool_interval, following


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
    comers, line = np.empty(most, np.int64), np.empty(most, np.int64)
    every_count, every_bucket = np.empty(most + 2, np.int64), np.empty(most + 2, np.int64)
    following = np.empty(most, np.int64)
    for pool in range(len(start) - 1):
        offset, people = start[pool], start[pool + 1] - start[pool]
        per_day = people / horizon if horizon > 0 else 0.0
        bucket_first, due = every_bucket[: people + 2], int(begin * per_day)
        bucket_first[:] = NOBODY
        counts = every_count[: people + 2]
        counts[:] = 0
        arriving = 0
        for row in range(offset, offset + people):
            if fate[row] == ENTERED:
                load[portfolio[row]] += 1
                if t3[row] < horizon:
                    _enter(row, offset, t3, per_day, bucket_first, following)
            elif rules.gives_up(t_abandon[row], t1[row]):
                if t_abandon[row] < horizon:
                    fate[row], t3[row] = ABANDONED, t_abandon[row]
            elif t1[row] < horizon:
                counts[int(t1[row] * per_day) + 1] += 1
                comers[arriving] = row
                arriving += 1
        from_buckets(t1, comers, arriving, 0.0, per_day, counts, line)
        change, change_end = change_start[pool], change_start[pool + 1]
        slot, slot_end = slots_start[pool], slots_start[pool + 1]
        pool_interval, pool_slot_free_from = 0.0, pool_free_from[pool]
        first_k, after_k = first[pool], first[pool + 1]
        change, slot, pool_interval, fixed = _changed(
            begin, horizon, change, change_end, change_time, change_owner, change_in_service,
            change_places, change_interval, slot, slot_end, slots_time, slots_interval,
            pool_interval, in_service, places, interval,
        )  # fmt: skip
        head, tail, wake, next_exit = 0, 0, NEVER, NEVER
        while tail < arriving and t1[line[tail]] < begin:
            tail += 1
        if tail > 0:
            wake = begin
        while True:
            if head == tail:
                # Nobody waits: nothing matters until the next person comes.
                if tail == arriving:
                    break
                now = t1[line[tail]]
                tail += 1
            else:
                # Who comes before anything else happens waits too.
                now = min(wake, next_exit, fixed)
                while tail < arriving and t1[line[tail]] <= now:
                    tail += 1
                if now >= horizon:
                    break
            if fixed <= now:
                change, slot, pool_interval, fixed = _changed(
                    now, horizon, change, change_end, change_time, change_owner, change_in_service,
                    change_places, change_interval, slot, slot_end, slots_time, slots_interval,
                    pool_interval, in_service, places, interval,
                )  # fmt: skip
            while head < tail:
                row = line[head]
                if rules.gives_up(t_abandon[row], now):
                    fate[row], t3[row] = ABANDONED, t_abandon[row]
                    head += 1
                    continue
                chosen, up_to_date = NOBODY, False
                if rules.slot_is_free(pool_slot_free_from, now):
                    free, only = _with_a_free_slot(
                        in_service, slot_free_from, first_k, after_k, now
                    )
                    if free == 1 and rules.can_take(True, load[only], places[only]):
                        chosen = only
                    elif free > 0:
                        due = _release(
                            now, due, offset, t3, portfolio, per_day, bucket_first, following, load
                        )
                        up_to_date = True
                        chosen = rules.choose_portfolio(
                            in_service, load, places, slot_free_from, first_k, after_k, now
                        )
                if chosen == NOBODY:
                    next_exit = NEVER
                    wake, full = _next_slot(
                        in_service, load, places, slot_free_from, first_k, after_k
                    )
                    if full and not up_to_date:
                        due = _release(
                            now, due, offset, t3, portfolio, per_day, bucket_first, following, load
                        )
                        wake, full = _next_slot(
                            in_service, load, places, slot_free_from, first_k, after_k
                        )
                    if full:
                        next_exit = _next_exit(due, offset, t3, bucket_first, following)
                    wake = max(wake, pool_slot_free_from)
                    break
                head += 1
                slot_free_from[chosen] = rules.slot_taken_until(now, interval[chosen])
                pool_slot_free_from = rules.slot_taken_until(now, pool_interval)
                t2[row], portfolio[row] = now, chosen
                if agrees[row]:
                    leaves = now + duration[row]
                    fate[row], t3[row] = ENTERED, leaves
                    load[chosen] += 1
                    if leaves < horizon:
                        _enter(row, offset, t3, per_day, bucket_first, following)
                else:
                    fate[row], t3[row] = REFUSED, now
        for place in range(head, tail):
            row = line[place]
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
    flow = Flow(
        t2=opening.t2,
        portfolio=opening.portfolio,
        t3=opening.t3,
        fate=np.full(len(people.t0), ON_THE_WAY, dtype=np.int8),
    )
    if inputs.opening is not None:
        flow = Flow(flow.t2.copy(), flow.portfolio.copy(), flow.t3.copy(), flow.fate)
        flow.fate[~np.isnan(flow.t2)] = ENTERED
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
