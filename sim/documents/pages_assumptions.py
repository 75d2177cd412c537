"""The register of what is assumed: parameters of the model and rates, with status and source."""

from __future__ import annotations

from collections.abc import Callable

from sim.documents.pages_names import (
    HIGHEST,
    LEVER_POSTS,
    PARAMETERS,
    RATES,
    STATUS_OF_A_PARAMETER,
    STATUS_OF_A_RATE,
)
from sim.documents.pages_parts import PageTable, Paragraph, Row, Section
from sim.documents.report import Report
from sim.parameters import Entry
from sim.planning.certainty import TAILS, least_enough
from sim.posterior import PRIOR
from sim.present.numbers import percent, plain
from sim.rates import CATEGORIES, Rate
from sim.words import say

TEXTS = frozenset({1, 2, 3})
MIDDLE = 0.5


def assumptions(report: Report) -> Section:
    """What the answer is made of, and what of it is known."""
    entries = {entry.path: entry for entry in report.scenario.register}
    assumed = sum(entry.kind == "assumption" for entry in entries.values())
    told = say(
        "Of {count} parameters of the model, {assumed} are assumptions with a reason and a range; "
        "the draws vary those that bear on the answer. Here are the ones that decide most; "
        "`agsim sources` lists all, `agsim budget --show-rates` all rates.",
        count=len(entries),
        assumed=assumed,
    )
    return Section(
        "assumptions",
        say("What is assumed"),
        [Paragraph(told), _parameters(report, entries), _rates(report)],
    )


def _headings(first: str) -> list[str]:
    return [first, say("value, and its range"), say("its nature"), say("source or reason")]


def _parameters(report: Report, entries: dict[str, Entry]) -> PageTable:
    rows = []
    for path, named in PARAMETERS.items():
        lever = path.split(".")[1] if path.startswith("levers.") else None
        if path not in entries or (lever and lever not in report.plan.levers):
            continue
        entry, drawn = entries[path], _drawn(report, path)
        if drawn is not None:
            value, status = _ranged(named.show, *drawn[0]), drawn[1]
        else:
            value = _ranged(named.show, float(entry.value), entry.low, entry.high)
            status = entry.kind
        rows.append(
            Row(say(named.name), [value, say(STATUS_OF_A_PARAMETER[status]), reason(entry.source)])
        )
    return PageTable(
        say("Parameters of the model that decide most"),
        _headings(say("parameter of the model")), rows,
        say("Ranges: 90 % of the draws; of what the draws do not vary, the range in which the "
            "value is thought to lie. Effects of levers: at full strength."),
        TEXTS,
    )  # fmt: skip


def _drawn(report: Report, path: str) -> tuple[tuple[float, float, float], str] | None:
    """The middle and the 90 % interval that the draws hold, and why; None where they do not."""
    sample, draws = report.plan.posterior, report.plan.draws
    if sample is None or draws is None or path in sample.overridden(report.scenario):
        return None
    found = next((k for k, each in enumerate(sample.parameters) if each.path == path), None)
    if found is None:
        return None
    values = sample.values[: len(draws), found]
    low, middle, high = (
        least_enough(values, draws.weights, level) for level in (TAILS[0], MIDDLE, TAILS[1])
    )
    kind = sample.parameters[found].kind
    return (middle, low, high), "assumption" if kind == PRIOR else kind


def _ranged(
    show: Callable[[float], str], value: float, low: float | None, high: float | None
) -> str:
    if low is None or high is None or low == high:
        return show(value)
    return say("{value} ({low} to {high})", value=show(value), low=show(low), high=show(high))


def reason(source: str) -> str:
    """A source as it stands in the data, without the word that the status says already."""
    told = say(source)
    head, _, rest = told.partition(":")
    short = len(head.split()) == 1 and rest.strip()
    return rest.strip() if short else told


def _rates(report: Report) -> PageTable:
    rates = report.rates
    rows = [
        _rate_row(say(label), rates[path])
        for path, label in RATES.items()
        if not path.startswith("indirect.") or path == f"indirect.{rates.method}"
    ]
    for name in report.plan.levers[:1]:
        rows.append(_rate_row(say(LEVER_POSTS), rates[f"levers.{name}.posts"]))
    years = report.budget.years if report.budget else (report.year,)
    for programme in rates.programmes:
        if programme.last.year < years[0] or programme.first.year > years[-1]:
            continue
        span = programme.name.removeprefix("esf_").replace("_", "-")
        for category in CATEGORIES:
            rate = rates[f"esf.programmes.{programme.name}.highest.{category}"]
            rows.append(_rate_row(say(HIGHEST[category], programme=span), rate))
    return PageTable(
        say("Rates and costs"), _headings(say("rate or cost")), rows,
        say("Rates from: {where}. Amounts are at the prices of their year and rise from there.",
            where=rates.where),
        TEXTS,
    )  # fmt: skip


def _rate_row(label: str, rate: Rate) -> Row:
    value = _ranged(
        lambda each: _amount(rate, each), float(rate.value), float(rate.low), float(rate.high)
    )
    return Row(label, [value, say(STATUS_OF_A_RATE[rate.status]), reason(rate.source)])


def _amount(rate: Rate, value: float) -> str:
    if rate.prices is None and rate.most <= 1:
        return percent(value, 0 if round(100 * value, 6) % 1 == 0 else 1)
    return plain(value)
