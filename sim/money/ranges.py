"""How much of a budget hangs on each rate: one at a time, from its low to its high end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from sim.errors import InputError, Problem
from sim.experiment.executor import Progress, silent
from sim.money.budget import Budget, budget
from sim.money.payers import ESF
from sim.shown import Shown
from sim.words import say

if TYPE_CHECKING:
    import pandas as pd

ENDS = ("low", "high")
WITHOUT = ("payers.", "jobs.")  # shares of a whole move together; jobs are no cost


@dataclass(frozen=True, repr=False)
class Ranges(Shown):
    """A budget's year with each rate at its ends. year: which."""

    shown_by: ClassVar[str] = "ranges_text.ranges"

    budget: Budget
    year: int
    frame: pd.DataFrame

    def __repr__(self) -> str:
        return f"<Ranges: {len(self.frame)} rates, {self.year}>"


def moving_rates(found: Budget) -> list[str]:
    """Rates that have a range and take part in a budget."""
    return [
        path
        for path, rate in found.rates.by_path.items()
        if rate.low < rate.high and not path.startswith(WITHOUT)
    ]


def rate_ranges(found: Budget, year: int, progress: Progress = silent) -> Ranges:
    """A budget's year with one rate at a time at its low and its high end.

    frame: one row a rate that moves gross or the ESF's part, the widest first: path, low,
    value, high, status; gross_low, gross_high, esf_low, esf_high: euros with the rate at its
    low or high end (exact); width: of gross, or of the ESF's part if that is wider. Ranges of
    several rates do not add up. `progress(1)` after every rate.
    """
    import pandas as pd

    if year not in found.years:
        told = say(
            "is {year}, the budget goes from {first} to {last}",
            year=year,
            first=found.years[0],
            last=found.years[-1],
        )
        raise InputError(Problem("budget", "year", told, say("name a year of it")))
    rows = []
    for path in moving_rates(found):
        rate = found.rates[path]
        row: dict[str, Any] = {
            "path": path,
            "low": rate.low,
            "value": rate.value,
            "high": rate.high,
            "status": rate.status,
        }
        for end in ENDS:
            changed = budget(
                found.scenario,
                rates=found.rates.with_({path: float(getattr(rate, end))}),
                activity=found.activity,
                esf_until=found.esf_until,
            )
            row[f"gross_{end}"] = changed.gross(year)
            row[f"esf_{end}"] = changed.paid_by(ESF, year)
        widths = (abs(row[f"{what}_high"] - row[f"{what}_low"]) for what in ("gross", "esf"))
        row["width"] = max(widths)
        rows.append(row)
        progress(1)
    frame = pd.DataFrame([row for row in rows if row["width"]], dtype=object)
    if len(frame):
        frame = frame.sort_values("width", ascending=False, ignore_index=True)
    return Ranges(found, year, frame)
