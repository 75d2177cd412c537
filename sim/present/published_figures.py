"""Maps of the nation with départements on their own figures marked."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING

from sim.experiment.published import PLACE, TOTAL, Published
from sim.present.by_place_figures import (
    WHAT_BINDS,
    binding_look,
    binding_panels,
    noise_note,
    shown_of,
    subtitle,
    title,
    total_of,
)
from sim.present.by_place_words import made_of, split_note, tag
from sim.present.map_figures import Look, map_figure, maps_figure
from sim.words import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def published_figure(found: Published, measure: str) -> Figure:
    """The map of a measure or of 'binds'; `InputError` for what has no map."""
    national = found.national
    reading = national.readings[0]
    marked = tuple(each.places for each in found.own.values())
    if measure == WHAT_BINDS:
        look = binding_look(national, reading, marked_note(found))
        mark = say("on figures of its own")
        look = replace(look, tag=synthetic_tag(found), marked=marked, mark=mark)
        return maps_figure(binding_panels(national, found.binds), look)
    shown = shown_of(measure)
    frame = found.frame[found.frame["measure"] == measure]
    whole = frame[frame["row"] == TOTAL].iloc[0]
    step = national.told_apart(measure, reading)
    look = Look(
        title=title(national, say(shown.title)),
        subtitle=f"{subtitle(national, reading)} · {total_of(national, measure, whole)}",
        legend=say(shown.unit),
        write=shown.write,
        step=step if isfinite(step) else 0.0,
        tag=synthetic_tag(found),
        notes=(
            noise_note(measure, step),
            split_note(national),
            marked_note(found),
            made_of(national, reading),
        ),
        marked=marked,
        mark=say("on figures of its own"),
    )
    return map_figure(frame[frame["row"] == PLACE][["place", "value"]], look)


def synthetic_tag(found: Published) -> str:
    """What stands in a box where any split is synthetic: the nation's, or one inside of several."""
    tags = (tag(each) for each in (found.national, *found.own.values()))
    return next((each for each in tags if each), "")


def marked_note(found: Published) -> str:
    """What the thick lines mean, and what is synthetic inside of one around several."""
    told = say("What a thick line goes around was run alone, on figures of its own.")
    if any(len(each.places) > 1 for each in found.own.values()):
        inside = say("Inside a line around several départements the split is synthetic again.")
        return f"{told} {inside}"
    return told
