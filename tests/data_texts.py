"""Texts of data that are said: titles of readings, the register of rates."""

from __future__ import annotations

from sim.rate_files import shipped_rates
from sim.readings import readings


def data_texts() -> list[str]:
    """Every text of the data that a result shows."""
    return [each.title for each in readings().values()] + _of_rates()


def _of_rates() -> list[str]:
    rates = shipped_rates()
    found = [each.source for each in rates.programmes]
    for rate in rates.by_path.values():
        found += [rate.unit, rate.meaning, rate.source]
    return found
