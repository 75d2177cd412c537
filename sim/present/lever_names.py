"""Levers and their combinations as texts and tables show them; frames keep their English labels."""

from __future__ import annotations

from collections.abc import Sequence

from sim.levers import NAMES
from sim.planning.combinations import ALL_FIVE, NO_LEVER, SHORT
from sim.words import language, say, to_say

MARKS = to_say("T D O C F")
NONE = "·"
SPELT = {
    "shared_target": to_say("shared target"),
    "shorter_entry_delay": to_say("shorter entry delay"),
    "open_to_social_actors": to_say("open to social actors"),
    "better_coordination": to_say("better coordination"),
    "shared_facilitation": to_say("shared facilitation"),
}


def lever(name: str) -> str:
    """A lever in a word."""
    return say(SHORT[name])


def spelt(name: str) -> str:
    """A lever in a few words."""
    return say(SPELT[name])


def combination(levers: str | Sequence[str]) -> str:
    """A combination in a few words: of names, or of a frame's 'a+b'."""
    names = split(levers) if isinstance(levers, str) else levers
    if not names:
        return say(NO_LEVER)
    if set(names) == set(NAMES):
        return say(ALL_FIVE)
    return " + ".join(lever(name) for name in NAMES if name in names)


def drawn(levers: str | Sequence[str]) -> str:
    """A combination beside a row of a picture: one alone in full, as no legend explains it."""
    names = split(levers) if isinstance(levers, str) else list(levers)
    return spelt(names[0]) if len(names) == 1 else combination(names)


def of_label(label: str) -> str:
    """A combination by the label that frames have of it."""
    return say(label) if label in (NO_LEVER, ALL_FIVE) else " + ".join(map(say, label.split(" + ")))


def split(levers: str) -> list[str]:
    """The names in a frame's 'a+b'."""
    return levers.split("+") if levers else []


def marks(levers: str) -> str:
    """A sign for every lever of a combination, a dot for the others."""
    some = split(levers)
    signs = zip(say(MARKS).split(), NAMES, strict=True)
    return " ".join(sign if name in some else NONE for sign, name in signs)


def legend() -> str:
    """What the signs of combinations stand for."""
    signs = zip(say(MARKS).split(), NAMES, strict=True)
    return ", ".join(f"{sign} {lever(name)}" for sign, name in signs)


def in_full(levers: Sequence[str]) -> str:
    """The levers of a plan: in English by the names that scenarios and commands use."""
    if set(levers) == set(NAMES):
        return say("all five levers")
    return " + ".join(levers) if language() == "en" else combination(levers)
