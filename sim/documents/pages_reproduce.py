"""How the same numbers are made again: the command, versions, fingerprints, seed."""

from __future__ import annotations

import shlex
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sim import data_files
from sim.documents.pages_parts import Block, Code, PageTable, Paragraph, Row, Section
from sim.documents.report import Report
from sim.errors import InputError
from sim.levers import NAMES
from sim.planning.plan import REPLICATIONS_A_DRAW
from sim.present.numbers import number
from sim.rate_files import load_rates
from sim.scenario_files import as_toml_value, load
from sim.words import language, say

SHOWN = 12


def reproduced(report: Report) -> Section:
    """The command of this report, and all that decides its numbers."""
    plan = report.plan
    assert plan.draws is not None
    rows = [
        Row("agsim", [_version()]),
        Row(say("fingerprint of the scenario"), [report.scenario.fingerprint]),
        Row(say("draws of the posterior"),
            [say("{draws}, worth {worth}", draws=number(len(plan.draws)),
                 worth=number(plan.draws.effective))]),
        Row(say("runs of each draw"), [number(plan.replications)]),
        Row(say("seed of the random numbers"), [str(plan.seed)]),
        Row(say("engine of the simulation"), [plan.engine]),
        Row(say("file of rates"), [report.rates.where]),
    ]  # fmt: skip
    if plan.posterior is not None:
        fingerprint = plan.posterior.fingerprint[:SHOWN]
        rows.insert(2, Row(say("fingerprint of the posterior"), [fingerprint]))
    changed = _changes(report)
    blocks: list[Block] = [
        Paragraph(
            say("The same command gives the same numbers, on any machine.")
            if changed is not None
            else say(
                "The scenario was made or changed in Python, so no command alone makes it: its "
                "fingerprint tells whether another one is the same."
            )
        ),
        Code(_command(report, changed or {})),
        PageTable(say("What decides the numbers"),
                  [say("what decides"), say("in this report")], rows, texts=frozenset({1})),
    ]  # fmt: skip
    return Section("reproduce", say("How to make this again"), blocks)


def _version() -> str:
    try:
        return version("agsim")
    except PackageNotFoundError:
        return say("not installed")


def _source(report: Report) -> str:
    """What names the scenario's file: a shipped one's name, or the path of the user's."""
    given = report.scenario.given
    path = Path(given.file)
    return path.stem if path.parent == data_files.scenarios() else given.file


def _changes(report: Report) -> dict[str, str] | None:
    """What was set beside the scenario's file, by path; None where no command makes this plan."""
    plan, scenario = report.plan, report.scenario
    if (plan.replications, plan.engine) != (REPLICATIONS_A_DRAW, "compiled"):
        return None
    try:
        file = load(_source(report))
        changed = {path: str(now) for path, (now, _) in scenario.diff(file).items()}
        again = file.with_({path: as_toml_value(text) for path, text in changed.items()})
    except InputError:
        return None
    return changed if again.fingerprint == scenario.fingerprint else None


def _command(report: Report, changed: dict[str, str]) -> str:
    plan, money = report.plan, report.money
    assert plan.draws is not None
    words = ["agsim", "report", _source(report), "--html", "report.html"]
    for path, value in changed.items():
        words += ["--set", f"{path}={value}"]
    if plan.levers != NAMES:
        words += ["--levers", ",".join(plan.levers) or "none"]
    words += ["--probability", f"{money.probability:g}"]
    words += ["--draws", str(len(plan.draws)), "--seed", str(plan.seed)]
    if plan.posterior is not None and plan.posterior.folder != data_files.posterior():
        words += ["--posterior", str(plan.posterior.folder)]
    if report.rates.where != load_rates(None).where:
        words += ["--rates", report.rates.where]
    if money.esf_until is not None:
        words += ["--esf-until", str(money.esf_until)]
    words += ["--lang", language()]
    return shlex.join(words)
