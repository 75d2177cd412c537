"""A plan under readings in words: the answer with its band, and what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sim.planning.plan import Plan
from sim.planning.search import reached
from sim.planning.world import Answer
from sim.present.numbers import number, plain, span
from sim.present.targets import counted
from sim.words import say


def _band(values: list[float], show: Callable[[float], str]) -> str:
    low, high = show(min(values)), show(max(values))
    return low if low == high else span(low, high)


def _two(value: float) -> str:
    return plain(value, 2)


def readings_in_words(plan: Plan) -> list[str]:
    """The answer in a few sentences, with its band and what it rests on."""
    target = plan.scenario.target
    found = plan.answers
    sized = [each for each in found if each.sizing is not None]
    if not sized:
        return [
            say(
                "{people} {what} in {year} are out of reach under every reading tried, with any "
                "posts and orientations searched.",
                people=number(target.people),
                what=counted(target.measure),
                year=target.year,
            )
        ]
    sentences = [
        say(
            "{people} {what} in {year} take {posts} funded posts ({today} today) AND {needed} "
            "times today's orientations, of which posts bring a part: × {to_find} is left to find.",
            people=number(target.people),
            what=counted(target.measure),
            year=target.year,
            posts=_band([each.sizing.posts for each in sized if each.sizing], number),
            today=_band([each.today_posts for each in sized], number),
            needed=_band([each.needed for each in sized], _two),
            to_find=_band([each.to_find for each in sized], _two),
        )
    ]
    if plan.levers:
        sentences += _levers_in_words(plan, sized)
    missing = [each.reading for each in found if each.sizing is None]
    if missing:
        sentences.append(
            say("No sizing point was found under: {readings}.", readings=", ".join(missing))
        )
    return sentences


def _levers_in_words(plan: Plan, sized: Sequence[Answer]) -> list[str]:
    target = plan.scenario.target
    most = _band([each.most_posts for each in sized], number)
    brought = say(
        "With central effects the levers bring × {orientations}.",
        orientations=_band([each.levers.multiplier for each in sized if each.levers], _two),
    )
    enough = [
        say(
            "{reading} ({posts} posts)",
            reading=each.reading,
            posts=number(each.levers.least_posts),
        )
        for each in sized
        if each.levers and each.levers.suffices
    ]
    suffice = (
        say(
            "They suffice, with up to {most} posts, under: {readings}.",
            most=most,
            readings=", ".join(enough),
        )
        if enough
        else say("They do not suffice under any reading, with up to {most} posts.", most=most)
    )
    unanswered = [
        reached(each.at_most_unanswered, target) for each in sized if each.at_most_unanswered
    ]
    return [
        f"{brought} {suffice}",
        say(
            "If prescribers do not respond to new posts (ε = 0), the levers reach {people} {what} "
            "at most, with {most} posts.",
            people=_band(unanswered, number),
            what=counted(target.measure),
            most=most,
        ),
    ]
