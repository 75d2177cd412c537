"""The JSON Schema of scenario files, made from the declarations of the parameters."""

from __future__ import annotations

from typing import Any

from sim.scenario import Scenario


def schema() -> dict[str, Any]:
    """The schema: sections, units, bounds, defaults and sources; `base` besides."""
    made = Scenario.model_json_schema(mode="validation")
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    made["title"] = "agsim scenario"
    made["properties"]["base"] = {
        "type": "string",
        "description": "name of a shipped scenario, or a file, whose content this one changes",
    }
    for definition in made.get("$defs", {}).values():
        for described in definition.get("properties", {}).values():
            _add_bounds(described)
    return made


def _add_bounds(described: dict[str, Any]) -> None:
    """Turn the declared bounds into the schema's own words."""
    least, most = described.pop("least", None), described.pop("most", None)
    described.pop("whole", None)
    if least is None:
        return
    described["description"] = (
        f"{described.get('description', '')} [{described['unit']}, {least:g} to {most:g}]"
    )
    for branch in described.get("anyOf", []):
        numbers = [branch] if branch.get("type") == "number" else []
        if "anyOf" in branch:
            numbers += [each for each in branch["anyOf"] if each.get("type") == "number"]
        for number in numbers:
            number["minimum"], number["maximum"] = least, most
