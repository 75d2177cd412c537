"""Options beside each other in words: reached, how likely, what binds, what they cost."""

from __future__ import annotations

from math import ceil

from sim.money.options import Options
from sim.planning.search import enough_people
from sim.present.by_place_words import IN_SHORT
from sim.present.fewer_posts import fewer_posts
from sim.present.numbers import number, percent
from sim.present.posterior_text import BRACKETS, as_html, as_text, draws_told, interval, too_few
from sim.present.scenario_names import called
from sim.present.split_text import own_split_notes
from sim.present.tables import Table
from sim.present.targets import counted
from sim.territory import departement_names
from sim.words import say

THOUSAND = 1000
MOST_NAMED = 3


def options_text(found: Options) -> str:
    """As plain text."""
    return as_text([_table(found)], _notes(found))


def options_html(found: Options) -> str:
    """As HTML."""
    return as_html([_table(found)], _notes(found))


def target_told(found: Options) -> str:
    """The target: '1 000 entries in 2022'."""
    return say(
        "{people} {measure} in {year}",
        people=number(float(found.target.people)),
        measure=counted(found.target.measure),
        year=found.target.year,
    )


def titled(found: Options, what: str) -> str:
    """A title that names the départements, where they are few."""
    territory = next(iter(found.results.scenarios.values())).territory
    listed = territory.departements
    if territory.is_the_country or len(listed) > MOST_NAMED:
        return f"{what[:1].upper()}{what[1:]}"
    names = ", ".join(name for code, name in departement_names().items() if code in listed)
    return say("{places}: {what}", places=names, what=what)


def _table(found: Options) -> Table:
    titles = called(found.results.scenarios)
    headings = [
        say("option"),
        say("posts"),
        say("reached [90 %]"),
        say("probability"),
        say("delay"),
        say("load"),
        say("binds"),
        say("k€ a year"),
        say("of it ESF"),
    ]
    rows = [
        [
            titles[row["scenario"]],
            number(row["posts"], 1),
            interval(row["reached"], row["low"], row["high"], 0),
            percent(row["probability"]),
            number(row["entry_delay"], 1),
            number(row["load"], 1),
            say(IN_SHORT[row["binds"]]),
            number(float(row["gross"]) / THOUSAND),
            number(float(row["esf"]) / THOUSAND),
        ]
        for row in found.frame.to_dict("records")
    ]
    title = say("options for {target}", target=target_told(found))
    return Table(titled(found, title), headings, rows)


def _notes(found: Options) -> list[str]:
    results, target = found.results, found.target
    sample = results.posterior
    assert sample is not None
    replications = results.design.replications
    return [
        *_fewer_posts(found),
        say(
            "Probability: share of the simulated years (by the weights of the draws) that reach "
            "{target}. It holds what is not known and how the year falls out by chance. The target "
            "counts as met from {enough} on, as in a plan.",
            target=target_told(found),
            enough=number(ceil(enough_people(target))),
        ),
        say(
            "Posts: funded, mean of the year. Delay: mean days from orientation to entry. Load: "
            "people per portfolio; above {ceiling} it is another service. Binds: what holds in "
            "most days of the pools, in most draws; orient.: nobody waits; slots: people wait for "
            "a diagnosis though there is room; places: no room.",
            ceiling=number(float(target.mean_load)),
        ),
        say(
            "Money: gross cost of {year}, levers included; social workers' hours are in no "
            "amount, nor is what else would bring orientations.",
            year=target.year,
        ),
        say(BRACKETS),
        *too_few(results.draws),
        draws_told(len(results.draws), sample, replications, results.seed, results.engine),
        *own_split_notes(results.scenarios.values()),
    ]


def _fewer_posts(found: Options) -> list[str]:
    """What cutting posts means, once for all options that cut as many."""
    titles = called(found.results.scenarios)
    by_warning: dict[str, list[str]] = {}
    for name, costs in found.budgets.items():
        for warning in fewer_posts(costs.scenario):
            by_warning.setdefault(warning, []).append(titles[name])
    return [
        say("{options}: {warning}", options="; ".join(names), warning=warning)
        for warning, names in by_warning.items()
    ]
