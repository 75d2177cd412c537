"""The slow checks, on small sizes: simulation-based calibration, held-out years, Haute-Marne."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from calibration.checks import held_out as of_held_out
from calibration.checks import sbc
from calibration.checks.haute_marne import haute_marne
from calibration.discrepancy import Correction
from calibration.figures import published
from calibration.problem import Problem
from sim.errors import InputError
from sim.experiment.executor import Workers
from sim.posterior import posterior

PROBLEM = Problem.of(published())


def no_correction() -> Correction:
    features = len(PROBLEM.priors.paths) + 3 * len(PROBLEM.years) + len(PROBLEM.names)
    return Correction.none(features, len(PROBLEM.names))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer live points: the way is the same, the result is rough."""
    for name, value in (("LIVE", 40), ("EFFECTIVE", 20), ("CANDIDATES", 40)):
        monkeypatch.setattr(sbc, name, value)
    for name, value in (("LIVE", 40), ("EFFECTIVE", 20), ("CANDIDATES", 40)):
        monkeypatch.setattr(of_held_out, name, value)


@pytest.mark.slow
@pytest.mark.usefixtures("small")
def test_ranks_are_kept_and_go_on(tmp_path: Path):
    names, first = sbc.ranks(PROBLEM, 1, 3, Workers(1), tmp_path)
    assert first.shape == (1, len(names)) == (1, len(PROBLEM.priors.paths) + 9)
    assert np.all((first >= 0) & (first <= 1 + 1e-9))
    assert np.ptp(first) > 0.2
    kept = list(tmp_path.rglob("*.npy"))
    assert len(kept) == 1
    np.save(kept[0], np.full(len(names), 0.25))
    _, again = sbc.ranks(PROBLEM, 1, 3, Workers(1), tmp_path)
    assert np.all(again == 0.25)
    # Another seed is another check: what is kept does not count.
    assert sbc.identity_of(PROBLEM, sbc.SETTINGS) in str(kept[0])


@pytest.mark.slow
@pytest.mark.usefixtures("small")
def test_years_are_held_out():
    found = of_held_out.held_out(PROBLEM, no_correction(), 3, 1, Workers(1))
    assert list(found["known"]) == ["2018"] * 3 + ["2018-2019"] * 3
    assert set(found["period"]) == {"2019", "2020"}
    assert (found["low"] < found["median"]).all()
    assert (found["median"] < found["high"]).all()
    # What is not known beforehand is wide: the drift of a year alone is ±25 % (90 %) in volume.
    entries = found[found["measure"] == "entries"]
    assert ((entries["high"] - entries["low"]) / entries["median"] > 0.15).all()
    assert (found["skill"] < 1).all()


def test_one_year_cannot_be_held_out(tmp_path: Path):
    from calibration.figures import read_figures

    file = tmp_path / "52.csv"
    file.write_text(
        "measure,period,value,unit,place\nentries,2020,250,people,52\n"
        "portfolios_in_december,2020,4,portfolios,52\n"
    )
    problem = Problem.of(read_figures(file))
    with pytest.raises(InputError, match="two years in a row"):
        of_held_out.held_out(problem, no_correction(), 3, 1, Workers(1))


def test_haute_marne_runs_under_the_draws():
    found = haute_marne(posterior(), Workers(1), 12)
    assert list(found["observed"]) == [565, 244]
    assert (found["low"] < found["high"]).all()
    left = found.iloc[1]
    # Little's law from afar: with 195 days 340 to 380 of 565 would have left (domain figures).
    assert 250 < left["median"] < 420
