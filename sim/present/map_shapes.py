"""The shapes of a map on axes: départements in their colours, borders, names and codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.present.outlines import (
    ENLARGED,
    ENLARGED_LEFT,
    ENLARGED_TOP,
    around,
    enlarged,
    inside,
    outlines,
    region_borders,
    tiles,
)
from sim.present.picture import WHITE, writing_on
from sim.territory import departement_names
from sim.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MISSING, INK = "#F2F2F2", "#222222"
HATCH = "////"
NO_VALUE: dict[str, Any] = {"edgecolor": "#B0B0B0", "hatch": HATCH, "linewidth": 0.5}
MARK_WIDTH = 2.6
CODE = 6.5  # points


@dataclass(frozen=True)
class Writing:
    """How large writing on the map and lines around are (points), what stands in tiles, by code."""

    size: float
    line: float
    tiles: Mapping[str, str]


LARGE = Writing(
    8.5, MARK_WIDTH, {code: f"{code} {name}" for code, name in departement_names().items()}
)
SMALL = Writing(6.5, 0.6 * MARK_WIDTH, {code: code for code in departement_names()})


def draw(
    axes: Axes,
    colours: Mapping[str, str],
    marked: Sequence[Sequence[str]],
    writing: Writing = LARGE,
) -> None:
    """The map of colours by code, with a thick line around each set of `marked` codes."""
    _filled(axes, colours)
    for codes in marked:
        _mark(axes, codes, writing.line)
    _tile_names(axes, colours, writing)
    _names_beside(axes, writing)
    axes.set_aspect("equal")
    axes.autoscale_view()
    axes.axis("off")


def write_codes(axes: Axes, colours: Mapping[str, str]) -> None:
    """The code of each département inside it, those of the enlarged ones there."""
    for code, (across, up) in inside().items():
        axes.text(
            across, up, code, ha="center", va="center", zorder=5,
            fontsize=LARGE.size if code in ENLARGED else CODE,
            color=writing_on(colours.get(code, MISSING), INK),
        )  # fmt: skip


def _filled(axes: Axes, colours: Mapping[str, str]) -> None:
    from matplotlib.collections import LineCollection, PolyCollection

    shapes = [
        (code, ring)
        for some in (outlines(), {code: (ring,) for code, ring in tiles().items()}, enlarged())
        for code, rings in some.items()
        for ring in rings
    ]
    with_value = [(code, ring) for code, ring in shapes if code in colours]
    without = [ring for code, ring in shapes if code not in colours]
    look = {"edgecolors": NO_VALUE["edgecolor"], "linewidths": NO_VALUE["linewidth"]}
    axes.add_collection(PolyCollection(without, facecolors=MISSING, hatch=HATCH, **look))
    axes.add_collection(
        PolyCollection(
            [ring for _, ring in with_value],
            facecolors=[colours[code] for code, _ in with_value],
            edgecolors=WHITE,
            linewidths=0.5,
        )
    )
    for colour, width in ((WHITE, 2.0), (INK, 0.8)):
        axes.add_collection(LineCollection(list(region_borders()), colors=colour, linewidths=width))
    beside = [*tiles().values(), *(ring for rings in enlarged().values() for ring in rings)]
    axes.add_collection(PolyCollection(beside, facecolors="none", edgecolors=INK, linewidths=0.6))


def _mark(axes: Axes, codes: Sequence[str], line: float) -> None:
    from matplotlib.collections import LineCollection

    lines = list(around(codes))
    for colour, width in ((WHITE, 2 * line), (INK, line)):
        axes.add_collection(
            LineCollection(lines, colors=colour, linewidths=width, zorder=4, capstyle="round")
        )


def _tile_names(axes: Axes, colours: Mapping[str, str], writing: Writing) -> None:
    for code, ring in tiles().items():
        across, up = ring.mean(axis=0)
        axes.text(
            across, up, writing.tiles[code], ha="center", va="center", zorder=5,
            fontsize=writing.size - 0.5, color=writing_on(colours.get(code, MISSING), INK),
        )  # fmt: skip


def _names_beside(axes: Axes, writing: Writing) -> None:
    """Above the tiles, and above what is enlarged."""
    points = np.concatenate(list(tiles().values()))
    left, top = points[:, 0].min(), points[:, 1].max()
    axes.text(left, top + 14, say("Overseas\n(not to scale)"), fontsize=writing.size, color=INK)
    axes.text(
        ENLARGED_LEFT, ENLARGED_TOP + 14, say("Paris and around, enlarged"), color=INK,
        fontsize=writing.size,
    )  # fmt: skip
