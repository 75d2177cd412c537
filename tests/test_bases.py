"""Bases and deltas: what a file that lies over another makes of it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenario_inputs import TREND, files

import sim
from sim.quantities import GIVEN
from sim.scenario_files import overlaid


class TestBases:
    def test_a_file_lies_over_its_base_key_by_key(self, tmp_path):
        path = files(
            tmp_path,
            top='base = "middle"\n[posts]\ntarget = 1500\n',
            middle='base = "bottom"\n[posts]\ntarget = 1400\nturnover_per_year = 0.2\n',
            bottom="[posts]\ntarget = 1300\nturnover_per_year = 0.1\nfte_per_post = 0.5\n",
        )
        posts = sim.load(path).posts
        assert (posts.target, posts.turnover_per_year, posts.fte_per_post) == (1500, 0.2, 0.5)
        assert sim.load(path).title == "top"

    def test_a_base_is_a_shipped_name_or_a_file_beside(self, tmp_path):
        by_name = files(tmp_path, one='base = "trend"\n')
        assert sim.load(by_name).fingerprint == TREND.fingerprint
        for form in ("beside", "beside.toml", "./beside.toml", str(tmp_path / "beside")):
            path = files(tmp_path, two=f'base = "{form}"\n', beside="[posts]\ntarget = 7\n")
            assert sim.load(path).posts.target == 7

    def test_a_file_beside_goes_before_a_shipped_name(self, tmp_path):
        path = files(tmp_path, one='base = "lockdown"\n', lockdown="[posts]\ntarget = 7\n")
        assert sim.load(path).posts.target == 7

    def test_a_table_with_a_value_replaces_the_whole(self, tmp_path):
        path = files(
            tmp_path,
            top='base = "below"\n[portfolios]\nplaces = { value = 60 }\n',
            below='[portfolios]\nplaces = { value = 50, low = 40, high = 70, source = "x" }\n',
        )
        places = sim.load(path).portfolios.places
        assert (places, places.low, places.high, places.source) == (60, None, None, GIVEN)

    def test_a_table_without_a_value_is_merged(self, tmp_path):
        path = files(
            tmp_path,
            top='base = "below"\n[portfolios]\nplaces = { high = 80 }\n',
            below='[portfolios]\nplaces = { value = 50, low = 40, high = 70, source = "x" }\n',
        )
        places = sim.load(path).portfolios.places
        assert (places, places.low, places.high, places.source) == (50, 40, 80, "x")

    def test_a_number_replaces_a_table_and_a_table_a_number(self, tmp_path):
        table = "[portfolios]\nplaces = { value = 50, low = 40 }\n"
        number = "[portfolios]\nplaces = 60\n"
        over = files(tmp_path, one=f'base = "two"\n{number}', two=table)
        assert sim.load(over).portfolios.places.low is None
        under_it = files(tmp_path, one=f'base = "two"\n{table}', two=number)
        places = sim.load(under_it).portfolios.places
        assert (places, places.low) == (50, 40)

    def test_a_timeline_is_merged_date_by_date(self, tmp_path):
        path = files(
            tmp_path,
            top='base = "below"\n[orientations]\nper_year = { 2020 = 9, 2021 = 4 }\n',
            below="[orientations]\nper_year = { 2019 = 1, 2020 = 2 }\n",
        )
        found = sim.load(path).orientations.per_year
        assert {when.year: float(value) for when, value in found.items()} == {
            2019: 1,
            2020: 9,
            2021: 4,
        }

    @pytest.mark.parametrize("below", ["2020", "2020-01-01"])
    @pytest.mark.parametrize("above", ["2020", "2020-01-01"])
    def test_a_year_and_its_first_of_january_are_the_same_date(self, tmp_path, below, above):
        path = files(
            tmp_path,
            top=f'base = "below"\n[orientations]\nper_year = {{ {above} = 9 }}\n',
            below=f"[orientations]\nper_year = {{ {below} = 2, 2019 = 1 }}\n",
        )
        found = sim.load(path).orientations.per_year
        assert {when.isoformat(): float(value) for when, value in found.items()} == {
            "2019-01-01": 1,
            "2020-01-01": 9,
        }

    def test_an_entry_of_a_timeline_with_a_value_is_replaced_as_a_whole(self, tmp_path):
        path = files(
            tmp_path,
            top='base = "below"\n[orientations.per_year]\n2020-01-01 = { value = 9 }\n',
            below="[orientations]\nper_year = { 2020 = { value = 2, low = 1, high = 3 } }\n",
        )
        found = sim.load(path).orientations.per_year[date(2020, 1, 1)]
        assert (found, found.low, found.high) == (9, None, None)

    def test_a_base_is_not_changed_by_what_lies_over_it(self, tmp_path):
        path = files(
            tmp_path,
            top='base = "below"\n[posts]\ntarget = 1500\n',
            below="[posts]\ntarget = 1300\n",
        )
        sim.load(path).with_({"posts.target": 1})
        assert sim.load(tmp_path / "below.toml").posts.target == 1300


KEYS = st.sampled_from(["a", "b", "c", "low"])
DOCUMENTS = st.recursive(
    st.integers(), lambda inner: st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
).filter(lambda each: isinstance(each, dict))


@given(DOCUMENTS, DOCUMENTS)
def test_laying_over_twice_is_laying_over_once(below: dict[str, Any], above: dict[str, Any]):
    copies = copy.deepcopy((below, above))
    once = overlaid(below, above)
    assert overlaid(once, above) == once
    assert overlaid(below, {}) == below
    assert overlaid({}, above) == above
    assert (below, above) == copies


@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_what_lies_on_top_is_always_seen(one: dict, two: dict, three: dict):
    """Every plain value of the top is in the result, at its path."""

    def plain(document: Mapping[str, Any], path: tuple[str, ...] = ()) -> dict:
        found = {}
        for key, value in document.items():
            inner = plain(value, (*path, key)) if isinstance(value, dict) else {(*path, key): value}
            found |= inner
        return found

    result = plain(overlaid(overlaid(one, two), three))
    assert plain(three).items() <= result.items()
