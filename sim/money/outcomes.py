"""What the money buys: cost per entry, per additional entry, per additional durable job.

Two scenarios are simulated on the same people: the plan, and what it is compared with (by
default today's posts and no lever). Posts and levers cost the same in every draw (those of the
scenario as it is given, so with its own turnover); entries, and social workers' hours, do not.
Ratios are ratios of sums, never means of ratios; where a draw brings no additional entry, its
cost per additional entry is infinite and counts as that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError, Problem
from sim.experiment.credible import CREDIBILITY, By
from sim.experiment.design import designed
from sim.experiment.executor import Progress, Workers, silent
from sim.experiment.results import Results, Run
from sim.experiment.store import Store
from sim.levers import NAMES
from sim.money.activity import MEASURES, expected_activity
from sim.money.budget import Budget, budget
from sim.money.kept import runs_of
from sim.observed_figures import observed
from sim.parameters import POSTERIOR
from sim.population.posts import posts_at_start
from sim.posterior import Posterior
from sim.rate_files import load_rates
from sim.rates import Rates
from sim.scenario import Scenario
from sim.shown import Shown
from sim.words import say, to_say

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
REFERENCE_YEAR = 2020
AS_TODAY = to_say("Today's posts, no lever")

# measure → (above, below, unit); below None: a plain amount.
RATIOS: dict[str, tuple[str, str | None, str]] = {
    "cost": ("cost", None, "euros"),
    "entries": ("entries", None, "people"),
    "cost_per_entry": ("cost", "entries", "euros an entry"),
    "base_cost_per_entry": ("base_cost", "base_entries", "euros an entry"),
    "additional_cost": ("additional_cost", None, "euros"),
    "additional_entries": ("additional_entries", None, "people"),
    "cost_per_additional_entry": ("additional_cost", "additional_entries", "euros an entry"),
    "additional_durable_jobs": ("additional_jobs", None, "people"),
    "cost_per_additional_durable_job": ("additional_cost", "additional_jobs", "euros a job"),
}


@dataclass(frozen=True, repr=False)
class Outcomes(Shown):
    """What the money of a plan buys, beside a base.

    plan, base: their budgets, with the mean activity of the runs. results: of both, first the
    base.
    """

    shown_by: ClassVar[str] = "outcomes_text.outcomes"

    plan: Budget
    base: Budget
    results: Results

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a world (draw or reading) and year: sums over its replications' means.

        draw, reading, weight, year; cost and entries of the plan, base_cost and base_entries,
        what is additional, and jobs: durable ones due to AG. Euros without cents: shares of
        what is simulated are no accounts.
        """
        import pandas as pd

        plan, base = (
            pd.DataFrame(_by_world(each, self._runs(k), self.results.design.replications))
            for k, each in ((1, self.plan), (0, self.base))
        )
        whole = plan.merge(base, on=["draw", "reading", "year"], suffixes=("", "_base"))
        rates, part = self.plan.rates, float(self.plan.posts.of_the_country)
        rows = whole.rename(columns={"cost_base": "base_cost", "entries_base": "base_entries"})
        rows["additional_cost"] = rows["cost"] - rows["base_cost"]
        rows["additional_entries"] = rows["entries"] - rows["base_entries"]
        rows["additional_jobs"] = [
            durable_jobs(entries, rates, part) - durable_jobs(before, rates, part)
            for entries, before in zip(rows["entries"], rows["base_entries"], strict=True)
        ]
        rows.insert(2, "weight", self._weights(rows))
        return rows

    def _runs(self, which: int) -> Sequence[Run]:
        half = len(self.results.runs) // 2
        return self.results.runs[which * half : (which + 1) * half]

    def _weights(self, rows: pd.DataFrame) -> Floats:
        if self.results.posterior is None:
            return np.ones(len(rows))
        weights: Floats = self.results.draws.weights[rows["draw"].to_numpy()]
        return weights

    def summary(self, by: By = "together") -> pd.DataFrame:
        """One row a group of worlds, year and measure: value, low, high, unit.

        On draws `value` is the ratio of weighted means and [low; high] the 90 % interval of
        the draws, in which a draw without additional entries is infinite. It holds the noise
        of a draw's few replications, which is small in the country. Under readings a group is
        one reading, without an interval; 'together' is for draws alone.
        """
        import pandas as pd

        rows = []
        for label, part in self._groups(by):
            for year, of_year in part.groupby("year"):
                for measure, (above, below, unit) in RATIOS.items():
                    found = _ratio(of_year, above, below)
                    about = {"reading": label, "year": year, "measure": measure}
                    rows.append({**about, **found, "unit": unit})
        return pd.DataFrame(rows)

    def _groups(self, by: By) -> Iterator[tuple[str, pd.DataFrame]]:
        if self.results.posterior is not None and by == "together":
            yield POSTERIOR, self.frame
        else:
            for label, part in self.frame.groupby("reading", sort=False):
                yield str(label), part

    @property
    def first_year(self) -> int:
        """The plan's first year: hiring, and portfolios that fill."""
        return self.plan.years[0]

    @property
    def steady_year(self) -> int:
        """The last year simulated: the nearest to a steady state that there is."""
        return self.plan.years[-1]

    def __repr__(self) -> str:
        return f"<Outcomes: {self.plan.scenario.title} beside {self.base.scenario.title}>"


def durable_jobs(entries: float, rates: Rates, part: float = 1.0) -> float:
    """Durable jobs within six months that are due to AG, of so many entries a year.

    entries × (share with support − share without), and where the gain declines: × (entries /
    entries of 2020)^−decline beyond those of 2020. part: the area's part of the country's people.
    """
    gain = float(rates.number("jobs.with_support") - rates.number("jobs.without"))
    decline = float(rates.number("jobs.decline"))
    beyond = max(entries / (part * observed()["entries"].values[REFERENCE_YEAR]), 1.0)
    return float(entries * gain * beyond**-decline)


def as_today(scenario: Scenario) -> Scenario:
    """The scenario with today's posts for good, and no lever: what a plan is compared with."""
    changes: dict[str, Any] = {f"levers.{name}.intensity": 0 for name in NAMES}
    today = posts_at_start(scenario)
    changes |= {f"posts.later.{day}": today for day in scenario.posts.later}
    table, start = scenario.posts.by_departement, scenario.posts.hiring_start
    changes |= {
        f"posts.by_departement.{code}.{when}": posts
        for code, posts in table.at(start).items()
        for when in table[code]
        if when > start
    }
    return scenario.with_({"posts.target": today if table else None, **changes}, title=AS_TODAY)


def outcomes(
    scenario: Scenario,
    base: Scenario | None = None,
    *,
    rates: Rates | Path | str | None = None,
    esf_until: int | None = None,
    reading: str = POSTERIOR,
    draws: int | None = None,
    replications: int | None = None,
    posterior: Posterior | Path | str | None = None,
    seed: int = 1,
    workers: Workers | None = None,
    store: Store | Path | str | None = None,
    progress: Progress = silent,
) -> Outcomes:
    """What the money of a scenario buys beside a base (today's posts, no lever by default).

    store: a folder that keeps the runs, so that a second time takes seconds. Other arguments as
    those of `sim.simulate` and `sim.budget`. `InputError` where the two do
    not have the same horizon and the same first day of the plan.
    """
    chosen = rates if isinstance(rates, Rates) else load_rates(rates)
    other = as_today(scenario) if base is None else base
    _comparable(scenario, other)
    design = designed(
        [other, scenario],
        reading=reading,
        draws=draws,
        replications=replications,
        posterior=posterior,
    )
    for each in (scenario, other):
        budget(each, rates=chosen)
    results = runs_of(design, seed, Store.given(store), workers, progress)
    half = len(results.runs) // 2
    plan, before = (
        budget(
            each,
            rates=chosen,
            activity=expected_activity(results, results.runs[k * half].scenario),
            esf_until=esf_until,
        )
        for k, each in ((1, scenario), (0, other))
    )
    return Outcomes(plan, before, results)


def _comparable(scenario: Scenario, base: Scenario) -> None:
    problems = [
        Problem(
            base.given.name,
            path,
            say("is {theirs}, that of the plan is {mine}", theirs=theirs, mine=mine),
            say("only the same years can be compared"),
        )
        for path, mine, theirs in (
            ("horizon.end", scenario.horizon.end, base.horizon.end),
            ("posts.hiring_start", scenario.posts.hiring_start, base.posts.hiring_start),
        )
        if mine != theirs
    ]
    if problems:
        raise InputError(problems)


def _by_world(found: Budget, runs: Sequence[Run], replications: int) -> Iterator[dict[str, Any]]:
    """Cost and entries of every world and year, means over its replications."""
    fixed = {
        year: float(found.gross(year) - found.gross(year, "social_hours")) for year in found.years
    }
    for first in range(0, len(runs), replications):
        some = runs[first : first + replications]
        tables = [run.measured.table("month", "country") for run in some]
        means = {name: np.mean([each.values[name][0] for each in tables], axis=0)
                 for name in MEASURES}  # fmt: skip
        by_month = dict(zip(tables[0].periods, zip(*means.values(), strict=True), strict=True))
        for year in found.years:
            hours, entries = _of_a_year(found, by_month, year)
            yield {
                "draw": some[0].draw,
                "reading": some[0].reading,
                "year": year,
                "cost": fixed[year] + hours,
                "entries": entries,
            }


def _of_a_year(
    found: Budget, by_month: dict[str, tuple[float, ...]], year: int
) -> tuple[float, float]:
    """Euros of social workers' hours, and entries, in the months of the plan."""
    rates = found.rates
    hour = float(rates.euros("social.hour", year))
    for_one = float(rates.number("social.hours_a_diagnosis"))
    for_parcours = float(rates.number("social.hours_a_parcours_month"))
    cost = counted_entries = 0.0
    for month, part in found.posts.counted.items():
        if month.year == year:
            entries, refusals, stock = by_month[f"{month:%Y-%m}"]
            hours = (entries + refusals) * for_one + stock * for_parcours
            cost += float(part) * hours * hour
            counted_entries += float(part) * entries
    return cost, counted_entries


def _ratio(rows: pd.DataFrame, above: str, below: str | None) -> dict[str, float]:
    """Ratio of the weighted means; the ends of the interval of the worlds' own ratios."""
    weights = rows["weight"].to_numpy(dtype=float)
    top = rows[above].to_numpy(dtype=float)
    bottom = np.ones(len(rows)) if below is None else rows[below].to_numpy(dtype=float)
    each = quotients(top, bottom)
    value = float(quotients(np.array([weights @ top]), np.array([weights @ bottom]))[0])
    if len(rows) == 1:
        return {"value": value, "low": float("nan"), "high": float("nan")}
    tail = (1 - CREDIBILITY) / 2
    low, high = (_quantile(each, weights, level) for level in (tail, 1 - tail))
    return {"value": value, "low": low, "high": high}


def quotients(top: Floats, bottom: Floats) -> Floats:
    """top / bottom; infinite where nothing is bought, for whatever sum."""
    safe = np.where(bottom > 0, bottom, 1.0)
    return np.where(bottom > 0, top / safe, np.inf)


def _quantile(values: Floats, weights: Floats, level: float) -> float:
    """The least value that so much of the weight does not exceed; infinite ones count."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    first = np.searchsorted(reached, level * reached[-1] - 1e-9)
    return float(values[order][min(int(first), len(order) - 1)])
