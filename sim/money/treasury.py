"""Treasury: the ESF pays late, and less than was asked for; until then somebody advances it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING

from sim.money.amounts import NOTHING, in_cents, rounded, total
from sim.money.payers import ESF, Line
from sim.rates import Rates

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Claim:
    """The ESF's part of one month's costs: when it is paid, and what an audit takes off.

    due = paid + cut.
    """

    month: date
    payment: date
    due: Decimal
    paid: Decimal
    cut: Decimal


@dataclass(frozen=True)
class Treasury:
    """What the employer advances for the ESF, until the last payment."""

    claims: tuple[Claim, ...]

    @property
    def frame(self) -> pd.DataFrame:
        """One row a month in which something is advanced or paid.

        advanced: the ESF's part of the month's costs. paid: by the ESF. cut: what an audit
        took off and the employer keeps to bear. outstanding: advanced and not settled yet.
        """
        import pandas as pd

        months = sorted({day for each in self.claims for day in (each.month, each.payment)})
        advanced, payments, cuts = (dict.fromkeys(months, NOTHING) for _ in range(3))
        for each in self.claims:
            advanced[each.month] += each.due
            payments[each.payment] += each.paid
            cuts[each.payment] += each.cut
        flows = [advanced[month] - payments[month] - cuts[month] for month in months]
        return pd.DataFrame(
            {
                "month": [f"{month:%Y-%m}" for month in months],
                "advanced": list(advanced.values()),
                "paid": list(payments.values()),
                "cut": list(cuts.values()),
                "outstanding": list(accumulate(flows)),
            },
            dtype=object,
        )

    @property
    def most_outstanding(self) -> Decimal:
        """The largest sum advanced at one time."""
        return max(self.frame["outstanding"], default=NOTHING)

    @property
    def cut(self) -> Decimal:
        """All that audits take off."""
        return total(each.cut for each in self.claims)


def treasury(lines: Iterable[Line], rates: Rates) -> Treasury:
    """The ESF's payments for the lines that it pays, month by month."""
    due: dict[date, Decimal] = {}
    for line in lines:
        if line.payer == ESF:
            month = line.cost.month
            due[month] = due.get(month, NOTHING) + line.amount
    months, share = int(rates.number("esf.payment_months")), rates.number("esf.audit_cut")
    claims = []
    for month, amount in sorted(due.items()):
        cut = rounded(Fraction(in_cents(amount), 100) * share)
        claims.append(Claim(month, later(month, months), amount, amount - cut, cut))
    return Treasury(tuple(claims))


def later(month: date, months: int) -> date:
    """The first of the month so many months after one."""
    years, rest = divmod(month.month - 1 + months, 12)
    return date(month.year + years, rest + 1, 1)
