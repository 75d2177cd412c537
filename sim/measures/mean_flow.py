"""Measures of the fluid approximation: what its mean flows say of a span of time."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from sim.flow.fluid_inputs import FluidFlow, FluidInputs

Floats = NDArray[np.float64]

LEAST = 1e-9


def sums_by_step(inputs: FluidInputs, flow: FluidFlow) -> dict[str, Floats]:
    """What adds up over steps: people, days of people, days of portfolios [step]."""
    days = inputs.days
    return {
        "days": days,
        "orientations": inputs.orientations.sum(axis=0) * days,
        "entries": flow.entries,
        "refusals": flow.refusals,
        "abandonments": flow.abandonments,
        "exits": flow.exits,
        "process_days": flow.process_days,
        "queue_days": flow.queue_days,
        "ended_days": flow.ended_days,
        "stock_days": flow.stock * days,
        "waiting_days": flow.waiting * days,
        "portfolio_days": flow.portfolio_days,
    }


def ratio(top: str, below: str) -> Callable[[Mapping[str, Floats]], Floats]:
    """A measure that is one sum by another."""
    return lambda sums: np.asarray(sums[top] / np.maximum(sums[below], LEAST))


# Measures by name, from the sums over their span (of one span, or of many at once).
MEASURES: dict[str, Callable[[Mapping[str, Floats]], Floats]] = {
    **{
        name: (lambda sums, name=name: sums[name])  # type: ignore[misc]
        for name in ("orientations", "entries", "refusals", "abandonments", "exits")
    },
    "entry_delay": lambda sums: (
        (sums["process_days"] + sums["queue_days"]) / np.maximum(sums["entries"], LEAST)
    ),
    "process_delay": ratio("process_days", "entries"),
    "queue_delay": ratio("queue_days", "entries"),
    "load": ratio("stock_days", "portfolio_days"),
    "stock": ratio("stock_days", "days"),
    "waiting": ratio("waiting_days", "days"),
    "portfolios": ratio("portfolio_days", "days"),
}


def measured(inputs: FluidInputs, flow: FluidFlow, steps: slice) -> dict[str, float]:
    """All measures over a span of steps; `people_supported` are those there at its start, and
    its entries.
    """
    sums = {
        name: np.asarray(values[steps].sum()) for name, values in sums_by_step(inputs, flow).items()
    }
    found = {name: float(measure(sums)) for name, measure in MEASURES.items()}
    begin = steps.start or 0
    there = float(flow.stock[begin - 1]) if begin else 0.0
    return found | {"people_supported": there + found["entries"]}
