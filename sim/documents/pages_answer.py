"""The first page: what a reader who never saw the tool asks, answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite

from sim.documents.pages_certainty import HUNDREDS, certainty
from sim.documents.pages_parts import (
    PAYER_NAMES,
    PageTable,
    Pictures,
    in_millions,
    reachable,
)
from sim.documents.pages_pictures import certainty_picture, reached_picture
from sim.documents.pages_verdict import most_posts, verdict
from sim.documents.report import Report
from sim.documents.workbook_hours import hours_about
from sim.money.amounts import total
from sim.money.costs import TODAY
from sim.money.payers import ALL_PAYERS, ESF
from sim.observed_figures import observed
from sim.planning.frames import AFTER
from sim.present.numbers import day, factor, number, percent
from sim.territory import departement_names
from sim.words import say, to_say

TITLES = {
    "entries": to_say("{people} entries into accompagnement global in {year}: what it takes"),
    "people_supported": to_say("{people} people in accompagnement global in {year}: what it takes"),
}
MOST_NAMED = 5
REFERENCE = 2020


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
        certainty=certainty(report),
        pictures=Pictures([reached_picture(report), certainty_picture(report)]),
    )


def area(report: Report) -> str:
    """Where the plan is for, in words; empty for the whole country."""
    codes = report.scenario.territory.departements
    if codes == "all":
        return ""
    names = [name for code, name in departement_names().items() if code in codes]
    if len(names) > MOST_NAMED:
        return say("{count} départements", count=number(len(names)))
    return ", ".join(names)


def _subtitle(report: Report) -> str:
    where = area(report) or say("France as a whole")
    name = report.scenario.given.name or say(report.scenario.title)
    return say("Scenario: {name}. Area: {where}.", name=name, where=where)


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


def _posts(report: Report) -> Answer:
    question = say("How many posts does it take?")
    if report.posts_wanted is None:
        lines = [
            say("No number up to {most} is enough with {asked}.", most=most_posts(report),
                asked=percent(report.probability)),
            say("{today} today.", today=number(report.there(report.posts_today))),
        ]  # fmt: skip
        return Answer("posts", question, say("out of reach"), lines)
    wanted, today = report.there(report.posts_wanted), report.there(report.posts_today)
    lines = [
        say("funded posts; {today} today, so {more} more.", today=number(today),
            more=number(wanted - today))
        if wanted > today
        else say("funded posts; {today} today are enough.", today=number(today)),
        say("Enough with a probability of {asked}, if the orientations are there.",
            asked=percent(report.probability)),
    ]  # fmt: skip
    if report.part_of_a_country:
        lines.append(
            say(
                "In the area planned for; {posts} in the whole country.",
                posts=number(report.posts_wanted),
            )
        )
    return Answer("posts", question, number(wanted), lines)


def _orientations(report: Report) -> Answer:
    question, needed = say("How many orientations does it take?"), report.orientations.asked
    if not isfinite(needed):
        return Answer(
            "orientations", question, say("out of reach"),
            [say("No number looked at is enough with {asked}.", asked=percent(report.probability))],
        )  # fmt: skip
    lines = [
        say(
            "today's orientations, of about {today} people a year as things go on.",
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
    question, last = say("By when?"), report.year + AFTER[-1]
    start = report.scenario.posts.hiring_start
    if report.posts_wanted is None:
        told = say("There is no day by which enough posts are hired, with this probability.")
        return Answer("when", question, say("out of reach"), [told])
    lines = [
        say("all posts hired at the latest.")
        if report.hired_by
        else say("not all posts are hired by then, with this probability."),
        say("Hiring starts on {start}, up to {hires} a month.", start=day(start),
            hires=number(report.hiring["hires"].max())),
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
    question, found = say("At what cost?"), report.budget
    if found is None:
        lines = [_no_budget(report), *_cost_in_reach(report)]
        return Answer("cost", question, say("out of reach"), lines)
    year = report.year
    lines = [
        say("gross in {year}, of which {today} for the posts there already.", year=year,
            today=in_millions(_of_today(report))),
        say("{total} from {first} to {last}.",
            total=in_millions(found.total),
            first=found.years[0], last=found.years[-1]),
    ]  # fmt: skip
    lines.append(
        say("Social workers' time is not in it: about {hours} more in {year}, mostly the "
            "départements'.", hours=in_millions(Decimal(round(hours_about(report)))), year=year)
    )  # fmt: skip
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


def _cost_in_reach(report: Report) -> list[str]:
    """What the highest probability in reach takes and costs; nothing where none is."""
    found = report.money.surest
    if found is None:
        return []
    return [
        say(
            "With {share}, the highest in reach: {posts} posts, {cost} for a year of them and of "
            "the levers planned.",
            share=percent(found.probability),
            posts=number(found.there),
            cost=in_millions(found.cost),
        )
    ]


def _payers(report: Report) -> Answer:
    question, found = say("Who pays?"), report.budget
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
        lines.append(say("The ESF pays until the end of {year}.", year=found.esf_until))
    by_esf = found.paid_by(ESF, year)
    headline = say("{share} by the ESF", share=percent(float(by_esf / gross)))
    return Answer("payers", question, headline, lines)


def _sure(report: Report) -> Answer:
    question, these = say("How sure is it?"), report.sure_of_these_posts
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
