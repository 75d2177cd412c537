"""What the answer does not know, and what to measure first to know more."""

from __future__ import annotations

import numpy as np

from sim.documents.pages_names import MEASURABLE, PARAMETERS
from sim.documents.pages_parts import Bullets, PageTable, Paragraph, Row, Section, rows_of
from sim.documents.report import Report
from sim.planning.regret import WORTH
from sim.planning.sensitivity import FEWEST_DRAWS, SIDES, Sensitivity
from sim.present.numbers import factor, number, percent
from sim.words import say, to_say

MOST_ROWS = 3
SIDE = {
    "posts": to_say("number of posts"),
    "orientations_to_find": to_say("orientations still to be found"),
}


def measure_first(report: Report) -> Section | None:
    """What to count or to find out first; None where the draws are too few, or tell nothing."""
    sized = int(np.isfinite(report.plan.frame["posts"].to_numpy(dtype=np.float64)).sum())
    if report.plan.posterior is None or sized < FEWEST_DRAWS:
        return None
    found = Sensitivity(report.plan, None, WORTH, None)
    rows = []
    for side in SIDES:
        of_side = found.value[found.value["side"] == side]
        chance, shown = found.value_by_chance[side], 0
        for row in rows_of(of_side.sort_values("share", ascending=False)):
            name = _name(str(row["know"]))
            if row["share"] <= chance or name is None or shown == MOST_ROWS:
                continue
            shown += 1
            then, now = float(row["expected_p80"]), float(row["p80"])
            ends = (
                (number(report.there(then)), number(report.there(now)))
                if side == "posts"
                else (factor(then), factor(now))
            )
            rows.append(
                Row(
                    name,
                    [
                        say(SIDE[side]),
                        percent(row["share"]),
                        say("{then} instead of {now}", then=ends[0], now=ends[1]),
                    ],
                )
            )  # fmt: skip
    if not rows:
        return None
    table = PageTable(
        say("What knowing one thing is worth"),
        [say("to find out"), say("narrows the"), say("spares of what not knowing costs"),
         say("what 80 % would then take, on average")],
        rows,
        say("From the draws of this plan, one thing at a time, above what chance would show. "
            "`agsim sensitivity` tells more."),
        frozenset({1}),
    )  # fmt: skip
    told = say(
        "Not knowing makes the plan dear: to be sure one funds posts that may not be needed. These "
        "would narrow it most."
    )
    return Section("measure", say("What should be measured first"), [Paragraph(told), table])


def _name(known: str) -> str | None:
    if known in MEASURABLE:
        return say(MEASURABLE[known])
    return say(PARAMETERS[known].name) if known in PARAMETERS else None


def limits(report: Report) -> Section:
    """What a reader must know before using the numbers."""
    scenario, draws = report.scenario, report.plan.draws
    assert draws is not None
    told = [
        say(
            "The observed figures, 2018 to 2020, come from a working document; they are no "
            "official statistic. Three years cannot tell the explanations apart."
        ),
        say(
            "Probabilities are shares of {draws} draws, worth {worth} of equal weight: sets of "
            "values that meet the figures. They hold what this model leaves open, not what it "
            "leaves out.",
            draws=len(draws),
            worth=number(draws.effective),
        ),
    ]
    if report.plan.levers:
        told.append(
            say(
                "No figure speaks of the size of any lever's effect: sizes are assumptions with "
                "wide ranges. The shared target counts from 2020, which holds part of the target "
                "signed in 2019 already."
            )
        )
    told += [
        say(
            "That prescribers orient more where there are more posts (ε) is an assumption too, "
            "used far beyond the numbers of posts ever seen."
        ),
        say(
            "Guardrails: people wait {days} days for a place at most, in the mean; a portfolio "
            "holds {load} at most, in the mean. With others the numbers of posts are others.",
            days=number(float(scenario.target.queue_delay_days)),
            load=number(float(scenario.target.mean_load)),
        ),
    ]
    if not float(scenario.entry.pool_diagnosis_interval_days):
        told.append(
            say(
                "Social workers are taken to be there for every shared diagnosis: that is the "
                "optimistic side. If they are not, posts wait."
            )
        )
    told.append(
        say(
            "How the country divides over départements is synthetic, by population: no number here "
            "decides for a département."
        )
    )
    if report.part_of_a_country:
        told.append(
            say(
                "Only a part of the country is simulated: posts are those of the whole country "
                "that stand there by the fixed list of seats."
            )
        )
    told.append(
        say(
            "Costs hang on rates that are mostly assumptions. Budgets follow the posts of a "
            "probability; that rates are not known either is not in their span."
        )
    )
    overridden = report.plan.posterior.overridden(scenario) if report.plan.posterior else ()
    if overridden:
        told.append(
            say(
                "A what-if: the scenario itself sets what the figures were fitted with ({paths}).",
                paths=", ".join(overridden),
            )
        )
    return Section("limits", say("What this does not know"), [Bullets(told)])
