"""The plan: what a draw costs, cold against read from the store, memory.

    python tests/benchmarks/planning.py [DRAWS]

Cold: `agsim plan` on so many draws (20), all 32 combinations of levers, one process and two,
each with an empty store. Again: the same command, from the store. Ratios are of wall clock
times of whole processes; an evaluation is one simulated plan in one draw.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import WITH_PEAK

DRAWS_OF_THE_DEFAULT = 200


def run(draws: int, workers: int, store: Path) -> tuple[float, float]:
    """Seconds of a plan in a process of its own, and the peak memory of that process in MB."""
    words = ["plan", "--draws", str(draws), "--workers", str(workers), "--store", str(store)]
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", WITH_PEAK, *words], capture_output=True, text=True, check=True
    )
    return time.perf_counter() - start, float(done.stderr.split()[-1])


def evaluations(draws: int, store: Path) -> float:
    """Simulated evaluations a draw, of a plan that is in the store."""
    import sim

    found = sim.plan(sim.load("target-2022"), draws=draws, store=store)
    return sum(each.evaluations for each in found.answers) / draws


def main() -> None:
    """Run all and print ratios."""
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with tempfile.TemporaryDirectory() as folder:
        run(1, 1, Path(folder) / "warm")
        one, _ = run(draws, 1, Path(folder) / "one")
        two, peak = run(draws, 2, Path(folder) / "two")
        again, peak_again = run(draws, 1, Path(folder) / "one")
        each = evaluations(draws, Path(folder) / "one")
    print(f"{draws} draws, 32 combinations of levers, {each:.0f} simulated evaluations a draw")
    print(f"one process: {one:.0f} s, {1000 * one / draws / each:.0f} ms an evaluation in all")
    print(f"two processes: x {one / two:.2f} as fast")
    print(f"again, from the store: x {one / again:.0f} as fast ({again:.1f} s)")
    print(
        f"{DRAWS_OF_THE_DEFAULT} draws on two processes, by these: "
        f"{DRAWS_OF_THE_DEFAULT / draws * two / 60:.1f} minutes"
    )
    print(f"peak memory of the program: {peak:.0f} MB, again {peak_again:.0f} MB")


if __name__ == "__main__":
    main()
