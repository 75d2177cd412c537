"""What a planner chooses on the panel, and the scenario that a world gets by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sim.levers import NAMES
from sim.parameters import POSTERIOR
from sim.planning.evaluate import Cell
from sim.population.posts import posts_at_start
from sim.scenario import Scenario


@dataclass(frozen=True)
class Choices:
    """One position of all controls.

    posts: funded, at the end of hiring. more_places: added to the mean places of a portfolio from
    the start of hiring on; how many there are today differs between the draws. intensities and
    starts: of the levers, in the order of their names. people, year: the target. reading:
    'posterior' for all draws together, or a label of the draws.
    """

    posts: int
    more_places: int
    intensities: tuple[float, ...]
    starts: tuple[date, ...]
    people: int
    year: int
    reading: str = POSTERIOR

    @property
    def cell(self) -> Cell:
        """Posts and levers in use."""
        used = tuple(name for name, share in zip(NAMES, self.intensities, strict=True) if share > 0)
        return Cell(self.posts, levers=used, limited=True)

    def on(self, world: Scenario) -> Scenario:
        """A world's scenario with all that is chosen beside posts."""
        changes: dict[str, Any] = {
            "target.people": self.people,
            "target.year": self.year,
            "horizon.end": date(self.year + 1, 1, 1),
        }
        for name, share, start in zip(NAMES, self.intensities, self.starts, strict=True):
            changes |= {f"levers.{name}.intensity": share, f"levers.{name}.start": start}
        if self.more_places:
            since = _first_of_month(world.posts.hiring_start)
            places = max(1.0, world.portfolios.places + self.more_places)
            changes["portfolios.places_from"] = {since.isoformat(): places}
        return world.with_(changes)


def opening(scenario: Scenario) -> Choices:
    """The position that a panel opens at: the scenario's own plan."""
    levers = [scenario.levers.named(name) for name in NAMES]
    return Choices(
        posts=round(float(scenario.posts.target or posts_at_start(scenario))),
        more_places=0,
        intensities=tuple(float(each.intensity) for each in levers),
        starts=tuple(each.start for each in levers),
        people=round(float(scenario.target.people)),
        year=scenario.target.year,
    )


def _first_of_month(day: date) -> date:
    if day.day == 1:
        return day
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
