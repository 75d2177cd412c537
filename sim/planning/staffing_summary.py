"""A staffing curve in numbers: over the draws with 90 % intervals, or by reading.

Everything is taken on each draw first (differences between neighbouring numbers of posts, and
between allocations, are of the same people) and summarised over the draws afterwards. With one
replication a draw the intervals hold the noise of the simulation too.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.experiment.credible import spread
from sim.parameters import POSTERIOR
from sim.planning.certainty import TAILS, least_enough
from sim.posterior import Draws

if TYPE_CHECKING:
    import pandas as pd

    from sim.planning.staffing_curve import StaffingCurve, Variation

Floats = NDArray[np.float64]

LEAST_QUEUE_DAYS = 0.5


def groups(curve: StaffingCurve, by: str) -> Iterator[tuple[str, NDArray[np.int64], Draws | None]]:
    """Label, positions of the worlds, their draws: together or by label; readings one by one."""
    if curve.draws is None:
        for k, name in enumerate(curve.readings):
            yield name, np.array([k]), None
        return
    if by == "together":
        yield POSTERIOR, np.arange(len(curve.draws)), curve.draws
        return
    for label, members in curve.draws.of_each_reading().items():
        weights = curve.draws.weights[members]
        names = tuple(curve.draws.readings[k] for k in members)
        yield label, members, Draws(weights / weights.sum(), names)


def rows_of(curve: StaffingCurve, frame: pd.DataFrame, variation: Variation) -> pd.DataFrame:
    """The rows of a summary that belong to a variation."""
    own, response = frame["supply_response"], variation.supply_response
    allocation = variation.allocation or curve.scenario.posts.allocation
    mine = own.isna() if response is None else own == response
    return frame[mine & (frame["allocation"] == allocation)]


def measures_summarised(curve: StaffingCurve, by: str) -> pd.DataFrame:
    """One row a group, variation, number of posts and measure."""
    import pandas as pd

    from sim.planning.staffing_curve import MEASURES

    parts = []
    for label, members, draws in groups(curve, by):
        for variation, measures in curve.values.items():
            for name in MEASURES:
                keys = _keys(curve, label, variation)
                rows = _over(measures[name][members], draws)
                parts.append(pd.DataFrame({**keys, "posts": curve.posts, "measure": name, **rows}))
    return _once(parts, ["posts", "measure"])


def marginal(curve: StaffingCurve, variation: Variation) -> Floats:
    """Entries a year gained by one more funded post [world, step between posts].

    Posts are those funded in the area simulated, in the mean of the year.
    """
    measures = curve.values[variation]
    posts = np.maximum(np.diff(measures["funded_posts"], axis=1), 1e-9)
    return np.asarray(np.diff(measures["entries"], axis=1) / posts)


def marginal_summarised(curve: StaffingCurve, by: str) -> pd.DataFrame:
    """One row a group, variation and step; `posts` is the middle of the step."""
    import pandas as pd

    low, high = curve.posts[:-1], curve.posts[1:]
    parts = []
    for label, members, draws in groups(curve, by):
        for variation in curve.values:
            keys = _keys(curve, label, variation)
            rows = _over(marginal(curve, variation)[members], draws)
            middle = [(a + b) / 2 for a, b in zip(low, high, strict=True)]
            steps = {"posts": middle, "from": low, "to": high}
            parts.append(pd.DataFrame({**keys, **steps, "measure": "entries_a_post", **rows}))
    return _once(parts, ["posts"])


def exhausted(curve: StaffingCurve, variation: Variation) -> Floats:
    """Posts [world] from which one more gains less than is worth it, and all later ones too.

    Between the middles of two steps on a straight line; today's where the first step is below
    already; infinite where the last one is not.
    """
    low, high = np.array(curve.posts[:-1]), np.array(curve.posts[1:])
    middles = (low + high) / 2
    return np.array(
        [
            _from_where(row, middles, float(low[0]), curve.worth)
            for row in marginal(curve, variation)
        ]
    )


def _from_where(gains: Floats, middles: Floats, first: float, threshold: float) -> float:
    above = np.flatnonzero(gains >= threshold)
    if not len(above):
        return first
    k = int(above[-1])
    if k == len(gains) - 1:
        return inf
    way = (gains[k] - threshold) / (gains[k] - gains[k + 1])
    return float(middles[k] + way * (middles[k + 1] - middles[k]))


def exhausted_summarised(curve: StaffingCurve, by: str) -> pd.DataFrame:
    """One row a group and variation: median and 90 % interval of those posts.

    Infinite: not within the posts looked at. probability: of draws in which it is within them.
    """
    import pandas as pd

    rows = []
    for label, members, draws in groups(curve, by):
        for variation in curve.values:
            values = exhausted(curve, variation)[members]
            weights = np.ones(1) if draws is None else draws.weights
            told = draws is not None and draws.tell_an_interval
            low, high = (
                least_enough(values, weights, tail) if told else float("nan") for tail in TAILS
            )
            rows.append(
                _keys(curve, label, variation)
                | {
                    "worth": curve.worth,
                    "draws": len(members),
                    "posts": least_enough(values, weights, 0.5),
                    "low": low,
                    "high": high,
                    "probability": float(weights[np.isfinite(values)].sum()),
                }
            )
    frame = pd.DataFrame(rows)
    return frame.drop_duplicates(["reading", "supply_response", "allocation"], ignore_index=True)


def allocation_summarised(curve: StaffingCurve, by: str) -> pd.DataFrame:
    """Posts where it queues against posts in proportion: one row a group, posts and quantity.

    entries_gained and queue_days_saved with as many posts; posts_saved_for_entries and
    posts_saved_for_queue: how many fewer where it queues do as much as posts in proportion; the
    latter NaN in worlds where these leave hardly a queue (under half a day).
    """
    import pandas as pd

    from sim.planning.staffing_curve import FOCUSED, SPREAD_OUT

    spread_out, focused = curve.values[SPREAD_OUT], curve.values[FOCUSED]
    worth = {
        "entries_gained": focused["entries"] - spread_out["entries"],
        "queue_days_saved": spread_out["queue_delay"] - focused["queue_delay"],
        "posts_saved_for_entries": _saved(curve, spread_out["entries"], focused["entries"]),
        "posts_saved_for_queue": np.where(
            spread_out["queue_delay"] >= LEAST_QUEUE_DAYS,
            _saved(curve, -spread_out["queue_delay"], -focused["queue_delay"]),
            np.nan,
        ),
    }
    parts = []
    for label, members, draws in groups(curve, by):
        for name, values in worth.items():
            rows = _over(values[members], draws)
            keys = {"reading": label, "posts": curve.posts, "quantity": name}
            parts.append(pd.DataFrame({**keys, **rows}))
    return pd.concat(parts, ignore_index=True)


def _saved(curve: StaffingCurve, wanted: Floats, focused: Floats) -> Floats:
    """Posts [world, posts] less the fewest that do as much when they go where it queues.

    Negative where more would be needed, and never beyond the posts looked at.
    """
    posts = np.array(curve.posts, dtype=np.float64)
    best = np.maximum.accumulate(focused, axis=1)
    return np.array(
        [
            posts - np.array([_fewest(each, row, posts) for each in asked])
            for asked, row in zip(wanted, best, strict=True)
        ]
    )


def _fewest(wanted: float, reached: Floats, posts: Floats) -> float:
    """The fewest posts that reach so much, on straight lines; the most where none does."""
    enough = np.flatnonzero(reached >= wanted)
    if not len(enough):
        return float(posts[-1])
    k = int(enough[0])
    if k == 0:
        return float(posts[0])
    way = (wanted - reached[k - 1]) / (reached[k] - reached[k - 1])
    return float(posts[k - 1] + way * (posts[k] - posts[k - 1]))


def _over(values: Floats, draws: Draws | None) -> dict[str, Floats]:
    """Weighted mean and 90 % interval of values [world, k] over the worlds."""
    if draws is None:
        nothing = np.full(values.shape[1], np.nan)
        return {"value": values[0], "low": nothing, "high": nothing}
    found = spread(values.T[:, :, None], draws.weights, tells_an_interval=draws.tell_an_interval)
    return {"value": found.value, "low": found.low, "high": found.high}


def _keys(curve: StaffingCurve, label: str, variation: Variation) -> dict[str, Any]:
    own = variation.supply_response
    return {
        "reading": label,
        "supply_response": float("nan") if own is None else own,
        "allocation": variation.allocation or curve.scenario.posts.allocation,
    }


def _once(parts: list[pd.DataFrame], by: list[str]) -> pd.DataFrame:
    """One frame; the scenario's own allocation is there once."""
    import pandas as pd

    keys = ["reading", "supply_response", "allocation", *by]
    return pd.concat(parts, ignore_index=True).drop_duplicates(keys, ignore_index=True)
