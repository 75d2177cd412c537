"""Timing side by side: works in turn, round after round, ratios within a round."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sim
from sim.observed_figures import observed
from sim.reading_fits import readings, under

Work = Callable[[], object]

# A program that runs a command and tells its own peak memory at the end.
WITH_PEAK = """
import sys
sys.path.insert(0, "tests/benchmarks")
from measuring import peak_megabytes
from sim.cli import app
try:
    app(sys.argv[1:])
except SystemExit as ended:
    assert not ended.code
print(peak_megabytes(), file=sys.stderr)
"""


@dataclass(frozen=True)
class Ratio:
    """A median over the rounds, with the smallest and the largest."""

    median: float
    least: float
    most: float

    def __str__(self) -> str:
        digits = 0 if self.median >= 100 else 1 if self.median >= 10 else 2
        low, high = f"{self.least:,.{digits}f}", f"{self.most:,.{digits}f}"
        return f"{self.median:,.{digits}f} ({low} to {high})"


def in_turn(
    works: Mapping[str, Work], rounds: int, clock: Callable[[], float] = time.process_time
) -> dict[str, list[float]]:
    """Seconds of each work in each round; all works once a round, in turn."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            start = clock()
            work()
            taken[name].append(clock() - start)
    return taken


def ratio(slow: list[float], quick: list[float]) -> Ratio:
    """How many times as long, round by round."""
    ratios = [a / b for a, b in zip(slow, quick, strict=True)]
    return Ratio(statistics.median(ratios), min(ratios), max(ratios))


def history(reading: str = "process", size: float = 1.0) -> sim.Scenario:
    """The national history of 2018-2020 under a reading, `size` times the country."""
    scenario = under(sim.load("history-2018-2020"), readings()[reading])
    if size == 1:
        return scenario
    december_2017 = {"2017-12-31": float(scenario.portfolios.december_2017) * size}
    later = {
        f"{year}-12-31": value * size
        for year, value in observed()["portfolios_in_december"].values.items()
    }
    volumes = {
        str(when): float(volume) * size for when, volume in scenario.orientations.per_year.items()
    }
    return scenario.with_(
        {"orientations.per_year": volumes, "portfolios.in_service": december_2017 | later}
    )


def peak_megabytes() -> float:
    """The most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
