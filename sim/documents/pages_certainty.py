"""Both sides of the answer and its cost, for more or less certainty: a table of the first page."""

from __future__ import annotations

from math import inf

import numpy as np

from sim.documents.pages_parts import PageTable, Row, in_millions, reachable
from sim.documents.report import Floats, Report
from sim.planning.certainty import LEVELS, least_enough
from sim.present.numbers import factor, number, percent
from sim.words import say

HUNDREDS = -2


def certainty(report: Report) -> PageTable:
    """Both sides and the cost at each probability, beside what there is today."""
    levels = sorted({*LEVELS, report.probability})
    blank = "–"

    def of_levels(by_level: dict[float, float], asked: float) -> list[float]:
        return [by_level.get(level, asked) for level in levels]

    posts, people = report.posts_there, report.orientations_a_year
    rows = [
        Row(say("Posts to be funded"), [
            number(report.there(report.posts_today)),
            *(reachable(each, number) for each in of_levels(posts.by_level, posts.asked))]),
        Row(say("Orientations in {year}", year=report.year), [
            number(round(report.orientations_today, HUNDREDS)),
            *(reachable(each, lambda value: number(round(value, HUNDREDS)))
              for each in of_levels(people.by_level, people.asked))]),
        Row(say("of today's"), [
            factor(1.0),
            *(reachable(each, factor) for each in
              of_levels(report.orientations.by_level, report.orientations.asked))], "part"),
        Row(say("left to find beside posts"), [
            blank,
            *(reachable(each, factor) for each in
              of_levels(report.to_find.by_level, report.to_find.asked))], "part"),
        Row(say("Gross cost in {year}", year=report.year), [
            in_millions(report.money.cost(report.posts_today, ())),
            *(_gross(report, level) for level in levels)]),
    ]  # fmt: skip
    if report.plan.levers:
        least = _least_with_levers(report)
        enough = [report.there(least_enough(*least, level)) for level in levels]
        told = [reachable(each, number) for each in enough]
        label = say("posts, if the levers must bring the orientations")
        rows.insert(1, Row(label, [blank, *told], "part"))
    heads = [say("enough for {share}", share=percent(level)) for level in levels]
    return PageTable(
        say("How much for how much certainty"), ["", say("today"), *heads], rows,
        say(
            "The numbers of a row are each for itself. Cost: posts and all levers of the plan; "
            "today: today's posts for a year, at the prices of {year}.", year=report.year,
        ) if report.plan.levers else "",
    )  # fmt: skip


def _gross(report: Report, level: float) -> str:
    found = report.budget if level == report.probability else report.money.budgets.get(level)
    return say("out of reach") if found is None else in_millions(found.gross(report.year))


def _least_with_levers(report: Report) -> tuple[Floats, Floats]:
    """Least posts with all levers in every draw, infinite where none are enough; weights."""
    frame = report.plan.frame
    least = frame["least_posts_with_levers"].fillna(inf).to_numpy(dtype=np.float64)
    return least, frame["weight"].to_numpy()
