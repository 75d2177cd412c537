"""Options side by side: how likely each reaches its target, what holds it back, what it costs.

For one département with its own table of posts as for the country: every option is a scenario,
and all are simulated on the same draws and people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError, Problem
from sim.experiment.binds import BINDING, BINDS, holds_most
from sim.experiment.executor import Progress, Workers, silent
from sim.experiment.results import Results, simulate
from sim.money.budget import Budget, budget
from sim.money.payers import ESF
from sim.planning.search import enough_people
from sim.posterior import Posterior
from sim.rates import Rates
from sim.scenario import Scenario
from sim.sections import Target
from sim.shown import Shown
from sim.words import say, speaking

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
REPLICATIONS = 4  # so that a small département's years are more than two a draw


@dataclass(frozen=True, repr=False, eq=False)
class Options(Shown):
    """Scenarios with one target: results, and a budget each, by the name in the results."""

    shown_by: ClassVar[str] = "options_text.options"

    results: Results
    budgets: Mapping[str, Budget]
    target: Target

    def __repr__(self) -> str:
        return f"<Options: {len(self.budgets)} for {self.target.people:g} in {self.target.year}>"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row an option, in the order given, in the target's year.

        posts: funded, mean of the year. reached: what the target counts, mean over the draws, with
        its 90 % credible interval low and high (NaN on too few draws). probability: of reaching
        the target to the tolerance that plans have (`enough_people`), over draws and
        replications; so it also holds how the year falls out by chance. entry_delay, load: means.
        binds: of 'places', 'slots' and 'orientations', what most pool-days wait for in most draws
        by weight, as in `ByPlace`. gross, esf: euros of the year, and the ESF's part of them.
        """
        import pandas as pd

        return pd.DataFrame([self._row(name) for name in self.budgets])

    def _row(self, name: str) -> dict[str, Any]:
        year, mine = self.target.year, self._year[self._year["scenario"] == name]
        means = dict(zip(mine["measure"], mine["value"].tolist(), strict=True))
        reached = mine[mine["measure"] == self.target.measure]
        costs = self.budgets[name]
        return {
            "scenario": name,
            "posts": float(costs.funded_posts(year)),
            "reached": means[self.target.measure],
            "low": reached["low"].tolist()[0],
            "high": reached["high"].tolist()[0],
            "probability": self._probability(name),
            "entry_delay": means["entry_delay"],
            "load": means["load"],
            "binds": self._binds(name),
            "gross": costs.gross(year),
            "esf": costs.paid_by(ESF, year),
        }

    @cached_property
    def _year(self) -> pd.DataFrame:
        summary = self.results.summary()
        return summary[summary["period"] == str(self.target.year)]

    def _probability(self, name: str) -> float:
        enough = enough_people(self.target)
        return float(self._by_draw(name, self.target.measure, enough) @ self.results.draws.weights)

    def _binds(self, name: str) -> str:
        shares = np.stack([self._by_draw(name, each) for each in BINDING])
        most, _ = holds_most(shares[:, None], self.results.draws.weights)
        return BINDS[int(most[0])]

    def _by_draw(self, name: str, measure: str, enough: float | None = None) -> Floats:
        """By draw the mean of the year's replications; with `enough`, the part that reach it."""
        runs = self.results.yearly
        mine = runs[
            (runs["scenario"] == name)
            & (runs["period"] == str(self.target.year))
            & (runs["measure"] == measure)
        ]
        values = mine["value"] if enough is None else (mine["value"] >= enough).astype(float)
        means = values.groupby(mine["draw"]).mean().sort_index()
        return np.array(means.tolist(), dtype=np.float64)

    def plot(self, *, lang: str | None = None) -> Any:
        """What each option reaches, with its interval, beside the target: a figure."""
        from sim.present.options_figures import options_figure

        with speaking(lang):
            return options_figure(self)


def options(
    scenarios: Sequence[Scenario],
    *,
    rates: Rates | Path | str | None = None,
    draws: int | None = None,
    replications: int = REPLICATIONS,
    posterior: Posterior | Path | str | None = None,
    seed: int = 1,
    workers: Workers | None = None,
    progress: Progress = silent,
) -> Options:
    """Scenarios beside each other: probability of the target, what binds, cost in its year.

    All have the same target (people, measure, year). rates: the shipped ones by default; a
    planner's own are `own.rates()`. The others as for `sim.simulate`. `InputError` where targets
    differ, or lie in a year that a scenario does not simulate.
    """
    _check(scenarios)
    costs = [budget(each, rates=rates) for each in scenarios]
    target = scenarios[0].target
    if any(target.year not in each.years for each in costs):
        told = say("{year} is before the plan starts: nothing is spent on it", year=target.year)
        remedy = say("choose a target.year from posts.hiring_start on")
        raise InputError(Problem("options", "target.year", told, remedy))
    results = simulate(
        scenarios,
        draws=draws,
        replications=replications,
        posterior=posterior,
        seed=seed,
        workers=workers,
        progress=progress,
    )
    names = [name for name, _ in results.scenarios]
    return Options(results, dict(zip(names, costs, strict=True)), target)


def _check(scenarios: Sequence[Scenario]) -> None:
    if not scenarios:
        raise InputError(
            Problem("options", "", say("no scenario is named"), say("name one or more"))
        )
    first = _counted(scenarios[0])
    problems = [
        Problem(
            "options",
            "target",
            say("'{title}' has another target than the first", title=say(each.title)),
            say("give all the same target.people, target.measure and target.year"),
        )
        for each in scenarios
        if _counted(each) != first
    ]
    if problems:
        raise InputError(problems)


def _counted(scenario: Scenario) -> tuple[float, str, int]:
    target = scenario.target
    return float(target.people), target.measure, target.year
