"""Posts, portfolios in service, places: from the plan to the dated states.

Four numbers, never one word: *funded posts*, *FTE*, *portfolios in service*
and means over the year of each. History is given in portfolios in service, net
of vacancy. From `hiring_start` on the plan is in funded posts; turnover,
recruitment and training stand between a post and a portfolio in service.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from sim.calendar import DAYS_PER_MONTH
from sim.observed import observed
from sim.quantities import Quantity, Timeline
from sim.scenario import Scenario
from sim.sections import Posts
from sim.territory import Pools

Days = NDArray[np.float64]


def history(scenario: Scenario) -> Timeline:
    """Portfolios in service by date: the scenario's own, or the observed Decembers."""
    if scenario.portfolios.in_service:
        return scenario.portfolios.in_service
    series = observed()["portfolios_in_december"]
    known = {
        date(year, 12, 31): Quantity(value, source=series.source)
        for year, value in series.values.items()
    }
    return Timeline({date(2017, 12, 31): scenario.portfolios.december_2017, **known})


def vacant_share(posts: Posts) -> float:
    """Long-run share of posts without a counsellor who takes people in.

    A post is held for 1/turnover years on average, then vacant for recruitment
    and training: an alternating renewal process.
    """
    gone = posts.turnover_per_year * (posts.recruitment_months + posts.training_months) / 12
    return float(gone / (1 + gone))


def portfolios_at_start(scenario: Scenario) -> float:
    """Portfolios in service when the plan takes over from history."""
    return history(scenario).between(scenario.posts.hiring_start)


def posts_at_start(scenario: Scenario) -> int:
    """Funded posts when the plan takes over: today's portfolios and the vacant posts."""
    return round(portfolios_at_start(scenario) / (1 - vacant_share(scenario.posts)))


@dataclass(frozen=True)
class PostPlan:
    """Whole numbers of seats by day for the whole area that the figures are for.

    seats: portfolios in service before `plan_day`, funded posts from it on.
    supply: expected portfolios in service relative to the history's last (those
    of December 2020); 1 throughout where those are none and prescribers have nothing to
    compare with.
    """

    seats: NDArray[np.int64]
    supply: Days
    plan_day: float
    posts_at_start: int
    portfolios_at_start: int


def post_plan(scenario: Scenario) -> PostPlan:
    """Seats by day: history, then hiring on a straight line, then what is planned later."""
    calendar, posts = scenario.calendar, scenario.posts
    past, start = history(scenario), posts.hiring_start
    plan_day = calendar.day(start)
    planned = int(np.clip(plan_day, 0, len(calendar.days)))
    before = past.lines(calendar.days[:planned])
    after = _funded(scenario, calendar.days[planned:])
    trained = np.concatenate(
        [
            np.full(round(posts.training_months * DAYS_PER_MONTH), portfolios_at_start(scenario)),
            after * (1 - vacant_share(posts)),
        ]
    )[: len(after)]
    expected = np.concatenate([before, np.minimum(after * (1 - vacant_share(posts)), trained)])
    last = float(past[max(past)])
    return PostPlan(
        seats=np.floor(np.concatenate([before, after]) + 1e-9).astype(np.int64),
        supply=expected / last if last > 0 else np.ones(len(expected)),
        plan_day=plan_day,
        posts_at_start=posts_at_start(scenario),
        portfolios_at_start=round(portfolios_at_start(scenario)),
    )


def _funded(scenario: Scenario, dates: NDArray[np.datetime64]) -> Days:
    """Funded posts on dates of the plan; a limit on hires delays rises, never falls."""
    posts, today = scenario.posts, posts_at_start(scenario)
    target = today if posts.target is None else float(posts.target)
    wanted = Timeline(
        {posts.hiring_start: Quantity(today), posts.hiring_end: Quantity(target), **posts.later}
    )
    path = wanted.lines(dates)
    if posts.most_hires_per_month is None or not len(path):
        return path
    # On each day the plan, or yesterday's posts and a day's hires if that is less.
    path = np.concatenate([[today], path])
    hired = np.arange(len(path)) * (posts.most_hires_per_month / DAYS_PER_MONTH)
    return np.asarray(hired + np.minimum.accumulate(path - hired))[1:]


def seat_list(scenario: Scenario, pools: Pools, demand: Days, seats: int) -> list[int]:
    """The pool of the k-th seat of the area, by the fixed list; see `Posts.allocation`."""
    proportional = pools.order_of_seats(seats)
    if scenario.posts.allocation == "proportional":
        return proportional
    first_new = posts_at_start(scenario)
    order = proportional[:first_new]
    held = np.bincount(np.array(order, dtype=np.int64), minlength=len(pools))
    for _ in range(first_new, seats):
        most = int(np.argmax(demand / (2 * held + 1)))
        order.append(most)
        held[most] += 1
    return order
