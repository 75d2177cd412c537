"""Tables of what the levers do, and how their numbers are written."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from sim.parameters import POSTERIOR
from sim.planning.attributed import Attribution, Group
from sim.planning.combinations import SHORT
from sim.present.measures_text import first_capital, named
from sim.present.numbers import number, percent, span
from sim.present.posterior_text import interval
from sim.present.tables import Table, in_blocks
from sim.words import say, to_say

if TYPE_CHECKING:
    import pandas as pd

TOGETHER = (
    ("none", to_say("Without any lever")),
    ("all", to_say("With all of them")),
    ("more", to_say("They bring")),
    ("sum_of_alone", to_say("  sum of each alone")),
    ("ratio", to_say("  together, of that sum")),
    ("together", to_say("  together, beyond it")),
    ("composition", to_say("    built in: effects multiply")),
    ("facilitation", to_say("    built in: facilitation")),
    ("emergent", to_say("    emerges from the flow")),
)
LEVELS = ("none", "all")
DRAWS = to_say("posterior")
WIDE_RANGES = to_say("Lever effects are assumptions with wide ranges.")


def digits_of(unit: str) -> int | None:
    """Digits after the point of a measure's values; None: a share."""
    if unit == "factor":
        return 2
    if unit == "share":
        return None
    return 1 if unit == "days" else 0


def titled(lever: str) -> str:
    """A lever's name as a line begins with it."""
    return first_capital(lever_named(lever))


def lever_named(lever: str) -> str:
    """A lever's name within a sentence."""
    return say(lever.replace("_", " "))


def written(row: pd.Series, signed: bool = True) -> str:
    """A row's value [low; high]; × for factors."""
    factor = row["unit"] == "factor"
    if factor and isnan(row["value"]):
        return "-"
    text = interval(
        row["value"], row["low"], row["high"], digits_of(row["unit"]), signed and not factor
    )
    return f"× {text}" if factor else text


def picked(frame: pd.DataFrame, **keys: str) -> pd.Series:
    """The one row with these entries."""
    for key, value in keys.items():
        frame = frame[frame[key] == value]
    (row,) = (row for _, row in frame.iterrows())
    return row


def whole(found: Attribution) -> list[Group]:
    """All draws together, or the readings."""
    return [group for group in found.groups if group.whole]


def amount(found: Attribution, frame: pd.DataFrame, signed: bool = True, **keys: str) -> str:
    """A number with its interval; of readings the band from the least to the most."""
    rows = [picked(frame, reading=group.label, **keys) for group in whole(found)]
    if len(rows) == 1:
        return written(rows[0], signed)
    ends = sorted(rows, key=lambda row: float(row["value"]))
    low, high = (written(end.copy(), signed) for end in (ends[0], ends[-1]))
    return low if low == high else span(low, high.removeprefix("× "))


def what_is_asked(found: Attribution) -> str:
    """The measure, the year, the posts."""
    asked = found.question
    return say(
        "{measure} in {year} with {posts} funded posts",
        measure=named(asked.measure),
        year=asked.year,
        posts=number(asked.posts),
    )


def tables(found: Attribution) -> list[Table]:
    """All together, then by lever; of a single reading also the shares' parts and the pairs."""
    parts = _together_tables(found)
    for group in whole(found):
        under = f", {group.label}" if len(whole(found)) > 1 else ""
        parts += _levers_tables(found, group, say("By lever") + under)
        if len(found.question.levers) > 1 and len(whole(found)) == 1:
            parts.append(_parts_table(found, group, say("What the shares are made of")))
            parts += _pairs_tables(found, group, say("Pairs: beyond each of the two"))
    return parts


def _together_tables(found: Attribution) -> list[Table]:
    single = len(found.question.levers) == 1
    shown = [each for each in TOGETHER if not single or each[0] in {*LEVELS, "more"}]
    rows = [
        [
            say(label),
            *(
                written(picked(found.together, reading=group.label, what=what), what not in LEVELS)
                for group in found.groups
            ),
        ]
        for what, label in shown
    ]
    headings = [_group_heading(group) for group in found.groups]
    return in_blocks(first_capital(what_is_asked(found)), ["", *headings], rows)


def _group_heading(group: Group) -> str:
    if group.whole:
        return say(DRAWS) if group.label == POSTERIOR else group.label
    return f"{group.label} ({percent(group.weight)})"


def _levers_tables(found: Attribution, group: Group, title: str) -> list[Table]:
    kinds = (("alone", say("alone")), ("last_in", say("last in")), ("share", say("Shapley share")))
    rows = [
        [
            titled(lever),
            *(
                written(picked(found.shares, reading=group.label, lever=lever, what=kind))
                for kind, _ in kinds
            ),
        ]
        for lever in found.question.levers
    ]
    return in_blocks(title, ["", *(heading for _, heading in kinds)], rows)


def _mean(row: pd.Series) -> str:
    return interval(row["value"], float("nan"), float("nan"), digits_of(row["unit"]), signed=True)


def _parts_table(found: Attribution, group: Group, title: str) -> Table:
    kinds = (
        ("alone", say("alone")),
        ("composition", say("+ multiplying")),
        ("facilitation", say("+ facilitation")),
        ("emergent", say("+ emergent")),
        ("share", say("= share")),
    )
    rows = [
        [
            titled(lever),
            *(
                _mean(picked(found.shares, reading=group.label, lever=lever, what=kind))
                for kind, _ in kinds
            ),
        ]
        for lever in found.question.levers
    ]
    return Table(title, [say("means"), *(heading for _, heading in kinds)], rows)


def _pairs_tables(found: Attribution, group: Group, title: str) -> list[Table]:
    kinds = (
        ("alone_together", say("no others")),
        ("interaction", say("mean over others")),
    )
    mine = found.pairs[found.pairs["reading"] == group.label]
    emergent = {
        (row["lever"], row["other"]): written(row)
        for _, row in mine[mine["what"] == "emergent"].iterrows()
    }
    rows = []
    for _, row in mine[mine["what"] == "interaction"].iterrows():
        pair = {"lever": row["lever"], "other": row["other"]}
        rows.append(
            [
                f"{say(SHORT[row['lever']])} + {say(SHORT[row['other']])}",
                *(written(picked(mine, what=kind, **pair)) for kind, _ in kinds),
                emergent.get((row["lever"], row["other"]), "-"),
            ]
        )
    return in_blocks(title, ["", *(heading for _, heading in kinds), say("emergent")], rows)
