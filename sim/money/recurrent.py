"""Recurrent need against one-off catch-up: which posts the target takes for good.

The posts of a sizing point meet the target in its year, while portfolios still fill. Two years
later the same posts reach more or fewer. What the target takes then are the permanent posts:
from what was reached there, along the guardrail, by the slopes of the sizing point (d log
people / d log posts with the guardrail just held). Posts above that are needed for a fixed
term.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sim.planning.certainty import LEVELS, least_enough
from sim.planning.frames import AFTER
from sim.planning.plan import Plan
from sim.planning.world import Answer

if TYPE_CHECKING:
    import pandas as pd

STEEPEST, FLATTEST = 1.5, 0.25
FLAT = 1e-3
YEARS_AFTER = AFTER[-1]


@dataclass(frozen=True)
class Recurrent:
    """One row a draw. year: in which the permanent need is looked at.

    frame: draw, weight, posts (N*), permanent, fixed_term = posts − permanent where that is
    above 0, missing = permanent − posts where that is; reached: in `year`, with N* posts.
    Infinite posts where a draw has no sizing point.
    """

    year: int
    frame: pd.DataFrame

    @cached_property
    def summary(self) -> pd.DataFrame:
        """P50, P80, P95 of the posts needed in the target's year, and of the permanent ones.

        fixed_term: the difference of the two quantiles, not a quantile of differences: who
        plans for a probability hires the first and keeps the second.
        """
        import pandas as pd

        weights = self.frame["weight"].to_numpy()
        rows = []
        for level in LEVELS:
            posts, permanent = (
                least_enough(self.frame[name].to_numpy(dtype=float), weights, level)
                for name in ("posts", "permanent")
            )
            both = np.isfinite(posts) and np.isfinite(permanent)
            rows.append(
                {
                    "probability": level,
                    "posts": posts,
                    "permanent": permanent,
                    "fixed_term": max(posts - permanent, 0.0) if both else float("nan"),
                }
            )
        return pd.DataFrame(rows)


def recurrent(plan: Plan) -> Recurrent:
    """The permanent and the fixed-term posts of a plan on draws."""
    import pandas as pd

    assert plan.draws is not None
    rows = []
    for answer, weight in zip(plan.answers, plan.draws.weights, strict=True):
        permanent = permanent_posts(answer)
        lasting = answer.lasting
        year, measure = answer.year + YEARS_AFTER, answer.target.measure
        known = np.isfinite(permanent)
        rows.append(
            {
                "draw": answer.draw,
                "weight": float(weight),
                "posts": answer.posts,
                "permanent": permanent,
                "fixed_term": max(answer.posts - permanent, 0.0) if known else float("nan"),
                "missing": max(permanent - answer.posts, 0.0) if known else float("nan"),
                "reached": lasting.of(measure, year) if lasting else float("nan"),
            }
        )
    return Recurrent(plan.scenario.target.year + YEARS_AFTER, pd.DataFrame(rows))


def permanent_posts(answer: Answer) -> float:
    """Posts that hold the target two years after its year; infinite without a sizing point."""
    if answer.sizing is None or answer.lasting is None:
        return float("inf")
    (a, b), (c, d) = answer.sizing.slopes
    along = a - b * c / d if abs(d) > FLAT else 1.0
    reached = answer.lasting.of(answer.target.measure, answer.year + YEARS_AFTER)
    short = float(answer.target.people) / max(reached, 1e-9)
    return float(answer.posts * short ** (1 / min(max(along, FLATTEST), STEEPEST)))
