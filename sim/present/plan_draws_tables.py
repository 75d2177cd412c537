"""Tables of a plan on draws: both sides of the sizing point, when, and what the year looks like."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from math import isfinite

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.planning.certainty import groups
from sim.planning.plan import Plan
from sim.present.numbers import date_text, factor, number, percent, span
from sim.present.plan_draws_text import LEVELS, rows_by
from sim.present.tables import Table
from sim.present.targets import counted
from sim.words import say, to_say

SIDES: tuple[tuple[str, str, Callable[[float], str]], ...] = (
    (to_say("Posts to fund"), "posts", number),
    (to_say("  of them in the area simulated"), "posts_in_area", number),
    (to_say("  without the ceiling of {ceiling}"), "posts_without_ceiling", number),
    (to_say("Orientations, of today's"), "orientations_needed", factor),
    (to_say("  left to find beside posts"), "orientations_to_find", factor),
)
SURE = (0.5, 0.8, 0.95)
LEAST_SHOWN = 0.05


def _days(value: float) -> str:
    return number(value, 1)


def sides_table(plan: Plan) -> Table:
    """Both sides of the sizing point with their quantiles, and their medians by label."""
    together = rows_by(plan.summary(), "quantity")
    by_label = plan.summary(by="reading")
    labels = list(dict.fromkeys(by_label[by_label["weight"] >= LEAST_SHOWN]["reading"]))
    ceiling = number(plan.scenario.target.mean_load)
    rows = []
    for title, name, show in SIDES:
        if name == "posts_in_area" and plan.scenario.territory.has_all_posts:
            continue
        medians = rows_by(by_label[by_label["quantity"] == name], "reading")
        rows.append(
            [
                say(title, ceiling=ceiling),
                *(show(together[name][level]) for level in LEVELS),
                *(show(medians[label]["p50"]) for label in labels),
            ]
        )
    weights = {label: row["weight"] for label, row in rows_by(by_label, "reading").items()}
    return Table(
        say("The sizing point: both sides are needed"),
        [say("enough with"), *map(percent, SURE)]
        + [f"{label} ({percent(weights[label])})" for label in labels],
        rows,
        note=say(
            "Columns of readings: 50 % of the draws that behave like it, with their weight; those "
            "below {least} are left out (plan.summary(by='reading') has them).",
            least=percent(LEAST_SHOWN),
        ),
    )


Row = tuple[str, str, Callable[[float], str]]


def at_sizing_table(plan: Plan) -> Table:
    """What the year looks like at the sizing point: means over the draws, and by label."""
    labels = [each for each in groups(plan, "reading") if each[2] >= LEAST_SHOWN]
    drawn = []
    for row in _year_rows(plan):
        if isinstance(row, str):
            drawn.append([row, *([""] * (len(labels) + 2))])
            continue
        title, name, show = row
        if name not in plan.frame:
            continue
        mean, low, high = _spread(plan, name, np.arange(len(plan.answers)))
        drawn.append(
            [
                title,
                show(mean),
                span(show(low), show(high)),
                *(show(_spread(plan, name, members)[0]) for _, members, _ in labels),
            ]
        )
    headings = ["", say("mean"), percent(0.9), *(label for label, _, _ in labels)]
    return Table(say("What it looks like"), headings, drawn)


def _year_rows(plan: Plan) -> list[Row | str]:
    """Sub-headings, and rows: title, column, how it is written."""
    year = plan.scenario.target.year
    return [
        say("POSTS ALONE, no lever: {what}", what=counted(plan.scenario.target.measure)),
        (say("Those posts"), "posts_alone", number),
        (say("  if prescribers do not respond"), "posts_alone_response_0", number),
        (say("  if they fully respond"), "posts_alone_response_1", number),
        (say("Today's posts"), "today", number),
        (say("Orientations by those posts"), "orientations_brought_by_posts", factor),
        say("AT THE SIZING POINT, {year}", year=year),
        (say("Entries"), f"entries_{year}", number),
        (f"  {year + 1}", f"entries_{year + 1}", number),
        (f"  {year + 2}", f"entries_{year + 2}", number),
        (say("  pace at the end of {year}", year=year), "entries_pace", number),
        (say("People supported"), f"people_supported_{year}", number),
        (say("Portfolios in service"), "portfolios", number),
        (say("Entry delay, days"), "entry_delay", _days),
        (say("  process"), "process_delay", _days),
        (say("  queue"), "queue_delay", _days),
        (say("  queue if posts go where it queues"), "queue_delay_where_it_queues", _days),
        (say("  within 21 days"), "within_21_days", percent),
        (say("Gave up before entry"), "abandoned_share", percent),
        (say("People per portfolio"), "load", _days),
        (say("Pool-days: waiting for a place"), "bound_by_places", percent),
        (say("  waiting for a slot"), "bound_by_slots", percent),
        (say("  nobody: orientations bind"), "bound_by_orientations", percent),
        (say("Posts by plain arithmetic"), "rule_of_thumb_posts", number),
    ]


def _spread(plan: Plan, name: str, members: NDArray[np.int64]) -> tuple[float, float, float]:
    """Weighted mean and 90 % interval of a column over the draws that have it."""
    from sim.experiment.credible import quantiles

    values = plan.frame[name].to_numpy(dtype=np.float64)[members]
    assert plan.draws is not None
    weights = np.where(np.isfinite(values), plan.draws.weights[members], 0.0)
    if weights.sum() <= 0:
        return float("nan"), float("nan"), float("nan")
    weights = weights / weights.sum()
    values = np.where(np.isfinite(values), values, 0.0)
    low, high = (float(quantiles(values[None], weights[None], level)[0]) for level in (0.05, 0.95))
    return float(weights @ values), low, high


def hiring_table(plan: Plan) -> Table | None:
    """When the posts are there, and from when on twelve months reach the target."""
    from sim.planning.certainty import least_enough

    frame, weights = plan.frame, plan.frame["weight"].to_numpy()
    rows = []
    for title, name in (
        (say("All posts of the sizing point are hired by"), "hired_by"),
        (say("First twelve months that reach the target begin"), "reached_from"),
    ):
        days = np.array(
            [np.inf if pd.isna(when) else float(when.toordinal()) for when in frame[name]]
        )
        if name == "reached_from" and plan.scenario.target.measure != "entries":
            continue
        found = (least_enough(days, weights, level) for level in SURE)
        rows.append([title, *(_date(each) for each in found)])
    if not np.isfinite(plan.frame["posts"]).any():
        return None
    headings = [say("at the latest with"), *map(percent, SURE)]
    return Table(say("When"), headings, rows, note=_hiring(plan))


def _hiring(plan: Plan) -> str:
    limit = plan.scenario.posts.most_hires_per_month
    values = {
        "start": date_text(plan.scenario.posts.hiring_start),
        "last": plan.scenario.target.year + 2,
        "hires": number(int(plan.hiring_path()["hires"].max())),
    }
    if limit is None:
        return say(
            "Hiring from {start}, no limit on hires; looked at up to {last}. To the posts that "
            "are enough with 80 %: up to {hires} hires a month.",
            **values,
        )
    return say(
        "Hiring from {start}, {limit} hires a month at most; looked at up to {last}. To the posts "
        "that are enough with 80 %: up to {hires} hires a month.",
        limit=number(limit),
        **values,
    )


def _date(ordinal: float) -> str:
    return date_text(date.fromordinal(int(ordinal))) if isfinite(ordinal) else say("later")
