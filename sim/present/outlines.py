"""The shapes of a map of France: outlines, overseas tiles, the enlarged petite couronne.

Coordinates are kilometres, about those of Lambert-93; `sim/data/README.md` says whose outlines
they are and how they were made.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
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
    beside: dict[frozenset[tuple[float, float]], list[str]] = defaultdict(list)
    for code, rings in outlines().items():
        for ring in rings:
            for begin, end in zip(ring, np.roll(ring, -1, axis=0), strict=True):
                points = frozenset(((begin[0], begin[1]), (end[0], end[1])))
                beside[points].append(region[code])
    return tuple(
        np.array(sorted(points))
        for points, sides in beside.items()
        if len(points) > 1 and not (len(sides) > 1 and len(set(sides)) == 1)
    )
