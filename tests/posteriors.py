"""A plausible posterior sample for tests: point fits moved about, levers from their ranges."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

import sim
from sim.posterior import Range
from sim.reading_fits import readings

HISTORY = "history-2018-2020"
STRUCTURE = (
    "portfolios.places",
    "territory.unevenness",
    "territory.pool_size",
    "orientations.supply_response",
    "entry.patience_days",
    "entry.diagnosis_interval_days",
    "shocks.lockdown_2020.orientations",
    "shocks.lockdown_2020.catch_up_share",
)
BESIDE = ("posts.turnover_per_year",)
YEARS_AFTER = (2021, 2022, 2023, 2024)
DRIFT = {"orientations.per_year": 0.08, "entry.process_delay_days": 0.05}
UNIFORMLY = "posts.turnover_per_year"


def ranges() -> dict[str, Range]:
    """Ranges of what no figure speaks of: effects of the levers, and turnover (uniform)."""
    found = {}
    for entry in sim.load(HISTORY).register:
        effect = entry.path.startswith("levers.") and entry.low is not None
        if effect or entry.path in BESIDE:
            shape = "uniform" if entry.path == UNIFORMLY else "triangular"
            found[entry.path] = Range(shape, entry.low, float(entry.value), entry.high)
    return found


def rows(draws: int, seed: int) -> list[dict[str, object]]:
    """The draws: the reading of the fit that each comes from, with all its values."""
    random = np.random.default_rng(seed)
    named, history = list(readings().values()), sim.load(HISTORY)
    weights = random.uniform(0.8, 1.2, draws)
    found: list[dict[str, object]] = []
    for k in range(draws):
        fit = named[k % len(named)]
        values = {path: history.values[path] for path in STRUCTURE} | fit.fixed
        values = {path: value for path, value in values.items() if path in STRUCTURE}
        for path, value in values.items():
            values[path] = value * random.uniform(0.95, 1.0)
        values["territory.pool_size"] = max(1.0, values["territory.pool_size"])
        fitted = {path: value * random.normal(1, 0.01) for path, value in fit.fitted.items()}
        for path, spread in DRIFT.items():
            level = fitted[f"{path}.2020"]
            for year in YEARS_AFTER:
                level *= np.exp(random.normal(0, spread))
                fitted[f"{path}.{year}"] = level
        beside = {path: each.quantile(random.uniform()) for path, each in ranges().items()}
        found.append(
            {
                "draw": k,
                "weight": weights[k] / weights.sum(),
                "reading": fit.name,
                "is_queue_share_2020": random.uniform(),
                **values,
                **fitted,
                **beside,
            }
        )
    return found


def manifest(paths: list[str]) -> str:
    """The manifest that goes with them."""
    lines = [
        f'scenario = "{HISTORY}"',
        f'scenario_fingerprint = "{sim.load(HISTORY).fingerprint}"',
        'targets = ["entries 2018", "entry_delay 2018"]',
        "[made_by]",
        'command = "tests/posteriors.py"',
    ]
    prior = ranges()
    for path in paths:
        lines.append(f'[parameters."{path}"]')
        if path in prior:
            each = prior[path]
            lines += ['kind = "prior"', f'shape = "{each.shape}"']
            lines += [f"low = {each.low}", f"central = {each.central}", f"high = {each.high}"]
        else:
            later = path.rpartition(".")[2] in {str(year) for year in YEARS_AFTER[1:]}
            lines.append(f'kind = "{"drift" if later else "calibrated"}"')
    return "\n".join(lines) + "\n"


def made(folder: Path, draws: int = 12, seed: int = 7) -> Path:
    """Write a posterior of some draws into a folder; the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    table = rows(draws, seed)
    with (folder / "draws.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table[0]))
        writer.writeheader()
        writer.writerows(table)
    told = [name for name in table[0] if "." in name]
    (folder / "manifest.toml").write_text(manifest(told), encoding="utf-8")
    return folder
