"""What a calibration's report is made from: the checks of a posterior, made or read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from calibration.checks.measure_first import measure_first
from calibration.checks.moved import moved
from calibration.checks.predictive import predictive
from calibration.checks.rows import rows_of
from calibration.command import (
    HAUTE_MARNE_FILE,
    HELD_OUT_FILE,
    RANKS_FILE,
    problem_of,
    ridge,
    stored,
    weights_frame,
)
from calibration.problem import Problem
from calibration.reading_weights import moved_by_figures

if TYPE_CHECKING:
    import pandas as pd

    from sim.posterior import Posterior


@dataclass(frozen=True)
class Findings:
    """All that the report is made from."""

    posterior: Posterior
    problem: Problem
    predicted: pd.DataFrame
    moved: pd.DataFrame
    draws: pd.DataFrame
    weights: pd.DataFrame
    first: pd.DataFrame
    held_out: pd.DataFrame | None
    ranks: pd.DataFrame | None
    haute_marne: pd.DataFrame | None

    @classmethod
    def of(cls, posterior: Posterior) -> Findings:
        """Checks that take a moment are made; the slow ones are read where they are stored."""
        problem = problem_of(posterior)
        return cls(
            posterior=posterior,
            problem=problem,
            predicted=predictive(posterior),
            moved=moved(posterior, problem),
            draws=ridge(posterior),
            weights=weights_frame(posterior),
            first=measure_first(posterior),
            held_out=stored(posterior, HELD_OUT_FILE),
            ranks=stored(posterior, RANKS_FILE),
            haute_marne=stored(posterior, HAUTE_MARNE_FILE),
        )


def moved_readings(weights: pd.DataFrame) -> dict[str, bool]:
    """Of each reading, whether its weight is the figures' doing; empty where nobody looked."""
    known: dict[str, dict[str, tuple[float, float]]] = {}
    for row in rows_of(weights):
        known.setdefault(row["prior"], {})[row["reading"]] = (row["weight"], row["worth"])
    if "prior" not in known:
        return {}
    return {
        name: moved_by_figures(known["prior"][name], after)
        for name, after in known["posterior"].items()
    }
