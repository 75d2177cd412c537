"""The waterfall of an explanation: from one scenario's result to the other's."""

from __future__ import annotations

from math import isnan
from textwrap import fill
from typing import TYPE_CHECKING

from sim.levers import NAMES
from sim.planning.explanation import STEP
from sim.present.axes import rows_down, titled_above
from sim.present.explain_text import digits_of, step_title, title_of
from sim.present.lever_names import spelt
from sim.present.numbers import about, number
from sim.present.picture import BLACK, COLOURS, blank
from sim.present.posterior_text import interval
from sim.words import say, to_say

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.planning.explanation import Explanation

LEVERS = "levers."
MORE, LESS, WHOLE = COLOURS[0], COLOURS[4], "#999999"
NAN = float("nan")
CREDIBLE = to_say("{unit}; whiskers: 90 % credible interval")
NOISE = to_say("{unit}; whiskers: 95 % of the simulation's noise")
LONGEST = 30
FAR = 0.6  # everything beyond this part of the axis: it begins nearer, and says so


def waterfall(explanation: Explanation) -> Figure:
    """Bars from A to B, one a step; whiskers: credible intervals, under a reading the noise."""
    frame, digits = explanation.frame, digits_of(explanation)
    readings = list(dict.fromkeys(frame["reading"]))
    bars = len(explanation.steps) + 2
    figure, panels = blank(5.2 + 3.6 * len(readings), 1.5 + 0.45 * bars, columns=len(readings))
    on_draws = explanation.request.design.posterior is not None
    cut = False
    for k, (axes, reading) in enumerate(zip(panels, readings, strict=True)):
        cut = _bars(axes, frame[frame["reading"] == reading], digits, on_draws) or cut
        names = [
            fill(_drawn(name) if kind == STEP else name, LONGEST)
            for name, kind in zip(frame["step"][:bars], frame["kind"][:bars], strict=True)
        ]
        rows_down(axes, names if k == 0 else ["" for _ in names], above=0.6, below=0.6)
        if not on_draws:
            axes.set_title(reading, loc="left", fontsize="medium")
    titled_above(figure, title_of(explanation))
    unit = say(frame["unit"].iloc[0])
    whiskers = frame["low" if on_draws else "half_width"].notna().any()
    told = say(CREDIBLE if on_draws else NOISE, unit=unit) if whiskers else unit
    if cut:
        told = say("{what}; the axis does not begin at 0", what=told)
    figure.supxlabel(told, fontsize="small")
    return figure


def _drawn(step: str) -> str:
    """A step beside its bar: a lever in words, in English too."""
    name = step.removeprefix(LEVERS)
    return say("lever: {lever}", lever=spelt(name)) if name in NAMES else step_title(step)


def _bars(axes: Axes, rows: pd.DataFrame, digits: int, on_draws: bool) -> bool:
    """Draw the bars of one panel; whether its axis begins elsewhere than at 0."""
    level = 0.0
    reached: list[float] = []
    for place, row in enumerate(rows.to_dict(orient="records")):
        step, value = row["kind"] == STEP, row["value"]
        start = level if step else 0.0
        level = start + value
        colour = (MORE if value >= 0 else LESS) if step else WHOLE
        axes.barh(place, value, left=start, height=0.62, color=colour)
        low, high = (row["low"], row["high"]) if on_draws else _around(value, row["half_width"])
        ends = [] if isnan(low) else [start + low, start + high]
        if ends:
            axes.hlines(place, min(ends), max(ends), color=BLACK, linewidth=1.3)
        here = [level, *ends, *([start] if step else [])]
        text = interval(about(value), NAN, NAN, digits, signed=step)
        axes.text(max(here), place, f"  {text}", va="center", fontsize="small")
        if place < len(rows) - 1:
            axes.plot([level, level], [place + 0.31, place + 0.69], color=BLACK, linewidth=0.6)
        reached += here
    lowest, highest = min(reached), max(reached)
    cut = FAR * highest < lowest < highest
    begin = lowest - 0.1 * (highest - lowest) if cut or lowest < 0 else 0.0
    axes.set_xlim(begin, highest + 0.22 * ((highest - begin) or 1.0))
    axes.locator_params(axis="x", nbins=5)
    shown = 0 if highest - begin >= 10 else digits
    axes.xaxis.set_major_formatter(lambda value, _: number(value, shown))
    return cut


def _around(value: float, half: float) -> tuple[float, float]:
    return value - half, value + half
