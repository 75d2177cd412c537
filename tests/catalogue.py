"""What the code says, read from its source: texts of `say`, and constants of `to_say`."""

from __future__ import annotations

import ast
from pathlib import Path
from string import Formatter

import sim

ROOT = Path(sim.__file__).parent.parent
SAYING = ("say", "to_say")


def said() -> dict[str, str]:
    """Every text that the code says, and the file where it stands."""
    found = {}
    for room in ("sim", "calibration"):
        for path in sorted((ROOT / room).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for text in _texts(tree):
                found[text] = str(path.relative_to(ROOT))
    return found


def _texts(tree: ast.AST) -> list[str]:
    return [
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in SAYING
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    ]


def badly_said() -> list[str]:
    """Calls of `say` on an f-string: its text could not be looked up."""
    return [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for room in ("sim", "calibration")
        for path in sorted((ROOT / room).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in SAYING
        and isinstance(node.args[0], ast.JoinedStr)
    ]


def places(text: str) -> list[str]:
    """The names in braces, in order of the alphabet; each once."""
    return sorted({name for _, name, _, _ in Formatter().parse(text) if name is not None})
