"""The ranking of a batch's cells in words and a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.experiment.batch_cells import AS_BASE, Cells, overridden
from sim.experiment.batch_ranking import SHOWN_BESIDE
from sim.levers import NAMES
from sim.parameters import POSTERIOR
from sim.posterior import Draws, Posterior
from sim.present.levers_tables import WIDE_RANGES
from sim.present.measures_text import titled
from sim.present.numbers import number, significant
from sim.present.posterior_text import (
    BRACKETS,
    as_html,
    as_text,
    draws_told,
    interval,
    noise_in_the_brackets,
    what_if,
)
from sim.present.run_text import SHOWN
from sim.present.tables import Table, in_blocks
from sim.words import say, to_say

if TYPE_CHECKING:
    from sim.experiment.batch import Batch
    from sim.experiment.batch_ranking import Ranking
    from sim.experiment.batch_work import Work

MOST_SHOWN = 15
NAN = float("nan")
BESIDE = {"entry_delay": to_say("Delay, days"), "load": to_say("Load")}
HEADINGS = {
    "base": to_say("Base"),
    "levers": to_say("Levers"),
    "intensity": to_say("Intensity"),
    "posts": to_say("Posts"),
    "allocation": to_say("Allocation"),
    "places": to_say("Places"),
    "shocks": to_say("Shocks"),
    "set": to_say("Set"),
}


def label_of(measure: str) -> tuple[str, int | None]:
    """A measure's label and digits in tables."""
    shown = {name: (label, digits) for name, label, digits in SHOWN}
    label, digits = shown.get(measure, (" ", 1))
    return (titled(measure) if label.startswith(" ") else say(label)), digits


def choice_told(cells: Cells, cell: int) -> Mapping[str, str]:
    """What is particular to a cell: its choices among several, levers by their numbers."""
    told, settings = cells.told(cell), cells.settings(cell)
    found = {}
    for name in cells.varied:
        value = told[name]
        if name == "levers" and settings.levers is not None:
            numbers = [str(NAMES.index(each) + 1) for each in settings.levers]
            found[name] = " + ".join(numbers) or say("none")
        elif name == "posts":
            found[name] = number(value) if isinstance(value, float) else say("today's")
        else:
            found[name] = significant(value) if isinstance(value, float) else _chosen(value)
    return found


def _chosen(name: str | None) -> str:
    """A choice by its name in the design."""
    return say(AS_BASE) if name == AS_BASE else str(name)


def _tables(ranking: Ranking) -> list[Table]:
    cells, shown = ranking.work.cells, ranking.order[:MOST_SHOWN]
    label, _ = label_of(ranking.measure)
    headings = [say(HEADINGS[name]) for name in cells.varied] or [say("Cell")]
    columns = _of_draws(ranking) if ranking.readings == (POSTERIOR,) else _of_readings(ranking)
    lines = [
        [
            *(choice_told(cells, cell).values() or [str(cell)]),
            *(told(cell) for told in columns.values()),
        ]
        for cell in shown
    ]
    title = say(
        "{cells} cell(s) by {measure} in {year}",
        cells=number(len(cells)),
        measure=label.lower(),
        year=ranking.year,
    )
    if ranking.is_target:
        title = say("{title} (target {people})", title=title, people=number(cells.target.people))
    if len(shown) < len(cells):
        title = say("{title}, the first {count}", title=title, count=number(len(shown)))
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
    columns = {say("{measure} [90 %]", measure=label): told(ranking.measure)}
    noise = ranking.of(POSTERIOR, ranking.measure)["half_width"]
    if noise.notna().any():
        columns[say("± noise")] = lambda cell: number(noise[cell], 2 if digits is None else digits)
    others = (each for each in SHOWN_BESIDE if each != ranking.measure)
    return columns | {say(BESIDE[each]): told(each) for each in others}


def _of_readings(ranking: Ranking) -> dict[str, Column]:
    """Columns under readings: the measure under each."""
    digits = label_of(ranking.measure)[1]

    def told(reading: str) -> Column:
        value = ranking.of(reading, ranking.measure)["value"]
        return lambda cell: interval(value[cell], NAN, NAN, digits) if cell in value else "-"

    return {reading: told(reading) for reading in ranking.readings}


def _notes(ranking: Ranking, failed: int) -> list[str]:
    work = ranking.work
    of_levers = work.cells.choices["levers"]
    notes = [_about_levers() if of_levers != (None,) and len(of_levers) > 1 else say(WIDE_RANGES)]
    notes += _on_readings(work) if work.sample is None else _on_draws(ranking, work.sample)
    if failed:
        notes.append(
            say(
                "{failed} unit(s) failed and are missing from these numbers.",
                failed=number(failed),
            )
        )
    return notes


def _about_levers() -> str:
    """The levers by the numbers that the table has for them."""
    return say(
        "Levers: {levers}. Their effects are assumptions with wide ranges.",
        levers=", ".join(f"{k} {say(name)}" for k, name in enumerate(NAMES, 1)),
    )


def _on_readings(work: Work) -> list[str]:
    return [
        say("Readings are no probabilities: a cell stands where its worst reading puts it."),
        say(
            "{replications} replication(s) under each reading, seed {seed}, engine {engine}.",
            replications=number(work.replications),
            seed=work.seed,
            engine=work.engine,
        ),
    ]


def _on_draws(ranking: Ranking, sample: Posterior) -> list[str]:
    work = ranking.work
    draws = Draws(_weights(ranking), tuple(each.reading for each in work.unders))
    if draws.tell_an_interval:
        apart = say("± is the simulation's own noise (95 %), kept apart.")
        notes = [f"{say(BRACKETS)} {apart}"]
    else:
        few = number(len(draws))
        notes = [say("{draws} draws are too few for an interval of 90 %.", draws=few)]
    if work.replications == 1:
        notes.append(noise_in_the_brackets())
    if paths := overridden(work.cells, sample):
        notes.append(what_if(paths))
    ran = draws_told(len(draws), sample, work.replications, work.seed, work.engine)
    return [*notes, ran]


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
