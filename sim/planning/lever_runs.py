"""Runs of combinations of levers: one unit a draw and replication, kept in a store.

A unit is one draw (or reading) with one replication, at all its points. Its runs share
their past and come one after the other in one process. With a store a unit is kept as
soon as it is done, with all measures of the year: a second run reads it, a stopped one
goes on, another measure costs nothing.

What is *built in* of the levers' acting together is told from what *emerges* by running the
combinations a second time with effects that add up (`sim.levers.added`), without
facilitation. This is a composition that the run is given (`Job.composition`), not a
changed scenario: a ramp, fading and the floor of the process delay act by the day, so no
constants in a scenario would give the sum exactly; and nothing changes for runs that
multiply, nor in what identifies a scenario.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sim.experiment.executor import Progress, silent
from sim.experiment.identity import key_of
from sim.experiment.replication import Job, yearly
from sim.experiment.store import Store
from sim.levers import FACILITATION, NAMES, Composition
from sim.planning.combinations import Combination, combinations_of
from sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

DELAY = "shorter_entry_delay"
ROOMS = ("experiment", "planning")
BETWEEN_LEVERS = "+"


@dataclass(frozen=True)
class Point:
    """One run of a unit: which levers are used, with how many posts, how effects compose.

    response: whether prescribers orient more where entry delays are shorter; without,
    that lever acts on the delay alone.
    """

    levers: Combination
    posts: int
    composition: Composition = "multiplied"
    response: bool = True


def points_of(levers: Combination, posts: int, most_posts: int) -> tuple[Point, ...]:
    """The points of a unit.

    All combinations with effects that multiply; those of two levers or more, without
    facilitation, with effects that add up (none and one alone are the same either way);
    with `most_posts` all, and all but one; shorter delays alone without the response of the
    prescribers.
    """
    others = [name for name in levers if name != FACILITATION]
    found = [Point(some, posts) for some in combinations_of(levers)]
    found += [Point(some, posts, "added") for some in combinations_of(others) if len(some) > 1]
    if most_posts > posts:
        found += [Point(some, most_posts) for some in nearly_all(levers)]
    if DELAY in levers:
        found.append(Point((DELAY,), posts, response=False))
    return tuple(found)


def nearly_all(levers: Combination) -> tuple[Combination, ...]:
    """All levers, then all but each of them."""
    return (levers, *(tuple(each for each in levers if each != name) for name in levers))


@dataclass(frozen=True)
class Unit:
    """Points of one draw or reading (laid under the scenario) with one replication."""

    scenario: Scenario
    points: tuple[Point, ...]
    replication: int
    seed: int
    engine: str
    store: Store | None = None

    def planned(self, point: Point) -> Scenario:
        """The scenario of a point; a lever that the scenario does not use is used in full."""
        changes: dict[str, Any] = {
            f"levers.{name}.intensity": intensity(self.scenario, name)
            if name in point.levers
            else 0
            for name in NAMES
        }
        if not point.response:
            changes[f"levers.{DELAY}.orientations"] = 0
        return self.scenario.with_({**changes, "posts.target": point.posts})

    @property
    def key(self) -> str:
        """The key of its results in a store."""
        content = {
            "what": "levers",
            "scenario": self.scenario.fingerprint,
            "points": [asdict(point) for point in self.points],
            "replication": self.replication,
            "seed": self.seed,
            "engine": self.engine,
        }
        return key_of(content, ROOMS)


def intensity(scenario: Scenario, name: str) -> float:
    """How strongly a lever is used: the scenario's own intensity, or 1 where it has none."""
    return float(scenario.levers.named(name).intensity) or 1.0


def run_unit(unit: Unit, progress: Progress = silent) -> pd.DataFrame:
    """One row a point: levers, posts, composition, response, national measures of the last year.

    From the store where they are there.
    """
    from pyarrow import Table

    if unit.store is not None and (kept := unit.store.load(unit.key)) is not None:
        progress(len(unit.points))
        found: pd.DataFrame = kept.to_pandas()
        return found
    rows = []
    for point in unit.points:
        rows.append(_row(unit, point))
        progress(1)
    found = _frame(rows)
    if unit.store is not None:
        unit.store.save(unit.key, Table.from_pandas(found, preserve_index=False))
    return found


def _row(unit: Unit, point: Point) -> Mapping[str, Any]:
    table = yearly(
        Job(
            unit.planned(point),
            unit.replication,
            unit.seed,
            unit.engine,
            binding=False,
            composition=point.composition,
        )
    )
    measures = {name: float(values[0, -1]) for name, values in table.values.items()}
    return {**asdict(point), "levers": BETWEEN_LEVERS.join(point.levers), **measures}


def _frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows)
