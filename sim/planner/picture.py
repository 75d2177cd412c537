"""The small picture beside an answer, as SVG: every draw, the band, the target.

Written by hand: it is drawn anew at every move, which takes a plotting library fifty times as
long as all the words. Its scale stays where it is while a control moves, so that moves are seen.
"""

from __future__ import annotations

from html import escape

import numpy as np
from matplotlib.ticker import MaxNLocator

from sim.planner.answer import Answer
from sim.present.numbers import number
from sim.present.picture import BLACK, COLOURS
from sim.present.targets import counted
from sim.words import say

WIDTH, HEIGHT = 600, 150
LEFT, RIGHT = 12, 588
TOP, BOTTOM = 40, 108
ROOM = 1.1  # beyond the target, the scenario's own plan and the largest draw
FAR = 4.0  # times what is reached: a target too far to be on the scale
STEPS = (1, 2, 2.5, 5, 10)
TICKS = 6
EMULATED, SIMULATED, OWN = COLOURS[0], COLOURS[2], "#777777"
SMALL = "font-size='12'"


def picture(answer: Answer, own: float) -> str:
    """The target's measure on every draw with its mean and 90 % band, the target, the own plan.

    own: what the scenario's own plan gives in the mean.
    """
    values, people = answer.values[answer.measure], answer.choices.people
    most = max(float(values.max()), own)
    beyond = people > FAR * most
    ticks = _ticks(most if beyond else max(most, float(people)))
    colour = SIMULATED if answer.simulated else EMULATED

    def at(value: float) -> float:
        return LEFT + (RIGHT - LEFT) * value / ticks[-1]

    parts = []
    band = answer.band(answer.measure)
    if band is not None:
        low, high = (at(end) for end in band)
        parts.append(
            f"<rect x='{low:.1f}' y='{TOP + 8}' width='{high - low:.1f}' "
            f"height='{BOTTOM - TOP - 16}' fill='{colour}' fill-opacity='0.18'/>"
        )
    parts.append(_upright(at(own), TOP, OWN, 1.5))
    heights = np.linspace(TOP + 14, BOTTOM - 14, len(values))
    parts += [
        f"<circle cx='{at(float(value)):.1f}' cy='{height:.1f}' r='3' fill='{colour}' "
        "fill-opacity='0.8'/>"
        for value, height in zip(values, heights, strict=True)
    ]
    parts.append(_upright(at(answer.mean(answer.measure)), TOP + 2, colour, 3.5))
    target = say("target {people}", people=number(people))
    if beyond:
        parts.append(_text(WIDTH, 26, f"{target} →", BLACK))
    else:
        parts.append(_upright(at(people), TOP - 8, BLACK, 1.5, "6 4"))
        parts.append(_text(at(people), 26, target, BLACK))
    parts.append(_text(at(own), 12, say("the scenario's own plan"), OWN))
    parts += _axis(ticks, answer)
    what = say("{what} in {year}", what=counted(answer.measure), year=answer.choices.year)
    return (
        f"<svg class='agsim-picture' viewBox='0 0 {WIDTH} {HEIGHT}' role='img' "
        f"aria-label='{escape(what, quote=True)}' font-family='sans-serif'>{''.join(parts)}</svg>"
    )


def _ticks(most: float) -> list[float]:
    """From 0 to beyond the largest value, in steps that are the same for values nearly alike."""
    locator = MaxNLocator(nbins=TICKS, steps=STEPS, integer=True)
    return [float(tick) for tick in locator.tick_values(0.0, ROOM * most)]


def _axis(ticks: list[float], answer: Answer) -> list[str]:
    what = say(
        "{what} in {year}: a dot a draw, the thick line their mean, the band 90 % of them",
        what=counted(answer.measure),
        year=answer.choices.year,
    )
    lines = [f"<path d='M{LEFT} {BOTTOM}H{RIGHT}' stroke='{BLACK}'/>"]
    for tick in ticks:
        x = LEFT + (RIGHT - LEFT) * tick / ticks[-1]
        lines.append(f"<path d='M{x:.1f} {BOTTOM}v4' stroke='{BLACK}'/>")
        lines.append(_text(x, BOTTOM + 18, number(tick), BLACK))
    return [*lines, f"<text x='{WIDTH / 2}' y='{HEIGHT - 6}' text-anchor='middle' {SMALL}>"
            f"{escape(what)}</text>"]  # fmt: skip


def _upright(x: float, top: float, colour: str, width: float, dashes: str = "none") -> str:
    return (
        f"<path d='M{x:.1f} {top}V{BOTTOM}' stroke='{colour}' stroke-width='{width}' "
        f"stroke-dasharray='{dashes}'/>"
    )


def _text(x: float, y: float, text: str, colour: str) -> str:
    """Centred, or from the end that it would reach beyond."""
    anchor = "start" if x < WIDTH / 10 else "end" if x > 9 * WIDTH / 10 else "middle"
    placed = min(max(x, 2.0), WIDTH - 2.0)
    return (
        f"<text x='{placed:.1f}' y='{y}' text-anchor='{anchor}' fill='{colour}' {SMALL}>"
        f"{escape(text)}</text>"
    )
