"""Which plan to trust: the regret of posts and levers chosen before one knows.

A plan is a number of posts and a combination of levers. In each draw it costs its posts, what
its levers cost in posts, and what the entries that it stays short of the target are worth;
its *regret* is what it costs more than the best plan of that draw would have (L. Savage,
"The theory of statistical decision", Journal of the American Statistical Association 46,
1951). A plan is good whose regret is small on average, and bearable under every reading.

What a plan reaches in a draw is read from the draw's answer, without further simulation:

- orientations bind: between what was reached with N* posts and with the most posts, on a
  straight line in logs, which is gone on below N*;
- the guardrail binds: entries along the guardrail, from the sizing point on by its slopes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from sim.observed_figures import observed
from sim.planning.combinations import Combination
from sim.planning.search import reached
from sim.planning.world import Answer
from sim.rate_files import cost_of_a_lever_year

Floats = NDArray[np.float64]

POSTS_OF_TODAY = (1.0, 1.25, 1.5, 1.75, 2.0, 2.25, 2.5, 3.0)
WORTH = 2.0
FLAT = 1e-3


@dataclass(frozen=True)
class Choice:
    """A plan that may be chosen: posts and levers."""

    posts: int
    levers: Combination


@dataclass(frozen=True)
class Regrets:
    """Costs of every choice in every draw, in posts.

    cost, regret, reached [draw, choice]. worth: what an entry short of the target is worth,
    in what an entry costs today. lever: what a lever costs, in posts.
    """

    choices: tuple[Choice, ...]
    reached: Floats
    cost: Floats
    worth: float
    lever: float

    @property
    def regret(self) -> Floats:
        """Cost beyond the best choice of the draw [draw, choice]."""
        return np.asarray(self.cost - self.cost.min(axis=1, keepdims=True))


def posts_an_entry() -> float:
    """What an entry costs today, in posts: portfolios of 2020 by entries of 2020."""
    series = observed()
    return series["portfolios_in_december"].values[2020] / series["entries"].values[2020]


def choices_of(today: float, combinations: Sequence[Combination]) -> tuple[Choice, ...]:
    """Eight numbers of posts from today's to three times as many, each with every combination."""
    return tuple(
        Choice(round(share * today), names) for share in POSTS_OF_TODAY for names in combinations
    )


def reached_with(answer: Answer, choice: Choice) -> float:
    """The target's measure that a choice reaches in a draw, with the guardrails held."""
    part = answer.with_levers(choice.levers)
    if answer.sizing is None or part is None:
        return float("nan")
    target, posts = answer.target, answer.sizing.posts
    at_sizing = reached(part.at_sizing, target)
    way = log(answer.most_posts / posts)
    slope = log(part.reached_at_most / at_sizing) / way if way > FLAT else 0.0
    beyond = log(choice.posts / posts)
    oriented = at_sizing * np.exp(max(slope, 0.0) * beyond)
    (a, b), (c, d) = answer.sizing.slopes
    along = a - b * c / d if abs(d) > FLAT else 1.0
    held = target.people * np.exp(min(max(along, 0.0), 1.5) * beyond)
    return float(min(oriented, held))


def regrets(
    answers: Sequence[Answer],
    choices: Sequence[Choice],
    worth: float = WORTH,
    lever: float | None = None,
) -> Regrets:
    """The costs of choices over draws; draws without a sizing point count as NaN.

    Of a part of the country posts and levers count as far as they are in it.
    """
    each_lever = float(cost_of_a_lever_year()) if lever is None else lever
    found = np.array([[reached_with(answer, choice) for choice in choices] for answer in answers])
    people = np.array([float(answer.target.people) for answer in answers])[:, None]
    short = np.maximum(people - found, 0.0) * posts_an_entry() * worth
    paid = np.array([choice.posts + each_lever * len(choice.levers) for choice in choices])
    part = np.array([_part_of_the_country(answer) for answer in answers])[:, None]
    return Regrets(tuple(choices), found, part * paid[None, :] + short, worth, each_lever)


def _part_of_the_country(answer: Answer) -> float:
    """Of all posts, the part that stands in the area simulated."""
    if answer.sizing is None:
        return 1.0
    there = answer.sizing.evaluation.of("funded_posts", answer.year)
    return min(1.0, there / answer.sizing.posts)
