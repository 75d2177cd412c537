"""An answer of the panel in words and with its picture, as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from sim.parameters import POSTERIOR
from sim.planner.answer import Answer
from sim.planner.picture import picture
from sim.present.numbers import number, percent, span
from sim.present.targets import counted
from sim.reading_fits import readings
from sim.words import say

MARK = "agsim-mark"
WARNED = "<p class='agsim-warned'>{}</p>"
MOSTLY = 2.0  # times as much as by the other
LEAST_GAIN = 0.1  # percent for one percent: less is nothing


def reading_title(name: str) -> str:
    """All draws together, or a label of the draws with what it says."""
    if name == POSTERIOR:
        return say("all draws together")
    return say("{name}: {title}", name=name, title=say(readings()[name].title))


def mark(answer: Answer) -> str:
    """'emulated ± x', or 'simulated'."""
    if answer.simulated:
        return say("simulated")
    return say("emulated ± {off}", off=number(answer.off(answer.measure)))


def binds(answer: Answer) -> str:
    """Which of posts and orientations more people would come from."""
    posts, orientations = answer.more_posts, answer.more_orientations
    if max(posts, orientations) < LEAST_GAIN:
        told = say("Neither posts nor orientations alone bring more.")
    elif posts > MOSTLY * orientations:
        told = say("Posts bind: places are missing, not people.")
    elif orientations > MOSTLY * posts:
        told = say("Orientations bind: people are missing, not places.")
    else:
        told = say("Posts and orientations bind together: neither is enough alone.")
    gains = say(
        "At the same orientations one percent more posts bring {posts} % more {what}; at the same "
        "posts one percent more orientations bring {orientations} % (emulated).",
        posts=number(posts, 1),
        orientations=number(orientations, 1),
        what=counted(answer.measure),
    )
    return f"{told} {gains}"


def told(answer: Answer, own: float, warned: Sequence[str] = ()) -> str:
    """The whole answer; `own`: what the scenario's own plan gives, `warned`: of what to beware."""
    choices = answer.choices
    headline = say(
        "{count} {what} in {year}",
        count=number(answer.mean(answer.measure)),
        what=counted(answer.measure),
        year=choices.year,
    )
    chance = say(
        "The target of {people} is reached with a probability of {share} ({draws} draws).",
        people=number(choices.people),
        share=percent(answer.probability),
        draws=len(answer.drawn),
    )
    kind = "simulated" if answer.simulated else "emulated"
    return (
        f"<div class='agsim-answer'><div class='agsim-headline'>{escape(headline)} "
        f"<span class='{MARK} agsim-{kind}'>{escape(mark(answer))}</span></div>"
        f"<div>{escape(_ranged(answer, answer.measure, 0))}</div><p>{escape(chance)}</p>"
        f"{''.join(WARNED.format(escape(each)) for each in warned)}"
        f"{picture(answer, own)}"
        f"{_table(answer)}<p>{escape(binds(answer))}</p>"
        f"<p class='agsim-more'>{escape(meaning(answer))}</p></div>"
    )


def _table(answer: Answer) -> str:
    """What else the plan gives, and what it takes."""
    choices, load = answer.choices, answer.mean("load")
    ceiling = say("ceiling: {ceiling}", ceiling=number(answer.ceiling))
    if load > answer.ceiling:
        ceiling = say("above the ceiling of {ceiling}", ceiling=number(answer.ceiling))
    places = number(float(answer.drawn.weights @ answer.places), 1)
    least, most = (number(end, 1) for end in (answer.places.min(), answer.places.max()))
    rows = [
        (
            say("Entry delay"),
            say("{days} days", days=number(answer.mean("entry_delay"), 1)),
            _ranged(answer, "entry_delay", 1),
        ),
        (
            say("People per portfolio in service"),
            number(load, 1),
            _ranged(answer, "load", 1) + say("; ") + ceiling,
        ),
        (
            say("Places per portfolio"),
            places,
            say("by draw {span}", span=span(least, most)),
        ),
        (
            say("Funded posts"),
            number(choices.posts),
            say("{today} today", today=number(answer.today)),
        ),
    ]
    cells = "".join(
        f"<tr><td>{escape(what)}</td><td class='agsim-value'>{escape(value)}</td>"
        f"<td class='agsim-more'>{escape(more)}</td></tr>"
        for what, value, more in rows
    )
    return f"<table>{cells}</table>"


def meaning(answer: Answer) -> str:
    """What the mark means."""
    if answer.simulated:
        return say(
            "Every draw was simulated once with exactly these choices. With other random numbers "
            "the mean would move by up to {off}, nine times of ten.",
            off=number(answer.off(answer.measure)),
        )
    return say(
        "Emulated by mean flows. ±: nine times of ten the simulated mean lies as near as that, "
        "{measure} of the {what}, {load} of the load, {delay} of the delay.",
        measure=percent(answer.off_share(answer.measure), 1),
        what=counted(answer.measure),
        load=percent(answer.off_share("load"), 1),
        delay=percent(answer.off_share("entry_delay"), 1),
    )


def _ranged(answer: Answer, measure: str, digits: int) -> str:
    band = answer.band(measure)
    if band is None:
        return say("too few draws for an interval")
    return say("90 % of the draws: {span}", span=span(*(number(end, digits) for end in band)))
