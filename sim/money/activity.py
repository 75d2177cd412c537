"""What counsellors and social workers do in a month: what their hours are counted by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from sim.experiment.results import Results

if TYPE_CHECKING:
    import pandas as pd

MEASURES = ("entries", "refusals", "stock")


@dataclass(frozen=True)
class Month:
    """Shared diagnoses, people in a parcours (mean of the month), and entries."""

    diagnoses: Fraction
    in_parcours: Fraction
    entries: Fraction


@dataclass(frozen=True)
class Activity:
    """What happens in each month in the area simulated."""

    by_month: Mapping[date, Month]

    def entries_in(self, year: int) -> Fraction:
        """Entries in a year."""
        found = (each.entries for month, each in self.by_month.items() if month.year == year)
        return sum(found, Fraction(0))


def expected_activity(results: Results, scenario: str | None = None) -> Activity:
    """The mean activity over draws by their weights; on readings the plain mean over them all.

    scenario: the name of one where the results are of several.
    """
    frame = results.monthly[results.monthly["measure"].isin(MEASURES)]
    if scenario is not None:
        frame = frame[frame["scenario"] == scenario]
    if results.posterior is not None:
        weights = frame["draw"].map(dict(enumerate(results.draws.weights.tolist())))
    else:
        weights = frame["value"] * 0 + 1.0
    sums = (frame["value"] * weights).groupby([frame["period"], frame["measure"]]).sum()
    whole = weights.groupby([frame["period"], frame["measure"]]).sum()
    return activity_of((sums / whole).unstack("measure"))


def activity_of(by_month: pd.DataFrame) -> Activity:
    """Activity from a frame with a row a month ('2022-01') and a column a measure."""
    found = {}
    for period, row in by_month.iterrows():
        entries, refusals, stock = (Fraction(float(row[name])) for name in MEASURES)
        month = date.fromisoformat(f"{period}-01")
        found[month] = Month(entries + refusals, stock, entries)
    return Activity(found)
