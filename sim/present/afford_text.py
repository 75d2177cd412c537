"""What a yearly budget reaches, in words and tables."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from sim.money.afford import Afforded
from sim.money.payers import ALL_PAYERS
from sim.present.budget_text import CALLED
from sim.present.lever_names import combination, legend, marks
from sim.present.numbers import millions, number, percent
from sim.present.reach_text import in_words as reach_in_words
from sim.present.reach_text import notes as reach_notes
from sim.present.tables import Table, wrapped
from sim.present.targets import counted
from sim.words import say, to_say

SHOWN = 16
LARGE = 20_000
COUNTED = {
    "gross": to_say("all costs beyond today's posts"),
    "without_esf": to_say("what is left to others when the ESF has paid its part"),
}


def in_words(found: Afforded) -> list[str]:
    """What the budget pays, and the best that it reaches."""
    first = found.reach.best()
    told = [
        say(
            "{euros} M euros a year ({counting}) pay {posts} posts beyond today's {today}, with "
            "these levers: {levers}.",
            euros=millions(found.euros),
            counting=say(COUNTED[found.counting]),
            posts=number(first["posts"] - found.reach.today),
            today=number(found.reach.today),
            levers=combination("+".join(found.best)),
        )
    ]
    if found.counting != "gross":
        best = found.summary[found.summary["levers"] == first["levers"]].iloc[0]
        told.append(
            say(
                "In a year of {year} these posts and levers cost {gross} M euros gross; the ESF "
                "pays {esf} M euros of it, {counted} M euros are left to others.",
                year=found.scenario.target.year,
                gross=millions(gross_of(best)),
                esf=millions(gross_of(best) - best["counted"]),
                counted=millions(best["counted"]),
            )
        )
    return [*told, *reach_in_words(found.reach)]


def gross_of(row: Mapping[Any, Any]) -> float:
    """What a combination costs in a year beyond today's posts, whoever pays it."""
    return float(row["posts_cost"] + row["levers_cost"])


def table(found: Afforded) -> Table:
    """One row a combination, the best first: posts that are left to pay, what they reach."""
    target, both = found.scenario.target, found.counting != "gross"
    large = target.people >= LARGE
    unit, what = 1000 if large else 1, counted(target.measure)

    def people(row: Mapping[str, Any]) -> str:
        mean, low, high = (number(row[name] / unit) for name in ("reached", "low", "high"))
        return say("{mean} [{low}; {high}]", mean=mean, low=low, high=high)

    rows = [
        [
            marks(row["levers"]),
            number(row["posts"]),
            millions(row["posts_cost"]),
            millions(row["levers_cost"]),
            *([millions(gross_of(row)), millions(row["counted"])] if both else []),
            percent(row["probability"]),
            people({str(name): value for name, value in row.items()}),
            percent(row["intensity"]),
            number(row["entry_delay"], 1),
            percent(row["held"]),
        ]
        for row in found.summary.head(SHOWN).to_dict("records")
    ]
    return Table(
        say("What {euros} M euros a year reach", euros=millions(found.euros)),
        [
            say("levers"),
            say("posts"),
            say("M euros: posts"),
            say("levers"),
            *([say("gross"), say("without the ESF")] if both else []),
            say("target"),
            say("{what}, 1000s", what=what) if large else what,
            say("intensity"),
            say("delay"),
            say("held"),
        ],
        rows,
        note=say(
            "{legend}. Costs of {year} beyond today's posts, gross, all posts there all year; "
            "target: probability that {people} are reached with the guardrails held; {what}: mean "
            "and 90 % interval; intensity: share of full intensity at which the guardrails hold "
            "(median); delay: days; held: share of draws in which they hold.",
            legend=legend(),
            year=target.year,
            people=number(target.people),
            what=what,
        ),
    )


def payers_table(found: Afforded) -> Table:
    """Who pays the best one, by year, hiring among it."""
    budget = found.budget
    years = budget.years
    rows = [
        [say("Gross"), *(millions(budget.gross(year)) for year in years)],
        *(
            [f"  {say(CALLED[payer])}", *(millions(budget.paid_by(payer, year)) for year in years)]
            for payer in ALL_PAYERS
            if any(budget.paid_by(payer, year) for year in years)
        ),
    ]
    title = say("Who pays the best one, all its posts, M euros")
    return Table(title, ["", *(str(year) for year in years)], rows)


def notes(found: Afforded) -> list[str]:
    """What the reader must know before using the numbers."""
    said = [
        say(
            "Rates: {where}; many are assumptions (agsim budget --show-rates). Social workers' "
            "hours are left out; hiring in the first years is in the table by payer, not in the "
            "yearly cost that the budget is compared with.",
            where=found.rates.where,
        )
    ]
    if found.not_afforded:
        said.append(
            say(
                "{count} of {all} combinations are left out: their levers alone cost more.",
                count=len(found.not_afforded),
                all=len(found.not_afforded) + len(found.reach.posts_with),
            )
        )
    return [*said, *reach_notes(found.reach)]


def afforded_text(found: Afforded) -> str:
    """The whole answer as text."""
    said = "\n".join(wrapped(each) for each in in_words(found))
    told = "\n".join(wrapped(each, "- ") for each in notes(found))
    drawn = "\n\n".join(each.text() for each in (table(found), payers_table(found)))
    return f"{said}\n\n{drawn}\n\n{told}"


def afforded_html(found: Afforded) -> str:
    """The whole answer as HTML."""
    said = "".join(f"<p>{escape(each)}</p>" for each in in_words(found))
    told = "".join(f"<li>{escape(each)}</li>" for each in notes(found))
    return f"{said}{table(found).html()}{payers_table(found).html()}<ul>{told}</ul>"
