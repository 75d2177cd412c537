"""The event log: what the measures count, what a portfolio holds, the same by both engines."""

from __future__ import annotations

import json
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

import sim
from sim.errors import InputError
from sim.experiment.event_files import write_logs
from sim.experiment.event_log import EventLog
from sim.measures.event_schema import ACTIVITIES, PERSON_COLUMNS, PORTFOLIO_COLUMNS, XES, schema
from sim.words import speaking

# Full portfolios whose places fall, posts that come and go, a third channel: every rule.
CROWDED = sim.load("trend").with_(
    {
        "territory.departements": ["09", "52"],
        "horizon.end": date(2022, 1, 1),
        "horizon.measured_from": date(2016, 1, 1),
        "posts.turnover_per_year": 0.5,
        "posts.target": 900,
        "posts.hiring_end": date(2021, 9, 1),
        "portfolios.places_from": {"2021-03-01": 40},
        "levers.open_to_social_actors.intensity": 1,
    }
)
READING, SEED = "places", 3


@pytest.fixture(scope="module")
def log() -> EventLog:
    return sim.event_log(CROWDED, reading=READING, seed=SEED)


@pytest.fixture(scope="module")
def monthly() -> pd.DataFrame:
    results = sim.simulate(CROWDED, reading=READING, replications=1, seed=SEED, by_place=True)
    return results.frame("month", "departement")


def by_month(log: EventLog, activity: str) -> pd.Series:
    """Events of a kind by département and month, in the order of `measured`."""
    rows = log.frame[log.frame["activity"] == activity]
    month = rows["timestamp"].dt.strftime("%Y-%m")
    return rows.groupby([rows["departement"].astype(str), month]).size()


def measured(monthly: pd.DataFrame, measure: str) -> pd.Series:
    rows = monthly[monthly["measure"] == measure]
    values = rows.set_index(["place", "period"])["value"]
    return values[values > 0].sort_index()


def same(counted: pd.Series, values: pd.Series) -> bool:
    return counted.index.tolist() == values.index.tolist() and bool(
        (counted.to_numpy() == values.to_numpy()).all()
    )


@pytest.mark.parametrize(
    ("activity", "measure"),
    [
        ("oriented", "orientations"),
        ("entered", "entries"),
        ("refused", "refusals"),
        ("abandoned", "abandonments"),
        ("exited", "exits"),
    ],
)
def test_events_are_what_the_measures_count(log, monthly, activity, measure):
    counted, values = by_month(log, activity), measured(monthly, measure)
    assert counted.sum() > 50
    assert same(counted, values)


@pytest.mark.parametrize("outcome", ["employment", "training", "follow_on", "dropout"])
def test_exits_go_where_the_measures_say(log, monthly, outcome):
    exits = log.frame[(log.frame["activity"] == "exited") & (log.frame["outcome"] == outcome)]
    assert len(exits) == measured(monthly, f"exits_{outcome}").sum()


def test_delays_by_month_are_those_of_the_measures(log, monthly):
    frame = log.frame
    oriented = frame[frame["activity"] == "oriented"].set_index("entity_id")["time"]
    ready = frame[frame["activity"] == "ready"].set_index("entity_id")["time"]
    entered = frame[frame["activity"] == "entered"].set_index("entity_id")
    month = entered["timestamp"].dt.strftime("%Y-%m")
    keys = [entered["departement"].astype(str), month]
    for since, measure in ((oriented, "entry_delay"), (ready, "queue_delay")):
        delays = (entered["time"] - since[entered.index]).groupby(keys).mean()
        values = monthly[monthly["measure"] == measure].set_index(["place", "period"])["value"]
        assert np.array_equal(delays.to_numpy(), values[delays.index].to_numpy())


def test_a_year_s_weeks_begin_with_the_stock_of_the_month_before(log, monthly):
    weeks = log.weeks(2021)
    inside = pd.Series(weeks.states.inside[:, 0]).groupby(list(weeks.codes)).sum()
    rows = monthly[(monthly["measure"] == "stock_at_end") & (monthly["period"] == "2020-12")]
    assert inside.to_dict() == rows.set_index("place")["value"].to_dict()


def replayed(log: EventLog) -> tuple[int, int]:
    """Walk through both logs in order; how many entered, how often a fall left one too full."""
    wanted = ["time", "turn", "portfolio", "activity", "places", "entity_id"]
    both = pd.concat([log.portfolios.assign(entity_id=""), log.frame.assign(places=-1)])[wanted]
    both = both.sort_values(["time", "turn"], kind="stable")
    places: dict[str, int] = {}
    load: dict[str, int] = {}
    state: dict[str, str] = {}
    entered = overfull = 0
    for _, _, portfolio, activity, new_places, person in both.itertuples(index=False):
        if not person:
            places[portfolio] = new_places
            overfull += load.get(portfolio, 0) > new_places
            continue
        before = state.get(person)
        state[person] = activity
        if activity == "oriented":
            assert before is None
        elif activity == "ready":
            assert before == "oriented"
        elif activity == "abandoned":
            assert before in ("oriented", "ready")
        elif activity == "diagnosed":
            assert before == "ready"
            assert load.get(portfolio, 0) < places[portfolio]
        elif activity == "entered":
            assert before == "diagnosed"
            entered += 1
            load[portfolio] = load.get(portfolio, 0) + 1
            assert load[portfolio] <= places[portfolio]
        elif activity == "refused":
            assert before == "diagnosed"
        else:
            assert (before, activity) == ("entered", "exited")
            load[portfolio] -= 1
    return entered, overfull


def test_nobody_enters_before_being_ready_or_where_there_is_no_place(log):
    entered, overfull = replayed(log)
    assert entered == (log.frame["activity"] == "entered").sum()
    assert overfull > 2


def test_every_kind_of_event_is_there(log):
    assert (log.frame["activity"].value_counts() > 0).all()
    assert (log.portfolios["activity"].value_counts() > 0).all()
    assert (log.frame["outcome"].value_counts() > 0).all()
    assert (log.frame["channel"].value_counts() > 0).all()


def test_a_closed_portfolio_does_not_come_back_at_once(log):
    for _, rows in log.portfolios.groupby("portfolio", observed=True):
        names = rows["activity"].tolist()
        assert names[0] == "opened"
        for earlier, later in pairwise(names):
            gone = earlier in ("vacated", "closed")
            assert later in (("filled",) if gone else ("vacated", "closed", "changed"))
        assert (rows["places"][rows["activity"].isin(["vacated", "closed"])] == 0).all()


def test_both_engines_give_the_same_log(log):
    other = sim.event_log(CROWDED, reading=READING, seed=SEED, engine="simpy")
    pd.testing.assert_frame_equal(log.frame, other.frame, check_exact=True)
    pd.testing.assert_frame_equal(log.portfolios, other.portfolios, check_exact=True)


def test_a_departement_s_log_is_its_part_of_the_whole(log):
    part = sim.event_log(CROWDED, reading=READING, seed=SEED, places=["52"])
    for mine, whole in ((part.frame, log.frame), (part.portfolios, log.portfolios)):
        theirs = whole[whole["departement"] == "52"].reset_index(drop=True)
        pd.testing.assert_frame_equal(mine, theirs, check_categorical=False)


def test_the_log_is_a_case_table(log):
    """What XES asks for: a case, an activity, a time; cases in order, each with a start."""
    table = log.frame.rename(columns=XES)
    needed = ["case:concept:name", "concept:name", "time:timestamp"]
    assert table[needed].notna().all().all()
    assert table["time:timestamp"].dtype == "datetime64[us]"
    assert pd.api.types.is_string_dtype(table["case:concept:name"])
    cases = table.groupby("case:concept:name", sort=False)
    assert (cases["concept:name"].first() == "oriented").all()
    assert cases["time:timestamp"].is_monotonic_increasing.all()
    assert not table.duplicated(["case:concept:name", "concept:name"]).any()
    served = table["concept:name"].isin(["diagnosed", "entered", "refused", "exited"])
    assert table["org:resource"].notna().equals(served)


def test_the_log_speaks_to_vidigi(log):
    frame = log.frame
    kinds = {"arrival_departure", "queue", "resource_use", "resource_use_end"}
    assert set(frame["event_type"].cat.categories) <= kinds
    ends = frame["event_type"] == "arrival_departure"
    assert set(frame["event"][ends].unique()) == {"arrival", "depart"}
    assert frame["event"][~ends].isin(["ready", "diagnosed", "entered"]).all()
    last = frame.groupby("entity_id", sort=False).tail(1)
    over = last["activity"].isin(["exited", "refused", "abandoned"])
    assert (last["event"][over] == "depart").all()
    assert frame["resource_id"][frame["event_type"] == "resource_use"].ge(1).all()


def test_rows_are_in_the_order_of_the_model(log):
    for frame in (log.frame, log.portfolios):
        pool = frame["pool"].cat.codes.to_numpy()
        order = np.lexsort((frame["turn"], frame["time"], pool))
        assert np.array_equal(order, np.arange(len(frame)))
    since = pd.Timestamp(CROWDED.calendar.opening)
    exact = since + pd.to_timedelta(log.frame["time"] * 86_400_000_000, unit="us")
    assert (exact == log.frame["timestamp"]).all()


def test_files_hold_the_log_whatever_they_are(log, tmp_path):
    write_logs(tmp_path, [log])
    write_logs(tmp_path, [log], csv=True)
    stored = pd.read_parquet(tmp_path / "events.parquet")
    pd.testing.assert_frame_equal(stored, log.frame, check_categorical=False)
    text = pd.read_csv(tmp_path / "events.csv", parse_dates=["timestamp"])
    assert list(text) == [each.name for each in PERSON_COLUMNS]
    assert (text["timestamp"] == log.frame["timestamp"]).all()
    assert (text["entity_id"] == log.frame["entity_id"]).all()
    moves = pd.read_csv(tmp_path / "portfolio_events.csv", parse_dates=["timestamp"])
    assert list(moves) == [each.name for each in PORTFOLIO_COLUMNS]
    assert (moves["places"] == log.portfolios["places"]).all()
    assert json.loads((tmp_path / "events_schema.json").read_text(encoding="utf-8")) == schema()


def test_the_schema_is_the_table_in_both_languages(log):
    for columns, frame in ((PERSON_COLUMNS, log.frame), (PORTFOLIO_COLUMNS, log.portfolios)):
        assert [each.name for each in columns] == list(frame)
        for each in columns:
            if each.type != "string":
                assert str(frame[each.name].dtype) == each.type
    english, french = log.schema("en"), log.schema("fr")
    assert english["name"].tolist() == french["name"].tolist()
    assert not (english["meaning"] == french["meaning"]).any()
    assert {each["name"] for each in schema()["activities"]} == {
        each.name.lower() for each in ACTIVITIES
    }


def test_it_shows_itself(log):
    with speaking("fr"):
        assert "la personne renonce avant le diagnostic" in " ".join(str(log).split())
    assert "entered" in log.html("en")
    counted = log.frame["activity"].value_counts()
    assert {each.name.lower(): count for each, count in log.counts.items()} == counted.to_dict()
    assert "places, replication 0" in repr(log)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"reading": "all"}, "more than one run"),
        ({"reading": "place"}, "did you mean 'places'"),
        ({"reading": READING, "engine": "simpi"}, "did you mean 'simpy'"),
        ({"reading": READING, "places": ["53"]}, "has no pool in '53'"),
        ({"reading": READING, "places": []}, "names no département"),
    ],
)
def test_what_is_not_there_is_refused(wrong, told):
    with pytest.raises(InputError, match=told):
        sim.event_log(CROWDED, **wrong)


def test_a_year_that_is_not_simulated_is_refused(log):
    with pytest.raises(InputError, match="year 2022"):
        log.weeks(2022)
