"""The ranking of a batch's cells in words and a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.experiment.batch_cells import Cells, overridden
from sim.experiment.batch_ranking import SHOWN_BESIDE
from sim.levers import NAMES
from sim.parameters import POSTERIOR
from sim.posterior import Draws
from sim.present.numbers import number
from sim.present.posterior_text import BRACKETS, as_html, as_text, interval
from sim.present.run_text import SHOWN
from sim.present.tables import Table, in_blocks

if TYPE_CHECKING:
    from sim.experiment.batch import Batch
    from sim.experiment.batch_ranking import Ranking

MOST_SHOWN = 15
NAN = float("nan")
BESIDE = {"entry_delay": "Delay, days", "load": "Load"}
HEADINGS = {
    "base": "Base",
    "levers": "Levers",
    "intensity": "Intensity",
    "posts": "Posts",
    "allocation": "Allocation",
    "places": "Places",
    "shocks": "Shocks",
    "set": "Set",
}


def label_of(measure: str) -> tuple[str, int | None]:
    """A measure's label and digits in tables."""
    alone = measure.replace("_", " ").capitalize()
    named = {name: (label, digits) for name, label, digits in SHOWN}
    label, digits = named.get(measure, (alone, 1))
    return (alone if label.startswith(" ") else label), digits


def choice_told(cells: Cells, cell: int) -> Mapping[str, str]:
    """What is particular to a cell: its choices among several, levers by their numbers."""
    told, settings = cells.told(cell), cells.settings(cell)
    found = {}
    for name in cells.varied:
        value = told[name]
        if name == "levers" and settings.levers is not None:
            numbers = [str(NAMES.index(each) + 1) for each in settings.levers]
            found[name] = " + ".join(numbers) or "none"
        elif name == "posts":
            found[name] = number(value) if isinstance(value, float) else "today's"
        else:
            found[name] = f"{value:g}" if isinstance(value, float) else str(value)
    return found


def _tables(ranking: Ranking) -> list[Table]:
    cells, shown = ranking.work.cells, ranking.order[:MOST_SHOWN]
    label, _ = label_of(ranking.measure)
    headings = [HEADINGS[name] for name in cells.varied] or ["Cell"]
    columns = _of_draws(ranking) if ranking.readings == (POSTERIOR,) else _of_readings(ranking)
    lines = [
        [
            *(choice_told(cells, cell).values() or [str(cell)]),
            *(told(cell) for told in columns.values()),
        ]
        for cell in shown
    ]
    target = cells.target
    goal = f" (target {number(target.people)})" if ranking.is_target else ""
    first = f", the first {len(shown)}" if len(shown) < len(cells) else ""
    title = f"{len(cells)} cell(s) by {label.lower()} in {ranking.year}{goal}{first}"
    return in_blocks(title, [*headings, *columns], lines)


Column = Callable[[int], str]


def _of_draws(ranking: Ranking) -> dict[str, Column]:
    """Columns on draws: the measure with its interval, its noise where known, others beside."""

    def told(measure: str) -> Column:
        at, digits = ranking.of(POSTERIOR, measure), label_of(measure)[1]
        if measure != ranking.measure:
            return lambda cell: interval(at["value"][cell], NAN, NAN, digits)
        return lambda cell: interval(at["value"][cell], at["low"][cell], at["high"][cell], digits)

    label, digits = label_of(ranking.measure)
    columns = {f"{label} [90 %]": told(ranking.measure)}
    noise = ranking.of(POSTERIOR, ranking.measure)["half_width"]
    if noise.notna().any():
        columns["± noise"] = lambda cell: number(noise[cell], 2 if digits is None else digits)
    others = (each for each in SHOWN_BESIDE if each != ranking.measure)
    return columns | {BESIDE[each]: told(each) for each in others}


def _of_readings(ranking: Ranking) -> dict[str, Column]:
    """Columns under readings: the measure under each."""
    digits = label_of(ranking.measure)[1]

    def told(reading: str) -> Column:
        value = ranking.of(reading, ranking.measure)["value"]
        return lambda cell: interval(value[cell], NAN, NAN, digits) if cell in value else "-"

    return {reading: told(reading) for reading in ranking.readings}


def _notes(ranking: Ranking, failed: int) -> list[str]:
    work = ranking.work
    notes = []
    if work.cells.choices["levers"] != (None,) and len(work.cells.choices["levers"]) > 1:
        numbers = ", ".join(f"{k} {name}" for k, name in enumerate(NAMES, 1))
        notes.append(f"Levers: {numbers}. Their effects are assumptions with wide ranges.")
    else:
        notes.append("Lever effects are assumptions with wide ranges.")
    if work.sample is None:
        notes.append(
            "Readings are no probabilities: a cell stands where its worst reading puts it."
        )
        on = f"{work.replications} replication(s) under each reading"
    else:
        weights = Draws(_weights(ranking), tuple(each.reading for each in work.unders))
        if weights.tell_an_interval:
            notes.append(BRACKETS + "± is the simulation's own noise (95 %), kept apart.")
        else:
            notes.append(f"{len(work.unders)} draws are too few for an interval of 90 %.")
        if work.replications == 1:
            notes.append(
                "With one replication a draw the simulation's noise cannot be told apart: the "
                "brackets hold both."
            )
        paths = overridden(work.cells, work.sample)
        if paths:
            notes.append(
                f"The draws were calibrated with other values of {', '.join(paths)}: a what-if, "
                "not a calibrated projection."
            )
        on = (
            f"{len(work.unders)} of {len(work.sample)} draws of the posterior "
            f"{work.sample.fingerprint[:12]}, {work.replications} replication(s) each"
        )
    notes.append(f"{on}, seed {work.seed}, engine {work.engine}.")
    if failed:
        notes.append(f"{failed} unit(s) failed and are missing from these numbers.")
    return notes


def _weights(ranking: Ranking) -> NDArray[np.float64]:
    return np.array([each.weight for each in ranking.work.unders])


def ranking_text(ranking: Ranking, failed: int = 0) -> str:
    """The best cells as text."""
    return as_text(_tables(ranking), _notes(ranking, failed))


def ranking_html(ranking: Ranking, failed: int = 0) -> str:
    """The best cells as HTML."""
    return as_html(_tables(ranking), _notes(ranking, failed))


def batch_text(batch: Batch) -> str:
    """The ranking of a batch by its target's measure, and what failed, as text."""
    return ranking_text(batch.ranking(), len(batch.failures))


def batch_html(batch: Batch) -> str:
    """The same as HTML."""
    return ranking_html(batch.ranking(), len(batch.failures))
