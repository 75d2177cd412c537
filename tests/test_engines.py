"""Both engines give the same table of people, bit for bit."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from flow_inputs import NEVER, TICK, Person, Pool, State, assembled, drawn, inputs, one_pool
from hypothesis import given, settings

from sim.flow import compiled, reference
from sim.flow.inputs import Fate, Flow, Inputs

TESTS = Path(__file__).parent


def small_cases() -> list[Inputs]:
    """Inputs that run in a moment even where nothing is compiled."""
    contended = [
        drawn(seed, pools=3, people=200, portfolios=3, places=3, horizon=60.0, step=step)
        for seed in range(4)
        for step in (1.0, 0.5, TICK)
    ]
    return [*contended, one_pool([0.0], horizon=5), one_pool([], horizon=5)]


def digest(flow: Flow) -> str:
    """A fingerprint of the table, to the last bit."""
    columns = (flow.t2, flow.portfolio, flow.t3, flow.fate)
    return hashlib.sha256(b"".join(column.tobytes() for column in columns)).hexdigest()


def agreed_digests() -> list[str]:
    """Run the small cases by both engines; fails where they differ."""
    digests = []
    for case in small_cases():
        flow = compiled.run(case)
        assert reference.run(case).same(flow)
        digests.append(digest(flow))
    return digests


@settings(max_examples=500)
@given(inputs())
def test_engines_agree_on_generated_inputs(x):
    assert reference.run(x).same(compiled.run(x))


@settings(max_examples=100)
@given(inputs(most_pools=1, most_people=40))
def test_engines_agree_on_one_crowded_pool(x):
    assert reference.run(x).same(compiled.run(x))


@pytest.mark.parametrize("step", [1.0, 0.5, TICK])
@pytest.mark.parametrize("seed", range(10))
def test_engines_agree_on_many_ties(seed, step):
    x = drawn(seed, pools=6, people=600, portfolios=3, places=4, horizon=100.0, step=step)
    assert reference.run(x).same(compiled.run(x))


def test_engines_agree_on_a_hundred_thousand_people_with_every_rule():
    x = drawn(2022, pools=400, people=100_000, portfolios=4)
    flow = reference.run(x)
    assert flow.same(compiled.run(x))
    assert np.bincount(flow.fate, minlength=len(Fate)).min() > 100


def test_engines_agree_on_one_very_large_pool():
    x = drawn(7, pools=1, people=25_000, portfolios=50, places=30)
    flow = reference.run(x)
    assert flow.same(compiled.run(x))
    assert len(np.unique(flow.portfolio)) == 51


@pytest.mark.parametrize("engine", [reference, compiled])
def test_one_person(engine):
    flow = engine.run(one_pool([2.0], [5.0], duration=7.5, horizon=20))
    assert (flow.t2[0], flow.portfolio[0], flow.t3[0]) == (5.0, 0, 12.5)
    assert flow.fate[0] == Fate.ENTERED


@pytest.mark.parametrize(
    "x",
    [
        one_pool([], horizon=5),
        assembled(5.0),
        assembled(5.0, Pool()),
        assembled(5.0, Pool(), Pool(portfolios=[[State()], []]), Pool(slots=[(1.0, 2.0)])),
    ],
    ids=["a portfolio", "no pool", "an empty pool", "some empty pools"],
)
def test_nobody_at_all(x):
    flow = reference.run(x)
    assert flow.same(compiled.run(x))
    assert [len(column) for column in (flow.t2, flow.portfolio, flow.t3, flow.fate)] == [0] * 4


def test_engines_agree_where_pools_have_no_portfolios_and_portfolios_no_states():
    people = [Person(0.0, 1.0), Person(0.0, 1.0, t_abandon=3.0)]
    x = assembled(
        9.0,
        Pool(),
        Pool(people),
        Pool(people, [[], [State(time=2.0)], []]),
        Pool(people, [[]]),
        Pool(),
    )
    flow = compiled.run(x)
    assert reference.run(x).same(flow)
    assert flow.portfolio.tolist() == [-1, -1, 1, -1, -1, -1]


def test_engines_agree_where_slots_and_patience_never_end():
    x = assembled(
        50.0,
        Pool(
            [Person(0.0, float(k), duration=NEVER) for k in range(5)],
            [[State(places=9, interval=NEVER)], [State(places=9, interval=2.0)]],
        ),
        Pool([Person(0.0, 0.0)] * 3, [[State(places=9)]], [(0.0, NEVER)]),
    )
    flow = compiled.run(x)
    assert reference.run(x).same(flow)
    assert flow.t2[:5].tolist() == [0.0, 1.0, 3.0, 5.0, 7.0]
    assert flow.fate[5:].tolist() == [Fate.ENTERED, Fate.WAITING, Fate.WAITING]


def test_the_inputs_are_left_alone():
    x, untouched = small_cases()[0], small_cases()[0]
    for engine in (reference, compiled):
        engine.run(x)
    for part in ("people", "portfolios", "slots"):
        for name, values in vars(getattr(x, part)).items():
            assert np.array_equal(values, getattr(getattr(untouched, part), name)), name


def test_same_sees_the_last_bit():
    x = small_cases()[0]
    flow, other = compiled.run(x), compiled.run(x)
    assert flow.same(other)
    other.t3[np.flatnonzero(flow.fate == Fate.ENTERED)[0]] += TICK
    assert not flow.same(other)


def test_engines_agree_with_compilation_off():
    script = (
        "import numba, test_engines; assert numba.config.DISABLE_JIT;"
        "print(*test_engines.agreed_digests())"
    )
    paths = [str(TESTS), str(TESTS.parent)]
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == agreed_digests()
