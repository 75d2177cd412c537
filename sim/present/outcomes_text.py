"""What the money buys, in words: per entry, per additional entry, per additional durable job."""

from __future__ import annotations

from collections.abc import Sequence
from math import isinf, isnan
from typing import Any

from sim.experiment.credible import By
from sim.money.outcomes import Outcomes
from sim.present.numbers import number, percent
from sim.present.posterior_text import as_html, as_text
from sim.present.tables import Table, in_blocks

CALLED = {
    "cost": "Cost, M euros",
    "cost_per_entry": "  per entry, euros",
    "base_cost_per_entry": "  per entry as it is today",
    "entries": "Entries",
    "additional_cost": "Additional cost, M euros",
    "cost_per_additional_entry": "  per additional entry, euros",
    "additional_entries": "Additional entries",
    "additional_durable_jobs": "Additional durable jobs",
    "cost_per_additional_durable_job": "  cost of one, euros",
}
IN_MILLIONS = ("cost", "additional_cost")
MILLION = 1_000_000


def outcomes_text(found: Outcomes) -> str:
    """Tables and notes as text."""
    return as_text(_tables(found), _notes(found))


def outcomes_html(found: Outcomes) -> str:
    """Tables and notes as HTML."""
    return as_html(_tables(found), _notes(found))


def _tables(found: Outcomes) -> list[Table]:
    if found.results.posterior is not None:
        return _table(found, "What the money buys", "together")
    return [
        table
        for name in dict.fromkeys(found.frame["reading"])
        for table in _table(found, f"What the money buys, reading: {name}", "reading", name)
    ]


def _table(found: Outcomes, title: str, by: By, reading: str | None = None) -> list[Table]:
    summary = found.summary(by)
    if reading is not None:
        summary = summary[summary["reading"] == reading]
    rows: list[Sequence[str]] = []
    for measure, label in CALLED.items():
        some = summary[summary["measure"] == measure].to_dict("records")
        rows.append([label, *(_written(row, "value") for row in some)])
        if not all(isnan(row["low"]) for row in some):
            rows.append(["", *(_interval(row) for row in some)])
    return in_blocks(title, ["", *(str(year) for year in found.plan.years)], rows)


def _written(row: dict[Any, Any], key: str) -> str:
    value, measure = float(row[key]), row["measure"]
    if isinf(value):
        return "no gain"
    return number(value / MILLION, 1) if measure in IN_MILLIONS else number(value)


def _interval(row: dict[Any, Any]) -> str:
    low, high = _written(row, "low"), _written(row, "high")
    return "" if low == high == _written(row, "value") else f"[{low}; {high}]"


def _notes(found: Outcomes) -> list[str]:
    rates, draws = found.plan.rates, found.results.design.draws
    decline = float(rates.number("jobs.decline"))
    spread = (
        f"[low; high]: 90 % of {draws} draws, what is not known of the world; rates are taken as "
        "they are. 'no gain': no additional entry."
        if draws
        else ""
    )
    return [
        f"{found.first_year} holds hiring and portfolios that fill; {found.steady_year} is the "
        "nearest to a steady state that was simulated. Cost: gross, social workers' hours too.",
        f"Additional: beside {found.base.scenario.title.lower()}, on the same people.",
        spread,
        "Durable jobs: "
        f"{percent(float(rates.number('jobs.with_support')))} of entries against "
        f"{percent(float(rates.number('jobs.without')))} without AG "
        f"({rates['jobs.with_support'].source}); the gain "
        + ("is taken to stay" if not decline else f"declines, exponent {decline:g}")
        + " as entries grow (jobs.decline, an assumption).",
    ]
