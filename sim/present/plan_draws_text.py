"""A plan on draws of the posterior in words and tables: how sure, and of what."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.levers import NAMES
from sim.planning.certainty import groups
from sim.planning.combinations import SHORT
from sim.planning.plan import Plan
from sim.planning.sizing import MOST_MULTIPLIER, MOST_POSTS
from sim.population.posts import posts_at_start
from sim.present.numbers import factor, number, percent
from sim.present.tables import Table

SIDES: tuple[tuple[str, str, Callable[[float], str]], ...] = (
    ("Posts to fund", "posts", number),
    ("  of them in the area simulated", "posts_in_area", number),
    ("  without the ceiling of {ceiling}", "posts_without_ceiling", number),
    ("Orientations, of today's", "orientations_needed", factor),
    ("  left to find beside posts", "orientations_to_find", factor),
)
LEVELS = ("p50", "p80", "p95")
LARGE = 20_000
LEAST_SHOWN = 0.05
MARKS = dict(zip(NAMES, "TDOCF", strict=True))
AS_LIKELY, AS_MANY = 0.01, 1.02


def _days(value: float) -> str:
    return number(value, 1)


def _rows_by(frame: pd.DataFrame, key: str) -> dict[str, dict[str, Any]]:
    """The rows of a frame as plain mappings, by one of their columns."""
    return {row[key]: {str(k): v for k, v in row.items()} for row in frame.to_dict("records")}


def draws_in_words(plan: Plan) -> list[str]:
    """The answer in a few sentences: both sides, how sure, and what levers bring of it."""
    target = plan.scenario.target
    what = target.measure.replace("_", " ")
    sides = _rows_by(plan.summary(), "quantity")
    posts = [_enough(sides["posts"][level]) for level in LEVELS]
    needed = [_times(sides["orientations_needed"][level]) for level in LEVELS]
    to_find = [_times(sides["orientations_to_find"][level]) for level in LEVELS]
    where = "" if whole(plan) else " in the whole country"
    said = [
        f"{number(target.people)} {what} in {target.year} take {posts[0]} funded posts{where} to "
        f"be enough with a probability of 50 %, {posts[1]} with 80 %, {posts[2]} with 95 % "
        f"({number(_today(plan))} today), AND × {needed[0]}, × {needed[1]}, "
        f"× {needed[2]} today's orientations. Posts bring a part of those; left to find is "
        f"× {to_find[0]} (50 %), × {to_find[1]} (80 %), × {to_find[2]} (95 %).",
    ]
    if plan.levers and len(plan.combinations):
        said += _levers_in_words(plan)
    return said


def _today(plan: Plan) -> int:
    """Today's funded posts; what is vacant differs a little between the draws."""
    return posts_at_start(plan.scenario)


def whole(plan: Plan) -> bool:
    """Whether posts are those of what is simulated, not of a larger area."""
    territory = plan.scenario.territory
    return territory.departements == "all" or territory.figures_for == "departements"


def _levers_in_words(plan: Plan) -> list[str]:
    target = plan.scenario.target
    rows = _rows_by(plan.combinations_summary(), "levers")
    every, none = rows["+".join(plan.levers)], rows[""]
    said = [
        f"The levers ({every['label']}) bring × {every['orientations']:.2f} in the mean and "
        f"suffice with a probability of {percent(every['probability'])} "
        f"(90 %: {100 * every['probability_low']:.0f} to "
        f"{percent(every['probability_high'])}) with up to three times today's posts; posts alone "
        f"with {percent(none['probability'])}. {_with_so_many(every)}{_best(rows, every)}"
    ]
    by_label = plan.combinations_summary(by="reading")
    of_all = by_label[by_label["levers"] == every["levers"]].to_dict("records")
    parts = ", ".join(f"{row['reading']} {percent(row['probability'])}" for row in of_all)
    said.append(f"By what the draws behave like, the levers suffice with: {parts}.")
    unanswered = plan.frame.get("levers_at_most_posts_unanswered")
    if unanswered is not None:
        share = float(plan.frame["weight"][unanswered >= target.people].sum())
        said.append(
            "If prescribers do not respond to new posts (ε = 0), the levers reach the target with "
            f"a probability of {percent(share)}, with three times today's posts."
        )
    return said


def _with_so_many(every: Mapping[str, Any]) -> str:
    if not isfinite(every["p50"]):
        return "No number of posts makes them enough with 50 %. "
    if not isfinite(every["p80"]):
        return (
            f"They take {number(every['p50'])} posts for 50 %; no number of posts makes them "
            "enough with 80 %. "
        )
    return f"They take {number(every['p50'])} posts for 50 %, {number(every['p80'])} for 80 %. "


def _best(rows: Mapping[str, Mapping[str, Any]], every: Mapping[str, Any]) -> str:
    """A smaller combination that is as likely to suffice, with no more posts."""
    if every["probability"] <= 0:
        return ""
    least, most = every["probability"] - AS_LIKELY, AS_MANY * every["p50"]
    smaller = [
        row
        for name, row in rows.items()
        if row["probability"] >= least
        and (row["p50"] <= most or not isfinite(most))
        and _size(name) < _size(every["levers"])
    ]
    if not smaller:
        return "Every lever left out makes that less likely, or takes more posts."
    fewest = min(smaller, key=lambda row: (_size(row["levers"]), -row["probability"]))
    return f"Fewer are as likely to suffice: {fewest['label']}."


def _size(levers: str) -> int:
    return len(levers.split("+")) if levers else 0


def _enough(posts: float) -> str:
    return number(posts) if isfinite(posts) else "no number of"


def _times(value: float) -> str:
    return f"{value:.2f}" if isfinite(value) else "∞"


def sides_table(plan: Plan) -> Table:
    """Both sides of the sizing point with their quantiles, and their medians by label."""
    together = _rows_by(plan.summary(), "quantity")
    by_label = plan.summary(by="reading")
    labels = list(dict.fromkeys(by_label[by_label["weight"] >= LEAST_SHOWN]["reading"]))
    ceiling = number(plan.scenario.target.mean_load)
    rows = []
    for title, name, show in SIDES:
        if name == "posts_in_area" and whole(plan):
            continue
        medians = _rows_by(by_label[by_label["quantity"] == name], "reading")
        rows.append(
            [
                title.format(ceiling=ceiling),
                *(show(together[name][level]) for level in LEVELS),
                *(show(medians[label]["p50"]) for label in labels),
            ]
        )
    weights = {label: row["weight"] for label, row in _rows_by(by_label, "reading").items()}
    return Table(
        "The sizing point: both sides are needed",
        ["enough with", "50 %", "80 %", "95 %"]
        + [f"{label} ({percent(weights[label])})" for label in labels],
        rows,
        note="Columns of readings: 50 % of the draws that behave like it, with their weight; those "
        f"below {percent(LEAST_SHOWN)} are left out (plan.summary(by='reading') has them).",
    )


def combinations_table(plan: Plan) -> Table:
    """What every combination of levers brings, the likeliest to suffice first."""
    table = plan.combinations_summary()
    ordered = table.assign(size=[_size(levers) for levers in table["levers"]]).sort_values(
        ["probability", "p50", "size"], ascending=[False, True, True], kind="stable"
    )
    what = plan.scenario.target.measure.replace("_", " ")
    unit = 1000 if plan.scenario.target.people >= LARGE else 1
    rows = [
        [
            marks(row["levers"]),
            percent(row["probability"]),
            *(number(row[level]) for level in LEVELS),
            percent(row["intensity"]),
            factor(row["orientations"]),
            _interval(row, "at_sizing", unit),
            _interval(row, "at_most", unit),
        ]
        for row in ordered.to_dict("records")
    ]
    return Table(
        "What combinations of levers bring",
        ["levers", "suffice", "posts 50 %", "80 %", "95 %", "intensity", "orient.",
         what if unit == 1 else f"{what}, 1000s", "with most posts"],
        rows,
        note=f"{legend()}. "
        "suffice: probability that the target holds with some number of posts up to three times "
        "today's (or those of the sizing point, if more); posts: the least that are enough with "
        "that probability, 'none' where no such number is; intensity: share of full intensity "
        "that is then enough (median); orient.: orientations they bring; "
        f"{what} with the posts of the sizing point and with the most posts looked at: mean and "
        "90 % interval.",
    )  # fmt: skip


def marks(levers: str) -> str:
    """A letter for every lever of a combination, a dot for the others."""
    some = levers.split("+")
    return " ".join(mark if name in some else "·" for name, mark in MARKS.items())


def legend() -> str:
    """What the letters of combinations stand for."""
    return ", ".join(f"{mark} {SHORT[name]}" for name, mark in MARKS.items())


def _interval(row: Mapping[Hashable, Any], name: str, unit: int) -> str:
    """Mean and 90 % interval in people, or in thousands."""
    mean, low, high = (number(row[f"{name}{end}"] / unit) for end in ("", "_low", "_high"))
    return f"{mean} [{low}; {high}]"


Row = tuple[str, str, Callable[[float], str]]


def at_sizing_table(plan: Plan) -> Table:
    """What the year looks like at the sizing point: means over the draws, and by label."""
    year = plan.scenario.target.year
    what = plan.scenario.target.measure.replace("_", " ")
    rows: list[Row | str] = [
        f"POSTS ALONE, no lever: {what}",
        ("Those posts", "posts_alone", number),
        ("  if prescribers do not respond", "posts_alone_response_0", number),
        ("  if they fully respond", "posts_alone_response_1", number),
        ("Today's posts", "today", number),
        ("Orientations by those posts", "orientations_brought_by_posts", factor),
        f"AT THE SIZING POINT, {year}",
        ("Entries", f"entries_{year}", number),
        (f"  {year + 1}", f"entries_{year + 1}", number),
        (f"  {year + 2}", f"entries_{year + 2}", number),
        (f"  pace at the end of {year}", "entries_pace", number),
        ("People supported", f"people_supported_{year}", number),
        ("Portfolios in service", "portfolios", number),
        ("Entry delay, days", "entry_delay", _days),
        ("  process", "process_delay", _days),
        ("  queue", "queue_delay", _days),
        ("  queue if posts go where it queues", "queue_delay_where_it_queues", _days),
        ("  within 21 days", "within_21_days", percent),
        ("Gave up before entry", "abandoned_share", percent),
        ("People per portfolio", "load", _days),
        ("Pool-days: waiting for a place", "bound_by_places", percent),
        ("  waiting for a slot", "bound_by_slots", percent),
        ("  nobody: orientations bind", "bound_by_orientations", percent),
        ("Posts by plain arithmetic", "rule_of_thumb_posts", number),
    ]
    labels = [each for each in groups(plan, "reading") if each[2] >= LEAST_SHOWN]
    drawn = []
    for row in rows:
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
                f"{show(low)} to {show(high)}",
                *(show(_spread(plan, name, members)[0]) for _, members, _ in labels),
            ]
        )
    return Table(
        "What it looks like", ["", "mean", "90 %", *(label for label, _, _ in labels)], drawn
    )


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
        ("All posts of the sizing point are hired by", "hired_by"),
        ("First twelve months that reach the target begin", "reached_from"),
    ):
        days = np.array(
            [np.inf if pd.isna(when) else float(when.toordinal()) for when in frame[name]]
        )
        if name == "reached_from" and plan.scenario.target.measure != "entries":
            continue
        found = (least_enough(days, weights, level) for level in (0.5, 0.8, 0.95))
        rows.append([title, *(_date(each) for each in found)])
    if not np.isfinite(plan.frame["posts"]).any():
        return None
    limit = plan.scenario.posts.most_hires_per_month
    told = "no limit on hires" if limit is None else f"{number(limit)} hires a month at most"
    last = plan.scenario.target.year + 2
    path = plan.hiring_path()
    most_hires = int(path["hires"].max())
    return Table(
        "When", ["at the latest with", "50 %", "80 %", "95 %"], rows,
        note=f"Hiring from {plan.scenario.posts.hiring_start}, {told}; looked at up to {last}. "
        f"To the posts that are enough with 80 %: up to {number(most_hires)} hires a month.",
    )  # fmt: skip


def _date(ordinal: float) -> str:
    from datetime import date

    return date.fromordinal(int(ordinal)).isoformat() if isfinite(ordinal) else "later"


def search_notes(plan: Plan) -> list[str]:
    """What the search and the number of draws leave open."""
    errors = [each.sizing.search_error for each in plan.answers if each.sizing]
    tried = [tried for each in plan.answers for tried in each.tried]
    # Of none and of all the levers what the most posts reach is simulated, not foretold.
    others = [each for each in tried if 0 < len(each.names) < len(plan.levers)]
    draws, missing = len(plan.answers), len(plan.answers) - len(errors)
    notes = [
        f"Probabilities are shares of {draws} draws of the posterior (worth "
        f"{number(plan.draws.effective if plan.draws else 0)} of equal weight). Quantiles of posts "
        "and of orientations are of each side for itself; draws that need more of one often need "
        "less of the other.",
        f"Each draw is simulated {plan.replications} time(s): quantiles also hold the noise of the "
        "simulation, small beside the rest for the country, not for a département "
        "(--replications lowers it).",
    ]
    if missing:
        notes.append(
            f"In {missing} of {draws} draws no sizing point was found up to {number(MOST_POSTS)} "
            f"posts and {MOST_MULTIPLIER:g} times the orientations: there no number is enough. "
            f"Means and intervals are of the other {len(errors)}."
        )
    if errors:
        notes.append(
            f"The search stops within {max(errors)} posts of the sizing point of each draw "
            f"(median {number(float(np.median(errors)))})."
        )
    if others:
        at_most = float(np.sqrt(np.mean([each.reached_at_most**2 for each in others])))
        posts = [abs(each.least_posts) for each in tried if each.least_posts]
        notes.append(
            "Reached with the most posts is simulated for none and all of the levers and foretold "
            f"for the others (off by {percent(at_most, 1)}, root mean square of {len(others)} "
            "simulated afterwards)"
            + (
                f"; least posts were off by {percent(float(np.median(posts)), 1)} in the median, "
                f"{percent(float(np.max(posts)), 1)} at most, of {len(posts)} simulated afterwards."
                if posts
                else "."
            )
        )
    return notes
