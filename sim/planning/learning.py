"""What it would tell to know one number: from draws and what follows in each of them.

Everything here looks at pairs (x, y) over weighted draws: x a parameter or a quantity that
could be measured, y a side of the answer. Draws near each other in x (in the order of x,
Gaussian weights) say what y is where x is known; a draw is never judged by itself, so that
chance is not taken for knowledge. The parameters of the posterior hang together, and this
takes them as they are: to know one tells of the others too.

- share of variance: Var E[y|x] / Var y, the first-order index of given data (E. Plischke, E.
  Borgonovo, C. Smith, "Global sensitivity measures from given data", European Journal of
  Operational Research 226, 2013);
- value of information: by how much the loss of choosing the 80 % quantile of y falls where x
  is known before (expected value of partial perfect information: M. Strong, J. Oakley, A.
  Brennan, "Estimating multiparameter partial expected value of perfect information",
  Medical Decision Making 34, 2014). The loss is that which the quantile minimises: four
  parts for every post too few, one for every post too many.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.planning.certainty import ROUNDING, least_enough

Floats = NDArray[np.float64]

BANDWIDTH = 0.08  # in shares of the draws
LEVEL = 0.8
RIDGE = 1e-9
SMALL = 1e-12
PERMUTATIONS = 200
CHANCE = 0.99
SMOOTH = 9


@dataclass(frozen=True)
class Nearness:
    """Weights of the draws around each draw, in the order of x [draw, draw].

    apart: ranks of the others less a draw's own.
    """

    weights: Floats
    apart: Floats

    @classmethod
    def of(cls, x: Floats, weights: Floats) -> Nearness:
        """Gaussian weights of the ranks' distance, none for a draw itself."""
        order = np.argsort(x, kind="stable")
        rank = np.empty(len(x))
        rank[order] = np.cumsum(weights[order]) - weights[order] / 2
        # Equal values share a rank: they say the same.
        for value in np.unique(x[_repeated(x)]):
            same = x == value
            rank[same] = rank[same].mean()
        apart = rank[None, :] - rank[:, None]
        near = np.exp(-0.5 * (apart / BANDWIDTH) ** 2) * weights[None, :]
        np.fill_diagonal(near, 0.0)
        return cls(near / np.maximum(near.sum(axis=1, keepdims=True), SMALL), apart)

    def mean(self, y: Floats) -> Floats:
        """y where x is known, by local straight lines [draw]."""
        along = (self.weights * self.apart).sum(axis=1)
        spread = (self.weights * self.apart**2).sum(axis=1) - along**2
        level = self.weights @ y
        tilt = (self.weights * self.apart) @ y - along * level
        return np.asarray(level - tilt / (spread + RIDGE) * along)

    def quantile(self, y: Floats, level: float) -> Floats:
        """Quantile of y where x is known [draw]."""
        order = np.argsort(y, kind="stable")
        reached = np.cumsum(self.weights[:, order], axis=1)
        first = (reached < level * reached[:, -1:] - ROUNDING).sum(axis=1)
        return np.asarray(y[order][np.minimum(first, len(y) - 1)])


def _repeated(x: Floats) -> NDArray[np.bool_]:
    values, count = np.unique(x, return_counts=True)
    return np.isin(x, values[count > 1])


def share_of_variance(x: Floats, y: Floats, weights: Floats) -> float:
    """Share of the variance of y that goes where x is known; 0 where that is nothing."""
    others = (weights @ y - weights * y) / np.maximum(1 - weights, SMALL)
    before = float(weights @ (y - others) ** 2)
    after = float(weights @ (y - Nearness.of(x, weights).mean(y)) ** 2)
    return max(0.0, 1 - after / before) if before > SMALL else 0.0


def chance_level(
    statistic: Callable[[Floats, Floats, Floats], float], y: Floats, weights: Floats
) -> float:
    """What a number that has nothing to do with y would show in one case of a hundred.

    The statistic of numbers in random order, whose seed is fixed.
    """
    random = np.random.default_rng(PERMUTATIONS)
    shuffled = (random.permutation(len(y)).astype(np.float64) for _ in range(PERMUTATIONS))
    return float(np.quantile([statistic(x, y, weights) for x in shuffled], CHANCE))


def quantile_loss(chosen: Floats, y: Floats, level: float = LEVEL) -> Floats:
    """What it costs to have chosen too few or too many: level to 1 − level."""
    return np.where(y > chosen, level * (y - chosen), (1 - level) * (chosen - y))


@dataclass(frozen=True)
class Value:
    """What knowing x before choosing the 80 % quantile of y is worth, in units of y.

    expected: mean of the quantile that would then be chosen; before: the one chosen now.
    saved: fall of the expected loss; share: of the loss that full knowledge would save.
    """

    before: float
    expected: float
    saved: float
    share: float


def value_of_knowing(x: Floats, y: Floats, weights: Floats, level: float = LEVEL) -> Value:
    """The value of knowing x."""
    now = least_enough(y, weights, level)
    others = np.array(
        [least_enough(y, np.where(np.arange(len(y)) == k, 0.0, weights), level) for k in
         range(len(y))]
    )  # fmt: skip
    known = Nearness.of(x, weights).quantile(y, level)
    loss = float(weights @ quantile_loss(others, y, level))
    saved = loss - float(weights @ quantile_loss(known, y, level))
    return Value(now, float(weights @ known), saved, saved / loss if loss > SMALL else 0.0)


@dataclass(frozen=True)
class Threshold:
    """Where a probability crosses a level as x rises.

    at: x there, NaN where it does not cross. low, high: the probability where x is low (up to a
    little beyond its 5 % quantile) and where it is high.
    """

    at: float
    low: float
    high: float


def threshold(x: Floats, happens: Floats, weights: Floats, level: float = 0.5) -> Threshold:
    """Where the probability of an event crosses a level, along the quantiles of x."""
    order = np.argsort(x, kind="stable")
    chance = np.clip(Nearness.of(x, weights).mean(happens), 0.0, 1.0)
    share = np.cumsum(weights[order])
    ends = np.searchsorted(share, [0.05, 0.95]).clip(0, len(x) - 1)
    window = np.ones(min(SMOOTH, len(x)))
    sorted_chance = np.convolve(chance[order], window, "same") / np.convolve(
        np.ones(len(x)), window, "same"
    )
    low, high = (
        float(chance[order][: ends[0] + SMOOTH].mean()),
        float(chance[order][ends[1] - SMOOTH :].mean()),
    )
    if (low - level) * (high - level) >= 0:
        return Threshold(float("nan"), low, high)
    inside = slice(ends[0], ends[1])
    above = (sorted_chance[inside] - level) * np.sign(high - low) > 0
    first = int(np.argmax(above)) if above.any() else len(above) - 1
    return Threshold(float(x[order][inside][first]), low, high)
