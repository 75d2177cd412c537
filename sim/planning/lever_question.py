"""What is asked of the levers, checked before anything runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sim.errors import InputError, Problem, nearest
from sim.experiment.design import Design, designed
from sim.experiment.replication import ENGINES, seconds_of
from sim.experiment.store import Store
from sim.levers import NAMES
from sim.measures.frames import UNITS
from sim.parameters import POSTERIOR
from sim.planning.combinations import Combination
from sim.planning.lever_runs import Point, Unit, intensity, points_of
from sim.population.posts import posts_at_start, posts_planned
from sim.posterior import Posterior
from sim.scenario import Scenario
from sim.words import say

REPLICATIONS_A_READING = 4
PLENTIFUL = 3  # times today's posts
BOUND = "bound_by"


@dataclass(frozen=True)
class Question:
    """What is asked: levers, posts, year, and the runs that answer it.

    posts: funded posts at the end of hiring; today_posts: those at its start; most_posts:
    those taken for plentiful. design: the scenario under draws or readings.
    """

    scenario: Scenario
    design: Design
    levers: Combination
    posts: int
    today_posts: int
    most_posts: int
    year: int
    measure: str
    seed: int
    engine: str
    store: Store | None

    @property
    def points(self) -> tuple[Point, ...]:
        """The points at which every draw and replication is run."""
        return points_of(self.levers, self.posts, self.most_posts)

    def unit(self, case: int, repetition: int, points: tuple[Point, ...]) -> Unit:
        """Points of one case with one replication."""
        chosen = self.design.cases[case]
        number = chosen.number(repetition)
        return Unit(chosen.ready, points, number, self.seed, self.engine, self.store)

    @property
    def units(self) -> list[Unit]:
        """One unit a case and replication."""
        replications = range(self.design.replications)
        cases = range(len(self.design.cases))
        return [self.unit(case, k, self.points) for case in cases for k in replications]

    @property
    def evaluations(self) -> int:
        """How many runs it takes."""
        return len(self.points) * self.design.runs

    @property
    def seconds(self) -> float:
        """About how long they take on one core."""
        return self.evaluations * seconds_of(self.design.cases[0].ready, self.engine)


def asked(
    scenario: Scenario,
    posts: int | None = None,
    *,
    levers: str | Sequence[str] = "all",
    year: int | None = None,
    measure: str = "entries",
    reading: str = POSTERIOR,
    draws: int | None = None,
    replications: int | None = None,
    posterior: Posterior | Path | str | None = None,
    seed: int = 1,
    engine: str = "compiled",
    store: Store | Path | str | None = None,
) -> Question:
    """The question, checked before anything runs; arguments as those of `attribution`."""
    names = _named(levers)
    when = scenario.target.year if year is None else year
    today = posts_at_start(scenario)
    own = posts_planned(scenario)
    stated = posts if posts is not None else today if own is None else own
    _check(scenario, stated, posts is not None, when, year is not None, measure, engine)
    used = {f"levers.{name}.intensity": intensity(scenario, name) for name in names}
    unused = {f"levers.{name}.intensity": 0 for name in NAMES if name not in names}
    ready = scenario.with_(
        {**used, **unused, "posts.target": stated, "horizon.end": date(when + 1, 1, 1)}
    )
    design = designed(
        [ready],
        reading=reading,
        draws=draws,
        replications=replications,
        posterior=posterior,
        replications_a_reading=REPLICATIONS_A_READING,
    )
    return Question(
        scenario=scenario,
        design=design,
        levers=names,
        posts=stated,
        today_posts=today,
        most_posts=max(PLENTIFUL * today, stated),
        year=when,
        measure=measure,
        seed=seed,
        engine=engine,
        store=Store.given(store),
    )


def _named(levers: str | Sequence[str]) -> Combination:
    """'all', or names (a sequence, or a text with commas), in the order of the levers."""
    if levers == "all":
        return NAMES
    names = [each.strip() for each in levers.split(",")] if isinstance(levers, str) else levers
    problems = [
        Problem(
            "levers", str(name), say("is not a known lever"), nearest(str(name), ["all", *NAMES])
        )
        for name in names
        if name not in NAMES
    ]
    if not problems and not names:
        problems = [Problem("levers", "", say("none is named"), say("name one or more, or 'all'"))]
    if problems:
        raise InputError(problems)
    return tuple(name for name in NAMES if name in names)


def _check(
    scenario: Scenario,
    posts: int,
    posts_named: bool,
    year: int,
    year_named: bool,
    measure: str,
    engine: str,
) -> None:
    """`InputError` with all that is wrong with the question itself."""
    problems = []
    where = scenario.given.name
    if posts < 1:
        key = "posts" if posts_named else "posts.target"
        place = "levers" if posts_named else where
        problems.append(
            Problem(place, key, say("is {posts}", posts=posts), say("1 or more funded posts"))
        )
    known = [name for name in UNITS if not name.startswith(BOUND)]
    if measure not in known:
        problems.append(
            Problem(
                "levers", measure, say("is not a measure of this command"), nearest(measure, known)
            )
        )
    first, last = scenario.posts.hiring_start.year, scenario.calendar.years[-1]
    if not first <= year <= last:
        place, key = ("levers", "year") if year_named else (where, "target.year")
        remedy = (
            say("choose {first} to {last}, or set horizon.end further on", first=first, last=last)
            if first <= last
            else say("set horizon.end after posts.hiring_start")
        )
        told = say("{year} is not simulated after hiring starts", year=year)
        problems.append(Problem(place, key, told, remedy))
    if engine not in ENGINES:
        problems.append(
            Problem("levers", engine, say("is not a known engine"), nearest(engine, ENGINES))
        )
    if problems:
        raise InputError(problems)
