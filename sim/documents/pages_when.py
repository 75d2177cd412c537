"""When the posts are there and when the target is reached."""

from __future__ import annotations

from collections.abc import Callable

from sim.documents.pages_parts import Block, PageTable, Paragraph, Pictures, Row, Section
from sim.documents.pages_pictures import hiring_picture
from sim.documents.report import Report
from sim.planning.frames import AFTER
from sim.present.numbers import day, number, percent, plain
from sim.words import say, to_say


def _days(value: float) -> str:
    return plain(value, 1)


SHOWN: tuple[tuple[str, str, Callable[[float], str]], ...] = (
    ("entries_{year}", to_say("entries of the year"), number),
    ("people_supported_{year}", to_say("people supported in the year"), number),
    ("portfolios", to_say("portfolios in service, mean"), number),
    ("load", to_say("people in a portfolio, mean"), _days),
    ("entry_delay", to_say("days from orientation to entry, mean"), _days),
    ("queue_delay", to_say("of which days of waiting for a place"), _days),
    ("abandoned_share", to_say("people who give up before entry"), percent),
)

ENDS = ("mean", "low", "high")


def when(report: Report) -> Section | None:
    """Hiring month by month, and the months that reach the target; None without a number."""
    if report.posts_wanted is None:
        return None
    posts, last = report.scenario.posts, report.year + AFTER[-1]
    limit = posts.most_hires_per_month
    told = [
        say(
            "Hiring starts on {start} and takes up to {most} people a month, beside those who "
            "replace leavers ({turnover} a year).",
            start=day(posts.hiring_start),
            most=number(report.hiring["hires"].max()),
            turnover=percent(float(posts.turnover_per_year)),
        ),
        say("The plan sets no limit on hires a month.")
        if limit is None
        else say("The plan allows {limit} hires a month at most.", limit=number(limit))
        if not report.part_of_a_country
        else say(
            "The plan allows {limit} hires a month at most in the whole country.",
            limit=number(limit),
        ),
        say(
            "A post brings entries later. In months: recruiting takes {recruitment}, training "
            "before the first entry {training}; then portfolios fill.",
            recruitment=number(posts.recruitment_months),
            training=number(posts.training_months),
        ),
    ]
    asked = percent(report.probability)
    told.append(
        say("With {asked} all posts are hired by {day}.", asked=asked, day=day(report.hired_by))
        if report.hired_by
        else say(
            "With {asked} not all posts are hired by the end of {last}.", asked=asked, last=last
        )
    )
    if report.scenario.target.measure == "entries":
        told.append(
            say(
                "With {asked} the first twelve months that reach the target, orientations being "
                "there, begin by {day}.",
                asked=asked,
                day=day(report.reached_from),
            )
            if report.reached_from
            else say(
                "No twelve months reach the target with {asked} by the end of {last}.",
                asked=asked,
                last=last,
            )
        )
    blocks: list[Block] = [Pictures([hiring_picture(report)]), *map(Paragraph, told)]
    year = _year_of_the_target(report)
    if year is not None:
        blocks.append(year)
    return Section("when", say("When the posts are there"), blocks)


def _year_of_the_target(report: Report) -> PageTable | None:
    """What the target's year looks like when both sides are there; None where nothing tells it."""
    rows = []
    for name, label, show in SHOWN:
        measure = name.format(year=report.year)
        if measure in report.at_sizing.index:
            mean, low, high = (float(report.at_sizing[end][measure]) for end in ENDS)
            rows.append(Row(say(label), [show(mean), show(low), show(high)]))
    if not rows:
        return None
    return PageTable(
        say("What {year} looks like with the posts and the orientations that the target takes",
            year=report.year),
        [say("in that year"), say("mean over the draws"), say("from (90 %)"), say("to (90 %)")],
        rows,
        say("Each draw with the posts and the orientations that the target takes in it."),
    )  # fmt: skip
