"""What a cell means: a number, a month, a département; `Wrong` with the way out where nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from difflib import get_close_matches
from functools import cache
from typing import Any, TypeVar

from sim.csv_rows import Wrong
from sim.csv_rows import number as number_in_text
from sim.errors import Problem
from sim.own_figures.layout import folded
from sim.own_figures.sheets import RawSheet
from sim.posts_table import MOST_POSTS
from sim.present.numbers import FRENCH_MONTHS, day, number
from sim.quantities import shown
from sim.territory import Departement, departements
from sim.words import say

Meant = TypeVar("Meant")
ENGLISH_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august",
                  "september", "october", "november", "december")  # fmt: skip
FIRST_YEAR, LAST_YEAR = 1999, 2100
CORSICA = "20"

_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?", re.ASCII)
_YEAR_LAST = re.compile(r"(?:(\d{1,2})[-/.])?(\d{1,2})[-/.](\d{4})", re.ASCII)
_IN_WORDS = re.compile(r"(?:1(?:er)? )?([^\W\d]+)\.?[ -](\d{4})")


def meaning(
    sheet: RawSheet,
    row: int,
    column: int,
    heading: str,
    read: Callable[[Any], Meant],
    problems: list[Problem],
) -> Meant | None:
    """What a cell that is not empty means; None with the mistake told."""
    key = sheet.key(row, column, heading)
    error = sheet.errors.get((row, column))
    if error is not None:
        told = say("is the formula error {error}", error=error)
        problems.append(
            Problem(sheet.where, key, told, say("mend the formula, or write the value"))
        )
        return None
    try:
        return read(sheet.cell(row, column))
    except Wrong as wrong:
        problems.append(Problem(sheet.where, key, wrong.message, wrong.remedy))
        return None


def as_number(raw: Any, decimal_comma: bool) -> float:
    """A number, also one stored as text; 50 % is 0.5."""
    if isinstance(raw, str):
        share = raw.endswith("%")
        return number_in_text(raw.rstrip("% \u00a0\u202f"), decimal_comma) / (100 if share else 1)
    if isinstance(raw, bool) or not isinstance(raw, (int, float)):
        told = say("is {value}, must be a number", value=_shown(raw))
        raise Wrong(told, say("format the cell as a number"))
    return float(raw)


def as_posts(raw: Any, decimal_comma: bool) -> int:
    """A whole number of posts."""
    value = as_number(raw, decimal_comma)
    needed = say("a whole number of posts from 0 to {most}", most=number(MOST_POSTS))
    told = say("is {value}, must be {needed}", value=_shown(raw), needed=needed)
    if not 0 <= value <= MOST_POSTS:
        raise Wrong(told, say("correct it; 0 where there is no post"))
    if value != int(value):
        raise Wrong(told, say("count funded posts, not full-time equivalents"))
    return int(value)


def as_month(raw: Any) -> date:
    """The first day of a month."""
    found = raw.date() if isinstance(raw, datetime) else raw
    if not isinstance(found, date):
        found = _month_of(str(raw).strip())
    remedy = say("write a month such as 2021-03, 03/2021, March 2021, or its first day")
    if found is None:
        raise Wrong(say("is {value}, which is no month", value=_shown(raw)), remedy)
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        told = say("is {value}, must be from {first} to {last}", value=_shown(raw),
                   first=FIRST_YEAR, last=LAST_YEAR)  # fmt: skip
        raise Wrong(told, say("correct the year"))
    if found.day != 1:
        told = say("is {value}, which is no month: {day} is not the first day of one",
                   value=_shown(raw), day=day(found))  # fmt: skip
        raise Wrong(told, remedy)
    return found


def _month_of(text: str) -> date | None:
    year_first, year_last = _YEAR_FIRST.fullmatch(text), _YEAR_LAST.fullmatch(text)
    words = _IN_WORDS.fullmatch(folded(text))
    year, month, day = "", 0, "1"
    if year_first:
        year, month, day = year_first[1], int(year_first[2]), year_first[3] or "1"
    elif year_last:
        year, month, day = year_last[3], int(year_last[2]), year_last[1] or "1"
    elif words:
        year, month = words[2], _month_named(words[1])
    try:
        return date(int(year), month, int(day))
    except ValueError:
        return None


def _month_named(word: str) -> int:
    """1 to 12 by a French or English name, or three letters or more of one alone; else 0."""
    for names in (FRENCH_MONTHS, ENGLISH_MONTHS):
        meant = [k for k, name in enumerate(names, 1) if folded(name).startswith(word)]
        if len(word) >= 3 and len(meant) == 1:
            return meant[0]
    return 0


@cache
def _by_code() -> dict[str, Departement]:
    return {each.code: each for each in departements()}


@cache
def _by_name() -> dict[str, Departement]:
    return {_plain_name(each.name): each for each in departements()}


def _plain_name(text: str) -> str:
    return re.sub(r"[\W_]+", " ", folded(text)).strip()


def as_departement(raw: Any) -> Departement:
    """A département by its code ('01', or 1 where Excel took the zero away) or its name."""
    text = f"{raw:g}" if isinstance(raw, float) else str(raw).strip()
    code = text.upper().zfill(2)
    if code in _by_code():
        return _by_code()[code]
    if _plain_name(text) in _by_name():
        return _by_name()[_plain_name(text)]
    told = say("is {value}, no code and no name of a département", value=_shown(raw))
    if code == CORSICA:
        raise Wrong(told, say("write 2A (Corse-du-Sud) or 2B (Haute-Corse)"))
    near = get_close_matches(_plain_name(text), _by_name(), n=1, cutoff=0.6)
    if near:
        meant = _by_name()[near[0]]
        raise Wrong(told, say("did you mean {code} ({name})?", code=meant.code, name=meant.name))
    raise Wrong(told, say("write a code such as 01 (1 will do), 2A or 971"))


def number_shown(value: float) -> str:
    """A number with the digits that it has, four at most."""
    digits = next((k for k in range(4) if round(value, k) == value), 4)
    return number(value, digits)


def _shown(raw: Any) -> str:
    """A value as a message shows it."""
    if isinstance(raw, bool):
        return say("TRUE") if raw else say("FALSE")
    if isinstance(raw, datetime):
        raw = raw.date()
    if isinstance(raw, float) and abs(raw) < 1e15:
        return number_shown(raw)
    return raw.isoformat() if isinstance(raw, date) else shown(raw)
