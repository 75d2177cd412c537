"""Files of a planner's own figures, for tests: tables as workbooks and as CSV."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import date, datetime, time
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import xlsxwriter

from sim.own_figures.template import costs_table
from sim.scenario_files import load

Rows = list[list[Any]]
WIDE: Rows = [
    ["code", "département", "2021-01", "2021-02", "2021-03"],
    ["01", "Ain", 5, 6, 6],
    ["2A", "Corse-du-Sud", 2, 2, 0],
    ["52", "Haute-Marne", 3, 4, 5],
]
LONG: Rows = [
    ["code", "month", "posts"],
    ["01", "2021-01", 5],
    ["01", "2021-02", 6],
    ["52", "2021-01", 3],
]
TREND = load("trend")


class Formula(str):
    """A formula whose result is an error."""


def costs(**given: Sequence[Any]) -> Rows:
    """The sheet of costs with own value, low, high and source by key ('.' written as '__')."""
    table = costs_table()
    rows = [[each.heading for each in table.columns], *(list(row) for row in table.rows)]
    for key, values in given.items():
        row = next(each for each in rows if each[0] == key.replace("__", "."))
        row[3 : 3 + len(values)] = values
    return rows


def with_cell(rows: Rows, row: int, column: int, value: Any) -> Rows:
    """The table with another value in one cell, counted from 0."""
    changed = deepcopy(rows)
    changed[row][column] = value
    return changed


def workbook(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """A workbook with these sheets."""
    content = BytesIO()
    book = xlsxwriter.Workbook(content)
    months = book.add_format({"num_format": "mmm yyyy"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                if isinstance(value, Formula):
                    sheet.write_formula(row, column, "=1/0", None, str(value))
                elif isinstance(value, date):
                    sheet.write_datetime(row, column, datetime.combine(value, time()), months)
                elif isinstance(value, str):
                    sheet.write_string(row, column, value)
                else:
                    sheet.write(row, column, value)
    book.close()
    path.write_bytes(content.getvalue())
    return path


def csv_text(rows: Rows, separator: str = ";", comma: bool = False) -> str:
    """A table as CSV."""
    text = StringIO()
    told = [
        [str(each).replace(".", ",") if comma and isinstance(each, float) else each for each in row]
        for row in rows
    ]
    csv.writer(text, delimiter=separator).writerows(told)
    return text.getvalue()
