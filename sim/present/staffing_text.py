"""The staffing curve in words and tables: what more posts bring, and where they bring nothing."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from math import isfinite
from textwrap import fill
from typing import Any

import pandas as pd

from sim.parameters import POSTERIOR
from sim.planning.combinations import label
from sim.planning.staffing_curve import (
    ANSWERED,
    AS_IT_IS,
    UNANSWERED,
    WHERE_IT_QUEUES,
    StaffingCurve,
    Variation,
)
from sim.planning.staffing_summary import rows_of
from sim.present.area_text import part_of_the_area
from sim.present.numbers import number, percent
from sim.present.tables import Table

WIDTH = 100
RESPONSES = {
    AS_IT_IS: "as it is",
    UNANSWERED: "none (ε = 0)",
    ANSWERED: "full (ε = 1)",
}
Row = Mapping[str, Any]


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def _spread(row: Row, digits: int = 0) -> str:
    """A mean with its 90 % interval, where there is one."""
    # Adding nothing makes a rounded -0.0 what it is.
    told, low, high = (
        number(round(float(row[name]), digits) + 0.0, digits) for name in ("value", "low", "high")
    )
    return f"{told} [{low}; {high}]" if isfinite(row["low"]) else told


def _measure(
    curve: StaffingCurve, variation: Variation, name: str, by: str = "together"
) -> list[dict[str, Any]]:
    frame = rows_of(curve, curve.summary(by), variation)
    return _records(frame[frame["measure"] == name])


def _groups(curve: StaffingCurve) -> list[str]:
    """Labels of the summaries that sentences and tables of the whole are about."""
    return [POSTERIOR] if curve.draws is not None else list(curve.readings)


def in_words(curve: StaffingCurve) -> list[str]:
    """The answer in a few sentences, for each reading where there are no draws."""
    said = []
    for name in _groups(curve):
        start = "" if curve.draws is not None else f"{name}: "
        said += [start + each for each in _words_of(curve, name)]
    if curve.draws is not None:
        said.append(_readings_in_words(curve))
    return said


def _words_of(curve: StaffingCurve, name: str) -> list[str]:
    last, first = curve.posts[-1], curve.posts[0]

    def at(measure: str, variation: Variation, posts: int) -> dict[str, Any]:
        rows = _measure(curve, variation, measure, "together")
        return next(r for r in rows if r["reading"] == name and r["posts"] == posts)

    entries = [_spread(at("entries", AS_IT_IS, posts)) for posts in (first, last)]
    ends = [number(at("entries", each, last)["value"]) for each in (UNANSWERED, ANSWERED)]
    words = [
        f"{number(last)} posts instead of {number(first)} give {entries[1]} entries in "
        f"{curve.year} instead of {entries[0]} ({label(curve.levers)}); {ends[0]} if prescribers "
        f"do not respond to posts (ε = 0), {ends[1]} if they fully do (ε = 1)."
    ]
    steps = [
        r for r in _records(rows_of(curve, curve.marginal(), AS_IT_IS)) if r["reading"] == name
    ]
    average = at("entries", AS_IT_IS, first)["value"] / at("funded_posts", AS_IT_IS, first)["value"]
    words.append(
        f"One more post gains {_spread(steps[0])} entries a year at {number(first)} posts, "
        f"{_spread(steps[len(steps) // 2])} around {number(steps[len(steps) // 2]['posts'])}, "
        f"{_spread(steps[-1])} around {number(steps[-1]['posts'])}; a post has "
        f"{number(average)} at {number(first)}."
    )
    words.append(_exhausted_in_words(curve, name))
    worth = _allocation_in_words(curve, name)
    return [*words, worth] if worth else words


def _exhausted_in_words(curve: StaffingCurve, name: str) -> str:
    frame = curve.exhausted()
    frame = frame[frame["reading"] == name]
    told = {variation: _records(rows_of(curve, frame, variation))[0] for variation in RESPONSES}
    return (
        f"One more post gains fewer than {number(curve.worth)} entries, because orientations bind "
        f"and not posts: {_from(curve, told[AS_IT_IS])}; if prescribers do not respond, "
        f"{_from(curve, told[UNANSWERED])}; if they fully do, {_from(curve, told[ANSWERED])}."
    )


def _from(curve: StaffingCurve, row: Row) -> str:
    """From which number of posts on, in words."""
    likely = row["probability"]
    if not isfinite(row["posts"]):
        words = f"not up to {number(curve.posts[-1])} posts"
        if 0 < likely < 1:
            words += f" in most draws (in {percent(likely)} of them before)"
        return words
    begins = row["posts"] <= curve.posts[0]
    words = f"from {'the first ' if begins else number(row['posts']) + ' posts'}"
    words = "from the first post on" if begins else words
    if curve.draws is None:
        return words
    if not begins and isfinite(row["low"]):
        high = number(row["high"]) if isfinite(row["high"]) else f"beyond {number(curve.posts[-1])}"
        words += f" in the median [{number(row['low'])}; {high}]"
    elif begins:
        words += " in half of the draws or more"
    return words


def _allocation_in_words(curve: StaffingCurve, name: str) -> str:
    """What posts where it queues are worth, at the number of posts where that is most."""
    frame = curve.allocation()
    frame = frame[frame["reading"] == name]
    entries = _records(frame[frame["quantity"] == "entries_gained"])
    best = max(entries, key=lambda row: float(row["value"]))["posts"]
    there = {row["quantity"]: row for row in _records(frame[frame["posts"] == best])}
    days, saved = there["queue_days_saved"], there["posts_saved_for_queue"]
    return (
        "New posts where it queues, instead of in proportion, are worth most at "
        f"{number(best)} posts: {_spread(there['entries_gained'])} entries a year and "
        f"{_spread(days, 1)} days of queue; the same entries take "
        f"{_spread(there['posts_saved_for_entries'])} posts fewer, the same queue {_spread(saved)}."
    )


def _readings_in_words(curve: StaffingCurve) -> str:
    frame = rows_of(curve, curve.exhausted("reading"), AS_IT_IS)
    parts = ", ".join(
        f"{row['reading']} {percent(row['probability'])} (of {row['draws']})"
        for row in _records(frame)
    )
    return (
        f"By what the draws behave like, one more post comes to gain fewer than "
        f"{number(curve.worth)} entries before {number(curve.posts[-1])} posts in these shares of "
        f"the draws: {parts}."
    )


def tables(curve: StaffingCurve) -> list[Table]:
    """Entries, delay, load, marginal post by posts; then entries by reading; then allocation."""
    found = []
    for name in _groups(curve):
        found += [
            curve_table(curve, name),
            marginal_table(curve, name),
            allocation_table(curve, name),
        ]
    if curve.draws is not None:
        found.append(readings_table(curve))
    return found


def _titled(name: str, title: str) -> str:
    return title if name == POSTERIOR else f"{name}: {title[0].lower()}{title[1:]}"


def curve_table(curve: StaffingCurve, name: str) -> Table:
    """One row a number of posts: entries over the range of ε, delay, load."""

    def rows(measure: str, variation: Variation = AS_IT_IS) -> list[dict[str, Any]]:
        return [each for each in _measure(curve, variation, measure) if each["reading"] == name]

    def means(measure: str, variation: Variation = AS_IT_IS, digits: int = 0) -> list[str]:
        return [number(each["value"], digits) for each in rows(measure, variation)]

    entries = {"entries": means("entries")}
    if curve.draws is not None:
        entries["90 %"] = [
            f"{number(each['low'])} to {number(each['high'])}" for each in rows("entries")
        ]
    columns = {
        "posts": [number(each) for each in curve.posts],
        **entries,
        "ε = 0": means("entries", UNANSWERED),
        "ε = 1": means("entries", ANSWERED),
        "entry delay": [_spread(each) for each in rows("entry_delay")],
        "queue": means("queue_delay", digits=1),
        "load": [_spread(each) for each in rows("load")],
    }
    return Table(
        _titled(name, f"What so many posts give in {curve.year}"),
        list(columns),
        [list(row) for row in zip(*columns.values(), strict=True)],
    )


def marginal_table(curve: StaffingCurve, name: str) -> Table:
    """Entries gained by one more post, over the range of ε."""
    parts = {
        variation: [
            r for r in _records(rows_of(curve, curve.marginal(), variation)) if r["reading"] == name
        ]
        for variation in RESPONSES
    }
    rows = [
        [f"{number(some[0]['from'])} to {number(some[0]['to'])}", *(_spread(r, 1) for r in some)]
        for some in zip(*parts.values(), strict=True)
    ]
    return Table(
        _titled(name, "Entries a year gained by one more post, by how prescribers respond"),
        ["posts", *RESPONSES.values()],
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
        told = {row["quantity"]: row for row in _records(mine)}
        digits = {"queue_days_saved": 1}
        cells = [_spread(told[each], digits.get(each, 0)) for each in quantities]
        rows.append([number(float(str(posts))), *cells])
    return Table(
        _titled(name, "New posts where it queues, against new posts in proportion"),
        ["posts", "entries gained", "days of queue saved", "posts, same entries",
         "posts, same queue"],
        rows,
        note="posts: how many fewer do the same, on each draw; of the queue only where it is half "
        "a day or more.",
    )  # fmt: skip


def readings_table(curve: StaffingCurve) -> Table:
    """Means by what the draws behave like: entries and the marginal post."""
    entries = _measure(curve, AS_IT_IS, "entries", "reading")
    steps = _records(rows_of(curve, curve.marginal("reading"), AS_IT_IS))
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
        "By what the draws behave like: entries, and what one more post gains from there",
        ["posts", *labels.values()],
        rows,
    )


def notes(curve: StaffingCurve) -> list[str]:
    """What the reader must know before using the numbers."""
    told = [
        f"Posts are funded posts at the end of hiring, vacant ones too. Today's are "
        f"{number(curve.today)}: the portfolios in service, and the posts vacant at the central "
        "vacancy.",
        "ε says how far prescribers orient more where there are more posts (0: not at all, 1: in "
        "proportion). The figures do not tell it: three lines of every answer. Where nobody waits, "
        "what one more post gains is only that response.",
        "The entry delay is of those who enter, process and queue together; posts shorten the "
        "queue alone.",
        f"Every number of posts is simulated, {curve.replications} replication(s) in each of "
        f"{len(curve.readings)} world(s), seed {curve.seed}, engine {curve.engine}; differences "
        "are of the same people.",
    ]
    if curve.draws is not None:
        told.append(
            "[low; high] holds 90 % of the draws of the posterior"
            + (
                " and the noise of one replication a draw."
                if curve.replications == 1
                else " and what noise the mean of the replications leaves."
            )
            + " Readings with fewer than ten draws have means alone."
        )
    if curve.scenario.posts.allocation == WHERE_IT_QUEUES:
        told.append("The scenario itself puts new posts where it queues.")
    told += part_of_the_area(curve.scenario)
    told.append(
        "What better allocation is worth rests on how unevenly orientations and posts are spread "
        "over pools; that split is synthetic. Posts in proportion do best where each small pool "
        "gets a whole post more, as at one and a half or two times today's: hence ups and downs."
    )
    return told


def staffing_text(curve: StaffingCurve) -> str:
    """The whole curve as text."""
    said = "\n".join(fill(each, WIDTH) for each in in_words(curve))
    drawn = "\n\n".join(each.text() for each in tables(curve))
    told = "\n".join(
        fill(each, WIDTH, initial_indent="- ", subsequent_indent="  ") for each in notes(curve)
    )
    return f"{title(curve)}\n\n{said}\n\n{drawn}\n\n{told}"


def title(curve: StaffingCurve) -> str:
    """What is looked at."""
    first, last = number(curve.posts[0]), number(curve.posts[-1])
    return f"What more posts bring in {curve.year}: {first} to {last} posts, {label(curve.levers)}"


def staffing_html(curve: StaffingCurve) -> str:
    """The whole curve as HTML."""
    said = "".join(f"<p>{escape(each)}</p>" for each in in_words(curve))
    told = "".join(f"<li>{escape(each)}</li>" for each in notes(curve))
    return f"{said}{''.join(each.html() for each in tables(curve))}<ul>{told}</ul>"
