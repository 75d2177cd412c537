"""What an event log says of itself: how many events of each kind, and how to read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.measures.event_schema import ACTIVITIES, ORDER
from sim.present.numbers import number
from sim.present.tables import Table, wrapped
from sim.reading_fits import title_of
from sim.words import say

if TYPE_CHECKING:
    from sim.experiment.event_log import EventLog


def event_log_text(log: EventLog) -> str:
    """The log as text."""
    return f"{_table(log).text()}\n\n{wrapped(say(ORDER))}"


def event_log_html(log: EventLog) -> str:
    """The log as HTML."""
    return f"{_table(log).html()}<p>{say(ORDER)}</p>"


def _table(log: EventLog) -> Table:
    rows = [
        [activity.name.lower(), number(log.counts[activity]), say(said.what)]
        for activity, said in ACTIVITIES.items()
    ]
    title = say(
        "{scenario}. {reading}. {count} pools.",
        scenario=say(log.scenario.title.rstrip(".")),
        reading=title_of(log.reading),
        count=number(len(log.pools)),
    )
    return Table(title, [say("activity"), say("events"), say("meaning")], rows)
