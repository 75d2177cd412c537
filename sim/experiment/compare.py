"""Comparing scenarios: paired differences on common random numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.errors import InputError, Problem
from sim.experiment.executor import Progress, Workers, silent
from sim.experiment.intervals import paired_differences
from sim.experiment.results import Results, simulate
from sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class Comparison:
    """Scenarios run side by side; the first is what the others are compared with."""

    results: Results
    base: str

    @cached_property
    def differences(self) -> pd.DataFrame:
        """Tidy paired differences by year, with the half-width of their 95 % interval."""
        return paired_differences(self.results.yearly, self.base)

    def __repr__(self) -> str:
        return f"<Comparison with {self.base}: {self.results!r}>"

    def __str__(self) -> str:
        from sim.present.run_text import comparison_text

        return comparison_text(self)

    def _repr_html_(self) -> str:
        from sim.present.run_text import comparison_html

        return comparison_html(self)

    def plot(self, measure: str = "entries", year: int | None = None) -> Any:
        """Differences of a measure from the base, with intervals: a figure."""
        from sim.present.figures import comparison_figure

        return comparison_figure(self, measure, year)


def compare(
    scenarios: Sequence[Scenario],
    *,
    reading: str = "all",
    replications: int = 4,
    seed: int = 1,
    engine: str = "compiled",
    workers: Workers | None = None,
    progress: Progress = silent,
) -> Comparison:
    """Run scenarios on the same people and show what differs from the first.

    Raises `InputError` for fewer than two scenarios or bad arguments.
    """
    if len(scenarios) < 2:
        raise InputError(
            Problem("compare", "scenarios", f"got {len(scenarios)}", "name two or more scenarios")
        )
    results = simulate(
        scenarios,
        reading=reading,
        replications=replications,
        seed=seed,
        engine=engine,
        workers=workers,
        progress=progress,
    )
    return Comparison(results, results.runs[0].scenario)
