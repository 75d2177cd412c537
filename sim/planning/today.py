"""Today's posts, from which pictures over posts begin; and whether a scenario has any."""

from __future__ import annotations

from sim.errors import InputError, Problem
from sim.population.posts import posts_at_start
from sim.scenario import Scenario


def posts_today(scenario: Scenario, replications: int | None = None) -> int:
    """Funded posts when the plan takes over, one at least.

    `InputError` where there are none, where the target's year lies before the plan, or where
    `replications` are asked for that cannot be.
    """
    name, problems = scenario.given.name, []
    start, year = scenario.posts.hiring_start, scenario.target.year
    if replications is not None and replications < 1:
        told = f"is {replications}, must be 1 or more"
        problems.append(Problem("planning", "replications", told, "try 2"))
    if year < start.year:
        told = f"{year} is before posts.hiring_start {start}"
        problems.append(Problem(name, "target.year", told, f"choose {start.year + 1} or later"))
    today = posts_at_start(scenario)
    if today < 1:
        told = f"are none on {start}, so that there is nothing to take multiples of"
        problems.append(Problem(name, "portfolios.in_service", told, "give some, or a later start"))
    if problems:
        raise InputError(problems)
    return today
