"""Values of parameters: numbers that remember where they come from, and numbers by date.

A scenario file may give a parameter as a bare number or as a table
`{ value = 58, low = 47, high = 70, source = "…" }`; both become a `Quantity`,
which *is* a float and also remembers its range and its source.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from numbers import Real
from typing import Annotated, Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, GetCoreSchemaHandler
from pydantic_core import core_schema

from sim.words import say, to_say

Value = TypeVar("Value")

GIVEN = "given in the scenario"


class Quantity(float):
    """A number that remembers its range (`low`, `high`) and its `source`."""

    __slots__ = ("high", "low", "source")

    low: float | None
    high: float | None
    source: str

    def __new__(
        cls, value: float, low: float | None = None, high: float | None = None, source: str = GIVEN
    ) -> Quantity:
        """A number with its range and source; the value itself is not checked here."""
        number = super().__new__(cls, value)
        for name, value_of in (("low", low), ("high", high), ("source", source)):
            object.__setattr__(number, name, value_of)
        return number

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a quantity is frozen: '{name}' cannot be set")

    def __reduce__(self) -> tuple[type[Quantity], tuple[float, float | None, float | None, str]]:
        return (Quantity, (float(self), self.low, self.high, self.source))

    def __repr__(self) -> str:
        return f"{float(self):g}"

    def document(self) -> dict[str, Any]:
        """The table that stands for this quantity in a file."""
        table = {"value": float(self), "low": self.low, "high": self.high, "source": self.source}
        return {key: entry for key, entry in table.items() if entry is not None}

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _as_quantity, serialization=core_schema.plain_serializer_function_ser_schema(float)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        number = {"type": "number"}
        table = {
            "type": "object",
            "properties": {
                "value": number,
                "low": number,
                "high": number,
                "source": {"type": "string"},
            },
            "required": ["value"],
            "additionalProperties": False,
        }
        return {"anyOf": [number, table]}


A_NUMBER = to_say("a number")
A_QUANTITY = to_say("a number, or a table with value, low, high, source")


def _number(raw: Any, what: str = A_NUMBER) -> float:
    if isinstance(raw, bool) or not isinstance(raw, Real):
        raise ValueError(say("is {raw}, must be {what}", raw=shown(raw), what=say(what)))
    try:
        number = float(raw)
    except OverflowError:
        raise ValueError(say("is too large for a number")) from None
    if not math.isfinite(number):
        raise ValueError(say("is {number}, must be a finite number", number=number))
    return number


def shown(raw: Any, longest: int = 40) -> str:
    """A value as a message shows it: short, whatever it is."""
    if isinstance(raw, int) and not isinstance(raw, bool) and raw.bit_length() > 256:
        return say("a number of many digits")
    try:
        text = str(raw).lower() if isinstance(raw, bool) else repr(raw)
    except (RecursionError, ValueError):
        return say("a value that cannot be shown")
    return text if len(text) <= longest else text[: longest - 3] + "..."


def _as_quantity(raw: Any) -> Quantity:
    if isinstance(raw, Quantity):
        return raw
    if not isinstance(raw, Mapping):
        return Quantity(_number(raw, A_QUANTITY))
    unknown = set(raw) - {"value", "low", "high", "source"}
    if unknown:
        raise ValueError(
            say(
                "has unknown entries {unknown}, a quantity has value, low, high, source",
                unknown=sorted(unknown),
            )
        )
    if "value" not in raw:
        raise ValueError(say("is a table without 'value'"))
    source = raw.get("source", GIVEN)
    if not isinstance(source, str):
        raise ValueError(say("has the source {source}, must be a text", source=shown(source)))
    low, high = (None if raw.get(end) is None else _number(raw[end]) for end in ("low", "high"))
    value = _number(raw["value"])
    if (low is not None and value < low) or (high is not None and value > high):
        raise ValueError(
            say(
                "has the value {value:g} outside its own range {low} to {high}",
                value=value,
                low=low,
                high=high,
            )
        )
    return Quantity(value, low, high, source)


class Named(Mapping[str, Value]):
    """Things by name, frozen; can be pickled and compared."""

    def __init__(self, entries: Mapping[str, Value]) -> None:
        self._entries = dict(entries)

    def __getitem__(self, name: str) -> Value:
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return repr(self._entries)


class Timeline(Mapping[date, Quantity]):
    """Quantities by date, in order; a year as key means its first of January.

    `at(when)` reads it as steps, `between(when)` as straight lines; before the
    first date it has the first value, after the last the last.
    """

    def __init__(self, entries: Mapping[date, Quantity]) -> None:
        self._entries = dict(sorted(entries.items()))
        self._dates = list(self._entries)

    def __getitem__(self, when: date) -> Quantity:
        return self._entries[when]

    def __iter__(self) -> Iterator[date]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Timeline) and self._entries == other._entries

    def __hash__(self) -> int:
        return hash(tuple(self._entries.items()))

    def __repr__(self) -> str:
        return "{" + ", ".join(f"{when}: {value!r}" for when, value in self.items()) + "}"

    def at(self, when: date) -> float:
        """The value in force on a date (steps)."""
        return float(self._entries[self._dates[max(0, bisect_right(self._dates, when) - 1)]])

    def steps(self, days: NDArray[np.datetime64]) -> NDArray[np.float64]:
        """`at` for many days."""
        dates, values = self._arrays()
        return np.asarray(values[np.maximum(0, np.searchsorted(dates, days, side="right") - 1)])

    def lines(self, days: NDArray[np.datetime64]) -> NDArray[np.float64]:
        """`between` for many days."""
        dates, values = self._arrays()
        return np.interp(days.astype(np.int64), dates.astype(np.int64), values)

    def _arrays(self) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
        dates = np.array(self._dates, dtype="datetime64[D]")
        return dates, np.array([float(value) for value in self._entries.values()])

    def between(self, when: date) -> float:
        """The value on a date on the straight line between its neighbours."""
        k = bisect_right(self._dates, when)
        if k == 0 or k == len(self._dates):
            return float(self._entries[self._dates[min(k, len(self._dates) - 1)]])
        before, after = self._dates[k - 1], self._dates[k]
        share = (when - before).days / (after - before).days
        return float(self._entries[before] + share * (self._entries[after] - self._entries[before]))

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _as_timeline,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda timeline: {str(when): float(value) for when, value in timeline.items()}
            ),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        return {
            "type": "object",
            "propertyNames": {"pattern": r"^\d{4}(-\d{2}-\d{2})?$"},
            "additionalProperties": Quantity.__get_pydantic_json_schema__(None, None),
        }


def _as_timeline(raw: Any) -> Timeline:
    if isinstance(raw, Timeline):
        return raw
    if not isinstance(raw, Mapping):
        raise ValueError(
            say("is {raw}, must be a table of years or dates and numbers", raw=shown(raw))
        )
    entries: dict[date, Quantity] = {}
    for key, value in raw.items():
        when = _as_date(key)
        if when in entries:
            raise ValueError(say("gives {when} twice", when=when))
        try:
            entries[when] = _as_quantity(value)
        except ValueError as wrong:
            raise ValueError(say("at {key}: {wrong}", key=key, wrong=wrong)) from None
    return Timeline(entries)


def _as_day(raw: Any) -> date:
    """A date: TOML's own, or a text such as 2021-01-01; nothing with a time of day."""
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    if isinstance(raw, str):
        try:
            return date.fromisoformat(raw)
        except ValueError:
            pass
    raise ValueError(say("is {raw}, must be a date such as 2021-01-01", raw=shown(raw)))


Day = Annotated[date, BeforeValidator(_as_day)]


def _as_date(key: Any) -> date:
    if isinstance(key, date) and not isinstance(key, datetime):
        return key
    text = str(key)
    try:
        when = date(int(text), 1, 1) if len(text) == 4 else date.fromisoformat(text)
    except ValueError:
        raise ValueError(
            say(
                "has the key '{text}', must be a year (2020) or a date (2020-03-17)",
                text=shown(text),
            )
        ) from None
    return when
