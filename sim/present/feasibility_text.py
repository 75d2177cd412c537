"""The feasibility picture in words and tables: what posts cannot do, and what levers must."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from math import isfinite
from textwrap import fill
from typing import Any

import pandas as pd

from sim.planning.feasibility import LONG_QUEUE_DAYS, Feasibility
from sim.planning.standing import (
    ALL_LEVERS,
    ONE_LEVER,
    REPLICATIONS_OF_ANCHORS,
    TODAY,
)
from sim.present.area_text import part_of_the_area
from sim.present.lever_names import combination, in_full
from sim.present.numbers import factor, number, percent, plain, span
from sim.present.tables import Table
from sim.present.targets import counted
from sim.words import say, to_say

WIDTH = 100
THERE = to_say("enough with the posts of the sizing point under {readings}")
LATER = to_say("enough only with more posts, up to {most}, under {readings}")
NEVER = to_say("not enough even with {most} posts under {readings}")
Rows = Mapping[str, Mapping[str, Any]]


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def in_words(found: Feasibility) -> list[str]:
    """The answer in a few sentences."""
    target = found.scenario.target
    about = {
        "people": number(target.people),
        "what": counted(target.measure),
        "year": target.year,
    }
    rows = _records(found.summary)
    most = _band([row["most_posts"] for row in rows], number)
    said = []
    lines = [row["least_orientations"] for row in rows if isfinite(row["least_orientations"])]
    if lines:
        said.append(
            say(
                "Posts cannot do it alone where orientations are missing: {people} {what} in "
                "{year} take at least × {least} today's orientations, whatever the number of "
                "posts up to {most}.",
                least=_band(lines, _two),
                most=most,
                **about,
            )
        )
    said.append(_posts_alone_in_words(found, rows, most))
    sized = [row for row in rows if isfinite(row["sizing_posts"])]
    if sized:
        said.append(
            say(
                "The fewest posts that hold the guardrails are {posts} (the sizing point); levers, "
                "or anything else, must bring × {to_find} of the orientations that these posts "
                "bring.",
                posts=_band([row["sizing_posts"] for row in sized], number),
                to_find=_band([row["to_find"] for row in sized], _two),
            )
        )
    if found.levers and sized:
        said.append(_levers_in_words(found, sized, most))
    out_of_reach = [row["reading"] for row in rows if not isfinite(row["least_orientations"])]
    if out_of_reach:
        said.append(
            say(
                "Not even {most} posts with × {tops} today's orientations reach {people} {what} "
                "under: {readings}.",
                most=most,
                tops=_band([float(each.orientations[-1]) for each in found.pictures], _two),
                readings=", ".join(out_of_reach),
                **about,
            )
        )
    beyond = [row["reading"] for row in rows if not isfinite(row["sizing_posts"])]
    if beyond:
        said.append(
            say(
                "No sizing point lies on the plane under: {readings} (agsim plan looks farther).",
                readings=", ".join(beyond),
            )
        )
    return said


def _posts_alone_in_words(found: Feasibility, rows: list[dict[str, Any]], most: str) -> str:
    target = found.scenario.target
    enough = [r["reading"] for r in rows if r["posts_alone_at_most"] >= float(target.people)]
    values = {
        "most": most,
        "orientations": _band([row["posts_alone_at_most_orientations"] for row in rows], _two),
        "people": _band([row["posts_alone_at_most"] for row in rows], number),
        "what": counted(target.measure),
    }
    if enough:
        return say(
            "With {most} posts and no lever, prescribers orient × {orientations}, which gives "
            "{people} {what}: enough under {readings} only.",
            readings=", ".join(enough),
            **values,
        )
    return say(
        "With {most} posts and no lever, prescribers orient × {orientations}, which gives {people} "
        "{what}: not enough.",
        **values,
    )


def _levers_in_words(found: Feasibility, sized: list[dict[str, Any]], most: str) -> str:
    people = float(found.scenario.target.people)
    parts: dict[str, list[str]] = {
        THERE: [row["reading"] for row in sized if row["levers_at_sizing"] >= people],
        LATER: [
            row["reading"]
            for row in sized
            if row["levers_at_sizing"] < people <= row["levers_at_most"]
        ],
        NEVER: [row["reading"] for row in sized if row["levers_at_most"] < people],
    }
    return say(
        "{levers} bring × {orientations}, with {people} {what} at the sizing point's posts: "
        "{enough}.",
        levers=say("All five levers") if len(found.levers) == 5 else in_full(found.levers),
        orientations=_band([row["levers_bring"] for row in sized], _two),
        people=_band([row["levers_at_sizing"] for row in sized], number),
        what=counted(found.scenario.target.measure),
        enough=say("; ").join(
            say(words, readings=", ".join(names), most=most)
            for words, names in parts.items()
            if names
        ),
    )


def _two(value: float) -> str:
    return plain(value, 2)


def _band(values: list[float], show: Callable[[float], str]) -> str:
    low, high = show(min(values)), show(max(values))
    return low if low == high else span(low, high)


def table(found: Feasibility) -> Table:
    """One column a reading: the line of the target, posts alone, all levers."""
    rows: Rows = {str(row["reading"]): row for row in _records(found.summary)}
    errors: Rows = {str(row["reading"]): row for row in _records(found.errors())}
    measure = str(found.scenario.target.measure)
    what = counted(measure)
    most = _band([row["most_posts"] for row in rows.values()], number)

    def line(title: str, name: str, show: Callable[[float], str], of: Rows = rows) -> list[str]:
        return [title, *(show(of[each][name]) for each in rows)]

    def heading(title: str) -> list[str]:
        return [title, *("" for _ in rows)]

    drawn = [
        line(say("Weight in the posterior"), "weight", percent),
        heading(say("THE LINE OF THE TARGET")),
        line(say("Least orientations, any posts"), "least_orientations", factor),
        line(say("Sizing point: posts"), "sizing_posts", number),
        line(say("  orientations"), "orientations_needed", factor),
        heading(say("POSTS ALONE")),
        line(say("Today's {what}", what=what), "today", number),
        line(
            say("With {most} posts: orientations", most=most),
            "posts_alone_at_most_orientations",
            factor,
        ),
        line(f"  {what}", "posts_alone_at_most", number),
        line(say("Sizing point's posts: orientations"), "brought_by_posts", factor),
        line(say("  left to find"), "to_find", factor),
    ]
    if found.levers:
        drawn += [
            heading(say("ALL LEVERS")),
            line(say("Bring, sizing point's posts"), "levers_bring", factor),
            line(f"  {what}", "levers_at_sizing", number),
            line(say("With {most} posts in all", most=most), "levers_at_most_orientations", factor),
            line(f"  {what}", "levers_at_most", number),
        ]
    drawn += [
        heading(say("WHAT THE SURFACE IS OFF")),
        line(
            say("{what}, root mean square", what=what.capitalize()),
            measure,
            lambda v: percent(v, 1),
            errors,
        ),
        line(say("  at most"), f"{measure}_most", lambda v: percent(v, 1), errors),
        line(say("Days of queue, same"), "queue_delay", lambda v: number(v, 1), errors),
        line(say("  at most"), "queue_delay_most", lambda v: number(v, 1), errors),
    ]
    return Table("", [say("reading"), *rows], drawn)


def levers_table(found: Feasibility) -> Table:
    """What each lever does with today's posts: people and days of queue, a column a reading."""
    points = found.points[found.points["point"].isin([TODAY, ONE_LEVER, ALL_LEVERS])]
    rows = []
    for levers, mine in points.groupby("levers", sort=False):
        cells = [
            f"{number(row['people'])} {number(row['queue_delay'], 1).rjust(5)}"
            for row in _records(mine)
        ]
        orientations = _band(mine["orientations"].tolist(), _two)
        rows.append([f"{combination(str(levers))} (× {orientations})", *cells])
    return Table(
        say(
            "Each lever with today's posts: {what}, mean days in the queue",
            what=counted(found.scenario.target.measure),
        ),
        [say("lever (orientations)"), *dict.fromkeys(points["reading"])],
        rows,
    )


def tables(found: Feasibility) -> list[Table]:
    """All tables of a picture."""
    return [table(found), *([levers_table(found)] if found.levers else [])]


def notes(found: Feasibility) -> list[str]:
    """What the reader must know before using the numbers."""
    target = found.scenario.target
    return [
        say(
            "Orientations are those of the target's year, today's posts without levers = 1, "
            "whoever brings them. Levers shorten delays and raise agreement too: their points are "
            "simulated, and can have a few more entries than the surface under them."
        ),
        say(
            "The readings are corners of what the figures allow, not probabilities; the weights "
            "are the shares of the posterior's draws that behave like each."
        ),
        say(
            "Guardrails: mean queue of {days} days at most, mean load of {load} people at most "
            "(both assumptions; see agsim sources).",
            days=number(target.queue_delay_days),
            load=number(target.mean_load),
        ),
        say(
            "Points are simulated with {replications} replication(s), seed {seed}, engine "
            "{engine}. The surface is the fluid approximation put right at anchors simulated "
            "{times} times; what it is off is measured at {cells} or more simulated cells a "
            "reading that were not used for it, of queues up to {days} days.",
            replications=found.replications,
            seed=found.seed,
            engine=found.engine,
            times=REPLICATIONS_OF_ANCHORS,
            cells=int(found.errors()["cells"].min()),
            days=number(LONG_QUEUE_DAYS),
        ),
        say(
            "Lever effects are assumptions with wide ranges, here at their central values; how "
            "prescribers respond to posts (ε) is each reading's own."
        ),
        *part_of_the_area(found.scenario),
    ]


def title(found: Feasibility) -> str:
    """What is looked at."""
    target = found.scenario.target
    return say(
        "What is possible: {people} {what} in {year}",
        people=number(target.people),
        what=counted(target.measure),
        year=target.year,
    )


def feasibility_text(found: Feasibility) -> str:
    """The whole picture as text."""
    said = "\n".join(fill(each, WIDTH) for each in in_words(found))
    drawn = "\n\n".join(each.text() for each in tables(found))
    told = "\n".join(
        fill(each, WIDTH, initial_indent="- ", subsequent_indent="  ") for each in notes(found)
    )
    return f"{title(found)}\n\n{said}\n\n{drawn}\n\n{told}"


def feasibility_html(found: Feasibility) -> str:
    """The whole picture as HTML."""
    said = "".join(f"<p>{escape(each)}</p>" for each in in_words(found))
    told = "".join(f"<li>{escape(each)}</li>" for each in notes(found))
    drawn = "".join(each.html() for each in tables(found))
    return f"{said}{drawn}<ul>{told}</ul>"
