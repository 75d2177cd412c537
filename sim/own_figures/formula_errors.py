"""Formula errors (#REF!, #DIV/0! and so on) of an .xlsx file, which calamine shows as empty."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REFERENCE = re.compile(r"([A-Z]+)(\d+)")

Errors = dict[tuple[int, int], str]


def formula_errors(content: bytes) -> Mapping[str, Errors]:
    """By sheet, errors by row and column from 0; nothing for other kinds of workbook."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
            if "xl/workbook.xml" not in names:
                return {}
            return {
                sheet: _of_sheet(archive.read(part))
                for sheet, part in _parts(archive).items()
                if part in names
            }
    except (zipfile.BadZipFile, ElementTree.ParseError, KeyError):
        return {}


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The name of every sheet, and where in the archive it is."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {each.get("Id"): each.get("Target", "") for each in relations}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    found = {}
    for sheet in book.iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(_RELATION), "")
        found[sheet.get("name", "")] = target.lstrip("/") if target[:1] == "/" else f"xl/{target}"
    return found


def _of_sheet(xml: bytes) -> Errors:
    errors: Errors = {}
    for cell in ElementTree.fromstring(xml).iter(f"{_MAIN}c"):
        place = _REFERENCE.fullmatch(cell.get("r", ""))
        if cell.get("t") == "e" and place:
            column = 0
            for each in place[1]:
                column = column * 26 + ord(each) - ord("A") + 1
            errors[int(place[2]) - 1, column - 1] = cell.findtext(f"{_MAIN}v") or "#N/A"
    return errors
