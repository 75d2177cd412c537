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


def sources_of(path: Path) -> list[Path]:
    """The files of `sim` that a file imports from."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("sim."):
            module = PACKAGE.joinpath(*node.module.split(".")[1:])
            names = [module / alias.name for alias in node.names]
            found += [each.with_suffix(".py") for each in [module, *names]]
    return [each for each in found if each.is_file()]


def pytest_configure() -> None:
    """numba looks at a file's own date only: a caller of what changed is compiled anew."""
    for path in PACKAGE.rglob("compiled*.py"):
        newest = max((each.stat().st_mtime for each in sources_of(path)), default=0.0)
        if newest > path.stat().st_mtime:
            path.touch()
