"""A look-back in words: where each figure fell, the scores, and how far to trust them."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from typing import TYPE_CHECKING, Any

from sim.planning.lookback import ALL, CALIBRATED, INNER, OUTER, PLAN, PLAN_DIFFERS, SCORED, chance
from sim.present.measures_text import first_capital, named
from sim.present.numbers import number, percent, period_text, span
from sim.present.posterior_text import as_html, as_text
from sim.present.tables import Table
from sim.words import say

if TYPE_CHECKING:
    import pandas as pd

    from sim.planning.lookback import LookBack

FEW = 20
IN_SERVICE = "portfolios.in_service"
CLEAR_ERROR = 0.005


def lookback_text(found: LookBack) -> str:
    """Tables and notes as text."""
    return as_text(*_parts(found))


def lookback_html(found: LookBack) -> str:
    """Tables and notes as HTML."""
    return as_html(*_parts(found))


def title(found: LookBack) -> str:
    """What is looked at."""
    return say("{title}: projected, and what came true", title=say(found.projection.title))


def _parts(found: LookBack) -> tuple[list[Table], list[str]]:
    scored = found.figures["role"] == SCORED
    tables = [
        _figures_table(title(found), found.figures[scored]),
        _figures_table(say("Not scored"), found.figures[~scored]),
        _scores_table(found),
    ]
    return [each for each in tables if each.rows], [
        *_warnings(found),
        *_verdicts(found),
        *_notes(found),
    ]


def _written(value: float, unit: str) -> str:
    if unit == "share":
        return percent(value)
    return number(value, 0 if abs(value) >= 1000 or unit == "portfolios" else 1)


def _figures_table(title: str, figures: pd.DataFrame) -> Table:
    rows = []
    for row in figures.to_dict(orient="records"):
        unit = row["unit"]
        inner, outer = (
            span(_written(row[f"low_{part}"], unit), _written(row[f"high_{part}"], unit))
            for part in (50, 90)
        )
        why = "" if row["role"] == SCORED else f" ({say(row['role'])})"
        rows.append(
            [
                f"{_figure(row)}{why}",
                _written(row["projected"], unit),
                inner,
                outer,
                _written(row["seen"], unit),
                percent(row["quantile"]),
                _signed(row["error"]),
            ]
        )
    headings = ["", say("projected"), percent(INNER), percent(OUTER), say("seen"), say("at"),
                say("error")]  # fmt: skip
    return Table(title, headings, rows)


def _figure(row: Mapping[Any, Any]) -> str:
    """A figure by its measure and period."""
    return f"{named(row['measure'])} {period_text(str(row['period']))}"


def _signed(value: float) -> str:
    if isnan(value):
        return "-"
    text = percent(value, 1)
    return f"+{text}" if value > 0 else text


def _measure(row: Mapping[Any, Any]) -> str:
    """A row of the scores by its measure; months are told, years are not."""
    name = named(row["measure"])
    return say("{measure} by month", measure=name) if row["by"] == "month" else name


def _scores_table(found: LookBack) -> Table:
    rows = []
    for row in found.scores.to_dict(orient="records"):
        digits = 0 if row["crps"] >= 100 else 3 if row["unit"] == "share" else 1
        crps = "" if isnan(row["crps"]) else f"{number(row['crps'], digits)} {say(row['unit'])}"
        rows.append(
            [
                _measure(row),
                str(row["figures"]),
                str(row["inside_50"]),
                str(row["inside_90"]),
                "" if row["measure"] == ALL else _signed(row["bias"]),
                crps,
                "" if isnan(row["skill"]) else percent(row["skill"]),
            ]
        )
    headings = ["", say("figures"), say("in 50 %"), say("in 90 %"), say("bias"), "CRPS",
                say("skill")]  # fmt: skip
    return Table(say("Scores"), headings, rows)


def _warnings(found: LookBack) -> list[str]:
    """Whether the posts were as planned: else the model cannot be judged by the figures."""
    if not found.tells_the_plan:
        return [
            say(
                "No figure tells whether the posts were as planned (portfolios_at_end, portfolios, "
                "funded_posts): an error may be of the posts and not of the model."
            )
        ]
    off = [
        say(
            "{figure} {seen} seen, {projected} projected ({error})",
            figure=_figure(row),
            seen=_written(row["seen"], row["unit"]),
            projected=_written(row["projected"], row["unit"]),
            error=_signed(row["error"]),
        )
        for row in found.off_plan.to_dict(orient="records")
    ]
    if not off:
        return []
    warning = say(
        "WARNING: not as planned, by more than {share}: {figures}. The scores judge plan and model "
        "together.",
        share=percent(PLAN_DIFFERS),
        figures=say("; ").join(off),
    )
    return [f"{warning} {_again(found)}"]


def _again(found: LookBack) -> str:
    """How to project with the posts that there were."""
    changes = found.as_it_was
    if not changes:
        return say(
            "To judge the model alone, project again with the portfolios that were seen in "
            "portfolios.in_service, and posts.hiring_start after the last of them."
        )
    portfolios = ", ".join(f"{day}={value:g}" for day, value in changes[IN_SERVICE].items())
    dates = " ".join(f"--set {path}={changes[path]}" for path in changes if path != IN_SERVICE)
    return say(
        "To judge the model alone, project again with the portfolios that were seen: {settings}.",
        settings=f'--set "{IN_SERVICE}={{{portfolios}}}" {dates}',
    )


def _verdicts(found: LookBack) -> list[str]:
    scores = found.scores.to_dict(orient="records")
    if not scores:
        return [say("No figure can be scored: all are of the plan, or were calibrated on.")]
    whole = scores[-1]
    count = whole["figures"]
    verdict = [
        say(
            "Of {count} figure(s) {inside50} inside their 50 % interval ({expected50} expected, "
            "{chance50} nine times of ten) and {inside90} inside their 90 % interval ({expected90} "
            "expected, {chance90} nine times of ten).",
            count=count,
            inside50=whole["inside_50"],
            expected50=number(INNER * count, 1),
            chance50=_by_chance(count, INNER),
            inside90=whole["inside_90"],
            expected90=number(OUTER * count, 1),
            chance90=_by_chance(count, OUTER),
        )
    ]
    if count < FEW:
        verdict.append(
            say(
                "{count} figure(s) tell little: many a wrong model would pass, and a right one "
                "fail now and then.",
                count=count,
            )
        )
    verdict.append(
        say(
            "Figures of one projection go up and down together, so chance reaches further than "
            "that."
        )
    )
    return [" ".join(verdict), *(_bias(row) for row in scores if row["measure"] != ALL)]


def _by_chance(count: int, share: float) -> str:
    low, high = chance(count, share)
    return span(str(low), str(high)) if low < high else str(low)


def _bias(row: Mapping[Any, Any]) -> str:
    """How far the projections of a measure were off, and whether they beat a plain forecast."""
    measure, bias, several = first_capital(_measure(row)), row["bias"], row["figures"] > 1
    values = {"measure": measure, "share": percent(abs(bias), 1)}
    if isnan(bias):
        told = say("{measure}: no relative error, 0 was seen", measure=measure)
    elif abs(bias) < CLEAR_ERROR:
        values["share"] = percent(CLEAR_ERROR, 1)
        told = (
            say("{measure}: projected within {share} on average", **values)
            if several
            else say("{measure}: projected within {share}", **values)
        )
    elif bias > 0:
        told = (
            say("{measure}: projected {share} too high on average", **values)
            if several
            else say("{measure}: projected {share} too high", **values)
        )
    else:
        told = (
            say("{measure}: projected {share} too low on average", **values)
            if several
            else say("{measure}: projected {share} too low", **values)
        )
    return f"{told}{_skill(row['skill'])}."


def _skill(skill: float) -> str:
    if isnan(skill):
        return ""
    if skill >= 0:
        return say(
            "; {share} better than saying that the last published year stays", share=percent(skill)
        )
    return say(
        "; {share} worse than saying that the last published year stays", share=percent(-skill)
    )


def _notes(found: LookBack) -> list[str]:
    roles = set(found.figures["role"])
    notes = [
        say(
            "50 % and 90 %: where a figure should be seen, what is not known of the world and "
            "chance together; 'at': the quantile at which it was. Error: projected against seen. "
            "CRPS: mean distance, less the projection's own spread."
        )
    ]
    if not found.projection.tells_an_interval:
        notes.append(say("The draws are too few for an interval of 90 %: project on 10 or more."))
    if PLAN in roles:
        notes.append(say("'plan': posts and portfolios are decided, not foretold."))
    if CALIBRATED in roles:
        notes.append(say("'calibrated on': the draws were fitted to that figure."))
    return notes
