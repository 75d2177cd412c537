"""Evaluations of plans: some posts, some orientations, some levers, in one world.

A *world* is a scenario under one draw of the posterior, or under one reading. A plan is
simulated there, or looked at in the fluid approximation, which brackets a search and is never
quoted without its error (`sim.planning.search`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from sim.experiment.executor import Progress, silent
from sim.experiment.replication import Job, replicate
from sim.flow import fluid
from sim.levers import NAMES
from sim.measures import Derived, derived
from sim.measures.mean_flow import measured
from sim.population.fluid_build import MONTHS_A_YEAR, STEPS_A_MONTH, fluid_inputs
from sim.quantities import Quantity, Timeline
from sim.scenario import Scenario

MIDDLE_OF_2020 = date(2020, 7, 1)
KINDS = 16  # of pools in the approximation: 3 ms a run; what that leaves, simulation puts right
LASTING_YEARS = 3


@dataclass(frozen=True)
class Evaluation:
    """Means over the replications of the national measures by year.

    `posts` are funded posts at the end of hiring, `multiplier` the orientations
    asked for beside those that levers and posts bring. `values[year][measure]` of the
    target's year and later ones;
    `errors` are the standard errors of the means over the replications (NaN with one).
    by_month: entries by month ('2022-01'), where the cell is `lasting`.
    """

    posts: int
    multiplier: float
    values: Mapping[int, Mapping[str, float]]
    errors: Mapping[int, Mapping[str, float]]
    by_month: Mapping[str, float] = field(default_factory=dict)

    def of(self, measure: str, year: int) -> float:
        """The mean of a measure in a year."""
        return self.values[year][measure]


@dataclass(frozen=True)
class Cell:
    """A plan to evaluate: what is set beside the scenario in its world.

    A limit on hires a month counts where the cell is `limited`: what a target takes is one
    thing, when it can be there is another.
    """

    posts: int | None = None
    multiplier: float = 1.0
    levers: tuple[str, ...] = ()
    intensity: float = 1.0  # share of each lever's own intensity
    allocation: str = ""
    supply_response: float | None = None
    lasting: bool = False  # also the two years after, and what binds
    limited: bool = False  # by the scenario's limit on hires a month


@dataclass
class Evaluator:
    """Evaluates cells of one scenario in one world, each cell once.

    numbers: of the replications, which decide all random numbers.
    """

    scenario: Scenario
    seed: int
    numbers: Sequence[int]
    engine: str = "compiled"
    progress: Progress = silent
    done: dict[Cell, Evaluation] = field(default_factory=dict)
    guessed: dict[Cell, Evaluation] = field(default_factory=dict)

    def __call__(self, cell: Cell) -> Evaluation:
        """The simulated evaluation of a cell."""
        known = self.done.get(cell) or self.done.get(replace(cell, lasting=True))
        if known is None:
            scenario = self.planned(cell)
            runs = [
                replicate(Job(scenario, k, self.seed, self.engine, binding=cell.lasting))
                for k in self.numbers
            ]
            by_month = [derived(run, "month") for run in runs] if cell.lasting else []
            tables = [derived(run) for run in runs]
            known = _evaluation(cell, tables, self.scenario.target.year)
            if by_month:
                known = replace(known, by_month=_by_month(by_month, "entries"))
            self.done[cell] = known
            self.progress(1)
        return known

    def approximate(self, cell: Cell) -> Evaluation:
        """The evaluation of a cell by the fluid approximation: the target's year alone."""
        known = self.guessed.get(cell)
        if known is None:
            scenario = self.planned(cell)
            inputs = fluid_inputs(scenario, KINDS)
            first, year = scenario.calendar.months[0], scenario.target.year
            begin = (year - first.year) * MONTHS_A_YEAR - first.month + 1
            steps = slice(begin * STEPS_A_MONTH, (begin + MONTHS_A_YEAR) * STEPS_A_MONTH)
            values = measured(inputs, fluid.run(inputs), steps)
            nothing = dict.fromkeys(values, float("nan"))
            known = Evaluation(cell.posts or 0, cell.multiplier, {year: values}, {year: nothing})
            self.guessed[cell] = known
        return known

    def foretold(self, cell: Cell, near: Cell) -> Evaluation:
        """A near cell, simulated, times what the approximation makes of the difference.

        The target's year alone, and the measures that the approximation has.
        """
        year, known = self.scenario.target.year, self(near)
        there, here = (self.approximate(each).values[year] for each in (near, cell))
        values = {
            name: known.of(name, year) * (here[name] / value if value > 0 else 1.0)
            for name, value in there.items()
        }
        unknown = dict.fromkeys(values, float("nan"))
        return Evaluation(cell.posts or 0, cell.multiplier, {year: values}, {year: unknown})

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
        if not cell.limited and self.scenario.posts.most_hires_per_month is not None:
            changes["posts.most_hires_per_month"] = None
        if cell.allocation:
            changes["posts.allocation"] = cell.allocation
        if cell.multiplier != 1.0:
            changes["orientations"] = {"multiplier": self._multiplied(cell.multiplier)}
        if cell.supply_response is not None:
            changes |= self._other_response(cell.supply_response)
        years = LASTING_YEARS if cell.lasting else 1
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


def _evaluation(cell: Cell, tables: Sequence[Derived], since: int) -> Evaluation:
    """Means over the replications, of the years from `since` on."""
    years = [int(period) for period in tables[0].periods]
    values: dict[int, dict[str, float]] = {}
    errors: dict[int, dict[str, float]] = {}
    for column, year in enumerate(years):
        if year < since:
            continue
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


def _by_month(tables: Sequence[Derived], measure: str) -> dict[str, float]:
    """Means over the replications of a measure by month."""
    values = np.mean([table.values[measure][0] for table in tables], axis=0)
    return {str(when): float(value) for when, value in zip(tables[0].periods, values, strict=True)}
