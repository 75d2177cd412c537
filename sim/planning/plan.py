"""What it takes to reach a target, on every draw of the posterior or under each reading.

For every world: the sizing point (posts *and* orientations), what posts bring alone, what
every combination of levers brings of the orientations needed, and how the plain arithmetic
compares. On draws, `sim.planning.certainty` says with which probability; the readings are
not probabilities: no mean over them is taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from sim.errors import InputError, Problem, nearest
from sim.experiment.design import designed
from sim.experiment.executor import Progress, Workers, silent
from sim.experiment.identity import key_of
from sim.experiment.store import Store
from sim.levers import NAMES
from sim.parameters import POSTERIOR
from sim.planning.combinations import Combination, combinations_of
from sim.planning.kept import answer_of, table_of
from sim.planning.today import cannot_be_planned
from sim.planning.world import Answer, World, answered
from sim.posterior import Draws, Posterior
from sim.scenario import Scenario
from sim.shown import Shown
from sim.words import say, speaking, to_say

if TYPE_CHECKING:
    import pandas as pd

DRAWS = 200
REPLICATIONS_A_DRAW = 1
REPLICATIONS_A_READING = 4
EVALUATIONS_A_WORLD = 38
PROJECTED = 0.8
PLANNED = to_say("The plan: posts that are enough, and its levers")
ROOMS = ("planning", "experiment")


@dataclass(frozen=True, repr=False)
class Plan(Shown):
    """What it takes to reach a target: one `Answer` a world.

    draws: their weights and labels; None where the worlds are readings. `seed`,
    `replications` and `engine` are those of every world.
    """

    shown_by: ClassVar[str] = "plan_text.plan"

    scenario: Scenario
    levers: tuple[str, ...]
    answers: tuple[Answer, ...]
    draws: Draws | None
    posterior: Posterior | None
    seed: int
    replications: int
    engine: str

    def __getitem__(self, reading: str) -> Answer:
        """The answer under a reading; `InputError` on draws, where many have that label."""
        if self.draws is not None:
            told = say("is a label of many draws of this plan")
            raise InputError(Problem("plan", reading, told, say("see plan.summary(by='reading')")))
        return self.by_reading[reading]

    @property
    def by_reading(self) -> Mapping[str, Answer]:
        """Answers by the reading's name, where the worlds are readings."""
        return {each.reading: each for each in self.answers}

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a world: its answer, plain numbers (infinite posts stay infinite)."""
        from sim.planning.frames import answers_frame

        return answers_frame(self)

    @cached_property
    def combinations(self) -> pd.DataFrame:
        """One row a world and combination of levers: what it brings."""
        from sim.planning.frames import combinations_frame

        return combinations_frame(self)

    def chosen(self, level: float = PROJECTED) -> Scenario:
        """The plan as a scenario: posts that are enough with a probability, and the levers.

        Where no number of posts is enough with it, the most looked at. `InputError` under
        readings.
        """
        from sim.planning.certainty import enough_posts

        posts = enough_posts(self, level)
        levers = {
            f"levers.{name}.intensity": float(self.scenario.levers.named(name).intensity) or 1.0
            for name in self.levers
        }
        return self.scenario.with_({"posts.target": posts, **levers}, title=PLANNED)

    def hiring_path(self, level: float = PROJECTED) -> pd.DataFrame:
        """Posts and hires by month, of the posts that are enough with a probability."""
        from sim.planning.frames import hiring_frame

        return hiring_frame(self, level)

    def summary(self, by: str = "together") -> pd.DataFrame:
        """P50, P80 and P95 of each side of the answer; on draws alone. By 'reading': per label."""
        from sim.planning.certainty import summarised

        return summarised(self, by)

    def combinations_summary(self, by: str = "together") -> pd.DataFrame:
        """Of each combination: the probability that it suffices, what it reaches, least posts."""
        from sim.planning.certainty import combinations_summarised

        return combinations_summarised(self, by)

    def __repr__(self) -> str:
        what = "draw(s)" if self.draws is not None else "reading(s)"
        return f"<Plan: {self.scenario.title}, {len(self.answers)} {what}>"

    def plot(self, *, lang: str | None = None) -> Any:
        """Posts and orientations of the sizing points, and what levers bring: a figure."""
        from sim.present.plan_figures import plan_figure

        with speaking(lang):
            return plan_figure(self)

    def plot_hiring(self, *, lang: str | None = None) -> Any:
        """The hiring path of the posts enough with 50, 80 and 95 %: a figure; on draws alone.

        A probability that no number of posts reaches has no path.
        """
        from sim.present.plan_figures import plan_hiring_figure

        with speaking(lang):
            return plan_hiring_figure(self)


def chosen_levers(levers: str | Sequence[str]) -> tuple[str, ...]:
    """'all', 'none', or names (a sequence, or a text with commas) as a tuple of names."""
    if levers == "all":
        return NAMES
    if levers == "none":
        return ()
    names = [each.strip() for each in levers.split(",")] if isinstance(levers, str) else levers
    problems = [
        Problem("levers", name, say("is not a known lever"), nearest(name, ["all", "none", *NAMES]))
        for name in names
        if name not in NAMES
    ]
    if problems:
        raise InputError(problems)
    return tuple(name for name in NAMES if name in names)


@dataclass(frozen=True)
class Worlds:
    """The worlds of a plan, and the posterior whose draws they are."""

    worlds: tuple[World, ...]
    posterior: Posterior | None = None

    @property
    def draws(self) -> Draws | None:
        """Weights and labels of the draws; None where the worlds are readings."""
        return None if self.posterior is None else self.posterior.first(len(self.worlds))


def worlds_of(
    scenario: Scenario,
    *,
    combinations: Sequence[Combination],
    reading: str = POSTERIOR,
    draws: int | None = None,
    replications: int | None = None,
    posterior: Posterior | Path | str | None = None,
    seed: int = 1,
    engine: str = "compiled",
) -> Worlds:
    """The worlds to plan in; `InputError` with what is wrong with them.

    By default the first 200 draws of the posterior (all, where it has fewer), each simulated
    once with its own replication; readings are simulated four times.
    """
    if draws is None and reading == POSTERIOR:
        draws = DRAWS if posterior is None else as_many(posterior, DRAWS)
    once = REPLICATIONS_A_DRAW if reading == POSTERIOR else REPLICATIONS_A_READING
    design = designed(
        [scenario],
        reading=reading,
        draws=draws,
        replications=replications or once,
        posterior=posterior,
    )
    worlds = tuple(
        World(
            scenario=case.ready,
            reading=case.reading,
            draw=case.draw,
            numbers=tuple(case.number(k) for k in range(design.replications)),
            combinations=tuple(combinations),
            seed=seed,
            engine=engine,
        )
        for case in design.cases
    )
    return Worlds(worlds, design.posterior)


def as_many(given: Posterior | Path | str, wanted: int) -> int:
    """As many draws as are wanted, or as many as there are."""
    from sim.posterior import posterior

    sample = given if isinstance(given, Posterior) else posterior(given)
    return min(wanted, len(sample))


def plan(
    scenario: Scenario,
    *,
    levers: str | Sequence[str] = "all",
    reading: str = POSTERIOR,
    draws: int | None = None,
    replications: int | None = None,
    posterior: Posterior | Path | str | None = None,
    seed: int = 1,
    engine: str = "compiled",
    workers: Workers | None = None,
    store: Store | Path | str | None = None,
    progress: Progress = silent,
) -> Plan:
    """What the scenario's target takes, on draws of the posterior or under readings.

    `reading`: 'posterior' (the default: `draws` of them, 200), 'all' for the point fits of
    all readings, the name of one, 'own_figures' for a scenario that brings all figures.
    `levers`: which of them may be used; all their combinations are looked at. `store`: a
    folder that keeps each world's answer, so that a second plan takes seconds.
    `progress(1)` is called after every world. Raises `InputError` for unknown names and for
    targets that the scenario cannot be judged by.
    """
    names = chosen_levers(levers)
    problems = cannot_be_planned(scenario, replications)
    if problems:
        raise InputError(problems)
    found = worlds_of(
        scenario,
        combinations=combinations_of(names),
        reading=reading,
        draws=draws,
        replications=replications,
        posterior=posterior,
        seed=seed,
        engine=engine,
    )
    kept = Store.given(store)
    tasks = [_Task(world, kept) for world in found.worlds]
    missing = [task for task in tasks if not task.kept]
    progress(len(tasks) - len(missing))
    made = iter((workers or Workers()).map(_answered, missing, progress))
    answers = tuple(task.known() or next(made) for task in tasks)
    return Plan(
        scenario=scenario,
        levers=names,
        answers=answers,
        draws=found.draws,
        posterior=found.posterior,
        seed=seed,
        replications=len(found.worlds[0].numbers),
        engine=engine,
    )


@dataclass(frozen=True)
class _Task:
    """One world, and where its answer is kept."""

    world: World
    store: Store | None

    @cached_property
    def key(self) -> str:
        """The key of the answer: the scenario in its world, and how it is simulated."""
        return key_of({"plan": self.world.identity}, ROOMS)

    @cached_property
    def kept(self) -> bool:
        """Whether the answer is in the store."""
        return self.known() is not None

    def known(self) -> Answer | None:
        """The answer from the store."""
        return self._known

    @cached_property
    def _known(self) -> Answer | None:
        table = None if self.store is None else self.store.load(self.key)
        return None if table is None else answer_of(table, self.world)


def _answered(task: _Task) -> Answer:
    """In a worker: the answer of a world, kept at once."""
    answer = answered(task.world)
    if task.store is not None:
        task.store.save(task.key, table_of(answer))
    return answer
