"""Comparisons to a stated precision: the rule, what is run, what is told."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from posteriors import made
from scipy.special import stdtrit

import sim
from sim.experiment.design import designed
from sim.experiment.precision import Precision, checked, foretold, next_number, pilot
from sim.posterior import Posterior, posterior

SMALL = {
    "territory.departements": ["52"],
    "horizon.opening": "2020-01-01",
    "horizon.measured_from": "2020-01-01",
    "horizon.end": "2022-01-01",
}
TREND = sim.load("trend").with_(SMALL)
POSTS = TREND.with_({"posts.target": 1800}, title="posts")
YEAR = {"measure": "entries", "year": 2021}


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Posterior:
    return posterior(made(tmp_path_factory.mktemp("posterior")))


@pytest.fixture(scope="module")
def finer(sample: Posterior):
    """A comparison that needs more than its pilot."""
    plain = sim.compare([TREND, POSTS], posterior=sample)
    wanted = 0.7 * float(of_the_year(plain)["half_width"].max())
    asked = Precision(wanted, **YEAR)
    return plain, sim.compare([TREND, POSTS], posterior=sample, precision=asked)


def of_the_year(comparison) -> pd.DataFrame:
    rows = comparison.differences
    return rows[(rows["measure"] == "entries") & (rows["period"] == "2021")]


class TestRule:
    def test_half_the_width_takes_four_times_the_replications(self):
        assert foretold(10, 8.0, Precision(4.0)) == 40
        assert foretold(10, 3.0, Precision(4.0)) == 10

    def test_what_the_pilot_foretold_is_run_whatever_is_seen_on_the_way(self):
        wanted = Precision(4.0, most=100)
        assert next_number([(10, 8.0)], wanted) == 40
        assert next_number([(10, 8.0), (20, 1.0)], wanted) == 40
        assert next_number([(10, 8.0), (40, 3.9)], wanted) == 40

    def test_more_where_that_was_too_few_and_never_beyond_the_limit(self):
        wanted = Precision(4.0, most=50)
        assert 40 < next_number([(10, 8.0), (40, 4.1)], wanted) <= 50
        assert next_number([(10, 80.0)], wanted) == 50
        assert next_number([(10, 80.0), (50, 30.0)], wanted) == 50

    def test_the_interval_of_the_asked_width_holds_the_mean_in_95_of_100(self):
        """The rule on normal values with a variance that it must estimate, 4 000 times."""
        random, wanted, repeats = np.random.default_rng(3), Precision(0.5, most=5000), 4000
        inside = 0
        for _ in range(repeats):
            values = random.normal(0.0, 1.0, 400)
            stages = [(11, half_width(values[:11]))]
            while (have := next_number(stages, wanted)) > stages[-1][0]:
                stages.append((have, half_width(values[:have])))
            assert stages[-1][1] <= wanted.half_width
            inside += abs(values[: stages[-1][0]].mean()) <= wanted.half_width
        assert inside / repeats > 0.95 - 3 * np.sqrt(0.95 * 0.05 / repeats)

    def test_the_pilot_has_ten_degrees_of_freedom(self, sample: Posterior):
        asked = checked(Precision(1.0), [TREND, POSTS])
        assert pilot(designed([TREND, POSTS], reading="process"), asked).replications == 11
        one = pilot(designed([TREND, POSTS], posterior=sample, draws=1), asked)
        assert one.replications == 11
        few = pilot(designed([TREND, POSTS], posterior=sample, draws=5), asked)
        assert few.replications == 4


def half_width(values) -> float:
    count = len(values)
    return float(stdtrit(count - 1, 0.975) * values.std(ddof=1) / np.sqrt(count))


class TestComparison:
    def test_the_asked_precision_is_kept_for_every_scenario(self, finer):
        _, found = finer
        assert (of_the_year(found)["half_width"] <= found.precision.half_width).all()
        assert found.half_width <= found.precision.half_width

    def test_finer_takes_more_than_the_pilot(self, finer):
        plain, found = finer
        assert found.stages[0][0] == plain.replications == 2
        assert found.replications > 2
        assert len(found.results.runs) == 2 * 12 * found.replications

    def test_the_first_replications_stay(self, finer):
        plain, found = finer
        frame = found.results.yearly
        first = frame[frame["replication"] < 2].reset_index(drop=True)
        pd.testing.assert_frame_equal(first, plain.results.yearly)

    def test_added_in_batches_or_asked_for_at_once_is_the_same(self, finer, sample: Posterior):
        _, found = finer
        once = sim.compare([TREND, POSTS], posterior=sample, replications=found.replications)
        pd.testing.assert_frame_equal(found.results.yearly, once.results.yearly)
        pd.testing.assert_frame_equal(found.differences, once.differences)

    def test_nothing_is_run_twice(self, sample: Posterior):
        told: list[int] = []
        asked = Precision(1.0, **YEAR, most=6)
        found = sim.compare(
            [TREND, POSTS], posterior=sample, draws=3, precision=asked, progress=told.append
        )
        assert sum(told) == len(found.results.runs) == 2 * 3 * found.replications

    def test_coarse_is_the_pilot_alone_and_a_number_means_entries(self, sample: Posterior):
        found = sim.compare([TREND, POSTS], posterior=sample, precision=10_000)
        assert found.replications == 2
        assert (found.precision.measure, found.precision.year) == ("entries", 2021)
        assert "enough" in str(found)

    def test_it_is_told_what_shrinks_what_was_needed_and_what_was_reached(self, finer):
        text = " ".join(str(finer[1]).split())
        assert "not what is not known about the world" in text
        assert f"{finer[1].replications} were run" in text

    def test_a_limit_is_told(self, sample: Posterior):
        asked = Precision(0.01, **YEAR, most=3)
        found = sim.compare([TREND, POSTS], posterior=sample, precision=asked)
        assert found.replications == 3
        assert "The limit of 3 replications" in " ".join(str(found).split())

    def test_under_a_reading_too(self):
        plain = sim.compare([TREND, POSTS], reading="process", replications=11)
        asked = Precision(0.8 * float(of_the_year(plain)["half_width"].max()), **YEAR)
        found = sim.compare([TREND, POSTS], reading="process", precision=asked)
        assert found.stages[0] == (11, pytest.approx(asked.half_width / 0.8))
        assert found.half_width <= asked.half_width
        assert "a reading" in str(found)

    def test_mistakes_are_told_together(self, sample: Posterior):
        asked = Precision(-1, "entrie", 2040, 0)
        with pytest.raises(sim.InputError) as wrong:
            sim.compare([TREND, POSTS], posterior=sample, precision=asked)
        text = str(wrong.value)
        for part in ("must be more than 0", "did you mean 'entries'", "2020 to 2021", "is 0"):
            assert part in text

    def test_a_limit_below_the_pilot_is_refused(self):
        with pytest.raises(sim.InputError, match="the pilot alone takes 11"):
            sim.compare([TREND, POSTS], reading="process", precision=Precision(5, most=5))


def test_the_command_adds_replications_and_writes_a_picture(tmp_path: Path, capsys, monkeypatch):
    from sim.cli import app

    sample, out = made(tmp_path / "sample"), tmp_path / "out"
    words = ["compare", "trend", "lever-shared-target", "--posterior", str(sample)]
    words += ["--precision", "3", "--precision-year", "2021", "--most-replications", "4"]
    words += [word for path, value in SMALL.items() for word in ("--set", f"{path}={value}")]
    app([*words, "--workers", "1", "--out", str(out), "--json"], standalone_mode=False)
    told = capsys.readouterr()
    rows = pd.DataFrame(json.loads(told.out))
    assert set(rows["replications"]) <= {2, 3, 4}
    assert {"differences.png", "differences.svg", "differences.parquet"} <= {
        path.name for path in out.iterdir()
    }
    with pytest.raises(sim.InputError, match="need it"):
        app(["compare", "trend", "lockdown", "--precision-year", "2022"], standalone_mode=False)
