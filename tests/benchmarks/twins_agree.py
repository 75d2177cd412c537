"""Whether the flow written in Ciw and in salabim is the same as the project's own.

    python tests/benchmarks/twins_agree.py            # ten départements
    python tests/benchmarks/twins_agree.py country    # all of them, about two minutes

Needs the extras `bench` and `dev`. Each engine runs the same inputs: the history
under two readings, `uneven` the one with the longer queues, and made-up inputs with
what history has none of: slots of a pool, places that change, patience without end,
many events at one instant. There is no tolerance: the tables must be equal bit for
bit, person by person. Exits with 1 where one is not. CPU seconds are of one run
each, on a machine that may be busy.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import in_ciw
import in_salabim
import numpy as np

from sim.experiment.replication import run_flow
from sim.flow.inputs import Fate, Flow, Inputs
from sim.population.build import build
from sim.reading_fits import readings, under
from sim.scenario_files import load

FEW = ["13", "14", "15", "16", "17", "18", "19", "21", "22", "23"]

ENGINES: dict[str, Callable[[Inputs], Flow]] = {
    "compiled": lambda inputs: run_flow(inputs, "compiled"),
    "simpy": lambda inputs: run_flow(inputs, "simpy"),
    "Ciw": in_ciw.run,
    "salabim": in_salabim.run,
}


def history(reading: str, departements: list[str] | None) -> Inputs:
    """The history of 2018 to 2020 under a reading, with its two years of warm-up."""
    scenario = load("history-2018-2020")
    if departements is not None:
        scenario = scenario.with_({"territory.departements": departements})
    return build(under(scenario, readings()[reading]), 1, 0).inputs


def made_up() -> Inputs:
    """Every rule, and times on eighths of a day."""
    sys.path.append(str(Path(__file__).parents[1]))
    from flow_inputs import drawn

    return drawn(2022, pools=40, people=10_000, portfolios=4)


def cases(country: bool) -> Iterator[tuple[str, Inputs]]:
    """What is compared, and how it is called."""
    where, departements = ("the country", None) if country else (f"{len(FEW)} départements", FEW)
    for reading in ("process", "uneven"):
        yield f"{where}, reading {reading}", history(reading, departements)
    yield "made up, every rule", made_up()


def differing_rows(flow: Flow, other: Flow) -> int:
    """How many people have another row, to the last bit."""
    differs = np.zeros(len(flow.fate), dtype=np.bool_)
    for name in ("t2", "portfolio", "t3", "fate"):
        ours, theirs = getattr(flow, name), getattr(other, name)
        bits = f"u{ours.itemsize}"
        differs |= ours.view(bits) != theirs.view(bits)
    return int(differs.sum())


def line(name: str, inputs: Inputs, flow: Flow, differing: int, seconds: float) -> str:
    """One engine's figures."""
    of = np.bincount(flow.fate, minlength=len(Fate))
    queued = np.isfinite(flow.t2)
    days = (flow.t2 - inputs.people.t1)[queued].mean()
    return (
        f"  {name:9} {of[Fate.ENTERED]:9,} {of[Fate.REFUSED]:9,} {of[Fate.ABANDONED]:9,}"
        f" {of[Fate.WAITING]:8,} {days:12.6f} {differing:10,} {seconds:9.2f}"
    )


def compare(title: str, inputs: Inputs) -> bool:
    """Print the table of one case; whether all engines agree on it."""
    print(f"{title}: {inputs.pools} pools, {int(inputs.people.start[-1]):,} people")
    print("  engine      entered   refused abandoned  waiting   queue days   rows off   CPU s")
    first, agree = run_flow(inputs, "compiled"), True
    for name, engine in ENGINES.items():
        start = time.process_time()
        flow = engine(inputs)
        seconds = time.process_time() - start
        print(line(name, inputs, flow, differing_rows(first, flow), seconds), flush=True)
        agree = agree and first.same(flow)
    return agree


def main() -> int:
    """Compare; 0 if all tables are equal."""
    country = sys.argv[1:] == ["country"]
    agreed = [compare(title, inputs) for title, inputs in cases(country)]
    print("all equal" if all(agreed) else "NOT EQUAL")
    return 0 if all(agreed) else 1


if __name__ == "__main__":
    sys.exit(main())
