"""A look-back in words: where each figure fell, the scores, and how far to trust them."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from typing import TYPE_CHECKING, Any

from sim.planning.lookback import ALL, CALIBRATED, INNER, OUTER, PLAN, PLAN_DIFFERS, SCORED, chance
from sim.present.numbers import number, percent
from sim.present.posterior_text import as_html, as_text
from sim.present.tables import Table

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


def _parts(found: LookBack) -> tuple[list[Table], list[str]]:
    scored = found.figures["role"] == SCORED
    title = f"{found.projection.title}: projected, and what came true"
    tables = [
        _figures_table(title, found.figures[scored]),
        _figures_table("Not scored", found.figures[~scored]),
        _scores_table(found),
    ]
    return [each for each in tables if each.rows], [
        *_warnings(found),
        *_verdicts(found),
        *_notes(found),
    ]


def _named(row: Mapping[Any, Any]) -> str:
    return str(row["measure"]).replace("_", " ")


def _written(value: float, unit: str) -> str:
    if unit == "share":
        return percent(value)
    return number(value, 0 if abs(value) >= 1000 or unit == "portfolios" else 1)


def _figures_table(title: str, figures: pd.DataFrame) -> Table:
    rows = []
    for row in figures.to_dict(orient="records"):
        unit = row["unit"]
        inner, outer = (
            f"{_written(row[f'low_{part}'], unit)} to {_written(row[f'high_{part}'], unit)}"
            for part in (50, 90)
        )
        why = "" if row["role"] == SCORED else f" ({row['role']})"
        rows.append(
            [
                f"{_named(row)} {row['period']}{why}",
                _written(row["projected"], unit),
                inner,
                outer,
                _written(row["seen"], unit),
                percent(row["quantile"]),
                _signed(row["error"]),
            ]
        )
    return Table(title, ["", "projected", "50 %", "90 %", "seen", "at", "error"], rows)


def _signed(value: float) -> str:
    if isnan(value):
        return "-"
    text = percent(value, 1)
    return f"+{text}" if value > 0 else text


def _scores_table(found: LookBack) -> Table:
    rows = []
    for row in found.scores.to_dict(orient="records"):
        months = " by month" if row["by"] == "month" else ""
        digits = 0 if row["crps"] >= 100 else 3 if row["unit"] == "share" else 1
        crps = "" if isnan(row["crps"]) else f"{number(row['crps'], digits)} {row['unit']}"
        rows.append(
            [
                _named(row) + months,
                str(row["figures"]),
                str(row["inside_50"]),
                str(row["inside_90"]),
                "" if row["measure"] == ALL else _signed(row["bias"]),
                crps,
                "" if isnan(row["skill"]) else percent(row["skill"]),
            ]
        )
    headings = ["", "figures", "in 50 %", "in 90 %", "bias", "CRPS", "skill"]
    return Table("Scores", headings, rows)


def _warnings(found: LookBack) -> list[str]:
    """Whether the posts were as planned: else the model cannot be judged by the figures."""
    if not found.tells_the_plan:
        return [
            "No figure tells whether the posts were as planned (portfolios_at_end, portfolios, "
            "funded_posts): an error may be of the posts and not of the model."
        ]
    off = [
        f"{_named(row)} {row['period']} {_written(row['seen'], row['unit'])} seen, "
        f"{_written(row['projected'], row['unit'])} projected ({_signed(row['error'])})"
        for row in found.off_plan.to_dict(orient="records")
    ]
    if not off:
        return []
    return [
        f"WARNING: not as planned, by more than {percent(PLAN_DIFFERS)}: {'; '.join(off)}. The "
        f"scores judge plan and model together. {_again(found)}"
    ]


def _again(found: LookBack) -> str:
    """How to project with the posts that there were."""
    told = "To judge the model alone, project again with the portfolios that were seen"
    changes = found.as_it_was
    if not changes:
        return f"{told} in portfolios.in_service, and posts.hiring_start after the last of them."
    portfolios = ", ".join(
        f"{day}={value:g}" for day, value in changes["portfolios.in_service"].items()
    )
    dates = " ".join(f"--set {path}={changes[path]}" for path in changes if path != IN_SERVICE)
    return f'{told}: --set "{IN_SERVICE}={{{portfolios}}}" {dates}.'


def _verdicts(found: LookBack) -> list[str]:
    scores = found.scores.to_dict(orient="records")
    if not scores:
        return ["No figure can be scored: all are of the plan, or were calibrated on."]
    whole = scores[-1]
    count = whole["figures"]
    told = []
    for share, key in ((INNER, "inside_50"), (OUTER, "inside_90")):
        low, high = chance(count, share)
        by_chance = f"{low} to {high}" if low < high else f"{low}"
        told.append(
            f"{whole[key]} inside their {percent(share)} interval ({number(share * count, 1)} "
            f"expected, {by_chance} nine times of ten)"
        )
    few = (
        f" {count} figure(s) tell little: many a wrong model would pass, and a right one "
        "fail now and then."
        if count < FEW
        else ""
    )
    verdicts = [
        f"Of {count} figure(s) {' and '.join(told)}.{few} Figures of one projection go up and down "
        "together, so chance reaches further than that."
    ]
    return [*verdicts, *(_bias(row) for row in scores if row["measure"] != ALL)]


def _bias(row: Mapping[Any, Any]) -> str:
    months = " by month" if row["by"] == "month" else ""
    name, bias = _named(row).capitalize() + months, row["bias"]
    on_average = " on average" if row["figures"] > 1 else ""
    if isnan(bias):
        told = f"{name}: no relative error, 0 was seen"
    elif abs(bias) < CLEAR_ERROR:
        told = f"{name}: projected within {percent(CLEAR_ERROR, 1)}{on_average}"
    else:
        which = "high" if bias > 0 else "low"
        told = f"{name}: projected {percent(abs(bias), 1)} too {which}{on_average}"
    if isnan(row["skill"]):
        return f"{told}."
    than = "better" if row["skill"] >= 0 else "worse"
    compared = "than saying that the last published year stays"
    return f"{told}; {percent(abs(row['skill']))} {than} {compared}."


def _notes(found: LookBack) -> list[str]:
    roles = set(found.figures["role"])
    notes = [
        "50 % and 90 %: where a figure should be seen, what is not known of the world and chance "
        "together; 'at': the quantile at which it was. Error: projected against seen. CRPS: mean "
        "distance, less the projection's own spread."
    ]
    if not found.projection.tells_an_interval:
        notes.append("The draws are too few for an interval of 90 %: project on 10 or more.")
    if PLAN in roles:
        notes.append("'plan': posts and portfolios are decided, not foretold.")
    if CALIBRATED in roles:
        notes.append("'calibrated on': the draws were fitted to that figure.")
    return notes
