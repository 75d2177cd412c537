"""What `agsim run` writes of the flow: event logs and pictures of pools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli_support import write_pictures
from sim.errors import InputError, Problem
from sim.parameters import POSTERIOR

if TYPE_CHECKING:
    from sim.experiment.design import Design
    from sim.experiment.event_log import EventLog

Events = Annotated[
    bool, typer.Option("--events", help="Also write events.parquet to --out: a row an event.")
]
EventsCsv = Annotated[bool, typer.Option("--events-csv", help="The same as CSV: events.csv.")]
Flow = Annotated[
    bool, typer.Option("--flow", help="Also draw how pools fill, queue and empty: flow.png.")
]
Animate = Annotated[bool, typer.Option("--animate", help="The same as a moving picture: flow.gif.")]
Places = Annotated[
    str | None,
    typer.Option("--places", help="Départements of events and pictures, such as 52,37."),
]
FlowYear = Annotated[
    int | None, typer.Option("--flow-year", help="Year of the pictures; the target's by default.")
]


@dataclass(frozen=True)
class FlowAsked:
    """Which files of the flow are wanted, of which départements and which year."""

    events: bool = False
    events_csv: bool = False
    flow: bool = False
    animate: bool = False
    places: str | None = None
    year: int | None = None

    @property
    def options(self) -> list[str]:
        """The options given that write files."""
        given = {
            "--events": self.events,
            "--events-csv": self.events_csv,
            "--flow": self.flow,
            "--animate": self.animate,
        }
        return [name for name, there in given.items() if there]

    @property
    def pictures(self) -> bool:
        """Whether something is drawn."""
        return self.flow or self.animate


def check_flow(asked: FlowAsked, *, out: bool, reading: str, share: float) -> None:
    """`InputError` where what is asked for cannot be written."""
    if not asked.options:
        for name, there in (("--places", asked.places), ("--flow-year", asked.year)):
            if there is not None:
                remedy = "add --events, --flow or --animate"
                raise InputError(Problem("agsim run", name, "is of the flow's files", remedy))
        return
    first = asked.options[0]
    if not out:
        raise InputError(Problem("agsim run", first, "needs a folder", "add --out DIR"))
    if reading == POSTERIOR:
        told = "is of runs under readings, of draws there are too many"
        raise InputError(Problem("agsim run", first, told, "add --reading NAME or all"))
    if share != 1:
        raise InputError(Problem("agsim run", first, "is of all pools", "leave out --share"))


def flow_logs(asked: FlowAsked, design: Design, seed: int, engine: str) -> list[EventLog]:
    """The logs of all runs of a design, not yet run; `InputError` for unknown places or years."""
    if not asked.options:
        return []
    from sim.experiment.event_log import log_of
    from sim.experiment.replication import Job

    places = None if asked.places is None else _codes(asked.places)
    logs = [
        log_of(Job(case.ready, case.number(k), seed, engine), case.reading, places)
        for case in design.cases
        for k in range(design.replications)
    ]
    if asked.pictures:
        for log in logs:
            log.year_of(asked.year)
    return logs


def write_flow(folder: Path, asked: FlowAsked, logs: Sequence[EventLog]) -> None:
    """Write what is asked for; pictures are of each reading's first replication."""
    from sim.experiment.event_files import write_logs

    if asked.events:
        write_logs(folder, logs)
    if asked.events_csv:
        write_logs(folder, logs, csv=True)
    if not asked.pictures:
        return
    readings = list(dict.fromkeys(log.reading for log in logs))
    for reading in readings:
        log = next(each for each in logs if each.reading == reading)
        name = "flow" if len(readings) == 1 else f"flow-{reading}"
        if asked.flow:
            write_pictures(folder, name, log.plot(asked.year))
        if asked.animate:
            log.animate(folder / f"{name}.gif", asked.year)


def _codes(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]
