"""The command `agsim`: thin, it parses, calls the library, prints and writes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli_batch import batch
from sim.cli_budget import budget
from sim.cli_calibrate import calibrate
from sim.cli_events import (
    Animate,
    Events,
    EventsCsv,
    Flow,
    FlowAsked,
    FlowYear,
    Places,
    check_flow,
    flow_logs,
    write_flow,
)
from sim.cli_explain import explain
from sim.cli_help import with_help_said
from sim.cli_language import in_a_language
from sim.cli_levers import levers as levers_command
from sim.cli_lookback import lookback
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
    ScenarioName,
    Seed,
    Settings,
    Share,
    WorkerCount,
)
from sim.cli_panel import panel
from sim.cli_plan import plan
from sim.cli_report import report
from sim.cli_sensitivity import sensitivity
from sim.cli_staffing import feasibility, staffing
from sim.cli_support import (
    chosen_scenario,
    folder_for,
    own_figures,
    print_json,
    progress_bar,
    records,
    say_where,
    told,
    with_posts,
    workers_for,
    write_over_time,
    write_pictures,
    write_results,
)
from sim.cli_template import template
from sim.cli_territory import territory
from sim.errors import InputError, Problem
from sim.parameters import POSTERIOR
from sim.words import say, speaking

if TYPE_CHECKING:
    from sim.experiment.precision import Precision

app = typer.Typer(
    name="agsim",
    help="How many dedicated counsellors, and which levers, accompagnement global needs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
BAD_INPUT = 2


@app.command()
@in_a_language
def run(
    scenario: ScenarioName,
    replications: RepeatCount = None,
    seed: Seed = 1,
    engine: EngineName = Engine.COMPILED,
    reading: DrawsOrReading = POSTERIOR,
    draws: DrawCount = None,
    posterior: PosteriorFolder = None,
    settings: Settings = None,
    figures: FiguresFile = None,
    out: Out = None,
    people: Annotated[bool, typer.Option(help="Also write people.parquet to --out.")] = False,
    events: Events = False,
    events_csv: EventsCsv = False,
    flow: Flow = False,
    animate: Animate = False,
    places: Places = None,
    flow_year: FlowYear = None,
    share: Share = 1.0,
    as_json: AsJson = False,
    workers: WorkerCount = 0,
) -> None:
    """Run a scenario and show its measures by year, with credible intervals or by reading."""
    from sim.experiment.design import designed
    from sim.experiment.results import carried_out, check_run

    if people and out is None:
        raise InputError(
            Problem("agsim run", "--people", say("needs a folder"), say("add --out DIR"))
        )
    if people and share != 1:
        raise InputError(
            Problem("agsim run", "--people", say("are of all pools"), say("leave out --share"))
        )
    if people and reading == POSTERIOR:
        told_so = say("are written of runs under readings, of draws there are too many")
        raise InputError(
            Problem("agsim run", "--people", told_so, say("add --reading NAME or all"))
        )
    asked = FlowAsked(events, events_csv, flow, animate, places, flow_year)
    check_flow(asked, out=out is not None, reading=reading, share=share)
    design = designed(
        [chosen_scenario(scenario, settings, figures=own_figures(figures))],
        reading=reading,
        draws=draws,
        replications=replications,
        posterior=posterior,
    )
    check_run(design, engine.value, share=share)
    logs = flow_logs(asked, design, seed, engine.value)
    folder = folder_for(out)
    on = workers_for(workers, share * design.seconds(engine.value))
    with progress_bar(design.runs, say("replications")) as step:
        results = carried_out(design, seed, engine.value, share=share, workers=on, progress=step)
    if folder is not None:
        write_results(folder, results, "run", people)
        write_over_time(folder, results)
        write_flow(folder, asked, logs)
    if as_json:
        print_json(records(told(results)))
    else:
        typer.echo(str(results))
    say_where(folder)


@app.command()
@in_a_language
def compare(
    scenarios: Annotated[
        list[str], typer.Argument(help="Two scenarios or more; the first is the base.")
    ],
    replications: RepeatCount = None,
    seed: Seed = 1,
    engine: EngineName = Engine.COMPILED,
    reading: DrawsOrReading = POSTERIOR,
    draws: DrawCount = None,
    posterior: PosteriorFolder = None,
    precision: Annotated[
        float | None,
        typer.Option(help="Add replications until the noise of every difference is within this."),
    ] = None,
    precision_measure: Annotated[
        str | None, typer.Option(help="Measure of --precision; entries by default.")
    ] = None,
    precision_year: Annotated[
        int | None, typer.Option(help="Year of --precision; the target's by default.")
    ] = None,
    most_replications: Annotated[
        int | None, typer.Option(help="Where --precision stops anyway; 50 by default.")
    ] = None,
    settings: Settings = None,
    figures: FiguresFile = None,
    out: Out = None,
    as_json: AsJson = False,
    workers: WorkerCount = 0,
) -> None:
    """Run scenarios on the same people and show what differs from the first."""
    from sim.experiment.compare import Comparison, added, compared, replications_wanted
    from sim.experiment.precision import MOST, Precision
    from sim.experiment.results import carried_out
    from sim.present.precision_text import batch_words

    wanted = None
    if precision is not None:
        limit = MOST if most_replications is None else most_replications
        wanted = Precision(precision, precision_measure or "entries", precision_year, limit)
    else:
        _need_a_precision(precision_measure, precision_year, most_replications)
    own = own_figures(figures)
    design, wanted = compared(
        [chosen_scenario(each, settings, figures=own) for each in scenarios],
        reading=reading,
        draws=draws,
        replications=replications,
        posterior=posterior,
        precision=wanted,
    )
    folder = folder_for(out)
    on = workers_for(workers, design.seconds(engine.value))
    with progress_bar(design.runs, say("replications")) as step:
        results = carried_out(design, seed, engine.value, workers=on, progress=step)
    found = Comparison(results, wanted)
    while (more := replications_wanted(found)) > found.replications:
        typer.echo(batch_words(found, more), err=True)
        runs = (more - found.replications) * len(design.cases)
        with progress_bar(runs, say("replications")) as step:
            found = added(found, more, on, step)
    if folder is not None:
        from sim.experiment.files import write_parquet

        write_results(folder, found.results, "compare")
        write_parquet(folder / "differences.parquet", told(found))
        write_pictures(folder, "differences", found.plot(*_pictured(wanted)))
        write_over_time(folder, found.results)
    if as_json:
        print_json(records(told(found)))
    else:
        typer.echo(str(found))
    say_where(folder)


def _need_a_precision(*asked: object) -> None:
    """Refuse what only says more of a precision where none is asked for."""
    if any(each is not None for each in asked):
        told = say("--precision-measure, --precision-year and --most-replications need it")
        raise InputError(Problem("agsim compare", "--precision", told, say("for example 200")))


def _pictured(wanted: Precision | None) -> tuple[str, int | None]:
    """Measure and year of the picture: those of the precision, else entries in the last year."""
    return ("entries", None) if wanted is None else (wanted.measure, wanted.year)


@app.command()
@in_a_language
def check(scenario: ScenarioName, settings: Settings = None, figures: FiguresFile = None) -> None:
    """Check a scenario file; say what it changes from the defaults."""
    from sim.present.values_text import value_text
    from sim.reading_fits import needs_reading
    from sim.scenario import Scenario as Defaults

    own = with_posts(own_figures(figures, costs_count=True))
    chosen = chosen_scenario(scenario, settings, figures=own)
    typer.echo(say(chosen.title))
    typer.echo(say("fingerprint {key}, no mistakes found", key=chosen.fingerprint))
    for path, (value, default) in chosen.diff(Defaults(title="defaults")).items():
        typer.echo(
            say(
                "  {path} = {value}   (default: {default})",
                path=path,
                value=value_text(value),
                default=value_text(default),
            )
        )
    if needs_reading(chosen):
        typer.echo(say("Volumes, delays or durations that it leaves open come from the reading."))


@app.command()
@in_a_language
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
@in_a_language
def sources(
    scenario: Annotated[str, typer.Argument(help="A scenario.")] = "history-2018-2020",
    reading: Annotated[str | None, typer.Option(help="Under this reading.")] = None,
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """The register: every parameter with its value, range, unit and source."""
    from sim.present.sources_text import sources_text
    from sim.reading_fits import reading as reading_named
    from sim.reading_fits import under

    chosen = chosen_scenario(scenario, settings)
    if reading is not None:
        chosen = under(chosen, reading_named(reading))
    if as_json:
        print_json([entry.model_dump() for entry in chosen.register])
    else:
        typer.echo(sources_text(chosen))


app.command()(in_a_language(plan))
app.command()(in_a_language(panel))
app.command()(in_a_language(sensitivity))
app.command()(in_a_language(feasibility))
app.command()(in_a_language(staffing))
app.command()(in_a_language(calibrate))
app.command("levers")(in_a_language(levers_command))
app.command()(in_a_language(explain))
app.command()(in_a_language(lookback))
app.command()(in_a_language(batch))
app.command()(in_a_language(budget))
app.command()(in_a_language(template))
app.command()(in_a_language(report))
app.command()(in_a_language(territory))


def main() -> None:
    """Run the command; bad input is told on stderr, with exit code 2."""
    try:
        with_help_said(app, sys.argv[1:])()
    except InputError as wrong:
        with speaking(wrong.language):
            for problem in wrong.problems:
                print(say("agsim: {problem}", problem=problem), file=sys.stderr)
        sys.exit(BAD_INPUT)
    except OSError as wrong:
        if wrong.filename is None:
            raise
        print(f"agsim: {wrong.filename}: {wrong.strerror}", file=sys.stderr)
        sys.exit(BAD_INPUT)


if __name__ == "__main__":
    main()
