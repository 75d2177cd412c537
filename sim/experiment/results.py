"""Running scenarios under readings, and the results that users hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.errors import InputError, Problem, nearest
from sim.experiment.executor import Progress, Workers, silent
from sim.experiment.replication import ENGINES, Job, replicate
from sim.measures import Derived, Tally, derived, sampling_errors, tidy
from sim.measures.frames import Period, Place
from sim.readings import chosen_readings
from sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

MOST_REPLICATIONS = 100_000
NO_DRAW = -1


@dataclass(frozen=True)
class Run:
    """One replication of one scenario under one reading."""

    scenario: str
    reading: str
    replication: int
    tally: Tally


@dataclass(frozen=True, repr=False)
class Results:
    """What came out of running one or more scenarios.

    `scenarios` maps (name, reading) to the scenario as it was run.
    """

    scenarios: Mapping[tuple[str, str], Scenario]
    runs: Sequence[Run]
    seed: int
    engine: str
    share: float = 1.0

    def frame(self, period: Period = "year", place: Place = "country") -> pd.DataFrame:
        """Tidy rows: scenario, reading, replication, draw, period, place, measure, value, unit.

        By 'month' or 'year', for the 'country' (of what was simulated); by 'region' or
        'departement' where simulated `by_place`; from `horizon.measured_from` on.
        """
        return self._tidy(period, lambda run: derived(run.tally, period, place))

    def _tidy(self, period: Period, table_of: Callable[[Run], Derived]) -> pd.DataFrame:
        import pandas as pd

        parts = []
        for run in self.runs:
            first = self.scenarios[run.scenario, run.reading].horizon.measured_from
            labels: dict[str, str | int] = {
                "scenario": run.scenario,
                "reading": run.reading,
                "replication": run.replication,
                "draw": NO_DRAW,
            }
            since = f"{first:%Y}" if period == "year" else f"{first:%Y-%m}"
            parts.append(tidy(table_of(run), labels, since))
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def yearly(self) -> pd.DataFrame:
        """National measures by year."""
        return self.frame("year")

    @cached_property
    def monthly(self) -> pd.DataFrame:
        """National measures by month."""
        return self.frame("month")

    def mean(self, period: Period = "year") -> pd.DataFrame:
        """Means over the replications with the half-width of their 95 % interval.

        The interval is of the replications' noise, and of the error of sampling where
        a share of the pools was run; what is not known about the world is the
        difference between the readings.
        """
        from sim.experiment.intervals import mean_with_interval, widened

        means = mean_with_interval(self.yearly if period == "year" else self.monthly)
        if self.share == 1:
            return means
        return widened(means, self._tidy(period, lambda r: sampling_errors(r.tally, period)))

    def table(self, measures: Sequence[str] | None = None) -> pd.DataFrame:
        """A wide view: measures down, years across, one column block a scenario and reading."""
        means = self.mean()
        wide = means.pivot_table(
            index="measure", columns=["scenario", "reading", "period"], values="value", sort=False
        )
        return wide if measures is None else wide.loc[list(measures)]

    def __repr__(self) -> str:
        return f"<Results: {len(self.scenarios)} scenario × reading, {len(self.runs)} runs>"

    def __str__(self) -> str:
        from sim.present.run_text import results_text

        return results_text(self)

    def _repr_html_(self) -> str:
        from sim.present.run_text import results_html

        return results_html(self)

    def plot(self, measure: str = "entries", period: Period = "month") -> Any:
        """A measure over time, one line a scenario and reading, with intervals: a figure."""
        from sim.present.figures import measure_figure

        return measure_figure(self, measure, period)


def simulate(
    scenario: Scenario | Sequence[Scenario],
    *,
    reading: str = "all",
    replications: int = 2,
    seed: int = 1,
    engine: str = "compiled",
    by_place: bool = False,
    share: float = 1.0,
    workers: Workers | None = None,
    progress: Progress = silent,
) -> Results:
    """Run one scenario, or several on common random numbers.

    `reading`: the name of one, 'all' for every reading (the default: one number
    would hide the question), or 'own_figures' for a scenario that brings all
    figures itself. `by_place` also counts by département (a hundred times the memory
    of national counts). `share` runs a share of the pools, the same in all replications,
    for a quick look; its error is part of all intervals. Raises `InputError` on bad arguments.
    """
    several = [scenario] if isinstance(scenario, Scenario) else list(scenario)
    _check(replications, engine, by_place, share)
    scenarios: dict[tuple[str, str], Scenario] = {}
    for each in several:
        name = _unused(each.given.name, {known for known, _ in scenarios})
        for label, ready in chosen_readings(each, reading):
            scenarios[name, label] = ready
    labels = [(key, k) for key in scenarios for k in range(replications)]
    jobs = [
        Job(scenarios[key], k, seed, engine, by_place=by_place, share=share) for key, k in labels
    ]
    tallies = (workers or Workers()).map(replicate, jobs, progress)
    runs = [Run(*key, k, counted) for (key, k), counted in zip(labels, tallies, strict=True)]
    return Results(scenarios, runs, seed, engine, share)


def _unused(name: str, taken: set[str]) -> str:
    number, unused = 1, name
    while unused in taken:
        number += 1
        unused = f"{name}-{number}"
    return unused


def _check(replications: int, engine: str, by_place: bool, share: float) -> None:
    problems = []
    if not 1 <= replications <= MOST_REPLICATIONS:
        problems.append(
            Problem("run", "replications", f"is {replications}", f"1 to {MOST_REPLICATIONS}")
        )
    if by_place and share < 1:
        problems.append(
            Problem("run", "share", "a share of the pools tells nothing by place", "share=1")
        )
    if engine not in ENGINES:
        problems.append(
            Problem("run", "engine", f"'{engine}' is not known", nearest(engine, ENGINES))
        )
    if problems:
        raise InputError(problems)
