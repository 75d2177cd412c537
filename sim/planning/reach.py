"""The other way round: with these posts, what is the best that can be reached, and how?

On every draw each combination of levers is simulated with the posts given. Where that many
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
from sim.planning.combinations import Combination, combinations_of, label
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
MOST_SIMULATED = 4
ALLOCATIONS = ("proportional", "where_it_queues")
MEASURES = ("entries", "people_supported", "entry_delay", "queue_delay", "load", "within_21_days",
            "abandoned_share", "orientations")  # fmt: skip


@dataclass(frozen=True, repr=False)
class Reach(Shown):
    """What these posts reach with every combination of levers, and which is best.

    rows: one mapping a world, combination and allocation; today: posts.
    """

    shown_by: ClassVar[str] = "reach_text.reach"

    scenario: Scenario
    posts: int
    today: int
    levers: tuple[str, ...]
    worlds: Worlds
    rows: tuple[Mapping[str, Any], ...]

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a world, combination and allocation.

        intensity: at which the guardrails hold (1 where they hold at full); held: whether they
        hold at any; reached: the target's measure at that intensity.
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
            weights = part["weight"].to_numpy() / part["weight"].sum()
            values = part["reached"].to_numpy()
            good = (values >= enough_people(target)) & part["held"].to_numpy()
            row = {
                "levers": name,
                "label": label(tuple(str(name).split("+"))) if name else label(()),
                "allocation": allocation,
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

    def __repr__(self) -> str:
        return f"<Reach: {self.posts} posts, {self.scenario.title}>"

    def plot(self, *, lang: str | None = None) -> Any:
        """The target's measure by combination of levers, with intervals: a figure."""
        from sim.present.reach_figures import reach_figure

        with speaking(lang):
            return reach_figure(self)


def reach(
    scenario: Scenario,
    posts: int | None = None,
    *,
    budget: float | None = None,
    cost_per_post: float | None = None,
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
    """The best that can be reached with so many funded posts, or with a yearly budget.

    budget: euros a year for posts beyond today's, at `cost_per_post` euros a year (by
    default the assumption of `sim/data/rates.toml`). Other arguments as those of `sim.plan`;
    40 draws by default. `progress(1)` after every world.
    """
    problems = cannot_be_planned(scenario, replications)
    if problems:
        raise InputError(problems)
    number = posts_of(scenario, posts, budget, cost_per_post)
    names = chosen_levers(levers)
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
    tasks = [_Task(world, number, kept) for world in found.worlds]
    tables = (workers or Workers()).map(_reached, tasks, progress)
    weights = found.draws.weights if found.draws else np.full(len(tasks), 1 / len(tasks))
    rows = tuple(
        {"draw": world.draw, "reading": world.reading, "weight": float(weight), **row}
        for world, weight, table in zip(found.worlds, weights, tables, strict=True)
        for row in table
    )
    return Reach(scenario, number, posts_at_start(scenario), names, found, rows)


def draws_of(
    reading: str, draws: int | None, posterior: Posterior | Path | str | None
) -> int | None:
    """How many draws: those asked for, else 40 or as many as there are; None for readings."""
    if draws is not None or reading != POSTERIOR:
        return draws
    return DRAWS if posterior is None else as_many(posterior, DRAWS)


def posts_of(
    scenario: Scenario,
    posts: int | None,
    budget: float | None,
    cost_per_post: float | None = None,
) -> int:
    """The funded posts asked for, or those that a yearly budget pays beyond today's."""
    from sim.rate_files import cost_of_a_post_year

    if cost_per_post is not None and budget is None:
        told = say("says nothing without a budget")
        raise InputError(
            Problem("plan", "cost_per_post", told, say("add --budget, or leave it out"))
        )
    if (posts is None) == (budget is None):
        told = say("name either posts or a budget")
        raise InputError(Problem("plan", "posts", told, say("for example --posts 1600")))
    if posts is not None:
        if posts < 1:
            raise InputError(
                Problem(
                    "plan",
                    "posts",
                    say("is {posts}, must be 1 or more", posts=posts),
                    say("try 1200"),
                )
            )
        return posts
    cost = cost_per_post if cost_per_post is not None else float(cost_of_a_post_year())
    wrong = {"budget": budget, "cost_per_post": cost}
    problems = [
        Problem(
            "plan",
            name,
            say("is {value:g}, must be above 0", value=value),
            say("name euros a year"),
        )
        for name, value in wrong.items()
        if value is not None and not value > 0
    ]
    if problems:
        raise InputError(problems)
    assert budget is not None
    return posts_at_start(scenario) + int(budget // cost)


@dataclass(frozen=True)
class _Task:
    world: World
    posts: int
    store: Store | None

    @property
    def key(self) -> str:
        return key_of({"reach": self.world.identity, "posts": self.posts}, ROOMS)


def _reached(task: _Task) -> list[dict[str, Any]]:
    """In a worker: the rows of one world, from the store or made and kept."""
    import pyarrow as pa

    table = task.store.load(task.key) if task.store else None
    if table is None:
        table = pa.Table.from_pylist(list(_rows(task.world, task.posts)))
        if task.store:
            task.store.save(task.key, table)
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def _rows(world: World, posts: int) -> list[dict[str, Any]]:
    """Every combination as the scenario allocates posts; none and all of the levers otherwise."""
    evaluate = Evaluator(world.scenario, world.seed, world.numbers, world.engine)
    own = world.scenario.posts.allocation
    (other,) = (each for each in ALLOCATIONS if each != own)
    both: list[tuple[str, Combination]] = [(own, names) for names in world.combinations]
    both += [(other, names) for names in dict.fromkeys(((), world.levers))]
    return [
        _row(evaluate, Cell(posts, levers=names, allocation=allocation, limited=True))
        for allocation, names in both
    ]


def _row(evaluate: Evaluator, cell: Cell) -> dict[str, Any]:
    """What a combination reaches at the intensity at which the guardrails hold."""
    target = evaluate.scenario.target
    share, found = _within(evaluate, cell)
    row = {
        "levers": "+".join(cell.levers),
        "allocation": cell.allocation,
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
