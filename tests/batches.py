"""Batches for tests: one département to the end of 2021, small designs, stores compared."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from posteriors import made

import sim
from sim.experiment.batch import Batch

ROOT = Path(__file__).parent.parent
TINY = sim.load("trend").with_(
    {
        "territory.departements": ["52"],
        "horizon.end": "2022-01-01",
        "target.year": 2021,
        "target.people": 300,
    },
    title="tiny",
)
TINY_FILE = """
title = "tiny"
base = "trend"
horizon.end = 2022-01-01
territory.departements = ["52"]
target = { year = 2021, people = 300 }
"""
DESIGN_FILE = """
base = "tiny"
levers = [[], ["shared_target"], ["shared_target", "better_coordination"]]
posts = ["today", 1500]
draws = 6
replications = 2
"""
DESIGN: Mapping[str, Any] = {
    "base": TINY,
    "levers": [[], ["shared_target"]],
    "posts": [1200, 1500],
    "draws": 3,
    "replications": 2,
}


def files(folder: Path, design: str = DESIGN_FILE) -> Path:
    """A design and its scenario in a folder; the design's path."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tiny.toml").write_text(TINY_FILE, encoding="utf-8")
    (folder / "design.toml").write_text(design, encoding="utf-8")
    return folder / "design.toml"


def command(*words: object) -> list[str]:
    """The command line of `agsim batch`."""
    return [sys.executable, "-m", "sim.cli", "batch", *map(str, words)]


def agsim_batch(*words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """`agsim batch` in a process of its own."""
    return subprocess.run(command(*words), capture_output=True, text=True, cwd=cwd, check=False)


def contents(folder: Path) -> dict[str, bytes]:
    """All files below a folder, but for half-written ones."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(".part")
    }


def units_in(folder: Path) -> int:
    """How many results a store holds."""
    return sum(1 for _ in folder.rglob("*.parquet"))


def keys(batch: Batch) -> list[str]:
    """The keys of a batch's units in the order of the design."""
    work = batch.work
    return [
        work.key(batch.fingerprints[cell, under], under, repetition)
        for cell in range(len(work.cells))
        for under in range(len(work.unders))
        for repetition in range(work.replications)
    ]


def with_training(folder: Path) -> Path:
    """A posterior in which half the draws send a fifth of the exits to training, half a tenth."""
    made(folder, draws=6)
    rows = list(csv.DictReader((folder / "draws.csv").open(encoding="utf-8")))
    for k, row in enumerate(rows):
        row["parcours.to_training"] = str(0.2 if k % 2 else 0.1)
    with (folder / "draws.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with (folder / "manifest.toml").open("a", encoding="utf-8") as file:
        file.write('[parameters."parcours.to_training"]\nkind = "prior"\nshape = "uniform"\n')
        file.write("low = 0.1\ncentral = 0.15\nhigh = 0.2\n")
    return folder
