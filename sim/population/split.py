"""Which département a post stands in: the user's own split, laid over totals by day.

Without `posts.by_departement` all seats stand in one list of the whole area (a *roster*), in
the order of the pools' shares, which is synthetic. With it every département has a roster of
its own: of a day's total each gets its part in proportion to the table of that day, by
Sainte-Laguë. Where the total is the table's own sum, that is the table exactly.

Orientations are taken to stand where the posts stand when the plan starts, as they do in the
synthetic split: a table says where the scheme is, not where it fails. Départements that a table
leaves out keep, by population, what is left of today's posts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError, Problem
from sim.posts_table import PostsTable
from sim.scenario import Scenario
from sim.territory import departements, highest_averages
from sim.words import say

Ints = NDArray[np.int64]
PATH = "posts.by_departement"


@dataclass(frozen=True)
class Split:
    """A user's posts with those of the départements that the table leaves out.

    codes: all départements of the area. kept: posts of those left out, which do not change.
    start: the first day of the plan.
    """

    codes: tuple[str, ...]
    table: PostsTable
    kept: Mapping[str, int]
    start: date

    def posts(self, when: date) -> tuple[int, ...]:
        """Posts by département, in the order of `codes`, in force on a date."""
        given = {**self.kept, **self.table.at(when)}
        return tuple(given[code] for code in self.codes)

    @property
    def weights_at_start(self) -> dict[str, int]:
        """Posts by code when the plan starts."""
        return dict(zip(self.codes, self.posts(self.start), strict=True))

    @property
    def dates(self) -> tuple[date, ...]:
        """Dates from which on other posts are in force."""
        return self.table.dates

    def spread(self, totals: Ints, days: NDArray[np.datetime64]) -> Ints:
        """Seats by roster and day: each day's total in proportion to the posts in force."""
        held = np.zeros((len(self.codes), len(days)), dtype=np.int64)
        turns = np.searchsorted(days, np.array(self.dates, dtype="datetime64[D]"))
        bounds = sorted({0, len(days), *turns.tolist()})
        for first, after in pairwise(bounds):
            weights = self.posts(days[first].astype(object))
            part = totals[first:after]
            held[:, first:after] = _cumulative(weights, _rounded(part))[part].T
        return held

    def order(self, seats: int, when: date) -> list[int]:
        """The roster of the k-th seat with the posts in force on a date."""
        return _order(self.posts(when), seats)

    def numbers_of(self, total: int, when: date) -> Ints:
        """Seats by roster of one total on a date."""
        return np.bincount(
            np.array(self.order(total, when), dtype=np.int64), minlength=len(self.codes)
        )


def split_of(scenario: Scenario, posts_today: int) -> Split | None:
    """The user's split of a scenario, None without one. posts_today: funded, in the area.

    `InputError` where the table names départements outside the area, gives away more than
    there is for those that it leaves out, or leaves a day without any post.
    """
    table = scenario.posts.by_departement
    if not table:
        return None
    people = {each.code: each.population for each in departements()}
    codes = area_codes(scenario)
    start = scenario.posts.hiring_start
    outside = [code for code in table if code not in codes]
    if outside:
        told = say("names {codes}, outside the départements that the figures are for",
                   codes=", ".join(outside))  # fmt: skip
        remedy = say("see territory.departements and territory.figures_for")
        raise _wrong(scenario, told, remedy)
    left_out = [code for code in codes if code not in table]
    rest = posts_today - sum(table.at(start).values()) if left_out else 0
    if rest < 0:
        told = say(
            "gives {given} posts to {count} départements on {day}, of {all} in all: nothing is "
            "left for the {others} others",
            given=posts_today - rest,
            count=len(table),
            day=start,
            all=posts_today,
            others=len(left_out),
        )
        raise _wrong(scenario, told, say("name all départements, or correct the posts"))
    order = highest_averages([people[code] for code in left_out], rest) if rest else []
    kept = dict(zip(left_out, np.bincount(order, minlength=len(left_out)).tolist(), strict=True))
    found = Split(codes, table, kept, start)
    for when in (start, *found.dates):
        if not sum(found.posts(when)):
            told = say("leaves no post at all on {day}", day=when)
            raise _wrong(scenario, told, say("leave that date out"))
    return found


def area_codes(scenario: Scenario) -> tuple[str, ...]:
    """The départements that the scenario's figures are for."""
    territory = scenario.territory
    alone = territory.on_own_figures
    return tuple(
        each.code for each in departements() if not alone or each.code in territory.departements
    )


def _wrong(scenario: Scenario, told: str, remedy: str) -> InputError:
    return InputError(Problem(scenario.given.origins.get(PATH, scenario.given.name), PATH, told,
                              remedy))  # fmt: skip


def _rounded(totals: Ints) -> int:
    """The largest total, rounded up so that many plans share one list."""
    return -(-int(totals.max(initial=0)) // 500) * 500


@lru_cache(maxsize=256)
def _order(weights: tuple[int, ...], seats: int) -> list[int]:
    """The roster of the k-th seat; those without posts get none."""
    some = [k for k, weight in enumerate(weights) if weight]
    return [some[k] for k in highest_averages([weights[k] for k in some], seats)]


@lru_cache(maxsize=64)
def _cumulative(weights: tuple[int, ...], seats: int) -> NDArray[np.uint16]:
    """[n, roster]: how many of the first n seats each roster has."""
    stands = np.array(_order(weights, seats))[:, None] == np.arange(len(weights))
    none = np.zeros((1, len(weights)), dtype=np.uint16)
    return np.concatenate([none, np.cumsum(stands, axis=0, dtype=np.uint16)])
