"""Years held out: calibrate on the years before, predict the next under the drift law.

2018 → 2019, and 2018-2019 → 2020. The same law without a model stands beside it: each
figure a random walk of its log with the drift's spread of its own kind, from the last
year that is known. The skill compares the two by the continuous ranked probability
score of the logs (T. Gneiting, A. Raftery, "Strictly proper scoring rules, prediction, and
estimation", JASA 102, 2007): 1 is perfect, 0 no better, below 0 worse. The model knows
more than the walk: the portfolios of the held-out year, that there was a lockdown, and
a correction of the approximation measured near all figures.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from calibration.checks.predictive import weighted_quantiles
from calibration.discrepancy import Correction
from calibration.problem import Problem
from calibration.sampling import Inference, sampled, systematic
from sim.errors import InputError
from sim.errors import Problem as Mistake
from sim.experiment.executor import Progress, Workers, silent
from sim.words import say

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

LIVE, EFFECTIVE, CANDIDATES = 250, 400, 400
LEVELS = (0.05, 0.5, 0.95)
WALK_OF = {"entries": 0, "entry_delay": 1, "parcours_duration": 2}


@dataclass(frozen=True)
class _Prediction:
    inference: Inference
    uniform: Floats
    normal: Floats


def _predicted(task: _Prediction) -> tuple[Floats, float]:
    """A draw's figures, held-out ones included, and its log weight."""
    inference = task.inference
    structure = inference.priors.structure(task.uniform)
    given = inference.given(structure)
    unknowns = given.draw(task.normal)
    everything = replace(inference, used=(True,) * len(inference.used))
    figures = everything.figures(structure)(unknowns)
    used = np.array(inference.used)
    return figures, given.log_ratio(inference.measured(), unknowns, figures[used])


def held_out(
    problem: Problem,
    correction: Correction,
    kinds: int,
    seed: int,
    workers: Workers,
    progress: Progress = silent,
) -> pd.DataFrame:
    """One row a predicted figure: known years, observed, interval of 90 %, inside, skill.

    walk_low, walk_high: the interval of the drift law without a model.
    """
    import pandas as pd

    years = problem.years
    predictable = [last for last in years[:-1] if _followed(problem, last)]
    if not predictable:
        raise InputError(
            Mistake(
                "held_out",
                "figures",
                say("no figure of a year has one of the year before beside it"),
                say("give entries, entry_delay or parcours_duration of two years in a row"),
            )
        )
    frames = [
        _one_year(problem, correction, kinds, last, seed, workers, progress) for last in predictable
    ]
    return pd.concat(frames, ignore_index=True)


def _followed(problem: Problem, last: int) -> list[int]:
    """Figures of the year after `last` that can be held out: those of `last` are known."""
    return [
        k
        for k, each in enumerate(problem.figures.rows)
        if each.measure in WALK_OF
        and each.period == str(last + 1)
        and f"{each.measure} {last}" in problem.names
    ]


def _one_year(
    problem: Problem,
    correction: Correction,
    kinds: int,
    last: int,
    seed: int,
    workers: Workers,
    progress: Progress,
) -> pd.DataFrame:
    import pandas as pd

    of_year = [int(each.period.partition("-")[0]) for each in problem.figures.rows]
    used = [year <= last for year in of_year]
    inference = Inference.of(problem, correction, kinds, used=used)
    posterior = sampled(
        inference, LIVE, EFFECTIVE, seed + last, workers, networks=1, progress=progress
    )
    random = np.random.default_rng((seed, last))
    weights = np.exp(posterior.log_weights - posterior.log_weights.max())
    chosen = systematic(weights, CANDIDATES, random.random())
    size = 3 * len(problem.years)
    tasks = [
        _Prediction(inference, posterior.points[row], random.standard_normal(size))
        for row in chosen
    ]
    found = workers.map(_predicted, tasks)
    logs = np.array([ratio for _, ratio in found])
    of_draw = np.exp(logs - logs.max())
    errors = inference.errors()
    figures = np.array([each for each, _ in found])
    figures = figures + errors * random.standard_normal(figures.shape)
    rows = []
    for k in _followed(problem, last):
        each = problem.figures.rows[k]
        before = problem.names.index(f"{each.measure} {last}")
        walk = problem.priors.walks[WALK_OF[each.measure]]
        spread = np.sqrt(walk.sd_per_year**2 + 2 * problem.errors[k] ** 2)
        walked = problem.observed[before] + spread * _normal_points()
        even = np.full(len(walked), 1 / len(walked))
        low, median, high = np.exp(weighted_quantiles(figures[:, k], of_draw, LEVELS))
        walk_low, _, walk_high = np.exp(weighted_quantiles(walked, even, LEVELS))
        mine = crps(figures[:, k], of_draw, problem.observed[k])
        rows.append(
            {
                "known": f"{problem.years[0]}-{last}" if last > problem.years[0] else str(last),
                "measure": each.measure,
                "period": each.period,
                "observed": each.value,
                "low": low,
                "median": median,
                "high": high,
                "inside": bool(low <= each.value <= high),
                "walk_low": walk_low,
                "walk_high": walk_high,
                "skill": 1 - mine / crps(walked, even, problem.observed[k]),
            }
        )
    return pd.DataFrame(rows)


def _normal_points(count: int = 401) -> Floats:
    from scipy.special import ndtri

    return np.asarray(ndtri((np.arange(count) + 0.5) / count))


def crps(values: Floats, weights: Floats, observed: float) -> float:
    """Continuous ranked probability score of a weighted sample: E|X − y| − E|X − X'|/2."""
    weights = weights / weights.sum()
    order = np.argsort(values)
    values, weights = values[order], weights[order]
    below = np.cumsum(weights) - weights
    # Σ w_i w_j |x_i − x_j| over sorted values.
    pairs = 2 * np.sum(weights * (values * below - np.cumsum(weights * values) + weights * values))
    return float(weights @ np.abs(values - observed) - pairs / 2)
