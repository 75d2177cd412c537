"""What is possible in one world, and where plans stand on it.

The plane is that of `sim.planning.surface`. On it stand, all simulated: today, today's posts with
each lever and with all, the ways that posts walk alone and with all levers, and the sizing point
with what posts and levers are there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.experiment.executor import Progress, silent
from sim.planning.evaluate import Cell, Evaluation, Evaluator
from sim.planning.search import SHORTEST_QUEUE_DAYS, uses
from sim.planning.sizing import SizingPoint, sizing_point
from sim.planning.surface import Plane, Surface, Trial, surface
from sim.planning.today import posts_today
from sim.planning.world import World
from sim.sections import Target

Floats = NDArray[np.float64]

LEAST_POSTS, MOST_POSTS = 0.8, 3.0  # of today's
LEAST_ORIENTATIONS, TOP, HIGHEST_TOP = 0.8, 2.4, 6.0
ABOVE_THE_GROWTH = 1.3
FINE_POSTS, FINE_ORIENTATIONS, COARSE = 24, 16, 5
WALKED = (1.25, 1.6, 2.0, 2.5, MOST_POSTS)
HELD_OUT_EVERY = 3
REPLICATIONS_OF_ANCHORS = 2
EVALUATIONS_A_WORLD = 55
SLACK = 0.005  # by which the search itself may be off a guardrail
STEPS_OF_A_LINE = 200

TODAY, ONE_LEVER, ALL_LEVERS = "today", "one lever", "all levers"
POSTS_ALONE, POSTS_AND_LEVERS = "posts alone", "posts and all levers"
SIZING = "sizing point"
POSTS_AT_SIZING, LEVERS_AT_SIZING = "its posts alone", "its posts and all levers"


@dataclass(frozen=True)
class Point:
    """A plan on the plane: what it is, and its simulated evaluation.

    orientations: of the target's year relative to today's posts without levers.
    """

    kind: str
    levers: tuple[str, ...]
    posts: int
    orientations: float
    evaluation: Evaluation


@dataclass(frozen=True, eq=False)
class Picture:
    """The plane in one world.

    values: by measure [posts, orientations]. least_orientations: the fewest at which the target
    is met with the most posts looked at, whatever the queue; NaN where that lies beyond the
    plane. evaluations: how many were simulated.
    """

    reading: str
    target: Target
    today_posts: int
    posts: tuple[int, ...]
    orientations: Floats
    values: Mapping[str, Floats]
    points: tuple[Point, ...]
    trials: tuple[Trial, ...]
    sizing: SizingPoint | None
    least_orientations: float
    evaluations: int

    def at(self, kind: str) -> Point | None:
        """The point of a kind, of a way its last; None where there is none."""
        return next((each for each in reversed(self.points) if each.kind == kind), None)

    def all_at(self, *kinds: str) -> list[Point]:
        """All points of some kinds, in their order."""
        return [each for each in self.points if each.kind in kinds]


def pictured(world: World, progress: Progress = silent) -> Picture:
    """The plane of a world and what stands on it; `progress(1)` after every evaluation."""
    scenario = world.scenario
    evaluate = Evaluator(scenario, world.seed, world.numbers, world.engine, progress)
    few = world.numbers[:REPLICATIONS_OF_ANCHORS]
    anchored = Evaluator(
        scenario, world.seed, few, world.engine, progress, guessed=evaluate.guessed
    )
    today = posts_today(scenario)
    plane = Plane(evaluate, today)
    people = evaluate(Cell(today)).of(scenario.target.measure, scenario.target.year)
    growth = float(scenario.target.people) / max(people, 1.0)
    top = min(max(TOP, ABOVE_THE_GROWTH * growth), HIGHEST_TOP)
    anchors = spread_posts(today, COARSE), np.geomspace(LEAST_ORIENTATIONS, top, COARSE)
    found = surface(
        plane,
        anchored,
        spread_posts(today, FINE_POSTS),
        np.geomspace(LEAST_ORIENTATIONS, top, FINE_ORIENTATIONS),
        anchors,
    )
    line = _target_line(found, scenario.target)
    sizing = _sizing_point(found, line)
    points = tuple(_points(plane, world, sizing))
    held_out = [evaluate(plane.cell(*where)) for where in _between(*anchors)]
    seen = [each.evaluation for each in points if not each.levers]
    return Picture(
        reading=world.reading,
        target=scenario.target,
        today_posts=today,
        posts=found.posts,
        orientations=found.orientations,
        values=found.over(np.array(found.posts, dtype=np.float64), found.orientations),
        points=points,
        trials=tuple(
            trial
            for each in (*held_out, *seen)
            if _inside(each.posts, plane.relative(each), found) and (trial := found.tried(each))
        ),
        sizing=sizing,
        least_orientations=float(line.orientations[-1]),
        evaluations=len(evaluate.done) + len(anchored.done),
    )


def spread_posts(today: int, count: int) -> tuple[int, ...]:
    """Whole numbers of posts from 0.8 to 3 times today's, evenly in logs; each once."""
    shares = np.geomspace(LEAST_POSTS, MOST_POSTS, count)
    return tuple(sorted({max(1, round(float(share) * today)) for share in shares}))


def _between(posts: tuple[int, ...], orientations: Floats) -> Iterator[tuple[int, float]]:
    """Some of the middles between anchors."""
    for k in range(len(posts) - 1):
        middle = round(float(np.sqrt(posts[k] * posts[k + 1])))
        for j in range(len(orientations) - 1):
            if (k + j) % HELD_OUT_EVERY == 0 and posts[k] < middle < posts[k + 1]:
                yield middle, float(np.sqrt(orientations[j] * orientations[j + 1]))


def _inside(posts: float, orientations: float, found: Surface) -> bool:
    """Whether a point lies on the surface."""
    low, high = found.orientations[0], found.orientations[-1]
    return found.posts[0] <= posts <= found.posts[-1] and low <= orientations <= high


@dataclass(frozen=True, eq=False)
class Line:
    """Where the target is met on a surface: orientations by posts, NaN beyond the plane.

    strains: log(value / limit) of each guardrail there.
    """

    posts: Floats
    orientations: Floats
    strains: Mapping[str, Floats]


def _target_line(found: Surface, target: Target) -> Line:
    """The line of the target, whatever the queue."""
    posts = np.geomspace(found.posts[0], found.posts[-1], STEPS_OF_A_LINE)
    up = np.geomspace(found.orientations[0], found.orientations[-1], STEPS_OF_A_LINE)
    values = found.over(posts, up)
    reached = np.maximum.accumulate(values[target.measure], axis=1)
    people = float(target.people)
    line = np.array([np.interp(people, row, up, left=np.nan, right=np.nan) for row in reached])
    strains = {}
    for guardrail, (measure, limit) in _limits(target).items():
        met = np.array(
            [np.interp(each, up, row) for each, row in zip(line, values[measure], strict=True)]
        )
        strains[guardrail] = np.log(np.maximum(met, SHORTEST_QUEUE_DAYS) / limit)
    return Line(posts, line, strains)


def _limits(target: Target) -> dict[str, tuple[str, float]]:
    return {
        "queue": ("queue_delay", max(float(target.queue_delay_days), SHORTEST_QUEUE_DAYS)),
        "load": ("load", float(target.mean_load)),
    }


def _sizing_point(found: Surface, line: Line) -> SizingPoint | None:
    """The sizing point, searched from where the target's line meets a guardrail's."""
    evaluate, target = found.plane.evaluate, found.plane.evaluate.scenario.target
    holds = np.flatnonzero(np.maximum(line.strains["queue"], line.strains["load"]) <= 0)
    if not len(holds):
        return None
    k = int(holds[0])
    # The guardrail that decides is the one still broken a step before; where the target is met
    # all at once, that is the queue's.
    queue, load = (float(line.strains[name][max(k - 1, 0)]) for name in ("queue", "load"))
    guardrail, other = ("load", "queue") if load > queue else ("queue", "load")
    posts = round(float(line.posts[k]))
    start = found.plane.cell(posts, float(line.orientations[k]))
    sizing = sizing_point(evaluate, guardrail, posts, start.multiplier)
    if sizing is not None and uses(sizing.evaluation, target)[other] > SLACK:
        return sizing_point(evaluate, other, sizing.posts, sizing.multiplier)
    return sizing


def _points(plane: Plane, world: World, sizing: SizingPoint | None) -> Iterator[Point]:
    """Everything that stands on the plane."""
    today, every = plane.today_posts, world.levers

    def point(kind: str, cell: Cell) -> Point:
        found: Evaluation = plane.evaluate(cell)
        return Point(kind, cell.levers, found.posts, plane.relative(found), found)

    yield point(TODAY, Cell(today))
    if len(every) > 1:
        for name in every:
            yield point(ONE_LEVER, Cell(today, levers=(name,)))
    if every:
        yield point(ALL_LEVERS, Cell(today, levers=every))
    walked = sorted({round(share * today) for share in WALKED} - {today})
    for posts in walked:
        yield point(POSTS_ALONE, Cell(posts))
    for posts in walked if every else ():
        yield point(POSTS_AND_LEVERS, Cell(posts, levers=every))
    if sizing is not None:
        yield point(SIZING, Cell(sizing.posts, sizing.multiplier))
        yield point(POSTS_AT_SIZING, Cell(sizing.posts))
        if every:
            yield point(LEVERS_AT_SIZING, Cell(sizing.posts, levers=every))
