"""What the levers do, in words and tables: the answer first."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from math import isnan
from re import sub
from textwrap import fill
from typing import TYPE_CHECKING

from sim.planning.attributed import Attribution, Group
from sim.planning.combinations import SHORT
from sim.planning.lever_runs import DELAY, FACILITATION, intensity
from sim.planning.saturation import (
    COSTS,
    IN_FULL,
    MORE_HERE,
    NEARLY_NOTHING,
    NOTHING,
    PARTLY,
    SATURATED,
    SATURATING,
)
from sim.present.levers_tables import (
    amount,
    digits_of,
    picked,
    tables,
    titled,
    what_is_asked,
    whole,
)
from sim.present.numbers import number, percent
from sim.present.posterior_text import BRACKETS, interval
from sim.present.split_text import split_clause
from sim.present.tables import NARROW

if TYPE_CHECKING:
    import pandas as pd

NO_BREAK = "\u00a0"


def in_words(found: Attribution) -> list[str]:
    """The answer in a few sentences."""
    sentences = [_brought(found)]
    if len(found.question.levers) > 1:
        sentences += [_shared(found), _claim(found)]
    if found.question.measure == "entries" and DELAY in found.question.levers:
        sentences.append(_through_delays(found))
    return sentences


def _levers_named(found: Attribution) -> str:
    levers = found.question.levers
    named = {1: titled(levers[0]), 5: "All five levers"}
    return named.get(len(levers), f"The {len(levers)} levers")


def _brought(found: Attribution) -> str:
    asked, table = found.question, found.together
    return (
        f"{_levers_named(found)}: {amount(found, table, what='more')} {what_is_asked(found)} "
        f"({number(asked.today_posts)} today), on top of "
        f"{amount(found, table, signed=False, what='none')} without any; "
        f"{amount(found, table, signed=False, what='all')} in all."
    )


def _shared(found: Attribution) -> str:
    """Shapley shares, the largest first, by the first group."""
    shares = found.shares[found.shares["what"] == "share"]
    mine = shares[shares["reading"] == found.groups[0].label]
    order = mine.sort_values("value", ascending=False, kind="stable")["lever"]
    named = ", ".join(
        f"{titled(name).lower()} {amount(found, shares, lever=name)}" for name in order
    )
    return f"Shared out (Shapley): {named}."


def _claim(found: Attribution) -> str:
    """The claim that they work particularly when activated together, with its numbers."""
    table = found.together

    def told(what: str) -> str:
        return amount(found, table, what=what)

    ratio = told("ratio")
    against = (
        f"together they bring {ratio} of the sum of each alone ({told('sum_of_alone')})"
        if ratio != "-"
        else f"each alone, summed, they bring {told('sum_of_alone')}: too little for a ratio"
    )
    built = f"effects multiply {told('composition')}"
    if FACILITATION in found.question.levers:
        built += f"; facilitation acts only through the others {told('facilitation')}"
    return (
        f"“Particularly when activated together” (2021): {against}, a difference of "
        f"{told('together')}. Built in, so assumed and not found: {told('built_in')} ({built}). "
        f"Emerging from queues, patience and the floor of delays: {told('emergent')}, "
        f"{_sign_of_emergence(found)}."
    )


def _sign_of_emergence(found: Attribution) -> str:
    rows = [picked(found.together, reading=group.label, what="emergent") for group in whole(found)]
    lows = [row["value"] if isnan(row["low"]) else row["low"] for row in rows]
    highs = [row["value"] if isnan(row["high"]) else row["high"] for row in rows]
    if min(lows) > 0:
        return "which rewards using them together"
    if max(highs) < 0:
        return "which takes a part back: they bring people to the same places"
    return "whose sign is open"


def _through_delays(found: Attribution) -> str:
    table = found.delays
    patience, fewer = (
        amount(found, table, signed=signed, what=what)
        for what, signed in (("through_patience", True), ("fewer_give_up", False))
    )
    answer = table[table["what"] == "response"]["value"].abs().max()
    only = (
        "Shorter entry delays, alone, add entries only through patience: "
        f"{patience} ({fewer} fewer give up)"
    )
    if answer == 0:
        return f"{only}; prescribers are assumed not to respond."
    return (
        f"{only}, and as far as prescribers respond to them, an assumption: "
        f"{amount(found, table, what='response')}."
    )


Verdict = Callable[[str, str, str, str], str]
VERDICTS: dict[str, Verdict] = {
    NOTHING: lambda here, plenty, share, most: f"brings nothing, here or with {most} posts",
    SATURATED: lambda here, plenty, share, most: f"brings nearly nothing here ({here})",
    PARTLY: lambda here, plenty, share, most: (
        f"{here} here, {share} of the {plenty} that it brings with {most} posts"
    ),
    IN_FULL: lambda here, plenty, share, most: (
        f"{here} here, {share} of the {plenty} that it brings with {most} posts: not held back"
        if share != "100 %"
        else f"{here} here, as much as with {most} posts: not held back"
    ),
    MORE_HERE: lambda here, plenty, share, most: (
        f"{here} here, where places are scarce, and {plenty} with {most} posts"
    ),
    COSTS: lambda here, plenty, share, most: f"takes away: {here} here, {plenty} with {most} posts",
}


def on_top(found: Attribution, group: Group) -> list[str]:
    """One line a lever: what it does on top of the others, here and with plentiful posts."""
    lines = []
    rows = found.saturation
    most = number(found.question.most_posts)
    for _, row in rows[rows["reading"] == group.label].iterrows():
        nan = float("nan")
        here, plenty = (interval(row[key], nan, nan, 0, True) for key in ("here", "plenty"))
        share = percent(row["here"] / row["plenty"]) if row["plenty"] else "-"
        told = VERDICTS[row["verdict"]](here, plenty, share, most)
        if row["verdict"] == SATURATED:
            told += (
                f" until places exceed about {number(round(row['onset_places'], -2))}, those of "
                f"{number(row['onset_posts'])} funded posts; {plenty} with {most} posts"
            )
        if row["lever"] == FACILITATION and _nothing_alone(found):
            told += "; alone nothing, for it acts only through the others"
        lines.append(f"{titled(row['lever'])}: {told}.")
    return lines


def _nothing_alone(found: Attribution) -> bool:
    rows = found.shares
    alone = rows[(rows["lever"] == FACILITATION) & (rows["what"] == "alone")]
    return bool((alone["value"] == 0).all())


def _on_top_parts(found: Attribution) -> list[tuple[str, list[str]]]:
    """Headings and lines of what each lever does on top of the others."""
    if found.question.measure not in SATURATING:
        return []
    several = len(whole(found)) > 1
    heading = "On top of the others" if len(found.question.levers) > 1 else "On its own"
    return [
        (f"{heading}, {group.label}" if several else heading, on_top(found, group))
        for group in whole(found)
    ]


def caveats(found: Attribution) -> list[str]:
    """What the reader must know before using the numbers."""
    asked, design = found.question, found.question.design
    notes = [
        "Alone: the only lever. Last in: on top of all others. Shapley share: the mean over all "
        "orders in which they may come; the shares sum to what all bring.",
        "Lever effects are assumptions with wide ranges"
        + (
            ". The shared target is relative to 2020, which already holds part of the target "
            "signed in 2019: the two overlap."
            if "shared_target" in asked.levers
            else "."
        ),
        "Emergent: what is left where effects add up instead of multiplying, without "
        "facilitation. Built in: the rest, which follows from the effects assumed.",
        f"Intensities: {_intensities(found)}. Plentiful posts are {number(asked.most_posts)}, "
        "three times today's or those asked for if more.",
    ]
    if asked.scenario.posts.most_hires_per_month is not None:
        notes.append("The scenario's limit on hires holds for plentiful posts too: they come late.")
    if asked.scenario.posts.later:
        notes.append("Posts are those at the end of hiring; posts.later changes them after that.")
    if found.onsets:
        notes.append(_about_onsets(found))
    if design.posterior is None:
        notes.append(
            "The readings are corners of what three annual figures allow, not probabilities; "
            "no mean of them is meant. Parts of shares, and pairs: ask for a single reading."
        )
        notes.append(_noise(found))
    else:
        notes += [BRACKETS.strip(), _noise(found), *_on_draws(found)]
    runs = f"{design.replications} replication(s) each, seed {asked.seed}, engine {asked.engine}"
    notes.append(
        f"{len(asked.points)} runs a draw or reading and replication on common random numbers, "
        f"{runs}; {split_clause(asked.scenario)}."
    )
    return [each for each in notes if each]


def _about_onsets(found: Attribution) -> str:
    shares = [each.share for each in found.onsets.values()]
    ends = sorted(
        {percent(min(shares)).removesuffix(" %"), percent(max(shares)).removesuffix(" %")}
    )
    most = max(each.draws for each in found.onsets.values())
    return (
        f"Nearly nothing: less than {percent(NEARLY_NOTHING)} of what the lever brings with "
        "plentiful posts. The places where it reaches that were looked for with the fluid "
        f"approximation and checked by simulation on {most} run(s): {' to '.join(ends)} % there."
    )


def _intensities(found: Attribution) -> str:
    own = {name: intensity(found.question.scenario, name) for name in found.question.levers}
    if len(set(own.values())) == 1:
        return f"{next(iter(own.values())):g}"
    return ", ".join(f"{SHORT[name]} {value:g}" for name, value in own.items())


def _noise(found: Attribution) -> str:
    """The largest noise of what is shown; that it is unknown with one replication."""
    if found.question.design.replications == 1:
        return "With one replication a draw or reading the simulation's noise is not known" + (
            ": the brackets hold both." if found.question.design.posterior is not None else "."
        )
    labels = [group.label for group in whole(found)]

    def largest(frame: pd.DataFrame, what: str) -> str:
        rows = frame[frame["reading"].isin(labels) & (frame["what"] == what)]
        return number(rows["half_width"].max(), 2 if digits_of(rows["unit"].iloc[0]) else 0)

    return (
        "Simulation noise (95 %, not in the brackets) at most: what all bring "
        f"±{largest(found.together, 'more')}, a share ±{largest(found.shares, 'share')}, what "
        f"emerges ±{largest(found.together, 'emergent')}."
    )


def _on_draws(found: Attribution) -> list[str]:
    design = found.question.design
    sample = design.posterior
    assert sample is not None
    draws = sample.first(design.draws)
    notes = [
        f"{len(draws)} of {len(sample)} draws of the posterior {sample.fingerprint[:12]}; the "
        "columns after the first are the draws that behave like a reading, with their weight."
    ]
    if not draws.tell_an_interval:
        notes.append(
            f"{len(draws)} draws (as good as {draws.effective:.0f} of equal weight) are too few "
            "for an interval of 90 %: run 10 or more."
        )
    paths = sample.overridden(design.scenarios[next(iter(design.scenarios))])
    if paths:
        notes.append(
            f"The draws were calibrated with other values of {', '.join(paths)}: a what-if, not a "
            "calibrated projection."
        )
    return notes


def attribution_text(found: Attribution) -> str:
    """The whole answer as text."""
    title = f"What the levers do: {what_is_asked(found)}"
    said = "\n".join(_wrapped(each) for each in in_words(found))
    on_top_of_others = "\n\n".join(
        heading + "\n" + "\n".join(_item(each) for each in lines)
        for heading, lines in _on_top_parts(found)
    )
    shown = "\n\n".join(table.text() for table in tables(found))
    notes = "\n".join(_item(each) for each in caveats(found))
    parts = [title, said, on_top_of_others, shown, notes]
    return "\n\n".join(part for part in parts if part)


def _item(text: str) -> str:
    return _wrapped(text, "- ")


def _wrapped(text: str, mark: str = "") -> str:
    """Lines of a text; numbers are not broken at the spaces between their thousands."""
    kept = sub(r"(?<=\d) (?=\d{3}\b)|(?<=×) (?=\d)", NO_BREAK, text)
    lines = fill(kept, NARROW, initial_indent=mark, subsequent_indent=" " * len(mark))
    return lines.replace(NO_BREAK, " ")


def attribution_html(found: Attribution) -> str:
    """The whole answer as HTML."""
    said = "".join(f"<p>{escape(each)}</p>" for each in in_words(found))

    def listed(lines: list[str]) -> str:
        return "<ul>" + "".join(f"<li>{escape(each)}</li>" for each in lines) + "</ul>"

    tops = "".join(
        f"<p><b>{escape(heading)}</b></p>{listed(lines)}" for heading, lines in _on_top_parts(found)
    )
    return said + tops + "".join(each.html() for each in tables(found)) + listed(caveats(found))
