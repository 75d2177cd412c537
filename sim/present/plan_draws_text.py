"""A plan on draws of the posterior in words, and what its combinations of levers bring."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd

from sim.levers import FACILITATION
from sim.planning.certainty import both_at_once
from sim.planning.plan import Plan
from sim.planning.sizing import MOST_MULTIPLIER, MOST_POSTS
from sim.population.posts import posts_at_start
from sim.present.lever_names import combination, legend, marks, split
from sim.present.numbers import bracketed, factor, number, percent, plain, significant
from sim.present.tables import Table
from sim.present.targets import counted
from sim.words import say

LEVELS = ("p50", "p80", "p95")
LARGE = 20_000
AS_LIKELY, AS_MANY = 0.01, 1.02


def rows_by(frame: pd.DataFrame, key: str) -> dict[str, dict[str, Any]]:
    """The rows of a frame as plain mappings, by one of their columns."""
    return {row[key]: {str(k): v for k, v in row.items()} for row in frame.to_dict("records")}


def draws_in_words(plan: Plan) -> list[str]:
    """The answer in a few sentences: both sides, how sure, and what levers bring of it."""
    target = plan.scenario.target
    sides = rows_by(plan.summary(), "quantity")
    posts = [_enough(sides["posts"][level]) for level in LEVELS]
    needed = [_times(sides["orientations_needed"][level]) for level in LEVELS]
    to_find = [_times(sides["orientations_to_find"][level]) for level in LEVELS]
    said = [
        say(
            "{people} {what} in {year} take {posts50} {posts} to be enough with a probability of "
            "50 %, {posts80} with 80 %, {posts95} with 95 % ({today} today), AND × {needed50}, "
            "× {needed80}, × {needed95} today's orientations. Posts bring a part of those; left "
            "to find is × {find50} (50 %), × {find80} (80 %), × {find95} (95 %).",
            people=number(target.people),
            what=counted(target.measure),
            year=target.year,
            posts=say("funded posts")
            if plan.scenario.territory.has_all_posts
            else say("funded posts in the whole country"),
            today=number(posts_at_start(plan.scenario)),
            **dict(zip(("posts50", "posts80", "posts95"), posts, strict=True)),
            **dict(zip(("needed50", "needed80", "needed95"), needed, strict=True)),
            **dict(zip(("find50", "find80", "find95"), to_find, strict=True)),
        )
    ]
    shares = [percent(both_at_once(plan, level)) for level in (0.5, 0.8, 0.95)]
    said.append(
        say(
            "Each of these numbers is of its side alone: both sides at once are enough with about "
            "{first}, {second} and {third}.",
            first=shares[0],
            second=shares[1],
            third=shares[2],
        )
    )
    if plan.levers and len(plan.combinations):
        said += _levers_in_words(plan)
    return said


def _levers_in_words(plan: Plan) -> list[str]:
    target = plan.scenario.target
    rows = rows_by(plan.combinations_summary(), "levers")
    every, none = rows["+".join(plan.levers)], rows[""]
    brought = say(
        "The levers ({levers}) bring × {orientations} in the mean and suffice with a probability "
        "of {probability} (90 %: {low} to {high}) with up to three times today's posts; posts "
        "alone with {alone}.",
        levers=combination(plan.levers),
        orientations=plain(every["orientations"], 2),
        probability=percent(every["probability"]),
        low=number(100 * every["probability_low"]),
        high=percent(every["probability_high"]),
        alone=percent(none["probability"]),
    )
    said = [" ".join(each for each in (brought, _with_so_many(every), _best(rows, every)) if each)]
    by_label = plan.combinations_summary(by="reading")
    of_all = by_label[by_label["levers"] == every["levers"]].to_dict("records")
    said.append(
        say(
            "By what the draws behave like, the levers suffice with: {readings}.",
            readings=", ".join(f"{row['reading']} {percent(row['probability'])}" for row in of_all),
        )
    )
    unanswered = plan.frame.get("levers_at_most_posts_unanswered")
    if unanswered is not None:
        said.append(
            say(
                "If prescribers do not respond to new posts (ε = 0), the levers reach the target "
                "with a probability of {share}, with three times today's posts.",
                share=percent(float(plan.frame["weight"][unanswered >= target.people].sum())),
            )
        )
    return said


def _with_so_many(every: Mapping[str, Any]) -> str:
    if not isfinite(every["p50"]):
        return say("No number of posts makes them enough with 50 %.")
    if not isfinite(every["p80"]):
        return say(
            "They take {posts} posts for 50 %; no number of posts makes them enough with 80 %.",
            posts=number(every["p50"]),
        )
    return say(
        "They take {posts50} posts for 50 %, {posts80} for 80 %.",
        posts50=number(every["p50"]),
        posts80=number(every["p80"]),
    )


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
        and len(split(name)) < len(split(every["levers"]))
    ]
    if not smaller:
        return say("Every lever left out makes that less likely, or takes more posts.")
    fewest = min(smaller, key=lambda row: (len(split(row["levers"])), -row["probability"]))
    return say(
        "Fewer are as likely to suffice: {levers}.", levers=combination(str(fewest["levers"]))
    )


def _enough(posts: float) -> str:
    return number(posts) if isfinite(posts) else say("no number of")


def _times(value: float) -> str:
    return plain(value, 2) if isfinite(value) else "∞"


def combinations_table(plan: Plan) -> Table:
    """What every combination of levers brings, the likeliest to suffice first."""
    table = plan.combinations_summary()
    ordered = table.assign(size=[len(split(levers)) for levers in table["levers"]]).sort_values(
        ["probability", "p50", "size"], ascending=[False, True, True], kind="stable"
    )
    what = counted(plan.scenario.target.measure)
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
    reached = what if unit == 1 else say("{what}, 1000s", what=what)
    return Table(
        say("What combinations of levers bring"),
        [say("levers"), say("suffice"), say("posts 50 %"), percent(0.8), percent(0.95),
         say("intensity"), say("orient."), reached, say("with most posts")],
        rows,
        note=say(
            "{legend}. suffice: probability that the target holds with some number of posts up to "
            "three times today's (or those of the sizing point, if more); posts: the least that "
            "are enough with that probability, 'none' where no such number is; intensity: share "
            "of full intensity that is then enough (median); orient.: orientations they bring; "
            "{what} with the posts of the sizing point and with the most posts looked at: mean "
            "and 90 % interval.",
            legend=legend(),
            what=what,
        ),
    )  # fmt: skip


def _interval(row: Mapping[Hashable, Any], name: str, unit: int) -> str:
    """Mean and 90 % interval in people, or in thousands."""
    mean, low, high = (number(row[f"{name}{end}"] / unit) for end in ("", "_low", "_high"))
    return f"{mean} {bracketed(low, high)}"


def search_notes(plan: Plan) -> list[str]:
    """What the search and the number of draws leave open."""
    errors = [each.sizing.search_error for each in plan.answers if each.sizing]
    draws, missing = len(plan.answers), len(plan.answers) - len(errors)
    notes = [
        say(
            "Probabilities are shares of {draws} draws of the posterior (worth {effective} of "
            "equal weight). Quantiles of posts and of orientations are of each side for itself; "
            "draws that need more of one often need less of the other.",
            draws=draws,
            effective=number(plan.draws.effective if plan.draws else 0),
        ),
        say(
            "Each draw is simulated {times} time(s): quantiles also hold the noise of the "
            "simulation, small beside the rest for the country, not for a département "
            "(--replications lowers it).",
            times=plan.replications,
        ),
    ]
    if missing:
        notes.append(
            say(
                "In {missing} of {draws} draws no sizing point was found up to {posts} posts and "
                "{times} times the orientations: there no number is enough. Means and intervals "
                "are of the other {others}.",
                missing=missing,
                draws=draws,
                posts=number(MOST_POSTS),
                times=significant(MOST_MULTIPLIER),
                others=len(errors),
            )
        )
    if errors:
        notes.append(
            say(
                "The search stops within {most} posts of the sizing point of each draw (median "
                "{median}).",
                most=max(errors),
                median=number(float(np.median(errors))),
            )
        )
    return [*notes, *_foretold(plan)]


def _foretold(plan: Plan) -> list[str]:
    """How far what is foretold was off, where it was simulated afterwards."""
    tried = [tried for each in plan.answers for tried in each.tried]
    # Of none and of all the levers this is simulated, not foretold.
    others = [each for each in tried if 0 < len(each.names) < len(plan.levers)]
    if not others:
        return []
    told = say(
        "Least posts, and what the most posts reach, are simulated for none and all of the levers "
        "and foretold for the others; with the facilitation, so is what the posts of the sizing "
        "point reach. Simulated afterwards, one combination a draw: what the most posts reach was "
        "off by {most} (root mean square of {count})",
        most=_root_mean_square([each.reached_at_most for each in others]),
        count=len(others),
    )
    at_sizing = [each.at_sizing for each in others if FACILITATION in each.names]
    if at_sizing:
        told += say(
            ", what those of the sizing point do by {off} (of {count})",
            off=_root_mean_square(at_sizing),
            count=len(at_sizing),
        )
    posts = [abs(each.least_posts) for each in others if each.least_posts]
    if posts:
        told += say(
            ", least posts by {median} in the median and {most} at most (of {count})",
            median=percent(float(np.median(posts)), 1),
            most=percent(float(np.max(posts)), 1),
            count=len(posts),
        )
    return [f"{told}."]


def _root_mean_square(errors: Sequence[float]) -> str:
    return percent(float(np.sqrt(np.mean(np.square(errors)))), 1)
