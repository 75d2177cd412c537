"""`agsim plan --posts` and `--budget`: what so many posts, or so much money, reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from sim.cli_support import (
    folder_for,
    print_json,
    progress_bar,
    records,
    say_where,
    store_for,
    workers_for,
    write_pictures,
)
from sim.errors import InputError, Problem
from sim.words import say

if TYPE_CHECKING:
    from sim.money.afford import Afforded
    from sim.money.budget import Budget
    from sim.own_figures.read import OwnFigures
    from sim.planning.reach import Reach
    from sim.rates import Rates
    from sim.scenario import Scenario


@dataclass(frozen=True)
class Money:
    """A yearly budget as given: how it is counted, and what things cost."""

    euros: float
    counting: str | None
    rates: Rates


def the_other_way(
    posts: int | None, budget: float | None, counting: str | None, rates: str | None
) -> bool:
    """Whether posts or a budget are given; `InputError` where both are, or half of it."""
    if budget is None and (counting is not None or rates is not None):
        told = say("--counting and --rates need it")
        raise InputError(Problem("agsim plan", "--budget", told, say("for example --budget 20e6")))
    if posts is not None and budget is not None:
        told = say("name either posts or a budget")
        raise InputError(Problem("agsim plan", "--posts", told, say("for example --posts 1600")))
    return posts is not None or budget is not None


def rates_of(own: OwnFigures | None, path: str | None) -> Rates:
    """The shipped rates, those of a file, or those of one's own figures: not of both."""
    from sim.rate_files import load_rates

    if own is None or not own.costs:
        return load_rates(path)
    if path is not None:
        told = say("gives costs too, as --rates does")
        raise InputError(Problem("agsim", "--figures", told, say("keep one of the two")))
    return own.rates()


def check_year(found: Budget, esf_until: int | None) -> None:
    """`InputError` where the last year of the ESF lies outside the budget's years."""
    if esf_until is not None and not found.years[0] - 1 <= esf_until <= found.years[-1]:
        told = say(
            "is {year}, the budget goes from {first} to {last}",
            year=esf_until,
            first=found.years[0],
            last=found.years[-1],
        )
        raise InputError(Problem("agsim", "--esf-until", told, say("name a year of it")))


def reached(
    chosen: Scenario,
    levers: str,
    given: int | Money | None,
    asked: dict[str, Any],
    store: str | None,
    out: str | None,
    as_json: bool,
    workers: int,
) -> None:
    """Print and write what posts, or a budget, reach."""
    from sim.experiment.replication import seconds_of
    from sim.money.afford import afforded, posts_afforded
    from sim.planning.combinations import combinations_of
    from sim.planning.plan import chosen_levers, worlds_of
    from sim.planning.reach import draws_of, reach

    names = chosen_levers(levers)
    if isinstance(given, Money):
        posts_afforded(chosen, given.euros, given.counting or "gross", given.rates, names)
    number = draws_of(asked["reading"], asked["draws"], asked["posterior"])
    asked = {**asked, "draws": number}
    worlds = worlds_of(chosen, combinations=combinations_of(names), **asked).worlds
    one = len(worlds[0].numbers) * seconds_of(worlds[0].scenario, asked["engine"])
    on = workers_for(workers, len(worlds) * 2 ** len(names) * one)
    folder, kept = folder_for(out), store_for(store)
    answer: Afforded | Reach
    with progress_bar(len(worlds), say("worlds")) as step:
        how: dict[str, Any] = {"levers": levers, "workers": on, "store": kept, "progress": step}
        how |= asked
        if isinstance(given, Money):
            counting = given.counting or "gross"
            bought = afforded(chosen, given.euros, counting=counting, rates=given.rates, **how)
            answer, found, summary = bought, bought.reach, bought.summary
        else:
            found = reach(chosen, given or 0, **how)
            answer, summary = found, found.summary()
    if folder is not None:
        from sim.experiment.files import manifest, write_manifest, write_parquet, write_text

        write_parquet(folder / "reach.parquet", found.frame)
        write_parquet(folder / "reach_summary.parquet", summary)
        write_text(folder / "reach.txt", f"{answer}\n")
        write_pictures(folder, "reach", answer.plot())
        about = {"command": "plan", **_as_given(given)}
        write_manifest(folder, manifest({chosen.given.name: chosen}, int(asked["seed"]), about))
    if as_json:
        print_json({**_as_given(given), "combinations": records(summary)})
    else:
        typer.echo(str(answer))
    say_where(folder)


def _as_given(given: int | Money | None) -> dict[str, Any]:
    if not isinstance(given, Money):
        return {"posts": given}
    counting = given.counting or "gross"
    return {"budget": given.euros, "counting": counting, "rates": given.rates.where}
