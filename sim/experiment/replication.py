"""One replication of one scenario: build, flow, measures, balanced books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.errors import InputError, Problem, nearest
from sim.flow.inputs import Flow, Inputs
from sim.measures import Derived, Tally, binding, check_books, derived, tally
from sim.population.build import World, build
from sim.scenario import Scenario

ENGINES = ("compiled", "simpy")


def run_flow(inputs: Inputs, engine: str) -> Flow:
    """The flow of the inputs by one of the engines; they agree bit for bit."""
    if engine == "simpy":
        from sim.flow import reference

        return reference.run(inputs)
    if engine == "compiled":
        from sim.flow import compiled

        return compiled.run(inputs)
    raise InputError(Problem("engine", engine, "is not a known engine", nearest(engine, ENGINES)))


@dataclass(frozen=True)
class Job:
    """One unit of work: a scenario (a reading already applied) and a replication."""

    scenario: Scenario
    replication: int
    seed: int
    engine: str = "compiled"
    binding: bool = True


def replicate(job: Job) -> Tally:
    """Run one replication and count it; the books are checked every time."""
    world, flow = people_of(job)
    counted = tally(world, flow, binding(world, flow) if job.binding else None)
    check_books(world, flow, counted)
    return counted


def yearly(job: Job) -> Derived:
    """National measures by year of one replication: what a search needs, and small."""
    return derived(replicate(job))


def people_of(job: Job) -> tuple[World, Flow]:
    """The inputs and the table of people of one replication."""
    world = build(job.scenario, job.seed, job.replication)
    return world, run_flow(world.inputs, job.engine)


def people_table(job: Job) -> Mapping[str, Any]:
    """One row a person, as columns: who, when, where, what became of them."""
    import numpy as np

    world, flow = people_of(job)
    people = world.inputs.people
    pool = np.repeat(np.arange(world.inputs.pools), np.diff(people.start))
    return {
        "replication": np.full(len(pool), job.replication, dtype=np.int32),
        "departement": np.array(world.pools.codes)[pool],
        "pool": np.array(world.pools.names)[pool],
        "channel": people.channel,
        "t0": people.t0,
        "t1": people.t1,
        "t_abandon": people.t_abandon,
        "t2": flow.t2,
        "t3": flow.t3,
        "portfolio": flow.portfolio,
        "agrees": people.agrees,
        "outcome": people.outcome,
        "fate": flow.fate,
    }
