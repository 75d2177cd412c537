"""Quantiles by table: their error against scipy, their moments, their ends."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.population import quantiles
from sim.population.compiled_draws import quantile

GAMMAS = (0.05, 0.2, 0.5, 0.6, 1.0, 1.5, 2.0)
LOGNORMALS = (0.05, 0.2, 0.5, 0.8, 1.1, 2.0, 3.0)
LAST = 2**32 - 1


def lognormal(cv: float):
    """scipy's lognormal with mean 1."""
    sigma = np.sqrt(np.log1p(cv**2))
    return stats.lognorm(sigma, scale=np.exp(-(sigma**2) / 2))


TABLES = {
    "exponential": (quantiles.exponential(), stats.expon()),
    **{f"gamma {cv}": (quantiles.gamma(cv), stats.gamma(cv**-2, scale=cv**2)) for cv in GAMMAS},
    **{f"lognormal {cv}": (quantiles.lognormal(cv), lognormal(cv)) for cv in LOGNORMALS},
}


def looked_up(table: np.ndarray, words: np.ndarray) -> np.ndarray:
    """The quantile of every word."""
    return np.array([quantile(table, word) for word in words])


def some_words() -> np.ndarray:
    """Words all over, and many in both tails."""
    rng = np.random.default_rng(8)
    tail = (2.0 ** rng.uniform(0, 32, 5000)).astype(np.uint64) % 2**32
    ends = np.arange(600, dtype=np.uint64)
    everywhere = rng.integers(0, 2**32, 20_000, dtype=np.uint64)
    return np.concatenate([everywhere, tail, LAST - tail, ends, LAST - ends])


@pytest.mark.parametrize("name", list(TABLES))
def test_a_table_errs_less_than_is_said(name: str):
    """Against scipy, taken from the tail on whose side the probability lies."""
    table, law = TABLES[name]
    words = some_words()
    low, high = (words + 0.5) * 2.0**-32, (LAST - words + 0.5) * 2.0**-32
    true = np.where(low < 0.5, law.ppf(low), law.isf(high))
    assert np.all(np.abs(looked_up(table, words) - true) < 2e-6 * (1 + true))


@pytest.mark.parametrize("name", list(TABLES))
def test_a_table_never_falls_and_keeps_mean_and_spread(name: str):
    """Midpoints of equal slices of probability: an integral, not a sample."""
    table, law = TABLES[name]
    slices = 1 << 16
    words = np.arange(slices, dtype=np.uint64) * (2**32 // slices) + 2**32 // slices // 2
    values = looked_up(table, words)
    assert np.all(np.diff(values) >= 0)
    probabilities = (words + 0.5) * 2.0**-32
    assert values.mean() == pytest.approx(law.ppf(probabilities).mean(), rel=1e-5)
    assert values.std() == pytest.approx(law.ppf(probabilities).std(), rel=1e-4)


@pytest.mark.parametrize("name", list(TABLES))
def test_the_smallest_and_largest_words_are_exact_and_finite(name: str):
    table, law = TABLES[name]
    least, most = looked_up(table, np.array([0, LAST], dtype=np.uint64))
    assert 0 <= least < most < np.inf
    assert least == pytest.approx(law.ppf(2.0**-33), rel=1e-9, abs=1e-15)
    assert most == pytest.approx(law.isf(2.0**-33), rel=1e-9)


def test_no_spread_is_always_one():
    assert np.all(looked_up(quantiles.lognormal(0.0), some_words()[:100]) == 1.0)
