"""Rates: what things cost, who pays which part, until when; each with its source.

The shipped file (`sim/data/rates.toml`) names every rate. A file of the user's says only what
differs; `Rates.with_` does the same in Python. Numbers are exact: decimals as written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.words import to_say

if TYPE_CHECKING:
    import pandas as pd

CATEGORIES = ("more_developed", "transition", "less_developed")
METHODS = ("flat_20", "flat_15", "flat_40", "actual", "none")
READINGS = ("cost", "posts")
PAYERS = ("pole_emploi", "departements", "other")
PAID_KINDS = ("posts", "levers", "social_hours")
STATUSES = (
    to_say("sourced"), to_say("assumption"), to_say("to be verified"), to_say("decision"),
    to_say("given"),
)  # fmt: skip
GIVEN_IN = "given in "


@dataclass(frozen=True)
class Rate:
    """A number with its range, unit, meaning, status and source.

    prices: the year whose prices a rate in euros has, None for other rates. least, most: what
    it can be at all.
    """

    path: str
    value: Decimal
    low: Decimal
    high: Decimal
    unit: str
    meaning: str
    status: str
    source: str
    date: str
    prices: int | None
    least: Decimal
    most: Decimal
    whole: bool

    @property
    def told(self) -> str:
        """The source as outputs show it: with 'assumption' or 'to be verified' before it."""
        return self.source if self.status == "sourced" else f"{self.status}: {self.source}"


@dataclass(frozen=True)
class Programme:
    """A programme of the ESF: its spending window, and the category of every département."""

    name: str
    first: date
    last: date
    category: Mapping[str, str]
    source: str


@dataclass(frozen=True)
class Rates:
    """All rates, and the choices that are no numbers.

    method: of indirect costs. reading: of "half of the posts". where: the file that changed
    the shipped ones.
    """

    by_path: Mapping[str, Rate]
    programmes: tuple[Programme, ...]
    method: str
    reading: str
    where: str
    document: Mapping[str, Any] = field(repr=False, compare=False)

    def __getitem__(self, path: str) -> Rate:
        """A rate by its path, such as 'esf.audit_cut'."""
        return self.by_path[path]

    def number(self, path: str) -> Fraction:
        """The exact value of a rate that is not in euros."""
        return self._exact[path]

    @cached_property
    def _exact(self) -> dict[str, Fraction]:
        return {path: Fraction(rate.value) for path, rate in self.by_path.items()}

    def euros(self, path: str, year: int) -> Fraction:
        """The exact value of a rate in euros at a year's prices: it rises on every 1 January."""
        rate = self.by_path[path]
        assert rate.prices is not None, path
        return self._exact[path] * self._risen(year - rate.prices)

    def _risen(self, years: int) -> Fraction:
        if years not in self._known_rises:
            self._known_rises[years] = (1 + self.number("indexation")) ** years
        return self._known_rises[years]

    @cached_property
    def _known_rises(self) -> dict[int, Fraction]:
        return {}

    def programme_on(self, day: date) -> Programme | None:
        """The programme that pays on a day: the first whose window holds it; None if none does."""
        return next((each for each in self.programmes if each.first <= day <= each.last), None)

    def highest(self, programme: Programme, category: str) -> Fraction:
        """The highest part of the eligible cost that a programme pays in a category."""
        return self.number(f"esf.programmes.{programme.name}.highest.{category}")

    def shares(self, kind: str) -> tuple[Fraction, ...]:
        """Of what the ESF does not pay of a kind of cost: the parts of `PAYERS`, which sum to 1."""
        return self._shares[kind]

    @cached_property
    def _shares(self) -> dict[str, tuple[Fraction, ...]]:
        return {
            kind: tuple(self.number(f"payers.{kind}.{payer}") for payer in PAYERS)
            for kind in PAID_KINDS
        }

    def with_(self, changes: Mapping[str, Any]) -> Rates:
        """Rates with some changed, by path: `{"post_year": 60000}`; `InputError` if wrong."""
        from sim.rate_files import changed

        return changed(self, changes)

    @property
    def frame(self) -> pd.DataFrame:
        """The register of the rates: path, value, low, high, unit, status, source and so on."""
        import pandas as pd

        columns = ("path", "value", "low", "high", "unit", "prices", "meaning", "status",
                   "source", "date")  # fmt: skip
        return pd.DataFrame(
            [{name: getattr(rate, name) for name in columns} for rate in self.by_path.values()]
        )
