"""A matplotlib figure that notebooks show by itself, without pyplot or a magic line."""

from __future__ import annotations

from io import BytesIO

from matplotlib.figure import Figure

DOTS_PER_INCH = 110


class Picture(Figure):
    """A figure with a PNG of its own for Jupyter."""

    def _repr_png_(self) -> bytes:
        stored = BytesIO()
        self.savefig(stored, format="png", dpi=DOTS_PER_INCH)
        return stored.getvalue()
