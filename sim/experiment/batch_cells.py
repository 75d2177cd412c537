"""The cells of a batch: every combination of its design's choices, as scenarios.

A batch may have more cells than scenarios fit into memory, so a cell is a number, and
its settings and its scenario are made when they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property
from math import prod
from pathlib import Path
from typing import Any

from sim.calendar import first_of_month
from sim.errors import InputError, Problem
from sim.experiment.batch_design import TODAY, BatchDesign
from sim.experiment.batch_files import base_scenarios
from sim.levers import NAMES
from sim.posterior import Posterior
from sim.quantities import Named
from sim.scenario import Scenario
from sim.scenario_files import nested, paths
from sim.sections import Target
from sim.words import say, to_say

MOST_CELLS = 100_000
AS_BASE = to_say("as base")
MOST_TOLD = 20


@dataclass(frozen=True)
class Settings:
    """What the choices of a cell are; None: as in the base scenario."""

    base: int
    levers: tuple[str, ...] | None
    intensity: float
    posts: int | str | None
    allocation: str | None
    places: float | None
    shocks: str | None
    set: str | None


NUMBERS = ("intensity", "posts", "places")
CHOICES = tuple(each.name for each in fields(Settings))
KEYS = {"intensity": "intensities"}


@dataclass(frozen=True, eq=False)
class Cells:
    """Base scenarios and the alternatives of each choice; the last choice varies fastest."""

    bases: tuple[Scenario, ...]
    names: tuple[str, ...]
    choices: Mapping[str, tuple[Any, ...]]
    shocks: Mapping[str, Mapping[str, Any]]
    others: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(cls, design: BatchDesign, where: str = "design", beside: Path | None = None) -> Cells:
        """The cells of a design; `InputError` with all that is wrong with any of them.

        where: what messages name. beside: the folder in which scenarios are looked for
        first.
        """
        bases = tuple(base_scenarios(design, where, beside))
        shocks, others = design.shocks or Named({}), design.set or Named({})
        choices: dict[str, tuple[Any, ...]] = {
            "base": tuple(range(len(bases))),
            "levers": design.levers or (None,),
            "intensity": design.intensities,
            "posts": design.posts or (None,),
            "allocation": design.allocation or (None,),
            "places": design.places or (None,),
            "shocks": tuple(shocks) or (None,),
            "set": tuple(others) or (None,),
        }
        cells = cls(bases, _names(bases), choices, shocks, others)
        if len(cells) > MOST_CELLS:
            told = say("has {cells} cells, {most} at most", cells=len(cells), most=MOST_CELLS)
            raise InputError(Problem(where, "", told, say("split it into several batches")))
        problems = list(_set_twice(cells, design, where))
        problems = problems or list(_wrong_alone(cells, where))
        problems = problems or list(_wrong_together(cells, where))
        if problems:
            raise InputError(problems)
        return cells

    def __len__(self) -> int:
        return prod(len(each) for each in self.choices.values())

    @cached_property
    def varied(self) -> tuple[str, ...]:
        """The choices that have several alternatives."""
        return tuple(name for name in CHOICES if len(self.choices[name]) > 1)

    @cached_property
    def target(self) -> Target:
        """The target by which cells are ranked: the first cell's."""
        return self.scenario(0).target

    def settings(self, cell: int) -> Settings:
        """What the choices of a cell are."""
        chosen = {}
        for name in reversed(CHOICES):
            cell, which = divmod(cell, len(self.choices[name]))
            chosen[name] = self.choices[name][which]
        return Settings(**chosen)

    def scenario(self, cell: int) -> Scenario:
        """The scenario of a cell, before a draw or a reading is laid under it."""
        return self.planned(self.settings(cell))

    def planned(self, settings: Settings) -> Scenario:
        """The scenario with these settings; shocks and other values come first."""
        scenario = self.bases[settings.base]
        first: dict[str, Any] = {}
        if settings.shocks is not None:
            first |= {f"shocks.{name}": given for name, given in self._shock(settings).items()}
        if settings.set is not None:
            first |= self.others[settings.set]
        if first:
            scenario = scenario.with_(first)
        changes = _changes(scenario, settings)
        return scenario.with_(changes) if changes else scenario

    def _shock(self, settings: Settings) -> Mapping[str, Any]:
        return {} if settings.shocks is None else self.shocks[settings.shocks]

    def told(self, cell: int) -> dict[str, str | float | None]:
        """The settings of a cell as columns of a table.

        posts: None where today's go on; places: None where they are those of the base.
        """
        settings, posts = self.settings(cell), self.scenario(cell).posts
        return {
            "base": self.names[settings.base],
            "levers": levers_told(settings.levers),
            "intensity": settings.intensity,
            "posts": None if posts.target is None else float(posts.target),
            "allocation": posts.allocation,
            "places": settings.places,
            "shocks": settings.shocks or AS_BASE,
            "set": settings.set or AS_BASE,
        }


def overridden(cells: Cells, sample: Posterior) -> tuple[str, ...]:
    """Paths that bases or alternatives set though the draws were calibrated on them."""
    found: dict[str, None] = {}
    for base in range(len(cells.bases)):
        for other in (None, *cells.others):
            settings = Settings(base, None, 1.0, None, None, None, None, other)
            found |= dict.fromkeys(sample.overridden(cells.planned(settings)))
    return tuple(found)


def levers_told(names: tuple[str, ...] | None) -> str:
    """A combination of levers as one reads it."""
    if names is None:
        return AS_BASE
    return "all five" if names == NAMES else " + ".join(names) or "none"


def _names(bases: tuple[Scenario, ...]) -> tuple[str, ...]:
    """Short names of the bases; one that is taken gets a number."""
    names: list[str] = []
    for each in bases:
        number, name = 1, each.given.name
        while name in names:
            number += 1
            name = f"{each.given.name}-{number}"
        names.append(name)
    return tuple(names)


def _changes(scenario: Scenario, settings: Settings) -> dict[str, Any]:
    """What levers, posts, their allocation and places change in a scenario."""
    changes: dict[str, Any] = {}
    for name in NAMES:
        path, own = f"levers.{name}.intensity", float(scenario.levers.named(name).intensity)
        if settings.levers is not None:
            used = name in settings.levers
            changes[path] = settings.intensity * (own or 1.0) if used else 0.0
        elif own and settings.intensity != 1:
            changes[path] = settings.intensity * own
    if settings.posts is not None:
        changes["posts.target"] = None if settings.posts == TODAY else settings.posts
    if settings.allocation is not None:
        changes["posts.allocation"] = settings.allocation
    if settings.places is not None:
        start = _first_of_a_month(scenario.posts.hiring_start)
        dates = {start, *(when for when in scenario.portfolios.places_from if when > start)}
        changes["portfolios.places_from"] = {str(when): settings.places for when in sorted(dates)}
    return changes


def _first_of_a_month(day: date) -> date:
    """The day, or the next first of a month: places change on the 1st only."""
    if first_of_month(day):
        return day
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _set_twice(cells: Cells, design: BatchDesign, where: str) -> Iterator[Problem]:
    """Values that an alternative of `set` gives though another choice decides them."""
    owners = {
        "posts.target": "posts" if design.posts else "",
        "posts.allocation": "allocation" if design.allocation else "",
        "portfolios.places_from": "places" if design.places else "",
        **{f"levers.{name}.intensity": "levers" if design.levers else "" for name in NAMES},
        **{f"shocks.{name}": "shocks" for given in cells.shocks.values() for name in given},
    }
    for alternative, given in cells.others.items():
        try:
            own = set(paths(nested(given)))
        except InputError as wrong:
            yield from (
                Problem(where, f"set.{alternative}.{each.key}", each.message, each.remedy)
                for each in wrong.problems
            )
            continue
        for path in sorted(own):
            if owners.get(path):
                told = say("is decided by '{owner}' too", owner=owners[path])
                yield Problem(
                    where, f"set.{alternative}.{path}", told, say("give it in one of them")
                )


def _wrong_alone(cells: Cells, where: str) -> Iterator[Problem]:
    """What is wrong with one alternative where all other choices are the base's."""
    as_the_base = Settings(0, None, 1.0, None, None, None, None, None)
    for name in CHOICES[1:]:
        for value in cells.choices[name]:
            try:
                cells.planned(replace(as_the_base, **{name: value}))
            except InputError as wrong:
                for each in wrong.problems:
                    told = f"{each.key} {each.message}".strip()
                    yield Problem(where, _key(name, value), told, each.remedy)


def _key(name: str, value: Any) -> str:
    """How a message names one alternative of a choice."""
    key = KEYS.get(name, name)
    if name in {"shocks", "set"}:
        return f"{key}.{value}"
    return f"{key} {levers_told(value) if name == 'levers' else value}"


def _wrong_together(cells: Cells, where: str) -> Iterator[Problem]:
    """What is wrong with combinations whose parts are right, the first few of it."""
    told: set[tuple[str, str]] = set()
    for cell in range(len(cells)):
        try:
            cells.scenario(cell)
        except InputError as wrong:
            for each in wrong.problems:
                if (each.key, each.message) not in told and len(told) < MOST_TOLD:
                    told.add((each.key, each.message))
                    chosen = cells.settings(cell)
                    which = ", ".join(_key(name, getattr(chosen, name)) for name in cells.varied)
                    yield Problem(where, which, f"{each.key} {each.message}", each.remedy)
