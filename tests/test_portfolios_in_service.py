"""When a post has a portfolio in service: vacancy, hiring, training, closing."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from staffing import FEW, NO_TURNOVER, SEED, TREND, by_portfolio, seats_on, service_days, staffed

from sim.calendar import DAYS_PER_MONTH
from sim.experiment.replication import Job, people_of
from sim.flow.inputs import Fate, Flow, Portfolios
from sim.population.build import World, build
from sim.population.posts import post_plan, posts_at_start, vacant_share
from sim.scenario import Scenario

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
