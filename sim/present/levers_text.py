"""What the levers do, in words and tables: the answer first."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from math import isnan
from re import sub
from textwrap import fill
from typing import TYPE_CHECKING

from sim.levers import NAMES
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
    WIDE_RANGES,
    amount,
    digits_of,
    lever_named,
    picked,
    tables,
    titled,
    what_is_asked,
    whole,
)
from sim.present.measures_text import first_capital
from sim.present.numbers import number, percent, significant, span
from sim.present.posterior_text import BRACKETS, bare, interval, too_few, what_if
from sim.present.tables import NARROW
from sim.words import say, to_say

if TYPE_CHECKING:
    import pandas as pd

HELD = "\ue000"  # stands for a space at which no line may end, until lines are made


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
    if len(levers) == 1:
        return titled(levers[0])
    if len(levers) == len(NAMES):
        return first_capital(say("All five levers"))
    return say("The {count} levers", count=number(len(levers)))


def _brought(found: Attribution) -> str:
    table = found.together
    return say(
        "{levers}: {more} {what} ({today} today), on top of {none} without any; {all} in all.",
        levers=_levers_named(found),
        more=amount(found, table, what="more"),
        what=what_is_asked(found),
        today=number(found.question.today_posts),
        none=amount(found, table, signed=False, what="none"),
        all=amount(found, table, signed=False, what="all"),
    )


def _shared(found: Attribution) -> str:
    """Shapley shares, the largest first, by the first group."""
    shares = found.shares[found.shares["what"] == "share"]
    mine = shares[shares["reading"] == found.groups[0].label]
    order = mine.sort_values("value", ascending=False, kind="stable")["lever"]
    told = ", ".join(f"{lever_named(name)} {amount(found, shares, lever=name)}" for name in order)
    return say("Shared out (Shapley): {shares}.", shares=told)


RATIO = to_say(
    "“Particularly when activated together” (2021): together they bring {ratio} of the sum of "
    "each alone ({sum}), a difference of {difference}."
)
NO_RATIO = to_say(
    "“Particularly when activated together” (2021): each alone, summed, they bring {sum}: too "
    "little for a ratio, a difference of {difference}."
)
BUILT = to_say("Built in, so assumed and not found: {built_in} (effects multiply {composition}).")
BUILT_WITH_FACILITATION = to_say(
    "Built in, so assumed and not found: {built_in} (effects multiply {composition}; facilitation "
    "acts only through the others {facilitation})."
)
REWARDS = to_say(
    "Emerging from queues, patience and the floor of delays: {emergent}, which rewards using them "
    "together."
)
TAKES_BACK = to_say(
    "Emerging from queues, patience and the floor of delays: {emergent}, which takes a part back: "
    "they bring people to the same places."
)
OPEN = to_say(
    "Emerging from queues, patience and the floor of delays: {emergent}, whose sign is open."
)


def _claim(found: Attribution) -> str:
    """The claim that they work particularly when activated together, with its numbers."""

    def told(what: str) -> str:
        return amount(found, found.together, what=what)

    ratio = told("ratio")
    helped = FACILITATION in found.question.levers
    sentences = (
        say(
            NO_RATIO if ratio == "-" else RATIO,
            ratio=ratio,
            sum=told("sum_of_alone"),
            difference=told("together"),
        ),
        say(
            BUILT_WITH_FACILITATION if helped else BUILT,
            built_in=told("built_in"),
            composition=told("composition"),
            facilitation=told("facilitation") if helped else "",
        ),
        say(_sign_of_emergence(found), emergent=told("emergent")),
    )
    return " ".join(sentences)


def _sign_of_emergence(found: Attribution) -> str:
    rows = [picked(found.together, reading=group.label, what="emergent") for group in whole(found)]
    lows = [row["value"] if isnan(row["low"]) else row["low"] for row in rows]
    highs = [row["value"] if isnan(row["high"]) else row["high"] for row in rows]
    if min(lows) > 0:
        return REWARDS
    return TAKES_BACK if max(highs) < 0 else OPEN


def _through_delays(found: Attribution) -> str:
    table = found.delays
    patience, fewer = (
        amount(found, table, signed=signed, what=what)
        for what, signed in (("through_patience", True), ("fewer_give_up", False))
    )
    answer = table[table["what"] == "response"]["value"].abs().max()
    if answer == 0:
        return say(
            "Shorter entry delays, alone, add entries only through patience: {patience} ({fewer} "
            "fewer give up); prescribers are assumed not to respond.",
            patience=patience,
            fewer=fewer,
        )
    return say(
        "Shorter entry delays, alone, add entries only through patience: {patience} ({fewer} "
        "fewer give up), and as far as prescribers respond to them, an assumption: {response}.",
        patience=patience,
        fewer=fewer,
        response=amount(found, table, what="response"),
    )


VERDICTS: Mapping[str, str] = {
    NOTHING: to_say("brings nothing, here or with {most} posts"),
    SATURATED: to_say(
        "brings nearly nothing here ({here}) until places exceed about {places}, those of {posts} "
        "funded posts; {plenty} with {most} posts"
    ),
    PARTLY: to_say("{here} here, {share} of the {plenty} that it brings with {most} posts"),
    IN_FULL: to_say(
        "{here} here, {share} of the {plenty} that it brings with {most} posts: not held back"
    ),
    MORE_HERE: to_say("{here} here, where places are scarce, and {plenty} with {most} posts"),
    COSTS: to_say("takes away: {here} here, {plenty} with {most} posts"),
}
AS_MUCH = to_say("{here} here, as much as with {most} posts: not held back")


def on_top(found: Attribution, group: Group) -> list[str]:
    """One line a lever: what it does on top of the others, here and with plentiful posts."""
    rows = found.saturation
    return [_verdict(found, row) for _, row in rows[rows["reading"] == group.label].iterrows()]


def _verdict(found: Attribution, row: pd.Series) -> str:
    nan = float("nan")
    here, plenty = (interval(row[key], nan, nan, 0, True) for key in ("here", "plenty"))
    share = percent(row["here"] / row["plenty"]) if row["plenty"] else "-"
    as_much = row["verdict"] == IN_FULL and share == percent(1)
    saturated = row["verdict"] == SATURATED
    told = say(
        AS_MUCH if as_much else VERDICTS[row["verdict"]],
        here=here,
        plenty=plenty,
        share=share,
        most=number(found.question.most_posts),
        places=number(round(row["onset_places"], -2)) if saturated else "",
        posts=number(row["onset_posts"]) if saturated else "",
    )
    if row["lever"] == FACILITATION and _nothing_alone(found):
        told = say("{told}; alone nothing, for it acts only through the others", told=told)
    return say("{lever}: {told}.", lever=titled(row["lever"]), told=told)


def _nothing_alone(found: Attribution) -> bool:
    rows = found.shares
    alone = rows[(rows["lever"] == FACILITATION) & (rows["what"] == "alone")]
    return bool((alone["value"] == 0).all())


def _on_top_parts(found: Attribution) -> list[tuple[str, list[str]]]:
    """Headings and lines of what each lever does on top of the others."""
    if found.question.measure not in SATURATING:
        return []
    several = len(whole(found)) > 1
    heading = say("On top of the others") if len(found.question.levers) > 1 else say("On its own")
    return [
        (f"{heading}, {group.label}" if several else heading, on_top(found, group))
        for group in whole(found)
    ]


def caveats(found: Attribution) -> list[str]:
    """What the reader must know before using the numbers."""
    asked, design = found.question, found.question.design
    notes = [
        say(
            "Alone: the only lever. Last in: on top of all others. Shapley share: the mean over "
            "all orders in which they may come; the shares sum to what all bring."
        ),
        say(OVERLAP if "shared_target" in asked.levers else WIDE_RANGES),
        say(
            "Emergent: what is left where effects add up instead of multiplying, without "
            "facilitation. Built in: the rest, which follows from the effects assumed."
        ),
        say(
            "Intensities: {intensities}. Plentiful posts are {posts}, three times today's or those "
            "asked for if more.",
            intensities=_intensities(found),
            posts=number(asked.most_posts),
        ),
    ]
    if asked.scenario.posts.most_hires_per_month is not None:
        notes.append(
            say("The scenario's limit on hires holds for plentiful posts too: they come late.")
        )
    if asked.scenario.posts.later:
        notes.append(
            say("Posts are those at the end of hiring; posts.later changes them after that.")
        )
    if found.onsets:
        notes.append(_about_onsets(found))
    if design.posterior is None:
        notes += [_on_readings(), _noise(found)]
    else:
        notes += [say(BRACKETS), _noise(found), *_on_draws(found)]
    return [*notes, _what_ran(found)]


OVERLAP = to_say(
    "Lever effects are assumptions with wide ranges. The shared target is relative to 2020, which "
    "already holds part of the target signed in 2019: the two overlap."
)


def _on_readings() -> str:
    corners = say(
        "The readings are corners of what three annual figures allow, not probabilities; no mean "
        "of them is meant."
    )
    return f"{corners} {say('Parts of shares, and pairs: ask for a single reading.')}"


def _what_ran(found: Attribution) -> str:
    asked = found.question
    return say(
        "{runs} runs a draw or reading and replication on common random numbers, {replications} "
        "replication(s) each, seed {seed}, engine {engine}; the split of the country over "
        "départements is synthetic.",
        runs=number(len(asked.points)),
        replications=number(asked.design.replications),
        seed=asked.seed,
        engine=asked.engine,
    )


def _about_onsets(found: Attribution) -> str:
    shares = [each.share for each in found.onsets.values()]
    low, high = percent(min(shares)), percent(max(shares))
    return say(
        "Nearly nothing: less than {little} of what the lever brings with plentiful posts. The "
        "places where it reaches that were looked for with the fluid approximation and checked by "
        "simulation on {runs} run(s): {reached} there.",
        little=percent(NEARLY_NOTHING),
        runs=number(max(each.draws for each in found.onsets.values())),
        reached=low if low == high else span(bare(low), high),
    )


def _intensities(found: Attribution) -> str:
    own = {name: intensity(found.question.scenario, name) for name in found.question.levers}
    if len(set(own.values())) == 1:
        return significant(next(iter(own.values())))
    return ", ".join(f"{say(SHORT[name])} {significant(value)}" for name, value in own.items())


def _noise(found: Attribution) -> str:
    """The largest noise of what is shown; that it is unknown with one replication."""
    if found.question.design.replications == 1:
        if found.question.design.posterior is None:
            return say(
                "With one replication a draw or reading the simulation's noise is not known."
            )
        return say(
            "With one replication a draw or reading the simulation's noise is not known: the "
            "brackets hold both."
        )
    labels = [group.label for group in whole(found)]

    def largest(frame: pd.DataFrame, what: str) -> str:
        rows = frame[frame["reading"].isin(labels) & (frame["what"] == what)]
        return number(rows["half_width"].max(), 2 if digits_of(rows["unit"].iloc[0]) else 0)

    return say(
        "Simulation noise (95 %, not in the brackets) at most: what all bring ±{more}, a share "
        "±{share}, what emerges ±{emergent}.",
        more=largest(found.together, "more"),
        share=largest(found.shares, "share"),
        emergent=largest(found.together, "emergent"),
    )


def _on_draws(found: Attribution) -> list[str]:
    design = found.question.design
    sample = design.posterior
    assert sample is not None
    draws = sample.first(design.draws)
    notes = [
        say(
            "{draws} of {all} draws of the posterior {fingerprint}; the columns after the first "
            "are the draws that behave like a reading, with their weight.",
            draws=number(len(draws)),
            all=number(len(sample)),
            fingerprint=sample.fingerprint[:12],
        ),
        *too_few(draws),
    ]
    paths = sample.overridden(design.scenarios[next(iter(design.scenarios))])
    return [*notes, what_if(paths)] if paths else notes


def attribution_text(found: Attribution) -> str:
    """The whole answer as text."""
    title = say("What the levers do: {what}", what=what_is_asked(found))
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
    kept = sub(r"(?<=\d) (?=\d{3}\b)|(?<=×) (?=\d)", HELD, text)
    lines = fill(kept, NARROW, initial_indent=mark, subsequent_indent=" " * len(mark))
    return lines.replace(HELD, " ")


def attribution_html(found: Attribution) -> str:
    """The whole answer as HTML."""
    said = "".join(f"<p>{escape(each)}</p>" for each in in_words(found))

    def listed(lines: list[str]) -> str:
        return "<ul>" + "".join(f"<li>{escape(each)}</li>" for each in lines) + "</ul>"

    tops = "".join(
        f"<p><b>{escape(heading)}</b></p>{listed(lines)}" for heading, lines in _on_top_parts(found)
    )
    return said + tops + "".join(each.html() for each in tables(found)) + listed(caveats(found))
