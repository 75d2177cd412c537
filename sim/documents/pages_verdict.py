"""What to remember of the plan, in a few sentences, whatever came out of it."""

from __future__ import annotations

from math import isfinite

from sim.documents.pages_parts import reachable
from sim.documents.report import Report
from sim.planning.plan import DRAWS
from sim.present.numbers import factor, number, percent, plain
from sim.present.targets import counted
from sim.words import say


def aim(report: Report) -> str:
    """The target in words: '200 000 entries'."""
    target = report.scenario.target
    return f"{number(target.people)} {counted(target.measure)}"


def most_posts(report: Report) -> str:
    """The most posts that were looked at, of those in the area planned for."""
    return number(report.there(report.most_posts))


def first_look(report: Report) -> str | None:
    """A warning where the draws are too few to decide by; None where they are enough."""
    if not report.few_draws:
        return None
    return say(
        "A first look only: with {draws} draws every probability here may be far off. A "
        "plan to decide by takes {full}.",
        draws=len(report.plan.answers),
        full=DRAWS,
    )


def verdict(report: Report) -> list[str]:
    """What to remember: what it takes, what the levers bring of it, why nobody can be surer."""
    told = [_what_it_takes(report), _what_levers_bring(report), _why_not_surer(report)]
    if report.part_of_a_country and report.posts_wanted is not None:
        told.insert(
            1,
            say(
                "Posts, entries and costs are those of the area planned for. The plan sets the "
                "posts of the whole country, {posts} ({today} today), of which these stand there.",
                posts=number(report.posts_wanted),
                today=number(report.posts_today),
            ),
        )
    few = first_look(report)
    return told if few is None else [*told, few]


def _what_it_takes(report: Report) -> str:
    asked, year = percent(report.probability), report.year
    if report.posts_wanted is None:
        return say(
            "No number of posts in reach makes {aim} in {year} sure with a probability of "
            "{asked}, even if orientations are found: some number is enough with {share} only.",
            aim=aim(report),
            year=year,
            asked=asked,
            share=percent(any_posts(report)),
        )
    return say(
        "Reaching {aim} in {year} takes {posts} funded posts ({today} today) and {times} times "
        "today's orientations: each is enough with a probability of {asked}, both at once with "
        "about {both}.",
        aim=aim(report),
        year=year,
        asked=asked,
        posts=number(report.there(report.posts_wanted)),
        today=number(report.there(report.posts_today)),
        times=plain(report.orientations.asked, 2),
        both=percent(report.both_at_once),
    )


def any_posts(report: Report) -> float:
    """The probability that some number of posts is enough, if orientations are found."""
    frame = report.plan.frame
    there = frame["posts"].map(isfinite)
    return float(frame.loc[there, "weight"].sum() / frame["weight"].sum())


def _what_levers_bring(report: Report) -> str:
    alone, most = percent(report.posts_alone_suffice.probability), most_posts(report)
    if not report.plan.levers:
        return say(
            "The plan uses no lever: that posts alone bring the orientations too, with up to "
            "{most} of them, has a probability of {alone}.",
            most=most,
            alone=alone,
        )
    suffice, asked = report.levers_suffice.probability, report.probability
    these = report.sure_of_these_posts
    told = say(
        "The levers planned ({count} of the five of 2021) bring the orientations with a "
        "probability of {suffice}, with up to {most} posts; posts alone, without levers, with "
        "{alone}.",
        count=len(report.plan.levers),
        suffice=percent(suffice),
        most=most,
        alone=alone,
    )
    if these is not None:
        told += " " + say(
            "With the {posts} posts and the levers the target is reached with a probability of "
            "{these}.",
            posts=number(report.there(report.posts_wanted or 0)),
            these=percent(these.probability),
        )
    if suffice < asked:
        told += " " + say(
            "To be as sure as asked, orientations must be found beyond what the levers are "
            "thought to bring."
        )
    return told


def _why_not_surer(report: Report) -> str:
    told = f"{_explanations()} {_span(report)}"
    unanswered = report.plan.frame.get("levers_at_most_posts_unanswered")
    if unanswered is None:
        return told
    reached = unanswered >= float(report.scenario.target.people)
    share = float(report.plan.frame.loc[reached, "weight"].sum())
    return f"{told} " + say(
        "Much hangs on whether prescribers orient more people where there are more posts: if they "
        "do not, the levers suffice with {share}.",
        share=percent(share),
    )


def _explanations() -> str:
    return say(
        "Nobody can be surer today: the figures of 2018 to 2020 fit several explanations of why "
        "people wait."
    )


def _span(report: Report) -> str:
    posts, needed = report.posts_there, report.orientations
    if not isfinite(posts.high):
        return say(
            "Depending on which is true, the target takes {low} posts and {least} today's "
            "orientations, or much more, or is out of reach.",
            low=reachable(posts.low, number),
            least=reachable(needed.low, factor),
        )
    return say(
        "By what they leave open (90 %) the target takes from {low} posts to {high}, and "
        "orientations of {least} to {most} today's.",
        low=number(posts.low),
        high=number(posts.high),
        least=factor(needed.low),
        most=factor(needed.high),
    )
