"""Runs whose activity is costed, kept in a store: entries, refusals and people by month.

Only these measures are kept, so results that come from a store hold no others, and none by year:
`Measured.table` says so.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.experiment.design import Design
from sim.experiment.executor import Progress, Workers
from sim.experiment.identity import key_of
from sim.experiment.measured import Measured
from sim.experiment.results import Results, Run, carried_out
from sim.experiment.store import Store
from sim.measures import Derived
from sim.measures.tally import COUNTRY
from sim.money.activity import MEASURES

ENGINE = "compiled"
ROOMS = ("experiment", "money/kept.py")


def runs_of(
    design: Design, seed: int, store: Store | None, workers: Workers | None, progress: Progress
) -> Results:
    """The results of a design, from the store where they are kept there, else simulated."""
    if store is None:
        return carried_out(design, seed, ENGINE, workers=workers, progress=progress)
    key = _key(design, seed)
    table = store.load(key)
    if table is None:
        made = carried_out(design, seed, ENGINE, workers=workers, progress=progress)
        store.save(key, _table(made))
        return made
    progress(design.runs)
    return Results(design, _runs(design, table), seed, ENGINE)


def _labels(design: Design) -> list[tuple[str, str, int, int]]:
    """Scenario, reading, draw and repetition of every run, in the order of results."""
    return [
        (case.scenario, case.reading, case.draw, k)
        for case in design.cases
        for k in range(design.replications)
    ]


def _key(design: Design, seed: int) -> str:
    runs = [
        [case.ready.fingerprint, case.number(k)]
        for case in design.cases
        for k in range(design.replications)
    ]
    return key_of({"activity": runs, "seed": seed, "measures": MEASURES}, ROOMS)


def _table(results: Results) -> Any:
    """A row a run and month: its place among the runs, the month, the measures."""
    import pyarrow as pa

    tables = [run.measured.table("month", "country") for run in results.runs]
    columns = {
        "run": np.repeat(np.arange(len(tables)), [len(each.periods) for each in tables]),
        "period": [period for each in tables for period in each.periods],
        **{name: np.concatenate([each.values[name][0] for each in tables]) for name in MEASURES},
    }
    return pa.table(columns)


def _runs(design: Design, table: Any) -> list[Run]:
    frame, found = table.to_pandas(), []
    for (_, part), labels in zip(frame.groupby("run"), _labels(design), strict=True):
        values = {name: part[name].to_numpy(dtype=np.float64)[None] for name in MEASURES}
        monthly = Derived((COUNTRY,), tuple(part["period"]), values)
        found.append(Run(*labels, Measured({("month", "country"): monthly})))
    return found
