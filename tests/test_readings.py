"""Readings: what they fill in, and what the scenario keeps."""

from __future__ import annotations

from datetime import date

import pytest
from scenario_inputs import MADE_UP, TREND, files

import sim
from sim.parameters import kind_of
from sim.reading_fits import needs_reading, reading, readings, under


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
