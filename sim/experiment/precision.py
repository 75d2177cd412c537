"""How many replications a stated precision takes.

Two stages after C. Stein (Annals of Mathematical Statistics 16, 1945): a pilot of n
replications has a half-width h, by Student's quantile for the pilot's freedom; n·(h/d)²
replications, rounded up, then keep the half-width d, though the variance was only
estimated (exactly for normal values under one reading; over draws as nearly as their
variances are alike, see `credible.spread`). That number is run whatever is seen on the
way, so a variance that looks small by luck ends nothing early. Should the half-width of
all runs still be above d, more are added: that decision looks at variances alone, which
say nothing of the mean (for normal values), and more runs can only make it surer. The
pilot has ten degrees of freedom at least, else it would foretell far too many.

What shrinks is the noise of the simulation, never what is not known about the world.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, isfinite

import numpy as np

from sim.errors import InputError, Problem, nearest
from sim.experiment.design import MOST_REPLICATIONS, Design
from sim.measures.frames import UNITS
from sim.scenario import Scenario
from sim.words import say

MOST = 50
FEWEST_FREEDOM = 10
SPARE = 1.1


@dataclass(frozen=True)
class Precision:
    """The half-width that the noise of a mean paired difference may have, 95 %.

    half_width: in the measure's unit. year: None for the target's year where it is
    simulated, else the last one. most: replications a draw or reading at which to stop
    anyway.
    """

    half_width: float
    measure: str = "entries"
    year: int | None = None
    most: int = MOST


def checked(wanted: Precision, scenarios: Sequence[Scenario]) -> Precision:
    """The precision with a year that all scenarios simulate; `InputError` with all mistakes."""
    problems = []
    if not (isfinite(wanted.half_width) and wanted.half_width > 0):
        told = say("is {half_width:g}, must be more than 0", half_width=wanted.half_width)
        remedy = say("the half-width that is small enough, for example 200 (people)")
        problems.append(Problem("compare", "precision", told, remedy))
    if wanted.measure not in UNITS:
        told, remedy = (
            say("'{measure}' is no measure", measure=wanted.measure),
            nearest(wanted.measure, UNITS),
        )
        problems.append(Problem("compare", "precision measure", told, remedy))
    if not 1 <= wanted.most <= MOST_REPLICATIONS:
        told, remedy = (
            say("is {most}", most=wanted.most),
            say("1 to {most}", most=MOST_REPLICATIONS),
        )
        problems.append(Problem("compare", "most replications", told, remedy))
    years = simulated_years(scenarios)
    if not years:
        told = say("the scenarios have no simulated year in common")
        problems.append(
            Problem("compare", "precision year", told, say("let their horizons overlap"))
        )
    elif wanted.year is not None and wanted.year not in years:
        told = say("{year} is not simulated by all scenarios", year=wanted.year)
        remedy = say("name a year from {first} to {last}", first=years[0], last=years[-1])
        problems.append(Problem("compare", "precision year", told, remedy))
    if problems:
        raise InputError(problems)
    target = scenarios[-1].target.year
    return replace(wanted, year=wanted.year or (target if target in years else years[-1]))


def simulated_years(scenarios: Sequence[Scenario]) -> list[int]:
    """Years that are shown of all scenarios."""
    shown = [
        {year for year in each.calendar.years if year >= each.horizon.measured_from.year}
        for each in scenarios
    ]
    return sorted(set.intersection(*shown))


def pilot(design: Design, wanted: Precision) -> Design:
    """The design with enough replications to estimate variances; `InputError` beyond the limit."""
    if design.posterior is None:
        alike = 1.0
    else:
        weights = design.posterior.first(design.draws).weights
        alike = float(np.sum(weights**2))
    fewest = 1 + ceil(FEWEST_FREEDOM * alike - 1e-9)
    replications = max(design.replications, fewest)
    if replications > wanted.most:
        told = say(
            "is {most}, and the pilot alone takes {replications}",
            most=wanted.most,
            replications=replications,
        )
        raise InputError(Problem("compare", "most replications", told, say("allow more")))
    return replace(design, replications=replications)


def foretold(replications: int, half_width: float, wanted: Precision) -> int:
    """Replications that the precision takes, from the half-width that some of them have."""
    return max(replications, ceil(replications * (half_width / wanted.half_width) ** 2 - 1e-9))


def next_number(stages: Sequence[tuple[int, float]], wanted: Precision) -> int:
    """Replications to have next; those of the last stage where it is done.

    stages: replications after each batch, and the largest half-width that they have.
    """
    have, half_width = stages[-1]
    needed = foretold(*stages[0], wanted)
    if have >= needed and half_width > wanted.half_width:
        needed = max(have + 1, ceil(SPARE * foretold(have, half_width, wanted)))
    return max(have, min(needed, wanted.most))
