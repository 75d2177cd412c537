"""A map of France: départements coloured by a value, numbers in classes or categories.

The five overseas départements are labelled tiles; Paris and its neighbours stand once more
enlarged. Whatever a reader must know to read the picture stands on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.present.outlines import CREDIT, ENLARGED_LEFT, enlarged, outlines, region_borders, tiles
from sim.present.picture import Picture
from sim.territory import departement_codes, departements
from sim.words import say

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]

WIDTH, HEIGHT = 9.6, 7.0
MAP_AT = (0.01, 0.10, 0.75, 0.835)
MOST_CLASSES = 6
DIGITS = 2  # of the limits of classes
PALE, DEEP = 0.10, 0.95  # of the colour map
SCALE = "YlGnBu"
MISSING, INK, PAPER = "#F2F2F2", "#222222", "#FFFFFF"
HATCH = "////"
NOTE_WIDTH = 180
TAG_COLOUR = MARK = "#B03A00"
DARK = 0.45  # luminance below which writing is white


@dataclass(frozen=True)
class Classes:
    """Numbers in classes: the limits between them, rising; one class more than limits."""

    limits: tuple[float, ...]

    @classmethod
    def of(cls, values: Floats) -> Classes:
        """As many classes of about as many places as there are different values for."""
        known = values[np.isfinite(values)]
        if not len(known) or known.min() == known.max():
            return cls(())
        inner = np.quantile(known, np.arange(1, MOST_CLASSES) / MOST_CLASSES)
        limits = sorted({_rounded(float(each)) for each in inner})
        return cls(tuple(each for each in limits if known.min() < each <= known.max()))

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

    write: how a number is written. categories: name → (label, colour), for values that are
    names. tag: in a box on the picture, for what must not be overlooked. notes: at its foot.
    marked: codes with a thick border, and `mark`, what it means.
    """

    title: str
    legend: str
    write: Callable[[float], str] = str
    categories: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    tag: str = ""
    notes: Sequence[str] = ()
    marked: Sequence[str] = ()
    mark: str = ""


def map_figure(values: pd.DataFrame, look: Look) -> Figure:
    """A map of columns `place` (a code) and `value`; places without a value are hatched.

    Raises `ValueError` for a place that is no département or stands twice, and for a name that
    is no category.
    """
    colours, legend = _coloured(values, look)
    figure = Picture(figsize=(WIDTH, HEIGHT))
    figure.patch.set_facecolor(PAPER)
    axes = figure.add_axes(MAP_AT)
    _shapes(axes, colours)
    _marks(axes, look.marked)
    _tile_names(axes, colours)
    _name_of_the_enlarged(axes)
    axes.set_aspect("equal")
    axes.autoscale_view()
    axes.axis("off")
    figure.text(0.02, 0.975, fill(look.title, 84), fontsize=13, fontweight="bold", va="top")
    if look.tag:
        figure.text(
            0.755, 0.885, fill(look.tag, 26), fontsize=8, fontweight="bold", color=TAG_COLOUR,
            va="top", linespacing=1.3,
            bbox={"boxstyle": "round,pad=0.45", "facecolor": PAPER, "edgecolor": TAG_COLOUR},
        )  # fmt: skip
    _legend(figure, legend, look, any(code not in colours for code in departement_codes()))
    notes = "\n".join(fill(each, NOTE_WIDTH) for each in (*look.notes, say(CREDIT)) if each)
    figure.text(0.02, 0.015, notes, fontsize=7, color=INK, va="bottom", linespacing=1.35)
    return figure


def _rounded(value: float) -> float:
    """To a few digits that count: limits that one can read."""
    return float(f"{value:.{DIGITS}g}")


def _coloured(values: pd.DataFrame, look: Look) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Colours of the places with a value, and the legend's labels with their colours."""
    codes = [str(each) for each in values["place"]]
    unknown = [code for code in codes if code not in departement_codes()]
    if unknown:
        raise ValueError(f"no département has the code {unknown[0]}")
    if len(set(codes)) != len(codes):
        raise ValueError("a département has two values")
    if look.categories:
        return _by_category(codes, list(values["value"]), look)
    numbers = np.asarray(values["value"], dtype=np.float64)
    classes = Classes.of(numbers)
    shades = shades_of(len(classes.limits) + 1)
    found = {
        code: shades[classes.number(value)]
        for code, value in zip(codes, numbers, strict=True)
        if np.isfinite(value)
    }
    return found, list(zip(classes.labels(look.write), shades, strict=True))


def _by_category(
    codes: Sequence[str], names: Sequence[object], look: Look
) -> tuple[dict[str, str], list[tuple[str, str]]]:
    there = {code: name for code, name in zip(codes, names, strict=True) if isinstance(name, str)}
    unknown = [name for name in there.values() if name not in look.categories]
    if unknown:
        raise ValueError(f"'{unknown[0]}' is no category of this map")
    seen = set(there.values())
    legend = [look.categories[name] for name in look.categories if name in seen]
    return {code: look.categories[name][1] for code, name in there.items()}, legend


def shades_of(count: int) -> list[str]:
    """Colours from pale to deep, told apart by colour-blind readers and in grey."""
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    return [to_hex(each) for each in colormaps[SCALE](np.linspace(PALE, DEEP, max(count, 2)))][
        -count:
    ]


def _shapes(axes: Axes, colours: Mapping[str, str]) -> None:
    from matplotlib.collections import LineCollection, PolyCollection

    shapes = [
        (code, ring)
        for some in (outlines(), {code: (ring,) for code, ring in tiles().items()}, enlarged())
        for code, rings in some.items()
        for ring in rings
    ]
    with_value = [(code, ring) for code, ring in shapes if code in colours]
    without = [ring for code, ring in shapes if code not in colours]
    axes.add_collection(
        PolyCollection(
            without, facecolors=MISSING, edgecolors="#B0B0B0", hatch=HATCH, linewidths=0.5
        )
    )
    axes.add_collection(
        PolyCollection(
            [ring for _, ring in with_value],
            facecolors=[colours[code] for code, _ in with_value],
            edgecolors=PAPER,
            linewidths=0.5,
        )
    )
    axes.add_collection(LineCollection(list(region_borders()), colors=INK, linewidths=0.8))
    around = [ring for rings in enlarged().values() for ring in rings]
    axes.add_collection(PolyCollection(around, facecolors="none", edgecolors=INK, linewidths=0.6))


def _marks(axes: Axes, codes: Sequence[str]) -> None:
    from matplotlib.collections import PolyCollection

    tiled = {code: (ring,) for code, ring in tiles().items()}
    rings = [
        ring
        for some in (outlines(), tiled, enlarged())
        for code in codes
        for ring in some.get(code, ())
    ]
    for colour, width in ((PAPER, 4.0), (MARK, 2.2)):
        axes.add_collection(
            PolyCollection(rings, facecolors="none", edgecolors=colour, linewidths=width, zorder=4)
        )


def _tile_names(axes: Axes, colours: Mapping[str, str]) -> None:
    from matplotlib.patches import Polygon

    names = {each.code: each.name for each in departements()}
    for code, ring in tiles().items():
        axes.add_patch(Polygon(ring, closed=True, fill=False, edgecolor=INK, linewidth=0.8))
        across, up = ring.mean(axis=0)
        axes.text(
            across, up, names[code], ha="center", va="center", fontsize=8,
            color=_writing(colours.get(code, MISSING)),
        )  # fmt: skip
    top = max(ring[:, 1].max() for ring in tiles().values())
    left = min(ring[:, 0].min() for ring in tiles().values())
    axes.text(left, top + 14, say("Overseas (not to scale)"), fontsize=7.5, color=INK)


def _name_of_the_enlarged(axes: Axes) -> None:
    points = np.concatenate([ring for rings in enlarged().values() for ring in rings])
    axes.text(
        ENLARGED_LEFT, points[:, 1].min() - 12, say("Paris and around,\nenlarged"),
        fontsize=7.5, color=INK, va="top",
    )  # fmt: skip


def _writing(colour: str) -> str:
    """White on dark colours, else black."""
    from matplotlib.colors import to_rgb

    luminance = float(np.dot(to_rgb(colour), (0.2126, 0.7152, 0.0722)))
    return PAPER if luminance < DARK else INK


def _legend(
    figure: Figure, entries: Sequence[tuple[str, str]], look: Look, some_missing: bool
) -> None:
    from matplotlib.patches import Patch

    handles = [
        Patch(facecolor=colour, edgecolor="#808080", linewidth=0.5, label=fill(label, 28))
        for label, colour in entries
    ]
    if some_missing:
        handles.append(
            Patch(
                facecolor=MISSING,
                edgecolor="#B0B0B0",
                hatch=HATCH,
                linewidth=0.5,
                label=say("no value"),
            )
        )
    if look.marked:
        handles.append(
            Patch(facecolor="none", edgecolor=MARK, linewidth=2.2, label=fill(look.mark, 28))
        )
    drawn = figure.legend(
        handles=handles, title=fill(look.legend, 26), loc="upper left", bbox_to_anchor=(0.76, 0.77),
        frameon=False, fontsize=9, title_fontsize=9.5, alignment="left",
        handlelength=1.6, handleheight=1.3, labelspacing=0.35,
    )  # fmt: skip
    drawn.get_title().set_fontweight("bold")
