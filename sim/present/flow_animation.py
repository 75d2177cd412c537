"""A moving picture of pools over a year: a bar a pool, a picture a week."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.experiment.files import write_whole
from sim.measures.pool_states import spread
from sim.present.flow_panels import (
    FREE,
    INSIDE,
    PLACES,
    WAITING,
    all_of,
    keys,
    months_below,
    ranked,
    short_name_of,
    subtitle,
    told_below,
)
from sim.present.numbers import day, number
from sim.present.picture import BLACK, Picture
from sim.words import say

Ints = NDArray[np.int64]

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

    from sim.experiment.event_log import PoolWeeks

BARS = 15
FEWEST_WIDE = 6  # bars that fill the width
MILLISECONDS_A_WEEK = 220
MILLISECONDS_AT_THE_END = 2000
SHADES = 48  # enough for five colours and the soft edges of letters


def write_animation(weeks: PoolWeeks, file: Path) -> Path:
    """Write it as a GIF, whole or not at all; the path."""
    pictures = [_small(each) for each in _pictures(weeks)]
    stored = BytesIO()
    times = [MILLISECONDS_A_WEEK] * (len(pictures) - 1) + [MILLISECONDS_AT_THE_END]
    pictures[0].save(
        stored, format="GIF", save_all=True, append_images=pictures[1:], duration=times, loop=0
    )
    write_whole(file, lambda part: part.write_bytes(stored.getvalue()))
    return file


def _pictures(weeks: PoolWeeks) -> list[Any]:
    """One image a week: above the pools, below all people who wait, up to that week."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    shown = spread(np.array(ranked(weeks), dtype=np.int64), BARS)
    states = weeks.states
    places, inside = states.places[shown], states.inside[shown]
    waiting, all_waiting = states.waiting[shown], states.waiting.sum(axis=0)
    figure = Picture(figsize=(9.6, 5.4), dpi=100)
    canvas: Any = FigureCanvasAgg(figure)
    upper = figure.add_axes((0.07, 0.43, 0.91, 0.37))
    lower = figure.add_axes((0.07, 0.14, 0.91, 0.09))
    where = np.arange(len(shown))
    free = upper.bar(where, places[:, 0], width=0.8, color=FREE)
    bars = upper.bar(where, inside[:, 0], width=0.8, color=INSIDE)
    queues = upper.bar(where, waiting[:, 0], bottom=inside[:, 0], width=0.8, color=WAITING)
    lines = upper.hlines(places[:, 0], where - 0.44, where + 0.44, color=PLACES, linewidth=2)
    most = max(1, int(places.max(initial=0)), int((inside + waiting).max(initial=0)))
    upper.set_ylim(0, 1.05 * most)
    spare = max(0, FEWEST_WIDE - len(shown)) / 2
    upper.set_xlim(-0.6 - spare, len(shown) - 0.4 + spare)
    names = [short_name_of(weeks, int(pool)) for pool in shown]
    if len(shown) <= FEWEST_WIDE:
        upper.set_xticks(where, names, fontsize=9)
    else:
        upper.set_xticks(where, names, rotation=28, ha="right", fontsize=8)
    _plain(upper)
    upper.set_ylabel(say("people"))
    figure.legend(handles=keys(), loc="upper right", bbox_to_anchor=(0.985, 0.895), ncols=4,
                  frameon=False, fontsize="small")  # fmt: skip
    title = say("How pools fill, queue and empty, {year}", year=weeks.year)
    figure.text(0.01, 0.95, title, fontweight="bold", fontsize=13)
    chosen = (
        all_of()
        if len(shown) == len(weeks.names)
        else say(
            "{count} pools, evenly from the fullest to the least full.", count=number(len(shown))
        )
    )
    figure.text(0.01, 0.015, told_below(weeks, chosen), fontsize="small")
    figure.text(0.01, 0.905, subtitle(weeks), fontsize=10)
    now = figure.text(0.01, 0.845, "", fontsize=13, fontweight="bold")
    so_far, here = _strip(lower, weeks, all_waiting)
    images = []
    for week, date in enumerate(weeks.dates):
        for k in range(len(shown)):
            free[k].set_height(places[k, week])
            bars[k].set_height(inside[k, week])
            queues[k].set(y=inside[k, week], height=waiting[k, week])
        lines.set_segments(
            [[(x - 0.44, y), (x + 0.44, y)] for x, y in zip(where, places[:, week], strict=True)]
        )
        so_far.set_data(np.arange(week + 1), all_waiting[: week + 1])
        here.set_data([week], [all_waiting[week]])
        now.set_text(day(date))
        canvas.draw()
        images.append(Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB"))
    return images


def _strip(axes: Axes, weeks: PoolWeeks, waiting: Ints) -> tuple[Line2D, Line2D]:
    """All people who wait over the year; the line up to a week, and the dot of that week."""
    axes.set_title(say("People who wait, all pools together"), loc="left", fontsize="small", pad=3)
    axes.plot(np.arange(len(weeks.dates)), waiting, color="#CCCCCC", linewidth=1)
    (so_far,) = axes.plot([], [], color=WAITING, linewidth=2)
    (here,) = axes.plot([], [], "o", color=BLACK, markersize=4, clip_on=False)
    axes.set_xlim(0, len(weeks.dates) - 1)
    axes.set_ylim(0, 1.1 * max(1, int(waiting.max(initial=0))))
    months_below(axes, weeks)
    _plain(axes)
    return so_far, here


def _plain(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", alpha=0.25)
    axes.yaxis.set_major_formatter(lambda value, _: number(value))


def _small(image: Any) -> Any:
    return image.quantize(SHADES, dither=0)
