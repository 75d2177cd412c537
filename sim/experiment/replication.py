"""One replication of one scenario: build, flow, measures, balanced books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.errors import InputError, Problem, nearest
from sim.flow.branch import state_at
from sim.flow.inputs import Flow, Inputs
from sim.measures import Derived, Tally, binding, check_books, derived, tally
from sim.population.branching import Trunk, branch, may_branch, trunk_key
from sim.population.build import Conditions, World, build, conditions, world_of
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
    """One unit of work: a scenario (a reading already applied) and a replication.

    binding: also say what people waited for. branches: whether the time before
    the plan may be shared with other jobs; the result is the same.
    """

    scenario: Scenario
    replication: int
    seed: int
    engine: str = "compiled"
    binding: bool = True
    branches: bool = True


def replicate(job: Job) -> Tally:
    """Run one replication and count it; the books are checked every time.

    Without `binding`, a job goes on from the state before its plan starts, which
    is run once and shared by all jobs with the same past (`Job.branches`).
    """
    made = conditions(job.scenario, job.seed, job.replication)
    begin = made.plan.plan_day
    if job.branches and not job.binding and may_branch(made, begin):
        trunk, earlier = _trunk(made, begin, job.engine)
        world = branch(made, trunk)
        flow = run_flow(world.inputs, job.engine)
        counted = tally(world, flow, earlier=earlier)
    else:
        world = world_of(made)
        flow = run_flow(world.inputs, job.engine)
        counted = tally(world, flow, binding(world, flow) if job.binding else None)
    check_books(world, flow, counted)
    return counted


def _trunk(made: Conditions, begin: float, engine: str) -> tuple[Trunk, Tally]:
    """The run before `begin` and its tally, from memory where the past is the same."""
    key = (trunk_key(made, begin), engine)
    known = _trunks.get(key)
    if known is None:
        world = world_of(made, until=begin)
        flow = run_flow(world.inputs, engine)
        earlier = tally(world, flow)
        check_books(world, flow, earlier)
        known = Trunk(world, flow, state_at(world.inputs, flow, begin)), earlier
        while len(_trunks) >= MOST_TRUNKS:
            _trunks.pop(next(iter(_trunks)), None)
        _trunks[key] = known
    return known


MOST_TRUNKS = 8
_trunks: dict[tuple[str, str], tuple[Trunk, Tally]] = {}


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
