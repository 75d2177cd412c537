"""A quick look at a share of the pools: counts for the whole, and their error.

The sampled pools stand for all: counts of people are multiplied by how much of
the demand the sample leaves out, those of portfolios by how many of them it leaves
out; posts are known. Counts are kept by groups of pools, so that leaving out one
group after the other tells the error of any measure but quantiles, ratios included (the
jackknife of delete-a-group; K. Wolter, Introduction to Variance Estimation, 2007, chapter 4).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.measures.frames import QUANTILES, Derived, Period, derived
from sim.measures.tally import Sample, Tally

Floats = NDArray[np.float64]
GROUPS = 20
GROUP = "group"
OF_PORTFOLIOS = ("portfolio_days", "place_days", "portfolios_at_end")
OF_POSTS = ("post_days", "fte_days")


def group_names() -> tuple[str, ...]:
    """The places of a tally that is kept by groups of pools."""
    return tuple(f"{GROUP} {k + 1}" for k in range(GROUPS))


def scaled_up(counted: Tally, sample: Sample) -> Tally:
    """A tally of a share of the pools as one of all."""
    people, portfolios = 1 / sample.demand.sum(), 1 / sample.portfolios.sum()
    return replace(
        _weighted(counted, np.full(GROUPS, people), np.full(GROUPS, portfolios)), sample=sample
    )


def _weighted(counted: Tally, people: Floats, portfolios: Floats) -> Tally:
    """The tally with each group's people and portfolios multiplied."""

    def times(values: Floats, factor: Floats) -> Floats:
        return values * factor.reshape(-1, *[1] * (values.ndim - 1))

    def factor(name: str) -> Floats:
        if name in OF_POSTS:
            return np.ones(len(people))
        return portfolios if name in OF_PORTFOLIOS else people

    return replace(
        counted,
        counts={name: times(values, factor(name)) for name, values in counted.counts.items()},
        delay_histogram=times(counted.delay_histogram, people),
        load_histogram=times(counted.load_histogram, portfolios),
    )


def sampling_errors(counted: Tally, period: Period = "year") -> Derived:
    """Standard errors of the national measures that come from sampling pools; 0 for all pools.

    NaN for the quantiles of whole numbers, of which the jackknife tells nothing.
    """
    whole = derived(counted, period)
    if counted.sample is None:
        nothing = {name: np.zeros_like(values) for name, values in whole.values.items()}
        return replace(whole, values=nothing)
    left_out = [
        derived(_without(counted, counted.sample, group), period).values for group in range(GROUPS)
    ]
    unseen = np.sqrt(1 - counted.sample.share)
    errors = {}
    for name in whole.values:
        found = np.stack([values[name] for values in left_out])
        spread = ((found - found.mean(axis=0)) ** 2).sum(axis=0)
        errors[name] = unseen * np.sqrt(spread * (GROUPS - 1) / GROUPS)
        if name in QUANTILES:
            errors[name] = np.full_like(errors[name], np.nan)
    return replace(whole, values=errors)


def _without(counted: Tally, sample: Sample, group: int) -> Tally:
    """The tally as if one group had not been sampled."""
    others = np.arange(GROUPS) != group
    posts = GROUPS / (GROUPS - 1)
    rest = replace(
        counted,
        places=tuple(name for name, kept in zip(counted.places, others, strict=True) if kept),
        counts={
            name: values[others] * (posts if name in OF_POSTS else 1.0)
            for name, values in counted.counts.items()
        },
        delay_histogram=counted.delay_histogram[others],
        load_histogram=counted.load_histogram[others],
        binding=counted.binding
        and {name: values[others] for name, values in counted.binding.items()},
    )
    people = sample.demand.sum() / sample.demand[others].sum()
    portfolios = sample.portfolios.sum() / sample.portfolios[others].sum()
    return _weighted(rest, np.full(GROUPS - 1, people), np.full(GROUPS - 1, portfolios))
