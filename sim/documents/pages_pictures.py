"""The pictures of the pages: their numbers, their captions, what they show in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.documents.pages_parts import PAYER_NAMES, Picture, in_millions, picture
from sim.documents.report import Floats, Report, Spread
from sim.money.budget import Budget
from sim.money.payers import ALL_PAYERS
from sim.present.hiring_figures import Path, hiring_figure
from sim.present.numbers import MILLION, factor, number, percent
from sim.present.report_figures import (
    HEIGHT,
    WIDTH,
    Bar,
    Curve,
    Payer,
    bars_figure,
    enough_figure,
    factors_figure,
    payers_figure,
)
from sim.present.targets import counted
from sim.words import say

if TYPE_CHECKING:
    import pandas as pd


def reached_picture(report: Report) -> Picture:
    """What posts alone and levers reach, beside the target."""
    posts, target = report.posts_shown, report.scenario.target
    most = max(posts, report.most_posts)
    shown = [
        _bar(say("today's posts,\nno lever"), report.reached_today),
        _bar(_with(report, posts, say("without any lever")), report.reached(posts, ())),
    ]
    if report.plan.levers:
        with_levers = report.reached(posts, report.plan.levers)
        shown.append(_bar(_with(report, posts, say("every lever")), with_levers))
    if most > posts:
        last = say("every lever") if report.plan.levers else say("without any lever")
        shown.append(_bar(_with(report, most, last), report.reached(most, report.plan.levers)))
    what, year = counted(target.measure), report.year
    told = "; ".join(
        say("{what}: {mean} ({low} to {high})", what=each.label.replace("\n", " "),
            mean=number(each.mean), low=number(each.low), high=number(each.high))
        for each in shown
    )  # fmt: skip
    return picture(
        lambda: bars_figure(shown, float(target.people), f"{what}, {year}"),
        say("What posts and levers reach in {year}: {what}, with the posts named at the left in "
            "every draw; mean over what the figures leave open, the line spans 90 %.",
            year=year, what=what),
        say("Bars beside the target of {people}. {told}.", people=number(target.people), told=told),
    )  # fmt: skip


def _with(report: Report, posts: int, levers: str) -> str:
    return say("{posts} posts,\n{levers}", posts=number(report.there(posts)), levers=levers)


def _bar(label: str, spread: Spread) -> Bar:
    return Bar(label, spread.mean, spread.low, spread.high)


def certainty_picture(report: Report) -> Picture:
    """With which probability so many posts are enough."""
    frame, table = report.plan.frame, report.plan.combinations
    weights = frame["weight"].to_numpy()
    needed = _there(report, frame["posts"])
    curves = [Curve(say("if the orientations are found elsewhere"), needed, weights)]
    series = [(report.plan.levers, say("if the levers have to bring them"))]
    series.append(((), say("if nothing brings them but the posts")))
    for names, label in series if report.plan.levers else series[1:]:
        part = table[table["levers"] == "+".join(names)]
        least = _there(report, part["least_posts"])
        curves.append(Curve(label, least, part["weight"].to_numpy()))
    most, today = report.there(report.most_posts), int(report.there(report.posts_today))
    chosen = None if report.posts_wanted is None else int(report.there(report.posts_wanted))
    told = "; ".join(
        say("{what}: {share} at most", what=each.label,
            share=percent(float(each.weights[np.isfinite(each.needed)].sum())))
        for each in curves
    )  # fmt: skip
    return picture(
        lambda: enough_figure(curves, today, most, report.probability, chosen),
        say("With which probability so many posts are enough for the target."),
        say("Curves rising with the number of posts up to {most}. {told}.", most=number(most),
            told=told),
    )  # fmt: skip


def _there(report: Report, posts: pd.Series) -> Floats:
    return np.array([report.there(each) for each in posts], dtype=np.float64)


def orientations_picture(report: Report) -> Picture | None:
    """What is needed of today's orientations, what posts bring of it, what levers bring."""
    series = [
        (say("needed in all"), "orientations_needed"),
        (say("brought by\nthe posts"), "orientations_brought_by_posts"),
        (say("remains to be found"), "orientations_to_find"),
        (say("brought by\nall levers"), "levers_bring"),
    ]
    shown = [
        Bar(label, *report.at_sizing.loc[name, ["mean", "low", "high"]].astype(float))
        for label, name in series
        if name in report.at_sizing.index
    ]
    if not shown:
        return None
    told = "; ".join(
        say("{what}: {mean} ({low} to {high})", what=each.label.replace("\n", " "),
            mean=factor(each.mean), low=factor(each.low), high=factor(each.high))
        for each in shown
    )  # fmt: skip
    return picture(
        lambda: factors_figure(shown),
        say("Orientations as factors: mean, and the span of 90 % of what the figures leave open. "
            "In each draw, what posts bring times what is left to find is what is needed."),
        say("Points on a line of factors. {told}.", told=told),
    )  # fmt: skip


def hiring_picture(report: Report) -> Picture:
    """Posts month by month."""
    posts, path = int(report.hiring["posts"].iloc[-1]), [Path("", report.hiring)]
    today = int(report.there(report.posts_today))
    return picture(
        lambda: hiring_figure(path, today, width=WIDTH, height=HEIGHT),
        say("Funded posts month by month."),
        say("A line by month: funded posts go from {today} to {posts}.", today=number(today),
            posts=number(posts)),
    )  # fmt: skip


def payers_picture(found: Budget) -> Picture:
    """Who pays the gross cost of each year."""
    payers = [
        Payer(say(PAYER_NAMES[payer]),
              [float(found.paid_by(payer, year)) / MILLION for year in found.years])
        for payer in ALL_PAYERS
        if any(found.paid_by(payer, year) for year in found.years)
    ]  # fmt: skip
    told = "; ".join(
        say("{year}: {amount}", year=year, amount=in_millions(found.gross(year)))
        for year in found.years
    )
    return picture(
        lambda: payers_figure(found.years, payers),
        say("Who pays the gross cost of each year, millions of euros."),
        say("Stacked columns, by payer. In all {told}.", told=told),
    )
