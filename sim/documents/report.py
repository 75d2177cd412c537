"""A plan with its money, as the documents tell it: posts, orientations, when, how much, how sure.

Both documents, the workbook and the pages, take every number from here, so they cannot differ.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cached_property
from math import inf, isfinite
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.experiment.design import DRAWS as OUTCOME_DRAWS
from sim.experiment.executor import Progress, Workers, silent
from sim.experiment.store import Store
from sim.money.budget import Budget, budget
from sim.money.from_plan import ASKED, PlanMoney, money_of
from sim.money.outcomes import Outcomes, outcomes
from sim.planning.certainty import (
    LEVELS,
    TAILS,
    both_at_once,
    least_enough,
    probability_interval,
)
from sim.planning.plan import Plan
from sim.planning.regret import Choice, reached_with
from sim.planning.search import reached
from sim.population.posts import posts_at_start
from sim.rates import Rates
from sim.scenario import Scenario
from sim.words import speaking

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
FEWEST = 50


@dataclass(frozen=True)
class Side:
    """One side of the sizing point: what is enough with 50, 80 and 95 %, and with what is asked.

    Infinite where no number in reach is enough. low, high: the 90 % interval over the draws.
    """

    by_level: dict[float, float]
    asked: float
    low: float
    high: float


@dataclass(frozen=True)
class Sure:
    """A probability and the 90 % interval that the number of draws leaves in it."""

    probability: float
    low: float
    high: float


@dataclass(frozen=True)
class Spread:
    """A weighted mean over the draws, and the interval of 90 % of them."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Report:
    """A plan on draws of the posterior and its money; what both documents are made of.

    bought: what the money buys, where that was simulated (`with_outcomes`). figures: the file of
    the planner's own figures that the plan was made with. Posts are those that the plan tells,
    of the whole country in a plan for a part of it; `there` says how many of them stand in the
    area planned for, and documents show those.
    """

    money: PlanMoney
    bought: Outcomes | None = None
    figures: str | None = None

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.money.plan

    @property
    def scenario(self) -> Scenario:
        """What was planned for, its target in it."""
        return self.plan.scenario

    @property
    def rates(self) -> Rates:
        """What things cost and who pays."""
        return self.money.rates

    @property
    def probability(self) -> float:
        """With which the target is asked for."""
        return self.money.probability

    @property
    def year(self) -> int:
        """The target's year."""
        return self.money.year

    @cached_property
    def posts(self) -> Side:
        """Funded posts."""
        return self._side("posts")

    @cached_property
    def posts_there(self) -> Side:
        """Those of them that stand in the area planned for."""
        all_posts = self.posts
        by_level = {level: self.there(each) for level, each in all_posts.by_level.items()}
        ends = (self.there(each) for each in (all_posts.asked, all_posts.low, all_posts.high))
        return Side(by_level, *ends)

    def there(self, posts: float) -> float:
        """Of so many posts that the plan tells, those that stand in the area planned for."""
        return self.money.there(posts)

    @property
    def part_of_a_country(self) -> bool:
        """Whether posts are those of a larger area than the one planned for."""
        return not self.money.area.whole

    @cached_property
    def orientations(self) -> Side:
        """Orientations of the target's year, relative to those of today's posts without levers."""
        return self._side("orientations_needed")

    @cached_property
    def to_find(self) -> Side:
        """The part of the orientations that levers must bring, beside what posts bring."""
        return self._side("orientations_to_find")

    @cached_property
    def orientations_a_year(self) -> Side:
        """People oriented in the target's year, at the sizing point."""
        return self._side_of(
            np.array(
                [
                    each.sizing.evaluation.of("orientations", self.year) if each.sizing else inf
                    for each in self.plan.answers
                ]
            )
        )

    @cached_property
    def orientations_today(self) -> float:
        """People oriented in that year with today's posts and no lever, mean over the draws."""
        there = [each.today.of("orientations", self.year) for each in self.plan.answers]
        return float(np.average(there, weights=self.plan.frame["weight"]))

    def _side(self, name: str) -> Side:
        return self._side_of(self.plan.frame[name].to_numpy(dtype=np.float64))

    def _side_of(self, values: Floats) -> Side:
        weights = self.plan.frame["weight"].to_numpy()
        low, high = (least_enough(values, weights, tail) for tail in TAILS)
        return Side(
            {level: least_enough(values, weights, level) for level in LEVELS},
            least_enough(values, weights, self.probability),
            low,
            high,
        )

    @cached_property
    def posts_today(self) -> int:
        """Funded posts when the plan begins."""
        return posts_at_start(self.scenario)

    @cached_property
    def posts_wanted(self) -> int | None:
        """Posts that are enough with the probability asked; None where no number is."""
        return int(self.posts.asked) if isfinite(self.posts.asked) else None

    @cached_property
    def posts_shown(self) -> int:
        """The posts that documents show: those wanted, else the surest in reach, else the most."""
        if self.posts_wanted is not None:
            return self.posts_wanted
        return self.most_posts if self.money.surest is None else self.money.surest.posts

    @property
    def most_posts(self) -> int:
        """The most posts that were looked at."""
        return max(each.most_posts for each in self.plan.answers)

    @cached_property
    def both_at_once(self) -> float:
        """That the posts and the orientations of the probability asked are both enough."""
        return both_at_once(self.plan, self.probability)

    @cached_property
    def levers_suffice(self) -> Sure:
        """That the target holds with all levers of the plan and some number of posts."""
        return self._suffices(self.plan.levers)

    @cached_property
    def posts_alone_suffice(self) -> Sure:
        """That it holds with some number of posts and no lever."""
        return self._suffices(())

    @cached_property
    def sure_of_these_posts(self) -> Sure | None:
        """That it holds with the posts wanted and all levers of the plan; None without them."""
        if self.posts_wanted is None:
            return None
        table = self.plan.combinations
        least = table[table["levers"] == "+".join(self.plan.levers)]
        share = float(least.loc[least["least_posts"] <= self.posts_wanted, "weight"].sum())
        assert self.plan.draws is not None
        return Sure(share, *probability_interval(share, self.plan.draws))

    def reached(self, posts: int, levers: tuple[str, ...]) -> Spread:
        """What posts and levers reach of the target's measure, with the guardrails held.

        Read from the answers of the draws that have a sizing point, not simulated anew.
        """
        choice = Choice(posts, levers)
        return self._spread(np.array([reached_with(each, choice) for each in self.plan.answers]))

    @cached_property
    def reached_today(self) -> Spread:
        """What today's posts reach of it without any lever."""
        return self._spread(
            np.array([reached(each.today, each.target) for each in self.plan.answers])
        )

    def _spread(self, values: Floats) -> Spread:
        weights = np.where(np.isfinite(values), self.plan.frame["weight"].to_numpy(), 0.0)
        low, high = (least_enough(values, weights, tail) for tail in TAILS)
        mean = np.average(np.where(weights > 0, values, 0.0), weights=weights)
        return Spread(float(mean), low, high)

    def _suffices(self, names: tuple[str, ...]) -> Sure:
        table = self.plan.combinations_summary()
        share = float(table.loc[table["levers"] == "+".join(names), "probability"].iloc[0])
        assert self.plan.draws is not None
        return Sure(share, *probability_interval(share, self.plan.draws))

    @cached_property
    def hired_by(self) -> date | None:
        """The day by which all posts are there with the probability asked; None: later."""
        return self._day("hired_by")

    @cached_property
    def reached_from(self) -> date | None:
        """The first of twelve months that reach the target, with that probability; None: later."""
        return self._day("reached_from")

    def _day(self, name: str) -> date | None:
        import pandas as pd

        days = np.array(
            [inf if pd.isna(when) else float(when.toordinal()) for when in self.plan.frame[name]]
        )
        found = least_enough(days, self.plan.frame["weight"].to_numpy(), self.probability)
        return date.fromordinal(int(found)) if isfinite(found) else None

    @cached_property
    def hiring(self) -> pd.DataFrame:
        """Posts and hires by month in the area, to the posts enough with the probability asked."""
        path = self.plan.hiring_path(self.probability)
        posts = [int(self.there(each)) for each in path["posts"]]
        before = [int(self.there(self.posts_today)), *posts[:-1]]
        hires = [now - then for now, then in zip(posts, before, strict=True)]
        return path.assign(posts=posts, hires=hires)

    @cached_property
    def lasting(self) -> pd.DataFrame:
        """`Recurrent.summary`: posts for good and for a fixed term, of those in the area."""
        summary = self.money.recurrent.summary
        posts, permanent = (summary[name].map(self.there) for name in ("posts", "permanent"))
        fixed = (posts - permanent).clip(lower=0).where(summary["fixed_term"].notna())
        return summary.assign(posts=posts, permanent=permanent, fixed_term=fixed)

    @cached_property
    def budget(self) -> Budget | None:
        """The budget of those posts with all levers; None where no number of posts is enough."""
        if self.posts_wanted is None:
            return None
        if self.probability in self.money.budgets:
            return self.money.budgets[self.probability]
        scenario = self.money.scenario(self.posts_wanted, self.plan.levers)
        return budget(scenario, rates=self.rates, esf_until=self.money.esf_until)

    @cached_property
    def at_sizing(self) -> pd.DataFrame:
        """Measures of the target's year over the draws, at the sizing point.

        One row a measure of the plan's frame: mean, low, high (90 %), over draws that have it.
        """
        import pandas as pd

        frame, rows = self.plan.frame, []
        for name in frame.columns:
            if not pd.api.types.is_float_dtype(frame[name]) or name in ("weight", "posts_noise"):
                continue
            values = frame[name].to_numpy(dtype=np.float64)
            if np.isfinite(values).any():
                rows.append({"measure": name, **asdict(self._spread(values))})
        return pd.DataFrame(rows).set_index("measure")

    @property
    def few_draws(self) -> bool:
        """Whether the draws are too few for their probabilities to be relied on."""
        assert self.plan.draws is not None
        return self.plan.draws.effective < FEWEST

    def with_outcomes(
        self,
        *,
        workers: Workers | None = None,
        store: Store | Path | str | None = None,
        progress: Progress = silent,
    ) -> Report:
        """The report with what the money buys, simulated as `agsim budget` does.

        The posts shown with all levers of the plan, beside today's posts without levers, on the
        first draws of the plan (`OUTCOME_DRAWS` of them at most), each as often as in the plan.
        """
        bought = outcomes(
            self.money.scenario(self.posts_shown, self.plan.levers),
            rates=self.rates,
            esf_until=self.money.esf_until,
            draws=min(len(self.plan.answers), OUTCOME_DRAWS),
            replications=self.plan.replications,
            posterior=self.plan.posterior,
            seed=self.plan.seed,
            workers=workers,
            store=store,
            progress=progress,
        )
        return replace(self, bought=bought)

    def workbook(self, path: Path | str, *, lang: str | None = None) -> Path:
        """Write the workbook (.xlsx): live formulas on the rates, checked totals, charts."""
        from sim.documents.workbook import write_workbook

        with speaking(lang):
            return write_workbook(self, Path(path))

    def pages(self, path: Path | str, *, lang: str | None = None) -> Path:
        """Write the report: one self-contained HTML file of a few pages."""
        from sim.documents.pages import write_pages

        with speaking(lang):
            return write_pages(self, Path(path))


def report(
    plan: Plan,
    *,
    rates: Rates | Path | str | None = None,
    probability: float = ASKED,
    esf_until: int | None = None,
    figures: str | None = None,
) -> Report:
    """The documents of a plan on draws of the posterior.

    probability: with which the target is asked for. rates: the shipped ones by default, a file
    of your own changes single ones. esf_until: the last year in which the ESF pays. figures: the
    file of your own figures that plan and rates were made with, for the command to be told.
    `InputError` for a plan under readings, and for one that found no posts in reach.
    """
    money = money_of(plan, rates=rates, probability=probability, esf_until=esf_until)
    return Report(money, figures=figures)
