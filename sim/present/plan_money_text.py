"""The money of a plan in words: the band of budgets, the cheapest way, what is permanent."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, isinf
from typing import Any

from sim.money.from_plan import PlanMoney
from sim.present.numbers import number, percent
from sim.present.posterior_text import as_html, as_text
from sim.present.tables import Table, in_blocks

MILLION = 1_000_000
SHOWN = {
    "funded_posts": "Funded posts, mean",
    "esf_worth": "  that the ESF's money is worth",
    "gross": "Gross, M euros",
    "esf": "  ESF",
    "pole_emploi": "  Pôle emploi",
    "departements": "  départements, social services",
    "net": "Net of redeployed posts",
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
    tables = [*_bands(found), _combinations(found), _pareto(found), _marginal(found)]
    return [*tables, _recurrent(found)]


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
        rows.append([f"ENOUGH WITH {percent(level)}", *("" for _ in years)])
        for name, label in SHOWN.items():
            digits = number if name in COUNTS else _millions
            rows.append([label, *(digits(value) for value in of_level[name])])
    title = "Budgets of the sizing point by year"
    return in_blocks(title, ["", *(str(year) for year in years)], rows)


def _combinations(found: PlanMoney) -> Table:
    rows = [
        [
            str(row["label"]),
            number(row["posts"]),
            _millions(row["cost"]),
            percent(row["most_probability"]),
        ]
        for row in found.combinations.head(CHEAPEST).to_dict("records")
    ]
    return Table(
        f"What reaches the target with {percent(found.probability)}, the cheapest first",
        ["levers", "posts", f"M euros in {found.year}", "probability at most"],
        rows,
    )


def _pareto(found: PlanMoney) -> Table:
    what = found.plan.scenario.target.measure.replace("_", " ")
    rows = [
        [
            str(row["label"]),
            number(row["posts"]),
            _millions(row["cost"]),
            percent(row["probability"]),
            number(row["reached"]),
            number(row["entry_delay"], 1),
        ]
        for row in found.pareto.head(2 * CHEAPEST).to_dict("records")
    ]
    return Table(
        "Not beaten on cost, probability, people and delay at once",
        ["levers", "posts", f"M euros in {found.year}", "probability", what, "delay, days"],
        rows,
    )


def _marginal(found: PlanMoney) -> Table:
    what = found.plan.scenario.target.measure.replace("_", " ")
    rows = [
        [
            number(row["posts"]),
            _millions(row["cost"]),
            number(row["reached"]),
            f"[{number(row['low'])}; {number(row['high'])}]",
            "no gain" if isinf(row["per_person"]) else number(row["per_person"]),
        ]
        for row in found.marginal().to_dict("records")
    ]
    headings = ["posts", f"M euros in {found.year}", what, "90 % of draws", "euros for one more"]
    return Table("The marginal cost curve, with all levers of the plan", headings, rows)


def _recurrent(found: PlanMoney) -> Table:
    rows = [
        [
            f"enough with {percent(row['probability'])}",
            number(row["posts"]),
            number(row["permanent"]),
            number(row["fixed_term"]),
        ]
        for row in found.recurrent.summary.to_dict("records")
    ]
    year = found.year
    return Table(
        "Posts for good, and posts for the catch-up alone",
        ["", f"posts in {year}", f"permanent ({found.recurrent.year})", "fixed-term"],
        rows,
    )


def _notes(found: PlanMoney) -> list[str]:
    cheapest, asked = found.cheapest, percent(found.probability)
    if cheapest is None:
        most = found.combinations["most_probability"].max()
        first = (
            f"Nothing reaches the target with {asked}, with any number of posts looked at; the "
            f"most likely combination does with {percent(most)}."
        )
    else:
        posts, levers = cheapest
        label = found.combinations.iloc[0]["label"]
        first = (
            f"The cheapest way to reach the target with {asked}: {number(posts)} posts and "
            f"{label if levers else 'no lever'}, "
            f"{_millions(found.combinations.iloc[0]['cost'])} M euros in {found.year}."
        )
    missing = [each for each in found.recurrent.summary["posts"] if not isfinite(each)]
    return [
        first,
        "Social workers' hours are left out (agsim budget with --posts counts them). Budgets: "
        "with all levers of the plan. Costs of a year: all posts there all year, levers at the "
        f"plan's intensity. Rates: {found.rates.where}; many are assumptions (agsim budget "
        "--show-rates). What rates are not known by is not in the bands, which are of the draws.",
        "Entries at other posts than those of the sizing point are read from each draw's answers, "
        "not simulated anew. Delay: mean entry delay with the posts of the sizing point and the "
        "levers in full.",
        "Permanent: what holds the target two years later, by the slopes of the sizing point; the "
        "orientations of the sizing point are taken as found. How demand and stays drift until "
        "then, of which each draw thinks differently, is in it."
        + (" In some draws no number of posts is enough." if missing else ""),
    ]
