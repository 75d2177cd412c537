"""Named random streams: common random numbers by construction.

There is no generator with a state. A uniform number is a pure function of
(seed, replication, stream name) and four counters that say *whose* it is, so
adding a decision, a lever or a person moves nobody else's numbers. The
function is Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random
numbers: as easy as 1, 2, 3", SC 2011), checked in the tests against the
published known answers and against numpy's own Philox family.

One call gives four 32-bit lanes, so up to four decisions share a stream's
block; `LANES` says which decision has which lane. Whatever is drawn for every
person or seat is drawn in compiled code (`compiled_draws.py`): the same words.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import ArrayLike, NDArray

Words = NDArray[np.uint32]
Uniforms = NDArray[np.float64]

# stream name -> the decisions that take its four lanes; a name appears once.
LANES: dict[str, tuple[str, ...]] = {
    "cell": ("number",),
    "orientation": ("time", "height", "outcome", "renewal"),
    "person": ("process_delay", "patience", "agreement", "duration"),
    "pool": ("unevenness",),
    "portfolio": ("places", "places_rounding"),
    "departure": ("gap",),
    "convention": ("signing",),
}

_MULTIPLIERS = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
_WEYL = (0x9E3779B9, 0xBB67AE85)
_MASK = np.uint64(0xFFFFFFFF)
_ROUNDS = 10


def stream_key(seed: int, replication: int, name: str) -> tuple[int, int]:
    """The two 32-bit key words of a stream: a stable hash of seed, replication and name."""
    text = f"{seed}/{replication}/{name}".encode()
    digest = hashlib.blake2b(text, digest_size=8).digest()
    return int.from_bytes(digest[:4]), int.from_bytes(digest[4:])


def philox(counters: tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike], key: tuple[int, int],
           lanes: int = 4) -> list[Words]:  # fmt: skip
    """Philox4x32-10 of broadcastable 32-bit counters: the first `lanes` words of each block."""
    arrays = np.broadcast_arrays(*(np.asarray(c, dtype=np.uint64) for c in counters))
    a, b, c, d = arrays
    k0, k1 = key
    for _ in range(_ROUNDS):
        first, second = a * _MULTIPLIERS[0], c * _MULTIPLIERS[1]
        a, c = (
            (second >> np.uint64(32)) ^ b ^ np.uint64(k0),
            (first >> np.uint64(32)) ^ d ^ np.uint64(k1),
        )
        b, d = second & _MASK, first & _MASK
        k0, k1 = (k0 + _WEYL[0]) & 0xFFFFFFFF, (k1 + _WEYL[1]) & 0xFFFFFFFF
    return [word.astype(np.uint32) for word in (a, b, c, d)[:lanes]]


def uniforms(
    seed: int,
    replication: int,
    stream: str,
    counters: tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike],
) -> dict[str, Uniforms]:
    """Uniform numbers in (0, 1) for every decision of a stream, by decision.

    `counters` are four 32-bit numbers, arrays or scalars that broadcast; which
    they are is the caller's convention (pool, channel, strip, index in strip).
    """
    decisions = LANES[stream]
    key, lanes = stream_key(seed, replication, stream), len(decisions)
    words = philox(counters, key, lanes)
    return {
        decision: (word.astype(np.float64) + 0.5) * 2.0**-32
        for decision, word in zip(decisions, words, strict=True)
    }
