"""Parameters: timelines, declarations, the register."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel
from scenario_inputs import MADE_UP, SHIPPED, TREND

import sim
from sim.levers import Levers
from sim.parameters import declaration, kind_of, register
from sim.quantities import GIVEN, Quantity, Timeline
from sim.reading_fits import under
from sim.scenario import Scenario
from sim.sections import Shock


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
