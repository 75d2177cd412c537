"""Batches: many cells, each on many draws, in parallel, kept unit by unit.

What is done is never done again: a unit's result lies in a store under a key of all that
decides it. So an interrupted batch goes on where it was, a repeated one only reads, and
of a changed one only what changed is run. Memory does not grow with the batch: units are
counted, not kept, and results are put together cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError, Problem
from sim.experiment.batch_cells import Cells
from sim.experiment.batch_design import BatchDesign
from sim.experiment.batch_files import checked_design, load_design
from sim.experiment.batch_ranking import Ranking, ranked
from sim.experiment.batch_summary import summary_frame, tidy_frame
from sim.experiment.batch_work import (
    NOT_READY,
    Failure,
    Fingerprints,
    Unit,
    Work,
    in_words,
    made,
    run_and_keep,
)
from sim.experiment.cluster import OPTION, Cluster, Lost
from sim.experiment.executor import Progress, Workers, silent
from sim.experiment.identity import surroundings
from sim.experiment.store import Store
from sim.measures.frames import Period
from sim.shown import Shown
from sim.words import say, speaking

if TYPE_CHECKING:
    import pandas as pd

Keyed = tuple[Unit, str]
Crew = Workers | Cluster

UNITS_A_TASK = 16
UNITS_A_TASK_ON_A_CLUSTER = 4
MOST_UNITS = 10_000_000
MOST_UNITS_OF_A_CELL = 100_000
BYTES_A_UNIT = 20_000
STORE = "batch-store"


@dataclass(frozen=True, eq=False)
class Prepared:
    """A batch before it runs: its units, and which of them the store does not hold.

    missing: [under, repetition, cell], of units with equal keys only the first.
    """

    work: Work
    store: Store
    fingerprints: Fingerprints
    missing: NDArray[np.bool_]
    distinct: int

    @property
    def to_run(self) -> int:
        """How many units are to be run."""
        return int(self.missing.sum())

    def seconds(self, workers: int) -> float:
        """About how long they take on so many slow cores."""
        return self.to_run * self.work.seconds_a_unit() / workers if self.to_run else 0.0

    def tasks(self, units_a_task: int, workers: int) -> Iterator[tuple[Keyed, ...]]:
        """Units to run one after the other in one process: those of one draw and repetition."""
        size = max(1, min(units_a_task, self.to_run // workers))
        for under in range(self.missing.shape[0]):
            for repetition in range(self.missing.shape[1]):
                cells = np.flatnonzero(self.missing[under, repetition])
                for first in range(0, len(cells), size):
                    yield tuple(
                        self._keyed(int(cell), under, repetition)
                        for cell in cells[first : first + size]
                    )

    def _keyed(self, cell: int, under: int, repetition: int) -> Keyed:
        key = self.work.key(self.fingerprints[cell, under], under, repetition)
        return Unit(cell, under, repetition), key

    def carried_out(self, crew: Crew, progress: Progress = silent) -> Batch:
        """Run what is missing; units that fail are told in the result, the others go on."""
        self.store.sweep()
        failures = list(self._not_ready())
        doing = self._on_cluster(crew) if isinstance(crew, Cluster) else self._on_this_machine(crew)
        try:
            for done, failed in doing if self.to_run else ():
                failures += failed
                progress(done)
        except KeyboardInterrupt:
            crew.stop()
            raise
        failures.sort(key=lambda each: (each.unit.cell, each.unit.under, each.unit.repetition))
        return Batch(self.work, self.store, self.fingerprints, tuple(failures), self.to_run)

    def _on_this_machine(self, workers: Workers) -> Iterator[tuple[int, list[Failure]]]:
        tasks = self.tasks(UNITS_A_TASK, workers.count)
        return workers.as_done(run_and_keep, (self.work, self.store), tasks)

    def _on_cluster(self, cluster: Cluster) -> Iterator[tuple[int, list[Failure]]]:
        """Here what comes back from the cluster is kept as it arrives."""
        tasks = self.tasks(UNITS_A_TASK_ON_A_CLUSTER, 1)
        for found in cluster.as_done(run_and_send, (self.work, surroundings()), tasks):
            if isinstance(found, Lost):
                yield len(found.job), [Failure(unit, found.error) for unit, _ in found.job]
                continue
            failures = []
            for _, key, table in found:
                if isinstance(table, Failure):
                    failures.append(table)
                elif key not in self.store:
                    self.store.save(key, table)
            yield len(found), failures

    def _not_ready(self) -> Iterator[Failure]:
        """Units whose draw does not fit their cell."""
        for cell, under in np.argwhere(self.fingerprints == NOT_READY).tolist():
            try:
                self.work.ready(cell, under)
            except InputError as wrong:
                for repetition in range(self.work.replications):
                    yield Failure(Unit(cell, under, repetition), in_words(wrong))


def run_and_send(common: tuple[Work, str], units: Sequence[Keyed]) -> list[tuple[Unit, str, Any]]:
    """On a cluster's worker: run units and send their tables back.

    `InputError` where the worker's code or libraries are not those of the program.
    """
    work, expected = common
    if surroundings() != expected:
        told = say("a worker has other code or libraries than this program")
        remedy = say("install the same versions there: `pip install -c constraints.txt`")
        raise InputError(Problem("agsim batch", OPTION, told, remedy))
    return list(made(work, units, lambda _: False))


@dataclass(frozen=True, eq=False, repr=False)
class Batch(Shown):
    """A batch that was run: its results are in the store and are read when asked for.

    failures: units that could not be run; they are tried again next time. run: how many
    units were run now, the others were in the store.
    """

    shown_by: ClassVar[str] = "batch_text.batch"

    work: Work
    store: Store
    fingerprints: Fingerprints
    failures: tuple[Failure, ...]
    run: int

    @property
    def cells(self) -> Cells:
        """The cells of the batch."""
        return self.work.cells

    @cached_property
    def _failed(self) -> frozenset[str]:
        """Keys of the units that failed; equal cells have the same ones."""
        units = [each.unit for each in self.failures]
        return frozenset(
            self.work.key(self.fingerprints[unit.cell, unit.under], unit.under, unit.repetition)
            for unit in units
            if self.fingerprints[unit.cell, unit.under] != NOT_READY
        )

    def tables(self, cell: int) -> Iterator[tuple[int, int, Any]]:
        """Under, repetition and table of a cell's units; what is not whole is run again."""
        for under in range(len(self.work.unders)):
            fingerprint = self.fingerprints[cell, under]
            if fingerprint == NOT_READY:
                continue
            for repetition in range(self.work.replications):
                key = self.work.key(fingerprint, under, repetition)
                if key in self._failed:
                    continue
                table = self.store.load(key)
                if table is None:
                    table = self.work.run(Unit(cell, under, repetition))
                    self.store.save(key, table)
                yield under, repetition, table

    def frame(self, period: Period = "year", measures: Sequence[str] | None = None) -> pd.DataFrame:
        """Tidy rows of all units: the cell's settings, reading, replication, draw, and values.

        By 'year' or 'month'. It is as large as the batch: name a few `measures`, or read
        results.parquet piece by piece.
        """
        return tidy_frame(self, period, measures)

    @cached_property
    def _summary(self) -> pd.DataFrame:
        return summary_frame(self)

    def summary(self) -> pd.DataFrame:
        """One row a cell, year and measure (under readings also a reading).

        `value`: mean over the draws by their weights. `low`, `high`: the 90 % credible
        interval of the expected value, the simulation's noise taken out. `half_width`:
        95 %, of the error that this noise leaves in `value`.
        """
        return self._summary

    def __repr__(self) -> str:
        failed = f", {len(self.failures)} failed" if self.failures else ""
        return f"<Batch: {len(self.cells)} cells, {len(self.work)} units{failed}>"

    def ranking(self, measure: str | None = None, year: int | None = None) -> Ranking:
        """The cells in the order of a measure in a year, by default those of the target."""
        return ranked(self.work, self.summary(), measure, year)

    def plot(
        self, measure: str | None = None, year: int | None = None, *, lang: str | None = None
    ) -> Any:
        """The best cells by a measure in a year, by default the target's, with intervals."""
        from sim.present.batch_figures import ranking_figure

        with speaking(lang):
            return ranking_figure(self.ranking(measure, year))


def planned(design: BatchDesign | Mapping[str, Any] | str | Path) -> tuple[Work, str]:
    """The work of a design, and what messages call it; `InputError` with all its mistakes."""
    where, beside = "design", None
    if isinstance(design, (str, Path)):
        design, path = load_design(design)
        where, beside = str(path), path.parent
    elif not isinstance(design, BatchDesign):
        design = checked_design(design, where)
    work = Work.of(design, Cells.of(design, where, beside))
    of_a_cell = len(work.unders) * work.replications
    for count, most, what in (
        (len(work), MOST_UNITS, say("units")),
        (of_a_cell, MOST_UNITS_OF_A_CELL, say("units a cell")),
    ):
        if count > most:
            told = say("has {count} {what}, {most} at most", count=count, what=what, most=most)
            raise InputError(
                Problem(where, "", told, say("split it, or ask for fewer replications"))
            )
    return work, where


def prepared(
    work: Work, store: Store, progress: Progress = silent, *, remember: bool = True
) -> Prepared:
    """Which units of a batch there are, and which of them the store does not hold.

    remember: keep the scenarios' fingerprints in the store, where they are found again.
    """
    fingerprints = _fingerprints(work, store, progress, remember)
    unders, cells = len(work.unders), len(work.cells)
    missing = np.zeros((unders, work.replications, cells), dtype=np.bool_)
    distinct = 0
    for under in range(unders):
        found, first = np.unique(fingerprints[:, under], return_index=True)
        first = first[found != NOT_READY]
        distinct += len(first) * work.replications
        for repetition in range(work.replications):
            for cell in first.tolist():
                key = work.key(fingerprints[cell, under], under, repetition)
                missing[under, repetition, cell] = key not in store
    return Prepared(work, store, fingerprints, missing, distinct)


def _fingerprints(work: Work, store: Store, progress: Progress, remember: bool) -> Fingerprints:
    """Fingerprints of all that runs, remembered in the store: making them takes 1 ms each."""
    import pyarrow

    key = work.whole_key()
    shape = len(work.cells), len(work.unders)
    table = store.load(key) if key in store else None
    if table is not None and table.num_rows == shape[0] * shape[1]:
        texts = table["fingerprint"].to_pylist()
        return np.array([text.encode() for text in texts], dtype="S16").reshape(shape)
    found = work.fingerprints(progress)
    if remember:
        column = pyarrow.array([each.decode() for each in found.ravel()], pyarrow.string())
        store.save(key, pyarrow.table({"fingerprint": column}))
    return found


def batch(
    design: BatchDesign | Mapping[str, Any] | str | Path,
    *,
    store: Store | Path | str = STORE,
    workers: Workers | None = None,
    cluster: str | None = None,
    progress: Progress = silent,
) -> Batch:
    """Run a batch design: every combination of its choices on draws of the posterior.

    `design`: a file, a shipped design's name, or the same as a table::

        sim.batch({"base": "trend", "posts": [1200, 1600], "draws": 20})

    `store`: the folder in which each unit's result is kept; what is there is not run
    again. `cluster`: the address of a Dask scheduler instead of workers of this machine.
    Raises `InputError` with everything that is wrong with the design.
    """
    work, _ = planned(design)
    place = store if isinstance(store, Store) else Store.at(store)
    crew = Cluster(cluster) if cluster is not None else workers or Workers()
    return prepared(work, place).carried_out(crew, progress)


def failed_units(batch: Batch) -> Iterable[dict[str, Any]]:
    """The failures as rows of a table."""
    for each in batch.failures:
        under = batch.work.unders[each.unit.under]
        yield {
            "cell": each.unit.cell,
            **batch.cells.told(each.unit.cell),
            "reading": under.reading,
            "draw": under.draw,
            "replication": each.unit.repetition,
            "error": each.error,
        }
