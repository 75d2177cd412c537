"""What to measure first: how much each measurement would settle of what is open.

A measurement that all draws agree on settles nothing. For each candidate and each open
quantity: the share of the quantity's variance over the draws that a measurement with its
error would remove, to first order (the squared correlation, times the part of the
measured quantity's spread that is larger than its error). With a few hundred draws a
share is known to about 0.05. What a new post brings depends on more than these; the
value of information on a plan is another question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from calibration.checks.predictive import column
from sim.words import to_say

if TYPE_CHECKING:
    import pandas as pd

    from sim.posterior import Posterior

Floats = NDArray[np.float64]

# Name in the draws, words, relative error that a survey or an extraction might have (assumption).
CANDIDATES = (
    ("load", to_say("People per portfolio, counted"), 0.03),
    ("orientations", to_say("Orientations in the year"), 0.03),
    ("queue_delay", to_say("Days between ready and entry"), 0.10),
    ("abandonments", to_say("People who gave up before entry"), 0.10),
)
# What decides how many posts and orientations a target takes, and is not measured itself.
OPEN = (
    ("portfolios.places", to_say("Places per portfolio")),
    ("is_queue_share", to_say("Queue's share of the delay")),
    ("orientations.supply_response", to_say("Response to posts (ε)")),
    ("entry.patience_days", to_say("Patience")),
    ("entry.diagnosis_interval_days", to_say("Days between diagnoses")),
    ("territory.unevenness", to_say("Unevenness")),
)


def measure_first(posterior: Posterior) -> pd.DataFrame:
    """Rows: candidate, quantity, removed (share of its variance); best candidates first."""
    import pandas as pd

    rows = []
    for name, words, error in CANDIDATES:
        measured = np.log(np.maximum(posterior.diagnostics[f"is_{name}"], 1e-9))
        spread = _covariance(posterior.weights, measured, measured)
        believable = spread / (spread + error**2)
        for path, told in OPEN:
            values = (
                posterior.diagnostics[path] if path.startswith("is_") else column(posterior, path)
            )
            own = _covariance(posterior.weights, values, values)
            joint = _covariance(posterior.weights, measured, values)
            removed = believable * joint**2 / (spread * own) if own > 0 and spread > 0 else 0.0
            rows.append(
                {"candidate": words, "error": error, "quantity": told, "removed": float(removed)}
            )
    found = pd.DataFrame(rows)
    found["mean"] = found.groupby("candidate")["removed"].transform("mean")
    return found.sort_values("mean", ascending=False, kind="stable").reset_index(drop=True)


def _covariance(weights: Floats, a: Floats, b: Floats) -> float:
    return float(weights @ ((a - weights @ a) * (b - weights @ b)))
