"""Comparing scenarios: paired differences on common random numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import InputError, Problem
from sim.experiment.credible import By
from sim.experiment.design import Design, designed
from sim.experiment.executor import Progress, Workers, silent
from sim.experiment.intervals import mean_with_interval, paired
from sim.experiment.results import Results, carried_out
from sim.parameters import POSTERIOR
from sim.posterior import Posterior
from sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

REPLICATIONS_A_READING = 4


@dataclass(frozen=True, repr=False)
class Comparison:
    """Scenarios run side by side; the first is what the others are compared with."""

    results: Results

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

    def summary(self, by: By = "together") -> pd.DataFrame:
        """What the posterior says of the differences by year; columns as in `Results.summary`."""
        from sim.experiment.credible import summarised

        return summarised(self.pairs, self.results.draws, by)

    def __repr__(self) -> str:
        return f"<Comparison with {self.base}: {self.results!r}>"

    def __str__(self) -> str:
        from sim.present.run_text import comparison_text

        return comparison_text(self)

    def _repr_html_(self) -> str:
        from sim.present.run_text import comparison_html

        return comparison_html(self)

    def plot(self, measure: str = "entries", year: int | None = None, by: By = "together") -> Any:
        """Differences of a measure from the base, with intervals: a figure.

        On posterior draws the intervals are credible ones (90 %); by 'reading' the means
        of each label's draws beside them.
        """
        from sim.present.figures import comparison_figure

        return comparison_figure(self, measure, year, by)


def compare(
    scenarios: Sequence[Scenario],
    *,
    reading: str = POSTERIOR,
    draws: int | None = None,
    replications: int | None = None,
    posterior: Posterior | Path | str | None = None,
    seed: int = 1,
    engine: str = "compiled",
    workers: Workers | None = None,
    progress: Progress = silent,
) -> Comparison:
    """Run scenarios on the same people and show what differs from the first.

    Arguments as those of `sim.simulate`; under readings 4 replications by default.
    Raises `InputError` for fewer than two scenarios or bad arguments.
    """
    design = compared(
        scenarios, reading=reading, draws=draws, replications=replications, posterior=posterior
    )
    return Comparison(
        carried_out(design, seed, engine, workers=workers, progress=progress),
    )


def compared(
    scenarios: Sequence[Scenario],
    *,
    reading: str = POSTERIOR,
    draws: int | None = None,
    replications: int | None = None,
    posterior: Posterior | Path | str | None = None,
) -> Design:
    """The design of a comparison; `InputError` with what is wrong with it."""
    if len(scenarios) < 2:
        raise InputError(
            Problem("compare", "scenarios", f"got {len(scenarios)}", "name two or more scenarios")
        )
    return designed(
        scenarios,
        reading=reading,
        draws=draws,
        replications=replications,
        posterior=posterior,
        replications_a_reading=REPLICATIONS_A_READING,
    )
