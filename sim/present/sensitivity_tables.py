"""Tables of what a plan hangs on, what to measure first, and which plan bears not knowing."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from typing import Any

import numpy as np
import pandas as pd

from sim.planning.sensitivity import LEVERS_SUFFICE, Sensitivity
from sim.present.lever_names import combination, of_label
from sim.present.numbers import number, percent, plain, significant
from sim.present.parameter_names import named
from sim.present.tables import Table
from sim.present.targets import counted
from sim.words import say, to_say

MOST_ROWS = 10
SIDE = {
    "posts": to_say("posts"),
    "orientations_needed": to_say("orientations"),
    "orientations_to_find": to_say("left to find"),
    "levers_bring": to_say("levers bring"),
    LEVERS_SUFFICE: to_say("levers suffice"),
    "levers_margin": to_say("levers' margin"),
}
HEADINGS = {
    "posts": to_say("POSTS"),
    "orientations_to_find": to_say("ORIENTATIONS LEFT TO FIND"),
}


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as plain mappings."""
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def worded(side: str, value: float) -> str:
    """A value of a side: posts, or a multiplier of orientations."""
    return number(value) if side == "posts" else f"× {plain(value, 2)}"


def chosen(posts: float, levers: str) -> str:
    """A choice of posts and levers."""
    return say("{posts} posts, {levers}", posts=number(posts), levers=combination(levers))


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
    return Table(
        say("What each side hangs on: share of its variance that goes where one is known"),
        ["", *(say(SIDE[name]) for name in outputs)],
        rows,
        note=say(
            "First-order, from the draws of the plan, as they hang together. A dot: no more than "
            "what a number without meaning shows in one case of a hundred (up to {level} with so "
            "many draws); of so many parameters one may pass by chance.",
            level=percent(max(found.variance_by_chance.values())),
        ),
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
        say("Sobol indices of independent groups: first / total"),
        ["", *(say(SIDE[name]) for name in indices.outputs)],
        rows,
        note=say(
            "By the fluid approximation, {samples} base samples; widest 90 % bootstrap interval "
            "± {error}. Off the simulated sizing points of {compared} draws by {off} (root mean "
            "square); {missing} of the samples had none and count as the median. posts: their "
            "log. left to find: beside what posts bring. levers' margin: log of what all levers "
            "bring less log of what is left to find.",
            samples=indices.samples,
            error=plain(error / 2, 2),
            compared=indices.compared,
            off=_off(indices.off),
            missing=percent(indices.missing),
        ),
    )


def _off(off: Mapping[str, float]) -> str:
    return ", ".join(f"{percent(value, 1)} ({say(SIDE[side])})" for side, value in off.items())


def _index(value: float) -> str:
    return plain(max(value, 0.0), 2)


def value_table(found: Sensitivity) -> Table:
    """What knowing one thing is worth, by side, the most first."""
    rows = []
    for side, heading in HEADINGS.items():
        part = found.value[found.value["side"] == side].sort_values("share", ascending=False)
        rows.append([say(heading), "", "", ""])
        least = found.value_by_chance[side]
        shown = [row for row in rows_of(part) if row["share"] > least][: MOST_ROWS - 3]
        if not shown:
            rows.append([say("nothing by itself, beyond chance"), "", "", ""])
        rows += [
            [
                f"{named(row['know'])}{' *' if row['measurable'] else ''}",
                percent(row["share"]),
                worded(side, row["expected_p80"]),
                worded(side, row["p80"]),
            ]
            for row in shown
        ]
    return Table(
        say("What to measure first"),
        [say("to know"), say("saves of the loss"), say("P80 then, on average"), say("P80 now")],
        rows,
        note=say(
            "* can be counted as it stands. Loss: four parts for every unit too few, one for every "
            "unit too many, which the P80 minimises; judged on draws that had no part in the "
            "choice."
        ),
    )


def choices_table(found: Sensitivity) -> Table:
    """Choices of posts and levers by their regret."""
    labels = [name for name in found.choices.columns if name.startswith("regret ")]
    rows = [
        [
            chosen(row["posts"], row["levers"]),
            number(row["mean"]),
            number(row["p95"]),
            *(number(row[name]) for name in labels),
            percent(row["probability"]),
        ]
        for row in rows_of(found.choices.head(MOST_ROWS))
    ]
    return Table(
        say("Which plan bears not knowing: regret in posts"),
        ["", say("mean"), percent(0.95), *(name.removeprefix("regret ") for name in labels),
         say("target met")],
        rows,
        note=say(
            "Regret: posts, levers and missing entries, counted in posts, beyond the best plan of "
            "the draw. One of {what} short of the target counts {worth} times what an entry costs "
            "today, a lever {lever} posts (both assumptions: --worth, --lever).",
            what=counted(found.plan.scenario.target.measure),
            worth=significant(found.worth),
            lever=significant(found.regrets.lever),
        ),
    )  # fmt: skip


def turning_table(found: Sensitivity) -> Table | None:
    """Where the preferred choice changes."""
    rows = [
        [
            named(row["parameter"]),
            significant(row["changes_at"], 3) if not isnan(row["changes_at"]) else "-",
            f"{number(row['posts_at_low'])}, {of_label(row['levers_at_low'])}",
            f"{number(row['posts_at_high'])}, {of_label(row['levers_at_high'])}",
            number(row["saved"], 1),
        ]
        for row in rows_of(found.turning_points.head(6))
        if (row["posts_at_low"], row["levers_at_low"])
        != (row["posts_at_high"], row["levers_at_high"])
    ]
    if not rows:
        return None
    return Table(
        say("Where the preferred plan changes"),
        [say("if this were known"), say("at"), say("below: posts, levers"),
         say("above: posts, levers"), say("saves posts")],
        rows,
        note=say("Preferred: least cost on average over the draws near the value."),
    )  # fmt: skip


def tables(found: Sensitivity) -> list[Table]:
    """All tables."""
    some = [
        variance_table(found), sobol_table(found), value_table(found), choices_table(found),
        turning_table(found),
    ]  # fmt: skip
    return [each for each in some if each is not None]
