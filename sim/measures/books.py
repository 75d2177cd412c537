"""Books balance to the person, on every run."""

from __future__ import annotations

import numpy as np

from sim.flow.inputs import Fate
from sim.measures.tally import Accounts, Tally


class BooksError(AssertionError):
    """A run whose books do not balance: an error in the model, never in the input."""


def check_books(accounts: Accounts, counted: Tally, begin: float = 0.0) -> None:
    """Raise `BooksError` unless everybody is accounted for, exactly.

    Orientations = refusals + abandonments + entries + still on the way or
    waiting; entries = exits + closing stock, in every place; the integral of
    the stock over time equals the time spent inside, to the last 1/1024 day.
    For a branch the sums run from where it began, with those carried over.
    """
    counts, fates = counted.counts, accounts.fates
    since = int(np.searchsorted(counted.calendar.month_bounds, begin))
    sums = {name: float(values[:, since:].sum()) for name, values in counts.items()}
    under_way = int(fates[Fate.ON_THE_WAY] + fates[Fate.WAITING])
    stock = counts["stock_at_end"][:, -1]
    claims = {
        "orientations are all accounted for": sums["orientations"] + accounts.carried
        == sums["refusals"] + sums["abandonments"] + sums["entries"] + under_way,
        "entries are exits and closing stock in every place": bool(
            np.all(counts["entries"].sum(axis=1) == counts["exits"].sum(axis=1) + stock)
        ),
        "the stock's integral is the time spent inside": sums["stock_days"] == accounts.inside_days,
        "waiting people are counted": counts["waiting_at_end"][:, -1].sum() == fates[Fate.WAITING],
        "every delay is process and queue": sums["delay_days"]
        == sums["process_days"] + sums["queue_days"],
    }
    broken = [claim for claim, holds in claims.items() if not holds]
    if broken:
        raise BooksError("the books do not balance: " + "; ".join(broken))
