"""Départements, their pools, and the fixed list by which portfolios are placed.

A *pool* is a group of portfolios that share one entry queue. Pools are made
once from the portfolios of December 2020, so no plan renumbers them, and the
k-th portfolio always goes to the same pool: N + 1 portfolios contain N.
The split of the national portfolios over the départements follows population:
nobody published the real one, so it is **synthetic** and marked so wherever it
shows. A scenario's `posts.by_departement` takes its place.
"""

from __future__ import annotations

import csv
import hashlib
import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from sim import data_files

TOGETHER = "+"


@dataclass(frozen=True)
class Departement:
    """A département: official code, name, région, legal population (people)."""

    code: str
    name: str
    region: str
    population: int


@cache
def departements() -> tuple[Departement, ...]:
    """The 101 départements, in the order of their codes."""
    with data_files.departements().open(encoding="utf-8", newline="") as file:
        return tuple(
            Departement(row["code"], row["name"], row["region"], int(row["population"]))
            for row in csv.DictReader(file)
        )


@cache
def departement_codes() -> frozenset[str]:
    """The codes of all départements."""
    return frozenset(each.code for each in departements())


@cache
def departement_names() -> Mapping[str, str]:
    """The name of each département by its code, in the order of the codes."""
    return MappingProxyType({each.code: each.name for each in departements()})


@cache
def regions() -> Mapping[str, tuple[str, ...]]:
    """The codes of each région's départements."""
    found: dict[str, tuple[str, ...]] = {}
    for each in departements():
        found[each.region] = (*found.get(each.region, ()), each.code)
    return found


def joined(codes: Iterable[str]) -> str:
    """Départements whose figures are of them together, as one name: '08+52'; '' without any."""
    wanted = set(codes)
    return TOGETHER.join(each.code for each in departements() if each.code in wanted)


def parted(place: str) -> tuple[str, ...]:
    """The codes of a name such as '08+52'; none of ''."""
    return tuple(place.split(TOGETHER)) if place else ()


@dataclass(frozen=True)
class Pools:
    """The pools of a territory, as parallel tuples.

    `share` is a pool's share of the area's orientations *without* unevenness;
    over the whole area that the figures are for the shares sum to 1.
    """

    codes: tuple[str, ...]
    ordinals: tuple[int, ...]
    share: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def names(self) -> tuple[str, ...]:
        """Stable names, such as '52-1': département and number within it."""
        return tuple(f"{code}-{k}" for code, k in zip(self.codes, self.ordinals, strict=True))

    @cached_property
    def keys(self) -> NDArray[np.uint32]:
        """A 32-bit key per pool from its name; the same in every run and subset."""
        return stable_keys(self.names)

    @cached_property
    def _known_orders(self) -> dict[int, list[int]]:
        return {}

    def order_of_seats(self, seats: int) -> list[int]:
        """The pool of the k-th seat where seats go by the shares; worked out once a number.

        Most pools are alike, so ties are the rule: they go by the pools' stable keys,
        which spreads the next posts over the country instead of down the alphabet.
        """
        if seats not in self._known_orders:
            order = highest_averages(list(self.share), seats, self.keys.tolist())
            self._known_orders[seats] = order
        return list(self._known_orders[seats])

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Codes of the départements that have pools here, in order."""
        return tuple(dict.fromkeys(self.codes))

    @cached_property
    def place_of_pool(self) -> NDArray[np.int64]:
        """Index into `places` for every pool."""
        index = {code: k for k, code in enumerate(self.places)}
        return np.array([index[code] for code in self.codes], dtype=np.int64)


def stable_keys(names: Sequence[str]) -> NDArray[np.uint32]:
    """32-bit keys from names; two names with one key are an error, not a coincidence."""
    keys = [
        int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest()) for name in names
    ]
    if len(set(keys)) != len(keys):
        raise ValueError("two names have the same stable key")
    return np.array(keys, dtype=np.uint32)


def highest_averages(
    weights: Sequence[float], seats: int, ties: Sequence[int] | None = None
) -> list[int]:
    """The order in which seats go to places, by Sainte-Laguë, one each first.

    Every place gets its first seat (largest weight first) before any gets a
    second: a pool without a portfolio would be a queue that nobody serves. The
    list for n seats is the start of the list for n + 1. Ties go to the lowest of
    `ties` (one number a place; the places' order by default).
    """
    rank = range(len(weights)) if ties is None else ties
    first = sorted(range(len(weights)), key=lambda k: (-weights[k], rank[k]))[:seats]
    order = list(first)
    averages = [(-weights[k] / 3.0, rank[k], k, 1) for k in range(len(weights)) if weights[k] > 0]
    heapq.heapify(averages)
    while len(order) < seats and averages:
        _, tie, k, held = heapq.heappop(averages)
        order.append(k)
        heapq.heappush(averages, (-weights[k] / (2 * held + 3), tie, k, held + 1))
    return order


def make_pools(
    portfolios_2020: int,
    pool_size: float,
    listed: Sequence[str] | None = None,
    posts: Mapping[str, int] | None = None,
) -> Pools:
    """The pools of an area from its portfolios of December 2020.

    `listed` are the codes of the area when the figures are for it alone, None
    for the country. Each département gets portfolios by population (synthetic), or by
    `posts`, a user's own by code, then round(portfolios / pool_size) pools, at least one;
    pools hold its portfolios as evenly as whole numbers allow, and share the demand likewise:
    with no unevenness, the portfolios of 2020 stand exactly where the demand is.
    """
    area = [each for each in departements() if listed is None or each.code in listed]
    weights = [each.population if posts is None else posts[each.code] for each in area]
    some = [k for k, weight in enumerate(weights) if weight]
    seats = highest_averages([weights[k] for k in some], portfolios_2020)
    held = np.bincount(np.array(some, dtype=np.int64)[seats], minlength=len(area))
    codes: list[str] = []
    ordinals: list[int] = []
    pooled: list[float] = []
    for place, portfolios in zip(area, held, strict=True):
        count = max(1, round(portfolios / pool_size))
        whole, extra = divmod(int(portfolios), count)
        for k in range(count):
            codes.append(place.code)
            ordinals.append(k + 1)
            pooled.append(max(whole + (k < extra), 0.5))
    share = np.array(pooled) / np.sum(pooled)
    return Pools(tuple(codes), tuple(ordinals), share)


def subset(pools: Pools, listed: Sequence[str]) -> NDArray[np.int64]:
    """Indices of the pools that lie in the listed départements."""
    return np.array([k for k, code in enumerate(pools.codes) if code in listed], dtype=np.int64)
