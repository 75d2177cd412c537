"""The contract of the random streams: the past is never changed by what comes later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pytest
from contract_worlds import FULL, TREND, events, run

from sim.levers import NAMES

START = date(2021, 3, 1)
DIFFERENT_FROM = {
    **{
        name: (START, {f"levers.{name}.intensity": 1, f"levers.{name}.start": START})
        for name in NAMES
    },
    "all_levers": (date(2021, 1, 1), FULL),
    "a_lever_later": (
        date(2021, 6, 1),
        {**FULL, "levers.shared_target.start": date(2021, 6, 1)},
        FULL | {"levers.shared_target.start": date(2021, 9, 1)},
    ),
    "facilitation_added": (
        START,
        {
            **FULL,
            **{f"levers.{name}.start": START for name in NAMES if name != "shared_facilitation"},
            "levers.shared_facilitation.start": START,
        },
        {
            **FULL,
            **{f"levers.{name}.start": START for name in NAMES if name != "shared_facilitation"},
            "levers.shared_facilitation.intensity": 0,
        },
    ),
    "shock": (
        date(2019, 5, 6),
        {
            "shocks.strike.start": date(2019, 5, 6),
            "shocks.strike.end": date(2019, 7, 1),
            "shocks.strike.orientations": 0.2,
            "shocks.strike.process_delay": 1.5,
            "shocks.strike.duration": 0.7,
            "shocks.strike.diagnosis_interval": 4,
            "shocks.strike.catch_up_share": 0.5,
        },
    ),
    "lockdown_harder": (date(2020, 3, 17), {"shocks.lockdown_2020.orientations": 0.1}),
    "more_posts": (date(2021, 1, 1), {"posts.target": 3000}),
    "fewer_posts": (date(2021, 1, 1), {"posts.target": 600}),
    "hiring_later": (
        date(2021, 1, 1),
        {
            "posts.target": 3000,
            "posts.hiring_start": date(2021, 7, 1),
            "posts.later": {"2022-06-01": 2000},
        },
    ),
    "hiring_before_the_end_of_the_history": (
        date(2020, 7, 1),
        {"posts.hiring_start": date(2020, 7, 1)},
    ),
    "later_posts": (
        date(2021, 12, 31),
        {"posts.target": 2000, "posts.later": {"2022-12-31": 0}},
        {"posts.target": 2000},
    ),
    "turnover": (date(2021, 1, 1), {"posts.turnover_per_year": 0.9}),
    "training": (date(2021, 1, 1), {"posts.training_months": 6, "posts.target": 2000}),
    "allocation": (
        date(2021, 1, 1),
        {"posts.target": 3000, "posts.allocation": "where_it_queues"},
        {"posts.target": 3000},
    ),
    "multiplier": (
        date(2020, 6, 1),
        {"orientations.multiplier": {"2020-06-01": 1, "2020-12-01": 1.5}},
    ),
    "volume": (date(2020, 1, 1), {"orientations.per_year.2020": 90_000}),
    "process_delay": (date(2019, 1, 1), {"entry.process_delay_days.2019": 10}),
    "duration": (date(2019, 1, 1), {"parcours.duration_days.2019": 150}),
    "fewer_places": (date(2019, 4, 1), {"portfolios.places_from": {"2019-04-01": 30}}),
    "more_places": (date(2019, 4, 1), {"portfolios.places_from": {"2019-04-01": 70}}),
}  # fmt: skip


@pytest.mark.parametrize("name", DIFFERENT_FROM)
def test_the_past_is_the_same(name: str):
    """Two scenarios that differ from a date on have the same events before, and not after."""
    since, changes, *others = DIFFERENT_FROM[name]
    base = TREND.with_(others[0]) if others else TREND
    changed = TREND.with_(changes)
    until = base.calendar.day(since)
    before, after = run(base), run(changed)
    mine, theirs = events(*before, until), events(*after, until)
    assert len(mine["oriented"]) > 5000
    assert len(mine["left"]) > 4000
    for what in mine:
        assert mine[what] == theirs[what], what
    all_mine, all_theirs = (events(*each, np.inf) for each in (before, after))
    alone = name == "shared_facilitation"
    assert (all_mine == all_theirs) is alone


@pytest.mark.parametrize("levers", [{}, FULL], ids=["no_levers", "all_levers"])
def test_a_longer_horizon_has_the_same_people_and_events(levers: Mapping[str, object]):
    short = TREND.with_({**levers, "horizon.end": date(2022, 7, 1)})
    long = TREND.with_({**levers, "horizon.end": date(2026, 1, 1)})
    assert events(*run(short), short.calendar.horizon) == events(*run(long), short.calendar.horizon)
