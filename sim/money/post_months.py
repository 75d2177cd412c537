"""Post-months: the posts of a plan by calendar month and by where they stand.

A post counts on each day from `posts.hiring_start` on, funded whether or not a counsellor
holds it; a month's post-months are its post-days over its days. Places are groups of
départements that lie in one région and have the same category in every programme of the ESF.
The split over départements follows the fixed list of posts, which is synthetic, or the user's own
(`posts.by_departement`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.calendar import next_month
from sim.errors import InputError, Problem
from sim.population.posts import PostPlan, area_of, every_seat, post_plan
from sim.rates import Programme, Rates
from sim.scenario import Scenario
from sim.territory import departements
from sim.words import say

Ints = NDArray[np.int64]
MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class Place:
    """Départements of one région that the ESF treats alike; categories by programme's name."""

    region: str
    categories: tuple[tuple[str, str], ...]

    def category(self, programme: Programme) -> str:
        """The category in a programme."""
        return dict(self.categories)[programme.name]


@dataclass(frozen=True)
class MonthOfPosts:
    """The posts of one place in one month: today's, and those beyond (exact post-months).

    opened: posts that begin in the month.
    """

    month: date
    place: Place
    today: Fraction
    beyond: Fraction
    opened: int

    @property
    def posts(self) -> Fraction:
        """All post-months."""
        return self.today + self.beyond


@dataclass(frozen=True)
class PostMonths:
    """All months of all places, in their order.

    shares: each place's part of the area's orientations, by which what is national is spread.
    of_the_country: the area's part of the country's people. counted: by month, the part of it
    that lies in the plan (1 but for a month in which the plan begins).
    """

    rows: tuple[MonthOfPosts, ...]
    shares: Mapping[Place, Fraction]
    of_the_country: Fraction
    counted: Mapping[date, Fraction]


def post_months(scenario: Scenario, rates: Rates) -> PostMonths:
    """The posts of a scenario by month and place, from its hiring start to its horizon's end.

    `InputError` where the plan begins after the horizon or before it.
    """
    calendar, plan = scenario.calendar, post_plan(scenario)
    start = int(plan.plan_day)
    if not 0 <= start < len(calendar.days):
        told = say(
            "{hiring_start} is outside the horizon: no month of the plan is in it",
            hiring_start=scenario.posts.hiring_start,
        )
        name = scenario.given.name
        raise InputError(Problem(name, "posts.hiring_start", told, say("change horizon.end or it")))
    places, of_seat, shares = _places(scenario, rates, plan)
    there, old, rises = _by_day(plan, of_seat, len(places))
    rows: list[MonthOfPosts] = []
    counted = {}
    for month in calendar.months:
        first = int(calendar.day(month)) - start
        end = int(calendar.day(next_month(month))) - start
        if end <= 0:
            continue
        days = slice(max(first, 0), end)
        counted[month] = Fraction(end - max(first, 0), end - first)
        all_days, old_days = there[days].sum(axis=0), old[days].sum(axis=0)
        begun = rises[days].sum(axis=0)
        for k, place in enumerate(places):
            rows.append(
                MonthOfPosts(
                    month,
                    place,
                    Fraction(int(old_days[k]), end - first),
                    Fraction(int(all_days[k] - old_days[k]), end - first),
                    int(begun[k]),
                )
            )
    people = {each.code: each.population for each in departements()}
    inside = sum(people[code] for code in _codes(scenario))
    return PostMonths(tuple(rows), shares, Fraction(inside, sum(people.values())), counted)


def _codes(scenario: Scenario) -> list[str]:
    listed = scenario.territory.departements
    return [each.code for each in departements() if listed == "all" or each.code in listed]


def _places(
    scenario: Scenario, rates: Rates, plan: PostPlan
) -> tuple[list[Place], Ints, dict[Place, Fraction]]:
    """The places, the place of every seat (−1: not in the area simulated), their shares."""
    area, inside = area_of(scenario), set(_codes(scenario))
    region = {each.code: each.region for each in departements()}
    place_of = {
        code: Place(
            region[code], tuple((each.name, each.category[code]) for each in rates.programmes)
        )
        for code in inside
    }
    # Each pool's unevenness is drawn for every replication; here stands what is expected.
    order = every_seat(scenario, area, area.share, plan)
    places = list(dict.fromkeys(place_of[code] for code in area.codes if code in inside))
    number = {place: k for k, place in enumerate(places)}
    of_pool = [number[place_of[code]] if code in inside else -1 for code in area.codes]
    weights = dict.fromkeys(places, Fraction(0))
    for k, share in zip(of_pool, area.share.tolist(), strict=True):
        if k >= 0:
            weights[places[k]] += Fraction(share)
    whole = sum(weights.values())
    shares = {place: weight / whole for place, weight in weights.items()}
    return places, np.array([of_pool[pool] for pool in order], dtype=np.int64), shares


def _by_day(plan: PostPlan, of_seat: Ints, places: int) -> tuple[Ints, Ints, Ints]:
    """By day of the plan and place: posts, those of today, and those that begin on the day."""
    first_day = int(plan.plan_day)
    there, old, rises = np.zeros((3, len(plan.seats) - first_day, places), dtype=np.int64)
    for roster, (begin, end) in enumerate(pairwise(plan.first)):
        seats, today = plan.held[roster, first_day:], int(plan.of_today[roster])
        by_seats = _cumulative(of_seat[begin:end], places)
        before = np.concatenate([[today], seats[:-1]]).clip(max=end - begin)
        there += by_seats[seats]
        old += by_seats[np.minimum(seats, min(today, int(seats.max(initial=0))))]
        rises += by_seats[seats] - by_seats[np.where(seats > before, before, seats)]
    return there, old, rises


def _cumulative(of_seat: Ints, places: int) -> Ints:
    """[n, place]: how many of the first n seats stand in each place."""
    stands = of_seat[:, None] == np.arange(places)
    return np.concatenate([np.zeros((1, places), dtype=np.int64), np.cumsum(stands, axis=0)])
