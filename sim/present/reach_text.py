"""What given posts reach, in words and tables."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from math import isnan
from typing import Any

from sim.planning.reach import ALLOCATIONS, Reach
from sim.population.in_area import InArea
from sim.present.fewer_posts import fewer_posts
from sim.present.lever_names import combination, legend, marks
from sim.present.numbers import date_text, number, percent, span
from sim.present.tables import Table, wrapped
from sim.present.targets import counted
from sim.words import say, to_say

GAINED = 0.005
PLACED = {
    "proportional": to_say("in proportion to the départements"),
    "where_it_queues": to_say("where it queues"),
}
Row = Mapping[str, Any]


def _allocations(reach: Reach) -> tuple[str, str]:
    """The scenario's own way to place new posts, and the other one."""
    own = reach.scenario.posts.allocation
    return own, next(each for each in ALLOCATIONS if each != own)


def _rows(reach: Reach) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in reach.summary().to_dict("records")]


def in_words(reach: Reach) -> list[str]:
    """The best that can be reached, how sure the target is, and what binds."""
    rows = _rows(reach)
    own, other = _allocations(reach)
    mine = [row for row in rows if row["allocation"] == own]
    best = reach.best()
    none = next(row for row in mine if not row["levers"])
    said = [_best_in_words(reach, best, none)]
    if best["held"] < 1:
        held = percent(best["held"])
        said[0] += " " + say("The guardrails hold in {share} of the draws.", share=held)
    if not isnan(best["probability"]):
        likely = max(mine, key=lambda row: row["probability"])
        said.append(_probability_in_words(reach, likely))
    elsewhere = next(
        (r for r in rows if r["levers"] == best["levers"] and r["allocation"] == other), None
    )
    if elsewhere is not None and best["posts"] > reach.today:
        said.append(_elsewhere_in_words(reach, best, elsewhere))
    said += _in_the_area(reach, int(best["posts"]))
    return [*fewer_posts(reach.scenario, int(best["posts"])), *said]


def _in_the_area(reach: Reach, posts: int) -> list[str]:
    """Of posts of the whole country, those of the area planned for; nothing where all are its."""
    area = InArea(reach.scenario)
    if area.whole:
        return []
    return [
        say(
            "Posts are those of the whole country: of {posts} of them {there} stand in the area "
            "planned for, {today} of today's.",
            posts=number(posts),
            there=number(area.of(posts)),
            today=number(area.of(reach.today)),
        )
    ]


def _best_in_words(reach: Reach, best: Row, none: Row) -> str:
    levers = combination(best["levers"])
    if best["intensity"] < 1:
        levers = say(
            "{levers} at {share} of intensity", levers=levers, share=percent(best["intensity"])
        )
    values = {
        "posts": number(best["posts"]),
        "today": number(reach.today),
        "reached": number(best["reached"]),
        "what": counted(reach.scenario.target.measure),
        "year": reach.scenario.target.year,
        "levers": levers,
        "none": number(none["reached"]),
    }
    if reach.worlds.draws is None:
        return say(
            "{posts} funded posts ({today} today) reach {reached} {what} in {year} at best with "
            "{levers}; {none} without any lever.",
            **values,
        )
    return say(
        "{posts} funded posts ({today} today) reach {reached} {what} in {year} at best ({range}), "
        "with {levers}; {none} without any lever.",
        range=span(number(best["low"]), number(best["high"])),
        **values,
    )


def _probability_in_words(reach: Reach, likely: Row) -> str:
    people, share = number(reach.scenario.target.people), percent(likely["probability"])
    if likely["probability"] <= 0:
        return say(
            "The target of {people} is reached with a probability of {share} at most.",
            people=people,
            share=share,
        )
    return say(
        "The target of {people} is reached with a probability of {share} at most ({levers}).",
        people=people,
        share=share,
        levers=combination(likely["levers"]),
    )


def _elsewhere_in_words(reach: Reach, best: Row, elsewhere: Row) -> str:
    """What the other way to place new posts changes."""
    what = counted(reach.scenario.target.measure)
    gain = elsewhere["reached"] / best["reached"] - 1
    share = percent(abs(gain), 1)
    if abs(gain) <= GAINED:
        worth = say("as many {what}", what=what)
    elif gain >= 0:
        worth = say("{share} more {what}", share=share, what=what)
    else:
        worth = say("{share} fewer {what}", share=share, what=what)
    saved = best["queue_delay"] - elsewhere["queue_delay"]
    days = number(abs(saved), 1)
    return say(
        "With the new posts {placed} instead: {worth}, {queue}.",
        placed=say(PLACED[_allocations(reach)[1]]),
        worth=worth,
        queue=say("{days} days less in the queue", days=days)
        if saved >= 0
        else say("{days} days more in the queue", days=days),
    )


def _title(reach: Reach) -> str:
    if reach.posts is None:
        return say("With the posts of each combination")
    return say("With {posts} funded posts", posts=number(reach.posts))


def reach_table(reach: Reach) -> Table:
    """One row a combination, the best first."""
    target = reach.scenario.target
    what, (_, other) = counted(target.measure), _allocations(reach)
    rows = [
        [
            marks(row["levers"]) + (" *" if row["allocation"] == other else ""),
            percent(row["probability"]),
            number(row["reached"]),
            span(number(row["low"]), number(row["high"])),
            percent(row["intensity"]),
            number(row["entry_delay"], 1),
            number(row["queue_delay"], 1),
            number(row["load"], 1),
            percent(row["held"]),
        ]
        for row in _rows(reach)
    ]
    return Table(
        _title(reach),
        [say("levers"), say("target"), what, percent(0.9), say("intensity"), say("delay"),
         say("queue"), say("load"), say("held")],
        rows,
        note=say(
            "{legend}. * new posts {placed}. target: probability that {people} are reached with "
            "the guardrails held; {what}: mean and 90 % interval over the draws; intensity: share "
            "of full intensity at which the guardrails hold (median); delay, queue: days; held: "
            "share of draws in which the guardrails hold.",
            legend=legend(),
            placed=say(PLACED[other]),
            people=number(target.people),
            what=what,
        ),
    )  # fmt: skip


def notes(reach: Reach) -> list[str]:
    """What the reader must know before using the numbers."""
    target = reach.scenario.target
    return [
        say(
            "{count} draw(s) or reading(s), each simulated with every combination of levers on "
            "the same people.",
            count=len(reach.worlds.worlds),
        ),
        say(
            "Guardrails: mean queue of {days} days at most, mean load of {load} people at most "
            "(both assumptions). More orientations than the portfolios can take under them are "
            "not counted as a gain.",
            days=number(target.queue_delay_days),
            load=number(target.mean_load),
        ),
        say("Lever effects are assumptions with wide ranges."),
        _limit(reach),
    ]


def _limit(reach: Reach) -> str:
    """How the posts come to be there."""
    posts = reach.scenario.posts
    if posts.most_hires_per_month is None:
        return say(
            "All posts are there on {day}, without a limit on hires.",
            day=date_text(posts.hiring_end),
        )
    return say(
        "Hiring is limited to {posts} posts a month.", posts=number(posts.most_hires_per_month)
    )


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
