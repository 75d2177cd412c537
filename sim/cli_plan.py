"""`agsim plan`: what a target takes, and what levers bring of it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli_options import (
    AsJson,
    DrawCount,
    DrawsOrReading,
    Engine,
    EngineName,
    FiguresFile,
    Out,
    PosteriorFolder,
    RepeatCount,
    Seed,
    Settings,
    StoreFolder,
    WorkerCount,
)
from sim.cli_reach import Money, rates_of, reached, the_other_way
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
    write_results,
)
from sim.parameters import POSTERIOR
from sim.words import say

if TYPE_CHECKING:
    from pathlib import Path

    from sim.experiment.executor import Workers
    from sim.own_figures.read import OwnFigures
    from sim.planning.plan import Plan
    from sim.scenario import Scenario


class TargetMeasure(StrEnum):
    """What a target counts."""

    ENTRIES = "entries"
    PEOPLE_SUPPORTED = "people_supported"


TargetPeople = Annotated[float | None, typer.Option("--target", help="People a year to reach.")]
Counted = Annotated[TargetMeasure | None, typer.Option("--measure", help="What is counted.")]
TargetYear = Annotated[int | None, typer.Option("--year", help="Year in which it is counted.")]
PlannedScenario = Annotated[str, typer.Argument(help="A scenario; its levers and target count.")]
DEFAULT_SCENARIO = "target-2022"
PROJECTED_DRAWS = 40


def with_target(
    scenario: str,
    settings: list[str] | None,
    target: float | None,
    measure: TargetMeasure | None,
    year: int | None,
    figures: OwnFigures | None = None,
) -> Scenario:
    """The scenario of a plan, with the target asked for on the command line."""
    asked: dict[str, Any] = {
        "target.people": target,
        "target.measure": measure,
        "target.year": year,
    }
    if year is not None:
        asked["horizon.end"] = f"{year + 3}-01-01" if 1 <= year <= 9000 else year
    changes = {path: value for path, value in asked.items() if value is not None}
    return chosen_scenario(scenario, settings, changes, figures)


def plan(
    scenario: PlannedScenario = DEFAULT_SCENARIO,
    target: TargetPeople = None,
    measure: Counted = None,
    year: TargetYear = None,
    levers: Annotated[str, typer.Option(help="all, none, or names with commas.")] = "all",
    posts: Annotated[
        int | None, typer.Option(help="The other way round: what so many funded posts reach.")
    ] = None,
    budget: Annotated[
        float | None,
        typer.Option(help="The same for what so many euros a year pay: more posts, and levers."),
    ] = None,
    counting: Annotated[
        str | None,
        typer.Option(help="Of --budget: gross (default), or without_esf (its part comes on top)."),
    ] = None,
    rates: Annotated[
        str | None, typer.Option(help="Of --budget: a file with rates of your own.")
    ] = None,
    reading: DrawsOrReading = POSTERIOR,
    draws: DrawCount = None,
    replications: RepeatCount = None,
    posterior: PosteriorFolder = None,
    seed: Seed = 1,
    engine: EngineName = Engine.COMPILED,
    settings: Settings = None,
    figures: FiguresFile = None,
    store: StoreFolder = None,
    out: Out = None,
    as_json: AsJson = False,
    workers: WorkerCount = 0,
) -> None:
    """How many posts, and how many orientations, a target takes; what levers bring of them.

    On 200 draws of the posterior by default, each with all combinations of the levers: about
    six minutes the first time, seconds when asked again. With --posts or --budget the other
    way round: the best that they reach, and how, on 40 draws.
    """
    from sim.experiment.replication import seconds_of
    from sim.planning.combinations import combinations_of
    from sim.planning.plan import EVALUATIONS_A_WORLD, chosen_levers, worlds_of
    from sim.planning.plan import plan as make_plan

    other_way = the_other_way(posts, budget, counting, rates)
    own = own_figures(figures, costs_count=budget is not None)
    posts_of_own = own if budget is None else with_posts(own)
    chosen = with_target(scenario, settings, target, measure, year, posts_of_own)
    asked: dict[str, Any] = {
        "reading": reading,
        "draws": draws,
        "replications": replications,
        "posterior": posterior,
        "seed": seed,
        "engine": engine.value,
    }
    if other_way:
        given = posts if budget is None else Money(budget, counting, rates_of(own, rates))
        reached(chosen, levers, given, asked, store, out, as_json, workers)
        return
    worlds = worlds_of(chosen, combinations=combinations_of(chosen_levers(levers)), **asked).worlds
    folder, kept = folder_for(out), store_for(store)
    one = len(worlds[0].numbers) * seconds_of(worlds[0].scenario, engine.value)
    on = workers_for(workers, len(worlds) * EVALUATIONS_A_WORLD * one)
    unit = say("draws") if reading == POSTERIOR else say("readings")
    with progress_bar(len(worlds), unit) as step:
        found = make_plan(chosen, levers=levers, workers=on, store=kept, progress=step, **asked)
    if folder is not None:
        write_plan(folder, found, on)
    if as_json:
        print_json(told(found))
    else:
        typer.echo(str(found))
    say_where(folder)


def told(plan: Plan) -> Any:
    """What --json prints: by reading a list of answers; on draws the summaries."""
    if plan.draws is None:
        return records(plan.frame)
    return {
        "target": records(plan.frame[["target", "measure", "year", "posts_today"]].head(1))[0],
        "draws": len(plan.answers),
        "sizing": records(plan.summary()),
        "sizing_by_reading": records(plan.summary(by="reading")),
        "combinations": records(plan.combinations_summary()),
        "combinations_by_reading": records(plan.combinations_summary(by="reading")),
    }


def write_plan(folder: Path, found: Plan, workers: Workers) -> None:
    """Write a plan's frames, its text, its picture and its manifest into a folder.

    On draws also the projection of what it proposes (the posts that are enough with 80 %, the
    levers), so that `agsim lookback` can lay over it what came true.
    """
    from sim.experiment.files import manifest, write_manifest, write_parquet, write_text
    from sim.experiment.results import simulate

    write_parquet(folder / "plan.parquet", found.frame)
    write_parquet(folder / "combinations.parquet", found.combinations)
    write_text(folder / "plan.txt", f"{found}\n")
    write_pictures(folder, "plan", found.plot())
    if found.draws is not None:
        write_pictures(folder, "hiring", found.plot_hiring())
    about: dict[str, Any] = {
        "levers": found.levers,
        "planned": {"replications": found.replications, "worlds": len(found.answers)},
    }
    if found.draws is None:
        scenarios = {found.scenario.given.name: found.scenario}
        write_manifest(folder, manifest(scenarios, found.seed, {"command": "plan", **about}))
        return
    write_parquet(folder / "summary.parquet", found.summary())
    write_parquet(folder / "combinations_summary.parquet", found.combinations_summary())
    write_parquet(folder / "hiring_path.parquet", found.hiring_path())
    results = simulate(
        found.chosen(),
        draws=min(PROJECTED_DRAWS, len(found.answers)),
        replications=1,
        posterior=found.posterior,
        seed=found.seed,
        engine=found.engine,
        workers=workers,
    )
    write_results(folder, results, "plan", more=about)
