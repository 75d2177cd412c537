"""Readings: what 2018-2020 allow to think, each with its point fit.

A reading fixes a few parameters and brings the values that were fitted under
it. What a scenario sets itself wins over the reading, always.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sim import data_files
from sim.errors import InputError, Problem, nearest
from sim.scenario import Scenario
from sim.scenario_files import filled
from sim.words import say, to_say

OWN_FIGURES = "own_figures"
FIXED_HERE = to_say("reading '{name}': fixed")
FITTED_HERE = to_say("fitted: reading '{name}'")


@dataclass(frozen=True)
class Reading:
    """A named corner of what the data allow, and the values fitted under it."""

    name: str
    title: str
    says: str
    fixed: Mapping[str, float]
    fitted: Mapping[str, float]
    errors: Mapping[str, float]


def fits_file() -> Path:
    """Where the point fits are."""
    return data_files.calibration() / "point-fits.toml"


@cache
def readings() -> Mapping[str, Reading]:
    """All readings by name, in the order of their file."""
    folder = data_files.calibration()
    named = tomllib.loads((folder / "readings.toml").read_text(encoding="utf-8"))
    path = fits_file()
    fits = tomllib.loads(path.read_text(encoding="utf-8"))["fits"] if path.is_file() else {}
    return {
        name: Reading(
            name,
            table["title"],
            table["says"],
            table["values"],
            fits.get(name, {}).get("values", {}),
            fits.get(name, {}).get("errors", {}),
        )
        for name, table in named.items()
    }


def reading(name: str) -> Reading:
    """A reading by name; `InputError` with the nearest name where there is none."""
    known = readings()
    if name not in known:
        raise InputError(
            Problem(
                "reading",
                name,
                say("is not a known reading"),
                nearest(name, [*known, "all", OWN_FIGURES]),
            )
        )
    return known[name]


def under(scenario: Scenario, chosen: Reading) -> Scenario:
    """The scenario under a reading: fixed and fitted values laid under its own."""
    fixed: dict[str, Any] = {
        path: {"value": value, "source": FIXED_HERE.format(name=chosen.name)}
        for path, value in chosen.fixed.items()
    }
    own = scenario.given.document
    fitted: dict[str, Any] = {
        path: {"value": value, "source": FITTED_HERE.format(name=chosen.name)}
        for path, value in chosen.fitted.items()
        if not _set(own, path)
    }
    return filled(scenario, {**fixed, **fitted})


def _set(document: Mapping[str, Any], path: str) -> bool:
    """Whether a document gives a timeline itself: then nothing is filled in between."""
    section, name, *_ = path.split(".")
    table = document.get(section)
    return isinstance(table, Mapping) and name in table


def needs_reading(scenario: Scenario) -> bool:
    """Whether a scenario leaves open something that only a reading knows."""
    return not (
        scenario.orientations.per_year
        and scenario.entry.process_delay_days
        and scenario.parcours.duration_days
    )


def chosen_readings(scenario: Scenario, name: str) -> list[tuple[str, Scenario]]:
    """The scenario under one reading, under 'all', or as it stands ('own_figures')."""
    if name == "all":
        return [(each.name, under(scenario, each)) for each in readings().values()]
    if name == OWN_FIGURES:
        if needs_reading(scenario):
            raise InputError(
                Problem(
                    scenario.given.name,
                    "reading",
                    say(
                        "'own_figures' needs volumes, process delays and durations in the scenario"
                    ),
                    say("choose a reading, or 'all'"),
                )
            )
        return [(OWN_FIGURES, scenario)]
    return [(name, under(scenario, reading(name)))]


def title_of(name: str) -> str:
    """A reading's title in the language spoken, also of the scenario's own figures."""
    return say("the scenario's own figures") if name == OWN_FIGURES else say(reading(name).title)
