"""The sheet of the treasury: what is advanced for the ESF, when it pays, what audits take off."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from math import ceil

from sim.documents.workbook_book import Book, cell
from sim.documents.workbook_lines import Lines
from sim.documents.workbook_rates import rate_name
from sim.documents.workbook_words import TREASURY
from sim.money.amounts import NOTHING
from sim.money.treasury import Claim, later
from sim.words import say

LATER = 24  # months shown after the last one that costs, or more where the ESF pays later still
ROWS_A_PAGE = 84
WIDTHS = (18, 18, 16, 18, 18, 18, 20)


class TreasurySheet:
    """Writes the sheet; knows where its months and what is advanced stand."""

    def __init__(self, book: Book, lines: Lines) -> None:
        self.book, self.lines = book, lines
        self.first = self.last = 0

    def write(self) -> None:
        """Write the sheet."""
        book, sheet = self.book, self.book.sheets[TREASURY]
        book.columns(TREASURY, WIDTHS)
        note = say(
            "The ESF pays months after the costs, less what audits take off; until then somebody "
            "advances its part. Both assumptions stand in the sheet {rates}.",
            rates=book.name("assumptions"),
        )
        row = book.titled(TREASURY, say("What is advanced for the ESF"), note, 7)
        sheet.set_row(1, 28)
        summary = row
        row += 4
        heads = [
            say("Month"), say("ESF's part of its costs"), say("Audits take off"),
            say("The ESF pays that in"), say("Paid in this month"), say("Cut in this month"),
            say("Advanced, not settled"),
        ]  # fmt: skip
        book.headings(TREASURY, row, heads, 32)
        sheet.repeat_rows(row)
        sheet.freeze_panes(row + 1, 1)
        months = self._months()
        self.first, self.last = row + 1, row + len(months)
        outstanding = self._rows(months)
        self._summary(summary, outstanding)
        sheet.fit_to_pages(1, ceil(self.last / ROWS_A_PAGE))

    def _months(self) -> list[date]:
        counted = list(self.book.budget.posts.counted)
        wait = int(self.book.budget.rates.number("esf.payment_months"))
        last = later(counted[-1], max(LATER, wait))
        months = [counted[0]]
        while months[-1] < last:
            months.append(later(months[-1], 1))
        return months

    def _rows(self, months: list[date]) -> list[Decimal]:
        book, sheet = self.book, self.book.sheets[TREASURY]
        claims: dict[date, Claim] = {each.month: each for each in book.budget.treasury.claims}
        paid = {each.payment: each for each in book.budget.treasury.claims}
        wait = int(book.budget.rates.number("esf.payment_months"))
        open_, outstanding = NOTHING, []
        counted = book.budget.posts.counted
        for row, month in enumerate(months, start=self.first):
            claim, payment = claims.get(month), paid.get(month)
            due, cut = (claim.due, claim.cut) if claim else (NOTHING, NOTHING)
            settled = (payment.paid, payment.cut) if payment else (NOTHING, NOTHING)
            open_ += due - sum(settled)
            outstanding.append(open_)
            sheet.write_datetime(row, 0, month, book.formats("cell", "month"))
            if month in counted:
                summed = self.lines.sum("esf", month=cell(row, 0))
                book.formula(TREASURY, row, 1, f"={summed}", due, "cell", "cents")
                formula = f"=ROUND({cell(row, 1)}*{rate_name('esf.audit_cut')},2)"
                book.formula(TREASURY, row, 2, formula, cut, "cell", "cents")
                formula = f"=EDATE({cell(row, 0)},{rate_name('esf.payment_months')})"
                day = (later(month, wait) - date(1899, 12, 30)).days
                book.formula(TREASURY, row, 3, formula, day, "cell", "month", "centre")
            else:
                for column in (1, 2, 3):
                    sheet.write_blank(row, column, None, book.formats("cell"))
            self._settled(row, settled, open_)
        return outstanding

    def _column(self, column: int) -> str:
        return f"{cell(self.first, column)}:{cell(self.last, column)}"

    def _settled(self, row: int, settled: tuple[Decimal, Decimal], left: Decimal) -> None:
        """What the ESF pays and cuts in a month, and what is open at its end."""
        book = self.book
        arrives = f"{self._column(3)},{cell(row, 0)}"
        cut = f"SUMIFS({self._column(2)},{arrives})"
        due = f"SUMIFS({self._column(1)},{arrives})"
        book.formula(TREASURY, row, 4, f"={due}-{cut}", settled[0], "cell", "cents")
        book.formula(TREASURY, row, 5, f"={cut}", settled[1], "cell", "cents")
        before = "0" if row == self.first else cell(row - 1, 6)
        formula = f"=ROUND({before}+{cell(row, 1)}-{cell(row, 4)}-{cell(row, 5)},2)"
        book.formula(TREASURY, row, 6, formula, left, "cell", "cents")

    def _summary(self, row: int, outstanding: list[Decimal]) -> None:
        """The most that is open at a time, what audits take off, and what stays open."""
        book, sheet = self.book, self.book.sheets[TREASURY]
        most = max(outstanding, default=NOTHING)
        told = (
            (say("Most advanced at one time"), f"=MAX({self._column(6)})", most),
            (say("Taken off by audits, in all"), f"=SUM({self._column(2)})",
             book.budget.treasury.cut),
            (say("Still open after the last month shown (must be 0)"), f"={cell(self.last, 6)}",
             outstanding[-1]),
        )  # fmt: skip
        for at, (label, formula, value) in enumerate(told, start=row):
            sheet.merge_range(at, 0, at, 2, label, book.formats("cell", "bold"))
            book.formula(TREASURY, at, 3, formula, value, "cell", "bold", "cents")

    @property
    def most(self) -> str:
        """The cell with the most that is advanced at one time."""
        return self.book.ref(TREASURY, 3, 3)
