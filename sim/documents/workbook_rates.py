"""The sheet of assumptions: every rate in a cell that may be changed, and what the plan assumes.

Each rate's cell has a name that formulas use: `rate_` and its path in the rates file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from xlsxwriter.worksheet import Worksheet

from sim.documents.workbook_book import Book
from sim.documents.workbook_plan_rows import plan_rows
from sim.documents.workbook_words import (
    ASSUMPTIONS,
    LEVER_NAMES,
    METHOD_NAMES,
    READING_NAMES,
    STATUS_NAMES,
    programme_name,
)
from sim.rates import METHODS, PAID_KINDS, PAYERS, READINGS, Rate
from sim.words import say, to_say

WIDTHS = (44, 15, 20, 11, 11, 14, 48, 7, 24)
VALUE = 1
WRAPPED = ((0, 4), (2, 2), (6, 4))  # columns that wrap, how many letters more they hold
REST = PAYERS[0]  # pays what the others leave, so that shares sum to 1
NO_COST = "jobs."
GROUPS: Mapping[str, str] = {
    "": to_say("Posts"),
    "indirect": to_say("Indirect costs"),
    "levers": to_say("Levers: what running one in full costs in the whole country"),
    "social": to_say("Social workers' time (not in the totals unless the activity is known)"),
    "esf": to_say("European Social Fund"),
    "payers": to_say("Who pays what the ESF does not"),
    "jobs": to_say("What comes of an entry (no cost; nothing here depends on it)"),
}
UNTIL, METHOD, READING = "esf_until", "indirect_method", "esf_reading"
EARLIEST, LATEST = 2000, 2100


def rate_name(path: str) -> str:
    """The name of a rate's cell."""
    return "rate_" + path.replace(".", "_")


def first_day(programme: str) -> str:
    """The name of the cell with the first day of a programme."""
    return f"first_{programme}"


def last_day(programme: str) -> str:
    """The name of the cell with the last day of a programme."""
    return f"last_{programme}"


def write_rates(book: Book) -> None:
    """Write the sheet."""
    book.columns(ASSUMPTIONS, WIDTHS)
    note = say(
        "Yellow cells may be changed: every amount of this workbook follows. Rates in euros have "
        "the prices of the year in their unit and rise every 1 January. What the simulation "
        "found (posts, orientations, dates, probabilities) does not follow: it takes a new plan. "
        "The sheet is protected without a password."
    )
    row = book.titled(ASSUMPTIONS, say("What is assumed, and where it comes from"), note, 8)
    sheet = book.sheets[ASSUMPTIONS]
    sheet.set_row(1, 38)
    heads = (
        say("Assumption"), say("Value"), say("Unit"), say("Low"), say("High"), say("Status"),
        say("Source"), say("Date"), say("Name in a rates file"),
    )  # fmt: skip
    book.row(ASSUMPTIONS, row, heads, "heading")
    sheet.set_row(row, 18)
    sheet.repeat_rows(row)
    sheet.freeze_panes(row + 1, 1)
    row = _Rows(book, sheet, row + 1).all()
    sheet.set_h_pagebreaks([row + 1])
    plan_rows(book, row + 1)
    book.protect(ASSUMPTIONS)


class _Rows:
    """The rates, group by group; `next` is the first row that is free."""

    def __init__(self, book: Book, sheet: Worksheet, first: int) -> None:
        self.book, self.sheet, self.next = book, sheet, first

    def all(self) -> int:
        """Write all groups; the next row."""
        for group, title in GROUPS.items():
            self.book.row(ASSUMPTIONS, self.next, [say(title), *[""] * 8], "group")
            self.next += 1
            if group == "indirect":
                self._method()
            if group == "esf":
                self._esf()
            for path, rate in self.book.budget.rates.by_path.items():
                if (path.split(".")[0] if "." in path else "") == group:
                    self._rate(rate)
        return self.next

    def _method(self) -> None:
        method = self.book.budget.rates.method
        told = say("How indirect costs are counted")
        self._choice(told, METHOD, [say(METHOD_NAMES[each]) for each in METHODS],
                     METHODS.index(method), "indirect.method")  # fmt: skip

    def _esf(self) -> None:
        rates = self.book.budget.rates
        told = say("What 'half of the posts are financed by the ESF' means")
        self._choice(told, READING, [say(READING_NAMES[each]) for each in READINGS],
                     READINGS.index(rates.reading), "esf.reading")  # fmt: skip
        self._until()
        for each in rates.programmes:
            name = programme_name(each.name)
            path = f"esf.programmes.{each.name}"
            window = (
                (say("{programme}: first day of spending", programme=name), each.first, first_day),
                (say("{programme}: last day of spending", programme=name), each.last, last_day),
            )
            for (label, when, named), end in zip(window, ("first", "last"), strict=True):
                texts = {0: label, 6: say(each.source), 8: f"{path}.{end}"}
                self._texts(texts)
                self.sheet.write_datetime(
                    self.next, VALUE, when, self.book.formats("input", "day", "top")
                )
                self.book.call(named(each.name), ASSUMPTIONS, self.next, VALUE)
                self.next += 1

    def _until(self) -> None:
        until = self.book.budget.esf_until
        self._texts({0: say("Last year in which the ESF pays; empty: its programmes decide"),
                     2: say("year"), 8: "--esf-until"})  # fmt: skip
        form = self.book.formats("input", "whole", "top")
        if until is None:
            self.sheet.write_blank(self.next, VALUE, None, form)
        else:
            self.sheet.write_number(self.next, VALUE, until, form)
        self.sheet.data_validation(
            self.next, VALUE, self.next, VALUE,
            {"validate": "integer", "criteria": "between", "minimum": EARLIEST,
             "maximum": LATEST, "ignore_blank": True, "error_title": "agsim",
             "error_message": say("A year, or nothing.")},
        )  # fmt: skip
        self.book.call(UNTIL, ASSUMPTIONS, self.next, VALUE)
        self.next += 1

    def _choice(
        self, label: str, name: str, options: Sequence[str], chosen: int, path: str
    ) -> None:
        """A cell with a list, and hidden at its right the number of what is chosen."""
        self._texts({0: label, 5: say(STATUS_NAMES["decision"]), 8: path})
        self.sheet.merge_range(
            self.next,
            VALUE,
            self.next,
            VALUE + 3,
            options[chosen],
            self.book.formats("input", "top"),
        )
        self.sheet.data_validation(
            self.next, VALUE, self.next, VALUE,
            {"validate": "list", "source": list(options), "error_title": "agsim",
             "error_message": say("Choose one of the list.")},
        )  # fmt: skip
        self.book.call(name, ASSUMPTIONS, self.next, VALUE)
        self.next += 1

    def _texts(self, texts: Mapping[int, str]) -> None:
        """Plain cells of a row, high enough for the longest text."""
        for column in range(len(WIDTHS)):
            traits: tuple[str, ...] = ("cell", "wrap", "top")
            if column in {2, 5}:
                traits = (*traits, "inside")
            if column == len(WIDTHS) - 1:
                traits = ("cell", "small", "shrink", "top")
            text = texts.get(column, "")
            self.sheet.write_string(self.next, column, text, self.book.formats(*traits))
        lines = max(ceil(len(texts.get(k, "")) / (WIDTHS[k] + spare)) for k, spare in WRAPPED)
        self.sheet.set_row(self.next, 13.5 * max(lines, 1) + 1.5)

    def _rate(self, rate: Rate) -> None:
        lever = rate.path.split(".")[1] if rate.path.startswith("levers.") else ""
        meaning = say(rate.meaning)
        label = meaning
        if lever:
            label = say("{lever}: {meaning}", lever=say(LEVER_NAMES[lever]), meaning=meaning)
        unit = say(rate.unit)
        if rate.prices is not None:
            unit = say("{unit}, prices of {year}", unit=unit, year=rate.prices)
        self._texts(
            {0: label[0].upper() + label[1:], 2: unit, 5: say(STATUS_NAMES[rate.status]),
             6: say(rate.source), 7: rate.date, 8: rate.path}
        )  # fmt: skip
        trait = number_trait(rate)
        if rate.low != rate.high:
            for column, end in ((3, rate.low), (4, rate.high)):
                form = self.book.formats("cell", trait, "top")
                self.sheet.write_number(self.next, column, float(end), form)
        if rate.path.startswith("payers.") and rate.path.endswith(REST):
            self._rest(rate, trait)
        elif rate.path.startswith(NO_COST):
            form = self.book.formats("cell", trait, "top")
            self.sheet.write_number(self.next, VALUE, float(rate.value), form)
        else:
            form = self.book.formats("input", trait, "top")
            self.sheet.write_number(self.next, VALUE, float(rate.value), form)
            self._allow(rate)
        self.book.call(rate_name(rate.path), ASSUMPTIONS, self.next, VALUE)
        self.next += 1

    def _rest(self, rate: Rate, trait: str) -> None:
        """Pôle emploi's share: what the others leave."""
        kind = rate.path.split(".")[1]
        assert kind in PAID_KINDS
        others = "-".join(rate_name(f"payers.{kind}.{payer}") for payer in PAYERS[1:])
        formula = f"=ROUND(1-{others},10)"
        self.book.formula(ASSUMPTIONS, self.next, VALUE, formula, rate.value, "cell", trait, "top")

    def _allow(self, rate: Rate) -> None:
        """Let the cell take what the rate can be at all."""
        allowed: dict[str, Any] = {
            "validate": "integer" if rate.whole else "decimal",
            "criteria": "between",
            "minimum": float(rate.least),
            "maximum": float(rate.most),
            "error_title": "agsim",
            "error_message": say(
                "From {least} to {most}.", least=f"{rate.least:f}", most=f"{rate.most:f}"
            ),
        }
        self.sheet.data_validation(self.next, VALUE, self.next, VALUE, allowed)


def number_trait(rate: Rate) -> str:
    """How a rate's number is shown."""
    if rate.unit.startswith("share"):
        return "percent2"
    return "exact"
