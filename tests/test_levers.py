"""What the levers do, against numbers made by hand."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lever_effects import A_DAY_OF_FADING, CALENDAR, START, TREND, YEAR, effects, with_levers

from sim.calendar import Calendar
from sim.levers import NAMES, LeverEffects, apply
from sim.population.daily import Daily, daily
from sim.population.posts import post_plan
from sim.scenario import Scenario

RAMPS = st.just(0.0) | st.floats(0.01, 60)


def equal(one: LeverEffects, other: LeverEffects) -> bool:
    """Equal in every array and number, bit for bit, but for the conventions' dates."""
    return all(
        np.array_equal(getattr(one, each.name), getattr(other, each.name))
        for each in fields(LeverEffects)
        if not each.name.startswith("signing")
    )


NOTHING = apply(TREND.levers, CALENDAR)


class TestNothing:
    def test_no_lever_multiplies_by_exactly_one(self):
        for name in ("orientations", "process_delay", "duration", "pool_diagnosis_interval"):
            assert np.all(getattr(NOTHING, name) == 1.0)
        assert not NOTHING.agreement_added.any()
        assert not NOTHING.third_channel.any()

    def test_an_array_has_a_value_a_day(self):
        for each in fields(LeverEffects):
            values = getattr(NOTHING, each.name)
            assert not isinstance(values, np.ndarray) or len(values) == int(CALENDAR.horizon)

    def test_facilitation_alone_does_nothing(self):
        for intensity in (0.3, 1):
            alone = effects({"shared_facilitation.intensity": intensity})
            assert equal(alone, NOTHING)

    def test_apply_is_pure(self):
        scenario = with_levers({f"{name}.intensity": 0.7 for name in NAMES})
        before = scenario.fingerprint
        first = apply(scenario.levers, CALENDAR)
        again = apply(scenario.levers, CALENDAR)
        first.orientations[:] = -1.0
        assert equal(again, apply(scenario.levers, CALENDAR))
        assert scenario.fingerprint == before
        assert again.orientations.min() == 1.0


@given(
    st.sampled_from(NAMES),
    st.dates(date(2016, 1, 1), date(2026, 12, 31)),
    RAMPS,
    st.floats(0.01, 1),
)
def test_the_time_before_a_lever_is_never_touched(
    name: str, start: date, ramp: float, intensity: float
):
    changed = effects(
        {f"{name}.intensity": intensity, f"{name}.start": start, f"{name}.ramp_months": ramp}
    )
    before = int(CALENDAR.day(start))
    for each in fields(LeverEffects):
        values = getattr(changed, each.name)
        if isinstance(values, np.ndarray):
            assert np.array_equal(values[:before], getattr(NOTHING, each.name)[:before])


@given(
    st.sampled_from(NAMES),
    st.dates(date(2015, 1, 1), date(2028, 1, 1)),
    RAMPS,
    st.floats(1, 600),
)
def test_a_lever_at_intensity_zero_is_no_lever(name: str, start: date, ramp: float, half: float):
    changes = {f"{name}.intensity": 0, f"{name}.start": start, f"{name}.ramp_months": ramp}
    if name != "shared_facilitation":
        changes[f"{name}.half_life_months"] = half
    assert equal(effects(changes), NOTHING)


class TestRamp:
    def test_it_rises_on_a_straight_line_over_twelve_months(self):
        orientations = effects({"shared_target.intensity": 1}).orientations
        assert orientations[START - 1] == 1.0
        assert orientations[START] == 1.0
        assert orientations[START + 73] == pytest.approx(1 + 0.15 * 0.2, abs=1e-12)
        assert orientations[START + 146] == pytest.approx(1.06, abs=1e-12)
        assert orientations[START + 292] == pytest.approx(1.12, abs=1e-12)

    def test_intensity_scales_it(self):
        orientations = effects({"shared_target.intensity": 0.5}).orientations
        assert orientations[START + 146] == pytest.approx(1.03, abs=1e-12)

    def test_at_its_end_the_effect_is_full(self):
        """model.md 6: at the ramp's end the time since then is 0, and nothing has faded."""
        orientations = effects({"shared_target.intensity": 1}).orientations
        assert orientations[START + YEAR] == pytest.approx(1.15, abs=1e-12)

    def test_no_ramp_is_full_from_the_first_day(self):
        changes = {"shared_target.intensity": 1, "shared_target.ramp_months": 0}
        orientations = effects(changes).orientations
        assert orientations[START - 1] == 1.0
        assert orientations[START] == pytest.approx(1.15, abs=1e-12)

    def test_a_ramp_of_18_months(self):
        changes = {"shared_target.intensity": 1, "shared_target.ramp_months": 18}
        assert effects(changes).orientations[START + 219] == pytest.approx(1.06, abs=1e-12)

    def test_another_start(self):
        start = date(2022, 5, 1)
        changes = {"shared_target.intensity": 1, "shared_target.start": start}
        orientations = effects(changes).orientations
        first = int(CALENDAR.day(start))
        assert np.all(orientations[:first] == 1.0)
        assert orientations[first + 146] == pytest.approx(1.06, abs=1e-12)


def target_effect(day: int, **changes: object) -> float:
    """The activation of the first lever on a day after its start."""
    given_changes = {"shared_target.intensity": 1, **changes}
    return float(effects(given_changes).orientations[START + day] - 1) / 0.15


HALF_A_YEAR = {"shared_target.ramp_months": 0, "shared_target.half_life_months": 12}


class TestFading:
    """2^(−time since the ramp's end / half-life), within one day's fading."""

    @pytest.mark.parametrize(("years", "left"), [(1, 0.5), (2, 0.25), (3, 0.125)])
    def test_half_is_left_after_a_half_life(self, years: int, left: float):
        found = target_effect(years * YEAR, **HALF_A_YEAR)
        assert found == pytest.approx(left, rel=A_DAY_OF_FADING)

    def test_it_starts_at_the_end_of_the_ramp(self):
        changes = {**HALF_A_YEAR, "shared_target.ramp_months": 12}
        found = target_effect(2 * YEAR, **changes)
        assert found == pytest.approx(0.5, rel=A_DAY_OF_FADING)

    def test_by_default_the_half_life_is_two_years(self):
        assert target_effect(3 * YEAR) == pytest.approx(0.5, rel=A_DAY_OF_FADING)

    def test_full_facilitation_stops_it(self):
        changes = {
            **HALF_A_YEAR,
            "shared_facilitation.intensity": 1,
            "shared_facilitation.ramp_months": 0,
        }
        assert target_effect(5 * YEAR, **changes) == pytest.approx(1.0, abs=1e-12)

    def test_facilitation_that_comes_later_keeps_what_is_left(self):
        """A year of fading before it is at full, none after."""
        changes = {
            **HALF_A_YEAR,
            "shared_facilitation.intensity": 1,
            "shared_facilitation.ramp_months": 0,
            "shared_facilitation.start": date(2022, 1, 1),
        }
        kept = target_effect(YEAR, **changes)
        assert kept == pytest.approx(0.5, rel=A_DAY_OF_FADING)
        assert target_effect(5 * YEAR, **changes) == pytest.approx(kept, rel=2 * A_DAY_OF_FADING)

    def test_half_a_facilitation_slows_it_to_half_its_pace(self):
        changes = {
            **HALF_A_YEAR,
            "shared_facilitation.intensity": 0.5,
            "shared_facilitation.ramp_months": 0,
        }
        assert target_effect(2 * YEAR, **changes) == pytest.approx(0.5, rel=A_DAY_OF_FADING)

    def test_a_date_has_its_effect_whenever_the_simulation_opens(self):
        """A lever of 2018 has faded for as long, whether day 0 lies before or after it."""
        changes = {**HALF_A_YEAR, "shared_target.start": date(2018, 1, 1)}
        levers = with_levers({"shared_target.intensity": 1, **changes}).levers
        early = Calendar(date(2016, 1, 1), date(2024, 1, 1))
        late = Calendar(date(2020, 1, 1), date(2024, 1, 1))
        shared = slice(int(early.day(date(2020, 1, 1))), None)
        assert np.allclose(
            apply(levers, early).orientations[shared], apply(levers, late).orientations, atol=1e-12
        )


class TestFacilitatedRamp:
    def test_it_halves_the_ramp_of_a_lever_that_starts_with_it(self):
        assert target_effect(73, **{"shared_facilitation.intensity": 1}) == pytest.approx(0.4)

    def test_half_an_intensity_cuts_a_quarter(self):
        changes = {"shared_facilitation.intensity": 0.5}
        assert target_effect(73, **changes) == pytest.approx(73 / (365 * 0.75))

    def test_a_facilitation_that_starts_later_leaves_the_ramp_as_it_was(self):
        changes = {
            "shared_facilitation.intensity": 1,
            "shared_facilitation.start": date(2021, 1, 2),
        }
        assert target_effect(73, **changes) == pytest.approx(0.2, abs=1e-12)


class TestProducts:
    def test_two_levers_on_the_process_delay_multiply(self):
        changes = {
            "shorter_entry_delay.intensity": 1,
            "shorter_entry_delay.ramp_months": 0,
            "better_coordination.intensity": 1,
            "better_coordination.ramp_months": 0,
            "shared_facilitation.intensity": 1,
            "shared_facilitation.ramp_months": 0,
        }
        found = effects(changes)
        assert found.process_delay[START + 50] == pytest.approx(0.75 * 0.90, abs=1e-12)
        assert found.duration[START + 50] == pytest.approx(0.97, abs=1e-12)
        assert found.agreement_added[START + 50] == pytest.approx(0.02, abs=1e-12)
        assert np.all(found.orientations == 1.0)

    def test_the_prescribers_respond_to_shorter_delays(self):
        changes = {
            "shared_target.intensity": 1,
            "shorter_entry_delay.intensity": 1,
            "shorter_entry_delay.orientations": 0.10,
        }
        half_way = effects(changes).orientations[START + 146]
        assert half_way == pytest.approx(1.06 * 1.04, abs=1e-12)


def days_of(scenario: Scenario, process_delay: float) -> Daily:
    """The daily conditions of a scenario with figures that are easy on the eye."""
    figures = {
        "orientations.per_year": {"2016": 100_000},
        "entry.process_delay_days": {"2016": process_delay},
        "parcours.duration_days": {"2016": 200},
    }
    ready = scenario.with_(figures)
    return daily(ready, post_plan(ready))


class TestFloor:
    """No lever brings the process delay below ten days, none brings it up to ten."""

    @pytest.mark.parametrize(
        ("base", "found"), [(30.0, 22.5), (16.0, 12.0), (12.0, 10.0), (10.0, 10.0), (8.0, 8.0)]
    )
    def test_of_the_second_lever(self, base: float, found: float):
        scenario = with_levers(
            {"shorter_entry_delay.intensity": 1, "shorter_entry_delay.ramp_months": 0}
        )
        by_day = days_of(scenario, base).process_delay
        assert by_day[START - 1] == base
        assert by_day[START] == pytest.approx(found, rel=A_DAY_OF_FADING)
        assert by_day[START:].min() >= min(base, 10.0)
