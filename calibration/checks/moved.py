"""Prior against posterior: which parameters the figures moved, and which are still assumptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from calibration.checks.predictive import column, weighted_quantiles
from calibration.priors import Priors
from calibration.problem import Problem

if TYPE_CHECKING:
    import pandas as pd

    from sim.posterior import Posterior

PRIOR_DRAWS = 8192
MOVED = 0.2  # share of the variance removed from which a parameter is said to be moved
SHIFTED = 0.5  # of the prior's standard deviations, for the mean
LEVELS = (0.05, 0.5, 0.95)


def moved(posterior: Posterior, problem: Problem) -> pd.DataFrame:
    """One row a calibrated parameter: prior and posterior quantiles, what was removed.

    removed: share of the prior variance that the figures removed (negative by chance
    of sampling); shift: of the mean, in prior standard deviations; moved: whether
    either is large enough to say that the figures speak of it.
    """
    import pandas as pd

    before = _prior_draws(problem.priors)
    rows = []
    for path, values in before.items():
        if path not in {each.path for each in posterior.parameters}:
            continue
        after = column(posterior, path)
        mean = posterior.weights @ after
        variance = posterior.weights @ (after - mean) ** 2
        removed = 1 - variance / values.var()
        shift = (mean - values.mean()) / values.std()
        even = np.full(len(values), 1 / len(values))
        low, median, high = weighted_quantiles(values, even, LEVELS)
        found = weighted_quantiles(after, posterior.weights, LEVELS)
        rows.append(
            {
                "parameter": path,
                "prior_low": low,
                "prior_median": median,
                "prior_high": high,
                "low": found[0],
                "median": found[1],
                "high": found[2],
                "removed": removed,
                "shift": shift,
                "moved": bool(removed >= MOVED or abs(shift) >= SHIFTED),
            }
        )
    return pd.DataFrame(rows)


def _prior_draws(priors: Priors) -> dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    from scipy.stats import qmc

    uniforms = qmc.Sobol(len(priors.paths), seed=0).random(PRIOR_DRAWS)
    structure = priors.structure(np.clip(uniforms, 1e-9, 1 - 1e-9))
    return {path: structure[:, k] for k, path in enumerate(priors.paths)}
