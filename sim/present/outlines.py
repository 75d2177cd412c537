"""The shapes of a map of France: outlines, overseas tiles, the enlarged petite couronne.

Coordinates are kilometres, about those of Lambert-93; `sim/data/README.md` says whose outlines
they are and how they were made.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim import data_files
from sim.territory import departements
from sim.words import to_say

Floats = NDArray[np.float64]
Ring = Floats  # [point, (x, y)]

CREDIT = to_say(
    "Outlines: Victor Cazanave, France departments (svg-maps), after MapSVG, CC BY 4.0, "
    "simplified and projected anew."
)
UNITS_A_KM = 10
OVERSEAS = ("971", "972", "973", "974", "976")
TILE_LEFT, TILE_TOP, TILE_WIDTH, TILE_HEIGHT, TILE_GAP = 45.0, 6520.0, 200.0, 62.0, 14.0
ENLARGED = ("75", "92", "93", "94")
TIMES = 4.5
GRID = 25  # points across, of those looked at for a département's code
ENLARGED_LEFT, ENLARGED_TOP = 60.0, 7115.0


@cache
def outlines() -> Mapping[str, tuple[Ring, ...]]:
    """The rings of every metropolitan département, the largest first."""
    found: dict[str, list[Ring]] = defaultdict(list)
    with data_files.outlines().open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            points = np.array(row["points"].split(), dtype=np.float64)
            found[row["code"]].append(points.reshape(-1, 2) / UNITS_A_KM)
    return {code: tuple(rings) for code, rings in found.items()}


@cache
def tiles() -> Mapping[str, Ring]:
    """A tile for every overseas département, below each other in the Atlantic."""
    found = {}
    for k, code in enumerate(OVERSEAS):
        top = TILE_TOP - k * (TILE_HEIGHT + TILE_GAP)
        right, bottom = TILE_LEFT + TILE_WIDTH, top - TILE_HEIGHT
        found[code] = np.array(
            [(TILE_LEFT, top), (right, top), (right, bottom), (TILE_LEFT, bottom)]
        )
    return found


@cache
def enlarged() -> Mapping[str, tuple[Ring, ...]]:
    """Paris and its three neighbours once more, larger, beside Normandy."""
    together = np.concatenate([ring for code in ENLARGED for ring in outlines()[code]])
    left, top = together[:, 0].min(), together[:, 1].max()
    shift = np.array([ENLARGED_LEFT, ENLARGED_TOP])
    return {
        code: tuple((ring - (left, top)) * TIMES + shift for ring in outlines()[code])
        for code in ENLARGED
    }


@cache
def region_borders() -> tuple[Floats, ...]:
    """The borders between régions, and the coast: lines of two points."""
    region = {each.code: each.region for each in departements()}
    return tuple(
        line
        for line, sides in _lines(outlines())
        if len(sides) == 1 or len({region[code] for code in sides}) > 1
    )


def around(codes: Collection[str]) -> Iterator[Floats]:
    """The lines around départements taken together, wherever they are drawn."""
    for some in (outlines(), {code: (ring,) for code, ring in tiles().items()}, enlarged()):
        for line, sides in _lines({code: some[code] for code in codes if code in some}):
            if len(sides) == 1:
                yield line


@cache
def inside() -> Mapping[str, tuple[float, float]]:
    """A point well inside every metropolitan département, where its code can be written.

    Of a grid over its largest ring the point that is farthest from the ring. Of the enlarged
    ones, where they are large.
    """
    shapes = {**outlines(), **enlarged()}
    return {code: _innermost(rings[0]) for code, rings in shapes.items()}


def _innermost(ring: Ring) -> tuple[float, float]:
    low, high = ring.min(axis=0), ring.max(axis=0)
    grid = np.stack(
        np.meshgrid(*(np.linspace(low[k], high[k], GRID) for k in (0, 1))), axis=-1
    ).reshape(-1, 1, 2)
    begin, end = ring, np.roll(ring, -1, axis=0)
    side = end - begin
    crosses = (begin[:, 1] > grid[..., 1]) != (end[:, 1] > grid[..., 1])
    with np.errstate(divide="ignore", invalid="ignore"):
        at = begin[:, 0] + (grid[..., 1] - begin[:, 1]) * side[:, 0] / side[:, 1]
    within = (crosses & (grid[..., 0] < at)).sum(axis=1) % 2 == 1
    along = ((grid - begin) * side).sum(axis=-1) / np.maximum((side**2).sum(axis=-1), 1e-12)
    nearest = begin + np.clip(along, 0, 1)[..., None] * side
    distance = np.sqrt(((grid - nearest) ** 2).sum(axis=-1)).min(axis=1)
    best = grid[np.argmax(np.where(within, distance, -1.0)), 0]
    return float(best[0]), float(best[1])


def _lines(shapes: Mapping[str, tuple[Ring, ...]]) -> Iterator[tuple[Floats, list[str]]]:
    """Every line of two points, with the codes that have it on a side."""
    sides: dict[frozenset[tuple[float, float]], list[str]] = defaultdict(list)
    for code, rings in shapes.items():
        for ring in rings:
            for begin, end in zip(ring, np.roll(ring, -1, axis=0), strict=True):
                points = frozenset(((begin[0], begin[1]), (end[0], end[1])))
                sides[points].append(code)
    for points, codes in sides.items():
        if len(points) > 1:
            yield np.array(sorted(points)), codes
