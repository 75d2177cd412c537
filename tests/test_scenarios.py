"""Scenarios: shipped files, freezing, changes, differences."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from pydantic import ValidationError
from scenario_inputs import ROOT, SHIPPED, TREND

import sim
from sim.levers import NAMES
from sim.quantities import Quantity
from sim.scenario import Scenario
from sim.sections import Posts, Shock


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
