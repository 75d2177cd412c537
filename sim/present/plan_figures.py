"""Figures of a plan: both sides of what a target takes, and how sure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.planning.certainty import LEVELS
from sim.planning.plan import PROJECTED
from sim.present.axes import rows_down, titled_above
from sim.present.hiring_figures import Path, hiring_figure
from sim.present.numbers import number, percent
from sim.present.picture import BLACK, COLOURS, blank, decimals
from sim.present.targets import counted
from sim.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.planning.plan import Plan
    from sim.planning.world import Answer


def plan_figure(plan: Plan) -> Figure:
    """Both sides of what the target takes: on draws with probabilities, else by reading."""
    figure = _readings_figure(plan) if plan.draws is None else _draws_figure(plan)
    target = plan.scenario.target
    titled_above(
        figure,
        say(
            "What {people} {what} in {year} take",
            people=number(target.people),
            what=counted(target.measure),
            year=target.year,
        ),
    )
    return figure


def plan_hiring_figure(plan: Plan) -> Figure:
    """Posts by month on the way to those that are enough with 50, 80 and 95 %."""
    posts = plan.summary().set_index("quantity").loc["posts"]
    reached = [level for level in LEVELS if np.isfinite(posts[f"p{round(100 * level)}"])]
    if not reached:
        figure, (axes,) = blank(8, 2)
        axes.axis("off")
        told = say("no number of posts looked at is enough with {share}", share=percent(LEVELS[0]))
        axes.text(0.0, 0.5, told)
        return figure
    target = plan.scenario.target
    title = say(
        "Hiring path of the posts enough for {people} {what} in {year}, by probability",
        people=number(target.people), what=counted(target.measure), year=target.year,
    )  # fmt: skip
    return hiring_figure(
        [Path(percent(level), plan.hiring_path(level)) for level in reached],
        plan.answers[0].today_posts, title=title,
    )  # fmt: skip


def _draws_figure(plan: Plan) -> Figure:
    """Left: probability that so many posts are enough. Right: orientations needed and brought."""
    figure, (left, right) = blank(11, 5.4, columns=2)
    frame, weights = plan.frame, plan.frame["weight"].to_numpy()
    most = max(each.most_posts for each in plan.answers)
    today = plan.answers[0].today_posts
    there = say("if the orientations are there")
    _enough(left, frame["posts"].to_numpy(), weights, most, there, 0)
    series = [("+".join(plan.levers), say("all levers"), 1), ("", say("no lever"), 5)]
    for name, label, colour in series if plan.levers and len(plan.combinations) else []:
        part = plan.combinations[plan.combinations["levers"] == name]
        least = part["least_posts"].to_numpy()
        _enough(left, least, part["weight"].to_numpy(), most, label, colour)
    left.axvline(today, color=BLACK, linestyle="--", linewidth=1)
    left.text(today, 1.02, say("today"), ha="center", fontsize="small")
    left.set_xlim(0.9 * today, most)
    left.set_ylim(0, 1)
    left.set_yticks([0, 0.2, 0.4, 0.5, 0.6, 0.8, 1.0])
    left.yaxis.set_major_formatter(lambda value, _: percent(value))
    left.set_xlabel(say("funded posts"))
    left.set_title(say("Probability that so many posts are enough"), loc="left", pad=16)
    left.xaxis.set_major_formatter(lambda value, _: number(value))
    left.axhline(PROJECTED, color=BLACK, linestyle=":", linewidth=1.2)
    left.legend(frameon=False, loc="upper left", bbox_to_anchor=(-0.02, -0.16))
    _orientations(right, plan)
    return figure


def _enough(
    axes: Axes, needed: np.ndarray, weights: np.ndarray, most: float, label: str, colour: int
) -> None:
    order = np.argsort(needed)
    there = order[np.isfinite(needed[order])]
    posts = np.append(needed[there], most)
    reached = np.cumsum(weights[there]) if len(there) else np.zeros(0)
    final = float(reached[-1]) if len(reached) else 0.0
    axes.step(
        np.append(0.0, posts), np.concatenate([[0.0], reached, [final]]),
        where="post", color=COLOURS[colour],
        label=say("{what} ({share} in all)", what=label, share=percent(final)),
    )  # fmt: skip


def _orientations(axes: Axes, plan: Plan) -> None:
    """What is left to find, and what all levers bring, as distributions over the draws."""
    frame = plan.frame
    series = [(say("left to find, of those with these posts"), "orientations_to_find", 0)]
    if "levers_bring" in frame:
        series.append((say("all levers bring"), "levers_bring", 1))
    values = [frame[name].to_numpy(dtype=np.float64) for _, name, _ in series]
    finite = np.concatenate([each[np.isfinite(each)] for each in values])
    if not len(finite):
        return
    bins = np.linspace(min(1.0, finite.min()), np.quantile(finite, 0.995) * 1.02, 31).tolist()
    for (label, _, colour), each in zip(series, values, strict=True):
        there = np.isfinite(each)
        shown, weights = np.minimum(each[there], bins[-1]), frame["weight"].to_numpy()[there]
        axes.hist(shown, bins=bins, weights=weights, color=COLOURS[colour], alpha=0.3,
                  histtype="stepfilled", edgecolor="none")  # fmt: skip
        axes.hist(shown, bins=bins, weights=weights, color=COLOURS[colour], histtype="step",
                  linewidth=1.8, label=label)  # fmt: skip
    axes.set_xlabel(say("orientations, relative to those with these posts and no lever"))
    decimals(axes.xaxis)
    axes.yaxis.set_major_formatter(lambda value, _: percent(value))
    axes.set_ylabel(say("share of the draws"))
    axes.set_title(say("Orientations to be found, and what levers bring"), loc="left", pad=16)
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(-0.02, -0.16))


def _readings_figure(plan: Plan) -> Figure:
    """Left: posts of the sizing points and of today. Right: orientations needed and brought."""
    found = [each for each in plan.answers if each.sizing is not None]
    if not found:
        figure, (axes,) = blank(8, 2)
        axes.axis("off")
        axes.text(0.0, 0.5, say("no sizing point was found under any reading"))
        return figure
    figure, (left, right) = blank(10.5, 1.8 + 0.55 * len(found), columns=2)
    rows = range(len(found))
    rows_down(left, [each.reading for each in found])
    rows_down(right, ["" for _ in found])
    posts = [each.sizing.posts for each in found if each.sizing]
    left.barh(rows, posts, color=COLOURS[0], height=0.6)
    for row, value in zip(rows, posts, strict=True):
        left.text(value, row, f" {number(value)}", va="center", fontsize="small")
    left.axvline(found[0].today_posts, color=BLACK, linestyle="--", linewidth=1)
    left.text(found[0].today_posts, -0.5, say("today"), ha="center", va="bottom", fontsize="small")
    left.set_title(say("Funded posts needed"), loc="left", pad=16)
    left.set_xlim(0, max(posts) * 1.15)
    decimals(left.xaxis)
    _orientations_by_reading(right, found)
    return figure


def _orientations_by_reading(right: Axes, found: Sequence[Answer]) -> None:
    """Orientations needed, and what posts and levers bring of them, a row a reading."""
    rows = range(len(found))
    right.barh(
        rows, [each.needed for each in found], color="#DDDDDD", height=0.6, label=say("needed")
    )
    for row, each in zip(rows, found, strict=True):
        parts = [
            (1.0, say("today's"), BLACK),
            (each.brought_by_posts, say("and posts"), COLOURS[5]),
        ]
        if each.levers:
            with_levers = each.brought_by_posts * each.levers.multiplier
            parts.append((with_levers, say("and levers"), COLOURS[1]))
        start = 0.0
        for end, label, colour in parts:
            right.barh(
                row,
                max(0.0, end - start),
                left=start,
                height=0.3,
                color=colour,
                label=label if row == 0 else None,
            )
            start = max(start, end)
    right.set_title(say("Orientations, today's = 1"), loc="left", pad=16)
    decimals(right.xaxis)
    right.legend(frameon=False, fontsize="small", loc="upper left", bbox_to_anchor=(1, 1))
