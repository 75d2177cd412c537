"""What pictures of pools over a year have in common: colours, names, weeks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.calendar import DAYS_PER_MONTH
from sim.measures.pool_states import by_fullness, full, in_the_mean, of_pools
from sim.present.numbers import number, percent
from sim.present.picture import BLACK, COLOURS
from sim.reading_fits import title_of
from sim.territory import departement_names
from sim.words import say, to_say

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from sim.experiment.event_log import PoolWeeks

INSIDE, WAITING, PLACES, FREE = COLOURS[5], COLOURS[1], BLACK, "#E6E6E6"
MONTHS = "JFMAMJJASOND"  # the same letters in both languages
INSIDE_WORDS = to_say("people in a parcours")
WAITING_WORDS = to_say("people who wait for the diagnosis")
PLACES_WORDS = to_say("places in service")
FREE_WORDS = to_say("free places")


def ranked(weeks: PoolWeeks) -> list[int]:
    """Pools with places, the fullest first."""
    found: list[int] = by_fullness(weeks.states).tolist()
    return found


def name_of(weeks: PoolWeeks, pool: int) -> str:
    """A pool as readers know it: the name of its département, and its own."""
    known = departement_names()[weeks.codes[pool]]
    return say("{departement}, pool {pool}", departement=known, pool=weeks.names[pool])


def short_name_of(weeks: PoolWeeks, pool: int) -> str:
    """The same where there is little room."""
    return f"{departement_names()[weeks.codes[pool]]} {weeks.names[pool]}"


def fullness(weeks: PoolWeeks, pool: int) -> str:
    """The share of a pool's places that is taken in the mean of the year, and who waits."""
    states = of_pools(weeks.states, np.array([pool]))
    return say("{share} full, {waiting} waiting in the mean", share=percent(full(states)),
               waiting=number(in_the_mean(states).waiting))  # fmt: skip


def subtitle(weeks: PoolWeeks) -> str:
    """What all pools together come to over the year, whichever are drawn."""
    found = in_the_mean(weeks.states)
    return say(
        "All pools ({count}), in the mean of the year: {waiting} people wait (pools with "
        "a queue: {queueing}), {free} places are free.",
        count=number(len(weeks.names)),
        waiting=number(found.waiting),
        queueing=number(found.queueing),
        free=number(found.free),
    )


def months_below(axes: Axes, weeks: PoolWeeks) -> None:
    """The year's months below an axis of weeks."""
    firsts = sorted({(each.replace(day=1) - weeks.dates[0]).days / 7 for each in weeks.dates})
    middles = np.array(firsts) + DAYS_PER_MONTH / 14
    axes.set_xticks(firsts, ["" for _ in firsts])
    axes.set_xticks(middles, list(MONTHS[: len(firsts)]), minor=True, fontsize="small")
    axes.tick_params(axis="x", which="minor", length=0)


def keys() -> list[Artist]:
    """What the colours mean."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    return [
        Line2D([], [], color=PLACES, linewidth=1.6, label=say(PLACES_WORDS)),
        Patch(facecolor=INSIDE, label=say(INSIDE_WORDS)),
        Patch(facecolor=WAITING, label=say(WAITING_WORDS)),
        Patch(facecolor=FREE, label=say(FREE_WORDS)),
    ]


def told_below(weeks: PoolWeeks, chosen: str) -> str:
    """How to read it, how the pools were chosen, and what was run."""
    run = say(
        "{scenario}. One run, of a world in which the reading '{name}' is true: {reading}.",
        scenario=say(weeks.title).rstrip("."), name=weeks.reading, reading=title_of(weeks.reading),
    )  # fmt: skip
    line = say(
        "The line falls where a counsellor leaves, until the next one comes: the people inside "
        "stay until their exit."
    )
    split = say("Posts and orientations are split over départements by population: synthetic.")
    return f"{line}\n{chosen}\n{split}\n{run}"


def all_of() -> str:
    """That every pool is shown."""
    return say("All pools are shown, the fullest first.")
