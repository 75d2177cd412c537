"""The command that makes a report again; none where no command makes its plan."""

from __future__ import annotations

import shlex
from pathlib import Path

from sim import data_files
from sim.documents.report import Report
from sim.errors import InputError
from sim.levers import NAMES
from sim.own_figures.read import OwnFigures, read_figures
from sim.planning.plan import REPLICATIONS_A_DRAW
from sim.rate_files import load_rates
from sim.scenario_files import as_toml_value, load
from sim.words import language


def changes(report: Report) -> dict[str, str] | None:
    """What was set beside the scenario's file, by path; None where no command makes this plan."""
    plan, scenario = report.plan, report.scenario
    if (plan.replications, plan.engine) != (REPLICATIONS_A_DRAW, "compiled"):
        return None
    try:
        file, own = load(_source(report)), _figures(report)
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


def command(report: Report, option: str, file: str) -> str:
    """The command with all its options; option and file: which document is written, and where."""
    plan, money = report.plan, report.money
    assert plan.draws is not None
    words = ["agsim", "report", _source(report), option, file]
    if report.figures is not None:
        words += ["--figures", report.figures]
    for path, value in (changes(report) or {}).items():
        words += ["--set", f"{path}={value}"]
    if plan.levers != NAMES:
        words += ["--levers", ",".join(plan.levers) or "none"]
    words += ["--probability", f"{money.probability:g}"]
    words += ["--draws", str(len(plan.draws)), "--seed", str(plan.seed)]
    if plan.posterior is not None and plan.posterior.folder != data_files.posterior():
        words += ["--posterior", str(plan.posterior.folder)]
    own = _figures(report)
    shipped = load_rates(None).where
    if report.rates.where != shipped and not (own is not None and own.costs):
        words += ["--rates", report.rates.where]
    if money.esf_until is not None:
        words += ["--esf-until", str(money.esf_until)]
    if report.bought is None:
        words.append("--no-hours")
    words += ["--lang", language()]
    return shlex.join(words)


def _figures(report: Report) -> OwnFigures | None:
    return None if report.figures is None else read_figures(report.figures)


def _source(report: Report) -> str:
    """What names the scenario's file: a shipped one's name, or the path of the user's."""
    given = report.scenario.given
    path = Path(given.file)
    return path.stem if path.parent == data_files.scenarios() else given.file
