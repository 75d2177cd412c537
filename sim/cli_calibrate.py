"""`agsim calibrate`: the posterior, its checks and its report.

The one place of `sim` that imports `calibration`, and only when it is called.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli_support import folder_for, print_json, progress_bar, records, say_where, workers_for
from sim.errors import InputError, Problem, nearest
from sim.words import say, to_say

if TYPE_CHECKING:
    from sim.posterior import Posterior

STAGES = {
    "near": to_say("where the figures can be met"),
    "correction": to_say("approximation against engine"),
    "posterior": to_say("posterior of the structure"),
    "draws": to_say("draws in the engine"),
    "readings": to_say("what the draws do"),
}


def calibrate(
    quick: Annotated[
        bool, typer.Option("--quick", help="A rough posterior in under two minutes.")
    ] = False,
    targets: Annotated[
        str | None,
        typer.Option(
            help="Figures of your own, added to the nine: CSV, or the sheet of agsim template."
        ),
    ] = None,
    out: Annotated[str | None, typer.Option(help="Folder (or file, of --report) to write.")] = None,
    work: Annotated[
        str | None, typer.Option(help="Folder that keeps the stages; by default OUT/work.")
    ] = None,
    shipped: Annotated[
        bool, typer.Option("--shipped", help="Write where agsim reads its posterior.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the calibration.")] = 20201231,
    show: Annotated[bool, typer.Option("--show", help="Show the posterior in use.")] = False,
    check: Annotated[
        str | None,
        typer.Option(
            help="predictive, moved, ridge, readings, measure_first, held_out, haute_marne or sbc."
        ),
    ] = None,
    repetitions: Annotated[int, typer.Option(min=2, help="Of the check sbc.")] = 100,
    report: Annotated[
        bool, typer.Option("--report", help="Write the calibration report (HTML) to OUT.")
    ] = False,
    priors: Annotated[bool, typer.Option("--priors", help="Show the priors.")] = False,
    targets_template: Annotated[
        bool, typer.Option("--targets-template", help="Print a targets file to start from.")
    ] = False,
    point_fits: Annotated[
        bool, typer.Option("--point-fits", help="Fit the five readings anew and write them.")
    ] = False,
    posterior: Annotated[
        str | None, typer.Option(help="Folder of the posterior that is shown or checked.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
    workers: Annotated[int, typer.Option(min=0, help="Worker processes; 0: one a core.")] = 0,
) -> None:
    """Calibrate on the observed figures: a posterior of all that they leave open.

    Without options it makes the shipped posterior anew, into the folder OUT (by default
    'posterior'), which 'agsim run --posterior OUT' then uses. A stopped run goes on
    where it was.
    """
    asked = [
        name
        for name, wanted in (
            ("--show", show),
            ("--check", check is not None),
            ("--report", report),
            ("--priors", priors),
            ("--targets-template", targets_template),
            ("--point-fits", point_fits),
            ("--quick", quick),
        )
        if wanted
    ]
    if len(asked) > 1:
        raise InputError(
            Problem(
                "agsim calibrate",
                " ".join(asked),
                say("are several things at once"),
                say("ask for one"),
            )
        )
    if targets_template:
        from calibration.figures import template

        typer.echo(template(), nl=False)
    elif priors:
        _priors(targets)
    elif show:
        _show(_posterior(posterior), as_json)
    elif check is not None:
        _check(check, _posterior(posterior), out, repetitions, as_json, workers)
    elif report:
        _report(_posterior(posterior), out)
    elif point_fits:
        _point_fits(seed, out, as_json, workers)
    else:
        _calibrate(quick, targets, out, work, shipped, seed, workers)


def _posterior(folder: str | None) -> Posterior:
    from sim.posterior import posterior

    return posterior(folder)


def _calibrate(
    quick: bool,
    targets: str | None,
    out: str | None,
    work: str | None,
    shipped: bool,
    seed: int,
    workers: int,
) -> None:
    from calibration import command
    from calibration.sampling import needs_nautilus
    from sim import data_files

    needs_nautilus()
    if shipped and (quick or targets is not None or out is not None):
        raise InputError(
            Problem(
                "agsim calibrate",
                "--shipped",
                say("is for the full calibration on the published figures"),
                say("leave out --quick, --targets and --out"),
            )
        )
    file = None if targets is None else Path(targets)
    command.figures_of(file)
    name = ("posterior-quick" if quick else "posterior") if out is None else out
    folder = data_files.posterior() if shipped else folder_for(name)
    assert folder is not None
    request = command.Request(
        file, quick, seed, Path(work) if work else _work_beside(folder, shipped), folder
    )
    on = workers_for(workers, math.inf)
    with _stages() as heard:
        fit = command.run(request, on, heard)
    typer.echo(
        say(
            "{draws} draws worth {worth:.0f} equal ones, written to {folder}",
            draws=len(fit.weights),
            worth=1 / float((fit.weights**2).sum()),
            folder=folder,
        )
    )
    typer.echo(command.engine_words(fit))
    if not shipped:
        place = fit.problem.figures.place
        told = (
            say(
                "use them: agsim territory SCENARIO --own {folder} (beside the nation), or "
                "agsim run SCENARIO --posterior {folder} with a scenario of {place} alone",
                place=place,
                folder=folder,
            )
            if place
            else say("use them: agsim run SCENARIO --posterior {folder}", folder=folder)
        )
        typer.echo(told)


def _work_beside(folder: Path, shipped: bool) -> Path:
    return Path("calibration-work") if shipped else folder / "work"


@contextmanager
def _stages() -> Iterator[Callable[[str, int], object]]:
    """Progress by stage, on stderr where that is a terminal; how many come nobody knows."""
    from tqdm import tqdm

    bar = tqdm(disable=None, file=sys.stderr, unit=f" {say('runs')}")
    current = ""

    def heard(stage: str, done: int) -> None:
        nonlocal current
        if stage != current:
            current = stage
            bar.reset()
            bar.set_description(say(STAGES[stage]) if stage in STAGES else stage)
        bar.update(done)

    try:
        yield heard
    finally:
        bar.close()


def _priors(targets: str | None) -> None:
    from calibration.command import figures_of, priors_rows
    from calibration.problem import Problem as Calibrated
    from sim.present.numbers import significant
    from sim.present.tables import Table

    problem = Calibrated.of(figures_of(None if targets is None else Path(targets)))
    headings = [say("parameter"), say("shape"), say("low"), say("central"), say("high")]
    rows = [row[:6] for row in priors_rows(problem.priors)]
    title = say("Priors (reasons: agsim sources)")
    typer.echo(Table(title, [*headings, say("unit")], rows).text())
    typer.echo("\n" + say("The drift law, standard deviations of the logs from year to year:"))
    for walk in problem.priors.walks:
        spread, source = significant(walk.sd_per_year), say(walk.source)
        told = say("{path}: {spread} ({source})", path=walk.path, spread=spread, source=source)
        typer.echo(f"  {told}")


def _show(posterior: Posterior, as_json: bool) -> None:
    from calibration.checks.moved import moved
    from calibration.checks.predictive import predictive
    from calibration.command import problem_of, weights_frame
    from calibration.words import frame_text

    frames = {
        "figures": predictive(posterior),
        "parameters": moved(posterior, problem_of(posterior)),
        "readings": weights_frame(posterior),
    }
    titles = {
        "figures": say("Figures"),
        "parameters": say("Parameters"),
        "readings": say("Readings"),
    }
    if as_json:
        print_json({name: records(frame) for name, frame in frames.items()})
        return
    for name, frame in frames.items():
        typer.echo(f"{titles[name]}\n{frame_text(frame)}\n")


def _check(
    name: str,
    posterior: Posterior,
    out: str | None,
    repetitions: int,
    as_json: bool,
    workers: int,
) -> None:
    from calibration import command, pictures
    from calibration.words import frame_text

    if name not in command.CHECKS:
        raise InputError(
            Problem(
                "agsim calibrate --check", name, say("is no check"), nearest(name, command.CHECKS)
            )
        )
    folder = folder_for(out)
    slow = name in {"held_out", "sbc", "haute_marne"}
    on = workers_for(workers, math.inf if slow else 0.0)
    total = repetitions if name == "sbc" else 0
    with progress_bar(total, say("runs")) as step:
        frame = command.check(
            name, posterior, on, repetitions, step, folder / "sbc" if folder else None
        )
    told: Any = frame
    if name == "sbc":
        from calibration.checks.sbc import uniformity_frame

        told = uniformity_frame(frame)
    if as_json:
        print_json(records(told))
    else:
        typer.echo(frame_text(told))
    if folder is not None:
        from sim.experiment.files import write_text, write_whole

        file = command.FILES.get(name, f"{name}.csv")
        write_text(folder / file, frame.to_csv(index=False, lineterminator="\n"))
        drawn = pictures.figure_of(name, frame)
        if drawn is not None:
            for ending in ("png", "svg"):
                write_whole(
                    folder / f"{name}.{ending}",
                    lambda part, ending=ending: drawn.savefig(part, format=ending, dpi=150),  # type: ignore[misc]
                )
        say_where(folder)


def _report(posterior: Posterior, out: str | None) -> None:
    from calibration.report import write_report
    from sim.experiment.files import folder_for_output

    path = Path(out or "calibration-report.html")
    if path.suffix.lower() not in {".html", ".htm"}:
        path = path / "calibration-report.html"
    folder_for_output(str(path.parent))
    write_report(posterior, path)
    typer.echo(say("written: {path}", path=path))


def _point_fits(seed: int, out: str | None, as_json: bool, workers: int) -> None:
    from calibration import point_fits

    on = workers_for(workers, seconds=math.inf)
    with progress_bar(point_fits.COUNT, say("readings fitted")) as step:
        fits = point_fits.quick(point_fits.REPLICATIONS, seed, on, step)
    where = point_fits.write_fits(fits, seed, point_fits.REPLICATIONS, Path(out) if out else None)
    typer.echo(say("written: {path}", path=where), err=True)
    if as_json:
        print_json(point_fits.as_json(fits))
    else:
        typer.echo(f"{point_fits.fitted_text(fits)}\n\n{point_fits.errors_text(fits)}")


def figure_measures() -> list[tuple[str, str, str]]:
    """What figures of one's own can measure: name, unit, meaning; for `agsim template`."""
    from calibration.figure_measures import MEASURES

    return [(each.name, each.unit, each.what) for each in MEASURES.values()]
