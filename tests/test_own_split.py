"""A planner's own posts by département: exact where given, everything else as it was."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staffing import SEED, TREND

import sim
from sim.errors import InputError
from sim.experiment.replication import Job, replicate, yearly
from sim.flow import compiled, fluid, reference
from sim.money.outcomes import as_today
from sim.money.post_months import post_months
from sim.population.build import build, conditions
from sim.population.fluid_build import STEPS_A_MONTH, fluid_inputs
from sim.population.posts import post_plan, posts_at_start, posts_planned
from sim.rate_files import shipped_rates
from sim.scenario import Scenario
from sim.territory import departements

CODES = [each.code for each in departements()]
TABLE = "posts.by_departement"
MARCH, JUNE = "2021-03-01", "2021-06-01"


def day(scenario: Scenario, when: str) -> int:
    return int(scenario.calendar.day(date.fromisoformat(when)))


def by_code(scenario: Scenario) -> dict[str, np.ndarray]:
    """Posts by département and day, of a whole replication."""
    world = build(scenario, SEED, 0)
    return dict(zip(world.pools.places, world.posts, strict=True))


WHOLE = {
    code: {"2021-01-01": 5 + k % 13, MARCH: 5 + k % 13 + k % 3, JUNE: 3 + k % 17}
    for k, code in enumerate(CODES)
}
OWN = TREND.with_({TABLE: WHOLE})


class TestTheTableIsMet:
    def test_on_every_day_to_the_post(self):
        posts = by_code(OWN)
        for code, given_posts in WHOLE.items():
            for when, number in given_posts.items():
                assert posts[code][day(OWN, when)] == number, (code, when)
            assert posts[code][day(OWN, "2021-05-31")] == given_posts[MARCH]
            assert posts[code][-1] == given_posts[JUNE]

    def test_totals_are_its_sums(self):
        plan = post_plan(OWN)
        for when in ("2021-01-01", MARCH, JUNE):
            assert plan.seats[day(OWN, when)] == sum(each[when] for each in WHOLE.values())
        assert posts_planned(OWN) == sum(each[JUNE] for each in WHOLE.values())

    def test_todays_posts_are_those_of_the_table_when_the_plan_starts(self):
        fewer = sum(each["2021-01-01"] for each in WHOLE.values())
        assert posts_at_start(OWN) == max(1137, fewer)
        more = {code: {"2021-01-01": 12} for code in CODES}
        assert posts_at_start(TREND.with_({TABLE: more})) == 1212

    def test_a_part_leaves_the_rest_to_population(self):
        part = TREND.with_({TABLE: {"52": {"2021-01-01": 6, JUNE: 20}, "75": {MARCH: 40}}})
        posts, synthetic = by_code(part), by_code(TREND)
        assert posts["52"][day(part, "2021-05-31")] == 6
        assert posts["52"][-1] == 20
        assert set(posts["75"][day(part, "2021-01-01") :]) == {40}
        rest = [code for code in CODES if code not in ("52", "75")]
        assert sum(posts[code][-1] for code in rest) == posts_at_start(TREND) - 46
        off = [abs(posts[code][-1] - synthetic[code][-1]) for code in rest]
        assert max(off) <= 2
        assert post_plan(part).seats[-1] == posts_at_start(TREND) + 14

    def test_until_its_first_date_todays_posts_go_on(self):
        late = TREND.with_({TABLE: {code: {JUNE: 20} for code in CODES}})
        plan = post_plan(late)
        assert plan.seats[day(late, "2021-05-31")] == posts_at_start(TREND)
        assert plan.seats[day(late, JUNE)] == 2020

    def test_a_target_of_its_own_is_met_in_its_proportions(self):
        target = OWN.with_({"posts.target": 3000})
        last = np.array([by_code(target)[code][-1] for code in CODES])
        assert last.sum() == 3000
        given_last = np.array([each[JUNE] for each in WHOLE.values()])
        assert np.abs(last - 3000 * given_last / given_last.sum()).max() < 1

    def test_later_posts_follow_it(self):
        falls = OWN.with_({"posts.later": {"2022-12-31": 900, "2023-01-01": 500}})
        plan = post_plan(falls)
        assert plan.seats[day(falls, "2022-12-30")] == posts_planned(OWN)
        assert plan.seats[-1] == 500

    def test_a_limit_on_hires_delays_it(self):
        scenario = TREND.with_(
            {TABLE: {code: {MARCH: 20} for code in CODES}, "posts.most_hires_per_month": 100}
        )
        seats = post_plan(scenario).seats
        assert 100 < seats[day(scenario, "2021-04-01")] - 1167 < 110
        assert seats[-1] == 2020

    def test_where_it_queues_moves_posts_inside_a_departement_only(self):
        queued = OWN.with_({"posts.allocation": "where_it_queues", "posts.target": 3000})
        one, other = by_code(OWN.with_({"posts.target": 3000})), by_code(queued)
        assert all(np.array_equal(one[code], other[code]) for code in CODES)

    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=3), min_size=3, max_size=6))
    def test_any_table_of_an_area_alone(self, rows: list[list[int]]):
        codes = CODES[: len(rows)]
        months = ("2021-01-01", MARCH, JUNE)
        table = {
            code: dict(zip(months, posts, strict=True))
            for code, posts in zip(codes, rows, strict=True)
        }
        scenario = TREND.with_(
            {
                "territory.departements": codes,
                "territory.figures_for": "departements",
                "portfolios.in_service": {"2016": 12},
                TABLE: table,
            }
        )
        if not all(sum(each) for each in zip(*rows, strict=True)):
            with pytest.raises(InputError, match="no post at all"):
                post_plan(scenario)
            return
        plan = post_plan(scenario)
        for when in months:
            there = plan.held[:, day(scenario, when)]
            assert there.tolist() == [table[code][when] for code in codes]
        assert np.array_equal(plan.held.sum(axis=0), plan.seats)
        numbers = np.arange(1, plan.first[-1] + 1)
        assert np.array_equal(plan.standing(numbers, slice(None)), plan.seats)


class TestTheModelFollows:
    def test_both_engines_agree(self):
        part = OWN.with_({"territory.departements": ["2A", "2B", "52", "08"]})
        inputs = build(part, SEED, 0).inputs
        assert reference.run(inputs).same(compiled.run(inputs))

    def test_a_run_that_goes_on_from_the_plans_start_equals_the_full_run(self):
        early = {code: {"2019-06-01": 9, **posts} for code, posts in WHOLE.items()}
        few = {"territory.departements": ["2A", "52", "08", "75"]}
        for scenario in (OWN.with_(few), TREND.with_({TABLE: early, **few})):
            whole, gone_on = (
                replicate(Job(scenario, 0, SEED, by_place=True, branches=each))
                for each in (False, True)
            )
            for name, counts in whole.counts.items():
                np.testing.assert_array_equal(counts, gone_on.counts[name], err_msg=name)

    def test_what_is_planned_later_leaves_the_past_alone(self):
        more = replicate(Job(OWN.with_({"posts.target": 3000}), 0, SEED))
        past = list(more.calendar.months).index(date(2021, 1, 1))
        same = replicate(Job(OWN, 0, SEED))
        for name in ("entries", "orientations"):
            assert np.array_equal(more.counts[name][:, :past], same.counts[name][:, :past])

    def test_portfolios_in_service_follow_posts(self):
        still = OWN.with_({"posts.turnover_per_year": 0, "posts.training_months": 0})
        counted = replicate(Job(still, 0, SEED, by_place=True))
        at = list(counted.calendar.months).index(date(2021, 6, 1))
        standing = dict(
            zip(counted.places, counted.counts["portfolios_at_end"][:, at], strict=True)
        )
        assert standing == {code: each[JUNE] for code, each in WHOLE.items()}

    def test_history_keeps_the_observed_totals(self):
        seats, own = post_plan(TREND).seats, post_plan(OWN).seats
        past = day(OWN, "2021-01-01")
        assert np.array_equal(seats[:past], own[:past])

    def test_orientations_stand_where_the_posts_stand_at_the_start(self):
        made = conditions(OWN.with_({"territory.unevenness": 0}), SEED, 0)
        pools = made.pools
        share = np.bincount(pools.place_of_pool, made.demand)
        posts = np.array([WHOLE[code]["2021-01-01"] for code in pools.places])
        portfolios = 1137 * posts / posts.sum()
        assert np.abs(1137 * share - portfolios).max() < 1

    def test_the_approximation_is_near_the_engine(self):
        inputs = fluid_inputs(OWN)
        flow = fluid.run(inputs)
        entries = flow.entries.sum(axis=0) if flow.entries.ndim > 1 else flow.entries
        begin = (2022 - OWN.calendar.months[0].year) * 12 * STEPS_A_MONTH
        guessed = entries[begin : begin + 12 * STEPS_A_MONTH].sum()
        table = yearly(Job(OWN, 0, SEED))
        simulated = table.values["entries"][0, list(table.periods).index("2022")]
        assert guessed == pytest.approx(simulated, rel=0.02)

    def test_the_same_table_as_the_synthetic_split_changes_no_total(self):
        synthetic = {code: {"2021-01-01": int(each[-1])} for code, each in by_code(TREND).items()}
        own = TREND.with_({TABLE: synthetic})
        assert np.array_equal(post_plan(own).seats, post_plan(TREND).seats)
        assert {c: p[-1] for c, p in by_code(own).items()} == {
            c: p[-1] for c, p in by_code(TREND).items()
        }

    def test_money_follows_posts_and_regions(self):
        found = post_months(OWN, shipped_rates())
        region = {each.code: each.region for each in departements()}
        june = [row for row in found.rows if row.month == date(2021, 6, 1)]
        for name in ("Corse", "Bretagne", "Grand Est"):
            expected = sum(each[JUNE] for code, each in WHOLE.items() if region[code] == name)
            assert sum(row.posts for row in june if row.place.region == name) == expected
        begun = {
            when: sum(row.opened for row in found.rows if row.month == date.fromisoformat(when))
            for when in (MARCH, JUNE)
        }
        rises = {
            MARCH: sum(max(0, each[MARCH] - each["2021-01-01"]) for each in WHOLE.values()),
            JUNE: sum(max(0, each[JUNE] - each[MARCH]) for each in WHOLE.values()),
        }
        assert begun == rises

    def test_what_a_plan_is_compared_with_keeps_todays_posts_where_they_stand(self):
        today = as_today(OWN)
        plan = post_plan(today)
        start = day(OWN, "2021-01-01")
        assert set(plan.seats[start:].tolist()) == {posts_at_start(OWN)}
        assert np.array_equal(plan.held[:, start], plan.held[:, -1])


class TestMistakes:
    @pytest.mark.parametrize(
        ("table", "told"),
        [
            ({"1": {MARCH: 5}}, "'1' is no département, did you mean '01'"),
            ({"52": {}}, "must have a date and its posts"),
            ({"52": {"soon": 5}}, "must be a year"),
            ({"52": {MARCH: 5.5}}, "whole number from 0 to 50000"),
            ({"52": {MARCH: -1}}, "whole number from 0 to 50000"),
            ({"52": 5}, "must be a table of years or dates"),
            (5, "must be a table of codes"),
        ],
    )
    def test_are_told_with_their_key(self, table: object, told: str):
        with pytest.raises(InputError, match=r"posts\.by_departement") as wrong:
            TREND.with_({TABLE: table})
        assert told in str(wrong.value)

    def test_more_posts_than_there_are_for_all(self):
        scenario = TREND.with_({TABLE: {"52": {"2021-01-01": 1300}}})
        with pytest.raises(InputError, match="nothing is left for the 100 others"):
            build(scenario, SEED, 0)

    def test_departements_outside_the_figures(self):
        scenario = sim.load("departement-haute-marne").with_({TABLE: {"75": {"2018-01-01": 3}}})
        with pytest.raises(InputError, match="names 75, outside the départements"):
            post_plan(scenario)


def test_values_show_changes_only_and_make_the_scenario_again():
    scenario = TREND.with_({TABLE: {"52": {"2021-01-01": 6, MARCH: 6, JUNE: 7}}})
    assert scenario.values[f"{TABLE}.52"] == {"2021-01-01": 6.0, JUNE: 7.0}
    again = TREND.with_({TABLE: {"52": {"2021-01-01": 6, JUNE: 7}}})
    assert scenario.fingerprint == again.fingerprint != TREND.fingerprint
    (entry,) = [each for each in scenario.register if each.path.startswith(TABLE)]
    assert (entry.path, entry.value, entry.unit) == (f"{TABLE}.52", "6 to 7", "posts")
