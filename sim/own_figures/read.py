"""A planner's own figures: read from a file, checked, laid on scenarios and rates."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sim.errors import InputError, Problem
from sim.own_figures.costs_sheet import Costs, read_costs
from sim.own_figures.layout import COSTS, POSTS
from sim.own_figures.posts_sheet import Posts, read_posts
from sim.own_figures.sheets import read_sheets
from sim.population.posts import own_split
from sim.population.split import PATH
from sim.present.numbers import month, number
from sim.rate_files import changed, shipped_rates
from sim.rates import Rates
from sim.scenario import Scenario
from sim.scenario_files import validated
from sim.words import say


@dataclass(frozen=True)
class OwnFigures:
    """What a file says.

    posts: by code of a département and month, each until the next one given. costs: changes of
    the rates by key. where: how messages name the sheets.
    """

    file: str
    posts: Posts
    costs: Costs
    where: Mapping[str, str]

    def on(self, scenario: Scenario) -> Scenario:
        """The scenario with these posts in place of its own target and of the synthetic split.

        `InputError` where the file has no posts, or the scenario has no place for them.
        """
        if not self.posts:
            told = say("has no posts: the sheet '{name}' is empty or missing", name=say(POSTS))
            remedy = say("fill it in: a number of posts by département and month")
            raise InputError(Problem(self.file, "", told, remedy))
        given = scenario.given
        document: dict[str, Any] = deepcopy(dict(given.document))
        own = {name: each for name, each in document.get("posts", {}).items()
               if name not in ("target", "later", "by_departement")}  # fmt: skip
        where = self.where[POSTS]
        source = say("given in {file}", file=Path(self.file).name)
        table = {
            code: {
                when.isoformat(): {"value": posts, "source": source}
                for when, posts in by_month.items()
            }
            for code, by_month in self.posts.items()
        }
        document["posts"] = {**own, "by_departement": table}
        found = validated(replace(given, document=document, origins={**given.origins, PATH: where}))
        own_split(found)
        return found

    def rates(self) -> Rates:
        """The shipped rates with these laid over them.

        `InputError` where they contradict each other: shares of payers that do not sum to 1.
        """
        if not self.costs:
            return shipped_rates()
        return changed(shipped_rates(), self.costs, self.where[COSTS])

    @property
    def months(self) -> tuple[date, ...]:
        """All months that posts are given for."""
        return tuple(sorted({when for each in self.posts.values() for when in each}))

    def __str__(self) -> str:
        parts = []
        if self.posts:
            first, last = (
                sum(self._in_force(each, when) for each in self.posts.values())
                for when in (self.months[0], self.months[-1])
            )
            parts.append(
                say(
                    "posts of {count} département(s), {first} in {begin}, {last} in {end}",
                    count=len(self.posts),
                    first=number(first),
                    begin=month(self.months[0]),
                    last=number(last),
                    end=month(self.months[-1]),
                )
            )
        if self.costs:
            parts.append(say("{count} rate(s) of your own", count=len(self.costs)))
        return say("{file}: {found}", file=self.file,
                   found=", ".join(parts) or say("nothing is filled in"))  # fmt: skip

    @staticmethod
    def _in_force(posts: Mapping[date, int], when: date) -> int:
        until = [each for each in posts if each <= when]
        return posts[max(until, default=min(posts))]


def read_figures(path: str | Path) -> OwnFigures:
    """The figures of a workbook, of a folder of CSV files, or of one CSV file.

    `agsim template` writes one to fill in. Raises `InputError` with every mistake, each with
    its sheet, row, column, value, and the way out.
    """
    sheets = read_sheets(Path(path))
    problems = list(sheets.problems)
    posts: Posts = {}
    costs: Costs = {}
    if POSTS in sheets.by_name:
        posts = read_posts(sheets.by_name[POSTS], problems)
    if COSTS in sheets.by_name:
        costs = read_costs(sheets.by_name[COSTS], problems)
    if problems:
        raise InputError(problems)
    where = {name: sheet.where for name, sheet in sheets.by_name.items()}
    found = OwnFigures(sheets.file, posts, costs, where)
    found.rates()
    return found
