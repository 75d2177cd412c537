"""The combinations of the levers: their fixed order, their short labels."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from sim.levers import NAMES

Combination = tuple[str, ...]

SHORT = {
    "shared_target": "target",
    "shorter_entry_delay": "delay",
    "open_to_social_actors": "opening",
    "better_coordination": "coordination",
    "shared_facilitation": "facilitation",
}


def combinations_of(names: Sequence[str]) -> tuple[Combination, ...]:
    """All combinations of some levers: none, each alone, pairs, and so on up to all."""
    return tuple(some for size in range(len(names) + 1) for some in combinations(names, size))


ALL: tuple[Combination, ...] = combinations_of(NAMES)


def label(names: Sequence[str]) -> str:
    """A combination in a few words, the levers in the order of their numbers."""
    if not names:
        return "no lever"
    if set(names) == set(NAMES):
        return "all five"
    return " + ".join(SHORT[name] for name in NAMES if name in names)
