"""Scenarios: shipped files, freezing, changes, bases and deltas, the register."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

import sim
from sim.levers import NAMES, Levers
from sim.parameters import GIVEN, Quantity, Timeline, declaration, kind_of, register
from sim.readings import Reading, needs_reading, reading, readings, under
from sim.scenario import Scenario
from sim.scenario_files import overlaid
from sim.sections import Posts, Shock

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = sim.shipped_scenarios()
TREND = sim.load("trend")


class TestShipped:
    def test_all_that_the_project_needs_are_there(self):
        levers = {f"lever-{name.replace('_', '-')}" for name in NAMES}
        others = {
            "history-2018-2020",
            "trend",
            "target-2022",
            "lockdown",
            "departement-haute-marne",
        }
        assert levers | others <= set(SHIPPED)

    @pytest.mark.parametrize("name", SHIPPED)
    def test_each_loads_and_says_what_it_is(self, name: str):
        scenario = sim.load(name)
        assert scenario.title
        assert len(scenario.description) > 40
        assert scenario.given.name == name

    def test_titles_and_contents_differ(self):
        scenarios = [sim.load(name) for name in SHIPPED]
        assert len({each.title for each in scenarios}) == len(SHIPPED)
        assert len({each.fingerprint for each in scenarios}) == len(SHIPPED)

    @pytest.mark.parametrize("name", NAMES)
    def test_a_lever_alone_differs_from_the_trend_in_its_intensity_only(self, name: str):
        alone = sim.load(f"lever-{name.replace('_', '-')}")
        assert TREND.diff(alone) == {f"levers.{name}.intensity": (0.0, 1.0)}

    def test_the_target_uses_all_five_levers(self):
        target = sim.load("target-2022")
        assert all(target.levers.named(name).intensity == 1 for name in NAMES)
        assert target.target.people == 200_000
        assert target.posts.target == 2300

    def test_a_path_loads_the_same_as_a_name(self):
        assert sim.load(ROOT / "scenarios" / "trend.toml").fingerprint == TREND.fingerprint
        assert sim.load(str(ROOT / "scenarios" / "trend.toml")).title == TREND.title

    def test_they_load_from_any_folder(self, tmp_path, monkeypatch):
        before = sim.load("lockdown").fingerprint
        monkeypatch.chdir(tmp_path)
        assert sim.load("lockdown").fingerprint == before

    @pytest.mark.parametrize("name", SHIPPED)
    def test_an_assumption_gives_its_reason(self, name: str):
        entries = [entry for entry in sim.load(name).register if entry.kind == "assumption"]
        assert len(entries) > 30
        for entry in entries:
            word, colon, reason = entry.source.partition(": ")
            assert (word, colon) == ("assumption", ": "), entry.path
            assert len(reason.split()) >= 2, entry.path


class TestFrozen:
    @pytest.mark.parametrize(
        ("of", "name", "value"),
        [
            (lambda s: s, "title", "another"),
            (lambda s: s, "posts", None),
            (lambda s: s.posts, "target", 5),
            (lambda s: s.horizon, "end", date(2030, 1, 1)),
            (lambda s: s.levers, "shared_target", None),
            (lambda s: s.levers.shared_target, "intensity", 1),
            (lambda s: s.shocks["lockdown_2020"], "orientations", 1),
            (lambda s: s.target, "people", 1),
        ],
    )
    def test_assignment_is_refused(self, of, name: str, value: object):
        before = TREND.fingerprint
        with pytest.raises(ValidationError):
            setattr(of(TREND), name, value)
        assert sim.load("trend").fingerprint == before

    def test_nothing_can_be_added(self):
        with pytest.raises(ValidationError):
            TREND.anything = 1

    def test_a_shock_cannot_be_put_in(self):
        scenario = sim.load("trend")
        shock = Shock(start=date(2020, 1, 1), end=date(2020, 2, 1))
        with pytest.raises((TypeError, AttributeError)):
            scenario.shocks["another"] = shock

    def test_a_timeline_cannot_be_put_in(self):
        scenario = TREND.with_({"orientations.per_year": {"2020": 5}})
        with pytest.raises((TypeError, AttributeError)):
            scenario.orientations.per_year[date(2021, 1, 1)] = Quantity(6)

    @pytest.mark.parametrize("name", ["low", "high", "source"])
    def test_the_range_and_the_source_of_a_number_cannot_be_changed(self, name: str):
        """The defaults are shared by all scenarios: a change of one would be a change of all."""
        number = Quantity(1, 0, 2, "a source")
        before = number.document()
        with pytest.raises(AttributeError):
            setattr(number, name, "other")
        assert number.document() == before


class TestChanges:
    def test_with_makes_a_new_one_and_leaves_the_old(self):
        before = TREND.values
        changed = TREND.with_({"posts.target": 2300, "levers.shared_target.intensity": 1})
        assert changed is not TREND
        assert changed.posts.target == 2300
        assert TREND.posts.target is None
        assert TREND.values == before
        assert changed.title == TREND.title

    def test_changes_add_up(self):
        both = TREND.with_({"posts.target": 2300}).with_({"portfolios.places": 60})
        once = TREND.with_({"posts.target": 2300, "portfolios.places": 60})
        assert both.fingerprint == once.fingerprint
        assert both.diff(once) == {}

    def test_no_change_is_the_same_scenario(self):
        assert TREND.with_({}).fingerprint == TREND.fingerprint
        assert TREND.with_({}) == TREND

    def test_a_title_can_be_given(self):
        assert TREND.with_({}, title="Mine").title == "Mine"

    def test_a_title_can_be_a_change(self):
        assert TREND.with_({"title": "Mine"}).title == "Mine"

    @pytest.mark.parametrize(
        "value",
        [2300, 2300.0, {"value": 2300, "source": "mine"}, Quantity(2300), np.float64(2300)],
        ids=["int", "float", "table", "quantity", "numpy_float"],
    )
    def test_a_number_can_be_given_in_many_ways(self, value: object):
        assert TREND.with_({"posts.target": value}).posts.target == 2300

    def test_a_whole_number_of_numpy_is_a_number(self):
        """What a loop over numpy's arange gives."""
        assert TREND.with_({"posts.target": np.int64(2300)}).posts.target == 2300

    @pytest.mark.parametrize("key", ["2020", "2020-01-01", date(2020, 1, 1), 2020])
    def test_a_date_can_be_given_in_many_ways(self, key: object):
        scenario = TREND.with_({"orientations.per_year": {key: 5}})
        assert dict(scenario.orientations.per_year) == {date(2020, 1, 1): 5}

    @pytest.mark.parametrize("key", ["2020", "2020-01-01", date(2020, 1, 1), 2020])
    def test_and_replaces_the_same_date_in_whatever_form(self, key: object):
        scenario = TREND.with_({"orientations.per_year": {"2019": 1, "2020": 2}})
        changed = scenario.with_({"orientations.per_year": {key: 5}})
        assert dict(changed.orientations.per_year) == {date(2019, 1, 1): 1, date(2020, 1, 1): 5}

    def test_a_timeline_of_another_scenario_can_be_given(self):
        """What one scenario has, another can take over."""
        one = TREND.with_({"orientations.per_year": {"2019": 1, "2020": 2}})
        taken = TREND.with_({"orientations.per_year": one.orientations.per_year})
        assert taken.fingerprint == one.fingerprint
        again = one.with_({"orientations.per_year": one.orientations.per_year})
        assert again.fingerprint == one.fingerprint

    def test_the_callers_changes_are_not_changed(self):
        inner: dict[str, object] = {"target": 2300}
        changes = {"posts": inner, "posts.hiring_end": date(2021, 6, 30)}
        changed = TREND.with_(changes)
        assert changed.posts.hiring_end == date(2021, 6, 30)
        assert inner == {"target": 2300}

    def test_a_scenario_made_in_python_keeps_what_it_was_given(self):
        made = Scenario(title="Made in Python", posts=Posts(target=Quantity(1500)))
        changed = made.with_({"portfolios.places": 60})
        assert changed.portfolios.places == 60
        assert changed.posts.target == 1500

    def test_a_mistake_leaves_the_old_as_it_was(self):
        before = TREND.fingerprint
        with pytest.raises(sim.InputError) as caught:
            TREND.with_({"posts.target": -5})
        assert "posts.target" in str(caught.value)
        assert "changes" in str(caught.value)
        assert sim.load("trend").fingerprint == before


class TestDiff:
    def test_of_itself_is_empty(self):
        assert TREND.diff(TREND) == {}

    def test_names_what_changed_with_both_values(self):
        changed = TREND.with_(
            {"posts.target": 2300, "entry.agreement": 0.8, "orientations.per_year": {"2020": 7}}
        )
        assert TREND.diff(changed) == {
            "posts.target": (None, 2300.0),
            "entry.agreement": (0.9, 0.8),
            "orientations.per_year.2020-01-01": (None, 7.0),
        }
        assert changed.diff(TREND)["entry.agreement"] == (0.8, 0.9)

    def test_names_a_shock_that_one_does_not_have(self):
        with_shock = TREND.with_(
            {"shocks.strike.start": date(2021, 1, 1), "shocks.strike.end": date(2021, 2, 1)}
        )
        found = TREND.diff(with_shock)
        assert found["shocks.strike.start"] == (None, "2021-01-01")
        assert all(path.startswith("shocks.strike.") for path in found)

    def test_titles_do_not_count(self):
        assert TREND.diff(TREND.with_({"description": "other"}, title="other")) == {}


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


OTHER_VALUES: dict[str, object] = {
    "horizon.opening_state": "empty",
    "horizon.opening": date(2017, 1, 1),
    "horizon.measured_from": date(2019, 1, 1),
    "horizon.end": date(2026, 1, 1),
    "territory.departements": ["52"],
    "territory.figures_for": "departements",
    "posts.allocation": "where_it_queues",
    "posts.target": 1500,
    "posts.hiring_start": date(2021, 2, 1),
    "posts.hiring_end": date(2022, 1, 31),
    "target.measure": "people_supported",
    "target.year": 2023,
    "shocks.lockdown_2020.start": date(2020, 3, 1),
    "shocks.lockdown_2020.end": date(2020, 6, 1),
}


def another(scenario: Scenario, path: str) -> Scenario:
    """The scenario with another allowed value at one path."""
    value = scenario.values[path]
    if path in OTHER_VALUES:
        return scenario.with_({path: OTHER_VALUES[path]})
    if path.endswith(".start"):
        return scenario.with_({path: date(2021, 9, 1)})
    return scenario.with_({path: value * 0.75 if value else 0.25})


def files(folder: Path, **texts: str) -> Path:
    """Scenario files in a folder; the path of the first."""
    for name, text in texts.items():
        (folder / f"{name}.toml").write_text(f'title = "{name}"\n{text}', encoding="utf-8")
    return folder / f"{next(iter(texts))}.toml"


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


class TestTimelines:
    LINE = Timeline({date(2020, 1, 1): Quantity(10), date(2018, 1, 1): Quantity(4)})

    @pytest.mark.parametrize(
        ("when", "step", "line"),
        [
            (date(2017, 1, 1), 4, 4),
            (date(2018, 1, 1), 4, 4),
            (date(2019, 1, 1), 4, 7),
            (date(2019, 12, 31), 4, 10 - 6 / 730),
            (date(2020, 1, 1), 10, 10),
            (date(2030, 1, 1), 10, 10),
        ],
    )
    def test_steps_and_lines(self, when: date, step: float, line: float):
        assert self.LINE.at(when) == step
        assert self.LINE.between(when) == pytest.approx(line, rel=1e-12)

    def test_dates_come_in_order(self):
        assert list(self.LINE) == [date(2018, 1, 1), date(2020, 1, 1)]


MADE_UP = Reading(
    name="made_up",
    title="A reading for tests",
    says="Places are 70.",
    fixed={"portfolios.places": 70.0, "territory.unevenness": 0.0},
    fitted={
        "orientations.per_year.2018": 101_000.0,
        "orientations.per_year.2019": 119_000.0,
        "entry.process_delay_days.2018": 32.0,
        "parcours.duration_days.2016": 203.0,
    },
    errors={},
)


class TestReadings:
    def test_a_reading_fills_what_is_open(self):
        filled = under(TREND, MADE_UP)
        assert needs_reading(TREND)
        assert not needs_reading(filled)
        assert filled.portfolios.places == 70
        assert filled.territory.unevenness == 0
        assert dict(filled.orientations.per_year) == {
            date(2018, 1, 1): 101_000,
            date(2019, 1, 1): 119_000,
        }
        assert filled.title == TREND.title
        assert not TREND.orientations.per_year

    def test_its_values_say_where_they_come_from(self):
        filled = under(TREND, MADE_UP)
        assert filled.portfolios.places.source == "reading 'made_up': fixed"
        assert kind_of(filled.orientations.per_year[date(2018, 1, 1)].source) == "fitted"

    @pytest.mark.parametrize("value", [50, {"value": 50, "low": 45, "source": "mine"}])
    def test_what_the_scenario_sets_wins(self, value: object):
        own = TREND.with_({"portfolios.places": value, "territory.unevenness": 0.3})
        filled = under(own, MADE_UP)
        assert filled.portfolios.places == 50
        assert filled.portfolios.places.source != "reading 'made_up': fixed"
        assert filled.territory.unevenness == 0.3

    def test_what_the_base_of_a_scenario_sets_wins_too(self, tmp_path):
        path = files(tmp_path, top='base = "below"\n', below="[portfolios]\nplaces = 50\n")
        assert under(sim.load(path), MADE_UP).portfolios.places == 50

    def test_even_where_it_sets_the_default(self):
        own = TREND.with_({"portfolios.places": 58})
        assert own.fingerprint == TREND.fingerprint
        assert under(own, MADE_UP).portfolios.places == 58

    @pytest.mark.parametrize("form", ["2020", "2018-01-01"])
    def test_a_timeline_of_the_scenario_is_not_filled_in_between(self, form: str):
        own = TREND.with_({"orientations.per_year": {form: 90_000}})
        filled = under(own, MADE_UP)
        assert list(filled.orientations.per_year.values()) == [90_000]
        assert len(filled.entry.process_delay_days) == 1

    def test_a_change_after_it_wins(self):
        changed = under(TREND, MADE_UP).with_(
            {"portfolios.places": 55, "orientations.per_year.2018": 1}
        )
        assert changed.portfolios.places == 55
        assert changed.orientations.per_year[date(2018, 1, 1)] == 1
        assert changed.orientations.per_year[date(2019, 1, 1)] == 119_000

    def test_another_reading_after_it_changes_nothing(self):
        """Once filled, a value is the scenario's own."""
        once = under(TREND, MADE_UP)
        assert under(once, reading("process")).portfolios.places == 70

    @pytest.mark.parametrize("name", list(readings()))
    def test_every_shipped_reading_is_applied_as_it_stands(self, name: str):
        filled = under(TREND, reading(name))
        values = filled.values
        for path, value in reading(name).fixed.items():
            assert values[path] == value
        assert reading(name).title
        assert reading(name).says

    def test_the_five_readings_of_the_model_are_there(self):
        assert set(readings()) == {"process", "places", "uneven", "longer_stays", "supply_led"}
        assert reading("supply_led").fixed["orientations.supply_response"] == 1
        assert reading("uneven").fixed["territory.unevenness"] == 0.45

    def test_an_unknown_reading_is_told_with_the_nearest(self):
        with pytest.raises(sim.InputError, match="did you mean 'uneven'"):
            reading("unevenn")


def declared(section: type[BaseModel], prefix: str = "") -> dict[str, Mapping[str, Any]]:
    """Every parameter that is declared below a section class, by path."""
    found: dict[str, Mapping[str, Any]] = {}
    for name, info in section.model_fields.items():
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found |= declared(kind, f"{prefix}{name}.")
        elif declaration(section, name):
            found[f"{prefix}{name}"] = {"default": info.default, **declaration(section, name)}
    return found


PARAMETERS = declared(Scenario) | declared(Shock, "shocks.lockdown_2020.")


class TestRegister:
    def test_it_lists_every_parameter(self):
        """Also those that are open or empty: a report that leaves them out hides them."""
        listed = {entry.path for entry in TREND.register}
        missing = [
            path
            for path in PARAMETERS
            if path not in listed and not any(each.startswith(f"{path}.") for each in listed)
        ]
        assert not missing

    @pytest.mark.parametrize("name", SHIPPED)
    def test_every_entry_has_a_unit_and_a_source(self, name: str):
        entries = under(sim.load(name), MADE_UP).register
        assert len(entries) > 60
        assert len({entry.path for entry in entries}) == len(entries)
        for entry in entries:
            assert entry.unit, entry.path
            assert len(entry.source) > 5, entry.path
            assert entry.what, entry.path
            assert entry.kind in {"assumption", "fitted", "decision", "document", GIVEN}

    def test_its_values_are_those_of_the_scenario(self):
        scenario = under(sim.load("target-2022"), MADE_UP)
        for entry in scenario.register:
            value = scenario.values.get(entry.path)
            assert entry.value == ("unset" if value is None else f"{value:g}"), entry.path

    def test_it_shows_what_a_file_says_on_a_value(self):
        entry = next(
            e for e in TREND.register if e.path == "shocks.lockdown_2020.catch_up_share"
        )  # fmt: skip
        assert (entry.value, entry.low, entry.high) == ("0.2", 0.0, 0.6)
        assert entry.kind == "assumption"

    def test_a_lever_is_listed_with_its_own_reasons(self):
        entries = {entry.path: entry for entry in register(Levers(), "levers.")}
        assert entries["levers.shared_target.intensity"].kind == "decision"
        assert "100 000" in entries["levers.shared_target.orientations"].source


class TestDeclarations:
    @pytest.mark.parametrize("path", PARAMETERS)
    def test_a_default_lies_in_its_range_and_bounds(self, path: str):
        about = PARAMETERS[path]
        assert about["unit"]
        assert about["least"] < about["most"]
        default = about["default"]
        if isinstance(default, Quantity):
            assert about["least"] <= default <= about["most"]
            for end in (default.low, default.high):
                assert end is None or about["least"] <= end <= about["most"]
            assert default.low is None or default.low <= default <= default.high

    @pytest.mark.parametrize("path", PARAMETERS)
    def test_an_assumption_gives_its_reason(self, path: str):
        """`assumption` alone is no source; model.md 13."""
        source = str(PARAMETERS[path]["source"])
        assert len(source) > 10
        if source.lower().startswith("assumption"):
            word, colon, reason = source.partition(": ")
            assert (word, colon) == ("assumption", ": ")
            assert len(reason.split()) >= 2
            assert reason == reason.strip()

    def test_effects_of_levers_are_assumptions_with_a_range(self):
        for path, about in PARAMETERS.items():
            if path.startswith("levers.") and about["unit"] == "share added at intensity 1":
                assert kind_of(about["source"]) == "assumption", path
                assert about["default"].low is not None, path
                assert about["default"].high is not None, path
