"""Tidy frames of a plan: a row a world, a row a world and combination of levers."""

from __future__ import annotations

from datetime import date
from math import inf, nan
from typing import TYPE_CHECKING, Any

from sim.planning.combinations import label
from sim.planning.search import reached
from sim.planning.world import Answer, rule_of_thumb
from sim.population.posts import post_plan

if TYPE_CHECKING:
    import pandas as pd

    from sim.planning.plan import Plan

AFTER = (0, 1, 2)
OF_A_COMBINATION = [
    "draw", "weight", "reading", "levers", "label", "posts", "orientations", "to_find",
    "at_sizing", "queue_delay", "load", "at_most", "least_posts", "intensity",
]  # fmt: skip
OF_THE_YEAR = (
    "portfolios", "entry_delay", "process_delay", "queue_delay", "within_21_days",
    "abandoned_share", "load", "load_p90", "bound_by_places", "bound_by_slots",
    "bound_by_orientations", "entries_pace",
)  # fmt: skip


def answers_frame(plan: Plan) -> pd.DataFrame:
    """One row a world, plain numbers (infinite posts stay infinite); on draws also weights."""
    import pandas as pd

    frame = pd.DataFrame([answer_row(each) for each in plan.answers])
    if plan.draws is not None:
        frame.insert(0, "draw", [each.draw for each in plan.answers])
        frame.insert(1, "weight", plan.draws.weights)
    return frame


def answer_row(found: Answer) -> dict[str, Any]:
    """The numbers of one world's answer, flat."""
    year, target = found.year, found.target
    row: dict[str, Any] = {
        "reading": found.reading,
        "target": float(target.people),
        "measure": target.measure,
        "year": year,
        "posts_today": found.today_posts,
        "posts": found.posts,
        "posts_in_area": found.sizing.evaluation.of("funded_posts", year) if found.sizing else inf,
        "posts_search_error": found.sizing.search_error if found.sizing else nan,
        "posts_noise": found.sizing.noise if found.sizing else nan,
        "posts_without_ceiling": found.without_ceiling.posts if found.without_ceiling else inf,
        "decided_by": found.sizing.binding if found.sizing else None,
        "orientations_needed": found.needed,
        "orientations_brought_by_posts": found.brought_by_posts,
        "orientations_to_find": found.to_find,
        "today": reached(found.today, target),
        "posts_alone": reached(found.posts_alone, target) if found.posts_alone else nan,
    }
    for response, evaluation in (found.by_response or {}).items():
        row[f"posts_alone_response_{response:g}"] = reached(evaluation, target)
    if found.levers:
        row |= {
            "levers": "+".join(found.levers.names),
            "levers_bring": found.levers.multiplier,
            "levers_at_sizing": reached(found.levers.at_sizing, target),
            "levers_at_most_posts": found.levers.reached_at_most,
            "most_posts": found.most_posts,
            "least_posts_with_levers": found.levers.least_posts,
            "least_intensity": found.levers.intensity,
        }
        if found.at_most_unanswered:
            row["levers_at_most_posts_unanswered"] = reached(found.at_most_unanswered, target)
    if found.lasting:
        for after in AFTER:
            for name in ("entries", "people_supported"):
                row[f"{name}_{year + after}"] = found.lasting.of(name, year + after)
        row |= {name: found.lasting.of(name, year) for name in OF_THE_YEAR}
    if found.where_it_queues:
        row["queue_delay_where_it_queues"] = found.where_it_queues.of("queue_delay", year)
    row["hired_by"] = found.hired_by
    row["reached_from"] = found.reached_from
    rule = rule_of_thumb(found)
    row["rule_of_thumb_posts"] = rule.posts if rule else nan
    return row


def hiring_frame(plan: Plan, level: float) -> pd.DataFrame:
    """Funded posts on the 1st of each month, and hires since the month before.

    Of the posts that are enough with a probability, from the month before hiring starts to the
    end of the target's year or of hiring, under the scenario's limit on hires.
    """
    import pandas as pd

    planned = plan.chosen(level)
    posts, last = planned.posts, max(planned.posts.hiring_end.year, planned.target.year)
    ready = planned.with_({"horizon.end": date(last + AFTER[-1] + 1, 1, 1)})
    months = [when for when in ready.calendar.months if when >= posts.hiring_start]
    seats = post_plan(ready).seats
    days = [min(int(ready.calendar.day(when)), len(seats) - 1) for when in months]
    funded = [int(seats[day]) for day in days]
    before = [post_plan(ready).posts_at_start, *funded[:-1]]
    rows = [
        {"month": when, "posts": now, "hires": now - then}
        for when, now, then in zip(months, funded, before, strict=True)
    ]
    frame = pd.DataFrame(rows)
    still = frame.index[frame["hires"] != 0]
    return frame.loc[: int(still[-1]) + 1] if len(still) else frame.head(1)


def combinations_frame(plan: Plan) -> pd.DataFrame:
    """One row a world and combination: what it brings of what the target takes.

    at_sizing, queue_delay, load: with N* posts at full intensity. at_most: the target's
    measure with the most posts looked at.
    """
    import pandas as pd

    weights = plan.draws.weights if plan.draws is not None else [nan] * len(plan.answers)
    rows = []
    for answer, weight in zip(plan.answers, weights, strict=True):
        for each in answer.brought:
            rows.append(
                {
                    "draw": answer.draw,
                    "weight": float(weight),
                    "reading": answer.reading,
                    "levers": "+".join(each.names),
                    "label": label(each.names),
                    "posts": answer.posts,
                    "orientations": each.multiplier,
                    "to_find": answer.to_find,
                    "at_sizing": reached(each.at_sizing, answer.target),
                    "queue_delay": each.at_sizing.of("queue_delay", answer.year),
                    "load": each.at_sizing.of("load", answer.year),
                    "at_most": each.reached_at_most,
                    "least_posts": each.least_posts,
                    "intensity": each.intensity if each.suffices else nan,
                }
            )
    return pd.DataFrame(rows, columns=OF_A_COMBINATION)
