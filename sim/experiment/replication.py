"""One replication of one scenario: build, flow, measures, balanced books."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError, Problem, nearest
from sim.flow.inputs import Flow, Inputs
from sim.levers import Composition
from sim.measures import (
    COUNTRY,
    Derived,
    Ledger,
    Sample,
    Tally,
    check_books,
    derived,
    group_names,
    scaled_up,
)
from sim.population.branching import Carrying, Trunk, branches, may_branch, trunk_key
from sim.population.build import Conditions, World, build, calendar_of, conditions, parts, setting
from sim.scenario import Scenario
from sim.words import say

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ENGINES = ("compiled", "simpy")
# Few enough pools that their people stay in the processor's cache; the reference
# engine takes all at once, as one reads it.
POOLS_AT_ONCE = {"compiled": 32, "simpy": 1_000_000}
SECONDS_A_PERSON = {"compiled": 4e-7, "simpy": 2e-5}


def run_flow(inputs: Inputs, engine: str) -> Flow:
    """The flow of the inputs by one of the engines; they agree bit for bit."""
    if engine == "simpy":
        from sim.flow import reference

        return reference.run(inputs)
    if engine == "compiled":
        from sim.flow import compiled

        return compiled.run(inputs)
    raise InputError(
        Problem("engine", engine, say("is not a known engine"), nearest(engine, ENGINES))
    )


@dataclass(frozen=True)
class Job:
    """One unit of work: a scenario (a reading already applied) and a replication.

    binding: also say what people waited for. by_place: count by département instead
    of for the country as one. share: of the pools, for a quick look; the counts are
    scaled up and kept by groups of pools, which tell their error. branches: whether
    the time before the plan may be shared with other jobs; the result is the same.
    composition: how the effects of the levers come together (`sim.levers`).
    """

    scenario: Scenario
    replication: int
    seed: int
    engine: str = "compiled"
    binding: bool = True
    by_place: bool = False
    share: float = 1.0
    branches: bool = True
    composition: Composition = "multiplied"


def replicate(job: Job) -> Tally:
    """Run one replication and count it; the books are checked every time.

    Some pools at a time are drawn, run, counted and dropped. A job goes on from the
    state before its plan starts, which is run once and shared by all jobs with the
    same past (`Job.branches`).
    """
    if job.engine not in ENGINES:
        raise InputError(
            Problem(
                "engine", job.engine, say("is not a known engine"), nearest(job.engine, ENGINES)
            )
        )
    made = conditions(job.scenario, job.seed, job.replication, job.share, job.composition)
    begin = made.plan.plan_day
    if job.branches and may_branch(made, begin):
        trunk, earlier = _trunk(made, job)
        going_on = branches(made, trunk, POOLS_AT_ONCE[job.engine])
        counted = _counted(made, job, going_on, earlier)
    else:
        counted = _counted(made, job, parts(made, POOLS_AT_ONCE[job.engine]))
    return counted if job.share == 1 else scaled_up(counted, _sample(made))


def _counted(
    made: Conditions,
    job: Job,
    inputs_by_part: Iterable[tuple[slice, Inputs]],
    earlier: Tally | None = None,
    until: float = np.inf,
    carrying: Carrying | None = None,
) -> Tally:
    """Run part after part, count each and drop it; `carrying` takes whoever is under way."""
    place_of_pool, places = _kept_by(made, job)
    calendar = calendar_of(made, until)
    begin = 0.0 if earlier is None else earlier.calendar.horizon
    ledger = Ledger(calendar, places, place_of_pool, begin, job.binding or carrying is not None)
    for pools, inputs in inputs_by_part:
        flow = run_flow(inputs, job.engine)
        ledger.add(pools, inputs, flow)
        if carrying is not None:
            carrying.add(inputs, flow)
    posts = _posts(made, job, place_of_pool, places)[:, : int(calendar.horizon)]
    counted = ledger.closed(posts, float(made.scenario.posts.fte_per_post), earlier)
    check_books(ledger.accounts, counted, begin)
    return counted


def _sample(made: Conditions) -> Sample:
    """What part of the whole the groups of the sampled pools have."""
    group, groups = np.arange(len(made.sample)) % len(group_names()), len(group_names())
    everywhere, portfolios = made.area_demand[made.setting.chosen], made.setting.pools.share
    return Sample(
        share=len(made.sample) / len(portfolios),
        demand=np.bincount(group, made.demand, groups) / everywhere.sum(),
        portfolios=np.bincount(group, portfolios[made.sample], groups) / portfolios.sum(),
    )


def _posts(made: Conditions, job: Job, place_of_pool: Ints, places: tuple[str, ...]) -> Floats:
    """Posts by place and day; those of all pools, in equal parts, where groups are kept."""
    if job.share == 1:
        return made.posts(place_of_pool, len(places))
    together = np.zeros(len(made.setting.pools), dtype=np.int64)
    return np.repeat(made.posts(together, 1) / len(places), len(places), axis=0)


def _kept_by(made: Conditions, job: Job) -> tuple[Ints, tuple[str, ...]]:
    """The place of every pool, and the places: départements, groups, the country as one."""
    if job.share < 1:
        groups = group_names()
        return np.arange(len(made.pools)) % len(groups), groups
    if job.by_place:
        return made.pools.place_of_pool, made.pools.places
    return np.zeros(len(made.pools), dtype=np.int64), (COUNTRY,)


def _trunk(made: Conditions, job: Job) -> tuple[Trunk, Tally]:
    """The run before the plan starts and its tally, from memory where the past is the same."""
    begin = made.plan.plan_day
    key = (trunk_key(made, begin), job.engine, job.by_place, job.share)
    known = _trunks.get(key)
    if known is None:
        carrying = Carrying(begin)
        past = parts(made, POOLS_AT_ONCE[job.engine], until=begin)
        earlier = _counted(made, job, past, until=begin, carrying=carrying)
        known = carrying.trunk(), earlier
        with _book:
            while len(_trunks) >= MOST_TRUNKS:
                del _trunks[next(iter(_trunks))]
            _trunks[key] = known
    return known


MOST_TRUNKS = 16
_trunks: dict[tuple[str, str, bool, float], tuple[Trunk, Tally]] = {}
_book = Lock()


def seconds_of(scenario: Scenario, engine: str = "compiled") -> float:
    """About how long one replication takes: by the number of people, on a slow core."""
    made = setting(scenario)
    part = made.pools.share.sum() / made.area.share.sum()
    return float(part * made.by_day.by_channel.sum()) * SECONDS_A_PERSON[engine]


def yearly(job: Job) -> Derived:
    """National measures by year of one replication: what a search needs, and small."""
    return derived(replicate(job))


def people_of(job: Job) -> tuple[World, Flow]:
    """The inputs and the table of people of one replication."""
    world = build(job.scenario, job.seed, job.replication)
    return world, run_flow(world.inputs, job.engine)


def people_table(job: Job) -> Mapping[str, Any]:
    """One row a person, as columns: who, when, where, what became of them."""
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
