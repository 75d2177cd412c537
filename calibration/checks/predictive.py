"""Posterior predictive: would the model, as calibrated, give the figures that were observed?

Each draw's figures by the compiled engine, with the noise of one replication and the
observation error on top, against the figures themselves.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.experiment.credible import quantiles

if TYPE_CHECKING:
    import pandas as pd

    from sim.posterior import Posterior

Floats = NDArray[np.float64]

NORMALS = 60  # of noise and error for each draw
LEVELS = (0.05, 0.5, 0.95)


def predictive(posterior: Posterior) -> pd.DataFrame:
    """One row a figure: observed, predicted low, median, high (90 %), inside, half_width.

    half_width: of the interval, relative to its middle. model_low, model_high: of
    the draws' figures by the engine alone, without observation error.
    """
    import pandas as pd

    random = np.random.default_rng(0)
    manifest = manifest_of(posterior)
    replications = manifest["made_by"]["settings"]["replications"]
    rows = []
    for name, about in manifest["figures"].items():
        measure, _, period = name.partition(" ")
        logs = np.log(posterior.diagnostics[f"is_{name.replace(' ', '_')}"])
        # The draws' own figures are means over replications: part of the noise is in them.
        noise = about["replication_noise"] * np.sqrt(1 - 1 / replications)
        error = np.hypot(about["error"], noise)
        spread = logs[:, None] + error * random.standard_normal((len(logs), NORMALS))
        each = np.repeat(posterior.weights / NORMALS, NORMALS)
        low, median, high = np.exp(weighted_quantiles(spread.ravel(), each, LEVELS))
        model_low, _, model_high = np.exp(weighted_quantiles(logs, posterior.weights, LEVELS))
        rows.append(
            {
                "measure": measure,
                "period": period,
                "observed": about["observed"],
                "low": low,
                "median": median,
                "high": high,
                "inside": bool(low <= about["observed"] <= high),
                "half_width": (high - low) / (high + low),
                "model_low": model_low,
                "model_high": model_high,
            }
        )
    return pd.DataFrame(rows)


def manifest_of(posterior: Posterior) -> dict[str, Any]:
    """The posterior's manifest."""
    return tomllib.loads((posterior.folder / "manifest.toml").read_text(encoding="utf-8"))


def weighted_quantiles(values: Floats, weights: Floats, levels: tuple[float, ...]) -> Floats:
    """Quantiles of weighted values, by the rule of `sim.experiment.credible`."""
    shares = weights / weights.sum()
    return np.array([quantiles(values[None, :], shares[None, :], level)[0] for level in levels])


def column(posterior: Posterior, path: str) -> Floats:
    """The values of a parameter, one a draw."""
    paths = [each.path for each in posterior.parameters]
    return np.asarray(posterior.values[:, paths.index(path)])
