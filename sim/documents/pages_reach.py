"""What holds entries back, posts or orientations, and what the levers do about it."""

from __future__ import annotations

from math import isfinite
from typing import Any

from sim.documents.pages_parts import (
    LEVER_NAMES,
    Block,
    PageTable,
    Paragraph,
    Pictures,
    Row,
    Section,
    in_millions,
    levers_named,
    reachable,
    rows_of,
)
from sim.documents.pages_pictures import orientations_picture
from sim.documents.pages_verdict import aim, most_posts
from sim.documents.report import Report
from sim.planning.certainty import LEVELS
from sim.present.numbers import factor, number, percent
from sim.present.targets import counted
from sim.reading_fits import title_of
from sim.words import say, to_say

LEAST_SHOWN = 0.05
MOST_COMBINATIONS = 10
POINT = 0.01
USED, UNUSED = "●", "–"
SHORT_NAMES = {
    "shared_target": to_say("target shared"),
    "shorter_entry_delay": to_say("shorter delay"),
    "open_to_social_actors": to_say("opening to others"),
    "better_coordination": to_say("better coordi\u00adnation"),
    "shared_facilitation": to_say("shared facili\u00adtation"),
}
BOUND = ("bound_by_orientations", "bound_by_slots", "bound_by_places")


def what_binds(report: Report) -> Section:
    """Whether posts or orientations hold entries back, by explanation too."""
    shown = orientations_picture(report)
    blocks: list[Block] = [Pictures([shown])] if shown is not None else []
    blocks += [Paragraph(each) for each in _sides(report)]
    return Section(
        "binds", say("What holds entries back: posts or orientations?"),
        [*blocks, _readings(report)],
    )  # fmt: skip


def _sides(report: Report) -> list[str]:
    posts = report.posts_shown
    alone = report.reached(posts, ())
    told = [
        say(
            "An entry needs a person whom somebody proposes, and a portfolio that has room. In "
            "{year} today's {today} posts bring {now} {what} ({now_low} to {now_high}). {posts} "
            "posts bring {then} ({then_low} to {then_high}) where nothing else changes: the target "
            "is {people}.",
            year=report.year,
            what=counted(report.scenario.target.measure),
            today=number(report.there(report.posts_today)),
            now=number(report.reached_today.mean),
            now_low=number(report.reached_today.low),
            now_high=number(report.reached_today.high),
            posts=number(report.there(posts)),
            then=number(alone.mean),
            then_low=number(alone.low),
            then_high=number(alone.high),
            people=number(report.scenario.target.people),
        ),
        say("Past a point, then, it is orientations that are short, not posts.")
        if alone.mean < float(report.scenario.target.people)
        else say("Posts are what is short: orientations follow them."),
    ]
    measures = report.at_sizing
    if all(name in measures.index for name in BOUND):
        nobody, slots, places = (float(measures["mean"][name]) for name in BOUND)
        told.append(
            say(
                "With the posts and the orientations that the target takes, on {nobody} of the "
                "days, over all pools, nobody waits: orientations decide. On {slots} people wait "
                "for a counsellor's next free diagnosis, on {places} for a place.",
                nobody=percent(nobody),
                slots=percent(slots),
                places=percent(places),
            )
        )
    return told


def _readings(report: Report) -> PageTable:
    """The answer by what the draws behave like."""
    sides, levers = report.plan.summary("reading"), report.plan.combinations_summary("reading")
    rows = []
    for name in dict.fromkeys(sides["reading"]):
        mine = sides[sides["reading"] == name].set_index("quantity")
        weight = float(mine["weight"].iloc[0])
        if weight < LEAST_SHOWN:
            continue
        median = {side: float(value) for side, value in mine["p50"].items()}
        suffice = levers[levers["reading"] == name].set_index("levers")["probability"]
        cells = [
            percent(weight),
            reachable(report.there(median["posts"]), number),
            reachable(median["orientations_needed"], factor),
            reachable(median["orientations_to_find"], factor),
            percent(suffice[""]),
        ]
        if report.plan.levers:
            cells.append(percent(suffice["+".join(report.plan.levers)]))
        rows.append(Row(title_of(name), cells))
    heads = [
        say("explanation of the figures"), say("weight of the draws"), say("posts (50 %)"),
        say("orientations, of today's"), say("remains to be found"), say("posts alone suffice"),
    ]  # fmt: skip
    if report.plan.levers:
        heads.append(say("the levers suffice"))
    return PageTable(
        say("The answer by explanation"), heads, rows,
        say(
            "Each draw is a complete explanation that meets the figures of 2018 to 2020; it is "
            "listed by what it behaves like. Explanations with a weight below {least} are left "
            "out.", least=percent(LEAST_SHOWN),
        ),
    )  # fmt: skip


def levers_section(report: Report) -> Section | None:
    """Which levers are needed; combinations of them in the order of their chances."""
    if not report.plan.levers:
        return None
    return Section(
        "levers",
        say("Which levers it takes"),
        [Paragraph(each) for each in _needed_in_words(report)]
        + [_each_lever(report), _combinations(report)],
    )


def _chances(report: Report) -> dict[str, dict[str, Any]]:
    return {row["levers"]: row for row in rows_of(report.plan.combinations_summary())}


def _without(report: Report, name: str) -> str:
    return "+".join(each for each in report.plan.levers if each != name)


def _needed_in_words(report: Report) -> list[str]:
    chances = _chances(report)
    every = chances["+".join(report.plan.levers)]
    loses = {
        name: every["probability"] - chances[_without(report, name)]["probability"]
        for name in report.plan.levers
    }
    needed = [name for name in report.plan.levers if loses[name] >= POINT]
    told = [
        say(
            "Together the levers multiply orientations by {factor} on average ({people}, each draw "
            "with the posts that the target takes in it) and suffice with {share}, given up to "
            "{most} posts.",
            factor=factor(every["orientations"]),
            people=f"{number(every['at_sizing'])} {counted(report.scenario.target.measure)}",
            share=percent(every["probability"]),
            most=most_posts(report),
        )
    ]
    if not needed:
        told.append(say("No single lever decides: leaving one out changes that by less than 1 %."))
    elif len(needed) == len(report.plan.levers):
        told.append(say("Each of them is needed: leaving one out makes that less likely."))
    else:
        spare = [name for name in report.plan.levers if name not in needed]
        told.append(
            say(
                "Leaving out one of these makes that less likely: {needed}. Leaving out one of "
                "these changes the chance by less than 1 %, yet may take more posts: {spare}.",
                needed=levers_named(needed),
                spare=levers_named(spare),
            )
        )
    return told


def _each_lever(report: Report) -> PageTable:
    chances = _chances(report)
    every, none = chances["+".join(report.plan.levers)], chances[""]
    rows = [
        Row(
            say(LEVER_NAMES[name]),
            [
                number(chances[name]["at_sizing"] - none["at_sizing"]),
                number(every["at_sizing"] - chances[_without(report, name)]["at_sizing"]),
                percent(chances[name]["probability"]),
                percent(chances[_without(report, name)]["probability"]),
            ],
        )
        for name in report.plan.levers
    ]
    what = counted(report.scenario.target.measure)
    return PageTable(
        say("What each lever adds"),
        [
            say("each lever"), say("{what} more, alone", what=what),
            say("{what} more, last to come", what=what),
            say("suffices alone"), say("others suffice without it"),
        ],
        rows,
        say("Means over the draws, each with the posts that the target takes in it, so not the "
            "posts of the first page; by how much is an assumption for every lever. Facilitation "
            "acts through the other levers only."),
    )  # fmt: skip


def _combinations(report: Report) -> PageTable:
    table = report.plan.combinations_summary()
    size = [len(levers.split("+")) if levers else 0 for levers in table["levers"]]
    ordered = table.assign(size=size).sort_values(
        ["probability", "p50", "size"], ascending=[False, True, True], kind="stable"
    )
    costs = {row["levers"]: row for row in rows_of(report.money.combinations)}
    shown = rows_of(ordered.head(MOST_COMBINATIONS))
    if all(row["levers"] for row in shown):
        shown += rows_of(ordered[ordered["levers"] == ""])
    median = report.probability != LEVELS[0]
    rows = []
    for row in shown:
        used, cost = row["levers"].split("+"), costs[row["levers"]]
        rows.append(
            Row(
                say("{count} of {all}", count=row["size"], all=len(report.plan.levers)),
                [
                    *(USED if name in used else UNUSED for name in report.plan.levers),
                    percent(row["probability"]),
                    *([number(report.there(row["p50"]))] if median else []),
                    _posts_told(report, cost),
                    in_millions(cost["level_cost"]) if isfinite(cost["level_cost"]) else UNUSED,
                    number(row["at_sizing"]),
                ],
            )
        )
    what = counted(report.scenario.target.measure)
    asked = percent(report.probability)
    return PageTable(
        say("Combinations of levers, the likeliest to suffice first"),
        [
            say("levers used"), *(say(SHORT_NAMES[name]) for name in report.plan.levers),
            say("chance to suffice"),
            *([say("posts for {share}", share=percent(LEVELS[0]))] if median else []),
            say("posts for {share}", share=asked), say("cost of a year of these"),
            say("{what} reached", what=what),
        ],
        rows,
        " ".join(_combinations_notes(report)),
    )  # fmt: skip


def _posts_told(report: Report, cost: dict[str, Any]) -> str:
    """Posts that are enough; where they are for less than was asked, the probability too."""
    posts = number(report.there(cost["level_posts"]))
    if not cost["level"] < report.probability:
        return posts
    return say("{posts}\u00a0({share})", posts=posts, share=percent(cost["level"]))


def _combinations_notes(report: Report) -> list[str]:
    told = [
        say(
            "Suffice: the probability that the combination brings the orientations with some "
            "number of posts. Posts: the least that make {aim} sure with the probability named; "
            "cost: of a year of them and of the levers. Reached: mean over the draws, each with "
            "the posts that the target takes in it, so other posts than those at the left.",
            aim=aim(report),
        )
    ]
    if not all(map(isfinite, report.money.combinations["posts"])):
        told.append(
            say(
                "Where {asked} is out of reach, posts and cost are those of the highest "
                "probability in reach, in steps of ten points, which stands beside them.",
                asked=percent(report.probability),
            )
        )
    return told
