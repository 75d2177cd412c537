"""Today's posts, from which pictures over posts begin; and whether a scenario has any."""

from __future__ import annotations

from sim.errors import InputError, Problem
from sim.population.posts import posts_at_start
from sim.scenario import Scenario
from sim.words import say


def posts_today(scenario: Scenario, replications: int | None = None) -> int:
    """Funded posts when the plan takes over, one at least.

    `InputError` where there are none, or what `cannot_be_planned` says.
    """
    problems = cannot_be_planned(scenario, replications)
    today = posts_at_start(scenario)
    if today < 1:
        told = say(
            "are none on {hiring_start}, so that there is nothing to multiply",
            hiring_start=scenario.posts.hiring_start,
        )
        remedy = say("give some, or a later start")
        problems.append(Problem(scenario.given.name, "portfolios.in_service", told, remedy))
    if problems:
        raise InputError(problems)
    return today


def cannot_be_planned(scenario: Scenario, replications: int | None = None) -> list[Problem]:
    """What makes planning impossible: a target before the plan, replications that cannot be."""
    problems = []
    start, year = scenario.posts.hiring_start, scenario.target.year
    if replications is not None and replications < 1:
        told = say("is {replications}, must be 1 or more", replications=replications)
        problems.append(Problem("plan", "replications", told, say("try 2")))
    if year < start.year:
        told = say("{year} is before posts.hiring_start {start}", year=year, start=start)
        remedy = say("choose {year} or later", year=start.year + 1)
        problems.append(Problem(scenario.given.name, "target.year", told, remedy))
    return problems
