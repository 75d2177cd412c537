"""The small picture beside an answer: every draw, the band, the target."""

from __future__ import annotations

from io import BytesIO

import numpy as np

from sim.planner.answers import Answer
from sim.present.numbers import number
from sim.present.picture import BLACK, COLOURS, blank
from sim.present.targets import counted
from sim.words import say

DOTS_PER_INCH = 100
HEIGHT_OF_DRAWS = 0.35


def picture(answer: Answer) -> bytes:
    """A PNG: the target's measure on every draw with its mean and 90 % band, and the target."""
    values = answer.values[answer.measure]
    colour = COLOURS[2] if answer.simulated else COLOURS[0]
    figure, (axes,) = blank(6.0, 1.7)
    band = answer.band(answer.measure)
    if band is not None:
        axes.axvspan(*band, ymin=0.1, ymax=0.75, color=colour, alpha=0.18, linewidth=0)
    heights = np.linspace(-HEIGHT_OF_DRAWS, HEIGHT_OF_DRAWS, len(values))
    axes.scatter(values, heights, s=16, color=colour, alpha=0.8, linewidths=0)
    mean, people = answer.mean(answer.measure), answer.choices.people
    axes.plot([mean, mean], [-0.7, 0.7], color=colour, linewidth=2.5)
    axes.axvline(people, color=BLACK, linestyle="--", linewidth=1.2)
    axes.text(
        people, 1.04, say("target {people}", people=number(people)),
        ha="center", va="bottom", fontsize="small", transform=axes.get_xaxis_transform(),
    )  # fmt: skip
    ends = [*values.tolist(), float(people)]
    room = 0.12 * (max(ends) - min(ends)) + 1.0
    axes.set_xlim(max(0.0, min(ends) - room), max(ends) + room)
    axes.set_ylim(-1, 1)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.locator_params(axis="x", nbins=6)
    axes.xaxis.set_major_formatter(lambda value, _: number(value))
    axes.set_xlabel(say("{what} in {year}", what=counted(answer.measure), year=answer.choices.year))
    stored = BytesIO()
    figure.savefig(stored, format="png", dpi=DOTS_PER_INCH)
    return stored.getvalue()
