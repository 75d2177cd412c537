"""Numbers, amounts, dates and months as they are written in the language spoken.

French: a narrow no-break space between thousands, a comma, a no-break space before % and €.
English: a space between thousands (ISO 80000-1), a point. The French forms are those of the
Unicode CLDR, and a test compares them with Babel's.
"""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal

from sim.words import language, say

NARROW_SPACE, SPACE = "\u202f", "\u00a0"
FRENCH_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
MILLION = 1_000_000


def plain(value: float | Decimal, digits: int = 0, *, signed: bool = False) -> str:
    """A finite number, with thousands apart."""
    text = f"{value:{'+' if signed else ''},.{digits}f}"
    if language() == "en":
        return text.replace(",", " ")
    return text.replace(",", NARROW_SPACE).replace(".", ",")


def number(value: float, digits: int = 0) -> str:
    """A number with spaces between thousands; a dash where there is none."""
    if math.isnan(value):
        return "-"
    return say("none") if math.isinf(value) else plain(value, digits)


def percent(value: float, digits: int = 0) -> str:
    """A share as a percentage."""
    if math.isnan(value):
        return "-"
    return f"{plain(100 * value, digits)}{SPACE if language() == 'fr' else ' '}%"


def factor(value: float) -> str:
    """A multiplier."""
    return f"× {plain(value, 2)}" if math.isfinite(value) else say("none")


def exact(value: Decimal) -> str:
    """A number with all digits that it was given with."""
    if language() == "en":
        return str(value)
    return plain(value, max(0, -int(value.as_tuple().exponent)))


def significant(value: float, figures: int = 6) -> str:
    """A number to so many significant figures, without zeros at its end."""
    text = f"{value:.{figures}g}"
    return text if language() == "en" else exact(Decimal(text))


def about(value: float) -> float:
    """A value as a picture tells it: thousands to hundreds; tables have the digits."""
    return round(value, -2) if abs(value) >= 1000 else value


def span(low: str, high: str) -> str:
    """What lies between two ends: '52 to 84 %'."""
    return say("{low} to {high}", low=low, high=high)


def bracketed(low: str, high: str) -> str:
    """An interval beside its mean: '[52; 84]'."""
    return say("[{low}; {high}]", low=low, high=high)


def euros(amount: float | Decimal, digits: int = 2) -> str:
    """An amount, to the cent by default."""
    return f"{plain(amount, digits)}{SPACE}€"


def millions(amount: float | Decimal, digits: int = 1) -> str:
    """An amount in millions of euros, without a unit."""
    return plain(Decimal(str(amount)) / MILLION, digits)


def day(when: date) -> str:
    """A date: '31 December 2024'; '1er janvier 2024' in French."""
    if language() == "en":
        return f"{when.day} {when:%B %Y}"
    return f"{'1er' if when.day == 1 else when.day} {month(when)}"


def date_text(when: date) -> str:
    """A date in a table or beside other numbers: ISO 8601; written out in French."""
    return when.isoformat() if language() == "en" else day(when)


def period_text(period: str) -> str:
    """A year, or a month of a frame ('2021-03'), written out in French."""
    year, _, of_year = period.partition("-")
    if language() == "en" or not of_year:
        return period
    return month(date(int(year), int(of_year), 1))


def month(when: date) -> str:
    """A month: 'December 2024'."""
    return f"{when:%B %Y}" if language() == "en" else f"{FRENCH_MONTHS[when.month - 1]} {when.year}"
