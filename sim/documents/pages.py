"""The report as pages: one self-contained HTML file, the answer first.

Numbers come from `Report`, words from the catalogue, the order from here, the looks from
`templates/report.html`. Nothing is fetched when it is read: pictures and styles are inside.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from sim.documents.pages_answer import first_page
from sim.documents.pages_assumptions import assumptions
from sim.documents.pages_budget import budget_sections
from sim.documents.pages_limits import limits, measure_first
from sim.documents.pages_reach import levers_section, what_binds
from sim.documents.pages_reproduce import reproduced
from sim.documents.pages_value import value_section
from sim.documents.pages_when import when
from sim.documents.report import Report
from sim.experiment.files import write_text
from sim.present.numbers import NARROW_SPACE, SPACE
from sim.words import language, say

if TYPE_CHECKING:
    from jinja2 import Template

TEMPLATE = Path(__file__).parent / "templates" / "report.html"
BETWEEN_THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
COMMAND = re.compile(r"`([^`]+)`")
BEFORE_A_UNIT = re.compile(r"(?<=\d) (?=%)|(?<=×) (?=\d)")


def write_pages(report: Report, path: Path) -> Path:
    """Write the report as one HTML file, whole."""
    write_text(path, pages(report))
    return path


def pages(report: Report) -> str:
    """The report as HTML, in the language spoken."""
    found = [
        what_binds(report),
        levers_section(report),
        when(report),
        *budget_sections(report),
        value_section(report),
        assumptions(report),
        measure_first(report),
        limits(report),
        reproduced(report),
    ]
    return _template().render(
        language=language(),
        first=first_page(report),
        sections=[each for each in found if each is not None],
        contents=say("What follows"),
    )


@cache
def _template() -> Template:
    from jinja2 import Environment

    surroundings = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, finalize=_unbroken,
        keep_trailing_newline=True,
    )  # fmt: skip
    return surroundings.from_string(TEMPLATE.read_text(encoding="utf-8"))


def _unbroken(value: Any) -> Any:
    """Numbers that no end of a line parts, commands as code; markup is left as it is."""
    if type(value) is not str:
        return value
    text = BEFORE_A_UNIT.sub(SPACE, BETWEEN_THOUSANDS.sub(NARROW_SPACE, value))
    return (
        Markup(COMMAND.sub(r"<code>\1</code>", str(escape(text)))) if COMMAND.search(text) else text
    )
