"""The sheets of the budget: by year and quarter, and who pays which kind of cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cached_property, partial
from typing import Any
from unicodedata import normalize

from sim.documents.workbook_book import Book, cell
from sim.documents.workbook_calculation import Calculation
from sim.documents.workbook_lines import Lines, quarter
from sim.documents.workbook_words import (
    BUDGET,
    KIND_NAMES,
    OF_NAMES,
    PAYER_NAMES,
    PAYERS,
)
from sim.money.amounts import NOTHING, total
from sim.money.budget import SAVED, Budget
from sim.money.costs import KINDS, REDEPLOYED
from sim.money.payers import ALL_PAYERS
from sim.words import say

MOST_QUARTERS, ROWS_A_PAGE = 40, 28
HOURS = "social_hours"


class BudgetSheets:
    """Writes both sheets; knows the rows of the budget by what they hold."""

    def __init__(self, book: Book, calculation: Calculation, lines: Lines) -> None:
        self.book, self.calculation, self.lines = book, calculation, lines
        self.years: Sequence[int] = book.budget.years
        self.rows: dict[str, int] = {}
        self.paid: dict[tuple[str, str], int] = {}
        self.heads = 0

    @cached_property
    def kinds(self) -> list[str]:
        """Kinds of cost that the budget counts."""
        return [kind for kind in KINDS if kind != HOURS or self.book.budget.activity is not None]

    def at(self, what: str, year: int) -> str:
        """The cell of a row of the budget in a year: 'gross', a kind, a payer."""
        return self.book.ref(BUDGET, self.rows[what], 1 + self.years.index(year))

    def paid_at(self, kind: str, payer: str, year: int) -> str:
        """The cell of what a payer pays of a kind of cost in a year."""
        return self.book.ref(PAYERS, self.paid[kind, payer], 2 + self.years.index(year))

    def write(self) -> None:
        """Write both sheets."""
        book = self.book
        book.columns(BUDGET, (40, *[17] * (len(self.years) + 1)))
        note = say(
            "{basis}. Euros, to the cent; every amount is a sum of the sheet {lines}, so it "
            "follows the rates of the sheet {rates}. A month, a place and a kind of cost are "
            "rounded once. {hours}",
            basis=book.basis,
            lines=book.name("lines"),
            rates=book.name("assumptions"),
            hours=hours_told(book),
        )
        row = book.titled(BUDGET, say("Budget by year"), note, max(5, len(self.years) + 2))
        book.sheets[BUDGET].set_row(1, 52)
        row = self._by_year(row)
        self._by_quarter(row + 2)
        book.sheets[BUDGET].freeze_panes(self.heads + 1, 1)
        self._payers()

    def _line(
        self, what: str, label: str, value: Callable[[int], Any], formula: Callable[[int], str],
        *traits: str, summed: bool = True,
    ) -> None:  # fmt: skip
        """A row with a column a year, and the sum of them."""
        book, row = self.book, self._next
        self.rows[what] = row
        looks = [each for each in traits if each != "inside"]
        book.sheets[BUDGET].write_string(
            row, 0, label, book.formats(*(each for each in traits if each != "cents"))
        )
        for column, year in enumerate(self.years, start=1):
            book.formula(BUDGET, row, column, f"={formula(year)}", value(year), *looks)
        last = len(self.years) + 1
        if summed:
            values = [value(year) for year in self.years]
            formula_ = f"=SUM({cell(row, 1)}:{cell(row, last - 1)})"
            book.formula(BUDGET, row, last, formula_, sum(values), *looks)
        else:
            book.sheets[BUDGET].write_blank(row, last, None, book.formats(*looks))
        self._next += 1

    def _by_year(self, row: int) -> int:
        book, found, lines = self.book, self.book.budget, self.lines
        self.heads = row
        heads = [say("Euros"), *map(str, self.years), say("All years")]
        book.headings(BUDGET, row, heads, 18)
        for column, year in enumerate(self.years, start=1):
            book.sheets[BUDGET].write_number(row, column, year,
                                             book.formats("heading", "right", "whole"))  # fmt: skip
        self._next = row + 1

        head = self._head

        def own(what: str, year: int) -> str:
            return cell(self.rows[what], 1 + self.years.index(year))

        self._posts(head)
        for kind in self.kinds:
            self._line(kind, say(KIND_NAMES[kind]), _of_kind(found, kind),
                       lambda y: lines.sum("amount", year=head(y), kind=cell(self._next, 0)),
                       "cell", "cents")  # fmt: skip
        self._line("gross", say("Gross"), found.gross,
                   lambda y: "+".join(own(kind, y) for kind in self.kinds),
                   "total", "cents")  # fmt: skip
        self._line("eligible", say("of which eligible for the ESF"), found.eligible,
                   lambda y: lines.sum("accepted", year=head(y)),
                   "cell", "inside", "cents")  # fmt: skip
        self._line("ineligible", say("of which not eligible"),
                   lambda y: found.gross(y) - found.eligible(y),
                   lambda y: f"{own('gross', y)}-{own('eligible', y)}",
                   "cell", "inside", "cents")  # fmt: skip
        moved = f'"{say(OF_NAMES[REDEPLOYED])}"'
        self._line("redeployed", say("Redeployed posts, no longer paid where they were"),
                   found.redeployed,
                   lambda y: "+".join(lines.sum("amount", year=head(y), of=moved,
                                                kind=cell(self.rows[kind], 0))
                                      for kind in SAVED), "cell", "cents")  # fmt: skip
        self._line("net", say("Net of redeployed posts"), found.net,
                   lambda y: f"{own('gross', y)}-{own('redeployed', y)}",
                   "total", "cents")  # fmt: skip
        book.row(BUDGET, self._next, [say("Who pays the gross"),
                                      *[""] * (len(self.years) + 1)], "group")  # fmt: skip
        self._next += 1
        for payer in ALL_PAYERS:
            self._line(payer, say(PAYER_NAMES[payer]), partial(found.paid_by, payer),
                       self._summed(payer), "cell", "cents")  # fmt: skip
        self._line("esf_rate", say("ESF, part of the gross"),
                   lambda y: found.paid_by("esf", y) / found.gross(y) if found.gross(y) else 0,
                   lambda y: f"IF({own('gross', y)}=0,0,{own('esf', y)}/{own('gross', y)})",
                   "cell", "percent1", summed=False)  # fmt: skip
        self._line("check", say("Check: gross less all payers (must be 0)"), lambda _: 0,
                   lambda y: f"ROUND({own('gross', y)}-"
                   + "-".join(own(payer, y) for payer in ALL_PAYERS) + ",2)",
                   "note", "check")  # fmt: skip
        return self._next

    def _head(self, year: int) -> str:
        """The cell with a year."""
        return cell(self.heads, 1 + self.years.index(year))

    def _summed(self, column: str) -> Callable[[int], str]:
        """The formula of the sum of a column of the lines in a year."""
        return lambda year: self.lines.sum(column, year=self._head(year))

    def _posts(self, head: Callable[[int], str]) -> None:
        found, lines = self.book.budget, self.lines
        kind = f'"{say(KIND_NAMES["posts"])}"'
        counted = {
            year: float(sum(part for month, part in found.posts.counted.items()
                            if month.year == year)) for year in self.years
        }  # fmt: skip
        months, presented = (self.calculation.month_column(k) for k in (0, 2))

        def worth(year: int) -> str:
            column = self.years.index(year) + 1
            part = "+".join(
                lines.sum("esf", year=head(year), kind=f'"{say(KIND_NAMES[each])}"')
                for each in SAVED
            )
            whole = "+".join(
                lines.sum("amount", year=head(year), kind=f'"{say(KIND_NAMES[each])}"')
                for each in SAVED
            )
            return f"IF(({whole})=0,0,{cell(self.rows['posts_mean'], column)}*({part})/({whole}))"

        self._line("posts_mean", say("Funded posts, mean of the year"), found.funded_posts,
                   lambda y: f"{lines.sum('quantity', year=head(y), kind=kind)}/{counted[y]!r}",
                   "cell", "count1", summed=False)  # fmt: skip
        by_month = f"SUMIFS({lines.column('quantity')},{lines.column('kind')},{kind}," + (
            f"{lines.column('month')},{months})"
        )
        self._line("presented", say("of which presented to the ESF"), found.presented_posts,
                   lambda y: f"SUMPRODUCT((YEAR({months})={head(y)})*{by_month}*{presented})"
                   f"/{counted[y]!r}", "cell", "inside", "count1", summed=False)  # fmt: skip
        self._line("worth", say("of which the ESF's money is worth"), found.posts_worth, worth,
                   "cell", "inside", "count1", summed=False)  # fmt: skip

    def _by_quarter(self, row: int) -> None:
        """A column a quarter is too wide for years on end: a row a quarter."""
        book, lines = self.book, self.lines
        quarters = list(dict.fromkeys(quarter(month) for month in book.budget.posts.counted))
        sums = Sums.of(book)
        sheet = book.sheets[BUDGET]
        breaks = [row]
        sheet.write_string(row, 0, say("By quarter"), book.formats("title"))
        sheet.set_row(row, 24)
        for title, names, by in (
            (say("What it costs"), {kind: KIND_NAMES[kind] for kind in self.kinds}, "kind"),
            (say("Who pays"), PAYER_NAMES, "payer"),
        ):
            row += 1
            if by == "payer" and 2 * len(quarters) > ROWS_A_PAGE:
                breaks.append(row)
            kept = list(names)
            heads = [title, *(say(names[each]) for each in kept), say("Together")]
            book.headings(BUDGET, row, heads, 44)
            head, first = row, row + 1
            for each in quarters[:MOST_QUARTERS]:
                row += 1
                sheet.write_string(row, 0, each, book.formats("cell"))
                for column, name in enumerate(kept, start=1):
                    if by == "kind":
                        formula = lines.sum("amount", quarter=f"$A{row + 1}",
                                            kind=cell(head, column))  # fmt: skip
                    else:
                        formula = lines.sum(name, quarter=f"$A{row + 1}")
                    value = sums.get(("quarter", each, name))
                    book.formula(BUDGET, row, column, f"={formula}", value, "cell", "cents")
                last = len(kept) + 1
                formula = f"=SUM({cell(row, 1)}:{cell(row, last - 1)})"
                value = total(sums.get(("quarter", each, name)) for name in kept)
                book.formula(BUDGET, row, last, formula, value, "cell", "bold", "cents")
            row += 1
            sheet.write_string(row, 0, say("Together"), book.formats("total"))
            for column in range(1, len(kept) + 2):
                names_ = kept if column > len(kept) else [kept[column - 1]]
                value = total(sums.get(("quarter", q, n)) for q in quarters for n in names_)
                formula = f"=SUM({cell(first, column)}:{cell(row - 1, column)})"
                book.formula(BUDGET, row, column, formula, value, "total", "cents")
            row += 1
        sheet.set_h_pagebreaks(breaks)

    def _payers(self) -> None:
        """Who pays which kind of cost, by year; and by région, over all years."""
        book, found, lines, years = self.book, self.book.budget, self.lines, self.years
        sheet = book.sheets[PAYERS]
        book.columns(PAYERS, (32, 32, *[17] * (max(len(years), 4) + 1)))
        note = say(
            "{basis}. Posts, hiring and indirect costs are divided alike; the ESF pays a part of "
            "what is eligible, the others divide the rest by the shares assumed.",
            basis=book.basis,
        )
        row = book.titled(PAYERS, say("Who pays what"), note, 7)
        sheet.set_row(1, 28)
        heads = [say("Kind of cost"), say("Payer"), *map(str, years), say("All years")]
        book.headings(PAYERS, row, heads, 18)
        head = row
        for column, year in enumerate(years, start=2):
            sheet.write_number(row, column, year, book.formats("heading", "right", "whole"))
        sheet.write_string(row, 1, say("Payer"), book.formats("heading"))
        sheet.freeze_panes(row + 1, 2)
        for kind in self.kinds:
            for payer in ALL_PAYERS:
                row += 1
                self.paid[kind, payer] = row
                sheet.write_string(row, 0, say(KIND_NAMES[kind]), book.formats("cell"))
                sheet.write_string(row, 1, say(PAYER_NAMES[payer]), book.formats("cell"))
                for column, year in enumerate(years, start=2):
                    formula = lines.sum(payer, year=cell(head, column), kind=cell(row, 0))
                    value = found.paid_by(payer, year, kind)
                    book.formula(PAYERS, row, column, f"={formula}", value, "cell", "cents")
                whole = total(found.paid_by(payer, year, kind) for year in years)
                self._sum_of_row(PAYERS, row, len(years) + 2, 2, whole, "cell", "bold")
            row += 1
            label = say("{kind}, together", kind=say(KIND_NAMES[kind]))
            sheet.write_string(row, 0, label, book.formats("total"))
            sheet.write_blank(row, 1, None, book.formats("total"))
            for column in range(2, len(years) + 3):
                chosen = years if column == len(years) + 2 else [years[column - 2]]
                formula = f"=SUM({cell(row - len(ALL_PAYERS), column)}:{cell(row - 1, column)})"
                value = total(found.gross(year, kind) for year in chosen)
                book.formula(PAYERS, row, column, formula, value, "total", "cents")
        self._by_region(row + 2)

    def _sum_of_row(
        self, key: str, row: int, column: int, first: int, value: Decimal, *traits: str
    ) -> None:
        formula = f"=SUM({cell(row, first)}:{cell(row, column - 1)})"
        self.book.formula(key, row, column, formula, value, *traits, "cents")

    def _by_region(self, row: int) -> None:
        book, lines = self.book, self.lines
        sheet, sums = book.sheets[PAYERS], Sums.of(book)
        sheet.set_h_pagebreaks([row])
        heads = [say("Région, all years"), "", *(say(PAYER_NAMES[each]) for each in ALL_PAYERS)]
        book.headings(PAYERS, row, [*heads, say("Together")], 44)
        first, regions = row + 1, regions_of(book)
        for region in regions:
            row += 1
            sheet.write_string(row, 0, region, book.formats("cell"))
            sheet.write_blank(row, 1, None, book.formats("cell"))
            for column, payer in enumerate(ALL_PAYERS, start=2):
                formula = lines.sum(payer, region=cell(row, 0))
                value = sums.get(("region", region, payer))
                book.formula(PAYERS, row, column, f"={formula}", value, "cell", "cents")
            whole = total(sums.get(("region", region, payer)) for payer in ALL_PAYERS)
            self._sum_of_row(PAYERS, row, 2 + len(ALL_PAYERS), 2, whole, "cell", "bold")
        row += 1
        sheet.write_string(row, 0, say("Together"), book.formats("total"))
        sheet.write_blank(row, 1, None, book.formats("total"))
        for column in range(2, 3 + len(ALL_PAYERS)):
            payers = ALL_PAYERS if column == 2 + len(ALL_PAYERS) else [ALL_PAYERS[column - 2]]
            value = total(sums.get(("region", r, p)) for r in regions for p in payers)
            formula = f"=SUM({cell(first, column)}:{cell(row - 1, column)})"
            book.formula(PAYERS, row, column, formula, value, "total", "cents")


def _of_kind(found: Budget, kind: str) -> Callable[[int], Decimal]:
    return lambda year: found.gross(year, kind)


class Sums:
    """The library's sums by quarter or région, and kind or payer."""

    def __init__(self) -> None:
        self._sums: dict[tuple[str, str, str], Decimal] = {}

    @classmethod
    def of(cls, book: Book) -> Sums:
        """The sums of a budget's costs and lines."""
        made = cls()
        for cost in book.budget.costs:
            made._add("quarter", quarter(cost.month), cost.kind, cost.amount)
        for line in book.budget.lines:
            made._add("quarter", quarter(line.cost.month), line.payer, line.amount)
            made._add("region", line.cost.place.region, line.payer, line.amount)
        return made

    def _add(self, *key_and_amount: Any) -> None:
        *key, amount = key_and_amount
        found = tuple(key)
        self._sums[found] = self._sums.get(found, NOTHING) + amount

    def get(self, key: tuple[str, str, str]) -> Decimal:
        """A sum; nothing where there is none."""
        return self._sums.get(key, NOTHING)


def regions_of(book: Book) -> list[str]:
    """The régions of the area, in the order of the alphabet."""
    return sorted({place.region for place in book.budget.posts.shares}, key=_without_accents)


def _without_accents(name: str) -> str:
    return normalize("NFD", name).encode("ascii", "ignore").decode()


def hours_told(book: Book) -> str:
    """Whether social workers' hours are in the totals."""
    if book.budget.activity is None:
        return say("Social workers' time is not in it.")
    return say("Social workers' time is in it.")
