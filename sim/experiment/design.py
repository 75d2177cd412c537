"""What is to be run: scenarios, under readings or on posterior draws, how often.

Everything that can be wrong with it is told before anything runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.errors import InputError, Problem, nearest
from sim.experiment.replication import seconds_of
from sim.parameters import POSTERIOR
from sim.posterior import Posterior, posterior
from sim.reading_fits import OWN_FIGURES, chosen_readings, readings
from sim.scenario import Scenario
from sim.words import say

DRAWS = 40
REPLICATIONS_A_DRAW = 2
REPLICATIONS_A_READING = 2
MOST_REPLICATIONS = 100_000
NO_DRAW = -1


@dataclass(frozen=True)
class Case:
    """One scenario as it runs: with a reading or a draw laid under it.

    reading: its name, or the draw's label. first: number of the first replication,
    apart: how far apart those of the case are.
    """

    scenario: str
    reading: str
    draw: int
    ready: Scenario
    first: int = 0
    apart: int = 1

    def number(self, repetition: int) -> int:
        """The replication that decides all random numbers of a repetition.

        Repetition r of draw d takes number d + r × draws of the file: the same in every
        scenario, and no other draw's, however many draws are run.
        """
        return self.first + repetition * self.apart


@dataclass(frozen=True)
class Design:
    """Cases by scenario, each run `replications` times.

    scenarios: by (name, reading) as they run; on draws by (name, 'posterior'), before
    a draw is laid under them. draws: how many of the posterior's.
    """

    scenarios: Mapping[tuple[str, str], Scenario]
    cases: tuple[Case, ...]
    replications: int
    posterior: Posterior | None = None
    draws: int = 0

    @property
    def runs(self) -> int:
        """How many replications run in all."""
        return len(self.cases) * self.replications

    def seconds(self, engine: str) -> float:
        """About how long all of them take on one core: a draw takes as long as any other."""
        alike = max(1, self.draws)
        some = self.cases[::alike] if self.draws else self.cases
        return alike * self.replications * sum(seconds_of(each.ready, engine) for each in some)


def designed(
    scenarios: Sequence[Scenario],
    *,
    reading: str = POSTERIOR,
    draws: int | None = None,
    replications: int | None = None,
    posterior: Posterior | Path | str | None = None,
    replications_a_reading: int = REPLICATIONS_A_READING,
) -> Design:
    """The design of a run; `InputError` with what is wrong with it.

    `reading`: 'posterior', 'all', 'own_figures', or the name of one. `draws` and
    `posterior` (a folder, else the shipped one) are for 'posterior' alone.
    """
    _check(reading, draws, replications, posterior is not None)
    names = _names(scenarios)
    if reading == POSTERIOR:
        sample = _sample(posterior)
        count = min(DRAWS, len(sample)) if draws is None else draws
        return _on_draws(names, sample, count, replications or REPLICATIONS_A_DRAW)
    ready = {
        (name, label): each
        for name, scenario in names.items()
        for label, each in chosen_readings(scenario, reading)
    }
    cases = tuple(Case(name, label, NO_DRAW, each) for (name, label), each in ready.items())
    return Design(ready, cases, replications or replications_a_reading)


def _on_draws(
    names: Mapping[str, Scenario], sample: Posterior, count: int, replications: int
) -> Design:
    labels = sample.first(count).readings

    def cases() -> Iterator[Case]:
        for name, scenario in names.items():
            for k, label in enumerate(labels):
                yield Case(name, label, k, sample.under(scenario, k), k, len(sample))

    scenarios = {(name, POSTERIOR): scenario for name, scenario in names.items()}
    return Design(scenarios, tuple(cases()), replications, sample, count)


def _sample(given: Posterior | Path | str | None) -> Posterior:
    return given if isinstance(given, Posterior) else posterior(given)


def _names(scenarios: Sequence[Scenario]) -> dict[str, Scenario]:
    """Scenarios by name; a name that is taken gets a number."""
    names: dict[str, Scenario] = {}
    for each in scenarios:
        number, name = 1, each.given.name
        while name in names:
            number += 1
            name = f"{each.given.name}-{number}"
        names[name] = each
    return names


def _check(reading: str, draws: int | None, replications: int | None, named: bool) -> None:
    problems = []
    known = [POSTERIOR, "all", OWN_FIGURES, *readings()]
    if reading not in known:
        problems.append(
            Problem("reading", reading, say("is not a known reading"), nearest(reading, known))
        )
    if replications is not None and not 1 <= replications <= MOST_REPLICATIONS:
        problems.append(
            Problem(
                "run",
                "replications",
                say("is {replications}", replications=replications),
                say("1 to {most}", most=MOST_REPLICATIONS),
            )
        )
    if draws is not None and draws < 1:
        problems.append(Problem("run", "draws", say("is {draws}", draws=draws), say("1 or more")))
    if reading != POSTERIOR and reading in known:
        told = say("is for draws of the posterior, '{reading}' is a point fit", reading=reading)
        remedy = say("leave it out, or choose the reading '{posterior}'", posterior=POSTERIOR)
        asked = {"draws": draws is not None, "posterior": named}
        problems += [Problem("run", key, told, remedy) for key, there in asked.items() if there]
    if problems:
        raise InputError(problems)
