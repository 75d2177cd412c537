"""`agsim sensitivity`: what a plan hangs on, what to measure first, which plan to trust."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli_options import (
    AsJson,
    DrawCount,
    Out,
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
from sim.cli_support import (
    folder_for,
    print_json,
    progress_bar,
    records,
    say_where,
    store_for,
    workers_for,
)
from sim.words import say

if TYPE_CHECKING:
    from pathlib import Path

    from sim.planning.sensitivity import Sensitivity


def sensitivity(
    scenario: PlannedScenario = DEFAULT_SCENARIO,
    target: TargetPeople = None,
    measure: Counted = None,
    year: TargetYear = None,
    levers: Annotated[str, typer.Option(help="all, none, or names with commas.")] = "all",
    draws: DrawCount = None,
    posterior: PosteriorFolder = None,
    worth: Annotated[
        float, typer.Option(help="What an entry short of the target counts, in today's cost.")
    ] = 2.0,
    lever: Annotated[
        float | None, typer.Option(help="What running a lever costs, in posts; else an assumption.")
    ] = None,
    samples: Annotated[
        int, typer.Option(help="Base samples of the Sobol indices, a power of two; 0: none.")
    ] = 64,
    seed: Seed = 1,
    settings: Settings = None,
    store: StoreFolder = None,
    out: Out = None,
    as_json: AsJson = False,
    workers: WorkerCount = 0,
) -> None:
    """What the plan hangs on, what to measure first, and which plan bears not knowing.

    Makes the plan (`agsim plan`) where the store does not have it, then a minute or two for
    the Sobol indices.
    """
    from sim.experiment.replication import seconds_of
    from sim.planning.combinations import combinations_of
    from sim.planning.plan import EVALUATIONS_A_WORLD, chosen_levers, worlds_of
    from sim.planning.plan import plan as make_plan
    from sim.planning.sensitivity import checked
    from sim.planning.sensitivity import sensitivity as look

    chosen = with_target(scenario, settings, target, measure, year)
    names = chosen_levers(levers)
    asked: dict[str, Any] = {"draws": draws, "posterior": posterior, "seed": seed}
    worlds = worlds_of(chosen, combinations=combinations_of(names), **asked).worlds
    checked(len(worlds), worth, lever, samples or None)
    folder, kept = folder_for(out), store_for(store)
    on = workers_for(workers, len(worlds) * EVALUATIONS_A_WORLD * seconds_of(worlds[0].scenario))
    with progress_bar(len(worlds), say("draws")) as step:
        plan = make_plan(chosen, levers=names, workers=on, store=kept, progress=step, **asked)
    with progress_bar(0, say("approximate sizing points")) as step:
        found = look(
            plan, sobol=samples > 0, samples=samples or None, worth=worth, lever=lever,
            workers=on, store=kept, progress=step,
        )  # fmt: skip
    if folder is not None:
        _write(folder, found)
    if as_json:
        print_json(
            {
                "variance": records(found.variance),
                "value": records(found.value),
                "thresholds": records(found.thresholds),
                "choices": records(found.choices),
                "turning_points": records(found.turning_points),
                "sobol": _sobol(found),
            }
        )
    else:
        typer.echo(str(found))
    say_where(folder)


def _sobol(found: Sensitivity) -> list[dict[str, Any]]:
    indices = found.sobol
    if indices is None:
        return []
    return [
        {
            "output": output,
            "group": group,
            "first": float(indices.first[o, g]),
            "total": float(indices.total[o, g]),
        }
        for o, output in enumerate(indices.outputs)
        for g, group in enumerate(indices.groups)
    ]


def _write(folder: Path, found: Sensitivity) -> None:
    """Write all tables, the text and the picture into a folder."""
    import pandas as pd

    from sim.experiment.files import (
        manifest,
        write_manifest,
        write_parquet,
        write_text,
        write_whole,
    )

    for name in ("variance", "value", "thresholds", "choices", "turning_points"):
        write_parquet(folder / f"{name}.parquet", getattr(found, name))
    write_parquet(folder / "sobol.parquet", pd.DataFrame(_sobol(found)))
    write_text(folder / "sensitivity.txt", f"{found}\n")
    write_whole(
        folder / "sensitivity.png",
        lambda part: found.plot().savefig(part, format="png", dpi=150),
    )
    about = {"command": "sensitivity", "worth": found.worth, "lever": found.regrets.lever}
    plan = found.plan
    scenarios = {plan.scenario.given.name: plan.scenario}
    write_manifest(folder, manifest(scenarios, plan.seed, about))
