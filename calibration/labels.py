"""Which reading a draw is: by what it does, not by the values it has.

Asked of the fluid approximation at the last calibrated year: what part of the entry
delay is the queue, what of the queue would vanish without unevenness between pools or
with places without end, how many people are inside for each that Little's law gives
from the published figures, and how strongly prescribers answer to posts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.problem import Fluid, Problem
from sim.population.fluid_build import MONTHS_A_YEAR, STEPS_A_MONTH

Floats = NDArray[np.float64]

UNEVENNESS = "territory.unevenness"
SUPPLY_RESPONSE = "orientations.supply_response"

# The rules, in the order in which they are asked; every bound is an assumption, a
# round number in the middle of what the readings' point fits show.
STRONG_RESPONSE = 2 / 3
LONGER_THAN_PUBLISHED = 1.10
LITTLE_QUEUE = 0.25
MOSTLY = 0.5
ENDLESS = 100.0  # times as many places


@dataclass(frozen=True)
class Behaviour:
    """What a draw does in the last calibrated year.

    queue_share: of the entry delay. uneven_share: of the queue, gone without unevenness;
    places_share: gone with places without end (what is left waits for diagnosis slots).
    load_ratio: people inside, relative to entries × published duration. supply_response: ε.
    load: people per portfolio; orientations, abandonments: people; process_delay,
    queue_delay: days: what could be measured and is not published.
    """

    queue_share: float
    uneven_share: float
    places_share: float
    load_ratio: float
    supply_response: float
    load: float
    orientations: float
    abandonments: float
    process_delay: float
    queue_delay: float

    @property
    def reading(self) -> str:
        """The one reading that it stands for.

        A queue for diagnosis slots counts as process: portfolios have room, it is the
        time to meet that is short.
        """
        if self.supply_response >= STRONG_RESPONSE:
            return "supply_led"
        if self.load_ratio >= LONGER_THAN_PUBLISHED:
            return "longer_stays"
        if self.queue_share < LITTLE_QUEUE:
            return "process"
        if self.uneven_share >= MOSTLY:
            return "uneven"
        return "places" if self.places_share >= MOSTLY else "process"


def behaviour(problem: Problem, structure: Floats, unknowns: Floats, kinds: int) -> Behaviour:
    """What parameters do, by the fluid approximation."""
    paths = problem.priors.paths
    steps = STEPS_A_MONTH * MONTHS_A_YEAR
    fluid = Fluid(problem, structure, kinds)
    found = _last_year(fluid, unknowns, steps)
    roomy = _last_year(fluid.with_places(ENDLESS), unknowns, steps)
    even = structure.copy()
    even[paths.index(UNEVENNESS)] = 0.0
    without = _last_year(Fluid(problem, even, kinds), unknowns, steps)
    published = found.ended / found.exits / structure[paths.index("parcours.true_to_published")]
    return Behaviour(
        queue_share=found.queue / (found.process + found.queue),
        places_share=max(0.0, 1 - roomy.queue_a_person / max(found.queue_a_person, 1e-9)),
        uneven_share=max(0.0, 1 - without.queue_a_person / max(found.queue_a_person, 1e-9)),
        load_ratio=found.stock / (found.entries * published / found.days),
        supply_response=float(structure[paths.index(SUPPLY_RESPONSE)]),
        load=found.stock * found.days / found.portfolio_days,
        orientations=found.orientations,
        abandonments=found.abandonments,
        process_delay=found.process / found.entries,
        queue_delay=found.queue_a_person,
    )


@dataclass(frozen=True)
class _Year:
    entries: float
    exits: float
    process: float
    queue: float
    ended: float
    stock: float
    days: float
    portfolio_days: float
    orientations: float
    abandonments: float

    @property
    def queue_a_person(self) -> float:
        return self.queue / max(self.entries, 1e-9)


def _last_year(fluid: Fluid, unknowns: Floats, steps: int) -> _Year:
    inputs, flow = fluid.flow(unknowns)
    days = float(inputs.days[-steps:].sum())
    return _Year(
        entries=float(flow.entries[-steps:].sum()),
        exits=float(flow.exits[-steps:].sum()),
        process=float(flow.process_days[-steps:].sum()),
        queue=float(flow.queue_days[-steps:].sum()),
        ended=float(flow.ended_days[-steps:].sum()),
        stock=float((flow.stock * inputs.days)[-steps:].sum()) / days,
        days=days,
        portfolio_days=float(flow.portfolio_days[-steps:].sum()),
        orientations=float((inputs.orientations.sum(axis=0) * inputs.days)[-steps:].sum()),
        abandonments=float(flow.abandonments[-steps:].sum()),
    )


def weights_of(labels: Sequence[str], weights: Floats, names: Sequence[str]) -> dict[str, float]:
    """The weight of each reading among labelled draws."""
    total = float(np.sum(weights))
    return {
        name: float(sum(w for label, w in zip(labels, weights, strict=True) if label == name))
        / total
        for name in names
    }
