"""Why two scenarios differ: every combination of their steps is run, on the same people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError, Problem, nearest
from sim.experiment.design import Case, Design, designed
from sim.experiment.executor import Progress, Workers, silent
from sim.experiment.precision import simulated_years
from sim.experiment.replication import ENGINES, Job, seconds_of, yearly
from sim.measures.frames import UNITS
from sim.parameters import POSTERIOR
from sim.planning import step_shares
from sim.planning.explanation import Explanation, check_measure
from sim.planning.step_shares import Layout
from sim.planning.steps import Differences, between, differences, until
from sim.posterior import Posterior
from sim.scenario import Scenario
from sim.words import say

Floats = NDArray[np.float64]

DRAWS = 20
REPLICATIONS = 2


@dataclass(frozen=True)
class Request:
    """What is to be explained: checked, before anything runs.

    pairs: both scenarios as they run, for each draw or reading, no longer than needed.
    """

    a: Scenario
    b: Scenario
    names: tuple[str, str]
    design: Design
    pairs: tuple[tuple[Case, Case], ...]
    found: Differences
    layout: Layout
    measure: str
    year: int

    @property
    def runs(self) -> int:
        """How many replications run in all."""
        return len(self.pairs) * self.design.replications * len(self.layout.combinations)

    def seconds(self, engine: str) -> float:
        """About how long all of them take on one core; `InputError` for an unknown engine."""
        _check_engine(engine)
        return self.runs * seconds_of(self.pairs[0][1].ready, engine)


@dataclass(frozen=True)
class Walk:
    """One replication of every combination: they share their past in one process."""

    a: Scenario
    b: Scenario
    steps: tuple[str, ...]
    combinations: tuple[int, ...]
    year: int
    replication: int
    seed: int
    engine: str


def walked(walk: Walk, progress: Progress) -> Mapping[str, Floats]:
    """All measures of the year by combination."""
    rows = []
    for combination in walk.combinations:
        taken = [name for k, name in enumerate(walk.steps) if combination >> k & 1]
        scenario = between(walk.a, walk.b, taken)
        found = yearly(Job(scenario, walk.replication, walk.seed, walk.engine, binding=False))
        column = found.periods.index(str(walk.year))
        rows.append({name: float(each[0, column]) for name, each in found.values.items()})
        progress(1)
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def explain(
    a: Scenario,
    b: Scenario,
    *,
    measure: str = "entries",
    year: int | None = None,
    order: Sequence[str] = (),
    reading: str = POSTERIOR,
    draws: int | None = None,
    replications: int | None = None,
    posterior: Posterior | Path | str | None = None,
    seed: int = 1,
    engine: str = "compiled",
    workers: Workers | None = None,
    progress: Progress = silent,
) -> Explanation:
    """What makes scenario B differ from scenario A, by groups of inputs.

    measure, year: of which result; B's target year by default. order: names of steps to
    come first in the one-after-the-other view; shares do not depend on it. draws: 20 by
    default, with 2 replications each, under readings 4; else as in `sim.simulate`.
    Raises `InputError` on bad arguments.
    """
    request = requested(
        a, b, measure=measure, year=year, order=order, reading=reading, draws=draws,
        replications=replications, posterior=posterior, seed=seed,
    )  # fmt: skip
    return explained(request, seed, engine, workers, progress)


def requested(
    a: Scenario,
    b: Scenario,
    *,
    measure: str = "entries",
    year: int | None = None,
    order: Sequence[str] = (),
    reading: str = POSTERIOR,
    draws: int | None = None,
    replications: int | None = None,
    posterior: Posterior | Path | str | None = None,
    seed: int = 1,
) -> Request:
    """What is to be run; `InputError` with what is wrong with it."""
    check_measure(measure, [name for name in UNITS if not name.startswith("bound_by")])
    year, end = _year(a, b, year)
    few = DRAWS if reading == POSTERIOR and draws is None else draws
    design = designed(
        [a, b],
        reading=reading,
        draws=few,
        replications=replications,
        posterior=posterior,
        replications_a_reading=2 * REPLICATIONS,
    )
    half = len(design.cases) // 2
    shorter = [replace(case, ready=until(case.ready, end)) for case in design.cases]
    pairs = tuple(zip(shorter[:half], shorter[half:], strict=True))
    found = differences(a, b, [(first.ready, second.ready) for first, second in pairs], order)
    names = (design.cases[0].scenario, design.cases[half].scenario)
    layout = step_shares.laid_out(len(found.steps), seed=seed)
    return Request(a, b, names, design, pairs, found, layout, measure, year)


def explained(
    request: Request,
    seed: int = 1,
    engine: str = "compiled",
    workers: Workers | None = None,
    progress: Progress = silent,
) -> Explanation:
    """Run all combinations of a request."""
    _check_engine(engine)
    repetitions = request.design.replications
    walks = [
        Walk(
            first.ready,
            second.ready,
            request.found.names,
            request.layout.combinations,
            request.year,
            first.number(k),
            seed,
            engine,
        )
        for first, second in request.pairs
        for k in range(repetitions)
    ]
    done = (workers or Workers()).map_with_progress(walked, walks, progress)
    shape = (len(request.pairs), repetitions, len(request.layout.combinations))
    results = {
        name: np.stack([each[name] for each in done]).reshape(shape).transpose(2, 0, 1)
        for name in done[0]
    }
    return Explanation(request, results, seed, engine)


def _check_engine(engine: str) -> None:
    if engine not in ENGINES:
        told, remedy = say("'{engine}' is not known", engine=engine), nearest(engine, ENGINES)
        raise InputError(Problem("explain", "engine", told, remedy))


def _year(a: Scenario, b: Scenario, asked: int | None) -> tuple[int, date]:
    """The year that is explained and the day after it (or the earlier end of both horizons)."""
    years = simulated_years([a, b])
    if not years:
        told = say("the scenarios have no simulated year in common")
        raise InputError(Problem("explain", "year", told, say("let their horizons overlap")))
    if asked is not None and asked not in years:
        told = say("{year} is not simulated by both scenarios", year=asked)
        remedy = say("name a year from {first} to {last}", first=years[0], last=years[-1])
        raise InputError(Problem("explain", "year", told, remedy))
    target = b.target.year
    year = asked or (target if target in years else years[-1])
    ends = [min(date(year + 1, 1, 1), each.horizon.end) for each in (a, b)]
    if ends[0] != ends[1]:
        told = say(
            "{year} is simulated to {a} in A and to {b} in B",
            year=year,
            a=ends[0],
            b=ends[1],
        )
        raise InputError(Problem("explain", "year", told, say("let both horizons hold the year")))
    return year, ends[0]
