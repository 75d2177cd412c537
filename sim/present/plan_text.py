"""The answer of a plan in words and tables."""

from __future__ import annotations

from html import escape

from sim.planning.plan import Plan
from sim.present.plan_draws_text import (
    at_sizing_table,
    combinations_table,
    draws_in_words,
    hiring_table,
    search_notes,
    sides_table,
)
from sim.present.plan_readings_text import readings_in_words, readings_table
from sim.present.tables import Table, number, wrapped
from sim.readings import title_of


def in_words(plan: Plan) -> list[str]:
    """The answer in a few sentences, with its band and what it rests on."""
    return readings_in_words(plan) if plan.draws is None else draws_in_words(plan)


def tables(plan: Plan) -> list[Table]:
    """All tables of a plan."""
    if plan.draws is None:
        return [readings_table(plan)]
    when = hiring_table(plan)
    some = [combinations_table(plan)] if plan.levers and len(plan.combinations) else []
    return [sides_table(plan), *some, *([when] if when else []), at_sizing_table(plan)]


def caveats(plan: Plan) -> list[str]:
    """What the reader must know before using the numbers."""
    target = plan.scenario.target
    notes = [
        "The readings are corners of what three annual figures allow, not probabilities; "
        "no mean of them is meant."
    ]
    if plan.draws is not None:
        notes = search_notes(plan)
    notes += [
        f"Guardrails: mean queue of {number(target.queue_delay_days)} days at most, mean load of "
        f"{number(target.mean_load)} people at most (both assumptions; see agsim sources).",
        f"Each point is simulated on {_simulated(plan)}, {plan.replications} replication(s)"
        f"{'' if plan.draws is None else ' a draw'}, seed {plan.seed}, engine {plan.engine}; the "
        "split of the country over départements is synthetic.",
    ]
    listed = plan.scenario.territory.departements
    if listed != "all":
        notes.append(
            f"Only {len(listed)} département(s) are simulated, and the target of "
            f"{number(target.people)} is theirs alone: set target.people to their part."
        )
    if "shared_target" in plan.levers:
        notes.append(
            "Lever effects are assumptions with wide ranges. The shared target is relative to "
            "2020, which already holds part of the target signed in 2019: the two overlap."
        )
    if any(each.levers and each.levers.suffices for each in plan.answers):
        notes.append(
            "Where more posts than those of the sizing point are shown as enough with the levers, "
            "it is because prescribers orient more where there are posts (ε, an assumption, far "
            "beyond the posts ever seen)."
        )
    return notes


def _simulated(plan: Plan) -> str:
    listed = plan.scenario.territory.departements
    return "the whole country" if listed == "all" else "all pools of the départements listed"


def plan_text(plan: Plan) -> str:
    """The whole answer as text."""
    target = plan.scenario.target
    what = target.measure.replace("_", " ")
    title = f"What it takes: {number(target.people)} {what} in {target.year}"
    said = "\n".join(wrapped(each) for each in in_words(plan))
    drawn = "\n\n".join(each.text() for each in tables(plan))
    labels = dict.fromkeys(each.reading for each in plan.answers)
    readings = "\n".join(f"  {label:<13} {title_of(label)}" for label in labels)
    notes = "\n".join(wrapped(each, "- ") for each in caveats(plan))
    return f"{title}\n\n{said}\n\n{drawn}\n\n{readings}\n\n{notes}"


def plan_html(plan: Plan) -> str:
    """The whole answer as HTML."""
    said = "".join(f"<p>{escape(each)}</p>" for each in in_words(plan))
    notes = "".join(f"<li>{escape(each)}</li>" for each in caveats(plan))
    drawn = "".join(each.html() for each in tables(plan))
    return f"{said}{drawn}<ul>{notes}</ul>"
