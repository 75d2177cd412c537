"""What the event log says: its columns, its activities and their order, as data.

One row is one event of one person (or of one portfolio, in a table of its own). The words
of `vidigi` (`event_type`, `event`, `time`, `entity_id`, `resource_id`, `run_number`) are
columns; process mining (XES, and so `pm4py`) wants a case, an activity, a time and a
resource, which `XES` names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from sim.flow import rules
from sim.population.build import OUTCOMES
from sim.population.crowd import CHANNELS
from sim.words import say, speaking, to_say


class Activity(IntEnum):
    """What happens to a person, in the order in which it can."""

    ORIENTED = 0
    READY = 1
    DIAGNOSED = 2
    ENTERED = 3
    REFUSED = 4
    ABANDONED = 5
    EXITED = 6


class Move(IntEnum):
    """What happens to a portfolio."""

    OPENED = 0
    VACATED = 1
    FILLED = 2
    CHANGED = 3
    CLOSED = 4


@dataclass(frozen=True)
class Column:
    """A column: its name, its type, its unit ('' without one), and what it means."""

    name: str
    type: str
    unit: str
    what: str


@dataclass(frozen=True)
class Said:
    """An activity: what it means, its turn at one instant, and what vidigi calls it."""

    what: str
    turn: int
    event_type: str
    event: str


ORIENTATION = 0  # before everything that `rules` puts in order

ACTIVITIES: Mapping[Activity, Said] = {
    Activity.ORIENTED: Said(
        to_say("someone proposes AG for the person"), ORIENTATION, "arrival_departure", "arrival"
    ),
    Activity.READY: Said(
        to_say("ready for the shared diagnosis: the person joins the queue of the pool"),
        rules.READY, "queue", "ready",
    ),
    Activity.DIAGNOSED: Said(
        to_say("the shared diagnosis; entry or refusal follows at the same instant"),
        rules.DIAGNOSE, "queue", "diagnosed",
    ),
    Activity.ENTERED: Said(
        to_say("the person agrees and takes a place in a portfolio"),
        rules.DIAGNOSE, "resource_use", "entered",
    ),
    Activity.REFUSED: Said(
        to_say("the person says no at the diagnosis; nothing follows"),
        rules.DIAGNOSE, "arrival_departure", "depart",
    ),
    Activity.ABANDONED: Said(
        to_say("the person gives up before the diagnosis, ready or not; nothing follows"),
        rules.ABANDON, "arrival_departure", "depart",
    ),
    Activity.EXITED: Said(
        to_say("the parcours ends and the place becomes free; nothing follows"),
        rules.EXIT, "arrival_departure", "depart",
    ),
}  # fmt: skip

MOVES: Mapping[Move, str] = {
    Move.OPENED: to_say("a counsellor takes people in on this post for the first time"),
    Move.VACATED: to_say("the counsellor leaves; the post is vacant, the people inside stay"),
    Move.FILLED: to_say("another counsellor takes people in on the same post"),
    Move.CHANGED: to_say("other places or another diagnosis interval, in service"),
    Move.CLOSED: to_say("the post ends; the people inside stay until their exit"),
}

SCENARIO = Column("scenario", "category", "", to_say("name of the scenario"))
READING = Column("reading", "category", "", to_say("reading under which it was run"))
RUN = Column("run_number", "int32", "", to_say("the replication, from 0"))
TIMESTAMP = Column(
    "timestamp", "datetime64[us]", "", to_say("when: a date and a time of day, exact")
)
TIME = Column("time", "float64", "days", to_say("the same, in days since the scenario's opening"))
DEPARTEMENT = Column("departement", "category", "", to_say("code of the département"))
POOL = Column("pool", "category", "", to_say("pool: département and number within it"))
TURN = Column(
    "turn",
    "int8",
    "",
    to_say(
        "order at one instant: orientations 0, exits 1, portfolios 2, abandonments 3, "
        "people who become ready 4, diagnoses 5 (the longest-waiting first)"
    ),
)

PERSON_COLUMNS: tuple[Column, ...] = (
    SCENARIO,
    READING,
    RUN,
    Column(
        "entity_id",
        "string",
        "",
        to_say(
            "the person: run, pool, and number in the pool's order of orientation; "
            "another person in another run"
        ),
    ),
    Column("activity", "category", "", to_say("what happens, see activities")),
    TIMESTAMP,
    TIME,
    DEPARTEMENT,
    POOL,
    Column(
        "portfolio",
        "category",
        "",
        to_say("portfolio: pool and number within it; from the diagnosis on"),
    ),
    Column("channel", "category", "", to_say("who oriented the person")),
    Column("outcome", "category", "", to_say("where the person goes; at the exit only")),
    Column("event_type", "category", "", to_say("kind of the event in the words of vidigi")),
    Column("event", "category", "", to_say("name of the event in the words of vidigi")),
    Column(
        "resource_id",
        "Int32",
        "",
        to_say("number of the portfolio within its pool, from 1; from the diagnosis on"),
    ),
    TURN,
)
PORTFOLIO_COLUMNS: tuple[Column, ...] = (
    SCENARIO,
    READING,
    RUN,
    Column("portfolio", "category", "", to_say("portfolio: pool and number within it")),
    Column("activity", "category", "", to_say("what happens, see moves")),
    TIMESTAMP,
    TIME,
    DEPARTEMENT,
    POOL,
    Column(
        "places", "int32", "people", to_say("how many it may hold from now on; 0 out of service")
    ),
    Column(
        "diagnosis_interval_days",
        "float64",
        "days",
        to_say("least days between two of its diagnoses from now on"),
    ),
    TURN,
)

# What process mining calls the columns; `pm4py.format_dataframe` takes them by these names.
XES: Mapping[str, str] = {
    "entity_id": "case:concept:name",
    "activity": "concept:name",
    "timestamp": "time:timestamp",
    "portfolio": "org:resource",
}
ORDER = to_say(
    "Rows are in the order of run, pool, time, turn; ties in the order of the model. Whoever is "
    "under way or inside when the run ends has no last row: nobody is left out, no end is made up."
)
CATEGORIES: Mapping[str, tuple[str, ...]] = {
    "activity": tuple(each.name.lower() for each in Activity),
    "move": tuple(each.name.lower() for each in Move),
    "channel": CHANNELS,
    "outcome": OUTCOMES,
    "event_type": tuple(dict.fromkeys(each.event_type for each in ACTIVITIES.values())),
    "event": tuple(dict.fromkeys(each.event for each in ACTIVITIES.values())),
}


def rows_said(columns: Iterable[Column]) -> list[dict[str, str]]:
    """Columns as rows of name, type, unit and meaning, in the language spoken."""
    return [
        {"name": each.name, "type": each.type, "unit": each.unit, "meaning": say(each.what)}
        for each in columns
    ]


def schema() -> dict[str, Any]:
    """The whole schema in both languages: what is written beside the log."""
    return {
        "order": _in_both(ORDER),
        "people": [_column(each) for each in PERSON_COLUMNS],
        "activities": [
            {"name": activity.name.lower(), "turn": said.turn, "meaning": _in_both(said.what)}
            for activity, said in ACTIVITIES.items()
        ],
        "portfolios": [_column(each) for each in PORTFOLIO_COLUMNS],
        "moves": [
            {"name": move.name.lower(), "turn": rules.CHANGE, "meaning": _in_both(what)}
            for move, what in MOVES.items()
        ],
        "xes": dict(XES),
    }


def _column(column: Column) -> dict[str, Any]:
    described = {"name": column.name, "type": column.type, "unit": column.unit}
    return {**described, "meaning": _in_both(column.what)}


def _in_both(text: str) -> dict[str, str]:
    said = {}
    for lang in ("en", "fr"):
        with speaking(lang):
            said[lang] = say(text)
    return said
