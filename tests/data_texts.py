"""Texts of data that are said: readings, the register, measures, levers, rates, parameters."""

from __future__ import annotations

from datetime import date

from typer.main import get_command

from sim.cli import app
from sim.cli_help import help_texts
from sim.levers import NAMES
from sim.measures.frames import MEASURES
from sim.parameters import register
from sim.planning.steps import ORDER
from sim.posterior import posterior
from sim.present.parameter_names import in_english, without_year
from sim.quantities import Named
from sim.rate_files import shipped_rates
from sim.reading_fits import readings
from sim.scenario import Scenario
from sim.scenario_files import load, shipped
from sim.sections import Shock
from tests.declared_texts import declared_texts


def data_texts() -> list[str]:
    """Every text of the data that a result shows."""
    return [
        *(each.title for each in readings().values()),
        *(load(name).title for name in shipped()),
        *(" ".join(load(name).description.split()) for name in shipped()),
        *declared_texts(),
        *register_texts(),
        *(each.name.replace("_", " ") for each in MEASURES),
        *(each.unit for each in MEASURES),
        *NAMES,
        *(name.replace("_", " ") for name in NAMES),
        *ORDER,
        *_of_rates(),
        *_of_parameters(),
        *help_texts(get_command(app)),
    ]


def register_texts() -> list[str]:
    """Descriptions, units and sources of all parameters, a shock's among them."""
    shock = Shock(start=date(2020, 1, 1), end=date(2020, 2, 1))
    entries = register(Scenario(title="all", shocks=Named({"one": shock})))
    return [text for each in entries for text in (each.what, each.unit, each.source)]


def _of_rates() -> list[str]:
    rates = shipped_rates()
    found = [each.source for each in rates.programmes]
    for rate in rates.by_path.values():
        found += [rate.unit, rate.meaning, rate.source]
    return found


def _of_parameters() -> list[str]:
    """Names of what the posterior draws."""
    return [in_english(without_year(each.path)) for each in posterior(None).parameters]
