"""The posterior as files: draws of all parameters, and the manifest that explains them.

`draws.csv` has one row a draw: its weight, the reading that it stands for, what it does
(columns `is_...`), and one column a parameter, named by its scenario path.
`manifest.toml` says how it was made, from which figures, and what each column is.
`sim.posterior` reads both.
"""

from __future__ import annotations

import csv
import io
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.fit import Fit
from calibration.labels import Behaviour, behaviour
from calibration.priors import Prior
from calibration.problem import HISTORY
from sim.experiment.executor import Progress, Workers, silent
from sim.experiment.files import versions, write_text

Floats = NDArray[np.float64]

LAST_PROJECTED_YEAR = 2030
# What each draw does in the last calibrated year: columns `is_...`.
DOES = (
    "queue_share",
    "uneven_share",
    "places_share",
    "load_ratio",
    "load",
    "orientations",
    "abandonments",
    "process_delay",
    "queue_delay",
)
DIGITS = 6


@dataclass(frozen=True)
class Column:
    """A column of the draws: a parameter, where it comes from, its values [draw]."""

    path: str
    kind: str
    values: Floats
    prior: Prior | None = None


@dataclass(frozen=True)
class _Asked:
    fit: Fit
    row: int


def _behaviour(asked: _Asked) -> Behaviour:
    fit = asked.fit
    return behaviour(
        fit.problem,
        fit.structure[asked.row],
        fit.unknowns[asked.row],
        fit.settings.kinds,
        fit.state[asked.row],
    )


def behaviours(fit: Fit, workers: Workers, progress: Progress = silent) -> list[Behaviour]:
    """What each draw does."""
    return workers.map(_behaviour, [_Asked(fit, k) for k in range(len(fit.weights))], progress)


def columns(fit: Fit) -> list[Column]:
    """All parameters of a fit's draws, calibrated, drifting beyond the last year, and prior."""
    problem = fit.problem
    known = [
        problem.parameters(structure, unknowns)
        for structure, unknowns in zip(fit.structure, fit.unknowns, strict=True)
    ]
    priors = {each.path: each for each in problem.priors.calibrated}
    found = [
        Column(path, "calibrated", np.array([each[path] for each in known]), priors.get(path))
        for path in known[0]
    ]
    return found + _portfolios(fit) + _drifting(fit) + _beside(fit)


def _portfolios(fit: Fit) -> list[Column]:
    """Portfolios of the user's figures, the same in every draw: what was calibrated with them."""
    count = len(fit.weights)
    return [
        Column(f"portfolios.in_service.{when}", "calibrated", np.full(count, float(value)))
        for when, value in fit.problem.history.portfolios.in_service.items()
    ]


def _drifting(fit: Fit) -> list[Column]:
    """Volumes, process delays and stays of later years: the same walks go on, without trend."""
    years = fit.problem.years
    later = range(years[-1] + 1, LAST_PROJECTED_YEAR + 1)
    random = np.random.default_rng((fit.seed, 4))
    found = []
    for k, walk in enumerate(fit.problem.priors.walks):
        logs = fit.unknowns[:, (k + 1) * len(years) - 1]
        for year in later:
            logs = logs + walk.sd_per_year * random.standard_normal(len(logs))
            found.append(Column(f"{walk.path}.{year}", "drift", np.exp(logs)))
    return found


def _beside(fit: Fit) -> list[Column]:
    """Parameters of which no figure speaks: one sample of their priors."""
    priors = fit.problem.priors
    random = np.random.default_rng((fit.seed, 5))
    count = len(fit.weights)
    # A Latin square of the draws: each prior is met evenly.
    uniforms = np.stack(
        [(random.permutation(count) + random.random(count)) / count for _ in priors.prior], axis=1
    )
    values = priors.beside(uniforms)
    return [Column(each.path, "prior", values[:, k], each) for k, each in enumerate(priors.prior)]


def write_posterior(folder: Path, fit: Fit, found: Sequence[Behaviour], command: str) -> None:
    """Write both files."""
    folder.mkdir(parents=True, exist_ok=True)
    all_columns = columns(fit)
    write_text(folder / "draws.csv", _table(fit, found, all_columns))
    text = _toml(_manifest(fit, all_columns, command))
    tomllib.loads(text)
    write_text(folder / "manifest.toml", text)


def _table(fit: Fit, found: Sequence[Behaviour], all_columns: Sequence[Column]) -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    figures = [name.replace(" ", "_") for name in fit.problem.names]
    writer.writerow(
        ["draw", "weight", "reading"]
        + [f"is_{name}" for name in (*DOES, *figures)]
        + [each.path for each in all_columns]
    )
    for k, each in enumerate(found):
        writer.writerow(
            [k, _short(fit.weights[k]), each.reading]
            + [_short(getattr(each, name)) for name in DOES]
            + [_short(value) for value in np.exp(fit.simulated[k])]
            + [_short(column.values[k]) for column in all_columns]
        )
    return written.getvalue()


def _short(value: float) -> str:
    return f"{value:.{DIGITS}g}"


def _manifest(fit: Fit, all_columns: Sequence[Column], command: str) -> dict[str, Any]:
    problem, correction = fit.problem, fit.correction
    nested, exact = fit.effective
    off = fit.simulated - fit.figures
    known = versions()
    return {
        "title": "Posterior of the calibration; written by the command below, not by hand",
        "scenario": HISTORY,
        "scenario_fingerprint": problem.history.fingerprint,
        "place": problem.figures.place,
        "targets": list(problem.names),
        "made_by": {
            "command": command,
            "seed": fit.seed,
            "settings": asdict(fit.settings),
            "versions": {name: known[name] for name in ("python", "numpy", "scipy", "numba")},
        },
        "quality": {
            "draws": len(fit.weights),
            "worth": round(float(1 / (fit.weights**2).sum()), 1),
            "evaluations": fit.calls,
            "log_evidence": round(fit.log_evidence, 3),
            "effective_nested_sampling": round(nested, 1),
            "effective_after_exact_density": round(exact, 1),
        },
        "figures": {
            name: {
                "observed": each.value,
                "error": each.error,
                "approximation_error": round(float(correction.error[k]), 5),
                "replication_noise": round(float(correction.noise[k]), 5),
                "uncorrected_bias": round(float(correction.plain_bias[k]), 5),
                "uncorrected_error": round(float(correction.plain_error[k]), 5),
                "bias_at_the_draws": round(float(off[:, k].mean()), 5),
                "error_at_the_draws": round(float(off[:, k].std()), 5),
                "source": each.source,
            }
            for k, (name, each) in enumerate(zip(problem.names, problem.figures.rows, strict=True))
        },
        "drift": {
            each.name: {
                "first_level": each.first_level,
                "first_level_sd": each.first_level_sd,
                "sd_per_year": each.sd_per_year,
                "source": each.source,
            }
            for each in (*problem.priors.walks, problem.priors.duration_2020)
        },
        "parameters": {each.path: _about(each) for each in all_columns},
    }


def _about(column: Column) -> dict[str, Any]:
    prior = column.prior
    if prior is None:
        return {"kind": column.kind}
    return {
        "kind": column.kind,
        "shape": prior.shape,
        "low": float(prior.low),
        "central": float(prior.central),
        "high": float(prior.high),
        "unit": prior.unit,
        "source": prior.source,
    }


def _toml(document: Mapping[str, Any], prefix: str = "") -> str:
    """A small TOML writer: tables of plain values, tables below them."""
    plain = {key: value for key, value in document.items() if not isinstance(value, Mapping)}
    lines = [
        f"{_key(key)} = {json.dumps(value, ensure_ascii=False)}" for key, value in plain.items()
    ]
    text = "\n".join(lines) + ("\n" if lines else "")
    for key, value in document.items():
        if isinstance(value, Mapping):
            path = f"{prefix}.{_key(key)}" if prefix else _key(key)
            inner = _toml(value, path)
            own = any(not isinstance(each, Mapping) for each in value.values())
            text += (f"\n[{path}]\n" if own else "") + inner
    return text


def _key(key: str) -> str:
    bare = key.replace("_", "").replace("-", "").isalnum() and key.isascii()
    return key if bare else json.dumps(key, ensure_ascii=False)
