"""Scenario files: reading, bases and deltas, and messages for every mistake.

A file is TOML. `base = "name or path"` takes over another file's content, and
what the file says itself is laid over it, key by key. All mistakes are
reported at once, each with file, key, value, what is allowed and the nearest
right thing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim import data_files
from sim.errors import InputError, Problem, nearest
from sim.library_words import system_words, toml_words
from sim.quantities import shown
from sim.scenario import Document, Given, Scenario
from sim.scenario_mistakes import beyond_types, problem_of
from sim.words import say, to_say

LARGEST_FILE_BYTES = 1_000_000
DEEPEST = 8
A_SCENARIO = to_say("scenario")


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
    if source and _there(path):
        return path
    known = data_files.scenarios() / f"{source}.toml"
    if source and _there(known):
        return known
    remedy = nearest(path.stem[:100], shipped())
    raise InputError(Problem(shown(source, 100), "", say("there is no such scenario file"), remedy))


def _there(path: Path) -> bool:
    """Whether something is at a path; a name that no file can have is not there."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def read(path: Path, seen: tuple[Path, ...] = ()) -> Given:
    """The document of a file laid over that of its base; a title is never taken over."""
    document = toml_document(path)
    file = str(path)
    base = document.pop("base", None)
    own = Given(document, dict.fromkeys(paths(document), file), path.stem, file)
    if base is None:
        return own
    if not isinstance(base, str):
        raise InputError(
            Problem(
                file,
                "base",
                say("is {base}, must be a text", base=shown(base)),
                say("name a scenario or a file"),
            )
        )
    trail = (*seen, path.resolve())
    below = read(_base_path(path, base, trail), trail)
    under = {key: value for key, value in below.document.items() if key != "title"}
    return Given(overlaid(under, document), {**below.origins, **own.origins}, path.stem, file)


def _base_path(path: Path, base: str, seen: tuple[Path, ...]) -> Path:
    beside = (path.parent / base, path.parent / f"{base}.toml")
    found = next((each for each in beside if _there(each) and each.is_file()), None)
    if found is None:
        try:
            found = find(base)
        except InputError as missing:
            told = say("{base} does not exist", base=shown(base, 100))
            raise InputError(Problem(str(path), "base", told, missing.problems[0].remedy)) from None
    if found.is_dir():
        remedy = say("name a scenario or a file")
        raise InputError(Problem(str(path), "base", say("'{base}' is a folder", base=base), remedy))
    if found.resolve() in seen:
        chain = " → ".join(each.stem for each in (*seen, found))
        raise InputError(
            Problem(
                str(path),
                "base",
                say("goes round in a circle: {chain}", chain=chain),
                say("remove one base"),
            )
        )
    return found


def toml_document(path: Path, what: str = A_SCENARIO) -> Document:
    """The table of a TOML file; `InputError` where it is none, too large or too deep."""
    name = str(path)
    if path.is_dir():
        raise InputError(
            Problem(name, "", say("is a folder"), say("name a {what} file (.toml)", what=say(what)))
        )
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise InputError(
                Problem(
                    name,
                    "",
                    say("is larger than 1 MB"),
                    say("is this really a {what} file?", what=say(what)),
                )
            )
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise InputError(
            Problem(
                name,
                "",
                say("is not UTF-8 (byte {start})", start=wrong.start),
                say("save it as UTF-8"),
            )
        ) from None
    except OSError as wrong:
        raise InputError(
            Problem(
                name,
                "",
                say("cannot be read: {why}", why=system_words(wrong)),
                say("check the path and its rights"),
            )
        ) from None
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as wrong:
        told = say("is not TOML: {why}", why=shown(toml_words(wrong), 200))
        raise InputError(
            Problem(name, "", told, say("see `agsim schema` and the README"))
        ) from None
    _not_too_deep(document, name)
    return document


def _not_too_deep(document: Any, name: str) -> None:
    """Refuse what no scenario is, before anything walks through it."""
    level = [document]
    for _ in range(DEEPEST):
        level = [
            inner
            for value in level
            if isinstance(value, (dict, list, tuple))
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
    if any(isinstance(value, (dict, list, tuple)) for value in level):
        told = say("is nested deeper than {deepest} tables", deepest=DEEPEST)
        raise InputError(Problem(name, "", told, say("see `agsim schema` for what goes where")))


def paths(document: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Dotted paths of everything in a document."""
    for key, value in document.items():
        yield f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from paths(value, f"{prefix}{key}.")


def overlaid(below: Mapping[str, Any], above: Mapping[str, Any]) -> Document:
    """One document laid over another, table by table; values replace values."""
    merged = dict(below)
    for given_name, value in above.items():
        name = str(given_name)
        key = _as_written(name, below)
        if key != name and key in above:
            key = name  # written in both ways above: left for the check to tell
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
        if not all((*tables, last)):
            told = say("is not a path such as posts.target")
            raise InputError(Problem("changes", str(path), told, say("remove the empty part")))
        place = document
        for table in tables:
            place = place.setdefault(table, {})
            if not isinstance(place, dict):
                told = say("goes through '{table}', which is given a plain value too", table=table)
                raise InputError(Problem("changes", str(path), told, say("give one of them")))
        place[last] = _own(value)
    return document


def _own(value: Any) -> Any:
    """A copy of a value whose tables can be changed without changing the caller's."""
    if isinstance(value, Mapping):
        return {str(key): _own(inner) for key, inner in value.items()}
    return value


def validated(given: Given) -> Scenario:
    """The scenario of a document, or `InputError` with every mistake."""
    try:
        scenario = Scenario.model_validate(given.document)
    except ValidationError as wrong:
        problems = [problem_of(error, given) for error in wrong.errors()]
        raise InputError([*problems, *_behind(wrong, given)]) from None
    except RecursionError:
        raise InputError(
            Problem(given.file, "", say("refers to itself"), say("write it out"))
        ) from None
    problems = list(beyond_types(scenario, given))
    if problems:
        raise InputError(problems)
    return scenario.remembering(given)


def changed(scenario: Scenario, changes: Mapping[str, Any], title: str) -> Scenario:
    """The scenario with values changed by dotted path; see `Scenario.with_`."""
    if "base" in changes:
        told = say("cannot be changed, only a file has a base")
        raise InputError(Problem("changes", "base", told, say("load that scenario and change it")))
    title = str(changes.get("title", title))
    base, delta = scenario.given, nested(changes)
    _not_too_deep(delta, "changes")
    document = {**overlaid(base.document, delta), "title": title}
    origins = {**base.origins, **dict.fromkeys(paths(delta), "changes")}
    name = base.name if title == scenario.title else title
    return validated(Given(document, origins, name, base.file))


def filled(scenario: Scenario, values: Mapping[str, Any]) -> Scenario:
    """The scenario with values laid *under* what it sets itself."""
    own = scenario.given
    document = overlaid(nested(values), own.document)
    return validated(Given(document, own.origins, own.name, own.file))


def _behind(wrong: ValidationError, given: Given) -> list[Problem]:
    """Mistakes of meaning that mistakes of type would hide: looked for without the latter."""
    document: Document = deepcopy(dict(given.document))
    for error in wrong.errors():
        *tables, last = [str(part) for part in error["loc"]] or ["title"]
        place: Any = document
        for table in tables:
            place = place.get(table, {}) if isinstance(place, dict) else {}
        if isinstance(place, dict):
            place.pop(last, None)
    document.setdefault("title", given.name or "untitled")
    try:
        rest = Scenario.model_validate(document)
    except (ValidationError, RecursionError):
        return []
    return list(beyond_types(rest, replace(given, document=document)))


def as_toml_value(text: str) -> Any:
    """The value of `--set path=value`: TOML if it is, else a text."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return text
