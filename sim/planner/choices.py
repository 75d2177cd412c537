"""What a planner chooses on the panel, and the scenario that a world gets by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sim.levers import NAMES
from sim.parameters import POSTERIOR
from sim.planning.evaluate import Cell
from sim.population.posts import posts_at_start, posts_planned
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
            places = self._places(world)
            changes["portfolios.places_from"] = {
                when.isoformat(): value for when, value in places.items()
            }
        return world.with_(changes)

    def places_at_end(self, world: Scenario) -> float:
        """Mean places of a portfolio in a world at the end of the target's year."""
        held = {date.min: float(world.portfolios.places), **self._places(world)}
        return held[max(when for when in held if when.year <= self.year)]

    def _places(self, world: Scenario) -> dict[date, float]:
        """Mean places by date: the world's own, from the start of hiring on with those chosen."""
        own, since = world.portfolios.places_from, _first_of_month(world.posts.hiring_start)
        before = [float(own[when]) for when in own if when <= since]
        held = {since: before[-1] if before else float(world.portfolios.places)}
        held |= {when: float(own[when]) for when in own if when > since}
        earlier = {when: float(own[when]) for when in own if when < since}
        return earlier | {when: max(1.0, value + self.more_places) for when, value in held.items()}


def opening(scenario: Scenario) -> Choices:
    """The position that a panel opens at: the scenario's own plan."""
    levers = [scenario.levers.named(name) for name in NAMES]
    planned = posts_planned(scenario)
    return Choices(
        posts=posts_at_start(scenario) if planned is None else planned,
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
