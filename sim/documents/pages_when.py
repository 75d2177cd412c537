"""When the posts are there and when the target is reached."""

from __future__ import annotations

from sim.documents.pages_parts import Block, Paragraph, Pictures, Section
from sim.documents.pages_pictures import hiring_picture
from sim.documents.report import Report
from sim.planning.frames import AFTER
from sim.present.numbers import day, number, percent
from sim.words import say


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
        else say("The plan allows {limit} hires a month at most.", limit=number(limit)),
        say(
            "A post brings entries later: {recruitment} months to recruit, {training} months of "
            "training before the first entry, then portfolios fill.",
            recruitment=number(posts.recruitment_months),
            training=number(posts.training_months),
        ),
    ]
    asked = percent(report.probability)
    if report.hired_by is not None:
        told.append(
            say("With {asked} all posts are hired by {day}.", asked=asked, day=day(report.hired_by))
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
    blocks: list[Block] = [Paragraph(" ".join(told)), Pictures([hiring_picture(report)])]
    return Section("when", say("When the posts are there"), blocks)
