"""A scenario: everything that a run depends on, frozen.

`sim/sections.py` and `sim/levers.py` declare every parameter. A scenario file
sets some of them; `sim/scenario_files.py` reads files, `Scenario.with_` derives
a new scenario, and a *reading* (`sim/reading_fits.py`) fills what only the
calibration knows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr

from sim.calendar import Calendar, calendar_between
from sim.levers import Levers
from sim.parameters import Entry, register
from sim.posts_table import PostsTable
from sim.quantities import Named, Timeline
from sim.sections import (
    EntryProcess,
    Horizon,
    Orientations,
    Parcours,
    Portfolios,
    Posts,
    Shock,
    Target,
    Territory,
)
from sim.shown import Shown

Document = dict[str, Any]


@dataclass(frozen=True)
class Given:
    """What a file (and its bases) set, before validation, and which file set each path.

    `name` is short, for tables; `file` is what messages name where no path helps.
    """

    document: Document
    origins: Mapping[str, str] = field(default_factory=dict)
    name: str = "scenario"
    file: str = "scenario"


class Scenario(Shown, BaseModel):
    """Everything that a run depends on. Frozen: a change makes a new one."""

    shown_by: ClassVar[str] = "scenario_text.scenario"

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, ignored_types=(cached_property,)
    )

    title: str = Field(min_length=1, description="one line that says what the scenario is")
    description: str = Field(default="", description="why it exists, for whom, what it assumes")
    horizon: Horizon = Horizon()
    territory: Territory = Territory()
    orientations: Orientations = Orientations()
    entry: EntryProcess = EntryProcess()
    parcours: Parcours = Parcours()
    portfolios: Portfolios = Portfolios()
    posts: Posts = Posts()
    levers: Levers = Levers()
    shocks: Annotated[Mapping[str, Shock], AfterValidator(Named)] = Field(
        default=Named({}), description="named disturbances, such as the lockdown of 2020"
    )
    target: Target = Target()
    _given: Given | None = PrivateAttr(default=None)

    def __repr__(self) -> str:
        return f"<Scenario {self.fingerprint}: {self.title}>"

    @property
    def given(self) -> Given:
        """What was set explicitly for this scenario (not the defaults)."""
        return self._given or self._as_if_given()

    def _as_if_given(self) -> Given:
        """For a scenario made in Python: what differs from the defaults."""
        from sim.scenario_files import nested

        changed = self.diff(Scenario(title="defaults"))
        own = {path: mine for path, (mine, _) in changed.items() if mine is not None}
        return Given({"title": self.title, "description": self.description, **nested(own)})

    def remembering(self, given: Given) -> Self:
        """This scenario, knowing which file set what."""
        self._given = given
        return self

    @cached_property
    def calendar(self) -> Calendar:
        """The calendar of the horizon."""
        return calendar_between(self.horizon.opening, self.horizon.end)

    @cached_property
    def fingerprint(self) -> str:
        """A stable hash of everything that changes results (not titles or sources)."""
        content = json.dumps(self.values, sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    @cached_property
    def values(self) -> dict[str, Any]:
        """Every value by its dotted path, as plain JSON values."""
        return dict(_flat(self, ""))

    @property
    def register(self) -> list[Entry]:
        """Every parameter with its value, range, unit and source."""
        return register(self)

    def diff(self, other: Scenario) -> dict[str, tuple[Any, Any]]:
        """Paths on which two scenarios differ, with both values (None: absent)."""
        mine, theirs = self.values, other.values
        paths = list(mine) + [path for path in theirs if path not in mine]
        return {
            path: (mine.get(path), theirs.get(path))
            for path in paths
            if mine.get(path) != theirs.get(path)
        }

    def with_(self, changes: Mapping[str, Any], title: str | None = None) -> Scenario:
        """A new scenario with some values changed, by dotted path.

        >>> import sim
        >>> trend = sim.load("trend")
        >>> trend.with_({"levers.shared_target.intensity": 1}).title
        'Trend: nothing new after 2020'

        Raises `InputError` with every mistake at once.
        """
        from sim.scenario_files import changed

        return changed(self, changes, title or self.title)


def _flat(section: BaseModel, prefix: str) -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for name in type(section).model_fields:
        value, path = getattr(section, name), f"{prefix}{name}"
        if path in ("title", "description"):
            continue
        if isinstance(value, BaseModel):
            pairs += _flat(value, path + ".")
        elif isinstance(value, Timeline):
            pairs += [(f"{path}.{when}", float(entry)) for when, entry in value.items()]
        elif isinstance(value, PostsTable):
            pairs += [(f"{path}.{code}", posts) for code, posts in value.plain().items()]
        elif isinstance(value, Mapping):
            for key in sorted(value):
                pairs += _flat(value[key], f"{path}.{key}.")
        else:
            pairs.append((path, _plain(value)))
    return pairs


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
