"""How the same numbers are made again: the command, versions, fingerprints, seed."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from sim.documents.command import command
from sim.documents.pages_parts import Block, Code, PageTable, Paragraph, Row, Section
from sim.documents.report import Report
from sim.present.numbers import number
from sim.words import say

SHOWN = 12


def reproduced(report: Report) -> Section:
    """The command of this report, and all that decides its numbers."""
    plan = report.plan
    assert plan.draws is not None
    again, whole = command(report, "--html", "report.html")
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
    blocks: list[Block] = [
        Paragraph(
            say("The same command gives the same numbers, on any machine.")
            if whole
            else say(
                "The scenario or the rates were made or changed in Python, so no command alone "
                "makes this plan. The fingerprint tells whether another scenario is the same."
            )
        ),
        Code(again),
        PageTable(say("What decides the numbers"),
                  [say("what decides"), say("in this report")], rows, texts=frozenset({1})),
    ]  # fmt: skip
    return Section("reproduce", say("How to make this again"), blocks)


def _version() -> str:
    try:
        return version("agsim")
    except PackageNotFoundError:
        return say("not installed")
