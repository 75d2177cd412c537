"""Texts of data files that are said: titles of readings."""

from __future__ import annotations

from sim.readings import readings


def data_texts() -> list[str]:
    """Every text of the data that a result shows."""
    return [each.title for each in readings().values()]
