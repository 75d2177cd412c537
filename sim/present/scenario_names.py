"""What a scenario is called where it is shown: its title, in the language spoken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from textwrap import fill

from sim.scenario import Scenario
from sim.words import say

LETTERS_A_LINE = 30


def in_lines(title: str) -> str:
    """A title as it stands beside a row or above a panel, in short lines."""
    return fill(title, LETTERS_A_LINE)


def called(scenarios: Mapping[tuple[str, str], Scenario]) -> dict[str, str]:
    """Titles by the name that a result's frames have; the name where a title stands twice.

    scenarios: by (name, reading), as results hold them.
    """
    titles = {name: say(each.title) for (name, _), each in scenarios.items()}
    count = Counter(titles.values())
    return {name: title if count[title] == 1 else name for name, title in titles.items()}
