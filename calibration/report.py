"""The calibration report: what the figures say, what they do not, what to measure first.

One self-contained HTML file. Every sentence with a number takes it from the posterior or
its checks; what depends on how a number came out is decided here, in words.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from calibration.checks.predictive import manifest_of
from calibration.checks.rows import rows_of
from calibration.findings import Findings, moved_readings
from calibration.report_sections import sections
from calibration.words import lower_first, parameter_words, reading_words
from sim.experiment.files import write_text
from sim.present.numbers import number, percent
from sim.words import language, say

if TYPE_CHECKING:
    import pandas as pd

    from sim.posterior import Posterior

TEMPLATE = Path(__file__).parent / "templates" / "report.html"


def write_report(posterior: Posterior, path: Path) -> None:
    """Write the report as one HTML file, whole."""
    from jinja2 import Environment

    found = Findings.of(posterior)
    template = Environment(autoescape=True, trim_blocks=True).from_string(
        TEMPLATE.read_text(encoding="utf-8")
    )
    text = template.render(
        lang=language(),
        title=_title(found),
        subtitle=_subtitle(found),
        summary=summary(found),
        sections=sections(found),
    )
    write_text(path, text + "\n")


def _title(found: Findings) -> str:
    years, place = found.problem.years, found.problem.figures.place
    first, last = years[0], years[-1]
    if place:
        return say(
            "What {first}-{last} say about the département(s) {place}, and what they do not",
            first=first,
            last=last,
            place=place,
        )
    return say(
        "What {first}-{last} say about accompagnement global, and what they do not",
        first=first,
        last=last,
    )


def _subtitle(found: Findings) -> str:
    manifest = manifest_of(found.posterior)
    made, quality = manifest["made_by"], manifest["quality"]
    return say(
        "Calibration of agsim on {figures} figures; {draws} draws worth {worth} equal ones; made "
        "by '{command}', seed {seed}. Portfolios in service are input, not fitted.",
        figures=len(manifest["figures"]),
        draws=quality["draws"],
        worth=number(quality["worth"]),
        command=made["command"],
        seed=made["seed"],
    )


def summary(found: Findings) -> list[str]:
    """The report in a few sentences."""
    predicted, told = found.predicted, found.moved
    sure = told[told["moved"]].sort_values("removed", ascending=False)
    unsure = [lower_first(parameter_words(p)) for p in told[~told["moved"]]["parameter"]]
    sentences = [
        say(
            "{inside} of {count} figures lie inside their 90 % predictive intervals: nearly a "
            "must, for years may differ; it says that nothing in the model forbids what was "
            "observed, not that the model is right.",
            inside=int(predicted["inside"].sum()),
            count=len(predicted),
        )
    ]
    if len(sure):
        named = say("; ").join(
            say(
                "{parameter} {span}",
                parameter=lower_first(parameter_words(row["parameter"])),
                span=_span(row["low"], row["high"]),
            )
            for row in rows_of(sure.head(5))
        )
        sentences.append(
            say("Under the drift law the figures say most of: {named} (90 %).", named=named)
        )
    if unsure:
        sentences.append(
            say(
                "They say little or nothing of: {named}, nor of any lever's effect: what the tool "
                "uses there is its prior, an assumption.",
                named=", ".join(unsure),
            )
        )
    sentences.append(_weights_sentence(found.weights))
    best = rows_of(found.first)[0]
    sentences.append(
        say(
            "Measure first: {candidate} (with an error of {error}); it would remove {removed} of "
            "what is open, on average over {count} open quantities.",
            candidate=lower_first(say(best["candidate"])),
            error=percent(best["error"]),
            removed=percent(best["mean"]),
            count=found.first["quantity"].nunique(),
        )
    )
    return sentences


def _span(low: float, high: float) -> str:
    digits = 0 if high - low >= 20 else 1 if high - low >= 2 else 2
    return say("{low} to {high}", low=number(low, digits), high=number(high, digits))


def _weights_sentence(weights: pd.DataFrame) -> str:
    after = weights[weights["prior"] == "posterior"].set_index("reading")["weight"]
    named = ", ".join(
        f"{reading_words(str(name))} {percent(value)}"
        for name, value in after.sort_values(ascending=False).items()
    )
    moved = moved_readings(weights)
    text = say("Weights of the readings: {named}.", named=named)
    if not moved:
        return text
    still = ", ".join(reading_words(name) for name, verdict in moved.items() if not verdict)
    whose = (
        say("Prior, because the figures do not move them: {named}.", named=still)
        if still
        else say("The figures, with the drift law, moved each of them.")
    )
    return f"{text} {whose}"
