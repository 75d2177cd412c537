"""Posts day by day: the history of portfolios, then the plan of hiring and closing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenario_inputs import FIGURES
from staffing import FEW, SEED, TREND, by_portfolio, seats_on

import sim
from sim.calendar import DAYS_PER_MONTH
from sim.experiment.replication import Job, replicate
from sim.population.build import build
from sim.population.in_area import SEATS_AT_ONCE, InArea
from sim.population.posts import portfolios_at_start, post_plan, posts_at_start, vacant_share
from sim.territory import highest_averages, make_pools


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


def test_a_departement_from_an_empty_start():
    """Haute-Marne in 2015: four portfolios on its own figures, nobody inside on day 0."""
    scenario = sim.load("departement-haute-marne").with_(
        {"entry.process_delay_days": {"2015": 32}, "parcours.duration_days": {"2015": 203}}
    )
    counted = replicate(Job(scenario, 0, SEED, by_place=True))
    assert counted.places == ("52",)
    assert set(counted.counts["portfolios_at_end"].sum(axis=0)[:-1].tolist()) == {4.0}
    assert counted.counts["entries"][0, 0] < 40
    assert counted.counts["stock_at_end"][0, 0] == counted.counts["entries"][0, 0]


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

    def test_where_there_were_no_portfolios_there_is_nothing_to_respond_to(self):
        scenario = TREND.with_({"portfolios.in_service": {"2016": 0}, "posts.target": 10})
        assert np.all(post_plan(scenario).supply == 1)

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


def test_posts_in_an_area_are_counted_alike_far_along_the_list() -> None:
    area = InArea(sim.load("target-2022").with_({"territory.departements": ["52", "75"]}))
    many = [area.of(posts) for posts in (0, 1000, SEATS_AT_ONCE, SEATS_AT_ONCE + 1, 9000)]
    assert many[0] == 0
    assert many == sorted(many)
    assert many[2] <= many[3] <= many[2] + 1
    assert many[4] > many[3]
