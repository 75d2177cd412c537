"""The hiring path: funded posts month by month until all that are enough are hired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.present.axes import dates_along, titled_above
from sim.present.numbers import number
from sim.present.picture import BESIDE_DOTS, COLOURS, GREY, blank
from sim.words import say

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

WIDTH, HEIGHT = 8.0, 4.5
MONTHS_APART = (1, 2, 3, 6, 12)  # of the ticks: about one an inch


@dataclass(frozen=True)
class Path:
    """Posts by month, as `Plan.hiring_path` gives them, and what they are enough for."""

    label: str
    posts: pd.DataFrame


def hiring_figure(
    paths: Sequence[Path],
    today: int,
    *,
    title: str = "",
    width: float = WIDTH,
    height: float = HEIGHT,
) -> Figure:
    """Steps from today's posts to those of each path, each with its last number beside it."""
    from matplotlib.dates import MonthLocator

    figure, (axes,) = blank(width, height)
    end = max(_months(each.posts)[-1] for each in paths) + np.timedelta64(1, "M")
    highest = max(int(each.posts["posts"].max()) for each in paths)
    places = _apart([int(each.posts["posts"].iloc[-1]) for each in paths], 0.055 * highest)
    for k, (each, place) in enumerate(zip(paths, places, strict=True)):
        when = np.append(_months(each.posts), end).astype("datetime64[D]")
        posts = np.append(each.posts["posts"].to_numpy(), each.posts["posts"].iloc[-1])
        colour, last = COLOURS[k % len(COLOURS)], number(int(posts[-1]))
        if len(paths) == 1:
            axes.fill_between(when, posts, step="post", color=colour, alpha=0.2, linewidth=0)
        style = BESIDE_DOTS[k % len(BESIDE_DOTS)]
        axes.step(when, posts, style, where="post", color=colour, linewidth=2)
        told = f"{last} ({each.label})" if each.label else last
        axes.annotate(
            f" {told}", (when[-1], place), color=colour, fontweight="bold", va="center",
            annotation_clip=False,
        )  # fmt: skip
    axes.axhline(today, color=GREY, linestyle=":", linewidth=1.2)
    axes.text(when[-1], today, say("today: {posts}", posts=number(today)), ha="right", va="top",
              color=GREY, fontsize="small")  # fmt: skip
    axes.set_xlim(right=when[-1])
    axes.set_ylim(0, 1.12 * highest)
    months = int((end - min(_months(each.posts)[0] for each in paths)).astype(int))
    every = next((each for each in MONTHS_APART if months / each <= width), MONTHS_APART[-1])
    axes.xaxis.set_major_locator(MonthLocator(interval=every))  # type: ignore[no-untyped-call]
    dates_along(axes)
    axes.yaxis.set_major_formatter(lambda value, _: number(value))
    axes.set_ylabel(say("posts funded"))
    if title:
        titled_above(figure, title)
    return figure


def _months(path: pd.DataFrame) -> NDArray[np.datetime64]:
    return np.array([f"{each:%Y-%m}" for each in path["month"]], dtype="datetime64[M]")


def _apart(values: Sequence[int], least: float) -> list[float]:
    """Where labels of rising values stand, so that none covers another."""
    places: list[float] = []
    for value in values:
        places.append(max(float(value), places[-1] + least) if places else float(value))
    return places
