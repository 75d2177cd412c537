"""The correction of the approximation: finds what it can explain, states what it cannot."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.discrepancy import REPLICATIONS, fitted

RANDOM = np.random.default_rng(11)
DESIGN = 300
NOISE = np.array([0.01, 0.02])
# Even, so that none lies beyond the reach of the regression.
FEATURES = RANDOM.uniform(-1, 1, size=(DESIGN, 6)) * np.array([1, 10, 0.1, 1, 5, 1])
TRUE = np.column_stack([0.03 * FEATURES[:, 0], 0.02 + 0.002 * FEATURES[:, 1]])


def correction_of(unexplained: float):
    off = TRUE + unexplained * RANDOM.normal(size=TRUE.shape)
    off = off + NOISE / np.sqrt(REPLICATIONS) * RANDOM.normal(size=TRUE.shape)
    return fitted(FEATURES, off, NOISE)


def test_a_linear_difference_is_found():
    correction = correction_of(0.0)
    # Standard error of a regression's value: noise × √(features / design), at most twice that here.
    allowed = 4 * 2 * NOISE / np.sqrt(REPLICATIONS) * np.sqrt(7 / DESIGN)
    for features, true in zip(FEATURES[:20], TRUE[:20], strict=True):
        got = correction(features[:2], features[2:4], features[4:])
        assert np.all(np.abs(got - true) < allowed)


def test_noise_of_replications_is_not_taken_for_error():
    correction = correction_of(0.0)
    # The cross-validated square error is that of the noise, give or take √(2/n) of it.
    allowed = NOISE / np.sqrt(REPLICATIONS) * np.sqrt(4 * np.sqrt(2 / DESIGN))
    assert np.all(correction.error < allowed)


def test_what_is_not_explained_is_stated():
    correction = correction_of(0.05)
    assert correction.error == pytest.approx(0.05, rel=4 / np.sqrt(2 * DESIGN))
    assert np.all(correction.plain_error >= correction.error * 0.9)


def test_far_from_the_design_it_goes_no_further():
    correction = correction_of(0.0)
    far, farther = FEATURES[0] + 100, FEATURES[0] + 1000
    assert correction(far[:2], far[2:4], far[4:]) == pytest.approx(
        correction(farther[:2], farther[2:4], farther[4:])
    )
