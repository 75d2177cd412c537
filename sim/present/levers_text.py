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
from sim.planning.lever_runs import BETWEEN_LEVERS, DELAY, FACILITATION, intensity
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
from sim.present.posterior_text import BRACKETS, interval
from sim.present.tables import NARROW, Table, in_blocks, number, percent

if TYPE_CHECKING:
    import pandas as pd

TOGETHER = (
    ("none", "Without any lever"),
    ("all", "With all of them"),
    ("more", "They bring"),
    ("sum_of_alone", "  sum of each alone"),
    ("ratio", "  together, of that sum"),
    ("together", "  together, beyond it"),
    ("composition", "    built in: effects multiply"),
    ("facilitation", "    built in: facilitation"),
    ("emergent", "    emerges from the flow"),
)
LEVELS = ("none", "all")
NO_BREAK = "\u00a0"


def digits_of(unit: str) -> int | None:
    """Digits after the point of a measure's values; None: a share."""
    if unit == "factor":
        return 2
    if unit == "share":
        return None
    return 1 if unit == "days" else 0


def titled(lever: str) -> str:
    """A lever's name as one reads it."""
    return lever.replace("_", " ").capitalize()


def combination_title(levers: str) -> str:
    """The heading of a combination in few words."""
    return " + ".join(SHORT[name] for name in levers.split(BETWEEN_LEVERS)) if levers else "none"


def _written(row: pd.Series, signed: bool = True) -> str:
    """A row's value [low; high]; × for factors."""
    factor = row["unit"] == "factor"
    if factor and isnan(row["value"]):
        return "-"
    text = interval(
        row["value"], row["low"], row["high"], digits_of(row["unit"]), signed and not factor
    )
    return f"× {text}" if factor else text


def _picked(frame: pd.DataFrame, **keys: str) -> pd.Series:
    """The one row with these entries."""
    for key, value in keys.items():
        frame = frame[frame[key] == value]
    (row,) = (row for _, row in frame.iterrows())
    return row


def _whole(found: Attribution) -> list[Group]:
    return [group for group in found.groups if group.whole]


def amount(found: Attribution, frame: pd.DataFrame, signed: bool = True, **keys: str) -> str:
    """A number with its interval; of readings the band from the least to the most."""
    rows = [_picked(frame, reading=group.label, **keys) for group in _whole(found)]
    if len(rows) == 1:
        return _written(rows[0], signed)
    ends = sorted(rows, key=lambda row: float(row["value"]))
    low, high = (_written(end.copy(), signed) for end in (ends[0], ends[-1]))
    return low if low == high else f"{low} to {high.removeprefix('× ')}"


def what_is_asked(found: Attribution) -> str:
    """The measure, the year, the posts."""
    asked = found.question
    measure = asked.measure.replace("_", " ")
    return f"{measure} in {asked.year} with {number(asked.posts)} funded posts"


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
        if "-" not in ratio
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
    rows = [
        _picked(found.together, reading=group.label, what="emergent") for group in _whole(found)
    ]
    lows = [row["value"] if isnan(row["low"]) else row["low"] for row in rows]
    highs = [row["value"] if isnan(row["high"]) else row["high"] for row in rows]
    if min(lows) > 0:
        return "which rewards using them together"
    if max(highs) < 0:
        return "which takes a part back: they bring people to the same places"
    return "of either sign"


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
    several = len(_whole(found)) > 1
    heading = "On top of the others" if len(found.question.levers) > 1 else "On its own"
    return [
        (f"{heading}, {group.label}" if several else heading, on_top(found, group))
        for group in _whole(found)
    ]


def tables(found: Attribution) -> list[Table]:
    """By reading together, then by lever, then by pair."""
    parts = _together_tables(found)
    for group in _whole(found):
        suffix = f", {group.label}" if len(_whole(found)) > 1 else ""
        parts.append(_levers_table(found, group, f"By lever{suffix}"))
        if len(found.question.levers) > 1:
            parts.append(_parts_table(found, group, f"What the shares are made of{suffix}"))
            parts.append(_pairs_table(found, group, f"Pairs: beyond each of the two{suffix}"))
    return parts


def _together_tables(found: Attribution) -> list[Table]:
    single = len(found.question.levers) == 1
    shown = [each for each in TOGETHER if not single or each[0] in {*LEVELS, "more"}]
    rows = [
        [
            label,
            *(
                _written(
                    _picked(found.together, reading=group.label, what=what), what not in LEVELS
                )
                for group in found.groups
            ),
        ]
        for what, label in shown
    ]
    headings = [_group_heading(group) for group in found.groups]
    title = f"{what_is_asked(found)[0].upper()}{what_is_asked(found)[1:]}"
    return in_blocks(title, ["", *headings], rows)


def _group_heading(group: Group) -> str:
    if group.whole:
        return group.label
    return f"{group.label} ({percent(group.weight)})"


def _levers_table(found: Attribution, group: Group, title: str) -> Table:
    kinds = (("alone", "alone"), ("last_in", "last in"), ("share", "Shapley share"))
    rows = [
        [
            titled(lever),
            *(
                _written(_picked(found.shares, reading=group.label, lever=lever, what=kind))
                for kind, _ in kinds
            ),
        ]
        for lever in found.question.levers
    ]
    return Table(title, ["", *(heading for _, heading in kinds)], rows)


def _mean(row: pd.Series) -> str:
    return interval(row["value"], float("nan"), float("nan"), digits_of(row["unit"]), signed=True)


def _parts_table(found: Attribution, group: Group, title: str) -> Table:
    kinds = (
        ("alone", "alone"),
        ("composition", "+ multiplying"),
        ("facilitation", "+ facilitation"),
        ("emergent", "+ emergent"),
        ("share", "= share"),
    )
    rows = [
        [
            titled(lever),
            *(
                _mean(_picked(found.shares, reading=group.label, lever=lever, what=kind))
                for kind, _ in kinds
            ),
        ]
        for lever in found.question.levers
    ]
    return Table(title, ["means", *(heading for _, heading in kinds)], rows)


def _pairs_table(found: Attribution, group: Group, title: str) -> Table:
    kinds = (("alone_together", "no others"), ("interaction", "mean over others"))
    mine = found.pairs[found.pairs["reading"] == group.label]
    emergent = {
        (row["lever"], row["other"]): _written(row)
        for _, row in mine[mine["what"] == "emergent"].iterrows()
    }
    rows = []
    for _, row in mine[mine["what"] == "interaction"].iterrows():
        pair = {"lever": row["lever"], "other": row["other"]}
        rows.append(
            [
                f"{SHORT[row['lever']]} + {SHORT[row['other']]}",
                *(_written(_picked(mine, what=kind, **pair)) for kind, _ in kinds),
                emergent.get((row["lever"], row["other"]), "-"),
            ]
        )
    return Table(title, ["", *(heading for _, heading in kinds), "emergent"], rows)


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
    if found.onsets:
        notes.append(_about_onsets(found))
    if design.posterior is None:
        notes.append(
            "The readings are corners of what three annual figures allow, not probabilities; "
            "no mean of them is meant."
        )
        notes.append(_noise(found))
    else:
        notes += [BRACKETS.strip(), _noise(found), *_on_draws(found)]
    runs = f"{design.replications} replication(s) each, seed {asked.seed}, engine {asked.engine}"
    notes.append(
        f"{len(asked.points)} runs a draw or reading and replication on common random numbers, "
        f"{runs}; the split of the country over départements is synthetic."
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
    labels = [group.label for group in _whole(found)]

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
