"""The command `agsim territory`: a scenario by département or région, with maps."""

from __future__ import annotations

from enum import StrEnum
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
    ScenarioName,
    Seed,
    Settings,
    WorkerCount,
)
from sim.cli_support import (
    about_posterior,
    chosen_scenario,
    folder_for,
    print_json,
    progress_bar,
    records,
    say_where,
    workers_for,
    write_pictures,
)
from sim.errors import InputError, Problem
from sim.parameters import POSTERIOR
from sim.words import say

if TYPE_CHECKING:
    from sim.experiment.by_place import ByPlace
    from sim.experiment.published import Own, Published
    from sim.scenario import Scenario

MAPPED = ("entries", "entry_delay", "load")


class Kind(StrEnum):
    """Kinds of place."""

    DEPARTEMENT = "departement"
    REGION = "region"


def territory(
    scenario: ScenarioName,
    year: Annotated[int | None, typer.Option(help="Which year; the target's by default.")] = None,
    by: Annotated[Kind, typer.Option(help="By département or région.")] = Kind.DEPARTEMENT,
    own: Annotated[
        list[str] | None,
        typer.Option(
            help="Départements on figures of their own: the folder of a posterior calibrated on "
            "them, or a scenario of them alone; may be repeated."
        ),
    ] = None,
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
    """A scenario by département or région with the total, as a table; with --out also as maps."""
    chosen = chosen_scenario(scenario, settings)
    if own:
        _with_own(
            chosen, own, year, by, reading, draws, posterior, replications, seed, engine, out,
            as_json, workers,
        )  # fmt: skip
        return
    from sim.experiment.design import designed
    from sim.experiment.results import carried_out, check_run

    design = designed(
        [chosen], reading=reading, draws=draws, replications=replications, posterior=posterior
    )
    check_run(design, engine.value, by_place=True)
    _simulated(chosen, year)
    folder = folder_for(out)
    on = workers_for(workers, design.seconds(engine.value))
    with progress_bar(design.runs, "replications") as step:
        results = carried_out(design, seed, engine.value, by_place=True, workers=on, progress=step)
    found = results.by_place(year, by.value)
    if folder is not None:
        _write(folder, found)
    if as_json:
        print_json({"measures": records(found.frame), "binds": records(found.binds)})
    else:
        typer.echo(str(found))
    say_where(folder)


def _with_own(
    scenario: Scenario,
    own: list[str],
    year: int | None,
    by: Kind,
    reading: str,
    draws: int | None,
    posterior: str | None,
    replications: int | None,
    seed: int,
    engine: Engine,
    out: str | None,
    as_json: bool,
    workers: int,
) -> None:
    from sim.experiment.published import carried_out_together, requested

    if reading != POSTERIOR or by is Kind.REGION:
        asked = "--reading" if reading != POSTERIOR else "--by"
        told = say("figures of their own go by département and on draws")
        remedy = say("leave out {asked}, or --own", asked=asked)
        raise InputError(Problem("agsim territory", asked, told, remedy))
    _simulated(scenario, year)
    request = requested(
        scenario,
        [_own(each) for each in own],
        year=year,
        draws=draws,
        replications=replications,
        sample=posterior,
    )
    folder = folder_for(out)
    on = workers_for(workers, request.seconds(engine.value))
    with progress_bar(request.runs, "replications") as step:
        found = carried_out_together(request, seed, engine.value, on, step)
    if folder is not None:
        _write_published(folder, found)
    if as_json:
        print_json(records(found.frame))
    else:
        typer.echo(str(found))
    say_where(folder)


def _own(name: str) -> Own:
    """A folder is a posterior; anything else is a scenario's name or file."""
    from sim.scenario_files import load, shipped

    if Path(name).is_dir():
        return Path(name)
    if Path(name).suffix == ".toml" or name in shipped():
        return load(name)
    told = say("is neither the folder of a posterior nor a scenario")
    remedy = say("make a posterior with `agsim calibrate --targets FILE --out {name}`", name=name)
    raise InputError(Problem("--own", name, told, remedy))


def _simulated(scenario: Scenario, year: int | None) -> None:
    """Refuse a year that will not be there before anything is run."""
    first, last = scenario.horizon.measured_from.year, scenario.calendar.years[-1]
    if year is not None and not first <= year <= last:
        told = say("{year} is not simulated", year=year)
        remedy = say("choose a year from {first} to {last}", first=first, last=last)
        raise InputError(Problem("agsim territory", "--year", told, remedy))


def _write(folder: Path, found: ByPlace) -> None:
    from sim.experiment.files import write_text

    _write_frames(folder, {"territory": found.frame, "binds": found.binds, "sums": found.sums})
    write_text(folder / "territory.txt", f"{found}\n")
    for measure in (*MAPPED, "binds"):
        write_pictures(folder, f"map_{measure}", found.plot(measure))
    about = {"command": "territory", "year": found.year, "by": found.kind, "split": found.split}
    _write_manifest(folder, found, {found.name: found.scenario}, about)


def _write_published(folder: Path, found: Published) -> None:
    from sim.experiment.files import write_text

    national = found.national
    _write_frames(folder, {"territory": found.frame, "binds": found.binds})
    write_text(folder / "territory.txt", f"{found}\n")
    for measure in (*MAPPED, "binds"):
        write_pictures(folder, f"map_{measure}", found.plot(measure))
    scenarios = {national.name: national.scenario}
    scenarios |= {f"{place}/{each.name}": each.scenario for place, each in found.own.items()}
    about = {
        "command": "territory",
        "year": national.year,
        "by": national.kind,
        "split": national.split,
        "own": {place: about_posterior(each.results) for place, each in found.own.items()},
    }
    _write_manifest(folder, national, scenarios, about)


def _write_frames(folder: Path, frames: dict[str, Any]) -> None:
    from sim.experiment.files import write_text

    for name, frame in frames.items():
        write_text(folder / f"{name}.csv", frame.to_csv(index=False, lineterminator="\n"))


def _write_manifest(
    folder: Path, found: ByPlace, scenarios: dict[str, Scenario], about: dict[str, Any]
) -> None:
    from sim.experiment.files import manifest, write_manifest

    results = found.results
    told = {**about, "replications": results.design.replications, "engine": results.engine}
    if results.posterior is not None:
        told["posterior"] = about_posterior(results)
    write_manifest(folder, manifest(scenarios, results.seed, told))
