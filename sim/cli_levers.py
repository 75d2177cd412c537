"""`agsim levers`: what each lever brings at stated posts, alone and together."""

from __future__ import annotations

from functools import partial
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
from sim.cli_support import (
    chosen_scenario,
    folder_for,
    print_json,
    progress_bar,
    records,
    say_where,
    store_for,
    workers_for,
)
from sim.parameters import POSTERIOR
from sim.words import say

if TYPE_CHECKING:
    from sim.planning.attributed import Attribution, Drawn

FRAMES = ("together", "shares", "pairs", "combinations", "delays", "saturation")


def levers(
    scenario: Annotated[str, typer.Argument(help="A scenario; its intensities count.")] = (
        "target-2022"
    ),
    posts: Annotated[
        int | None,
        typer.Option(help="Funded posts; else the scenario's, or today's where it has none."),
    ] = None,
    year: Annotated[int | None, typer.Option(help="Year in which it is counted.")] = None,
    measure: Annotated[str, typer.Option(help="What is counted.")] = "entries",
    names: Annotated[str, typer.Option("--levers", help="all, or names with commas.")] = "all",
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
    """What each lever brings at stated posts: alone, last in, its Shapley share, together.

    All combinations are run on posterior draws (about three minutes on two cores). What they
    bring by acting together is told apart: built into the effects, or emerging from the flow.
    """
    from sim.planning.attribution import answered
    from sim.planning.lever_question import asked

    question = asked(
        chosen_scenario(scenario, settings),
        posts,
        levers=names,
        year=year,
        measure=measure,
        reading=reading,
        draws=draws,
        replications=replications,
        posterior=posterior,
        seed=seed,
        engine=engine.value,
        store=store_for(store),
    )
    folder = folder_for(out)
    on = workers_for(workers, question.seconds)
    with progress_bar(question.evaluations, say("runs")) as step:
        found = answered(question, on, step)
    if folder is not None:
        _write(folder, found)
    if as_json:
        print_json({name: records(getattr(found, name)) for name in FRAMES})
    else:
        typer.echo(str(found))
    say_where(folder)


def _write(folder: Path, found: Attribution) -> None:
    """Frames, every run, the text, the pictures, the manifest."""
    from sim.experiment.files import (
        manifest,
        write_manifest,
        write_parquet,
        write_text,
        write_whole,
    )

    for name in FRAMES:
        write_parquet(folder / f"{name}.parquet", getattr(found, name))
    write_parquet(folder / "runs.parquet", found.frame)
    write_text(folder / "levers.txt", f"{found}\n")
    shown: Drawn
    for shown in ("combinations", "shares"):
        picture = found.plot(shown)
        write_whole(folder / f"{shown}.png", partial(picture.savefig, format="png", dpi=150))
    asked, design = found.question, found.question.design
    about: dict[str, Any] = {
        "command": "levers",
        "levers": asked.levers,
        "posts": asked.posts,
        "year": asked.year,
        "measure": asked.measure,
        "replications": design.replications,
        "draws": design.draws,
        "engine": asked.engine,
    }
    if design.posterior is not None:
        about["posterior"] = design.posterior.fingerprint
    scenarios = {f"{name}/{label}": each for (name, label), each in design.scenarios.items()}
    write_manifest(folder, manifest(scenarios, asked.seed, about))
