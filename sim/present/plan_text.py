"""The answer of a plan in words and tables."""

from __future__ import annotations

from html import escape

from sim.planning.plan import Plan
from sim.present.numbers import number
from sim.present.plan_draws_tables import at_sizing_table, hiring_table, sides_table
from sim.present.plan_draws_text import combinations_table, draws_in_words, search_notes
from sim.present.plan_readings_table import readings_table
from sim.present.plan_readings_text import readings_in_words
from sim.present.split_text import split_clause
from sim.present.tables import Table, wrapped
from sim.present.targets import counted
from sim.reading_fits import title_of
from sim.words import say


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
        say(
            "The readings are corners of what three annual figures allow, not probabilities; "
            "no mean of them is meant."
        )
    ]
    if plan.draws is not None:
        notes = search_notes(plan)
    notes += [
        say(
            "Guardrails: mean queue of {days} days at most, mean load of {load} people at most "
            "(both assumptions; see agsim sources).",
            days=number(target.queue_delay_days),
            load=number(target.mean_load),
        ),
        say(
            "Each point is simulated on {area}, {replications} replication(s) a world, seed "
            "{seed}, engine {engine}; {split}.",
            area=_simulated(plan),
            replications=plan.replications,
            seed=plan.seed,
            engine=plan.engine,
            split=split_clause(plan.scenario),
        ),
    ]
    listed = plan.scenario.territory.departements
    if listed != "all":
        notes.append(
            say(
                "Only {count} département(s) are simulated, and the target of {people} is theirs "
                "alone: set target.people to their part.",
                count=len(listed),
                people=number(target.people),
            )
        )
    if "shared_target" in plan.levers:
        notes.append(
            say(
                "Lever effects are assumptions with wide ranges. The shared target is relative to "
                "2020, which already holds part of the target signed in 2019: the two overlap."
            )
        )
    if any(each.levers and each.levers.suffices for each in plan.answers):
        notes.append(
            say(
                "Where more posts than those of the sizing point are shown as enough with the "
                "levers, it is because prescribers orient more where there are posts (ε, an "
                "assumption, far beyond the posts ever seen)."
            )
        )
    return notes


def _simulated(plan: Plan) -> str:
    if plan.scenario.territory.is_the_country:
        return say("the whole country")
    return say("all pools of the départements listed")


def plan_text(plan: Plan) -> str:
    """The whole answer as text."""
    target = plan.scenario.target
    title = say(
        "What it takes: {people} {what} in {year}",
        people=number(target.people),
        what=counted(target.measure),
        year=target.year,
    )
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
