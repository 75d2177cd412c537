"""A warning where a plan funds fewer posts than there are today."""

from __future__ import annotations

from sim.population.posts import posts_at_start, posts_planned
from sim.present.numbers import day, number
from sim.scenario import Scenario
from sim.words import say


def fewer_posts(scenario: Scenario, posts: int | None = None) -> list[str]:
    """What cutting posts means, in plain words; nothing where none are cut.

    posts: those asked for; by default those that the scenario plans.
    """
    today = posts_at_start(scenario)
    planned = posts_planned(scenario) if posts is None else posts
    if planned is None or planned >= today:
        return []
    return [
        say(
            "WARNING: {posts} posts are fewer than today's {today}: {fewer} of them end from "
            "{start} to {end}. A post that ends takes nobody new. The people in its parcours are "
            "simulated as if somebody stayed with them until they leave; in truth they have to be "
            "handed over to other counsellors, or their parcours breaks off. What ending posts "
            "costs is not counted.",
            posts=number(planned),
            today=number(today),
            fewer=number(today - planned),
            start=day(scenario.posts.hiring_start),
            end=day(scenario.posts.hiring_end),
        )
    ]
