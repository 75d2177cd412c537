"""A scenario in words: its title, why it exists, what it changes from the defaults."""

from __future__ import annotations

from html import escape
from typing import Any

from sim.present.tables import wrapped
from sim.present.values_text import value_text
from sim.scenario import Scenario
from sim.words import language, say


def scenario_text(scenario: Scenario) -> str:
    """Title, description, and the values that are not the defaults."""
    described = say(" ".join(scenario.description.split()))
    lines = [say(scenario.title), *([wrapped(described)] if described else [])]
    changed = scenario.diff(Scenario(title="defaults"))
    return "\n".join(
        [*lines, *(f"  {path} = {_told(mine)}" for path, (mine, _) in changed.items())]
    )


def scenario_html(scenario: Scenario) -> str:
    """The same as HTML."""
    return f"<pre>{escape(scenario_text(scenario))}</pre>"


def _told(value: Any) -> str:
    """English keeps a value as Python writes it, in all its digits."""
    return value_text(value) if language() == "fr" else str(value)
