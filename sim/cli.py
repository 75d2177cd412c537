"""The command `agsim`: thin, it parses, calls the library, prints and writes."""

from __future__ import annotations

import json
import math
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli_support import (
    chosen_scenario,
    folder_for,
    print_json,
    progress_bar,
    records,
    say_where,
    seconds_of_one_each,
    shown,
    workers_for,
    write_results,
)
from sim.errors import InputError, Problem

app = typer.Typer(
    name="agsim",
    help="How many dedicated counsellors, and which levers, accompagnement global needs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
BAD_INPUT = 2


class Engine(StrEnum):
    """The engines; they give the same results."""

    COMPILED = "compiled"
    SIMPY = "simpy"


class TargetMeasure(StrEnum):
    """What a target counts."""

    ENTRIES = "entries"
    PEOPLE_SUPPORTED = "people_supported"


ScenarioName = Annotated[str, typer.Argument(help="A shipped scenario's name, or a TOML file.")]
Replications = Annotated[int, typer.Option(min=1, help="Replications on common random numbers.")]
Seed = Annotated[int, typer.Option(help="Seed of all random streams.")]
EngineName = Annotated[Engine, typer.Option(help="compiled, or the SimPy reference.")]
ReadingName = Annotated[str, typer.Option(help="A reading, 'all', or 'own_figures'.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Change a value; may be repeated."),
]
Out = Annotated[str | None, typer.Option(help="Folder for results; files are written whole.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
Share = Annotated[
    float, typer.Option(help="Run this share of the pools, for a quick look; ± holds its error.")
]
WorkerCount = Annotated[int, typer.Option(min=0, help="Worker processes; 0: one a core.")]


@app.command()
def run(
    scenario: ScenarioName,
    replications: Replications = 2,
    seed: Seed = 1,
    engine: EngineName = Engine.COMPILED,
    reading: ReadingName = "all",
    settings: Settings = None,
    out: Out = None,
    people: Annotated[bool, typer.Option(help="Also write people.parquet to --out.")] = False,
    share: Share = 1.0,
    as_json: AsJson = False,
    workers: WorkerCount = 0,
) -> None:
    """Run a scenario and show its measures by year, under each reading."""
    from sim.experiment.results import simulate
    from sim.readings import chosen_readings

    if people and out is None:
        raise InputError(Problem("agsim run", "--people", "needs a folder", "add --out DIR"))
    if people and share != 1:
        raise InputError(Problem("agsim run", "--people", "are of all pools", "leave out --share"))
    chosen = chosen_scenario(scenario, settings)
    ready = chosen_readings(chosen, reading)
    folder = folder_for(out)
    on = workers_for(workers, share * replications * seconds_of_one_each(ready, engine.value))
    with progress_bar(len(ready) * replications, "replications") as step:
        results = simulate(
            chosen,
            reading=reading,
            replications=replications,
            seed=seed,
            engine=engine.value,
            share=share,
            workers=on,
            progress=step,
        )
    if folder is not None:
        write_results(folder, results, replications, people)
    if as_json:
        print_json(records(results.mean()))
    else:
        typer.echo(str(results))
    say_where(folder)


@app.command()
def plan(
    scenario: Annotated[str, typer.Argument(help="A scenario; its levers and target count.")] = (
        "target-2022"
    ),
    target: Annotated[float | None, typer.Option(help="People a year to reach.")] = None,
    measure: Annotated[TargetMeasure | None, typer.Option(help="What is counted.")] = None,
    year: Annotated[int | None, typer.Option(help="Year in which it is counted.")] = None,
    levers: Annotated[str, typer.Option(help="all, none, or names with commas.")] = "all",
    reading: ReadingName = "all",
    replications: Replications = 4,
    seed: Seed = 1,
    engine: EngineName = Engine.COMPILED,
    settings: Settings = None,
    out: Out = None,
    as_json: AsJson = False,
    workers: WorkerCount = 0,
) -> None:
    """How many posts, and how many orientations, a target takes under each reading."""
    from sim.planning.plan import EVALUATIONS_A_READING
    from sim.planning.plan import plan as make_plan
    from sim.present.plan_text import answer
    from sim.readings import chosen_readings

    asked: dict[str, Any] = {
        "target.people": target,
        "target.measure": measure,
        "target.year": year,
    }
    if year is not None:
        asked["horizon.end"] = f"{year + 3}-01-01" if 1 <= year <= 9000 else year
    changes = {path: value for path, value in asked.items() if value is not None}
    chosen = chosen_scenario(scenario, settings, changes)
    ready = chosen_readings(chosen, reading)
    folder = folder_for(out)
    points = EVALUATIONS_A_READING * replications
    on = workers_for(workers, points * seconds_of_one_each(ready, engine.value))
    with progress_bar(len(ready) * EVALUATIONS_A_READING, "simulated points") as step:
        found = make_plan(
            chosen,
            levers=levers,
            reading=reading,
            replications=replications,
            seed=seed,
            engine=engine.value,
            workers=on,
            progress=step,
        )
    if folder is not None:
        from sim.experiment.files import manifest, write_manifest, write_parquet, write_text

        scenarios = {name: each.scenario for name, each in found.by_reading.items()}
        write_parquet(folder / "plan.parquet", found.frame)
        write_text(folder / "plan.txt", f"{found}\n")
        about = {
            "command": "plan",
            "levers": found.levers,
            "replications": replications,
            "engine": engine.value,
        }
        write_manifest(folder, manifest(scenarios, seed, about))
    if as_json:
        print_json([answer(each) for each in found.by_reading.values()])
    else:
        typer.echo(str(found))
    say_where(folder)


@app.command()
def compare(
    scenarios: Annotated[
        list[str], typer.Argument(help="Two scenarios or more; the first is the base.")
    ],
    replications: Replications = 4,
    seed: Seed = 1,
    engine: EngineName = Engine.COMPILED,
    reading: ReadingName = "all",
    settings: Settings = None,
    out: Out = None,
    as_json: AsJson = False,
    workers: WorkerCount = 0,
) -> None:
    """Run scenarios on the same people and show what differs from the first."""
    from sim.experiment.compare import compare as make_comparison
    from sim.readings import chosen_readings

    chosen = [chosen_scenario(each, settings) for each in scenarios]
    ready = [pair for each in chosen for pair in chosen_readings(each, reading)]
    folder = folder_for(out) if len(chosen) > 1 else None
    on = workers_for(workers, replications * seconds_of_one_each(ready, engine.value))
    with progress_bar(len(ready) * replications, "replications") as step:
        found = make_comparison(
            chosen,
            reading=reading,
            replications=replications,
            seed=seed,
            engine=engine.value,
            workers=on,
            progress=step,
        )
    if folder is not None:
        from sim.experiment.files import write_parquet

        write_results(folder, found.results, replications, people=False)
        write_parquet(folder / "differences.parquet", found.differences)
    if as_json:
        print_json(records(found.differences))
    else:
        typer.echo(str(found))
    say_where(folder)


@app.command()
def check(scenario: ScenarioName, settings: Settings = None) -> None:
    """Check a scenario file; say what it changes from the defaults."""
    from sim.readings import needs_reading
    from sim.scenario import Scenario as Defaults

    chosen = chosen_scenario(scenario, settings)
    typer.echo(f"{chosen.title}\nfingerprint {chosen.fingerprint}, no mistakes found")
    for path, (value, default) in chosen.diff(Defaults(title="defaults")).items():
        typer.echo(f"  {path} = {shown(value)}   (default: {shown(default)})")
    if needs_reading(chosen):
        typer.echo("Volumes, delays or durations that it leaves open come from the reading.")


@app.command()
def schema(
    out: Annotated[str | None, typer.Option(help="File to write; else printed.")] = None,
) -> None:
    """Write the JSON Schema of scenario files, for completion in editors."""
    from sim.experiment.files import folder_for_output, write_text
    from sim.scenario_schema import schema as scenario_schema

    text = json.dumps(scenario_schema(), indent=2, ensure_ascii=False) + "\n"
    if out is None:
        typer.echo(text, nl=False)
    else:
        folder_for_output(str(Path(out).parent))
        write_text(Path(out), text)


@app.command()
def sources(
    scenario: Annotated[str, typer.Argument(help="A scenario.")] = "history-2018-2020",
    reading: Annotated[str | None, typer.Option(help="Under this reading.")] = None,
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """The register: every parameter with its value, range, unit and source."""
    from sim.present.sources_text import sources_text
    from sim.readings import reading as reading_named
    from sim.readings import under

    chosen = chosen_scenario(scenario, settings)
    if reading is not None:
        chosen = under(chosen, reading_named(reading))
    if as_json:
        print_json([entry.model_dump() for entry in chosen.register])
    else:
        typer.echo(sources_text(chosen))


@app.command()
def calibrate(
    quick: Annotated[bool, typer.Option("--quick", help="Fit every reading anew and write it.")] = (
        False
    ),
    replications: Replications = 4,
    seed: Seed = 20201231,
    out: Annotated[str | None, typer.Option(help="File to write instead of the shipped one.")] = (
        None
    ),
    as_json: AsJson = False,
    workers: WorkerCount = 0,
) -> None:
    """The point fits of the readings to the nine figures; without --quick, those in use."""
    from calibration import command

    if quick:
        on = workers_for(workers, seconds=math.inf)
        with progress_bar(command.COUNT, "readings fitted") as step:
            fits = command.quick(replications, seed, on, step)
        where = command.write_fits(fits, seed, replications, Path(out) if out else None)
        typer.echo(f"written: {where}", err=True)
    else:
        fits = command.stored()
    if not fits:
        raise InputError(
            Problem("agsim calibrate", "", "there are no fits yet", "run agsim calibrate --quick")
        )
    if as_json:
        print_json(command.as_json(fits))
    else:
        typer.echo(f"{command.fitted_text(fits)}\n\n{command.errors_text(fits)}")


def main() -> None:
    """Run the command; bad input is told on stderr, with exit code 2."""
    try:
        app()
    except InputError as wrong:
        for problem in wrong.problems:
            print(f"agsim: {problem}", file=sys.stderr)
        sys.exit(BAD_INPUT)


if __name__ == "__main__":
    main()
