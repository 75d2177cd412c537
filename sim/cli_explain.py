"""The command `agsim explain`: why two scenarios differ, as a waterfall."""

from __future__ import annotations

from typing import Annotated

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
    WorkerCount,
)
from sim.cli_support import (
    chosen_scenario,
    folder_for,
    print_json,
    progress_bar,
    records,
    say_where,
    workers_for,
    write_pictures,
)
from sim.parameters import POSTERIOR
from sim.words import say


def explain(
    a: Annotated[str, typer.Argument(help="The scenario to start from.")],
    b: Annotated[str, typer.Argument(help="The scenario to arrive at.")],
    measure: Annotated[str, typer.Option(help="Which result.")] = "entries",
    year: Annotated[
        int | None, typer.Option(help="Of which year; the target's year of B by default.")
    ] = None,
    order: Annotated[
        str, typer.Option(help="Steps to come first, with commas: posts,levers.shared_target.")
    ] = "",
    reading: DrawsOrReading = POSTERIOR,
    draws: DrawCount = None,
    posterior: PosteriorFolder = None,
    replications: RepeatCount = None,
    seed: Seed = 1,
    engine: EngineName = Engine.COMPILED,
    settings: Settings = None,
    out: Out = None,
    as_json: AsJson = False,
    workers: WorkerCount = 0,
) -> None:
    """What makes B differ from A: the share of each group of inputs in the difference."""
    from sim.planning.explain import explained, requested

    request = requested(
        chosen_scenario(a, settings),
        chosen_scenario(b, settings),
        measure=measure,
        year=year,
        order=[name.strip() for name in order.split(",") if name.strip()],
        reading=reading,
        draws=draws,
        replications=replications,
        posterior=posterior,
        seed=seed,
    )
    folder = folder_for(out)
    on = workers_for(workers, request.seconds(engine.value))
    with progress_bar(request.runs, say("runs")) as step:
        found = explained(request, seed, engine.value, on, step)
    if folder is not None:
        from sim.experiment.files import manifest, write_manifest, write_parquet, write_text

        write_parquet(folder / "explanation.parquet", found.frame)
        write_parquet(folder / "interactions.parquet", found.interactions)
        write_parquet(folder / "inputs.parquet", found.inputs.astype(str))
        write_text(folder / "explanation.txt", f"{found}\n")
        write_pictures(folder, "explanation", found.plot())
        about = {
            "command": "explain",
            "measure": measure,
            "year": request.year,
            "replications": request.design.replications,
            "draws": request.design.draws,
            "engine": engine.value,
        }
        scenarios = dict(zip(request.names, (request.a, request.b), strict=True))
        write_manifest(folder, manifest(scenarios, seed, about))
    if as_json:
        print_json(
            {
                "steps": records(found.frame),
                "interactions": records(found.interactions),
                "inputs": records(found.inputs),
            }
        )
    else:
        typer.echo(str(found))
    say_where(folder)
