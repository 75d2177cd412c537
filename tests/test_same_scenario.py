"""When two scenarios are the same: fingerprints and copies."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenario_inputs import MADE_UP, ROOT, SHIPPED, TREND, another

import sim
from sim.quantities import Quantity
from sim.reading_fits import under

PRINT_FINGERPRINTS = """
import sim
for name in sim.shipped_scenarios():
    print(name, sim.load(name).fingerprint)
"""


class TestFingerprint:
    @pytest.mark.parametrize("hash_seed", ["1", "4242"])
    def test_it_is_the_same_in_every_process(self, hash_seed: str):
        done = subprocess.run(
            [sys.executable, "-c", PRINT_FINGERPRINTS],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        here = {name: sim.load(name).fingerprint for name in SHIPPED}
        assert dict(line.split() for line in done.stdout.splitlines()) == here

    def test_titles_descriptions_ranges_and_sources_leave_it(self):
        changed = TREND.with_(
            {
                "description": "Another description",
                "portfolios.places": {"value": 58, "low": 50, "high": 60, "source": "a paper"},
                "entry.agreement": {"value": 0.9, "source": "another paper"},
            },
            title="Another title",
        )
        assert changed.title != TREND.title
        assert changed.portfolios.places.source == "a paper"
        assert changed.fingerprint == TREND.fingerprint

    def test_the_form_of_a_date_leaves_it(self):
        forms = [{"2020": 5}, {"2020-01-01": 5.0}, {"2020": {"value": 5, "source": "x"}}]
        found = {TREND.with_({"orientations.per_year": form}).fingerprint for form in forms}
        assert len(found) == 1

    def test_the_order_of_changes_leaves_it(self):
        changes = {
            "posts.target": 2300,
            "shocks.b": {"start": date(2021, 1, 1), "end": date(2021, 2, 1)},
            "shocks.a": {"start": date(2021, 1, 1), "end": date(2021, 2, 1)},
            "orientations.per_year": {"2020": 1, "2019": 2},
        }
        turned = dict(reversed(changes.items()))
        assert TREND.with_(changes).fingerprint == TREND.with_(turned).fingerprint

    @pytest.mark.parametrize("path", list(TREND.values))
    def test_every_value_changes_it(self, path: str):
        assert another(TREND, path).fingerprint != TREND.fingerprint

    def test_no_two_changes_share_it(self):
        found = {another(TREND, path).fingerprint for path in TREND.values}
        assert len(found) == len(TREND.values)


class TestCopies:
    @pytest.mark.parametrize("copied", [lambda s: pickle.loads(pickle.dumps(s)), copy.deepcopy])
    @pytest.mark.parametrize("name", ["trend", "target-2022", "departement-haute-marne"])
    def test_a_copy_is_the_same_scenario(self, name: str, copied):
        scenario = under(sim.load(name), MADE_UP)
        found = copied(scenario)
        assert found == scenario
        assert found.fingerprint == scenario.fingerprint
        assert found.register == scenario.register
        assert found.given == scenario.given
        changed = {"portfolios.places_cv": 0.2}
        assert found.with_(changed).fingerprint == scenario.with_(changed).fingerprint

    @given(st.floats(-1e6, 1e6), st.none() | st.floats(), st.none() | st.floats(), st.text())
    def test_a_number_keeps_its_range_and_source(self, value, low, high, source):
        number = Quantity(value, low, high, source)
        for found in (pickle.loads(pickle.dumps(number)), copy.copy(number)):
            assert found == value
            assert repr((found.low, found.high, found.source)) == repr((low, high, source))

    def test_an_error_keeps_its_problems(self):
        with pytest.raises(sim.InputError) as caught:
            TREND.with_({"posts.target": -1, "portfolios.places": 0})
        found = pickle.loads(pickle.dumps(caught.value))
        assert found.problems == caught.value.problems
        assert str(found) == str(caught.value)
        assert len(found.problems) == 2
