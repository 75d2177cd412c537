"""A run in parts, some pools at a time, is the run of the whole, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
from contract_worlds import FULL, SEED, TREND, content

from sim.errors import InputError
from sim.experiment import replication
from sim.experiment.replication import Job, people_of, replicate
from sim.flow.inputs import checked
from sim.measures import COUNTRY, derived
from sim.population.build import conditions, parts

PLAN = TREND.with_(
    {**FULL, "posts.target": 2300, "entry.pool_diagnosis_interval_days": 1.1, "posts.later": {}}
)


@pytest.mark.parametrize("at_once", [1, 3, 1000])
def test_the_number_of_pools_at_once_changes_nothing(monkeypatch, at_once: int) -> None:
    job = Job(PLAN, 0, SEED, by_place=True)
    replication._trunks.clear()
    as_it_is = content(replicate(job))
    replication._trunks.clear()
    monkeypatch.setitem(replication.POOLS_AT_ONCE, "compiled", at_once)
    assert content(replicate(job)) == as_it_is


@pytest.mark.parametrize("at_once", [1, 4])
def test_the_parts_people_are_those_of_the_whole(at_once: int) -> None:
    world, flow = people_of(Job(PLAN, 0, SEED))
    columns = [
        (checked(inputs).people, replication.run_flow(inputs, "compiled"))
        for _, inputs in parts(conditions(PLAN, SEED, 0), at_once)
    ]
    for name in ("t0", "t1", "t_abandon", "duration", "agrees", "outcome", "channel"):
        together = np.concatenate([getattr(people, name) for people, _ in columns])
        np.testing.assert_array_equal(together, getattr(world.inputs.people, name))
    for name in ("t2", "t3", "fate"):
        together = np.concatenate([getattr(part, name) for _, part in columns])
        np.testing.assert_array_equal(together, getattr(flow, name))


def test_counts_of_the_country_are_the_sums_of_its_places() -> None:
    national = replicate(Job(PLAN, 0, SEED))
    by_place = replicate(Job(PLAN, 0, SEED, by_place=True))
    assert national.places == (COUNTRY,)
    assert by_place.places == ("08", "52", "75")
    for name, values in by_place.counts.items():
        np.testing.assert_array_equal(national.counts[name][0], values.sum(axis=0), err_msg=name)
    for name, days in by_place.binding.items():
        np.testing.assert_allclose(national.binding[name][0], days.sum(axis=0), err_msg=name)
    here, there = derived(national), derived(by_place)
    for name, values in here.values.items():
        np.testing.assert_allclose(values, there.values[name], rtol=1e-12, err_msg=name)


def test_places_of_a_national_count_are_refused_in_words() -> None:
    national = replicate(Job(PLAN, 0, SEED))
    with pytest.raises(InputError, match="by_place=True"):
        derived(national, "year", "departement")
