"""The model as a story, in SimPy: a process per person, a resource per pool.

This is the engine that people read. Pools do not touch each other, so each
runs in an environment of its own. The compiled engine must give the same table
bit for bit; where the two differ, this one is right by definition.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from math import isnan
from typing import Any

import numpy as np
import simpy

from sim.flow import rules
from sim.flow.inputs import Fate, Flow, Inputs, Opening, opening_of

ON_THE_WAY, WAITING, ABANDONED, REFUSED, ENTERED = (int(fate) for fate in Fate)
Story = Generator[simpy.Event, Any, None]


class At(simpy.Event):
    """A point in time, and its turn among what happens at that instant."""

    __slots__ = ()

    def __init__(self, env: simpy.Environment, when: float, turn: int) -> None:
        self.env = env
        self.callbacks = []
        self._value = None
        self._ok = True
        self._defused = False
        env.schedule(self, turn, when - env.now)  # type: ignore[arg-type]


class Record:
    """What happened to every person, as plain lists while the run lasts."""

    def __init__(self, opening: Opening) -> None:
        self.t2 = opening.t2.tolist()
        self.t3 = opening.t3.tolist()
        self.portfolio = opening.portfolio.tolist()
        self.fate = [ON_THE_WAY if isnan(t2) else ENTERED for t2 in self.t2]

    def flow(self) -> Flow:
        """The table of people."""
        return Flow(
            t2=np.array(self.t2, dtype=np.float64),
            portfolio=np.array(self.portfolio, dtype=np.int64),
            t3=np.array(self.t3, dtype=np.float64),
            fate=np.array(self.fate, dtype=np.int8),
        )


class Data:
    """The inputs as plain lists: SimPy's world is Python objects."""

    def __init__(self, inputs: Inputs, opening: Opening) -> None:
        people, portfolios, slots = inputs.people, inputs.portfolios, inputs.slots
        self.horizon = float(inputs.horizon)
        self.pools = inputs.pools
        self.start = people.start.tolist()
        self.t0, self.t1 = people.t0.tolist(), people.t1.tolist()
        self.t_abandon = people.t_abandon.tolist()
        self.duration = people.duration.tolist()
        self.agrees = people.agrees.tolist()
        count = len(portfolios.pool)
        self.first = np.searchsorted(portfolios.pool, np.arange(self.pools + 1)).tolist()
        self.in_service = [False] * count
        self.places = [0] * count
        self.interval = [0.0] * count
        self.load = [0] * count
        self.slot_free_from = opening.slot_free_from.tolist()
        self.pool_slot_free_from = opening.pool_slot_free_from.tolist()
        owner = np.repeat(np.arange(count), np.diff(portfolios.state_start)).tolist()
        self.states = list(
            zip(
                portfolios.time.tolist(),
                owner,
                portfolios.in_service.tolist(),
                portfolios.places.tolist(),
                portfolios.interval.tolist(),
                strict=True,
            )
        )
        self.state_start = portfolios.state_start.tolist()
        self.slots = list(zip(slots.time.tolist(), slots.interval.tolist(), strict=True))
        self.slots_start = slots.start.tolist()


class Pool:
    """One entry queue and the portfolios and diagnosis slots that serve it."""

    def __init__(self, env: simpy.Environment, data: Data, number: int) -> None:
        self.env, self.data, self.number = env, data, number
        self.first, self.after = data.first[number], data.first[number + 1]
        self.queue: deque[tuple[int, simpy.Event]] = deque()
        self.interval = 0.0
        self.slot_free_from = data.pool_slot_free_from[number]
        self.round_called = False
        self.back_at = -1.0

    def wait(self, person: int) -> simpy.Event:
        """Join the queue; the event brings the portfolio that makes the diagnosis."""
        turn = simpy.Event(self.env)
        self.queue.append((person, turn))
        self.call_round()
        return turn

    def leave(self, portfolio: int) -> None:
        """Give the place back."""
        self.data.load[portfolio] -= 1
        self.call_round()

    def call_round(self) -> None:
        """Ask for a round of diagnoses once everything else of this instant is done."""
        if self.queue and not self.round_called:
            self.round_called = True
            At(self.env, self.env.now, rules.DIAGNOSE).callbacks.append(self.hold_round)

    def hold_round(self, _: simpy.Event) -> None:
        """Diagnoses, the longest-waiting first, until none is possible."""
        self.round_called = False
        data, queue, now = self.data, self.queue, self.env.now
        while queue:
            person, turn = queue[0]
            if rules.gives_up(data.t_abandon[person], now):
                queue.popleft()
                turn.succeed(rules.NOBODY)
                continue
            chosen = self.choose(now)
            if chosen == rules.NOBODY:
                self.come_back(now)
                return
            queue.popleft()
            data.slot_free_from[chosen] = rules.slot_taken_until(now, data.interval[chosen])
            self.slot_free_from = rules.slot_taken_until(now, self.interval)
            data.load[chosen] += data.agrees[person]
            turn.succeed(chosen)

    def choose(self, now: float) -> int:
        """The portfolio for the next diagnosis, if the pool's own slot is free."""
        if not rules.slot_is_free(self.slot_free_from, now):
            return rules.NOBODY
        data = self.data
        return rules.choose_portfolio(
            data.in_service,
            data.load,
            data.places,
            data.slot_free_from,
            self.first,
            self.after,
            now,
        )

    def come_back(self, now: float) -> None:
        """Look again when the first slot ends that a portfolio with room waits for."""
        data = self.data
        ends = [
            data.slot_free_from[k]
            for k in range(self.first, self.after)
            if rules.can_take(data.in_service[k], data.load[k], data.places[k])
        ]
        if ends:
            when = max(min(ends), self.slot_free_from)
            if when == self.back_at:
                return
            self.back_at = when
            At(self.env, when, rules.CHANGE).callbacks.append(lambda _: self.call_round())


def job_seeker(env: simpy.Environment, person: int, pool: Pool, record: Record) -> Story:
    """One person's way from the orientation to the exit."""
    data = pool.data
    if data.t1[person] >= env.now:
        yield At(env, data.t1[person], rules.READY)  # t0 + process delay
    portfolio = yield pool.wait(person)
    if portfolio == rules.NOBODY:
        record.fate[person], record.t3[person] = ABANDONED, data.t_abandon[person]
        return
    now = env.now
    record.t2[person], record.portfolio[person] = now, portfolio
    if not data.agrees[person]:
        record.fate[person], record.t3[person] = REFUSED, now
        return
    exit_time = now + data.duration[person]
    record.fate[person], record.t3[person] = ENTERED, exit_time
    yield from stay(env, portfolio, exit_time, pool)


def stay(env: simpy.Environment, portfolio: int, exit_time: float, pool: Pool) -> Story:
    """The parcours: a place is taken until the exit."""
    if exit_time < pool.data.horizon:
        yield At(env, exit_time, rules.EXIT)
        pool.leave(portfolio)


def orient(env: simpy.Environment, pool: Pool, record: Record) -> None:
    """Start everyone's way; some will have given up before they are ready.

    Whoever is inside when the run begins only has the rest of the stay before
    them; whoever was ready before stands in the queue, in the order of t1.
    """
    data = pool.data
    people = range(data.start[pool.number], data.start[pool.number + 1])
    waiting = [person for person in people if data.t1[person] < env.now]
    others = [person for person in people if data.t1[person] >= env.now]
    for person in sorted(waiting, key=lambda person: data.t1[person]) + others:
        ready = data.t1[person]
        if record.fate[person] == ENTERED:
            portfolio = record.portfolio[person]
            data.load[portfolio] += 1
            env.process(stay(env, portfolio, record.t3[person], pool))
        elif rules.gives_up(data.t_abandon[person], ready):
            if data.t_abandon[person] < data.horizon:
                record.fate[person], record.t3[person] = ABANDONED, data.t_abandon[person]
        elif ready < data.horizon:
            env.process(job_seeker(env, person, pool, record))


def changes(env: simpy.Environment, pool: Pool) -> Story:
    """Portfolios open, close, fall vacant, get other places; slot intervals change."""
    data = pool.data
    states = data.states[data.state_start[pool.first] : data.state_start[pool.after]]
    slots = data.slots[data.slots_start[pool.number] : data.slots_start[pool.number + 1]]
    dated: list[tuple[float, int, tuple[Any, ...]]] = [(state[0], 0, state) for state in states]
    dated += [(slot[0], 1, slot) for slot in slots]
    for when, of_the_pool, change in sorted(dated, key=lambda each: each[0]):
        if when >= data.horizon:
            return
        if when > env.now:
            yield At(env, when, rules.CHANGE)
        if of_the_pool:
            pool.interval = change[1]
        else:
            _, k, data.in_service[k], data.places[k], data.interval[k] = change
        pool.call_round()


def run(inputs: Inputs) -> Flow:
    """The flow of the inputs, by SimPy.

    `inputs` must hold to the contract (`sim.flow.inputs.checked`).
    """
    opening = opening_of(inputs)
    data, record = Data(inputs, opening), Record(opening)
    with _no_garbage_collection():
        for number in range(data.pools):
            env = simpy.Environment(initial_time=opening.begin)
            pool = Pool(env, data, number)
            env.process(changes(env, pool))
            orient(env, pool, record)
            if data.horizon > env.now:
                env.run(until=data.horizon)
            _close(pool, record)
    return record.flow()


def _close(pool: Pool, record: Record) -> None:
    """The horizon: who is still in the queue waits, or had given up before."""
    data = pool.data
    for person, _ in pool.queue:
        if data.t_abandon[person] < data.horizon:
            record.fate[person], record.t3[person] = ABANDONED, data.t_abandon[person]
        else:
            record.fate[person] = WAITING


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """SimPy makes short-lived objects only; collecting costs two fifths of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
