"""From a planner's choices to an answer with its band and its mark: emulated or simulated.

The emulator is the fluid approximation on every draw. Where a plan was simulated on a draw, its
ratio to the approximation puts other plans right: that of the plan most like them.
`sim.planner.answer` says how near that comes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import exp, inf, log
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError, Problem
from sim.experiment.executor import Progress, Workers, available_workers, silent
from sim.parameters import POSTERIOR
from sim.planner.answer import MEASURES, Answer
from sim.planner.choices import Choices, opening
from sim.planning.evaluate import Evaluator
from sim.planning.plan import worlds_of
from sim.planning.search import enough_people
from sim.planning.today import posts_today
from sim.posterior import Draws, posterior
from sim.scenario import Scenario
from sim.words import say

Floats = NDArray[np.float64]
Values = Mapping[str, float]
T = TypeVar("T")

DRAWS = 20
MOST_LOOKED_AT = 200  # draws among which those of a label are looked for
PUT_RIGHT = ("entries", "people_supported", "load")
A_LITTLE_MORE = 0.05
FADES_OVER = 1.0  # sum of the logs by which the approximation tells two plans apart
DRAWS_FOR_BINDING = 5
MOST_EVALUATORS = 500
LEAST = 1e-6


@dataclass
class Answers:
    """Answers for one scenario: emulated at once, simulated when asked for.

    Of every reading the first `draws` draws among the first 200 of the posterior.
    """

    scenario: Scenario
    draws: int = DRAWS
    seed: int = 1
    workers: Workers = field(default_factory=Workers)
    threads: int = field(default_factory=available_workers)
    known: dict[tuple[Choices, int], Values] = field(default_factory=dict)
    guessed: dict[tuple[Choices, int], Values] = field(default_factory=dict)
    ready: dict[tuple[Choices, int], Evaluator] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.draws < 1:
            told = say("is {draws}, must be 1 or more", draws=self.draws)
            raise InputError(Problem("panel", "draws", told, say("try 20")))
        if self.opening.posts < 1:
            told = say("are none: a panel moves them")
            raise InputError(Problem("panel", "posts", told, say("set posts.target to 1 or more")))
        self.today = posts_today(self.scenario)
        most = min(len(posterior(None)), max(MOST_LOOKED_AT, self.draws))
        self.found = worlds_of(self.scenario, combinations=((),), draws=most)

    @cached_property
    def opening(self) -> Choices:
        """The scenario's own plan."""
        return opening(self.scenario)

    @cached_property
    def members(self) -> Mapping[str, tuple[int, ...]]:
        """Which draws answer for each reading: all together first, then by label."""
        drawn = self.found.draws
        assert drawn is not None
        by_label = {
            name: tuple(int(k) for k in some[: self.draws])
            for name, some in drawn.of_each_reading().items()
        }
        return {POSTERIOR: tuple(range(min(self.draws, len(drawn)))), **by_label}

    def answer(self, choices: Choices) -> Answer:
        """Simulated where all draws were simulated with these choices, else emulated."""
        members, drawn = self._asked(choices.reading)
        alike = _alike(choices)
        simulated = all((alike, k) in self.known for k in members)
        rows = self._rows(alike, members)
        target = self.scenario.target
        sought = target.model_copy(update={"people": choices.people})
        more_posts, more_orientations = self._binding(alike, members)
        worlds = [self.found.worlds[k].scenario for k in members]
        return Answer(
            choices=choices,
            simulated=simulated,
            measure=str(target.measure),
            enough=enough_people(sought),
            ceiling=float(target.mean_load),
            today=self.today,
            drawn=drawn,
            values={name: np.array([row[name] for row in rows]) for name in MEASURES},
            places=np.array([choices.places_at_end(world) for world in worlds]),
            more_posts=more_posts,
            more_orientations=more_orientations,
        )

    def own(self, choices: Choices) -> float:
        """What the scenario's own plan gives in the year and the reading that are asked for."""
        members, drawn = self._asked(choices.reading)
        rows = self._rows(_alike(replace(self.opening, year=choices.year)), members)
        measure = str(self.scenario.target.measure)
        return float(drawn.weights @ np.array([row[measure] for row in rows]))

    def _asked(self, reading: str) -> tuple[tuple[int, ...], Draws]:
        """The draws that answer for a reading: which they are, and with weights that sum to 1."""
        if reading not in self.members:
            told = say("is not a label of these draws")
            remedy = say("one of: {known}", known=", ".join(self.members))
            raise InputError(Problem("panel", reading, told, remedy))
        members, drawn = self.members[reading], self.found.draws
        assert drawn is not None
        weights = drawn.weights[list(members)]
        return members, Draws(weights / weights.sum(), tuple(drawn.readings[k] for k in members))

    def _rows(self, choices: Choices, members: tuple[int, ...]) -> list[Values]:
        """The measures of each draw: simulated where they are known, else emulated."""
        return self._in_threads(
            lambda k: self.known.get((choices, k)) or self._emulated(choices, k), members
        )

    def simulate(self, choices: Choices, progress: Progress = silent) -> Answer:
        """`run`, and the answer."""
        self.run(choices, progress)
        return self.answer(choices)

    def run(self, choices: Choices, progress: Progress = silent) -> None:
        """The same draws by the engine; kept for answers. `progress(1)` after every draw.

        Beside an answer it may run in another thread: it only adds to what is known.
        """
        alike = _alike(choices)
        members = self.members[choices.reading]
        missing = [k for k in members if (alike, k) not in self.known]
        progress(len(members) - len(missing))
        tasks = [(self._new(alike, k), alike) for k in missing]
        for k, values in zip(missing, self.workers.map(_run, tasks, progress), strict=True):
            self.known[alike, k] = values

    def _evaluator(self, choices: Choices, k: int) -> Evaluator:
        """Of one draw with all that is chosen beside posts: moving posts needs no new one."""
        key = replace(choices, posts=0), k
        made = self.ready.get(key)
        if made is None:
            if len(self.ready) >= MOST_EVALUATORS:
                self.ready.clear()
            made = self.ready[key] = self._new(choices, k)
        return made

    def _new(self, choices: Choices, k: int) -> Evaluator:
        world = self.found.worlds[k]
        return Evaluator(choices.on(world.scenario), self.seed, world.numbers)

    def _approximate(self, choices: Choices, k: int, orientations: float = 1.0) -> Values:
        cell = replace(choices.cell, multiplier=orientations)
        return self._evaluator(choices, k).approximate(cell).values[choices.year]

    def _guess(self, choices: Choices, k: int) -> Values:
        if (choices, k) not in self.guessed:
            self.guessed[choices, k] = self._approximate(choices, k)
        return self.guessed[choices, k]

    def _emulated(self, choices: Choices, k: int) -> dict[str, float]:
        """The approximation, put right where the most similar plan was simulated on the draw.

        The less alike the two are, the less of the ratio counts: far away it tells nothing.
        """
        here = self._guess(choices, k)
        near, apart = self._nearest(choices, here, k)
        if near is None:
            return {name: here[name] for name in MEASURES}
        there, simulated = self._guess(near, k), self.known[near, k]
        alike = exp(-apart / FADES_OVER)
        right = {name: simulated[name] / max(there[name], LEAST) for name in PUT_RIGHT}
        return {name: here[name] * right.get(name, 1.0) ** alike for name in MEASURES}

    def _nearest(self, choices: Choices, here: Values, k: int) -> tuple[Choices | None, float]:
        """The simulated plan that the approximation tells least apart from this one, how far."""
        nearest, least = None, inf
        for other in [plan for plan, draw in list(self.known) if draw == k]:
            there = self._guess(other, k)
            apart = sum(abs(_log_ratio(here[name], there[name])) for name in MEASURES)
            apart += abs(other.year - choices.year)
            if apart < least:
                nearest, least = other, apart
        return nearest, least

    def _binding(self, choices: Choices, members: tuple[int, ...]) -> tuple[float, float]:
        """By how many percent the target's measure grows with one percent more of either alone."""
        measure, up = str(self.scenario.target.measure), 1 + A_LITTLE_MORE
        bigger = replace(choices, posts=max(choices.posts + 1, round(choices.posts * up)))
        more = log(bigger.posts / choices.posts)

        def gains(k: int) -> tuple[float, float]:
            here, there = self._guess(choices, k), self._guess(bigger, k)
            asked = self._approximate(choices, k, up)
            gain = _log_ratio(asked[measure], here[measure]) / log(up)
            # Posts bring orientations themselves: what those bring is not the places' doing.
            brought = _log_ratio(there["orientations"], here["orientations"]) / more
            return _log_ratio(there[measure], here[measure]) / more - brought * gain, gain

        found = self._in_threads(gains, members[:DRAWS_FOR_BINDING])
        by_posts, by_orientations = np.mean(found, axis=0)
        return float(by_posts), float(by_orientations)

    def _in_threads(self, of_draw: Callable[[int], T], members: Sequence[int]) -> list[T]:
        """Draw by draw, some at once: half of the work is compiled and leaves Python free."""
        with ThreadPoolExecutor(self.threads) as threads:
            contexts = [copy_context() for _ in members]
            return list(threads.map(lambda c, k: c.run(of_draw, k), contexts, members))


def _log_ratio(value: float, other: float) -> float:
    return log(max(value, LEAST) / max(other, LEAST))


def _alike(choices: Choices) -> Choices:
    """The choices without what changes no run: the people of the target, the reading."""
    return replace(choices, people=1, reading=POSTERIOR)


def _run(task: tuple[Evaluator, Choices]) -> dict[str, float]:
    """In a worker: one draw, simulated."""
    evaluate, choices = task
    found = evaluate(choices.cell)
    return {name: found.of(name, choices.year) for name in MEASURES}
