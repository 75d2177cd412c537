"""A comparison to a stated precision in words: what was asked, run and reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.experiment.precision import foretold
from sim.present.measures_text import named, titled
from sim.present.numbers import number
from sim.present.posterior_text import HEADING, interval
from sim.present.tables import Table
from sim.words import say, to_say

if TYPE_CHECKING:
    from sim.experiment.compare import Comparison

WHAT_SHRINKS = to_say(
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
    title = say(
        "{measure} in {year}, from {base}",
        measure=titled(wanted.measure),
        year=wanted.year,
        base=base,
    )
    return Table(title, ["", say(HEADING) if on_draws else say("mean"), say("noise")], rows)


def precision_notes(comparison: Comparison) -> list[str]:
    """What was asked, how many replications were foretold and run, and what came of it."""
    wanted = comparison.precision
    assert wanted is not None
    digits = digits_for(wanted.half_width)
    stages = [*comparison.stages, (comparison.replications, comparison.half_width)]
    first, width = stages[0]
    needed = foretold(first, width, wanted)
    told = [
        say(
            "Asked for: noise of ±{asked} at most (95 %) in {measure} in {year}, of every "
            "difference for itself.",
            asked=number(wanted.half_width, digits),
            measure=named(wanted.measure),
            year=wanted.year,
        ),
        _pilot(comparison, first, number(width, digits), needed),
    ]
    if len(stages) > 1:
        told.append(
            say(
                "{replications} were run: ±{reached}.",
                replications=number(stages[-1][0]),
                reached=number(stages[-1][1], digits),
            )
        )
    if stages[-1][1] > wanted.half_width:
        told.append(
            say(
                "The limit of {most} replications ended it before that precision was reached; "
                "about {needed} would be needed.",
                most=number(wanted.most),
                needed=number(foretold(*stages[-1], wanted)),
            )
        )
    return [" ".join(told), say(WHAT_SHRINKS)]


PILOT = to_say("The pilot of {replications} replication(s) {each} had ±{width}: enough.")
PILOT_AND_MORE = to_say(
    "The pilot of {replications} replication(s) {each} had ±{width}: {needed} were foretold to "
    "be needed."
)


def _pilot(comparison: Comparison, replications: int, width: str, needed: int) -> str:
    """What the first replications told."""
    return say(
        PILOT if needed == replications else PILOT_AND_MORE,
        replications=number(replications),
        each=_each(comparison),
        width=width,
        needed=number(needed),
    )


def _each(comparison: Comparison) -> str:
    return say("a draw") if comparison.results.posterior is not None else say("a reading")


def batch_words(comparison: Comparison, replications: int) -> str:
    """What is said before a further batch is run."""
    wanted = comparison.precision
    assert wanted is not None
    digits = digits_for(wanted.half_width)
    more = replications - comparison.replications
    needed = number(replications)
    return say(
        "±{reached} after {done} replication(s) {each}, ±{asked} asked for: {needed} are needed, "
        "{runs} more runs",
        reached=number(comparison.half_width, digits),
        done=number(comparison.replications),
        each=_each(comparison),
        asked=number(wanted.half_width, digits),
        needed=say("{needed} (the limit)", needed=needed)
        if replications == wanted.most
        else needed,
        runs=number(more * len(comparison.results.design.cases)),
    )
