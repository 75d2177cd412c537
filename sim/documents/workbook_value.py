"""The sheet of what the money buys: cost by entry, by entry more, by durable job more.

Entries, people in a parcours and jobs are simulated and stay; amounts are formulas on the rates.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import isfinite
from typing import Any

from sim.documents.workbook_book import Book, cell
from sim.documents.workbook_budget import HOURS, BudgetSheets
from sim.documents.workbook_lines import Lines
from sim.documents.workbook_rates import rate_name
from sim.documents.workbook_words import OF_NAMES, VALUE
from sim.money.budget import Budget
from sim.money.costs import TODAY
from sim.money.outcomes import RATIOS, Outcomes
from sim.present.outcomes_text import GAINED, notes
from sim.words import say, to_say

CENT = 0.005
WIDTHS = (48, 18, 18, 18, 18, 18, 18)
NOTE_HEIGHT, NOTES_HEIGHT = 40, 66
# What rows of both tables are called; those of the second by measure.
CALLED = {
    "gross": to_say("Posts and levers of the plan, gross"),
    "hours": to_say("Social workers' time with the plan"),
    "cost": to_say("Cost of the plan"),
    "base": to_say("Today's posts, no lever, gross"),
    "base_hours": to_say("Social workers' time as it is today"),
    "additional_cost": to_say("Additional cost"),
    "entries": to_say("Entries with the plan"),
    "base_entries": to_say("Entries as things go on"),
    "additional_entries": to_say("Additional entries"),
    "additional_durable_jobs": to_say("Additional durable jobs"),
    "cost_per_entry": to_say("Cost of an entry"),
    "base_cost_per_entry": to_say("Cost of an entry as it is today"),
    "cost_per_additional_entry": to_say("Cost of an additional entry"),
    "cost_per_additional_durable_job": to_say("Cost of an additional durable job"),
}
UNIT_LOOKS = {"people": "count"}
MEASURES = tuple(name for name in CALLED if name in RATIOS)
Values = Callable[[int], float]


class ValueSheet:
    """Writes the sheet of a report with outcomes."""

    def __init__(self, book: Book, budget: BudgetSheets, lines: Lines, bought: Outcomes) -> None:
        self.book, self.budget, self.lines, self.bought = book, budget, lines, bought
        self.years: Sequence[int] = book.budget.years
        self.sheet = book.sheets[VALUE]
        summary = bought.summary()
        self.known = {
            (str(row["measure"]), int(row["year"])): row for row in summary.to_dict("records")
        }
        self.rows: dict[str, int] = {}
        self.next = 0

    def write(self) -> None:
        """Write the sheet."""
        self.book.columns(VALUE, WIDTHS[: len(self.years) + 1])
        wide = max(len(self.years) + 1, 5)
        note = say(
            "{basis}; beside today's posts and no lever, on the same people. Amounts follow the "
            "rates of the sheet {rates}; entries, people and jobs are means over {draws} draws and "
            "stay. Social workers' time is in this sheet.",
            basis=self.book.basis,
            rates=self.book.name("assumptions"),
            draws=self.bought.results.design.draws,
        )
        self.next = self.book.titled(VALUE, say("What the money buys"), note, wide)
        self.sheet.set_row(1, NOTE_HEIGHT)
        self._headings(say("Means"))
        self._costs()
        self._people()
        self._ratios()
        self.next += 1
        self._intervals()
        told = " ".join(each for each in notes(self.bought) if each)
        self.sheet.merge_range(self.next + 1, 0, self.next + 1, wide - 1, told,
                               self.book.formats("note"))  # fmt: skip
        self.sheet.set_row(self.next + 1, NOTES_HEIGHT)
        self.sheet.freeze_panes(2, 1)
        self.sheet.fit_to_pages(1, 1)

    def _headings(self, first: str) -> None:
        self.book.headings(VALUE, self.next, [first, *map(str, self.years)], 18)
        for column, year in enumerate(self.years, start=1):
            form = self.book.formats("heading", "right", "whole")
            self.sheet.write_number(self.next, column, year, form)
        self.heads = self.next
        self.next += 1

    def _line(
        self, key: str, formula: Callable[[int], str | None],
        value: Callable[[int], Any], *traits: str,
    ) -> None:  # fmt: skip
        """A row: formulas where there are some, else what is simulated as numbers."""
        self.rows[key] = self.next
        plain = [each for each in traits if each not in ("euros", "count", "right")]
        looks = [each for each in traits if each != "inside"]
        self.sheet.write_string(self.next, 0, say(CALLED[key]), self.book.formats(*plain))
        for column, year in enumerate(self.years, start=1):
            told = formula(year)
            if told is not None:
                self.book.formula(VALUE, self.next, column, f"={told}", value(year), *looks)
            else:
                form = self.book.formats(*looks)
                self.sheet.write_number(self.next, column, float(value(year)), form)
        self.next += 1

    def _at(self, key: str, year: int) -> str:
        return cell(self.rows[key], 1 + self.years.index(year))

    def _mean(self, measure: str) -> Values:
        return lambda year: float(self.known[measure, year]["value"])

    def _costs(self) -> None:
        plan, base, at = self.bought.plan, self.bought.base, self._at
        kinds = [kind for kind in self.budget.kinds if kind != HOURS]
        self._line("gross",
                   lambda y: "+".join(self.budget.at(kind, y) for kind in kinds),
                   lambda y: _without_hours(plan, y), "cell", "euros")  # fmt: skip
        self._line("hours", self._hours(plan),
                   lambda y: plan.gross(y, HOURS), "cell", "euros")  # fmt: skip
        self._line("cost", lambda y: f"{at('gross', y)}+{at('hours', y)}",
                   plan.gross, "total", "euros")  # fmt: skip
        self._line("base", self._today,
                   lambda y: _without_hours(base, y), "cell", "euros")  # fmt: skip
        self._line("base_hours", self._hours(base),
                   lambda y: base.gross(y, HOURS), "cell", "euros")  # fmt: skip
        self._line("additional_cost",
                   lambda y: f"{at('cost', y)}-{at('base', y)}-{at('base_hours', y)}",
                   lambda y: plan.gross(y) - base.gross(y), "total", "euros")  # fmt: skip

    def _today(self, year: int) -> str | None:
        """The lines of today's posts; none where the plan does not keep them all."""
        found = self.book.budget
        kept = sum(cost.amount for cost in found.costs
                   if cost.month.year == year and cost.of == TODAY)  # fmt: skip
        if abs(float(kept) - _without_hours(self.bought.base, year)) > CENT:
            return None
        head = cell(self.heads, 1 + self.years.index(year))
        return self.lines.sum("amount", year=head, of=f'"{say(OF_NAMES[TODAY])}"')

    def _hours(self, found: Budget) -> Callable[[int], str]:
        """The formula of social workers' time, from what was simulated."""
        assert found.activity is not None
        activity, counted = found.activity.by_month, found.posts.counted

        def formula(year: int) -> str:
            parts = [(part, activity[month]) for month, part in counted.items()
                     if month.year == year]  # fmt: skip
            diagnoses = float(sum((part * each.diagnoses for part, each in parts), Fraction(0)))
            months = float(sum((part * each.in_parcours for part, each in parts), Fraction(0)))
            return (
                f"({diagnoses!r}*{rate_name('social.hours_a_diagnosis')}"
                f"+{months!r}*{rate_name('social.hours_a_parcours_month')})*hour_{year}"
            )

        return formula

    def _people(self) -> None:
        def simulated(_: int) -> None:
            return None

        mean, at = self._mean, self._at
        self._line("entries", simulated, mean("entries"), "cell", "count")
        self._line("base_entries", simulated,
                   lambda y: mean("entries")(y) - mean("additional_entries")(y),
                   "cell", "count")  # fmt: skip
        self._line("additional_entries", lambda y: f"{at('entries', y)}-{at('base_entries', y)}",
                   mean("additional_entries"), "total", "count")  # fmt: skip
        self._line("additional_durable_jobs", simulated, mean("additional_durable_jobs"),
                   "cell", "count")  # fmt: skip

    def _ratios(self) -> None:
        for key, above, below, *look in (
            ("cost_per_entry", ["cost"], "entries", "bold"),
            ("base_cost_per_entry", ["base", "base_hours"], "base_entries"),
            ("cost_per_additional_entry", ["additional_cost"], "additional_entries", "bold"),
            ("cost_per_additional_durable_job", ["additional_cost"], "additional_durable_jobs",
             "bold"),
        ):  # fmt: skip
            self._line(key, self._ratio(above, below), self._or_words(key),
                       "cell", *look, "right", "euros")  # fmt: skip

    def _ratio(self, above: Sequence[str], below: str) -> Callable[[int], str]:
        """A cost by people; in words where there are none of them, or nothing is spent."""
        nothing, saved, at = say("no gain"), say("saves money"), self._at

        def formula(year: int) -> str:
            cost = "+".join(at(each, year) for each in above)
            return (
                f'IF({at(below, year)}<=0,"{nothing}",IF({cost}<0,"{saved}",'
                f"({cost})/{at(below, year)}))"
            )

        return formula

    def _or_words(self, measure: str) -> Callable[[int], Any]:
        def value(year: int) -> float | str:
            found = self._mean(measure)(year)
            if found < 0:
                return say("saves money")
            return found if isfinite(found) else say("no gain")

        return value

    def _intervals(self) -> None:
        """What 90 % of the draws span, at the rates as first written: numbers, not formulas."""
        self._headings(say("90 % of the draws, at the rates as first written"))
        for measure in MEASURES:
            what, trait = say(CALLED[measure]), UNIT_LOOKS.get(RATIOS[measure][2], "euros")
            for end, told in (
                ("low", say("{what}: from", what=what)),
                ("high", say("{what}: to", what=what)),
            ):
                self.sheet.write_string(self.next, 0, told, self.book.formats("cell"))
                for column, year in enumerate(self.years, start=1):
                    value = float(self.known[measure, year][end])
                    form = self.book.formats("cell", "right", trait)
                    if measure in GAINED and value < 0:
                        self.sheet.write_string(self.next, column, say("saves money"), form)
                    elif isfinite(value):
                        self.sheet.write_number(self.next, column, value, form)
                    else:
                        self.sheet.write_string(self.next, column, say("no gain"), form)
                self.next += 1


def _without_hours(found: Budget, year: int) -> float:
    return float(found.gross(year) - found.gross(year, HOURS))
