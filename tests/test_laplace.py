"""The unknowns given a structure: exact where the model is linear and normal."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from calibration.laplace import Approximation, Measured, approximation

RANDOM = np.random.default_rng(7)
SLOPES = RANDOM.normal(size=(5, 3))
OFFSET = RANDOM.normal(size=5)
COVARIANCE = np.diag([0.3, 0.2, 0.4]) + 0.05
MEASURED = Measured(
    observed=OFFSET + SLOPES @ np.array([0.2, -0.1, 0.3]) + 0.01 * RANDOM.normal(size=5),
    errors=np.array([0.02, 0.05, 0.1, 0.03, 0.07]),
    mean=np.array([0.1, 0.0, -0.1]),
    covariance=COVARIANCE,
)


def linear(unknowns: np.ndarray) -> np.ndarray:
    return OFFSET + SLOPES @ unknowns


def found() -> Approximation:
    return approximation(linear, MEASURED, MEASURED.mean)


def test_the_evidence_of_a_linear_model_is_exact():
    """Figures are normal: mean SLOPES mean, covariance SLOPES C SLOPESᵀ + errors²."""
    exact = multivariate_normal(
        OFFSET + SLOPES @ MEASURED.mean,
        SLOPES @ COVARIANCE @ SLOPES.T + np.diag(MEASURED.errors**2),
    ).logpdf(MEASURED.observed)
    assert found().evidence == pytest.approx(exact, abs=1e-3)


def test_mode_and_spread_of_a_linear_model_are_exact():
    precision = np.linalg.inv(COVARIANCE) + SLOPES.T @ np.diag(MEASURED.errors**-2) @ SLOPES
    right = np.linalg.inv(COVARIANCE) @ MEASURED.mean + SLOPES.T @ np.diag(MEASURED.errors**-2) @ (
        MEASURED.observed - OFFSET
    )
    result = found()
    assert result.mode == pytest.approx(np.linalg.solve(precision, right), abs=2e-3)
    assert result.root @ result.root.T == pytest.approx(np.linalg.inv(precision), rel=1e-6)


def test_the_weight_of_a_draw_is_one_where_the_approximation_is_exact():
    result = found()
    for _ in range(5):
        drawn = result.draw(RANDOM.standard_normal(3))
        assert result.log_ratio(MEASURED, drawn, linear(drawn)) == pytest.approx(0.0, abs=2e-2)


def test_weights_put_a_bent_model_right():
    """One unknown, exp figures: the weighted mean is that of the exact posterior, by quadrature."""

    def bent(unknowns: np.ndarray) -> np.ndarray:
        return np.array([np.exp(unknowns[0])])

    measured = Measured(np.array([1.5]), np.array([0.4]), np.array([0.0]), np.array([[0.5]]))
    result = approximation(bent, measured, np.array([0.0]))
    grid = np.linspace(-4, 3, 20_001)
    density = np.exp(
        [
            measured.log_likelihood(bent(np.array([x]))) + measured.log_prior(np.array([x]))
            for x in grid
        ]
    )
    exact = np.trapezoid(grid * density, grid) / np.trapezoid(density, grid)
    draws = np.array([result.draw(z) for z in RANDOM.standard_normal((20_000, 1))])
    ratios = np.exp([result.log_ratio(measured, x, bent(x)) for x in draws])
    mean = ratios @ draws[:, 0] / ratios.sum()
    error = np.sqrt(ratios**2 @ (draws[:, 0] - mean) ** 2) / ratios.sum()
    assert mean == pytest.approx(exact, abs=4 * error)
    # And the mean weight is the exact evidence over the approximate one.
    exact_evidence = np.log(np.trapezoid(density, grid))
    assert np.log(ratios.mean()) + result.evidence == pytest.approx(exact_evidence, abs=0.05)
