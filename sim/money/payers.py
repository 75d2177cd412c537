"""Who pays: each cost divided between the ESF and the others, to the cent.

The ESF's part is rounded down, so that it never exceeds its highest rate; the rest is divided
between the others by the largest remainder. So the lines of a cost sum to it exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sim.money.amounts import divided, in_cents, rounded_down
from sim.money.costs import Cost
from sim.money.post_months import Place
from sim.rates import PAYERS, Rates

ESF = "esf"
ALL_PAYERS = (ESF, *PAYERS)
PAID_AS = {
    "posts": "posts",
    "hiring": "posts",
    "indirect": "posts",
    "levers": "levers",
    "social_hours": "social_hours",
}


@dataclass(frozen=True)
class Line:
    """What one payer pays of a cost. programme: the ESF's, where the payer is the ESF."""

    cost: Cost
    payer: str
    programme: str
    amount: Decimal


@dataclass(frozen=True)
class EsfTerms:
    """What the ESF pays of eligible costs in a month and place.

    presented: the part of the posts that are presented to it. rate: what it pays of their
    eligible cost.
    """

    programme: str
    presented: Fraction
    rate: Fraction


def esf_terms(
    month: date, place: Place, rates: Rates, esf_until: int | None = None
) -> EsfTerms | None:
    """The terms of the ESF in a month and place.

    None where no programme pays, and after the year `esf_until`.
    """
    programme = rates.programme_on(month)
    if programme is None or (esf_until is not None and month.year > esf_until):
        return None
    highest = rates.highest(programme, place.category(programme))
    share = rates.number("esf.share")
    if rates.reading == "posts":
        return EsfTerms(programme.name, share, highest)
    return EsfTerms(programme.name, Fraction(1), min(share, highest))


def paid(cost: Cost, rates: Rates, esf_until: int | None = None) -> Iterator[Line]:
    """The lines of a cost, one for each who pays a part of it."""
    terms = esf_terms(cost.month, cost.place, rates, esf_until)
    rest = cost.amount
    if terms is not None:
        part = Fraction(in_cents(cost.amount), 100) * cost.eligible * terms.presented * terms.rate
        amount = rounded_down(part)
        if amount:
            yield Line(cost, ESF, terms.programme, amount)
            rest -= amount
    for payer, amount in zip(PAYERS, divided(rest, rates.shares(PAID_AS[cost.kind])), strict=True):
        if amount:
            yield Line(cost, payer, "", amount)
