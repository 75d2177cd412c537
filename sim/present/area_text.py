"""A note for scenarios that simulate a part of the area that their posts are for."""

from __future__ import annotations

from sim.present.numbers import number
from sim.scenario import Scenario
from sim.words import say


def part_of_the_area(scenario: Scenario) -> list[str]:
    """Whose posts and whose people the numbers are; nothing where these are the same."""
    if scenario.territory.has_all_posts:
        return []
    return [
        say(
            "Only {count} département(s) are simulated: people are theirs, and posts those of the "
            "whole country, of which they have a part; gains are by one post of theirs.",
            count=number(len(scenario.territory.departements)),
        )
    ]
