"""The quick calibration: one point fit per reading, against the nine figures.

Eight unknowns, nearly one to one with the nine figures: three yearly volumes
(entries), three yearly process delays (entry delay), one cohort mean of the
stay and its 2020 term (durations; two unknowns for three figures, because a
stay of its own for every year would fit anything and project nonsense). The
simulation itself is fitted, under common random numbers: first by damped
multiplicative steps, each unknown by its own figure's error; where queues tie
the years together and that does not settle, by least squares (scipy).

A point is not a posterior: it says what one reading would mean, not how likely
it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from calibration.targets import YEARS, errors, simulated, targets
from sim.experiment.replication import Job, yearly
from sim.measures import Derived
from sim.reading_fits import Reading, under
from sim.scenario import Scenario

Floats = NDArray[np.float64]

STEPS = 8
GOOD_ENOUGH = 0.005
LONGEST_STEP = 1.25
SHORTEST_PROCESS_DAYS = 2.0
LEAST_SQUARES_EVALUATIONS = 12
DIFFERENCE = 0.03
FIRST_YEAR, AFTER_2020 = 2016, 2021


@dataclass(frozen=True)
class PointFit:
    """A reading's fitted values by path, each figure's relative error, simulated evaluations."""

    reading: str
    values: Mapping[str, float]
    errors: Mapping[str, float]
    evaluations: int

    @property
    def worst(self) -> float:
        """The largest relative error."""
        return max(abs(error) for error in self.errors.values())


@dataclass(frozen=True)
class Unknowns:
    """What is fitted, as logs: 3 volumes, 3 process delays, the stay, its 2020 factor."""

    logs: Floats

    def values(self) -> dict[str, float]:
        """As values of scenario paths, rounded as they are written."""
        numbers = np.exp(self.logs)
        volume, process, stay = numbers[:3], numbers[3:6], numbers[6]
        return {
            **{
                f"orientations.per_year.{y}": round(float(v), 1)
                for y, v in zip(YEARS, volume, strict=True)
            },
            **{
                f"entry.process_delay_days.{y}": round(float(v), 3)
                for y, v in zip(YEARS, process, strict=True)
            },
            f"parcours.duration_days.{FIRST_YEAR}": round(float(stay), 3),
            f"parcours.duration_days.{YEARS[-1]}": round(float(stay * numbers[7]), 3),
            f"parcours.duration_days.{AFTER_2020}": round(float(stay), 3),
        }


class Fitting:
    """The search for one reading's point fit."""

    def __init__(self, history: Scenario, reading: Reading, seed: int, replications: int) -> None:
        self.history, self.reading = history, reading
        self.seed, self.replications = seed, replications
        self.aimed = targets(float(under(history, reading).parcours.true_to_published))
        self.evaluations = 0
        self.best: PointFit | None = None
        self.best_unknowns: Unknowns | None = None

    def fit(self) -> PointFit:
        """The best point found."""
        unknowns = self._start()
        for _ in range(STEPS):
            found, tables = self._evaluate(unknowns)
            if _settled(found):
                break
            unknowns = self._step(unknowns, found, tables)
        else:
            self._least_squares()
        assert self.best is not None
        return self.best

    def _start(self) -> Unknowns:
        """Three entries for four orientations, no queue, the mean of the durations."""
        return Unknowns(
            np.log(
                [self.aimed[f"entries {year}"] / 0.75 for year in YEARS]
                + [self.aimed[f"entry_delay {year}"] for year in YEARS]
                + [np.mean([self.aimed[f"parcours_duration {year}"] for year in YEARS]), 1.0]
            )
        )

    def _evaluate(self, unknowns: Unknowns) -> tuple[PointFit, list[Derived]]:
        trial = replace(self.reading, fitted=unknowns.values(), errors={})
        scenario = under(self.history, trial)
        jobs = [Job(scenario, k, self.seed, binding=False) for k in range(self.replications)]
        tables = [yearly(job) for job in jobs]
        self.evaluations += 1
        found = PointFit(
            self.reading.name,
            trial.fitted,
            errors(simulated(tables), self.aimed),
            self.evaluations,
        )
        if self.best is None or found.worst < self.best.worst:
            self.best, self.best_unknowns = found, unknowns
        return found, tables

    def _step(self, unknowns: Unknowns, found: PointFit, tables: Sequence[Derived]) -> Unknowns:
        """Move every unknown by its own figure's error."""
        got = {name: self.aimed[name] * (1 + error) for name, error in found.errors.items()}
        queue = _queue_days(tables)
        moves = []
        for year in YEARS:
            moves.append(self.aimed[f"entries {year}"] / got[f"entries {year}"])
        for year in YEARS:
            wanted = self.aimed[f"entry_delay {year}"] - queue[year]
            had = got[f"entry_delay {year}"] - queue[year]
            moves.append(max(wanted, SHORTEST_PROCESS_DAYS) / had)
        off = [self.aimed[f"parcours_duration {y}"] / got[f"parcours_duration {y}"] for y in YEARS]
        level = (off[0] * off[1]) ** 0.5
        moves += [level, (off[2] / level) ** 1.5]
        held_back = np.clip(moves, 1 / LONGEST_STEP, LONGEST_STEP)
        return Unknowns(unknowns.logs + np.log(held_back))

    def _least_squares(self) -> None:
        """From the best point so far, all figures at once."""
        from scipy.optimize import least_squares

        assert self.best_unknowns is not None

        def residuals(logs: Floats) -> Floats:
            found, _ = self._evaluate(Unknowns(logs))
            return np.array(list(found.errors.values()))

        start = self.best_unknowns.logs
        least_squares(
            residuals,
            start,
            bounds=(start - 1.5, start + 1.5),
            diff_step=np.full(len(start), DIFFERENCE),
            max_nfev=LEAST_SQUARES_EVALUATIONS,
            x_scale=0.1,
        )


def _settled(found: PointFit) -> bool:
    """All but the durations (two unknowns for three figures) are as good as exact."""
    exact = [abs(e) for name, e in found.errors.items() if not name.startswith("parcours")]
    return max(*exact, abs(found.errors["parcours_duration 2020"])) < GOOD_ENOUGH


def _queue_days(tables: Sequence[Derived]) -> dict[int, float]:
    """Mean queue part of the delay by year."""
    return {
        year: float(
            np.mean(
                [table.values["queue_delay"][0, table.periods.index(str(year))] for table in tables]
            )
        )
        for year in YEARS
    }


def fit_reading(history: Scenario, reading: Reading, seed: int, replications: int) -> PointFit:
    """The point fit of one reading on the history scenario."""
    return Fitting(history, reading, seed, replications).fit()
