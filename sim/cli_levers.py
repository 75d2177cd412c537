"""`agsim levers`: what each lever brings at stated posts, alone and together."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli_support import (
    chosen_scenario,
    folder_for,
    print_json,
    progress_bar,
    records,
    say_where,
    workers_for,
)
from sim.parameters import POSTERIOR

if TYPE_CHECKING:
    from sim.planning.attributed import Attribution, Shown

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
    reading: Annotated[
        str,
        typer.Option(
            help="'posterior' (draws), or point fits: a reading, 'all', or 'own_figures'."
        ),
    ] = POSTERIOR,
    draws: Annotated[
        int | None, typer.Option(min=1, help="Posterior draws to run; 40 by default.")
    ] = None,
    replications: Annotated[
        int | None, typer.Option(min=1, help="Of each draw (2 by default) or reading (4).")
    ] = None,
    posterior: Annotated[
        str | None, typer.Option(help="Folder of a posterior sample instead of the shipped one.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of all random streams.")] = 1,
    engine: Annotated[str, typer.Option(help="compiled, or the SimPy reference: simpy.")] = (
        "compiled"
    ),
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Change a value; may be repeated."),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(help="Folder that keeps every run: a second one reads, a stopped one goes on"),
    ] = None,
    out: Annotated[str | None, typer.Option(help="Folder for results; written whole.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
    workers: Annotated[int, typer.Option(min=0, help="Worker processes; 0: one a core.")] = 0,
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
        engine=engine,
        store=store,
    )
    folder = folder_for(out)
    on = workers_for(workers, question.seconds)
    with progress_bar(question.evaluations, "runs") as step:
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
    shown: Shown
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
