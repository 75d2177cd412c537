"""Units of work of a batch: which scenario runs with which numbers, its key, its table.

A unit is a cell on one draw (or under one reading), in one replication. Its key says all
that decides its result: the fingerprint of the scenario as it runs, the replication that
decides the random numbers, seed, engine, code and libraries. Its table is wide: a row a
period (years, then months, from `horizon.measured_from` on), a column a measure, for the
country (of what is simulated).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from sim.data_files import scenarios
from sim.errors import InputError
from sim.experiment.batch_cells import Cells
from sim.experiment.batch_design import BatchDesign
from sim.experiment.design import DRAWS, NO_DRAW
from sim.experiment.executor import Progress, silent
from sim.experiment.identity import key_of
from sim.experiment.measured import Measured, measure
from sim.experiment.replication import Job, seconds_of
from sim.experiment.store import Store
from sim.posterior import Posterior, posterior
from sim.quantities import Quantity
from sim.reading_fits import chosen_readings
from sim.scenario import Scenario
from sim.words import say

ROOMS = ("experiment",)
PERIOD = "period"
NOT_READY = b""
CELLS_TIMED = 16
SECONDS_BESIDE_PEOPLE = 0.01
Fingerprints = np.ndarray[Any, np.dtype[np.bytes_]]


@dataclass(frozen=True)
class Under:
    """What is laid under a cell: a draw of the posterior with its label, or a reading (-1)."""

    reading: str
    draw: int
    weight: float


@dataclass(frozen=True)
class Unit:
    """One unit of work by its place in the batch: cell, what lies under it, repetition."""

    cell: int
    under: int
    repetition: int


@dataclass(frozen=True)
class Failure:
    """A unit that could not be run, and why."""

    unit: Unit
    error: str


@dataclass(frozen=True, eq=False)
class Work:
    """Everything that is needed to run any unit of a batch."""

    cells: Cells
    unders: tuple[Under, ...]
    replications: int
    seed: int
    engine: str
    binding: bool
    sample: Posterior | None

    @classmethod
    def of(cls, design: BatchDesign, cells: Cells) -> Work:
        """The work of a design whose cells are known; `InputError` without such draws."""
        if design.readings is not None:
            sample = None
            unders = tuple(Under(name, NO_DRAW, 1.0) for name in design.readings)
        else:
            sample = posterior(design.posterior)
            count = min(DRAWS, len(sample)) if design.draws is None else design.draws
            draws = sample.first(count)
            unders = tuple(
                Under(label, k, float(weight))
                for k, (label, weight) in enumerate(zip(draws.readings, draws.weights, strict=True))
            )
            # Columns that are only told about draws need not travel to every worker.
            sample = replace(sample, diagnostics={})
        return cls(
            cells, unders, design.replications, design.seed, design.engine, design.binding, sample
        )

    def __len__(self) -> int:
        """How many units there are, equal ones counted each."""
        return len(self.cells) * len(self.unders) * self.replications

    def ready(self, cell: int, under: int) -> Scenario:
        """The scenario of a cell as it runs; `InputError` where the draw does not fit it."""
        scenario, chosen = self.cells.scenario(cell), self.unders[under]
        if self.sample is not None:
            return self.sample.under(scenario, chosen.draw)
        return chosen_readings(scenario, chosen.reading)[0][1]

    def number(self, under: int, repetition: int) -> int:
        """The replication that decides all random numbers: the same as in `sim.simulate`."""
        if self.sample is None:
            return repetition
        return self.unders[under].draw + repetition * len(self.sample)

    def key(self, fingerprint: bytes, under: int, repetition: int) -> str:
        """The key of a unit's result."""
        content = {
            "unit": "batch",
            "fingerprint": fingerprint.decode(),
            "replication": self.number(under, repetition),
            "seed": self.seed,
            "engine": self.engine,
            "binding": self.binding,
        }
        return key_of(content, ROOMS)

    def whole_key(self) -> str:
        """The key of the batch: the same for the same units, found without making them."""
        sample, cells = self.sample, self.cells
        under: Any = [each.reading for each in self.unders]
        if sample is not None:
            parameters = [repr(each) for each in sample.parameters]
            under = [sample.fingerprint, sample.scenario_fingerprint, len(self.unders), parameters]
        content = {
            "batch": [_plain(each.given.document) for each in cells.bases],
            "origins": [_shipped_or_own(each) for each in cells.bases],
            "choices": _plain(cells.choices),
            "shocks": _plain(cells.shocks),
            "set": _plain(cells.others),
            "under": under,
            "names": list(cells.names),
            "run": [self.replications, self.seed, self.engine, self.binding],
        }
        return key_of(content, ROOMS)

    def fingerprints(self, progress: Progress = silent) -> Fingerprints:
        """Fingerprints [cell, under] of all scenarios as they run; empty where one cannot."""
        found = np.zeros((len(self.cells), len(self.unders)), dtype="S16")
        for cell in range(len(self.cells)):
            for under in range(len(self.unders)):
                try:
                    found[cell, under] = self.ready(cell, under).fingerprint.encode()
                except InputError:
                    found[cell, under] = NOT_READY
            progress(len(self.unders))
        return found

    def seconds_a_unit(self) -> float:
        """About how long one unit takes on a slow core, from a few cells."""
        some = np.unique(np.linspace(0, len(self.cells) - 1, CELLS_TIMED).astype(int))
        found = []
        for cell in some:
            try:
                scenario = self.ready(int(cell), 0)
                found.append(SECONDS_BESIDE_PEOPLE + seconds_of(scenario, self.engine))
            except InputError:
                continue
        return float(np.mean(found)) if found else 0.0

    def run(self, unit: Unit) -> Any:
        """The table of a unit, run anew."""
        scenario = self.ready(unit.cell, unit.under)
        job = Job(
            scenario,
            self.number(unit.under, unit.repetition),
            self.seed,
            self.engine,
            binding=self.binding,
            branches=len(self.cells) > 1,
        )
        return table_of(measure(job), scenario.horizon.measured_from)


Tables = Iterator[tuple[Unit, str, Any]]


def made(work: Work, units: Sequence[tuple[Unit, str]], known: Callable[[str], bool]) -> Tables:
    """Unit, key, and table or `Failure`, of units that nobody has made meanwhile."""
    for unit, key in units:
        if known(key):
            continue
        try:
            found: Any = work.run(unit)
        except Exception as wrong:
            found = Failure(unit, in_words(wrong))
        yield unit, key, found


def in_words(wrong: Exception) -> str:
    """What went wrong in one line."""
    told = " ".join(str(wrong).split()) or say("no reason given")
    return told if isinstance(wrong, InputError) else f"{type(wrong).__name__}: {told}"


def run_and_keep(
    common: tuple[Work, Store], units: Sequence[tuple[Unit, str]]
) -> tuple[int, list[Failure]]:
    """In a worker of this machine: run units, each into the store as soon as it is done."""
    work, store = common
    failures = []
    for _, key, found in made(work, units, store.__contains__):
        if isinstance(found, Failure):
            failures.append(found)
        else:
            store.save(key, found)
    return len(units), failures


def table_of(measured: Measured, since: date) -> Any:
    """The wide table of a unit: years, then months, national, from a date on."""
    import pyarrow

    yearly, monthly = (measured.table(period, "country") for period in ("year", "month"))
    parts = [
        (table, [k for k, label in enumerate(table.periods) if label >= first])
        for table, first in ((yearly, f"{since:%Y}"), (monthly, f"{since:%Y-%m}"))
    ]
    columns: dict[str, Any] = {
        PERIOD: [table.periods[k] for table, kept in parts for k in kept],
        **{
            name: np.concatenate([table.values[name][0, kept] for table, kept in parts])
            for name in yearly.values
        },
    }
    return pyarrow.table(columns)


def _shipped_or_own(scenario: Scenario) -> dict[str, str]:
    """Which shipped file set each path: a draw replaces what the calibrated history says."""
    shipped = scenarios().resolve()
    files = {path: Path(file).resolve() for path, file in scenario.given.origins.items()}
    return {
        path: file.name if file.parent == shipped else "" for path, file in sorted(files.items())
    }


def _plain(value: Any) -> Any:
    """A value as JSON, with the ranges of numbers and whatever else decides a run."""
    if isinstance(value, Quantity):
        return value.document()
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value
