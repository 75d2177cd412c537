"""The register of parameters and assumptions as text."""

from __future__ import annotations

from collections import Counter

from sim.scenario import Scenario


def sources_text(scenario: Scenario) -> str:
    """Every parameter with its value, range, unit, kind and source, and a count by kind."""
    lines = [f"{scenario.title}: parameters and assumptions", ""]
    section = ""
    for entry in scenario.register:
        head = entry.path.split(".")[0]
        if head != section:
            section = head
            lines += [f"[{section}]"]
        span = "" if entry.low is None else f" ({entry.low:g} to {entry.high:g})"
        lines.append(f"  {entry.path} = {entry.value}{span} {entry.unit}")
        lines.append(f"      {entry.what}")
        lines.append(f"      {entry.source}")
    kinds = Counter(entry.kind for entry in scenario.register)
    counted = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    lines += ["", f"{len(scenario.register)} parameters: {counted}."]
    return "\n".join(lines)
