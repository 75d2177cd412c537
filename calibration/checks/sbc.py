"""Simulation-based calibration: does the inference say what it should, on average?

S. Talts, M. Betancourt, D. Simpson, A. Vehtari, A. Gelman, "Validating Bayesian
inference algorithms with simulation-based calibration", arXiv:1804.06788 (2018):
parameters are drawn from the prior, figures are simulated with them, and the
posterior is inferred from these figures. Over many repetitions the rank of the true
parameter within its posterior is uniform, for every parameter, if the inference is right.

Figures are simulated by the fluid approximation that the inference uses, with few kinds of
pool: what is tested is the inference. How far the approximation is from the engine is
measured elsewhere (`discrepancy`) and part of the likelihood.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from calibration.fit import identity_of
from calibration.problem import Problem
from calibration.sampling import Inference, sampled, systematic
from sim.experiment.executor import Progress, Workers, silent
from sim.experiment.files import write_whole

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

KINDS = 2
LIVE = 300
EFFECTIVE = 400
CANDIDATES = 300
LEFT = 0.5  # the last bounds cost the most, for draws that nobody needs here
HOPELESS = 22.0
SETTINGS = (KINDS, LIVE, EFFECTIVE, CANDIDATES, LEFT, HOPELESS)
SIGNIFICANCE = 0.05


@dataclass(frozen=True)
class _Repetition:
    inference: Inference
    number: int
    seed: int
    folder: Path | None


def _rank(task: _Repetition) -> Floats:
    """Ranks of the true parameters within the posterior of their own figures."""
    file = task.folder and task.folder / f"{task.number:04d}.npy"
    if file and file.is_file():
        return np.asarray(np.load(file))
    found = _ranks(task.inference, np.random.default_rng((task.seed, task.number)))
    if file:
        write_whole(file, lambda part: _save(part, found))
    return found


def _save(part: Path, ranks: Floats) -> None:
    with part.open("wb") as file:
        np.save(file, ranks)


def _ranks(inference: Inference, random: np.random.Generator) -> Floats:
    true_uniform = random.random(inference.dimensions)
    structure = inference.priors.structure(true_uniform)
    measured = inference.measured()
    true_unknowns = measured.mean + measured.root @ random.standard_normal(len(measured.mean))
    errors = inference.errors()
    observed = inference.figures(structure)(true_unknowns)
    observed = observed + errors * random.standard_normal(len(errors))
    posterior = sampled(
        inference, LIVE, EFFECTIVE, int(random.integers(2**31)), Workers(),
        networks=1, left=LEFT, observed=observed,
    )  # fmt: skip
    weights = np.exp(posterior.log_weights - posterior.log_weights.max())
    chosen = systematic(weights, CANDIDATES, random.random())
    again = inference.measured(observed)
    rows, logs = [], []
    for row in chosen:
        candidate = inference.priors.structure(posterior.points[row])
        given = inference.given(candidate, observed)
        unknowns = given.draw(random.standard_normal(len(given.mode)))
        logs.append(given.log_ratio(again, unknowns, inference.figures(candidate)(unknowns)))
        rows.append(np.concatenate([posterior.points[row], unknowns]))
    ratio = np.exp(np.array(logs) - np.max(logs))
    draws = np.array(rows)
    true = np.concatenate([true_uniform, true_unknowns])
    return np.asarray(ratio @ (draws < true) / ratio.sum())


def names_of(inference: Inference) -> tuple[str, ...]:
    """Names of what is ranked: the calibrated parameters and the unknowns by year."""
    walks = [
        f"{walk.path}.{year}" for walk in inference.priors.walks for year in inference.problem.years
    ]
    return (*inference.priors.paths, *walks)


def ranks(
    problem: Problem,
    repetitions: int,
    seed: int,
    workers: Workers,
    folder: Path | None = None,
    progress: Progress = silent,
) -> tuple[tuple[str, ...], Floats]:
    """Names, and ranks in [0, 1] [repetition, name]; `folder` keeps those that are done."""
    inference = replace(Inference.of(problem, None, KINDS), hopeless=HOPELESS)
    if folder is not None:
        folder = folder / f"{identity_of(problem, SETTINGS)}-{seed}"
        folder.mkdir(parents=True, exist_ok=True)
    tasks = [_Repetition(inference, k, seed, folder) for k in range(repetitions)]
    return names_of(inference), np.array(workers.map(_rank, tasks, progress))


@dataclass(frozen=True)
class Uniformity:
    """A parameter's ranks: mean (1/2), share inside the middle 90 %, and the test's p value.

    p is that of Kolmogorov and Smirnov; passes: not refused at 5 % with Holm's
    correction for testing all parameters at once.
    """

    name: str
    mean: float
    inside_90: float
    p: float
    passes: bool


def uniformity(names: Sequence[str], found: Floats) -> list[Uniformity]:
    """The test of each parameter's ranks."""
    from scipy.stats import kstest

    p = np.array([kstest(column, "uniform").pvalue for column in found.T])
    refused = _refused(p)
    return [
        Uniformity(
            name,
            float(found[:, k].mean()),
            float(np.mean((found[:, k] > 0.05) & (found[:, k] < 0.95))),
            float(p[k]),
            not refused[k],
        )
        for k, name in enumerate(names)
    ]


def uniformity_frame(ranks_by_name: pd.DataFrame) -> pd.DataFrame:
    """The tests as a tidy frame, one row a parameter."""
    import pandas as pd

    tests = uniformity(list(ranks_by_name.columns), ranks_by_name.to_numpy())
    return pd.DataFrame([asdict(each) for each in tests])


def _refused(p: Floats) -> list[bool]:
    """Holm's step-down: which hypotheses are refused, all tests together at 5 %."""
    refused = [False] * len(p)
    for rank, k in enumerate(np.argsort(p)):
        if p[k] > SIGNIFICANCE / (len(p) - rank):
            break
        refused[k] = True
    return refused
