"""A budget in words: by year, by kind of cost, by payer, to the cent."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from sim.money.budget import Budget
from sim.money.costs import KINDS
from sim.money.payers import ALL_PAYERS
from sim.present.fewer_posts import fewer_posts
from sim.present.numbers import month, number, percent, plain
from sim.present.posterior_text import as_html, as_text
from sim.present.split_text import regions_note
from sim.present.tables import Table, in_blocks, wrapped
from sim.words import say, to_say

if TYPE_CHECKING:
    from sim.rates import Rates

CALLED = {
    "posts": to_say("posts (pay and charges)"),
    "hiring": to_say("hiring"),
    "indirect": to_say("indirect costs"),
    "levers": to_say("levers' own cost"),
    "social_hours": to_say("social workers' hours"),
    "esf": to_say("ESF"),
    "pole_emploi": to_say("Pôle emploi"),
    "departements": to_say("départements, social services"),
    "other": to_say("others"),
}
MANY_ALIKE = ("levers", "payers", "esf.eligible", "esf.programmes", "social", "indirect")
METHODS = {
    "flat_20": to_say("Indirect costs: a flat rate on direct costs."),
    "flat_15": to_say("Indirect costs: a flat rate on direct staff costs."),
    "flat_40": to_say(
        "Indirect costs: a flat rate on direct staff costs that holds all other costs."
    ),
    "actual": to_say("Indirect costs: an amount a post."),
    "none": to_say("Indirect costs: left out."),
}
CENTS = 2


def budget_text(found: Budget) -> str:
    """Tables and notes as text."""
    warned = [wrapped(each) for each in fewer_posts(found.scenario)]
    return "\n\n".join([*warned, as_text(_tables(found), _notes(found))])


def budget_html(found: Budget) -> str:
    """Tables and notes as HTML."""
    warned = "".join(f"<p>{escape(each)}</p>" for each in fewer_posts(found.scenario))
    return warned + as_html(_tables(found), _notes(found))


def called(name: str) -> str:
    """A kind of cost, or a payer."""
    return say(CALLED[name])


def _tables(found: Budget) -> list[Table]:
    years = found.by_year().to_dict("records")
    headings = ["", *(str(row["year"]) for row in years)]

    def amounts(label: str, key: str) -> list[str]:
        return [label, *(plain(row[key], CENTS) for row in years)]

    def counts(label: str, key: str) -> list[str]:
        return [label, *(number(row[key], 1) for row in years)]

    def heading(label: str) -> list[str]:
        return [label, *("" for _ in years)]

    def there(key: str) -> bool:
        return any(row[key] for row in years)

    rows: list[Sequence[str]] = [
        counts(say("Funded posts, mean"), "funded_posts"),
        counts(say("  presented to the ESF"), "presented"),
        counts(say("  that its money is worth"), "esf_worth"),
        heading(say("WHAT IT COSTS, euros")),
        *(amounts(f"  {called(kind)}", kind) for kind in KINDS if there(kind)),
        amounts(say("Gross"), "gross"),
        amounts(say("  eligible for the ESF"), "eligible"),
        amounts(say("  not eligible"), "ineligible"),
        amounts(say("  of redeployed posts"), "redeployed"),
        amounts(say("Net of redeployed posts"), "net"),
        heading(say("WHO PAYS THE GROSS, euros")),
        *(amounts(f"  {called(payer)}", payer) for payer in ALL_PAYERS if there(payer)),
        [say("ESF, part of the gross"), *(percent(row["esf_rate"], 1) for row in years)],
    ]
    return in_blocks(say("Budget: {title}", title=say(found.scenario.title)), headings, rows)


def _notes(found: Budget) -> list[str]:
    rates = found.rates
    return [
        say(
            "From {month} on; every post counts in full, vacant or held. Rates: {where}.",
            month=month(min(found.posts.counted)),
            where=rates.where,
        ),
        _half(found),
        say(METHODS[rates.method]),
        say("Social workers' hours are left out: the activity is not known.")
        if found.activity is None
        else say(
            "Social workers' hours: by the shared diagnoses and the people in a parcours, means "
            "over what was simulated."
        ),
        _treasury(found),
        say(
            "Each line (a month, a region, a kind of cost) is rounded once to the cent, half a "
            "cent upwards; the ESF's part of it is rounded down, the rest is divided by the "
            "largest remainder. Sums are sums of lines."
        ),
        _doubts(rates),
        regions_note(found.scenario),
    ]


def _half(found: Budget) -> str:
    """What 'half by the ESF' is taken to mean, and until when."""
    share = percent(float(found.rates.number("esf.share")))
    read = (
        say(
            "Half by the ESF, read as: {share} of the posts are presented, at the highest rate of "
            "their region.",
            share=share,
        )
        if found.rates.reading == "posts"
        else say(
            "Half by the ESF, read as: all posts are presented, the ESF pays {share} of the "
            "eligible cost, at most the highest rate of their region.",
            share=share,
        )
    )
    if found.esf_until is None:
        return read
    return f"{read} {say('The ESF pays to the end of {year}.', year=found.esf_until)}"


def _treasury(found: Budget) -> str:
    treasury = found.treasury
    if not treasury.claims:
        return ""
    return say(
        "The ESF pays {months} months later ({status}): up to {advanced} euros are advanced at a "
        "time, until {last} if expenses ended with the budget. Audits take off {cut} "
        "({cut_status}), which the employer bears beside its part.",
        months=int(found.rates.number("esf.payment_months")),
        status=say(found.rates["esf.payment_months"].status),
        advanced=plain(treasury.most_outstanding, CENTS),
        last=month(treasury.claims[-1].payment),
        cut=plain(treasury.cut, CENTS),
        cut_status=say(found.rates["esf.audit_cut"].status),
    )


def _doubts(rates: Rates) -> str:
    def named(status: str) -> str:
        paths = [path for path, rate in rates.by_path.items() if rate.status == status]
        return ", ".join(dict.fromkeys(_in_short(path) for path in paths)) or say("none")

    return say(
        "Assumptions: {assumptions}. To be verified: {to_verify}. See `agsim budget --show-rates`.",
        assumptions=named("assumption"),
        to_verify=named("to be verified"),
    )


def _in_short(path: str) -> str:
    """A rate's path, or its group's where that has many alike."""
    group = next((each for each in MANY_ALIKE if path.startswith(f"{each}.")), None)
    return f"{group}.*" if group else path
