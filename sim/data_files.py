"""Where the shipped data lie: scenarios, observed figures, fits, the posterior.

In a checkout they are the folders `scenarios/` and `calibration/data/` beside
the package; in an installed wheel the scenarios lie inside it. Everything that
reads shipped data asks here, so commands work from any folder.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def scenarios() -> Path:
    """The folder of the shipped scenarios."""
    inside = _PACKAGE / "shipped_scenarios"
    return inside if inside.is_dir() else _PACKAGE.parent / "scenarios"


def batches() -> Path:
    """The folder of the shipped batch designs."""
    return scenarios() / "batches"


def calibration() -> Path:
    """The folder of observed figures, readings and fits."""
    return _PACKAGE.parent / "calibration" / "data"


def posterior() -> Path:
    """The folder of the shipped posterior sample: draws.csv and manifest.toml."""
    return calibration() / "posterior"


def departements() -> Path:
    """The table of the 101 départements."""
    return _PACKAGE / "data" / "departements.csv"


def outlines() -> Path:
    """The outlines of the metropolitan départements, for maps."""
    return _PACKAGE / "data" / "outlines.csv"


def rates() -> Path:
    """What things cost and who pays."""
    return _PACKAGE / "data" / "rates.toml"


def french() -> Path:
    """The catalogue of French words."""
    return _PACKAGE / "data" / "french"
