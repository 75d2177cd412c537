"""Scenario files: reading, bases and deltas, and messages for every mistake.

A file is TOML. `base = "name or path"` takes over another file's content, and
what the file says itself is laid over it, key by key. All mistakes are
reported at once, each with file, key, value, what is allowed and the nearest
right thing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from sim import data_files
from sim.errors import InputError, Problem, nearest
from sim.parameters import Quantity
from sim.scenario import Document, Given, Scenario
from sim.territory import departement_codes

LARGEST_FILE_BYTES = 1_000_000


def shipped() -> list[str]:
    """Names of the shipped scenarios."""
    return sorted(path.stem for path in data_files.scenarios().glob("*.toml"))


def load(source: str | Path) -> Scenario:
    """A scenario from a file, or a shipped one by its name.

    Raises `InputError` with every mistake found.
    """
    given = read(find(str(source)))
    return validated(given)


def find(source: str) -> Path:
    """The file that a name or a path stands for."""
    path = Path(source)
    if path.exists():
        return path
    known = data_files.scenarios() / f"{source}.toml"
    if known.is_file():
        return known
    remedy = nearest(path.stem, shipped())
    raise InputError(Problem(source, "", "there is no such scenario file", remedy))


def read(path: Path, seen: tuple[Path, ...] = ()) -> Given:
    """The document of a file laid over that of its base."""
    document = _toml(path)
    name = str(path)
    base = document.pop("base", None)
    if "title" not in document:
        raise InputError(Problem(name, "title", "is missing", "give the scenario a one-line title"))
    own = Given(document, dict.fromkeys(paths(document), name), path.stem)
    if base is None:
        return own
    if not isinstance(base, str):
        raise InputError(
            Problem(name, "base", f"is {base!r}, must be a text", "name a scenario or a file")
        )
    below = read(_base_path(path, base, (*seen, path.resolve())), (*seen, path.resolve()))
    return Given(overlaid(below.document, document), {**below.origins, **own.origins}, path.stem)


def _base_path(path: Path, base: str, seen: tuple[Path, ...]) -> Path:
    beside = path.parent / base
    candidates = [beside, beside.with_name(beside.name + ".toml")]
    found = next((each for each in candidates if each.is_file()), None)
    if found is None:
        try:
            found = find(base)
        except InputError as missing:
            raise InputError(
                Problem(str(path), "base", f"'{base}' does not exist", missing.problems[0].remedy)
            ) from None
    if found.resolve() in seen:
        chain = " → ".join(each.stem for each in (*seen, found))
        raise InputError(
            Problem(str(path), "base", f"goes round in a circle: {chain}", "remove one base")
        )
    return found


def _toml(path: Path) -> Document:
    name = str(path)
    if path.is_dir():
        raise InputError(Problem(name, "", "is a folder", "name a scenario file (.toml)"))
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise InputError(
                Problem(name, "", "is larger than 1 MB", "is this really a scenario file?")
            )
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise InputError(
            Problem(name, "", f"is not UTF-8 (byte {wrong.start})", "save it as UTF-8")
        ) from None
    except OSError as wrong:
        raise InputError(
            Problem(name, "", f"cannot be read: {wrong.strerror}", "check the path and its rights")
        ) from None
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as wrong:
        raise InputError(
            Problem(name, "", f"is not TOML: {wrong}", "see `agsim schema` and the README")
        ) from None


def paths(document: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Dotted paths of everything in a document."""
    for key, value in document.items():
        yield f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from paths(value, f"{prefix}{key}.")


def overlaid(below: Mapping[str, Any], above: Mapping[str, Any]) -> Document:
    """One document laid over another, table by table; values replace values."""
    merged = dict(below)
    for name, value in above.items():
        key = _as_written(name, merged)
        under = merged.get(key)
        if isinstance(value, Mapping) and isinstance(under, Mapping) and "value" not in value:
            merged[key] = overlaid(under, value)
        else:
            merged[key] = value
    return merged


def _as_written(key: str, table: Mapping[str, Any]) -> str:
    """The key as the table has it: 2020 and 2020-01-01 are the same date."""
    year = key.removesuffix("-01-01")
    same = (year, f"{year}-01-01") if len(year) == len("2020") and year.isdigit() else (key,)
    return next((each for each in same if each in table), key)


def nested(changes: Mapping[str, Any]) -> Document:
    """A document from values by dotted path."""
    document: Document = {}
    for path, value in changes.items():
        *tables, last = str(path).split(".")
        place = document
        for table in tables:
            place = place.setdefault(table, {})
            if not isinstance(place, dict):
                raise InputError(Problem("changes", str(path), "goes through a plain value"))
        place[last] = value
    return document


def validated(given: Given) -> Scenario:
    """The scenario of a document, or `InputError` with every mistake."""
    try:
        scenario = Scenario.model_validate(given.document)
    except ValidationError as wrong:
        raise InputError([_problem(error, given) for error in wrong.errors()]) from None
    problems = list(_beyond_types(scenario, given))
    if problems:
        raise InputError(problems)
    return scenario.remembering(given)


def changed(scenario: Scenario, changes: Mapping[str, Any], title: str) -> Scenario:
    """The scenario with values changed by dotted path; see `Scenario.with_`."""
    base, delta = scenario.given, nested(changes)
    document = {**overlaid(base.document, delta), "title": title}
    origins = {**base.origins, **dict.fromkeys(paths(delta), "changes")}
    name = base.name if title == scenario.title else title
    return validated(Given(document, origins, name))


def filled(scenario: Scenario, values: Mapping[str, Any]) -> Scenario:
    """The scenario with values laid *under* what it sets itself."""
    own = scenario.given
    document = overlaid(nested(values), own.document)
    return validated(Given(document, own.origins, own.name))


def _origin(path: str, given: Given) -> str:
    while path:
        if path in given.origins:
            return given.origins[path]
        path = path.rpartition(".")[0]
    return given.name


def _problem(error: Any, given: Given) -> Problem:
    """One pydantic error in words for the author of the file."""
    location = [str(part) for part in error["loc"] if part not in _UNION_BRANCHES]
    path = ".".join(location)
    kind, value = error["type"], error.get("input")
    where = _origin(path, given)
    if kind == "extra_forbidden":
        allowed = _allowed_keys(location[:-1])
        return Problem(where, path, "is not a known key", nearest(location[-1], allowed))
    if kind == "missing":
        return Problem(where, path, "is missing", "add it")
    if kind == "value_error":
        return Problem(where, path, str(error["ctx"]["error"]), _remedy(location))
    if kind == "literal_error":
        return Problem(where, path, f"is {value!r}, must be {error['ctx']['expected']}")
    message = error["msg"][0].lower() + error["msg"][1:]
    return Problem(where, path, f"is {_short(value)}: {message}", _remedy(location))


_UNION_BRANCHES = {"tuple[str, ...]", "literal['all']"}


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _section(location: list[str]) -> type[BaseModel] | None:
    """The section class that a path leads to."""
    section: Any = Scenario
    for name in location:
        if section is None or not hasattr(section, "model_fields"):
            return None
        info = section.model_fields.get(name)
        if info is None:
            return section if section.__name__ == "Shock" else None
        annotation = info.annotation
        if name == "shocks":
            annotation = get_args(annotation)[1]
        section = annotation
    return section if hasattr(section, "model_fields") else None


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
        return info.description or ""
    default = "" if not isinstance(info.default, Quantity) else f", default {info.default!r}"
    return (
        f"{info.description}: from {extra['least']:g} to {extra['most']:g} "
        f"({extra['unit']}{default})"
    )


def _beyond_types(scenario: Scenario, given: Given) -> Iterator[Problem]:
    """What types and bounds cannot say."""
    codes = departement_codes()
    listed = scenario.territory.departements
    where = _origin("territory.departements", given)
    if listed != "all":
        if not listed:
            yield Problem(where, "territory.departements", "is empty", "list codes, or 'all'")
        for code in listed:
            if code not in codes:
                yield Problem(
                    where,
                    "territory.departements",
                    f"'{code}' is no département",
                    nearest(code, codes),
                )
        if len(set(listed)) != len(listed):
            yield Problem(where, "territory.departements", "lists a code twice", "list it once")
    for when in scenario.portfolios.places_from:
        if when.day != 1:
            yield Problem(
                _origin("portfolios.places_from", given),
                f"portfolios.places_from.{when}",
                "is not the first of a month",
                f"places change on the 1st only: {date(when.year, when.month, 1)}",
            )
    history = scenario.portfolios.in_service
    start = scenario.posts.hiring_start
    for when in history:
        if when > start:
            yield Problem(
                _origin("portfolios.in_service", given),
                f"portfolios.in_service.{when}",
                f"is after posts.hiring_start {start}",
                "move hiring_start, or plan posts with posts.later",
            )
    yield from _target_inside(scenario, given)


def _target_inside(scenario: Scenario, given: Given) -> Iterator[Problem]:
    given_keys = given.document.get("target", {})
    year = scenario.target.year
    if (
        isinstance(given_keys, Mapping)
        and "year" in given_keys
        and (year >= scenario.horizon.end.year)
    ):
        yield Problem(
            _origin("target.year", given),
            "target.year",
            f"{year} is not simulated: horizon.end is {scenario.horizon.end}",
            f"set horizon.end to {year + 1}-01-01 or later",
        )


def as_toml_value(text: str) -> Any:
    """The value of `--set path=value`: TOML if it is, else a text."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
