"""The combinations of the levers: their fixed order, their short labels."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from sim.levers import NAMES
from sim.words import to_say

Combination = tuple[str, ...]

SHORT = {
    "shared_target": to_say("target"),
    "shorter_entry_delay": to_say("delay"),
    "open_to_social_actors": to_say("opening"),
    "better_coordination": to_say("coordination"),
    "shared_facilitation": to_say("facilitation"),
}

NO_LEVER, ALL_FIVE = to_say("no lever"), to_say("all five")


def combinations_of(names: Sequence[str]) -> tuple[Combination, ...]:
    """All combinations of some levers: none, each alone, pairs, and so on up to all."""
    return tuple(some for size in range(len(names) + 1) for some in combinations(names, size))


ALL: tuple[Combination, ...] = combinations_of(NAMES)


def names_in(joined: str) -> Combination:
    """The names in a frame's 'a+b'; none in an empty text."""
    return tuple(each for each in joined.split("+") if each)


def label(names: Sequence[str]) -> str:
    """A combination in a few English words, as frames have it, in the order of the levers."""
    if not names:
        return NO_LEVER
    if set(names) == set(NAMES):
        return ALL_FIVE
    return " + ".join(SHORT[name] for name in NAMES if name in names)
