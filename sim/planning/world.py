"""The plan in one world: under one draw of the posterior, or under one reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import inf, log, nan, prod
from typing import Any

import numpy as np

from sim.experiment.executor import Progress, silent
from sim.observed_figures import observed
from sim.planning.brought import Brought, Search, Tried
from sim.planning.evaluate import Cell, Evaluation, Evaluator
from sim.planning.search import enough_people, reached, uses
from sim.planning.sizing import SizingPoint, sizing_point
from sim.population.fluid_build import MONTHS_A_YEAR
from sim.population.posts import post_plan, posts_at_start
from sim.scenario import Scenario
from sim.sections import Target

MOST_POSTS_FACTOR = 3
RESPONSES = (0.0, 1.0)
NO_DRAW = -1
TRIED_APART = 13  # in turn over the worlds; shares no factor with how many there are


@dataclass(frozen=True)
class World:
    """One world to plan in: a scenario under a reading or a draw, and how it is simulated.

    reading: its name, or the label of the draw. numbers: of the replications. combinations:
    of levers to look at, none and all of the chosen ones among them.
    """

    scenario: Scenario
    reading: str
    draw: int
    numbers: tuple[int, ...]
    combinations: tuple[tuple[str, ...], ...]
    seed: int
    engine: str

    @property
    def levers(self) -> tuple[str, ...]:
        """The levers chosen."""
        return max(self.combinations, key=len)

    @property
    def identity(self) -> dict[str, Any]:
        """All that decides what is simulated in it, for a key."""
        return {
            "scenario": self.scenario.fingerprint,
            "numbers": list(self.numbers),
            "draw": self.draw,
            "combinations": [list(each) for each in self.combinations],
            "seed": self.seed,
            "engine": self.engine,
        }


@dataclass(frozen=True)
class Answer:
    """What a target takes in one world, and what levers bring of it.

    sizing: N* and m*, under all guardrails; without_ceiling: under the queue's alone; None
    where there is none in reach. lasting: three years at the sizing point; delayed: the same
    under the scenario's limit on hires, None where it has none. by_response: N* posts alone by
    ε, foretold. brought: by
    combination; tried: how some of that fared when it was simulated. at_most: all levers with
    `most_posts`, at_most_unanswered: the same if prescribers do not respond to posts (ε = 0).
    hiring_start: first day of hiring. hired_by: when the posts are there, under the scenario's
    limit on hires.
    """

    reading: str
    draw: int
    target: Target
    hiring_start: date
    today_posts: int
    most_posts: int
    today: Evaluation
    sizing: SizingPoint | None = None
    without_ceiling: SizingPoint | None = None
    lasting: Evaluation | None = None
    delayed: Evaluation | None = None
    by_response: Mapping[float, Evaluation] | None = None
    where_it_queues: Evaluation | None = None
    brought: tuple[Brought, ...] = ()
    tried: tuple[Tried, ...] = ()
    at_most_unanswered: Evaluation | None = None
    hired_by: date | None = None
    evaluations: int = 0

    @property
    def year(self) -> int:
        """The target's year."""
        return self.target.year

    @property
    def posts(self) -> float:
        """N*, infinite where there is none in reach."""
        return self.sizing.posts if self.sizing else inf

    @property
    def needed(self) -> float:
        """m*: orientations of the target year relative to today's posts without levers."""
        if self.sizing is None:
            return inf
        there = self.sizing.evaluation.of("orientations", self.year)
        return there / self.today.of("orientations", self.year)

    @property
    def posts_alone(self) -> Evaluation | None:
        """N* posts without any lever."""
        none = next((each for each in self.brought if not each.names), None)
        return none.at_sizing if none else None

    @property
    def brought_by_posts(self) -> float:
        """The part of `needed` that N* posts bring themselves (prescribers' response)."""
        if self.posts_alone is None:
            return nan
        alone = self.posts_alone.of("orientations", self.year)
        return alone / self.today.of("orientations", self.year)

    @property
    def to_find(self) -> float:
        """The part of `needed` that levers or anything else must bring."""
        return self.needed / self.brought_by_posts if self.sizing else inf

    @property
    def levers(self) -> Brought | None:
        """What all chosen levers together bring; None where none was chosen."""
        every = max(self.brought, key=lambda each: len(each.names), default=None)
        return every if every and every.names else None

    def with_levers(self, names: tuple[str, ...]) -> Brought | None:
        """What a combination brings."""
        return next((each for each in self.brought if each.names == names), None)

    @property
    def reached_from(self) -> date | None:
        """First day of the first twelve months that reach the target at the sizing point.

        Under the scenario's limit on hires, for a target on entries; None where it is not in
        the target's year or the two after.
        """
        found = self.delayed or self.lasting
        if found is None or self.target.measure != "entries":
            return None
        since = f"{self.hiring_start:%Y-%m}"
        months = [(month, value) for month, value in found.by_month.items() if month >= since]
        counts = np.array([value for _, value in months])
        sums = np.convolve(counts, np.ones(MONTHS_A_YEAR), mode="valid")
        there = np.flatnonzero(sums >= enough_people(self.target))
        return date.fromisoformat(f"{months[there[0]][0]}-01") if len(there) else None


@dataclass(frozen=True)
class RuleOfThumb:
    """entries × duration / 365 / load, and the factors that lead from it to the answer.

    The answer is the funded posts of the simulated pools, mean of the target's
    year: N* where the whole area is simulated and hiring ends before that year.
    The product of `factors` is that number / posts of the rule, exactly.
    """

    posts: float
    factors: Mapping[str, float]


def rule_of_thumb(answer: Answer) -> RuleOfThumb | None:
    """The plain arithmetic with the figures of 2020, and why the answer differs from it."""
    if answer.sizing is None:
        return None
    found, year, target = answer.sizing.evaluation, answer.year, answer.target
    funded, portfolios = found.of("funded_posts", year), found.of("portfolios", year)
    series = observed()
    duration = series["parcours_duration"].values[2020]
    stock_2020 = series["entries"].values[2020] * duration / 365
    load_2020 = stock_2020 / series["portfolios_in_december"].values[2020]
    people = target.people
    plain = people * duration / 365 / load_2020
    factors = {
        "entries at the sizing point": found.of("entries", year) / people,
        "stock against entries × duration": found.of("stock", year)
        / (found.of("entries", year) * duration / 365),
        "load of 2020 against load at N*": load_2020 / (found.of("stock", year) / portfolios),
        "posts not in service": funded / portfolios,
    }
    assert abs(log(plain * prod(factors.values()) / funded)) < 1e-6
    return RuleOfThumb(plain, factors)


def answered(world: World, progress: Progress = silent) -> Answer:
    """The plan in one world; `progress(1)` after every simulated evaluation."""
    scenario, target = world.scenario, world.scenario.target
    evaluate = Evaluator(scenario, world.seed, world.numbers, world.engine, progress)
    today_posts = posts_at_start(scenario)
    today = evaluate(Cell(today_posts))
    free = sizing_point(evaluate, "queue", _first_guess(scenario, today))
    capped = free
    if free and uses(free.evaluation, target)["load"] > 0:
        start = _for_the_ceiling(free, scenario)
        capped = sizing_point(evaluate, "load", start, free.multiplier)
    free, capped = (_to_a_local_post(each, target.year) for each in (free, capped))
    most = MOST_POSTS_FACTOR * today_posts
    if capped is None:
        return Answer(
            world.reading, world.draw, target, scenario.posts.hiring_start, today_posts, most,
            today, without_ceiling=free, evaluations=len(evaluate.done),
        )  # fmt: skip
    posts, multiplier = capped.posts, capped.multiplier
    most = max(most, posts)
    search = Search(evaluate, capped, most)
    brought = search.brought(world.combinations)
    every = Cell(most, levers=world.levers, supply_response=0.0)
    return Answer(
        reading=world.reading,
        draw=world.draw,
        target=target,
        hiring_start=scenario.posts.hiring_start,
        today_posts=today_posts,
        most_posts=most,
        today=today,
        sizing=capped,
        without_ceiling=free,
        lasting=evaluate(Cell(posts, multiplier, lasting=True)),
        delayed=None
        if scenario.posts.most_hires_per_month is None
        else evaluate(Cell(posts, multiplier, lasting=True, limited=True)),
        by_response={
            each: evaluate.foretold(Cell(posts, supply_response=each), Cell(posts))
            for each in RESPONSES
        },
        where_it_queues=evaluate(Cell(posts, multiplier, allocation="where_it_queues")),
        brought=brought,
        tried=tuple(search.tried(each) for each in _to_try(brought, world)),
        at_most_unanswered=evaluate(every),
        hired_by=_hired_by(
            evaluate.planned(Cell(posts, multiplier, lasting=True, limited=True)), posts
        ),
        evaluations=len(evaluate.done),
    )


def _to_a_local_post(point: SizingPoint | None, year: int) -> SizingPoint | None:
    """The point with an error of one post of the area simulated, where that is more.

    Posts are those of the whole country: in a part of it many of them bring no post there.
    """
    if point is None:
        return None
    one_there = round(point.posts / max(point.evaluation.of("funded_posts", year), 1e-9))
    return replace(point, search_error=max(point.search_error, one_there))


def _to_try(brought: tuple[Brought, ...], world: World) -> list[Brought]:
    """All levers, and another combination that differs from world to world."""
    every = max(brought, key=lambda each: len(each.names))
    # What is simulated for none of the levers is known, not foretold.
    others = [each for each in brought if each is not every and each.names]
    turn = TRIED_APART * max(world.draw, 0) % max(len(others), 1)
    return [every, *others[turn : turn + 1]]


def _first_guess(scenario: Scenario, today: Evaluation) -> int:
    """Today's posts times the growth asked for, with nine tenths of the places taken."""
    target = scenario.target
    growth = target.people / max(reached(today, target), 1.0)
    room = 0.9 * scenario.portfolios.places / max(today.of("load", target.year), 1.0)
    return max(1, round(today.posts * growth / room))


def _for_the_ceiling(free: SizingPoint, scenario: Scenario) -> int:
    """Posts by Little's law from a point that only the quality ceiling rules out."""
    load = free.evaluation.of("load", scenario.target.year)
    return round(free.posts * load / scenario.target.mean_load * 1.01)


def _hired_by(planned: Scenario, posts: int) -> date | None:
    """The first day with all posts; None where it lies beyond the horizon."""
    plan = post_plan(planned)
    begin = max(0, int(plan.plan_day))
    there = np.flatnonzero(plan.seats[begin:] >= posts)
    if not len(there):
        return None
    return planned.horizon.opening + timedelta(days=begin + int(there[0]))
