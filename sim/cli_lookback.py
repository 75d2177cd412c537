"""The command `agsim lookback`: a saved projection against what came true later."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli_options import AsJson, Out
from sim.cli_support import folder_for, print_json, records, say_where, write_pictures
from sim.errors import InputError, Problem
from sim.words import say


def lookback(
    folder: Annotated[
        str | None, typer.Argument(help="Folder of a projection, written by run --out.")
    ] = None,
    seen: Annotated[str | None, typer.Option(help="CSV file of what came true.")] = None,
    scenario: Annotated[
        str | None, typer.Option(help="Which scenario, where the folder holds several.")
    ] = None,
    template: Annotated[
        bool, typer.Option("--template", help="Print a CSV file to begin with.")
    ] = False,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Lay what came true later over a saved projection; score it for bias and coverage."""
    from sim.planning.lookback import lookback as look_back
    from sim.planning.seen import template as empty_file

    if template:
        typer.echo(empty_file(), nl=False)
        return
    missing = {"FOLDER": folder, "--seen": seen}
    remedies = {
        "FOLDER": say("name a folder that `agsim run --out` wrote"),
        "--seen": say("name a CSV file; `agsim lookback --template` prints one to begin with"),
    }
    if folder is None or seen is None:
        raise InputError(
            Problem("agsim lookback", key, say("is missing"), remedies[key])
            for key, given in missing.items()
            if given is None
        )
    found = look_back(folder, seen, scenario=scenario)
    written = folder_for(out)
    if written is not None:
        from sim.experiment.files import write_parquet, write_text

        write_parquet(written / "lookback_figures.parquet", found.figures)
        write_parquet(written / "lookback_scores.parquet", found.scores)
        write_parquet(written / "lookback_fan.parquet", found.fan)
        write_text(written / "lookback.txt", f"{found}\n")
        write_pictures(written, "lookback", found.plot())
    if as_json:
        print_json({"figures": records(found.figures), "scores": records(found.scores)})
    else:
        typer.echo(str(found))
    say_where(written)
