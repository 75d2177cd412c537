"""The inputs of the flow as plain lists, pool by pool, for twins written with other libraries.

People of different pools never meet, so a twin runs pool after pool, each in a
network or an environment of its own: a short event list is a fast one. What is
here is what no library of queues brings along, the same for every twin: the
counsellors' portfolios, and the table of people. Time, events, queue, patience
and stay are the library's part.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

from sim.flow.inputs import Fate, Flow, Inputs

NEVER = float("inf")


class State(NamedTuple):
    """A portfolio, counted within its pool, from `time` on."""

    time: float
    portfolio: int
    in_service: bool
    places: int
    interval: float


class Slot(NamedTuple):
    """The least days between two diagnoses of the pool from `time` on."""

    time: float
    interval: float


@dataclass(frozen=True)
class Part:
    """One pool: everyone who ever joins its queue, in that order, and who serves them.

    rows: whose rows these are in the table of people. portfolios: their numbers
    in the inputs. changes: of portfolios and slots, in the order of time.
    """

    rows: list[int]
    t1: list[float]
    t_abandon: list[float]
    duration: list[float]
    agrees: list[bool]
    portfolios: range
    changes: list[State | Slot]


def parts(inputs: Inputs, table: Table) -> Iterator[Part]:
    """The pools that anybody joins, one after the other."""
    people = inputs.people
    first = np.searchsorted(inputs.portfolios.pool, np.arange(inputs.pools + 1)).tolist()
    for pool in range(inputs.pools):
        rows = np.arange(people.start[pool], people.start[pool + 1])
        rows = rows[table.joins[rows]]
        rows = rows[np.argsort(people.t1[rows], kind="stable")]
        if len(rows):
            portfolios = range(first[pool], first[pool + 1])
            yield Part(
                rows=rows.tolist(),
                t1=people.t1[rows].tolist(),
                t_abandon=people.t_abandon[rows].tolist(),
                duration=people.duration[rows].tolist(),
                agrees=people.agrees[rows].tolist(),
                portfolios=portfolios,
                changes=sorted(
                    [*states(inputs, portfolios), *slots(inputs, pool)],
                    key=lambda change: change.time,
                ),
            )


def states(inputs: Inputs, portfolios: range) -> Iterator[State]:
    """The dated states of a pool's portfolios."""
    dated = inputs.portfolios
    for k in portfolios:
        of_k = slice(dated.state_start[k], dated.state_start[k + 1])
        columns = (dated.time, dated.in_service, dated.places, dated.interval)
        rows = zip(*(column[of_k].tolist() for column in columns), strict=True)
        for time, in_service, places, interval in rows:
            yield State(time, k - portfolios.start, in_service, places, interval)


def slots(inputs: Inputs, pool: int) -> Iterator[Slot]:
    """The dated slot intervals of a pool."""
    dated = inputs.slots
    of_pool = slice(dated.start[pool], dated.start[pool + 1])
    columns = dated.time[of_pool].tolist(), dated.interval[of_pool].tolist()
    return (Slot(*row) for row in zip(*columns, strict=True))


@dataclass
class Portfolio:
    """A counsellor's portfolio while a run lasts; `free` is for a twin that makes places."""

    number: int
    in_service: bool = False
    places: int = 0
    interval: float = 0.0
    load: int = 0
    slot_free_from: float = 0.0
    free: list[Any] = field(default_factory=list)

    def has_room(self) -> bool:
        """Whether it can take one more person."""
        return self.in_service and self.load < self.places


class Staff:
    """The portfolios of a pool, and the slot that they share, while a run lasts."""

    def __init__(self, part: Part) -> None:
        self.portfolios = [Portfolio(number) for number in part.portfolios]
        self.interval = self.slot_free_from = 0.0

    def change(self, change: State | Slot) -> None:
        """A portfolio opens, closes, falls vacant, gets other places; or the slots change."""
        if isinstance(change, Slot):
            self.interval = change.interval
        else:
            portfolio = self.portfolios[change.portfolio]
            portfolio.in_service, portfolio.places = change.in_service, change.places
            portfolio.interval = change.interval

    def ready(self, now: float) -> float:
        """When somebody can be diagnosed, if nothing else happens before."""
        ends = [each.slot_free_from for each in self.portfolios if each.has_room()]
        return max(min(ends, default=NEVER), self.slot_free_from, now)

    def diagnose(self, now: float) -> Portfolio:
        """The portfolio that makes a diagnosis now: room, a free slot, and the lowest load."""
        able = [each for each in self.portfolios if each.has_room() and each.slot_free_from <= now]
        chosen = min(able, key=lambda portfolio: portfolio.load)
        chosen.slot_free_from = now + chosen.interval
        self.slot_free_from = now + self.interval
        return chosen


class Table:
    """What became of everyone: known at once of those who never join a queue."""

    def __init__(self, inputs: Inputs) -> None:
        if inputs.opening is not None:
            raise ValueError("the twins start empty on day 0: give inputs without an opening")
        people = inputs.people
        early = (people.t_abandon <= people.t1) & (people.t_abandon < inputs.horizon)
        self.joins = (people.t_abandon > people.t1) & (people.t1 < inputs.horizon)
        self.t2 = np.full(len(early), np.nan)
        self.portfolio = np.full(len(early), -1, dtype=np.int64)
        self.t3 = np.where(early, people.t_abandon, np.nan)
        self.fate = np.where(early, Fate.ABANDONED, Fate.ON_THE_WAY).astype(np.int8)

    def diagnosed(self, row: int, t2: float, portfolio: Portfolio, t3: float, agreed: bool) -> None:
        """A person was diagnosed, and entered or refused."""
        self.t2[row], self.portfolio[row], self.t3[row] = t2, portfolio.number, t3
        self.fate[row] = Fate.ENTERED if agreed else Fate.REFUSED

    def abandoned(self, row: int, when: float) -> None:
        """A person gave up."""
        self.t3[row], self.fate[row] = when, Fate.ABANDONED

    def waits(self, row: int) -> None:
        """A person still stands in the queue at the horizon."""
        self.fate[row] = Fate.WAITING

    def flow(self) -> Flow:
        """The table as every engine gives it back."""
        return Flow(t2=self.t2, portfolio=self.portfolio, t3=self.t3, fate=self.fate)


def library(name: str) -> Any:
    """A library of the extra, or one line that says how to get it."""
    try:
        return import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name != name:
            raise
        sys.exit(f'{name} is not installed: pip install ".[bench]"')
