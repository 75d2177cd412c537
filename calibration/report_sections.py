"""The sections of the calibration report: text, picture, table, each from the findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calibration import pictures
from calibration.checks.predictive import column
from calibration.checks.rows import rows_of
from calibration.findings import Findings, moved_readings
from calibration.report_checks import checks_sections
from calibration.report_parts import Section, figure_of, span_of, svg
from calibration.words import reading_words
from sim.present.numbers import number, percent, plain
from sim.words import say, to_say

if TYPE_CHECKING:
    import pandas as pd

TOGETHER = {
    ("places", "orientations"): to_say("places and orientations {correlation}"),
    ("places", "process_delay"): to_say("places and process delay {correlation}"),
    ("process_delay", "orientations"): to_say("process delay and orientations {correlation}"),
}


def sections(found: Findings) -> list[Section]:
    """The sections, in the order of a reader's questions."""
    return [
        _figures_section(found),
        _moved_section(found),
        _ridge_section(found),
        *([] if found.problem.figures.place else [_delay_and_load(found)]),
        _readings_section(found),
        _first_section(found),
        *checks_sections(found),
    ]


def _figures_section(found: Findings) -> Section:
    widest = rows_of(found.predicted.sort_values("half_width"))[-1]
    return Section(
        say("The figures, and what the calibrated model would give"),
        [
            say(
                "Each figure is a dot. The thick bar is where the model expects it, were the year "
                "to happen again: what is not known of the parameters, the chance of one year, and "
                "the error with which the figure itself was taken."
            ),
            say(
                "The widest interval is that of {figure}, ±{half_width}.",
                figure=figure_of(widest),
                half_width=percent(widest["half_width"], 1),
            ),
        ],
        svg(pictures.predictive_figure(found.predicted)),
        say("Figures as observed and 90 % posterior predictive intervals."),
        [say("Figure"), say("Observed"), say("Low"), say("Median"), say("High"), say("Inside")],
        [
            [figure_of(row), *span_of(row), say("yes") if row["inside"] else say("no")]
            for row in rows_of(found.predicted)
        ],
    )


def _moved_section(found: Findings) -> Section:
    return Section(
        say("What the figures moved"),
        [
            say(
                "The light bar is what was thought before (90 % of the prior). On it, blue is what "
                "is left where the figures speak, grey where they do not: still an assumption. "
                "'Removed' is the share of the variance that the figures removed."
            ),
            say(
                "These are statements under the model and its drift law (years differ, but not at "
                "will). A narrow bar can also be the model's own doing: pools are made from the "
                "portfolios of 2020, so in 2018 some pools have one portfolio less and the same "
                "demand; that alone lengthens the delay of 2018 and shortens it as posts come, and "
                "it favours small pools."
            ),
        ],
        svg(pictures.moved_figure(found.moved)),
        say("Prior and posterior of every calibrated parameter, ordered by what was removed."),
    )


def _ridge_section(found: Findings) -> Section:
    draws = found.draws
    told = say("; ").join(
        say(words, correlation=plain(_correlation(draws, *pair), 2, signed=True))
        for pair, words in TOGETHER.items()
    )
    return Section(
        say("The ridge: along it, the figures cannot tell"),
        [
            say(
                "The published figures count people who entered, how long that took them and how "
                "long they stayed. How many were oriented, how much of the delay is a queue, and "
                "how many places there are must be inferred together: every dot meets the figures "
                "as well as any other."
            ),
            say(
                "Correlations over the draws: {told}. A figure on the mean load, on orientations "
                "or on the days between ready and entry cuts across the ridge: add it as a row of "
                "a targets file (agsim calibrate --targets-template).",
                told=told,
            ),
        ],
        svg(pictures.ridge_figure(draws)),
        say("One dot a draw, its area the weight; all of them meet the figures."),
    )


def _correlation(draws: pd.DataFrame, x: str, y: str) -> float:
    import numpy as np

    covariance = np.cov(draws[x], draws[y], aweights=draws["weight"])
    return float(covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1]))


def _delay_and_load(found: Findings) -> Section:
    posterior = found.posterior
    share = posterior.weights @ posterior.diagnostics["is_queue_share"]
    process = [
        float(posterior.weights @ column(posterior, f"entry.process_delay_days.{year}"))
        for year in (found.problem.years[0], found.problem.years[-1])
    ]
    return Section(
        say("The delay fell while the load rose: what that says"),
        [
            say(
                "From 2018 to 2019 portfolios became fuller (by up to a seventh) and the entry "
                "delay fell by a seventh. A queue for places would have grown. So the delay was "
                "not mainly such a queue, or the process became shorter at the same time by more "
                "than the queue grew. From 2019 to 2020 both fell, as a queue does, and as a "
                "process that goes on improving does. Three annual points cannot separate the two; "
                "that they can be reconciled at all needs years to differ (the drift law)."
            ),
            say(
                "In the draws the process delay goes from {first} to {last} days on average, and "
                "{share} of the entry delay of {year} is a queue, for a place or for a diagnosis "
                "slot. It does not say what posts would change: posts shorten a queue, not a "
                "process.",
                first=number(process[0], 1),
                last=number(process[1], 1),
                share=percent(float(share)),
                year=found.problem.years[-1],
            ),
        ],
    )


def _readings_section(found: Findings) -> Section:
    weights = found.weights
    moved = moved_readings(weights)
    by_prior: dict[str, dict[str, float]] = {}
    for row in rows_of(weights):
        by_prior.setdefault(row["prior"], {})[row["reading"]] = row["weight"]
    rows = [
        [
            reading_words(name),
            percent(by_prior["prior"][name]) if "prior" in by_prior else "",
            percent(value),
            (say("moved by the figures") if moved[name] else say("prior")) if moved else "",
        ]
        for name, value in by_prior["posterior"].items()
    ]
    worth = weights.drop_duplicates("prior")
    told = say("; ").join(
        say("{prior} {worth}", prior=say(row["title"]), worth=number(row["worth"]))
        for row in rows_of(worth)
    )
    return Section(
        say("The readings and their weights"),
        [
            say(
                "A draw is labelled by what it does in the last year. Strong response of "
                "prescribers to posts (ε of two thirds or more): supply led. More people inside "
                "than the published duration explains (10 % or more): longer stays. Less than a "
                "quarter of the delay a queue: process. A queue that mostly vanishes without "
                "unevenness: uneven; one that mostly vanishes with endless places: places. Else "
                "it is a queue for diagnosis slots, or one without a single cause, which counts as "
                "process. Two of the five are read off parameters (ε, the true stay), and the "
                "bounds are round numbers: labels are a way to speak about draws, not a finding."
            ),
            say(
                "The bars show the weights under other priors. Where they change with the prior, "
                "the prior speaks, not the figures. 'Prior, years free': structures of the prior, "
                "with volumes, process delays and stays fitted to the figures and years free to "
                "differ. Draws that each line is worth: {told}.",
                told=told,
            ),
        ],
        svg(pictures.weights_figure(weights)),
        say("Weights of the readings by the prior alone, as calibrated, and under other priors."),
        [say("Reading"), say("Prior"), say("Posterior"), ""],
        rows,
    )


def _first_section(found: Findings) -> Section:
    first = found.first
    quantities = list(dict.fromkeys(first["quantity"]))
    rows = []
    for name in dict.fromkeys(first["candidate"]):
        mine = first[first["candidate"] == name].set_index("quantity")
        rows.append(
            [
                f"{say(name)} (±{percent(mine['error'].iloc[0])})",
                *(percent(mine.loc[q, "removed"]) for q in quantities),
            ]
        )
    return Section(
        say("What to measure first"),
        [
            say(
                "Each line is something that could be counted; each column something that is open. "
                "The cell is the share of the column's variance that the measurement would remove, "
                "to first order. The errors of the measurements are assumptions."
            ),
        ],
        headings=[say("Measurement"), *(say(name) for name in quantities)],
        rows=rows,
    )
