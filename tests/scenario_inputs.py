"""Scenarios for tests: figures, files in a folder, a reading, another value at a path."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import sim
from sim.reading_fits import Reading
from sim.scenario import Scenario

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = sim.shipped_scenarios()
TREND = sim.load("trend")
FIGURES = {
    "orientations.per_year": {"2018": 101_000, "2019": 119_000, "2020": 117_000},
    "entry.process_delay_days": {"2018": 32, "2019": 27, "2020": 23},
    "parcours.duration_days": {"2016": 203},
}


def files(folder: Path, **texts: str) -> Path:
    """Scenario files in a folder; the path of the first."""
    for name, text in texts.items():
        (folder / f"{name}.toml").write_text(f'title = "{name}"\n{text}', encoding="utf-8")
    return folder / f"{next(iter(texts))}.toml"


MADE_UP = Reading(
    name="made_up",
    title="A reading for tests",
    says="Places are 70.",
    fixed={"portfolios.places": 70.0, "territory.unevenness": 0.0},
    fitted={
        "orientations.per_year.2018": 101_000.0,
        "orientations.per_year.2019": 119_000.0,
        "entry.process_delay_days.2018": 32.0,
        "parcours.duration_days.2016": 203.0,
    },
    errors={},
)
OTHER_VALUES: dict[str, object] = {
    "horizon.opening_state": "empty",
    "horizon.opening": date(2017, 1, 1),
    "horizon.measured_from": date(2018, 7, 1),
    "horizon.end": date(2022, 7, 1),
    "territory.departements": ["52"],
    "territory.figures_for": "departements",
    "entry.shortest_process_delay_days": 20,
    "portfolios.december_2017": 960,
    "posts.hiring_start": date(2021, 4, 1),
    "posts.hiring_end": date(2022, 3, 1),
    "posts.allocation": "where_it_queues",
    "posts.most_hires_per_month": 30,
    "posts.target": 2200,
    "shocks.lockdown_2020.start": date(2020, 3, 1),
    "shocks.lockdown_2020.end": date(2020, 6, 1),
    "target.measure": "people_supported",
    "target.year": 2023,
}


def another(scenario: Scenario, path: str) -> Scenario:
    """The scenario with another allowed value at one path."""
    value = scenario.values[path]
    if path in OTHER_VALUES:
        return scenario.with_({path: OTHER_VALUES[path]})
    if path.endswith(".start"):
        return scenario.with_({path: date(2021, 6, 1)})
    return scenario.with_({path: value * 0.75 if value else 0.4})
