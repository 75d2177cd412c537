"""What a yearly budget reaches: posts beyond today's and levers, each combination costed.

Levers cost money too, so every combination has its own number of posts: what is left of the
budget after its levers. Costs are those of the target's year with all posts there all year
(`standing`); today's posts are paid already. The budget is either all that is spent beyond
them, or only what is left to others when the ESF has paid its part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import floor
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args

from sim.errors import InputError, Problem, nearest
from sim.experiment.executor import Progress, Workers, silent
from sim.experiment.store import Store
from sim.money.budget import Budget, budget
from sim.money.payers import ESF
from sim.money.post_months import post_months
from sim.money.standing import (
    levers_in_a_year,
    part_of_posts,
    post_in_a_year,
    with_posts_and_levers,
)
from sim.parameters import POSTERIOR
from sim.planning.combinations import Combination, combinations_of, names_in
from sim.planning.plan import chosen_levers
from sim.planning.reach import Reach
from sim.planning.reach import reach as reach_with
from sim.population.posts import posts_at_start
from sim.posterior import Posterior
from sim.rate_files import load_rates
from sim.rates import Rates
from sim.scenario import Scenario
from sim.shown import Shown
from sim.words import say, speaking

if TYPE_CHECKING:
    import pandas as pd

Counting = Literal["gross", "without_esf"]
COUNTINGS: tuple[Counting, ...] = get_args(Counting)
OF_POSTS = ("posts", "indirect", "hiring")
TYPICAL_GROWTH = 1.5
MOST_EUROS = 1e11


@dataclass(frozen=True)
class Shares:
    """The part of a cost that counts against the budget: of posts, and of levers."""

    posts: Fraction
    levers: Fraction


@dataclass(frozen=True, repr=False)
class Afforded(Shown):
    """What a budget reaches. euros: of a year; counting: all costs, or those left by the ESF.

    reach: simulated, with the posts that each combination leaves money for.
    """

    shown_by: ClassVar[str] = "afford_text.afforded"

    reach: Reach
    rates: Rates
    euros: float
    counting: Counting
    shares: Shares

    @property
    def scenario(self) -> Scenario:
        """The scenario, its target in it."""
        return self.reach.scenario

    @cached_property
    def summary(self) -> pd.DataFrame:
        """`Reach.summary` as the scenario allocates posts, with what each costs.

        posts_cost, levers_cost: euros in the target's year beyond today's posts, gross;
        counted: what counts against the budget; left: the rest of it.
        """
        found = self.reach.summary()
        own = found[found["allocation"] == self.scenario.posts.allocation].reset_index(drop=True)
        rows = [self._costs(row) for row in own.to_dict("records")]
        names = ("posts_cost", "levers_cost", "counted", "left")
        return own.assign(**{name: [row[name] for row in rows] for name in names})

    def _costs(self, row: Any) -> dict[str, float]:
        names = names_in(str(row["levers"]))
        one = _one_more(self.scenario, self.rates, self._part)
        posts = (row["posts"] - self.reach.today) * one
        levers = _levers(self.scenario, self.rates, names, self._part)
        counted = posts * self.shares.posts + levers * self.shares.levers
        return {
            "posts_cost": float(posts),
            "levers_cost": float(levers),
            "counted": float(counted),
            "left": self.euros - float(counted),
        }

    @cached_property
    def _part(self) -> Fraction:
        return _part(self.scenario, self.rates)

    @property
    def not_afforded(self) -> tuple[Combination, ...]:
        """Combinations whose levers alone cost more than the budget."""
        return tuple(
            names
            for names in combinations_of(self.reach.levers)
            if names not in self.reach.posts_with
        )

    @cached_property
    def best(self) -> Combination:
        """The combination that reaches most, of those that mostly hold the guardrails."""
        return names_in(str(self.reach.best()["levers"]))

    @cached_property
    def budget(self) -> Budget:
        """The best one's budget, month by month, with hiring and who pays."""
        posts = self.reach.posts_with[self.best]
        return budget(with_posts_and_levers(self.scenario, posts, self.best), rates=self.rates)

    def __repr__(self) -> str:
        return f"<Afforded: {self.euros:.0f} euros a year, {self.scenario.title}>"

    def plot(self, *, lang: str | None = None) -> Any:
        """The target's measure by combination of levers, with intervals: a figure."""
        from sim.present.reach_figures import reach_figure

        with speaking(lang):
            return reach_figure(self.reach)


def afforded(
    scenario: Scenario,
    euros: float,
    *,
    counting: str = "gross",
    rates: Rates | Path | str | None = None,
    levers: str | Sequence[str] = "all",
    reading: str = POSTERIOR,
    draws: int | None = None,
    replications: int | None = None,
    posterior: Posterior | Path | str | None = None,
    seed: int = 1,
    engine: str = "compiled",
    workers: Workers | None = None,
    store: Store | Path | str | None = None,
    progress: Progress = silent,
) -> Afforded:
    """The best that a yearly budget reaches, and how: posts beyond today's, and levers.

    euros: a year, of the target's year. counting: 'gross' (all costs count), or 'without_esf'
    (the ESF pays its part beside the budget). rates: the shipped ones by default. Other
    arguments as those of `sim.reach`.
    """
    chosen = rates if isinstance(rates, Rates) else load_rates(rates)
    names = chosen_levers(levers)
    posts, shares = posts_afforded(scenario, euros, counting, chosen, names)
    found = reach_with(
        scenario,
        posts,
        levers=names,
        reading=reading,
        draws=draws,
        replications=replications,
        posterior=posterior,
        seed=seed,
        engine=engine,
        workers=workers,
        store=store,
        progress=progress,
    )
    return Afforded(found, chosen, float(euros), _counting(counting), shares)


def posts_afforded(
    scenario: Scenario, euros: float, counting: str, rates: Rates, levers: tuple[str, ...]
) -> tuple[dict[Combination, int], Shares]:
    """Posts by combination that the budget pays, today's among them; what counts against it.

    Without the combinations whose levers alone cost more.
    """
    shares = _shares(scenario, _counting(counting), rates, levers)
    if not 0 < euros < MOST_EUROS:
        told = say("is {value:g}, must be above 0 and below {most:g}", value=euros, most=MOST_EUROS)
        raise InputError(Problem("plan", "budget", told, say("name euros a year")))
    part = _part(scenario, rates)
    one = _one_more(scenario, rates, part) * shares.posts
    if one <= 0:
        told = say("posts beyond today's cost nothing against this budget")
        remedy = say("count them gross, or set 'redeployed' below 1 in the rates")
        raise InputError(Problem("plan", "budget", told, remedy))
    today, found = posts_at_start(scenario), {}
    for names in combinations_of(levers):
        left = Fraction(euros) - _levers(scenario, rates, names, part) * shares.levers
        if left >= 0:
            found[names] = today + floor(left / one)
    return found, shares


def _counting(counting: str) -> Counting:
    for each in COUNTINGS:
        if counting == each:
            return each
    told = say("is no way to count a budget")
    raise InputError(Problem("plan", counting, told, nearest(counting, COUNTINGS)))


def _one_more(scenario: Scenario, rates: Rates, part: Fraction) -> Fraction:
    """Euros that a post beyond today's costs in the target's year; redeployed ones nothing.

    Of a post of the whole country its part that stands in the area planned for.
    """
    whole = post_in_a_year(scenario, rates, scenario.target.year)
    return whole * (1 - rates.number("redeployed")) * part_of_posts(scenario, part)


def _part(scenario: Scenario, rates: Rates) -> Fraction:
    """The area's part of the country."""
    return post_months(scenario, rates).of_the_country


def _levers(scenario: Scenario, rates: Rates, names: Combination, part: Fraction) -> Fraction:
    return levers_in_a_year(scenario, names, rates, scenario.target.year, part)


def _shares(
    scenario: Scenario, counting: Counting, rates: Rates, levers: tuple[str, ...]
) -> Shares:
    """The ESF's part is read from the budget of half as many posts again, with all levers."""
    if counting == "gross":
        return Shares(Fraction(1), Fraction(1))
    typical = round(TYPICAL_GROWTH * posts_at_start(scenario))
    of_all = budget(with_posts_and_levers(scenario, typical, levers), rates=rates)
    year = scenario.target.year

    def left(*kinds: str) -> Fraction:
        whole = Fraction(of_all.gross(year, *kinds))
        return 1 - Fraction(of_all.paid_by(ESF, year, *kinds)) / whole if whole else Fraction(1)

    return Shares(left(*OF_POSTS), left("levers"))
