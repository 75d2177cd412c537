"""Comparing scenarios: paired differences on common random numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from sim.errors import InputError, Problem
from sim.experiment.credible import By
from sim.experiment.design import Design, designed
from sim.experiment.executor import Progress, Workers, silent
from sim.experiment.intervals import mean_with_interval, paired
from sim.experiment.precision import Precision, checked, next_number, pilot
from sim.experiment.results import Results, carried_out, continued
from sim.parameters import POSTERIOR
from sim.posterior import Posterior
from sim.scenario import Scenario
from sim.shown import Shown
from sim.words import say, speaking

if TYPE_CHECKING:
    import pandas as pd

REPLICATIONS_A_READING = 4


@dataclass(frozen=True, repr=False)
class Comparison(Shown):
    """Scenarios run side by side; the first is what the others are compared with.

    precision: what was asked for, if anything. stages: replications and the half-width of
    its measure (the largest over what is compared) after each batch before the last.
    """

    shown_by: ClassVar[str] = "run_text.comparison"

    results: Results
    precision: Precision | None = None
    stages: tuple[tuple[int, float], ...] = ()

    @property
    def base(self) -> str:
        """The name of the scenario that the others are compared with."""
        return self.results.runs[0].scenario

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """Tidy differences by year of every run from the base's run on the same people."""
        return paired(self.results.yearly, self.base)

    @cached_property
    def differences(self) -> pd.DataFrame:
        """Tidy paired differences by year, with the half-width of their 95 % interval.

        On posterior draws: `summary`, which also has the 90 % credible interval.
        """
        if self.results.posterior is not None:
            return self.summary()
        return mean_with_interval(self.pairs)

    @property
    def replications(self) -> int:
        """Replications of each draw or reading."""
        return self.results.design.replications

    @cached_property
    def precise(self) -> pd.DataFrame:
        """The differences of the measure and year whose precision was asked for."""
        assert self.precision is not None
        frame, wanted = self.differences, self.precision
        return frame[(frame["measure"] == wanted.measure) & (frame["period"] == str(wanted.year))]

    @property
    def half_width(self) -> float:
        """The largest half-width of those differences; `InputError` where there is none."""
        found = float(self.precise["half_width"].max())
        if isnan(found):
            assert self.precision is not None
            told = say(
                "{measure} has no value in {year}",
                measure=self.precision.measure,
                year=self.precision.year,
            )
            remedy = say("choose another measure or year")
            raise InputError(Problem("compare", "precision measure", told, remedy))
        return found

    def summary(self, by: By = "together") -> pd.DataFrame:
        """What the posterior says of the differences by year; columns as in `Results.summary`."""
        from sim.experiment.credible import summarised

        return summarised(self.pairs, self.results.draws, by)

    def __repr__(self) -> str:
        return f"<Comparison with {self.base}: {self.results!r}>"

    def plot(
        self,
        measure: str = "entries",
        year: int | None = None,
        by: By = "together",
        *,
        lang: str | None = None,
    ) -> Any:
        """Differences of a measure from the base, with intervals: a figure.

        On posterior draws the intervals are credible ones (90 %); by 'reading' the means
        of each label's draws beside them.
        """
        from sim.present.figures import comparison_figure

        with speaking(lang):
            return comparison_figure(self, measure, year, by)


def compare(
    scenarios: Sequence[Scenario],
    *,
    reading: str = POSTERIOR,
    draws: int | None = None,
    replications: int | None = None,
    posterior: Posterior | Path | str | None = None,
    precision: Precision | float | None = None,
    seed: int = 1,
    engine: str = "compiled",
    workers: Workers | None = None,
    progress: Progress = silent,
) -> Comparison:
    """Run scenarios on the same people and show what differs from the first.

    Arguments as those of `sim.simulate`; under readings 4 replications by default.
    `precision`: add replications until the noise of every difference (95 %, half-width) is
    no larger; a number is of the entries in the target's year, a `Precision` says more.
    Raises `InputError` for fewer than two scenarios or bad arguments.
    """
    wanted = precision
    if wanted is not None and not isinstance(wanted, Precision):
        wanted = Precision(float(wanted))
    design, wanted = compared(
        scenarios,
        reading=reading,
        draws=draws,
        replications=replications,
        posterior=posterior,
        precision=wanted,
    )
    results = carried_out(design, seed, engine, workers=workers, progress=progress)
    found = Comparison(results, wanted)
    while (more := replications_wanted(found)) > found.replications:
        found = added(found, more, workers, progress)
    return found


def compared(
    scenarios: Sequence[Scenario],
    *,
    reading: str = POSTERIOR,
    draws: int | None = None,
    replications: int | None = None,
    posterior: Posterior | Path | str | None = None,
    precision: Precision | None = None,
) -> tuple[Design, Precision | None]:
    """The design of a comparison, with a precision that of its pilot; and the precision checked.

    `InputError` with what is wrong with them.
    """
    if len(scenarios) < 2:
        raise InputError(
            Problem(
                "compare",
                "scenarios",
                say("got {scenarios}", scenarios=len(scenarios)),
                say("name two or more scenarios"),
            )
        )
    wanted = None if precision is None else checked(precision, scenarios)
    design = designed(
        scenarios,
        reading=reading,
        draws=draws,
        replications=replications,
        posterior=posterior,
        replications_a_reading=REPLICATIONS_A_READING,
    )
    return design if wanted is None else pilot(design, wanted), wanted


def replications_wanted(found: Comparison) -> int:
    """Replications that the precision asks for next; those that are there where it is done."""
    if found.precision is None:
        return found.replications
    stages = [*found.stages, (found.replications, found.half_width)]
    return next_number(stages, found.precision)


def added(
    found: Comparison,
    replications: int,
    workers: Workers | None = None,
    progress: Progress = silent,
) -> Comparison:
    """The comparison with more replications; those that are there are not run again."""
    stage = (found.replications, found.half_width)
    results = continued(found.results, replications, workers, progress)
    return replace(found, results=results, stages=(*found.stages, stage))
