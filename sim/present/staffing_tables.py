"""Tables of the staffing curve: entries, delay, load, the marginal post, where posts stand."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

import pandas as pd

from sim.parameters import POSTERIOR
from sim.planning.staffing_curve import ANSWERED, AS_IT_IS, UNANSWERED, StaffingCurve, Variation
from sim.planning.staffing_summary import rows_of
from sim.present.numbers import bracketed, number, percent, span
from sim.present.tables import Table
from sim.words import say, to_say

RESPONSES: Mapping[Variation, str] = {
    AS_IT_IS: to_say("as it is"),
    UNANSWERED: to_say("none (ε = 0)"),
    ANSWERED: to_say("full (ε = 1)"),
}
Row = Mapping[str, Any]


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as plain mappings."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def spread(row: Row, digits: int = 0) -> str:
    """A mean with its 90 % interval, where there is one."""
    # Adding nothing makes a rounded -0.0 what it is.
    told, low, high = (
        number(round(float(row[name]), digits) + 0.0, digits) for name in ("value", "low", "high")
    )
    return f"{told} {bracketed(low, high)}" if isfinite(row["low"]) else told


def measure_rows(
    curve: StaffingCurve, variation: Variation, name: str, by: str = "together"
) -> list[dict[str, Any]]:
    """A measure over posts under a variation."""
    frame = rows_of(curve, curve.summary(by), variation)
    return records(frame[frame["measure"] == name])


def groups(curve: StaffingCurve) -> list[str]:
    """Labels of the summaries that sentences and tables of the whole are about."""
    return [POSTERIOR] if curve.draws is not None else list(curve.readings)


def tables(curve: StaffingCurve) -> list[Table]:
    """Entries, delay, load, marginal post by posts; then entries by reading; then allocation."""
    found = []
    for name in groups(curve):
        found += [
            curve_table(curve, name),
            marginal_table(curve, name),
            allocation_table(curve, name),
        ]
    if curve.draws is not None:
        found.append(readings_table(curve))
    return found


def _titled(name: str, title: str) -> str:
    if name == POSTERIOR:
        return title
    return say("{reading}: {told}", reading=name, told=title[0].lower() + title[1:])


def curve_table(curve: StaffingCurve, name: str) -> Table:
    """One row a number of posts: entries over the range of ε, delay, load."""

    def rows(measure: str, variation: Variation = AS_IT_IS) -> list[dict[str, Any]]:
        return [each for each in measure_rows(curve, variation, measure) if each["reading"] == name]

    def means(measure: str, variation: Variation = AS_IT_IS, digits: int = 0) -> list[str]:
        return [number(each["value"], digits) for each in rows(measure, variation)]

    entries = {say("entries"): means("entries")}
    if curve.draws is not None:
        entries[percent(0.9)] = [
            span(number(each["low"]), number(each["high"])) for each in rows("entries")
        ]
    columns = {
        say("posts"): [number(each) for each in curve.posts],
        **entries,
        "ε = 0": means("entries", UNANSWERED),
        "ε = 1": means("entries", ANSWERED),
        say("entry delay"): [spread(each) for each in rows("entry_delay")],
        say("queue"): means("queue_delay", digits=1),
        say("load"): [spread(each) for each in rows("load")],
    }
    return Table(
        _titled(name, say("What so many posts give in {year}", year=curve.year)),
        list(columns),
        [list(row) for row in zip(*columns.values(), strict=True)],
    )


def marginal_table(curve: StaffingCurve, name: str) -> Table:
    """Entries gained by one more post, over the range of ε."""
    parts = {
        variation: [
            r for r in records(rows_of(curve, curve.marginal(), variation)) if r["reading"] == name
        ]
        for variation in RESPONSES
    }
    rows = [
        [span(number(some[0]["from"]), number(some[0]["to"])), *(spread(r, 1) for r in some)]
        for some in zip(*parts.values(), strict=True)
    ]
    return Table(
        _titled(name, say("Entries a year gained by one more post, by how prescribers respond")),
        [say("posts"), *(say(each) for each in RESPONSES.values())],
        rows,
    )


def allocation_table(curve: StaffingCurve, name: str) -> Table:
    """What posts where it queues are worth, by posts."""
    frame = curve.allocation()
    frame = frame[(frame["reading"] == name) & (frame["posts"] > curve.posts[0])]
    quantities = ("entries_gained", "queue_days_saved", "posts_saved_for_entries",
                  "posts_saved_for_queue")  # fmt: skip
    rows = []
    for posts, mine in frame.groupby("posts", sort=True):
        told = {row["quantity"]: row for row in records(mine)}
        digits = {"queue_days_saved": 1}
        cells = [spread(told[each], digits.get(each, 0)) for each in quantities]
        rows.append([number(float(str(posts))), *cells])
    return Table(
        _titled(name, say("New posts where it queues, against new posts in proportion")),
        [say("posts"), say("entries gained"), say("days of queue saved"),
         say("posts, same entries"), say("posts, same queue")],
        rows,
        note=say(
            "posts: how many fewer do the same, on each draw; of the queue only where it is half "
            "a day or more."
        ),
    )  # fmt: skip


def readings_table(curve: StaffingCurve) -> Table:
    """Means by what the draws behave like: entries and the marginal post."""
    entries = measure_rows(curve, AS_IT_IS, "entries", "reading")
    steps = records(rows_of(curve, curve.marginal("reading"), AS_IT_IS))
    assert curve.draws is not None
    labels = {
        name: f"{name} ({percent(float(curve.draws.weights[members].sum()))})"
        for name, members in curve.draws.of_each_reading().items()
    }
    rows = []
    for k, posts in enumerate(curve.posts):
        cells = []
        for name in labels:
            mine = [row for row in entries if row["reading"] == name]
            gains = [row for row in steps if row["reading"] == name]
            more = number(gains[k]["value"], 1) if k < len(gains) else ""
            cells.append(f"{number(mine[k]['value'])} {more.rjust(6)}")
        rows.append([number(posts), *cells])
    return Table(
        say("By what the draws behave like: entries, and what one more post gains from there"),
        [say("posts"), *labels.values()],
        rows,
    )
