"""The first page: what a reader who never saw the tool asks, answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import inf, isfinite

import numpy as np

from sim.documents.pages_parts import (
    PAYER_NAMES,
    PageTable,
    Pictures,
    Row,
    in_millions,
    levers_named,
    reachable,
)
from sim.documents.pages_pictures import certainty_picture, reached_picture
from sim.documents.report import Floats, Report
from sim.money.amounts import total
from sim.money.costs import TODAY
from sim.money.payers import ALL_PAYERS, ESF
from sim.observed import observed
from sim.planning.certainty import LEVELS, least_enough
from sim.planning.frames import AFTER
from sim.planning.plan import DRAWS
from sim.present.numbers import day, factor, number, percent, plain
from sim.present.plan_draws_text import whole
from sim.present.targets import counted
from sim.territory import departements
from sim.words import say, to_say

TITLES = {
    "entries": to_say("{people} entries into accompagnement global in {year}: what it takes"),
    "people_supported": to_say("{people} people in accompagnement global in {year}: what it takes"),
}
MOST_NAMED = 5
REFERENCE = 2020
FEWEST = 50
HUNDREDS = -2


@dataclass(frozen=True)
class Answer:
    """A question of the reader's, the answer in one figure, and what belongs to it."""

    key: str
    question: str
    headline: str
    lines: Sequence[str]


@dataclass(frozen=True)
class FirstPage:
    """Everything on the first page, in its order."""

    title: str
    subtitle: str
    scheme: str
    verdict: Sequence[str]
    answers: Sequence[Answer]
    certainty: PageTable
    pictures: Pictures


def first_page(report: Report) -> FirstPage:
    """The first page of a report."""
    target = report.scenario.target
    return FirstPage(
        title=say(TITLES[target.measure], people=number(target.people), year=target.year),
        subtitle=_subtitle(report),
        scheme=_scheme(),
        verdict=verdict(report),
        answers=[
            _posts(report),
            _orientations(report),
            _when(report),
            _cost(report),
            _payers(report),
            _sure(report),
        ],
        certainty=_certainty(report),
        pictures=Pictures([reached_picture(report), certainty_picture(report)]),
    )


def aim(report: Report) -> str:
    """The target in words: '200 000 entries'."""
    target = report.scenario.target
    return f"{number(target.people)} {counted(target.measure)}"


def most_posts(report: Report) -> int:
    """The most posts that were looked at."""
    return max(each.most_posts for each in report.plan.answers)


def area(report: Report) -> str:
    """Where the plan is for, in words; empty for the whole country."""
    codes = report.scenario.territory.departements
    if codes == "all":
        return ""
    names = [each.name for each in departements() if each.code in codes]
    if len(names) > MOST_NAMED:
        return say("{count} départements", count=number(len(names)))
    return ", ".join(names)


def _subtitle(report: Report) -> str:
    where = area(report) or say("France as a whole")
    return say("Plan: {title}. Area: {where}.", title=report.scenario.title, where=where)


def _scheme() -> str:
    series = observed()
    return say(
        "Accompagnement global is intensive support for job seekers who have social and "
        "professional difficulties at once: a dedicated Pôle emploi counsellor, who holds one "
        "portfolio of such people and nothing else, and a social worker accompany each person "
        "together. In {year}, {entries} people entered it, with {portfolios} portfolios.",
        year=REFERENCE,
        entries=number(series["entries"].values[REFERENCE]),
        portfolios=number(series["portfolios_in_december"].values[REFERENCE]),
    )


def verdict(report: Report) -> list[str]:
    """What to remember: what it takes, what the levers bring of it, why nobody can be surer."""
    told = [_what_it_takes(report), _what_levers_bring(report), _why_not_surer(report)]
    draws = report.plan.draws
    assert draws is not None
    if draws.effective < FEWEST:
        told.append(
            say(
                "A first look only: with {draws} draws every probability here may be far off. A "
                "plan to decide by takes {full}.",
                draws=len(draws),
                full=DRAWS,
            )
        )
    return told


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
        "Reaching {aim} in {year} with a probability of {asked} takes {posts} funded posts "
        "({today} today) and {times} times today's orientations. Both are needed at once: posts "
        "without orientations stay empty, orientations without posts wait.",
        aim=aim(report),
        year=year,
        asked=asked,
        posts=number(report.posts_wanted),
        today=number(report.posts_today),
        times=plain(report.orientations.asked, 2),
    )


def any_posts(report: Report) -> float:
    """The probability that some number of posts is enough, if orientations are found."""
    frame = report.plan.frame
    there = frame["posts"].map(isfinite)
    return float(frame.loc[there, "weight"].sum() / frame["weight"].sum())


def _what_levers_bring(report: Report) -> str:
    alone, most = percent(report.posts_alone_suffice.probability), number(most_posts(report))
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
        "The levers ({levers}) bring the orientations with a probability of {suffice}, with up to "
        "{most} posts; posts alone, without levers, with {alone}.",
        levers=levers_named(report.plan.levers),
        suffice=percent(suffice),
        most=most,
        alone=alone,
    )
    if these is not None:
        told += " " + say(
            "With the {posts} posts and the levers the target is reached with {these}.",
            posts=number(report.posts_wanted or 0),
            these=percent(these.probability),
        )
    if suffice < asked:
        told += " " + say(
            "To be as sure as asked, orientations must be found beyond what the levers are "
            "thought to bring."
        )
    return told


def _why_not_surer(report: Report) -> str:
    posts, needed = report.posts, report.orientations
    told = say(
        "Nobody can be surer today: the figures of 2018 to 2020 fit several explanations of why "
        "people wait. By what they leave open (90 %) the target takes from {low} posts to {high}, "
        "and orientations of {least} to {most} today's.",
        low=reachable(posts.low, number),
        high=reachable(posts.high, number),
        least=reachable(needed.low, factor),
        most=reachable(needed.high, factor),
    )
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


def _posts(report: Report) -> Answer:
    question = say("How many posts?")
    if report.posts_wanted is None:
        lines = [
            say("No number up to {most} is enough with {asked}.", most=number(most_posts(report)),
                asked=percent(report.probability)),
            say("{today} today.", today=number(report.posts_today)),
        ]  # fmt: skip
        return Answer("posts", question, say("out of reach"), lines)
    more = report.posts_wanted - report.posts_today
    lines = [
        say("funded posts; {today} today, so {more} more.", today=number(report.posts_today),
            more=number(more))
        if more > 0
        else say("funded posts; {today} today are enough.", today=number(report.posts_today)),
        say("Enough with {asked} where the orientations are there too.",
            asked=percent(report.probability)),
    ]  # fmt: skip
    if not whole(report.plan):
        lines.append(
            say(
                "In the whole country; {there} of them in the area planned for.",
                there=number(report.posts_there.asked),
            )
        )
    return Answer("posts", question, number(report.posts_wanted), lines)


def _orientations(report: Report) -> Answer:
    question, needed = say("How many orientations?"), report.orientations.asked
    if not isfinite(needed):
        return Answer(
            "orientations", question, say("out of reach"),
            [say("No number looked at is enough with {asked}.", asked=percent(report.probability))],
        )  # fmt: skip
    lines = [
        say(
            "today's: about {people} people proposed for it in {year}, instead of {today}.",
            people=number(round(report.orientations_a_year.asked, HUNDREDS)),
            year=report.year,
            today=number(round(report.orientations_today, HUNDREDS)),
        ),
        say("Left to find beside what posts bring: {factor}.",
            factor=reachable(report.to_find.asked, factor)),
    ]  # fmt: skip
    if "levers_bring" in report.at_sizing.index:
        brought = float(report.at_sizing["mean"]["levers_bring"])
        lines.append(say("The levers bring {factor} on average.", factor=factor(brought)))
    return Answer("orientations", question, factor(needed), lines)


def _when(report: Report) -> Answer:
    question, last = say("When?"), report.year + AFTER[-1]
    start = report.scenario.posts.hiring_start
    if report.posts_wanted is None:
        told = say("There is no day by which enough posts are hired, with this probability.")
        return Answer("when", question, say("out of reach"), [told])
    lines = [
        say("all posts hired at the latest; hiring starts on {start}, up to {hires} a month.",
            start=day(start), hires=number(report.hiring["hires"].max()))
    ]  # fmt: skip
    if report.scenario.target.measure == "entries":
        lines.append(
            say("The first twelve months that reach the target begin on {day}.",
                day=day(report.reached_from))
            if report.reached_from
            else say("No twelve months reach the target by the end of {last}, with this "
                     "probability.", last=last)
        )  # fmt: skip
    headline = day(report.hired_by) if report.hired_by else say("after {last}", last=last)
    return Answer("when", question, headline, lines)


def _cost(report: Report) -> Answer:
    question, found = say("For how much?"), report.budget
    if found is None:
        return Answer("cost", question, say("out of reach"), [_no_budget(report)])
    year = report.year
    lines = [
        say("gross in {year}, of which {today} for the posts there already.", year=year,
            today=in_millions(_of_today(report))),
        say("{total} from {first} to {last}.",
            total=in_millions(found.total),
            first=found.years[0], last=found.years[-1]),
    ]  # fmt: skip
    if found.redeployed(year):
        lines.insert(1, say("Net of redeployed posts: {net}.", net=in_millions(found.net(year))))
    else:
        lines.insert(1, say("No post is redeployed, so net is gross."))
    return Answer("cost", question, in_millions(found.gross(year)), lines)


def _of_today(report: Report) -> Decimal:
    assert report.budget is not None
    sums = report.budget.sums("year", "of")
    mine = sums[(sums["year"] == report.year) & (sums["of"] == TODAY)]
    return total(mine["amount"])


def _no_budget(report: Report) -> str:
    return say(
        "Where no number of posts is enough with {asked}, there is no budget for it.",
        asked=percent(report.probability),
    )


def _payers(report: Report) -> Answer:
    question, found = say("Paid by whom?"), report.budget
    if found is None:
        return Answer("payers", question, say("out of reach"), [_no_budget(report)])
    year = report.year
    gross = found.gross(year)
    parts = [(payer, found.paid_by(payer, year)) for payer in ALL_PAYERS]
    lines = [
        say("{payer}: {amount} ({share})", payer=say(PAYER_NAMES[payer]),
            amount=in_millions(amount), share=percent(float(amount / gross), 1))
        for payer, amount in parts
        if amount
    ]  # fmt: skip
    if found.esf_until is not None:
        lines.append(say("The ESF pays to the end of {year}.", year=found.esf_until))
    by_esf = found.paid_by(ESF, year)
    headline = say("{share} by the ESF", share=percent(float(by_esf / gross)))
    return Answer("payers", question, headline, lines)


def _sure(report: Report) -> Answer:
    question, these = say("How sure?"), report.sure_of_these_posts
    levers, alone = report.levers_suffice, report.posts_alone_suffice
    lines = []
    if these is None:
        headline = percent(levers.probability)
    else:
        headline = percent(these.probability)
        lines.append(
            say("with these posts and all levers of the plan.")
            if report.plan.levers
            else say("with these posts and no lever.")
        )
    if report.plan.levers:
        lines.append(
            say(
                "Levers suffice with some number of posts: {share} ({low} to {high}).",
                share=percent(levers.probability),
                low=percent(levers.low),
                high=percent(levers.high),
            )
        )
    lines.append(
        say(
            "Posts alone suffice: {share} ({low} to {high}).",
            share=percent(alone.probability),
            low=percent(alone.low),
            high=percent(alone.high),
        )
    )
    return Answer("sure", question, headline, lines)


def _certainty(report: Report) -> PageTable:
    """Both sides and the cost at each probability, beside what there is today."""
    levels = sorted({*LEVELS, report.probability})
    blank = "–"

    def of_levels(by_level: dict[float, float], asked: float) -> list[float]:
        return [by_level.get(level, asked) for level in levels]

    posts, people = report.posts, report.orientations_a_year
    rows = [
        Row(say("Posts to fund"), [
            number(report.posts_today),
            *(reachable(each, number) for each in of_levels(posts.by_level, posts.asked))]),
        Row(say("Orientations in {year}", year=report.year), [
            number(round(report.orientations_today, HUNDREDS)),
            *(reachable(each, lambda value: number(round(value, HUNDREDS)))
              for each in of_levels(people.by_level, people.asked))]),
        Row(say("of today's"), [
            factor(1.0),
            *(reachable(each, factor) for each in
              of_levels(report.orientations.by_level, report.orientations.asked))], "part"),
        Row(say("left to find beside posts"), [
            blank,
            *(reachable(each, factor) for each in
              of_levels(report.to_find.by_level, report.to_find.asked))], "part"),
        Row(say("Gross cost in {year}", year=report.year), [
            in_millions(report.money.cost(report.posts_today, ())),
            *(_gross(report, level) for level in levels)]),
    ]  # fmt: skip
    if report.plan.levers:
        least = _least_with_levers(report)
        told = [reachable(least_enough(*least, level), number) for level in levels]
        label = say("Posts with which the levers alone bring the orientations")
        rows.insert(1, Row(label, [blank, *told], "part"))
    heads = [say("enough with {share}", share=percent(level)) for level in levels]
    return PageTable(
        say("How much for how much certainty"), ["", say("today"), *heads], rows,
        say(
            "The numbers of a row are each for itself. Cost: posts and all levers of the plan; "
            "today: today's posts for a year, at the prices of {year}.", year=report.year,
        ) if report.plan.levers else "",
    )  # fmt: skip


def _gross(report: Report, level: float) -> str:
    found = report.budget if level == report.probability else report.money.budgets.get(level)
    return say("out of reach") if found is None else in_millions(found.gross(report.year))


def _least_with_levers(report: Report) -> tuple[Floats, Floats]:
    """Least posts with all levers in every draw, infinite where none are enough; weights."""
    frame = report.plan.frame
    least = frame["least_posts_with_levers"].fillna(inf).to_numpy(dtype=np.float64)
    return least, frame["weight"].to_numpy()
