"""Posts, portfolios in service, places: from the plan to the dated states.

Four numbers, never one word: *funded posts*, *FTE*, *portfolios in service*
and means over the year of each. History is given in portfolios in service, net
of vacancy. From `hiring_start` on the plan is in funded posts; turnover,
recruitment and training stand between a post and a portfolio in service.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.calendar import DAYS_PER_MONTH
from sim.observed_figures import observed
from sim.population.split import Split, area_codes, split_of
from sim.quantities import Quantity, Timeline
from sim.scenario import Scenario
from sim.sections import Posts
from sim.territory import Pools, highest_averages, make_pools

Days = NDArray[np.float64]
Ints = NDArray[np.int64]
WHOLE_AREA = ("",)


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
    """Funded posts when the plan takes over: today's portfolios and the vacant posts.

    Where `posts.by_departement` gives those of every département of the area by then: its sum.
    """
    table, today = scenario.posts.by_departement, portfolios_at_start(scenario)
    known = table and min(table.dates) <= scenario.posts.hiring_start
    if known and set(table) >= set(area_codes(scenario)):
        return max(round(today), sum(table.at(scenario.posts.hiring_start).values()))
    return round(today / (1 - vacant_share(scenario.posts)))


def own_split(scenario: Scenario) -> Split | None:
    """The user's split of the posts over départements; None where it is synthetic."""
    return split_of(scenario, posts_at_start(scenario))


def area_of(scenario: Scenario) -> Pools:
    """All pools that the scenario's figures are for."""
    past, split = history(scenario), own_split(scenario)
    return _pools_of(
        round(past[max(past)]),
        float(scenario.territory.pool_size),
        area_codes(scenario),
        None if split is None else tuple(split.weights_at_start.items()),
    )


@lru_cache(maxsize=16)
def _pools_of(
    portfolios: int,
    pool_size: float,
    listed: tuple[str, ...],
    posts: tuple[tuple[str, int], ...] | None,
) -> Pools:
    return make_pools(portfolios, pool_size, listed, None if posts is None else dict(posts))


def posts_planned(scenario: Scenario) -> int | None:
    """Funded posts at the end of hiring, where the scenario says them: the target or its table."""
    if scenario.posts.target is not None:
        return int(scenario.posts.target)
    split = own_split(scenario)
    return None if split is None else sum(split.posts(split.dates[-1]))


@dataclass(frozen=True)
class PostPlan:
    """Whole numbers of seats by day for the whole area that the figures are for.

    seats: portfolios in service before `plan_day`, funded posts from it on.
    supply: expected portfolios in service relative to the history's last (those
    of December 2020); 1 throughout where those are none and prescribers have nothing to
    compare with.
    rosters: the lists that seats stand in: one of the whole area, or one a département with
    `split`, a user's own. held [roster, day]: how many of each list's seats there are.
    of_today: by roster, posts when the plan starts. Seats are numbered from 1, roster after
    roster.
    """

    seats: Ints
    supply: Days
    plan_day: float
    posts_at_start: int
    portfolios_at_start: int
    split: Split | None
    held: Ints
    of_today: Ints

    @property
    def rosters(self) -> tuple[str, ...]:
        """Codes of the départements, or '' for the whole area."""
        return WHOLE_AREA if self.split is None else self.split.codes

    @cached_property
    def first(self) -> Ints:
        """By roster, how many seats are numbered before its own; and how many there are."""
        return np.concatenate([[0], np.cumsum(self.held.max(axis=1, initial=0))])

    def standing(self, numbers: Ints, days: Ints | slice) -> Ints:
        """How many of these seats, in the order of their numbers, there are on each day."""
        bounds = np.searchsorted(numbers, self.first + 1)
        there = np.zeros(len(self.seats[days]), dtype=np.int64)
        for roster in np.flatnonzero(np.diff(bounds)):
            own = numbers[bounds[roster] : bounds[roster + 1]] - self.first[roster]
            there += np.searchsorted(own, self.held[roster, days], side="right")
        return there

    def has(self, numbers: Ints, days: Ints) -> NDArray[np.bool_]:
        """Whether each of these seats is there on the day that stands beside it."""
        roster = np.searchsorted(self.first, numbers, side="left") - 1
        return np.asarray(numbers - self.first[roster] <= self.held[roster, days])

    def there_before(self, day: int) -> NDArray[np.bool_]:
        """By number of a seat (0: none), whether it exists on a day before this one."""
        most = self.held[:, :day].max(axis=1, initial=0)
        own = [np.arange(1, size + 1) for size in np.diff(self.first)]
        some = [numbers <= highest for numbers, highest in zip(own, most, strict=True)]
        return np.concatenate([[False], *some])

    @cached_property
    def turn(self) -> Ints:
        """By number of a seat, its turn among those vacant when the plan starts; else 0."""
        turns = np.zeros(int(self.first[-1]) + 1, dtype=np.int64)
        order = [0] * self.posts_at_start
        if self.split is not None:
            order = self.split.order(self.posts_at_start, self.split.start)
        held = np.zeros(len(self.held), dtype=np.int64)
        for k, roster in enumerate(order):
            held[roster] += 1
            number = self.first[roster] + held[roster]
            if k >= self.portfolios_at_start and number <= self.first[roster + 1]:
                turns[number] = k + 1 - self.portfolios_at_start
        return turns


def post_plan(scenario: Scenario) -> PostPlan:
    """Seats by day: history, then hiring on a straight line, then what is planned later."""
    calendar, posts = scenario.calendar, scenario.posts
    past, start = history(scenario), posts.hiring_start
    plan_day = calendar.day(start)
    planned = int(np.clip(plan_day, 0, len(calendar.days)))
    before = past.lines(calendar.days[:planned])
    split = own_split(scenario)
    after = _funded(scenario, split, calendar.days[planned:])
    trained = np.concatenate(
        [
            np.full(round(posts.training_months * DAYS_PER_MONTH), portfolios_at_start(scenario)),
            after * (1 - vacant_share(posts)),
        ]
    )[: len(after)]
    expected = np.concatenate([before, np.minimum(after * (1 - vacant_share(posts)), trained)])
    last = float(past[max(past)])
    seats = np.floor(np.concatenate([before, after]) + 1e-9).astype(np.int64)
    today = posts_at_start(scenario)
    return PostPlan(
        seats=seats,
        supply=expected / last if last > 0 else np.ones(len(expected)),
        plan_day=plan_day,
        posts_at_start=today,
        portfolios_at_start=round(portfolios_at_start(scenario)),
        split=split,
        held=seats[None] if split is None else split.spread(seats, calendar.days),
        of_today=np.array([today]) if split is None else split.numbers_of(today, start),
    )


def _funded(scenario: Scenario, split: Split | None, dates: NDArray[np.datetime64]) -> Days:
    """Funded posts on dates of the plan; a limit on hires delays rises, never falls."""
    posts, today = scenario.posts, posts_at_start(scenario)
    path = _wanted(scenario, split, dates)
    if posts.most_hires_per_month is None or not len(path):
        return path
    # On each day the plan, or yesterday's posts and a day's hires if that is less.
    path = np.concatenate([[today], path])
    hired = np.arange(len(path)) * (posts.most_hires_per_month / DAYS_PER_MONTH)
    return np.asarray(hired + np.minimum.accumulate(path - hired))[1:]


def _wanted(scenario: Scenario, split: Split | None, dates: NDArray[np.datetime64]) -> Days:
    """Posts as planned: straight lines to the target and to `later`, or the sums of a split."""
    posts, today = scenario.posts, posts_at_start(scenario)
    if split is None or posts.target is not None:
        target = today if posts.target is None else float(posts.target)
        lines = {posts.hiring_start: Quantity(today), posts.hiring_end: Quantity(target)}
        return Timeline({**lines, **posts.later}).lines(dates)
    sums = {when: Quantity(sum(split.posts(when))) for when in split.dates}
    path = np.where(
        dates < np.datetime64(split.dates[0]), float(today), Timeline(sums).steps(dates)
    )
    if posts.later:
        lasts = dates >= np.datetime64(min(posts.later))
        path[lasts] = posts.later.lines(dates[lasts])
    return path


def seat_list(scenario: Scenario, pools: Pools, demand: Days, seats: int) -> list[int]:
    """The pool of the k-th seat of the area, by the fixed list; see `Posts.allocation`."""
    return _where(scenario, pools.order_of_seats(seats), demand, posts_at_start(scenario))


def every_seat(scenario: Scenario, pools: Pools, demand: Days, plan: PostPlan) -> list[int]:
    """The pool of every seat by its number: roster after roster."""
    if plan.split is None:
        return seat_list(scenario, pools, demand, int(plan.first[-1]))
    numbers, codes = np.arange(len(pools)), np.array(pools.codes)
    every: list[int] = []
    for code, seats, today in zip(plan.rosters, np.diff(plan.first), plan.of_today, strict=True):
        own = numbers[codes == code]
        order = highest_averages(pools.share[own].tolist(), int(seats), pools.keys[own].tolist())
        every += own[_where(scenario, order, demand[own], int(today))].tolist()
    return every


def _where(scenario: Scenario, order: list[int], demand: Days, today: int) -> list[int]:
    """The list with its seats beyond today's where the allocation puts them."""
    if scenario.posts.allocation == "proportional":
        return order
    seats, order = len(order), order[:today]
    held = np.bincount(np.array(order, dtype=np.int64), minlength=len(demand))
    for _ in range(today, seats):
        most = int(np.argmax(demand / (2 * held + 1)))
        order.append(most)
        held[most] += 1
    return order
