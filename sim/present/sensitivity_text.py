"""What a plan hangs on, in words and tables."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from math import isnan
from typing import Any

import numpy as np
import pandas as pd

from sim.planning.sensitivity import LEVERS_SUFFICE, Sensitivity
from sim.present.numbers import number, percent
from sim.present.tables import Table, wrapped

MOST_ROWS = 10
SIDE = {
    "posts": "posts",
    "orientations_needed": "orientations",
    "orientations_to_find": "left to find",
    "levers_bring": "levers bring",
    LEVERS_SUFFICE: "levers suffice",
    "levers_margin": "levers' margin",
}


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as plain mappings."""
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def named(path: str) -> str:
    """A parameter's path as one reads it."""
    section, _, rest = path.partition(".")
    return f"{section}: {rest.replace('_', ' ').replace('.', ', ')}" if rest else path


def _value(side: str, value: float) -> str:
    return number(value) if side == "posts" else f"× {value:.2f}"


def in_words(found: Sensitivity) -> list[str]:
    """What decides each side, what to measure first, which plan bears not knowing."""
    said = []
    for side, told in (("posts", "The posts"), ("orientations_to_find", "What is left to find")):
        top = found.variance.sort_values(side, ascending=False)
        parts = [
            f"{named(row['parameter'])} ({percent(row[side])})"
            for row in rows_of(top.head(3))
            if row[side] > found.variance_by_chance[side]
        ]
        said.append(
            f"{told} hang most on {'; '.join(parts)} of the variance."
            if parts
            else f"{told} hang on no single parameter."
        )
    for measurable, told in ((True, "Of what can be counted"), (False, "Of all parameters")):
        for side in ("posts", "orientations_to_find"):
            best = found.value[
                (found.value["side"] == side) & (found.value["measurable"] == measurable)
            ].sort_values("share", ascending=False)
            if best.empty:
                continue
            row = rows_of(best)[0]
            what = "posts" if side == "posts" else "orientations left to find"
            said.append(
                f"{told}, {named(row['know'])} is worth most for the P80 of {what}: it saves "
                f"{percent(max(row['share'], 0.0))} of what not knowing costs, and the P80 would "
                f"be {_value(side, row['expected_p80'])} on average instead of "
                f"{_value(side, row['p80'])}."
                if row["share"] > found.value_by_chance[side]
                else f"{told}, nothing by itself is worth more than chance for the P80 of {what}."
            )
    crossing = [row for row in rows_of(found.thresholds) if not isnan(row["at"])]
    if crossing:
        row = crossing[0]
        rising = row["high"] > row["low"]
        said.append(
            f"All levers suffice with more than 50 % where {named(row['parameter'])} is "
            f"{'above' if rising else 'below'} {row['at']:.3g} ({percent(row['low'])} at its low "
            f"end, {percent(row['high'])} at its high end)."
        )
    least = rows_of(found.choices)[0]
    said.append(
        f"The choice with the least regret: {number(least['posts'])} posts with {least['label']}: "
        f"{number(least['mean'])} posts of regret on average, {number(least['worst_reading'])} "
        f"under the worst reading; it reaches the target with {percent(least['probability'])}."
    )
    bearable = rows_of(found.choices.sort_values("worst_reading"))[0]
    if (bearable["posts"], bearable["levers"]) != (least["posts"], least["levers"]):
        said.append(
            f"The one that bears every reading best: {number(bearable['posts'])} posts with "
            f"{bearable['label']}: {number(bearable['worst_reading'])} posts of regret under the "
            f"worst reading, {number(bearable['mean'])} on average."
        )
    return said


def variance_table(found: Sensitivity) -> Table:
    """Shares of the variance of each output by parameter, the largest first."""
    outputs = [name for name in found.variance.columns if name != "parameter"]
    beyond = found.variance[outputs] - pd.Series(found.variance_by_chance)
    ordered = found.variance.assign(most=beyond.max(axis=1)).sort_values("most", ascending=False)
    told = ordered[ordered["most"] > 0]
    rows = [
        [
            named(row["parameter"]),
            *(_share(row[name], found.variance_by_chance[name]) for name in outputs),
        ]
        for row in rows_of(told.head(MOST_ROWS))
    ]
    level = max(found.variance_by_chance.values())
    return Table(
        "What each side hangs on: share of its variance that goes where one is known",
        ["", *(SIDE[name] for name in outputs)],
        rows,
        note="First-order, from the draws of the plan, as they hang together. A dot: no more than "
        "what a number without meaning shows in one case of a hundred (up to "
        f"{percent(level)} with so many draws); of so many parameters one may pass by chance.",
    )


def _share(value: float, by_chance: float) -> str:
    return percent(value) if value > by_chance else "·"


def sobol_table(found: Sensitivity) -> Table | None:
    """First and total Sobol indices of independent groups."""
    indices = found.sobol
    if indices is None:
        return None
    rows = [
        [named(group)]
        + [
            f"{_index(indices.first[o, g])} / {_index(indices.total[o, g])}"
            for o in range(len(indices.outputs))
        ]
        for g, group in enumerate(indices.groups)
    ]
    error = max(
        float(np.nanmax(indices.first_high - indices.first_low)),
        float(np.nanmax(indices.total_high - indices.total_low)),
    )
    return Table(
        "Sobol indices of independent groups: first / total",
        ["", *(SIDE[name] for name in indices.outputs)],
        rows,
        note=f"By the fluid approximation, {indices.samples} base samples; widest 90 % bootstrap "
        f"interval ± {error / 2:.2f}. Off the simulated sizing points of {indices.compared} draws "
        f"by {_off(indices.off)} (root mean square); {percent(indices.missing)} of the samples had "
        "none and count as the median. posts: their log. left to find: beside what posts bring. "
        "levers' margin: log of what all levers bring less log of what is left to find.",
    )


def _off(off: Mapping[str, float]) -> str:
    return ", ".join(f"{percent(value, 1)} ({SIDE[side]})" for side, value in off.items())


def _index(value: float) -> str:
    return f"{max(value, 0.0):.2f}"


def value_table(found: Sensitivity) -> Table:
    """What knowing one thing is worth, by side, the most first."""
    rows = []
    for side, told in (("posts", "POSTS"), ("orientations_to_find", "ORIENTATIONS LEFT TO FIND")):
        part = found.value[found.value["side"] == side].sort_values("share", ascending=False)
        rows.append([told, "", "", ""])
        least = found.value_by_chance[side]
        shown = [row for row in rows_of(part) if row["share"] > least][: MOST_ROWS - 3]
        if not shown:
            rows.append(["nothing by itself, beyond chance", "", "", ""])
        rows += [
            [
                f"{named(row['know'])}{' *' if row['measurable'] else ''}",
                percent(row["share"]),
                _value(side, row["expected_p80"]),
                _value(side, row["p80"]),
            ]
            for row in shown
        ]
    return Table(
        "What to measure first",
        ["to know", "saves of the loss", "P80 then, on average", "P80 now"],
        rows,
        note="* can be counted as it stands. Loss: four parts for every unit too few, one for "
        "every unit too many, which the P80 minimises; judged on draws that had no part in the "
        "choice.",
    )


def choices_table(found: Sensitivity) -> Table:
    """Choices of posts and levers by their regret."""
    labels = [name for name in found.choices.columns if name.startswith("regret ")]
    what = found.plan.scenario.target.measure.replace("_", " ")
    rows = [
        [
            f"{number(row['posts'])} posts, {row['label']}",
            number(row["mean"]),
            number(row["p95"]),
            *(number(row[name]) for name in labels),
            percent(row["probability"]),
        ]
        for row in rows_of(found.choices.head(MOST_ROWS))
    ]
    return Table(
        "Which plan bears not knowing: regret in posts",
        ["", "mean", "95 %", *(name.removeprefix("regret ") for name in labels), "target met"],
        rows,
        note="Regret: posts, levers and missing entries, counted in posts, beyond the best plan of "
        f"the draw. One of {what} short of the target counts {found.worth:g} times what an entry "
        f"costs today, a lever {found.regrets.lever:g} posts (both assumptions: --worth, --lever).",
    )


def turning_table(found: Sensitivity) -> Table | None:
    """Where the preferred choice changes."""
    rows = [
        [
            named(row["parameter"]),
            f"{row['changes_at']:.3g}" if not isnan(row["changes_at"]) else "-",
            f"{number(row['posts_at_low'])}, {row['levers_at_low']}",
            f"{number(row['posts_at_high'])}, {row['levers_at_high']}",
            number(row["saved"], 1),
        ]
        for row in rows_of(found.turning_points.head(6))
        if (row["posts_at_low"], row["levers_at_low"])
        != (row["posts_at_high"], row["levers_at_high"])
    ]
    if not rows:
        return None
    return Table(
        "Where the preferred plan changes",
        ["if this were known", "at", "below: posts, levers", "above: posts, levers", "saves posts"],
        rows,
        note="Preferred: least cost on average over the draws near the value.",
    )


def tables(found: Sensitivity) -> list[Table]:
    """All tables."""
    some = [
        variance_table(found), sobol_table(found), value_table(found), choices_table(found),
        turning_table(found),
    ]  # fmt: skip
    return [each for each in some if each is not None]


def notes(found: Sensitivity) -> list[str]:
    """What the reader must know before using the numbers."""
    return [
        f"From {len(found.weights)} draws of the plan; with so few, shares below a few percent and "
        "small differences between choices are chance.",
        "What a choice reaches is read from what was simulated at the sizing point and with three "
        "times today's posts, not simulated again.",
    ]


def sensitivity_text(found: Sensitivity) -> str:
    """The whole answer as text."""
    said = "\n".join(wrapped(each) for each in in_words(found))
    drawn = "\n\n".join(each.text() for each in tables(found))
    told = "\n".join(wrapped(each, "- ") for each in notes(found))
    return f"{said}\n\n{drawn}\n\n{told}"


def sensitivity_html(found: Sensitivity) -> str:
    """The whole answer as HTML."""
    said = "".join(f"<p>{escape(each)}</p>" for each in in_words(found))
    drawn = "".join(each.html() for each in tables(found))
    told = "".join(f"<li>{escape(each)}</li>" for each in notes(found))
    return f"{said}{drawn}<ul>{told}</ul>"
