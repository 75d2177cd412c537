"""Inputs that go on from an earlier run instead of starting on day 0.

The people still under way are carried over from the trunk, with what has
happened to them; those oriented from the branching date on are drawn as usual.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.flow.branch import State
from sim.flow.inputs import Flow, Opening, People, Portfolios
from sim.population.build import Conditions, World, world_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# What the daily conditions before the branching date say already, or what only
# holds after it: not part of what two scenarios must share to share a trunk.
_SAID_BY_THE_DAYS = (
    "posts.",
    "levers.",
    "shocks.",
    "target.",
    "horizon.end",
    "orientations.",
    "entry.process_delay_days",
    "entry.agreement",
    "parcours.duration_days",
    "parcours.true_to_published",
    "portfolios.places_from",
)


@dataclass(frozen=True)
class Trunk:
    """A run of the time before `state.begin` that branches go on from."""

    world: World
    flow: Flow
    state: State


def may_branch(made: Conditions, begin: float) -> bool:
    """Whether a run may go on at `begin`: the plan and changes of places come no earlier."""
    calendar = made.scenario.calendar
    places_change = min(made.scenario.portfolios.places_from, default=None)
    return (
        0 < begin <= made.plan.plan_day
        and begin < calendar.horizon
        and (places_change is None or calendar.day(places_change) >= begin)
        and not made.rates[:, 2, : int(begin)].any()
    )


def trunk_key(made: Conditions, begin: float) -> str:
    """A hash of everything that decides what happens before `begin`."""
    days = slice(0, int(begin))
    by_day = made.by_day
    values = {
        path: value
        for path, value in made.scenario.values.items()
        if not path.startswith(_SAID_BY_THE_DAYS)
    }
    hashed = hashlib.blake2b(json.dumps([values, made.seed, made.replication, begin]).encode())
    for array in (
        made.rates[:, :, days],
        by_day.process_delay[days],
        by_day.agreement[days],
        by_day.duration[days],
        by_day.interval_factor[days],
        by_day.pool_interval_factor[days],
        made.plan.seats[days],
        made.demand,
    ):
        hashed.update(np.ascontiguousarray(array).tobytes())
    return hashed.hexdigest()


def branch(made: Conditions, trunk: Trunk) -> World:
    """The world under these conditions, going on from the trunk."""
    state = trunk.state
    world = world_of(made, since=state.begin)
    people, old = world.inputs.people, trunk.world.inputs.people
    pools = world.inputs.pools
    carried_pool = np.repeat(np.arange(pools), np.diff(old.start))[state.rows]
    new_pool = np.repeat(np.arange(pools), np.diff(people.start))
    pool = np.concatenate([carried_pool, new_pool])
    order = np.argsort(pool, kind="stable")

    def joined(carried: Any, new: Any) -> Any:
        return np.concatenate([carried, new])[order]

    merged: dict[str, Any] = {
        each.name: joined(getattr(old, each.name)[state.rows], getattr(people, each.name))
        for each in fields(People)
        if each.name != "start"
    }
    merged["start"] = np.searchsorted(pool[order], np.arange(pools + 1))
    portfolios = world.inputs.portfolios
    number = _renumbered(trunk.world.inputs.portfolios, portfolios, pools)
    inside = np.concatenate([state.inside, np.zeros(len(new_pool), dtype=bool)])[order]
    row = np.concatenate([state.rows, np.zeros(len(new_pool), dtype=np.int64)])[order]
    slot_free_from = np.zeros(len(portfolios.pool))
    slot_free_from[number] = state.slot_free_from
    opening = Opening(
        begin=state.begin,
        t2=np.where(inside, trunk.flow.t2[row], np.nan),
        portfolio=np.where(inside, number[trunk.flow.portfolio[row]], -1),
        t3=np.where(inside, trunk.flow.t3[row], np.nan),
        slot_free_from=slot_free_from,
        pool_slot_free_from=state.pool_slot_free_from,
    )
    inputs = replace(world.inputs, people=People(**merged), opening=opening)
    return replace(world, inputs=inputs)


def _renumbered(old: Portfolios, new: Portfolios, pools: int) -> Ints:
    """The new number of every old portfolio: pools keep theirs as the first ones."""
    every_pool = np.arange(pools)
    first_old = np.searchsorted(old.pool, every_pool)
    first_new = np.searchsorted(new.pool, every_pool)
    return np.asarray(np.arange(len(old.pool)) - first_old[old.pool] + first_new[old.pool])
