"""Mistakes in scenarios, in words for the author of the file.

`problem_of` says one error of types or bounds, `beyond_types` finds what those cannot say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel

from sim.errors import Problem, nearest
from sim.library_words import choices_words, pydantic_words
from sim.quantities import Quantity, shown
from sim.scenario import Given, Scenario
from sim.sections import Shock
from sim.words import say


def _origin(path: str, given: Given) -> str:
    while path:
        if path in given.origins:
            return given.origins[path]
        path = path.rpartition(".")[0]
    return given.file


def problem_of(error: Any, given: Given) -> Problem:
    """One pydantic error in words for the author of the file."""
    location = [str(part) for part in error["loc"]]
    path = ".".join(location)
    kind, value = error["type"], error.get("input")
    where = _origin(path, given)
    if kind == "extra_forbidden":
        allowed = _allowed_keys(location[:-1])
        return Problem(where, path, say("is not a known key"), nearest(location[-1], allowed))
    if kind == "missing":
        return Problem(where, path, say("is missing"), _remedy(location) or say("add it"))
    if kind == "value_error":
        return Problem(where, path, str(error["ctx"]["error"]), _remedy(location))
    if kind == "literal_error":
        must = choices_words(error)
        return Problem(
            where, path, say("is {given}, must be {must}", given=shown(value), must=must)
        )
    if kind in {"model_type", "model_attributes_type", "dict_type", "mapping_type"}:
        told = say("is {given}, must be a table", given=shown(value))
        return Problem(where, path, told, say("write [{path}] and its values below it", path=path))
    told = say("is {given}: {must}", given=shown(value, 60), must=pydantic_words(error))
    return Problem(where, path, told, _remedy(location))


def _section(location: list[str]) -> type[BaseModel] | None:
    """The section class that a path leads to; any name below `shocks` leads to a shock."""
    section: type[BaseModel] = Scenario
    names = iter(location)
    for name in names:
        info = section.model_fields.get(name)
        if info is None:
            return None
        inner = info.annotation
        if name == "shocks" and section is Scenario:
            inner = Shock if next(names, None) is not None else None
        if not isinstance(inner, type) or not issubclass(inner, BaseModel):
            return None
        section = inner
    return section


def _allowed_keys(location: list[str]) -> list[str]:
    section = _section(location)
    names = list(section.model_fields) if section else []
    return [*names, "base"] if not location else names


def _remedy(location: list[str]) -> str:
    """Unit, bounds and default of the parameter at a path, if it is one."""
    section = _section(location[:-1]) if location else None
    info = section.model_fields.get(location[-1]) if section else None
    if info is None:
        return ""
    extra = info.json_schema_extra
    if not isinstance(extra, dict) or "unit" not in extra:
        return say(info.description or "")
    about: dict[str, Any] = {
        "what": say(info.description or ""),
        "least": extra["least"],
        "most": extra["most"],
        "unit": say(str(extra["unit"])),
    }
    if isinstance(info.default, Quantity):
        default = repr(info.default)
        return say(
            "{what}: from {least:g} to {most:g} ({unit}, default {default})",
            **about,
            default=default,
        )
    return say("{what}: from {least:g} to {most:g} ({unit})", **about)


def beyond_types(scenario: Scenario, given: Given) -> Iterator[Problem]:
    """What types and bounds cannot say."""
    for when in scenario.portfolios.places_from:
        if when.day != 1:
            yield Problem(
                _origin("portfolios.places_from", given),
                f"portfolios.places_from.{when}",
                say("is not the first of a month"),
                say("places change on the 1st only: {date}", date=date(when.year, when.month, 1)),
            )
    history = scenario.portfolios.in_service
    start = scenario.posts.hiring_start
    for when in history:
        if when > start:
            yield Problem(
                _origin("portfolios.in_service", given),
                f"portfolios.in_service.{when}",
                say("is after posts.hiring_start {start}", start=start),
                say("move hiring_start, or plan posts with posts.later"),
            )
    yield from _target_inside(scenario, given)


def _target_inside(scenario: Scenario, given: Given) -> Iterator[Problem]:
    given_keys = given.document.get("target", {})
    year = scenario.target.year
    simulated = range(scenario.horizon.opening.year, scenario.horizon.end.year)
    if isinstance(given_keys, Mapping) and "year" in given_keys and year not in simulated:
        yield Problem(
            _origin("target.year", given),
            "target.year",
            say(
                "{year} is not simulated: the horizon goes from {opening} to {end}",
                year=year,
                opening=scenario.horizon.opening,
                end=scenario.horizon.end,
            ),
            say(
                "let the horizon hold {year}, for example horizon.end = {after}-01-01",
                year=year,
                after=year + 1,
            ),
        )
