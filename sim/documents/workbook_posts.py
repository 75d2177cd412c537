"""The sheet of posts: funded ones by quarter and région, and the hiring path."""

from __future__ import annotations

from fractions import Fraction

from sim.documents.workbook_book import Book, cell
from sim.documents.workbook_budget import regions_of
from sim.documents.workbook_lines import Lines, quarter
from sim.documents.workbook_words import KIND_NAMES, POSTS
from sim.words import say


class PostsSheet:
    """Writes the sheet; knows where the hiring path stands, for its chart."""

    def __init__(self, book: Book, lines: Lines) -> None:
        self.book, self.lines = book, lines
        self.path: tuple[int, int] = (0, 0)

    def write(self) -> None:
        """Write the sheet."""
        book, sheet = self.book, self.book.sheets[POSTS]
        quarters = list(dict.fromkeys(quarter(month) for month in book.budget.posts.counted))
        book.columns(POSTS, (28, *[9.5] * max(len(quarters), 6)))
        note = say(
            "{basis}. Mean funded posts of each quarter, vacant or held. How posts stand over "
            "the régions follows the population: it is synthetic. Sums of the sheet {lines}.",
            basis=book.basis,
            lines=book.name("lines"),
        )
        row = book.titled(POSTS, say("Posts by quarter and région"), note, 13)
        sheet.set_row(1, 28)
        book.headings(POSTS, row, [say("Région"), *quarters], 18)
        head, first = row, row + 1
        sheet.freeze_panes(row + 1, 1)
        means = _means(book)
        kind = f'"{say(KIND_NAMES["posts"])}"'
        months = self._months(quarters)
        for region in regions_of(book):
            row += 1
            sheet.write_string(row, 0, region, book.formats("cell"))
            for column, each in enumerate(quarters, start=1):
                summed = self.lines.sum(
                    "quantity", quarter=cell(head, column), region=cell(row, 0), kind=kind
                )
                formula = f"={summed}/{months[each]!r}"
                value = means.get((region, each), Fraction(0)) / Fraction(months[each])
                book.formula(POSTS, row, column, formula, value, "cell", "count1")
        row += 1
        sheet.write_string(row, 0, say("Together"), book.formats("total"))
        for column, each in enumerate(quarters, start=1):
            value = sum(
                (posts for (_, when), posts in means.items() if when == each), Fraction(0)
            ) / Fraction(months[each])
            formula = f"=SUM({cell(first, column)}:{cell(row - 1, column)})"
            book.formula(POSTS, row, column, formula, value, "total", "count1")
        if book.planned is not None:
            self._hiring(row + 2)

    def _months(self, quarters: list[str]) -> dict[str, float]:
        """Months of the plan in each quarter."""
        counted = self.book.budget.posts.counted
        return {
            each: float(sum(part for month, part in counted.items() if quarter(month) == each))
            for each in quarters
        }

    def _hiring(self, row: int) -> None:
        """Posts and hires by month, to the posts that are enough with the probability asked."""
        book, sheet = self.book, self.book.sheets[POSTS]
        sheet.write_string(row, 0, say("Hiring path"), book.formats("title"))
        sheet.set_row(row, 24)
        heads = [say("On the 1st of the month"), say("Funded posts"), say("Hires since")]
        book.headings(POSTS, row + 1, heads, 30)
        path = book.report.hiring
        self.path = (row + 2, row + 1 + len(path))
        for at, each in enumerate(path.to_dict("records"), start=row + 2):
            sheet.write_datetime(at, 0, each["month"], book.formats("cell", "month"))
            sheet.write_number(at, 1, each["posts"], book.formats("cell", "count"))
            sheet.write_number(at, 2, each["hires"], book.formats("cell", "count"))


def _means(book: Book) -> dict[tuple[str, str], Fraction]:
    """Post-months by région and quarter."""
    found: dict[tuple[str, str], Fraction] = {}
    for row in book.budget.posts.rows:
        key = (row.place.region, quarter(row.month))
        found[key] = found.get(key, Fraction(0)) + row.posts
    return found
