"""Pictures of the report: small, so that they can be read on paper and on a telephone alike.

They carry no title; the page writes it as their caption. Letters are drawn as shapes, which look
the same everywhere, and nothing in the file depends on when or where it was made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.present.axes import rows_down
from sim.present.numbers import number, percent, plain
from sim.present.picture import (
    BESIDE_DOTS,
    BLACK,
    COLOURS,
    GREY,
    WHITE,
    blank,
    writing_on,
)
from sim.words import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

WIDTH, HEIGHT = 4.5, 2.9
STYLE: Any = {
    "font.size": 9,
    "font.family": "DejaVu Sans",
    "svg.fonttype": "path",
    "svg.hashsalt": "agsim",
}


def as_svg(draw: Callable[[], Figure]) -> str:
    """What `draw` draws, as the text of an SVG file."""
    from matplotlib import rc_context

    with rc_context(STYLE):
        stored = BytesIO()
        draw().savefig(stored, format="svg", metadata={"Date": None, "Creator": None})
    return stored.getvalue().decode()


@dataclass(frozen=True)
class Bar:
    """A mean with its interval of 90 %, and what it is of."""

    label: str
    mean: float
    low: float
    high: float


def bars_figure(bars: Sequence[Bar], target: float, unit: str) -> Figure:
    """What each choice reaches beside the target: bars, with the interval of 90 %."""
    figure, (axes,) = blank(WIDTH, HEIGHT)
    _lying(axes, [each.label for each in bars], above=0.6, below=0.65)
    rows = range(len(bars))
    means = [each.mean for each in bars]
    axes.barh(rows, means, color=COLOURS[5], height=0.55)
    axes.hlines(
        rows, [each.low for each in bars], [each.high for each in bars], color=BLACK, linewidth=1.4
    )
    for row, each in zip(rows, bars, strict=True):
        axes.text(0, row + 0.42, f" {number(each.mean)}", va="center", fontsize=8)
    axes.axvline(target, color=COLOURS[1], linewidth=2)
    axes.text(
        target, -0.62, say("target: {people}", people=number(target)),
        ha="center", va="bottom", color=COLOURS[1], fontsize=8.5, fontweight="bold",
    )  # fmt: skip
    axes.set_xlim(0, 1.08 * max(target, *(each.high for each in bars)))
    _counted(axes, unit)
    return figure


@dataclass(frozen=True)
class Curve:
    """Posts that are needed in each draw, infinite where none are enough, and of what."""

    label: str
    needed: NDArray[np.float64]
    weights: NDArray[np.float64]


def enough_figure(
    curves: Sequence[Curve], today: int, most: float, asked: float, chosen: int | None
) -> Figure:
    """With which probability so many posts are enough; the probability asked for as a line."""
    from matplotlib.patheffects import withStroke

    figure, (axes,) = blank(WIDTH, HEIGHT)
    for k, each in enumerate(curves):
        order = np.argsort(each.needed)
        there = order[np.isfinite(each.needed[order])]
        reached = np.concatenate([[0.0], np.cumsum(each.weights[there])])
        axes.step(
            np.concatenate([[0.0], each.needed[there], [most]]),
            np.append(reached, reached[-1]),
            BESIDE_DOTS[k % len(BESIDE_DOTS)], where="post", color=COLOURS[(0, 1, 6)[k % 3]],
            linewidth=2, label=each.label,
        )  # fmt: skip
    axes.axhline(asked, color=GREY, linestyle=":", linewidth=1.2)
    axes.text(
        most, asked, say("asked: {share}", share=percent(asked)),
        ha="right", va="bottom", color=GREY, fontsize=8,
    )  # fmt: skip
    marks = [(float(today), say("today"), "left")]
    if chosen is not None:
        marks.append((float(chosen), number(chosen), "right"))
    for place, label, side in marks:
        axes.axvline(place, color=GREY, linestyle=":", linewidth=1.2)
        axes.text(
            place, 0.97, f" {label}", rotation=90, ha=side, va="top", fontsize=8, color=GREY,
            path_effects=[withStroke(linewidth=2.5, foreground=WHITE)],
        )  # fmt: skip
    axes.set_xlim(0.93 * min(today, most), most)
    axes.set_ylim(-0.01, 1.01)
    axes.yaxis.set_major_formatter(lambda value, _: percent(value))
    axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    _counted(axes, say("posts funded"))
    figure.legend(loc="outside lower left", frameon=False, fontsize=8.5)
    return figure


def factors_figure(bars: Sequence[Bar]) -> Figure:
    """Factors of today's orientations: the mean as a dot, the interval of 90 % as a line."""
    figure, (axes,) = blank(WIDTH, 0.75 + 0.5 * len(bars))
    _lying(axes, [each.label for each in bars], above=0.7, below=0.5)
    for row, each in enumerate(bars):
        axes.hlines(row, each.low, each.high, color=COLOURS[row % len(COLOURS)], linewidth=5,
                    alpha=0.45)  # fmt: skip
        axes.plot(each.mean, row, "o", color=COLOURS[row % len(COLOURS)], markersize=7)
        axes.text(each.mean, row - 0.22, f"× {plain(each.mean, 2)}", ha="center", va="bottom",
                  fontsize=8)  # fmt: skip
    axes.axvline(1.0, color=GREY, linestyle=":", linewidth=1.2)
    low, high = axes.get_xlim()
    digits = 1 if high - low > 0.5 else 2
    axes.xaxis.set_major_locator(_few_ticks())
    axes.xaxis.set_major_formatter(lambda value, _: f"× {plain(value, digits)}")
    return figure


@dataclass(frozen=True)
class Payer:
    """What one payer pays of each year, millions of euros."""

    label: str
    amounts: Sequence[float]


def payers_figure(years: Sequence[int], payers: Sequence[Payer]) -> Figure:
    """Who pays the gross cost of each year, millions of euros."""
    figure, (axes,) = blank(WIDTH, HEIGHT)
    names, base = [str(year) for year in years], np.zeros(len(years))
    for k, each in enumerate(payers):
        written = writing_on(COLOURS[k])
        part = np.array(each.amounts)
        axes.bar(names, part, bottom=base, color=COLOURS[k], width=0.62, label=each.label)
        for row, amount in enumerate(part):
            if amount > 0.08 * base.max(initial=float(part.max())):
                axes.text(row, base[row] + amount / 2, plain(amount), ha="center", va="center",
                          color=written, fontsize=8.5, fontweight="bold")  # fmt: skip
        base = base + part
    for row, whole in enumerate(base):
        axes.text(row, whole, plain(float(whole)), ha="center", va="bottom", fontsize=8.5)
    axes.set_ylim(0, 1.12 * float(base.max(initial=1.0)))
    axes.yaxis.set_major_formatter(lambda value, _: number(value))
    axes.set_ylabel(say("M€ a year"))
    figure.legend(loc="outside lower left", frameon=False, fontsize=8.5)
    return figure


def _lying(axes: Axes, labels: Sequence[str], *, above: float, below: float) -> None:
    rows_down(axes, labels, above=above, below=below)
    axes.tick_params(axis="y", length=0)


def _counted(axes: Axes, unit: str) -> None:
    axes.set_xlabel(unit)
    axes.xaxis.set_major_locator(_few_ticks())
    axes.xaxis.set_major_formatter(lambda value, _: number(value))


def _few_ticks() -> Any:
    """Ticks at 1, 2 or 5 of a power of ten, whose labels need no more digits."""
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(6, steps=[1, 2, 5, 10])
