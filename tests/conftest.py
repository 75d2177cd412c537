"""What all tests share; compiled code is never older than what it was compiled from."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import sim
from sim.words import speaking

settings.register_profile(
    "agsim", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("agsim")

PACKAGE = Path(sim.__file__).parent


def sources_of(path: Path, seen: frozenset[Path] = frozenset()) -> list[Path]:
    """The files of `sim` that a file imports from, and those that they import from."""
    found: list[Path] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("sim."):
            module = PACKAGE.joinpath(*node.module.split(".")[1:])
            names = [module / alias.name for alias in node.names]
            found += [each.with_suffix(".py") for each in [module, *names]]
    there = [each for each in found if each.is_file() and each not in seen]
    known = seen | {path, *there}
    return there + [further for each in there for further in sources_of(each, known)]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Tests read English, whatever the locale of whoever runs them."""
    with speaking("en"):
        yield


def pytest_configure() -> None:
    """Commands speak English; numba looks at a file's own date only: callers are compiled anew."""
    os.environ["LC_ALL"] = "C.UTF-8"
    stale = [
        path
        for path in PACKAGE.rglob("compiled*.py")
        if any(each.stat().st_mtime > path.stat().st_mtime for each in sources_of(path))
    ]
    for path in stale:
        path.touch()
