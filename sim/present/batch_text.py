"""The ranking of a batch's cells in words and a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.experiment.batch_cells import Cells, overridden
from sim.levers import NAMES
from sim.parameters import POSTERIOR
from sim.posterior import Draws
from sim.present.posterior_text import BRACKETS, as_html, as_text, interval
from sim.present.run_text import SHOWN
from sim.present.tables import Table, in_blocks, number

if TYPE_CHECKING:
    from sim.experiment.batch_ranking import Ranking

MOST_SHOWN = 15
NAN = float("nan")
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
    named = {name: (label.strip(), digits) for name, label, digits in SHOWN}
    return named.get(measure, (measure.replace("_", " ").capitalize(), 1))


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
    work, rows = ranking.work, ranking.rows
    cells = work.cells
    shown = ranking.order[:MOST_SHOWN]
    label, digits = label_of(ranking.measure)
    alone = ranking.readings == (POSTERIOR,)
    beside = [each for each in dict.fromkeys(rows.index.get_level_values("measure"))]
    beside = [each for each in beside if each != ranking.measure] if alone else []
    headings = [HEADINGS[name] for name in cells.varied] or ["Cell"]
    if alone:
        headings += [f"{label} [90 %]", "± noise", *(label_of(each)[0] for each in beside)]
    else:
        headings += list(ranking.readings)
    lines = []
    for cell in shown:
        line = list(choice_told(cells, cell).values()) or [str(cell)]
        for reading in ranking.readings:
            at = rows.loc[(cell, reading, ranking.measure)]
            if alone:
                line.append(interval(at["value"], at["low"], at["high"], digits))
                line.append(number(at["half_width"], digits or 2))
            else:
                line.append(interval(at["value"], NAN, NAN, digits))
        for measure in beside:
            at = rows.loc[(cell, POSTERIOR, measure)]
            line.append(interval(at["value"], NAN, NAN, label_of(measure)[1]))
        lines.append(line)
    target = cells.bases[0].target
    goal = f", target {number(target.people)}" if ranking.is_target else ""
    best = f"The first {len(shown)} of {len(cells)} cells" if len(cells) > 1 else "One cell"
    title = f"{best} by {label.lower()} in {ranking.year}{goal}"
    return in_blocks(title, headings, lines)


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
