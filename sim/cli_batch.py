"""`agsim batch`: a design of many cells, run in parallel, kept unit by unit."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli_support import folder_for, print_json, progress_bar, records, say_where, workers_for
from sim.errors import InputError
from sim.present.numbers import number, significant
from sim.words import say, to_say

if TYPE_CHECKING:
    from sim.experiment.batch import Batch, Crew, Prepared
    from sim.experiment.batch_ranking import Ranking
    from sim.experiment.batch_work import Work

SOME_FAILED, INTERRUPTED = 1, 130
MANIFEST, FAILURES, CELLS = "manifest.json", "failures.csv", "cells.parquet"
MEGABYTE = 1e6
ON_DRAWS = to_say("{cells} cells × {under} draws × {replications} replication(s) = {units} units")
ON_READINGS = to_say(
    "{cells} cells × {under} readings × {replications} replication(s) = {units} units"
)


def batch(
    design: Annotated[
        str, typer.Argument(help="A shipped batch design's name, or a TOML file.")
    ] = "levers-by-posts",
    out: Annotated[
        str | None, typer.Option(help="Folder for results; by default batch-NAME.")
    ] = None,
    store: Annotated[
        str | None, typer.Option(help="Folder of finished units; by default OUT/store.")
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="A Dask scheduler, such as tcp://host:8786."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say how many units and how long; run nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
    workers: Annotated[int, typer.Option(min=0, help="Worker processes; 0: one a core.")] = 0,
) -> None:
    """Run every combination of a design's choices on draws of the posterior, in parallel.

    Finished units are kept: an interrupted batch goes on where it was, a repeated one is
    there at once, and of a changed one only what changed is run.
    """
    from sim.experiment.batch import planned
    from sim.experiment.batch_files import find_design

    work, where = planned(find_design(design))
    folder = Path(out if out is not None else f"batch-{Path(where).stem}")
    place = Path(store) if store is not None else folder / "store"
    if dry_run:
        _told_only(work, place, cluster, workers, as_json)
        return
    found = None
    if _is_done(folder, work):
        typer.echo(say("agsim batch: nothing to run, the results are there"), err=True)
    else:
        count = _cores(cluster, workers)
        folder_for(str(folder))
        found = _run(work, place, cluster, workers, count)
        _write(folder, found, where)
    failed = [] if found is None else found.failures
    ranking = _ranking(folder, work)
    if as_json:
        print_json([] if ranking is None else records(_flat(ranking)))
    elif ranking is not None:
        from sim.present.batch_text import ranking_text

        typer.echo(ranking_text(ranking, len(failed)))
    say_where(folder)
    if failed:
        first = failed[0]
        typer.echo(
            say(
                "agsim batch: {failed} of {units} units failed, listed in {file}; the others' "
                "results are there. The first (cell {cell}): {error}",
                failed=number(len(failed)),
                units=number(len(work)),
                file=folder / FAILURES,
                cell=first.unit.cell,
                error=first.error,
            ),
            err=True,
        )
        raise typer.Exit(SOME_FAILED)


def _told_only(work: Work, place: Path, cluster: str | None, workers: int, as_json: bool) -> None:
    """What a run would do, with a store that is looked at only where it is there."""
    import tempfile

    from sim.experiment.batch import prepared
    from sim.experiment.store import Store

    with tempfile.TemporaryDirectory() as nowhere:
        store = Store(place) if place.is_dir() else Store.at(nowhere)
        ready = prepared(work, store, remember=False)
        count = _cores(cluster, workers)
        if as_json:
            print_json(_sizes(ready, count))
        else:
            typer.echo(_estimate(ready, count))


def _cores(cluster: str | None, workers: int) -> int:
    from sim.experiment.executor import available_workers

    if cluster is None:
        return workers or available_workers()
    from sim.experiment.cluster import Cluster

    return Cluster(cluster).threads()


def _sizes(ready: Prepared, workers: int) -> dict[str, Any]:
    from sim.experiment.batch import BYTES_A_UNIT

    work = ready.work
    return {
        "cells": len(work.cells),
        "draws or readings": len(work.unders),
        "replications": work.replications,
        "units": len(work),
        "different": ready.distinct,
        "in the store": ready.distinct - ready.to_run,
        "to run": ready.to_run,
        "workers": workers,
        "seconds": round(ready.seconds(workers), 1),
        "megabytes": round(ready.to_run * BYTES_A_UNIT / MEGABYTE, 1),
    }


def _estimate(ready: Prepared, workers: int) -> str:
    """How much there is to run, in one or two lines."""
    sizes, work = _sizes(ready, workers), ready.work
    told = say(
        ON_READINGS if work.sample is None else ON_DRAWS,
        cells=number(sizes["cells"]),
        under=number(sizes["draws or readings"]),
        replications=number(sizes["replications"]),
        units=number(sizes["units"]),
    )
    if sizes["different"] < sizes["units"]:
        different = number(sizes["different"])
        told = say("{units}, {different} of them different", units=told, different=different)
    if not sizes["to run"]:
        return f"{told}\n{say('all are in the store')}"
    to_run = say(
        "{kept} are in the store, {to_run} to run: about {time} on {workers} slow core(s), "
        "{megabytes} MB",
        kept=number(sizes["in the store"]),
        to_run=number(sizes["to run"]),
        time=_lasting(sizes["seconds"]),
        workers=number(workers),
        megabytes=significant(sizes["megabytes"]),
    )
    return f"{told}\n{to_run}"


def _lasting(seconds: float) -> str:
    """A time as one tells it beforehand."""
    minutes = round(seconds / 60)
    if minutes < 2:
        return f"{math.ceil(seconds)} s"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _run(work: Work, place: Path, cluster: str | None, workers: int, count: int) -> Batch:
    """Run what the store does not hold; whatever ends it, what is finished is kept."""
    from sim.experiment.batch import prepared
    from sim.experiment.cluster import Cluster
    from sim.experiment.store import Store

    store = Store.at(place)
    with progress_bar(len(work.cells) * len(work.unders), say("scenarios looked at")) as step:
        ready = prepared(work, store, step)
    typer.echo(_estimate(ready, count), err=True)
    crew: Crew = workers_for(workers, ready.seconds(1)) if cluster is None else Cluster(cluster)
    done = 0
    try:
        with progress_bar(ready.to_run, say("units")) as bar:

            def step_on(units: int) -> None:
                nonlocal done
                done += units
                bar(units)

            return ready.carried_out(crew, step_on)
    except (KeyboardInterrupt, InputError) as ended:
        typer.echo(
            say(
                "agsim batch: stopped; {done} units or more of {all} were finished and are kept in "
                "{place}, the same command goes on from there",
                done=number(done),
                all=number(ready.to_run),
                place=place,
            ),
            err=True,
        )
        if isinstance(ended, KeyboardInterrupt):
            raise typer.Exit(INTERRUPTED) from None
        raise


def _write(folder: Path, found: Batch, where: str) -> None:
    """Write results, cells, failures; the manifest last: with it they are complete."""
    from sim.experiment.batch_summary import RESULTS, SUMMARY, cells_frame, write_results
    from sim.experiment.files import write_parquet, write_text

    (folder / MANIFEST).unlink(missing_ok=True)
    with progress_bar(len(found.cells), say("cells put together")) as step:
        write_results(folder, found, step)
    write_parquet(folder / CELLS, cells_frame(found))
    if found.failures:
        write_text(folder / FAILURES, _failures_text(found))
    else:
        (folder / FAILURES).unlink(missing_ok=True)
    _write_manifest(folder, found, where, (RESULTS, SUMMARY, CELLS))


def _failures_text(found: Batch) -> str:
    from sim.experiment.batch import failed_units

    rows = list(failed_units(found))
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _write_manifest(folder: Path, found: Batch, where: str, names: tuple[str, ...]) -> None:
    from sim.experiment.files import manifest, write_manifest

    work, cells = found.work, found.cells
    choices = {name: each for name, each in cells.choices.items() if name != "base"}
    about: dict[str, Any] = {
        "command": "batch",
        "design": Path(where).name,
        "batch": work.whole_key(),
        "choices": {**choices, "shocks": dict(cells.shocks), "set": dict(cells.others)},
        "readings": list(dict.fromkeys(each.reading for each in work.unders)),
        "replications": work.replications,
        "engine": work.engine,
        "binding": work.binding,
        "units": len(work),
        "failed": len(found.failures),
        "files": {name: _sha256(folder / name) for name in names},
    }
    if work.sample is not None:
        from sim.experiment.batch_cells import overridden

        about["posterior"] = {
            "folder": str(work.sample.folder),
            "fingerprint": work.sample.fingerprint,
            "draws": len(work.unders),
            "of": len(work.sample),
            "overridden": list(overridden(cells, work.sample)),
        }
    scenarios = dict(zip(cells.names, cells.bases, strict=True))
    content = manifest(scenarios, work.seed, about)
    write_manifest(folder, json.loads(json.dumps(content, default=str)))


def _is_done(folder: Path, work: Work) -> bool:
    """Whether the folder holds the complete results of this batch, unchanged."""
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return (
            told["batch"] == work.whole_key()
            and told["failed"] == 0
            and all(_sha256(folder / name) == digest for name, digest in told["files"].items())
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _ranking(folder: Path, work: Work) -> Ranking | None:
    """The ranking from the file of summaries, of which only what is shown is read."""
    import pyarrow.parquet

    from sim.experiment.batch_ranking import ranked, wanted
    from sim.experiment.batch_summary import SUMMARY

    file = folder / SUMMARY
    if not pyarrow.parquet.ParquetFile(file).metadata.num_columns:
        return None
    shown = wanted(work)[1]
    table = pyarrow.parquet.read_table(file, filters=[("measure", "in", shown)], partitioning=None)
    return ranked(work, table.to_pandas())


def _flat(ranking: Ranking) -> Any:
    """The rows of a ranking in its order."""
    rows = ranking.rows.reset_index()
    place = {cell: rank for rank, cell in enumerate(ranking.order)}
    rows.insert(0, "rank", [place[cell] + 1 for cell in rows["cell"]])
    return rows.sort_values("rank", kind="stable")
