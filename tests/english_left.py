"""What of a French text is English still: words, and numbers written as English writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape

from matplotlib.figure import Figure
from matplotlib.text import Text

# Words of English grammar that are no French words.
GRAMMAR = (
    "the of is are must with and for not to from has have be was were this that which only than "
    "each whose there their those these by under between into when where if but while its it"
)
# Words of the scheme and the tool, which are names of parameters and commands too.
NAMES = (
    "without all every both none no who what them they over in at how more less most least few "
    "enough draw draws reading readings run runs lever levers post posts day days month months "
    "year years people entry entries exits queue load delay delays share mean noise error step "
    "steps unit units cell cells seed seen target today funded needed projected skill costs hours "
    "assumption decision given fitted written default together unset alone left"
)


def _words(text: str) -> re.Pattern[str]:
    whole = "|".join(text.split())
    return re.compile(rf"(?<![\w./'’=_-])(?:{whole})(?![\w./'’=_-])", re.IGNORECASE)


ENGLISH, ENGLISH_AND_NAMES = _words(GRAMMAR), _words(f"{GRAMMAR} {NAMES}")
NUMBER = re.compile(r"(?<![\w.])\d+\.\d+(?![\w.])|\d{4}-\d\d-\d\d|\d %")
TAG = re.compile(r"<[^>]*>")
# What is written as it is in both languages: code, quoted values, options, keys, calls.
AS_IT_IS = re.compile(
    r"`[^`]*`|(?<!\w)'[^'\s]*'(?!\w)|\"[^\"\s]*\"|\[[^\]\n]*\]|--[\w-]+|"
    r"\b[^\W\d]\w*(?:[._]\w+)+\b|\b\w+\([^)]*\)"
)


def english_left(text: str, besides: Iterable[str] = (), *, names: bool = True) -> list[str]:
    """English words; with `names` those of the scheme, points in numbers and ISO dates too.

    Without code, quoted values, options and keys. besides: authored texts that stay as they are.
    """
    plain = unescape(TAG.sub(" ", text))
    for each in besides:
        told = r"\s+".join(map(re.escape, each.split()))
        plain = re.sub(told, " ", plain, flags=re.IGNORECASE)
    plain = AS_IT_IS.sub(" ", plain)
    return (
        ENGLISH_AND_NAMES.findall(plain) + NUMBER.findall(plain)
        if names
        else ENGLISH.findall(plain)
    )


def texts_of(figure: Figure) -> list[str]:
    """Every text that a figure shows: titles, axes, ticks, legends, labels."""
    figure.draw_without_rendering()
    return [found.get_text() for found in figure.findobj(Text) if isinstance(found, Text)]
