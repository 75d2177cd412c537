"""Bad changes of a scenario in Python: each is refused with its key and a way out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from bad_inputs import shows_a_way_out
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.scenario_files import as_toml_value


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"levers.shared_target.intensty": 1}, "levers.shared_target.intensty"),
        ({"posts.target": "many"}, "posts.target"),
        ({"posts.target": None, "posts.hiring_end": date(2020, 1, 1)}, "posts"),
        ({"posts": 5}, "posts"),
        ({"posts": 5, "posts.target": 6}, "posts.target"),
        ({"posts..target": 5}, "posts..target"),
        ({"shocks.closure": None}, "shocks.closure"),
        ({"base": "lockdown"}, "base"),
    ],
    ids=[
        "unknown_key",
        "text_for_a_number",
        "dates_reversed",
        "number_for_a_section",
        "through_a_number",
        "no_name",
        "nothing_for_a_shock",
        "base",
    ],
)
def test_a_bad_change_is_refused(changes: Mapping[str, object], key: str):
    with pytest.raises(sim.InputError) as caught:
        sim.load("trend").with_(changes)
    assert key in {each.key for each in caught.value.problems}
    assert shows_a_way_out(caught.value), str(caught.value)
    assert f"did you mean '{key}'?" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["[" * 5000, "9" * 5000, "\0", '"'],
    ids=["nested", "digits", "null", "quote"],
)
def test_a_strange_setting_is_taken_as_text_or_refused(text: str):
    """`--set target.year=TEXT` never ends in another exception than `InputError`."""
    with pytest.raises(sim.InputError):
        sim.load("trend").with_({"target.year": as_toml_value(text)})


PATHS = (
    "title",
    "horizon.opening",
    "territory.departements",
    "orientations.per_year",
    "orientations.per_year.2020",
    "entry.agreement",
    "portfolios.places_from",
    "posts",
    "posts.target",
    "posts.later.2023-01-01",
    "posts.allocation",
    "levers.shared_target",
    "levers.shared_target.start",
    "shocks",
    "shocks.lockdown_2020.end",
    "shocks.new",
    "target.year",
    "nothing.like.it",
)
PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**400, -(10**400)]),
    st.floats(),
    st.text(max_size=8),
    st.dates(),
    st.datetimes(),
    st.times(),
)
KEYS = st.sampled_from(["value", "low", "high", "source", "2020", "start", "end", "target", "x"])
ANYTHING = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(PATHS), ANYTHING, min_size=1, max_size=3))
def test_any_value_makes_a_scenario_or_an_input_error(changes: dict[str, object]):
    trend = sim.load("trend")
    try:
        told = trend.with_(changes).fingerprint
    except sim.InputError as error:
        told = str(error)
    assert told
