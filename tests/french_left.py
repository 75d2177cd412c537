"""Finds English that is left over in what should be French."""

from __future__ import annotations

import re
from html import unescape

from matplotlib.figure import Figure
from matplotlib.text import Text

ENGLISH = (
    "the", "of", "with", "without", "and", "are", "is", "by", "at most", "from", "to", "than",
    "year", "month", "day", "days", "people", "entry", "entries", "queue", "load", "lever",
    "levers", "draw", "draws", "reading", "left", "range", "mean", "enough", "share", "error",
    "today", "needed", "today's", "seen", "projected", "target", "none", "all", "no", "euros a",
    "scores", "skill", "costs", "assumption", "given", "hours", "delay", "orientations of",
)  # fmt: skip
FRENCH_TOO = ("scores",)
WORDS = re.compile(
    r"(?<![\w./'=_-])(" + "|".join(re.escape(each) for each in ENGLISH if each not in FRENCH_TOO)
    + r")(?![\w./=_-])"
)  # fmt: skip
POINT = re.compile(r"(?<![\w.])\d+\.\d+(?![\w.])")
CODE = re.compile(r"<[^>]*>|`[^`]*`|--[\w-]+|\b\w+\([^)]*\)|\[\w+\.\w+\]")


def english_in(text: str, *, besides: tuple[str, ...] = ()) -> list[str]:
    """English words and decimal points in a text; `besides`: authored texts that stay as they are.

    Commands, options, paths and names of readings are identifiers.
    """
    for each in besides:
        text = text.replace(each, "").replace(each.lower(), "")
    text = unescape(CODE.sub(" ", text)).lower()
    return [found.group() for pattern in (WORDS, POINT) for found in pattern.finditer(text)]


def texts_of(figure: Figure) -> list[str]:
    """Every text that a figure shows: titles, axes, ticks, legends, labels."""
    figure.draw_without_rendering()
    return [found.get_text() for found in figure.findobj(Text) if isinstance(found, Text)]
