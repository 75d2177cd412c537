"""What decides a number besides its inputs: the code of the model and the libraries.

Whatever is kept under a key that holds this identity is found again only by the program
that would compute the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from sim.experiment import files

HERE = Path(__file__).parent.parent
MODEL = ("flow", "population", "measures", "data")
SHORT = 32


@cache
def code_of(*rooms: str) -> str:
    """A hash of the model's source files, and of those of more rooms or files of `sim`."""
    files = {file for room in (*MODEL, *rooms) for file in _sources(HERE / room)}
    files |= set(_sources(HERE))
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.relative_to(HERE).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def key_of(content: Any, rooms: Iterable[str] = ()) -> str:
    """The key of a result: a hash of what it is made from (as JSON), the code, the libraries.

    rooms: folders of `sim` beside the model's whose code decides it too.
    """
    told = {"content": content, "code": code_of(*sorted(rooms)), "versions": dict(versions())}
    text = json.dumps(told, sort_keys=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:SHORT]


def surroundings() -> str:
    """A hash of the code and the libraries alone: whether another program computes the same."""
    return key_of("surroundings", ("experiment",))


@cache
def versions() -> tuple[tuple[str, str], ...]:
    """Versions of everything that decides the numbers, looked up once."""
    return tuple(files.versions().items())


def _sources(place: Path) -> Iterable[Path]:
    """Source files of a folder itself, or one file."""
    if place.is_file():
        return [place]
    found = [*place.glob("*.py"), *place.glob("*.csv"), *place.glob("*.toml")]
    return [file for file in found if not file.name.startswith("cli")]
