"""The contract of the random streams: which parameters change something, and which nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from contract_worlds import FULL, SEED, SHORT, TREND, content, run
from hypothesis import given, settings
from hypothesis import strategies as st
from scenario_inputs import another

from sim.levers import NAMES
from sim.population.build import build


@pytest.mark.parametrize("what", ["target.people", "target.queue_delay_days", "target.mean_load"])
def test_what_is_aimed_at_changes_nothing(what: str):
    assert content(build(TREND, SEED, 0)) == content(build(TREND.with_({what: 30}), SEED, 0))


EFFECTS = {
    "shared_target": ("orientations",),
    "shorter_entry_delay": ("process_delay", "orientations"),
    "open_to_social_actors": (
        "orientations",
        "overlap",
        "pool_diagnosis_interval",
        "process_delay",
        "agreement",
    ),
    "better_coordination": ("process_delay", "agreement", "duration"),
    "shared_facilitation": ("ramp_cut",),
}


@st.composite
def switched_off(draw: st.DrawFn) -> dict[str, object]:
    """Levers at intensity 0 with other effects, starts, ramps and half-lives."""
    changes: dict[str, object] = {}
    for name in draw(st.sets(st.sampled_from(NAMES), min_size=1)):
        changes[f"levers.{name}.intensity"] = 0
        changes[f"levers.{name}.start"] = draw(st.dates(date(2015, 1, 1), date(2024, 1, 1)))
        changes[f"levers.{name}.ramp_months"] = draw(st.sampled_from([0, 1, 12, 60]))
        if name != "shared_facilitation":
            changes[f"levers.{name}.half_life_months"] = draw(st.sampled_from([1, 600]))
        for effect in EFFECTS[name]:
            changes[f"levers.{name}.{effect}"] = draw(st.floats(0.01, 0.5))
    return changes


@pytest.fixture(scope="module")
def nothing_done() -> Any:
    """The inputs of a short trend without any lever."""
    return content(build(SHORT, SEED, 0))


@settings(max_examples=40)
@given(changes=switched_off())
def test_a_lever_at_intensity_zero_changes_nothing(nothing_done, changes: dict[str, object]):
    assert content(build(SHORT.with_(changes), SEED, 0)) == nothing_done


@pytest.mark.parametrize("off", [name for name in NAMES if name != "shared_facilitation"])
def test_a_lever_at_intensity_zero_changes_nothing_beside_others(off: str):
    others = {**FULL, f"levers.{off}.intensity": 0}
    effects = {f"levers.{off}.{each}": 0.3 for each in EFFECTS[off]}
    plain, odd = TREND.with_(others), TREND.with_({**others, **effects})
    assert content(run(plain)) == content(run(odd))


def test_facilitation_alone_changes_nothing():
    alone = TREND.with_({"levers.shared_facilitation.intensity": 1})
    assert content(run(alone)) == content(run(TREND))


BUSY = TREND.with_(
    {
        **FULL,
        "territory.departements": ["08", "10", "52"],
        "posts.target": 2300,
        "entry.pool_diagnosis_interval_days": 1,
        "levers.shared_facilitation.intensity": 0.8,
    }
)


@pytest.fixture(scope="module")
def busy() -> Any:
    """The inputs of a plan with everything on."""
    return content(build(BUSY, SEED, 0))


# The target is looked at by plans, the ratio of true stays by the calibration.
NO_EFFECT_ON_THE_FLOW = ("target.", "parcours.true_to_published")


@pytest.mark.parametrize(
    "path", [path for path in BUSY.values if not path.startswith(NO_EFFECT_ON_THE_FLOW)]
)
def test_every_parameter_does_something(busy, path: str):
    """A parameter that a planner can set and that changes nothing would mislead."""
    changed = another(BUSY, path)
    assert changed.values != BUSY.values
    assert content(build(changed, SEED, 0)) != busy
