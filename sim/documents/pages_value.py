"""What the money buys: cost by entry and by durable job, what more posts bring, the front."""

from __future__ import annotations

from math import isinf, isnan
from typing import Any

from sim.documents.pages_parts import (
    Block,
    PageTable,
    Paragraph,
    Row,
    Section,
    rows_of,
)
from sim.documents.pages_reach import SHORT_NAMES, UNUSED, USED
from sim.documents.report import Report
from sim.money.from_plan import GRID
from sim.money.outcomes import Outcomes
from sim.planning.certainty import ROUNDING
from sim.planning.combinations import names_in
from sim.present.numbers import bracketed, euros, millions, number, percent
from sim.present.outcomes_text import CALLED, interval, notes, written
from sim.present.targets import counted
from sim.words import say

HEADLINES = ("cost_per_entry", "cost_per_additional_entry", "cost_per_additional_durable_job")


def value_section(report: Report) -> Section:
    """The chapter."""
    blocks: list[Block] = []
    if report.bought is not None:
        blocks += [Paragraph(each) for each in _in_words(report, report.bought)]
        blocks.append(_by_year(report.bought))
    blocks += [_marginal(report), *_front(report)]
    return Section("value", say("What the money buys"), blocks)


def _in_words(report: Report, bought: Outcomes) -> list[str]:
    """What an entry, an entry more and a durable job more cost in the target's year."""
    summary = bought.summary()
    of_year = {row["measure"]: row for row in rows_of(summary[summary["year"] == report.year])}
    entry, more, job = (_euros(of_year[name]) for name in HEADLINES)
    values = {
        "posts": number(report.there(report.posts_shown)),
        "levers": say("all levers of the plan") if report.plan.levers else say("no lever"),
        "year": report.year,
        "entry": entry,
        "today": _euros(of_year["base_cost_per_entry"]),
    }
    told = [
        say(
            "With {posts} posts and {levers} an entry costs {entry} in {year}; with today's posts "
            "and no lever it costs {today}.",
            **values,
        )
    ]
    gained = of_year["cost_per_additional_entry"]["value"]
    if gained < 0:
        told.append(say("The plan costs less than today's posts and brings more entries."))
    elif isinf(gained):
        told.append(say("No entry is gained beside today's posts."))
    else:
        told.append(
            say(
                "An entry beyond those of today's posts costs {more}; a durable job that would not "
                "be found otherwise, {job}.",
                more=more,
                job=job,
            )
        )
    few = bought.results.design.draws
    told.append(
        say(
            "Simulated on {draws} draws, on the same people with the plan and without it; hours "
            "of social workers are counted here, and are in no other cost of this report.",
            draws=few,
        )
    )
    return told


def _euros(row: dict[str, Any]) -> str:
    """An amount with its interval: '1 234 € (1 100 to 1 400)'."""
    value, low, high = (written(row, key) for key in ("value", "low", "high"))
    if isinf(row["value"]) or row["value"] < 0:
        return value
    amount = euros(row["value"], 0)
    if isnan(row["low"]) or low == high:
        return amount
    return say("{value} ({low} to {high})", value=amount, low=low, high=high)


def _by_year(bought: Outcomes) -> PageTable:
    """Cost, entries and their ratios by year, with the interval of the draws."""
    summary, years = bought.summary(), [str(year) for year in bought.plan.years]
    rows = []
    for measure, label in CALLED.items():
        some = rows_of(summary[summary["measure"] == measure])
        told = say(label)
        kind = "part" if told.startswith(" ") else "plain"
        rows.append(Row(told.strip(), [written(row, "value") for row in some], kind))
        if not all(isnan(row["low"]) for row in some):
            rows.append(Row(say("90 % of draws"), [interval(row) for row in some], "part"))
    return PageTable(
        say("Cost by entry and by durable job"), [say("calendar year"), *years], rows,
        " ".join(each for each in notes(bought) if each),
    )  # fmt: skip


def _marginal(report: Report) -> PageTable:
    """The marginal cost curve: what more posts bring, and what each person more costs."""
    what = counted(report.scenario.target.measure)
    rows = [
        Row(
            number(report.there(row["posts"])),
            [
                millions(row["cost"]),
                number(row["reached"]),
                bracketed(number(row["low"]), number(row["high"])),
                say("no gain") if isinf(row["per_person"]) else number(row["per_person"]),
            ],
        )
        for row in rows_of(report.money.marginal())
    ]
    return PageTable(
        say("What more posts bring, with all levers of the plan")
        if report.plan.levers
        else say("What more posts bring"),
        [say("posts funded"), say("M€ in {year}", year=report.year), say("{what}, mean", what=what),
         say("90 % of draws"), say("euros for one more")],
        rows,
        say(
            "From the row above to each: what it costs more, divided by those it reaches more. "
            "Read from the draws of the plan, with the guardrails held and without hours of "
            "social workers."
        ),
    )  # fmt: skip


def _front(report: Report) -> list[PageTable]:
    """The Pareto front: the cheapest of it for each probability; nothing where it is empty."""
    front = report.money.pareto
    firsts = (front.index[front["probability"] >= level - ROUNDING] for level in GRID)
    some = list(dict.fromkeys(int(each[0]) for each in firsts if len(each)))
    if not some:
        return []
    rows = []
    for row in rows_of(front.loc[some]):
        used = names_in(row["levers"])
        rows.append(
            Row(
                say("{count} of {all}", count=len(used), all=len(report.plan.levers)),
                [
                    *(USED if name in used else UNUSED for name in report.plan.levers),
                    number(report.there(row["posts"])),
                    millions(row["cost"]),
                    percent(row["probability"]),
                    number(row["reached"]),
                    number(row["entry_delay"], 1),
                ],
            )
        )
    return [
        PageTable(
            say("What nothing else beats on cost, probability, people and delay at once"),
            [
                say("levers used"), *(say(SHORT_NAMES[name]) for name in report.plan.levers),
                say("posts funded"), say("M€ in {year}", year=report.year), say("probability"),
                say("{what} reached", what=counted(report.scenario.target.measure)),
                say("delay, days"),
            ],
            rows,
            say(
                "Of {all} such choices the cheapest for each probability. Reached: mean, with "
                "these posts; delay: mean from orientation to entry, with the posts that the "
                "target takes.",
                all=number(len(front)),
            ),
        )
    ]  # fmt: skip
