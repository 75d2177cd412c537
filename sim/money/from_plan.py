"""The money of a plan: budgets at its quantiles, and the cheapest way to what is asked.

More posts cost more in every year, so the budget that is enough with a probability is the
budget of the posts that are enough with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import isfinite, nan
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError, Problem
from sim.money.budget import Budget, budget
from sim.money.pareto import not_beaten
from sim.money.post_months import post_months
from sim.money.recurrent import Recurrent, recurrent
from sim.money.standing import (
    levers_in_a_year,
    post_in_a_year,
    with_posts_and_levers,
)
from sim.planning.certainty import LEVELS, TAILS, least_enough
from sim.planning.combinations import names_in
from sim.planning.plan import Plan
from sim.planning.regret import POSTS_OF_TODAY, Choice, reached_with
from sim.planning.world import Answer
from sim.population.in_area import InArea
from sim.rate_files import load_rates
from sim.rates import Rates
from sim.scenario import Scenario
from sim.shown import Shown
from sim.words import say, speaking

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

ASKED = 0.8
GRID = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


@dataclass(frozen=True)
class InReach:
    """Posts and levers that are enough with the highest probability in reach, at most that asked.

    there: of these posts, those that stand in the area planned for. cost: euros of a year of them
    and of the levers.
    """

    probability: float
    posts: int
    there: float
    levers: tuple[str, ...]
    cost: float


@dataclass(frozen=True, repr=False)
class PlanMoney(Shown):
    """What a plan on draws costs. probability: with which the target is asked for."""

    shown_by: ClassVar[str] = "plan_money_text.plan_money"

    plan: Plan
    rates: Rates
    probability: float
    esf_until: int | None

    def scenario(self, posts: int, levers: tuple[str, ...]) -> Scenario:
        """The plan's scenario with so many posts and these levers alone."""
        return with_posts_and_levers(self.plan.scenario, posts, levers)

    @cached_property
    def budgets(self) -> dict[float, Budget]:
        """By probability: the budget of the posts of the sizing point that are enough with it.

        With all levers of the plan. Without the probabilities with which no number is enough.
        """
        posts = self.plan.frame["posts"].to_numpy(dtype=np.float64)
        found = {}
        for level in LEVELS:
            number = least_enough(posts, self._weights, level)
            if np.isfinite(number):
                scenario = self.scenario(int(number), self.plan.levers)
                found[level] = budget(scenario, rates=self.rates, esf_until=self.esf_until)
        return found

    @cached_property
    def bands(self) -> pd.DataFrame:
        """Budgets by year, one row a probability and year; columns of `Budget.by_year`."""
        import pandas as pd

        parts = [found.by_year().assign(probability=level) for level, found in self.budgets.items()]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()

    @property
    def _weights(self) -> Floats:
        assert self.plan.draws is not None
        return self.plan.draws.weights

    @property
    def year(self) -> int:
        """The target's year, whose standing costs are compared."""
        return self.plan.scenario.target.year

    @cached_property
    def _part(self) -> Fraction:
        return post_months(self.plan.scenario, self.rates).of_the_country

    def there(self, posts: float) -> float:
        """Of posts of the whole country those that stand in the area planned for.

        What is no number of posts, infinite or NaN where no number is enough, comes back as it is.
        """
        if self.area.whole or not isfinite(posts):
            return posts
        return float(self.area.of(round(posts)))

    @cached_property
    def area(self) -> InArea:
        """The area planned for."""
        return InArea(self.plan.scenario)

    def cost(self, posts: float, levers: tuple[str, ...]) -> float:
        """Euros that posts and levers cost in the target's year, all posts there all year.

        Of posts of the whole country those count that stand in the area planned for.
        """
        if not isfinite(posts):
            return float("inf")
        scenario, year = self.plan.scenario, self.year
        of_posts = self.area.of(round(posts)) * post_in_a_year(scenario, self.rates, year)
        return float(of_posts + levers_in_a_year(scenario, levers, self.rates, year, self._part))

    @cached_property
    def combinations(self) -> pd.DataFrame:
        """One row a combination of levers, the cheapest first: what the target asked for takes.

        posts: least that reach the target with the probability asked; cost: of a year of them
        and of the levers, euros (both infinite where no number of posts is enough with that
        probability). most_probability: that some number of posts is enough. level: the
        probability asked, or where that is out of reach the highest of `GRID` that is not (NaN
        where none is); level_posts, level_cost: what is enough with it, and costs.
        """
        import pandas as pd

        rows = []
        for names, least, label in self._least():
            posts = least_enough(least, self._weights, self.probability)
            level = self._level_in_reach(least)
            told = least_enough(least, self._weights, level) if level > 0 else float("inf")
            rows.append(
                {
                    "levers": "+".join(names),
                    "label": label,
                    "posts": posts,
                    "cost": self.cost(posts, names),
                    "most_probability": float(self._weights[np.isfinite(least)].sum()),
                    "level": level,
                    "level_posts": told,
                    "level_cost": self.cost(told, names),
                }
            )
        frame = pd.DataFrame(rows)
        return frame.sort_values(
            ["level", "level_cost", "most_probability"], ascending=[False, True, False],
            kind="stable", na_position="last", ignore_index=True,
        )  # fmt: skip

    def _level_in_reach(self, least: Floats) -> float:
        """The probability asked, or the highest of the grid below it with which posts are enough.

        NaN where there is none.
        """
        levels = (self.probability, *(each for each in reversed(GRID) if each < self.probability))
        enough = (each for each in levels if isfinite(least_enough(least, self._weights, each)))
        return next(enough, nan)

    @cached_property
    def surest(self) -> InReach | None:
        """The posts of the sizing point with all levers that are enough as surely as can be.

        None where not even the lowest probability is in reach.
        """
        posts = self.plan.frame["posts"].to_numpy(dtype=np.float64)
        level = self._level_in_reach(posts)
        if not level > 0:
            return None
        return self._in_reach(level, least_enough(posts, self._weights, level), self.plan.levers)

    @property
    def cheapest_in_reach(self) -> InReach | None:
        """The first of `combinations`: the cheapest that is as sure as can be; None likewise."""
        first = self.combinations.iloc[0]
        if not first["level"] > 0:
            return None
        names = names_in(str(first["levers"]))
        return self._in_reach(float(first["level"]), float(first["level_posts"]), names)

    def _in_reach(self, level: float, posts: float, levers: tuple[str, ...]) -> InReach:
        cost = self.cost(posts, levers)
        return InReach(level, int(posts), self.there(posts), levers, cost)

    @property
    def cheapest(self) -> tuple[int, tuple[str, ...]] | None:
        """Posts and levers that reach the target with the probability asked for least; or None."""
        first = self.combinations.iloc[0]
        if not isfinite(first["posts"]):
            return None
        return int(first["posts"]), names_in(str(first["levers"]))

    @property
    def cheapest_budget(self) -> Budget | None:
        """The budget of the cheapest; None where nothing reaches the probability asked."""
        if self.cheapest is None:
            return None
        return budget(self.scenario(*self.cheapest), rates=self.rates, esf_until=self.esf_until)

    def _least(self) -> list[tuple[tuple[str, ...], Floats, str]]:
        """Each combination's least posts in every draw; infinite where there are none."""
        frame, number = self.plan.combinations, len(self.plan.answers)
        draws = {int(draw): k for k, draw in enumerate(self.plan.frame["draw"])}
        found = []
        for name, part in frame.groupby("levers", sort=False):
            least = np.full(number, np.inf)
            least[[draws[int(draw)] for draw in part["draw"]]] = part["least_posts"]
            names = names_in(str(name))
            found.append((names, least, str(part["label"].iloc[0])))
        return found

    @cached_property
    def pareto(self) -> pd.DataFrame:
        """Posts and levers that nothing else beats on cost, probability, people and delay.

        Looked at: every combination with the posts that are enough with a probability of 5
        to 95 %, and with the one asked for, as far as there are such. reached: weighted mean
        of the target's measure, read from the draws' answers with the guardrails held.
        entry_delay: days, weighted mean with the posts of the sizing point. cost: euros in the
        target's year.
        """
        import pandas as pd

        rows, levels = [], sorted({*GRID, self.probability})
        for names, least, label in self._least():
            delay = self._delay(names)
            enough = (least_enough(least, self._weights, level) for level in levels)
            for posts in dict.fromkeys(each for each in enough if np.isfinite(each)):
                reached = self._reached(int(posts), names)
                rows.append(
                    {
                        "levers": "+".join(names),
                        "label": label,
                        "posts": int(posts),
                        "cost": self.cost(posts, names),
                        "probability": float(self._weights[least <= posts].sum()),
                        "reached": float(np.average(reached, weights=self._sized)),
                        "entry_delay": delay,
                    }
                )
        columns = ["levers", "label", "posts", "cost", "probability", "reached", "entry_delay"]
        frame = pd.DataFrame(rows, columns=columns)
        goals = np.column_stack(
            [frame["cost"], -frame["probability"], -frame["reached"], frame["entry_delay"]]
        )
        return frame[not_beaten(goals)].sort_values("cost", ignore_index=True)

    @cached_property
    def _answers(self) -> list[Answer]:
        return [each for each in self.plan.answers if each.sizing is not None]

    @cached_property
    def _sized(self) -> Floats:
        """Weights of the draws that have a sizing point."""
        there = np.array([each.sizing is not None for each in self.plan.answers])
        return np.asarray(self._weights[there])

    def _reached(self, posts: int, names: tuple[str, ...]) -> Floats:
        choice = Choice(posts, names)
        return np.array([reached_with(answer, choice) for answer in self._answers])

    def _delay(self, names: tuple[str, ...]) -> float:
        delays = []
        for answer in self._answers:
            part = answer.with_levers(names)
            assert part is not None
            delays.append(part.at_sizing.of("entry_delay", answer.year))
        return float(np.average(delays, weights=self._sized))

    def marginal(self, levers: tuple[str, ...] | None = None) -> pd.DataFrame:
        """The marginal cost curve: posts from today's to three times as many, with some levers.

        reached: weighted mean of the target's measure with its 90 % interval (low, high);
        cost: euros in the target's year; per_person: euros that each person more costs from
        the row above to this one, by the means; infinite where nobody more is reached.
        """
        import pandas as pd

        names = self.plan.levers if levers is None else levers
        today = self.plan.answers[0].today_posts
        rows: list[dict[str, Any]] = []
        for share in POSTS_OF_TODAY:
            posts = round(share * today)
            reached = self._reached(posts, names)
            low, high = (least_enough(reached, self._sized, tail) for tail in TAILS)
            row = {
                "posts": posts,
                "cost": self.cost(posts, names),
                "reached": float(np.average(reached, weights=self._sized)),
                "low": low,
                "high": high,
                "per_person": float("nan"),
            }
            if rows:
                more = row["reached"] - rows[-1]["reached"]
                dearer = row["cost"] - rows[-1]["cost"]
                row["per_person"] = dearer / more if more > 0 else float("inf")
            rows.append(row)
        return pd.DataFrame(rows)

    @cached_property
    def recurrent(self) -> Recurrent:
        """How many posts the target takes for good, and how many only at first."""
        return recurrent(self.plan)

    def __repr__(self) -> str:
        return f"<PlanMoney: {self.plan.scenario.title}, {len(self.plan.answers)} draws>"

    def plot(self, *, lang: str | None = None) -> Any:
        """The Pareto front, and what more posts buy: a figure."""
        from sim.present.money_figures import plan_money_figure

        with speaking(lang):
            return plan_money_figure(self)


def money_of(
    plan: Plan,
    *,
    rates: Rates | Path | str | None = None,
    probability: float = ASKED,
    esf_until: int | None = None,
) -> PlanMoney:
    """What a plan on draws costs; `InputError` for one under readings, or without any answer.

    probability: with which the target is asked for, above 0 and at most 1. rates: the shipped
    ones by default, a file of your own changes single ones.
    """
    checked(probability)
    problems = []
    if plan.draws is None:
        told = say("was made under readings, which have no probabilities")
        problems.append(Problem("money", "plan", told, say("plan with reading='posterior'")))
    if all(each.sizing is None for each in plan.answers):
        told = say("found posts in reach in no draw, so there is nothing to cost")
        problems.append(Problem("money", "plan", told, say("ask for a lower target")))
    if problems:
        raise InputError(problems)
    chosen = rates if isinstance(rates, Rates) else load_rates(rates)
    return PlanMoney(plan, chosen, probability, esf_until)


def checked(probability: float) -> float:
    """A probability that can be asked for, else `InputError`."""
    if not 0 < probability <= 1:
        told = say("is {probability:g}, must be above 0 and at most 1", probability=probability)
        raise InputError(Problem("money", "probability", told, say("for example 0.8")))
    return probability
