"""Texts of data that are said: titles of readings, measures, rates, names of parameters."""

from __future__ import annotations

from sim.measures.frames import MEASURES
from sim.posterior import posterior
from sim.present.parameter_names import in_english, without_year
from sim.rate_files import shipped_rates
from sim.readings import readings
from tests.declared_texts import declared_texts


def data_texts() -> list[str]:
    """Every text of the data that a result shows."""
    titles = [each.title for each in readings().values()]
    return titles + _of_measures() + _of_rates() + _of_parameters() + declared_texts()


def _of_measures() -> list[str]:
    return [each.name.replace("_", " ") for each in MEASURES] + [each.unit for each in MEASURES]


def _of_rates() -> list[str]:
    rates = shipped_rates()
    found = [each.source for each in rates.programmes]
    for rate in rates.by_path.values():
        found += [rate.unit, rate.meaning, rate.source]
    return found


def _of_parameters() -> list[str]:
    """Names of what the posterior draws."""
    return [in_english(without_year(each.path)) for each in posterior(None).parameters]
