"""Sections of the calibration report on how far it can be trusted, and how it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calibration import pictures
from calibration.checks.predictive import manifest_of
from calibration.checks.rows import rows_of
from calibration.checks.sbc import LIVE, uniformity
from calibration.command import priors_rows
from calibration.findings import Findings
from calibration.problem import Problem
from calibration.report_parts import Section, figure_of, span_of, svg
from calibration.words import figure_words, parameter_words
from sim.present.numbers import number, percent, plain
from sim.words import say, to_say

if TYPE_CHECKING:
    import pandas as pd

# Why 2019 is missed from 2018; the sources are those of the observed figures and of the target.
JUMP_OF_2019 = to_say(
    "Why: in 2019, the year in which the target of 100 000 was signed (pole-emploi.org, "
    "27/09/2019), entries rose by 26 % and the delay fell by 15 % at once. In the model more "
    "orientations lengthen the queue, so the two together need both a volume and a process "
    "that moved by more than the drift law thinks likely, in opposite ways. It is what one "
    "would see if the signed target and shorter procedures worked, and no trend can know that "
    "beforehand: levers stand outside the drift law."
)
# Share of the cases below which intervals of 90 % are said to be too narrow.
ENOUGH_INSIDE = 0.885


def checks_sections(found: Findings) -> list[Section]:
    """What was checked, where it is stored; how it was done; what was thought before."""
    listed = []
    if found.held_out is not None:
        listed.append(_held_out_section(found.held_out))
    if found.haute_marne is not None:
        listed.append(_haute_marne_section(found.haute_marne))
    if found.ranks is not None:
        listed.append(_ranks_section(found.ranks))
    return [*listed, _how_section(found), _priors_section(found.problem)]


def _held_out_section(held_out: pd.DataFrame) -> Section:
    inside = int(held_out["inside"].sum())
    missed = held_out[~held_out["inside"]]
    sentences = [
        say(
            "Calibrated on the years before, the model predicts the next under the drift law: "
            "{inside} of {count} figures came true inside their 90 % intervals.",
            inside=inside,
            count=len(held_out),
        )
    ]
    if len(missed):
        named = ", ".join(figure_of(row) for row in rows_of(missed))
        sentences.append(say("Outside: {named}.", named=named))
        if {("entries", "2019"), ("entry_delay", "2019")} <= {
            (row["measure"], str(row["period"])) for row in rows_of(missed)
        }:
            sentences.append(say(JUMP_OF_2019))
    better = held_out[held_out["skill"] > 0]
    sentences.append(
        say(
            "Against the same drift law without a model (each figure a random walk) the model is "
            "better for {better} of {count} figures; mean skill {skill} (1 is perfect, 0 no "
            "better). The model knows the portfolios of the year and that there was a lockdown, "
            "the walk does not; and two years are little evidence either way.",
            better=len(better),
            count=len(held_out),
            skill=plain(held_out["skill"].mean(), 2, signed=True),
        )
    )
    return Section(
        say("Years held out"),
        sentences,
        svg(pictures.held_out_figure(held_out)),
        say(
            "Held-out years: the model's 90 % interval, that of the drift law alone, what came "
            "true."
        ),
        [say("Figure"), say("Known"), say("Came true"), say("Low"), say("Median"), say("High"),
         say("Skill")],
        [
            [figure_of(r), str(r["known"]), *span_of(r), plain(r["skill"], 2, signed=True)]
            for r in rows_of(held_out)
        ],
    )  # fmt: skip


def _haute_marne_section(found: pd.DataFrame) -> Section:
    left = rows_of(found)[1]
    explained = (
        say("The national stays can explain it.")
        if left["inside"]
        else say(
            "The national stays cannot explain it: people stayed longer there, or left in ways "
            "that are not counted. It is reported, not tuned away."
        )
    )
    counted = say(
        "With 565 people in, the draws give {low} to {high} exits by the end of October 2017 "
        "(90 %); {observed} were seen, and {share} of the draws have as few.",
        low=number(left["low"]),
        high=number(left["high"]),
        observed=number(left["observed"]),
        share=percent(left["share_of_draws_at_most_observed"]),
    )
    speaks = [say("One small département is no measure of the country.")]
    if not left["inside"]:
        speaks.append(say("It speaks for true stays longer than the published."))
    return Section(
        "Haute-Marne",
        [f"{counted} {explained}", " ".join(speaks)],
        svg(pictures.haute_marne_figure(found)),
        say("Haute-Marne from its start in September 2015, under the national draws."),
    )


def _ranks_section(ranks: pd.DataFrame) -> Section:
    tests = uniformity(list(ranks.columns), ranks.to_numpy())
    refused = [each.name for each in tests if not each.passes]
    coverage = sum(each.inside_90 for each in tests) / len(tests)
    told = (
        say("Refused as uniform: {named}.", named=", ".join(map(parameter_words, refused)))
        if refused
        else say(
            "No parameter's ranks are refused as uniform ({count} tests of Kolmogorov and "
            "Smirnov, together at 5 % by Holm; smallest p {p}).",
            count=len(tests),
            p=plain(min(each.p for each in tests), 3),
        )
    )
    asked = say(
        "{count} times, parameters were drawn from the prior, figures simulated with them, and "
        "the posterior inferred from those. If the inference is right, the rank of the true "
        "parameter in its posterior is uniform.",
        count=len(ranks),
    )
    covered = [
        say(
            "Over all parameters, true values lay inside their middle 90 % in {share} of the "
            "cases.",
            share=percent(coverage),
        )
    ]
    if coverage < ENOUGH_INSIDE:
        covered.append(
            say(
                "Fewer than 90 %: intervals of this check are a little too narrow. Part of it is "
                "the noise of some hundred weighted draws a repetition, part the small sampler."
            )
        )
    return Section(
        say("Is the inference right? Simulation-based calibration"),
        [
            f"{asked} {told}",
            say(
                "It is the inference that is tested, on the approximation itself with few kinds of "
                "pool and a smaller sampler ({live} live points and one network instead of 600 and "
                "four); the approximation is held against the engine below. So few ranks do not "
                "show a small fault in one parameter.",
                live=LIVE,
            ),
            " ".join(covered),
        ],
        svg(pictures.ranks_figure(ranks)),
        say(
            "Ranks of the true parameter in its posterior; the grey band holds 99 % of the bars "
            "of a flat histogram."
        ),
    )


def _how_section(found: Findings) -> Section:
    manifest = manifest_of(found.posterior)
    quality = manifest["quality"]
    rows = [
        [figure_words(name), percent(each["error"], 1),
         percent(each["uncorrected_bias"], 1), percent(each["uncorrected_error"], 1),
         percent(each["approximation_error"], 2), percent(each["replication_noise"], 2),
         percent(each["bias_at_the_draws"], 2), percent(each["error_at_the_draws"], 2)]
        for name, each in manifest["figures"].items()
    ]  # fmt: skip
    return Section(
        say("How it was done, and how exact it is"),
        [
            say(
                "Volumes, process delays and stays of each year are random walks (the drift law); "
                "they are integrated out for each set of the other parameters, which nested "
                "sampling explores ({evaluations} evaluations, worth {worth} independent draws). "
                "This uses the fluid approximation, corrected by a regression on runs of the "
                "compiled engine; what the correction leaves is in the likelihood. At the end "
                "every draw is run in the engine: the last two columns say how far the corrected "
                "approximation is from it there (the second holds the chance of those runs too).",
                evaluations=number(quality["evaluations"]),
                worth=number(quality["effective_nested_sampling"]),
            ),
            say(
                "Weighting the draws from the normal approximation of the unknowns to their exact "
                "density left {worth} draws' worth of the candidates.",
                worth=number(quality["effective_after_exact_density"]),
            ),
        ],
        headings=[say("Figure"), say("Observation error"), say("Fluid, bias"),
                  say("Fluid, error"), say("Left after correction"), say("Chance of one year"),
                  say("At the draws, bias"), say("error")],
        rows=rows,
    )  # fmt: skip


def _priors_section(problem: Problem) -> Section:
    return Section(
        say("What was thought before, and why"),
        [say("All of these are assumptions unless a document is named.")],
        headings=[say("Parameter"), say("Shape"), say("Low"), say("Central"), say("High"),
                  say("Unit"), say("Source")],
        rows=priors_rows(problem.priors),
        text_columns=(6,),
    )  # fmt: skip
