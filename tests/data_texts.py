"""Texts of data that are said: titles of readings, the register, names of measures and levers."""

from __future__ import annotations

from datetime import date

from sim.levers import NAMES
from sim.measures.frames import MEASURES
from sim.parameters import register
from sim.planning.steps import ORDER
from sim.quantities import Named
from sim.readings import readings
from sim.scenario import Scenario
from sim.sections import Shock


def data_texts() -> list[str]:
    """Every text of the data that a result shows."""
    return [
        *(each.title for each in readings().values()),
        *register_texts(),
        *(each.name.replace("_", " ") for each in MEASURES),
        *(each.unit for each in MEASURES),
        *NAMES,
        *(name.replace("_", " ") for name in NAMES),
        *ORDER,
    ]


def register_texts() -> list[str]:
    """Descriptions, units and sources of all parameters, a shock's among them."""
    shock = Shock(start=date(2020, 1, 1), end=date(2020, 2, 1))
    entries = register(Scenario(title="all", shocks=Named({"one": shock})))
    return [text for each in entries for text in (each.what, each.unit, each.source)]
