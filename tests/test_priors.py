"""Priors and the drift law: within their ranges, as declared, the same draw under another prior."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import sim
from calibration.priors import DURATION_2020, Prior, alternatives, priors_of

HISTORY = sim.load("history-2018-2020")
PRIORS = priors_of(HISTORY)
EVEN = (np.arange(20_000) + 0.5) / 20_000


@pytest.mark.parametrize("prior", [*PRIORS.calibrated, *PRIORS.prior], ids=lambda p: p.path)
def test_a_prior_stays_in_the_range_of_the_register(prior: Prior):
    values = prior.at(EVEN)
    assert values.min() >= prior.low - 1e-9
    assert values.max() <= prior.high + 1e-9
    assert np.all(np.diff(values) >= -1e-9)
    entry = next(entry for entry in HISTORY.register if entry.path == prior.path)
    assert (prior.low, prior.high) == (entry.low, entry.high)
    assert prior.source == entry.source


def test_every_effect_of_a_lever_with_a_range_has_a_prior():
    paths = {each.path for each in PRIORS.prior}
    ranged = {
        entry.path
        for entry in HISTORY.register
        if entry.path.startswith("levers.") and entry.low is not None and entry.low < entry.high
    }
    assert ranged <= paths
    assert "levers.shared_target.orientations" in ranged


def test_a_triangular_prior_is_densest_at_its_central_value():
    prior = Prior("x", "triangular", 0.0, 3.0, 10.0, "", "")
    counts, edges = np.histogram(prior.at(EVEN), bins=20, range=(0, 10))
    assert abs(edges[counts.argmax()] + 0.25 - 3.0) <= 0.5
    # Mean of a triangular distribution: a third of the sum of its three numbers.
    assert prior.at(EVEN).mean() == pytest.approx(13 / 3, rel=1e-4)
    uniform = Prior("x", "uniform", 0.0, 3.0, 10.0, "", "")
    assert uniform.at(EVEN).mean() == pytest.approx(5.0, rel=1e-6)


def test_only_the_values_that_are_possible_come_out():
    prior = next(each for each in PRIORS.calibrated if each.path == "territory.pool_size")
    assert set(np.round(prior.at(EVEN), 9)) == set(prior.values)


@pytest.mark.parametrize("shape", ["triangular", "log_triangular"])
def test_the_density_is_that_of_the_quantiles(shape: str):
    """By importance: draws of one prior, weighted by the ratio, have another's mean."""
    mine = Prior("x", shape, 2.0, 5.0, 9.0, "", "")
    other = Prior("x", shape, 2.0, 8.0, 9.0, "", "")
    values = mine.at(EVEN)
    ratio = other.density(values) / np.maximum(mine.density(values), 1e-12)
    assert ratio @ values / ratio.sum() == pytest.approx(other.at(EVEN).mean(), rel=2e-3)


def test_the_ratio_of_discrete_priors_is_that_of_their_probabilities():
    """Its mean over draws of the one prior is 1, at the ends of the grid too."""
    mine = next(each for each in PRIORS.calibrated if each.path == "territory.pool_size")
    other = replace(mine, central=8.0)
    values = mine.at(EVEN)
    ratio = other.density(values) / mine.density(values)
    assert ratio.mean() == pytest.approx(1.0, abs=2e-3)
    for value in mine.values:
        share = np.mean(np.isclose(values, value))
        assert mine.density(np.array([value]))[0] == pytest.approx(share, abs=2e-4)


def test_a_departement_is_thought_to_have_orientations_for_its_own_entries():
    own = PRIORS.of_a_place(500)
    assert own.volume.first_level == pytest.approx(650)
    assert "assumption" in own.volume.source
    assert own.process_delay == PRIORS.process_delay


def test_the_drift_law_is_a_random_walk():
    covariance = PRIORS.covariance_of_logs(3)
    volume = covariance[:3, :3]
    first, step = PRIORS.volume.first_level_sd, PRIORS.volume.sd_per_year
    assert volume[0, 0] == pytest.approx(first**2)
    # Variance of the change from year to year, and no memory in it.
    for k in range(2):
        change = volume[k + 1, k + 1] - 2 * volume[k, k + 1] + volume[k, k]
        assert change == pytest.approx(step**2)
    both = np.array([-1.0, 1.0, 0.0]) @ volume @ np.array([0.0, -1.0, 1.0])
    assert both == pytest.approx(0.0, abs=1e-12)
    assert np.all(covariance[:3, 3:] == 0)


def test_other_priors_change_what_they_say_and_nothing_else():
    found = {each.name: each.priors for each in alternatives(PRIORS)}
    assert found["half_drift"].volume.sd_per_year == PRIORS.volume.sd_per_year / 2
    assert found["double_drift"].duration.sd_per_year == PRIORS.duration.sd_per_year * 2
    assert found["half_drift"].calibrated == PRIORS.calibrated
    places = {
        name: next(p.central for p in each.calibrated if p.path == "portfolios.places")
        for name, each in found.items()
    }
    assert places["places_near_the_ceiling"] == 70
    assert places["places_near_the_load"] == 48
    assert found["places_near_the_load"].volume == PRIORS.volume


def test_the_structure_has_a_column_a_path_and_a_term_of_2020():
    structure = PRIORS.structure(np.full((4, len(PRIORS.paths)), 0.5))
    assert structure.shape == (4, len(PRIORS.paths))
    assert structure[0, PRIORS.paths.index(DURATION_2020)] == pytest.approx(1.0)
