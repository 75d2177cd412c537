"""How much of a budget hangs on each rate, in words."""

from __future__ import annotations

from sim.money.payers import ESF
from sim.money.ranges import Ranges
from sim.present.numbers import number
from sim.present.posterior_text import as_html, as_text
from sim.present.tables import Table

MILLION = 1_000_000


def ranges_text(found: Ranges) -> str:
    """The table and its notes as text."""
    return as_text([_table(found)], _notes(found))


def ranges_html(found: Ranges) -> str:
    """The table and its notes as HTML."""
    return as_html([_table(found)], _notes(found))


def _table(found: Ranges) -> Table:
    def millions(low: object, high: object) -> str:
        ends = [number(float(str(each)) / MILLION, 1) for each in (low, high)]
        return ends[0] if ends[0] == ends[1] else " to ".join(ends)

    rows = [
        [
            str(row["path"]),
            f"{row['low']} to {row['high']}",
            millions(row["gross_low"], row["gross_high"]),
            millions(row["esf_low"], row["esf_high"]),
            str(row["status"]),
        ]
        for row in found.frame.to_dict("records")
    ]
    title = f"What {found.year} hangs on: each rate at its low and its high end, M euros"
    return Table(title, ["rate", "range", "gross", "ESF", "status"], rows)


def _notes(found: Ranges) -> list[str]:
    budget, year = found.budget, found.year
    gross, by_esf = budget.gross(year), budget.paid_by(ESF, year)
    return [
        f"As budgeted: gross {number(float(gross) / MILLION, 1)}, ESF "
        f"{number(float(by_esf) / MILLION, 1)} M euros. One rate at a time: ranges do not add up."
    ]
