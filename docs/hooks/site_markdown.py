"""Tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def cell(text: object) -> str:
    """A text that may stand in a cell."""
    return str(text).replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows of cells; code in a cell stays as it is."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(each) for each in line) + " |" for line in lines)
