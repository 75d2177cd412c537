"""How much of a budget hangs on each rate, in words."""

from __future__ import annotations

from sim.money.payers import ESF
from sim.money.ranges import Ranges
from sim.present.numbers import MILLION, exact, number, span
from sim.present.posterior_text import as_html, as_text
from sim.present.tables import Table
from sim.words import say


def ranges_text(found: Ranges) -> str:
    """The table and its notes as text."""
    return as_text([_table(found)], _notes(found))


def ranges_html(found: Ranges) -> str:
    """The table and its notes as HTML."""
    return as_html([_table(found)], _notes(found))


def _millions(amount: object) -> str:
    return number(float(str(amount)) / MILLION, 1)


def _table(found: Ranges) -> Table:
    def between(low: object, high: object) -> str:
        first, last = _millions(low), _millions(high)
        return first if first == last else span(first, last)

    rows = [
        [
            str(row["path"]),
            span(exact(row["low"]), exact(row["high"])),
            between(row["gross_low"], row["gross_high"]),
            between(row["esf_low"], row["esf_high"]),
            say(str(row["status"])),
        ]
        for row in found.frame.to_dict("records")
    ]
    return Table(
        say(
            "What {year} hangs on: each rate at its low and its high end, M euros", year=found.year
        ),
        [say("rate"), say("range"), say("gross"), say("ESF"), say("status")],
        rows,
    )


def _notes(found: Ranges) -> list[str]:
    budget, year = found.budget, found.year
    return [
        say(
            "As budgeted: gross {gross}, ESF {esf} M euros. One rate at a time: ranges do not add "
            "up.",
            gross=_millions(budget.gross(year)),
            esf=_millions(budget.paid_by(ESF, year)),
        )
    ]
