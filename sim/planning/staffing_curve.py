"""The staffing curve: what more posts bring, and where one more brings nothing.

Posts go from today's to three times as many. On each draw of the posterior (or under each
reading) every number of posts is simulated, on the same people, with the response of prescribers
(ε) of the draw and at both ends of its range, and with new posts allocated in proportion or to
where it queues. From this follow the marginal post (entries gained by one more), the number
of posts from which it is worth less than a threshold because orientations bind, and what better
allocation is worth in entries, days and posts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError, Problem
from sim.experiment.executor import Progress, Workers, silent
from sim.experiment.identity import key_of
from sim.experiment.store import Store
from sim.parameters import POSTERIOR
from sim.planning.combinations import Combination
from sim.planning.evaluate import Cell, Evaluator
from sim.planning.plan import REPLICATIONS_A_DRAW, REPLICATIONS_A_READING, chosen_levers, worlds_of
from sim.planning.today import posts_today
from sim.planning.world import World
from sim.posterior import Draws, Posterior
from sim.scenario import Scenario
from sim.shown import Shown
from sim.words import say, speaking

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

DRAWS = 40
WORTH = 5.0
SHARES = (1.0, 1.1, 1.2, 1.35, 1.5, 1.75, 2.0, 2.5, 3.0)  # of today's posts
ROOMS = ("experiment", "planning")
MEASURES = (
    "entries", "people_supported", "entry_delay", "process_delay", "queue_delay", "load",
    "orientations", "abandoned_share", "portfolios", "funded_posts",
)  # fmt: skip
PROPORTIONAL, WHERE_IT_QUEUES = "proportional", "where_it_queues"


@dataclass(frozen=True)
class Variation:
    """A curve of its own: the response of prescribers, and how new posts are allocated.

    supply_response: ε; None for the draw's or reading's own. allocation: empty for the scenario's.
    """

    supply_response: float | None = None
    allocation: str = ""

    def cell(self, posts: int, levers: Combination) -> Cell:
        """The plan with so many posts."""
        return Cell(
            posts,
            levers=levers,
            allocation=self.allocation,
            supply_response=self.supply_response,
        )


AS_IT_IS = Variation()
UNANSWERED, ANSWERED = Variation(0.0), Variation(1.0)
SPREAD_OUT, FOCUSED = Variation(None, PROPORTIONAL), Variation(None, WHERE_IT_QUEUES)
VARIATIONS = (AS_IT_IS, UNANSWERED, ANSWERED)
ALLOCATIONS = (SPREAD_OUT, FOCUSED)
EVALUATIONS_A_WORLD = (len(VARIATIONS) + 1) * len(SHARES)


@dataclass(frozen=True, repr=False, eq=False)
class StaffingCurve(Shown):
    """What more posts bring, in every world.

    values: by variation and measure [world, posts]. draws: weights and labels; None where the
    worlds are readings. readings: of the worlds, the label of the draw or the reading. worth: the
    entries a year below which one more post is said to bring nothing.
    """

    shown_by: ClassVar[str] = "staffing_text.staffing"

    scenario: Scenario
    levers: Combination
    posts: tuple[int, ...]
    readings: tuple[str, ...]
    values: dict[Variation, dict[str, Floats]]
    worth: float
    draws: Draws | None
    posterior: Posterior | None
    seed: int
    replications: int
    engine: str

    @property
    def year(self) -> int:
        """The target's year, in which all is counted."""
        return self.scenario.target.year

    @property
    def today(self) -> int:
        """Today's funded posts."""
        return posts_today(self.scenario)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a world, variation and number of posts; measures in columns.

        supply_response: ε that was set, NaN for the world's own.
        """
        import pandas as pd

        parts = []
        for variation, measures in self.values.items():
            worlds, count = len(self.readings), len(self.posts)
            columns: dict[str, Any] = {
                "world": np.repeat(np.arange(worlds), count),
                "reading": np.repeat(np.array(self.readings, dtype=object), count),
                "weight": np.repeat(self.weights, count),
                "supply_response": float("nan")
                if variation.supply_response is None
                else variation.supply_response,
                "allocation": variation.allocation or self.scenario.posts.allocation,
                "posts": np.tile(np.array(self.posts), worlds),
            }
            columns |= {name: measures[name].ravel() for name in MEASURES}
            parts.append(pd.DataFrame(columns))
        return pd.concat(parts, ignore_index=True).drop_duplicates(
            ["world", "supply_response", "allocation", "posts"], ignore_index=True
        )

    @property
    def weights(self) -> Floats:
        """Of the draws; NaN of readings, which have none."""
        if self.draws is not None:
            return self.draws.weights
        return np.full(len(self.readings), np.nan)

    def summary(self, by: str = "together") -> pd.DataFrame:
        """Each measure over posts: mean and 90 % interval over the draws, or by 'reading'."""
        from sim.planning.staffing_summary import measures_summarised

        return measures_summarised(self, by)

    def marginal(self, by: str = "together") -> pd.DataFrame:
        """Entries a year gained by one more post, between neighbouring numbers of posts."""
        from sim.planning.staffing_summary import marginal_summarised

        return marginal_summarised(self, by)

    def exhausted(self, by: str = "together") -> pd.DataFrame:
        """Posts from which one more gains fewer than `worth` entries a year."""
        from sim.planning.staffing_summary import exhausted_summarised

        return exhausted_summarised(self, by)

    def allocation(self, by: str = "together") -> pd.DataFrame:
        """What new posts where it queues are worth against posts in proportion."""
        from sim.planning.staffing_summary import allocation_summarised

        return allocation_summarised(self, by)

    def __repr__(self) -> str:
        what = "draw(s)" if self.draws is not None else "reading(s)"
        return f"<StaffingCurve: {self.scenario.title}, {len(self.readings)} {what}>"

    def plot(self, by: str = "together", *, lang: str | None = None) -> Any:
        """Entries, delay, load and the marginal post over posts: four panels."""
        from sim.present.staffing_figures import staffing_figure

        with speaking(lang):
            return staffing_figure(self, by)


def staffing_curve(
    scenario: Scenario,
    *,
    levers: str | Sequence[str] = "none",
    posts: Sequence[int] | None = None,
    worth: float = WORTH,
    reading: str = POSTERIOR,
    draws: int | None = None,
    replications: int | None = None,
    posterior: Posterior | Path | str | None = None,
    seed: int = 1,
    engine: str = "compiled",
    workers: Workers | None = None,
    store: Store | Path | str | None = None,
    progress: Progress = silent,
) -> StaffingCurve:
    """Entries, delay and load as posts grow, and the marginal post.

    On the first 40 draws of the posterior, once each; readings four times each. `levers`: those
    in use, at the scenario's own intensities (in full where it has none). `posts`: numbers of
    funded posts at the end of hiring, from today's to three times as many by default. `worth`:
    entries a year below which one more post is said to bring nothing (of some 84 that a post has
    today). `store`: a folder that keeps each world's curve. `progress(1)` is called after every
    simulated evaluation. Raises `InputError` for unknown names, for a target's year before the
    plan, and for fewer than two numbers of posts.
    """
    names = chosen_levers(levers)
    numbers = chosen_posts(scenario, posts, replications)
    on_draws = reading == POSTERIOR
    found = worlds_of(
        scenario,
        combinations=((), names) if names else ((),),
        reading=reading,
        draws=_draws(draws, posterior) if on_draws else draws,
        replications=replications or (REPLICATIONS_A_DRAW if on_draws else REPLICATIONS_A_READING),
        posterior=posterior,
        seed=seed,
        engine=engine,
    )
    kept = store if isinstance(store, Store) or store is None else Store.at(store)
    tasks = [_Task(world, numbers, kept) for world in found.worlds]
    known = {k: table for k, task in enumerate(tasks) if (table := task.known()) is not None}
    missing = [task for k, task in enumerate(tasks) if k not in known]
    progress(len(known) * len(tasks[0].variations) * len(numbers))
    made = iter((workers or Workers()).map_with_progress(_simulated, missing, progress))
    tables = [known[k] if k in known else next(made) for k in range(len(tasks))]
    return StaffingCurve(
        scenario=scenario,
        levers=names,
        posts=numbers,
        readings=tuple(world.reading for world in found.worlds),
        values={
            variation: {
                name: np.array([table[variation][name] for table in tables]) for name in MEASURES
            }
            for variation in (*VARIATIONS, *ALLOCATIONS)
        },
        worth=worth,
        draws=found.draws,
        posterior=found.posterior,
        seed=seed,
        replications=len(found.worlds[0].numbers),
        engine=engine,
    )


def _draws(draws: int | None, given: Posterior | Path | str | None) -> int:
    """The draws asked for; by default 40, or as many as there are."""
    from sim.posterior import posterior

    if draws is not None:
        return draws
    sample = given if isinstance(given, Posterior) else posterior(given)
    return min(DRAWS, len(sample))


def chosen_posts(
    scenario: Scenario, posts: Sequence[int] | None, replications: int | None = None
) -> tuple[int, ...]:
    """Numbers of posts in their order; `InputError` where there are fewer than two."""
    today = posts_today(scenario, replications)
    chosen = [round(share * today) for share in SHARES] if posts is None else posts
    problems = [
        Problem(
            "staffing",
            "posts",
            say("{each} is not a number of posts", each=each),
            say("name 1 or more"),
        )
        for each in chosen
        if each < 1
    ]
    numbers = tuple(sorted(set(chosen)))
    if len(numbers) < 2 and not problems:
        told = say("a curve takes two numbers of posts or more")
        remedy = say(
            "name several, for example {today},{double},{triple}",
            today=today,
            double=2 * today,
            triple=3 * today,
        )
        problems.append(Problem("staffing", "posts", told, remedy))
    if problems:
        raise InputError(problems)
    return numbers


Curves = dict[Variation, dict[str, list[float]]]


@dataclass(frozen=True)
class _Task:
    """The curves of one world, and where they are kept."""

    world: World
    posts: tuple[int, ...]
    store: Store | None

    @property
    def variations(self) -> tuple[Variation, ...]:
        """Those to simulate: one of the allocations is the scenario's own."""
        own = self.world.scenario.posts.allocation
        return (*(each for each in ALLOCATIONS if each.allocation != own), *VARIATIONS)

    @cached_property
    def key(self) -> str:
        """The key of the curves: the scenario in its world, and how it is simulated."""
        world = self.world
        content = {
            "staffing": world.scenario.fingerprint,
            "numbers": list(world.numbers),
            "levers": list(world.levers),
            "posts": list(self.posts),
            "seed": world.seed,
            "engine": world.engine,
        }
        return key_of(content, ROOMS)

    def known(self) -> Curves | None:
        """The curves from the store."""
        table = None if self.store is None else self.store.load(self.key)
        return None if table is None else self._whole(_curves(table))

    def _whole(self, simulated: Curves) -> Curves:
        """With the scenario's own allocation under its name too."""
        own = Variation(None, self.world.scenario.posts.allocation)
        return {**simulated, own: simulated[AS_IT_IS]}


def _simulated(task: _Task, progress: Progress) -> Curves:
    """In a worker: the curves of a world, kept at once.

    One variation after the other: all numbers of posts share the past before the plan.
    """
    world = task.world
    evaluate = Evaluator(world.scenario, world.seed, world.numbers, world.engine, progress)
    curves: Curves = {}
    for variation in task.variations:
        found = [evaluate(variation.cell(posts, world.levers)) for posts in task.posts]
        curves[variation] = {
            name: [each.of(name, world.scenario.target.year) for each in found] for name in MEASURES
        }
    if task.store is not None:
        task.store.save(task.key, _table(curves, task.posts))
    return task._whole(curves)


def _table(curves: Curves, posts: Sequence[int]) -> Any:
    """A pyarrow table: one row a variation and number of posts."""
    import pyarrow as pa

    rows: list[dict[str, Any]] = [
        {
            "supply_response": variation.supply_response,
            "allocation": variation.allocation,
            "posts": number,
            **{name: values[k] for name, values in measures.items()},
        }
        for variation, measures in curves.items()
        for k, number in enumerate(posts)
    ]
    kinds = {"supply_response": pa.float64(), "allocation": pa.string(), "posts": pa.int64()}
    fields = [(name, kinds.get(name, pa.float64())) for name in rows[0]]
    return pa.Table.from_pylist(rows, schema=pa.schema(fields))


def _curves(table: Any) -> Curves:
    """The curves of a table."""
    curves: Curves = {}
    for row in table.to_pylist():
        variation = Variation(row["supply_response"], row["allocation"])
        measures = curves.setdefault(variation, {name: [] for name in MEASURES})
        for name in MEASURES:
            measures[name].append(row[name])
    return curves
