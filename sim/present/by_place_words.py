"""Words that tables and maps by place share: measures, what binds, whose split it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import floor, log10
from unicodedata import normalize

from sim.experiment.by_place import ByPlace, Split
from sim.measures import COUNTRY
from sim.parameters import POSTERIOR
from sim.present.numbers import number, percent
from sim.present.split_text import SOME_OWN, SOME_OWN_TAG, own_in_part
from sim.reading_fits import title_of
from sim.territory import departement_names, parted, regions
from sim.words import say, to_say


@dataclass(frozen=True)
class Shown:
    """A measure on a map: its name, what its numbers are, and how they are written."""

    title: str
    unit: str
    write: Callable[[float], str]


_DAYS, _SHARE = partial(number, digits=1), partial(percent, digits=1)
MEASURES: dict[str, Shown] = {
    "entries": Shown(to_say("Entries"), to_say("people in the year"), number),
    "orientations": Shown(to_say("Orientations"), to_say("people in the year"), number),
    "people_supported": Shown(to_say("People supported"), to_say("people in the year"), number),
    "funded_posts": Shown(to_say("Funded posts"), to_say("posts, mean of the year"), _DAYS),
    "portfolios": Shown(
        to_say("Portfolios in service"), to_say("portfolios, mean of the year"), _DAYS
    ),
    "entry_delay": Shown(
        to_say("Entry delay"), to_say("mean days from orientation to entry"), _DAYS
    ),
    "queue_delay": Shown(to_say("Days in the entry queue"), to_say("mean days"), _DAYS),
    "load": Shown(to_say("Load of a portfolio"), to_say("people per portfolio, mean"), _DAYS),
    "places_taken": Shown(to_say("Places taken"), to_say("share of the places"), _SHARE),
    "abandoned_share": Shown(
        to_say("Gave up before entry"), to_say("share of those whose way to entry ended"), _SHARE
    ),
}
BINDS = {
    "orientations": to_say("Orientations: nobody waits"),
    "slots": to_say("Diagnosis slots: people wait though there is room"),
    "places": to_say("Places: people wait and portfolios are full"),
}
IN_SHORT = {
    "orientations": to_say("orient."),
    "slots": to_say("slots"),
    "places": to_say("places"),
}
TAGS: dict[Split, str] = {
    "synthetic": to_say("SYNTHETIC SPLIT: by population; nobody published the real one"),
    "synthetic_within": to_say("SYNTHETIC SPLIT between these départements: by population"),
}
SPLITS: dict[Split, str] = {
    "synthetic": to_say(
        "The split over départements is synthetic: posts and orientations go by population, since "
        "nobody published the real split. Differences between places are those of their size, of "
        "whole posts and of chance, not of what is known about them."
    ),
    "synthetic_within": to_say(
        "The figures are those of the listed départements together; the split between them is "
        "synthetic (by population)."
    ),
    "own_posts": to_say("Posts stand where the scenario's own table of posts says."),
    "own_figures": to_say("The figures are the département's own: nothing is split."),
}


def in_order(found: ByPlace) -> tuple[str, ...]:
    """The places as a table lists them: départements by code, régions by name."""
    if found.kind == "departement":
        return found.places
    return tuple(sorted(found.places, key=lambda name: normalize("NFD", name)))


def written_with_noise(measure: str, step: float) -> str:
    """A difference of a measure to one digit that counts, as its values are written."""
    digits = max(0, -floor(log10(step))) if step > 0 else 0
    if MEASURES[measure].write is _SHARE:
        return percent(step, max(0, digits - 2))
    return number(step, digits)


def tag(found: ByPlace) -> str:
    """What stands in a box on a picture whose split is synthetic; else nothing."""
    if own_in_part(found.scenario):
        return say(SOME_OWN_TAG)
    return say(TAGS[found.split]) if found.split in TAGS else ""


def split_note(found: ByPlace) -> str:
    """Whose split of posts and orientations it is."""
    return say(SOME_OWN if own_in_part(found.scenario) else SPLITS[found.split])


def made_of(found: ByPlace, reading: str) -> str:
    """What was run: draws or the reading, replications, seed."""
    results = found.results
    if reading != POSTERIOR:
        return say(
            "{title} · reading {reading}, {replications} replication(s), seed {seed}.",
            title=say(found.scenario.title),
            reading=f"{reading} ({title_of(reading)})",
            replications=number(results.design.replications),
            seed=results.seed,
        )
    sample = results.posterior
    assert sample is not None
    return say(
        "{title} · {draws} draws of the posterior {fingerprint}, {replications} replication(s) "
        "each, seed {seed}.",
        title=say(found.scenario.title),
        draws=number(len(results.draws)),
        fingerprint=sample.fingerprint[:12],
        replications=number(results.design.replications),
        seed=results.seed,
    )


def total_name(found: ByPlace) -> str:
    """What the total is called: the country, or the places listed together."""
    if found.scenario.territory.is_the_country:
        return say("France, all départements")
    return say("All places listed")


def name_of_own(key: str) -> str:
    """What has figures of its own ('52', '08+52'): a département, a région, or their codes."""
    codes = parted(key)
    if len(codes) == 1:
        return f"{codes[0]} {departement_names()[codes[0]]}"
    region = next((name for name, all_of in regions().items() if all_of == codes), None)
    return region or " + ".join(codes)


def name_of(found: ByPlace, place: str) -> str:
    """A place by its name, or the total."""
    return total_name(found) if place == COUNTRY else found.names[place]
