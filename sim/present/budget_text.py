"""A budget in words: by year, by kind of cost, by payer, to the cent."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from sim.money.budget import Budget
from sim.money.costs import KINDS
from sim.money.payers import ALL_PAYERS
from sim.present.numbers import number, percent
from sim.present.posterior_text import as_html, as_text
from sim.present.split_text import regions_note
from sim.present.tables import Table, in_blocks

if TYPE_CHECKING:
    from sim.rates import Rates

CALLED = {
    "posts": "posts (pay and charges)",
    "hiring": "hiring",
    "indirect": "indirect costs",
    "levers": "levers' own cost",
    "social_hours": "social workers' hours",
    "esf": "ESF",
    "pole_emploi": "Pôle emploi",
    "departements": "départements, social services",
    "other": "others",
}
MANY_ALIKE = ("levers", "payers", "esf.eligible", "esf.programmes", "social", "indirect")
METHODS = {
    "flat_20": "a flat rate on direct costs",
    "flat_15": "a flat rate on direct staff costs",
    "flat_40": "a flat rate on direct staff costs that holds all other costs",
    "actual": "an amount a post",
    "none": "left out",
}


def budget_text(found: Budget) -> str:
    """Tables and notes as text."""
    return as_text(_tables(found), _notes(found))


def budget_html(found: Budget) -> str:
    """Tables and notes as HTML."""
    return as_html(_tables(found), _notes(found))


def euros(amount: Decimal) -> str:
    """An amount with its cents and spaces between thousands."""
    return f"{amount:,.2f}".replace(",", " ")


def _tables(found: Budget) -> list[Table]:
    years = found.by_year().to_dict("records")
    headings = ["", *(str(row["year"]) for row in years)]

    def amounts(label: str, key: str) -> list[str]:
        return [label, *(euros(row[key]) for row in years)]

    def counts(label: str, key: str) -> list[str]:
        return [label, *(number(row[key], 1) for row in years)]

    def heading(label: str) -> list[str]:
        return [label, *("" for _ in years)]

    rows: list[Sequence[str]] = [
        counts("Funded posts, mean", "funded_posts"),
        counts("  presented to the ESF", "presented"),
        counts("  that its money is worth", "esf_worth"),
        heading("WHAT IT COSTS, euros"),
        *(amounts(f"  {CALLED[kind]}", kind) for kind in KINDS if any(row[kind] for row in years)),
        amounts("Gross", "gross"),
        amounts("  eligible for the ESF", "eligible"),
        amounts("  not eligible", "ineligible"),
        amounts("  of redeployed posts", "redeployed"),
        amounts("Net of redeployed posts", "net"),
        heading("WHO PAYS THE GROSS, euros"),
        *(
            amounts(f"  {CALLED[payer]}", payer)
            for payer in ALL_PAYERS
            if any(row[payer] for row in years)
        ),
        ["ESF, part of the gross", *(percent(row["esf_rate"], 1) for row in years)],
    ]
    return in_blocks(f"Budget: {found.scenario.title}", headings, rows)


def _notes(found: Budget) -> list[str]:
    rates, first = found.rates, min(found.posts.counted)
    hours = (
        "Social workers' hours are left out: the activity is not known."
        if found.activity is None
        else "Social workers' hours: by the shared diagnoses and the people in a parcours, means "
        "over what was simulated."
    )
    until = "" if found.esf_until is None else f" The ESF pays to the end of {found.esf_until}."
    return [
        f"From {first:%B %Y} on; every post counts in full, vacant or held. Rates: {rates.where}.",
        f"Half by the ESF, read as: {_reading(rates)}.{until}",
        f"Indirect costs: {METHODS[rates.method]}.",
        hours,
        _treasury(found),
        "Each line (a month, a region, a kind of cost) is rounded once to the cent, half a cent "
        "upwards; the ESF's part of it is rounded down, the rest is divided by the largest "
        "remainder. Sums are sums of lines.",
        _doubts(rates),
        regions_note(found.scenario),
    ]


def _reading(rates: Rates) -> str:
    share = percent(float(rates.number("esf.share")))
    if rates.reading == "posts":
        return f"{share} of the posts are presented, at the highest rate of their region"
    return (
        f"all posts are presented, the ESF pays {share} of the eligible cost, at most the highest "
        "rate of their region"
    )


def _treasury(found: Budget) -> str:
    treasury, months = found.treasury, int(found.rates.number("esf.payment_months"))
    if not treasury.claims:
        return ""
    return (
        f"The ESF pays {months} months later ({found.rates['esf.payment_months'].status}): up to "
        f"{euros(treasury.most_outstanding)} euros are advanced at a time, until "
        f"{treasury.claims[-1].payment:%B %Y}. Audits take off {euros(treasury.cut)} "
        f"({found.rates['esf.audit_cut'].status}), which the employer bears beside its part."
    )


def _doubts(rates: Rates) -> str:
    def named(status: str) -> str:
        paths = [path for path, rate in rates.by_path.items() if rate.status == status]
        return ", ".join(dict.fromkeys(_in_short(path) for path in paths)) or "none"

    return (
        f"Assumptions: {named('assumption')}. To be verified: {named('to be verified')}. "
        "See `agsim budget --show-rates`."
    )


def _in_short(path: str) -> str:
    """A rate's path, or its group's where that has many alike."""
    group = next((each for each in MANY_ALIKE if path.startswith(f"{each}.")), None)
    return f"{group}.*" if group else path
