"""The feasibility picture: one panel a reading, for a slide."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patheffects import Normal, Stroke

from sim.levers import NAMES
from sim.planning.standing import (
    ALL_LEVERS,
    ONE_LEVER,
    POSTS_ALONE,
    POSTS_AND_LEVERS,
    SIZING,
    TODAY,
    Picture,
    Point,
)
from sim.present.axes import titled_above
from sim.present.lever_names import spelt
from sim.present.numbers import number, percent
from sim.present.picture import BLACK, COLOURS, WHITE, decimals
from sim.present.picture import Picture as Drawn
from sim.present.targets import counted
from sim.words import say, to_say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.contour import QuadContourSet
    from matplotlib.figure import Figure

    from sim.planning.feasibility import Feasibility

MOST_COLUMNS = 3
STEPS = 10
STAR = "#F0E442"  # the yellow of Okabe and Ito
ALONE, WITH_LEVERS, QUEUE, LOAD = BLACK, COLOURS[1], "#5B2A86", "#5B2A86"
DAYS = {"queue_delay": (3.0, 7.0, 14.0), "entry_delay": (14.0, 21.0, 28.0)}
DELAYS = {
    "queue_delay": to_say("{days} days in the queue"),
    "entry_delay": to_say("{days} days from orientation to entry"),
}
LABELS_AT = (0.72, 0.82, 0.92)  # of the plane's height
INSIDE = 0.94  # of the most posts
HALO = [Stroke(linewidth=2.5, foreground=WHITE), Normal()]
TOGETHER = 0.035  # of the plane's height: labels nearer than this are one


def feasibility_figure(found: Feasibility, delay: str = "queue_delay") -> Figure:
    """What is possible under each reading, and where plans stand on it.

    `delay`: 'queue_delay' or 'entry_delay'; ValueError for others.
    """
    if delay not in DAYS:
        raise ValueError(
            say(
                "there are no lines of '{delay}'; choose one of {days}",
                delay=delay,
                days=", ".join(DAYS),
            )
        )
    pictures = found.pictures
    columns = min(MOST_COLUMNS, len(pictures) + 1)
    rows = -(-(len(pictures) + 1) // columns)
    figure = Drawn(figsize=(4.45 * columns, 4.05 * rows), layout="constrained")
    target = found.scenario.target
    titled_above(
        figure,
        say(
            "What is possible in {year}: {what} by posts and orientations",
            year=target.year,
            what=counted(target.measure),
        ),
    )
    levels = _levels(found)
    filled = None
    for k, each in enumerate(pictures):
        axes = figure.add_subplot(rows, columns, k + 1)
        filled = _panel(axes, each, delay, levels)
        axes.set_title(_title(found, each.reading), loc="left", fontsize="medium")
        if k % columns == 0:
            axes.set_ylabel(say("orientations in {year}, today's = 1", year=target.year))
        axes.set_xlabel(say("funded posts at the end of hiring"))
    assert filled is not None
    _legend(figure.add_subplot(rows, columns, len(pictures) + 1), filled, found, delay)
    return figure


def _levels(found: Feasibility) -> np.ndarray:
    """Even steps of the target's measure, the same in all panels."""
    values = np.concatenate(
        [each.values[str(found.scenario.target.measure)].ravel() for each in found.pictures]
    )
    step = float(values.max() - values.min()) / STEPS
    size = 10 ** np.floor(np.log10(max(step, 1.0)))
    step = float(size * min((1, 2, 5, 10), key=lambda by: abs(by * size - step)))
    first = np.floor(values.min() / step) * step
    return np.asarray(np.arange(first, values.max() + step, step))


def _title(found: Feasibility, reading: str) -> str:
    if reading not in found.weights and not found.weights:
        return reading
    share = found.weights.get(reading, 0.0)
    if share < 0.005:
        return say("{reading} (no weight in the posterior)", reading=reading)
    return say("{reading} ({share} of the posterior)", reading=reading, share=percent(share))


def _panel(axes: Axes, picture: Picture, delay: str, levels: np.ndarray) -> QuadContourSet:
    from matplotlib import colormaps
    from matplotlib.colors import ListedColormap

    target = picture.target
    light = ListedColormap(colormaps["YlGnBu"](np.linspace(0.02, 0.62, 256)))
    across, up = np.array(picture.posts), picture.orientations
    filled = axes.contourf(
        across, up, picture.values[str(target.measure)].T, levels=levels, cmap=light
    )
    _lines(axes, picture, delay)
    axes.contour(
        across, up, picture.values[str(target.measure)].T,
        levels=[float(target.people)], colors=BLACK, linewidths=3.0,
    )  # fmt: skip
    _ways(axes, picture)
    _standing(axes, picture)
    axes.set_xlim(across[0], across[-1])
    axes.set_ylim(up[0], up[-1])
    axes.xaxis.set_major_formatter(lambda value, _: number(value))
    decimals(axes.yaxis)
    axes.tick_params(labelsize="small")
    return filled


def _lines(axes: Axes, picture: Picture, delay: str) -> None:
    """Lines of delay and of the quality ceiling, with their numbers on them."""
    across, up = np.array(picture.posts), picture.orientations
    days = axes.contour(
        across, up, picture.values[delay].T,
        levels=DAYS[delay], colors=QUEUE, linewidths=1.1, linestyles="-",
    )  # fmt: skip
    places = [
        _nearest(np.concatenate(lines), float(up[0] + share * np.ptp(up)), INSIDE * across[-1])
        for lines, share in zip(days.allsegs, LABELS_AT, strict=True)
        if sum(len(each) for each in lines)
    ]
    told = axes.clabel(
        days, fmt=lambda value: say("{days} d", days=number(value)), fontsize=7.5, manual=places
    )
    for text in told:
        text.set(zorder=6, path_effects=HALO)
    axes.contour(
        across, up, picture.values["load"].T,
        levels=[float(picture.target.mean_load)], colors=LOAD, linewidths=1.4, linestyles=":",
    )  # fmt: skip


def _nearest(line: np.ndarray, height: float, most: float) -> tuple[float, float]:
    """The point of a line that is nearest to a height, left of `most` where there are any."""
    inside = line[line[:, 0] <= most]
    inside = inside if len(inside) else line
    across, up = inside[np.argmin(abs(inside[:, 1] - height))]
    return float(across), float(up)


def _ways(axes: Axes, picture: Picture) -> None:
    """What posts walk alone, and with all levers."""
    for begin, kind, colour in (
        (TODAY, POSTS_ALONE, ALONE),
        (ALL_LEVERS, POSTS_AND_LEVERS, WITH_LEVERS),
    ):
        way = picture.all_at(begin, kind)
        if len(way) < 2:
            continue
        across, up = [each.posts for each in way], [each.orientations for each in way]
        axes.plot(across, up, color=WHITE, linewidth=4.0, solid_capstyle="round")
        axes.plot(across, up, "--", color=colour, linewidth=1.8)


def _standing(axes: Axes, picture: Picture) -> None:
    """Today, each lever, all levers, the sizing point."""
    marks = {
        TODAY: ("o", ALONE, 110),
        ALL_LEVERS: ("D", WITH_LEVERS, 48),
        SIZING: ("*", STAR, 240),
    }
    for kind, (mark, colour, size) in marks.items():
        point = picture.at(kind)
        if point is not None:
            axes.scatter(
                point.posts, point.orientations, s=size, marker=mark, color=colour,
                edgecolors=WHITE if kind != SIZING else ALONE, linewidths=1.0, zorder=5,
            )  # fmt: skip
    distance = TOGETHER * float(np.ptp(picture.orientations))
    for k, some in enumerate(_near(picture.all_at(ONE_LEVER), distance)):
        first = some[0]
        axes.scatter(
            first.posts, first.orientations, s=26, marker="D", color=COLOURS[4],
            edgecolors=BLACK, linewidths=0.6, zorder=6,
        )  # fmt: skip
        numbers = ", ".join(str(NAMES.index(each.levers[0]) + 1) for each in some)
        axes.annotate(
            numbers, (first.posts, first.orientations), xytext=(7, -3.5 if k else -13),
            textcoords="offset points", fontsize=8, zorder=6, path_effects=HALO,
        )  # fmt: skip


def _near(points: list[Point], distance: float) -> list[list[Point]]:
    """Points in groups that are too near for labels of their own."""
    found: list[list[Point]] = []
    for each in sorted(points, key=lambda point: point.orientations):
        if found and each.orientations - found[-1][0].orientations < distance:
            found[-1].append(each)
        else:
            found.append([each])
    return [sorted(some, key=lambda point: NAMES.index(point.levers[0])) for some in found]


def _legend(axes: Axes, filled: QuadContourSet, found: Feasibility, delay: str) -> None:
    """What colours, lines and marks are, in a panel of its own."""
    from matplotlib.lines import Line2D

    target = found.scenario.target
    what = counted(target.measure)
    axes.axis("off")
    days = ", ".join(f"{each:.0f}" for each in DAYS[delay])
    marked = {"marker": "D", "linestyle": "none", "markeredgecolor": BLACK}
    entries = [
        Line2D([], [], color=BLACK, linewidth=3, label=f"{number(target.people)} {what}"),
        Line2D([], [], color=QUEUE, linewidth=1.1, label=say(DELAYS[delay], days=days)),
        Line2D([], [], color=LOAD, linestyle=":", label=say(
            "{load} people a portfolio: the ceiling", load=number(target.mean_load))),
        Line2D([], [], color=ALONE, marker="o", linestyle="none", label=say("today")),
        Line2D([], [], color=ALONE, linestyle="--",
               label=say("posts alone, up to three times today's")),
    ]  # fmt: skip
    if found.levers:
        entries += [
            Line2D(
                [], [], color=WITH_LEVERS, marker="D", linestyle="none", label=say("all levers")
            ),
            Line2D([], [], color=WITH_LEVERS, linestyle="--", label=say("posts with all levers")),
        ]
    entries.append(
        Line2D([], [], color=STAR, markeredgecolor=ALONE, marker="*", markersize=14,
               linestyle="none",
               label=say("sizing point: least posts"))
    )  # fmt: skip
    if len(found.levers) > 1:
        entries += [
            Line2D([], [], color=COLOURS[4], markersize=5, label=f"{NAMES.index(name) + 1} "
                   f"{spelt(name)}", **marked)  # type: ignore[arg-type]
            for name in found.levers
        ]  # fmt: skip
    axes.legend(handles=entries, loc="upper left", frameon=False, fontsize="small", borderpad=0)
    bar = axes.inset_axes((0.04, 0.07, 0.9, 0.045))
    axes.figure.colorbar(filled, cax=bar, orientation="horizontal")
    bar.xaxis.set_major_formatter(lambda value, _: number(value))
    bar.tick_params(labelsize="x-small")
    bar.set_title(
        say("{what} in {year}", what=what, year=target.year), fontsize="small", loc="left"
    )
