"""What all tests share; compiled code is never older than what it was compiled from."""

from __future__ import annotations

import ast
from pathlib import Path

from hypothesis import HealthCheck, settings

import sim

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


def pytest_configure() -> None:
    """numba looks at a file's own date only: a caller of what changed is compiled anew."""
    stale = [
        path
        for path in PACKAGE.rglob("compiled*.py")
        if any(each.stat().st_mtime > path.stat().st_mtime for each in sources_of(path))
    ]
    for path in stale:
        path.touch()
