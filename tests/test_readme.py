"""What the README shows is what the command prints."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from sim.scenario import Given
from sim.scenario_files import shipped, validated

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_every_shipped_scenario_is_named() -> None:
    for name in shipped():
        assert name in README or name.startswith("lever-")


def test_example_scenarios_are_right() -> None:
    examples = re.findall(r"```toml\n(.*?)```", README, re.S)
    assert examples
    for text in examples:
        document = tomllib.loads(text)
        document.pop("base", None)
        validated(Given(document))


def test_commands_shown_exist() -> None:
    for name in re.findall(r"`agsim (\w+)", README):
        assert name in {"run", "plan", "compare", "check", "schema", "sources", "calibrate"} | {
            "feasibility",
            "staffing",
        }
