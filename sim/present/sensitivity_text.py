"""What a plan hangs on, in words; its tables are in `sensitivity_tables`."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from math import isnan
from typing import Any

from sim.planning.sensitivity import Sensitivity
from sim.present.lever_names import combination
from sim.present.numbers import number, percent, significant
from sim.present.parameter_names import named
from sim.present.sensitivity_tables import rows_of, tables, worded
from sim.present.tables import wrapped
from sim.words import say, to_say

HANG = {
    "posts": to_say("The posts hang most on {parameters} of the variance."),
    "orientations_to_find": to_say(
        "What is left to find hang most on {parameters} of the variance."
    ),
}
HANG_ON_NOTHING = {
    "posts": to_say("The posts hang on no single parameter."),
    "orientations_to_find": to_say("What is left to find hang on no single parameter."),
}
AMONG = {True: to_say("Of what can be counted"), False: to_say("Of all parameters")}
OF_SIDE = {"posts": to_say("posts"), "orientations_to_find": to_say("orientations left to find")}


def in_words(found: Sensitivity) -> list[str]:
    """What decides each side, what to measure first, which plan bears not knowing."""
    said = [_hangs_on(found, side) for side in HANG]
    said += [_to_know(found, countable, side) for countable in AMONG for side in HANG]
    return [*(each for each in said if each), *_threshold(found), *_choices(found)]


def _hangs_on(found: Sensitivity, side: str) -> str:
    top = found.variance.sort_values(side, ascending=False)
    parts = [
        say("{parameter} ({share})", parameter=named(row["parameter"]), share=percent(row[side]))
        for row in rows_of(top.head(3))
        if row[side] > found.variance_by_chance[side]
    ]
    return (
        say(HANG[side], parameters=say("; ").join(parts)) if parts else say(HANG_ON_NOTHING[side])
    )


def _to_know(found: Sensitivity, countable: bool, side: str) -> str:
    """What it is worth most to know for a side; empty where there is nothing to choose from."""
    best = found.value[
        (found.value["side"] == side) & (found.value["measurable"] == countable)
    ].sort_values("share", ascending=False)
    if best.empty:
        return ""
    row = rows_of(best)[0]
    if row["share"] <= found.value_by_chance[side]:
        return say(
            "{among}, nothing by itself is worth more than chance for the P80 of {what}.",
            among=say(AMONG[countable]),
            what=say(OF_SIDE[side]),
        )
    return say(
        "{among}, {parameter} is worth most for the P80 of {what}: it saves {share} of what not "
        "knowing costs, and the P80 would be {expected} on average instead of {now}.",
        among=say(AMONG[countable]),
        parameter=named(row["know"]),
        what=say(OF_SIDE[side]),
        share=percent(max(row["share"], 0.0)),
        expected=worded(side, row["expected_p80"]),
        now=worded(side, row["p80"]),
    )


def _threshold(found: Sensitivity) -> list[str]:
    """From where on the levers suffice with more than one half."""
    crossing = [row for row in rows_of(found.thresholds) if not isnan(row["at"])]
    if not crossing:
        return []
    row = crossing[0]
    values = {
        "parameter": named(row["parameter"]),
        "at": significant(row["at"], 3),
        "low": percent(row["low"]),
        "high": percent(row["high"]),
    }
    if row["high"] > row["low"]:
        return [
            say(
                "All levers suffice with more than 50 % where {parameter} is above {at} ({low} at "
                "its low end, {high} at its high end).",
                **values,
            )
        ]
    return [
        say(
            "All levers suffice with more than 50 % where {parameter} is below {at} ({low} at its "
            "low end, {high} at its high end).",
            **values,
        )
    ]


def _choices(found: Sensitivity) -> list[str]:
    """The choice with the least regret, and the one that bears every reading best."""
    least = rows_of(found.choices)[0]
    said = [
        say(
            "The choice with the least regret: {posts} posts with {levers}: {mean} posts of regret "
            "on average, {worst} under the worst reading; it reaches the target with "
            "{probability}.",
            probability=percent(least["probability"]),
            **_regret(least),
        )
    ]
    bearable = rows_of(found.choices.sort_values("worst_reading"))[0]
    if (bearable["posts"], bearable["levers"]) != (least["posts"], least["levers"]):
        said.append(
            say(
                "The one that bears every reading best: {posts} posts with {levers}: {worst} posts "
                "of regret under the worst reading, {mean} on average.",
                **_regret(bearable),
            )
        )
    return said


def _regret(row: Mapping[str, Any]) -> dict[str, str]:
    return {
        "posts": number(row["posts"]),
        "levers": combination(row["levers"]),
        "mean": number(row["mean"]),
        "worst": number(row["worst_reading"]),
    }


def notes(found: Sensitivity) -> list[str]:
    """What the reader must know before using the numbers."""
    return [
        say(
            "From {draws} draws of the plan; with so few, shares below a few percent and small "
            "differences between choices are chance.",
            draws=len(found.weights),
        ),
        say(
            "What a choice reaches is read from what was simulated at the sizing point and with "
            "three times today's posts, not simulated again."
        ),
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
