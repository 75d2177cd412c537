"""Texts of data files that are said: titles of readings."""

from __future__ import annotations

from sim.readings import readings
from tests.declared_texts import declared_texts


def data_texts() -> list[str]:
    """Every text of the data that a result shows."""
    return [each.title for each in readings().values()] + declared_texts()
