"""Where posts and orientations stand: by population, which is synthetic, or by a user's table."""

from __future__ import annotations

from collections.abc import Iterable

from sim.scenario import Scenario
from sim.territory import departements
from sim.words import say, to_say

SOME_OWN_TAG = to_say("SYNTHETIC SPLIT outside the table of posts: by population")
SOME_OWN = to_say(
    "Posts of the départements in the scenario's own table stand where it says; those of all "
    "others are split by population, which is synthetic: nobody published the real split."
)


def own_in_part(scenario: Scenario) -> bool:
    """Whether a table of posts leaves out départements that are simulated."""
    listed = scenario.territory.departements
    simulated = {each.code for each in departements()} if listed == "all" else set(listed)
    given = set(scenario.posts.by_departement)
    return bool(given) and not simulated <= given


def split_clause(scenario: Scenario) -> str:
    """Whose split of the country it is: the end of a sentence."""
    if scenario.posts.by_departement:
        return say(
            "posts and orientations are split over départements as your own table of posts says"
        )
    return say("the split of the country over départements is synthetic")


def regions_note(scenario: Scenario) -> str:
    """Whose split over régions a budget rests on."""
    if scenario.posts.by_departement:
        return say("The split over régions, and with it the ESF's rate, is that of your own posts.")
    return say("The split over régions is synthetic (by population), and with it the ESF's rate.")


def own_split_notes(scenarios: Iterable[Scenario]) -> list[str]:
    """A note where a scenario has a split of its own; none where all are synthetic."""
    if not any(each.posts.by_departement for each in scenarios):
        return []
    return [
        say(
            "Posts stand where your own table of posts says; orientations stand where the posts "
            "do when the plan starts, and do not move with them."
        )
    ]
