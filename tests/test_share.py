"""A quick look at a share of the pools: what it says of its own error holds."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.errors import InputError
from sim.experiment.intervals import mean_with_interval
from sim.experiment.replication import Job, replicate
from sim.measures import derived, sampling_errors
from sim.population.build import FEWEST_POOLS, conditions
from sim.reading_fits import readings, under

LOOKED_AT = (
    "orientations",
    "entries",
    "queue_delay",
    "load",
    "parcours_duration",
    "bound_by_slots",
)
SHARES = (0.1, 0.25)


def scenario(reading: str) -> sim.Scenario:
    changes = {"horizon.end": "2020-01-01", "horizon.opening": "2017-01-01"}
    return under(sim.load("history-2018-2020"), readings()[reading]).with_(changes)


@pytest.fixture(scope="module", params=["process", "uneven"])
def misses(request) -> dict[tuple[float, str], np.ndarray]:
    """(estimate - all pools) / stated standard error, and that error, in 2018 and 2019."""
    chosen, found = scenario(request.param), {}
    for k in range(12):
        whole = derived(replicate(Job(chosen, k, 5)))
        for share in SHARES:
            looked = replicate(Job(chosen, k, 5, share=share))
            estimate, error = derived(looked), sampling_errors(looked)
            for name in LOOKED_AT:
                pairs = found.setdefault((share, name), [])
                pairs += [
                    (
                        (estimate.values[name][0, year] - whole.values[name][0, year])
                        / error.values[name][0, year],
                        error.values[name][0, year] / whole.values[name][0, year],
                    )
                    for year in (1, 2)
                ]
    return {key: np.array(pairs) for key, pairs in found.items()}


def test_the_stated_error_is_the_error_that_is_made(misses) -> None:
    """Over 12 draws of the unevenness: how large the misses are, how many exceed two errors.

    Pools taken in the order of the départements err less than pools taken at random,
    which the jackknife does not know: it may overstate, not understate.
    """
    for key, pairs in misses.items():
        ratio = np.sqrt((pairs[:, 0] ** 2).mean())
        assert 0.25 < ratio < 1.7, f"{key}: misses are {ratio:.2f} of what is stated"
    everything = np.concatenate([pairs[:, 0] for pairs in misses.values()])
    assert np.mean(np.abs(everything) < 2) > 0.88


def test_the_estimates_lean_to_no_side(misses) -> None:
    for key, pairs in misses.items():
        assert abs(pairs[:, 0].mean()) < 1.5, f"{key}: {pairs[:, 0].mean():.2f} standard errors"


def test_a_larger_share_errs_less(misses) -> None:
    for name in LOOKED_AT:
        small, large = (misses[share, name][:, 1].mean() for share in SHARES)
        assert large < 0.8 * small
        assert small < 0.25


def test_posts_are_known_and_all_pools_have_no_sampling_error() -> None:
    chosen = scenario("process")
    whole, looked = replicate(Job(chosen, 0, 5)), replicate(Job(chosen, 0, 5, share=0.2))
    assert np.allclose(looked.counts["post_days"].sum(axis=0), whole.counts["post_days"][0])
    assert np.allclose(sampling_errors(looked).values["funded_posts"], 0.0, atol=1e-9)
    assert all(np.all(values == 0) for values in sampling_errors(whole).values.values())


def test_both_engines_look_at_the_same_share() -> None:
    chosen = scenario("process").with_({"horizon.end": "2018-07-01"})
    one, other = (
        replicate(Job(chosen, 0, 5, engine, share=0.1)) for engine in ("simpy", "compiled")
    )
    for name, values in one.counts.items():
        np.testing.assert_array_equal(values, other.counts[name], err_msg=name)


def test_the_intervals_hold_the_error_and_the_note_says_so() -> None:
    chosen = scenario("process")
    options = {"reading": "own_figures", "replications": 2, "share": 0.1}
    looked = sim.simulate(chosen, **options)
    means = looked.mean().set_index(["measure", "period"])
    noise = mean_with_interval(looked.yearly).set_index(["measure", "period"])
    for measure in ("entries", "portfolios"):
        key = (measure, "2019")
        assert means.loc[key, "half_width"] > noise.loc[key, "half_width"]
    assert "10 % of the pools" in str(looked)


@pytest.mark.parametrize(
    ("changes", "share", "said"),
    [
        ({}, 0.0, "is no share"),
        ({}, 1.5, "is no share"),
        ({"territory.departements": ["52"]}, 0.5, "there are 2 pools"),
    ],
)
def test_a_share_that_tells_no_error_is_refused(changes, share: float, said: str) -> None:
    chosen = scenario("process").with_(changes)
    with pytest.raises(InputError, match=said):
        sim.simulate(chosen, reading="own_figures", share=share)


def test_a_tiny_share_is_forty_pools_all_over_the_country() -> None:
    made = conditions(scenario("process"), 1, 0, share=0.001)
    assert len(made.sample) == FEWEST_POOLS
    assert len(set(made.pools.codes)) > 30


def test_quantiles_of_a_share_state_no_error() -> None:
    errors = sampling_errors(replicate(Job(scenario("process"), 0, 5, share=0.1))).values
    assert np.all(np.isnan(errors["load_p90"]))
    assert np.all(errors["entries"] > 0)


def test_places_of_a_share_are_refused_in_words() -> None:
    looked = sim.simulate(scenario("process"), reading="own_figures", replications=1, share=0.1)
    with pytest.raises(InputError, match="by_place=True"):
        looked.frame("year", "region")


def test_a_share_by_place_is_refused() -> None:
    with pytest.raises(InputError, match="by place"):
        sim.simulate(scenario("process"), reading="own_figures", share=0.5, by_place=True)
