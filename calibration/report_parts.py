"""What sections of the calibration report are made of."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

from calibration.checks.rows import Row
from calibration.words import figure_words
from sim.present.numbers import number

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Section:
    """A section of the report: text, a picture, a table."""

    title: str
    paragraphs: Sequence[str] = ()
    picture: str = ""
    caption: str = ""
    headings: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    text_columns: Sequence[int] = field(default_factory=tuple)


def figure_of(row: Row) -> str:
    """The figure that a row is about, in words."""
    return figure_words(f"{row['measure']} {row['period']}")


def span_of(row: Row) -> list[str]:
    """A figure as observed, and its interval: in the figure's digits."""
    digits = 0 if row["observed"] >= 1000 else 1
    return [number(row[name], digits) for name in ("observed", "low", "median", "high")]


def svg(figure: Figure) -> str:
    """A picture inside the file."""
    written = BytesIO()
    figure.savefig(written, format="svg", metadata={"Date": None})
    return "data:image/svg+xml;base64," + base64.b64encode(written.getvalue()).decode()
