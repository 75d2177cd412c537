"""Social workers' time in the target's year, about: it is in no total where nobody simulated it."""

from __future__ import annotations

import numpy as np

from sim.documents.report import Report
from sim.documents.workbook_book import Book
from sim.documents.workbook_rates import rate_name
from sim.rates import Rates

MONTHS = 12


def hours_cost(book: Book) -> tuple[str, float]:
    """The formula, on the rates, and what it comes to: euros in the target's year.

    By the entries and the people in a parcours at the sizing point, means over the draws:
    those who come to a shared diagnosis and refuse are left out.
    """
    report = book.report
    entries, stock = _mean(report, "entries"), _mean(report, "stock")
    year = report.year
    diagnosis, month = (
        rate_name(f"social.{each}") for each in ("hours_a_diagnosis", "hours_a_parcours_month")
    )
    formula = f"=({entries!r}*{diagnosis}+{stock!r}*{MONTHS}*{month})*hour_{year}"
    return formula, hours_about(report)


def hours_about(report: Report) -> float:
    """The same in euros, at the report's rates."""
    entries, stock = _mean(report, "entries"), _mean(report, "stock")
    return _cost(report.rates, report.year, entries, stock)


def _cost(rates: Rates, year: int, entries: float, stock: float) -> float:
    diagnosis, month = (
        float(rates.number(f"social.{each}"))
        for each in ("hours_a_diagnosis", "hours_a_parcours_month")
    )
    hour = float(rates.euros("social.hour", year))
    return (entries * diagnosis + stock * MONTHS * month) * hour


def _mean(report: Report, measure: str) -> float:
    """The weighted mean of a measure in the target's year, over draws with a sizing point."""
    plan, year = report.plan, report.year
    assert plan.draws is not None
    there = [
        (answer.sizing.evaluation.of(measure, year), float(weight))
        for answer, weight in zip(plan.answers, plan.draws.weights, strict=True)
        if answer.sizing is not None
    ]
    values, weights = np.array(there).T
    return float(np.average(values, weights=weights))
