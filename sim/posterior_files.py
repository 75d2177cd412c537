"""Reading a posterior sample: draws.csv and manifest.toml, and messages for every mistake.

draws.csv has one row a draw: `draw` (0, 1, …), `weight` (they sum to 1), `reading`,
diagnostics whose names begin with `is_`, and a column for each parameter, named by its
path in a scenario. manifest.toml says of each parameter what decided its values.
"""

from __future__ import annotations

import csv
import hashlib
import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from sim.errors import InputError, Problem, nearest
from sim.library_words import csv_words, system_words, toml_words
from sim.parameters import declaration
from sim.posterior import KINDS, PRIOR, SHAPES, SHOCKS, Parameter, Posterior, Range
from sim.quantities import Timeline, shown
from sim.reading_fits import readings
from sim.scenario import Scenario
from sim.scenario_files import load
from sim.sections import Shock
from sim.territory import joined, parted
from sim.words import say, to_say

Floats = NDArray[np.float64]

DRAWS_FILE, MANIFEST_FILE = "draws.csv", "manifest.toml"
FIRST_COLUMNS = ("draw", "weight", "reading")
DIAGNOSTIC = "is_"
OPEN_TIMELINES = (
    "orientations.per_year",
    "entry.process_delay_days",
    "parcours.duration_days",
)
ANEW = to_say("make the sample anew with `agsim calibrate`")
OFF_ONE = 1e-4  # weights are written with six digits


@dataclass(frozen=True)
class Table:
    """A CSV file: header, rows of text, and the line on which each row stands."""

    file: str
    header: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    lines: Sequence[int]

    def column(self, name: str) -> list[str]:
        """The texts of a column."""
        k = self.header.index(name)
        return [row[k].strip() for row in self.rows]


def read(folder: Path) -> Posterior:
    """The posterior sample of a folder; `InputError` with every mistake found."""
    if not folder.is_dir():
        told = say("is no folder") if folder.exists() else say("there is no such folder")
        raise InputError(
            Problem(
                "posterior", str(folder), told, say("name its folder, or {anew}", anew=say(ANEW))
            )
        )
    content = _content(folder / DRAWS_FILE)
    table = _table(str(folder / DRAWS_FILE), content)
    manifest = _manifest(folder / MANIFEST_FILE)
    history = _history(str(folder / MANIFEST_FILE), manifest)
    problems: list[Problem] = []
    parameters = _parameters(table, manifest, history, str(folder / MANIFEST_FILE), problems)
    diagnostics = [name for name in table.header if name.startswith(DIAGNOSTIC)]
    numbers = {
        name: _numbers(table, name, problems)
        for name in ("draw", "weight", *diagnostics, *(each.path for each in parameters))
    }
    problems += _in_bounds(table, parameters, numbers)
    problems += _of_a_place(str(folder / MANIFEST_FILE), manifest)
    problems += _well_formed(table, numbers)
    if problems:
        raise InputError(problems)
    return Posterior(
        folder=folder,
        fingerprint=hashlib.sha256(content).hexdigest(),
        scenario=str(manifest["scenario"]),
        scenario_fingerprint=str(manifest.get("scenario_fingerprint", "")),
        place=str(manifest.get("place", "")),
        targets=tuple(str(each) for each in manifest.get("targets", ())),
        parameters=tuple(parameters),
        values=np.stack([numbers[each.path] for each in parameters], axis=1),
        weights=numbers["weight"] / numbers["weight"].sum(),
        readings=tuple(table.column("reading")),
        diagnostics={name: numbers[name] for name in diagnostics},
    )


def _content(path: Path) -> bytes:
    """The bytes of a file of the sample."""
    try:
        return path.read_bytes()
    except OSError as wrong:
        raise InputError(
            Problem(str(path), "", say("cannot be read: {why}", why=system_words(wrong)), say(ANEW))
        ) from None


def _text(file: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise InputError(
            Problem(file, "", say("is not UTF-8 (byte {start})", start=wrong.start), say(ANEW))
        ) from None


def _table(file: str, content: bytes) -> Table:
    """The rows of draws.csv; each as long as the header, each name once."""
    reader = csv.reader(_text(file, content).splitlines())
    try:
        read_rows = [(reader.line_num, row) for row in reader if row]
    except csv.Error as wrong:
        raise InputError(
            Problem(file, "", say("is not CSV: {why}", why=csv_words(wrong)), say(ANEW))
        ) from None
    if len(read_rows) < 2:
        raise InputError(Problem(file, "", say("has no draws"), say(ANEW)))
    header = tuple(name.strip() for name in read_rows[0][1])
    problems = [
        Problem(file, name, say("is there twice as a column"), say("keep one of the two"))
        for name in dict.fromkeys(header)
        if header.count(name) > 1
    ]
    problems += [
        Problem(file, name, say("is missing as a column"), say(ANEW))
        for name in FIRST_COLUMNS
        if name not in header
    ]
    problems += [
        Problem(
            file,
            say("line {line}", line=line),
            say("has {row} cells, the header {header}", row=len(row), header=len(header)),
            say(ANEW),
        )
        for line, row in read_rows[1:]
        if len(row) != len(header)
    ][:3]
    if problems:
        raise InputError(problems)
    lines, rows = zip(*read_rows[1:], strict=True)
    return Table(file, header, rows, lines)


def _manifest(path: Path) -> Mapping[str, Any]:
    file = str(path)
    try:
        manifest = tomllib.loads(_text(file, _content(path)))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as wrong:
        if isinstance(wrong, InputError):
            raise
        raise InputError(
            Problem(
                file, "", say("is not TOML: {why}", why=shown(toml_words(wrong), 200)), say(ANEW)
            )
        ) from None
    problems = []
    if not isinstance(manifest.get("scenario"), str):
        problems.append(
            Problem(file, "scenario", say("is missing: the history that was calibrated"), say(ANEW))
        )
    if not isinstance(manifest.get("parameters"), Mapping):
        problems.append(Problem(file, "parameters", say("is missing as a table"), say(ANEW)))
    if problems:
        raise InputError(problems)
    return manifest


def _of_a_place(file: str, manifest: Mapping[str, Any]) -> Iterator[Problem]:
    """Codes of départements, those of several in their order: '08+52'; nothing for the country."""
    place = str(manifest.get("place", ""))
    if joined(parted(place)) != place:
        told = say("is {place}, must be codes of départements such as 52 or 08+52",
                   place=shown(place))  # fmt: skip
        yield Problem(file, "place", told, say(ANEW))


def _history(file: str, manifest: Mapping[str, Any]) -> Scenario:
    """The scenario that was calibrated: its parameters are those that a draw may have."""
    try:
        return load(str(manifest["scenario"]))
    except InputError as wrong:
        raise InputError(
            Problem(
                file,
                "scenario",
                say("cannot be used: {wrong}", wrong=wrong),
                wrong.problems[0].remedy,
            )
        ) from None


def _parameters(
    table: Table,
    manifest: Mapping[str, Any],
    history: Scenario,
    file: str,
    problems: list[Problem],
) -> list[Parameter]:
    """The parameters in the order of their columns; known paths, in both files."""
    columns = [
        name
        for name in table.header
        if name not in FIRST_COLUMNS and not name.startswith(DIAGNOSTIC)
    ]
    told: Mapping[str, Any] = manifest["parameters"]
    found = []
    for path in columns:
        owner = _owner(path, history)
        if owner is None:
            remedy = nearest(path, _known(history)) or say(ANEW)
            problems.append(Problem(table.file, path, say("is no parameter of a scenario"), remedy))
        elif path not in told:
            remedy = say('write [parameters."{path}"] with its kind', path=path)
            problems.append(Problem(file, f"parameters.{path}", say("is missing"), remedy))
        else:
            found.append(_parameter(path, owner, told[path], file, problems))
    for path in told:
        if path not in columns:
            remedy = nearest(path, columns) or say(ANEW)
            problems.append(Problem(table.file, path, say("is missing as a column"), remedy))
    for timeline in OPEN_TIMELINES:
        if not any(path.startswith(f"{timeline}.") for path in columns):
            problems.append(
                Problem(table.file, f"{timeline}.YEAR", say("is missing as a column"), say(ANEW))
            )
    return found


def _parameter(path: str, owner: str, told: Any, file: str, problems: list[Problem]) -> Parameter:
    """A parameter as the manifest tells of it."""
    key = f"parameters.{path}"
    kind = told.get("kind") if isinstance(told, Mapping) else None
    if kind not in KINDS:
        problems.append(
            Problem(
                file, f"{key}.kind", say("is {kind}", kind=shown(kind)), nearest(str(kind), KINDS)
            )
        )
        return Parameter(path, "", owner)
    if kind != PRIOR:
        return Parameter(path, kind, owner)
    shape = told.get("shape")
    if shape not in SHAPES:
        problems.append(
            Problem(
                file,
                f"{key}.shape",
                say("is {shape}", shape=shown(shape)),
                nearest(str(shape), SHAPES),
            )
        )
        return Parameter(path, kind, owner)
    ends = [told.get(name) for name in ("low", "central", "high")]
    if not all(isinstance(end, (int, float)) for end in ends) or not ends[0] <= ends[1] <= ends[2]:
        said = say("low, central, high are {ends}", ends=", ".join(shown(end) for end in ends))
        problems.append(Problem(file, key, said, say("must be numbers in this order")))
        return Parameter(path, kind, owner)
    return Parameter(path, kind, owner, Range(shape, *(float(end) for end in ends)))


def _owner(path: str, history: Scenario) -> str | None:
    """The path that a scenario sets to decide this one; None where it is no parameter."""
    declared, owner, when = _declared(path)
    if not declared:
        return None
    if path.startswith(f"{SHOCKS}.") and path.split(".")[1] not in history.shocks:
        return None
    return owner if when is None or _is_date(when) else None


def _is_date(text: str) -> bool:
    """Whether a key of a timeline is a year or a date."""
    try:
        date.fromisoformat(f"{text}-01-01" if len(text) == len("2020") else text)
    except ValueError:
        return False
    return True


def _declared(path: str) -> tuple[Mapping[str, Any], str, str | None]:
    """What is declared of the parameter at a path, the parameter's path, the date after it."""
    section: type[BaseModel] = Scenario
    parts = path.split(".")
    for k, name in enumerate(parts):
        info = section.model_fields.get(name)
        if info is None:
            break
        declared = declaration(section, name)
        if declared:
            dates = parts[k + 1 :]
            timeline = isinstance(info.default, Timeline)
            if len(dates) == timeline:
                return declared, ".".join(parts[: k + 1]), dates[0] if timeline else None
            break
        if section is Scenario and name == SHOCKS and len(parts) == 3:
            return declaration(Shock, parts[2]), path, None
        if not isinstance(info.annotation, type) or not issubclass(info.annotation, BaseModel):
            break
        section = info.annotation
    return {}, path, None


def _known(history: Scenario) -> Iterable[str]:
    """Paths that a draw may have, to find the nearest."""
    paths = [entry.path for entry in history.register]
    return [*paths, *(f"{timeline}.2020" for timeline in OPEN_TIMELINES)]


def _numbers(table: Table, name: str, problems: list[Problem]) -> Floats:
    """A column as numbers; the first text that is none is told."""
    found = np.full(len(table.rows), np.nan)
    for k, text in enumerate(table.column(name)):
        try:
            found[k] = float(text)
        except ValueError:
            found[k] = math.nan
        if math.isnan(found[k]) and name.startswith(DIAGNOSTIC) and text.lower() == "nan":
            continue
        if not math.isfinite(found[k]):
            told = say(
                "is {text} on line {line}, must be a finite number",
                text=shown(text),
                line=table.lines[k],
            )
            problems.append(Problem(table.file, name, told, say(ANEW)))
            break
    return found


def _in_bounds(
    table: Table, parameters: Sequence[Parameter], numbers: Mapping[str, Floats]
) -> Iterator[Problem]:
    for each in parameters:
        declared, _, _ = _declared(each.path)
        values, least, most = numbers[each.path], declared["least"], declared["most"]
        outside = np.flatnonzero((values < least) | (values > most))
        if len(outside):
            line = table.lines[outside[0]]
            told = say(
                "is {value:g} on line {line}, must be from {least:g} to {most:g} ({unit})",
                value=values[outside[0]],
                line=line,
                least=least,
                most=most,
                unit=say(declared["unit"]),
            )
            yield Problem(table.file, each.path, told, say(ANEW))


def _well_formed(table: Table, numbers: Mapping[str, Floats]) -> Iterator[Problem]:
    """Draws in order, weights of a distribution, labels that are readings."""
    if not np.array_equal(numbers["draw"], np.arange(len(table.rows))):
        yield Problem(
            table.file, "draw", say("does not count 0, 1, 2, … from row to row"), say(ANEW)
        )
    weights = numbers["weight"]
    if (weights < 0).any():
        yield Problem(
            table.file,
            "weight",
            say("is {weight:g}, must not be negative", weight=weights.min()),
            say(ANEW),
        )
    elif abs(weights.sum() - 1) > OFF_ONE:
        yield Problem(
            table.file,
            "weight",
            say("sums to {sum:.6g}, must sum to 1", sum=weights.sum()),
            say(ANEW),
        )
    for label in dict.fromkeys(table.column("reading")):
        if label not in readings():
            remedy = nearest(label, readings())
            yield Problem(
                table.file,
                "reading",
                say("has '{label}', no known reading", label=shown(label)),
                remedy,
            )
