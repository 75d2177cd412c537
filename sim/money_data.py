"""What posts cost, read from its one data file: rates with their sources."""

from __future__ import annotations

import tomllib
from functools import cache

from sim import data_files
from sim.quantities import Quantity


def cost_of_a_post_year() -> Quantity:
    """Loaded cost of a dedicated counsellor's post, euros a year, with its range and source."""
    return _rate("post_year")


def cost_of_a_lever_year() -> Quantity:
    """What running one lever costs in a year, in posts, with its range and source."""
    return _rate("lever_year")


@cache
def _rate(name: str) -> Quantity:
    table = tomllib.loads(data_files.money().read_text(encoding="utf-8"))[name]
    return Quantity(table["value"], table["low"], table["high"], table["source"])
