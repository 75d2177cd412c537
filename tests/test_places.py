"""Places of portfolios: their numbers, and what a fall does to the people inside."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from staffing import FEW, NO_TURNOVER, SEED, TREND, by_portfolio, staffed

from sim.experiment.replication import Job, people_of
from sim.flow.inputs import Fate, Flow
from sim.population.build import World, build


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
