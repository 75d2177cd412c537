"""Options that commands share."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Engine(StrEnum):
    """The engines; they give the same results."""

    COMPILED = "compiled"
    SIMPY = "simpy"


ScenarioName = Annotated[str, typer.Argument(help="A shipped scenario's name, or a TOML file.")]
Seed = Annotated[int, typer.Option(help="Seed of all random streams.")]
EngineName = Annotated[Engine, typer.Option(help="compiled, or the SimPy reference.")]
DrawsOrReading = Annotated[
    str,
    typer.Option(
        "--reading",
        help="'posterior' (draws), or point fits: a reading, 'all', or 'own_figures'.",
    ),
]
DrawCount = Annotated[
    int | None,
    typer.Option(
        "--draws", min=1, help="Posterior draws to run; by default 40 (plan: 200, explain: 20)."
    ),
]
PosteriorFolder = Annotated[
    str | None, typer.Option(help="Folder of a posterior sample instead of the shipped one.")
]
RepeatCount = Annotated[
    int | None, typer.Option("--replications", min=1, help="Of each draw or reading.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Change a value; may be repeated."),
]
FiguresFile = Annotated[
    str | None,
    typer.Option(
        "--figures",
        metavar="FILE",
        help="Your own posts and costs: Excel, CSV or a folder of CSV; see agsim template.",
    ),
]
Out = Annotated[str | None, typer.Option(help="Folder for results; files are written whole.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
Share = Annotated[
    float, typer.Option(help="Run this share of the pools, for a quick look; ± holds its error.")
]
WorkerCount = Annotated[int, typer.Option(min=0, help="Worker processes; 0: one a core.")]
StoreFolder = Annotated[
    str | None,
    typer.Option(
        "--store",
        help="Folder that keeps what was run; by default in the user's cache. 'none': not.",
    ),
]
