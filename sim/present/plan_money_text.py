"""The money of a plan in words: the band of budgets, the cheapest way, what is permanent."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, isinf
from typing import Any

from sim.money.from_plan import PlanMoney
from sim.present.lever_names import combination
from sim.present.numbers import MILLION, bracketed, number, percent
from sim.present.posterior_text import as_html, as_text
from sim.present.tables import Table, in_blocks
from sim.present.targets import counted
from sim.words import say, to_say

SHOWN = {
    "funded_posts": to_say("Funded posts, mean"),
    "esf_worth": to_say("  that the ESF's money is worth"),
    "gross": to_say("Gross, M euros"),
    "esf": to_say("  ESF"),
    "pole_emploi": to_say("  Pôle emploi"),
    "departements": to_say("  départements, social services"),
    "net": to_say("Net of redeployed posts"),
}
COUNTS = ("funded_posts", "esf_worth")
CHEAPEST = 8


def plan_money_text(found: PlanMoney) -> str:
    """Tables and notes as text."""
    return as_text(_tables(found), _notes(found))


def plan_money_html(found: PlanMoney) -> str:
    """Tables and notes as HTML."""
    return as_html(_tables(found), _notes(found))


def _tables(found: PlanMoney) -> list[Table]:
    some = [_combinations(found), _pareto(found), _marginal(found)]
    return [*_bands(found), *(table for table in some if table.rows), _recurrent(found)]


def _millions(euros: Any) -> str:
    return number(float(euros) / MILLION, 1)


def _bands(found: PlanMoney) -> list[Table]:
    """By year, the budgets that are enough with 50, 80 and 95 %, all levers in use."""
    if not found.budgets:
        return []
    years = next(iter(found.budgets.values())).years
    rows: list[Sequence[str]] = []
    for level in found.budgets:
        of_level = found.bands[found.bands["probability"] == level]
        rows.append([say("ENOUGH WITH {share}", share=percent(level)), *("" for _ in years)])
        for name, label in SHOWN.items():
            digits = number if name in COUNTS else _millions
            rows.append([say(label), *(digits(value) for value in of_level[name])])
    title = say("Budgets of the sizing point by year: posts, where orientations are found")
    return in_blocks(title, ["", *(str(year) for year in years)], rows)


def _combinations(found: PlanMoney) -> Table:
    rows = [
        [
            combination(str(row["levers"])),
            number(row["level_posts"]),
            _millions(row["level_cost"]),
            percent(row["level"]),
            percent(row["most_probability"]),
        ]
        for row in found.combinations.head(CHEAPEST).to_dict("records")
        if isfinite(row["level_posts"])
    ]
    return Table(
        say(
            "What reaches the target with {share}, or with the most in reach below it, the "
            "cheapest first",
            share=percent(found.probability),
        ),
        [say("levers"), say("posts"), _in_year(found), say("enough with"),
         say("probability at most")],
        rows,
    )  # fmt: skip


def _pareto(found: PlanMoney) -> Table:
    what = counted(found.plan.scenario.target.measure)
    rows = [
        [
            combination(str(row["levers"])),
            number(row["posts"]),
            _millions(row["cost"]),
            percent(row["probability"]),
            number(row["reached"]),
            number(row["entry_delay"], 1),
        ]
        for row in found.pareto.head(2 * CHEAPEST).to_dict("records")
    ]
    return Table(
        say("Not beaten on cost, probability, people and delay at once"),
        [say("levers"), say("posts"), _in_year(found), say("probability"), what,
         say("delay, days")],
        rows,
    )  # fmt: skip


def _in_year(found: PlanMoney) -> str:
    return say("M euros in {year}", year=found.year)


def _marginal(found: PlanMoney) -> Table:
    what = counted(found.plan.scenario.target.measure)
    rows = [
        [
            number(row["posts"]),
            _millions(row["cost"]),
            number(row["reached"]),
            bracketed(number(row["low"]), number(row["high"])),
            say("no gain") if isinf(row["per_person"]) else number(row["per_person"]),
        ]
        for row in found.marginal().to_dict("records")
    ]
    headings = [
        say("posts"), _in_year(found), what, say("90 % of draws"), say("euros for one more")
    ]  # fmt: skip
    return Table(say("The marginal cost curve, with all levers of the plan"), headings, rows)


def _recurrent(found: PlanMoney) -> Table:
    rows = [
        [
            say("enough with {share}", share=percent(row["probability"])),
            number(row["posts"]),
            number(row["permanent"]),
            number(row["fixed_term"]),
        ]
        for row in found.recurrent.summary.to_dict("records")
    ]
    headings = [
        "",
        say("posts in {year}", year=found.year),
        say("permanent ({year})", year=found.recurrent.year),
        say("fixed-term"),
    ]
    return Table(say("Posts for good, and posts for the catch-up alone"), headings, rows)


def _notes(found: PlanMoney) -> list[str]:
    missing = [each for each in found.recurrent.summary["posts"] if not isfinite(each)]
    permanent = say(
        "Permanent: what holds the target two years later, by the slopes of the sizing point; the "
        "orientations of the sizing point are taken as found. How demand and stays drift until "
        "then, of which each draw thinks differently, is in it."
    )
    return [
        say(
            "Probabilities are shares of {draws} draws of the posterior.",
            draws=number(len(found.plan.answers)),
        ),
        _cheapest(found),
        say(
            "Social workers' hours are left out (agsim budget with --posts counts them). Budgets: "
            "with all levers of the plan. Costs of a year: all posts there all year, levers at "
            "the plan's intensity. Rates: {where}; many are assumptions (agsim budget "
            "--show-rates). What rates are not known by is not in the bands, which are of the "
            "draws.",
            where=found.rates.where,
        ),
        say(
            "Entries at other posts than those of the sizing point are read from each draw's "
            "answers, not simulated anew. Delay: mean entry delay with the posts of the sizing "
            "point and the levers in full."
        ),
        f"{permanent} {say('In some draws no number of posts is enough.')}"
        if missing
        else permanent,
    ]


def _cheapest(found: PlanMoney) -> str:
    asked = percent(found.probability)
    if found.cheapest is None:
        return say(
            "Nothing reaches the target with {asked}, with any number of posts looked at; the "
            "most likely combination does with {most}.",
            asked=asked,
            most=percent(found.combinations["most_probability"].max()),
        )
    posts, levers = found.cheapest
    return say(
        "The cheapest way to reach the target with {asked}: {posts} posts and {levers}, {cost} M "
        "euros in {year}.",
        asked=asked,
        posts=number(posts),
        levers=combination(levers),
        cost=_millions(found.combinations.iloc[0]["cost"]),
        year=found.year,
    )
