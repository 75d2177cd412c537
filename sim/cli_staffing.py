"""`agsim feasibility` and `agsim staffing`: what is possible with how many posts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli_options import (
    AsJson,
    DrawCount,
    DrawsOrReading,
    Engine,
    EngineName,
    Out,
    PosteriorFolder,
    RepeatCount,
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
from sim.parameters import POSTERIOR
from sim.words import say

if TYPE_CHECKING:
    from sim.planning.feasibility import Feasibility
    from sim.planning.staffing_curve import StaffingCurve
    from sim.scenario import Scenario

AnyReading = Annotated[
    str, typer.Option("--reading", help="'all', the name of one, or 'own_figures'.")
]
LEVERS = typer.Option(help="all, none, or names with commas.")


def feasibility(
    scenario: PlannedScenario = DEFAULT_SCENARIO,
    target: TargetPeople = None,
    measure: Counted = None,
    year: TargetYear = None,
    reading: AnyReading = "all",
    levers: Annotated[str, LEVERS] = "all",
    replications: RepeatCount = None,
    seed: Seed = 1,
    engine: EngineName = Engine.COMPILED,
    settings: Settings = None,
    out: Out = None,
    as_json: AsJson = False,
    workers: WorkerCount = 0,
) -> None:
    """What is possible with which posts and orientations: what posts cannot do, levers must.

    Under the point fits of the readings: about a minute for all five on two cores. --out DIR
    also writes the picture.
    """
    from sim.planning.feasibility import feasibility as look
    from sim.planning.standing import EVALUATIONS_A_WORLD
    from sim.reading_fits import readings

    chosen = with_target(scenario, settings, target, measure, year)
    folder = folder_for(out)
    worlds = len(readings()) if reading == "all" else 1
    evaluations = worlds * EVALUATIONS_A_WORLD
    on = workers_for(workers, evaluations * _seconds(chosen, engine, replications or 4))
    with progress_bar(evaluations, say("evaluations")) as step:
        found = look(
            chosen,
            reading,
            levers=levers,
            replications=replications,
            seed=seed,
            engine=engine.value,
            workers=on,
            progress=step,
        )
    if folder is not None:
        write_feasibility(folder, found)
    if as_json:
        print_json(
            {
                "summary": records(found.summary),
                "points": records(found.points),
                "errors": records(found.errors()),
            }
        )
    else:
        typer.echo(str(found))
    say_where(folder)


def staffing(
    scenario: PlannedScenario = DEFAULT_SCENARIO,
    year: TargetYear = None,
    levers: Annotated[str, LEVERS] = "none",
    posts: Annotated[
        str | None, typer.Option(help="Numbers of posts with commas; to 3 × today's by default.")
    ] = None,
    worth: Annotated[
        float, typer.Option(help="Entries a year below which one more post brings nothing.")
    ] = 5.0,
    reading: DrawsOrReading = POSTERIOR,
    draws: DrawCount = None,
    replications: RepeatCount = None,
    posterior: PosteriorFolder = None,
    seed: Seed = 1,
    engine: EngineName = Engine.COMPILED,
    settings: Settings = None,
    store: StoreFolder = None,
    out: Out = None,
    as_json: AsJson = False,
    workers: WorkerCount = 0,
) -> None:
    """What more posts bring: entries, delay, load, the marginal post, better allocation.

    On 40 draws of the posterior: two to three minutes on two cores, seconds when asked again.
    --out DIR also writes the picture.
    """
    from sim.planning.staffing_curve import DRAWS, VARIATIONS, chosen_posts, staffing_curve
    from sim.reading_fits import readings

    chosen = with_target(scenario, settings, None, None, year)
    numbers = None if posts is None else posts_named(posts)
    steps = (len(VARIATIONS) + 1) * len(chosen_posts(chosen, numbers, replications))
    on_draws = reading == POSTERIOR
    worlds = (draws or DRAWS) if on_draws else len(readings()) if reading == "all" else 1
    one = _seconds(chosen, engine, replications or (1 if on_draws else 4))
    folder, kept = folder_for(out), store_for(store)
    on = workers_for(workers, worlds * steps * one)
    with progress_bar(worlds * steps, say("evaluations")) as step:
        found = staffing_curve(
            chosen,
            levers=levers,
            posts=numbers,
            worth=worth,
            reading=reading,
            draws=draws,
            replications=replications,
            posterior=posterior,
            seed=seed,
            engine=engine.value,
            workers=on,
            store=kept,
            progress=step,
        )
    if folder is not None:
        write_staffing(folder, found)
    if as_json:
        print_json(staffing_told(found))
    else:
        typer.echo(str(found))
    say_where(folder)


def posts_named(text: str) -> list[int]:
    """Numbers of posts from a text with commas; `InputError` where one is none."""
    problems, numbers = [], []
    for each in text.split(","):
        if each.strip().isdigit():
            numbers.append(int(each))
        else:
            told = say("is not a whole number of posts")
            problems.append(
                Problem("agsim staffing", f"--posts {each}", told, say("try 1200,1500,2000"))
            )
    if problems:
        raise InputError(problems)
    return numbers


def _seconds(scenario: Scenario, engine: Engine, replications: int) -> float:
    """About how long one evaluation takes; readings and draws take about the same."""
    from sim.experiment.replication import seconds_of
    from sim.reading_fits import chosen_readings

    _, ready = chosen_readings(scenario, "process")[0]
    return replications * seconds_of(ready, engine.value)


def write_feasibility(folder: Path, found: Feasibility) -> None:
    """Write the picture, its frames, its text and its manifest into a folder."""
    from sim.experiment.files import manifest, write_manifest, write_parquet, write_text

    write_parquet(folder / "surface.parquet", found.frame)
    write_parquet(folder / "points.parquet", found.points)
    write_parquet(folder / "summary.parquet", found.summary)
    write_parquet(folder / "trials.parquet", found.trials)
    write_text(folder / "feasibility.txt", f"{found}\n")
    write_pictures(folder, "feasibility", found.plot())
    write_pictures(folder, "binding", found.plot_binding())
    about = {
        "command": "feasibility",
        "levers": found.levers,
        "replications": found.replications,
        "engine": found.engine,
    }
    scenarios = {found.scenario.given.name: found.scenario}
    write_manifest(folder, manifest(scenarios, found.seed, about))


def staffing_told(found: StaffingCurve) -> dict[str, Any]:
    """What --json prints: summaries together and by reading."""
    return {
        "posts": list(found.posts),
        **{
            name: {
                "together": records(part("together")),
                "by_reading": records(part("reading")),
            }
            for name, part in _parts(found).items()
        },
    }


def write_staffing(folder: Path, found: StaffingCurve) -> None:
    """Write the curve's frames, its text, its picture and its manifest into a folder."""
    import pandas as pd

    from sim.experiment.files import manifest, write_manifest, write_parquet, write_text

    write_parquet(folder / "curve.parquet", found.frame)
    for name, part in _parts(found).items():
        both = [part("together"), part("reading")] if found.draws is not None else [part("reading")]
        write_parquet(folder / f"{name}.parquet", pd.concat(both, ignore_index=True))
    write_text(folder / "staffing.txt", f"{found}\n")
    write_pictures(folder, "staffing", found.plot())
    about: dict[str, Any] = {
        "command": "staffing",
        "levers": found.levers,
        "posts": found.posts,
        "worth": found.worth,
        "replications": found.replications,
        "engine": found.engine,
    }
    if found.posterior is not None:
        about["posterior"] = {
            "folder": str(found.posterior.folder),
            "fingerprint": found.posterior.fingerprint,
            "draws": len(found.readings),
        }
    scenarios = {found.scenario.given.name: found.scenario}
    write_manifest(folder, manifest(scenarios, found.seed, about))


def _parts(found: StaffingCurve) -> dict[str, Any]:
    return {
        "summary": found.summary,
        "marginal": found.marginal,
        "exhausted": found.exhausted,
        "allocation": found.allocation,
    }
