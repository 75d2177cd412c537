"""The map of the nation with départements on their own figures marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.experiment.published import TOTAL, Published
from sim.present.by_place_figures import shown_of, title, total_note
from sim.present.by_place_words import made_of, split_note, tag
from sim.present.map_figures import Look, map_figure
from sim.words import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def published_figure(found: Published, measure: str) -> Figure:
    """The map of a measure; `InputError` for what has no map."""
    shown = shown_of(measure)
    frame = found.frame[found.frame["measure"] == measure]
    national = found.national
    look = Look(
        title=title(national, say(shown.title)),
        legend=say(shown.unit),
        write=shown.write,
        tag=tag(national),
        notes=(
            total_note(national, measure, frame[frame["row"] == TOTAL].iloc[0]),
            made_of(national, national.readings[0]),
            split_note(national),
            say("Marked départements were run alone, on figures of their own."),
        ),
        marked=tuple(found.own),
        mark=say("on figures of its own"),
    )
    return map_figure(frame[frame["row"] == "place"][["place", "value"]], look)
