"""A map of France: départements coloured by a value, numbers in classes; one map or three.

The five overseas départements are labelled tiles; Paris and its neighbours stand once more
enlarged. Whatever a reader must know to read the picture stands on it. It has the shape of a
slide (16:9), and its writing is large enough for one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.present.map_shapes import (
    INK,
    MARK_WIDTH,
    MISSING,
    NO_VALUE,
    SMALL,
    draw,
    write_codes,
)
from sim.present.outlines import CREDIT
from sim.present.picture import WHITE, Picture
from sim.territory import departement_codes
from sim.words import say

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]

WIDTH, HEIGHT = 12.8, 7.2
MAP_AT: Box = (0.01, 0.045, 0.60, 0.825)
BESIDE = 0.635  # where the column beside the map begins
PANELS_AT: Box = (0.005, 0.315, 0.33, 0.47)
MOST_CLASSES = 6
DIGITS = 2  # of the limits of classes
ROUND_WIDTHS = (1, 2, 3, 4, 5)  # of classes of one width, times powers of ten
PALE, DEEP, LARGEST_STEP = 0.03, 0.97, 0.25  # of the colour map
SCALE = "viridis_r"
TAG_COLOUR = "#B03A00"
TITLE, SUBTITLE, HEADING, TAG, LEGEND, NOTE, CREDITS = 17, 11.5, 10, 11, 11, 9.5, 8  # points


@dataclass(frozen=True)
class Classes:
    """Numbers in classes: the limits between them, rising; one class more than limits."""

    limits: tuple[float, ...]

    @classmethod
    def of(cls, values: Floats, step: float = 0.0) -> Classes:
        """At most six classes of about as many places each.

        Where the limits of these were less than a step apart, or the same to two digits, classes
        of one width instead, of a step or more: then a place that stands out is seen.
        """
        known = values[np.isfinite(values)]
        if not len(known) or known.max() - known.min() <= step:
            return cls(())
        low, high = float(known.min()), float(known.max())
        inner = np.quantile(known, np.arange(1, MOST_CLASSES) / MOST_CLASSES)
        rounded = sorted({_rounded(float(each)) for each in inner})
        limits = tuple(each for each in rounded if low < each <= high)
        narrow = any(after - before < step for before, after in pairwise(limits))
        lost = len(limits) < 2 < len(set(known.tolist()))  # to rounding: all is near one number
        if not (narrow or lost):
            return cls(limits)
        return cls(_even(low, high, max(step, (high - low) / MOST_CLASSES)))

    def number(self, value: float) -> int:
        """Which class a value is in: a limit belongs to the class above it."""
        return int(np.searchsorted(self.limits, value, side="right"))

    def labels(self, write: Callable[[float], str]) -> list[str]:
        """What the legend says of each class."""
        if not self.limits:
            return [say("everywhere alike")]
        told = [write(each) for each in self.limits]
        between = [say("{low} to {high}", low=low, high=high) for low, high in pairwise(told)]
        return [
            say("below {limit}", limit=told[0]),
            *between,
            say("{limit} and more", limit=told[-1]),
        ]


@dataclass(frozen=True)
class Look:
    """What stands on a map beside its colours.

    write: how a number is written. limits: of the classes, the same whatever the values; without
    them by the values, at least `step` apart. tag: in a box on the picture, for what must not be
    overlooked. notes: beside the map. marked: sets of codes with a thick line around each, and
    `mark`, what it means.
    """

    title: str
    legend: str
    subtitle: str = ""
    write: Callable[[float], str] = str
    limits: tuple[float, ...] = ()
    step: float = 0.0
    tag: str = ""
    notes: Sequence[str] = ()
    marked: Sequence[Sequence[str]] = ()
    mark: str = ""


def map_figure(values: pd.DataFrame, look: Look) -> Figure:
    """A map of columns `place` (a code) and `value`; places without a value are hatched.

    Raises `ValueError` for a place that is no département or stands twice.
    """
    known = _known(values)
    classes = _classes(look, known)
    colours = _colours(known, classes)
    figure = _begun(look, 145)
    axes = figure.add_axes(MAP_AT)
    draw(axes, colours, look.marked)
    write_codes(axes, colours)
    if look.tag:
        _tag(figure, look.tag, BESIDE + 0.008, 0.855, 40)
    _legend(figure, classes, look, [known], (BESIDE - 0.005, 0.765 if look.tag else 0.87))
    notes = "\n".join(fill(each, 64) for each in look.notes if each)
    figure.text(BESIDE, 0.03, notes, fontsize=NOTE, color=INK, va="bottom", linespacing=1.35)
    return figure


def maps_figure(panels: Mapping[str, pd.DataFrame], look: Look) -> Figure:
    """Three maps beside each other, in classes that they share; by heading, as `map_figure`."""
    known = [_known(values) for values in panels.values()]
    classes = Classes(look.limits)
    figure = _begun(look, 88)
    left, bottom, width, height = PANELS_AT
    for k, (heading, values) in enumerate(zip(panels, known, strict=True)):
        axes = figure.add_axes((left + k * width, bottom, width, height))
        draw(axes, _colours(values, classes), look.marked, SMALL)
        told = "\n".join(fill(each, 50) for each in heading.splitlines())
        figure.text(
            left + k * width + 0.012, bottom + height + 0.07, told, fontsize=HEADING, va="top",
            fontweight="bold", linespacing=1.3,
        )  # fmt: skip
    if look.tag:
        _tag(figure, look.tag, 0.68, 0.97, 44)
    _legend(figure, classes, look, known, (0.01, 0.31))
    notes = "\n".join(fill(each, 118) for each in look.notes if each)
    figure.text(0.33, 0.045, notes, fontsize=NOTE, color=INK, va="bottom", linespacing=1.35)
    return figure


def shades_of(count: int) -> list[str]:
    """Colours from pale to deep in even steps, told apart by colour-blind readers and in grey.

    Few classes are the middle of the scale: where little differs, colours differ little.
    """
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    reach = min(DEEP - PALE, LARGEST_STEP * (count - 1)) / 2
    middle = (PALE + DEEP) / 2
    return [to_hex(each) for each in colormaps[SCALE](middle + np.linspace(-reach, reach, count))]


def _begun(look: Look, width: int) -> Figure:
    """A slide with its title and whose outlines the map has; `width` of the line below it."""
    figure = Picture(figsize=(WIDTH, HEIGHT))
    figure.patch.set_facecolor(WHITE)
    figure.text(0.015, 0.97, fill(look.title, 80), fontsize=TITLE, fontweight="bold", va="top")
    figure.text(0.015, 0.915, fill(look.subtitle, width), fontsize=SUBTITLE, color=INK, va="top",
                linespacing=1.3)  # fmt: skip
    figure.text(0.015, 0.012, say(CREDIT), fontsize=CREDITS, color="#555555", va="bottom")
    return figure


def _tag(figure: Figure, text: str, across: float, up: float, width: int) -> None:
    figure.text(
        across, up, fill(text, width), fontsize=TAG, fontweight="bold", color=TAG_COLOUR, va="top",
        linespacing=1.3,
        bbox={"boxstyle": "round,pad=0.45", "facecolor": WHITE, "edgecolor": TAG_COLOUR},
    )  # fmt: skip


def _even(low: float, high: float, step: float) -> tuple[float, ...]:
    """Limits a round width apart, the least from a step on with which they are few enough."""
    power = floor(log10(step))
    while True:
        for round_number in ROUND_WIDTHS:
            width = round_number * 10.0**power
            first, last = floor(low / width) + 1, floor(high / width)
            if width >= step and last - first < MOST_CLASSES - 1:
                return tuple(round(k * width, 12) for k in range(first, last + 1))
        power += 1


def _rounded(value: float) -> float:
    """To a few digits that count: limits that one can read."""
    return float(f"{value:.{DIGITS}g}")


def _known(values: pd.DataFrame) -> dict[str, float]:
    """The values that there are, by code."""
    codes = [str(each) for each in values["place"]]
    unknown = [code for code in codes if code not in departement_codes()]
    if unknown:
        raise ValueError(f"no département has the code {unknown[0]}")
    if len(set(codes)) != len(codes):
        raise ValueError("a département has two values")
    numbers = np.asarray(values["value"], dtype=np.float64)
    return {
        code: float(value)
        for code, value in zip(codes, numbers, strict=True)
        if np.isfinite(value)
    }  # fmt: skip


def _classes(look: Look, known: Mapping[str, float]) -> Classes:
    if look.limits:
        return Classes(look.limits)
    return Classes.of(np.array(list(known.values())), look.step)


def _colours(known: Mapping[str, float], classes: Classes) -> dict[str, str]:
    shades = shades_of(len(classes.limits) + 1)
    return {code: shades[classes.number(value)] for code, value in known.items()}


def _legend(
    figure: Figure,
    classes: Classes,
    look: Look,
    known: Sequence[Mapping[str, float]],
    at: tuple[float, float],
) -> None:
    from matplotlib.patches import Patch

    labels = classes.labels(look.write)
    handles = [
        Patch(facecolor=colour, edgecolor="#808080", linewidth=0.5, label=label)
        for label, colour in zip(labels, shades_of(len(labels)), strict=True)
    ]
    if any(set(some) < departement_codes() for some in known):
        handles.append(Patch(facecolor=MISSING, **NO_VALUE, label=say("no value")))
    if look.marked:
        handles.append(
            Patch(facecolor="none", edgecolor=INK, linewidth=MARK_WIDTH, label=fill(look.mark, 40))
        )
    drawn = figure.legend(
        handles=handles, title=fill(look.legend, 36), loc="upper left", bbox_to_anchor=at,
        frameon=False, fontsize=LEGEND, title_fontsize=LEGEND, alignment="left",
        handlelength=1.6, handleheight=1.2, labelspacing=0.3,
    )  # fmt: skip
    drawn.get_title().set_fontweight("bold")
