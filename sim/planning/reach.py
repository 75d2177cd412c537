"""The other way round: with these posts, what is the best that can be reached, and how?

On every draw each combination of levers is simulated with the posts given: the same with all,
or each with its own (what a budget pays beside the levers, see `sim.money.afford`). Where that many
orientations break a guardrail, the intensity at which it is just held is guessed by the fluid
approximation (put right by what it was off at full intensity) and simulated: more
orientations than the portfolios can take are no gain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from scipy.optimize import brentq

from sim.errors import InputError, Problem
from sim.experiment.executor import Progress, Workers, silent
from sim.experiment.identity import key_of
from sim.experiment.store import Store
from sim.parameters import POSTERIOR
from sim.planning.certainty import TAILS, least_enough
from sim.planning.combinations import Combination, combinations_of, label, names_in
from sim.planning.evaluate import Cell, Evaluation, Evaluator
from sim.planning.plan import ROOMS, Worlds, as_many, chosen_levers, worlds_of
from sim.planning.search import enough_people, reached, strain
from sim.planning.today import cannot_be_planned
from sim.planning.world import World
from sim.population.posts import posts_at_start
from sim.posterior import Posterior
from sim.scenario import Scenario
from sim.shown import Shown
from sim.words import say, speaking

if TYPE_CHECKING:
    import pandas as pd

DRAWS = 40
HELD = 0.01
MOSTLY = 0.5
MOST_SIMULATED = 4
ALLOCATIONS = ("proportional", "where_it_queues")
MEASURES = ("entries", "people_supported", "entry_delay", "queue_delay", "load", "within_21_days",
            "abandoned_share", "orientations")  # fmt: skip


@dataclass(frozen=True, repr=False)
class Reach(Shown):
    """What these posts reach with every combination of levers, and which is best.

    posts_with: funded posts by combination; without those that are not looked at. rows: one
    mapping a world, combination and allocation; today: posts.
    """

    shown_by: ClassVar[str] = "reach_text.reach"

    scenario: Scenario
    posts_with: Mapping[Combination, int]
    today: int
    levers: tuple[str, ...]
    worlds: Worlds
    rows: tuple[Mapping[str, Any], ...]

    @property
    def posts(self) -> int | None:
        """Funded posts; None where they differ between the combinations."""
        numbers = set(self.posts_with.values())
        return numbers.pop() if len(numbers) == 1 else None

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a world, combination and allocation.

        posts: funded, with that combination. intensity: at which the guardrails hold (1 where
        they hold at full); held: whether they hold at any; reached: the target's measure at
        that intensity.
        """
        import pandas as pd

        return pd.DataFrame(list(self.rows))

    def summary(self) -> pd.DataFrame:
        """One row a combination and allocation, the best first.

        probability: that the target is reached with the guardrails held. reached: weighted
        mean with 90 % interval; on readings their mean, least and most. intensity: median.
        """
        import pandas as pd

        frame, target = self.frame, self.scenario.target
        rows = []
        for (name, allocation), part in frame.groupby(["levers", "allocation"], sort=False):
            combination = names_in(str(name))
            weights = part["weight"].to_numpy() / part["weight"].sum()
            values = part["reached"].to_numpy()
            good = (values >= enough_people(target)) & part["held"].to_numpy()
            row = {
                "levers": name,
                "label": label(combination),
                "allocation": allocation,
                "posts": self.posts_with[combination],
                "probability": float(weights[good].sum()) if self.worlds.draws else np.nan,
                "reached": float(weights @ values),
                "low": least_enough(values, weights, TAILS[0]),
                "high": least_enough(values, weights, TAILS[1]),
                "intensity": least_enough(part["intensity"].to_numpy(), weights, 0.5),
                "held": float(weights[part["held"].to_numpy()].sum()),
            }
            rows.append(
                row | {each: float(weights @ part[each].to_numpy()) for each in MEASURES[2:]}
            )
        return pd.DataFrame(rows).sort_values(
            ["probability", "held", "reached"], ascending=False, ignore_index=True
        )

    def best(self) -> dict[str, Any]:
        """The row of the summary that reaches most, of those that mostly hold the guardrails.

        As the scenario allocates posts.
        """
        rows = self.summary().to_dict("records")
        own = [row for row in rows if row["allocation"] == self.scenario.posts.allocation]
        found = max(own, key=lambda row: (row["held"] >= MOSTLY, row["reached"]))
        return {str(name): value for name, value in found.items()}

    def __repr__(self) -> str:
        posts = "posts by combination" if self.posts is None else f"{self.posts} posts"
        return f"<Reach: {posts}, {self.scenario.title}>"

    def plot(self, *, lang: str | None = None) -> Any:
        """The target's measure by combination of levers, with intervals: a figure."""
        from sim.present.reach_figures import reach_figure

        with speaking(lang):
            return reach_figure(self)


def reach(
    scenario: Scenario,
    posts: int | Mapping[Combination, int],
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
) -> Reach:
    """The best that can be reached with so many funded posts.

    posts: the same with every combination of the levers, or by combination (one of no lever
    among them). Other arguments as those of `sim.plan`; 40 draws by default. `progress(1)`
    after every world.
    """
    problems = cannot_be_planned(scenario, replications)
    if problems:
        raise InputError(problems)
    names = chosen_levers(levers)
    some = posts if isinstance(posts, Mapping) else dict.fromkeys(combinations_of(names), posts)
    for number in some.values():
        if number < 1:
            told = say("is {posts}, must be 1 or more", posts=number)
            raise InputError(Problem("plan", "posts", told, say("try 1200")))
    if reading == "all":
        told = say("'all' are no draws: what they reach has no mean over them")
        raise InputError(Problem("plan", "reading", told, say("name one reading, or 'posterior'")))
    found = worlds_of(
        scenario,
        combinations=combinations_of(names),
        reading=reading,
        draws=draws_of(reading, draws, posterior),
        replications=replications,
        posterior=posterior,
        seed=seed,
        engine=engine,
    )
    kept = Store.given(store)
    tasks = [_Task(world, some, kept) for world in found.worlds]
    tables = (workers or Workers()).map(_reached, tasks, progress)
    weights = found.draws.weights if found.draws else np.full(len(tasks), 1 / len(tasks))
    rows = tuple(
        {"draw": world.draw, "reading": world.reading, "weight": float(weight), **row}
        for world, weight, table in zip(found.worlds, weights, tables, strict=True)
        for row in table
    )
    return Reach(scenario, some, posts_at_start(scenario), names, found, rows)


def draws_of(
    reading: str, draws: int | None, posterior: Posterior | Path | str | None
) -> int | None:
    """How many draws: those asked for, else 40 or as many as there are; None for readings."""
    if draws is not None or reading != POSTERIOR:
        return draws
    return DRAWS if posterior is None else as_many(posterior, DRAWS)


@dataclass(frozen=True)
class _Task:
    world: World
    posts_with: Mapping[Combination, int]
    store: Store | None

    @property
    def key(self) -> str:
        posts = {"+".join(names): number for names, number in self.posts_with.items()}
        return key_of({"reach": self.world.identity, "posts": posts}, ROOMS)


def _reached(task: _Task) -> list[dict[str, Any]]:
    """In a worker: the rows of one world, from the store or made and kept."""
    import pyarrow as pa

    table = task.store.load(task.key) if task.store else None
    if table is None:
        table = pa.Table.from_pylist(list(_rows(task.world, task.posts_with)))
        if task.store:
            task.store.save(task.key, table)
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def _rows(world: World, posts_with: Mapping[Combination, int]) -> list[dict[str, Any]]:
    """Every combination as the scenario allocates posts; the fewest and the most levers
    otherwise."""
    evaluate = Evaluator(world.scenario, world.seed, world.numbers, world.engine)
    own = world.scenario.posts.allocation
    (other,) = (each for each in ALLOCATIONS if each != own)
    both: list[tuple[str, Combination]] = [(own, names) for names in posts_with]
    ends = (min(posts_with, key=len), max(posts_with, key=len))
    both += [(other, names) for names in dict.fromkeys(ends)]
    return [
        _row(evaluate, Cell(posts_with[names], levers=names, allocation=allocation, limited=True))
        for allocation, names in both
    ]


def _row(evaluate: Evaluator, cell: Cell) -> dict[str, Any]:
    """What a combination reaches at the intensity at which the guardrails hold."""
    target = evaluate.scenario.target
    share, found = _within(evaluate, cell)
    row = {
        "levers": "+".join(cell.levers),
        "allocation": cell.allocation,
        "posts": cell.posts,
        "intensity": share,
        "held": bool(strain(found, target) <= HELD),
        "reached": reached(found, target),
    }
    return row | {name: found.of(name, target.year) for name in MEASURES}


def _within(evaluate: Evaluator, cell: Cell) -> tuple[float, Evaluation]:
    """The largest intensity at which the guardrails hold, and what it gives.

    Where they do not hold without levers either (more orientations come than the portfolios
    can take), that is no lever at all: more would be no gain.
    """
    target = evaluate.scenario.target
    in_full = evaluate(cell)
    if not cell.levers or strain(in_full, target) <= HELD:
        return 1.0, in_full
    off = strain(in_full, target) - strain(evaluate.approximate(cell), target)

    def broken(share: float) -> float:
        part = replace(cell, intensity=round(share, 4))
        return strain(evaluate.approximate(part), target) + off

    none = evaluate(replace(cell, levers=(), intensity=1.0))
    if strain(none, target) > HELD:
        return 0.0, none
    share = float(brentq(broken, 0.0, 1.0, xtol=0.01)) if broken(0.0) < 0 else 0.5
    above = (1.0, strain(in_full, target))
    for _ in range(MOST_SIMULATED):
        found = evaluate(replace(cell, intensity=round(share, 4)))
        value = strain(found, target)
        slope = (above[1] - value) / max(above[0] - share, 1e-6)
        if abs(value) <= HELD or slope <= 0:
            break
        above = (share, value) if value > 0 else above
        share = min(max(share - value / slope, 0.0), 1.0)
    return (share, found) if strain(found, target) <= HELD else (0.0, none)
