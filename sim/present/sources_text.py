"""The register of parameters and assumptions as text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from sim.parameters import ASSUMPTION, DECISION, DOCUMENT, FITTED, POSTERIOR, UNSET, Entry
from sim.posterior import DRAWN_HERE, DRAWN_SOURCE
from sim.present.numbers import number, significant
from sim.quantities import GIVEN
from sim.reading_fits import FITTED_HERE, FIXED_HERE
from sim.scenario import Scenario
from sim.words import say, to_say

KINDS: Mapping[str, str] = {
    ASSUMPTION: to_say("assumption"),
    FITTED: to_say("fitted"),
    POSTERIOR: to_say("posterior"),
    DECISION: to_say("decision"),
    DOCUMENT: to_say("document"),
    GIVEN: to_say("given in the scenario"),
}
MADE_HERE = (FIXED_HERE, FITTED_HERE, DRAWN_HERE, DRAWN_SOURCE)


def sources_text(scenario: Scenario) -> str:
    """Every parameter with its value, range, unit, kind and source, and a count by kind."""
    lines = [say("{scenario}: parameters and assumptions", scenario=say(scenario.title)), ""]
    section = ""
    for entry in scenario.register:
        head = entry.path.split(".")[0]
        if head != section:
            section = head
            lines += [f"[{section}]"]
        lines += [f"  {_value(entry)}", f"      {say(entry.what)}", f"      {source(entry.source)}"]
    kinds = Counter(entry.kind for entry in scenario.register)
    counted = ", ".join(
        say("{count} {kind}", count=number(count), kind=say(KINDS[kind]))
        for kind, count in kinds.most_common()
    )
    told = say("{count} parameters: {by_kind}.", count=number(kinds.total()), by_kind=counted)
    return "\n".join([*lines, "", told])


def _value(entry: Entry) -> str:
    """A parameter's path, value, range and unit."""
    value = say("unset") if entry.value == UNSET else significant(float(entry.value))
    if entry.low is None or entry.high is None:
        return say("{path} = {value} {unit}", path=entry.path, value=value, unit=say(entry.unit))
    return say(
        "{path} = {value} ({low} to {high}) {unit}",
        path=entry.path,
        value=value,
        low=significant(entry.low),
        high=significant(entry.high),
        unit=say(entry.unit),
    )


def source(text: str) -> str:
    """A source in the language spoken; those that files give stay as their authors wrote them."""
    for made in MADE_HERE:
        if values := _values_in(text, made):
            return say(made, **{name: source(value) for name, value in values.items()})
    return say(text)


def _values_in(text: str, made: str) -> Mapping[str, str] | None:
    """What stands in place of the {names} of a source that this house puts together."""
    pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(made))
    found = re.fullmatch(pattern, text)
    return found.groupdict() if found else None
