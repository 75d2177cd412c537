"""Text tables, the same in the terminal, in files and in notebooks."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import pairwise

from sim.present.numbers import NARROW_SPACE, SPACE

WIDTH = 108
NARROW = 100
BETWEEN_COLUMNS = 3
# rich breaks lines at no-break spaces too: it is shown others, of the same width.
NO_BREAK = str.maketrans({SPACE: "\ue000", NARROW_SPACE: "\ue001"})
AS_IT_WAS = {ord(shown): chr(meant) for meant, shown in NO_BREAK.items()}


def wrapped(text: str, mark: str = "") -> str:
    """A paragraph in lines of text; with a mark before the first, the others below it."""
    from textwrap import fill

    return fill(text, width=NARROW, initial_indent=mark, subsequent_indent=" " * len(mark))


def _kept(text: str) -> str:
    return text.translate(NO_BREAK)


@dataclass(frozen=True)
class Table:
    """Rows of text under headings; a row with an empty body is a sub-heading."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""

    def text(self) -> str:
        """As aligned plain text."""
        from rich import box
        from rich.console import Console
        from rich.table import Table as RichTable
        from rich.text import Text

        drawn = RichTable(
            title=Text(_kept(self.title)) if self.title else None,
            title_justify="left",
            title_style="bold",
            box=box.SIMPLE_HEAD,
            pad_edge=False,
            caption=Text(_kept(self.note)) if self.note else None,
            caption_justify="left",
        )
        for k, heading in enumerate(self.headings):
            drawn.add_column(Text(_kept(heading)), justify="left" if k == 0 else "right")
        for row in self.rows:
            drawn.add_row(*(Text(_kept(cell)) for cell in row))
        console = Console(file=StringIO(), width=WIDTH, color_system=None)
        console.print(drawn)
        assert isinstance(console.file, StringIO)
        lines = console.file.getvalue().translate(AS_IT_WAS).splitlines()
        return "\n".join(line.rstrip() for line in lines).strip("\n")

    def html(self) -> str:
        """As an HTML table."""

        def cells(row: Sequence[str], tag: str) -> str:
            left = ' style="text-align:left;white-space:pre"'
            return "".join(
                f"<{tag}{left if k == 0 else ''}>{html.escape(cell)}</{tag}>"
                for k, cell in enumerate(row)
            )

        head = f"<tr>{cells(self.headings, 'th')}</tr>"
        body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in self.rows)
        title = f"<caption><b>{html.escape(self.title)}</b></caption>" if self.title else ""
        note = f"<p>{html.escape(self.note)}</p>" if self.note else ""
        return f"<table>{title}<thead>{head}</thead><tbody>{body}</tbody></table>{note}"


def in_blocks(
    title: str, headings: Sequence[str], rows: Sequence[Sequence[str]], width: int = NARROW
) -> list[Table]:
    """A table with wide cells as tables below each other, none wider than `width`.

    The first column is repeated; the others are spread evenly, in their order.
    """
    columns = range(1, len(headings))
    widths = [max(len(row[k]) for row in (headings, *rows)) for k in range(len(headings))]

    def fits(some: Sequence[int]) -> bool:
        return sum(widths[k] + BETWEEN_COLUMNS for k in (0, *some)) <= width

    def spread(count: int) -> list[list[int]]:
        ends = [len(columns) * k // count for k in range(count + 1)]
        return [list(columns[a:b]) for a, b in pairwise(ends)]

    blocks = next(
        (found for count in columns if all(map(fits, found := spread(count)))),
        [[k] for k in columns],
    )
    return [
        Table(
            "" if k else title,
            [headings[0], *(headings[c] for c in block)],
            [[row[0], *(row[c] for c in block)] for row in rows],
        )
        for k, block in enumerate(blocks)
    ]
