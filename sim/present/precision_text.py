"""A comparison to a stated precision in words: what was asked, run and reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.experiment.precision import foretold
from sim.present.numbers import number
from sim.present.posterior_text import interval
from sim.present.tables import Table

if TYPE_CHECKING:
    from sim.experiment.compare import Comparison

WHAT_SHRINKS = (
    "More replications shrink the noise of the simulation alone, not what is not known about "
    "the world: [low; high] stays as wide with more of them."
)


def digits_for(half_width: float) -> int:
    """Digits after the point that show a half-width with two figures or more."""
    return 0 if half_width >= 10 else 1 if half_width >= 1 else 2 if half_width >= 0.1 else 4


def precision_table(comparison: Comparison) -> Table:
    """The differences whose precision was asked for, each with its noise."""
    wanted, base = comparison.precision, comparison.base
    assert wanted is not None
    digits = digits_for(wanted.half_width)
    on_draws = comparison.results.posterior is not None
    rows = []
    for row in comparison.precise.to_dict(orient="records"):
        low, high = (row.get(end, float("nan")) for end in ("low", "high"))
        name = row["scenario"] if on_draws else f"{row['scenario']}, {row['reading']}"
        value = interval(row["value"], low, high, digits, signed=True)
        rows.append([str(name), value, f"±{number(row['half_width'], digits)}"])
    measure = wanted.measure.replace("_", " ").capitalize()
    title = f"{measure} in {wanted.year}, from {base}"
    return Table(
        title, ["", "mean [90 % credible interval]" if on_draws else "mean", "noise"], rows
    )


def precision_notes(comparison: Comparison) -> list[str]:
    """What was asked, how many replications were foretold and run, and what came of it."""
    wanted = comparison.precision
    assert wanted is not None
    digits = digits_for(wanted.half_width)
    stages = [*comparison.stages, (comparison.replications, comparison.half_width)]
    first, width = stages[0]
    reached, each = stages[-1][1] <= wanted.half_width, _each(comparison)
    needed = foretold(first, width, wanted)
    told = (
        f"Asked for: noise of ±{number(wanted.half_width, digits)} at most (95 %) in "
        f"{wanted.measure.replace('_', ' ')} in {wanted.year}, of every difference for itself. "
        f"The pilot of {first} replication(s) {each} had ±{number(width, digits)}: "
    )
    told += "enough." if needed == first else f"{needed} were foretold to be needed."
    ran = f" {stages[-1][0]} were run: ±{number(stages[-1][1], digits)}."
    missed = (
        f" The limit of {wanted.most} replications ended it before that precision was reached; "
        f"about {foretold(*stages[-1], wanted)} would be needed."
    )
    told += (ran if len(stages) > 1 else "") + ("" if reached else missed)
    return [told, WHAT_SHRINKS]


def _each(comparison: Comparison) -> str:
    return "a draw" if comparison.results.posterior is not None else "a reading"


def batch_words(comparison: Comparison, replications: int) -> str:
    """What is said before a further batch is run."""
    wanted = comparison.precision
    assert wanted is not None
    digits = digits_for(wanted.half_width)
    more = replications - comparison.replications
    runs = more * len(comparison.results.design.cases)
    limit = " (the limit)" if replications == wanted.most else ""
    return (
        f"±{number(comparison.half_width, digits)} after {comparison.replications} "
        f"replication(s) {_each(comparison)}, ±{number(wanted.half_width, digits)} asked for: "
        f"{replications} are needed{limit}, {number(runs)} more runs"
    )
