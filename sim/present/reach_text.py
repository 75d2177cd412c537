"""What given posts reach, in words and tables."""

from __future__ import annotations

from html import escape
from math import isnan
from typing import Any

from sim.planning.reach import ALLOCATIONS, Reach
from sim.present.numbers import number, percent
from sim.present.plan_draws_text import legend, marks
from sim.present.tables import Table, wrapped

GAINED = 0.005
MOSTLY = 0.5
PLACED = {"proportional": "in proportion to the départements", "where_it_queues": "where it queues"}


def _allocations(reach: Reach) -> tuple[str, str]:
    """The scenario's own way to place new posts, and the other one."""
    own = reach.scenario.posts.allocation
    return own, next(each for each in ALLOCATIONS if each != own)


def _rows(reach: Reach) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in reach.summary().to_dict("records")]


def in_words(reach: Reach) -> list[str]:
    """The best that can be reached, how sure the target is, and what binds."""
    target = reach.scenario.target
    what = target.measure.replace("_", " ")
    rows = _rows(reach)
    own, other = _allocations(reach)
    mine = [row for row in rows if row["allocation"] == own]
    best = max(mine, key=lambda row: (row["held"] >= MOSTLY, row["reached"]))
    none = next(row for row in mine if not row["levers"])
    draws = reach.worlds.draws is not None
    said = [
        f"{number(reach.posts)} funded posts ({number(reach.today)} today) reach "
        f"{number(best['reached'])} {what} in {target.year} at best "
        + (f"({number(best['low'])} to {number(best['high'])}), " if draws else "")
        + f"with {best['label']}"
        + (f" at {percent(best['intensity'])} of intensity" if best["intensity"] < 1 else "")
        + f"; {number(none['reached'])} without any lever."
        + (
            f" The guardrails hold in {percent(best['held'])} of the draws."
            if best["held"] < 1
            else ""
        )
    ]
    if not isnan(best["probability"]):
        likely = max(mine, key=lambda row: row["probability"])
        said.append(
            f"The target of {number(target.people)} is reached with a probability of "
            f"{percent(likely['probability'])} at most"
            + (f" ({likely['label']})." if likely["probability"] > 0 else ".")
        )
    elsewhere = next(
        (r for r in rows if r["levers"] == best["levers"] and r["allocation"] == other), None
    )
    if elsewhere is not None and reach.posts > reach.today:
        gain = elsewhere["reached"] / best["reached"] - 1
        days = best["queue_delay"] - elsewhere["queue_delay"]
        more = "more" if gain >= 0 else "fewer"
        worth = f"{percent(abs(gain), 1)} {more}" if abs(gain) > GAINED else "as many"
        said.append(
            f"With the new posts {PLACED[other]} instead: {worth} {what}, "
            f"{number(abs(days), 1)} days {'less' if days >= 0 else 'more'} in the queue."
        )
    return said


def reach_table(reach: Reach) -> Table:
    """One row a combination, the best first."""
    target = reach.scenario.target
    what, (_, other) = target.measure.replace("_", " "), _allocations(reach)
    rows = [
        [
            marks(row["levers"]) + (" *" if row["allocation"] == other else ""),
            percent(row["probability"]),
            number(row["reached"]),
            f"{number(row['low'])} to {number(row['high'])}",
            percent(row["intensity"]),
            number(row["entry_delay"], 1),
            number(row["queue_delay"], 1),
            number(row["load"], 1),
            percent(row["held"]),
        ]
        for row in _rows(reach)
    ]
    return Table(
        f"With {number(reach.posts)} funded posts",
        ["levers", "target", what, "90 %", "intensity", "delay", "queue", "load", "held"],
        rows,
        note=f"{legend()}. * new posts {PLACED[other]}. target: probability that "
        f"{number(target.people)} are reached with the guardrails held; {what}: mean and 90 % "
        "interval over the draws; intensity: share of full intensity at which the guardrails hold "
        "(median); delay, queue: days; held: share of draws in which the guardrails hold.",
    )


def notes(reach: Reach) -> list[str]:
    """What the reader must know before using the numbers."""
    target = reach.scenario.target
    return [
        f"{len(reach.worlds.worlds)} draw(s) or reading(s), each simulated with every "
        "combination of levers on the same people.",
        f"Guardrails: mean queue of {number(target.queue_delay_days)} days at most, mean load of "
        f"{number(target.mean_load)} people at most (both assumptions). More orientations than "
        "the portfolios can take under them are not counted as a gain.",
        "Lever effects are assumptions with wide ranges.",
        *_limit(reach),
    ]


def _limit(reach: Reach) -> list[str]:
    """How the posts come to be there."""
    posts = reach.scenario.posts
    if posts.most_hires_per_month is None:
        return [f"All posts are there on {posts.hiring_end}, without a limit on hires."]
    return [f"Hiring is limited to {number(posts.most_hires_per_month)} posts a month."]


def reach_text(reach: Reach) -> str:
    """The whole answer as text."""
    said = "\n".join(wrapped(each) for each in in_words(reach))
    told = "\n".join(wrapped(each, "- ") for each in notes(reach))
    return f"{said}\n\n{reach_table(reach).text()}\n\n{told}"


def reach_html(reach: Reach) -> str:
    """The whole answer as HTML."""
    said = "".join(f"<p>{escape(each)}</p>" for each in in_words(reach))
    told = "".join(f"<li>{escape(each)}</li>" for each in notes(reach))
    return f"{said}{reach_table(reach).html()}<ul>{told}</ul>"
