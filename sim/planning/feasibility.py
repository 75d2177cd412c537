"""The feasibility picture: what posts cannot do, and what levers must.

For every reading's point fit: the target's year over posts and orientations, with the line of the
target and those of its guardrails, and where today, each lever, all levers and more posts stand
(`sim.planning.standing`). Readings are corners of what the figures allow, not probabilities.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from sim.errors import InputError, Problem
from sim.experiment.executor import Progress, Workers, silent
from sim.parameters import POSTERIOR
from sim.planning.combinations import label
from sim.planning.plan import chosen_levers, worlds_of
from sim.planning.search import reached
from sim.planning.standing import (
    ALL_LEVERS,
    LEVERS_AT_SIZING,
    POSTS_ALONE,
    POSTS_AND_LEVERS,
    POSTS_AT_SIZING,
    Picture,
    Point,
    pictured,
)
from sim.planning.surface import MEASURES
from sim.planning.today import posts_today
from sim.posterior import posterior
from sim.scenario import Scenario
from sim.shown import Shown
from sim.words import say, speaking

if TYPE_CHECKING:
    import pandas as pd

LONG_QUEUE_DAYS = 30.0  # errors of queues beyond it concern nobody who plans


@dataclass(frozen=True, repr=False, eq=False)
class Feasibility(Shown):
    """The feasibility picture: one `Picture` a reading.

    weights: of each reading, the share of the posterior's weight in draws that behave like it;
    empty for a scenario's own figures.
    """

    shown_by: ClassVar[str] = "feasibility_text.feasibility"

    scenario: Scenario
    levers: tuple[str, ...]
    pictures: tuple[Picture, ...]
    weights: Mapping[str, float]
    seed: int
    replications: int
    engine: str

    def __getitem__(self, reading: str) -> Picture:
        """The picture under a reading."""
        return {each.reading: each for each in self.pictures}[reading]

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The surfaces: one row a reading, posts and orientations; measures in columns."""
        import pandas as pd

        parts = []
        for each in self.pictures:
            posts, orientations = np.meshgrid(each.posts, each.orientations, indexing="ij")
            columns: dict[str, Any] = {
                "reading": each.reading,
                "posts": posts.ravel(),
                "orientations": orientations.ravel(),
            }
            columns |= {name: each.values[name].ravel() for name in MEASURES}
            parts.append(pd.DataFrame(columns))
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def points(self) -> pd.DataFrame:
        """What stands on the surfaces, simulated: one row a reading and point.

        people: the target's measure; `reaches`: whether it is enough, `within`: also inside the
        guardrails (queue and load).
        """
        import pandas as pd

        rows = [self._row(each, point) for each in self.pictures for point in each.points]
        return pd.DataFrame(rows)

    def _row(self, picture: Picture, point: Point) -> dict[str, Any]:
        target = picture.target
        found = {name: point.evaluation.of(name, target.year) for name in MEASURES}
        people = reached(point.evaluation, target)
        held = found["queue_delay"] <= float(target.queue_delay_days) and found["load"] <= float(
            target.mean_load
        )
        return {
            "reading": picture.reading,
            "point": point.kind,
            "levers": "+".join(point.levers),
            "label": label(point.levers),
            "posts": point.posts,
            "orientations": point.orientations,
            "people": people,
            "reaches": people >= float(target.people),
            "within": bool(held),
        } | found

    @cached_property
    def trials(self) -> pd.DataFrame:
        """Surface beside simulation where it was not used: one row a reading, cell, measure."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "reading": each.reading,
                    "posts": trial.posts,
                    "orientations": trial.orientations,
                    "measure": name,
                    "surface": trial.surface[name],
                    "simulated": trial.simulated[name],
                }
                for each in self.pictures
                for trial in each.trials
                for name in MEASURES
            ]
        )

    def errors(self) -> pd.DataFrame:
        """What the surface is off, one row a reading: root mean square and largest.

        Of the target's measure and the load as shares, of queues up to 30 days in days.
        """
        import pandas as pd

        rows = []
        for reading, mine in self.trials.groupby("reading", sort=False):
            row: dict[str, Any] = {"reading": reading, "cells": len(mine) // len(MEASURES)}
            for name in (str(self.scenario.target.measure), "load"):
                part = mine[mine["measure"] == name]
                off = (part["surface"] / part["simulated"] - 1).to_numpy()
                row[name] = float(np.sqrt(np.mean(off**2)))
                row[f"{name}_most"] = float(abs(off).max())
            part = mine[(mine["measure"] == "queue_delay") & (mine["simulated"] <= LONG_QUEUE_DAYS)]
            days = (part["surface"] - part["simulated"]).to_numpy()
            row |= {
                "queue_delay": float(np.sqrt(np.mean(days**2))) if len(days) else np.nan,
                "queue_delay_most": float(abs(days).max()) if len(days) else np.nan,
            }
            rows.append(row)
        return pd.DataFrame(rows)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """What posts cannot do and what levers must: one row a reading.

        least_orientations: with the most posts looked at, the fewest orientations (of today's)
        at which the target is met. to_find: of the orientations of the sizing point, the part
        that its posts do not bring; NaN where there is no sizing point.
        """
        import pandas as pd

        return pd.DataFrame([self._summary(each) for each in self.pictures])

    def _summary(self, picture: Picture) -> dict[str, Any]:
        sizing, alone = picture.at("sizing point"), picture.at(POSTS_AT_SIZING)
        needed = sizing.orientations if sizing else np.nan
        brought = alone.orientations if alone else np.nan
        row: dict[str, Any] = {
            "reading": picture.reading,
            "weight": self.weights.get(picture.reading, np.nan),
            "posts_today": picture.today_posts,
            "today": reached(picture.points[0].evaluation, picture.target),
            "most_posts": picture.posts[-1],
            "least_orientations": picture.least_orientations,
            "sizing_posts": sizing.posts if sizing else np.nan,
            "orientations_needed": needed,
            "brought_by_posts": brought,
            "to_find": needed / brought,
        }
        for name, kind in (
            ("posts_alone_at_most", POSTS_ALONE),
            ("levers_today", ALL_LEVERS),
            ("levers_at_sizing", LEVERS_AT_SIZING),
            ("levers_at_most", POSTS_AND_LEVERS),
        ):
            point = picture.at(kind)
            row[name] = reached(point.evaluation, picture.target) if point else np.nan
            row[f"{name}_orientations"] = point.orientations if point else np.nan
        row["levers_bring"] = row["levers_at_sizing_orientations"] / brought
        return row

    def __repr__(self) -> str:
        return f"<Feasibility: {self.scenario.title}, {len(self.pictures)} reading(s)>"

    def plot(self, delay: str = "queue_delay", *, lang: str | None = None) -> Any:
        """One panel a reading; lines of the 'queue_delay', or of the whole 'entry_delay'."""
        from sim.present.feasibility_figures import feasibility_figure

        with speaking(lang):
            return feasibility_figure(self, delay)

    def plot_binding(self, *, lang: str | None = None) -> Any:
        """What binds, posts or orientations: a heat map with the target's line."""
        from sim.present.binding_figures import binding_figure

        with speaking(lang):
            return binding_figure(self)


def feasibility(
    scenario: Scenario,
    reading: str = "all",
    *,
    levers: str | Sequence[str] = "all",
    replications: int | None = None,
    seed: int = 1,
    engine: str = "compiled",
    workers: Workers | None = None,
    progress: Progress = silent,
) -> Feasibility:
    """What is possible with which posts and orientations, under each reading.

    `reading`: 'all', the name of one, or 'own_figures'. `levers`: those that 'all levers' mean.
    Points are simulated with `replications` (4), anchors of the surface with two.
    `progress(1)` is called after every simulated evaluation, about 55 a reading. Raises
    `InputError` for unknown names and scenarios that have no posts to begin with.
    """
    names = chosen_levers(levers)
    if reading == POSTERIOR:
        told = say("is many draws; the picture shows one world at a time")
        raise InputError(Problem("feasibility", "reading", told, say("choose 'all' or a reading")))
    posts_today(scenario, replications)
    combinations = ((), names) if names else ((),)
    worlds = worlds_of(
        scenario,
        combinations=combinations,
        reading=reading,
        replications=replications,
        seed=seed,
        engine=engine,
    ).worlds
    pictures = (workers or Workers()).map_with_progress(pictured, worlds, progress)
    return Feasibility(
        scenario=scenario,
        levers=names,
        pictures=tuple(pictures),
        weights=_weights(),
        seed=seed,
        replications=len(worlds[0].numbers),
        engine=engine,
    )


def _weights() -> Mapping[str, float]:
    """The weight that the shipped posterior gives to draws that behave like each reading."""
    sample = posterior()
    draws = sample.first(len(sample))
    found = draws.of_each_reading()
    return {name: float(draws.weights[members].sum()) for name, members in found.items()}
