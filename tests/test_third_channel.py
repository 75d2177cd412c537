"""The third lever's channel, against numbers made by hand, and its conventions."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from lever_effects import A_DAY_OF_FADING, CALENDAR, START, TREND, YEAR, effects

from sim.population.build import build
from sim.population.streams import uniforms
from sim.territory import stable_keys

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
