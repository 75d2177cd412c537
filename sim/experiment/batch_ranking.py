"""The cells of a batch in the order of what they reach in one year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.errors import InputError, Problem, nearest
from sim.experiment.batch_work import Work
from sim.measures.frames import QUANTILES
from sim.words import say

if TYPE_CHECKING:
    import pandas as pd

SHOWN_BESIDE = ("entry_delay", "load")
LESS_IS_BETTER = frozenset(
    {"refusals", "abandonments", "abandoned_share", "entry_delay", "process_delay", "queue_delay"}
    | {"waiting", "load", "exits_dropout", *QUANTILES}
    | {"bound_by_places", "bound_by_slots"}
)


@dataclass(frozen=True, eq=False)
class Ranking:
    """Cells, the best first, by one measure in one year.

    order: numbers of the cells. rows: of the summary, of that year and the measures shown,
    by (cell, reading, measure). Under readings a cell stands where its worst reading
    puts it: readings have no probabilities, so no mean over them is taken.
    """

    work: Work
    measure: str
    year: str
    order: tuple[int, ...]
    rows: pd.DataFrame

    @property
    def readings(self) -> tuple[str, ...]:
        """What the rows are told for: 'posterior', or the readings."""
        return tuple(dict.fromkeys(self.rows.index.get_level_values("reading")))

    def of(self, reading: str, measure: str) -> pd.DataFrame:
        """The rows of a measure under a reading, by cell."""
        levels = self.rows.index
        mine = (levels.get_level_values("reading") == reading) & (
            levels.get_level_values("measure") == measure
        )
        return self.rows[mine].droplevel(["reading", "measure"])

    @property
    def is_target(self) -> bool:
        """Whether it is by what the target counts."""
        target = self.work.cells.target
        return self.measure == target.measure and self.year == str(target.year)


def wanted(work: Work, measure: str | None = None) -> tuple[str, list[str]]:
    """The measure to rank by, by default the target's, and those that are shown."""
    chosen = measure or work.cells.target.measure
    return chosen, [chosen, *(each for each in SHOWN_BESIDE if each != chosen)]


def ranked(
    work: Work, summary: pd.DataFrame, measure: str | None = None, year: int | None = None
) -> Ranking:
    """The ranking from summaries by year; the last year where the target's is not simulated.

    `InputError` for a measure or a year that is not there, or where nothing could be run.
    """
    if summary.empty:
        told = say("holds no results: every unit failed")
        raise InputError(Problem("batch", "", told, say("see why they failed")))
    chosen, shown = wanted(work, measure)
    years, known = sorted(set(summary["period"])), set(summary["measure"])
    if chosen not in known:
        told = say("'{chosen}' is no measure of this batch", chosen=chosen)
        raise InputError(Problem("batch", "measure", told, nearest(chosen, known)))
    period = str(year or work.cells.target.year)
    if period not in years and year is not None:
        told = say("{year} is not simulated", year=year)
        raise InputError(
            Problem("batch", "year", told, say("choose one of {years}", years=", ".join(years)))
        )
    period = period if period in years else years[-1]
    rows = summary[(summary["period"] == period) & summary["measure"].isin(shown)]
    rows = rows.astype({"reading": str, "measure": str})
    by = rows[rows["measure"] == chosen].groupby("cell", observed=True)["value"]
    least_first = chosen in LESS_IS_BETTER
    order = (by.max() if least_first else by.min()).sort_values(
        ascending=least_first, kind="stable"
    )
    rows = rows.set_index(["cell", "reading", "measure"])
    return Ranking(work, chosen, period, tuple(int(cell) for cell in order.index), rows)
