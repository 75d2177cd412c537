"""Batches: cold against repeated, one process against two, memory against size.

    python tests/benchmarks/batch.py [ROUNDS]

A batch of one département (10 cells, 6 draws, 2 replications), each time in a process of
its own. Repeated: the same command once more, with and without its results. Two processes:
the country in 5 cells. Memory: the peak of the program alone after a batch, and after one of
ten times as many cells.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import WITH_PEAK, ratio

SCENARIO = """
title = "one département"
base = "trend"
territory.departements = ["52"]
"""
DESIGN = """
base = "{base}"
posts = {posts}
draws = 6
replications = 2
"""
CELLS, NATIONAL_CELLS = 10, 5


def design(folder: Path, cells: int, base: str = "small") -> Path:
    """A design of so many cells in a folder."""
    (folder / "small.toml").write_text(SCENARIO, encoding="utf-8")
    path = folder / f"{base}-{cells}.toml"
    posts = list(range(1100, 1100 + cells))
    path.write_text(DESIGN.format(base=base, posts=posts), encoding="utf-8")
    return path


def run(path: Path, out: Path, workers: int) -> tuple[float, float]:
    """Seconds of a batch in a process of its own, and its peak memory in MB."""
    start = time.perf_counter()
    words = ["batch", str(path), "--out", str(out), "--workers", str(workers)]
    done = subprocess.run(
        [sys.executable, "-c", WITH_PEAK, *words], capture_output=True, text=True, check=True
    )
    return time.perf_counter() - start, float(done.stderr.splitlines()[-1])


def main() -> None:
    """Print the ratios."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    taken: dict[str, list[float]] = {}
    peaks: dict[int, list[float]] = {}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            small, large = design(folder, CELLS), design(folder, 10 * CELLS)
            country = design(folder, NATIONAL_CELLS, "trend")
            for what, path, out, workers, cells in (
                ("small, cold", small, "small", 1, CELLS),
                ("small, repeated", small, "small", 1, 0),
                ("large, cold", large, "one", 1, 10 * CELLS),
                ("country, one process", country, "one-process", 1, 0),
                ("country, two processes", country, "two-processes", 2, 0),
                ("large, repeated", large, "one", 1, 0),
            ):
                seconds, peak = run(path, folder / out, workers)
                taken.setdefault(what, []).append(seconds)
                if cells:
                    peaks.setdefault(cells, []).append(peak)
            (folder / "one" / "manifest.json").unlink()
            seconds, _ = run(large, folder / "one", 1)
            taken.setdefault("large, put together from the store", []).append(seconds)
    first = {"small": "small, cold", "large": "large, cold", "country": "country, one process"}
    for what, seconds in taken.items():
        base = first[what.partition(",")[0]]
        against = "" if what == base else f"   '{base}' is × {ratio(taken[base], seconds)}"
        print(f"{what:>36} {statistics.median(seconds):6.1f} s{against}")
    for cells, megabytes in peaks.items():
        print(f"{cells:>5} cells: peak of the program {statistics.median(megabytes):4.0f} MB")
    print(f"{'':>11}ten times the cells: × {ratio(peaks[10 * CELLS], peaks[CELLS])} the memory")


if __name__ == "__main__":
    main()
