"""What targets count, in words."""

from __future__ import annotations

from collections.abc import Mapping

from sim.words import say, to_say

COUNTED: Mapping[str, str] = {
    "entries": to_say("entries"),
    "people_supported": to_say("people supported"),
}


def counted(measure: str) -> str:
    """What a target's measure counts: 'entries'."""
    return say(COUNTED[measure])
