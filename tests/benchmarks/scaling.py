"""How cost and memory grow: with the country, the years, the runs, the processes.

    python tests/benchmarks/scaling.py [ROUNDS]

Sizes and years: CPU seconds a person of whole replications, in turn, as ratios to the
country as it is and to five years. Memory: the peak of a process of its own after
one, ten and a hundred runs. Processes: runs a second on two against one, beside a
control that only counts, in the same workers.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from measuring import history, in_turn, ratio

import sim
from sim.experiment.executor import Workers
from sim.experiment.replication import Job, replicate
from sim.measures import derived
from sim.reading_fits import readings, under

SIZES = (0.1, 1.0, 10.0)
YEARS = (1, 2, 5, 10)
RUNS = (1, 10, 100)
JOBS = 24
SO_MANY_RUNS = """
import sys
sys.path.insert(0, "tests/benchmarks")
from measuring import history, peak_megabytes
from sim.experiment.replication import Job, replicate
for k in range(int(sys.argv[1])):
    replicate(Job(history(), k, 1, branches=False))
print(peak_megabytes())
"""


def lasting(years: int) -> sim.Scenario:
    """From 2018 on, for so many years."""
    scenario = under(sim.load("trend"), readings()["process"])
    dates = {"opening": "2018-01-01", "measured_from": "2018-01-01", "end": f"{2018 + years}-01-01"}
    return scenario.with_({f"horizon.{name}": date for name, date in dates.items()})


def people_of(scenario: sim.Scenario) -> float:
    """How many people are oriented in one replication."""
    table = derived(replicate(Job(scenario, 0, 1, binding=False, branches=False)))
    return float(table.values["orientations"].sum())


def cost(scenarios: dict[str, sim.Scenario], base: str, rounds: int) -> None:
    """CPU a person of each scenario, and its ratio to the base."""
    people = {name: people_of(scenario) for name, scenario in scenarios.items()}
    works = {
        name: lambda s=scenario: replicate(Job(s, 0, 1, binding=False, branches=False))
        for name, scenario in scenarios.items()
    }
    taken = in_turn(works, rounds)
    per_person = {
        name: [1e9 * second / people[name] for second in seconds] for name, seconds in taken.items()
    }
    for name, nanoseconds in per_person.items():
        against = ratio(nanoseconds, per_person[base])
        print(
            f"{name:>12} {people[name]:12,.0f} people {statistics.median(nanoseconds):6.0f} ns a "
            f"person   × {against}"
        )


def megabytes(runs: int) -> float:
    """Peak memory of a process after so many national runs of five years."""
    done = subprocess.run(
        [sys.executable, "-c", SO_MANY_RUNS, str(runs)], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def runs(jobs: list[Job]) -> float:
    """Some runs in one worker."""
    return sum(float(replicate(job).counts["entries"].sum()) for job in jobs)


def counting(jobs: list[Job]) -> int:
    """The control: arithmetic only, about as long as so many runs."""
    total = 0
    for k in range(1_500_000 * len(jobs)):
        total += k & 7
    return total


def processes(rounds: int) -> None:
    """Speed-up by a second process: ours, and what the machine allows."""
    jobs = [Job(history(), k, 1, binding=False, branches=False) for k in range(JOBS)]
    halves = [jobs[::2], jobs[1::2]]
    speed_ups: dict[str, list[float]] = {"runs": [], "control": []}
    workers = Workers(2)
    for work in (runs, counting):
        workers.map(work, halves)
    for _ in range(rounds):
        for name, work in (("runs", runs), ("control", counting)):
            start = time.perf_counter()
            workers.map(work, [jobs])
            alone = time.perf_counter() - start
            start = time.perf_counter()
            workers.map(work, halves)
            speed_ups[name].append(alone / (time.perf_counter() - start))
    for name, values in speed_ups.items():
        print(
            f"{name:>12}: two processes are {statistics.median(values):.2f} times as fast as one "
            f"({min(values):.2f} to {max(values):.2f})"
        )
    reached = ratio(speed_ups["runs"], speed_ups["control"])
    print(f"{'':>12}  that is {reached} of what the control reaches")


def main() -> None:
    """Print the four tables."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    print("size of the country, five years")
    cost({f"{size:g} times": history(size=size) for size in SIZES}, "1 times", rounds)
    print("\nyears, the country as it is")
    cost({f"{years} years": lasting(years) for years in YEARS}, "5 years", rounds)
    print("\npeak memory of a process, five years of the country")
    for runs in RUNS:
        print(f"{runs:>9} run(s) {megabytes(runs):6.0f} MB")
    print("\nprocesses")
    processes(rounds)


if __name__ == "__main__":
    main()
