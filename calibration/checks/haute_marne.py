"""Haute-Marne on its own figures: do the national stays explain how few had left?

565 people had been supported by about February 2018, 244 of them were out by the end of
October 2017 (seed 003). The scenario `departement-haute-marne` runs the département from
its start under every draw; entries are brought to 565 afterwards, so what is compared
is the share that had left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from calibration.checks.predictive import weighted_quantiles
from sim.experiment.executor import Progress, Workers, silent
from sim.experiment.results import simulate
from sim.scenario_files import load
from sim.words import to_say

if TYPE_CHECKING:
    import pandas as pd

    from sim.posterior import Posterior

SCENARIO = "departement-haute-marne"
SUPPORTED, LEFT = 565, 244  # seed 003
LAST_MONTH_OF_EXITS = "2017-10"
LEVELS = (0.05, 0.5, 0.95)


def haute_marne(
    posterior: Posterior, workers: Workers, draws: int, progress: Progress = silent
) -> pd.DataFrame:
    """One row a quantity: observed, and the interval of 90 % over draws (noise included)."""
    import pandas as pd

    results = simulate(
        load(SCENARIO), draws=draws, replications=1, posterior=posterior,
        workers=workers, progress=progress,
    )  # fmt: skip
    monthly = results.monthly
    counts = monthly[monthly["measure"].isin(["entries", "exits"])]
    until = counts[counts["period"] <= LAST_MONTH_OF_EXITS]
    keys = ["draw"]
    entries = counts[counts["measure"] == "entries"].groupby(keys)["value"].sum()
    exits = until[until["measure"] == "exits"].groupby(keys)["value"].sum()
    scaled = exits / entries * SUPPORTED
    weights = posterior.weights[scaled.index.to_numpy()]
    rows = []
    for name, observed, values in (
        (to_say("entries by February 2018, volumes of the scenario"), SUPPORTED, entries),
        (to_say("exits by October 2017, if 565 had entered"), LEFT, scaled),
    ):
        low, median, high = weighted_quantiles(values.to_numpy(), weights, LEVELS)
        rows.append(
            {
                "quantity": name,
                "observed": observed,
                "low": low,
                "median": median,
                "high": high,
                "inside": bool(low <= observed <= high),
                "share_of_draws_at_most_observed": float(
                    weights @ (values.to_numpy() <= observed) / np.sum(weights)
                ),
            }
        )
    return pd.DataFrame(rows)
