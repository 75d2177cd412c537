"""Where posts and orientations stand: by population, which is synthetic, or by a user's table."""

from __future__ import annotations

from collections.abc import Iterable

from sim.scenario import Scenario
from sim.words import say


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
