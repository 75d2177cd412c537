"""What agsim says, in French or in English.

Texts stand in the code in English, as `say("{posts} posts in {year}", posts=..., year=...)`;
their French is found by the English text in the catalogue `sim/data/french`, one file for each
part of the house. A test holds that nothing is missing there and nothing is left over.

The language is that of `speaking`, else the one set by `speak`, else that of the locale
(LC_ALL, LC_MESSAGES, LANG), else English.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Literal, get_args

from sim import data_files
from sim.errors import InputError, Problem

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_spoken: ContextVar[Language | None] = ContextVar("language", default=None)


def language() -> Language:
    """The language of what is said now."""
    return _spoken.get() or _of_the_locale()


def _of_the_locale() -> Language:
    named = next((os.environ[each] for each in ("LC_ALL", "LC_MESSAGES", "LANG")
                  if os.environ.get(each)), "")  # fmt: skip
    return "fr" if named.lower().startswith("fr") else "en"


def known(lang: str) -> Language:
    """The language of that name.

    Raises
    ------
    InputError
        For another one than 'fr' and 'en'.
    """
    for each in LANGUAGES:
        if lang == each:
            return each
    raise InputError(Problem("agsim", "lang", f"{lang!r} is no language here", "'fr' or 'en'"))


def speak(lang: str) -> None:
    """Say everything in this language from now on: 'fr' or 'en'."""
    _spoken.set(known(lang))


@contextmanager
def speaking(lang: str | None) -> Iterator[None]:
    """Say what is said inside in this language; None: as outside."""
    before = _spoken.get()
    if lang is not None:
        _spoken.set(known(lang))
    try:
        yield
    finally:
        _spoken.set(before)


def say(text: str, /, **values: object) -> str:
    """The text in the language spoken, with values in place of its {names}."""
    spoken = french().get(text, text) if language() == "fr" else text
    return spoken.format(**values) if values else spoken


def to_say(text: str) -> str:
    """The text as it is: a constant that is said later, by `say(name)`."""
    return text


@cache
def french() -> dict[str, str]:
    """The catalogue: French by English."""
    found: dict[str, str] = {}
    for path in sorted(data_files.french().glob("*.toml")):
        found |= tomllib.loads(path.read_text(encoding="utf-8"))
    return found
