"""Worlds of the contract of the random streams, and what is compared in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

import numpy as np
from scenario_inputs import FIGURES

import sim
from sim.experiment.replication import Job, people_of
from sim.flow.inputs import Flow
from sim.levers import NAMES
from sim.population.build import World
from sim.scenario import Scenario

SEED = 7
SOME = {"territory.departements": ["52", "08", "75"], "horizon.end": date(2023, 1, 1)}
TREND = sim.load("trend").with_({**FIGURES, **SOME})
FULL = {f"levers.{name}.intensity": 1 for name in NAMES}
ATTRIBUTES = ("t0", "t1", "t_abandon", "duration", "agrees", "outcome", "channel")
SHORT = TREND.with_({"territory.departements": ["52"], "horizon.end": date(2022, 1, 1)})


def run(scenario: Scenario, replication: int = 0, engine: str = "compiled") -> tuple[World, Flow]:
    """The inputs and the table of people of one replication."""
    return people_of(Job(scenario, replication, SEED, engine))


def content(value: Any) -> Any:
    """Everything in a result as plain bytes and values, to compare to the last bit."""
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if is_dataclass(value):
        return {each.name: content(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {key: content(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return tuple(content(each) for each in value)
    return value


def pool_names(world: World) -> np.ndarray:
    """The name of each person's pool."""
    people = world.inputs.people
    return np.repeat(np.array(world.pools.names), np.diff(people.start))


def rows(world: World, chosen: np.ndarray) -> list[tuple[Any, ...]]:
    """The chosen people, with their pool and all their attributes."""
    people = world.inputs.people
    columns = [pool_names(world)[chosen].tolist()]
    columns += [getattr(people, name)[chosen].tolist() for name in ATTRIBUTES]
    return list(zip(*columns, strict=True))


def portfolio_names(world: World, flow: Flow) -> np.ndarray:
    """Each person's portfolio as pool and number within the pool, whatever else exists."""
    portfolios = world.inputs.portfolios
    first = np.searchsorted(portfolios.pool, portfolios.pool)
    ordinal = np.arange(len(portfolios.pool)) - first
    return np.where(flow.portfolio >= 0, ordinal[flow.portfolio], -1)


def events(world: World, flow: Flow, until: float) -> dict[str, list[tuple[Any, ...]]]:
    """All that has happened before a time, in the order of the people."""
    people, pool = world.inputs.people, pool_names(world)
    portfolio = portfolio_names(world, flow)
    oriented = people.t0 < until
    diagnosed = flow.t2 < until
    left = flow.t3 < until
    return {
        "oriented": rows(world, oriented),
        "diagnosed": list(
            zip(pool[diagnosed], people.t0[diagnosed], flow.t2[diagnosed], portfolio[diagnosed],
                flow.fate[diagnosed], strict=True)
        ),
        "left": list(
            zip(pool[left], people.t0[left], flow.t3[left], flow.fate[left], strict=True)
        ),
    }  # fmt: skip
