"""Credible intervals over posterior draws, and the noise of the simulation kept apart.

Each draw is run a few times; the mean of its runs is what is expected under the draw,
but for the noise of so few runs. Two things follow from the same table and are never
mixed:

- what is not known about the world: the quantiles of the expected value over the
  draws. Noise makes the means of the draws spread more than the expected values do,
  so they are drawn towards their mean by just that much before quantiles are taken:
  by √(1 − w/R / B), with w the variance within draws, R runs a draw, B the variance
  between the means. (For normal values the result has the spread of the expected
  values; the point estimates of "constrained Bayes" are drawn in like this: T. Louis,
  Journal of the American Statistical Association 79, 1984; M. Ghosh, ibid. 87, 1992.)
- what more runs would tell: the half-width of the error of the weighted mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from sim.experiment.intervals import CONFIDENCE
from sim.parameters import POSTERIOR
from sim.posterior import Draws

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
By = Literal["together", "reading"]

CREDIBILITY = 0.90
ROW = ["scenario", "period", "place", "measure", "unit"]


@dataclass(frozen=True)
class Spread:
    """Of each row: weighted mean, ends of the credible interval, half-width of its error."""

    value: Floats
    low: Floats
    high: Floats
    half_width: Floats


def spread(values: Floats, weights: Floats, *, tells_an_interval: bool = True) -> Spread:
    """Summaries of values [row, draw, run] under the draws' weights (any positive scale).

    Runs and draws with NaN (a mean over nobody) do not count. With one run a draw the
    noise is unknown: the half-width is NaN and the interval holds the noise. `low` and
    `high` are NaN where the draws are too few to tell an interval.
    """
    from scipy.special import stdtrit

    there = np.isfinite(values)
    runs = there.sum(axis=2)
    means = _over_runs(values, there, runs)
    within = _over_runs((values - means[:, :, None]) ** 2, there, runs - 1)
    weight = weights * (runs > 0)
    weight = _shares(weight)
    value = np.where(runs.any(axis=1), np.nansum(weight * means, axis=1), np.nan)
    known = runs > 1
    noise = np.where(known, within / np.maximum(runs, 1), 0.0)
    pooled = (_shares(weight * known) * noise).sum(axis=1)
    several = known.any(axis=1)
    between = _between(means, value, weight)
    with np.errstate(divide="ignore", invalid="ignore"):
        true_share = np.clip(1 - pooled / between, 0.0, 1.0)
    drawn_in = np.where(several & (between > 0), np.sqrt(true_share), 1.0)
    expected = value[:, None] + drawn_in[:, None] * (means - value[:, None])
    tail = (1 - CREDIBILITY) / 2
    low, high = (
        quantiles(expected, weight, level) if tells_an_interval else np.full_like(value, np.nan)
        for level in (tail, 1 - tail)
    )
    error = np.sqrt((weight**2 * np.where(known, noise, pooled[:, None])).sum(axis=1))
    alike = np.maximum((weight**2).sum(axis=1), 1e-12)
    freedom = np.maximum(1.0, (runs - 1).clip(0).mean(axis=1) / alike)
    reach = stdtrit(freedom, 0.5 + CONFIDENCE / 2)
    return Spread(value, low, high, np.where(several, reach * error, np.nan))


def _over_runs(values: Floats, there: NDArray[np.bool_], count: NDArray[np.int64]) -> Floats:
    """Sums over the runs that are there, divided by `count`; NaN where that is 0."""
    sums = np.where(there, values, 0.0).sum(axis=2)
    return np.where(count > 0, sums / np.maximum(count, 1), np.nan)


def _shares(weight: Floats) -> Floats:
    """Weights by row as parts of 1; 0 where a row has none."""
    total = weight.sum(axis=1, keepdims=True)
    return np.asarray(weight / np.where(total > 0, total, 1.0))


def _between(means: Floats, value: Floats, weight: Floats) -> Floats:
    """Variance between the draws' means, unbiased for independent draws."""
    off = np.where(weight > 0, means - value[:, None], 0.0)
    alike = np.minimum((weight**2).sum(axis=1), 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(alike < 1, (weight * off**2).sum(axis=1) / (1 - alike), 0.0)


def quantiles(values: Floats, weights: Floats, level: float) -> Floats:
    """Weighted quantiles by row [row, draw]; values with weight 0 do not count.

    Each value stands at the middle of its weight, straight lines between (with equal
    weights the rule of Hazen: R. Hyndman and Y. Fan, The American Statistician 50,
    1996, definition 5); beyond the outermost values those themselves.
    """
    counted = weights > 0
    least = np.where(counted, values, np.inf)
    order = np.argsort(least, axis=1, kind="stable")
    ordered = np.take_along_axis(least, order, axis=1)
    weight = np.take_along_axis(np.where(counted, weights, 0.0), order, axis=1)
    middle = np.cumsum(weight, axis=1) - weight / 2
    last = counted.sum(axis=1) - 1
    rows = np.arange(len(values))
    above = np.minimum((middle < level).sum(axis=1), np.maximum(last, 0))
    below = np.maximum(above - 1, 0)
    step = middle[rows, above] - middle[rows, below]
    with np.errstate(divide="ignore", invalid="ignore"):
        way = np.clip((level - middle[rows, below]) / step, 0.0, 1.0)
        line = (1 - way) * ordered[rows, below] + way * ordered[rows, above]
    found = np.where(above > below, line, ordered[rows, above])
    return np.where(last >= 0, found, np.nan)


def summarised(tidy: pd.DataFrame, draws: Draws, by: By) -> pd.DataFrame:
    """Summaries of a tidy frame of runs on draws, one row a scenario, period, place, measure.

    by: 'together' or 'reading', then each label's draws for themselves, with the
    label's weight in `weight`. `half_width` and the interval: see `spread`.
    """
    import pandas as pd

    keys, values = _as_array(tidy, len(draws))
    groups = {POSTERIOR: np.arange(len(draws))} if by == "together" else draws.of_each_reading()
    parts = []
    for label, members in groups.items():
        weight = draws.weights[members]
        some = Draws(weight / weight.sum(), tuple(draws.readings[k] for k in members))
        found = spread(values[:, members], some.weights, tells_an_interval=some.tell_an_interval)
        parts.append(
            keys.assign(
                reading=label,
                value=found.value,
                low=found.low,
                high=found.high,
                half_width=found.half_width,
                weight=weight.sum(),
                draws=len(members),
                replications=values.shape[2],
            )
        )
    columns = ["scenario", "reading", *ROW[1:]]
    rest = ["value", "low", "high", "half_width", "weight", "draws", "replications"]
    return pd.concat(parts, ignore_index=True)[[*columns, *rest]]


def _as_array(tidy: pd.DataFrame, draws: int) -> tuple[pd.DataFrame, Floats]:
    """The rows' keys in order of appearance, and their values [row, draw, run]."""
    row = tidy.groupby(ROW, sort=False).ngroup().to_numpy()
    _, first = np.unique(row, return_index=True)
    runs = int(tidy["replication"].max()) + 1
    values = np.full((len(first), draws, runs), np.nan)
    values[row, tidy["draw"], tidy["replication"]] = tidy["value"]
    return tidy.iloc[first][ROW].reset_index(drop=True), values
