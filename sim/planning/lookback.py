"""Looking back: a saved projection against what came true, scored for bias and coverage.

What would be *seen* spreads more than what is *expected*: every run of every draw counts,
with the noise of the simulation in it (the world has that too), weighted as its draw, and
with the figure's own error where the file gives one. A figure falls at some quantile of
that; over many figures half of them should lie inside the 50 % intervals.

The continuous ranked probability score (T. Gneiting and A. Raftery, Journal of the American
Statistical Association 102, 2007, equation 21) is the mean distance from the figure less
half that between two runs, in the measure's unit; of a forecast of one number it is the
absolute error. So skill, 1 − score / score of the forecast that the last published year
stays, says what the projection was worth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.experiment.credible import quantiles
from sim.observed_figures import observed
from sim.planning.saved import Runs, Saved, saved
from sim.planning.seen import Seen, seen_figures
from sim.shown import Shown
from sim.words import speaking, to_say

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

INNER, OUTER = 0.5, 0.9
ENDS = {
    "low_90": (1 - OUTER) / 2,
    "low_50": (1 - INNER) / 2,
    "high_50": (1 + INNER) / 2,
    "high_90": (1 + OUTER) / 2,
}
POINTS_OF_AN_ERROR = 25
SCORED, PLAN, CALIBRATED = "scored", to_say("plan"), to_say("calibrated on")
DECEMBER = "portfolios_at_end"
PLANNED = ("portfolios", DECEMBER, "funded_posts", "fte")
PLAN_DIFFERS = 0.02
# measure → the published series that stays, and whether a month has a twelfth of it
LAST_SEEN = {
    "entries": ("entries", True),
    "entry_delay": ("entry_delay", False),
    "parcours_duration": ("parcours_duration", False),
}
ALL = to_say("all")


@dataclass(frozen=True, repr=False)
class LookBack(Shown):
    """A saved projection and the figures that came true."""

    shown_by: ClassVar[str] = "lookback_text.lookback"

    projection: Saved
    seen: tuple[Seen, ...]

    @cached_property
    def figures(self) -> pd.DataFrame:
        """One row a figure.

        projected: the mean of what would be seen; low_90 to high_90: its 50 and 90 %
        intervals; seen; quantile: where it fell; error: projected / seen − 1; inside_50,
        inside_90; crps, crps_stays: scores of the projection and of the forecast that the
        last published year stays (NaN where none is published); role: 'scored', 'plan'
        (decided, not foretold) or 'calibrated on'.
        """
        import pandas as pd

        return pd.DataFrame([_row(self.projection, each) for each in self.seen])

    @cached_property
    def scores(self) -> pd.DataFrame:
        """One row a measure by year or month, and one for all figures that are scored.

        bias: mean of the errors, relative; inside_50, inside_90: how many figures;
        crps: mean; skill: against the last published year.
        """
        import pandas as pd

        scored = self.figures[self.figures["role"] == SCORED]
        rows = [
            _scores(str(measure), str(by), mine)
            for (measure, by), mine in scored.groupby(["measure", "by"], sort=False)
        ]
        if len(rows) > 1:
            nan = float("nan")
            rows.append({**_scores(ALL, "", scored), "bias": nan, "crps": nan, "skill": nan})
        return pd.DataFrame(rows, columns=list(_scores("", "", scored)))

    @property
    def off_plan(self) -> pd.DataFrame:
        """Rows of `figures` whose posts or portfolios were not as planned, by more than 2 %."""
        planned = self.figures[self.figures["role"] == PLAN]
        return planned[planned["error"].abs() > PLAN_DIFFERS]

    @property
    def tells_the_plan(self) -> bool:
        """Whether a figure says if the posts were as planned."""
        return bool((self.figures["role"] == PLAN).any())

    @property
    def as_it_was(self) -> Mapping[str, Any]:
        """Changes (`Scenario.with_`) that put the portfolios seen in Decembers into the history.

        Planned hiring goes on from the day after the last of them. Empty where none was seen,
        or where a part of the country was simulated from figures of the whole.
        """
        decembers = {
            f"{each.period}-12-31": each.value
            for each in self.seen
            if each.measure == DECEMBER and each.by == "year"
        }
        if not decembers or not self.projection.has_figures_of_its_own:
            return {}
        start = date(int(max(decembers)[:4]) + 1, 1, 1)
        planned = date.fromisoformat(self.projection.values["posts.hiring_end"])
        return {
            "portfolios.in_service": {**self.projection.history, **decembers},
            "posts.hiring_start": start,
            "posts.hiring_end": max(start, planned),
        }

    @cached_property
    def fan(self) -> pd.DataFrame:
        """The projection over time, of the measures that were seen: mean and intervals."""
        import pandas as pd

        wanted = dict.fromkeys((each.measure, each.by) for each in self.seen)
        parts = []
        for measure, by in wanted:
            runs = self.projection.runs(measure, by)
            weights = np.where(np.isfinite(runs.values), runs.weights, 0.0)
            weights = weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-300)
            ends = {name: quantiles(runs.values, weights, level) for name, level in ENDS.items()}
            mean = np.nansum(weights * runs.values, axis=1)
            about = {"measure": measure, "by": by, "period": list(runs.periods)}
            parts.append(pd.DataFrame({**about, "mean": mean, **ends}))
        return pd.concat(parts, ignore_index=True)

    def __repr__(self) -> str:
        return f"<LookBack: {len(self.seen)} figures on {self.projection.scenario}>"

    def plot(self, *, lang: str | None = None) -> Any:
        """The saved projection as a fan, with what came true on it: a figure."""
        from sim.present.lookback_figures import lookback_figure

        with speaking(lang):
            return lookback_figure(self)


def lookback(
    folder: Path | str, seen: Path | str | pd.DataFrame, *, scenario: str | None = None
) -> LookBack:
    """Lay what came true over a saved projection, and score it.

    folder: written by `agsim run --out` (or compare, plan) on posterior draws. seen: a CSV
    file, or a frame, with the columns measure, period, value, unit, and if wanted source
    and error. scenario: which one, where the folder holds several. Raises
    `InputError` with every mistake.
    """
    projection = saved(folder, scenario)
    return LookBack(projection, seen_figures(seen, projection))


def chance(figures: int, share: float) -> tuple[int, int]:
    """How many of some figures lie inside intervals of a share, by chance: 90 % of the time.

    The ends of the central interval of the binomial distribution, which takes the
    figures as independent.
    """
    from scipy.stats import binom

    return int(binom.ppf(0.05, figures, share)), int(binom.ppf(0.95, figures, share))


def crps(values: Floats, weights: Floats, seen: float) -> float:
    """The continuous ranked probability score of weighted values (weights sum to 1).

    Half the mean distance of two of them is the integral of F (1 − F), F their
    distribution function.
    """
    order = np.argsort(values)
    ordered, below = values[order], np.cumsum(weights[order])[:-1]
    apart = float(np.sum(below * (1 - below) * np.diff(ordered)))
    return float(np.sum(weights * np.abs(values - seen))) - apart


def _row(projection: Saved, figure: Seen) -> dict[str, Any]:
    runs = projection.runs(figure.measure, figure.by)
    values, weights = _seen_values(runs, figure)
    ends = {
        name: float(quantiles(values[None], weights[None], level)[0])
        for name, level in ENDS.items()
    }
    mean, seen = float(np.sum(weights * values)), figure.value
    stays = _last_published(projection, figure)
    return {
        "measure": figure.measure,
        "by": figure.by,
        "period": figure.period,
        "unit": figure.unit,
        "role": _role(projection, figure),
        "projected": mean,
        **ends,
        "seen": seen,
        "quantile": float(np.sum(weights * ((values < seen) + 0.5 * (values == seen)))),
        "error": mean / seen - 1 if seen else float("nan"),
        "inside_50": ends["low_50"] <= seen <= ends["high_50"],
        "inside_90": ends["low_90"] <= seen <= ends["high_90"],
        "crps": crps(values, weights, seen),
        "crps_stays": abs(stays - seen),
        "line": figure.line,
        "source": figure.source,
    }


def _seen_values(runs: Runs, figure: Seen) -> tuple[Floats, Floats]:
    """What would be seen, and weights: the runs, each spread by the figure's own error."""
    from scipy.special import ndtri

    values = runs.values[runs.periods.index(figure.period)]
    there = np.isfinite(values)
    values, weights = values[there], runs.weights[there] / runs.weights[there].sum()
    if not figure.error:
        return values, weights
    points = ndtri((np.arange(POINTS_OF_AN_ERROR) + 0.5) / POINTS_OF_AN_ERROR)
    spread = (values[:, None] * (1 + figure.error * points)).ravel()
    return spread, np.repeat(weights / POINTS_OF_AN_ERROR, POINTS_OF_AN_ERROR)


def _role(projection: Saved, figure: Seen) -> str:
    if f"{figure.measure} {figure.period}" in projection.targets:
        return CALIBRATED
    return PLAN if figure.measure in PLANNED else SCORED


def _last_published(projection: Saved, figure: Seen) -> float:
    """What the last published year before the figure's would give; NaN where there is none."""
    name, spread_over_months = LAST_SEEN.get(figure.measure, ("", False))
    if not name or projection.departements != "all":
        return float("nan")
    earlier = {
        year: value
        for year, value in observed()[name].values.items()
        if year < int(figure.period[:4])
    }
    if not earlier:
        return float("nan")
    part = 1 / 12 if spread_over_months and figure.by == "month" else 1.0
    return earlier[max(earlier)] * part


def _scores(measure: str, by: str, figures: pd.DataFrame) -> dict[str, Any]:
    compared = figures[figures["crps_stays"].notna()]
    stays = float(compared["crps_stays"].sum())
    return {
        "measure": measure,
        "by": by,
        "unit": figures["unit"].iloc[0] if measure not in ("", ALL) else "",
        "figures": len(figures),
        "bias": float(figures["error"].mean()),
        "inside_50": int(figures["inside_50"].sum()),
        "inside_90": int(figures["inside_90"].sum()),
        "crps": float(figures["crps"].mean()),
        "skill": 1 - float(compared["crps"].sum()) / stays if stays > 0 else float("nan"),
    }
