"""A matplotlib figure that notebooks show by itself, without pyplot or a magic line.

Colours are those of Okabe and Ito, told apart by colour-blind readers too.
"""

from __future__ import annotations

from io import BytesIO

from matplotlib.axes import Axes
from matplotlib.figure import Figure

DOTS_PER_INCH = 110
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
BLACK = COLOURS[-1]
STYLES = ("-", "--", ":", "-.")


class Picture(Figure):
    """A figure with a PNG of its own for Jupyter."""

    def _repr_png_(self) -> bytes:
        stored = BytesIO()
        self.savefig(stored, format="png", dpi=DOTS_PER_INCH)
        return stored.getvalue()


def blank(width: float = 8.0, height: float = 4.5, columns: int = 1) -> tuple[Figure, list[Axes]]:
    """An empty figure with axes beside each other."""
    figure = Picture(figsize=(width, height), layout="constrained")
    axes = [figure.add_subplot(1, columns, k + 1) for k in range(columns)]
    for each in axes:
        each.spines[["top", "right"]].set_visible(False)
        each.grid(axis="y", alpha=0.25)
    return figure, axes
