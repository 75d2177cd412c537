"""The workbook while it is written: its file, its sheets by what they are for, its formats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from sim.documents.report import Report
from sim.documents.workbook_formats import Formats
from sim.documents.workbook_words import (
    BANDS,
    CALCULATION,
    CHARTS,
    LINES,
    SCENARIOS,
    SHEETS,
    SUMMARY,
    TREASURY,
    VALUE,
    levers_told,
)
from sim.money.budget import Budget, budget
from sim.money.outcomes import Outcomes
from sim.present.numbers import number, percent
from sim.words import say

# The bytes say no date of today: the same plan makes the same file.
ALWAYS = datetime(2020, 1, 1)  # noqa: DTZ001
A4 = 9
PORTRAIT = (SUMMARY, TREASURY, CALCULATION)
WORKING = (CALCULATION, BANDS, LINES)
OF_A_PLAN = (SUMMARY, SCENARIOS, CHARTS, BANDS)
LONGEST_TITLE = 90
MAY_STILL = {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True,
             "select_locked_cells": True, "select_unlocked_cells": True}  # fmt: skip


class PlainSheet(Worksheet):  # type: ignore[misc]
    """A sheet whose formulas hold no function newer than 2007, so none is looked for.

    Which takes most of the time that formulas take to be written.
    """

    def _prepare_formula(self, formula: str, *_: object, **__: object) -> str:
        return formula.removeprefix("=")


@dataclass
class Book:
    """What the sheets are written from, and written to.

    budget: that of the posts that are enough with the probability asked, or of a scenario by
    itself; `basis` says of which posts it is. planned: the report, None without a plan. bought:
    what the money buys, where that was simulated on draws.
    """

    file: Workbook
    planned: Report | None
    budget: Budget
    basis: str
    bought: Outcomes | None
    formats: Formats
    sheets: dict[str, Worksheet] = field(default_factory=dict)

    @classmethod
    def of(cls, report: Report, path: Path) -> Book:
        """An empty workbook of a plan with all its sheets in their order."""
        found, basis = _shown(report)
        return cls._made(path, report, found, basis, report.bought)

    @classmethod
    def of_budget(cls, found: Budget, bought: Outcomes | None, path: Path) -> Book:
        """An empty workbook of a budget without a plan: the sheets on money alone."""
        basis = say("Budget: {title}", title=say(found.scenario.title))
        on_draws = bought is not None and bought.results.posterior is not None
        return cls._made(path, None, found, basis, bought if on_draws else None)

    @classmethod
    def _made(
        cls, path: Path, report: Report | None, found: Budget, basis: str, bought: Outcomes | None
    ) -> Book:
        file = Workbook(str(path))
        book = cls(file, report, found, basis, bought, Formats(file))
        file.set_properties({"title": say(found.scenario.title), "created": ALWAYS})
        file.set_calc_mode("auto")
        for key in SHEETS:
            if (key != VALUE or bought is not None) and (key not in OF_A_PLAN or report):
                book._add(key)
        return book

    @property
    def report(self) -> Report:
        """The report, for sheets that only a plan has."""
        assert self.planned is not None
        return self.planned

    def _add(self, key: str) -> None:
        name = say(SHEETS[key])
        sheet = self.file.add_worksheet(name, PlainSheet)
        sheet.set_paper(A4)
        sheet.hide_gridlines(2)
        if key not in PORTRAIT:
            sheet.set_landscape()
        sheet.set_margins(left=0.5, right=0.5, top=0.55, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        scenario = self.planned.scenario if self.planned else self.budget.scenario
        title = say(scenario.title).replace("&", "&&")[:LONGEST_TITLE]
        page = say("page")
        sheet.set_footer(f"&L&8 {title} ({scenario.fingerprint})&C&8 {name}&R&8 {page} &P / &N")
        if key in WORKING:
            sheet.set_tab_color("#A6A6A6")
        self.sheets[key] = sheet

    def columns(self, key: str, widths: Sequence[float]) -> None:
        """Set the widths of a sheet's first columns."""
        for column, width in enumerate(widths):
            self.sheets[key].set_column(column, column, width, self.formats())

    def name(self, key: str) -> str:
        """A sheet's name as formulas write it."""
        return "'" + say(SHEETS[key]).replace("'", "''") + "'"

    def ref(self, key: str, row: int, column: int) -> str:
        """A cell as formulas on any sheet write it."""
        return f"{self.name(key)}!{cell(row, column)}"

    def span(self, key: str, first: tuple[int, int], last: tuple[int, int]) -> str:
        """A range of cells as formulas on any sheet write it."""
        return f"{self.name(key)}!{cell(*first)}:{cell(*last)}"

    def call(self, name: str, key: str, row: int, column: int) -> None:
        """Give a cell a name that formulas use."""
        self.file.define_name(name, f"={self.ref(key, row, column)}")

    def titled(self, key: str, title: str, note: str, width: int) -> int:
        """Write a sheet's title and what it says of itself over some columns; the next row."""
        sheet = self.sheets[key]
        sheet.write_string(0, 0, title, self.formats("title"))
        sheet.set_row(0, 24)
        sheet.merge_range(1, 0, 1, width - 1, note, self.formats("note"))
        return 3

    def row(self, key: str, row: int, texts: Sequence[str], *traits: str) -> None:
        """Write texts beside each other."""
        for column, text in enumerate(texts):
            self.sheets[key].write_string(row, column, text, self.formats(*traits))

    def headings(self, key: str, row: int, texts: Sequence[str], height: float = 30) -> None:
        """Write a table's headings: the first left, the others right."""
        sheet = self.sheets[key]
        for column, text in enumerate(texts):
            traits = ("heading",) if column == 0 else ("heading", "right")
            sheet.write_string(row, column, text, self.formats(*traits))
        sheet.set_row(row, height)

    def formula(
        self, key: str, row: int, column: int, formula: str, value: Any, *traits: str
    ) -> None:
        """Write a formula, and what it comes to in the library."""
        known = value if isinstance(value, str) else float(value)
        self.sheets[key].write_formula(row, column, formula, self.formats(*traits), known)

    def protect(self, key: str) -> None:
        """Lock what is no input, without a password."""
        self.sheets[key].protect("", MAY_STILL)


def cell(row: int, column: int) -> str:
    """A cell of the same sheet, absolute: $A$1."""
    return str(xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True))


def _shown(report: Report) -> tuple[Budget, str]:
    """The budget in the workbook, and of which posts it is."""
    if report.budget is not None:
        return report.budget, say(
            "{posts} funded posts, enough with a probability of {probability}; levers: {levers}",
            posts=number(report.there(report.posts.asked)),
            probability=percent(report.probability),
            levers=levers_told(report.plan.levers),
        )
    asked = percent(report.probability)
    scenario = report.money.scenario(report.posts_shown, report.plan.levers)
    found = budget(scenario, rates=report.rates, esf_until=report.money.esf_until)
    posts = number(report.there(report.posts_shown))
    if report.money.surest is not None:
        return found, say(
            "No number of posts is enough with {asked}. The budget is of the {posts} posts that "
            "are enough with {probability}",
            asked=asked,
            posts=posts,
            probability=percent(report.money.surest.probability),
        )
    return found, say(
        "No number of posts is enough with {asked}. The budget is of the most posts that were "
        "looked at, {posts}",
        asked=asked,
        posts=posts,
    )
