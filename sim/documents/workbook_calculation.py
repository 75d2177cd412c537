"""The sheet of calculation: rates at each year's prices, and what the ESF pays in each month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from sim.documents.workbook_book import Book, cell
from sim.documents.workbook_plan_rows import TURNOVER
from sim.documents.workbook_rates import METHOD, READING, UNTIL, first_day, last_day, rate_name
from sim.documents.workbook_words import (
    CALCULATION,
    CATEGORY_NAMES,
    LEVER_NAMES,
    METHOD_NAMES,
    READING_NAMES,
    programme_name,
)
from sim.levers import NAMES
from sim.money.payers import esf_terms
from sim.money.post_months import MONTHS_A_YEAR, Place
from sim.money.standing import post_in_a_year
from sim.rates import METHODS, READINGS
from sim.words import say

Treatment = tuple[str, ...]  # the category of a place in each programme


def treatments(book: Book) -> list[Treatment]:
    """How the ESF treats places: the category in each programme; each treatment once."""
    return sorted({treatment_of(place) for place in book.budget.posts.shares})


def treatment_of(place: Place) -> Treatment:
    """The category of a place in each programme."""
    return tuple(category for _, category in place.categories)


class Calculation:
    """Writes the sheet; knows where its cells are."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.months: tuple[date, ...] = tuple(book.budget.posts.counted)
        self.years: Sequence[int] = sorted({*book.budget.years, book.budget.scenario.target.year})
        self.treatments = treatments(book)
        self._terms_row = 0

    def write(self) -> None:
        """Write the sheet."""
        book = self.book
        book.columns(CALCULATION, (46, *[15] * max(len(self.years), 3 + len(self.treatments))))
        note = say(
            "Between the assumptions and the lines: nothing to change here. Rates at the prices "
            "of each year; what a post costs; which part of the eligible cost the ESF pays."
        )
        row = book.titled(CALCULATION, say("Rates of each year, terms of the ESF"), note, 6)
        book.sheets[CALCULATION].set_row(1, 26)
        row = self._switches(row)
        row = self._prices(row + 1)
        self._terms(row + 1)
        book.sheets[CALCULATION].freeze_panes(3, 1)
        book.protect(CALCULATION)

    def terms(self, month: date, treatment: Treatment) -> str:
        """The cell with the part of the eligible cost that the ESF pays."""
        row = self._terms_row + self.months.index(month)
        return self.book.ref(CALCULATION, row, 3 + self.treatments.index(treatment))

    def terms_value(self, month: date, treatment: Treatment) -> Fraction:
        """What that cell holds."""
        place_of = {treatment_of(place): place for place in self.book.budget.posts.shares}
        found = self.book.budget
        terms = esf_terms(month, place_of[treatment], found.rates, found.esf_until)
        return terms.presented * terms.rate if terms else Fraction(0)

    def full_costs(self, year: int) -> tuple[Fraction, Fraction, Fraction]:
        """Euros of a post and month, and of a hire, with their indirect costs; the hire's alone."""
        rates = self.book.budget.rates
        flat = (
            rates.number(f"indirect.{rates.method}") if rates.method in METHODS[:3] else Fraction(0)
        )
        office = rates.euros("indirect.actual", year) if rates.method == "actual" else 0
        of_hires = rates.euros("hiring", year) * (flat if rates.method == "flat_20" else 0)
        hire = rates.euros("hiring", year) * (rates.method != "flat_40") + of_hires
        return (
            (rates.euros("post_year", year) * (1 + flat) + office) / MONTHS_A_YEAR,
            hire,
            of_hires,
        )

    def month_column(self, column: int) -> str:
        """A column of the table of months: 0 the months, 1 the programme, 2 what is presented."""
        last = self._terms_row + len(self.months) - 1
        return self.book.span(CALCULATION, (self._terms_row, column), (last, column))

    def _named(
        self, row: int, label: str, formula: str, value: Fraction | float, name: str, trait: str
    ) -> int:
        sheet, book = self.book.sheets[CALCULATION], self.book
        sheet.write_string(row, 0, label, book.formats("cell"))
        book.formula(CALCULATION, row, 1, formula, float(value), "cell", trait)
        book.call(name, CALCULATION, row, 1)
        return row + 1

    def _switches(self, row: int) -> int:
        """Choices as numbers that formulas use."""
        book, rates = self.book, self.book.budget.rates
        book.headings(CALCULATION, row, [say("Choices"), ""], 16)
        method, number = rates.method, METHODS.index(rates.method)
        flats = {each: rate_name(f"indirect.{each}") for each in METHODS[:3]}
        flat = rates.number(f"indirect.{method}") if method in flats else 0
        parts = [flats.get(each, "0") for each in METHODS]
        said_methods = _listed([say(METHOD_NAMES[each]) for each in METHODS], METHOD)
        said_readings = _listed([say(READING_NAMES[each]) for each in READINGS], READING)
        reading = READINGS.index(rates.reading)
        rows: list[tuple[str, str, Fraction | float, str, str]] = [
            (say("Method of indirect costs, its number"), said_methods, number + 1,
             "method_number", "count"),
            (say("Reading of 'half', its number"), said_readings, reading + 1, "reading_number",
             "count"),
            (say("Flat rate in use"), f"=CHOOSE(method_number,{','.join(parts)})", flat,
             "flat_rate", "percent2"),
            (say("Hiring is in its base (1: yes)"), "=IF(method_number=1,1,0)",
             int(method == "flat_20"), "hiring_in_base", "count"),
            (say("Hiring is counted beside it (1: yes)"), "=IF(method_number=3,0,1)",
             int(method != "flat_40"), "hiring_counted", "count"),
            (say("Amount for each post is in use (1: yes)"), "=IF(method_number=4,1,0)",
             int(method == "actual"), "amount_in_use", "count"),
        ]  # fmt: skip
        for label, formula, value, name, trait in rows:
            row = self._named(row + 1, label, formula, value, name, trait) - 1
        return row + 1

    def _prices(self, row: int) -> int:
        """A row a price, a column a year, each cell with a name: `post_2022`."""
        book, rates = self.book, self.book.budget.rates
        heads = [say("At the prices of the year"), *map(str, self.years)]
        book.headings(CALCULATION, row, heads, 16)
        single = (
            ("post", "post_year", say("A post and year, euros")),
            ("hire", "hiring", say("A hire, euros")),
            ("office", "indirect.actual", say("Indirect costs of a post where counted, euros")),
            ("hour", "social.hour", say("An hour of a social worker, euros")),
        )
        for name, path, label in single:
            row += 1
            self._year_row(row, label, name, [self._at(path, year) for year in self.years],
                           [rates.euros(path, year) for year in self.years])  # fmt: skip
        for lever in NAMES:
            row += 1
            posts, euros = f"levers.{lever}.posts", f"levers.{lever}.euros"
            label = say("{lever} in full, euros a year", lever=say(LEVER_NAMES[lever]))
            formulas = [
                f"{rate_name(posts)}*post_{year}+{self._at(euros, year)}" for year in self.years
            ]
            values = [
                rates.number(posts) * rates.euros("post_year", year) + rates.euros(euros, year)
                for year in self.years
            ]
            self._year_row(row, label, f"lever_{lever}", formulas, values)
        return self._full_cost(row + 1)

    def _at(self, path: str, year: int) -> str:
        prices = self.book.budget.rates[path].prices
        assert prices is not None
        return f"{rate_name(path)}*(1+{rate_name('indexation')})^({year}-{prices})"

    def _year_row(
        self, row: int, label: str, name: str, formulas: Sequence[str], values: Sequence[Fraction]
    ) -> None:
        book = self.book
        book.sheets[CALCULATION].write_string(row, 0, label, book.formats("cell"))
        together = zip(self.years, formulas, values, strict=True)
        for column, (year, formula, value) in enumerate(together, start=1):
            book.formula(CALCULATION, row, column, f"={formula}", value, "cell", "cents")
            book.call(f"{name}_{year}", CALCULATION, row, column)

    def _full_cost(self, row: int) -> int:
        """What a month of a post and a hire cost with their indirect costs."""
        rates, scenario = self.book.budget.rates, self.book.budget.scenario
        months, hires = ([self.full_costs(year)[k] for year in self.years] for k in (0, 1))
        formulas = [
            f"post_{year}/12*(1+flat_rate)+office_{year}*amount_in_use/12" for year in self.years
        ]
        label = say("A post and month, indirect costs included, euros")
        self._year_row(row, label, "full_post", formulas, months)
        label = say("A hire, indirect costs included, euros")
        formulas = [f"hire_{year}*(hiring_counted+flat_rate*hiring_in_base)" for year in self.years]
        self._year_row(row + 1, label, "full_hire", formulas, hires)
        label = say("A standing post and year, all included, euros")
        formulas = [f"12*full_post_{year}+{TURNOVER}*full_hire_{year}" for year in self.years]
        values = [post_in_a_year(scenario, rates, year) for year in self.years]
        self._year_row(row + 2, label, "standing_post", formulas, values)
        return row + 3

    def _terms(self, row: int) -> None:
        """A row a month: the programme that pays it, and what it pays by treatment."""
        book, rates = self.book, self.book.budget.rates
        sheet = book.sheets[CALCULATION]
        heads = [say("ESF: month"), say("programme"), say("presented")]
        book.headings(CALCULATION, row, heads + [self._called(each) for each in self.treatments],
                      58)  # fmt: skip
        self._terms_row = row + 1
        until = book.budget.esf_until
        for month in self.months:
            row += 1
            when = cell(row, 0)
            sheet.write_datetime(row, 0, month, book.formats("cell", "month"))
            programme = rates.programme_on(month)
            stopped = until is not None and month.year > until
            number = 0 if programme is None or stopped else 1 + rates.programmes.index(programme)
            book.formula(CALCULATION, row, 1, self._programme(when), number, "cell", "count")
            active = cell(row, 1)
            share = rate_name("esf.share")
            support = f"=IF({active}=0,0,IF(reading_number=2,{share},1))"
            any_place = next(iter(book.budget.posts.shares))
            terms = esf_terms(month, any_place, rates, until)
            presented = terms.presented if terms else 0
            book.formula(CALCULATION, row, 2, support, presented, "cell", "percent2")
            for k, each in enumerate(self.treatments):
                highest = ",".join(
                    rate_name(f"esf.programmes.{programme.name}.highest.{category}")
                    for programme, category in zip(rates.programmes, each, strict=True)
                )
                limit = f"CHOOSE({active},{highest})"
                formula = (
                    f"=IF({active}=0,0,IF(reading_number=2,{share}*{limit},MIN({share},{limit})))"
                )
                part = self.terms_value(month, each)
                book.formula(CALCULATION, row, 3 + k, formula, part, "cell", "percent2")

    def _programme(self, when: str) -> str:
        """The number of the first programme whose window holds a month; 0 for none."""
        formula = "0"
        for k, each in reversed(list(enumerate(self.book.budget.rates.programmes, start=1))):
            window = f"AND({first_day(each.name)}<={when},{when}<={last_day(each.name)})"
            formula = f"IF({window},{k},{formula})"
        return f"=IF(AND({UNTIL}>0,YEAR({when})>{UNTIL}),0,{formula})"

    def _called(self, treatment: Treatment) -> str:
        names = [programme_name(each.name) for each in self.book.budget.rates.programmes]
        parts = zip(names, treatment, strict=True)
        return "\n".join(f"{name}: {say(CATEGORY_NAMES[category])}" for name, category in parts)


def _listed(options: Sequence[str], name: str) -> str:
    """The number of what a cell with a list holds."""
    listed = ",".join('"' + each.replace('"', '""') + '"' for each in options)
    return f"=MATCH({name},{{{listed}}},0)"
