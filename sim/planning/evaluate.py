"""Simulated evaluations of plans: one reading, some posts, some orientations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from sim.experiment.executor import Progress, silent
from sim.experiment.replication import Job, yearly
from sim.levers import NAMES
from sim.measures import Derived
from sim.quantities import Quantity, Timeline
from sim.scenario import Scenario

MIDDLE_OF_2020 = date(2020, 7, 1)


@dataclass(frozen=True)
class Evaluation:
    """Means over the replications of the national measures by year.

    `posts` are funded posts at the end of hiring, `multiplier` the orientations
    asked for beside those that levers and posts bring. `values[year][measure]`;
    `errors` are the standard errors of the means over the replications.
    """

    posts: int
    multiplier: float
    values: Mapping[int, Mapping[str, float]]
    errors: Mapping[int, Mapping[str, float]]

    def of(self, measure: str, year: int) -> float:
        """The mean of a measure in a year."""
        return self.values[year][measure]


@dataclass(frozen=True)
class Cell:
    """A plan to evaluate: what is set beside the scenario and its reading."""

    posts: int | None = None
    multiplier: float = 1.0
    levers: tuple[str, ...] = ()
    intensity: float = 1.0  # share of each lever's own intensity
    allocation: str = ""
    supply_response: float | None = None
    lasting: bool = False  # also the two years after, and what binds


@dataclass
class Evaluator:
    """Evaluates cells of one scenario under one reading, each cell once."""

    scenario: Scenario
    seed: int
    replications: int
    engine: str = "compiled"
    progress: Progress = silent
    done: dict[Cell, Evaluation] = field(default_factory=dict)

    def __call__(self, cell: Cell) -> Evaluation:
        """The evaluation of a cell."""
        longer = replace(cell, lasting=True)
        known = self.done.get(cell) or self.done.get(longer)
        if known is None:
            scenario = self.planned(cell)
            jobs = [
                Job(scenario, k, self.seed, self.engine, binding=cell.lasting)
                for k in range(self.replications)
            ]
            known = self.done[cell] = _evaluation(cell, [yearly(job) for job in jobs])
            self.progress(1)
        return known

    def planned(self, cell: Cell) -> Scenario:
        """The scenario of a cell."""
        target = self.scenario.target
        changes: dict[str, Any] = {
            f"levers.{name}.intensity": cell.intensity * _intensity(self.scenario, name)
            if name in cell.levers
            else 0
            for name in NAMES
        }
        if cell.posts is not None:
            changes["posts.target"] = cell.posts
        if cell.allocation:
            changes["posts.allocation"] = cell.allocation
        if cell.multiplier != 1.0:
            changes["orientations"] = {"multiplier": self._multiplied(cell.multiplier)}
        if cell.supply_response is not None:
            changes |= self._other_response(cell.supply_response)
        years = 3 if cell.lasting else 1
        changes["horizon.end"] = date(target.year + years, 1, 1)
        return self.scenario.with_(changes)

    def _multiplied(self, multiplier: float) -> dict[str, float]:
        """The scenario's own multiplier times one that rises with the hiring.

        That one is full when hiring ends or the target's year begins, at once where
        hiring begins later still; nothing before `hiring_start` is multiplied.
        """
        own, posts = self.scenario.orientations.multiplier, self.scenario.posts
        start, year = posts.hiring_start, date(self.scenario.target.year, 1, 1)
        full = max(start, min(posts.hiring_end + timedelta(days=1), year))
        asked = Timeline(
            {start: Quantity(1.0), full: Quantity(multiplier)}
            if full > start
            else {start: Quantity(multiplier)}
        )
        begin = min(own, default=start)
        dates = {start, full, *own}
        # Where one of the two begins after the other it is a step, not a line towards it.
        dates |= {each - timedelta(days=1) for each in (start, begin) if each > min(start, begin)}

        def factor(when: date) -> float:
            mine = own.between(when) if own and when >= begin else 1.0
            return mine * (asked.between(when) if when >= start else 1.0)

        return {when.isoformat(): factor(when) for when in sorted(dates)}

    def _other_response(self, supply_response: float) -> dict[str, Any]:
        """Another ε, with the volumes such that orientations of 2020 stay as fitted."""
        from sim.population.posts import history

        past = history(self.scenario)
        relative = past.between(MIDDLE_OF_2020) / past[max(past)]
        factor = relative ** (self.scenario.orientations.supply_response - supply_response)
        volumes = {
            when.isoformat(): float(volume) * factor
            for when, volume in self.scenario.orientations.per_year.items()
        }
        return {
            "orientations.supply_response": supply_response,
            **{f"orientations.per_year.{when}": volume for when, volume in volumes.items()},
        }


def _intensity(scenario: Scenario, name: str) -> float:
    """The scenario's own intensity of a lever, or 1 where it does not use it."""
    return float(scenario.levers.named(name).intensity) or 1.0


def _evaluation(cell: Cell, tables: Sequence[Derived]) -> Evaluation:
    years = [int(period) for period in tables[0].periods]
    values: dict[int, dict[str, float]] = {}
    errors: dict[int, dict[str, float]] = {}
    for column, year in enumerate(years):
        runs = {
            name: np.array([table.values[name][0, column] for table in tables])
            for name in tables[0].values
        }
        values[year] = {name: float(np.mean(run)) for name, run in runs.items()}
        errors[year] = {
            name: float(np.std(run, ddof=1) / np.sqrt(len(run))) if len(run) > 1 else float("nan")
            for name, run in runs.items()
        }
    return Evaluation(cell.posts or 0, cell.multiplier, values, errors)
