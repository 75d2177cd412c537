"""The national history in our engines and in two libraries, as ratios in one run.

    python tests/benchmarks/engines.py [ROUNDS] [READING]

CPU seconds of this process, the engines in turn; medians and ratios round by
round. Machines drift: believe the ratios, not the seconds. Ciw and salabim run
where they are installed (`pip install ".[bench]"`); their tables are the same as
ours, row for row (`twins_agree.py`).
"""

from __future__ import annotations

import importlib.util
import statistics
import sys

import numpy as np
from measuring import Work, history, in_turn, peak_megabytes, ratio

from sim.experiment.replication import Job, replicate, run_flow
from sim.flow.inputs import Fate, Flow, Inputs
from sim.measures import derived
from sim.population.build import build

LIBRARIES = {"ciw": "in_ciw", "salabim": "in_salabim"}


def events_of(inputs: Inputs, flow: Flow) -> int:
    """Comings, becoming ready, diagnoses, exits and giving up before the horizon."""
    horizon, people = inputs.horizon, inputs.people
    left = (flow.t3 < horizon) & (flow.fate == Fate.ENTERED)
    gave_up = flow.fate == Fate.ABANDONED
    ready = people.t1 < horizon
    return int(
        len(people.t0) + ready.sum() + np.isfinite(flow.t2).sum() + left.sum() + gave_up.sum()
    )


def main() -> None:
    """Print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    reading = sys.argv[2] if len(sys.argv) > 2 else "process"
    scenario = history(reading)
    inputs = build(scenario, 1, 0).inputs
    flow = run_flow(inputs, "compiled")
    works: dict[str, Work] = {
        "flow in compiled": lambda: run_flow(inputs, "compiled"),
        "replication in compiled": lambda: whole("compiled"),
        "replication in compiled, what binds too": lambda: whole("compiled", binding=True),
        "replication in simpy": lambda: whole("simpy"),
        "flow in simpy": lambda: run_flow(inputs, "simpy"),
    }
    for library, module in LIBRARIES.items():
        if importlib.util.find_spec(library):
            twin = importlib.import_module(module)
            works[f"flow in {library}"] = lambda twin=twin: twin.run(inputs)

    def whole(engine: str, binding: bool = False) -> object:
        return derived(replicate(Job(scenario, 0, 1, engine, binding=binding, branches=False)))

    for name in ("replication in compiled", "replication in compiled, what binds too"):
        works[name]()
    taken = in_turn(works, rounds)
    events = events_of(inputs, flow)
    years = scenario.horizon.end.year - scenario.horizon.opening.year
    print(
        f"the country under '{reading}', {years} years: {len(flow.fate):,} people, "
        f"{events:,} events; {rounds} rounds\n"
    )
    ours, kernel = taken["replication in compiled"], taken["flow in compiled"]
    print(f"{'':42} {'CPU s':>8}   against the replication   against the flow in compiled")
    for name, seconds in taken.items():
        against = str(ratio(seconds, ours)), str(ratio(seconds, kernel))
        print(f"{name:42} {statistics.median(seconds):8.3f}   {against[0]:24}  {against[1]}")
    speed = events / statistics.median(kernel) / 1e6
    print(f"\nflow in compiled: {speed:.0f} million events a second")
    print(f"peak memory of this process, all engines: {peak_megabytes():.0f} MB")


if __name__ == "__main__":
    main()
