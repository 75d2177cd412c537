"""Names of measures and units as tables and axes show them; frames keep their English names."""

from __future__ import annotations

from collections.abc import Mapping

from sim.measures.frames import STANDING, UNITS, Period
from sim.words import say, to_say

PEOPLE = "people"
PEOPLE_A: Mapping[Period, str] = {
    "month": to_say("people a month"),
    "year": to_say("people a year"),
}


def named(measure: str) -> str:
    """A measure within a sentence: 'entry delay'."""
    return say(measure.replace("_", " "))


def titled(measure: str) -> str:
    """A measure at the beginning of a title: 'Entry delay'."""
    return first_capital(named(measure))


def first_capital(text: str) -> str:
    """The text with a capital at its beginning."""
    return f"{text[:1].upper()}{text[1:]}"


def unit_of(measure: str, period: Period) -> str:
    """The unit of a measure over time: people are counted by period, or stand in it."""
    unit = UNITS[measure]
    return say(PEOPLE_A[period] if unit == PEOPLE and measure not in STANDING else unit)
