"""What it takes to reach a target, under each reading of 2018-2020.

For every reading: the sizing point (posts *and* orientations), what posts
bring alone, what the levers bring of the orientations needed, and how the
plain arithmetic compares. The readings are not probabilities: no mean over
them is taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, log, prod
from typing import Any

from scipy.optimize import brentq

from sim.errors import InputError, Problem, nearest
from sim.experiment.executor import Progress, Workers, silent
from sim.levers import NAMES
from sim.observed import observed
from sim.planning.evaluate import Cell, Evaluation, Evaluator
from sim.planning.sizing import SizingPoint, least_posts, reached, sizing_point, uses
from sim.population.posts import posts_at_start
from sim.readings import chosen_readings, title_of
from sim.scenario import Scenario

MOST_POSTS_FACTOR = 3
EVALUATIONS_A_READING = 24
RESPONSES = (0.0, 1.0)
INTENSITY_TOLERANCE = 0.02


@dataclass(frozen=True)
class LeverPart:
    """What a combination of levers brings of what the target takes.

    multiplier: orientations with the levers relative to without, at N* posts.
    at_sizing: evaluation with the levers and N* posts. at_most: with three times
    today's posts; at_most_unanswered: the same if prescribers do not respond to
    posts at all (ε = 0). least_posts: least posts for the target under all guardrails,
    infinite where there is none up to three times today's; N* where N* is enough.
    least_intensity: the share of their intensities that is enough with those
    posts; more orientations than needed are never forced.
    """

    names: tuple[str, ...]
    multiplier: float
    at_sizing: Evaluation
    at_most: Evaluation
    at_most_unanswered: Evaluation
    most_posts: int
    least_posts: float
    least_intensity: float


@dataclass(frozen=True)
class ReadingPlan:
    """The answer under one reading; `None` for a sizing point that does not exist."""

    reading: str
    title: str
    scenario: Scenario
    today_posts: int
    today: Evaluation
    sizing: SizingPoint | None
    sizing_without_ceiling: SizingPoint | None
    lasting: Evaluation | None
    posts_alone: Evaluation | None
    posts_alone_by_response: Mapping[float, Evaluation]
    where_it_queues: Evaluation | None
    levers: LeverPart | None
    evaluations: int

    @property
    def year(self) -> int:
        """The target's year."""
        return self.scenario.target.year

    @property
    def needed(self) -> float:
        """m*: orientations of the target year relative to today's posts without levers."""
        if self.sizing is None:
            return inf
        return self.sizing.evaluation.of("orientations", self.year) / self.today.of(
            "orientations", self.year
        )

    @property
    def brought_by_posts(self) -> float:
        """The part of `needed` that N* posts bring themselves (prescribers' response)."""
        if self.posts_alone is None:
            return 1.0
        return self.posts_alone.of("orientations", self.year) / self.today.of(
            "orientations", self.year
        )

    @property
    def to_find(self) -> float:
        """The part of `needed` that levers or anything else must bring."""
        return self.needed / self.brought_by_posts

    @property
    def levers_suffice(self) -> bool:
        """Whether the target holds with the levers and some number of posts in reach."""
        return self.levers is not None and self.levers.least_posts < inf


@dataclass(frozen=True)
class RuleOfThumb:
    """entries × duration / 365 / load, and the factors that lead from it to the answer.

    The answer is the funded posts of the simulated pools, mean of the target's
    year: N* where the whole area is simulated and hiring ends before that year.
    The product of `factors` is that number / posts of the rule, exactly.
    """

    posts: float
    factors: Mapping[str, float]


def rule_of_thumb(plan: ReadingPlan) -> RuleOfThumb | None:
    """The plain arithmetic with the figures of 2020, and why the answer differs from it."""
    if plan.sizing is None:
        return None
    found, year, target = plan.sizing.evaluation, plan.year, plan.scenario.target
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


@dataclass(frozen=True)
class PlanTask:
    """One reading's share of a plan: the scenario under it, and all that a worker needs."""

    scenario: Scenario
    reading: str
    title: str
    levers: tuple[str, ...]
    seed: int
    replications: int
    engine: str


def plan_reading(task: PlanTask, progress: Progress = silent) -> ReadingPlan:
    """The plan under one reading."""
    scenario = task.scenario
    evaluate = Evaluator(scenario, task.seed, task.replications, task.engine, progress)
    today_posts = posts_at_start(scenario)
    if task.levers:
        # The largest crowd first: what is drawn for it serves every other point.
        evaluate(Cell(MOST_POSTS_FACTOR * today_posts, levers=task.levers, lasting=True))
    today = evaluate(Cell(today_posts, lasting=True))
    free = sizing_point(evaluate, "queue", _first_guess(scenario, today))
    capped = free
    if free and uses(free.evaluation, scenario.target)["load"] > 0:
        start = _for_the_ceiling(free, scenario)
        capped = sizing_point(evaluate, "load", start, free.multiplier)
    posts = capped.posts if capped else None
    multiplier = capped.multiplier if capped else 1.0
    return ReadingPlan(
        reading=task.reading,
        title=task.title,
        scenario=scenario,
        today_posts=today_posts,
        today=today,
        sizing=capped,
        sizing_without_ceiling=free,
        lasting=evaluate(Cell(posts, multiplier, lasting=True)) if posts else None,
        posts_alone=evaluate(Cell(posts)) if posts else None,
        posts_alone_by_response={
            response: evaluate(Cell(posts, supply_response=response)) for response in RESPONSES
        }
        if posts
        else {},
        where_it_queues=evaluate(Cell(posts, multiplier, allocation="where_it_queues"))
        if posts
        else None,
        levers=_lever_part(evaluate, task.levers, posts, today_posts)
        if posts and task.levers
        else None,
        evaluations=len(evaluate.done),
    )


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


def _lever_part(
    evaluate: Evaluator, names: tuple[str, ...], posts: int, today_posts: int
) -> LeverPart:
    target = evaluate.scenario.target
    most = max(MOST_POSTS_FACTOR * today_posts, posts)
    without, with_levers = evaluate(Cell(posts)), evaluate(Cell(posts, levers=names))
    at_most = evaluate(Cell(most, levers=names))

    def strain(number: int) -> float:
        found = evaluate(Cell(number, levers=names))
        short = log(target.people / max(reached(found, target), 1e-9))
        return max(short, *uses(found, target).values())

    enough = reached(with_levers, target) >= target.people
    return LeverPart(
        names=names,
        multiplier=with_levers.of("orientations", target.year)
        / without.of("orientations", target.year),
        at_sizing=with_levers,
        at_most=at_most,
        at_most_unanswered=evaluate(Cell(most, levers=names, supply_response=0.0)),
        most_posts=most,
        least_posts=posts if enough else least_posts(strain, posts, most),
        least_intensity=_least_intensity(evaluate, names, posts) if enough else 1.0,
    )


def _least_intensity(evaluate: Evaluator, names: tuple[str, ...], posts: int) -> float:
    """The share of the levers' intensities that gives the target, to ± INTENSITY_TOLERANCE."""
    target = evaluate.scenario.target

    def short(share: float) -> float:
        cell = Cell(posts, levers=names, intensity=share) if share > 0 else Cell(posts)
        return target.people - reached(evaluate(cell), target)

    if short(0.0) <= 0:
        return 0.0
    return float(brentq(short, 0.0, 1.0, xtol=INTENSITY_TOLERANCE, rtol=INTENSITY_TOLERANCE))


@dataclass(frozen=True, repr=False)
class Plan:
    """What it takes to reach a target: one `ReadingPlan` a reading."""

    scenario: Scenario
    levers: tuple[str, ...]
    by_reading: Mapping[str, ReadingPlan]
    seed: int
    replications: int
    engine: str

    def __getitem__(self, reading: str) -> ReadingPlan:
        return self.by_reading[reading]

    @property
    def frame(self) -> Any:
        """One row a reading: the answer as a pandas frame."""
        from sim.present.plan_text import answer_frame

        return answer_frame(self)

    def __repr__(self) -> str:
        return f"<Plan: {self.scenario.title}, {len(self.by_reading)} reading(s)>"

    def __str__(self) -> str:
        from sim.present.plan_text import plan_text

        return plan_text(self)

    def _repr_html_(self) -> str:
        from sim.present.plan_text import plan_html

        return plan_html(self)

    def plot(self) -> Any:
        """Posts and orientations of the sizing points, and what levers bring: a figure."""
        from sim.present.figures import plan_figure

        return plan_figure(self)


def chosen_levers(levers: str | Sequence[str]) -> tuple[str, ...]:
    """'all', 'none', or names (a sequence, or a text with commas) as a tuple of names."""
    if levers == "all":
        return NAMES
    if levers == "none":
        return ()
    names = [each.strip() for each in levers.split(",")] if isinstance(levers, str) else levers
    problems = [
        Problem("levers", name, "is not a known lever", nearest(name, ["all", "none", *NAMES]))
        for name in names
        if name not in NAMES
    ]
    if problems:
        raise InputError(problems)
    return tuple(name for name in NAMES if name in names)


def plan(
    scenario: Scenario,
    *,
    levers: str | Sequence[str] = "all",
    reading: str = "all",
    replications: int = 4,
    seed: int = 1,
    engine: str = "compiled",
    workers: Workers | None = None,
    progress: Progress = silent,
) -> Plan:
    """What the scenario's target takes, under each reading, one by name, or 'own_figures'.

    `progress(1)` is called after every simulated evaluation, about
    `EVALUATIONS_A_READING` times a reading. Raises `InputError` for unknown
    names and for targets that the scenario cannot be judged by.
    """
    names = chosen_levers(levers)
    _can_be_planned(scenario, replications)
    tasks = [
        PlanTask(ready, label, title_of(label), names, seed, replications, engine)
        for label, ready in chosen_readings(scenario, reading)
    ]
    found = (workers or Workers()).map_with_progress(plan_reading, tasks, progress)
    return Plan(
        scenario=scenario,
        levers=names,
        by_reading={each.reading: each for each in found},
        seed=seed,
        replications=replications,
        engine=engine,
    )


def _can_be_planned(scenario: Scenario, replications: int) -> None:
    problems = []
    if replications < 1:
        problems.append(
            Problem("plan", "replications", f"is {replications}, must be 1 or more", "try 2")
        )
    start, year = scenario.posts.hiring_start, scenario.target.year
    if year < start.year:
        problems.append(
            Problem(
                scenario.given.name,
                "target.year",
                f"{year} is before posts.hiring_start {start}",
                f"choose {start.year + 1} or later",
            )
        )
    if problems:
        raise InputError(problems)
