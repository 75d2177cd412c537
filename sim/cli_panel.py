"""The command `agsim panel`: the planner's panel as a page in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli_options import FiguresFile, Settings
from sim.cli_support import chosen_scenario, own_figures, values_of
from sim.words import language, say

PORT = 8866


def panel(
    scenario: Annotated[
        str, typer.Argument(help="A shipped scenario's name, or a TOML file.")
    ] = "target-2022",
    draws: Annotated[int, typer.Option(min=1, help="Posterior draws that answer.")] = 20,
    port: Annotated[int, typer.Option(help="Port of the page on this machine.")] = PORT,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open it in the browser.")
    ] = True,
    settings: Settings = None,
    figures: FiguresFile = None,
) -> None:
    """Serve the planner's panel as a page: move a control, see the answer; needs Voilà."""
    from sim.planner.serve import check_port, notebook, serve

    chosen_scenario(scenario, settings, figures=own_figures(figures))
    check_port(port)
    name = str(Path(scenario).resolve()) if Path(scenario).is_file() else scenario
    where = None if figures is None else str(Path(figures).resolve())
    book = notebook(name, values_of(settings), where, draws, language())
    typer.echo(
        say("The panel is at http://localhost:{port}; stop it with Ctrl+C.", port=port), err=True
    )
    raise typer.Exit(serve(book, port, open_browser=browser))
