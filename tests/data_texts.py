"""Texts of data files and declarations that are said: titles of readings, choices of a batch."""

from __future__ import annotations

from sim.experiment.batch_design import BatchDesign
from sim.readings import readings


def data_texts() -> list[str]:
    """Every text of the data that a result or a message shows."""
    return [*titles(), *choices()]


def titles() -> list[str]:
    """Titles of the readings."""
    return [each.title for each in readings().values()]


def choices() -> list[str]:
    """What the choices of a batch are."""
    return [each.description or "" for each in BatchDesign.model_fields.values()]
