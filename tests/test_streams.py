"""Random streams: known answers, one stream per decision, uniform and uncorrelated numbers."""

from __future__ import annotations

import ast
from collections import Counter
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest

import sim
from sim.population.compiled_draws import block, probability
from sim.population.streams import LANES, philox, stream_key, uniforms

WORD = st.integers(0, 2**32 - 1)
PACKAGE = Path(sim.__file__).parent
DRAWING = ("uniforms", "stream_key")

KNOWN_ANSWERS = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000",
     "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff",
     "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0",
     "d16cfe09 94fdcceb 5001e420 24126ea1"),
]  # fmt: skip


def words(text: str) -> tuple[int, ...]:
    """The 32-bit words of a text of hexadecimal numbers."""
    return tuple(int(word, 16) for word in text.split())


def plain_philox(counter: tuple[int, ...], key: tuple[int, ...]) -> tuple[int, ...]:
    """Philox4x32-10 as the paper writes it, in Python's whole numbers."""
    (a, b, c, d), (x, y) = counter, key
    for _ in range(10):
        first, second = 0xD2511F53 * a, 0xCD9E8D57 * c
        a, b, c, d = (
            (second >> 32) ^ b ^ x,
            second % 2**32,
            (first >> 32) ^ d ^ y,
            first % 2**32,
        )
        x, y = (x + 0x9E3779B9) % 2**32, (y + 0xBB67AE85) % 2**32
    return a, b, c, d


def compiled(counter: tuple[int, ...], key: tuple[int, ...]) -> tuple[int, ...]:
    """The compiled twin's words of one block."""
    return tuple(int(word) for word in block(*(np.uint64(each) for each in (*counter, *key))))


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN_ANSWERS, ids=["zeros", "ones", "pi"])
class TestKnownAnswers:
    """The three published answers of Random123 (kat_vectors, philox 4x32, 10 rounds)."""

    def test_numpy(self, counter: str, key: str, answer: str):
        x, y = words(key)
        assert tuple(int(word) for word in philox(words(counter), (x, y))) == words(answer)

    def test_compiled(self, counter: str, key: str, answer: str):
        assert compiled(words(counter), words(key)) == words(answer)

    def test_as_the_paper_writes_it(self, counter: str, key: str, answer: str):
        assert plain_philox(words(counter), words(key)) == words(answer)


@given(st.tuples(WORD, WORD, WORD, WORD), st.tuples(WORD, WORD))
def test_numpy_and_compiled_twin_equal_the_plain_form(counter, key):
    answer = plain_philox(counter, key)
    assert tuple(int(word) for word in philox(counter, key)) == answer
    assert compiled(counter, key) == answer


def test_a_word_stands_for_the_same_probability_in_compiled_code():
    drawn = uniforms(1, 2, "person", (7, 1, 3, 5))
    found = compiled((7, 1, 3, 5), stream_key(1, 2, "person"))
    assert [float(each) for each in drawn.values()] == [
        probability(np.uint64(word)) for word in found
    ]


def test_every_decision_has_a_lane_of_its_own():
    assert all(1 <= len(decisions) <= 4 for decisions in LANES.values())
    assert all(len(set(decisions)) == len(decisions) for decisions in LANES.values())


def test_no_stream_is_written_twice():
    """A dict shows only the last of two equal keys, so this reads the source."""
    tree = ast.parse((PACKAGE / "population" / "streams.py").read_text(encoding="utf-8"))
    tables = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "LANES"
    ]
    assert len(tables) == 1
    names = [key.value for key in tables[0].keys]
    assert len(set(names)) == len(names)
    assert set(names) == set(LANES)


def test_every_stream_is_drawn_in_one_place_only():
    """Two places that draw from one stream with equal counters would share their numbers."""
    drawn: Counter[str] = Counter()
    for path in PACKAGE.rglob("*.py"):
        if path.name == "streams.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in DRAWING:
                assert isinstance(node.args[2], ast.Constant), f"{path}: a computed stream name"
                drawn[node.args[2].value] += 1
    assert drawn == Counter(dict.fromkeys(LANES, 1))


def test_stream_keys_differ_between_seeds_replications_and_names():
    """Run 0 of every seed has streams of its own: nothing is seed × replication."""
    keys = {
        stream_key(seed, replication, name)
        for seed, replication, name in product(range(40), range(40), LANES)
    }
    assert len(keys) == 40 * 40 * len(LANES)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((0, 0), (0, 1)),
        ((0, 0), (1, 0)),
        ((2, 3), (3, 2)),
        ((1, 6), (2, 3)),
        ((1, 11), (11, 1)),
        ((11, 1), (1, 111)),
        ((-1, 0), (1, 0)),
    ],
)
def test_pairs_of_seed_and_replication_share_nothing(one, other):
    index = np.arange(1000)
    first = uniforms(*one, "person", (1, 0, 0, index))["patience"]
    second = uniforms(*other, "person", (1, 0, 0, index))["patience"]
    assert not np.any(first == second)


def test_streams_stay_what_they_were():
    """Another key or lane changes every result: only with a word in the CHANGELOG."""
    assert stream_key(1, 0, "person") == (0xF1B7ED75, 0x7AD014E6)
    drawn = uniforms(1, 0, "person", (1, 0, 0, 0))
    first = plain_philox((1, 0, 0, 0), (0xF1B7ED75, 0x7AD014E6))
    assert list(drawn) == ["process_delay", "patience", "agreement", "duration"]
    assert [float(each) for each in drawn.values()] == [(word + 0.5) / 2**32 for word in first]


def test_a_number_depends_on_its_own_counters_only():
    """Drawn alone or in a crowd, in any order: the same number."""
    rng = np.random.default_rng(5)
    counters = rng.integers(0, 2**32, (4, 500), dtype=np.uint32)
    together = uniforms(3, 4, "orientation", tuple(counters))["renewal"]
    order = rng.permutation(500)
    assert np.array_equal(
        uniforms(3, 4, "orientation", tuple(counters[:, order]))["renewal"], together[order]
    )
    alone = uniforms(3, 4, "orientation", tuple(counters[:, 17]))["renewal"]
    assert float(alone) == together[17]


N = 100_000


@pytest.fixture(scope="module")
def drawn() -> dict[tuple[str, str], np.ndarray]:
    """Many numbers of every decision; the counters are those of neighbours."""
    index = np.arange(N // 1000)
    counters = (np.arange(10)[:, None, None], 0, np.arange(100)[None, :, None], index)
    return {
        (stream, decision): values.ravel()
        for stream in LANES
        for decision, values in uniforms(2, 0, stream, counters).items()
    }


@pytest.mark.parametrize(("stream", "decision"), [(s, d) for s in LANES for d in LANES[s]])
def test_numbers_are_uniform(drawn, stream: str, decision: str):
    """Fixed numbers: a true uniform fails one of the 13 lines in 10 000."""
    values = drawn[stream, decision]
    assert len(values) == N
    assert 0 < values.min() < values.max() < 1
    assert kstest(values, "uniform").pvalue > 1e-4 / len(drawn)


def test_decisions_and_streams_are_uncorrelated(drawn):
    """Every pair of decisions, person by person, and each with its own neighbour."""
    bound = 4.9 / np.sqrt(N)
    for (one, x), (other, y) in combinations(drawn.items(), 2):
        assert abs(np.corrcoef(x, y)[0, 1]) < bound, f"{one} and {other}"
    for name, x in drawn.items():
        assert abs(np.corrcoef(x[1:], x[:-1])[0, 1]) < bound, f"{name} and its neighbour"


def test_replications_and_seeds_are_uncorrelated():
    index, bound = np.arange(N), 4.9 / np.sqrt(N)
    families = [
        uniforms(seed, replication, "person", (5, 0, 0, index))["duration"]
        for seed, replication in [(1, 0), (1, 1), (2, 0), (0, 1), (0, 2)]
    ]
    for x, y in combinations(families, 2):
        assert abs(np.corrcoef(x, y)[0, 1]) < bound
