"""Figures of money: who pays by year, what is advanced for the ESF, what a plan's euros buy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.money.budget import Budget
from sim.money.from_plan import PlanMoney
from sim.money.payers import ALL_PAYERS
from sim.present.budget_text import called
from sim.present.numbers import MILLION, number, plain
from sim.present.picture import BLACK, COLOURS, blank, decimals
from sim.present.targets import counted
from sim.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def budget_figure(found: Budget) -> Figure:
    """Who pays the gross cost of each year, and what is advanced for the ESF month by month."""
    from matplotlib.ticker import MaxNLocator

    figure, (left, right) = blank(11.0, 4.2, columns=2)
    years = found.by_year()
    names = [str(year) for year in years["year"]]
    base = [0.0] * len(names)
    for k, payer in enumerate(ALL_PAYERS):
        part = [float(amount) / MILLION for amount in years[payer]]
        if not any(part):
            continue
        left.bar(names, part, bottom=base, color=COLOURS[k], label=called(payer), width=0.65)
        base = [below + more for below, more in zip(base, part, strict=True)]
    for column, whole in enumerate(base):
        left.text(column, whole, plain(whole), ha="center", va="bottom", fontsize="small")
    _titled(left, say("Who pays, M euros a year"))
    decimals(left.yaxis)
    left.set_ylim(0, 1.3 * max(base, default=1.0))
    left.legend(frameon=False, fontsize="small", ncols=2, loc="upper left")
    treasury = found.treasury.frame
    outstanding = [float(amount) / MILLION for amount in treasury["outstanding"]]
    months = [int(text[:4]) + (int(text[5:]) - 1) / 12 for text in treasury["month"]]
    right.step(months, outstanding, where="post", color=COLOURS[0], linewidth=1.8)
    right.fill_between(months, outstanding, step="post", color=COLOURS[0], alpha=0.15, linewidth=0)
    right.xaxis.set_major_locator(MaxNLocator(integer=True))
    right.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}")
    right.set_ylim(bottom=0)
    _titled(right, say("Advanced for the ESF and not settled, M euros"))
    decimals(right.yaxis)
    return figure


def plan_money_figure(found: PlanMoney) -> Figure:
    """What nothing else beats on cost, probability, people and delay; the marginal cost curve."""
    figure, (left, right) = blank(11.0, 4.6, columns=2)
    front = found.pareto
    cost = front["cost"] / MILLION
    points = left.scatter(cost, front["probability"] * 100, c=front["reached"], cmap="viridis",
                          s=36, zorder=3)  # fmt: skip
    target = found.plan.scenario.target
    what = counted(target.measure)
    bar = figure.colorbar(points, ax=left, format=lambda value, _: number(value))
    bar.set_label(say("{what}, mean", what=what), fontsize="small")
    left.axhline(100 * found.probability, color=BLACK, linestyle="--", linewidth=1)
    left.text(0.01, 100 * found.probability + 1, say("asked"), transform=left.get_yaxis_transform(),
              fontsize="small", va="bottom")  # fmt: skip
    left.set_ylim(0, 105)
    left.set_xlabel(say("M euros in {year}", year=found.year))
    decimals(left.xaxis, right.xaxis)
    left.set_ylabel(say("probability of the target, %"))
    _titled(left, say("Not beaten by anything else"))
    curve = found.marginal()
    reached = curve["reached"]
    costs = curve["cost"] / MILLION
    right.fill_between(costs, curve["low"], curve["high"], color=COLOURS[0], alpha=0.15,
                       linewidth=0, label=say("90 % of draws"))  # fmt: skip
    right.plot(costs, reached, "o-", color=COLOURS[0], markersize=4, label=say("mean"))
    right.axhline(
        float(target.people), color=BLACK, linestyle="--", linewidth=1, label=say("target")
    )
    right.yaxis.set_major_formatter(lambda value, _: number(value))
    right.set_ylim(bottom=0)
    right.set_xlabel(say("M euros in {year}, of 1 to 3 times today's posts", year=found.year))
    right.legend(frameon=False, fontsize="small", loc="lower right")
    _titled(right, say("What more posts bring: {what}", what=what))
    return figure


def _titled(axes: Axes, title: str) -> None:
    axes.set_title(title, loc="left", fontweight="bold", fontsize="medium")
