"""The sheet of the comparison: bands, combinations of levers, what more posts bring, the ESF.

Posts, people and probabilities are the plan's; every amount is a formula on the rates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import isfinite, isinf, isnan
from typing import Any

from sim.documents.workbook_bands import Bands
from sim.documents.workbook_book import Book, cell
from sim.documents.workbook_budget import BudgetSheets
from sim.documents.workbook_words import (
    LEVER_NAMES,
    MEASURE_NAMES,
    PAYER_NAMES,
    SCENARIOS,
    levers_told,
)
from sim.money.payers import ALL_PAYERS
from sim.money.standing import LARGEST_DENOMINATOR
from sim.planning.certainty import LEVELS
from sim.planning.regret import POSTS_OF_TODAY
from sim.present.numbers import percent
from sim.words import say

FRONT = 24
ROWS_A_PAGE, HEADS = 40, 6
LEVERS_AT = 1
MARK = "●"


class Scenarios:
    """Writes the sheet; knows where the bands and the cost of more posts stand."""

    def __init__(self, book: Book, budget: BudgetSheets, bands: Bands) -> None:
        self.book, self.budget, self.bands = book, budget, bands
        self.levers = book.report.plan.levers
        self.after = LEVERS_AT + len(self.levers)
        self.band_rows: dict[tuple[float, str], int] = {}
        self.marginal = (0, 0)
        self._breaks: list[int] = []

    def write(self) -> None:
        """Write the sheet."""
        book = self.book
        sheet = book.sheets[SCENARIOS]
        wide = max(self.after + 5, len(self.budget.years) + 1)
        book.columns(SCENARIOS, (40, *[14] * wide))
        note = say(
            "Posts, people, delays and probabilities are the plan's and stay as they are; "
            "amounts follow the rates. Costs of a year: all posts there all year, levers as the "
            "plan uses them. {hours}",
            hours=say("Social workers' time is not in it."),
        )
        row = book.titled(SCENARIOS, say("Comparison"), note, 8)
        sheet.set_row(1, 28)
        row = self._bands(row)
        money = book.report.money
        rows = len(money.combinations)
        row = self._section(row, say("What reaches the target: levers"), rows)
        row = self._combinations(row)
        row = self._section(row, say("Not beaten by anything else"), min(len(money.pareto), FRONT))
        row = self._front(row)
        row = self._section(row, say("What more posts bring"), len(POSTS_OF_TODAY))
        row = self._marginal(row)
        row = self._section(row, say("Posts for good, and for a fixed term"), len(LEVELS))
        row = self._permanent(row)
        row = self._section(row, say("If the ESF does not pay"), 5)
        self._without_esf(row)
        sheet.set_h_pagebreaks(self._breaks)
        sheet.freeze_panes(2, 1)

    def _section(self, row: int, title: str, rows: int) -> int:
        """A title, on a new page where a table of so many rows would be cut."""
        started = self._breaks[-1] if self._breaks else 0
        if row + rows + HEADS - started > ROWS_A_PAGE:
            self._breaks.append(row + 1)
        return self._heading(row + 1, title)

    def _heading(self, row: int, title: str) -> int:
        sheet = self.book.sheets[SCENARIOS]
        sheet.write_string(row, 0, title, self.book.formats("title"))
        sheet.set_row(row, 24)
        return row + 1

    def _bands(self, row: int) -> int:
        """By year, the budgets that are enough with each probability."""
        book, years = self.book, self.budget.years
        sheet = book.sheets[SCENARIOS]
        row = self._heading(row, say("Budgets by probability"))
        if not self.bands.levels:
            told = say("No number of posts in reach is enough with 50 %.")
            sheet.write_string(row, 0, told, book.formats("bold"))
            return row + 1
        book.headings(SCENARIOS, row, [say("Euros"), *map(str, years)], 18)
        heads = {}
        for column, year in enumerate(years, start=1):
            sheet.write_number(row, column, year, book.formats("heading", "right", "whole"))
            heads[year] = cell(row, column)
        for level, found in self.bands.levels.items():
            row += 1
            group = book.formats("group", "percent")
            for column in range(len(years) + 1):
                sheet.write_blank(row, column, None, group)
            posts = int(book.report.there(int(found.scenario.posts.target or 0)))
            label = say("{posts} posts: enough with", posts=posts)
            sheet.write_string(row, 0, label, book.formats("group"))
            sheet.write_number(row, 1, level, book.formats("group", "percent", "bold"))
            at = cell(row, 1)
            row = self._band(row, level, "gross", say("Gross"),
                             {y: self.bands.gross(at, heads[y], y) for y in years})  # fmt: skip
            for payer in ALL_PAYERS:
                formulas = {y: self.bands.paid(payer, at, heads[y], y) for y in years}
                row = self._band(row, level, payer, say(PAYER_NAMES[payer]), formulas)
            row = self._band(row, level, "net", say("Net of redeployed posts"),
                             {y: self.bands.net(at, heads[y], y) for y in years})  # fmt: skip
        return row + 1

    def _band(
        self, row: int, level: float, what: str, label: str, formulas: Mapping[int, str]
    ) -> int:
        book, row = self.book, row + 1
        self.band_rows[level, what] = row
        looks = ("cell", "bold") if what in ("gross", "net") else ("cell",)
        book.sheets[SCENARIOS].write_string(row, 0, label, book.formats(*looks))
        for column, (year, formula) in enumerate(formulas.items(), start=1):
            book.formula(
                SCENARIOS,
                row,
                column,
                formula,
                self.bands.value(level, what, year),
                *looks,
                "euros",
            )
        return row

    def _lever_heads(self, first: str, others: Sequence[str]) -> list[str]:
        return [first, *(say(LEVER_NAMES[name]) for name in self.levers), *others]

    def _part(self, name: str) -> Fraction:
        """How much of a lever in full, in the country, a plan with it takes."""
        intensity = float(self.book.report.scenario.levers.named(name).intensity) or 1.0
        share = Fraction(intensity).limit_denominator(LARGEST_DENOMINATOR)
        return share * self.book.budget.posts.of_the_country

    def _marked(self, row: int, names: Sequence[str]) -> None:
        """A combination in words, and a mark under each lever in it."""
        book, sheet = self.book, self.book.sheets[SCENARIOS]
        told = levers_told(tuple(names))
        label = told[0].upper() + told[1:]
        if 1 < len(names) < len(LEVER_NAMES):
            label = say("{count} levers", count=len(names))
        sheet.write_string(row, 0, label, book.formats("cell"))
        for column, name in enumerate(self.levers, start=LEVERS_AT):
            mark = MARK if name in names else ""
            sheet.write_string(row, column, mark, book.formats("cell", "centre"))

    def _standing(self, row: int, column: int) -> str:
        """A year of the posts in a cell."""
        return f"{cell(row, column)}*standing_post_{self.book.report.year}"

    def _cost(self, row: int, names: Sequence[str], value: float) -> None:
        """What a combination costs in the target's year, from the posts at its left."""
        book, year, column = self.book, self.book.report.year, self.after + 1
        levers = "".join(f"+{float(self._part(name))!r}*lever_{name}_{year}" for name in names)
        formula = f"={self._standing(row, column - 1)}{levers}"
        book.formula(SCENARIOS, row, column, formula, value, "cell", "euros")

    def _combinations(self, row: int) -> int:
        book, money = self.book, self.book.report.money
        sheet, asked = book.sheets[SCENARIOS], percent(self.book.report.probability)
        heads = self._lever_heads(
            say("Levers in use"),
            [say("Posts, enough with {asked} or with what stands beside", asked=asked),
             say("Cost in {year}", year=self.book.report.year), say("Enough with"),
             say("Probability at most")],
        )  # fmt: skip
        book.headings(SCENARIOS, row, heads, 44)
        for each in money.combinations.to_dict("records"):
            row += 1
            names = [name for name in str(each["levers"]).split("+") if name]
            self._marked(row, names)
            form = book.formats("cell", "percent")
            if isfinite(each["level_posts"]):
                posts = book.report.there(each["level_posts"])
                sheet.write_number(row, self.after, posts, book.formats("cell", "count"))
                self._cost(row, names, each["level_cost"])
                sheet.write_number(row, self.after + 2, each["level"], form)
            else:
                plain = book.formats("cell", "right")
                sheet.write_string(row, self.after, say("no number"), plain)
                for column in (self.after + 1, self.after + 2):
                    sheet.write_string(row, column, "–", plain)
            sheet.write_number(row, self.after + 3, each["most_probability"], form)
        return row + 1

    def _front(self, row: int) -> int:
        book, report = self.book, self.book.report
        sheet = book.sheets[SCENARIOS]
        heads = self._lever_heads(
            say("Levers in use"),
            [say("Posts"), say("Cost in {year}", year=report.year), say("Probability"),
             say(MEASURE_NAMES[report.scenario.target.measure]), say("Mean entry delay, days")],
        )  # fmt: skip
        book.headings(SCENARIOS, row, heads, 44)
        for each in report.money.pareto.head(FRONT).to_dict("records"):
            row += 1
            names = [name for name in str(each["levers"]).split("+") if name]
            self._marked(row, names)
            posts = report.there(each["posts"])
            sheet.write_number(row, self.after, posts, book.formats("cell", "count"))
            self._cost(row, names, each["cost"])
            for column, (key, trait) in enumerate(
                (("probability", "percent"), ("reached", "count"), ("entry_delay", "count1")),
                start=self.after + 2,
            ):
                sheet.write_number(row, column, each[key], book.formats("cell", trait))
        return row + 1

    def _marginal(self, row: int) -> int:
        book, report = self.book, self.book.report
        sheet, year = book.sheets[SCENARIOS], self.book.report.year
        measure = say(MEASURE_NAMES[report.scenario.target.measure])
        heads = [
            say("Posts, with all levers of the plan"), say("Cost in {year}", year=year),
            say("{measure}, mean", measure=measure), say("90 %: from"), say("to"),
            say("Euros for one person more"),
        ]  # fmt: skip
        book.headings(SCENARIOS, row, heads, 44)
        levers = "".join(
            f"+{float(self._part(name))!r}*lever_{name}_{year}" for name in self.levers
        )
        first = row + 1
        for each in report.money.marginal().to_dict("records"):
            row += 1
            posts = report.there(each["posts"])
            sheet.write_number(row, 0, posts, book.formats("cell", "count", "left"))
            formula = f"={self._standing(row, 0)}{levers}"
            book.formula(SCENARIOS, row, 1, formula, each["cost"], "cell", "euros")
            for column, key in enumerate(("reached", "low", "high"), start=2):
                sheet.write_number(row, column, each[key], book.formats("cell", "count"))
            self._per_person(row, first, each["per_person"])
        self.marginal = (first, row)
        return row + 1

    def _per_person(self, row: int, first: int, value: float) -> None:
        book = self.book
        if row == first or isnan(value):
            book.sheets[SCENARIOS].write_blank(row, 5, None, book.formats("cell"))
            return
        more = f"{cell(row, 2)}-{cell(row - 1, 2)}"
        nobody = say("nobody more")
        formula = f'=IF({more}>0,({cell(row, 1)}-{cell(row - 1, 1)})/({more}),"{nobody}")'
        known: float | str = nobody if isinf(value) else value
        book.formula(SCENARIOS, row, 5, formula, known, "cell", "right", "euros")

    def _permanent(self, row: int) -> int:
        """Posts for good, and posts for the catch-up alone."""
        book, report = self.book, self.book.report
        sheet, year = book.sheets[SCENARIOS], report.money.recurrent.year
        heads = [
            say("Enough with"), say("Posts in {year}", year=report.year),
            say("Permanent (what {year} takes)", year=year), say("Fixed-term"),
        ]  # fmt: skip
        book.headings(SCENARIOS, row, heads, 32)
        for each in report.lasting.to_dict("records"):
            row += 1
            sheet.write_number(row, 0, each["probability"], book.formats("cell", "percent", "left"))
            for column, key in enumerate(("posts", "permanent", "fixed_term"), start=1):
                if isfinite(each[key]):
                    form = book.formats("cell", "count")
                    sheet.write_number(row, column, round(each[key]), form)
                else:
                    told = say("not known") if isnan(each[key]) else say("no number")
                    sheet.write_string(row, column, told, book.formats("cell", "right"))
        return row + 1

    def _without_esf(self, row: int) -> int:
        """Each year: what others would have to find if the ESF paid nothing, or posts left."""
        book, budget, found = self.book, self.budget, self.book.budget
        sheet = book.sheets[SCENARIOS]
        note = say(
            "In each year by itself: either somebody finds what the ESF would have paid, or the "
            "others pay what they pay with it, which keeps fewer posts. The year in which it "
            "stops may be set in the sheet {rates}.",
            rates=book.name("assumptions"),
        )
        sheet.merge_range(row, 0, row, 7, note, book.formats("note"))
        sheet.set_row(row, 28)
        row += 1
        book.headings(SCENARIOS, row, ["", *map(str, budget.years)], 18)
        told: tuple[tuple[str, Callable[[int], str], Callable[[int], Any], str], ...] = (
            (say("To be found by others, euros"), lambda y: f"={budget.at('esf', y)}",
             lambda y: found.paid_by("esf", y), "euros"),
            (say("or posts left"),
             lambda y: f"={budget.at('posts_mean', y)}-{budget.at('worth', y)}",
             lambda y: found.funded_posts(y) - found.posts_worth(y), "count"),
            (say("of funded posts"), lambda y: f"={budget.at('posts_mean', y)}",
             found.funded_posts, "count"),
        )  # fmt: skip
        for label, formula, value, trait in told:
            row += 1
            sheet.write_string(row, 0, label, book.formats("cell"))
            for column, year in enumerate(budget.years, start=1):
                book.formula(SCENARIOS, row, column, formula(year), value(year), "cell", trait)
        return row + 1
