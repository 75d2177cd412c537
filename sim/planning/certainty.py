"""How sure a plan is: quantiles and probabilities over the draws of the posterior.

A quantile of what is needed is the least number that is enough with that probability:
P80 posts are enough in draws that have 80 % of the weight. An infinite need (no number of
posts in reach is enough) counts as what it is and is never dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError, Problem
from sim.parameters import POSTERIOR
from sim.planning.combinations import combinations_of, label
from sim.posterior import Draws
from sim.words import say

if TYPE_CHECKING:
    import pandas as pd

    from sim.planning.plan import Plan

Floats = NDArray[np.float64]

LEVELS = (0.50, 0.80, 0.95)
TAILS = (0.05, 0.95)
# What is needed; more of it is a harder target.
NEEDS = (
    "posts", "posts_in_area", "posts_without_ceiling", "orientations_needed",
    "orientations_to_find",
)  # fmt: skip
ROUNDING = 1e-9


def least_enough(values: Floats, weights: Floats, level: float) -> float:
    """The least of the values that is enough with probability `level`; infinite if none is.

    Draws without a weight do not count. NaN where there are none.
    """
    counted = weights > 0
    if not counted.any():
        return float("nan")
    order = np.argsort(values[counted], kind="stable")
    reached = np.cumsum(weights[counted][order])
    first = np.searchsorted(reached, level * reached[-1] - ROUNDING, side="left")
    return float(values[counted][order][min(int(first), len(order) - 1)])


def both_at_once(plan: Plan, level: float) -> float:
    """Probability that the posts and the orientations of a level are enough at once.

    Each is a quantile of its own side; draws that need more of one may need less of the other.
    More posts than a draw needs may save it some orientations: that is not counted.
    """
    weights, enough = _weights(plan), np.ones(len(plan.answers), dtype=bool)
    for name in ("posts", "orientations_needed"):
        needed = plan.frame[name].to_numpy(dtype=np.float64)
        enough &= needed <= least_enough(needed, weights, level)
    enough &= np.isfinite(plan.frame["posts"].to_numpy(dtype=np.float64))
    return float(weights[enough].sum())


def probability_interval(probability: float, draws: Draws) -> tuple[float, float]:
    """90 % interval that the number of draws leaves in a probability.

    That of Jeffreys, on the number of equally weighted draws that they are worth
    (L. Brown, T. Cai, A. DasGupta, "Interval estimation for a binomial proportion",
    Statistical Science 16, 2001).
    """
    from scipy.special import betaincinv

    happened, not_happened = probability * draws.effective, (1 - probability) * draws.effective
    low, high = (float(betaincinv(happened + 0.5, not_happened + 0.5, tail)) for tail in TAILS)
    return (low if happened > 0 else 0.0), (high if not_happened > 1e-9 else 1.0)


def groups(plan: Plan, by: str) -> Iterator[tuple[str, NDArray[np.int64], float]]:
    """Label, positions of the answers, weight: all draws together, or those of each reading."""
    if plan.draws is None:
        told = say("was made under readings, which have no probabilities")
        raise InputError(Problem("plan", "", told, say("plan with reading='posterior'")))
    if by == "together":
        yield POSTERIOR, np.arange(len(plan.draws)), 1.0
        return
    for name, members in plan.draws.of_each_reading().items():
        yield name, members, float(plan.draws.weights[members].sum())


def summarised(plan: Plan, by: str = "together") -> pd.DataFrame:
    """P50, P80, P95 of what the target takes: one row a group and quantity."""
    import pandas as pd

    frame = plan.frame
    rows = []
    for group, members, weight in groups(plan, by):
        weights = _weights(plan)[members]
        for name in NEEDS:
            values = frame[name].to_numpy(dtype=np.float64)[members]
            quantiles = {
                f"p{round(100 * level)}": least_enough(values, weights, level) for level in LEVELS
            }
            low, high = (least_enough(values, weights, tail) for tail in TAILS)
            rows.append(
                {"reading": group, "weight": weight, "draws": len(members), "quantity": name}
                | quantiles
                | {"low": low, "high": high}
            )
    return pd.DataFrame(rows)


def combinations_summarised(plan: Plan, by: str = "together") -> pd.DataFrame:
    """One row a group and combination of levers.

    probability: that the target holds with it and some number of posts in reach
    (`probability_low`, `probability_high`: what the number of draws leaves, 90 %). p50,
    p80, p95: least posts that are enough with that probability,
    infinite where no number is. orientations, at_sizing, at_most: weighted means, the latter
    two with 90 % intervals. intensity: the median share of the intensities that is enough,
    of the draws in which the combination suffices.
    """
    import pandas as pd

    frame = plan.combinations
    rows = []
    for group, members, weight in groups(plan, by):
        inside = frame[frame["draw"].isin(plan.frame["draw"].to_numpy()[members])]
        for names in combinations_of(plan.levers):
            part = inside[inside["levers"] == "+".join(names)]
            rows.append(
                {
                    "reading": group,
                    "weight": weight,
                    "levers": "+".join(names),
                    "label": label(names),
                }
                | _of_a_combination(plan, part, members)
            )
    return pd.DataFrame(rows)


def _of_a_combination(
    plan: Plan, part: pd.DataFrame, members: NDArray[np.int64]
) -> dict[str, float]:
    total = float(_weights(plan)[members].sum())
    weights = part["weight"].to_numpy(dtype=np.float64)
    least = part["least_posts"].to_numpy(dtype=np.float64)
    # Draws without a sizing point bring no row: there the combination does not suffice.
    missing = max(0.0, total - float(weights.sum()))
    probability = float(weights[np.isfinite(least)].sum()) / total
    assert plan.draws is not None
    low, high = probability_interval(probability, _some(plan.draws, members))
    row = {"probability": probability, "probability_low": low, "probability_high": high}
    padded, padding = np.append(least, np.inf), np.append(weights, missing)
    for level in LEVELS:
        row[f"p{round(100 * level)}"] = least_enough(padded, padding, level)
    row["orientations"] = _mean(part["orientations"].to_numpy(dtype=np.float64), weights)
    for name in ("at_sizing", "at_most"):
        values = part[name].to_numpy(dtype=np.float64)
        row[name] = _mean(values, weights)
        for end, tail in zip(("low", "high"), TAILS, strict=True):
            row[f"{name}_{end}"] = least_enough(values, weights, tail)
    enough = np.isfinite(least)
    row["intensity"] = least_enough(
        part["intensity"].to_numpy(dtype=np.float64)[enough], weights[enough], 0.5
    )
    return row


def enough_posts(plan: Plan, level: float) -> int:
    """Posts of the sizing point that are enough with a probability; the most where none are."""
    (_, members, _), *_ = groups(plan, "together")
    values = plan.frame["posts"].to_numpy(dtype=np.float64)[members]
    posts = least_enough(values, _weights(plan)[members], level)
    return int(posts) if np.isfinite(posts) else max(each.most_posts for each in plan.answers)


def _mean(values: Floats, weights: Floats) -> float:
    """Weighted mean; NaN of nothing."""
    return float(np.average(values, weights=weights)) if weights.sum() > 0 else float("nan")


def _weights(plan: Plan) -> Floats:
    assert plan.draws is not None
    return plan.draws.weights


def _some(draws: Draws, members: NDArray[np.int64]) -> Draws:
    weights = draws.weights[members]
    return Draws(weights / weights.sum(), tuple(draws.readings[k] for k in members))
