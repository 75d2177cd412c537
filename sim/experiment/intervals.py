"""Means over replications with their intervals, and paired differences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

CONFIDENCE = 0.95
KEYS = ["scenario", "reading", "period", "place", "measure", "unit"]


def mean_with_interval(tidy: pd.DataFrame, keys: list[str] | None = None) -> pd.DataFrame:
    """Mean over the replications and the half-width of its Student interval.

    The half-width is NaN with one replication: nothing is known of the noise.
    """
    from scipy.special import stdtrit

    grouped = tidy.groupby(keys or KEYS, sort=False)["value"]
    means = grouped.agg(["mean", "std", "count"]).reset_index()
    count = means["count"].to_numpy()
    with np.errstate(invalid="ignore", divide="ignore"):
        quantile = stdtrit(np.maximum(count - 1, 1), 0.5 + CONFIDENCE / 2)
        half = np.where(count > 1, quantile * means["std"] / np.sqrt(count), np.nan)
    return means.assign(value=means["mean"], half_width=half, replications=count).drop(
        columns=["mean", "std", "count"]
    )


def widened(means: pd.DataFrame, standard_errors: pd.DataFrame) -> pd.DataFrame:
    """Means whose intervals also hold the error of sampling pools.

    The pools are the same in all replications, so that error does not shrink with
    their number. `standard_errors`: a tidy frame, one row a replication.
    """
    from scipy.special import ndtri

    squared = standard_errors.assign(value=standard_errors["value"] ** 2)
    sampling = np.sqrt(squared.groupby(KEYS, sort=False)["value"].mean()).reset_index(name="error")
    joined = means.merge(sampling, on=KEYS)
    reach = ndtri(0.5 + CONFIDENCE / 2) * joined.pop("error")
    half = np.sqrt(joined["half_width"].fillna(0.0) ** 2 + reach**2)
    return joined.assign(half_width=half)


def paired(tidy: pd.DataFrame, base: str) -> pd.DataFrame:
    """Differences of every other scenario from `base`, run by run.

    Both sides of a pair have the same reading, draw and replication: common random
    numbers make them alike, so the interval of the difference is much narrower than
    those of its two sides.
    """
    pairing = ["reading", "draw", "replication", "period", "place", "measure", "unit"]
    left = tidy[tidy["scenario"] == base].drop(columns=["scenario"])
    right = tidy[tidy["scenario"] != base]
    joined = right.merge(left, on=pairing, suffixes=("", "_base"))
    joined["value"] = joined["value"] - joined["value_base"]
    return joined.drop(columns=["value_base"])
