"""Credible intervals without the simulation's noise, and that noise: on made-up normal values.

Each row is an experiment of its own, so that errors of the tests follow from the rows.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.experiment.credible import quantiles, spread
from sim.posterior import Draws

SIGMAS = 4.5
END = stats.norm.ppf(0.95)


def experiments(
    rows: int, draws: int, runs: int, *, between: float, noise: float, seed: int = 3
) -> tuple[np.ndarray, np.ndarray]:
    """Values [row, draw, run] around 10, and what is expected of each draw [row, draw]."""
    random = np.random.default_rng(seed)
    expected = random.normal(10, between, (rows, draws))
    return expected[:, :, None] + random.normal(0, noise, (rows, draws, runs)), expected


def assert_mean(found: np.ndarray, wanted: float) -> None:
    """The mean over experiments lies within the error that their own spread tells."""
    error = found.std(ddof=1) / np.sqrt(len(found))
    assert abs(found.mean() - wanted) < SIGMAS * error, f"{found.mean()} is not {wanted} ± {error}"


class TestNoiseIsTakenOut:
    @pytest.mark.parametrize("noise", [0.5, 1.0, 2.0])
    @pytest.mark.parametrize("runs", [2, 4])
    def test_the_interval_is_that_of_the_expected_values(self, noise: float, runs: int) -> None:
        values, _ = experiments(300, 400, runs, between=1.0, noise=noise)
        found = spread(values, np.full(400, 1 / 400))
        assert_mean(found.low, 10 - END)
        assert_mean(found.high, 10 + END)

    def test_it_holds_ninety_percent_of_what_may_be_expected(self) -> None:
        values, _ = experiments(300, 400, 2, between=1.0, noise=2.0)
        found = spread(values, np.full(400, 1 / 400))
        held = stats.norm.cdf(found.high, 10, 1) - stats.norm.cdf(found.low, 10, 1)
        assert_mean(held, 0.90)

    def test_with_the_noise_left_in_it_would_hold_too_much(self) -> None:
        """What one run a draw gives: the spread of both together."""
        values, _ = experiments(300, 400, 1, between=1.0, noise=2.0)
        found = spread(values, np.full(400, 1 / 400))
        assert_mean(found.high, 10 + END * np.sqrt(1 + 4))
        assert np.isnan(found.half_width).all()

    def test_where_draws_differ_no_more_than_noise_nothing_is_left(self) -> None:
        values = np.array([[[1.0, 3.0], [3.0, 1.0], [0.0, 4.0], [2.1, 1.9]]])
        found = spread(values, np.full(4, 0.25))
        assert found.low == found.value == found.high == 2.0
        assert found.half_width > 0

    def test_without_noise_it_is_that_of_the_means(self) -> None:
        means = np.arange(40.0)
        found = spread(np.repeat(means, 2).reshape(1, 40, 2), np.full(40, 1 / 40))
        assert found.low == pytest.approx(np.quantile(means, 0.05, method="hazen"))
        assert found.high == pytest.approx(np.quantile(means, 0.95, method="hazen"))
        assert found.half_width == 0


class TestNoiseOfTheMean:
    @pytest.mark.parametrize(("draws", "runs"), [(8, 2), (40, 2), (12, 5)])
    def test_its_interval_holds_the_mean_of_what_is_expected(self, draws: int, runs: int) -> None:
        """95 % of the experiments, by Student's law exactly; the draws' spread plays no part."""
        rows = 4000
        values, expected = experiments(rows, draws, runs, between=5.0, noise=1.0)
        found = spread(values, np.full(draws, 1 / draws))
        held = np.mean(np.abs(found.value - expected.mean(axis=1)) <= found.half_width)
        assert abs(held - 0.95) < SIGMAS * np.sqrt(0.95 * 0.05 / rows)

    def test_with_uneven_weights_too(self) -> None:
        rows, draws = 4000, 60
        values, expected = experiments(rows, draws, 2, between=5.0, noise=1.0)
        weights = np.random.default_rng(1).uniform(0.5, 1.5, draws)
        weights /= weights.sum()
        found = spread(values, weights)
        held = np.mean(np.abs(found.value - expected @ weights) <= found.half_width)
        assert abs(held - 0.95) < SIGMAS * np.sqrt(0.95 * 0.05 / rows)

    def test_it_shrinks_with_runs_and_the_credible_interval_does_not(self) -> None:
        few, many = (
            spread(experiments(200, 100, runs, between=1.0, noise=2.0)[0], np.full(100, 0.01))
            for runs in (2, 32)
        )
        ratio = few.half_width.mean() / many.half_width.mean()
        reach = stats.t.ppf(0.975, 100) / stats.t.ppf(0.975, 3100)
        assert ratio == pytest.approx(4 * reach, rel=SIGMAS / np.sqrt(2 * 100 * 200))
        assert_mean((few.high - few.low) - (many.high - many.low), 0.0)


class TestWeights:
    def test_the_mean_is_weighted_and_only_their_proportions_count(self) -> None:
        values, _ = experiments(5, 30, 2, between=1.0, noise=1.0)
        weights = np.random.default_rng(2).uniform(0, 1, 30)
        found, same = spread(values, weights), spread(values, 7 * weights)
        wanted = np.average(values.mean(axis=2), axis=1, weights=weights)
        assert found.value == pytest.approx(wanted)
        for name in ("value", "low", "high", "half_width"):
            assert getattr(found, name) == pytest.approx(getattr(same, name))

    @pytest.mark.parametrize("absent", ["no_weight", "no_value"])
    def test_a_draw_that_does_not_count_changes_nothing(self, absent: str) -> None:
        values, _ = experiments(5, 30, 2, between=1.0, noise=1.0)
        weights = np.random.default_rng(2).uniform(0.5, 1, 30)
        more = np.concatenate([values, np.full((5, 3, 2), 1e6)], axis=1)
        if absent == "no_value":
            more[:, 30:] = np.nan
        found = spread(more, np.append(weights, np.full(3, 0.0 if absent == "no_weight" else 2.0)))
        wanted = spread(values, weights)
        for name in ("value", "low", "high"):
            assert getattr(found, name) == pytest.approx(getattr(wanted, name))
        assert absent == "no_weight" or found.half_width.max() < 1

    def test_a_row_without_any_value_is_empty(self) -> None:
        found = spread(np.full((1, 12, 2), np.nan), np.full(12, 1 / 12))
        for name in ("value", "low", "high", "half_width"):
            assert np.isnan(getattr(found, name)).all()

    @pytest.mark.parametrize("level", [0.0, 0.03, 0.05, 0.5, 0.77, 0.95, 1.0])
    def test_quantiles_of_equal_weights_are_those_of_hazen(self, level: float) -> None:
        values = np.random.default_rng(5).normal(size=(4, 33))
        wanted = np.quantile(values, level, axis=1, method="hazen")
        assert quantiles(values, np.full((4, 33), 1 / 33), level) == pytest.approx(wanted)

    def test_a_heavy_value_is_reached_from_both_sides(self) -> None:
        values, weights = np.array([[1.0, 2.0, 9.0]]), np.array([[0.1, 0.8, 0.1]])
        assert quantiles(values, weights, 0.5) == 2.0
        assert quantiles(values, weights, 0.275) == pytest.approx(1.5)
        assert quantiles(values, weights, 0.01) == 1.0


class TestFewDraws:
    @pytest.mark.parametrize(("weights", "enough"), [([1] * 10, True), ([1] * 9, False)])
    def test_ten_equal_draws_are_the_fewest(self, weights: list[int], enough: bool) -> None:
        draws = Draws(np.array(weights) / len(weights), ("process",) * len(weights))
        assert draws.tell_an_interval is enough

    def test_many_draws_of_which_one_has_all_the_weight_are_one(self) -> None:
        draws = Draws(np.array([0.97] + [0.03 / 30] * 30), ("process",) * 31)
        assert draws.effective < 1.1
        assert not draws.tell_an_interval
