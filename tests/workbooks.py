"""Workbooks in tests: read, edited as a user would, recalculated by LibreOffice."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

OFFICE = next((path for name in ("soffice", "libreoffice") if (path := shutil.which(name))), None)
needs_office = pytest.mark.skipif(OFFICE is None, reason="LibreOffice (soffice) is not installed")
EPOCH = date(1899, 12, 30)
ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def recalculated(files: Iterable[Path], folder: Path) -> list[Path]:
    """The files as LibreOffice calculates them anew, in one call, with a profile of its own."""
    assert OFFICE is not None
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE)
    out, names = folder / "recalculated", [str(each) for each in files]
    command = [OFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless",
               "--convert-to", "xlsx", "--outdir", str(out), *names]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return [out / Path(each).name for each in names]


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    """The values of every sheet, from cell A1 on."""
    book = CalamineWorkbook.from_path(path)
    return {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in book.sheet_names
    }


def texts(path: Path) -> set[str]:
    """Every text in a cell."""
    return {
        value
        for rows in sheets(path).values()
        for row in rows
        for value in row
        if isinstance(value, str) and value
    }


def members(path: Path) -> dict[str, str]:
    """The XML files of a workbook by name."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def named_cells(path: Path) -> dict[str, tuple[str, str]]:
    """Sheet and cell of every defined name of one cell."""
    found = re.findall(
        r'<definedName name="(\w+)">(.+?)!\$([A-Z]+)\$(\d+)</definedName>',
        members(path)["xl/workbook.xml"],
    )
    return {name: (sheet.strip("'"), column + row) for name, sheet, column, row in found}


def edited(source: Path, target: Path, values: Mapping[str, Any]) -> Path:
    """A copy with other values in cells with a name: numbers, dates, texts."""
    parts, places = members(source), named_cells(source)
    names = re.findall(r'<sheet name="(.+?)"', parts["xl/workbook.xml"])
    for name, value in values.items():
        sheet, cell = places[name]
        file = f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"
        pattern = rf'<c r="{cell}"( s="\d+")?(?: t="s")?(?:/>|><v>[^<]*</v></c>)'
        if isinstance(value, str):
            new = rf'<c r="{cell}"\1 t="str"><v>{escape(value)}</v></c>'
        else:
            number = (value - EPOCH).days if isinstance(value, date) else value
            new = rf'<c r="{cell}"\1><v>{number}</v></c>'
        parts[file], changed = re.subn(pattern, new, parts[file])
        assert changed == 1, name
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return target
