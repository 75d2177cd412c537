"""The forward side of the calibration: from parameters to the figures that were observed.

Parameters are of two kinds. *Structure*: places, unevenness, patience, … (one vector,
the calibrated priors). *Unknowns*: the logs of volume, process delay and stay, year by
year, which the figures pin down once the structure is given. `Fluid` gives the figures
of one structure for any unknowns in milliseconds; `simulated_figures` gives those of
the compiled engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.figures import Figure, Figures
from calibration.priors import DURATION_2020, Priors, priors_of
from sim.experiment.replication import Job, replicate
from sim.flow import fluid
from sim.flow.fluid_inputs import FluidFlow, FluidInputs
from sim.measures import Derived, Tally, derived
from sim.measures.frames import Period
from sim.measures.mean_flow import MEASURES, ratio, sums_by_step
from sim.population.fluid_build import KINDS, MONTHS_A_YEAR, STEPS_A_MONTH, fluid_inputs
from sim.scenario import Scenario
from sim.scenario_files import load

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HISTORY = "history-2018-2020"
CRISIS_YEAR = 2020
LEAST = {"people": 0.5, "days": 0.04}
TINY = 1e-6
LAST_PUBLISHED_YEAR = 2020


def scenario_of(figures: Figures) -> Scenario:
    """The history that the figures are about, with their portfolios as input."""
    history = load(HISTORY)
    if not figures.portfolios:
        return history
    changes: dict[str, Any] = {
        "portfolios.in_service": {
            when.isoformat(): float(value) for when, value in figures.portfolios.items()
        },
    }
    last = figures.years[-1]
    if last > LAST_PUBLISHED_YEAR:
        end = date(last + 1, 1, 1)
        changes |= {"horizon.end": end, "posts.hiring_start": end, "posts.hiring_end": end}
    if figures.place:
        first = date(figures.years[0], 1, 1)
        changes |= {
            "territory.departements": list(figures.places),
            "territory.figures_for": "departements",
            "horizon.measured_from": first,
            "horizon.opening": date(first.year - 2, 1, 1),
        }
    return history.with_(changes)


@dataclass(frozen=True)
class Problem:
    """What is calibrated: a history, the figures about it, what is thought before."""

    history: Scenario
    figures: Figures
    priors: Priors

    @classmethod
    def of(cls, figures: Figures) -> Problem:
        """The problem of these figures."""
        history = scenario_of(figures)
        priors = priors_of(history)
        if figures.place:
            priors = priors.of_a_place(figures.entries_a_year(figures.years[0]))
        return cls(history, figures, priors)

    @property
    def years(self) -> tuple[int, ...]:
        """Years with unknowns of their own; the time before the first is like the first."""
        return tuple(self.figures.years)

    @cached_property
    def observed(self) -> Floats:
        """Logs of the figures."""
        return np.log([each.value for each in self.figures.rows])

    @cached_property
    def errors(self) -> Floats:
        """Standard deviations of the logs by observation alone."""
        return np.array([each.error for each in self.figures.rows])

    @cached_property
    def chance(self) -> Floats:
        """About the noise of one replication, until it is measured: counts are Poisson numbers."""
        return np.array(
            [
                1 / np.sqrt(each.value) if each.unit == "people" else 0.0
                for each in self.figures.rows
            ]
        )

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the figures, 'measure period'."""
        return tuple(f"{each.measure} {each.period}" for each in self.figures.rows)

    @cached_property
    def least(self) -> Floats:
        """The smallest that each figure is taken to be."""
        return _least(self.figures.rows)

    @cached_property
    def rows_of_measure(self) -> dict[str, Ints]:
        """Which figures are of each measure."""
        measures = np.array([each.measure for each in self.figures.rows])
        return {str(name): np.flatnonzero(measures == name) for name in np.unique(measures)}

    def structured(self, structure: Floats) -> dict[str, float]:
        """The values of a structure by scenario path; without the term of 2020."""
        return {
            path: float(value)
            for path, value in zip(self.priors.paths, structure, strict=True)
            if path != DURATION_2020
        }

    def term_of_2020(self, structure: Floats) -> float:
        """Factor on the stays of those oriented in 2020."""
        return float(structure[self.priors.paths.index(DURATION_2020)])

    def parameters(self, structure: Floats, unknowns: Floats) -> dict[str, float]:
        """Every calibrated value by scenario path, rounded as it is written."""
        values = self.structured(structure)
        volume, process, stay = np.exp(unknowns).reshape(3, -1)
        term = self.term_of_2020(structure)
        first = min(self.years[0], self.history.horizon.opening.year)
        for k, year in enumerate(self.years):
            factor = term if year == CRISIS_YEAR else 1.0
            values[f"orientations.per_year.{year}"] = round(float(volume[k]), 1)
            values[f"entry.process_delay_days.{year}"] = round(float(process[k]), 3)
            values[f"parcours.duration_days.{year if k else first}"] = round(
                float(stay[k] * factor), 3
            )
        return values

    def scenario(self, structure: Floats, unknowns: Floats) -> Scenario:
        """The history with these values."""
        values = self.parameters(structure, unknowns)
        if self.figures.portfolios and not self.figures.place:
            # A history of its own leaves no room for the December that nobody published.
            values["portfolios.in_service.2017-12-31"] = values["portfolios.december_2017"]
        return self.history.with_(values)


class Fluid:
    """The figures of one structure by the fluid approximation, for any unknowns.

    The inputs are made once, with plain values for all years; volumes, process delays
    and stays of a year multiply them.
    """

    def __init__(self, problem: Problem, structure: Floats, kinds: int = KINDS) -> None:
        self.problem, self.structure = problem, structure
        years, count = problem.years, len(problem.years)
        plain = problem.scenario(structure, problem.priors.mean_of_logs(count))
        self.inputs = fluid_inputs(plain, kinds)
        self.levels = np.exp(problem.priors.mean_of_logs(count)).reshape(3, -1)
        year = np.repeat([first.year for first in plain.calendar.months], STEPS_A_MONTH)
        self.year_of_step = np.clip(year - years[0], 0, count - 1)
        self.channel_share = float(plain.orientations.employment_service_share)
        self.true_to_published = float(plain.parcours.true_to_published)
        first = plain.calendar.months[0]
        self.periods = np.zeros((len(year), len(problem.figures.rows)))
        for k, each in enumerate(problem.figures.rows):
            self.periods[_steps_of(each, first, len(year)), k] = 1.0

    def with_places(self, factor: float) -> Fluid:
        """The same with so many times the places."""
        other = copy(self)
        kinds = self.inputs.kinds
        other.inputs = replace(self.inputs, kinds=replace(kinds, places=kinds.places * factor))
        return other

    def flow(self, unknowns: Floats) -> tuple[FluidInputs, FluidFlow]:
        """Inputs and mean flow with these unknowns."""
        factors = (np.exp(unknowns).reshape(3, -1) / self.levels)[:, self.year_of_step]
        inputs = replace(
            self.inputs,
            orientations=self.inputs.orientations * factors[0],
            process_delay=self.inputs.process_delay * factors[1],
            duration=self.inputs.duration * factors[2],
        )
        return inputs, fluid.run(inputs)

    def __call__(self, unknowns: Floats) -> Floats:
        """Logs of the figures."""
        sums = sums_by_step(*self.flow(unknowns))
        totals = dict(zip(sums, np.array(list(sums.values())) @ self.periods, strict=True))
        found = np.empty(self.periods.shape[1])
        for measure, rows in self.problem.rows_of_measure.items():
            found[rows] = self._figure(measure, totals)[rows]
        return _logs(found, self.problem.least)

    def _figure(self, measure: str, sums: Mapping[str, Floats]) -> Floats:
        if measure in MEASURES:
            return MEASURES[measure](sums)
        share = self.channel_share
        if measure == "parcours_duration":
            return ratio("ended_days", "exits")(sums) / self.true_to_published
        if measure == "orientations_employment_service":
            return share * sums["orientations"]
        return (1 - share) * sums["orientations"]


def _steps_of(figure: Figure, first: date, steps: int) -> slice:
    """The steps of a figure's period."""
    year, _, month = figure.period.partition("-")
    begin = (
        (int(year) - first.year) * MONTHS_A_YEAR
        + (int(month) - 1 if month else 0)
        - first.month
        + 1
    )
    length = 1 if month else MONTHS_A_YEAR
    return slice(max(0, begin * STEPS_A_MONTH), min(steps, (begin + length) * STEPS_A_MONTH))


@dataclass(frozen=True)
class Trial:
    """Parameters to be simulated: the problem, values, and how often."""

    problem: Problem
    structure: Floats
    unknowns: Floats
    replications: Sequence[int]
    seed: int


# What is told of the last year beside the figures.
STATE = ("orientations", "abandonments", "process_delay", "queue_delay", "load", "stock",
         "entries", "parcours_duration")  # fmt: skip


def simulated_figures(trial: Trial) -> Floats:
    """Logs of the figures by the compiled engine [replication, figure]."""
    return simulated(trial)[0]


def simulated(trial: Trial) -> tuple[Floats, Floats]:
    """Logs of the figures [replication, figure], and the last year's state [replication, STATE]."""
    scenario = trial.problem.scenario(trial.structure, trial.unknowns)
    rows = trial.problem.figures.rows
    runs = [
        replicate(Job(scenario, k, trial.seed, binding=False, branches=False))
        for k in trial.replications
    ]
    last = str(trial.problem.years[-1])
    return (
        np.stack([figures_of_run(rows, scenario, counted) for counted in runs]),
        np.stack([_state(derived(counted, "year"), last) for counted in runs]),
    )


def _state(table: Derived, year: str) -> Floats:
    column = table.periods.index(year)
    return np.array([float(table.values[name][0, column]) for name in STATE])


def figures_of_run(rows: Sequence[Figure], scenario: Scenario, counted: Tally) -> Floats:
    """Logs of the figures in one replication of a scenario."""
    periods: set[Period] = {"month" if "-" in each.period else "year" for each in rows}
    tables = {period: derived(counted, period) for period in periods}
    share = float(scenario.orientations.employment_service_share)
    factor = {
        "orientations_employment_service": share,
        "orientations_social_service": 1 - share,
        "parcours_duration": 1 / float(scenario.parcours.true_to_published),
    }
    found = []
    for each in rows:
        table = tables["month" if "-" in each.period else "year"]
        measure = "orientations" if each.measure.startswith("orientations") else each.measure
        value = table.values[measure][0, table.periods.index(each.period)]
        found.append(value * factor.get(each.measure, 1.0))
    return _logs(np.array(found), _least(rows))


def _least(rows: Sequence[Figure]) -> Floats:
    """Half a person or an hour: no figure is taken to be smaller, for logs cannot take nothing."""
    return np.array([LEAST.get(each.unit, TINY) for each in rows])


def _logs(values: Floats, least: Floats) -> Floats:
    """Logs of figures that are `least` at the least, also where they are not a number."""
    return np.asarray(np.log(np.fmax(values, least)))
