"""`agsim template`: a file to fill in with figures of one's own."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from sim.cli_calibrate import figure_measures
from sim.cli_options import Settings
from sim.cli_support import chosen_scenario, say_where
from sim.errors import InputError, Problem
from sim.words import say

FIRST_MONTH = "2021-01"


def template(
    file: Annotated[str | None, typer.Argument(help="The workbook to write (.xlsx).")] = None,
    csv: Annotated[
        str | None, typer.Option("--csv", help="Write CSV files into this folder instead.")
    ] = None,
    first: Annotated[
        str, typer.Option("--from", metavar="MONTH", help="First month of posts.")
    ] = FIRST_MONTH,
    months: Annotated[int, typer.Option(help="How many months.")] = 24,
    scenario: Annotated[
        str, typer.Option(help="Whose posts of today are shown beside the empty cells.")
    ] = "trend",
    settings: Settings = None,
    replace: Annotated[bool, typer.Option(help="Write over files that are there.")] = False,
) -> None:
    """Write a workbook to fill in: posts by département and month, unit costs, observed figures.

    Read by --figures of run, plan, compare, check and budget, and by --targets of calibrate.
    """
    from sim.csv_rows import Wrong
    from sim.experiment.files import folder_for_output, write_whole
    from sim.own_figures.cells import as_month
    from sim.own_figures.layout import README
    from sim.own_figures.template import costs_table, figures_table, months_from, posts_table
    from sim.own_figures.template_files import csv_of, read_me, workbook_of

    if (file is None) == (csv is None):
        told = say("needs a file or --csv FOLDER, one of the two")
        raise InputError(Problem("agsim template", "", told, say("for example figures.xlsx")))
    try:
        begin = as_month(first)
    except Wrong as wrong:
        raise InputError(Problem("agsim template", "--from", wrong.message, wrong.remedy)) from None
    chosen = chosen_scenario(scenario, settings)
    tables = (
        posts_table(chosen, months_from(begin, months)),
        costs_table(),
        figures_table(figure_measures()),
    )
    contents: dict[Path, bytes] = {}
    if file is not None:
        path = Path(file)
        if path.suffix.lower() != ".xlsx":
            told = say("must end in .xlsx")
            remedy = say(
                "for example {name}", name=path.with_suffix(".xlsx").name or "figures.xlsx"
            )
            raise InputError(Problem("agsim template", file, told, remedy))
        contents[path] = workbook_of(tables)
        folder = path.parent
    else:
        folder = Path(str(csv))
        contents = {folder / f"{_file_name(say(each.name))}.csv": csv_of(each) for each in tables}
        contents[folder / f"{_file_name(say(README))}.txt"] = read_me()
    _refuse_to_lose(contents, replace)
    folder_for_output(str(folder))
    for path in contents:
        write_whole(path, partial(Path.write_bytes, data=contents[path]))
    say_where(Path(file) if file is not None else folder)


def _file_name(name: str) -> str:
    """A sheet's name as that of a file, without accents and spaces."""
    from sim.own_figures.layout import folded

    return folded(name).replace("'", "-").replace(" ", "-")


def _refuse_to_lose(contents: dict[Path, bytes], replace: bool) -> None:
    """Nothing that may be filled in already is written over unasked."""
    problems = [
        Problem(
            str(path), "", say("is there already"), say("choose another name, or add --replace")
        )
        for path in contents
        if path.exists() and not replace
    ]
    if problems:
        raise InputError(problems)
