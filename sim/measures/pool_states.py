"""How full every pool is on some days: places, people inside, people waiting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.flow.inputs import Fate, Flow, Inputs
from sim.measures.events import joins_the_queue

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class PoolStates:
    """Whole numbers by pool and day [pool, day], just before each day begins.

    portfolios: in service; places: theirs; inside: people in a parcours; waiting: people in
    the entry queue.
    """

    portfolios: Ints
    places: Ints
    inside: Ints
    waiting: Ints


def pool_states(inputs: Inputs, flow: Flow, days: Floats) -> PoolStates:
    """The states of a run that started empty; `days` of the model, in order."""
    people, portfolios = inputs.people, inputs.portfolios
    shape = (inputs.pools, len(days) + 1)
    pool = np.repeat(np.arange(inputs.pools), np.diff(people.start))

    def counted(pools: Ints, times: Floats, steps: Ints | int) -> Ints:
        moved = np.zeros(shape, dtype=np.int64)
        np.add.at(moved, (pools, np.searchsorted(days, times, side="right")), steps)
        return np.cumsum(moved, axis=1)[:, :-1]

    entered, queued = flow.fate == Fate.ENTERED, joins_the_queue(inputs)
    left = np.where(entered, flow.t2, flow.t3)
    gone = queued & ~np.isnan(left)
    owner = np.repeat(np.arange(len(portfolios.pool)), np.diff(portfolios.state_start))
    pool_of_state = portfolios.pool[owner]
    held = np.where(portfolios.in_service, portfolios.places, 0)
    return PoolStates(
        portfolios=counted(
            pool_of_state, portfolios.time, _steps(portfolios.in_service.astype(np.int64), owner)
        ),
        places=counted(pool_of_state, portfolios.time, _steps(held, owner)),
        inside=counted(pool[entered], flow.t2[entered], 1)
        - counted(pool[entered], flow.t3[entered], 1),
        waiting=counted(pool[queued], people.t1[queued], 1) - counted(pool[gone], left[gone], 1),
    )


@dataclass(frozen=True)
class InTheMean:
    """Of some pools over some days: people who wait, places free, pools where people wait."""

    waiting: float
    free: float
    queueing: float


def in_the_mean(states: PoolStates) -> InTheMean:
    """Means over the days. A place is free where a pool has more places than people inside."""
    free = np.maximum(states.places - states.inside, 0)
    return InTheMean(
        waiting=float(states.waiting.sum(axis=0).mean()),
        free=float(free.sum(axis=0).mean()),
        queueing=float((states.waiting > 0).sum(axis=0).mean()),
    )


def of_pools(states: PoolStates, pools: Ints) -> PoolStates:
    """The states of some pools."""
    return PoolStates(
        states.portfolios[pools], states.places[pools], states.inside[pools], states.waiting[pools]
    )


def put_together(parts: list[PoolStates]) -> PoolStates:
    """The states of all pools, from those of some at a time."""
    return PoolStates(
        portfolios=np.concatenate([each.portfolios for each in parts]),
        places=np.concatenate([each.places for each in parts]),
        inside=np.concatenate([each.inside for each in parts]),
        waiting=np.concatenate([each.waiting for each in parts]),
    )


def _steps(values: Ints, owner: Ints) -> Ints:
    """By how much each state differs from the same portfolio's state before it."""
    steps = values.copy()
    again = np.flatnonzero(np.diff(owner) == 0) + 1
    steps[again] -= values[again - 1]
    return steps


def full(states: PoolStates) -> float:
    """People inside per place, over all pools and days; NaN where there is no place."""
    places = int(states.places.sum())
    return float(states.inside.sum() / places) if places else float("nan")


def by_fullness(states: PoolStates) -> Ints:
    """Pools with places, the fullest first: people inside per place, over all days; ties as they
    stand."""
    places = states.places.sum(axis=1)
    there = np.flatnonzero(places)
    full = states.inside.sum(axis=1)[there] / places[there]
    return there[np.argsort(-full, kind="stable")]


def extremes(ranked: Ints, each: int) -> tuple[Ints, Ints, Ints]:
    """So many pools from the top, the middle and the end of a ranking at least that long."""
    if len(ranked) < 3 * each:
        raise ValueError(f"{len(ranked)} pools, {3 * each} needed")
    middle = (len(ranked) - each) // 2
    return ranked[:each], ranked[middle : middle + each], ranked[len(ranked) - each :]


def spread(ranked: Ints, count: int) -> Ints:
    """`count` of a ranking, evenly from the first to the last; all if there are no more."""
    if len(ranked) <= count:
        return ranked
    return ranked[np.rint(np.linspace(0, len(ranked) - 1, count)).astype(np.int64)]
