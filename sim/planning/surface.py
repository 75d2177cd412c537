"""The year as a surface over posts and orientations, in one world.

Across: funded posts at the end of hiring. Up: orientations of the target's year relative to
those of today's posts without levers, whoever brings them: posts by themselves (prescribers'
response), levers, or anything else. On this plane what is possible is one surface, and what
posts and levers do are ways over it.

The surface is the fluid approximation on a lattice, a little smoothed over posts (whole posts in
few kinds of pool make it rough), put right by simulation. At *anchors*, a coarser lattice, both
are evaluated; by how much the approximation is off there, in logs, is spread over the
plane on straight lines in log posts and log orientations (cubic splines and more anchors were
tried: no better, for what is left is the noise of the simulation and of whole posts in few
kinds of pool). Cells between the anchors are simulated too and not used, so that what this is
off is measured (`Trial`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import RectBivariateSpline

from sim.planning.evaluate import Cell, Evaluation
from sim.planning.sizing import Evaluating

Floats = NDArray[np.float64]

MEASURES = ("entries", "people_supported", "queue_delay", "entry_delay", "load")
# Added before the log: a queue of some hours more or less is no error worth a factor of ten.
ADDED = {"queue_delay": 1.0}
LEAST = 1e-6
LEAST_MULTIPLIER = 0.01
STRAIGHT = 1


@dataclass(frozen=True)
class Plane:
    """From orientations relative to today's to cells, in one world."""

    evaluate: Evaluating
    today_posts: int

    @property
    def year(self) -> int:
        """The target's year."""
        return self.evaluate.scenario.target.year

    def cell(self, posts: int, orientations: float) -> Cell:
        """The cell without levers that has these posts and orientations (of today's = 1).

        Orientations of the year are a straight line in the multiplier.
        """
        one, two = (self._guessed(Cell(posts, by)) for by in (1.0, 2.0))
        wanted = orientations * self._guessed(Cell(self.today_posts))
        by = 1.0 + (wanted - one) / max(two - one, LEAST)
        return Cell(posts, round(max(by, LEAST_MULTIPLIER), 5))

    def relative(self, found: Evaluation) -> float:
        """Simulated orientations relative to those of today's posts without levers."""
        today = self.evaluate(Cell(self.today_posts)).of("orientations", self.year)
        return found.of("orientations", self.year) / max(today, LEAST)

    def _guessed(self, cell: Cell) -> float:
        return self.evaluate.approximate(cell).of("orientations", self.year)


@dataclass(frozen=True)
class Trial:
    """A cell that was simulated and not used: what the surface says there, and what is so."""

    posts: int
    orientations: float
    surface: Mapping[str, float]
    simulated: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Surface:
    """Measures of the target's year over posts [k] and orientations [j], of today's = 1.

    logged: by measure, the log of its values on a straight line between the lattice's points.
    """

    plane: Plane
    posts: tuple[int, ...]
    orientations: Floats
    logged: Mapping[str, RectBivariateSpline]

    def over(self, posts: Floats, orientations: Floats) -> dict[str, Floats]:
        """The measures [posts, orientations] over a lattice inside the surface."""
        across, up = np.log(posts), np.log(orientations)
        return {name: _back(name, spline(across, up)) for name, spline in self.logged.items()}

    def tried(self, found: Evaluation) -> Trial:
        """The surface beside a simulated evaluation without levers."""
        posts, orientations = found.posts, self.plane.relative(found)
        told = self.over(np.array([posts]), np.array([orientations]))
        return Trial(
            posts,
            orientations,
            {name: float(values[0, 0]) for name, values in told.items()},
            {name: found.of(name, self.plane.year) for name in MEASURES},
        )


def surface(
    plane: Plane,
    simulate: Callable[[Cell], Evaluation],
    posts: Sequence[int],
    orientations: Floats,
    anchors: tuple[Sequence[int], Floats],
) -> Surface:
    """The surface over `posts` and `orientations`, put right at `anchors` of the same two.

    Two of each at least, the outermost anchors those of the surface. `simulate` evaluates
    anchors: fewer replications are enough there.
    """
    across, up = np.log(np.array(posts, dtype=np.float64)), np.log(orientations)
    cells = [[plane.cell(number, float(each)) for each in orientations] for number in posts]
    guesses = [[plane.evaluate.approximate(cell) for cell in row] for row in cells]
    tied = [[plane.cell(number, float(each)) for each in anchors[1]] for number in anchors[0]]
    seen = [[(simulate(cell), plane.evaluate.approximate(cell)) for cell in row] for row in tied]
    logged = {}
    for name in MEASURES:

        def log_of(found: Evaluation, name: str = name) -> float:
            return _logged(name, found.of(name, plane.year))

        off = np.array([[log_of(so) - log_of(guess) for so, guess in row] for row in seen])
        spread = RectBivariateSpline(
            np.log(anchors[0]), np.log(anchors[1]), off, kx=STRAIGHT, ky=STRAIGHT
        )
        logs = np.array([[log_of(guess) for guess in row] for row in guesses])
        logs = _smoothed(logs) + spread(across, up)
        logged[name] = RectBivariateSpline(across, up, logs, kx=STRAIGHT, ky=STRAIGHT)
    return Surface(plane, tuple(posts), orientations, logged)


def _smoothed(logs: Floats) -> Floats:
    """Without the roughness over posts: second differences of neighbours are evened out."""
    inner = (logs[:-2] + 2 * logs[1:-1] + logs[2:]) / 4
    return np.concatenate([logs[:1], inner, logs[-1:]])


def _logged(name: str, value: float) -> float:
    return float(np.log(max(value, 0.0) + ADDED.get(name, LEAST)))


def _back(name: str, logged: Floats) -> Floats:
    return np.asarray(np.maximum(0.0, np.exp(logged) - ADDED.get(name, LEAST)))
