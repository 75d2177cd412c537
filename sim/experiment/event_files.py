"""Event logs as files: written part by part, whole or not at all, their schema beside them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiment.event_log import EventLog, Part
from sim.experiment.files import write_text, write_whole
from sim.measures.event_schema import PERSON_COLUMNS, PORTFOLIO_COLUMNS, Column, schema

if TYPE_CHECKING:
    import pandas as pd

PEOPLE, PORTFOLIOS, SCHEMA = "events", "portfolio_events", "events_schema.json"


def write_logs(folder: Path, logs: Sequence[EventLog], *, csv: bool = False) -> list[Path]:
    """Write the logs of some runs as two tables, and what their columns mean; the paths.

    `events` has a row an event of a person, `portfolio_events` a row an event of a portfolio: as
    Parquet (a row group some pools), or as CSV. Some pools at a time are in memory.
    """
    tables: list[tuple[str, tuple[Column, ...], Callable[[EventLog, Part], pd.DataFrame]]] = [
        (PEOPLE, PERSON_COLUMNS, EventLog.people_of),
        (PORTFOLIOS, PORTFOLIO_COLUMNS, EventLog.portfolios_of),
    ]
    written = []
    for name, columns, rows_of in tables:
        path = folder / f"{name}.{'csv' if csv else 'parquet'}"
        if csv:
            write_whole(path, lambda part: _write_csv(part, _frames(logs, rows_of)))  # noqa: B023
        else:
            write_whole(
                path,
                lambda part: _write_parquet(part, columns, _frames(logs, rows_of)),  # noqa: B023
            )
        written.append(path)
    text = json.dumps(schema(), indent=2, ensure_ascii=False)
    write_text(folder / SCHEMA, text + "\n")
    return [*written, folder / SCHEMA]


def _frames(
    logs: Sequence[EventLog], rows_of: Callable[[EventLog, Part], pd.DataFrame]
) -> Iterator[pd.DataFrame]:
    return (rows_of(log, part) for log in logs for part in log.parts())


def _write_csv(path: Path, frames: Iterable[pd.DataFrame]) -> None:
    """Times to the millisecond, which is exact on the model's grid."""
    import numpy as np

    with path.open("w", encoding="utf-8", newline="") as file:
        for k, frame in enumerate(frames):
            when = np.datetime_as_string(frame["timestamp"].to_numpy(), unit="ms")
            dated = frame.assign(timestamp=when)
            dated.to_csv(file, index=False, header=k == 0, lineterminator="\n")


def _write_parquet(path: Path, columns: Sequence[Column], frames: Iterable[pd.DataFrame]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = pa.schema([(each.name, _arrow_type(pa, each.type)) for each in columns])
    tables = (pa.Table.from_pandas(each, schema=types, preserve_index=False) for each in frames)
    first = next(tables)
    with pq.ParquetWriter(path, first.schema, compression="zstd") as writer:
        writer.write_table(first)
        for table in tables:
            writer.write_table(table)


def _arrow_type(pa: Any, name: str) -> Any:
    if name == "category":
        return pa.dictionary(pa.int32(), pa.string())
    return pa.timestamp("us") if name.startswith("datetime") else pa.type_for_alias(name.lower())
