"""`agsim budget`: what a scenario costs, month by month, and who pays."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli_options import (
    AsJson,
    DrawCount,
    DrawsOrReading,
    FiguresFile,
    Out,
    PosteriorFolder,
    RepeatCount,
    ScenarioName,
    Seed,
    Settings,
    StoreFolder,
    WorkerCount,
)
from sim.cli_reach import check_year, rates_of
from sim.cli_support import (
    chosen_scenario,
    folder_for,
    own_figures,
    print_json,
    progress_bar,
    records,
    say_where,
    store_for,
    with_posts,
    workers_for,
    write_pictures,
)
from sim.errors import InputError, Problem
from sim.parameters import POSTERIOR
from sim.words import say

if TYPE_CHECKING:
    from sim.money.budget import Budget
    from sim.money.outcomes import Outcomes
    from sim.money.ranges import Ranges
    from sim.rates import Rates
    from sim.scenario import Scenario


def budget(
    scenario: ScenarioName = "target-2022",
    posts: Annotated[
        int | None, typer.Option(min=1, help="Funded posts instead of the scenario's.")
    ] = None,
    rates: Annotated[
        str | None, typer.Option(help="A file with rates of your own, laid over the shipped ones.")
    ] = None,
    esf_until: Annotated[
        int | None, typer.Option(help="Last year in which the ESF pays: what if it stops.")
    ] = None,
    hours: Annotated[
        bool,
        typer.Option(help="Simulate entries and stays: social workers' hours, cost per entry."),
    ] = True,
    planned: Annotated[
        bool,
        typer.Option("--plan", help="What the target takes, costed: see `agsim plan`. Minutes."),
    ] = False,
    probability: Annotated[
        float, typer.Option(help="With --plan: with which the target is to be reached.")
    ] = 0.8,
    store: StoreFolder = None,
    ranges: Annotated[
        int | None,
        typer.Option(metavar="YEAR", help="Also the year with each rate at its low and high end."),
    ] = None,
    show_rates: Annotated[
        bool, typer.Option("--show-rates", help="Print the rates with their sources instead.")
    ] = False,
    reading: DrawsOrReading = POSTERIOR,
    draws: DrawCount = None,
    replications: RepeatCount = None,
    seed: Seed = 1,
    posterior: PosteriorFolder = None,
    settings: Settings = None,
    figures: FiguresFile = None,
    out: Out = None,
    as_json: AsJson = False,
    workers: WorkerCount = 0,
) -> None:
    """What a scenario costs by year and kind, who pays, when the ESF pays, what it buys."""
    from sim.experiment.design import designed
    from sim.money.budget import budget as make_budget
    from sim.money.outcomes import outcomes

    own = own_figures(figures, costs_count=True)
    chosen_rates = rates_of(own, rates)
    if show_rates:
        rows = _plain(chosen_rates.frame)
        if as_json:
            print_json(rows)
        else:
            from sim.present.rates_text import rates_text

            typer.echo(rates_text(chosen_rates))
        return
    if planned and (posts is not None or ranges is not None):
        told = say("says the posts itself: leave out --posts and --ranges")
        raise InputError(Problem("agsim budget", "--plan", told, say("or leave out --plan")))
    if planned:
        _costed(
            chosen_scenario(scenario, settings, figures=with_posts(own)),
            chosen_rates,
            probability,
            esf_until,
            figures,
            {
                "reading": reading,
                "draws": draws,
                "replications": replications,
                "posterior": posterior,
                "seed": seed,
            },
            store,
            out,
            as_json,
            workers,
        )
        return
    changes = {} if posts is None else {"posts.target": posts}
    chosen = chosen_scenario(scenario, settings, changes, with_posts(own))
    found = make_budget(chosen, rates=chosen_rates, esf_until=esf_until)
    check_year(found, esf_until)
    if ranges is not None and ranges not in found.years:
        told = say(
            "is {year}, the budget goes from {first} to {last}",
            year=ranges,
            first=found.years[0],
            last=found.years[-1],
        )
        raise InputError(Problem("agsim budget", "--ranges", told, say("name a year of it")))
    folder, bought = folder_for(out), None
    if hours:
        asked: dict[str, Any] = {
            "reading": reading,
            "draws": draws,
            "replications": replications,
            "posterior": posterior,
        }
        design = designed([chosen, chosen], **asked)
        on = workers_for(workers, design.seconds("compiled"))
        with progress_bar(design.runs, say("replications")) as step:
            bought = outcomes(
                chosen,
                rates=chosen_rates,
                esf_until=esf_until,
                seed=seed,
                workers=on,
                store=store_for(store),
                progress=step,
                **asked,
            )
        found = bought.plan
    moved = None if ranges is None else _ranges(found, ranges)
    if folder is not None:
        _write(folder, found, bought, moved, seed)
    if as_json:
        print_json(_told(found, bought, moved))
    else:
        typer.echo("\n\n".join(str(each) for each in (found, bought, moved) if each is not None))
    say_where(folder)


def _costed(
    chosen: Scenario,
    rates: Rates,
    probability: float,
    esf_until: int | None,
    figures: str | None,
    asked: dict[str, Any],
    store: str | None,
    out: str | None,
    as_json: bool,
    workers: int,
) -> None:
    """The plan of a scenario's target, and what it costs."""
    from sim.documents.report import Report
    from sim.experiment.files import manifest, write_manifest, write_parquet, write_text
    from sim.experiment.replication import seconds_of
    from sim.levers import NAMES
    from sim.money.budget import budget as make_budget
    from sim.money.from_plan import checked, money_of
    from sim.planning.combinations import combinations_of
    from sim.planning.plan import EVALUATIONS_A_WORLD, plan, worlds_of

    checked(probability)
    check_year(make_budget(chosen, rates=rates), esf_until)
    if asked["reading"] != POSTERIOR:
        told = say("needs draws of the posterior: readings have no probabilities")
        raise InputError(Problem("agsim budget", "--plan", told, say("leave out --reading")))
    worlds = worlds_of(chosen, combinations=combinations_of(NAMES), **asked).worlds
    folder, kept = folder_for(out), store_for(store)
    one = len(worlds[0].numbers) * seconds_of(worlds[0].scenario, "compiled")
    on = workers_for(workers, len(worlds) * EVALUATIONS_A_WORLD * one)
    with progress_bar(len(worlds), say("draws")) as step:
        made = plan(chosen, workers=on, store=kept, progress=step, **asked)
    found = money_of(made, rates=rates, probability=probability, esf_until=esf_until)
    tables = {
        "bands": found.bands,
        "combinations": found.combinations,
        "pareto": found.pareto,
        "marginal": found.marginal(),
        "recurrent": found.recurrent.summary,
    }
    if folder is not None:
        for name, table in tables.items():
            write_parquet(folder / f"{name}.parquet", table)
        write_text(folder / "money.txt", f"{found}\n")
        Report(found, figures=figures).workbook(folder / "money.xlsx")
        write_pictures(folder, "money", found.plot())
        about = {"command": "budget --plan", "rates": rates.where, "probability": probability}
        scenarios = {chosen.given.name: chosen}
        write_manifest(folder, manifest(scenarios, int(asked["seed"]), about))
    if as_json:
        print_json({name: _plain(table) for name, table in tables.items()})
    else:
        typer.echo(str(found))
    say_where(folder)


def _ranges(found: Budget, year: int) -> Ranges:
    from sim.money.ranges import moving_rates, rate_ranges

    with progress_bar(len(moving_rates(found)), say("rates")) as step:
        return rate_ranges(found, year, step)


def _told(found: Budget, bought: Outcomes | None, moved: Ranges | None) -> dict[str, Any]:
    """What --json prints; amounts are texts, so that no cent is lost."""
    return {
        "scenario": found.scenario.title,
        "by_year": _plain(found.by_year()),
        "by_payer_and_kind": _plain(found.sums("year", "payer", "kind")),
        "treasury": _plain(found.treasury.frame),
        "outcomes": [] if bought is None else records(_summary(bought)),
        "ranges": [] if moved is None else _plain(moved.frame),
    }


def _summary(bought: Outcomes) -> Any:
    """On draws all together, then by reading; else by reading."""
    import pandas as pd

    if bought.results.posterior is None:
        return bought.summary("reading")
    return pd.concat([bought.summary(), bought.summary("reading")], ignore_index=True)


def _plain(frame: Any) -> list[dict[str, Any]]:
    return [
        {key: str(value) if isinstance(value, Decimal) else value for key, value in row.items()}
        for row in records(frame)
    ]


def _write(
    folder: Path, found: Budget, bought: Outcomes | None, moved: Ranges | None, seed: int
) -> None:
    from sim.documents.workbook import write_budget_workbook
    from sim.experiment.files import manifest, write_manifest, write_parquet, write_text

    write_parquet(folder / "budget_lines.parquet", found.frame)
    write_parquet(folder / "budget_by_year.parquet", found.by_year())
    write_parquet(folder / "treasury.parquet", found.treasury.frame)
    write_parquet(folder / "rates.parquet", found.rates.frame)
    text = f"{found}\n"
    if bought is not None:
        write_parquet(folder / "outcomes.parquet", _summary(bought))
        text += f"\n{bought}\n"
    if moved is not None:
        write_parquet(folder / "ranges.parquet", moved.frame)
        text += f"\n{moved}\n"
    write_text(folder / "budget.txt", text)
    write_budget_workbook(found, bought, folder / "budget.xlsx")
    write_pictures(folder, "budget", found.plot())
    about = {"command": "budget", "rates": found.rates.where, "esf_until": found.esf_until}
    write_manifest(folder, manifest({found.scenario.given.name: found.scenario}, seed, about))
