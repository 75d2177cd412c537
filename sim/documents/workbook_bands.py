"""The sheet of bands: budgets of the posts that are enough with 50, 80 and 95 %, by month.

The chosen budget rounds line by line; here nothing is rounded, so that three budgets fit into
some hundred rows. They differ from the library's by some euros a year.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from sim.documents.workbook_book import Book
from sim.documents.workbook_budget import HOURS, BudgetSheets
from sim.documents.workbook_calculation import Calculation, Treatment, treatment_of
from sim.documents.workbook_plan_rows import TURNOVER
from sim.documents.workbook_rates import rate_name
from sim.documents.workbook_words import BANDS
from sim.money.budget import Budget
from sim.money.costs import leaving_a_year
from sim.money.payers import ALL_PAYERS, ESF
from sim.money.post_months import MONTHS_A_YEAR
from sim.words import say

FIRST = 4
SHOWN_PRINTED = 38
COLUMNS = ("level", "month", "year", "terms", "today", "beyond", "opened", "gross", "esf",
           "redeployed")  # fmt: skip
Months = dict[tuple[date, Treatment], tuple[Fraction, Fraction, int]]


class Bands:
    """Writes the sheet; makes the formulas of a level's budget in a year."""

    def __init__(self, book: Book, calculation: Calculation, budget: BudgetSheets) -> None:
        self.book, self.calculation, self.budget = book, calculation, budget
        self.levels = book.report.money.budgets
        self.months = {level: _months(found) for level, found in self.levels.items()}
        self.last = FIRST + sum(len(each) for each in self.months.values()) - 1

    def write(self) -> None:
        """Write the sheet."""
        book = self.book
        sheet = book.sheets[BANDS]
        book.columns(BANDS, (14, 13, 9, 14, 14, 14, 12, 18, 18, 18))
        note = say(
            "Post-months by month and by how the ESF treats the place, of the posts that are "
            "enough with each probability. Not rounded line by line: some euros a year off the "
            "library's budgets. Levers and hours are those of the sheet {budget}. Only the first "
            "rows are printed.",
            budget=book.name("budget"),
        )
        book.titled(BANDS, say("Budgets of 50, 80 and 95 %"), note, 10)
        sheet.set_row(1, 28)
        heads = (
            say("Enough with"), say("Month"), say("Year"), say("ESF pays of it"),
            say("today's posts"), say("posts beyond"), say("posts that begin"), say("Gross"),
            say("ESF"), say("Redeployed"),
        )  # fmt: skip
        book.headings(BANDS, FIRST - 1, heads, 30)
        sheet.freeze_panes(FIRST, 1)
        sheet.repeat_rows(FIRST - 1)
        sheet.print_area(0, 0, FIRST + SHOWN_PRINTED, len(COLUMNS) - 1)
        row = FIRST
        for level, months in self.months.items():
            for (month, treatment), counted in months.items():
                self._row(row, level, month, treatment, counted)
                row += 1
        book.protect(BANDS)

    def _row(
        self, row: int, level: float, month: date, treatment: Treatment,
        counted: tuple[Fraction, Fraction, int],
    ) -> None:  # fmt: skip
        book, rates, year, at = self.book, self.book.budget.rates, month.year, row + 1
        sheet = book.sheets[BANDS]
        sheet.write_number(row, 0, level, book.formats("percent", "left"))
        sheet.write_datetime(row, 1, month, book.formats("month"))
        sheet.write_number(row, 2, year, book.formats("whole", "centre"))
        for column, value in enumerate(counted, start=4):
            sheet.write_number(row, column, float(value), book.formats("quantity"))
        terms = self.calculation.terms_value(month, treatment)
        book.formula(BANDS, row, 3, f"={self.calculation.terms(month, treatment)}", terms,
                     "percent2")  # fmt: skip
        today, beyond, opened = counted
        leaving, moved = leaving_a_year(book.budget.scenario), rates.number("redeployed")
        post, hire, moved_hire = self.calculation.full_costs(year)
        accepted = [rates.number(f"esf.eligible.{kind}") for kind in ("posts", "hiring")]
        hires = opened + (today + beyond) * leaving / MONTHS_A_YEAR
        beyond_hires = opened + beyond * leaving / MONTHS_A_YEAR
        said_hires = f"(G{at}+(E{at}+F{at})*{TURNOVER}/12)"
        formulas = (
            (f"=(E{at}+F{at})*full_post_{year}+{said_hires}*full_hire_{year}",
             (today + beyond) * post + hires * hire),
            (f"=D{at}*((E{at}+F{at})*full_post_{year}*{rate_name('esf.eligible.posts')}"
             f"+{said_hires}*full_hire_{year}*{rate_name('esf.eligible.hiring')})",
             terms * ((today + beyond) * post * accepted[0] + hires * hire * accepted[1])),
            (f"={rate_name('redeployed')}*(F{at}*full_post_{year}"
             f"+(G{at}+F{at}*{TURNOVER}/12)*hire_{year}*flat_rate*hiring_in_base)",
             moved * (beyond * post + beyond_hires * moved_hire)),
        )  # fmt: skip
        for column, (formula, value) in enumerate(formulas, start=7):
            book.formula(BANDS, row, column, formula, value, "cents")

    def _sum(self, what: str, level: str, year: str) -> str:
        def column(name: str) -> str:
            k = COLUMNS.index(name)
            return self.book.span(BANDS, (FIRST, k), (self.last, k))

        return f"SUMIFS({column(what)},{column('level')},{level},{column('year')},{year})"

    @property
    def _beside(self) -> list[str]:
        """Kinds of cost that are the same at every level."""
        return [kind for kind in self.budget.kinds if kind in ("levers", HOURS)]

    def value(self, level: float, what: str, year: int) -> Decimal:
        """What a level's 'gross', 'net' or payer comes to, with the hours of the budget shown."""
        found, shown = self.levels[level], self.book.budget
        if what in ALL_PAYERS:
            return found.paid_by(what, year) + shown.paid_by(what, year, HOURS)
        own = found.net(year) if what == "net" else found.gross(year)
        return own + shown.gross(year, HOURS)

    def gross(self, level: str, head: str, year: int) -> str:
        """A level's gross cost of a year; level and head: cells that hold them."""
        beside = "".join(f"+{self.budget.at(kind, year)}" for kind in self._beside)
        return f"={self._sum('gross', level, head)}{beside}"

    def net(self, level: str, head: str, year: int) -> str:
        """Net of redeployed posts."""
        return f"{self.gross(level, head, year)}-{self._sum('redeployed', level, head)}"

    def paid(self, payer: str, level: str, head: str, year: int) -> str:
        """What a payer pays."""
        beside = "".join(f"+{self.budget.paid_at(kind, payer, year)}" for kind in self._beside)
        by_esf = self._sum("esf", level, head)
        if payer == ESF:
            return f"={by_esf}{beside}"
        share = rate_name(f"payers.posts.{payer}")
        return f"=({self._sum('gross', level, head)}-{by_esf})*{share}{beside}"


def _months(found: Budget) -> Months:
    """Post-months of today's posts and of those beyond, posts that begin."""
    sums: Months = {}
    for row in found.posts.rows:
        key = (row.month, treatment_of(row.place))
        today, beyond, opened = sums.get(key, (Fraction(0), Fraction(0), 0))
        sums[key] = (today + row.today, beyond + row.beyond, opened + row.opened)
    return sums
