"""The sections of the calibration report: text, picture, table, each from the findings."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

from calibration import pictures
from calibration.checks.predictive import column, manifest_of
from calibration.checks.rows import Row, rows_of
from calibration.checks.sbc import LIVE, uniformity
from calibration.command import priors_rows
from calibration.findings import Findings, moved_readings
from calibration.pictures import WORDS
from calibration.problem import Problem
from sim.present.numbers import number, percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

# Why 2019 is missed from 2018; the sources are those of the observed figures and of the target.
JUMP_OF_2019 = (
    "Why: in 2019, the year in which the target of 100 000 was signed (pole-emploi.org, "
    "27/09/2019), entries rose by 26 % and the delay fell by 15 % at once. In the model more "
    "orientations lengthen the queue, so the two together need both a volume and a process "
    "that moved by more than the drift law thinks likely, in opposite ways. It is what one "
    "would see if the signed target and shorter procedures worked, and no trend can know that "
    "beforehand: levers stand outside the drift law."
)


# Share of the cases below which intervals of 90 % are said to be too narrow.
ENOUGH_INSIDE = 0.885


@dataclass(frozen=True)
class Section:
    """A section of the report: text, a picture, a table."""

    title: str
    paragraphs: Sequence[str] = ()
    picture: str = ""
    caption: str = ""
    headings: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    text_columns: Sequence[int] = field(default_factory=tuple)


def sections(found: Findings) -> list[Section]:
    """The sections, in the order of a reader's questions."""
    listed = [
        _figures_section(found),
        _moved_section(found),
        _ridge_section(found),
        *([] if found.problem.figures.place else [_delay_and_load(found)]),
        _readings_section(found),
        _first_section(found),
    ]
    if found.held_out is not None:
        listed.append(_held_out_section(found.held_out))
    if found.haute_marne is not None:
        listed.append(_haute_marne_section(found.haute_marne))
    if found.ranks is not None:
        listed.append(_ranks_section(found.ranks))
    return [*listed, _how_section(found), _priors_section(found.problem)]


def _figures_section(found: Findings) -> Section:
    widest = rows_of(found.predicted.sort_values("half_width"))[-1]
    return Section(
        "The figures, and what the calibrated model would give",
        [
            "Each figure is a dot. The thick bar is where the model expects it, were the year to "
            "happen again: what is not known of the parameters, the chance of one year, and the "
            "error with which the figure itself was taken.",
            f"The widest interval is that of {widest['measure'].replace('_', ' ')} "
            f"{widest['period']}, ±{percent(widest['half_width'], 1)}.",
        ],
        _svg(pictures.predictive_figure(found.predicted)),
        "Figures as observed and 90 % posterior predictive intervals.",
        ["Figure", "Observed", "Low", "Median", "High", "Inside"],
        [
            [
                f"{row['measure'].replace('_', ' ')} {row['period']}",
                *_span_of(row),
                "yes" if row["inside"] else "no",
            ]
            for row in rows_of(found.predicted)
        ],
    )


def _span_of(row: Row) -> list[str]:
    """A figure as observed, and its interval: in the figure's digits."""
    digits = 0 if row["observed"] >= 1000 else 1
    return [number(row[name], digits) for name in ("observed", "low", "median", "high")]


def _moved_section(found: Findings) -> Section:
    return Section(
        "What the figures moved",
        [
            "The light bar is what was thought before (90 % of the prior). On it, blue is what is "
            "left where the figures speak, grey where they do not: still an assumption. "
            "'Removed' is the share of the variance that the figures removed.",
            "These are statements under the model and its drift law (years differ, but not at "
            "will). A narrow bar can also be the model's own doing: pools are made from the "
            "portfolios of 2020, so in 2018 some pools have one portfolio less and the same "
            "demand; that alone lengthens the delay of 2018 and shortens it as posts come, and "
            "it favours small pools.",
        ],
        _svg(pictures.moved_figure(found.moved)),
        "Prior and posterior of every calibrated parameter, ordered by what was removed.",
    )


def _ridge_section(found: Findings) -> Section:
    draws = found.draws
    words = {
        ("places", "orientations"): "places and orientations",
        ("places", "process_delay"): "places and process delay",
        ("process_delay", "orientations"): "process delay and orientations",
    }
    told = "; ".join(f"{name} {_correlation(draws, *pair):+.2f}" for pair, name in words.items())
    return Section(
        "The ridge: along it, the figures cannot tell",
        [
            "The published figures count people who entered, how long that took them and how "
            "long they stayed. How many were oriented, how much of the delay is a queue, and how "
            "many places there are must be inferred together: every dot meets the figures as "
            "well as any other.",
            f"Correlations over the draws: {told}. A figure on the mean load, on orientations or "
            "on the days between ready and entry cuts across the ridge: add it as a row of a "
            "targets file (agsim calibrate --targets-template).",
        ],
        _svg(pictures.ridge_figure(draws)),
        "One dot a draw, its area the weight; all of them meet the figures.",
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
        "The delay fell while the load rose: what that says",
        [
            "From 2018 to 2019 portfolios became fuller (by up to a seventh) and the entry delay "
            "fell by a seventh. A queue for places would have grown. So the delay was not mainly "
            "such a queue, or the process became shorter at the same time by more than the queue "
            "grew. From 2019 to 2020 both fell, as a queue does, and as a process that goes on "
            "improving does. Three annual points cannot separate the two; that they can be "
            "reconciled at all needs years to differ (the drift law).",
            f"In the draws the process delay goes from {number(process[0], 1)} to "
            f"{number(process[1], 1)} days on average, and {percent(float(share))} of the entry "
            f"delay of {found.problem.years[-1]} is a queue, for a place or for a diagnosis slot. "
            "It does not say what posts would change: posts shorten a queue, not a process.",
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
            name.replace("_", " "),
            percent(by_prior["prior"][name]) if "prior" in by_prior else "",
            percent(value),
            ("moved by the figures" if moved[name] else "prior") if moved else "",
        ]
        for name, value in by_prior["posterior"].items()
    ]
    worth = weights.drop_duplicates("prior")
    told = "; ".join(f"{r['title']} {number(r['worth'])}" for r in rows_of(worth))
    return Section(
        "The readings and their weights",
        [
            "A draw is labelled by what it does in the last year. Strong response of prescribers "
            "to posts (ε of two thirds or more): supply led. More people inside than the "
            "published duration explains (10 % or more): longer stays. Less than a quarter of the "
            "delay a queue: process. A queue that mostly vanishes without unevenness: uneven; one "
            "that mostly vanishes with endless places: places. Else it is a queue for diagnosis "
            "slots, or one without a single cause, which counts as process. Two of the five are "
            "read off parameters (ε, the true stay), and the bounds are round numbers: labels are "
            "a way to speak about draws, not a finding.",
            "The bars show the weights under other priors. Where they change with the prior, the "
            "prior speaks, not the figures. 'Prior, years free': structures of the prior, with "
            "volumes, process delays and stays fitted to the figures and years free to differ. "
            f"Draws that each line is worth: {told}.",
        ],
        _svg(pictures.weights_figure(weights)),
        "Weights of the readings by the prior alone, as calibrated, and under other priors.",
        ["Reading", "Prior", "Posterior", ""],
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
                f"{name} (±{percent(mine['error'].iloc[0])})",
                *(percent(mine.loc[q, "removed"]) for q in quantities),
            ]
        )
    return Section(
        "What to measure first",
        [
            "Each line is something that could be counted; each column something that is open. "
            "The cell is the share of the column's variance that the measurement would remove, to "
            "first order. The errors of the measurements are assumptions.",
        ],
        headings=["Measurement", *quantities],
        rows=rows,
    )


def _held_out_section(held_out: pd.DataFrame) -> Section:
    inside = int(held_out["inside"].sum())
    missed = held_out[~held_out["inside"]]
    sentences = [
        f"Calibrated on the years before, the model predicts the next under the drift law: "
        f"{inside} of {len(held_out)} figures came true inside their 90 % intervals."
    ]
    if len(missed):
        named = ", ".join(
            f"{row['measure'].replace('_', ' ')} {row['period']}" for row in rows_of(missed)
        )
        sentences.append(f"Outside: {named}.")
        if {("entries", "2019"), ("entry_delay", "2019")} <= {
            (row["measure"], str(row["period"])) for row in rows_of(missed)
        }:
            sentences.append(JUMP_OF_2019)
    better = held_out[held_out["skill"] > 0]
    sentences.append(
        f"Against the same drift law without a model (each figure a random walk) the model is "
        f"better for {len(better)} of {len(held_out)} figures; mean skill "
        f"{held_out['skill'].mean():+.2f} (1 is perfect, 0 no better). The model knows the "
        "portfolios of the year and that there was a lockdown, the walk does not; and two years "
        "are little evidence either way."
    )
    return Section(
        "Years held out",
        sentences,
        _svg(pictures.held_out_figure(held_out)),
        "Held-out years: the model's 90 % interval, that of the drift law alone, what came true.",
        ["Figure", "Known", "Came true", "Low", "Median", "High", "Skill"],
        [
            [f"{r['measure'].replace('_', ' ')} {r['period']}", str(r['known']), *_span_of(r),
             f"{r['skill']:+.2f}"]
            for r in rows_of(held_out)
        ],
    )  # fmt: skip


def _haute_marne_section(found: pd.DataFrame) -> Section:
    left = rows_of(found)[1]
    explained = (
        "The national stays can explain it." if left["inside"] else
        "The national stays cannot explain it: people stayed longer there, or left in ways that "
        "are not counted. It is reported, not tuned away."
    )  # fmt: skip
    return Section(
        "Haute-Marne",
        [
            f"With 565 people in, the draws give {number(left['low'])} to {number(left['high'])} "
            f"exits by the end of October 2017 (90 %); {number(left['observed'])} were seen, and "
            f"{percent(left['share_of_draws_at_most_observed'])} of the draws have as few. "
            + explained,
            "One small département is no measure of the country."
            + ("" if left["inside"] else " It speaks for true stays longer than the published."),
        ],
        _svg(pictures.haute_marne_figure(found)),
        "Haute-Marne from its start in September 2015, under the national draws.",
    )


def _ranks_section(ranks: pd.DataFrame) -> Section:
    tests = uniformity(list(ranks.columns), ranks.to_numpy())
    refused = [each.name for each in tests if not each.passes]
    coverage = sum(each.inside_90 for each in tests) / len(tests)
    told = (
        f"No parameter's ranks are refused as uniform ({len(tests)} tests of Kolmogorov and "
        f"Smirnov, together at 5 % by Holm; smallest p {min(each.p for each in tests):.3f})."
        if not refused
        else "Refused as uniform: " + ", ".join(WORDS.get(name, name) for name in refused) + "."
    )
    return Section(
        "Is the inference right? Simulation-based calibration",
        [
            f"{len(ranks)} times, parameters were drawn from the prior, figures simulated with "
            "them, and the posterior inferred from those. If the inference is right, the rank of "
            "the true parameter in its posterior is uniform. " + told,
            "It is the inference that is tested, on the approximation itself with few kinds of "
            f"pool and a smaller sampler ({LIVE} live points and one network instead of 600 and "
            "four); "
            "the approximation is held against the engine below. So few ranks do not show a small "
            "fault in one parameter.",
            f"Over all parameters, true values lay inside their middle 90 % in "
            f"{percent(coverage)} of the cases."
            + (
                " Fewer than 90 %: intervals of this check are a little too narrow. Part of it is "
                "the noise of some hundred weighted draws a repetition, part the small sampler."
                if coverage < ENOUGH_INSIDE
                else ""
            ),
        ],
        _svg(pictures.ranks_figure(ranks)),
        "Ranks of the true parameter in its posterior; the grey band holds 99 % of the bars of "
        "a flat histogram.",
    )


def _how_section(found: Findings) -> Section:
    manifest = manifest_of(found.posterior)
    quality = manifest["quality"]
    rows = [
        [name.replace("_", " "), percent(each["error"], 1),
         percent(each["uncorrected_bias"], 1), percent(each["uncorrected_error"], 1),
         percent(each["approximation_error"], 2), percent(each["replication_noise"], 2),
         percent(each["bias_at_the_draws"], 2), percent(each["error_at_the_draws"], 2)]
        for name, each in manifest["figures"].items()
    ]  # fmt: skip
    return Section(
        "How it was done, and how exact it is",
        [
            "Volumes, process delays and stays of each year are random walks (the drift law); they "
            "are integrated out for each set of the other parameters, which nested sampling "
            f"explores ({number(quality['evaluations'])} evaluations, worth "
            f"{number(quality['effective_nested_sampling'])} independent draws). This uses the "
            "fluid approximation, corrected by a regression on runs of the compiled engine; what "
            "the correction leaves is in the likelihood. At the end every draw is run in the "
            "engine: the last two columns say how far the corrected approximation is from it "
            "there (the second holds the chance of those runs too).",
            "Weighting the draws from the normal approximation of the unknowns to their exact "
            f"density left {number(quality['effective_after_exact_density'])} draws' worth of "
            "the candidates.",
        ],
        headings=["Figure", "Observation error", "Fluid, bias", "Fluid, error",
                  "Left after correction", "Chance of one year", "At the draws, bias", "error"],
        rows=rows,
    )  # fmt: skip


def _priors_section(problem: Problem) -> Section:
    return Section(
        "What was thought before, and why",
        ["All of these are assumptions unless a document is named."],
        headings=["Parameter", "Shape", "Low", "Central", "High", "Unit", "Source"],
        rows=priors_rows(problem.priors),
        text_columns=(6,),
    )


def _svg(figure: Figure) -> str:
    written = BytesIO()
    figure.savefig(written, format="svg", metadata={"Date": None})
    return "data:image/svg+xml;base64," + base64.b64encode(written.getvalue()).decode()
