"""What a parameter is: declared once, with a meaning, a unit, bounds, a range and a source.

Each is a field of a section of the scenario (`sim/sections.py`, `sim/levers.py`),
declared with `quantity(...)` or `timeline(...)`; the register of all of them
follows from the declarations.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from sim.quantities import GIVEN, Quantity, Timeline
from sim.words import say

ASSUMPTION = "assumption"
FITTED = "fitted"
POSTERIOR = "posterior"
DECISION = "decision"
DOCUMENT = "document"
UNSET = "unset"


class Section(BaseModel):
    """A frozen group of parameters; unknown keys are refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_default=False, arbitrary_types_allowed=True
    )

    @field_validator("*", mode="after")
    @classmethod
    def _within_bounds(cls, value: Any, info: ValidationInfo) -> Any:
        declared = declaration(cls, info.field_name or "")
        if not declared:
            return value
        if isinstance(value, Quantity):
            return _bounded(value, declared)
        if isinstance(value, Timeline):
            return Timeline({when: _bounded(entry, declared) for when, entry in value.items()})
        return value


def _bounded(value: Quantity, declared: Mapping[str, Any]) -> Quantity:
    least, most, unit = declared["least"], declared["most"], declared["unit"]
    for number in (value, value.low, value.high):
        if number is not None and not least <= number <= most:
            raise ValueError(
                say(
                    "is {number:g}, must be from {least:g} to {most:g} ({unit})",
                    number=number,
                    least=least,
                    most=most,
                    unit=say(unit),
                )
            )
    if declared.get("whole") and not float(value).is_integer():
        raise ValueError(
            say("is {value:g}, must be a whole number ({unit})", value=float(value), unit=say(unit))
        )
    return value


def declaration(section: type[BaseModel], field: str) -> Mapping[str, Any]:
    """Unit, bounds and reason declared for a field; empty for other fields."""
    info = section.model_fields.get(field)
    extra = info.json_schema_extra if info else None
    return extra if isinstance(extra, dict) and "unit" in extra else {}


def quantity(
    value: float | None,
    what: str,
    *,
    unit: str,
    bounds: tuple[float, float],
    span: tuple[float, float] | None = None,
    source: str,
    whole: bool = False,
) -> Any:
    """Declare a parameter: default value, meaning, unit, bounds, range, source.

    `bounds` are what makes sense at all (outside is an error); `span` is the
    range in which the true value is thought to lie. `source` is a document, or
    starts with the word *assumption* and gives the reason. A default of None
    makes the parameter optional.
    """
    low, high = span or (None, None)
    default = None if value is None else Quantity(value, low, high, source)
    extra: dict[str, Any] = {
        "unit": unit,
        "least": bounds[0],
        "most": bounds[1],
        "whole": whole,
        "source": source,
    }
    return Field(default=default, description=what, json_schema_extra=extra)


def timeline(what: str, *, unit: str, bounds: tuple[float, float], source: str) -> Any:
    """Declare a parameter given by date; empty by default."""
    extra: dict[str, Any] = {
        "unit": unit,
        "least": bounds[0],
        "most": bounds[1],
        "source": source,
    }
    return Field(default=Timeline({}), description=what, json_schema_extra=extra)


class Entry(BaseModel):
    """A line of the register of parameters and assumptions."""

    model_config = ConfigDict(frozen=True)
    path: str
    value: str
    low: float | None = None
    high: float | None = None
    unit: str
    kind: str
    source: str
    what: str


def kind_of(source: str) -> str:
    """Sort a source: assumption, fitted, posterior, decision, or a document (observed)."""
    head = source.strip().lower()
    for kind in (ASSUMPTION, FITTED, POSTERIOR, DECISION):
        if head.startswith(kind):
            return kind
    return GIVEN if head == GIVEN else DOCUMENT


def register(section: BaseModel, prefix: str = "") -> list[Entry]:
    """Every parameter below a section, in order, with its unit and source."""
    entries: list[Entry] = []
    for name, info in type(section).model_fields.items():
        value, path = getattr(section, name), f"{prefix}{name}"
        declared = declaration(type(section), name)
        if isinstance(value, BaseModel):
            entries += register(value, path + ".")
        elif isinstance(value, Mapping) and not isinstance(value, Timeline):
            for key, inner in value.items():
                entries += register(inner, f"{path}.{key}.")
        elif isinstance(value, Timeline) and declared:
            entries += _timeline_entries(value, path, declared, info.description or "")
        elif declared:
            source = value.source if isinstance(value, Quantity) else str(declared["source"])
            entries.append(
                Entry(
                    path=path,
                    value=UNSET if value is None else f"{float(value):g}",
                    low=getattr(value, "low", None),
                    high=getattr(value, "high", None),
                    unit=declared["unit"],
                    kind=kind_of(source),
                    source=source,
                    what=info.description or "",
                )
            )
    return entries


def _timeline_entries(
    value: Timeline, path: str, declared: Mapping[str, Any], what: str
) -> list[Entry]:
    source = str(declared["source"])
    if not value:
        unit, kind = declared["unit"], kind_of(source)
        return [Entry(path=path, value=UNSET, unit=unit, kind=kind, source=source, what=what)]
    return [
        Entry(
            path=f"{path}.{when}",
            value=f"{float(entry):g}",
            low=entry.low,
            high=entry.high,
            unit=declared["unit"],
            kind=kind_of(entry.source),
            source=entry.source,
            what=what,
        )
        for when, entry in value.items()
    ]
