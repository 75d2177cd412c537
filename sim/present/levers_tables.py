"""Tables of what the levers do, and how their numbers are written."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from sim.planning.attributed import Attribution, Group
from sim.planning.combinations import SHORT
from sim.present.numbers import number, percent
from sim.present.posterior_text import interval
from sim.present.tables import Table, in_blocks

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
    return low if low == high else f"{low} to {high.removeprefix('× ')}"


def what_is_asked(found: Attribution) -> str:
    """The measure, the year, the posts."""
    asked = found.question
    measure = asked.measure.replace("_", " ")
    return f"{measure} in {asked.year} with {number(asked.posts)} funded posts"


def tables(found: Attribution) -> list[Table]:
    """All together, then by lever; of a single reading also the shares' parts and the pairs."""
    parts = _together_tables(found)
    for group in whole(found):
        suffix = f", {group.label}" if len(whole(found)) > 1 else ""
        parts += _levers_tables(found, group, f"By lever{suffix}")
        if len(found.question.levers) > 1 and len(whole(found)) == 1:
            parts.append(_parts_table(found, group, f"What the shares are made of{suffix}"))
            parts += _pairs_tables(found, group, f"Pairs: beyond each of the two{suffix}")
    return parts


def _together_tables(found: Attribution) -> list[Table]:
    single = len(found.question.levers) == 1
    shown = [each for each in TOGETHER if not single or each[0] in {*LEVELS, "more"}]
    rows = [
        [
            label,
            *(
                written(picked(found.together, reading=group.label, what=what), what not in LEVELS)
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


def _levers_tables(found: Attribution, group: Group, title: str) -> list[Table]:
    kinds = (("alone", "alone"), ("last_in", "last in"), ("share", "Shapley share"))
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
                _mean(picked(found.shares, reading=group.label, lever=lever, what=kind))
                for kind, _ in kinds
            ),
        ]
        for lever in found.question.levers
    ]
    return Table(title, ["means", *(heading for _, heading in kinds)], rows)


def _pairs_tables(found: Attribution, group: Group, title: str) -> list[Table]:
    kinds = (("alone_together", "no others"), ("interaction", "mean over others"))
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
                f"{SHORT[row['lever']]} + {SHORT[row['other']]}",
                *(written(picked(mine, what=kind, **pair)) for kind, _ in kinds),
                emergent.get((row["lever"], row["other"]), "-"),
            ]
        )
    return in_blocks(title, ["", *(heading for _, heading in kinds), "emergent"], rows)
