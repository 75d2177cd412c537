"""What the commands share: arguments to objects, progress, files, JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from sim.errors import InputError, Problem
from sim.words import say

if TYPE_CHECKING:
    from sim.experiment.compare import Comparison
    from sim.experiment.executor import Workers
    from sim.experiment.progress import Bar
    from sim.experiment.results import Results
    from sim.experiment.store import Store
    from sim.own_figures.read import OwnFigures
    from sim.scenario import Scenario

SECONDS_WORTH_WORKERS = 4.0
NO_STORE = "none"


def chosen_scenario(
    name: str,
    settings: Sequence[str] | None,
    changes: dict[str, Any] | None = None,
    figures: OwnFigures | None = None,
) -> Scenario:
    """The scenario of a name or file: own posts laid on it, then --set and other changes."""
    from sim.scenario_files import load

    values = dict(changes or {}) | values_of(settings)
    loaded = load(name) if figures is None else figures.on(load(name))
    return loaded.with_(values) if values else loaded


def values_of(settings: Sequence[str] | None) -> dict[str, Any]:
    """The values of --set, by path."""
    from sim.scenario_files import as_toml_value

    values: dict[str, Any] = {}
    for setting in settings or ():
        path, equals, text = setting.partition("=")
        if not equals or not path.strip():
            raise InputError(
                Problem(
                    "--set",
                    setting,
                    say("is not PATH=VALUE"),
                    say("for example entry.agreement=0.8"),
                )
            )
        values[path.strip()] = as_toml_value(text.strip())
    return values


def own_figures(path: str | None, *, costs_count: bool = False) -> OwnFigures | None:
    """The file of --figures, read; says on stderr what was found. None without one."""
    if path is None:
        return None
    from sim.own_figures.read import read_figures
    from sim.words import say

    found = read_figures(path)
    typer.echo(str(found), err=True)
    if found.costs and not costs_count:
        typer.echo(say("The costs count for agsim budget, not here."), err=True)
    return found


def with_posts(figures: OwnFigures | None) -> OwnFigures | None:
    """The figures for a scenario, where costs alone are of use too: None where they are alone."""
    return None if figures is not None and figures.costs and not figures.posts else figures


def workers_for(count: int, seconds: float) -> Workers:
    """As many workers as asked for; 0: one a core where that saves more than starting them."""
    from sim.experiment.executor import Workers, available_workers
    from sim.experiment.warming import warm

    warm()
    worth = available_workers() if seconds > SECONDS_WORTH_WORKERS else 1
    return Workers(count or worth)


def folder_for(out: str | None) -> Path | None:
    """The folder of --out, made and writable; None without one."""
    from sim.experiment.files import folder_for_output

    return None if out is None else folder_for_output(out)


def store_for(name: str | None) -> Store | None:
    """The store of --store; by default in the user's cache; None for 'none'."""
    from platformdirs import user_cache_path

    from sim.experiment.store import Store

    if name == NO_STORE:
        return None
    return Store.at(user_cache_path("agsim") if name is None else name)


def progress_bar(total: int, unit: str) -> Bar:
    """A progress bar on stderr where that is a terminal, with the time left."""
    from sim.experiment.progress import Bar

    return Bar(unit, total)


def write_results(
    folder: Path,
    results: Results,
    command: str,
    people: bool = False,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Write measures, manifest and, if asked for, people into a folder.

    On posterior draws also their summaries by year, and the draws themselves: a mean of
    the measures takes their weights. `more` is what the manifest says besides.
    """
    from sim.experiment.files import manifest, write_manifest, write_parquet

    write_parquet(folder / "measures.parquet", results.monthly)
    write_parquet(folder / "measures_by_year.parquet", results.yearly)
    about = {
        "command": command,
        "replications": results.design.replications,
        "engine": results.engine,
        "share": results.share,
        **(more or {}),
    }
    if results.posterior is not None:
        write_parquet(folder / "summary_by_year.parquet", told(results))
        write_parquet(folder / "draws.parquet", draws_frame(results))
        about["posterior"] = about_posterior(results)
    if people:
        write_parquet(folder / "people.parquet", people_frame(results))
    scenarios = {f"{name}/{label}": each for (name, label), each in results.scenarios.items()}
    write_manifest(folder, manifest(scenarios, results.seed, about))


def write_pictures(folder: Path, name: str, figure: Any) -> None:
    """Write a figure into a folder, for documents (SVG) and for slides (PNG)."""
    from functools import partial

    from sim.experiment.files import write_whole
    from sim.present.picture import DOTS_PER_INCH

    for ending, about in (("png", {}), ("svg", {"Date": None})):
        draw = partial(figure.savefig, format=ending, dpi=DOTS_PER_INCH, metadata=about)
        write_whole(folder / f"{name}.{ending}", draw)


def write_over_time(folder: Path, results: Results) -> None:
    """Write how scenarios go over time: entries, where the delay goes, loads of portfolios."""
    write_pictures(folder, "entries", results.plot("entries"))
    write_pictures(folder, "delay", results.plot_delay())
    write_pictures(folder, "loads", results.plot_loads())


def about_posterior(results: Results) -> dict[str, Any]:
    """Which posterior sample was projected, and what scenarios set against it."""
    sample = results.posterior
    assert sample is not None
    return {
        "folder": str(sample.folder),
        "fingerprint": sample.fingerprint,
        "draws": len(results.draws),
        "of": len(sample),
        "calibrated": {"scenario": sample.scenario, "fingerprint": sample.scenario_fingerprint},
        "targets": list(sample.targets),
        "overridden": {
            name: list(sample.overridden(scenario))
            for (name, _), scenario in results.scenarios.items()
        },
    }


def told(found: Results | Comparison) -> Any:
    """What --json prints and files hold: means or differences, of draws also by label."""
    import pandas as pd

    from sim.experiment.results import Results

    results = found if isinstance(found, Results) else found.results
    if results.posterior is not None:
        return pd.concat([found.summary(), found.summary(by="reading")], ignore_index=True)
    return found.mean() if isinstance(found, Results) else found.differences


def draws_frame(results: Results) -> Any:
    """One row a draw that was run: weight, label, and every value of it."""
    import pandas as pd

    sample, draws = results.posterior, results.draws
    assert sample is not None
    columns: dict[str, Any] = {
        "draw": range(len(draws)),
        "weight": draws.weights,
        "reading": draws.readings,
        **{name: values[: len(draws)] for name, values in sample.diagnostics.items()},
    }
    for k, parameter in enumerate(sample.parameters):
        columns[parameter.path] = sample.values[: len(draws), k]
    return pd.DataFrame(columns)


def people_frame(results: Results) -> Any:
    """One row a person of every run under readings, as a pandas frame."""
    import pandas as pd

    from sim.experiment.replication import Job, people_table

    parts = []
    for (name, label), scenario in results.scenarios.items():
        for k in range(results.design.replications):
            table = people_table(Job(scenario, k, results.seed, results.engine))
            parts.append(pd.DataFrame({"scenario": name, "reading": label, **table}))
    return pd.concat(parts, ignore_index=True)


def records(frame: Any) -> list[dict[str, Any]]:
    """The rows of a pandas frame."""
    records: list[dict[str, Any]] = frame.to_dict(orient="records")
    return records


def print_json(content: Any) -> None:
    """Print data as JSON, infinite and missing numbers included."""
    typer.echo(json.dumps(finite(content), indent=2, ensure_ascii=False))


def finite(content: Any) -> Any:
    """JSON knows no infinity and no NaN: 'infinite' and null stand for them."""
    if isinstance(content, dict):
        return {key: finite(value) for key, value in content.items()}
    if isinstance(content, (list, tuple)):
        return [finite(value) for value in content]
    if isinstance(content, float) and not math.isfinite(content):
        return None if math.isnan(content) else "infinite"
    return content


def say_where(folder: Path | None) -> None:
    """Say on stderr where files were written."""
    if folder is not None:
        typer.echo(say("written to {folder}", folder=folder), err=True)
