"""Rows of a frame as plain mappings, for what prints or draws them one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]


def rows_of(frame: pd.DataFrame) -> list[Row]:
    """The rows, in order, values by column."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]
