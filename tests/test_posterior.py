"""Scenarios under posterior draws: what is filled in, what the scenario keeps, what is moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from posteriors import YEARS_AFTER, made
from scenario_inputs import FIGURES, ROOT, TREND, files
from scipy import stats

import sim
from sim import data_files
from sim.parameters import kind_of
from sim.posterior import PRIOR, Posterior, Range, posterior
from sim.quantities import Quantity
from sim.reading_fits import needs_reading

LOCKDOWN = "shocks.lockdown_2020.orientations"
TARGET = "levers.shared_target.orientations"


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Posterior:
    return posterior(made(tmp_path_factory.mktemp("posterior")))


def column(sample: Posterior, path: str) -> np.ndarray:
    return sample.values[:, [each.path for each in sample.parameters].index(path)]


class TestUnder:
    @pytest.mark.parametrize("k", [0, 7])
    def test_a_draw_fills_what_is_open(self, sample: Posterior, k: int):
        filled = sample.under(TREND, k)
        assert needs_reading(TREND)
        assert not needs_reading(filled)
        for parameter in sample.parameters:
            path = parameter.path
            year = path.rpartition(".")[2]
            path = f"{path}-01-01" if year.isdigit() else path
            assert filled.values[path] == column(sample, parameter.path)[k], path
        assert filled.title == TREND.title
        assert filled.given.name == TREND.given.name
        assert not TREND.orientations.per_year

    def test_its_values_say_where_they_come_from(self, sample: Posterior):
        filled = sample.under(TREND, 3)
        assert filled.portfolios.places.source == "posterior draw 3"
        assert filled.orientations.per_year[date(2022, 1, 1)].source == "posterior draw 3"
        assert filled.shocks["lockdown_2020"].orientations.source == "posterior draw 3"
        assert kind_of("posterior draw 3") == "posterior"

    def test_draws_give_different_scenarios_and_the_same_draw_the_same(self, sample: Posterior):
        prints = [sample.under(TREND, k).fingerprint for k in range(len(sample))]
        assert len(set(prints)) == len(sample)
        assert sample.under(TREND, 4).fingerprint == prints[4]

    @pytest.mark.parametrize("value", [50, {"value": 50, "low": 45, "high": 60, "source": "mine"}])
    def test_what_the_scenario_sets_wins_over_what_was_calibrated(self, sample, value: object):
        own = TREND.with_({"portfolios.places": value, "territory.unevenness": 0.3})
        filled = sample.under(own, 0)
        assert filled.portfolios.places == 50
        assert filled.territory.unevenness == 0.3

    def test_even_where_it_sets_the_default(self, sample: Posterior):
        assert sample.under(TREND.with_({"portfolios.places": 58}), 0).portfolios.places == 58

    def test_what_the_base_of_a_scenario_sets_wins_too(self, sample: Posterior, tmp_path: Path):
        path = files(tmp_path, top='base = "below"\n', below="[portfolios]\nplaces = 50\n")
        assert sample.under(sim.load(path), 0).portfolios.places == 50

    @pytest.mark.parametrize("form", ["2020", "2018-01-01"])
    def test_a_timeline_of_the_scenario_is_not_filled_in_between(self, sample, form: str):
        own = TREND.with_({"orientations.per_year": {form: 90_000}})
        filled = sample.under(own, 0)
        assert list(filled.orientations.per_year.values()) == [90_000]
        assert len(filled.entry.process_delay_days) == 3 + len(YEARS_AFTER)

    def test_a_scenario_with_all_figures_keeps_them(self, sample: Posterior):
        own = TREND.with_(FIGURES)
        filled = sample.under(own, 0)
        assert filled.orientations == own.orientations.model_copy(
            update={"supply_response": filled.orientations.supply_response}
        )
        assert filled.portfolios.places == column(sample, "portfolios.places")[0]

    def test_a_change_after_it_wins(self, sample: Posterior):
        changed = sample.under(TREND, 0).with_({"portfolios.places": 55})
        assert changed.portfolios.places == 55

    def test_another_draw_after_it_changes_nothing(self, sample: Posterior):
        """Once filled, a value is the scenario's own."""
        once = sample.under(TREND, 0)
        assert sample.under(once, 5).fingerprint == once.fingerprint

    def test_a_draw_that_does_not_fit_a_setting_says_so(self, sample: Posterior):
        own = TREND.with_({"parcours.to_employment": 0.6, "parcours.dropout": 0.26})
        with pytest.raises(sim.InputError, match=r"at most 1 \(under posterior draw 2\)"):
            with_much_training(sample).under(own, 2)


def with_much_training(sample: Posterior) -> Posterior:
    """The sample with more exits to training than some settings of the others leave room for."""
    paths = [each.path for each in sample.parameters]
    parameter = replace(
        sample.parameters[paths.index("posts.turnover_per_year")],
        path="parcours.to_training",
        owner="parcours.to_training",
    )
    values = np.append(sample.values, np.full((len(sample), 1), 0.19), axis=1)
    return replace(sample, parameters=(*sample.parameters, parameter), values=values)


class TestShocks:
    def test_what_the_calibrated_history_sets_is_replaced(self, sample: Posterior):
        shock = sample.under(TREND, 2).shocks["lockdown_2020"]
        assert shock.orientations == column(sample, LOCKDOWN)[2] != 0.33
        assert shock.catch_up_days == 120
        assert shock.start == date(2020, 3, 17)

    @pytest.mark.parametrize(
        "name", ["scenarios/trend.toml", "./scenarios/../scenarios/trend.toml"]
    )
    def test_by_whatever_way_its_file_is_named(self, sample: Posterior, name: str, monkeypatch):
        monkeypatch.chdir(ROOT)
        shock = sample.under(sim.load(name), 2).shocks["lockdown_2020"]
        assert shock.orientations == column(sample, LOCKDOWN)[2]

    def test_what_the_user_sets_of_it_wins(self, sample: Posterior, tmp_path: Path):
        mine = files(
            tmp_path, mine='base = "trend"\n[shocks.lockdown_2020]\ncatch_up_share = 0.5\n'
        )
        for own in (sim.load(mine), TREND.with_({"shocks.lockdown_2020.catch_up_share": 0.5})):
            shock = sample.under(own, 2).shocks["lockdown_2020"]
            assert shock.catch_up_share == 0.5
            assert shock.orientations == column(sample, LOCKDOWN)[2]

    def test_a_copy_of_the_history_is_a_users_own(self, sample: Posterior, tmp_path: Path):
        copy = tmp_path / "history-2018-2020.toml"
        copy.write_bytes((data_files.scenarios() / copy.name).read_bytes())
        assert sample.under(sim.load(copy), 2).shocks["lockdown_2020"].orientations == 0.33

    def test_columns_of_a_shock_that_is_not_there_are_ignored(self, sample: Posterior):
        without = sim.load("departement-haute-marne")
        assert dict(sample.under(without, 0).shocks) == {}

    def test_other_shocks_stay_as_they_are(self, sample: Posterior):
        shock = sample.under(sim.load("lockdown"), 0).shocks["lockdown_2021"]
        assert shock == sim.load("lockdown").shocks["lockdown_2021"]


class TestAnOwnRange:
    """A range of the scenario's own replaces the shipped prior; quantiles stay."""

    OWN = Quantity(0.05, 0.02, 0.20, "our own estimate")

    def test_a_draw_keeps_its_quantile(self, sample: Posterior):
        own = TREND.with_({TARGET: self.OWN.document()})
        shipped = Range("triangular", 0.0, 0.15, 0.30)
        for k in range(len(sample)):
            found = sample.under(own, k).levers.shared_target.orientations
            share = shipped.share_below(column(sample, TARGET)[k])
            law = stats.triang((0.05 - 0.02) / 0.18, 0.02, 0.18)
            assert found == pytest.approx(law.ppf(share))
            assert (found.low, found.high) == (0.02, 0.20)
            assert f"posterior draw {k}" in found.source
            assert "our own estimate" in found.source

    def test_the_shipped_range_given_again_changes_nothing(self, sample: Posterior):
        given = {
            each.path: {"value": each.prior.central, "low": each.prior.low, "high": each.prior.high}
            for each in sample.parameters
            if each.kind == PRIOR
        }
        again, as_shipped = (sample.under(own, 1) for own in (TREND.with_(given), TREND))
        for path in given:
            assert again.values[path] == pytest.approx(as_shipped.values[path]), path

    @pytest.mark.parametrize("value", [0.2, {"value": 0.2}, {"value": 0.2, "low": 0.1}])
    def test_a_value_without_a_whole_range_stands(self, sample: Posterior, value: object):
        own = TREND.with_({TARGET: value})
        assert {sample.under(own, k).levers.shared_target.orientations for k in range(4)} == {0.2}

    def test_a_range_of_no_width_is_its_value(self, sample: Posterior):
        own = TREND.with_({TARGET: {"value": 0.2, "low": 0.2, "high": 0.2}})
        assert sample.under(own, 1).levers.shared_target.orientations == 0.2

    def test_a_uniform_prior_moves_uniformly(self, sample: Posterior):
        path = "posts.turnover_per_year"
        own = TREND.with_({path: {"value": 0.08, "low": 0.0, "high": 1.0}})
        for k in range(4):
            share = (column(sample, path)[k] - 0.04) / 0.11
            assert sample.under(own, k).posts.turnover_per_year == pytest.approx(share)

    @pytest.mark.parametrize("central", [0.0, 0.1, 0.4, 1.0])
    def test_quantile_and_share_are_those_of_the_triangle(self, central: float):
        law, mine = stats.triang(central), Range("triangular", 0.0, central, 1.0)
        for share in np.linspace(0, 1, 21):
            assert mine.quantile(share) == pytest.approx(law.ppf(share), abs=1e-12)
            assert mine.share_below(mine.quantile(share)) == pytest.approx(share, abs=1e-12)
        assert mine.share_below(-1) == 0
        assert mine.share_below(2) == 1


class TestOverridden:
    def test_the_shipped_projections_override_nothing(self, sample: Posterior):
        for name in ("history-2018-2020", "trend", "target-2022", "lockdown"):
            assert sample.overridden(sim.load(name)) == ()

    def test_settings_of_calibrated_values_are_told_once_each(self, sample: Posterior):
        own = TREND.with_(
            {
                "portfolios.places": 50,
                "orientations.per_year": {"2018": 1, "2019": 2},
                LOCKDOWN: 0.5,
                TARGET: 0.2,
                "posts.target": 1500,
            }
        )
        told = sample.overridden(own)
        assert sorted(told) == ["orientations.per_year", "portfolios.places", LOCKDOWN]

    def test_priors_may_be_edited_without_a_word(self, sample: Posterior):
        own = TREND.with_({TARGET: {"value": 0.1, "low": 0, "high": 0.2}})
        assert sample.overridden(own) == ()


class TestFirst:
    def test_weights_sum_to_one_again(self, sample: Posterior):
        some = sample.first(5)
        assert some.weights.sum() == pytest.approx(1)
        assert some.weights / some.weights[0] == pytest.approx(
            sample.weights[:5] / sample.weights[0]
        )
        assert some.readings == sample.readings[:5]

    @pytest.mark.parametrize("count", [0, 13])
    def test_there_are_no_more_than_there_are(self, sample: Posterior, count: int):
        with pytest.raises(sim.InputError, match="there are 12"):
            sample.first(count)

    def test_the_file_decides_the_fingerprint(self, sample: Posterior, tmp_path: Path):
        assert posterior(made(tmp_path / "same")).fingerprint == sample.fingerprint
        assert posterior(made(tmp_path / "other", seed=8)).fingerprint != sample.fingerprint
        assert sample.scenario_fingerprint == sim.load("history-2018-2020").fingerprint
        assert set(sample.diagnostics) == {"is_queue_share_2020"}
