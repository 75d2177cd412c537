"""Batch designs from files: by path or by a shipped one's name, all mistakes told at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim import data_files
from sim.errors import InputError, Problem, nearest
from sim.experiment.batch_design import BatchDesign
from sim.library_words import choices_words, pydantic_words
from sim.quantities import shown
from sim.scenario import Scenario
from sim.scenario_files import load, toml_document
from sim.words import say, to_say

A_DESIGN = to_say("batch design")


def shipped_designs() -> list[str]:
    """Names of the shipped batch designs."""
    return sorted(path.stem for path in data_files.batches().glob("*.toml"))


def find_design(source: str) -> Path:
    """The file that a name or a path stands for; `InputError` where there is none."""
    for path in (Path(source), data_files.batches() / f"{source}.toml"):
        try:
            if source and path.is_file():
                return path
        except (OSError, ValueError):
            continue
    remedy = nearest(Path(source).stem[:100], shipped_designs())
    raise InputError(Problem(shown(source, 100), "", say("there is no such batch design"), remedy))


def load_design(source: str | Path) -> tuple[BatchDesign, Path]:
    """The design of a file (or of a shipped one's name) and where it stands."""
    path = find_design(str(source))
    return checked_design(toml_document(path, A_DESIGN), str(path)), path


def checked_design(document: Mapping[str, Any], where: str) -> BatchDesign:
    """A design from a table; `InputError` with every mistake of it."""
    try:
        return BatchDesign.model_validate(dict(document))
    except ValidationError as wrong:
        # A choice of several kinds of value is told once, not once for each kind.
        told = {_problem(error, where): None for error in wrong.errors()}
        raise InputError(list(told)) from None


def base_scenarios(design: BatchDesign, where: str, beside: Path | None) -> list[Scenario]:
    """The scenarios that a design names, looked for beside its file first."""
    found: list[Scenario] = []
    problems: list[Problem] = []
    for base in design.base:
        if isinstance(base, Scenario):
            found.append(base)
            continue
        near = [] if beside is None else [beside / base, beside / f"{base}.toml"]
        path = next((each for each in near if each.is_file()), None)
        try:
            found.append(load(path or base))
        except InputError as wrong:
            if path is not None:
                problems += wrong.problems
            else:
                problems += [Problem(where, "base", f"{each}") for each in wrong.problems]
    if problems:
        raise InputError(problems)
    return found


def _problem(error: Any, where: str) -> Problem:
    """One pydantic error in words for the author of the design."""
    location = [str(part) for part in error["loc"]]
    key = location[0] if location else ""
    if error["type"] == "extra_forbidden":
        known = list(BatchDesign.model_fields)
        return Problem(where, ".".join(location), say("is not a known key"), nearest(key, known))
    about = say(BatchDesign.model_fields[key].description or "") if key else ""
    if error["type"] == "missing":
        return Problem(where, key, say("is missing"), say("name {about}", about=about))
    told = _message(error, key)
    number = next((int(part) for part in location[1:] if part.isdigit()), None)
    if number is not None:
        told = say("value {number} {told}", number=number + 1, told=told)
    return Problem(where, key, told, about)


def _message(error: Any, key: str) -> str:
    """What is wrong with a value."""
    value = error.get("input")
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    if key == "posts":
        return say("is {given}, must be a whole number or 'today'", given=shown(value))
    if error["type"] == "literal_error":
        return say("is {given}, must be {must}", given=shown(value), must=choices_words(error))
    return say("is {given}: {must}", given=shown(value, 60), must=pydantic_words(error))
