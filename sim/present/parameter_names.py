"""Parameters as one reads them: their paths in words."""

from __future__ import annotations

import re

from sim.words import say

OF_A_YEAR = re.compile(r"(?P<path>.+)\.(?P<year>\d{4})")
BESIDE_A_YEAR = re.compile(r"(?P<path>.+) (?P<year>\d{4}) / (?P<base>\d{4})")


def named(path: str) -> str:
    """A parameter's path, or a group of parameters, in the language spoken."""
    if found := BESIDE_A_YEAR.fullmatch(path):
        return say(
            "{parameter} {year} / {base}",
            parameter=say(in_english(found["path"])),
            year=found["year"],
            base=found["base"],
        )
    if found := OF_A_YEAR.fullmatch(path):
        return say(
            "{parameter}, {year}",
            parameter=say(in_english(found["path"])),
            year=found["year"],
        )
    return say(in_english(path))


def in_english(path: str) -> str:
    """A path in English words, by which its French is found: 'parcours: duration days'."""
    section, _, rest = path.partition(".")
    return f"{section}: {rest.replace('_', ' ').replace('.', ', ')}" if rest else path


def without_year(path: str) -> str:
    """The path of a timeline that a path of one of its years belongs to."""
    found = OF_A_YEAR.fullmatch(path)
    return found["path"] if found else path
