"""What follows if the ESF stops after a year: who pays more, or which posts go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sim.errors import InputError, Problem
from sim.money.budget import Budget
from sim.money.payers import ESF
from sim.scenario import Scenario
from sim.words import say

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class EsfStop:
    """A budget, and the year after which the ESF stops."""

    budget: Budget
    year: int

    @property
    def frame(self) -> pd.DataFrame:
        """One row a year after it.

        to_find: euros that the ESF would have paid, exact. posts: funded in the plan.
        posts_left: those that are paid if the others pay what they would have paid with the
        ESF, and no more.
        """
        import pandas as pd

        found = self.budget
        return pd.DataFrame(
            [
                {
                    "year": year,
                    "to_find": found.paid_by(ESF, year),
                    "posts": float(found.funded_posts(year)),
                    "posts_left": float(found.funded_posts(year) - found.posts_worth(year)),
                }
                for year in found.years
                if year > self.year
            ],
            columns=["year", "to_find", "posts", "posts_left"],
        )

    def with_posts_left(self) -> Scenario:
        """The scenario if nobody pays for the ESF: posts fall on 1 January to those left.

        To be simulated beside the plan. `InputError` where hiring goes on then, or the plan
        names later posts itself.
        """
        scenario, after = self.budget.scenario, date(self.year + 1, 1, 1)
        posts, last = scenario.posts, date(self.year, 12, 31)
        problems = []
        name = scenario.given.name
        if posts.hiring_end >= last:
            told = say(
                "{hiring_end} is not before the ESF's last day {last}",
                hiring_end=posts.hiring_end,
                last=last,
            )
            problems.append(Problem(name, "posts.hiring_end", told, say("choose a later year")))
        if any(day >= last for day in posts.later):
            told = say("names posts after {last} itself", last=last)
            problems.append(Problem(name, "posts.later", told, say("leave out what comes later")))
        if not len(self.frame):
            told = say("ends before {after}: there is no year after the ESF", after=after)
            problems.append(Problem(name, "horizon.end", told, say("choose an earlier year")))
        if problems:
            raise InputError(problems)
        first = self.frame.iloc[0]
        falls = {f"posts.later.{last}": round(first["posts"]),
                 f"posts.later.{after}": round(first["posts_left"])}  # fmt: skip
        return scenario.with_(falls, title=f"{scenario.title}, no ESF after {self.year}")


def esf_stop(found: Budget, year: int) -> EsfStop:
    """What follows if the ESF stops after a year of a budget."""
    if not found.years[0] - 1 <= year <= found.years[-1]:
        told = say(
            "is {year}, the budget goes from {first} to {last}",
            year=year,
            first=found.years[0],
            last=found.years[-1],
        )
        raise InputError(Problem("budget", "year", told, say("name a year of it")))
    return EsfStop(found, year)
