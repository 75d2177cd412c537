"""The sheet `figures` of a workbook: observed figures for a calibration, as the text of a CSV file.

Lines of the text are rows of the sheet, so that messages name the row that Excel shows.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

from sim.errors import InputError, Problem
from sim.own_figures.layout import FIGURES
from sim.own_figures.sheets import WORKBOOKS, RawSheet, read_sheets
from sim.words import say


def is_workbook(path: Path) -> bool:
    """Whether a file is one of Excel's kind, by its name."""
    return path.suffix.lower() in WORKBOOKS


def figures_text(path: Path) -> tuple[str, str]:
    """What messages call the sheet, and its text. `InputError` where there is no such sheet."""
    sheets = read_sheets(path)
    sheet = sheets.by_name.get(FIGURES)
    if sheet is None:
        told = say("has no sheet '{name}'", name=say(FIGURES))
        remedy = say("write one to begin with: agsim template FILE.xlsx")
        raise InputError([Problem(str(path), "", told, remedy), *sheets.problems])
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerows(_texts(sheet, row) for row in range(len(sheet.rows)))
    return sheet.where, text.getvalue()


def _texts(sheet: RawSheet, row: int) -> Iterator[str]:
    for column in range(len(sheet.rows[row])):
        yield sheet.errors.get((row, column)) or _text(sheet.cell(row, column))


def _text(raw: Any) -> str:
    """A cell as a CSV file would have it, on one line: 2021, not 2021.0; a month for its first."""
    if isinstance(raw, date):
        return f"{raw:%Y-%m}" if raw.day == 1 else raw.isoformat()
    if isinstance(raw, float) and raw == int(raw):
        return str(int(raw))
    return " ".join(str(raw).split())
