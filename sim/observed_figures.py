"""The observed national figures, read from their one data file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from sim import data_files
from sim.quantities import Quantity


@dataclass(frozen=True)
class Series:
    """One observed figure by year, with what it is and where it comes from.

    error: relative standard deviation of the observation, its `source` the reason; None
    where the series is not calibrated.
    """

    what: str
    unit: str
    kind: str
    source: str
    values: Mapping[int, float]
    error: Quantity | None = None


@cache
def observed() -> Mapping[str, Series]:
    """All observed series by name (see `calibration/data/observed-2018-2020.toml`)."""
    path = data_files.calibration() / "observed-2018-2020.toml"
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    source = document.pop("source")
    return MappingProxyType(
        {
            name: Series(
                table["what"],
                table["unit"],
                table["kind"],
                source,
                MappingProxyType({int(year): value for year, value in table["values"].items()}),
                _error(table.get("error")),
            )
            for name, table in document.items()
        }
    )


def _error(table: Mapping[str, Any] | None) -> Quantity | None:
    return None if table is None else Quantity(table["value"], source=table["reason"])
