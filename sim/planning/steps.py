"""What differs between two scenarios, in steps that a planner would name.

A step is a group of inputs that belong together: the posts, one lever, one shock. Taking
one scenario's step into the other always gives a valid scenario, because inputs that must
fit each other are in one step (the history of portfolios may not go on after hiring has
started, so it goes with the posts).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sim.errors import InputError, Problem, nearest
from sim.levers import NAMES, Levers
from sim.quantities import Named
from sim.scenario import Scenario
from sim.sections import Shock
from sim.words import say, to_say

POSTS, SIZE, OPENING = "posts", "portfolio_size", "opening"
HISTORY = ("in_service", "december_2017")
ORDER = (
    "territory",
    OPENING,
    "orientations",
    "entry",
    "parcours",
    SIZE,
    POSTS,
    *(f"levers.{name}" for name in NAMES),
)
WITHOUT_EFFECT = ("target.", "horizon.end")
DRAWN = to_say("left to the draw or reading")

Change = tuple[Any, Any]


@dataclass(frozen=True)
class Step:
    """A group of inputs that differ: path → (value in A, value in B); None: absent."""

    name: str
    changes: Mapping[str, Change]


@dataclass(frozen=True)
class Differences:
    """Steps from A to B in their order, and differences that change no result."""

    steps: tuple[Step, ...]
    without_effect: Mapping[str, Change]

    @property
    def names(self) -> tuple[str, ...]:
        """The steps' names."""
        return tuple(step.name for step in self.steps)


def step_of(path: str) -> str:
    """The name of the step that a path belongs to; empty for what changes no result."""
    if path.startswith(WITHOUT_EFFECT):
        return ""
    section, rest = path.split(".", 1)
    first = rest.split(".")[0]
    if section in ("levers", "shocks"):
        return f"{section}.{first}"
    if section == "portfolios":
        return POSTS if first in HISTORY else SIZE
    return OPENING if section == "horizon" else section


def differences(
    a: Scenario,
    b: Scenario,
    ready: Iterable[tuple[Scenario, Scenario]],
    order: Sequence[str] = (),
) -> Differences:
    """What differs between two scenarios as they run, by steps.

    ready: both with a draw or reading laid under them, for each of those: what one of them
    sets itself and the other leaves open differs too, and a value of the calibrated
    history does not. order: names of steps to come first. Raises `InputError` for a name
    in it that is no step that differs, or is there twice.
    """
    found: dict[str, dict[str, Change]] = {}
    running: dict[str, Change] = {}
    for first, second in ready:
        for path in second.diff(first):
            if path not in running:
                running[path] = (_shown(a, first, path), _shown(b, second, path))
    for path, change in running.items():
        found.setdefault(step_of(path), {})[path] = change
    none = found.pop("", {})
    none |= {path: (old, new) for path, (new, old) in b.diff(a).items() if path not in running}
    names = sorted(found, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))
    _check_order(order, names)
    names = [*order, *(name for name in names if name not in order)]
    return Differences(tuple(Step(name, found[name]) for name in names), none)


def _shown(scenario: Scenario, ready: Scenario, path: str) -> Any:
    """The scenario's own value, or that it is left open."""
    own = scenario.values.get(path)
    return own if own == ready.values.get(path) else DRAWN


def _check_order(order: Sequence[str], names: Sequence[str]) -> None:
    problems = []
    for place, name in enumerate(order):
        if name not in names:
            remedy = nearest(name, names) if names else say("leave out the order")
            problems.append(
                Problem("explain", "order", say("'{name}' does not differ", name=name), remedy)
            )
        elif name in order[:place]:
            told = say("names '{name}' twice", name=name)
            problems.append(Problem("explain", "order", told, say("name each step once")))
    if problems:
        raise InputError(problems)


def between(a: Scenario, b: Scenario, taken: Iterable[str]) -> Scenario:
    """A with some steps taken from B, both as they run."""
    steps = set(taken)

    def of(name: str) -> Scenario:
        return b if name in steps else a

    portfolios = of(SIZE).portfolios
    history = {name: getattr(of(POSTS).portfolios, name) for name in HISTORY}
    shocks: dict[str, Shock] = {
        name: from_.shocks[name]
        for name in dict.fromkeys([*a.shocks, *b.shocks])
        if name in (from_ := of(f"shocks.{name}")).shocks
    }
    return Scenario(
        title=a.title,
        horizon=of(OPENING).horizon.model_copy(update={"end": a.horizon.end}),
        territory=of("territory").territory,
        orientations=of("orientations").orientations,
        entry=of("entry").entry,
        parcours=of("parcours").parcours,
        portfolios=portfolios.model_copy(update=history),
        posts=of(POSTS).posts,
        levers=Levers.model_validate(
            {name: of(f"levers.{name}").levers.named(name) for name in NAMES}
        ),
        shocks=Named(shocks),
        target=a.target,
    )


def until(scenario: Scenario, end: date) -> Scenario:
    """The scenario as it runs, simulated no longer than to a date: what is before stays."""
    sections = {name: getattr(scenario, name) for name in type(scenario).model_fields}
    horizon = scenario.horizon.model_copy(update={"end": min(end, scenario.horizon.end)})
    return Scenario(**{**sections, "horizon": horizon})
