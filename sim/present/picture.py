"""A matplotlib figure that notebooks show by itself, without pyplot or a magic line.

Colours are those of Okabe and Ito, told apart by colour-blind readers too.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import ScalarFormatter

from sim.present.numbers import NARROW_SPACE
from sim.words import language, speaking

DOTS_PER_INCH = 200  # for slides and print: 1 600 across for a figure of 8 inches
SHOWN_PER_INCH = 100
MOST_DOTS = 1920  # across, in a notebook: as a slide is shown
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
BLACK, WHITE = COLOURS[-1], "#FFFFFF"
GREY = "#595959"  # of lines that one compares with, and of what is written beside them
DARK = 0.5  # luminance below which writing is white
STYLES = ("-", "--", ":", "-.")
BESIDE_DOTS = ("-", "--", "-.")  # where what one compares with is dotted
THOUSANDS = re.compile(r"(?<=\d)(?=(?:\d{3})+$)")


class Picture(Figure):
    """A figure with a PNG of its own for Jupyter; its ticks keep the language it was made in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._spoken = language()

    def draw(self, renderer: Any) -> None:
        """Draw it: ticks are written only now, whatever is spoken by then."""
        with speaking(self._spoken):
            super().draw(renderer)

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        """A PNG fit for a slide when copied, and how large Jupyter shows it."""
        stored, inches = BytesIO(), self.get_size_inches()
        self.savefig(stored, format="png", dpi=min(DOTS_PER_INCH, MOST_DOTS / max(inches)))
        wide, high = (round(each * SHOWN_PER_INCH) for each in inches)
        return stored.getvalue(), {"width": wide, "height": high}


class Decimals(ScalarFormatter):
    """Ticks as matplotlib writes them; in French with thousands apart and a decimal comma."""

    def __call__(self, value: float, pos: int | None = None) -> str:
        """The tick's text."""
        text = super().__call__(value, pos)
        if language() == "en":
            return text
        whole, point, rest = text.partition(".")
        return THOUSANDS.sub(NARROW_SPACE, whole) + point.replace(".", ",") + rest


def decimals(*axes: Axis) -> None:
    """Let these axes write their ticks in the language of the figure."""
    for each in axes:
        each.set_major_formatter(Decimals())


def blank(width: float = 8.0, height: float = 4.5, columns: int = 1) -> tuple[Figure, list[Axes]]:
    """An empty figure with axes beside each other."""
    figure = Picture(figsize=(width, height), layout="constrained")
    axes = [figure.add_subplot(1, columns, k + 1) for k in range(columns)]
    for each in axes:
        each.spines[["top", "right"]].set_visible(False)
        each.grid(axis="y", alpha=0.25)
    return figure, axes


def writing_on(colour: str, dark: str = BLACK) -> str:
    """What one reads on a colour: white where it is dark, else `dark`."""
    from matplotlib.colors import to_rgb

    luminance = float(np.dot(to_rgb(colour), (0.2126, 0.7152, 0.0722)))
    return WHITE if luminance < DARK else dark
