"""Words that several sheets of the workbook share, and the names of the sheets."""

from __future__ import annotations

from collections.abc import Mapping

from sim.levers import NAMES
from sim.words import say, to_say

SUMMARY, ASSUMPTIONS, POSTS, BUDGET, PAYERS = "summary", "assumptions", "posts", "budget", "payers"
TREASURY, SCENARIOS, VALUE, CHARTS = "treasury", "scenarios", "value", "charts"
CALCULATION, BANDS, LINES = "calculation", "bands", "lines"
SHEETS: Mapping[str, str] = {
    SUMMARY: to_say("Summary"),
    ASSUMPTIONS: to_say("Assumptions"),
    POSTS: to_say("Posts"),
    BUDGET: to_say("Budget"),
    PAYERS: to_say("Who pays"),
    TREASURY: to_say("Treasury"),
    SCENARIOS: to_say("Comparison"),
    VALUE: to_say("Cost per entry"),
    CHARTS: to_say("Charts"),
    CALCULATION: to_say("Calculation"),
    BANDS: to_say("Bands"),
    LINES: to_say("Lines"),
}
KIND_NAMES: Mapping[str, str] = {
    "posts": to_say("Posts: pay and charges"),
    "hiring": to_say("Hiring and training"),
    "indirect": to_say("Indirect costs"),
    "levers": to_say("Levers"),
    "social_hours": to_say("Social workers' time"),
}
PAYER_NAMES: Mapping[str, str] = {
    "esf": to_say("European Social Fund (ESF)"),
    "pole_emploi": to_say("Pôle emploi"),
    "departements": to_say("Départements and social services"),
    "other": to_say("Other payers"),
}
LEVER_NAMES: Mapping[str, str] = {
    "shared_target": to_say("Shared entry target"),
    "shorter_entry_delay": to_say("Shorter entry delays"),
    "open_to_social_actors": to_say("Opening to other social actors"),
    "better_coordination": to_say("Better coordination"),
    "shared_facilitation": to_say("Shared facilitation"),
}
OF_NAMES: Mapping[str, str] = {
    "today": to_say("today's posts"),
    "new": to_say("new posts"),
    "redeployed": to_say("redeployed posts"),
    "diagnoses": to_say("shared diagnoses"),
    "parcours": to_say("people in a parcours"),
}
STATUS_NAMES: Mapping[str, str] = {
    "sourced": to_say("Sourced"),
    "assumption": to_say("Assumption"),
    "to be verified": to_say("To be verified"),
    "decision": to_say("Decision"),
    "given": to_say("Given by the user"),
}
METHOD_NAMES: Mapping[str, str] = {
    "flat_20": to_say("Flat rate on direct costs (20 %)"),
    "flat_15": to_say("Flat rate on staff costs (15 %)"),
    "flat_40": to_say("Flat rate for all other costs (40 %)"),
    "actual": to_say("Amount for each post"),
    "none": to_say("Left out"),
}
READING_NAMES: Mapping[str, str] = {
    "cost": to_say("Half of the eligible cost"),
    "posts": to_say("Half of the posts"),
}
CATEGORY_NAMES: Mapping[str, str] = {
    "more_developed": to_say("more developed"),
    "transition": to_say("in transition"),
    "less_developed": to_say("less developed"),
}
PROGRAMME_NAMES: Mapping[str, str] = {
    "esf_2014_2020": to_say("ESF 2014-2020"),
    "esf_2021_2027": to_say("ESF+ 2021-2027"),
}
MEASURE_NAMES: Mapping[str, str] = {
    "entries": to_say("Entries"),
    "people_supported": to_say("People supported"),
}
GUARDRAIL_NAMES: Mapping[str, str] = {
    "queue": to_say("the wait for a place"),
    "load": to_say("the people per portfolio"),
}


def programme_name(name: str) -> str:
    """A programme as readers know it."""
    return say(PROGRAMME_NAMES.get(name, name))


def of_name(what: str, of: str) -> str:
    """Whose posts a cost is of, which lever, or which hours."""
    if what in LEVER_NAMES:
        return say(LEVER_NAMES[what])
    return say(OF_NAMES[what or of])


def levers_told(names: tuple[str, ...]) -> str:
    """A combination of levers in words."""
    if not names:
        return say("none used")
    if len(names) == len(NAMES):
        return say("all five levers")
    return ", ".join(say(LEVER_NAMES[name]).lower() for name in names)
