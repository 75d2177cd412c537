"""A template as an Excel workbook or as a folder of CSV files."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, datetime, time
from io import BytesIO, StringIO
from typing import Any

from sim.own_figures.layout import README, TOTAL, letter
from sim.own_figures.template import Allowed, Column, Table, how_to
from sim.present.numbers import plain
from sim.words import language, say

COLOURS = {"head": "#1F3864", "yours": "#FFF8DC", "ours": "#F2F2F2"}
NOTE_SIZE = {"x_scale": 2.2, "y_scale": 1.4}
LONGEST_MESSAGE = 255
MONTHS = {"fr": "[$-40C]mmm yyyy", "en": "[$-409]mmm yyyy"}
LINE_HEIGHT, NARROWEST, A4 = 15, 20, 9
FIRST_MADE = date(2026, 1, 1)


def workbook_of(tables: Sequence[Table]) -> bytes:
    """A workbook: how to fill it in, then a sheet a table."""
    import xlsxwriter

    content = BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    # The same template is the same file, whenever it is made.
    made = datetime.combine(FIRST_MADE, time())
    book.set_properties({"title": say("Your own figures for agsim"), "created": made})
    formats = _formats(book)
    _read_me(book.add_worksheet(say(README)), formats)
    for table in tables:
        _fill(book.add_worksheet(say(table.name)), table, formats)
    book.close()
    return content.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    line = {"border": 1, "border_color": "#D9D9D9", "valign": "top"}
    head = {**line, "bold": True, "font_color": "white", "bg_color": COLOURS["head"],
            "text_wrap": True}  # fmt: skip
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "paragraph": book.add_format({"text_wrap": True, "valign": "top"}),
        "head": book.add_format(head),
        "month": book.add_format({**head, "num_format": MONTHS[language()], "align": "center"}),
        "yours": book.add_format({**line, "bg_color": COLOURS["yours"]}),
        "ours": book.add_format({**line, "bg_color": COLOURS["ours"], "text_wrap": True}),
        "large": book.add_format({**line, "bg_color": COLOURS["ours"], "num_format": "#,##0"}),
        "code": book.add_format({**line, "bg_color": COLOURS["ours"], "num_format": "@"}),
        "total": book.add_format({**line, "bold": True, "bg_color": COLOURS["ours"]}),
    }


def _read_me(sheet: Any, formats: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 100)
    sheet.hide_gridlines(2)
    _for_printing(sheet)
    title, *paragraphs = how_to()
    sheet.write(0, 0, title, formats["title"])
    for row, each in enumerate(paragraphs, 2):
        sheet.set_row(row, 16 * (len(each) // 95 + 1) + 6)
        sheet.write(row, 0, each, formats["paragraph"])


def _fill(sheet: Any, table: Table, formats: dict[str, Any]) -> None:
    above = 2 if table.summed else 1
    for column, each in enumerate(table.columns):
        sheet.set_column(column, column, each.width)
        _head(sheet, column, each.heading, formats)
        if each.note:
            sheet.write_comment(0, column, each.note, NOTE_SIZE)
        if table.summed and column >= table.fixed_columns - 1:
            name = letter(column)
            formula = f"=SUM({name}{above + 1}:{name}{above + len(table.rows)})"
            known = sum(row[column] for row in table.rows if row[column] != "")
            sheet.write_formula(1, column, formula, formats["total"], known)
        elif table.summed:
            sheet.write(1, column, say(TOTAL) if column == 0 else "", formats["total"])
    sheet.set_row(0, 30)
    for number, row in enumerate(table.rows, above):
        sheet.set_row(number, LINE_HEIGHT * _lines(table, row))
        for column, (about, value) in enumerate(zip(table.columns, row, strict=True)):
            _write(sheet, number, column, value, formats[_kind(about, column, value)])
    _validate(sheet, table, above)
    sheet.freeze_panes(above, table.fixed_columns)
    _for_printing(sheet)
    sheet.repeat_rows(0)


def _for_printing(sheet: Any) -> None:
    """A4 across, one page wide."""
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)


def _lines(table: Table, row: Sequence[Any]) -> int:
    """Lines that the longest text of a row takes."""
    texts = [(str(value), about.width) for about, value in zip(table.columns, row, strict=True)]
    lines = [-(-len(text) // width) for text, width in texts if width >= NARROWEST]
    return max(1, *lines)


def _kind(about: Column, column: int, value: Any) -> str:
    """The format of a cell."""
    if about.yours:
        return "yours"
    if column == 0:
        return "code"
    large = about.grouped and isinstance(value, (int, float)) and value >= 1000
    return "large" if large else "ours"


def _write(sheet: Any, row: int, column: int, value: Any, kind: Any) -> None:
    if value == "":
        sheet.write_blank(row, column, None, kind)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, kind)
    else:
        sheet.write_number(row, column, value, kind)


def _head(sheet: Any, column: int, heading: str | date, formats: dict[str, Any]) -> None:
    if isinstance(heading, date):
        when = datetime.combine(heading, time())
        sheet.write_datetime(0, column, when, formats["month"])
    else:
        sheet.write(0, column, heading, formats["head"])


def _validate(sheet: Any, table: Table, above: int) -> None:
    """Let Excel refuse what `read_figures` would: rows alike are said together."""
    last_row = above + len(table.rows) - 1
    for column, each in enumerate(table.columns):
        if each.choices:
            rule = {"validate": "list", "source": list(each.choices)}
            sheet.data_validation(above, column, last_row, column, rule)
    columns = [k for k, each in enumerate(table.columns) if each.yours]
    numbers = columns if table.summed else columns[:-1]
    rows = sorted(table.allowed)
    while rows:
        first = rows[0]
        allowed, last = table.allowed[first], first
        while last + 1 in table.allowed and table.allowed[last + 1] == allowed:
            last += 1
        rows = [row for row in rows if row > last]
        sheet.data_validation(first + above, numbers[0], last + above, numbers[-1], _rule(allowed))


def _rule(allowed: Allowed) -> dict[str, Any]:
    if allowed.choices:
        return {"validate": "list", "source": list(allowed.choices)}
    least, most = plain(allowed.least), plain(allowed.most)
    if allowed.whole:
        said = say("A whole number from {least} to {most}.", least=least, most=most)
    else:
        said = say("A number from {least} to {most}.", least=least, most=most)
    return {
        "validate": "integer" if allowed.whole else "decimal",
        "criteria": "between",
        "minimum": allowed.least,
        "maximum": allowed.most,
        "error_title": "agsim",
        "error_message": said[:LONGEST_MESSAGE],
    }


def csv_of(table: Table) -> bytes:
    """A table as CSV that Excel opens: semicolons and decimal commas where it speaks French."""
    french = language() == "fr"
    text = StringIO()
    writer = csv.writer(text, delimiter=";" if french else ",", lineterminator="\r\n")
    writer.writerow([_told(each.heading, french) for each in table.columns])
    filled = [row for row in table.rows if any(value != "" for value in row)]
    writer.writerows([_told(value, french) for value in row] for row in filled)
    return text.getvalue().encode("utf-8-sig")


def _told(value: Any, french: bool) -> str:
    if isinstance(value, date):
        return f"{value:%Y-%m}"
    return str(value).replace(".", ",") if french and isinstance(value, float) else str(value)


def read_me() -> bytes:
    """How to fill it in, as a text beside CSV files."""
    return ("\r\n\r\n".join(how_to()) + "\r\n").encode("utf-8-sig")
