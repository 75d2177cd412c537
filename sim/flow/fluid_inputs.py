"""What the fluid approximation is given: mean flows by step, and kinds of pool.

Arrays only, like `sim.flow.inputs`: no lever, no year, no money. Time runs in
`steps` of nearly equal length (a quarter of a month).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Kinds:
    """Pools that stand for all: each a real pool's staffing with a share of the demand.

    pools: how many pools each stands for [kind]. demand: share of one pool of the
    kind in the area's orientations [kind]. in_service: portfolios in service of
    one such pool, places: their places together [kind, step].
    """

    pools: Floats
    demand: Floats
    in_service: Floats
    places: Floats


@dataclass(frozen=True)
class FluidInputs:
    """Mean conditions by step; days, people a day, probabilities.

    days: length of each step. orientations: a day, of the area, by the two existing
    channels together and by the third [2, step]. process_delay: mean of each of
    them [2, step]. agreement [2, step]. duration: mean uncensored stay of who is
    oriented in the step. interval, pool_interval: least days between two diagnoses of a
    counsellor, of a pool (0: unlimited). The rest are the laws of `sim.population`:
    lognormal process delay, gamma patience and stays, these cut at `longest` days
    or, for `renewal_share` of them, at twice that.
    """

    days: Floats
    orientations: Floats
    process_delay: Floats
    agreement: Floats
    duration: Floats
    interval: Floats
    pool_interval: Floats
    kinds: Kinds
    process_delay_cv: float
    patience: float
    patience_cv: float
    duration_cv: float
    longest: float
    renewal_share: float


@dataclass(frozen=True)
class FluidFlow:
    """Mean flows of the area by step [step].

    entries, refusals, abandonments, exits: people in the step. process_days,
    queue_days: summed over the step's entries. ended_days: of the parcours that end
    in the step. stock, waiting: people at the step's end; portfolio_days: in service.
    """

    entries: Floats
    refusals: Floats
    abandonments: Floats
    exits: Floats
    process_days: Floats
    queue_days: Floats
    ended_days: Floats
    stock: Floats
    waiting: Floats
    portfolio_days: Floats
