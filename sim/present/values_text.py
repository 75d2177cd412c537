"""Values of parameters as one reads them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sim.planning.steps import DRAWN
from sim.present.numbers import date_text, significant
from sim.words import say


def value_text(value: Any) -> str:
    """A value of a parameter; dates come as ISO texts, lists and names stay as files have them."""
    if value is None:
        return say("unset")
    if isinstance(value, float):
        return significant(value)
    if value == DRAWN:
        return say(DRAWN)
    return _date_or_name(value) if isinstance(value, str) else str(value)


def _date_or_name(text: str) -> str:
    try:
        return date_text(date.fromisoformat(text))
    except ValueError:
        return text
