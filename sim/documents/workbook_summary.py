"""The first sheet: the answer on one printed page.

How many posts, how many orientations, when, for how much, paid by whom, how sure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from math import isfinite
from typing import Any

from sim.documents.command import command
from sim.documents.pages_verdict import first_look
from sim.documents.workbook_book import Book, cell
from sim.documents.workbook_budget import BudgetSheets
from sim.documents.workbook_charts import by_level, who_pays
from sim.documents.workbook_hours import hours_cost
from sim.documents.workbook_scenarios import Scenarios
from sim.documents.workbook_treasury import TreasurySheet
from sim.documents.workbook_words import (
    GUARDRAIL_NAMES,
    PAYER_NAMES,
    SCENARIOS,
    SUMMARY,
)
from sim.experiment.files import versions
from sim.money.payers import ALL_PAYERS
from sim.planning.certainty import LEVELS
from sim.present.numbers import day, number, percent, plain
from sim.present.targets import counted
from sim.words import say

COLUMNS = 6
MOST_YEARS = 4
CHART_ROWS, ROW_POINTS = 14, 18
Look = tuple[str, ...]


class Summary:
    """Writes the sheet; knows where the posts by probability stand, for their chart."""

    def __init__(
        self, book: Book, budget: BudgetSheets, scenarios: Scenarios, treasury: TreasurySheet
    ) -> None:
        self.book, self.budget = book, budget
        self.scenarios, self.treasury = scenarios, treasury
        self.sheet = book.sheets[SUMMARY]
        self.levels = (0, 0, 0, 0)
        self.next = 0

    def write(self) -> None:
        """Write the sheet."""
        self.book.columns(SUMMARY, (40, *[14] * (COLUMNS - 1)))
        self.sheet.set_default_row(ROW_POINTS)
        self._title()
        self._posts()
        self._orientations()
        self._when()
        self._money()
        self._payers()
        self._sure()
        self._charts()
        self._made()
        self.sheet.fit_to_pages(1, 1)
        self.sheet.print_area(0, 0, self.next - 1, COLUMNS - 1)
        self.sheet.activate()

    def _merged(self, text: str, height: float, *traits: str) -> None:
        form = self.book.formats(*traits)
        self.sheet.merge_range(self.next, 0, self.next, COLUMNS - 1, text, form)
        self.sheet.set_row(self.next, height)
        self.next += 1

    def _title(self) -> None:
        report = self.book.report
        target = report.scenario.target
        told = say(
            "Accompagnement global: what {people} {what} in {year} take",
            people=number(target.people),
            what=counted(target.measure),
            year=target.year,
        )
        self._merged(told, 26, "title")
        listed = report.scenario.territory.departements
        where = (
            say("The whole country.")
            if listed == "all"
            else say("{count} département(s): {names}.", count=len(listed),
                     names=", ".join(listed[:12]))
        )  # fmt: skip
        told = say(
            "A dedicated counsellor of Pôle emploi and a social worker "
            "together support job seekers who have social difficulties too. {where}",
            where=where,
        )
        self._merged(told, 26, "note")
        self._merged(self._answer(), 50, "answer")
        few = first_look(report)
        if few is not None:
            self._merged(few, 30, "warning")

    def _answer(self) -> str:
        """The plan's answer in a sentence or two."""
        report = self.book.report
        asked, most = percent(report.probability), percent(report.levers_suffice.probability)
        if report.posts_wanted is None or report.sure_of_these_posts is None:
            told = say(
                "No number of posts that was looked at is enough with a probability of {asked}.",
                asked=asked,
            )
            more = say("With the levers and enough posts the target is reached in {most} of the "
                       "cases simulated.", most=most)  # fmt: skip
            return f"{told} {more}"
        told = say(
            "{posts} funded posts, against {today} today, are enough with a probability of "
            "{asked}, and so are {times} times today's orientations; both at once with about "
            "{both}.",
            asked=asked,
            posts=number(report.there(report.posts_wanted)),
            today=number(report.there(report.posts_today)),
            times=plain(report.orientations.asked, 2),
            both=percent(report.both_at_once),
        )
        if not report.plan.levers:
            return told
        more = say(
            "Posts bring a part of that growth, levers have to bring the rest. They do in {share} "
            "of the cases simulated with these posts, in {most} with any number of posts in reach.",
            share=percent(report.sure_of_these_posts.probability),
            most=most,
        )
        return f"{told} {more}"

    def _section(self, title: str, heads: Sequence[str] = ()) -> int:
        """A question, with headings at its right; its row."""
        row = self.next
        for column in range(COLUMNS):
            text = heads[column - 1] if 0 < column <= len(heads) else ""
            traits: Look = ("section", "right") if column else ("section",)
            if column:
                traits = (*traits, "small_head")
            self.sheet.write_string(row, column, text, self.book.formats(*traits))
        self.sheet.write_string(row, 0, title, self.book.formats("section"))
        self.sheet.set_row(row, 19)
        self.next += 1
        return row

    def _numbers(self, label: str, values: Sequence[float], trait: str, *traits: str) -> None:
        """A row of numbers; words where no number is enough."""
        form = self.book.formats("cell", *traits)
        self.sheet.write_string(self.next, 0, label, form)
        looks = [each for each in traits if each != "inside"]
        for column, value in enumerate(values, start=1):
            if isfinite(value):
                form = self.book.formats("cell", trait, *looks)
                self.sheet.write_number(self.next, column, value, form)
            else:
                told = say("no number")
                form = self.book.formats("cell", "right", *looks)
                self.sheet.write_string(self.next, column, told, form)
        self.next += 1

    def _by_level(self) -> tuple[list[float], list[str]]:
        """The probabilities shown, the one asked for among them, and what heads them."""
        levels = sorted({*LEVELS, self.book.report.probability})
        return levels, [say("enough with {level}", level=percent(level)) for level in levels]

    def _posts(self) -> None:
        report = self.book.report
        levels, heads = self._by_level()
        row = self._section(say("How many posts?"), [*heads, say("today")])
        side, today = report.posts_there, report.there(report.posts_today)
        wanted = [side.by_level.get(each, side.asked) for each in levels]
        self.levels = (row, self.next, 1, len(levels) + 1)
        self._numbers(say("Funded posts of dedicated counsellors"), [*wanted, today],
                      "count", "big")  # fmt: skip
        if report.part_of_a_country:
            whole = [report.posts.by_level.get(each, report.posts.asked) for each in levels]
            self._numbers(say("of so many in the whole country"), [*whole, report.posts_today],
                          "count", "inside")  # fmt: skip
            return
        self.sheet.write_string(self.next, 0, say("more than today"),
                                self.book.formats("cell", "inside"))  # fmt: skip
        for column, posts in enumerate(wanted, start=1):
            if isfinite(posts):
                above = self.next - 1
                formula = f"={cell(above, column)}-{cell(above, len(levels) + 1)}"
                self.book.formula(SUMMARY, self.next, column, formula,
                                  posts - report.posts_today, "cell", "count")  # fmt: skip
        self.next += 1

    def _orientations(self) -> None:
        report = self.book.report
        levels, heads = self._by_level()
        self._section(say("How many orientations?"), [*heads, say("today")])
        for label, side, traits in (
            (say("Times those of today's posts without levers"), report.orientations, ("big",)),
            (say("of which to be brought by levers, beside posts"), report.to_find, ()),
        ):
            values = [side.by_level.get(each, side.asked) for each in levels]
            self._numbers(label, values, "factor", *traits)
        side = report.orientations_a_year
        values = [side.by_level.get(each, side.asked) for each in levels]
        label = say("People oriented in {year}; today's posts, no lever", year=report.year)
        self._numbers(label, [*values, report.orientations_today], "count")

    def _when(self) -> None:
        report = self.book.report
        self._section(say("When?"))
        asked = percent(report.probability)
        for label, when in (
            (say("All these posts are hired by (with {asked})", asked=asked), report.hired_by),
            (say("The first twelve months that reach the target begin on"), report.reached_from),
        ):
            told = say("later than was looked at") if when is None else day(when)
            self._row_of_words(label, told)
        start, end = report.scenario.posts.hiring_start, report.scenario.posts.hiring_end
        told = say("from {first} to {last}", first=day(start), last=day(end))
        self._row_of_words(say("Hiring in the plan"), told)

    def _row_of_words(self, label: str, told: str, *traits: str) -> None:
        form = self.book.formats("cell", *traits)
        self.sheet.write_string(self.next, 0, label, form)
        self.sheet.merge_range(self.next, 1, self.next, COLUMNS - 1, told,
                               self.book.formats("cell", "bold", *traits))  # fmt: skip
        self.next += 1

    @property
    def _years(self) -> list[int]:
        """The years shown: all of the budget, or those around the target's."""
        years = list(self.budget.years)
        if len(years) <= MOST_YEARS:
            return years
        at = min(max(years.index(self.book.report.year) - 1, 0), len(years) - MOST_YEARS)
        return years[at : at + MOST_YEARS]

    def _amounts(
        self, label: str, formula: Callable[[int], str], value: Callable[[int], Any], *traits: str
    ) -> None:
        """A row of amounts by year that follow the rates, and their sum."""
        form = self.book.formats("cell", *traits)
        self.sheet.write_string(self.next, 0, label, form)
        looks = [each for each in traits if each != "inside"]
        for column, year in enumerate(self._years, start=1):
            self.book.formula(SUMMARY, self.next, column, f"={formula(year)}", value(year),
                              "cell", "millions", *looks)  # fmt: skip
        whole = "+".join(formula(year) for year in self.budget.years)
        self.book.formula(SUMMARY, self.next, len(self._years) + 1, f"={whole}",
                          sum(value(year) for year in self.budget.years),
                          "cell", "millions", *looks)  # fmt: skip
        self.next += 1

    def _year_heads(self) -> list[str]:
        return [*map(str, self._years), say("all years")]

    def _money(self) -> None:
        found, budget = self.book.budget, self.budget
        self._section(say("For how much?"), self._year_heads())
        self._amounts(say("Gross cost"), lambda y: budget.at("gross", y), found.gross, "big")
        if any(found.redeployed(year) for year in budget.years):
            self._amounts(say("Net of redeployed posts"), lambda y: budget.at("net", y),
                          found.net, "bold")  # fmt: skip
        for level, other in self.book.report.money.budgets.items():
            row = self.scenarios.band_rows[level, "gross"]

            def at(year: int, row: int = row) -> str:
                return self.book.ref(SCENARIOS, row, 1 + budget.years.index(year))

            posts = self.book.report.there(int(other.scenario.posts.target or 0))
            label = say("with the {posts} posts that are enough with {level}",
                        posts=number(posts), level=percent(level))  # fmt: skip
            self._amounts(label, at, partial(self.scenarios.bands.value, level, "gross"), "inside")
        self._merged(say("Gross cost of: {basis}.", basis=self.book.basis), 14, "note")

    def _payers(self) -> None:
        found, budget, year = self.book.budget, self.budget, self.book.report.year
        self._section(say("Paid by whom?"), self._year_heads())
        for payer in ALL_PAYERS:
            if any(found.paid_by(payer, each) for each in budget.years):
                self._amounts(say(PAYER_NAMES[payer]), partial(budget.at, payer),
                              partial(found.paid_by, payer), "bold")  # fmt: skip
        self.sheet.write_string(self.next, 0, say("ESF, part of the gross"),
                                self.book.formats("cell", "inside"))  # fmt: skip
        for column, each in enumerate(self._years, start=1):
            gross = found.gross(each)
            value = float(found.paid_by("esf", each) / gross) if gross else 0.0
            self.book.formula(SUMMARY, self.next, column, f"={budget.at('esf_rate', each)}",
                              value, "cell", "percent1")  # fmt: skip
        self.next += 1
        label = say("Most that is advanced for the ESF at one time")
        self.sheet.write_string(self.next, 0, label, self.book.formats("cell", "inside"))
        self.book.formula(SUMMARY, self.next, 1, f"={self.treasury.most}",
                          found.treasury.most_outstanding, "cell", "millions")  # fmt: skip
        self.next += 1
        if found.activity is None:
            formula, value = hours_cost(self.book)
            label = say("NOT in it: social workers' time, about, in {year}", year=year)
            self.sheet.write_string(self.next, 0, label, self.book.formats("cell", "inside"))
            self.book.formula(SUMMARY, self.next, 1, formula, value, "cell", "millions")
            self.next += 1

    def _sure(self) -> None:
        report = self.book.report
        self._section(say("How sure?"))
        if report.plan.levers:
            if report.sure_of_these_posts is not None:
                label = say("These posts with the levers reach the target")
                self._row_of_words(label, _told(report.sure_of_these_posts))
            label = say("The levers, with enough posts, reach the target")
            self._row_of_words(label, _told(report.levers_suffice))
        alone = say("Posts alone, without levers, reach it")
        self._row_of_words(alone, _told(report.posts_alone_suffice))
        self._row_of_words(say("What binds at that number of posts"), self._binding())
        self._merged(self._assumed(), 38, "note")

    def _binding(self) -> str:
        """Which guardrail is just held, by the weight of the draws."""
        frame = self.book.report.plan.frame
        found = frame.groupby("decided_by")["weight"].sum().sort_values(ascending=False)
        parts = [
            say("{what} in {share}", what=say(GUARDRAIL_NAMES[str(name)]), share=percent(weight))
            for name, weight in found.items()
        ]
        return say("{parts} of the draws", parts=", ".join(parts))

    def _assumed(self) -> str:
        rates = list(self.book.report.rates.by_path.values())

        def of(status: str) -> int:
            return sum(rate.status == status for rate in rates)

        return say(
            "Probabilities are shares of {draws} simulated worlds that fit 2018-2020 and differ "
            "in what nobody knows. Effects of the levers are assumptions with wide ranges. Of "
            "{rates} rates {assumed} are assumptions and {open} are to be verified: see the next "
            "sheet, where they may be changed. The split over régions is synthetic.",
            draws=number(len(self.book.report.plan.answers)),
            rates=len(rates),
            assumed=of("assumption"),
            open=of("to be verified"),
        )

    def _charts(self) -> None:
        left, right = by_level(self.book, self.levels), who_pays(self.book, self.budget)
        for chart, width in ((left, 395), (right, 395)):
            chart.set_size({"width": width, "height": round(ROW_POINTS * 4 / 3 * CHART_ROWS) - 14})
        self.sheet.insert_chart(self.next, 0, left, {"x_offset": 2, "y_offset": 6})
        self.sheet.insert_chart(self.next, 2, right, {"x_offset": 16, "y_offset": 6})
        self.next += CHART_ROWS

    def _made(self) -> None:
        report = self.book.report
        again, whole = command(report, "--xlsx", "report.xlsx")
        told = say(
            "Made with agsim {version}: scenario {scenario}, fingerprint {fingerprint}, seed "
            "{seed}, {draws} draws, rates {rates}. {again}",
            version=versions()["agsim"],
            scenario=report.scenario.given.name or say(report.scenario.title),
            fingerprint=report.scenario.fingerprint,
            seed=report.plan.seed,
            draws=len(report.plan.answers),
            rates=report.rates.where,
            again=say("Made again with: {command}", command=again)
            if whole
            else say(
                "The scenario or the rates were made or changed in Python: no command alone makes "
                "this plan."
            ),
        )
        self._merged(told, 46, "small", "wrap")


def _told(sure: Any) -> str:
    return say(
        "in {share} of the draws (90 % interval: {low} to {high})",
        share=percent(sure.probability),
        low=percent(sure.low),
        high=percent(sure.high),
    )
