"""An explanation in words: the steps' shares, where they need each other, the inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.measures.frames import UNITS
from sim.parameters import POSTERIOR
from sim.planning.explanation import STEP
from sim.planning.step_shares import EXACT_UP_TO, PAIRS
from sim.present.measures_text import titled
from sim.present.numbers import number
from sim.present.posterior_text import as_html, as_text, interval
from sim.present.tables import Table
from sim.present.values_text import value_text
from sim.words import say, to_say

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiment.design import Design
    from sim.planning.explanation import Explanation

NAN = float("nan")
MOST_PAIRS = 6
SHOCK = "shocks."
APART = to_say("{step} ({alone}, {last})")
APART_UNDER = to_say("{step} under {reading} ({alone}, {last})")
EXACTLY = to_say(
    "Order matters: a share is what the step adds on average over all orders, exactly. 'In "
    "order': when the steps are taken as listed, from the top. 'Alone': when it is the only one. "
    "'Last': when all others are there. Where alone and last are far apart, the step needs the "
    "others, or is in their way."
)
SAMPLED = to_say(
    "Order matters: a share is what the step adds on average over {pairs} sampled pairs of "
    "orders, each with its reverse; 'orders' is what that leaves open (95 %; with {exact} steps "
    "or fewer it is exact). 'In order': when the steps are taken as listed, from the top. "
    "'Alone': when it is the only one. 'Last': when all others are there. Where alone and last "
    "are far apart, the step needs the others, or is in their way."
)


def title_of(explanation: Explanation) -> str:
    """What is explained."""
    request = explanation.request
    return say(
        "{measure} in {year}: from {a} to {b}",
        measure=titled(request.measure),
        year=request.year,
        a=request.names[0],
        b=request.names[1],
    )


def step_title(step: str) -> str:
    """A step as one reads it: its name in English, a few words in French."""
    if step.startswith(SHOCK):
        return say("shocks.{name}", name=step.removeprefix(SHOCK))
    return say(step)


def digits_of(explanation: Explanation) -> int:
    """Digits after the point for the measure's unit."""
    unit = UNITS[explanation.request.measure]
    return {"share": 3, "days": 1}.get(unit, 1 if explanation.request.measure == "load" else 0)


def explanation_text(explanation: Explanation) -> str:
    """Tables and notes as text."""
    return as_text(*_parts(explanation))


def explanation_html(explanation: Explanation) -> str:
    """Tables and notes as HTML."""
    return as_html(*_parts(explanation))


def _parts(explanation: Explanation) -> tuple[list[Table], list[str]]:
    tables = [
        _shares_table(explanation, str(reading), rows)
        for reading, rows in explanation.frame.groupby("reading", sort=False)
    ]
    if not explanation.steps:
        same = say("The scenarios do not differ in anything that changes results.")
        return tables, [same, *_notes(explanation)]
    tables += [_interactions_table(explanation), _inputs_table(explanation)]
    return [table for table in tables if table.rows], _notes(explanation)


def _shares_table(explanation: Explanation, reading: str, rows: pd.DataFrame) -> Table:
    digits, sampled = digits_of(explanation), bool(explanation.request.layout.orders)
    cells = []
    for row in rows.to_dict(orient="records"):
        step = row["kind"] == STEP
        value = interval(row["value"], row["low"], row["high"], digits, signed=step)
        noise = f"±{number(row['half_width'], digits)}" if row["half_width"] >= 0 else ""
        views = [_signed(row[each], digits) for each in ("in_order", "alone", "last")]
        error = [f"±{number(row['order_error'], digits)}" if step else ""] if sampled else []
        name = step_title(row["step"]) if step else row["step"]
        cells.append([name, value, noise, *error, *(views if step else [""] * 3)])
    on_draws = reading == POSTERIOR
    title = title_of(explanation)
    if not on_draws:
        title = say("{what} · reading: {reading}", what=title, reading=reading)
    share = say("share [90 % credible]") if on_draws else say("share")
    errors = [say("orders")] if sampled else []
    views_named = [say("in order"), say("alone"), say("last")]
    return Table(title, ["", share, say("noise"), *errors, *views_named], cells)


def _signed(value: float, digits: int) -> str:
    return interval(value, NAN, NAN, digits, signed=True)


def _interactions_table(explanation: Explanation) -> Table:
    digits, found = digits_of(explanation), explanation.large_interactions
    several = len(explanation.groups) > 1
    rows = [
        [
            _pair(row) + (f", {row['reading']}" if several else ""),
            interval(row["value"], row["low"], row["high"], digits, signed=True),
            f"±{number(row['half_width'], digits)}" if row["half_width"] >= 0 else "",
        ]
        for row in found.head(MOST_PAIRS).to_dict(orient="records")
    ]
    title = say("Together they bring more (or less) than their own parts")
    return Table(title, ["", "", say("noise")], rows)


def _pair(row: Mapping[Any, Any]) -> str:
    one, other = step_title(row["step"]), step_title(row["with"])
    return say("{one} and {other}", one=one, other=other)


def _inputs_table(explanation: Explanation) -> Table:
    names = explanation.request.names
    rows = [
        [path, value_text(row["a"]), value_text(row["b"])]
        for row in explanation.inputs.to_dict(orient="records")
        if row["step"]
        for path in [row["path"]]
    ]
    return Table(say("Inputs that differ"), ["", *names], rows)


def _notes(explanation: Explanation) -> list[str]:
    request = explanation.request
    notes = []
    if request.found.without_effect:
        listed = ", ".join(
            f"{path} ({value_text(a)} → {value_text(b)})"
            for path, (a, b) in request.found.without_effect.items()
        )
        notes.append(say("Differ and change nothing here: {inputs}.", inputs=listed))
    if explanation.steps:
        notes += [_what_shares_are(explanation), _apart(explanation)]
    return [*notes, _about_noise(request.design), _what_ran(explanation)]


def _about_noise(design: Design) -> str:
    """What brackets and noise are."""
    if design.posterior is None:
        return say("Noise is the simulation's own (95 %); readings are no probabilities.")
    told = say(
        "[low; high] is the 90 % credible interval of what is expected, over the draws; noise is "
        "what is left of the simulation's own (95 %)."
    )
    if design.posterior.first(design.draws).tell_an_interval:
        return told
    few = say(
        "{draws} draws are too few for an interval: run 10 or more.", draws=number(design.draws)
    )
    return f"{told} {few}"


def _what_ran(explanation: Explanation) -> str:
    """How many runs of what."""
    request = explanation.request
    design = request.design
    if design.posterior is None:
        of = say("point fits")
    else:
        draws, sample = number(design.draws), number(len(design.posterior))
        of = say("{draws} of {all} draws", draws=draws, all=sample)
    return say(
        "{of}, {replications} replication(s) each, {runs} runs on the same people, seed {seed}, "
        "engine {engine}.",
        of=of,
        replications=number(design.replications),
        runs=number(request.runs),
        seed=explanation.seed,
        engine=explanation.engine,
    )


def _apart(explanation: Explanation) -> str:
    """The steps whose alone and last are far apart; empty where there is none."""
    digits = digits_of(explanation)
    listed = [
        say(
            APART if row["reading"] == POSTERIOR else APART_UNDER,
            step=step_title(row["step"]),
            reading=row["reading"],
            alone=_signed(row["alone"], digits),
            last=_signed(row["last"], digits),
        )
        for row in explanation.needing_others.to_dict(orient="records")
    ]
    if not listed:
        return ""
    return say("Far apart, alone and last: {steps}.", steps=", ".join(listed))


def _what_shares_are(explanation: Explanation) -> str:
    if not explanation.request.layout.orders:
        return say(EXACTLY)
    return say(SAMPLED, pairs=PAIRS, exact=EXACT_UP_TO)
