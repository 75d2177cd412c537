"""The budget of a plan: what it costs by month, place and kind, and who pays it.

Every table and total is a sum of the same lines, so they reconcile by construction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from sim.errors import InputError, Problem, nearest
from sim.money.activity import Activity
from sim.money.amounts import NOTHING, in_cents, of_cents, total
from sim.money.costs import KINDS, REDEPLOYED, Cost, costs
from sim.money.payers import ALL_PAYERS, ESF, Line, esf_terms, paid
from sim.money.post_months import MonthOfPosts, PostMonths, post_months
from sim.money.treasury import Treasury, treasury
from sim.rate_files import load_rates
from sim.rates import Rates
from sim.scenario import Scenario
from sim.shown import Shown
from sim.words import say, speaking

if TYPE_CHECKING:
    import pandas as pd

NONE = Fraction(0)
SAVED = ("posts", "indirect")  # what a redeployed post no longer costs where it came from
KEYS = ("month", "quarter", "year", "region", "category", "programme", "kind", "what", "of",
        "payer")  # fmt: skip


@dataclass(frozen=True, repr=False)
class Budget(Shown):
    """What a scenario costs from its hiring start to its horizon's end, and who pays.

    costs: before anybody pays; lines: each divided between its payers. activity: what social
    workers' hours are counted by, None where they are left out. esf_until: the last year in
    which the ESF pays, None where its programmes alone decide.
    """

    shown_by: ClassVar[str] = "budget_text.budget"

    scenario: Scenario
    rates: Rates
    posts: PostMonths
    costs: tuple[Cost, ...]
    lines: tuple[Line, ...]
    activity: Activity | None
    esf_until: int | None

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a line; amounts are exact decimals, in euros.

        month, quarter, year; region; category (of the ESF, in the programme that covers the
        month; empty where none does); programme (where the ESF pays); kind, what, of
        (see `Cost`); payer; amount.
        """
        import pandas as pd

        return pd.DataFrame([self._row(line) for line in self.lines], columns=[*KEYS, "amount"])

    def _row(self, line: Line) -> dict[str, Any]:
        cost = line.cost
        programme = self.rates.programme_on(cost.month)
        return {
            **_periods(cost.month),
            "region": cost.place.region,
            "category": "" if programme is None else cost.place.category(programme),
            "programme": line.programme,
            "kind": cost.kind,
            "what": cost.what,
            "of": cost.of,
            "payer": line.payer,
            "amount": line.amount,
        }

    def sums(self, *by: str) -> pd.DataFrame:
        """Sums of the lines by some of the frame's columns: `sums("year", "payer")`."""
        unknown = [name for name in by if name not in KEYS]
        if unknown or not by:
            told = say("cannot be summed by '{key}'", key=unknown[0] if unknown else "")
            raise InputError(Problem("budget", "", told, nearest("".join(unknown[:1]), KEYS)))
        grouped = self.frame.groupby(list(by), sort=True)["amount"]
        return grouped.agg(total).reset_index()

    @cached_property
    def _costs(self) -> dict[tuple[int, str, str], Decimal]:
        """Costs by year, kind, and whose posts they are of."""
        found: dict[tuple[int, str, str], int] = {}
        for each in self.costs:
            key = (each.month.year, each.kind, each.of)
            found[key] = found.get(key, 0) + in_cents(each.amount)
        return {key: of_cents(cents) for key, cents in found.items()}

    @cached_property
    def _paid(self) -> dict[tuple[int, str, str], Decimal]:
        """Lines by year, kind and payer."""
        found: dict[tuple[int, str, str], int] = {}
        for line in self.lines:
            key = (line.cost.month.year, line.cost.kind, line.payer)
            found[key] = found.get(key, 0) + in_cents(line.amount)
        return {key: of_cents(cents) for key, cents in found.items()}

    @property
    def total(self) -> Decimal:
        """All costs."""
        return total(self._costs.values())

    def gross(self, year: int, *kinds: str) -> Decimal:
        """All costs of a year, or those of some kinds."""
        return total(
            amount
            for (when, kind, _), amount in self._costs.items()
            if when == year and (not kinds or kind in kinds)
        )

    def eligible(self, year: int) -> Decimal:
        """Costs of a year that the ESF accepts, whether or not a programme pays for them."""
        return total(each.accepted for each in self.costs if each.month.year == year)

    def redeployed(self, year: int) -> Decimal:
        """What redeployed posts no longer cost where they came from."""
        return total(self._costs.get((year, kind, REDEPLOYED), NOTHING) for kind in SAVED)

    def net(self, year: int) -> Decimal:
        """Costs of a year, net of redeployed posts."""
        return self.gross(year) - self.redeployed(year)

    def paid_by(self, payer: str, year: int, *kinds: str) -> Decimal:
        """What a payer pays in a year, gross; all of it, or of some kinds of cost."""
        return total(
            amount
            for (when, kind, who), amount in self._paid.items()
            if when == year and who == payer and (not kinds or kind in kinds)
        )

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years that the budget touches."""
        return tuple(sorted({month.year for month in self.posts.counted}))

    def funded_posts(self, year: int) -> Fraction:
        """Mean funded posts over the year's months in the plan."""
        return self._mean_of(year, lambda row: row.posts)

    def presented_posts(self, year: int) -> Fraction:
        """Posts presented to the ESF (mean of the year): where a programme covers them."""
        return self._mean_of(year, self._presented)

    def _mean_of(self, year: int, posts: Callable[[MonthOfPosts], Fraction]) -> Fraction:
        counted = sum(part for month, part in self.posts.counted.items() if month.year == year)
        return (
            sum((posts(row) for row in self.posts.rows if row.month.year == year), NONE) / counted
        )

    def _presented(self, row: MonthOfPosts) -> Fraction:
        terms = esf_terms(row.month, row.place, self.rates, self.esf_until)
        return NONE if terms is None else row.posts * terms.presented

    def posts_worth(self, year: int) -> Fraction:
        """Posts that the ESF's part of posts and indirect costs is worth, at their full cost."""
        spent, by_esf = self.gross(year, *SAVED), self.paid_by(ESF, year, *SAVED)
        return self.funded_posts(year) * Fraction(by_esf) / Fraction(spent) if spent else NONE

    def by_year(self) -> pd.DataFrame:
        """One row a year.

        funded_posts: mean of the year's months in the plan; presented to the ESF; esf_worth:
        those that its money is worth. The kinds of cost, which sum to gross; eligible for the
        ESF and the ineligible rest; the payers, who pay gross together; redeployed and net =
        gross − redeployed; esf_rate: the ESF's part of gross.
        """
        import pandas as pd

        return pd.DataFrame([self._year(year) for year in self.years])

    def _year(self, year: int) -> dict[str, Any]:
        gross, by_esf = self.gross(year), self.paid_by(ESF, year)
        return {
            "year": year,
            "funded_posts": float(self.funded_posts(year)),
            "presented": float(self.presented_posts(year)),
            "esf_worth": float(self.posts_worth(year)),
            **{kind: self.gross(year, kind) for kind in KINDS},
            "gross": gross,
            "eligible": (eligible := self.eligible(year)),
            "ineligible": gross - eligible,
            **{payer: self.paid_by(payer, year) for payer in ALL_PAYERS},
            "redeployed": self.redeployed(year),
            "net": self.net(year),
            "esf_rate": float(by_esf / gross) if gross else 0.0,
        }

    @cached_property
    def treasury(self) -> Treasury:
        """What is advanced for the ESF, when it pays, what audits take off."""
        return treasury(self.lines, self.rates)

    def without_esf_after(self, year: int) -> Budget:
        """The same plan if the ESF stops after a year: the others pay its part."""
        return replace(
            self,
            esf_until=year,
            lines=tuple(line for cost in self.costs for line in paid(cost, self.rates, year)),
        )

    def __repr__(self) -> str:
        return f"<Budget: {self.scenario.title}, {self.years[0]} to {self.years[-1]}>"

    def plot(self, *, lang: str | None = None) -> Any:
        """Who pays by year, and what is advanced for the ESF: a figure."""
        from sim.present.money_figures import budget_figure

        with speaking(lang):
            return budget_figure(self)


def budget(
    scenario: Scenario,
    *,
    rates: Rates | Path | str | None = None,
    activity: Activity | None = None,
    esf_until: int | None = None,
) -> Budget:
    """What a scenario costs, and who pays.

    rates: the shipped ones by default; a file of your own changes single ones.
    activity: what social workers do (`expected_activity` of results); without it their hours
    are left out. esf_until: the last year in which the ESF pays. `InputError` where no month
    of the plan lies in the scenario's horizon.
    """
    chosen = rates if isinstance(rates, Rates) else load_rates(rates)
    posts = post_months(scenario, chosen)
    found = tuple(costs(scenario, posts, chosen, activity))
    lines = tuple(line for cost in found for line in paid(cost, chosen, esf_until))
    return Budget(scenario, chosen, posts, found, lines, activity, esf_until)


def _periods(month: date) -> dict[str, Any]:
    quarter = (month.month - 1) // 3 + 1
    return {"month": f"{month:%Y-%m}", "quarter": f"{month:%Y}-Q{quarter}", "year": month.year}
