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
from sim.present.numbers import factor, number, percent
from sim.present.tables import Table

WIDTH = 100
Rows = Mapping[str, Mapping[str, Any]]


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def in_words(found: Feasibility) -> list[str]:
    """The answer in a few sentences."""
    target = found.scenario.target
    what = str(target.measure).replace("_", " ")
    wanted = f"{number(target.people)} {what}"
    rows = _records(found.summary)
    most = _band([row["most_posts"] for row in rows], number)
    said = []
    lines = [row["least_orientations"] for row in rows if isfinite(row["least_orientations"])]
    if lines:
        said.append(
            f"Posts cannot do it alone where orientations are missing: {wanted} in {target.year} "
            f"take at least × {_band(lines, _two)} today's orientations, whatever the number of "
            f"posts up to {most}."
        )
    enough = [r["reading"] for r in rows if r["posts_alone_at_most"] >= float(target.people)]
    alone = [row["posts_alone_at_most"] for row in rows]
    by_posts = [row["posts_alone_at_most_orientations"] for row in rows]
    said.append(
        f"With {most} posts and no lever, prescribers orient × {_band(by_posts, _two)}, which "
        f"gives {_band(alone, number)} {what}: "
        + (f"enough under {', '.join(enough)} only." if enough else "not enough.")
    )
    sized = [row for row in rows if isfinite(row["sizing_posts"])]
    if sized:
        said.append(
            f"The fewest posts that hold the guardrails are {_posts(sized)} (the sizing point); "
            f"levers, or anything else, must bring × {_band([r['to_find'] for r in sized], _two)} "
            "of the orientations that these posts bring."
        )
    if found.levers and sized:
        said.append(_levers_in_words(found, sized, most))
    out_of_reach = [row["reading"] for row in rows if not isfinite(row["least_orientations"])]
    if out_of_reach:
        tops = _band([float(each.orientations[-1]) for each in found.pictures], _two)
        said.append(
            f"Not even {most} posts with × {tops} today's orientations reach {wanted} under: "
            f"{', '.join(out_of_reach)}."
        )
    beyond = [row["reading"] for row in rows if not isfinite(row["sizing_posts"])]
    if beyond:
        said.append(
            f"No sizing point lies on the plane under: {', '.join(beyond)} (agsim plan looks "
            "farther)."
        )
    return said


def _levers_in_words(found: Feasibility, sized: list[dict[str, Any]], most: str) -> str:
    target = found.scenario.target
    people = float(target.people)
    what = str(target.measure).replace("_", " ")
    there = [row["reading"] for row in sized if row["levers_at_sizing"] >= people]
    later = [
        row["reading"] for row in sized if row["levers_at_sizing"] < people <= row["levers_at_most"]
    ]
    never = [row["reading"] for row in sized if row["levers_at_most"] < people]
    parts = [
        (there, "enough with the posts of the sizing point under"),
        (later, f"enough only with more posts, up to {most}, under"),
        (never, f"not enough even with {most} posts under"),
    ]
    told = "; ".join(f"{words} {', '.join(names)}" for names, words in parts if names)
    names = "All five levers" if len(found.levers) == 5 else " + ".join(found.levers)
    return (
        f"{names} bring × {_band([row['levers_bring'] for row in sized], _two)}, with "
        f"{_band([row['levers_at_sizing'] for row in sized], number)} {what} at the sizing point's "
        f"posts: {told}."
    )


def _two(value: float) -> str:
    return f"{value:.2f}"


def _posts(sized: list[dict[str, Any]]) -> str:
    return _band([row["sizing_posts"] for row in sized], number)


def _band(values: list[float], show: Callable[[float], str]) -> str:
    low, high = show(min(values)), show(max(values))
    return low if low == high else f"{low} to {high}"


def table(found: Feasibility) -> Table:
    """One column a reading: the line of the target, posts alone, all levers."""
    rows: Rows = {str(row["reading"]): row for row in _records(found.summary)}
    errors: Rows = {str(row["reading"]): row for row in _records(found.errors())}
    target = found.scenario.target
    what = str(target.measure).replace("_", " ")
    measure = str(target.measure)
    most = _band([row["most_posts"] for row in rows.values()], number)

    def line(title: str, name: str, show: Callable[[float], str], of: Rows = rows) -> list[str]:
        return [title, *(show(of[each][name]) for each in rows)]

    def heading(title: str) -> list[str]:
        return [title, *("" for _ in rows)]

    drawn = [
        line("Weight in the posterior", "weight", percent),
        heading("THE LINE OF THE TARGET"),
        line("Least orientations, any posts", "least_orientations", factor),
        line("Sizing point: posts", "sizing_posts", number),
        line("  orientations", "orientations_needed", factor),
        heading("POSTS ALONE"),
        line(f"Today's {what}", "today", number),
        line(f"With {most} posts: orientations", "posts_alone_at_most_orientations", factor),
        line(f"  {what}", "posts_alone_at_most", number),
        line("Sizing point's posts: orientations", "brought_by_posts", factor),
        line("  left to find", "to_find", factor),
    ]
    if found.levers:
        drawn += [
            heading("ALL LEVERS"),
            line("Bring, sizing point's posts", "levers_bring", factor),
            line(f"  {what}", "levers_at_sizing", number),
            line(f"With {most} posts in all", "levers_at_most_orientations", factor),
            line(f"  {what}", "levers_at_most", number),
        ]
    drawn += [
        heading("WHAT THE SURFACE IS OFF"),
        line(f"{what.capitalize()}, root mean square", measure, lambda v: percent(v, 1), errors),
        line("  at most", f"{measure}_most", lambda v: percent(v, 1), errors),
        line("Days of queue, same", "queue_delay", lambda v: number(v, 1), errors),
        line("  at most", "queue_delay_most", lambda v: number(v, 1), errors),
    ]
    return Table("", ["reading", *rows], drawn)


def levers_table(found: Feasibility) -> Table:
    """What each lever does with today's posts: people and days of queue, a column a reading."""
    points = found.points[found.points["point"].isin([TODAY, ONE_LEVER, ALL_LEVERS])]
    what = str(found.scenario.target.measure).replace("_", " ")
    rows = []
    for name, mine in points.groupby("label", sort=False):
        cells = [
            f"{number(row['people'])} {number(row['queue_delay'], 1).rjust(5)}"
            for row in _records(mine)
        ]
        rows.append([f"{name} (× {_band(mine['orientations'].tolist(), _two)})", *cells])
    return Table(
        f"Each lever with today's posts: {what}, mean days in the queue",
        ["lever (orientations)", *dict.fromkeys(points["reading"])],
        rows,
    )


def tables(found: Feasibility) -> list[Table]:
    """All tables of a picture."""
    return [table(found), *([levers_table(found)] if found.levers else [])]


def notes(found: Feasibility) -> list[str]:
    """What the reader must know before using the numbers."""
    target = found.scenario.target
    cells = found.errors()["cells"]
    return [
        "Orientations are those of the target's year, today's posts without levers = 1, whoever "
        "brings them. Levers shorten delays and raise agreement too: their points are simulated, "
        "and can have a few more entries than the surface under them.",
        "The readings are corners of what the figures allow, not probabilities; the weights are "
        "the shares of the posterior's draws that behave like each.",
        f"Guardrails: mean queue of {number(target.queue_delay_days)} days at most, mean load of "
        f"{number(target.mean_load)} people at most (both assumptions; see agsim sources).",
        f"Points are simulated with {found.replications} replication(s), seed {found.seed}, engine "
        f"{found.engine}. The surface is the fluid approximation put right at anchors simulated "
        f"{REPLICATIONS_OF_ANCHORS} times; what it is off is measured at {int(cells.min())} or "
        "more simulated cells a reading that were not used for it, of queues up to "
        f"{number(LONG_QUEUE_DAYS)} days.",
        "Lever effects are assumptions with wide ranges, here at their central values; how "
        "prescribers respond to posts (ε) is each reading's own.",
        *part_of_the_area(found.scenario),
    ]  # fmt: skip


def title(found: Feasibility) -> str:
    """What is looked at."""
    target = found.scenario.target
    what = str(target.measure).replace("_", " ")
    return f"What is possible: {number(target.people)} {what} in {target.year}"


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
