"""The pictures of a calibration: each takes tidy frames, returns a figure, computes no result."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from calibration.checks.rows import Row, rows_of
from calibration.words import measure_title, parameter_words, reading_words, short_words
from sim.present.axes import keyed, rows_down, titled_above
from sim.present.numbers import number, percent
from sim.present.picture import BLACK, COLOURS, WHITE, Picture, writing_on
from sim.words import say, to_say

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PALE = "#B5B5B5"
READING_COLOURS: Mapping[str, str] = dict(
    zip(("process", "places", "uneven", "longer_stays", "supply_led"), COLOURS, strict=False)
)

# Of pictures that stand alone; in the report their sections say it.
TITLES: Mapping[str, str] = {
    "predictive": to_say("Observed figures, and the intervals in which the model would have them"),
    "moved": to_say("What the figures changed: 90 % of prior and posterior"),
    "ridge": to_say("Draws that all meet the figures: what the figures do not single out"),
    "readings": to_say("Weight of each reading, under this prior and others"),
    "held_out": to_say("Years held out: what was predicted, and what came true"),
    "haute_marne": to_say("Haute-Marne: what the draws give, and what was seen"),
    "sbc": to_say("Ranks of the true values: flat where the inference is right"),
}


def _blank(rows: int, columns: int, width: float, height: float) -> tuple[Figure, list[Axes]]:
    figure = Picture(figsize=(width, height), layout="constrained")
    axes = [figure.add_subplot(rows, columns, k + 1) for k in range(rows * columns)]
    for each in axes:
        each.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _thousands(axes: Axes, which: str = "y", digits: int = 0) -> None:
    axis = axes.yaxis if which == "y" else axes.xaxis
    axis.set_major_formatter(lambda value, _: number(value, digits))


def predictive_figure(predicted: pd.DataFrame) -> Figure:
    """The figures as observed, and the intervals in which the model would have them."""
    from matplotlib.ticker import MaxNLocator

    measures = list(dict.fromkeys(predicted["measure"]))
    columns = min(3, len(measures))
    rows = -(-len(measures) // columns)
    figure, axes = _blank(rows, columns, 3.5 * columns, 3.2 * rows)
    for each, measure in zip(axes, measures, strict=False):
        mine = predicted[predicted["measure"] == measure]
        place = np.arange(len(mine))
        each.vlines(place, mine["low"], mine["high"], color=COLOURS[0], alpha=0.35, linewidth=9,
                    label=say("90 % predictive interval"))  # fmt: skip
        each.vlines(place, mine["model_low"], mine["model_high"], color=COLOURS[0], linewidth=3,
                    label=say("of it, the model alone"))  # fmt: skip
        each.plot(place, mine["observed"], "o", color=BLACK, markersize=6, label=say("observed"))
        each.set_xticks(place, mine["period"])
        each.set_xlim(-0.6, len(mine) - 0.4)
        each.set_title(measure_title(measure), loc="left", fontsize="medium")
        each.yaxis.set_major_locator(MaxNLocator(6, integer=True))
        _thousands(each, digits=0)
        each.grid(axis="y", alpha=0.25)
    for each in axes[len(measures) :]:
        each.set_visible(False)
    axes[0].legend(frameon=False, fontsize="x-small", loc="lower right")
    return figure


def moved_figure(moved: pd.DataFrame) -> Figure:
    """Prior and posterior intervals of each parameter, on the scale of the prior's."""
    ordered = moved.sort_values("removed", ascending=False).reset_index(drop=True)
    figure, (axes,) = _blank(1, 1, 9.0, 1.2 + 0.3 * len(ordered))
    for row, each in enumerate(rows_of(ordered)):
        least, most = min(each["prior_low"], each["low"]), max(each["prior_high"], each["high"])
        prior_low, prior_high, low, median, high = (
            (each[end] - least) / ((most - least) or 1.0)
            for end in ("prior_low", "prior_high", "low", "median", "high")
        )
        colour = COLOURS[0] if each["moved"] else PALE
        axes.plot([prior_low, prior_high], [row, row], color="#E4E4E4", linewidth=9,
                  solid_capstyle="butt")  # fmt: skip
        axes.plot([low, high], [row, row], color=colour, linewidth=4.5, solid_capstyle="butt")
        axes.plot(median, row, "o", color=BLACK, markersize=4)
        digits = _digits(each)
        for place, ends in ((1.3, ("prior_low", "prior_high")), (1.6, ("low", "high"))):
            low, high = (number(each[end], digits) for end in ends)
            told = say("{low} to {high}", low=low, high=high)
            axes.text(place, row, told, ha="right", va="center", fontsize="small")
        removed = max(0.0, each["removed"])
        axes.text(1.8, row, percent(removed), ha="right", va="center", fontsize="small")
    rows_down(axes, [parameter_words(path) for path in ordered["parameter"]], above=1.2)
    axes.set_xlim(-0.02, 1.82)
    words = (say("90 % of the prior"), say("of the posterior"), say("variance removed"))
    for place, word in zip((1.3, 1.6, 1.8), words, strict=True):
        axes.text(place, -0.9, word, ha="right", fontsize="small", color="#444444")
    axes.set_xticks([])
    axes.spines[["bottom", "left"]].set_visible(False)
    axes.tick_params(left=False)
    return figure


def _digits(row: Row) -> int:
    width = float(row["prior_high"] - row["prior_low"])
    return 0 if width >= 20 else 1 if width >= 2 else 2


def ridge_figure(draws: pd.DataFrame) -> Figure:
    """Places, orientations and process delay of each draw: along the ridge the figures are met.

    `draws`: columns places, orientations, process_delay, weight, reading.
    """
    from matplotlib.ticker import MaxNLocator

    places, delay = say("Places per portfolio"), say("Process delay, days")
    orientations = say("Orientations of the last year")
    pairs = (
        ("places", "orientations", places, orientations),
        ("places", "process_delay", places, delay),
        ("process_delay", "orientations", delay, orientations),
    )
    figure, axes = _blank(1, 3, 11.0, 3.8)
    readings = [name for name in READING_COLOURS if (draws["reading"] == name).any()]
    for each, (x, y, x_label, y_label) in zip(axes, pairs, strict=True):
        for name in readings:
            mine = draws[draws["reading"] == name]
            each.scatter(mine[x], mine[y], s=3000 * mine["weight"], color=READING_COLOURS[name],
                         alpha=0.6, linewidth=0, label=reading_words(name))  # fmt: skip
        each.set_xlabel(x_label)
        each.set_ylabel(y_label)
        for axis in (each.xaxis, each.yaxis):
            axis.set_major_locator(MaxNLocator(6, integer=True))
        _thousands(each)
        _thousands(each, "x")
        each.grid(alpha=0.25)
    keyed(figure, axes)
    return figure


def weights_figure(weights: pd.DataFrame) -> Figure:
    """Weights of the readings under each prior, as stacked bars.

    `weights`: columns title, reading, weight.
    """
    titles = list(dict.fromkeys(weights["title"]))
    figure, (axes,) = _blank(1, 1, 9.0, 1.0 + 0.45 * len(titles))
    start = np.zeros(len(titles))
    for name, colour in READING_COLOURS.items():
        mine = weights[weights["reading"] == name].set_index("title").loc[titles, "weight"]
        values = mine.to_numpy()
        axes.barh(range(len(titles)), values, left=start, color=colour, height=0.7,
                  label=reading_words(name))  # fmt: skip
        for row, value in enumerate(values):
            if value >= 0.06:
                axes.text(start[row] + value / 2, row, percent(value), ha="center",
                          va="center", fontsize="small",
                          color=writing_on(colour))  # fmt: skip
        start += values
    rows_down(axes, [say(title) for title in titles])
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    axes.spines[["bottom", "left"]].set_visible(False)
    axes.tick_params(left=False)
    keyed(figure, [axes])
    return figure


def held_out_figure(held_out: pd.DataFrame) -> Figure:
    """Held-out figures: the model's interval, the walk's without a model, and what came true."""
    measures = list(dict.fromkeys(held_out["measure"]))
    figure, axes = _blank(1, len(measures), 3.5 * len(measures), 3.2)
    for each, measure in zip(axes, measures, strict=True):
        mine = held_out[held_out["measure"] == measure].reset_index(drop=True)
        place = np.arange(len(mine))
        each.vlines(place - 0.08, mine["low"], mine["high"], color=COLOURS[0], linewidth=6,
                    label=say("model, 90 %"))  # fmt: skip
        each.vlines(place + 0.08, mine["walk_low"], mine["walk_high"], color=PALE, linewidth=6,
                    label=say("drift law alone, 90 %"))  # fmt: skip
        each.plot(place, mine["observed"], "o", color=BLACK, label=say("came true"))
        pairs = zip(mine["period"], mine["known"], strict=True)
        each.set_xticks(place, [say("{period}, from {known}", period=p, known=k) for p, k in pairs])
        each.set_xlim(-0.6, len(mine) - 0.4)
        each.set_title(measure_title(measure), loc="left", fontsize="medium")
        _thousands(each)
        each.grid(axis="y", alpha=0.25)
    keyed(figure, axes)
    return figure


def ranks_figure(ranks: pd.DataFrame) -> Figure:
    """Rank histograms of simulation-based calibration: flat where the inference is right.

    `ranks`: one column a parameter, one row a repetition. The band holds 99 % of the
    bars of a uniform histogram.
    """
    from scipy.stats import binom

    names: Sequence[str] = list(ranks.columns)
    bins, columns = 10, 6
    rows = -(-len(names) // columns)
    figure, axes = _blank(rows, columns, 11.0, 1.35 * rows)
    low, high = (float(binom.ppf(level, len(ranks), 1 / bins)) for level in (0.005, 0.995))
    for each, name in zip(axes, names, strict=False):
        each.axhspan(low, high, color="#E4E4E4", linewidth=0)
        each.hist(ranks[name], bins=bins, range=(0, 1), color=COLOURS[0], rwidth=0.85)
        each.set_title(short_words(name), fontsize="xx-small", loc="left")
        each.set_xticks([])
        each.set_yticks([])
        each.set_ylim(0, max(high * 1.3, 1))
    for each in axes[len(names) :]:
        each.set_visible(False)
    return figure


def haute_marne_figure(found: pd.DataFrame) -> Figure:
    """Haute-Marne: what the draws give, and what was seen."""
    figure, (axes,) = _blank(1, 1, 9.0, 1.8)
    for row, each in enumerate(rows_of(found)):
        axes.plot([each["low"], each["high"]], [row, row], color=COLOURS[0], linewidth=7,
                  solid_capstyle="butt",
                  label=None if row else say("90 % of the draws"))  # fmt: skip
        axes.plot(each["median"], row, "|", color=WHITE, markersize=8)
        axes.plot(each["observed"], row, "o", color=BLACK,
                  label=say("seen (seed 003)") if row == 0 else None)  # fmt: skip
    rows_down(axes, [say(name) for name in found["quantity"]])
    axes.set_xlim(left=0)
    axes.legend(frameon=False, fontsize="small", loc="upper left")
    return figure


def figure_of(check: str, frame: pd.DataFrame) -> Figure | None:
    """The picture of a check's frame, with its title; None for what is a table only."""
    drawn: Mapping[str, Callable[[pd.DataFrame], Figure]] = {
        "predictive": predictive_figure,
        "moved": moved_figure,
        "ridge": ridge_figure,
        "readings": weights_figure,
        "held_out": held_out_figure,
        "haute_marne": haute_marne_figure,
        "sbc": ranks_figure,
    }
    if check not in drawn:
        return None
    figure = drawn[check](frame)
    titled_above(figure, say(TITLES[check]))
    return figure
