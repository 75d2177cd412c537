"""What agsim says, in French or in English.

Texts stand in the code in English, as `say("{posts} posts in {year}", posts=..., year=...)`;
their French is found by the English text in the catalogue `sim/data/french`, one file for each
part of the house. A test holds that nothing is missing there and nothing is left over.

The language is that of `speaking`, else the one set by `speak`, else that of the locale
(LC_ALL, LC_MESSAGES, LANG), else English.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import get_args

from sim.catalogue import Language, french, language, say, spoken, to_say
from sim.errors import InputError, Problem

__all__ = ["LANGUAGES", "Language", "french", "known", "language", "say"]
__all__ += ["speak", "speaking", "to_say"]

LANGUAGES: tuple[Language, ...] = get_args(Language)


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
    told = say("{lang!r} is no language here", lang=lang)
    raise InputError(Problem("agsim", "lang", told, say("'fr' or 'en'")))


def speak(lang: str) -> None:
    """Say everything in this language from now on: 'fr' or 'en'."""
    spoken.set(known(lang))


@contextmanager
def speaking(lang: str | None) -> Iterator[None]:
    """Say what is said inside in this language; None: as outside."""
    before = spoken.get()
    if lang is not None:
        spoken.set(known(lang))
    try:
        yield
    finally:
        spoken.set(before)
