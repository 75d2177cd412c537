"""`agsim calibrate --point-fits`: fit every reading, write the fits, show their errors."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calibration.quick import PointFit, fit_reading
from calibration.targets import targets
from calibration.words import figure_words
from sim.experiment.executor import Progress, Workers, silent
from sim.experiment.files import versions, write_text
from sim.reading_fits import Reading, fits_file, readings
from sim.scenario import Scenario
from sim.scenario_files import load
from sim.words import say

HISTORY = "history-2018-2020"
COUNT = len(readings())
REPLICATIONS = 4


@dataclass(frozen=True)
class FitTask:
    """One reading to fit."""

    history: Scenario
    reading: Reading
    seed: int
    replications: int


def _fit(task: FitTask, progress: Progress = silent) -> PointFit:
    found = fit_reading(task.history, task.reading, task.seed, task.replications)
    progress(1)
    return found


def quick(
    replications: int, seed: int, workers: Workers, progress: Progress = silent
) -> list[PointFit]:
    """Point fits of all readings."""
    history = load(HISTORY)
    tasks = [FitTask(history, each, seed, replications) for each in readings().values()]
    return workers.map_with_progress(_fit, tasks, progress)


def write_fits(
    fits: Sequence[PointFit], seed: int, replications: int, path: Path | None = None
) -> Path:
    """Write the fits as data (TOML), whole; by default where `sim` reads them."""
    path = path or fits_file()
    lines = [
        "# Point fits of the readings to the nine observed figures of 2018-2020.",
        "# Written by `agsim calibrate --point-fits`; not by hand. Errors are relative:",
        "# simulated / aimed - 1. A point fit is not a posterior.",
        "",
        "[made_by]",
        'command = "agsim calibrate --point-fits"',
        f"seed = {seed}",
        f"replications = {replications}",
        f'history = "{load(HISTORY).fingerprint}"',
        *(
            f'{name} = "{number}"'
            for name, number in versions().items()
            if name in {"python", "numpy", "scipy"}
        ),
    ]
    for fit in fits:
        lines += ["", f"[fits.{fit.reading}]", f"evaluations = {fit.evaluations}"]
        lines += ["", f"[fits.{fit.reading}.values]"]
        lines += [f'"{name}" = {value}' for name, value in fit.values.items()]
        lines += ["", f"[fits.{fit.reading}.errors]"]
        lines += [f'"{name}" = {value:.5f}' for name, value in fit.errors.items()]
    text = "\n".join(lines) + "\n"
    tomllib.loads(text)
    write_text(path, text)
    return path


def stored() -> list[PointFit]:
    """The fits that `sim` reads now."""
    return [PointFit(r.name, r.fitted, r.errors, 0) for r in readings().values() if r.fitted]


def errors_text(fits: Sequence[PointFit]) -> str:
    """The nine figures: observed, and by how much each reading's fit misses them."""
    from sim.present.numbers import number, percent, plain
    from sim.present.tables import Table

    aimed = targets()
    rows = []
    for name, value in aimed.items():
        digits = 0 if name.startswith("entries") else 1
        rows.append(
            [figure_words(name), number(value, digits)]
            + [f"{plain(100 * fit.errors[name], 2, signed=True)} %" for fit in fits]
        )
    worst = [say("largest"), "", *(percent(fit.worst, 2) for fit in fits)]
    note = say(
        "Durations of 'longer_stays' are compared with the published ones times its ratio. "
        "Portfolios are input."
    )
    return Table(
        say("The nine figures: observed, and relative error of each reading's point fit"),
        ["", say("observed"), *(fit.reading for fit in fits)],
        [*rows, worst],
        note,
    ).text()


def fitted_text(fits: Sequence[PointFit]) -> str:
    """The fitted values side by side."""
    from sim.present.numbers import number
    from sim.present.tables import Table

    paths = list(fits[0].values)
    rows = [
        [path, *(number(fit.values[path], 0 if "per_year" in path else 1) for fit in fits)]
        for path in paths
    ]
    return Table(say("Fitted values"), ["", *(fit.reading for fit in fits)], rows).text()


def as_json(fits: Sequence[PointFit]) -> Mapping[str, Any]:
    """The fits as plain values."""
    return {fit.reading: {"values": dict(fit.values), "errors": dict(fit.errors)} for fit in fits}
