"""The staffing curve in words: what more posts bring, and where they bring nothing."""

from __future__ import annotations

from html import escape
from math import isfinite
from textwrap import fill
from typing import Any

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
from sim.present.lever_names import combination
from sim.present.numbers import bracketed, number, percent
from sim.present.staffing_tables import (
    RESPONSES,
    Row,
    groups,
    measure_rows,
    records,
    spread,
    tables,
)
from sim.words import say

WIDTH = 100


def in_words(curve: StaffingCurve) -> list[str]:
    """The answer in a few sentences, for each reading where there are no draws."""
    if curve.draws is not None:
        (name,) = groups(curve)
        return [*_words_of(curve, name), _readings_in_words(curve)]
    return [
        say("{reading}: {told}", reading=name, told=each)
        for name in groups(curve)
        for each in _words_of(curve, name)
    ]


def _words_of(curve: StaffingCurve, name: str) -> list[str]:
    last, first = curve.posts[-1], curve.posts[0]

    def at(measure: str, variation: Variation, posts: int) -> dict[str, Any]:
        rows = measure_rows(curve, variation, measure, "together")
        return next(r for r in rows if r["reading"] == name and r["posts"] == posts)

    steps = [r for r in records(rows_of(curve, curve.marginal(), AS_IT_IS)) if r["reading"] == name]
    middle = steps[len(steps) // 2]
    average = at("entries", AS_IT_IS, first)["value"] / at("funded_posts", AS_IT_IS, first)["value"]
    words = [
        say(
            "{last} posts instead of {first} give {after} entries in {year} instead of {before} "
            "({levers}); {unanswered} if prescribers do not respond to posts (ε = 0), {answered} "
            "if they fully do (ε = 1).",
            last=number(last),
            first=number(first),
            after=spread(at("entries", AS_IT_IS, last)),
            year=curve.year,
            before=spread(at("entries", AS_IT_IS, first)),
            levers=combination(curve.levers),
            unanswered=number(at("entries", UNANSWERED, last)["value"]),
            answered=number(at("entries", ANSWERED, last)["value"]),
        ),
        say(
            "One more post gains {gain} entries a year at {first} posts, {middle_gain} around "
            "{middle}, {last_gain} around {last}; a post has {average} at {first}.",
            gain=spread(steps[0]),
            first=number(first),
            middle_gain=spread(middle),
            middle=number(middle["posts"]),
            last_gain=spread(steps[-1]),
            last=number(steps[-1]["posts"]),
            average=number(average),
        ),
        _exhausted_in_words(curve, name),
    ]
    return [*words, _allocation_in_words(curve, name)]


def _exhausted_in_words(curve: StaffingCurve, name: str) -> str:
    frame = curve.exhausted()
    frame = frame[frame["reading"] == name]
    told = {variation: records(rows_of(curve, frame, variation))[0] for variation in RESPONSES}
    return say(
        "One more post gains fewer than {worth} entries, because orientations bind and not posts: "
        "{as_it_is}; if prescribers do not respond, {unanswered}; if they fully do, {answered}.",
        worth=number(curve.worth),
        as_it_is=_from(curve, told[AS_IT_IS]),
        unanswered=_from(curve, told[UNANSWERED]),
        answered=_from(curve, told[ANSWERED]),
    )


def _from(curve: StaffingCurve, row: Row) -> str:
    """From which number of posts on, in words."""
    most = number(curve.posts[-1])
    if not isfinite(row["posts"]):
        if 0 < row["probability"] < 1:
            return say(
                "not up to {most} posts in most draws (in {share} of them before)",
                most=most,
                share=percent(row["probability"]),
            )
        return say("not up to {most} posts", most=most)
    if row["posts"] <= curve.posts[0]:
        if curve.draws is None:
            return say("from the first post on")
        return say("from the first post on in half of the draws or more")
    if curve.draws is None or not isfinite(row["low"]):
        return say("from {posts} posts", posts=number(row["posts"]))
    high = number(row["high"]) if isfinite(row["high"]) else say("beyond {posts}", posts=most)
    return say(
        "from {posts} posts in the median {interval}",
        posts=number(row["posts"]),
        interval=bracketed(number(row["low"]), high),
    )


def _allocation_in_words(curve: StaffingCurve, name: str) -> str:
    """What posts where it queues are worth, at the number of posts where that is most."""
    frame = curve.allocation()
    frame = frame[frame["reading"] == name]
    entries = records(frame[frame["quantity"] == "entries_gained"])
    best = max(entries, key=lambda row: float(row["value"]))["posts"]
    there = {row["quantity"]: row for row in records(frame[frame["posts"] == best])}
    return say(
        "New posts where it queues, instead of in proportion, are worth most at {posts} posts: "
        "{entries} entries a year and {days} days of queue; the same entries take {fewer} posts "
        "fewer, the same queue {fewer_for_queue}.",
        posts=number(best),
        entries=spread(there["entries_gained"]),
        days=spread(there["queue_days_saved"], 1),
        fewer=spread(there["posts_saved_for_entries"]),
        fewer_for_queue=spread(there["posts_saved_for_queue"]),
    )


def _readings_in_words(curve: StaffingCurve) -> str:
    frame = rows_of(curve, curve.exhausted("reading"), AS_IT_IS)
    return say(
        "By what the draws behave like, one more post comes to gain fewer than {worth} entries "
        "before {most} posts in these shares of the draws: {readings}.",
        worth=number(curve.worth),
        most=number(curve.posts[-1]),
        readings=", ".join(
            say(
                "{reading} {share} (of {draws})",
                reading=row["reading"],
                share=percent(row["probability"]),
                draws=row["draws"],
            )
            for row in records(frame)
        ),
    )


def notes(curve: StaffingCurve) -> list[str]:
    """What the reader must know before using the numbers."""
    told = [
        say(
            "Posts are funded posts at the end of hiring, vacant ones too. Today's are {today}: "
            "the portfolios in service, and the posts vacant at the central vacancy.",
            today=number(curve.today),
        ),
        say(
            "ε says how far prescribers orient more where there are more posts (0: not at all, 1: "
            "in proportion). The figures do not tell it: three lines of every answer. Where nobody "
            "waits, what one more post gains is only that response."
        ),
        say(
            "The entry delay is of those who enter, process and queue together; posts shorten the "
            "queue alone."
        ),
        say(
            "Every number of posts is simulated, {replications} replication(s) in each of {worlds} "
            "world(s), seed {seed}, engine {engine}; differences are of the same people.",
            replications=curve.replications,
            worlds=len(curve.readings),
            seed=curve.seed,
            engine=curve.engine,
        ),
    ]
    if curve.draws is not None:
        held = (
            say(
                "[low; high] holds 90 % of the draws of the posterior and the noise of one "
                "replication a draw."
            )
            if curve.replications == 1
            else say(
                "[low; high] holds 90 % of the draws of the posterior and what noise the mean of "
                "the replications leaves."
            )
        )
        told.append(f"{held} {say('Readings with fewer than ten draws have means alone.')}")
    if curve.scenario.posts.allocation == WHERE_IT_QUEUES:
        told.append(say("The scenario itself puts new posts where it queues."))
    told += part_of_the_area(curve.scenario)
    told.append(
        say(
            "What better allocation is worth rests on how unevenly orientations and posts are "
            "spread over pools; that split is synthetic. Posts in proportion do best where each "
            "small pool gets a whole post more, as at one and a half or two times today's: hence "
            "ups and downs."
        )
    )
    return told


def title(curve: StaffingCurve) -> str:
    """What is looked at."""
    return say(
        "What more posts bring in {year}: {first} to {last} posts, {levers}",
        year=curve.year,
        first=number(curve.posts[0]),
        last=number(curve.posts[-1]),
        levers=combination(curve.levers),
    )


def staffing_text(curve: StaffingCurve) -> str:
    """The whole curve as text."""
    said = "\n".join(fill(each, WIDTH) for each in in_words(curve))
    drawn = "\n\n".join(each.text() for each in tables(curve))
    told = "\n".join(
        fill(each, WIDTH, initial_indent="- ", subsequent_indent="  ") for each in notes(curve)
    )
    return f"{title(curve)}\n\n{said}\n\n{drawn}\n\n{told}"


def staffing_html(curve: StaffingCurve) -> str:
    """The whole curve as HTML."""
    said = "".join(f"<p>{escape(each)}</p>" for each in in_words(curve))
    told = "".join(f"<li>{escape(each)}</li>" for each in notes(curve))
    return f"{said}{''.join(each.html() for each in tables(curve))}<ul>{told}</ul>"
