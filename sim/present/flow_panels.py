"""What pictures of pools over a year have in common: colours, names, weeks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.measures.pool_states import by_fullness
from sim.present.numbers import number, percent
from sim.present.picture import BLACK, COLOURS
from sim.reading_fits import title_of
from sim.territory import departements
from sim.words import say, to_say

if TYPE_CHECKING:
    from matplotlib.artist import Artist

    from sim.experiment.event_log import PoolWeeks

INSIDE, WAITING, PLACES = COLOURS[5], COLOURS[1], BLACK
INSIDE_WORDS = to_say("people in a parcours")
WAITING_WORDS = to_say("people who wait for the diagnosis")
PLACES_WORDS = to_say("places in service")


def ranked(weeks: PoolWeeks) -> list[int]:
    """Pools with places, the fullest first."""
    found: list[int] = by_fullness(weeks.states).tolist()
    return found


def name_of(weeks: PoolWeeks, pool: int) -> str:
    """A pool as readers know it: the name of its département, and its own."""
    known = {each.code: each.name for each in departements()}
    return say("{departement}, pool {pool}", departement=known[weeks.codes[pool]],
               pool=weeks.names[pool])  # fmt: skip


def fullness(weeks: PoolWeeks, pool: int) -> str:
    """The share of a pool's places that is taken in the mean of the year, in words."""
    states = weeks.states
    share = states.inside[pool].sum() / states.places[pool].sum()
    return say("{share} full in the mean", share=percent(share))


def keys() -> list[Artist]:
    """What the colours mean."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    return [
        Line2D([], [], color=PLACES, linewidth=1.6, label=say(PLACES_WORDS)),
        Patch(facecolor=INSIDE, label=say(INSIDE_WORDS)),
        Patch(facecolor=WAITING, label=say(WAITING_WORDS)),
    ]


def told_below(weeks: PoolWeeks) -> str:
    """What was run: scenario, reading, how many pools."""
    return say("{scenario}. {reading}. {count} pools.", scenario=say(weeks.title).rstrip("."),
               reading=title_of(weeks.reading), count=number(len(weeks.names)))  # fmt: skip
