"""Sheets, headings and file names of a file of one's own figures, in both languages.

What is written is in the language spoken; what is read may be in either.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from sim.words import french, to_say

README, POSTS, COSTS, FIGURES = (
    to_say("read me"),
    to_say("posts"),
    to_say("costs"),
    to_say("figures"),
)
SHEETS = (POSTS, COSTS, FIGURES)

CODE = to_say("code")
NAME = to_say("département")
TODAY = to_say("today in agsim")
MONTH = to_say("month")

KEY = to_say("key")
WHAT = to_say("what it is")
UNIT = to_say("unit")
VALUE, LOW, HIGH = to_say("value in agsim"), to_say("low"), to_say("high")
YOUR_VALUE, YOUR_LOW, YOUR_HIGH, YOUR_SOURCE = (
    to_say("your value"),
    to_say("your low"),
    to_say("your high"),
    to_say("your source"),
)
LEAST, MOST = to_say("from"), to_say("to")
PRICES, STATUS, SOURCE = to_say("prices of"), to_say("status"), to_say("source")

TOTAL = to_say("total")
ALIASES = {
    CODE: ("code département", "département code", "dept", "dép"),
    NAME: ("department", "name", "nom", "libellé"),
    MONTH: ("date", "période", "period"),
    POSTS: ("postes financés", "funded posts", "nombre de postes"),
}


def folded(raw: Any) -> str:
    """A text as it is compared: no accents, small letters, single spaces."""
    plain = unicodedata.normalize("NFKD", str(raw).replace("’", "'"))
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    return re.sub(r"[\s_]+", " ", letters).strip().lower()


NOT_READ = frozenset(
    folded(each)
    for each in ("total", "source", "remarque", "remarques", "remarks", "commentaire",
                 "commentaires", "comment", "comments", "note", "notes", "région")
)  # fmt: skip


def names_of(heading: str) -> frozenset[str]:
    """Everything that a heading or a sheet may be called, folded."""
    said = (heading, french().get(heading, heading), *ALIASES.get(heading, ()))
    return frozenset(folded(each) for each in said)


def is_called(raw: Any, heading: str) -> bool:
    """Whether a cell holds a heading, in either language."""
    return folded(raw) in names_of(heading)


def letter(column: int) -> str:
    """A column's letters in Excel; 0: A."""
    name = ""
    while column >= 0:
        name = chr(ord("A") + column % 26) + name
        column = column // 26 - 1
    return name
