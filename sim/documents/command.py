"""The command that makes a document again; whether it alone makes this plan and its rates."""

from __future__ import annotations

import shlex
from pathlib import Path

from sim import data_files
from sim.documents.report import Report
from sim.errors import InputError
from sim.levers import NAMES
from sim.own_figures.read import OwnFigures, read_figures
from sim.planning.plan import REPLICATIONS_A_DRAW
from sim.rate_files import load_rates, shipped_rates
from sim.rates import Rates
from sim.scenario_files import as_toml_value, load
from sim.words import language


def command(report: Report, option: str, file: str) -> tuple[str, bool]:
    """The command with all its options, and whether it alone makes this report again.

    option and file: which document is written, and where. The workbook of `agsim budget --plan`
    is that of `agsim report`, so one command makes both. Where no command says what the scenario
    or the rates hold, it leaves that out.
    """
    plan, money = report.plan, report.money
    assert plan.draws is not None
    own = _figures(report)
    settings, rates = _changes(report, own), _rates(report, own)
    words = ["agsim", "report", _source(report), option, file]
    if report.figures is not None:
        words += ["--figures", report.figures]
    for path, value in (settings or {}).items():
        words += ["--set", f"{path}={value}"]
    if plan.levers != NAMES:
        words += ["--levers", ",".join(plan.levers) or "none"]
    words += ["--probability", f"{money.probability:g}"]
    words += ["--draws", str(len(plan.draws)), "--seed", str(plan.seed)]
    if plan.posterior is not None and plan.posterior.folder != data_files.posterior():
        words += ["--posterior", str(plan.posterior.folder)]
    words += rates or []
    if money.esf_until is not None:
        words += ["--esf-until", str(money.esf_until)]
    if report.bought is None:
        words.append("--no-hours")
    words += ["--lang", language()]
    return shlex.join(words), settings is not None and rates is not None


def _changes(report: Report, own: OwnFigures | None) -> dict[str, str] | None:
    """What was set beside the scenario's file, by path; None where no command makes this plan."""
    plan, scenario = report.plan, report.scenario
    if (plan.replications, plan.engine) != (REPLICATIONS_A_DRAW, "compiled"):
        return None
    try:
        file = load(_source(report))
        if own is not None and own.posts:
            file = own.on(file)
        # Lists as TOML writes them, which a shell needs to quote once only.
        changed = {
            path: str(now).replace("'", '"') for path, (now, _) in scenario.diff(file).items()
        }
        again = file.with_({path: as_toml_value(text) for path, text in changed.items()})
    except InputError:
        return None
    return changed if again.fingerprint == scenario.fingerprint else None


def _rates(report: Report, own: OwnFigures | None) -> list[str] | None:
    """The option that gives the report's rates; None where none does.

    That is so for rates changed in Python, and for those of a table that `figures` does not name.
    """
    if own is not None and own.costs:
        return [] if _alike(own.rates(), report.rates) else None
    if _alike(shipped_rates(), report.rates):
        return []
    try:
        found = load_rates(report.rates.where)
    except InputError:
        return None
    return ["--rates", report.rates.where] if _alike(found, report.rates) else None


def _alike(some: Rates, others: Rates) -> bool:
    """Whether both give the same amounts, whatever their sources say in which language."""
    return _numbers(some) == _numbers(others)


def _numbers(rates: Rates) -> tuple[object, ...]:
    each = {
        path: (rate.value, rate.low, rate.high, rate.prices) for path, rate in rates.by_path.items()
    }
    return each, rates.programmes, rates.method, rates.reading


def _figures(report: Report) -> OwnFigures | None:
    """The planner's own figures; None where there are none, or they are there no longer."""
    if report.figures is None:
        return None
    try:
        return read_figures(report.figures)
    except InputError:
        return None


def _source(report: Report) -> str:
    """What names the scenario's file: a shipped one's name, or the path of the user's."""
    given = report.scenario.given
    path = Path(given.file)
    return path.stem if path.parent == data_files.scenarios() else given.file
