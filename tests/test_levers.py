"""What the levers do, against numbers made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.calendar import Calendar
from sim.levers import NAMES, LeverEffects, apply
from sim.population.build import build
from sim.population.daily import Daily, daily
from sim.population.posts import post_plan
from sim.population.streams import uniforms
from sim.scenario import Scenario
from sim.territory import stable_keys

TREND = sim.load("trend").with_({"horizon.end": date(2027, 1, 1)})
CALENDAR = TREND.calendar
START = int(CALENDAR.day(date(2021, 1, 1)))
YEAR = 365
RAMPS = st.just(0.0) | st.floats(0.01, 60)


def effects(changes: Mapping[str, object]) -> LeverEffects:
    """What the levers do under some changes, given below `levers.`."""
    return apply(with_levers(changes).levers, CALENDAR)


def with_levers(changes: Mapping[str, object]) -> Scenario:
    """The trend with some levers."""
    return TREND.with_({f"levers.{path}": value for path, value in changes.items()})


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


A_DAY_OF_FADING = 1.01 * (1 - 2 ** (-1 / YEAR))
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


THIRD = {
    "open_to_social_actors.intensity": 1,
    "shared_facilitation.intensity": 1,
    "shared_facilitation.ramp_months": 0,
}


class TestThirdChannel:
    def test_it_is_a_share_of_the_others_less_the_overlap(self):
        """30 % of the others, a fifth of whom would have come anyway: 24 %."""
        assert effects(THIRD).third_channel[START + 400] == pytest.approx(0.24, abs=1e-12)
        assert not effects(THIRD).third_channel[:START].any()

    @pytest.mark.parametrize(("overlap", "left"), [(0, 0.30), (0.5, 0.15), (1, 0.0)])
    def test_overlap(self, overlap: float, left: float):
        found = effects({**THIRD, "open_to_social_actors.overlap": overlap})
        assert found.third_channel[START + 400] == pytest.approx(left, abs=1e-12)

    def test_intensity(self):
        found = effects({**THIRD, "open_to_social_actors.intensity": 0.5})
        assert found.third_channel[START + 400] == pytest.approx(0.12, abs=1e-12)

    def test_it_leaves_the_others_as_they_were(self):
        assert np.all(effects(THIRD).orientations == 1.0)
        assert np.all(effects(THIRD).process_delay == 1.0)

    def test_its_own_delay_and_agreement_are_carried(self):
        found = effects(
            {
                **THIRD,
                "open_to_social_actors.process_delay": 0.25,
                "open_to_social_actors.agreement": -0.1,
            }
        )
        assert found.third_process_delay == 1.25
        assert found.third_agreement_added == -0.1

    def test_the_pools_diagnosis_interval_falls_by_its_share(self):
        found = effects({**THIRD, "shared_facilitation.start": date(2021, 1, 2)})
        assert found.pool_diagnosis_interval[START + 146] == pytest.approx(0.94, abs=1e-12)
        assert found.pool_diagnosis_interval[START + 500] == pytest.approx(
            0.85, rel=2 * A_DAY_OF_FADING
        )

    def test_it_fades_without_facilitation(self):
        """By the end of the ramp nothing has faded, two years later half has."""
        found = effects({"open_to_social_actors.intensity": 1}).third_channel
        assert found[START + 364] == pytest.approx(0.24, abs=1e-12)
        assert found[START + 3 * YEAR] == pytest.approx(0.12, rel=A_DAY_OF_FADING)


CODES = ["01", "08", "10", "21", "2A", "39", "48", "51", "52", "54", "55", "58", "70", "88", "89"]
SPREAD = {
    **{f"levers.{path}": value for path, value in THIRD.items()},
    "levers.shared_facilitation.start": date(2021, 1, 2),
    "levers.open_to_social_actors.ramp_months": 24,
    "orientations.per_year": {"2016": 110_000},
    "entry.process_delay_days": {"2016": 25},
    "parcours.duration_days": {"2016": 200},
    "territory.departements": CODES,
    "orientations.supply_response": 0,
}


@pytest.fixture(scope="module")
def conventions():
    """A world in which the third channel opens over two years, département by département."""
    return build(TREND.with_(SPREAD), seed=4, replication=1)


class TestConventions:
    def third(self, world, code: str) -> np.ndarray:
        """Times at which people of the third channel are oriented in a département."""
        people = world.inputs.people
        pool = np.repeat(np.arange(len(world.pools)), np.diff(people.start))
        mine = np.array(world.pools.codes)[pool] == code
        return people.t0[mine & (people.channel == 2)]

    def test_every_departement_signs_on_a_day_of_its_own_within_the_ramp(self, conventions):
        first = np.array([self.third(conventions, code).min() for code in CODES])
        assert first.min() >= START
        assert len(set(np.floor(first).tolist())) > len(CODES) / 2
        assert first.min() < START + 2 * YEAR / 4
        assert START + 2 * YEAR * 3 / 4 < first.max() < START + 2 * YEAR + 60

    def test_the_day_is_a_fixed_uniform_of_the_departement(self, conventions):
        turn = uniforms(4, 1, "convention", (stable_keys(CODES), 0, 0, 0))["signing"]
        for code, share in zip(CODES, turn, strict=True):
            times = self.third(conventions, code)
            signed = START + share * 2 * YEAR
            assert times.min() >= signed
            rate = len(times) / (CALENDAR.horizon - signed)
            assert times.min() - signed < 1 + 12 / rate

    def test_from_then_on_the_channel_has_its_full_size(self, conventions):
        """24 % of the others where all have signed; five standard errors of the ratio."""
        people = conventions.inputs.people
        late = people.t0 >= START + 2 * YEAR
        third = int((late & (people.channel == 2)).sum())
        others = int((late & (people.channel != 2)).sum())
        error = third / others * np.sqrt(1 / third + 1 / others)
        assert abs(third / others - 0.24) < 5 * error
        assert others > 5000

    def test_the_channel_follows_the_others_after_their_multipliers(self):
        """A third more from the first lever is a third more from the third channel."""
        target = {
            "levers.shared_target.intensity": 1,
            "levers.shared_target.ramp_months": 0,
            "levers.shared_target.orientations": 1 / 3,
            "levers.shared_facilitation.start": date(2021, 1, 1),
        }
        count = {}
        for name, changes in {"without": {}, "with": target}.items():
            people = build(TREND.with_({**SPREAD, **changes}), 4, 1).inputs.people
            late = people.t0 >= START + 2 * YEAR
            count[name] = int((late & (people.channel == 2)).sum())
        error = np.sqrt(count["with"])
        assert abs(count["with"] - 4 / 3 * count["without"]) < 5 * error

    def test_no_one_comes_by_it_before(self, conventions):
        people = conventions.inputs.people
        assert not (people.channel[people.t0 < START] == 2).any()
