"""The workbook: what a budget office expects, with live formulas on the rates.

Every formula is written with the library's number, so that viewers that do not calculate show
it; changing a rate in the sheet of assumptions changes every amount, as another rates file
would.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.documents.workbook_bands import Bands
from sim.documents.workbook_book import Book
from sim.documents.workbook_budget import BudgetSheets
from sim.documents.workbook_calculation import Calculation
from sim.documents.workbook_charts import write_charts
from sim.documents.workbook_lines import Lines
from sim.documents.workbook_posts import PostsSheet
from sim.documents.workbook_rates import write_rates
from sim.documents.workbook_scenarios import Scenarios
from sim.documents.workbook_summary import Summary
from sim.documents.workbook_treasury import TreasurySheet
from sim.documents.workbook_value import ValueSheet
from sim.experiment.files import write_whole

if TYPE_CHECKING:
    from sim.documents.report import Report
    from sim.money.budget import Budget
    from sim.money.outcomes import Outcomes


def write_workbook(report: Report, path: Path) -> Path:
    """Write the workbook whole, in the language spoken; the path."""
    write_whole(path, lambda part: _write(report, part))
    return path


def write_budget_workbook(found: Budget, bought: Outcomes | None, path: Path) -> Path:
    """Write the workbook of a budget without a plan: the sheets on money; the path."""
    write_whole(path, lambda part: _write_budget(found, bought, part))
    return path


def _write_budget(found: Budget, bought: Outcomes | None, path: Path) -> None:
    book = Book.of_budget(found, bought, path)
    calculation = Calculation(book)
    lines = Lines(book, calculation)
    budget = BudgetSheets(book, calculation, lines)
    posts, treasury = PostsSheet(book, lines), TreasurySheet(book, lines)
    write_rates(book)
    for each in (calculation, lines, budget, posts, treasury):
        each.write()
    if book.bought is not None:
        ValueSheet(book, budget, lines, book.bought).write()
    book.file.close()


def _write(report: Report, path: Path) -> None:
    book = Book.of(report, path)
    calculation = Calculation(book)
    lines = Lines(book, calculation)
    budget = BudgetSheets(book, calculation, lines)
    bands = Bands(book, calculation, budget)
    posts, treasury = PostsSheet(book, lines), TreasurySheet(book, lines)
    scenarios = Scenarios(book, budget, bands)
    summary = Summary(book, budget, scenarios, treasury)
    write_rates(book)
    for each in (calculation, lines, budget, posts, treasury, bands, scenarios, summary):
        each.write()
    if book.bought is not None:
        ValueSheet(book, budget, lines, book.bought).write()
    write_charts(book, budget, posts, treasury, scenarios, summary.levels)
    book.file.close()
