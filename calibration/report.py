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
from calibration.pictures import WORDS
from calibration.report_sections import sections
from sim.experiment.files import write_text
from sim.present.numbers import number, percent

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
        title=_title(found),
        subtitle=_subtitle(found),
        summary=summary(found),
        sections=sections(found),
    )
    write_text(path, text + "\n")


def _title(found: Findings) -> str:
    years, place = found.problem.years, found.problem.figures.place
    where = f"département {place}" if place else "accompagnement global"
    return f"What {years[0]}-{years[-1]} say about {where}, and what they do not"


def _subtitle(found: Findings) -> str:
    manifest = manifest_of(found.posterior)
    made, quality = manifest["made_by"], manifest["quality"]
    return (
        f"Calibration of agsim on {len(manifest['figures'])} figures; {quality['draws']} draws "
        f"worth {number(quality['worth'])} equal ones; made by '{made['command']}', seed "
        f"{made['seed']}. Portfolios in service are input, not fitted."
    )


def summary(found: Findings) -> list[str]:
    """The report in a few sentences."""
    predicted, told = found.predicted, found.moved
    inside = int(predicted["inside"].sum())
    sure = told[told["moved"]].sort_values("removed", ascending=False)
    unsure = [WORDS.get(p, p) for p in told[~told["moved"]]["parameter"]]
    sentences = [
        f"{inside} of {len(predicted)} figures lie inside their 90 % predictive intervals: "
        "nearly a must, for years may differ; it says that nothing in the model forbids what "
        "was observed, not that the model is right.",
    ]
    if len(sure):
        named = "; ".join(
            f"{_lower(WORDS.get(row['parameter'], row['parameter']))} "
            f"{_span(row['low'], row['high'])}"
            for row in rows_of(sure.head(5))
        )
        sentences.append(f"Under the drift law the figures say most of: {named} (90 %).")
    if unsure:
        sentences.append(
            "They say little or nothing of: "
            + ", ".join(_lower(word) for word in unsure)
            + ", nor of any lever's effect: what the tool uses there is its prior, an assumption."
        )
    sentences.append(_weights_sentence(found.weights))
    best = rows_of(found.first)[0]
    sentences.append(
        f"Measure first: {best['candidate'].lower()} (with an error of {percent(best['error'])}); "
        f"it would remove {percent(best['mean'])} of what is open, on average over "
        f"{found.first['quantity'].nunique()} open quantities."
    )
    return sentences


def _lower(words: str | None) -> str:
    return words[0].lower() + words[1:] if words else ""


def _span(low: float, high: float) -> str:
    digits = 0 if high - low >= 20 else 1 if high - low >= 2 else 2
    return f"{number(low, digits)} to {number(high, digits)}"


def _weights_sentence(weights: pd.DataFrame) -> str:
    after = weights[weights["prior"] == "posterior"].set_index("reading")["weight"]
    parts = [
        f"{str(name).replace('_', ' ')} {percent(value)}"
        for name, value in after.sort_values(ascending=False).items()
    ]
    moved = moved_readings(weights)
    text = "Weights of the readings: " + ", ".join(parts) + "."
    if not moved:
        return text
    still = [name.replace("_", " ") for name, verdict in moved.items() if not verdict]
    if not still:
        return text + " The figures, with the drift law, moved each of them."
    return text + " Prior, because the figures do not move them: " + ", ".join(still) + "."
