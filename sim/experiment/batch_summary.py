"""Results of a batch put together cell by cell, as tables and in files.

results.parquet is wide: a row a unit and year, a column a choice and a measure.
summary_by_year.parquet has a row a cell, year and measure. Both are written piece by
piece in the order of the design, so that they are the same bytes however the batch was
run, and memory holds one cell at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError, Problem, nearest
from sim.experiment.batch_cells import NUMBERS
from sim.experiment.batch_work import PERIOD, Work
from sim.experiment.credible import Spread, spread
from sim.experiment.executor import Progress, silent
from sim.experiment.files import write_whole
from sim.measures import COUNTRY
from sim.measures.frames import UNITS, Period
from sim.parameters import POSTERIOR
from sim.posterior import Draws
from sim.words import say

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiment.batch import Batch

Told = Mapping[str, str | float | None]
Floats = NDArray[np.float64]
YEAR_LETTERS = 4
ROWS_AT_ONCE = 50_000
MEASURES_AT_ONCE = 8
RESULTS, SUMMARY = "results.parquet", "summary_by_year.parquet"


@dataclass(frozen=True)
class CellSummary:
    """Of one cell by reading ('posterior' for all draws): spreads [measure, year].

    draws: how many draws count, which is fewer where some failed.
    """

    cell: int
    years: tuple[str, ...]
    measures: tuple[str, ...]
    spreads: Mapping[str, Spread]
    draws: int


@dataclass(frozen=True)
class CellValues:
    """Values of a cell [measure, year, under, repetition]; `there` [under, repetition]."""

    cell: int
    years: tuple[str, ...]
    measures: tuple[str, ...]
    values: Floats
    there: NDArray[np.bool_]


def _yearly(table: Any) -> Any:
    """The rows of a unit's table that are years; they come first."""
    labels = table[PERIOD].to_pylist()
    return table.slice(0, sum(len(label) == YEAR_LETTERS for label in labels))


def _cell_values(batch: Batch, cell: int) -> CellValues:
    """All values by year of a cell, from the store; units that failed are not there."""
    unders, replications = len(batch.work.unders), batch.work.replications
    there = np.zeros((unders, replications), dtype=np.bool_)
    years: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    values = np.zeros((0, 0, unders, replications))
    for under, repetition, whole in batch.tables(cell):
        table = _yearly(whole)
        if not there.any():
            years = tuple(table[PERIOD].to_pylist())
            measures = tuple(name for name in table.column_names if name != PERIOD)
            values = np.full((len(measures), len(years), unders, replications), np.nan)
        for k, name in enumerate(measures):
            values[k, :, under, repetition] = table[name].to_numpy()
        there[under, repetition] = True
    return CellValues(cell, years, measures, values, there)


def _summed_up(work: Work, found: CellValues) -> CellSummary:
    """The summary of a cell."""
    cell, years, measures, values = found.cell, found.years, found.measures, found.values
    if not found.there.any():
        return CellSummary(cell, (), (), {}, 0)
    if work.sample is None:
        spreads = {
            each.reading: _spread(values[:, :, k : k + 1], np.ones(1), tells_an_interval=False)
            for k, each in enumerate(work.unders)
        }
        return CellSummary(cell, years, measures, spreads, 1)
    weights = np.array([each.weight for each in work.unders])
    told = Draws(weights, tuple(each.reading for each in work.unders)).tell_an_interval
    together = _spread(values, weights, tells_an_interval=told)
    draws = int(found.there.any(axis=1).sum())
    return CellSummary(cell, years, measures, {POSTERIOR: together}, draws)


def _spread(values: Floats, weights: Floats, *, tells_an_interval: bool) -> Spread:
    """The spread [measure, year] of values [measure, year, draw, run], some measures at a time."""
    measures, years, draws, runs = values.shape
    parts = [
        spread(
            some.reshape(-1, draws, runs), weights, tells_an_interval=tells_an_interval
        )
        for first in range(0, measures, MEASURES_AT_ONCE)
        for some in (values[first : first + MEASURES_AT_ONCE],)
    ]  # fmt: skip

    def whole(name: str) -> Floats:
        flat = np.concatenate([getattr(part, name) for part in parts])
        return np.asarray(flat.reshape(measures, years))

    return Spread(whole("value"), whole("low"), whole("high"), whole("half_width"))


def _repeated(value: Any, kind: Any, count: int) -> Any:
    import pyarrow

    return pyarrow.repeat(pyarrow.scalar(value, kind), count)


def _told(batch: Batch, cell: int) -> Told:
    """The number and the settings of a cell."""
    return {"cell": cell, **batch.cells.told(cell)}


def _settings(told: Told, count: int) -> dict[str, Any]:
    """The columns that say which cell a row is of."""
    import pyarrow

    kinds = {"cell": pyarrow.int32(), **dict.fromkeys(NUMBERS, pyarrow.float64())}
    return {
        name: _repeated(value, kinds.get(name, pyarrow.string()), count)
        for name, value in told.items()
    }


def _result_rows(work: Work, told: Told, found: CellValues) -> Any:
    """A cell's results as rows: unit by unit in the order of the design, year by year."""
    import pyarrow

    under, repetition = np.nonzero(found.there)
    years = len(found.years)
    chosen = [work.unders[k] for k in under.tolist()]

    def by_year(values: Any, kind: str) -> Any:
        return np.repeat(np.array(values, dtype=kind), years)

    columns = {
        **_settings(told, len(under) * years),
        "reading": pyarrow.array([each.reading for each in chosen for _ in range(years)]),
        "draw": by_year([each.draw for each in chosen], "int32"),
        "weight": by_year([each.weight for each in chosen], "float64"),
        "replication": by_year(repetition, "int32"),
        PERIOD: pyarrow.array(list(found.years) * len(under), pyarrow.string()),
        **{
            name: values[:, under, repetition].T.ravel()
            for name, values in zip(found.measures, found.values, strict=True)
        },
    }
    return pyarrow.table(columns)


def _summary_rows(batch: Batch, found: CellSummary) -> Iterator[Any]:
    """A cell's summary as rows, a table a reading: measure by measure, year by year."""
    import pyarrow

    told, years, measures = _told(batch, found.cell), found.years, found.measures
    count = len(years) * len(measures)
    for reading, each in found.spreads.items():
        columns = {
            **_settings(told, count),
            "reading": _repeated(reading, pyarrow.string(), count),
            "period": pyarrow.array(list(years) * len(measures), pyarrow.string()),
            "place": _repeated(COUNTRY, pyarrow.string(), count),
            "measure": pyarrow.array([name for name in measures for _ in years]),
            "unit": pyarrow.array([UNITS[name] for name in measures for _ in years]),
            "value": each.value.ravel(),
            "low": each.low.ravel(),
            "high": each.high.ravel(),
            "half_width": each.half_width.ravel(),
            "draws": _repeated(found.draws, pyarrow.int32(), count),
            "replications": _repeated(batch.work.replications, pyarrow.int32(), count),
        }
        yield pyarrow.table(columns)


class _Pieces:
    """A Parquet file to which tables are added; groups of rows do not depend on the pieces."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.waiting: list[Any] = []
        self.rows = 0
        self.writer: Any = None

    def add(self, table: Any) -> None:
        """Write the table now, or with the next ones."""
        self.waiting.append(table)
        self.rows += table.num_rows
        if self.rows >= ROWS_AT_ONCE:
            self._write()

    def close(self) -> None:
        """Write what is waiting, and the end of the file."""
        import pyarrow
        from pyarrow.parquet import write_table

        if self.waiting:
            self._write()
        if self.writer is None:
            write_table(pyarrow.table({}), self.path)
        else:
            self.writer.close()

    def _write(self) -> None:
        import pyarrow
        from pyarrow.parquet import ParquetWriter

        table = pyarrow.concat_tables(self.waiting).combine_chunks()
        if self.writer is None:
            self.writer = ParquetWriter(self.path, table.schema, compression="zstd")
        self.writer.write_table(table, row_group_size=table.num_rows)
        self.waiting, self.rows = [], 0


def write_results(folder: Path, batch: Batch, progress: Progress = silent) -> None:
    """Write results.parquet and summary_by_year.parquet, whole; `progress(1)` after each cell."""

    def piecewise(results_file: Path, summary_file: Path) -> None:
        results, summaries = _Pieces(results_file), _Pieces(summary_file)
        for cell in range(len(batch.cells)):
            values = _cell_values(batch, cell)
            if values.there.any():
                results.add(_result_rows(batch.work, _told(batch, cell), values))
            for rows in _summary_rows(batch, _summed_up(batch.work, values)):
                summaries.add(rows)
            progress(1)
        results.close()
        summaries.close()

    write_whole(
        folder / RESULTS,
        lambda results: write_whole(folder / SUMMARY, lambda rest: piecewise(results, rest)),
    )


def cells_frame(batch: Batch) -> pd.DataFrame:
    """One row a cell: its settings, title, and fingerprint before a draw is laid under it."""
    import pandas as pd

    cells = batch.cells

    def rows() -> Iterator[dict[str, Any]]:
        for cell in range(len(cells)):
            scenario = cells.scenario(cell)
            told = {"title": scenario.title, "fingerprint": scenario.fingerprint}
            yield {"cell": cell, **cells.told(cell), **told}

    return pd.DataFrame(rows()).astype(dict.fromkeys(NUMBERS, "float64"))


def tidy_frame(batch: Batch, period: Period, measures: Sequence[str] | None) -> pd.DataFrame:
    """Tidy rows of all units by year or month."""
    import pyarrow

    parts = []
    for cell in range(len(batch.cells)):
        told = _told(batch, cell)
        for under, repetition, whole in batch.tables(cell):
            years = _yearly(whole)
            table = years if period == "year" else whole.slice(years.num_rows)
            names = _known(measures, table.column_names)
            labels, count = table[PERIOD].to_pylist(), table.num_rows * len(names)
            chosen = batch.work.unders[under]
            columns = {
                **_settings(told, count),
                "reading": _repeated(chosen.reading, pyarrow.string(), count),
                "replication": _repeated(repetition, pyarrow.int32(), count),
                "draw": _repeated(chosen.draw, pyarrow.int32(), count),
                "period": pyarrow.array(labels * len(names), pyarrow.string()),
                "place": _repeated(COUNTRY, pyarrow.string(), count),
                "measure": pyarrow.array([name for name in names for _ in labels]),
                "value": np.concatenate([table[name].to_numpy() for name in names]),
                "unit": pyarrow.array([UNITS[name] for name in names for _ in labels]),
            }
            parts.append(pyarrow.table(columns))
    return _frame(parts)


def _known(measures: Sequence[str] | None, columns: Sequence[str]) -> list[str]:
    """The measures asked for, all without any; `InputError` for one that is not there."""
    there = [name for name in columns if name != PERIOD]
    for name in measures or ():
        if name not in there:
            told = say("'{name}' is no measure of this batch", name=name)
            raise InputError(Problem("batch", "measures", told, nearest(name, there)))
    return list(measures or there)


def _frame(parts: Sequence[Any]) -> pd.DataFrame:
    """Tables below each other, texts as categories: they are the same over and over."""
    import pyarrow

    table = pyarrow.concat_tables(parts) if parts else pyarrow.table({})
    texts = [each.name for each in table.schema if each.type == pyarrow.string()]
    frame: pd.DataFrame = table.to_pandas(categories=texts)
    return frame


def summary_frame(batch: Batch) -> pd.DataFrame:
    """The summaries of all cells as one frame."""
    cells = range(len(batch.cells))
    found = (_summed_up(batch.work, _cell_values(batch, cell)) for cell in cells)
    return _frame([rows for each in found for rows in _summary_rows(batch, each)])
