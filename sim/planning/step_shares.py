"""Shares of a difference between steps whose order matters.

A step's share is what it adds, averaged over all orders in which the steps could be taken
(L. Shapley, Contributions to the Theory of Games II, 1953): the shares add up to the whole
difference, and no order is preferred. With few steps all combinations are run and
the shares are exact. With many, orders are sampled in pairs, each with its reverse, which
cancels much of the error (R. Mitchell et al., Journal of Machine Learning Research 23,
2022, on antithetic orders); the pairs' spread tells what is left.

A combination is a number whose bit k says whether step k is taken. Exact shares and
interactions are those of `sim.planning.shapley`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.planning import shapley

Floats = NDArray[np.float64]
Order = tuple[int, ...]

EXACT_UP_TO = 6
PAIRS = 6


@dataclass(frozen=True)
class Layout:
    """Which combinations of `steps` steps are run.

    orders: sampled in pairs, order and reverse beside each other; empty where all
    combinations are run. combinations: in the order in which values are kept.
    """

    steps: int
    orders: tuple[Order, ...]
    combinations: tuple[int, ...]

    def row(self, combination: int) -> int:
        """Where the values of a combination are kept."""
        return self.combinations.index(combination)


def laid_out(steps: int, pairs: int = PAIRS, seed: int = 1) -> Layout:
    """All combinations up to six steps, beyond that those of `pairs` sampled pairs of orders.

    Those of the given order, of each step alone, and of all but one step are always there.
    """
    if steps <= EXACT_UP_TO:
        return Layout(steps, (), tuple(range(2**steps)))
    random = np.random.default_rng(seed)
    orders: list[Order] = []
    for _ in range(pairs):
        order = tuple(random.permutation(steps).tolist())
        orders += [order, order[::-1]]
    everything = 2**steps - 1
    wanted = {0, everything, *(1 << k for k in range(steps))}
    wanted |= {everything - (1 << k) for k in range(steps)}
    for order in (tuple(range(steps)), *orders):
        wanted |= set(_on_the_way(order))
    return Layout(steps, tuple(orders), tuple(sorted(wanted)))


def _on_the_way(order: Iterable[int]) -> list[int]:
    """The combinations that an order passes, from none to all."""
    passed = [0]
    for step in order:
        passed.append(passed[-1] | 1 << step)
    return passed


def in_order(layout: Layout, values: Floats, order: Sequence[int]) -> Floats:
    """What each step adds [step, ...] when they are taken in an order; values by combination."""
    passed = _on_the_way(order)
    added = np.empty((layout.steps, *values.shape[1:]))
    for place, step in enumerate(order):
        before, after = (layout.row(each) for each in passed[place : place + 2])
        added[step] = values[after] - values[before]
    return added


def shares(layout: Layout, values: Floats) -> Floats:
    """The steps' shares [step, ...] of the difference between all and none."""
    if layout.orders:
        return np.asarray(by_pair(layout, values).mean(axis=0))
    return np.moveaxis(shapley.shapley(_game(layout, values)), -1, 0)


def _game(layout: Layout, values: Floats) -> Floats:
    """The values as `shapley` wants them: all combinations, in its order, along the last axis."""
    rows = [layout.row(mask) for mask in shapley.masks(layout.steps)]
    return np.moveaxis(values[rows], 0, -1)


def by_pair(layout: Layout, values: Floats) -> Floats:
    """The shares by each sampled pair of orders [pair, step, ...]."""
    each = np.stack([in_order(layout, values, order) for order in layout.orders])
    return np.asarray((each[0::2] + each[1::2]) / 2)


def alone(layout: Layout, values: Floats) -> Floats:
    """What each step adds when it is the only one [step, ...]."""
    first = [layout.row(1 << k) for k in range(layout.steps)]
    return np.asarray(values[first] - values[layout.row(0)])


def last(layout: Layout, values: Floats) -> Floats:
    """What each step adds when all others are there [step, ...]."""
    everything = 2**layout.steps - 1
    without = [layout.row(everything - (1 << k)) for k in range(layout.steps)]
    return np.asarray(values[layout.row(everything)] - values[without])


def pairs_of(layout: Layout) -> list[tuple[int, int]]:
    """Pairs of steps whose interaction is known: all where all combinations are run."""
    return [] if layout.orders else shapley.pairs_of(layout.steps)


def interactions(layout: Layout, values: Floats) -> Floats:
    """What each pair adds beyond its two parts [pair, ...], averaged over the others.

    The interaction index of M. Grabisch and M. Roubens (International Journal of Game
    Theory 28, 1999).
    """
    if layout.orders:
        return np.zeros((0, *values.shape[1:]))
    return np.moveaxis(shapley.interaction(_game(layout, values)), -1, 0)
