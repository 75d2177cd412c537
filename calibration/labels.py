"""Which reading a draw is, by what it does in the last calibrated year.

What part of the entry delay is the queue, how many people are inside for each that
Little's law gives from the published figures, how strongly prescribers answer to posts;
and what of the queue would vanish without unevenness between pools, or with places
without end. The last two compare runs of the fluid approximation; the others are the
engine's own where it was run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.problem import STATE, Fluid, Problem
from sim.population.fluid_build import MONTHS_A_YEAR, STEPS_A_MONTH

Floats = NDArray[np.float64]

UNEVENNESS = "territory.unevenness"
SUPPLY_RESPONSE = "orientations.supply_response"
TRUE_TO_PUBLISHED = "parcours.true_to_published"

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

        Two are read off parameters: ε, and true stays that make more people be inside than
        is published. A queue that neither places nor unevenness make for the most part
        counts as process: it is for diagnosis slots, or has no single cause.
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


def behaviour(
    problem: Problem,
    structure: Floats,
    unknowns: Floats,
    kinds: int,
    state: Floats | None = None,
) -> Behaviour:
    """What parameters do; `state` is the engine's last year, else the approximation's is taken."""
    paths = problem.priors.paths
    fluid = Fluid(problem, structure, kinds)
    plain = last_year(fluid, unknowns)
    even = structure.copy()
    even[paths.index(UNEVENNESS)] = 0.0
    without = last_year(Fluid(problem, even, kinds), unknowns)["queue_delay"]
    roomy = last_year(fluid.with_places(ENDLESS), unknowns)["queue_delay"]
    queue = max(plain["queue_delay"], 1e-9)
    told = plain if state is None else dict(zip(STATE, state.tolist(), strict=True))
    published = told["parcours_duration"] / structure[paths.index(TRUE_TO_PUBLISHED)]
    return Behaviour(
        queue_share=told["queue_delay"] / (told["process_delay"] + told["queue_delay"]),
        uneven_share=max(0.0, 1 - without / queue),
        places_share=max(0.0, 1 - roomy / queue),
        load_ratio=told["stock"] / (told["entries"] * published / 365),
        supply_response=float(structure[paths.index(SUPPLY_RESPONSE)]),
        load=told["load"],
        orientations=told["orientations"],
        abandonments=told["abandonments"],
        process_delay=told["process_delay"],
        queue_delay=told["queue_delay"],
    )


def last_year(fluid: Fluid, unknowns: Floats) -> Mapping[str, float]:
    """The approximation's last year, by the names of `STATE`."""
    steps = slice(-STEPS_A_MONTH * MONTHS_A_YEAR, None)
    inputs, flow = fluid.flow(unknowns)
    days = float(inputs.days[steps].sum())
    entries = max(float(flow.entries[steps].sum()), 1e-9)
    stock_days = float((flow.stock * inputs.days)[steps].sum())
    return {
        "orientations": float((inputs.orientations.sum(axis=0) * inputs.days)[steps].sum()),
        "abandonments": float(flow.abandonments[steps].sum()),
        "process_delay": float(flow.process_days[steps].sum()) / entries,
        "queue_delay": float(flow.queue_days[steps].sum()) / entries,
        "load": stock_days / float(flow.portfolio_days[steps].sum()),
        "stock": stock_days / days,
        "entries": entries,
        "parcours_duration": float(flow.ended_days[steps].sum())
        / max(float(flow.exits[steps].sum()), 1e-9),
    }


def weights_of(labels: Sequence[str], weights: Floats, names: Sequence[str]) -> dict[str, float]:
    """The weight of each reading among labelled draws."""
    total = float(np.sum(weights))
    return {
        name: float(sum(w for label, w in zip(labels, weights, strict=True) if label == name))
        / total
        for name in names
    }
