"""Charts of the workbook: native ones, which follow the cells."""

from __future__ import annotations

from typing import Any

from xlsxwriter.chart import Chart

from sim.documents.workbook_book import Book
from sim.documents.workbook_budget import BudgetSheets
from sim.documents.workbook_formats import DARK, FONT, GREY, KIND_COLOURS, PAYER_COLOURS
from sim.documents.workbook_posts import PostsSheet
from sim.documents.workbook_scenarios import Scenarios
from sim.documents.workbook_treasury import TreasurySheet
from sim.documents.workbook_words import (
    BUDGET,
    CHARTS,
    MEASURE_NAMES,
    POSTS,
    SCENARIOS,
    SUMMARY,
    TREASURY,
)
from sim.money.payers import ALL_PAYERS
from sim.words import say

WIDTH, HEIGHT = 560, 300
ROUND_POSTS = 500
MILLIONS = "#,##0,,"
Span = tuple[int, int, int, int]


def styled(chart: Chart, title: str, y_title: str, *, x_title: str = "") -> Chart:
    """A chart with its titles in the workbook's looks."""
    font = {"name": FONT, "size": 9, "color": GREY}
    chart.set_title({"name": title, "overlay": False,
                     "name_font": {"name": FONT, "size": 11, "bold": True,
                                   "color": DARK}})  # fmt: skip
    axis = {"num_font": font, "name_font": {**font, "bold": False}, "line": {"color": "#A6A6A6"}}
    chart.set_x_axis({**axis, "name": x_title})
    chart.set_y_axis({**axis, "name": y_title, "major_gridlines": {"visible": True,
                      "line": {"color": "#DDDDDD"}}, "min": 0})  # fmt: skip
    chart.set_legend({"position": "bottom", "font": font})
    chart.set_size({"width": WIDTH, "height": HEIGHT})
    return chart


def who_pays(book: Book, budget: BudgetSheets) -> Chart:
    """Who pays the gross of each year: stacked columns."""
    used = [each for each in ALL_PAYERS
            if any(book.budget.paid_by(each, year) for year in budget.years)]  # fmt: skip
    return _stacked(book, budget, say("Who pays, million euros"), dict.fromkeys(used, ""),
                    PAYER_COLOURS)  # fmt: skip


def what_it_costs(book: Book, budget: BudgetSheets) -> Chart:
    """The kinds of cost of each year."""
    return _stacked(book, budget, say("What it costs, million euros"),
                    dict.fromkeys(budget.kinds, ""), KIND_COLOURS)  # fmt: skip


def _stacked(
    book: Book, budget: BudgetSheets, title: str, names: dict[str, str], colours: dict[str, str]
) -> Chart:
    chart: Any = book.file.add_chart({"type": "column", "subtype": "stacked"})
    sheet, last = _bare(book, BUDGET), len(budget.years)
    for name in names:
        row = budget.rows[name]
        chart.add_series(
            {
                "name": [sheet, row, 0],
                "categories": [sheet, budget.heads, 1, budget.heads, last],
                "values": [sheet, row, 1, row, last],
                "fill": {"color": colours[name]},
                "border": {"none": True},
                "gap": 60,
            }
        )
    styled(chart, title, say("M€"))
    chart.set_y_axis({**_axis(say("M€")), "num_format": MILLIONS})
    return chart


def hiring(book: Book, posts: PostsSheet) -> Chart:
    """Funded posts by month, to those that are enough with the probability asked."""
    chart: Any = book.file.add_chart({"type": "column"})
    sheet, (first, last) = _bare(book, POSTS), posts.path
    chart.add_series(
        {
            "name": say("Funded posts"),
            "categories": [sheet, first, 0, last, 0],
            "values": [sheet, first, 1, last, 1],
            "fill": {"color": PAYER_COLOURS["esf"]},
            "gap": 40,
        }
    )
    styled(chart, say("Hiring path: funded posts on the 1st of the month"), say("posts"))
    chart.set_x_axis({"num_font": {"name": FONT, "size": 8, "rotation": -45},
                      "num_format": "mm/yyyy", "text_axis": True})  # fmt: skip
    chart.set_legend({"none": True})
    return chart


def by_level(book: Book, cells: Span) -> Chart:
    """Posts that are enough with each probability, beside today's: a row of the summary."""
    chart: Any = book.file.add_chart({"type": "column"})
    heads, row, first, last = cells
    sheet = _bare(book, SUMMARY)
    chart.add_series(
        {
            "name": say("Funded posts"),
            "categories": [sheet, heads, first, heads, last],
            "values": [sheet, row, first, row, last],
            "fill": {"color": KIND_COLOURS["levers"]},
            "data_labels": {"value": True, "num_format": "#,##0",
                            "font": {"name": FONT, "size": 9}},
            "gap": 80,
        }
    )  # fmt: skip
    styled(chart, say("Posts that are enough, by probability"), say("posts"))
    chart.set_legend({"none": True})
    return chart


def advanced(book: Book, treasury: TreasurySheet) -> Chart:
    """What is advanced for the ESF and not settled, month by month."""
    chart: Any = book.file.add_chart({"type": "area"})
    sheet = _bare(book, TREASURY)
    chart.add_series(
        {
            "name": say("Advanced for the ESF"),
            "categories": [sheet, treasury.first, 0, treasury.last, 0],
            "values": [sheet, treasury.first, 6, treasury.last, 6],
            "fill": {"color": PAYER_COLOURS["esf"], "transparency": 40},
        }
    )
    styled(chart, say("Advanced for the ESF and not settled, million euros"), say("M€"))
    chart.set_y_axis({**_axis(say("M€")), "num_format": MILLIONS})
    chart.set_x_axis({"num_font": {"name": FONT, "size": 9}, "num_format": "yyyy",
                      "date_axis": True, "major_unit": 1, "major_unit_type": "years"})  # fmt: skip
    chart.set_legend({"none": True})
    return chart


def more_posts(book: Book, scenarios: Scenarios) -> Chart:
    """People reached against posts, with all levers of the plan."""
    chart: Any = book.file.add_chart({"type": "scatter", "subtype": "straight_with_markers"})
    sheet, (first, last) = _bare(book, SCENARIOS), scenarios.marginal
    measure = say(MEASURE_NAMES[book.report.scenario.target.measure])
    for column, name, dash in ((2, say("mean"), "solid"), (3, say("90 %: from"), "dash"),
                               (4, say("90 %: to"), "dash")):  # fmt: skip
        chart.add_series(
            {
                "name": name,
                "categories": [sheet, first, 0, last, 0],
                "values": [sheet, first, column, last, column],
                "line": {"color": PAYER_COLOURS["esf"], "dash_type": dash, "width": 1.75},
                "marker": {"type": "circle", "size": 4} if dash == "solid" else {"type": "none"},
            }
        )
    title = say("{measure} in {year} by posts, all levers", measure=measure, year=book.report.year)
    styled(chart, title, measure, x_title=say("funded posts"))
    chart.set_y_axis({**_axis(measure), "num_format": "#,##0"})
    least = ROUND_POSTS * (int(book.report.there(book.report.posts_today)) // ROUND_POSTS)
    axis = {key: value for key, value in _axis("").items() if key.endswith("font")}
    chart.set_x_axis({**axis, "name": say("funded posts"), "min": least, "num_format": "#,##0"})
    return chart


def _axis(name: str) -> dict[str, Any]:
    font = {"name": FONT, "size": 9, "color": GREY}
    return {"name": name, "min": 0, "num_font": font, "name_font": {**font, "bold": False},
            "major_gridlines": {"visible": True, "line": {"color": "#DDDDDD"}},
            "line": {"none": True}}  # fmt: skip


def _bare(book: Book, key: str) -> str:
    """A sheet's name without quotes, as charts take it."""
    return str(book.sheets[key].get_name())


def write_charts(
    book: Book, budget: BudgetSheets, posts: PostsSheet, treasury: TreasurySheet,
    scenarios: Scenarios, levels: Span,
) -> None:  # fmt: skip
    """Write the sheet of charts, two beside each other."""
    sheet = book.sheets[CHARTS]
    book.columns(CHARTS, (13,) * 14)
    note = say("Each chart draws cells of the other sheets and follows them.")
    book.titled(CHARTS, say("Charts"), note, 10)
    drawn = [
        who_pays(book, budget), what_it_costs(book, budget), by_level(book, levels),
        hiring(book, posts), more_posts(book, scenarios), advanced(book, treasury),
    ]  # fmt: skip
    for k, chart in enumerate(drawn):
        across, down = k % 2, k // 2
        sheet.insert_chart(3 + 16 * down, 6 * across, chart)
    sheet.fit_to_pages(1, 1)
