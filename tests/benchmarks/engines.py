"""How fast the engines are on the national history, as ratios in one run.

    python tests/benchmarks/engines.py [ROUNDS]

CPU seconds of this process, the engines in turn; medians and ratios round by
round. Machines drift: believe the ratios, not the seconds.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

from sim.experiment.replication import Job, replicate, run_flow
from sim.flow.inputs import Fate
from sim.population import candidates
from sim.population.build import build
from sim.readings import readings, under
from sim.scenario_files import load


def cpu_seconds(work: Callable[[], object]) -> float:
    """CPU time of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    scenario = under(load("history-2018-2020"), readings()["process"])
    inputs = build(scenario, 1, 0).inputs
    flow = run_flow(inputs, "compiled")
    replicate(Job(scenario, 0, 1))
    waited = int(np.isfinite(inputs.people.t1).sum())
    diagnosed = int(np.isfinite(flow.t2).sum())
    left = int(((flow.fate == Fate.ENTERED) & (flow.t3 < inputs.horizon)).sum())
    events = waited + diagnosed + left
    works: dict[str, Callable[[], object]] = {
        "flow, simpy": lambda: run_flow(inputs, "simpy"),
        "flow, compiled": lambda: run_flow(inputs, "compiled"),
        "replication, simpy": lambda: replication("simpy"),
        "replication, compiled": lambda: replication("compiled"),
        "replication, compiled, same people": lambda: replicate(Job(scenario, 0, 1)),
    }

    def replication(engine: str) -> object:
        candidates._held.clear()
        return replicate(Job(scenario, 0, 1, engine))

    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            taken[name].append(cpu_seconds(work))
    print(f"{len(flow.fate):,} people, {events:,} events, 5 simulated years, {rounds} rounds")
    for name, seconds in taken.items():
        slow = taken["flow, simpy" if name.startswith("flow") else "replication, simpy"]
        ratios = [a / b for a, b in zip(slow, seconds, strict=True)]
        line = f"{name:36} {statistics.median(seconds):8.3f} s  × {statistics.median(ratios):6.1f}"
        print(f"{line}  ({min(ratios):.1f} to {max(ratios):.1f})")
    fastest = statistics.median(taken["flow, compiled"])
    print(f"compiled flow: {events / fastest / 1e6:.1f} million events a second")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of this process: {peak:.0f} MB")


if __name__ == "__main__":
    main()
