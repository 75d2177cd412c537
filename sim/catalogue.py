"""The catalogue: French by English, and which of the two is spoken.

It stands below everything, so that mistakes too (`sim/errors.py`) are told in the language
spoken. All others take `say` from `sim.words`.
"""

from __future__ import annotations

import os
import tomllib
from contextvars import ContextVar
from functools import cache
from typing import Literal

from sim import data_files

Language = Literal["fr", "en"]

spoken: ContextVar[Language | None] = ContextVar("language", default=None)


def language() -> Language:
    """The language of what is said now."""
    return spoken.get() or _of_the_locale()


def _of_the_locale() -> Language:
    named = next((os.environ[each] for each in ("LC_ALL", "LC_MESSAGES", "LANG")
                  if os.environ.get(each)), "")  # fmt: skip
    return "fr" if named.lower().startswith("fr") else "en"


def say(text: str, /, **values: object) -> str:
    """The text in the language spoken, with values in place of its {names}."""
    told = french().get(text, text) if language() == "fr" else text
    return told.format(**values) if values else told


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
