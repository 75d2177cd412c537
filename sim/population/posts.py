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
from scipy.special import ndtri

from sim.calendar import DAYS_PER_MONTH, DAYS_PER_YEAR, Calendar, on_grid
from sim.flow.inputs import Portfolios
from sim.observed import observed
from sim.parameters import Quantity, Timeline
from sim.population.streams import uniforms
from sim.scenario import Scenario
from sim.sections import Posts
from sim.territory import Pools, highest_averages

Days = NDArray[np.float64]
MOST_DEPARTURES = 64


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
    of December 2020).
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
    planned = int(np.clip(plan_day, 0, len(calendar.dates)))
    before = np.array([past.between(each) for each in calendar.dates[:planned]])
    after = _funded(scenario, calendar.dates[planned:])
    trained = np.concatenate(
        [
            np.full(round(posts.training_months * DAYS_PER_MONTH), portfolios_at_start(scenario)),
            after * (1 - vacant_share(posts)),
        ]
    )[: len(after)]
    expected = np.concatenate([before, np.minimum(after * (1 - vacant_share(posts)), trained)])
    return PostPlan(
        seats=np.floor(np.concatenate([before, after]) + 1e-9).astype(np.int64),
        supply=expected / max(float(past[max(past)]), 1e-9),
        plan_day=plan_day,
        posts_at_start=posts_at_start(scenario),
        portfolios_at_start=round(portfolios_at_start(scenario)),
    )


def _funded(scenario: Scenario, dates: tuple[date, ...]) -> Days:
    """Funded posts on dates of the plan; a limit on hires delays rises, never falls."""
    posts, today = scenario.posts, posts_at_start(scenario)
    target = today if posts.target is None else float(posts.target)
    wanted = Timeline(
        {posts.hiring_start: Quantity(today), posts.hiring_end: Quantity(target), **posts.later}
    )
    path = np.array([wanted.between(each) for each in dates])
    if posts.most_hires_per_month is None or not len(path):
        return path
    # On each day the plan, or yesterday's posts and a day's hires if that is less.
    path = np.concatenate([[today], path])
    hired = np.arange(len(path)) * (posts.most_hires_per_month / DAYS_PER_MONTH)
    return np.asarray(hired + np.minimum.accumulate(path - hired))[1:]


def seat_list(scenario: Scenario, pools: Pools, demand: Days, seats: int) -> list[int]:
    """The pool of the k-th seat of the area, by the fixed list; see `Posts.allocation`.

    Most pools are alike, so ties are the rule: they go by the pools' stable keys,
    which spreads the next posts over the country instead of down the alphabet.
    """
    proportional = highest_averages(list(pools.share), seats, pools.keys.tolist())
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


@dataclass(frozen=True)
class Seat:
    """One seat: its pool, its number within the pool, its number in the area (from 1)."""

    pool: int
    ordinal: int
    number: int


def seats_of(order: list[int]) -> list[Seat]:
    """The seats grouped by pool, in the order in which each pool got them."""
    held: dict[int, int] = {}
    seats = []
    for number, pool in enumerate(order, start=1):
        held[pool] = held.get(pool, 0) + 1
        seats.append(Seat(pool, held[pool], number))
    return sorted(seats, key=lambda seat: (seat.pool, seat.ordinal))


@dataclass(frozen=True)
class Staffing:
    """Everything that decides the dated states of the seats of one replication."""

    scenario: Scenario
    plan: PostPlan
    pools: Pools
    seed: int
    replication: int

    @property
    def calendar(self) -> Calendar:
        """The scenario's calendar."""
        return self.scenario.calendar

    def portfolios(self, seats: list[Seat], interval_factor: Days) -> Portfolios:
        """The dated states of the portfolios on these seats.

        `seats` are grouped by pool; `interval_factor` multiplies the diagnosis
        interval by day.
        """
        pool = np.array([seat.pool for seat in seats], dtype=np.int64)
        keys = self.pools.keys[pool] if len(pool) else np.zeros(0, dtype=np.uint32)
        ordinals = np.array([seat.ordinal for seat in seats], dtype=np.int64)
        spread = uniforms(self.seed, self.replication, "portfolio", (keys, ordinals, 0, 0))
        gaps = uniforms(
            self.seed,
            self.replication,
            "departure",
            (keys[:, None], ordinals[:, None], 0, np.arange(MOST_DEPARTURES)[None, :]),
        )["gap"]
        held = _intervals_held(self.plan.seats, [seat.number for seat in seats])
        sigma = np.sqrt(np.log1p(self.scenario.portfolios.places_cv**2))
        factor = np.exp(sigma * ndtri(spread["places"]) - sigma**2 / 2)
        shared = self._shared_breaks(interval_factor)
        rows: list[tuple[float, bool, int, float]] = []
        starts = [0]
        for k, seat in enumerate(seats):
            stays = self._in_service(seat, held[k], gaps[k])
            rounding = float(spread["places_rounding"][k])
            ends = [end for _, end in stays if end < self.calendar.horizon]
            rows += _states([start for start, _ in stays], ends, shared, float(factor[k]), rounding)
            starts.append(len(rows))
        times, in_service, places, interval = zip(*rows, strict=True) if rows else ((), (), (), ())
        return Portfolios(
            pool=pool,
            state_start=np.array(starts, dtype=np.int64),
            time=np.array(times, dtype=np.float64),
            in_service=np.array(in_service, dtype=np.bool_),
            places=np.array(places, dtype=np.int64),
            interval=np.array(interval, dtype=np.float64),
        )

    def _shared_breaks(self, interval_factor: Days) -> list[tuple[float, float, float]]:
        """(time, mean places, interval) whenever one of them changes for everybody."""
        portfolios, calendar = self.scenario.portfolios, self.calendar
        base = float(self.scenario.entry.diagnosis_interval_days)
        changes = {0.0}
        changes |= {max(0.0, calendar.day(when)) for when in portfolios.places_from}
        changes |= {float(k) for k in np.flatnonzero(np.diff(interval_factor)) + 1}
        breaks = []
        for time in sorted(each for each in changes if each < calendar.horizon):
            when = calendar.date_of(time)
            decided = [value for start, value in portfolios.places_from.items() if start <= when]
            places = float(decided[-1] if decided else portfolios.places)
            interval = float(on_grid(base * interval_factor[int(time)]))
            breaks.append((time, places, interval))
        return breaks

    def _in_service(
        self, seat: Seat, held: list[tuple[float, float]], gaps: Days
    ) -> list[tuple[float, float]]:
        """When a counsellor on the seat takes people in: held, trained, not vacant."""
        plan, posts = self.plan, self.scenario.posts
        training = posts.training_months * DAYS_PER_MONTH
        vacant = posts.recruitment_months * DAYS_PER_MONTH + training
        tenures = (
            -np.log(gaps) * (DAYS_PER_YEAR / posts.turnover_per_year)
            if posts.turnover_per_year > 0
            else np.full(MOST_DEPARTURES, np.inf)
        )
        stays: list[tuple[float, float]] = []
        departures = iter(on_grid(tenures).tolist())
        vacancy = float(on_grid(vacant))
        for opened, until in held:
            closed = min(until, self.calendar.horizon)
            if opened < plan.plan_day:
                if closed <= plan.plan_day:
                    stays.append((opened, closed))
                    continue
                first, ready = plan.plan_day, opened
            else:
                ready = first = opened + self._first_wait(seat, opened, training, vacant)
            while first < closed:
                leaves = first + next(departures, np.inf)
                stays.append((ready, min(leaves, closed)))
                first = ready = leaves + vacancy
        return [(start, end) for start, end in stays if start < end]

    def _first_wait(self, seat: Seat, opened: float, training: float, vacant: float) -> float:
        """Days until a new post takes people in: training, or the rest of a vacancy.

        Posts that were vacant when the plan starts come back one after the other
        over the length of a vacancy, as in the steady state.
        """
        plan = self.plan
        empty = plan.posts_at_start - plan.portfolios_at_start
        turn = seat.number - plan.portfolios_at_start
        was_vacant = opened == plan.plan_day and 1 <= turn <= empty
        days = vacant * (turn - 0.5) / empty if was_vacant else training
        return float(on_grid(days))


def _intervals_held(
    seats: NDArray[np.int64], numbers: list[int]
) -> list[list[tuple[float, float]]]:
    """For each seat number, the stretches [from, to) of days on which that many seats exist."""
    opened: dict[int, float] = {}
    held: dict[int, list[tuple[float, float]]] = {number: [] for number in numbers}
    before = 0
    turns = np.flatnonzero(np.diff(seats, prepend=0))
    for day in turns.tolist():
        now = int(seats[day])
        for number in range(before + 1, now + 1):
            opened[number] = float(day)
        for number in range(now + 1, before + 1):
            if number in held:
                held[number].append((opened[number], float(day)))
            del opened[number]
        before = now
    for number, since in opened.items():
        if number in held:
            held[number].append((since, np.inf))
    return [held[number] for number in numbers]


def _states(
    starts: list[float],
    ends: list[float],
    shared: list[tuple[float, float, float]],
    factor: float,
    rounding: float,
) -> list[tuple[float, bool, int, float]]:
    """One portfolio's rows (time, in service, places, interval) from what changes when."""
    moves = [(start, True) for start in starts] + [(end, False) for end in ends]
    times = sorted({time for time, _ in moves} | {time for time, _, _ in shared})
    in_service_at = dict(sorted(moves, key=lambda move: (move[0], move[1])))
    shared_at = {time: (places, interval) for time, places, interval in shared}
    rows, working = [], False
    mean, interval = shared[0][1:]
    for time in times:
        working = in_service_at.get(time, working)
        mean, interval = shared_at.get(time, (mean, interval))
        rows.append((time, working, int(np.floor(mean * factor + rounding)), interval))
    return rows
