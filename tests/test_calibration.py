"""The point fits: written by the command, reproduced by running, within 3 %."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from calibration import point_fits
from calibration.quick import PointFit
from calibration.targets import errors, simulated, targets
from sim.experiment.replication import Job, yearly
from sim.observed_figures import observed
from sim.reading_fits import fits_file, readings, under
from sim.scenario_files import load

NAMES = ("process", "places", "uneven", "longer_stays", "supply_led")


def test_there_is_a_fit_for_every_reading_made_on_this_history() -> None:
    assert tuple(readings()) == NAMES
    document = tomllib.loads(fits_file().read_text())
    assert tuple(document["fits"]) == NAMES
    assert document["made_by"]["history"] == load("history-2018-2020").fingerprint


@pytest.mark.parametrize("name", NAMES)
def test_a_fit_reproduces_the_nine_figures_within_3_percent(name: str) -> None:
    """Simulated anew, with the seed of the fit; the stored errors come out again."""
    made_by = tomllib.loads(fits_file().read_text())["made_by"]
    reading = readings()[name]
    scenario = under(load("history-2018-2020"), reading)
    jobs = [
        Job(scenario, k, made_by["seed"], binding=False) for k in range(made_by["replications"])
    ]
    aimed = targets(float(scenario.parcours.true_to_published))
    missed = errors(simulated(yearly(job) for job in jobs), aimed)
    assert len(missed) == 9
    assert max(abs(error) for error in missed.values()) < 0.03
    for figure, error in missed.items():
        assert error == pytest.approx(reading.errors[figure], abs=2e-5)


def test_a_fit_is_no_luck_of_its_seed() -> None:
    """Other people, same figures: fresh seeds stay within 3 % of entries and durations."""
    scenario = under(load("history-2018-2020"), readings()["process"])
    fresh = simulated(yearly(Job(scenario, k, 777, binding=False)) for k in range(2))
    missed = errors(fresh, targets())
    assert max(abs(error) for error in missed.values()) < 0.03


def test_fits_are_written_whole_and_read_back(tmp_path: Path) -> None:
    fit = PointFit("process", {"orientations.per_year.2020": 1.0}, {"entries 2020": 0.1}, 3)
    path = point_fits.write_fits([fit], 1, 2, tmp_path / "fits.toml")
    back = tomllib.loads(path.read_text())["fits"]["process"]
    assert back["values"] == {"orientations.per_year.2020": 1.0}
    assert back["errors"] == {"entries 2020": 0.1}
    assert [each.name for each in tmp_path.iterdir()] == ["fits.toml"]


def test_what_follows_from_the_observed_figures_by_arithmetic() -> None:
    """Little's law on the published figures: 42.9 people per December portfolio in 2020."""
    series = observed()
    loads = [
        series["entries"].values[year]
        * series["parcours_duration"].values[year]
        / 365
        / series["portfolios_in_december"].values[year]
        for year in (2018, 2019, 2020)
    ]
    assert [round(load, 1) for load in loads] == [40.4, 45.9, 42.9]


def test_the_lockdown_costs_about_8_percent_of_the_orientations_of_2020() -> None:
    scenario = under(load("history-2018-2020"), readings()["process"])
    without = scenario.with_({"shocks.lockdown_2020.orientations": 1.0})
    with_shock, free = (
        float(yearly(Job(each, 0, 1, binding=False)).values["orientations"][0, -1])
        for each in (scenario, without)
    )
    assert 1 - with_shock / free == pytest.approx(0.08, abs=0.005)
