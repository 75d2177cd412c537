"""The sheet of lines: one row a cost (month, place, kind), each amount a formula on the rates.

As the library does: a cost is rounded once to the cent, half a cent upwards; the ESF's part is
rounded down; the others divide the rest by the largest remainder. A product is rounded to
eight digits before it is rounded down, for binary fractions fall just short of whole cents.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor

from xlsxwriter.format import Format

from sim.documents.workbook_book import Book
from sim.documents.workbook_calculation import Calculation, treatment_of
from sim.documents.workbook_plan_rows import TURNOVER
from sim.documents.workbook_rates import rate_name
from sim.documents.workbook_words import KIND_NAMES, LINES, of_name
from sim.money.amounts import NOTHING
from sim.money.budget import Budget
from sim.money.costs import NEW, NO_POSTS, REDEPLOYED, TODAY, Cost, leaving_a_year, lever_months
from sim.money.payers import ALL_PAYERS, ESF, PAID_AS, esf_terms
from sim.money.post_months import MONTHS_A_YEAR, MonthOfPosts, Place
from sim.rates import PAYERS, Rates
from sim.words import say

FIRST = 4
# Columns, in their order.
COLUMNS = (
    "month", "quarter", "year", "region", "kind", "of", "quantity", "amount", "accepted_share",
    "terms", "accepted", "esf", "pole_emploi", "departements", "other", "rest", "share_1",
    "share_2", "share_3", "left",
)  # fmt: skip
LETTER = {name: chr(ord("A") + k) for k, name in enumerate(COLUMNS)}
WIDTHS = (11, 10, 7, 26, 26, 22, 12, 15, 10, 10, 15, 15, 15, 15, 13)
WORKING = ("rest", "share_1", "share_2", "share_3", "left")
MOVED = rate_name("redeployed")
FORMATS = {
    "quantity": "quantity", "accepted_share": "percent2", "terms": "percent2", "amount": "cents",
    "accepted": "cents", "esf": "cents", "pole_emploi": "cents", "departements": "cents",
    "other": "cents", "rest": "count", "share_1": "exact", "share_2": "exact",
    "share_3": "exact", "left": "count",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A line of the sheet: what it is of, its formulas, and what they come to.

    what, of: as in `Cost`. quantity: a number, or a formula and its value.
    """

    month: date
    place: Place
    kind: str
    what: str
    of: str
    quantity: tuple[str, Fraction] | None
    amount: str
    accepted_share: str
    accepted_value: Fraction


class Lines:
    """Writes the sheet; knows its columns as ranges that other sheets sum."""

    def __init__(self, book: Book, calculation: Calculation) -> None:
        self.book, self.calculation = book, calculation
        self.rows = tuple(rows_of(book.budget))
        self.last = FIRST + len(self.rows) - 1

    def column(self, name: str) -> str:
        """A column of the lines as formulas on any sheet write it."""
        k = COLUMNS.index(name)
        return self.book.span(LINES, (FIRST, k), (max(self.last, FIRST), k))

    def sum(self, name: str, **where: str) -> str:
        """The sum of a column over the rows whose other columns hold what some cells hold."""
        if not where:
            return f"SUM({self.column(name)})"
        conditions = ",".join(f"{self.column(key)},{value}" for key, value in where.items())
        return f"SUMIFS({self.column(name)},{conditions})"

    def write(self) -> None:
        """Write the sheet."""
        book = self.book
        sheet = book.sheets[LINES]
        book.columns(LINES, WIDTHS)
        working = len(COLUMNS) - len(WORKING)
        sheet.set_column(working, len(COLUMNS) - 1, 12, book.formats("small"),
                         {"level": 1, "hidden": True})  # fmt: skip
        note = say(
            "Quantity: post-months, hires, months of a lever in full, people. Grouped columns at "
            "the right divide what the ESF does not pay. Filter here, sum elsewhere; this sheet "
            "prints its first rows only."
        )
        book.titled(LINES, say("Lines of the budget"), note, 12)
        heads = (
            say("Month"), say("Quarter"), say("Year"), say("Région"), say("Kind of cost"),
            say("Of"), say("Quantity"), say("Cost"), say("eligible"), say("ESF pays of it"),
            say("Eligible cost"), say("ESF"), say("Pôle emploi"), say("Départements"),
            say("Others"), say("left to pay, cents"), say("part 1"), say("part 2"), say("part 3"),
            say("cents left"),
        )  # fmt: skip
        book.row(LINES, FIRST - 1, heads, "heading")
        sheet.set_row(FIRST - 1, 30)
        sheet.freeze_panes(FIRST, 0)
        sheet.repeat_rows(FIRST - 1)
        sheet.autofilter(FIRST - 1, 0, max(self.last, FIRST), len(COLUMNS) - 1)
        sheet.print_area(0, 0, min(self.last, FIRST + 40), working - 1)
        self._write_rows()
        book.protect(LINES)

    def _write_rows(self) -> None:
        book, formats = self.book, self.book.formats
        sheet, known = book.sheets[LINES], known_amounts(book.budget)
        plain, centred, months = formats(), formats("centre"), formats("month")
        form: dict[str, Format] = {name: formats(trait) for name, trait in FORMATS.items()}
        rates, until = book.budget.rates, book.budget.esf_until
        number = {name: k for k, name in enumerate(COLUMNS)}
        for at, row in enumerate(self.rows, start=FIRST):
            cost, paid = known.get(key_of(row), (NOTHING, {}))
            sheet.write_datetime(at, 0, row.month, months)
            sheet.write_string(at, 1, quarter(row.month), plain)
            sheet.write_number(at, 2, row.month.year, centred)
            sheet.write_string(at, 3, row.place.region, plain)
            sheet.write_string(at, 4, say(KIND_NAMES[row.kind]), plain)
            sheet.write_string(at, 5, of_name(row.what, row.of), plain)
            if row.quantity is not None:
                formula, value = row.quantity
                if formula:
                    sheet.write_formula(at, 6, _placed(formula, at + 1), form["quantity"],
                                        float(value))  # fmt: skip
                else:
                    sheet.write_number(at, 6, float(value), form["quantity"])
            terms = esf_terms(row.month, row.place, rates, until)
            part = terms.presented * terms.rate if terms else Fraction(0)
            cents = int((cost - paid.get(ESF, NOTHING)) * 100)
            accepted = Fraction(cost) * row.accepted_value
            values = {
                "amount": float(cost),
                "accepted_share": float(row.accepted_value),
                "terms": float(part),
                "accepted": int(accepted * 100) / 100,
                **{payer: float(paid.get(payer, NOTHING)) for payer in ALL_PAYERS},
                "rest": cents,
                **_divided(cents, rates.shares(PAID_AS[row.kind])),
            }
            place = self.calculation.terms(row.month, treatment_of(row.place))
            for name, formula in self._formulas(row, at + 1, place).items():
                sheet.write_formula(at, number[name], formula, form[name], values[name])

    def _formulas(self, row: Row, at: int, terms: str) -> dict[str, str]:
        """The formulas of a line by column; `at` counts rows from 1."""
        c = {name: f"{letter}{at}" for name, letter in LETTER.items()}
        one, two, three = c["share_1"], c["share_2"], c["share_3"]
        return {
            "amount": _placed(row.amount, at),
            "accepted_share": _placed(row.accepted_share, at),
            "terms": f"={terms}",
            "accepted": f"=ROUNDDOWN(ROUND({c['amount']}*{c['accepted_share']},8),2)",
            "esf": f"=ROUNDDOWN(ROUND({c['amount']}*{c['accepted_share']}*{c['terms']},8),2)",
            "pole_emploi": f"=({_part(one, two, three, c['left'], '>', '>')})/100",
            "departements": f"=({_part(two, one, three, c['left'], '>=', '>')})/100",
            "other": f"=({_part(three, one, two, c['left'], '>=', '>=')})/100",
            "rest": f"=ROUND(({c['amount']}-{c['esf']})*100,0)",
            **{
                f"share_{k}": f"=ROUND({c['rest']}*{_payer(row.kind, payer)},6)"
                for k, payer in enumerate(PAYERS, start=1)
            },
            "left": f"={c['rest']}-INT({one})-INT({two})-INT({three})",
        }


def rows_of(found: Budget) -> Iterator[Row]:
    """The lines in their order: posts by place and month, then levers and hours by month."""
    for row in found.posts.rows:
        yield from _of_posts(row, found)
    for month, counted in found.posts.counted.items():
        for name, months in lever_months(
            month, counted, found.scenario, found.posts.of_the_country
        ):
            if months:
                price = f"lever_{name}_{month.year}/12"
                yield from _spread(month, "levers", name, months, price, found)
        there = None if found.activity is None else found.activity.by_month.get(month)
        if there is not None:
            for what, people, path in (
                ("diagnoses", there.diagnoses, "social.hours_a_diagnosis"),
                ("parcours", there.in_parcours, "social.hours_a_parcours_month"),
            ):
                price = f"{rate_name(path)}*hour_{month.year}"
                yield from _spread(month, "social_hours", what, people * counted, price, found)


def _of_posts(row: MonthOfPosts, found: Budget) -> Iterator[Row]:
    """Three lines for each: today's posts, new ones, redeployed ones."""
    rates, year = found.rates, row.month.year
    moved, leaving = rates.number("redeployed"), leaving_a_year(found.scenario)
    for of, posts, opened, factor, share in (
        (TODAY, row.today, 0, "", Fraction(1)),
        (NEW, row.beyond, row.opened, f"*(1-{MOVED})", 1 - moved),
        (REDEPLOYED, row.beyond, row.opened, f"*{MOVED}", moved),
    ):
        if not posts and not opened:
            continue
        held, hires = posts * share, (opened + posts * leaving / MONTHS_A_YEAR) * share
        quantity = f"={float(posts)!r}{factor}" if factor else ""
        hired = f"={opened}{factor}+G{{p}}*{TURNOVER}/12"
        yield Row(row.month, row.place, "posts", "", of, (quantity, held),
                  f"=ROUND(G{{r}}*post_{year}/12,2)", f"={_accepts('posts')}",
                  rates.number("esf.eligible.posts"))  # fmt: skip
        yield Row(row.month, row.place, "hiring", "", of, (hired, hires),
                  f"=ROUND(G{{r}}*hire_{year}*hiring_counted,2)", f"={_accepts('hiring')}",
                  rates.number("esf.eligible.hiring"))  # fmt: skip
        yield _indirect(row, of, held, hires, rates)


def _indirect(row: MonthOfPosts, of: str, held: Fraction, hires: Fraction, rates: Rates) -> Row:
    """Indirect costs of the two lines above."""
    year = row.month.year
    posts, hiring = _accepts("posts"), _accepts("hiring")
    pay, hired = f"G{{q}}*post_{year}/12", f"G{{p}}*hire_{year}"
    amount = (
        f"=ROUND(flat_rate*({pay}+hiring_in_base*{hired})+G{{q}}*amount_in_use*office_{year}/12,2)"
    )
    both = f"({pay}*{posts}+{hired}*{hiring})/({pay}+{hired})"
    accepted = f"=IF(hiring_in_base=0,{posts},IF({pay}+{hired}=0,0,{both}))"
    value = rates.number("esf.eligible.posts")
    if rates.method == "flat_20":
        of_pay = held * rates.euros("post_year", year) / MONTHS_A_YEAR
        of_hires = hires * rates.euros("hiring", year)
        taken = of_pay * value + of_hires * rates.number("esf.eligible.hiring")
        value = taken / (of_pay + of_hires) if of_pay + of_hires else Fraction(0)
    return Row(row.month, row.place, "indirect", "", of, None, amount, accepted, value)


def _spread(
    month: date, kind: str, what: str, whole: Fraction, price: str, found: Budget
) -> Iterator[Row]:
    """A cost of the whole area: a line for each place, by its share."""
    accepted = found.rates.number(f"esf.eligible.{kind}")
    for place, share in found.posts.shares.items():
        yield Row(month, place, kind, what, NO_POSTS, ("", whole * share),
                  f"=ROUND(G{{r}}*{price},2)", f"={_accepts(kind)}", accepted)  # fmt: skip


def _accepts(kind: str) -> str:
    return rate_name(f"esf.eligible.{kind}")


def _payer(kind: str, payer: str) -> str:
    return rate_name(f"payers.{PAID_AS[kind]}.{payer}")


def _placed(formula: str, at: int) -> str:
    """A formula in a row, which may name the two rows above."""
    return formula.format(r=at, p=at - 1, q=at - 2)


def _part(mine: str, other: str, third: str, left: str, beats: str, also_beats: str) -> str:
    """Whole cents of a payer: the cents left go, one each, to the largest remainders."""
    rank = (
        f"1+({_remainder(other)}{beats}{_remainder(mine)})"
        f"+({_remainder(third)}{also_beats}{_remainder(mine)})"
    )
    return f"INT({mine})+({rank}<={left})"


def _remainder(part: str) -> str:
    return f"ROUND(MOD({part},1),6)"


def _divided(cents: int, shares: tuple[Fraction, ...]) -> dict[str, float]:
    """The working columns: each payer's part in cents, and the cents left of whole parts."""
    exact = [cents * share for share in shares]
    parts = {f"share_{k}": float(each) for k, each in enumerate(exact, start=1)}
    return {**parts, "left": cents - sum(floor(each) for each in exact)}


def quarter(month: date) -> str:
    """The quarter of a month: '2022-Q1', in French '2022-T1'."""
    return say("{year}-Q{number}", year=month.year, number=(month.month - 1) // 3 + 1)


Key = tuple[date, Place, str, str, str]
Known = dict[Key, tuple[Decimal, dict[str, Decimal]]]


def known_amounts(found: Budget) -> Known:
    """The library's cost and payers of every line that is not 0."""
    known: Known = {key_of(each): (each.amount, {}) for each in found.costs}
    for line in found.lines:
        known[key_of(line.cost)][1][line.payer] = line.amount
    return known


def key_of(line: Cost | Row) -> Key:
    """What makes a line one of its own."""
    return line.month, line.place, line.kind, line.what, line.of
