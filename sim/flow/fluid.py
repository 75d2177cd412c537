"""The fluid approximation: mean flows instead of people, milliseconds a run.

Pools are replaced by a few *kinds*, each followed in its mean. Three things are
kept of what chance does in a small pool, each by a formula of its own:

- waiting for a slot: a diagnosis slot is a server with a fixed service time, so
  the queue at a given use is half of the one with exponential service (M/D/n
  against M/M/n), that by H. Sakasegawa, "An approximation formula
  L_q ≃ α·ρ^β/(1−ρ)", Annals of the Institute of Statistical Mathematics 29 (1977);
- waiting for a place: the probability of delay of S. Halfin and W. Whitt,
  "Heavy-traffic limits for queues with many exponential servers", Operations
  Research 29 (1981), at the stock of the moment;
- both hold at each moment for the queue of that moment (the pointwise stationary
  fluid flow of W. Wang, D. Tipper and S. Banerjee, "A simple approximation for
  modeling nonstationary queues", IEEE INFOCOM 1996): the queue grows by who
  comes, less who gives up, less what the slots and places do at that queue.

Who waits and gives up follows from the wait that the queue stands for, in the order of
arrival. Nothing is quoted from it without its measured error against the compiled
engine (`calibration.discrepancy`).
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc, gammaincc, ndtr, ndtri

from sim.flow.compiled_fluid import flow_of
from sim.flow.fluid_inputs import FluidFlow, FluidInputs

Floats = NDArray[np.float64]

PER_UNIT = 64
UNITS = 24
NODES = 24
LONGEST_PROCESS_DAYS = 300.0
# In the order in which the kernel fills them.
NATIONAL = (
    "entries",
    "refusals",
    "abandonments",
    "exits",
    "process_days",
    "queue_days",
    "ended_days",
    "stock",
    "waiting",
    "portfolio_days",
)


@lru_cache(maxsize=64)
def _process_integral(cv: float) -> Floats:
    """∫ of the distribution function of the lognormal with mean 1 over [0, x], on a grid of x."""
    x = np.arange(UNITS * PER_UNIT + 1) / PER_UNIT
    if cv <= 0:
        return np.maximum(x - 1, 0.0)
    sigma = sqrt(np.log1p(cv**2))
    with np.errstate(divide="ignore"):
        z = (np.log(x) + sigma**2 / 2) / sigma
    return np.asarray(x * ndtr(z) - ndtr(z - sigma))


@lru_cache(maxsize=64)
def _process_nodes(cv: float) -> Floats:
    """Means of the lognormal with mean 1 within parts of equal probability."""
    if cv <= 0:
        return np.ones(NODES)
    sigma = sqrt(np.log1p(cv**2))
    edges = ndtri(np.arange(NODES + 1) / NODES)
    return np.asarray(NODES * np.diff(ndtr(edges - sigma)))


@lru_cache(maxsize=64)
def _gamma_survival(cv: float) -> Floats:
    """Survival function of the gamma with mean 1, on a grid."""
    shape = 1 / cv**2
    return np.asarray(gammaincc(shape, shape * np.arange(UNITS * PER_UNIT + 1) / PER_UNIT))


@lru_cache(maxsize=64)
def _gamma_survival_integral(cv: float) -> Floats:
    """Its integral over [0, x]: the mean of the stay cut at x."""
    shape = 1 / cv**2
    x = np.arange(UNITS * PER_UNIT + 1) / PER_UNIT
    return np.asarray(x * gammaincc(shape, shape * x) + gammainc(shape + 1, shape * x))


def run(inputs: FluidInputs) -> FluidFlow:
    """The mean flow of the inputs. Pure; about two milliseconds for five national years."""
    steps, kinds = len(inputs.days), inputs.kinds
    mean_days = float(inputs.days.mean())
    national = np.zeros((len(NATIONAL), steps))
    flow_of(
        inputs.days, inputs.orientations, inputs.process_delay, inputs.agreement,
        inputs.duration, inputs.interval, inputs.pool_interval,
        kinds.pools, kinds.demand, kinds.in_service, kinds.places,
        inputs.patience, _process_nodes(inputs.process_delay_cv),
        _gamma_survival(inputs.patience_cv), float(PER_UNIT),
        _process_integral(inputs.process_delay_cv), float(PER_UNIT),
        _gamma_survival_integral(inputs.duration_cv), float(PER_UNIT),
        inputs.longest, inputs.renewal_share, (1 + inputs.duration_cv**2) / 2,
        ceil(LONGEST_PROCESS_DAYS / mean_days), ceil(2 * inputs.longest / mean_days) + 1,
        mean_days, national,
    )  # fmt: skip
    return FluidFlow(**dict(zip(NATIONAL, national, strict=True)))
