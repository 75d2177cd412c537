"""The unknowns given a structure: the mode, the spread around it, and the evidence.

The unknowns (logs of volume, process delay and stay by year) are normal before the
figures are looked at (the drift law is linear in them), the logs of the figures are
measured with normal errors, and the figures are nearly linear in the unknowns. So the unknowns
given a structure are nearly normal around their mode, and the evidence of a structure, its
likelihood with the unknowns integrated out, has Laplace's closed form
(L. Tierney, J. Kadane, "Accurate approximations for posterior moments and marginal
densities", JASA 81, 1986). What it gets wrong is set right by weights (`density_ratio`).

The mode is found by Gauss-Newton steps of limited length that are taken only where the
density rises; the slopes are improved on the way by Broyden's update, and measured by differences
every few steps. A mode that is not reached is worse than one that costs more: a structure
whose queue does what another's process does then looks unlikely, and process delays
come out too long.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

Floats = NDArray[np.float64]
Figures = Callable[[Floats], Floats]

MOST_STEPS = 40
MEASURED_AGAIN = 3  # steps after which the slopes are measured anew
SETTLED = 0.02  # gain in log density that the next step promises
HOPELESS = 36.0  # log density below what is usual: no need to know it well
LONGEST_STEP = 0.4  # in logs
DIFFERENCE = 0.02
LOG_2_PI = float(np.log(2 * np.pi))


@dataclass(frozen=True)
class Measured:
    """What is known: logs of the figures with their errors, unknowns before the figures.

    observed, errors [figure]; mean [unknown]; covariance [unknown, unknown].
    """

    observed: Floats
    errors: Floats
    mean: Floats
    covariance: Floats

    @cached_property
    def root(self) -> Floats:
        """Lower Cholesky root of the covariance."""
        return np.asarray(np.linalg.cholesky(self.covariance))

    @cached_property
    def precision(self) -> Floats:
        """Inverse of the covariance."""
        return np.asarray(np.linalg.inv(self.covariance))

    def log_likelihood(self, figures: Floats) -> float:
        """Log density of the observed figures where these are the true ones."""
        off = (self.observed - figures) / self.errors
        return float(-0.5 * (off @ off + len(off) * LOG_2_PI) - np.log(self.errors).sum())

    def log_prior(self, unknowns: Floats) -> float:
        """Log density of the unknowns before the figures."""
        off = solve_triangular(self.root, unknowns - self.mean, lower=True)
        constant = len(off) * LOG_2_PI / 2 + np.log(np.diag(self.root)).sum()
        return float(-0.5 * (off @ off) - constant)


@dataclass(frozen=True)
class Approximation:
    """The unknowns given a structure and the figures, nearly normal.

    mode [unknown], root: lower Cholesky root of their covariance; figures: logs of the
    figures at the mode, slopes: their derivatives [figure, unknown]; evidence: log of
    the likelihood with the unknowns integrated out.
    """

    mode: Floats
    root: Floats
    figures: Floats
    slopes: Floats
    evidence: float

    def draw(self, normal: Floats) -> Floats:
        """Unknowns from standard normal numbers."""
        return np.asarray(self.mode + self.root @ normal)

    def log_density(self, unknowns: Floats) -> float:
        """Log density of the normal approximation."""
        off = solve_triangular(self.root, unknowns - self.mode, lower=True)
        constant = len(off) * LOG_2_PI / 2 + np.log(np.diag(self.root)).sum()
        return float(-0.5 * (off @ off) - constant)

    def log_ratio(self, measured: Measured, unknowns: Floats, figures: Floats) -> float:
        """Log of exact over approximate joint density, to weight a draw with.

        `figures` are those of the drawn unknowns.
        """
        exact = measured.log_likelihood(figures) + measured.log_prior(unknowns)
        return exact - self.log_density(unknowns) - self.evidence


def approximation(
    figures: Figures,
    measured: Measured,
    start: Floats,
    slopes: Floats | None = None,
    hopeless: float = HOPELESS,
) -> Approximation:
    """The mode and the normal around it, from a first guess (with slopes, if known).

    Where no unknowns bring the log density to within `hopeless` of a good fit, the
    slopes are not measured anew: such a structure needs no exact evidence.
    """
    here, values = start, figures(start)
    if slopes is None:
        slopes = differences(figures, here, values)
    short = _short_of_perfect(measured, here, values)
    longest, since, known = LONGEST_STEP, 0, False
    for _ in range(MOST_STEPS):
        step, gain = _step(measured, here, values, slopes)
        if gain < max(0.1 * (short - hopeless), SETTLED) and (known or short > hopeless):
            break
        if gain < SETTLED or since == MEASURED_AGAIN:
            slopes, since, known = differences(figures, here, values), 0, True
            continue
        step *= min(1.0, longest / np.max(np.abs(step)))
        moved = here + step
        after = figures(moved)
        surprise = after - values - slopes @ step
        slopes = slopes + np.outer(surprise, step) / (step @ step)
        since += 1
        short_after = _short_of_perfect(measured, moved, after)
        if short_after < short:
            here, values, short = moved, after, short_after
            longest = min(2 * longest, LONGEST_STEP)
        else:
            longest = 0.5 * np.max(np.abs(step))
    return _around(measured, here, values, slopes)


def _short_of_perfect(measured: Measured, here: Floats, values: Floats) -> float:
    """By how much the log density falls short of what it usually is at a good fit.

    Half a unit for every figure is usual: each misses by about its own error.
    """
    off = (measured.observed - values) / measured.errors
    away = solve_triangular(measured.root, here - measured.mean, lower=True)
    return float(0.5 * (off @ off + away @ away - len(off)))


def _step(measured: Measured, here: Floats, values: Floats, slopes: Floats) -> tuple[Floats, float]:
    """The Gauss-Newton step, and by how much the log density should rise with it."""
    weighted = slopes / measured.errors[:, None] ** 2
    precision = slopes.T @ weighted + measured.precision
    pull = weighted.T @ (measured.observed - values) - measured.precision @ (here - measured.mean)
    step: Floats = np.asarray(np.linalg.solve(precision, pull), dtype=np.float64)
    return step, float(0.5 * pull @ step)


def _around(measured: Measured, mode: Floats, values: Floats, slopes: Floats) -> Approximation:
    precision = slopes.T @ (slopes / measured.errors[:, None] ** 2) + measured.precision
    root = np.linalg.cholesky(np.linalg.inv(precision))
    evidence = (
        measured.log_likelihood(values)
        + measured.log_prior(mode)
        + len(mode) * LOG_2_PI / 2
        + np.log(np.diag(root)).sum()
    )
    return Approximation(mode, np.asarray(root), values, slopes, float(evidence))


def differences(figures: Figures, here: Floats, values: Floats) -> Floats:
    """Derivatives of the figures [figure, unknown] by forward differences."""
    columns = []
    for k in range(len(here)):
        moved = here.copy()
        moved[k] += DIFFERENCE
        columns.append((figures(moved) - values) / DIFFERENCE)
    return np.stack(columns, axis=1)
