"""Costs: what posts, levers and social workers' hours cost, month by month, place by place.

One `Cost` is one line of the budget before anybody pays it: worked out exactly, rounded once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sim.calendar import next_month
from sim.levers import NAMES
from sim.money.activity import Activity
from sim.money.amounts import in_cents, rounded, rounded_down
from sim.money.post_months import MONTHS_A_YEAR, MonthOfPosts, Place, PostMonths
from sim.rates import Rates
from sim.scenario import Scenario

KINDS = ("posts", "hiring", "indirect", "levers", "social_hours")
TODAY, NEW, REDEPLOYED, NO_POSTS = "today", "new", "redeployed", ""


@dataclass(frozen=True)
class Cost:
    """A cost of one month and place.

    kind: one of `KINDS`. what: the lever's name, 'diagnoses' or 'parcours' for social workers,
    else empty. of: whose posts it is of: 'today' (those that there are when the plan begins),
    'new', 'redeployed' (beyond today's, moved from other work), or none. eligible: the part
    of the amount that the ESF accepts, from 0 to 1.
    """

    month: date
    place: Place
    kind: str
    what: str
    of: str
    amount: Decimal
    eligible: Fraction

    @property
    def accepted(self) -> Decimal:
        """Euros that the ESF accepts, whether or not it pays a part of them; rounded down."""
        return rounded_down(Fraction(in_cents(self.amount), 100) * self.eligible)


def costs(
    scenario: Scenario, months: PostMonths, rates: Rates, activity: Activity | None
) -> Iterator[Cost]:
    """All costs that are not 0; social workers' hours where the activity is known."""
    for row in months.rows:
        yield from _of_posts(row, scenario, rates)
    for month, counted in months.counted.items():
        for name, amount in _of_levers(month, counted, scenario, rates, months.of_the_country):
            yield from _spread(month, "levers", name, amount, months, rates)
        there = None if activity is None else activity.by_month.get(month)
        if there is not None:
            hour = rates.euros("social.hour", month.year)
            for what, hours in (
                ("diagnoses", there.diagnoses * rates.number("social.hours_a_diagnosis")),
                ("parcours", there.in_parcours * rates.number("social.hours_a_parcours_month")),
            ):
                amount = hours * counted * hour
                yield from _spread(month, "social_hours", what, amount, months, rates)


def _of_posts(row: MonthOfPosts, scenario: Scenario, rates: Rates) -> Iterator[Cost]:
    """Posts, hiring and indirect costs of a month and place, by whose posts they are."""
    year, moved = row.month.year, rates.number("redeployed")
    opened = {TODAY: Fraction(0), NEW: row.opened * (1 - moved), REDEPLOYED: row.opened * moved}
    held = {TODAY: row.today, NEW: row.beyond * (1 - moved), REDEPLOYED: row.beyond * moved}
    leaving = leaving_a_year(scenario)
    hires_inside = rates.method == "flat_40"
    for of, posts in held.items():
        hires = opened[of] + posts * leaving / MONTHS_A_YEAR
        direct = {
            "posts": posts * rates.euros("post_year", year) / MONTHS_A_YEAR,
            "hiring": Fraction(0) if hires_inside else hires * rates.euros("hiring", year),
        }
        for kind, amount in direct.items():
            accepted = rates.number(f"esf.eligible.{kind}")
            yield from _one(Cost(row.month, row.place, kind, "", of, rounded(amount), accepted))
        amount, accepted = _indirect(direct, posts, rates, year)
        yield from _one(Cost(row.month, row.place, "indirect", "", of, rounded(amount), accepted))


def _indirect(
    direct: dict[str, Fraction], posts: Fraction, rates: Rates, year: int
) -> tuple[Fraction, Fraction]:
    """Indirect costs by the method chosen, and their part that the ESF accepts: its base's."""
    if rates.method == "none":
        return Fraction(0), Fraction(0)
    if rates.method == "actual":
        amount = posts * rates.euros("indirect.actual", year) / MONTHS_A_YEAR
        return amount, rates.number("esf.eligible.posts")
    base = dict(direct) if rates.method == "flat_20" else {"posts": direct["posts"]}
    whole = sum(base.values(), Fraction(0))
    taken = sum(
        (amount * rates.number(f"esf.eligible.{kind}") for kind, amount in base.items()),
        Fraction(0),
    )
    accepted = taken / whole if whole else Fraction(0)
    return whole * rates.number(f"indirect.{rates.method}"), accepted


def leaving_a_year(scenario: Scenario) -> Fraction:
    """The part of the counsellors who leave in a year and are replaced."""
    return Fraction(float(scenario.posts.turnover_per_year)).limit_denominator(10**6)


def lever_months(
    month: date, counted: Fraction, scenario: Scenario, part: Fraction
) -> Iterator[tuple[str, Fraction]]:
    """How much of a month of each lever in full lies in a month: from its start on, in the area.

    counted: the part of the month that lies in the plan; part: the area's part of the country.
    """
    after = next_month(month)
    days = (after - month).days
    for name in NAMES:
        lever = scenario.levers.named(name)
        used = Fraction(max(0, (after - max(lever.start, month)).days), days)
        intensity = Fraction(float(lever.intensity)).limit_denominator(10**6)
        yield name, min(used, counted) * intensity * part


def _of_levers(
    month: date, counted: Fraction, scenario: Scenario, rates: Rates, part: Fraction
) -> Iterator[tuple[str, Fraction]]:
    """What each lever in use costs in a month, in the area."""
    for name, months in lever_months(month, counted, scenario, part):
        posts = rates.number(f"levers.{name}.posts") * rates.euros("post_year", month.year)
        year = posts + rates.euros(f"levers.{name}.euros", month.year)
        yield name, year / MONTHS_A_YEAR * months


def _spread(
    month: date, kind: str, what: str, amount: Fraction, months: PostMonths, rates: Rates
) -> Iterator[Cost]:
    """A cost of the whole area, over its places."""
    accepted = rates.number(f"esf.eligible.{kind}")
    for place, share in months.shares.items():
        part = rounded(amount * share)
        yield from _one(Cost(month, place, kind, what, NO_POSTS, part, accepted))


def _one(cost: Cost) -> Iterator[Cost]:
    if cost.amount:
        yield cost
