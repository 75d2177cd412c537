"""Sobol indices of the sizing point: how much of its spread comes from where.

What is not known falls into groups that are independent of each other: all that the
calibration decides together (its parameters hang together, so it is one group; the drift of
stays is in it), the drift of orientations and of process delays after 2020, staffing numbers
that are only assumed, and the effects of the levers. The first index of a group is the share
of the variance that would go if it were known; the total index is what would be left if all
the others were (I. Sobol, "Global sensitivity indices for nonlinear mathematical models",
Mathematics and Computers in Simulation 55, 2001; computed by `scipy.stats.sobol_indices`).

The sizing point is that of the fluid approximation; how far it is from the simulated one is
measured on the draws of the plan and told.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.experiment.executor import Progress, Workers, silent
from sim.experiment.identity import key_of
from sim.experiment.store import Store
from sim.planning.evaluate import Cell, Evaluator
from sim.planning.plan import ROOMS
from sim.planning.search import AROUND, uses
from sim.planning.sizing import START_MULTIPLIER, sizing_search
from sim.population.posts import posts_at_start
from sim.posterior import CALIBRATED, DRIFT, PRIOR, Posterior
from sim.scenario import Scenario
from sim.words import to_say

Floats = NDArray[np.float64]

SAMPLES = 64
AT_ONCE = 16
MOST_COMPARED = 40
OUTPUTS = ("posts", "orientations_needed", "orientations_to_find", "levers_margin")
ALL_CALIBRATED = to_say("all that the calibration decides")
LEVERS = to_say("effects of the levers")
DRIFTS = {
    to_say("drift of orientations"): "orientations.per_year.",
    to_say("drift of process delays"): "entry.process_delay_days.",
}
LAST_CALIBRATED = "2020"


@dataclass(frozen=True)
class Group:
    """What is drawn together: columns of the posterior."""

    name: str
    columns: tuple[int, ...]


def groups_of(sample: Posterior) -> tuple[Group, ...]:
    """Independent groups of what is not known, of what bears on the sizing point."""
    drifts = {
        name: [
            k
            for k, each in enumerate(sample.parameters)
            if each.kind == DRIFT and each.path.startswith(path)
        ]
        for name, path in DRIFTS.items()
    }
    drifting = {k for columns in drifts.values() for k in columns}
    calibrated = [
        k
        for k, each in enumerate(sample.parameters)
        if each.kind in (CALIBRATED, DRIFT) and k not in drifting
    ]
    priors = [(k, each.path) for k, each in enumerate(sample.parameters) if each.kind == PRIOR]
    single = [Group(path, (k,)) for k, path in priors if path.startswith(("posts.", "entry."))]
    levers = tuple(k for k, path in priors if path.startswith("levers."))
    return (
        Group(ALL_CALIBRATED, tuple(calibrated)),
        *(Group(name, tuple(columns)) for name, columns in drifts.items()),
        *single,
        Group(LEVERS, levers),
    )


def mixed(sample: Posterior, groups: Sequence[Group], unit: Floats) -> Posterior:
    """A posterior whose draws take each group from a draw of its own [sample, group] in [0, 1).

    Drifts are taken as ratios to the last calibrated year.
    """
    bounds = np.cumsum(sample.weights)
    rows = np.minimum(np.searchsorted(bounds, unit * bounds[-1], side="right"), len(bounds) - 1)
    values = np.empty((len(unit), len(sample.parameters)))
    values[:] = sample.values[rows[:, 0]]
    paths = [each.path for each in sample.parameters]
    for k, group in enumerate(groups):
        taken = sample.values[rows[:, k]][:, list(group.columns)]
        if group.name in DRIFTS:
            base = paths.index(f"{DRIFTS[group.name]}{LAST_CALIBRATED}")
            taken = taken / sample.values[rows[:, k], base][:, None] * values[:, base][:, None]
        values[:, list(group.columns)] = taken
    count = len(unit)
    return replace(
        sample,
        values=values,
        weights=np.full(count, 1 / count),
        readings=tuple(sample.readings[row] for row in rows[:, 0]),
        diagnostics={},
    )


def approximate_answer(scenario: Scenario, levers: tuple[str, ...]) -> dict[str, float]:
    """The sizing point by the approximation alone; NaN where it has none."""
    evaluate = Evaluator(scenario, 0, (0,))
    target = scenario.target
    today = posts_at_start(scenario)

    start = np.array([log(1.8 * today), log(START_MULTIPLIER)])
    root = sizing_search(evaluate, "queue").first_root(start, np.zeros(2), AROUND)
    cell_of = sizing_search(evaluate, "queue").cell_of
    if root is not None:
        found = evaluate.approximate(cell_of(float(root[0]), float(root[1])))
        if uses(found, target)["load"] > 0:
            root = sizing_search(evaluate, "load").first_root(root, np.zeros(2), AROUND)
    if root is None:
        return dict.fromkeys(OUTPUTS, nan)
    cell = cell_of(float(root[0]), float(root[1]))
    year = target.year

    def orientations(at: Cell) -> float:
        return evaluate.approximate(at).of("orientations", year)

    alone = orientations(Cell(cell.posts))
    to_find = orientations(cell) / alone
    bring = orientations(Cell(cell.posts, levers=levers)) / alone
    return {
        "posts": exp(float(root[0])),
        "orientations_needed": orientations(cell) / orientations(Cell(today)),
        "orientations_to_find": to_find,
        "levers_margin": log(bring / to_find),
    }


@dataclass(frozen=True)
class _Chunk:
    scenarios: tuple[Scenario, ...]
    levers: tuple[str, ...]
    store: Store | None

    @property
    def key(self) -> str:
        content = {
            "approximate sizing": [each.fingerprint for each in self.scenarios],
            "levers": list(self.levers),
        }
        return key_of(content, ROOMS)


def _answers(chunk: _Chunk) -> list[dict[str, float]]:
    import pyarrow as pa

    table = chunk.store.load(chunk.key) if chunk.store else None
    if table is None:
        found = [approximate_answer(each, chunk.levers) for each in chunk.scenarios]
        table = pa.Table.from_pylist(found)
        if chunk.store:
            chunk.store.save(chunk.key, table)
    rows: list[dict[str, float]] = table.to_pylist()
    return rows


def approximate_answers(
    scenarios: Sequence[Scenario],
    levers: tuple[str, ...],
    workers: Workers,
    store: Store | None = None,
    progress: Progress = silent,
) -> dict[str, Floats]:
    """Sizing points of scenarios by the approximation, by output [scenario]."""
    chunks = [
        _Chunk(tuple(scenarios[k : k + AT_ONCE]), levers, store)
        for k in range(0, len(scenarios), AT_ONCE)
    ]
    found = [
        row
        for rows in workers.map(_answers, chunks, lambda done: progress(done * AT_ONCE))
        for row in rows
    ]
    return {
        name: np.array([nan if row[name] is None else row[name] for row in found])
        for name in OUTPUTS
    }


@dataclass(frozen=True)
class Indices:
    """Sobol indices of each group with their 90 % bootstrap intervals [output, group].

    missing: share of the samples without a sizing point (they count as the median). off: by
    side, root mean square of what the approximation is off the simulated sizing points, in
    logs, over `compared` draws of the plan.
    """

    groups: tuple[str, ...]
    outputs: tuple[str, ...]
    first: Floats
    first_low: Floats
    first_high: Floats
    total: Floats
    total_low: Floats
    total_high: Floats
    samples: int
    missing: float
    off: Mapping[str, float]
    compared: int


def sobol_indices(
    scenario: Scenario,
    sample: Posterior,
    levers: tuple[str, ...],
    *,
    simulated: Mapping[str, Floats],
    samples: int = SAMPLES,
    seed: int = 1,
    workers: Workers | None = None,
    store: Store | None = None,
    progress: Progress = silent,
) -> Indices:
    """Sobol indices of the sizing point; `samples` is a power of two.

    `samples` × (groups + 2) sizing points are computed by the approximation, and some of the
    draws' own, to be compared with the `simulated` ones (by side [draw]).
    """
    from scipy.stats import sobol_indices as by_scipy
    from scipy.stats import uniform

    groups = groups_of(sample)
    gone: list[float] = []

    def answers(unit: Floats) -> Floats:
        drawn = mixed(sample, groups, np.clip(unit.T, 0.0, 1.0 - 1e-12))
        ready = [drawn.under(scenario, k) for k in range(len(drawn))]
        found = approximate_answers(ready, levers, workers or Workers(), store, progress)
        rows = np.stack([np.log(found["posts"]), *(found[name] for name in OUTPUTS[1:])])
        gone.append(float(np.isnan(rows[0]).mean()))
        return np.where(np.isnan(rows), np.nanmedian(rows, axis=1, keepdims=True), rows)

    found = by_scipy(
        func=answers,
        n=samples,
        dists=[uniform(0.0, 1.0) for _ in groups],  # type: ignore[misc]
        rng=np.random.default_rng(seed),
    )
    with warnings.catch_warnings():
        # Groups that an output does not depend on have no spread to resample.
        warnings.simplefilter("ignore")
        spread = found.bootstrap(confidence_level=0.9, n_resamples=300)
    first, total = spread.first_order.confidence_interval, spread.total_order.confidence_interval
    return Indices(
        groups=tuple(each.name for each in groups),
        outputs=OUTPUTS,
        first=np.asarray(found.first_order),
        first_low=np.asarray(first.low),
        first_high=np.asarray(first.high),
        total=np.asarray(found.total_order),
        total_low=np.asarray(total.low),
        total_high=np.asarray(total.high),
        samples=samples,
        missing=float(np.mean(gone)),
        **_compared(scenario, sample, levers, simulated, workers or Workers(), store),
    )


def _compared(
    scenario: Scenario,
    sample: Posterior,
    levers: tuple[str, ...],
    simulated: Mapping[str, Floats],
    workers: Workers,
    store: Store | None,
) -> dict[str, Any]:
    """How far the approximation is from simulated sizing points, over the first draws."""
    count = min(MOST_COMPARED, *(len(values) for values in simulated.values()))
    ready = [sample.under(scenario, k) for k in range(count)]
    found = approximate_answers(ready, levers, workers, store)
    off: dict[str, float] = {}
    there = np.ones(count, dtype=np.bool_)
    for side, values in simulated.items():
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log(found[side]) - np.log(values[:count])
        there &= np.isfinite(logs)
        off[side] = float(np.sqrt(np.mean(logs[np.isfinite(logs)] ** 2)))
    return {"off": off, "compared": int(there.sum())}
