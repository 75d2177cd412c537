"""The checks of a calibration, each on something whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from calibration.checks.held_out import crps
from calibration.checks.predictive import weighted_quantiles
from calibration.checks.sbc import uniformity
from calibration.labels import Behaviour
from calibration.sampling import systematic

RANDOM = np.random.default_rng(5)


def test_crps_of_a_normal_forecast():
    """Closed form: σ (z (2Φ(z) − 1) + 2φ(z) − 1/√π) (Gneiting and Raftery 2007)."""
    values = norm.ppf((np.arange(4001) + 0.5) / 4001) * 2 + 1
    even = np.ones(len(values))
    for observed in (1.0, 3.5, -2.0):
        z = (observed - 1) / 2
        exact = 2 * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi))
        assert crps(values, even, observed) == pytest.approx(exact, rel=2e-3)


def test_weighted_quantiles_are_those_of_repeated_values():
    values = RANDOM.normal(size=400)
    times = RANDOM.integers(1, 6, size=400)
    repeated = np.repeat(values, times)
    found = weighted_quantiles(values, times / times.sum(), (0.05, 0.5, 0.95))
    spacing = 6 / len(repeated)
    for level, value in zip((0.05, 0.5, 0.95), found, strict=True):
        low, high = np.quantile(repeated, [level - spacing, level + spacing])
        assert low <= value <= high


def test_systematic_draws_are_in_proportion():
    weights = RANDOM.random(50)
    counts = np.bincount(systematic(weights, 1000, 0.3), minlength=50)
    assert np.all(np.abs(counts - 1000 * weights / weights.sum()) <= 1)


class TestUniformity:
    def test_uniform_ranks_pass(self):
        tests = uniformity([f"p{k}" for k in range(30)], RANDOM.random((100, 30)))
        assert all(each.passes for each in tests)
        assert np.mean([each.inside_90 for each in tests]) == pytest.approx(0.9, abs=0.03)

    @pytest.mark.parametrize("bent", [lambda u: u**1.8, lambda u: 0.5 + (u - 0.5) * 0.5])
    def test_biased_or_too_wide_posteriors_are_refused(self, bent):
        ranks = RANDOM.random((100, 30))
        ranks[:, 3] = bent(ranks[:, 3])
        tests = uniformity([f"p{k}" for k in range(30)], ranks)
        assert not tests[3].passes
        assert sum(not each.passes for each in tests) <= 2


class TestLabels:
    def behaviour(self, **changes: float) -> Behaviour:
        plain = {
            "queue_share": 0.1,
            "uneven_share": 0.0,
            "places_share": 0.0,
            "load_ratio": 1.0,
            "supply_response": 0.2,
            "load": 45.0,
            "orientations": 1e5,
            "abandonments": 1e4,
            "process_delay": 20.0,
            "queue_delay": 2.0,
        }
        return Behaviour(**{**plain, **changes})

    @pytest.mark.parametrize(
        ("changes", "reading"),
        [
            ({}, "process"),
            ({"supply_response": 0.9, "load_ratio": 1.3}, "supply_led"),
            ({"load_ratio": 1.2, "queue_share": 0.5}, "longer_stays"),
            ({"queue_share": 0.5, "uneven_share": 0.8, "places_share": 0.9}, "uneven"),
            ({"queue_share": 0.5, "places_share": 0.9}, "places"),
            ({"queue_share": 0.5, "places_share": 0.1}, "process"),
        ],
    )
    def test_a_draw_is_labelled_by_what_it_does(self, changes, reading):
        assert self.behaviour(**changes).reading == reading
