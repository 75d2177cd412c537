"""`agsim report`: the documents of a plan, for a budget meeting."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli_options import (
    DrawCount,
    FiguresFile,
    PosteriorFolder,
    Seed,
    Settings,
    StoreFolder,
    WorkerCount,
)
from sim.cli_plan import (
    DEFAULT_SCENARIO,
    Counted,
    PlannedScenario,
    TargetPeople,
    TargetYear,
    with_target,
)
from sim.cli_reach import check_year, rates_of
from sim.cli_support import own_figures, progress_bar, store_for, with_posts, workers_for
from sim.errors import InputError, Problem
from sim.parameters import POSTERIOR
from sim.words import say

if TYPE_CHECKING:
    from sim.documents.report import Report

ENDINGS = {"--xlsx": ".xlsx", "--html": ".html", "--pdf": ".pdf"}


def report(
    scenario: PlannedScenario = DEFAULT_SCENARIO,
    xlsx: Annotated[
        str | None, typer.Option("--xlsx", help="Write the workbook to this file.")
    ] = None,
    html: Annotated[
        str | None, typer.Option("--html", help="Write the report to this file.")
    ] = None,
    pdf: Annotated[
        str | None,
        typer.Option("--pdf", help="Write it as PDF; needs Chromium, Chrome or Edge."),
    ] = None,
    target: TargetPeople = None,
    measure: Counted = None,
    year: TargetYear = None,
    levers: Annotated[str, typer.Option(help="all, none, or names with commas.")] = "all",
    probability: Annotated[
        float, typer.Option(help="With which the target is to be reached.")
    ] = 0.8,
    rates: Annotated[
        str | None, typer.Option(help="A file with rates of your own, laid over the shipped ones.")
    ] = None,
    esf_until: Annotated[
        int | None, typer.Option(help="Last year in which the ESF pays: what if it stops.")
    ] = None,
    hours: Annotated[
        bool,
        typer.Option(help="Simulate entries and stays: cost per entry and per durable job."),
    ] = True,
    draws: DrawCount = None,
    posterior: PosteriorFolder = None,
    seed: Seed = 1,
    settings: Settings = None,
    figures: FiguresFile = None,
    store: StoreFolder = None,
    workers: WorkerCount = 0,
) -> None:
    """Write the documents of a plan: a workbook, a report of a few pages, or both.

    The plan is that of `agsim plan`, which takes minutes the first time and seconds when it
    was made before.
    """
    from sim.documents.report import report as make_report
    from sim.experiment.design import DRAWS as OUTCOME_DRAWS
    from sim.experiment.replication import seconds_of
    from sim.money.budget import budget
    from sim.money.from_plan import checked
    from sim.planning.combinations import combinations_of
    from sim.planning.plan import EVALUATIONS_A_WORLD, chosen_levers, plan, worlds_of

    files = _files({"--xlsx": xlsx, "--html": html, "--pdf": pdf})
    own = own_figures(figures, costs_count=True)
    chosen_rates = rates_of(own, rates)
    chosen = with_target(scenario, settings, target, measure, year, with_posts(own))
    checked(probability)
    check_year(budget(chosen, rates=chosen_rates), esf_until)
    asked: dict[str, Any] = {
        "reading": POSTERIOR,
        "draws": draws,
        "posterior": posterior,
        "seed": seed,
    }
    worlds = worlds_of(chosen, combinations=combinations_of(chosen_levers(levers)), **asked).worlds
    one = len(worlds[0].numbers) * seconds_of(worlds[0].scenario, "compiled")
    on = workers_for(workers, len(worlds) * EVALUATIONS_A_WORLD * one)
    kept = store_for(store)
    with progress_bar(len(worlds), "draws") as step:
        made = plan(chosen, levers=levers, workers=on, store=kept, progress=step, **asked)
    found = make_report(
        made, rates=chosen_rates, probability=probability, esf_until=esf_until, figures=figures
    )
    if hours:
        runs = 2 * made.replications * min(len(worlds), OUTCOME_DRAWS)
        with progress_bar(runs, say("replications")) as step:
            found = found.with_outcomes(workers=on, store=kept, progress=step)
    for option, path in files.items():
        _write(found, option, path)
        typer.echo(str(path))


def _files(asked: dict[str, str | None]) -> dict[str, Path]:
    """The files to write, by their options; each with its ending, in a folder that is there."""
    files = {option: Path(path) for option, path in asked.items() if path is not None}
    problems = []
    if not files:
        told = say("says no file to write")
        remedy = say("add --xlsx FILE, --html FILE or --pdf FILE")
        problems.append(Problem("agsim report", "", told, remedy))
    for option, path in files.items():
        if path.suffix.lower() != ENDINGS[option]:
            ending = ENDINGS[option]
            told = say("is '{name}', its ending must be {ending}", name=path.name, ending=ending)
            remedy = say("such as {name}", name=f"{path.stem or 'plan'}{ending}")
            problems.append(Problem("agsim report", option, told, remedy))
        elif not path.parent.is_dir():
            told = say("is in '{folder}', which is no folder", folder=path.parent)
            problems.append(Problem("agsim report", option, told, say("make it first")))
        elif path.is_dir() or not os.access(path.parent, os.W_OK):
            told = say("is '{name}', which cannot be written", name=path)
            problems.append(Problem("agsim report", option, told, say("name another file")))
    if problems:
        raise InputError(problems)
    if "--pdf" in files:
        from sim.documents.pdf import browser

        browser()
    return files


def _write(found: Report, option: str, path: Path) -> None:
    if option == "--xlsx":
        found.workbook(path)
    elif option == "--html":
        found.pages(path)
    else:
        from sim.documents.pdf import write_pdf

        write_pdf(found, path)
