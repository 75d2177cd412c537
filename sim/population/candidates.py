"""Everyone who could be oriented: drawn once, the same in every scenario.

Orientations are a Poisson field over time × height per pool and channel, cut
into strips of fixed height. A person is a point of that field and exists in a
scenario where the height lies under the scenario's rate at that time. So a
scenario with more orientations has the same people and others besides, and a
lever shifts the same person. All other attributes are quantiles of fixed
uniforms, kept here in standard form (mean 1, or standard normal).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtr, ndtri

from sim.calendar import TICKS_PER_DAY, on_grid
from sim.population.streams import uniforms

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STRIP_HEIGHT_PER_DAY = 0.125
CHANNELS = ("employment_service", "social_service", "other_social_actor")
_STRIPS_AT_ONCE = 2000
_WIDEST_Z = 6.5
_CELLS = 1 << 16


@dataclass(frozen=True)
class Candidates:
    """Points of the field below some level, in the order of pool, time and key.

    height: orientations a day under which the person exists. process_z:
    standard normal. patience, stay: standard gammas, mean 1. agreement,
    outcome, renewal: uniform.
    """

    pool: Ints
    channel: NDArray[np.int8]
    t0: Floats
    height: Floats
    process_z: Floats
    patience: Floats
    stay: Floats
    agreement: Floats
    outcome: Floats
    renewal: Floats


@dataclass(frozen=True)
class Field:
    """Which field: the draw's identity, the pools' keys, the shapes of the gammas."""

    seed: int
    replication: int
    pool_keys: tuple[int, ...]
    patience_cv: float
    stay_cv: float


@cache
def _gamma_table(cv: float) -> Floats:
    """Quantiles of the gamma with mean 1 at equally spaced standard normal scores."""
    shape = 1 / cv**2
    z = np.linspace(-_WIDEST_Z, _WIDEST_Z, _CELLS + 1)
    lower = gammaincinv(shape, ndtr(z))
    return np.asarray(lower / shape)


def gamma_quantile(z: Floats, cv: float) -> Floats:
    """Quantile of the gamma with mean 1 and the given CV at standard normal scores.

    Linear between the 65 536 cells of a table in z, |z| ≤ 6.5: the error is
    about 1e-6 of the mean (measured in the tests), below the time grid.
    """
    table = _gamma_table(cv)
    position = (z + _WIDEST_Z) * (_CELLS / (2 * _WIDEST_Z))
    cell = np.minimum(position.astype(np.int64), _CELLS - 1)
    low = table[cell]
    return np.asarray(low + (position - cell) * (table[cell + 1] - low))


def levels_for(most: Floats) -> Ints:
    """How many strips are needed to hold rates up to `most`, per pool and channel."""
    return np.ceil(np.asarray(most) / STRIP_HEIGHT_PER_DAY).astype(np.int64)


@dataclass(frozen=True)
class _Drawn:
    """Candidates held for the next scenario: how high and how long they reach."""

    levels: Ints
    horizon: float
    candidates: Candidates

    def covers(self, levels: Ints, horizon: float) -> bool:
        """Whether a request lies within what was drawn."""
        return bool(horizon <= self.horizon and np.all(self.levels >= levels))


def candidates(field: Field, levels: Ints, horizon: float) -> Candidates:
    """The candidates in at least the first `levels[pool, channel]` strips, to the horizon at least.

    A draw is kept and reused over the scenarios that share it; it may reach
    higher and later than asked for, which changes nobody below.
    """
    with _guards[hash(field) % len(_guards)]:
        held = _held.get(field)
        if held is None or not held.covers(levels, horizon):
            if held is not None:
                levels, horizon = np.maximum(levels, held.levels), max(horizon, held.horizon)
            held = _Drawn(levels, horizon, _draw(field, levels, horizon))
            _keep(field, held)
        return held.candidates


def _keep(field: Field, drawn: _Drawn) -> None:
    """Hold a draw and forget the oldest beyond `MOST_HELD`."""
    with _book:
        _held.pop(field, None)
        while len(_held) >= MOST_HELD:
            del _held[next(iter(_held))]
        _held[field] = drawn


MOST_HELD = 4
_held: dict[Field, _Drawn] = {}
_book = Lock()
_guards = tuple(Lock() for _ in range(16))


def _draw(field: Field, levels: Ints, horizon: float) -> Candidates:
    pools, channels = np.nonzero(levels)
    counts = levels[pools, channels]
    pool, channel = np.repeat(pools, counts), np.repeat(channels, counts)
    strip = np.arange(len(pool)) - np.repeat(np.cumsum(counts) - counts, counts)
    keys = np.array(field.pool_keys, dtype=np.uint32)[pool]
    parts = []
    for first in range(0, len(pool), _STRIPS_AT_ONCE):
        some = slice(first, first + _STRIPS_AT_ONCE)
        row, index, t0, height = _points(field, keys[some], channel[some], strip[some], horizon)
        parts.append((row + first, index, t0, height))
    if not parts:
        empty = np.zeros(0, dtype=np.int64)
        parts = [(empty, empty, np.zeros(0), np.zeros(0))]
    row, index, t0, height = (np.concatenate(column) for column in zip(*parts, strict=True))
    # Rows come in the order of pool, channel, strip, index: a stable sort by
    # pool and time leaves ties in the order of that key. Every strip is already
    # in order, which a stable sort of one whole number a row makes use of.
    ticks = (t0 * TICKS_PER_DAY).astype(np.int64)
    order = np.argsort(pool[row] * (np.int64(1) << 40) + ticks, kind="stable")
    row, index, t0, height = row[order], index[order], t0[order], height[order]
    who = (keys[row], channel[row], strip[row], index)
    person = uniforms(field.seed, field.replication, "person", who)
    leaving = uniforms(field.seed, field.replication, "exit", who)
    return Candidates(
        pool=pool[row],
        channel=channel[row].astype(np.int8),
        t0=t0,
        height=height,
        process_z=ndtri(person["process_delay"]),
        patience=gamma_quantile(ndtri(person["patience"]), field.patience_cv),
        stay=gamma_quantile(ndtri(person["duration"]), field.stay_cv),
        agreement=person["agreement"],
        outcome=leaving["outcome"],
        renewal=leaving["renewal"],
    )


def _points(
    field: Field, keys: NDArray[np.uint32], channel: Ints, strip: Ints, horizon: float
) -> tuple[Ints, Ints, Floats, Floats]:
    """The points of some strips: strip row, index in the strip, time, height."""
    expected = STRIP_HEIGHT_PER_DAY * horizon
    width = int(expected + 6 * np.sqrt(expected) + 16)
    while True:
        counters = (keys[:, None], channel[:, None], strip[:, None], np.arange(width)[None, :])
        drawn = uniforms(field.seed, field.replication, "orientation", counters)
        gaps = -np.log(drawn["gap"]) / STRIP_HEIGHT_PER_DAY
        times = on_grid(np.cumsum(gaps, axis=1))
        if len(times) == 0 or times[:, -1].min() >= horizon:
            break
        width *= 2
    row, index = np.nonzero(times < horizon)
    height = (strip[row] + drawn["height"][row, index]) * STRIP_HEIGHT_PER_DAY
    return row, index, times[row, index], height


@lru_cache(maxsize=64)
def unevenness(seed: int, replication: int, pool_keys: tuple[int, ...], cv: float) -> Floats:
    """Each pool's factor on its share of the demand: lognormal, mean 1, CV as given."""
    drawn = uniforms(seed, replication, "pool", (np.array(pool_keys), 0, 0, 0))["unevenness"]
    sigma = np.sqrt(np.log1p(cv**2))
    return np.asarray(np.exp(sigma * ndtri(drawn) - sigma**2 / 2))
