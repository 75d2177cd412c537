"""What binds as a heat map over posts and orientations, one panel a reading."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sim.planning.binding import share_of_posts
from sim.planning.standing import ALL_LEVERS, SIZING, TODAY
from sim.present.axes import titled_above
from sim.present.numbers import number, percent, plain
from sim.present.picture import BLACK, WHITE
from sim.present.picture import Picture as Drawn
from sim.reading_fits import title_of
from sim.words import language, say, speaking, to_say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.cm import ScalarMappable
    from matplotlib.figure import Figure

    from sim.planning.feasibility import Feasibility
    from sim.planning.standing import Picture

MOST_COLUMNS = 3
PANEL_WIDTH, PANEL_HEIGHT = 4.45, 4.05
ORIENTATIONS_BIND, BOTH, POSTS_BIND, NEITHER = "#0072B2", "#F7F7F7", "#D55E00", "#C8C8C8"
LEVELS = 11
MARKS = {
    TODAY: ("o", 90, to_say("today")),
    ALL_LEVERS: ("D", 55, to_say("all levers, today's posts")),
    SIZING: ("*", 220, to_say("sizing point: least posts")),
}


def binding_figure(found: Feasibility) -> Figure:
    """Where posts bind, where orientations do, and the line of the target."""
    count = len(found.pictures)
    columns = min(MOST_COLUMNS, count + 1)
    rows = -(-(count + 1) // columns)
    figure = Drawn(figsize=(PANEL_WIDTH * columns, PANEL_HEIGHT * rows), layout="constrained")
    target = found.scenario.target
    titled_above(figure, say("What binds in {year}: posts or orientations", year=target.year))
    heat = None
    for k, each in enumerate(found.pictures):
        axes = figure.add_subplot(rows, columns, k + 1)
        heat = _panel(axes, each)
        axes.set_title(title_of(each.reading), loc="left", fontsize="small")
        if k % columns == 0:
            axes.set_ylabel(say("orientations in {year}, today's = 1", year=target.year))
        axes.set_xlabel(say("funded posts at the end of hiring"))
    assert heat is not None
    _legend(figure.add_subplot(rows, columns, count + 1), heat, found)
    return figure


def _panel(axes: Axes, picture: Picture) -> ScalarMappable:
    from matplotlib.colors import LinearSegmentedColormap

    colours = LinearSegmentedColormap.from_list("binds", [ORIENTATIONS_BIND, BOTH, POSTS_BIND])
    across, up = np.array(picture.posts), picture.orientations
    axes.set_facecolor(NEITHER)
    heat = axes.contourf(
        across, up, np.ma.masked_invalid(share_of_posts(picture)).T,
        levels=np.linspace(0, 1, LEVELS), cmap=colours,
    )  # fmt: skip
    axes.contour(
        across, up, picture.values[str(picture.target.measure)].T,
        levels=[float(picture.target.people)], colors=BLACK, linewidths=3.0,
    )  # fmt: skip
    for kind, (mark, size, _) in MARKS.items():
        point = picture.at(kind)
        if point is not None:
            axes.scatter(
                point.posts, point.orientations, s=size, marker=mark, color=BLACK,
                edgecolors=WHITE, linewidths=1.0, zorder=5,
            )  # fmt: skip
    axes.set_xlim(across[0], across[-1])
    axes.set_ylim(up[0], up[-1])
    axes.xaxis.set_major_formatter(_in_this_language(number))
    axes.yaxis.set_major_formatter(_in_this_language(partial(plain, digits=2)))
    axes.tick_params(labelsize="small")
    return heat


def _in_this_language(write: Callable[[float], str]) -> Callable[[float, float], str]:
    """A formatter of ticks: they are written when a figure is saved, maybe in another language."""
    spoken = language()

    def written(value: float, _: float) -> str:
        with speaking(spoken):
            return write(value)

    return written


def _legend(axes: Axes, heat: ScalarMappable, found: Feasibility) -> None:
    """What colours, line and marks are, in a panel of its own."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    target = found.scenario.target
    what = {"entries": say("entries"), "people_supported": say("people supported")}
    people = f"{number(target.people)} {what[str(target.measure)]}"
    axes.axis("off")
    entries = [
        Line2D([], [], color=BLACK, linewidth=3, label=people),
        *(
            Line2D([], [], color=BLACK, marker=mark, linestyle="none", label=say(label))
            for kind, (mark, _, label) in MARKS.items()
            if any(each.at(kind) is not None for each in found.pictures)
        ),
        Patch(color=NEITHER, label=say("neither brings more")),
    ]
    axes.legend(handles=entries, loc="upper left", frameon=False, fontsize="small", borderpad=0)
    bar = axes.inset_axes((0.04, 0.34, 0.9, 0.06))
    axes.figure.colorbar(heat, cax=bar, orientation="horizontal", ticks=[0, 0.5, 1])
    bar.xaxis.set_major_formatter(_in_this_language(percent))
    bar.tick_params(labelsize="small")
    bar.set_title(
        say("part of posts in what 1 % more posts and\n1 % more orientations bring"),
        fontsize="small", loc="left",
    )  # fmt: skip
    axes.text(
        0.04, 0.20, say("0 %: orientations bind\n100 %: posts bind"), fontsize="small", va="top",
        transform=axes.transAxes,
    )  # fmt: skip
