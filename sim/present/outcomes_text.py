"""What the money buys, in words: per entry, per additional entry, per additional durable job."""

from __future__ import annotations

from collections.abc import Sequence
from math import isinf, isnan
from typing import Any

from sim.experiment.credible import By
from sim.money.outcomes import Outcomes
from sim.present.numbers import MILLION, bracketed, number, percent, significant
from sim.present.posterior_text import as_html, as_text
from sim.present.rates_text import source
from sim.present.tables import Table, in_blocks
from sim.words import say, to_say

CALLED = {
    "cost": to_say("Cost, M euros"),
    "cost_per_entry": to_say("  per entry, euros"),
    "base_cost_per_entry": to_say("  per entry as it is today"),
    "entries": to_say("Entries"),
    "additional_cost": to_say("Additional cost, M euros"),
    "cost_per_additional_entry": to_say("  per additional entry, euros"),
    "additional_entries": to_say("Additional entries"),
    "additional_durable_jobs": to_say("Additional durable jobs"),
    "cost_per_additional_durable_job": to_say("  cost of one, euros"),
}
IN_MILLIONS = ("cost", "additional_cost")
GAINED = ("cost_per_additional_entry", "cost_per_additional_durable_job")


def outcomes_text(found: Outcomes) -> str:
    """Tables and notes as text."""
    return as_text(_tables(found), notes(found))


def outcomes_html(found: Outcomes) -> str:
    """Tables and notes as HTML."""
    return as_html(_tables(found), notes(found))


def _tables(found: Outcomes) -> list[Table]:
    if found.results.posterior is not None:
        return _table(found, say("What the money buys"), "together")
    return [
        table
        for name in dict.fromkeys(found.frame["reading"])
        for table in _table(
            found, say("What the money buys, reading: {reading}", reading=name), "reading", name
        )
    ]


def _table(found: Outcomes, title: str, by: By, reading: str | None = None) -> list[Table]:
    summary = found.summary(by)
    if reading is not None:
        summary = summary[summary["reading"] == reading]
    rows: list[Sequence[str]] = []
    for measure, label in CALLED.items():
        some = summary[summary["measure"] == measure].to_dict("records")
        rows.append([say(label), *(written(row, "value") for row in some)])
        if not all(isnan(row["low"]) for row in some):
            rows.append(["", *(interval(row) for row in some)])
    return in_blocks(title, ["", *(str(year) for year in found.plan.years)], rows)


def written(row: dict[Any, Any], key: str) -> str:
    """A number of a summary's row as tables write it; in words where nobody more enters."""
    value, measure = float(row[key]), row["measure"]
    if isinf(value):
        return say("no gain")
    if measure in GAINED and value < 0:
        return say("saves money")
    return number(value / MILLION, 1) if measure in IN_MILLIONS else number(value)


def interval(row: dict[Any, Any]) -> str:
    """The interval of a summary's row; empty where its ends are the value."""
    low, high = written(row, "low"), written(row, "high")
    return "" if low == high == written(row, "value") else bracketed(low, high)


def notes(found: Outcomes) -> list[str]:
    """What the reader must know before using the numbers."""
    draws = found.results.design.draws
    spread = (
        say(
            "[low; high]: 90 % of {draws} draws, what is not known of the world; rates are taken "
            "as they are. 'no gain': no additional entry.",
            draws=draws,
        )
        if draws
        else ""
    )
    return [
        say(
            "{first} holds hiring and portfolios that fill; {steady} is the nearest to a steady "
            "state that was simulated. Cost: gross, social workers' hours too.",
            first=found.first_year,
            steady=found.steady_year,
        ),
        say(
            "Additional: beside {base}, on the same people.",
            base=say(found.base.scenario.title).lower(),
        ),
        spread,
        _durable_jobs(found),
    ]


def _durable_jobs(found: Outcomes) -> str:
    rates = found.plan.rates
    values = {
        "with_support": percent(float(rates.number("jobs.with_support"))),
        "without": percent(float(rates.number("jobs.without"))),
        "source": source(rates["jobs.with_support"]),
    }
    decline = float(rates.number("jobs.decline"))
    if not decline:
        return say(
            "Durable jobs: {with_support} of entries against {without} without AG ({source}); the "
            "gain is taken to stay as entries grow (jobs.decline, an assumption).",
            **values,
        )
    return say(
        "Durable jobs: {with_support} of entries against {without} without AG ({source}); the gain "
        "declines, exponent {exponent} as entries grow (jobs.decline, an assumption).",
        exponent=significant(decline),
        **values,
    )
