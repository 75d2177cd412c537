"""Running scenarios on posterior draws or under readings, and the results that users hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from sim.errors import InputError, Problem, nearest
from sim.experiment.credible import By
from sim.experiment.design import Case, Design, designed
from sim.experiment.executor import Progress, Workers, silent
from sim.experiment.measured import Measured, measure_each
from sim.experiment.replication import ENGINES, MOST_TRUNKS, Job
from sim.measures import Derived, tidy
from sim.measures.frames import Period, Place
from sim.parameters import POSTERIOR
from sim.posterior import Draws, Posterior
from sim.scenario import Scenario
from sim.shown import Shown
from sim.words import say, speaking

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiment.by_place import ByPlace


@dataclass(frozen=True)
class Run:
    """One replication of one scenario under one reading, or on one draw (else -1)."""

    scenario: str
    reading: str
    draw: int
    replication: int
    measured: Measured


@dataclass(frozen=True, repr=False)
class Results(Shown):
    """What came out of running one or more scenarios; `design` says what was run."""

    shown_by: ClassVar[str] = "run_text.results"

    design: Design
    runs: Sequence[Run]
    seed: int
    engine: str
    share: float = 1.0

    @property
    def scenarios(self) -> Mapping[tuple[str, str], Scenario]:
        """By (name, reading) as they ran; by (name, 'posterior') before a draw was laid under."""
        return self.design.scenarios

    @property
    def posterior(self) -> Posterior | None:
        """The posterior sample on whose draws was run; None under readings."""
        return self.design.posterior

    @cached_property
    def draws(self) -> Draws:
        """The draws on which was run; `InputError` under readings, which have no weights."""
        if self.design.posterior is None:
            told = say("were run under readings, which are no draws and have no weights")
            raise InputError(Problem("results", "", told, say("run with reading='posterior'")))
        return self.design.posterior.first(self.design.draws)

    def frame(self, period: Period = "year", place: Place = "country") -> pd.DataFrame:
        """Tidy rows: scenario, reading, replication, draw, period, place, measure, value, unit.

        By 'month' or 'year', for the 'country' (of what was simulated); by 'region' or
        'departement' where simulated `by_place`; from `horizon.measured_from` on. On
        posterior draws `reading` is the label of the draw.
        """
        return self._tidy(period, lambda run: run.measured.table(period, place))

    def _tidy(self, period: Period, table_of: Callable[[Run], Derived]) -> pd.DataFrame:
        import pandas as pd

        starts = {name: each.horizon.measured_from for (name, _), each in self.scenarios.items()}
        parts = []
        for run in self.runs:
            labels: dict[str, str | int] = {
                "scenario": run.scenario,
                "reading": run.reading,
                "replication": run.replication,
                "draw": run.draw,
            }
            first = starts[run.scenario]
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

    def _national(self, period: Period) -> pd.DataFrame:
        return self.yearly if period == "year" else self.monthly

    def mean(self, period: Period = "year") -> pd.DataFrame:
        """Means with the half-width of the 95 % interval of the simulation's noise.

        Under readings: means over the replications; the half-width also holds the error
        of sampling where a share of the pools was run, and what is not known about the
        world is the difference between the readings. On posterior draws: `summary`.
        """
        from sim.experiment.intervals import mean_with_interval, widened

        if self.posterior is not None:
            return self.summary(period)
        means = mean_with_interval(self._national(period))
        if self.share == 1:
            return means
        return widened(means, self._tidy(period, lambda run: run.measured.errors(period)))

    def summary(self, period: Period = "year", by: By = "together") -> pd.DataFrame:
        """What the posterior says: one row a scenario, period and measure.

        `value`: mean over the draws by their weights. `low`, `high`: the 90 % credible
        interval of the expected value, the simulation's noise taken out. `half_width`:
        95 %, of the error that this noise leaves in `value`. By 'reading': the draws of
        each label for themselves, `weight` is that of the label.
        """
        from sim.experiment.credible import summarised

        return summarised(self._national(period), self.draws, by)

    def by_place(
        self, year: int | None = None, kind: str = "departement", name: str | None = None
    ) -> ByPlace:
        """Every 'departement' or 'region' and their total in a year: a table and maps.

        For runs `by_place`; year: the target's by default; name: of one of several scenarios.
        """
        from sim.experiment.by_place import by_place

        return by_place(self, year, kind, name)

    def table(self, measures: Sequence[str] | None = None) -> pd.DataFrame:
        """A wide view: measures down, years across, one column block a scenario and reading."""
        means = self.mean()
        wide = means.pivot_table(
            index="measure", columns=["scenario", "reading", "period"], values="value", sort=False
        )
        return wide if measures is None else wide.loc[list(measures)]

    def __repr__(self) -> str:
        what = "scenario" if self.posterior is not None else "scenario × reading"
        on = f" × {self.design.draws} draws" if self.posterior is not None else ""
        return f"<Results: {len(self.scenarios)} {what}{on}, {len(self.runs)} runs>"

    def plot(
        self,
        measure: str = "entries",
        period: Period = "month",
        by: By = "together",
        *,
        lang: str | None = None,
    ) -> Any:
        """A measure over time with intervals: a figure.

        On posterior draws the mean and its 90 % credible interval, by 'reading' also the
        mean of each label; under readings one line a scenario and reading.
        """
        from sim.present.figures import measure_figure

        with speaking(lang):
            return measure_figure(self, measure, period, by)

    def plot_delay(self, period: Period = "month", *, lang: str | None = None) -> Any:
        """Where the days from orientation to entry go, until ready and in the queue: a figure.

        A panel for each scenario and reading. The line is the whole delay, the band around it
        its interval as in `plot`.
        """
        from sim.present.delay_figures import delay_figure
        from sim.present.scenario_names import called

        national = all(each.territory.is_the_country for each in self.scenarios.values())
        with speaking(lang):
            titles = called(self.scenarios)
            return delay_figure(self.mean(period), period, titles, national=national)

    def plot_loads(self, *, lang: str | None = None) -> Any:
        """People per portfolio by month, and how far portfolios differ: a figure.

        A panel for each scenario and reading; the ceiling is `target.mean_load`.
        """
        from sim.present.loads_figures import loads_figure
        from sim.present.scenario_names import called

        ceilings = {
            name: float(each.target.mean_load) for (name, _), each in self.scenarios.items()
        }
        with speaking(lang):
            return loads_figure(self.mean("month"), called(self.scenarios), ceilings)


def simulate(
    scenario: Scenario | Sequence[Scenario],
    *,
    reading: str = POSTERIOR,
    draws: int | None = None,
    replications: int | None = None,
    posterior: Posterior | Path | str | None = None,
    seed: int = 1,
    engine: str = "compiled",
    by_place: bool = False,
    share: float = 1.0,
    workers: Workers | None = None,
    progress: Progress = silent,
) -> Results:
    """Run one scenario, or several on common random numbers.

    `reading`: 'posterior' (the default) runs the first `draws` draws (40) of the
    calibrated sample, or of the one in the folder `posterior`; 'all' runs the point fit
    of every reading, a reading's name that one, 'own_figures' a scenario that brings
    all figures itself. `replications` (2) are of each draw or reading. `by_place` also
    counts by département (a hundred times the memory of national counts). `share` runs
    a share of the pools under readings, the same in all replications, for a quick look;
    its error is part of all intervals. Raises `InputError` on bad arguments.
    """
    design = designed(
        [scenario] if isinstance(scenario, Scenario) else list(scenario),
        reading=reading,
        draws=draws,
        replications=replications,
        posterior=posterior,
    )
    return carried_out(design, seed, engine, by_place, share, workers, progress)


def carried_out(
    design: Design,
    seed: int = 1,
    engine: str = "compiled",
    by_place: bool = False,
    share: float = 1.0,
    workers: Workers | None = None,
    progress: Progress = silent,
) -> Results:
    """Run a design: results in its order, whatever the order in which they are made.

    All scenarios of one draw (or reading) and replication run one after the other in
    one process, where they share their past; with fewer of those than workers, each
    run is a job of its own. A past that nobody could share, because it would be
    forgotten before it comes up again, is not kept.
    """
    check_run(design, engine, by_place, share)
    repetitions = range(design.replications)
    runs = _runs(design, repetitions, seed, engine, by_place, share, workers, progress)
    return Results(design, runs, seed, engine, share)


def continued(
    results: Results,
    replications: int,
    workers: Workers | None = None,
    progress: Progress = silent,
) -> Results:
    """Results with more replications of every case: those that are there are not run again.

    The same as if `replications` had been asked for at once.
    """
    earlier, design = results.design, replace(results.design, replications=replications)
    by_place = ("year", "region") in results.runs[0].measured.tables
    repetitions = range(earlier.replications, replications)
    added = _runs(
        design, repetitions, results.seed, results.engine, by_place, results.share, workers,
        progress,
    )  # fmt: skip
    old, new = earlier.replications, len(repetitions)
    runs = [
        run
        for k in range(len(design.cases))
        for run in (*results.runs[k * old : (k + 1) * old], *added[k * new : (k + 1) * new])
    ]
    return Results(design, runs, results.seed, results.engine, results.share)


def _runs(
    design: Design,
    repetitions: Sequence[int],
    seed: int,
    engine: str,
    by_place: bool,
    share: float,
    workers: Workers | None,
    progress: Progress,
) -> list[Run]:
    """Some repetitions of every case, in the order of the cases."""
    on = workers or Workers()
    labels = [(case, k) for case in design.cases for k in repetitions]
    together: dict[tuple[str, int, int], list[int]] = {}
    for place, (case, k) in enumerate(labels):
        together.setdefault((case.reading, case.draw, k), []).append(place)
    batches = list(together.values())
    if len(batches) < on.count:
        batches = [[place] for batch in batches for place in batch]

    shared = len(batches[0]) > 1 or len(batches) <= MOST_TRUNKS

    def job(case: Case, repetition: int) -> Job:
        number = case.number(repetition)
        return Job(
            case.ready, number, seed, engine, by_place=by_place, share=share, branches=shared
        )

    jobs = [[job(*labels[place]) for place in batch] for batch in batches]
    in_each = len(batches[0])
    done = on.map(measure_each, jobs, lambda batch: progress(batch * in_each))
    measured = {
        place: found
        for batch, results in zip(batches, done, strict=True)
        for place, found in zip(batch, results, strict=True)
    }
    return [
        Run(case.scenario, case.reading, case.draw, k, measured[place])
        for place, (case, k) in enumerate(labels)
    ]


def check_run(design: Design, engine: str, by_place: bool = False, share: float = 1.0) -> None:
    """`InputError` for what cannot be run like that."""
    problems = []
    if by_place and share < 1:
        problems.append(
            Problem("run", "share", say("a share of the pools tells nothing by place"), "share=1")
        )
    if design.posterior is not None and share != 1:
        told = say("of the pools has an error of its own, which a credible interval must not hold")
        remedy = say("for a quick look run fewer draws, for example 10, or one reading")
        problems.append(Problem("run", "share", told, remedy))
    if engine not in ENGINES:
        problems.append(
            Problem(
                "run",
                "engine",
                say("'{engine}' is not known", engine=engine),
                nearest(engine, ENGINES),
            )
        )
    if problems:
        raise InputError(problems)
