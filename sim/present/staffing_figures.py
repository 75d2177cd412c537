"""The staffing curve: entries, delay, load and the marginal post over posts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.planning.staffing_curve import (
    ANSWERED,
    AS_IT_IS,
    FOCUSED,
    UNANSWERED,
    WHERE_IT_QUEUES,
    Variation,
)
from sim.planning.staffing_summary import rows_of
from sim.present.axes import keyed, titled_above
from sim.present.lever_names import combination
from sim.present.numbers import number
from sim.present.picture import BLACK, COLOURS, Picture
from sim.words import say, to_say

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.planning.staffing_curve import StaffingCurve

Line = tuple[str, str, str]

LINES: dict[Variation, Line] = {
    AS_IT_IS: ("-", COLOURS[0], to_say("prescribers respond as they do")),
    UNANSWERED: ("--", COLOURS[1], to_say("if they do not respond (ε = 0)")),
    ANSWERED: (":", COLOURS[2], to_say("if they fully respond (ε = 1)")),
}
FOCUSED_LINE: Line = ("-.", COLOURS[3], to_say("new posts where it queues"))
PANELS = (
    ("entries", to_say("Entries in {year}"), to_say("a year"), 0),
    (
        "entry_delay",
        to_say("Days from orientation to entry, of those who enter in {year}"),
        to_say("days"),
        0,
    ),
    ("load", to_say("People per portfolio in service in {year}"), to_say("people"), 0),
)


def staffing_figure(curve: StaffingCurve, by: str = "together") -> Figure:
    """Four panels over posts; bands of 90 % for the response as it is.

    by: 'together', or 'reading': then a colour a reading, the response as it is alone.
    """
    figure = Picture(figsize=(12, 7.6), layout="constrained")
    axes = [figure.add_subplot(2, 2, k + 1) for k in range(4)]
    apart = by == "reading" or (curve.draws is None and len(curve.readings) > 1)
    draw = _by_reading if apart else _by_response
    by = "reading" if apart else by
    summary, marginal = curve.summary(by), curve.marginal(by)
    for panel, (measure, title, unit, digits) in zip(axes[:3], PANELS, strict=True):
        draw(panel, curve, summary[summary["measure"] == measure])
        _finish(panel, say(title, year=curve.year), say(unit), digits)
    draw(axes[3], curve, marginal)
    axes[3].axhline(curve.worth, color=BLACK, linewidth=0.8)
    axes[3].text(
        0.995, curve.worth, say("{entries}: nothing much", entries=number(curve.worth)),
        transform=axes[3].get_yaxis_transform(), ha="right", va="bottom", fontsize="small",
    )  # fmt: skip
    _finish(axes[3], say("Entries a year gained by one more post"), say("entries a post"), 0)
    keyed(figure, axes)
    for panel in axes:
        panel.set_xlim(curve.posts[0], curve.posts[-1])
    titled_above(figure, _title(curve))
    return figure


def _title(curve: StaffingCurve) -> str:
    levers = combination(curve.levers)
    if curve.draws is None:
        return say("What more posts bring, {levers}", levers=levers)
    return say(
        "What more posts bring, {levers}, {draws} draws of the posterior",
        levers=levers,
        draws=len(curve.readings),
    )


def _by_response(axes: Axes, curve: StaffingCurve, frame: pd.DataFrame) -> None:
    for variation, line in LINES.items():
        rows = rows_of(curve, frame, variation)
        _line(axes, rows, _said(line), banded=variation == AS_IT_IS)
    if curve.scenario.posts.allocation != WHERE_IT_QUEUES:
        _line(axes, rows_of(curve, frame, FOCUSED), _said(FOCUSED_LINE))


def _said(line: Line) -> Line:
    style, colour, label = line
    return style, colour, say(label)


def _by_reading(axes: Axes, curve: StaffingCurve, frame: pd.DataFrame) -> None:
    mine = rows_of(curve, frame, AS_IT_IS)
    for k, (reading, rows) in enumerate(mine.groupby("reading", sort=False)):
        _line(axes, rows, ("-", COLOURS[k % len(COLOURS)], str(reading)))


def _line(axes: Axes, rows: pd.DataFrame, line: Line, banded: bool = False) -> None:
    style, colour, label = line
    axes.plot(rows["posts"], rows["value"], style, color=colour, label=label, linewidth=1.8)
    if banded and rows["low"].notna().any():
        axes.fill_between(
            rows["posts"], rows["low"], rows["high"], color=colour, alpha=0.18, linewidth=0,
            label=say("90 % of the draws"),
        )  # fmt: skip


def _finish(axes: Axes, title: str, unit: str, digits: int) -> None:
    from matplotlib.ticker import MaxNLocator

    def shown(value: float, _: Any) -> str:
        return number(value, digits)

    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", alpha=0.25)
    axes.set_title(title, loc="left")
    axes.set_xlabel(say("funded posts at the end of hiring"))
    axes.set_ylabel(unit)
    axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
    axes.xaxis.set_major_formatter(lambda value, _: number(value))
    axes.yaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10], integer=digits == 0))
    axes.yaxis.set_major_formatter(shown)
