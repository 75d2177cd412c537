"""What standing posts and running levers cost in a year: exact, not rounded, no month by month.

For comparing many plans. The plan that is chosen gets a budget.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from sim.levers import NAMES
from sim.rates import Rates
from sim.scenario import Scenario

LARGEST_DENOMINATOR = 10**6


def post_in_a_year(scenario: Scenario, rates: Rates, year: int) -> Fraction:
    """Euros that a post costs in a year: pay, indirect costs, those who replace leavers."""
    leaving = Fraction(float(scenario.posts.turnover_per_year))
    hires = leaving.limit_denominator(LARGEST_DENOMINATOR) * rates.euros("hiring", year)
    pay = rates.euros("post_year", year)
    if rates.method == "none":
        return pay + hires
    if rates.method == "actual":
        return pay + hires + rates.euros("indirect.actual", year)
    flat = rates.number(f"indirect.{rates.method}")
    if rates.method == "flat_40":
        return pay * (1 + flat)
    return pay + hires + flat * (pay + hires if rates.method == "flat_20" else pay)


def levers_in_a_year(
    scenario: Scenario, names: Sequence[str], rates: Rates, year: int, part: Fraction
) -> Fraction:
    """Euros that levers cost in a year at the scenario's intensity (in full where that is 0).

    part: the area's part of the country.
    """
    cost = Fraction(0)
    for name in names:
        own = float(scenario.levers.named(name).intensity) or 1.0
        intensity = Fraction(own).limit_denominator(LARGEST_DENOMINATOR)
        posts = rates.number(f"levers.{name}.posts") * rates.euros("post_year", year)
        cost += intensity * part * (posts + rates.euros(f"levers.{name}.euros", year))
    return cost


def part_of_posts(scenario: Scenario, part: Fraction) -> Fraction:
    """Of the posts that a plan tells, those that stand in the area planned for.

    part: the area's part of the country. Posts are those of the whole country unless the
    scenario's figures are for its départements.
    """
    return Fraction(1) if scenario.territory.figures_for == "departements" else part


def with_posts_and_levers(scenario: Scenario, posts: int, levers: Sequence[str]) -> Scenario:
    """The scenario with so many posts and these levers alone, at its own intensity or in full."""
    intensities = {
        f"levers.{name}.intensity": (float(scenario.levers.named(name).intensity) or 1.0)
        if name in levers
        else 0
        for name in NAMES
    }
    return scenario.with_({"posts.target": posts, **intensities})
