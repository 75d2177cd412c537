"""From posts to portfolios in service: history, hiring, vacancy, training, places."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.calendar import DAYS_PER_MONTH
from sim.experiment.replication import Job, people_of, replicate
from sim.flow.inputs import Fate, Flow, Portfolios
from sim.population.build import World, build
from sim.population.posts import (
    PostPlan,
    Staffing,
    portfolios_at_start,
    post_plan,
    posts_at_start,
    seats_of,
    vacant_share,
)
from sim.scenario import Scenario
from sim.territory import Pools, highest_averages, make_pools

SEED = 3
FIGURES = {
    "orientations.per_year": {"2018": 101_000, "2019": 119_000, "2020": 117_000},
    "entry.process_delay_days": {"2018": 32, "2019": 27, "2020": 23},
    "parcours.duration_days": {"2016": 203},
}
TREND = sim.load("trend").with_(FIGURES)
FEW = {"territory.departements": ["08", "52"]}
NO_TURNOVER = {"posts.turnover_per_year": 0}


def seats_on(scenario: Scenario, when: date) -> int:
    """Seats of the plan on a date."""
    return int(post_plan(scenario).seats[int(scenario.calendar.day(when))])


class TestHistory:
    def test_december_figures_are_met_to_the_portfolio(self):
        """Nationally, at the month ends of December, from 2016 to 2020."""
        scenario = sim.load("history-2018-2020").with_(FIGURES)
        counted = replicate(Job(scenario, 0, SEED, binding=False))
        standing = counted.counts["portfolios_at_end"].sum(axis=0)
        found = {
            first.year: standing[k]
            for k, first in enumerate(scenario.calendar.months)
            if first.month == 12
        }
        assert found == {2016: 900, 2017: 900, 2018: 972, 2019: 1042, 2020: 1137}

    def test_departements_add_up_to_the_country(self):
        """Any département has its part of the same list: 101 of them make the whole."""
        plan = post_plan(TREND)
        area = make_pools(1137, float(TREND.territory.pool_size))
        order = highest_averages(list(area.share), int(plan.seats.max()))
        assert len(order) == plan.seats.max()
        assert set(order[:1137]) == set(range(len(area)))

    def test_it_goes_on_straight_lines_between_the_decembers(self):
        assert seats_on(TREND, date(2018, 12, 31)) == 972
        assert seats_on(TREND, date(2019, 7, 2)) == 972 + int(70 * 183 / 365)
        assert seats_on(TREND, date(2019, 12, 31)) == 1042

    def test_figures_of_ones_own_replace_it(self):
        own = TREND.with_({"portfolios.in_service": {"2016": 10, "2018": 20, "2020-06-01": 20}})
        assert seats_on(own, date(2016, 1, 1)) == 10
        assert seats_on(own, date(2017, 1, 1)) == 10 + int(10 * 366 / 731)
        assert seats_on(own, date(2020, 12, 31)) == 20
        assert post_plan(own).portfolios_at_start == 20

    def test_history_is_net_of_vacancy(self):
        """No vacancy shows before the plan starts: a portfolio of the past is always in service."""
        world = build(TREND.with_({**FEW, "posts.turnover_per_year": 2}), SEED, 0)
        plan_day = post_plan(TREND).plan_day
        for rows in by_portfolio(world.inputs.portfolios):
            past = [in_service for time, in_service, _, _ in rows if time < plan_day]
            opened = past.index(True) if True in past else len(past)
            assert all(past[opened:])


class TestPostPlan:
    def test_vacant_posts_are_added_to_the_portfolios_of_today(self):
        """8 % leave a year, four months each: 2.6 % of the posts are vacant."""
        gone = 0.08 * 4 / 12
        assert vacant_share(TREND.posts) == pytest.approx(gone / (1 + gone), rel=1e-12)
        assert posts_at_start(TREND) == round(1137 * (1 + gone)) == 1167
        assert portfolios_at_start(TREND) == 1137

    def test_todays_posts_go_on_by_default(self):
        plan = post_plan(TREND)
        assert set(plan.seats[int(plan.plan_day) :].tolist()) == {1167}
        assert seats_on(TREND, date(2020, 12, 31)) == 1137

    def test_hiring_goes_straight_to_the_target(self):
        scenario = TREND.with_({"posts.target": 2300})
        assert seats_on(scenario, date(2021, 1, 1)) == 1167
        assert seats_on(scenario, date(2021, 7, 2)) == 1167 + int(1133 * 182 / 364)
        assert seats_on(scenario, date(2021, 12, 30)) == 1167 + int(1133 * 363 / 364)
        assert seats_on(scenario, date(2021, 12, 31)) == 2300
        assert seats_on(scenario, date(2024, 12, 31)) == 2300

    def test_the_history_does_not_depend_on_the_target(self):
        base, more = post_plan(TREND), post_plan(TREND.with_({"posts.target": 5000}))
        past = int(base.plan_day)
        assert np.array_equal(base.seats[:past], more.seats[:past])
        assert np.array_equal(base.supply[:past], more.supply[:past])

    def test_hiring_at_once(self):
        changes = {"posts.target": 2000, "posts.hiring_end": date(2021, 1, 1)}
        scenario = TREND.with_(changes)
        assert seats_on(scenario, date(2020, 12, 31)) == 1137
        assert seats_on(scenario, date(2021, 1, 1)) == 2000

    def test_a_limit_delays_the_end(self):
        """633 hires at 30 a month take 21.1 months instead of twelve."""
        scenario = TREND.with_({"posts.target": 1800, "posts.most_hires_per_month": 30})
        end = date(2021, 1, 1) + timedelta(days=round(633 / 30 * DAYS_PER_MONTH))
        assert end > date(2022, 9, 1)
        assert seats_on(scenario, end - timedelta(days=2)) < 1800
        assert seats_on(scenario, end) == 1800
        calendar = scenario.calendar
        firsts = [int(calendar.day(first)) for first in calendar.months if first.year >= 2021]
        monthly = np.diff(post_plan(scenario).seats[firsts])
        assert monthly.max() <= 30 * 31 / DAYS_PER_MONTH + 1

    def test_a_limit_that_does_not_bind_changes_nothing(self):
        scenario = TREND.with_({"posts.target": 1800, "posts.most_hires_per_month": 500})
        assert seats_on(scenario, date(2021, 12, 30)) < 1800
        assert seats_on(scenario, date(2021, 12, 31)) == 1800

    def test_the_longest_hiring_that_can_be_asked_for_is_a_plan(self):
        """48 833 hires at one in a hundred months do not end before the year 9999."""
        scenario = TREND.with_({"posts.target": 50_000, "posts.most_hires_per_month": 0.01})
        assert seats_on(scenario, date(2024, 12, 31)) <= 1168

    def test_posts_planned_for_later_are_reached_on_their_date(self):
        scenario = TREND.with_(
            {"posts.target": 2000, "posts.later": {"2022-12-31": 2000, "2023-12-31": 1000}}
        )
        assert seats_on(scenario, date(2022, 12, 31)) == 2000
        assert seats_on(scenario, date(2023, 7, 2)) == 2000 - int(np.ceil(1000 * 183 / 365))
        assert seats_on(scenario, date(2023, 12, 31)) == 1000
        assert seats_on(scenario, date(2024, 12, 31)) == 1000

    def test_a_delayed_end_does_not_undo_what_comes_later(self):
        """Money ends in 2023 while a limit still delays the hiring: nobody is hired after it."""
        scenario = TREND.with_(
            {
                "posts.target": 3000,
                "posts.most_hires_per_month": 20,
                "posts.later": {"2023-01-01": 1200},
            }
        )
        seats = post_plan(scenario).seats
        after = int(scenario.calendar.day(date(2023, 1, 1)))
        assert seats[after] == 1200
        assert seats[after:].max() == 1200

    @pytest.mark.parametrize("later", [{"2022-12-31": 3000}, {"2022-06-30": 2500}])
    def test_a_limit_on_hires_holds_for_later_posts_too(self, later: Mapping[str, int]):
        scenario = TREND.with_({"posts.most_hires_per_month": 20, "posts.later": later})
        calendar = scenario.calendar
        firsts = [int(calendar.day(first)) for first in calendar.months if first.year >= 2021]
        assert np.diff(post_plan(scenario).seats[firsts]).max() <= 22

    def test_closing_posts_needs_no_hiring(self):
        """A limit on hires a month says nothing about posts that end."""
        scenario = TREND.with_({"posts.target": 800, "posts.most_hires_per_month": 10})
        assert seats_on(scenario, date(2021, 12, 31)) == 800

    def test_supply_follows_portfolios_in_service(self):
        """Relative to the plan's start, net of vacancy, late by the training."""
        scenario = TREND.with_({"posts.target": 2334, "posts.hiring_end": date(2021, 7, 1)})
        plan = post_plan(scenario)
        day = int(scenario.calendar.day(date(2021, 7, 1)))
        training = round(DAYS_PER_MONTH)
        full = 2334 * (1 - vacant_share(scenario.posts)) / 1137
        assert plan.supply[int(plan.plan_day) - 1] == pytest.approx(1.0, abs=1e-3)
        assert plan.supply[day] < full - 0.1
        assert plan.supply[day + training] == pytest.approx(full, rel=1e-12)
        assert plan.supply[int(scenario.calendar.day(date(2018, 12, 31)))] == 972 / 1137

    @settings(max_examples=40)
    @given(
        st.integers(0, 5000),
        st.none() | st.floats(5, 500),
        st.dates(date(2018, 1, 1), date(2023, 1, 1)),
        st.integers(0, 900),
        st.floats(0, 2),
    )
    def test_a_plan_is_whole_numbers_between_today_and_the_target(
        self, target: int, limit: float | None, start: date, days: int, turnover: float
    ):
        scenario = TREND.with_(
            {
                "posts.target": target,
                "posts.most_hires_per_month": limit,
                "posts.hiring_start": start,
                "posts.hiring_end": start + timedelta(days=days),
                "posts.turnover_per_year": turnover,
            }
        )
        plan = post_plan(scenario)
        today = posts_at_start(scenario)
        planned = plan.seats[int(plan.plan_day) :]
        assert len(plan.seats) == len(plan.supply) == int(scenario.calendar.horizon)
        assert planned.min() >= min(today, target)
        assert planned.max() <= max(today, target)
        rising = target >= today
        assert np.all(np.diff(planned) >= 0) if rising else np.all(np.diff(planned) <= 0)
        assert np.all(plan.supply >= 0)
        assert plan.seats[:365].tolist() == [900] * 365


def by_portfolio(
    portfolios: Portfolios, horizon: float = TREND.calendar.horizon
) -> list[list[tuple[float, bool, int, float]]]:
    """The rows (time, in service, places, interval) of every portfolio before the horizon."""
    columns = zip(
        portfolios.time.tolist(),
        portfolios.in_service.tolist(),
        portfolios.places.tolist(),
        portfolios.interval.tolist(),
        strict=True,
    )
    rows = list(columns)
    return [
        [row for row in rows[first:after] if row[0] < horizon]
        for first, after in pairwise(portfolios.state_start)
    ]


def staffed(scenario: Scenario, replication: int = 0) -> tuple[PostPlan, list[int], Portfolios]:
    """The plan, the number in the area of every seat, and its portfolio; the whole country."""
    plan = post_plan(scenario)
    pools: Pools = make_pools(1137, float(scenario.territory.pool_size))
    seats = seats_of(highest_averages(list(pools.share), int(plan.seats.max())))
    staffing = Staffing(scenario, plan, pools, SEED, replication)
    ones = np.ones(int(scenario.calendar.horizon))
    return plan, [seat.number for seat in seats], staffing.portfolios(seats, ones)


def service_days(portfolios: Portfolios, start: float, end: float) -> np.ndarray:
    """Days in service of every portfolio between two times."""
    days = []
    for rows in by_portfolio(portfolios, end):
        times = [min(max(time, start), end) for time, *_ in rows] + [end]
        held = [rows[k][1] * (times[k + 1] - times[k]) for k in range(len(rows))]
        days.append(sum(held))
    return np.array(days)


VACANT = {
    "posts.turnover_per_year": 0.5,
    "posts.recruitment_months": 3,
    "posts.training_months": 1,
    "horizon.end": date(2031, 1, 1),
}


@pytest.fixture(scope="module", params=[None, 2000], ids=["todays_posts", "hiring"])
def long_run(request) -> tuple[Scenario, Portfolios, int]:
    """Ten years of the plan with much turnover, and the posts at its end."""
    changes = {**VACANT, **({"posts.target": request.param} if request.param else {})}
    scenario = TREND.with_(changes)
    plan, _, portfolios = staffed(scenario)
    return scenario, portfolios, int(plan.seats[-1])


class TestVacancy:
    @pytest.mark.parametrize("years", [(2023, 2031), (2028, 2031)])
    def test_long_run_share_is_that_of_an_alternating_renewal(self, long_run, years):
        """0.5 leave a year, four months each: 1/7 vacant; 4.5 standard errors between posts."""
        scenario, portfolios, posts = long_run
        start, end = (scenario.calendar.day(date(year, 1, 1)) for year in years)
        share = 1 - service_days(portfolios, start, end) / (end - start)
        assert len(share) == posts
        assert vacant_share(scenario.posts) == pytest.approx(1 / 7, rel=1e-12)
        assert abs(share.mean() - 1 / 7) < 4.5 * share.std() / np.sqrt(posts)

    def test_it_starts_in_its_long_run(self):
        """Neither a wave of returns nor a gap: each quarter of the first year has its share."""
        scenario = TREND.with_(VACANT)
        _, _, portfolios = staffed(scenario)
        opening = scenario.calendar.day(date(2021, 1, 1))
        for quarter in range(4):
            start, end = opening + quarter * 91, opening + (quarter + 1) * 91
            share = 1 - service_days(portfolios, start, end) / 91
            assert abs(share.mean() - 1 / 7) < 4.5 * share.std() / np.sqrt(len(share))

    def test_the_plan_starts_with_the_portfolios_of_today(self):
        """On 1 January 2021, 1137 are in service; on the day before too."""
        plan, _, portfolios = staffed(TREND.with_(VACANT))
        for day in (plan.plan_day - 1, plan.plan_day + 0.25):
            working = service_days(portfolios, day, day + 0.25)
            assert abs((working == 0.25).sum() - 1137) <= 2

    def test_a_vacancy_lasts_recruitment_and_training(self):
        scenario = TREND.with_(VACANT)
        _, _, portfolios = staffed(scenario)
        expected = round(4 * DAYS_PER_MONTH * 1024) / 1024
        gaps = []
        for rows in by_portfolio(portfolios, scenario.calendar.horizon):
            turns = [
                (rows[k][0], rows[k][1])
                for k in range(len(rows))
                if k == 0 or rows[k][1] != rows[k - 1][1]
            ]
            gaps += [
                turns[k + 1][0] - turns[k][0]
                for k in range(1, len(turns) - 1)
                if not turns[k][1] and turns[k - 1][1]
            ]
        assert len(gaps) > 3000
        assert np.isclose(gaps, expected, atol=1e-9).mean() > 0.99
        assert min(gaps) > 0

    def test_turnover_is_exponential_at_its_rate(self):
        """Departures per year in service, within 4.5 standard errors of a Poisson count."""
        scenario = TREND.with_(VACANT)
        plan, _, portfolios = staffed(scenario)
        left = 0
        for rows in by_portfolio(portfolios, scenario.calendar.horizon):
            for k in range(1, len(rows)):
                left += rows[k - 1][1] and not rows[k][1] and rows[k][0] > plan.plan_day
        years = service_days(portfolios, plan.plan_day, scenario.calendar.horizon).sum() / 365
        assert abs(left - 0.5 * years) < 4.5 * np.sqrt(0.5 * years)

    def test_no_turnover_is_no_vacancy(self):
        scenario = TREND.with_(NO_TURNOVER)
        plan, _, portfolios = staffed(scenario)
        assert posts_at_start(scenario) == 1137
        days = service_days(portfolios, plan.plan_day, scenario.calendar.horizon)
        assert np.all(days == scenario.calendar.horizon - plan.plan_day)


class TestHiringAndTraining:
    @pytest.mark.parametrize("months", [0, 1, 2.5])
    def test_a_new_post_takes_its_first_after_the_training(self, months: float):
        scenario = TREND.with_(
            {**NO_TURNOVER, "posts.target": 1500, "posts.training_months": months}
        )
        plan, numbers, portfolios = staffed(scenario)
        training = round(months * DAYS_PER_MONTH * 1024) / 1024
        opened = {n: np.argmax(plan.seats >= n) for n in range(1138, 1501)}
        for number, rows in zip(numbers, by_portfolio(portfolios), strict=True):
            if number > 1137:
                first = next(time for time, in_service, *_ in rows if in_service)
                assert first == opened[number] + training

    def test_nobody_enters_a_new_portfolio_before(self):
        scenario = TREND.with_(
            {
                **FEW,
                **NO_TURNOVER,
                "posts.target": 2600,
                "posts.hiring_end": date(2021, 1, 1),
                "posts.training_months": 3,
                "orientations.multiplier": {"2016": 1.5},
            }
        )
        world, flow = people_of(Job(scenario, 0, SEED))
        plan_day = post_plan(scenario).plan_day
        ready = plan_day + round(3 * DAYS_PER_MONTH * 1024) / 1024
        new = [
            k
            for k, rows in enumerate(by_portfolio(world.inputs.portfolios))
            if not any(in_service for time, in_service, *_ in rows if time <= plan_day)
        ]
        first = flow.t2[np.isin(flow.portfolio, new)]
        assert len(new) > 5
        assert first.min() >= ready
        assert first.min() < ready + 10

    def test_funded_posts_are_counted_from_the_first_day(self):
        scenario = TREND.with_({"posts.target": 2300, "posts.fte_per_post": 0.8})
        world = build(scenario, SEED, 0)
        plan = post_plan(scenario)
        assert len(world.posts) == len(world.pools.places) == 101
        assert np.array_equal(world.posts.sum(axis=0), plan.seats)
        assert np.allclose(world.fte, 0.8 * world.posts, rtol=1e-12)


def closing_times(portfolios: Portfolios, numbers: list[int], horizon: float) -> dict[int, float]:
    """By seat number, the day from which a portfolio is never in service again."""
    return {
        number: rows[-1][0] if not rows[-1][1] else horizon
        for number, rows in zip(numbers, by_portfolio(portfolios), strict=True)
    }


@pytest.fixture(scope="module")
def cut() -> tuple[Scenario, World, Flow]:
    """Half the posts of a few départements close in the course of 2021."""
    scenario = TREND.with_({**FEW, **NO_TURNOVER, "posts.target": 500})
    return (scenario, *people_of(Job(scenario, 0, SEED)))


class TestClosing:
    def test_the_last_hired_close_first(self):
        scenario = TREND.with_(
            {
                **NO_TURNOVER,
                "posts.training_months": 0,
                "posts.target": 1400,
                "posts.later": {"2022-12-31": 1000},
            }
        )
        plan, numbers, portfolios = staffed(scenario)
        horizon = scenario.calendar.horizon
        closed = closing_times(portfolios, numbers, horizon)
        assert all(closed[n] == horizon for n in range(1, 1001))
        falling = [closed[n] for n in range(1001, 1401)]
        assert all(one >= other for one, other in pairwise(falling))
        assert falling[-1] < falling[0] <= scenario.calendar.day(date(2022, 12, 31))
        for number in (1001, 1200, 1400):
            assert plan.seats[int(closed[number])] < number <= plan.seats[int(closed[number]) - 1]

    def test_a_post_that_closes_and_opens_again_is_the_same_post(self):
        scenario = TREND.with_(
            {
                **NO_TURNOVER,
                "posts.training_months": 0,
                "posts.later": {"2022-07-01": 900, "2023-07-01": 1137},
            }
        )
        plan, numbers, portfolios = staffed(scenario)
        rows = by_portfolio(portfolios)[numbers.index(1000)]
        turns = [(time, in_service) for time, in_service, *_ in rows]
        states = [in_service for _, in_service in turns]
        assert states[-2:] == [False, True]
        below = np.flatnonzero(plan.seats[int(plan.plan_day) :] < 1000) + plan.plan_day
        assert turns[-2][0] == below.min()
        assert turns[-1][0] == below.max() + 1

    def test_a_lower_target_closes_portfolios(self, cut):
        scenario, world, _ = cut
        horizon = scenario.calendar.horizon
        at_end = [rows[-1][1] for rows in by_portfolio(world.inputs.portfolios)]
        at_start = service_days(world.inputs.portfolios, 0, horizon) > 0
        assert 2 <= sum(at_end) < sum(at_start)
        assert world.posts[:, -1].sum() == sum(at_end)
        assert seats_on(scenario, date(2021, 12, 31)) == 500

    def test_people_inside_finish(self, cut):
        _, world, flow = cut
        entered = np.flatnonzero(flow.fate == Fate.ENTERED)
        stay = flow.t3[entered] - flow.t2[entered]
        assert np.array_equal(stay, world.inputs.people.duration[entered])
        late = 0
        for k, rows in enumerate(by_portfolio(world.inputs.portfolios)):
            if rows[-1][1]:
                continue
            closed = rows[-1][0]
            mine = flow.portfolio == k
            assert np.nanmax(flow.t2[mine]) < closed
            late += int((flow.t3[mine & (flow.fate == Fate.ENTERED)] > closed).sum())
        assert late > 50

    def test_no_posts_at_all_is_a_scenario(self):
        scenario = TREND.with_({**FEW, "posts.target": 0})
        _, flow = people_of(Job(scenario, 0, SEED))
        end = scenario.calendar.day(date(2021, 12, 31))
        assert not np.any(flow.t2 >= end)
        assert (flow.fate == Fate.ABANDONED).any()


def load_at(flow: Flow, portfolio: int, when: float) -> int:
    """People inside a portfolio just before a time."""
    mine = (flow.portfolio == portfolio) & (flow.fate == Fate.ENTERED)
    return int(((flow.t2[mine] < when) & (flow.t3[mine] >= when)).sum())


FALL = date(2020, 2, 1)


@pytest.fixture(scope="module")
def fallen() -> tuple[World, Flow, float]:
    """Portfolios of 58 places become portfolios of 20."""
    scenario = TREND.with_({**FEW, **NO_TURNOVER, "portfolios.places_from": {FALL.isoformat(): 20}})
    return (*people_of(Job(scenario, 0, SEED)), scenario.calendar.day(FALL))


class TestPlaces:
    def test_a_fall_evicts_nobody(self, fallen):
        world, flow, day = fallen
        entered = flow.fate == Fate.ENTERED
        inside = entered & (flow.t2 < day) & (flow.t3 > day)
        assert inside.sum() > 100
        assert np.array_equal(
            flow.t3[entered], flow.t2[entered] + world.inputs.people.duration[entered]
        )
        rows = by_portfolio(world.inputs.portfolios)
        over = [load_at(flow, k, day + 1) > rows[k][-1][2] for k in range(len(rows))]
        assert sum(over) > len(over) / 2

    def test_nobody_enters_above_the_places_that_hold(self, fallen):
        world, flow, day = fallen
        rows = by_portfolio(world.inputs.portfolios)
        late = np.flatnonzero((flow.t2 >= day) & (flow.fate == Fate.ENTERED))
        assert len(late) > 100
        for row in late:
            k = int(flow.portfolio[row])
            mine = (flow.portfolio == k) & (flow.fate == Fate.ENTERED)
            before = (flow.t2[mine] <= flow.t2[row]) & (flow.t3[mine] > flow.t2[row])
            assert before.sum() <= rows[k][-1][2]

    def test_places_change_on_their_day_and_only_then(self, fallen):
        world, _, day = fallen
        for rows in by_portfolio(world.inputs.portfolios):
            changed = [
                rows[k][0] for k in range(1, len(rows)) if rows[k][2] != rows[k - 1][2]
            ]  # fmt: skip
            assert changed == [day]

    def test_places_are_whole_and_have_their_mean(self):
        """Mean 58.3 with a CV of 0.1: 4.5 standard errors over 1167 portfolios."""
        scenario = TREND.with_({"portfolios.places": 58.3})
        _, _, portfolios = staffed(scenario)
        places = np.array([rows[0][2] for rows in by_portfolio(portfolios)])
        assert len(places) == 1167
        assert abs(places.mean() - 58.3) < 4.5 * places.std() / np.sqrt(len(places))
        assert 0.08 < places.std() / places.mean() < 0.12

    def test_without_spread_only_the_fraction_is_left_to_chance(self):
        scenario = TREND.with_({"portfolios.places": 58.3, "portfolios.places_cv": 0})
        _, _, portfolios = staffed(scenario)
        places = np.array([rows[0][2] for rows in by_portfolio(portfolios)])
        assert set(places.tolist()) == {58, 59}
        error = np.sqrt(0.3 * 0.7 / len(places))
        assert abs((places == 59).mean() - 0.3) < 4.5 * error

    def test_more_places_on_average_are_never_fewer_in_any_portfolio(self):
        before: np.ndarray | None = None
        for mean in (48, 48.4, 49, 58, 70):
            _, _, portfolios = staffed(TREND.with_({"portfolios.places": mean}))
            places = np.array([rows[0][2] for rows in by_portfolio(portfolios)])
            assert before is None or np.all(places >= before)
            before = places

    def test_a_date_before_the_opening_holds_from_the_first_day(self):
        early = TREND.with_({**FEW, "portfolios.places_from": {"2015-01-01": 40}})
        plain = TREND.with_({**FEW, "portfolios.places": 40})
        one, other = (build(each, SEED, 0).inputs.portfolios for each in (early, plain))
        assert np.array_equal(one.places, other.places)
        assert np.array_equal(one.time, other.time)


def test_one_more_post_leaves_all_others_as_they_were():
    """The portfolios of N + 1 posts contain those of N, dates and places and all."""
    fewer, more = (
        {
            number: rows
            for number, rows in zip(numbers, by_portfolio(portfolios), strict=True)
            if number <= 1167
        }
        for _, numbers, portfolios in (
            staffed(TREND.with_({"posts.target": target})) for target in (1167, 1500)
        )
    )
    assert fewer == more


def test_a_departement_from_an_empty_start():
    """Haute-Marne in 2015: four portfolios on its own figures, nobody inside on day 0."""
    scenario = sim.load("departement-haute-marne").with_(
        {"entry.process_delay_days": {"2015": 32}, "parcours.duration_days": {"2015": 203}}
    )
    counted = replicate(Job(scenario, 0, SEED))
    assert counted.places == ("52",)
    assert set(counted.counts["portfolios_at_end"].sum(axis=0)[:-1].tolist()) == {4.0}
    assert counted.counts["entries"][0, 0] < 40
    assert counted.counts["stock_at_end"][0, 0] == counted.counts["entries"][0, 0]
