"""How cells of the workbook look: traits of formats, by name, put together."""

from __future__ import annotations

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from sim.words import language

FONT = "Arial"
DARK, PALE, RULE, GREY = "#1F3864", "#E8EDF5", "#8EA0BF", "#595959"
INPUT_FILL, INPUT_INK = "#FFF8DC", "#0000C0"
PAYER_COLOURS = {
    "esf": "#0072B2",
    "pole_emploi": "#E69F00",
    "departements": "#009E73",
    "other": "#CC79A7",
}
KIND_COLOURS = {
    "posts": "#0072B2",
    "hiring": "#56B4E9",
    "indirect": "#E69F00",
    "levers": "#009E73",
    "social_hours": "#CC79A7",
}

TRAITS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": DARK},
    "section": {"bold": True, "font_size": 11, "font_color": DARK, "bottom": 2,
                "bottom_color": DARK},
    "heading": {"bold": True, "font_color": "#FFFFFF", "bg_color": DARK, "text_wrap": True,
                "valign": "vcenter", "border": 1, "border_color": DARK},
    "group": {"bold": True, "bg_color": PALE, "font_color": DARK},
    "cell": {"bottom": 1, "bottom_color": "#D0D7E5"},
    "total": {"bold": True, "top": 1, "top_color": RULE, "bottom": 1, "bottom_color": RULE,
              "bg_color": PALE},
    "bold": {"bold": True},
    "answer": {"bold": True, "font_size": 11, "text_wrap": True, "valign": "vcenter",
               "bg_color": PALE, "font_color": DARK, "indent": 1},
    "warning": {"bold": True, "text_wrap": True, "valign": "vcenter", "indent": 1,
                "font_color": "#7A3E00", "bg_color": "#FFF3E0"},
    "big": {"bold": True, "font_size": 12, "font_color": DARK},
    "inside": {"indent": 1, "align": "left"},
    "left": {"align": "left"},
    "note": {"italic": True, "font_color": GREY, "font_size": 9, "text_wrap": True,
             "valign": "top"},
    "shrink": {"shrink": True},
    "small": {"font_size": 8, "font_color": GREY},
    "wrap": {"text_wrap": True},
    "top": {"valign": "top"},
    "small_head": {"font_size": 9, "bold": False},
    "right": {"align": "right"},
    "centre": {"align": "center"},
    "input": {"bg_color": INPUT_FILL, "font_color": INPUT_INK, "border": 1,
              "border_color": "#C9B458", "locked": False},
    "count": {"num_format": "#,##0"},
    "count1": {"num_format": "#,##0.0"},
    "count2": {"num_format": "#,##0.00"},
    "exact": {"num_format": "#,##0.######"},
    "quantity": {"num_format": "#,##0.0000"},
    "factor": {"num_format": '"× "0.00'},
    "whole": {"num_format": "0"},
}  # fmt: skip


class Formats:
    """Formats by the traits that they have, each made once: `formats("total", "euros")`."""

    def __init__(self, file: Workbook) -> None:
        self._file = file
        self._made: dict[tuple[str, ...], Format] = {}
        self._traits = TRAITS | _of_the_language()

    def __call__(self, *traits: str) -> Format:
        """The format that has all these traits; later ones win."""
        if traits not in self._made:
            properties: dict[str, Any] = {"font_name": FONT, "font_size": 10}
            for each in traits:
                properties |= self._traits[each]
            self._made[traits] = self._file.add_format(properties)
        return self._made[traits]


def _of_the_language() -> dict[str, dict[str, Any]]:
    """Shares, amounts and dates: separators follow the reader's locale, names of months ours."""
    french = language() == "fr"
    space, locale = ("\u00a0", "[$-40C]") if french else (" ", "[$-809]")
    euro = '\u00a0"€"'
    return {
        "percent": {"num_format": f"0{space}%"},
        "percent1": {"num_format": f"0.0{space}%"},
        "percent2": {"num_format": f"0.0##{space}%"},
        "euros": {"num_format": _or_dash(f"#,##0{euro}")},
        "cents": {"num_format": _or_dash(f"#,##0.00{euro}")},
        "millions": {"num_format": _or_dash('#,##0.0,,\u00a0"M€"')},
        "check": {"num_format": f"0.00{euro}"},
        "day": {"num_format": f"{locale}d mmmm yyyy", "align": "left"},
        "month": {"num_format": f"{locale}mmm yyyy", "align": "left"},
    }


def _or_dash(form: str) -> str:
    """A format of amounts that shows a dash for nothing."""
    return f'{form};-{form};"–"'
