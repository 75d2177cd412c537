"""An explanation in words: the steps' shares, where they need each other, the inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.measures.frames import UNITS
from sim.parameters import POSTERIOR
from sim.planning.explanation import STEP
from sim.planning.step_shares import EXACT_UP_TO, PAIRS
from sim.present.numbers import number
from sim.present.posterior_text import as_html, as_text, interval
from sim.present.tables import Table

if TYPE_CHECKING:
    import pandas as pd

    from sim.planning.explanation import Explanation

NAN = float("nan")
MOST_PAIRS = 6


def title_of(explanation: Explanation) -> str:
    """What is explained."""
    request = explanation.request
    measure = request.measure.replace("_", " ").capitalize()
    return f"{measure} in {request.year}: from {request.names[0]} to {request.names[1]}"


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
        same = "The scenarios do not differ in anything that changes results."
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
        cells.append([row["step"], value, noise, *error, *(views if step else [""] * 3)])
    on_draws = reading == POSTERIOR
    title = title_of(explanation) + ("" if on_draws else f" · reading: {reading}")
    share = "share [90 % credible]" if on_draws else "share"
    errors = ["orders"] if sampled else []
    return Table(title, ["", share, "noise", *errors, "in order", "alone", "last"], cells)


def _signed(value: float, digits: int) -> str:
    return interval(value, NAN, NAN, digits, signed=True)


def _interactions_table(explanation: Explanation) -> Table:
    digits, found = digits_of(explanation), explanation.large_interactions
    several = len(explanation.groups) > 1
    rows = [
        [
            f"{row['step']} and {row['with']}" + (f", {row['reading']}" if several else ""),
            interval(row["value"], row["low"], row["high"], digits, signed=True),
            f"±{number(row['half_width'], digits)}" if row["half_width"] >= 0 else "",
        ]
        for row in found.head(MOST_PAIRS).to_dict(orient="records")
    ]
    return Table("Together they bring more (or less) than their own parts", ["", "", "noise"], rows)


def _inputs_table(explanation: Explanation) -> Table:
    names = explanation.request.names
    rows = [
        [path, _shown(row["a"]), _shown(row["b"])]
        for row in explanation.inputs.to_dict(orient="records")
        if row["step"]
        for path in [row["path"]]
    ]
    return Table("Inputs that differ", ["", *names], rows)


def _shown(value: Any) -> str:
    if value is None:
        return "unset"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _notes(explanation: Explanation) -> list[str]:
    request = explanation.request
    notes = []
    if request.found.without_effect:
        listed = ", ".join(
            f"{path} ({_shown(a)} → {_shown(b)})"
            for path, (a, b) in request.found.without_effect.items()
        )
        notes.append(f"Differ and change nothing here: {listed}.")
    if explanation.steps:
        notes += [_what_shares_are(explanation), _apart(explanation)]
    design = request.design
    if design.posterior is not None:
        few = "" if design.posterior.first(design.draws).tell_an_interval else (
            f" {design.draws} draws are too few for an interval: run 10 or more."
        )  # fmt: skip
        notes.append(
            "[low; high] is the 90 % credible interval of what is expected, over the draws; noise "
            f"is what is left of the simulation's own (95 %).{few}"
        )
    else:
        notes.append("Noise is the simulation's own (95 %); readings are no probabilities.")
    of = f"{design.draws} of {len(design.posterior)} draws" if design.posterior else "point fits"
    notes.append(
        f"{of}, {design.replications} replication(s) each, {request.runs} runs on the same "
        f"people, seed {explanation.seed}, engine {explanation.engine}."
    )
    return notes


def _apart(explanation: Explanation) -> str:
    """The steps whose alone and last are far apart; empty where there is none."""
    digits = digits_of(explanation)
    listed = [
        f"{row['step']}{_under(row['reading'])} ({_signed(row['alone'], digits)}, "
        f"{_signed(row['last'], digits)})"
        for row in explanation.needing_others.to_dict(orient="records")
    ]
    return f"Far apart, alone and last: {', '.join(listed)}." if listed else ""


def _under(reading: str) -> str:
    return "" if reading == POSTERIOR else f" under {reading}"


def _what_shares_are(explanation: Explanation) -> str:
    exact = (
        f"over {PAIRS} sampled pairs of orders, each with its reverse; 'orders' is what that "
        f"leaves open (95 %; with {EXACT_UP_TO} steps or fewer it is exact)"
    )
    how = exact if explanation.request.layout.orders else "over all orders, exactly"
    return (
        f"Order matters: a share is what the step adds on average {how}. 'In order': "
        "when the steps are taken as listed, from the top. 'Alone': when it is the only one. "
        "'Last': when all others are there. Where alone and last are far apart, the step needs "
        "the others, or is in their way."
    )
