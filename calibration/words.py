"""What a calibration's names are in words: parameters, measures, readings, columns of tables.

Names of readings and paths of parameters are identifiers: where nothing else is said of them
they stay as scenarios have them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.present.numbers import significant
from sim.words import language, say, to_say

if TYPE_CHECKING:
    import pandas as pd

PARAMETERS = {
    "portfolios.places": to_say("Places per portfolio"),
    "portfolios.places_cv": to_say("Spread of places"),
    "portfolios.december_2017": to_say("Portfolios in December 2017"),
    "territory.unevenness": to_say("Unevenness between pools"),
    "territory.pool_size": to_say("Portfolios that share a queue"),
    "orientations.supply_response": to_say("Response to posts (ε)"),
    "orientations.warm_up_factor": to_say("Volume before 2018"),
    "orientations.august": to_say("Dip of orientations in August"),
    "orientations.employment_service_share": to_say("Share of Pôle emploi's orientations"),
    "entry.process_delay_cv": to_say("Spread of the process delay"),
    "entry.agreement": to_say("Agreement at the diagnosis"),
    "entry.patience_days": to_say("Patience, days"),
    "entry.diagnosis_interval_days": to_say("Days between diagnoses"),
    "parcours.duration_cv": to_say("Spread of stays"),
    "parcours.renewal_share": to_say("Renewed parcours"),
    "parcours.true_to_published": to_say("True stay / published"),
    "shocks.lockdown_2020.orientations": to_say("Lockdown: orientations left"),
    "shocks.lockdown_2020.process_delay": to_say("Lockdown: process delay"),
    "shocks.lockdown_2020.diagnosis_interval": to_say("Lockdown: diagnosis interval"),
    "shocks.lockdown_2020.catch_up_share": to_say("Lockdown: caught up"),
}
BY_YEAR = {
    "orientations.per_year.": to_say("Orientations {year}"),
    "entry.process_delay_days.": to_say("Process delay {year}"),
    "parcours.duration_days.": to_say("Stay {year}"),
}
MEASURE_TITLES = {
    "entries": to_say("Entries in the year"),
    "entry_delay": to_say("Mean entry delay, days"),
    "parcours_duration": to_say("Mean duration of parcours ended, days"),
}
MEASURES = {
    "entries": to_say("entries"),
    "orientations": to_say("orientations"),
    "orientations_employment_service": to_say("orientations employment service"),
    "orientations_social_service": to_say("orientations social service"),
    "entry_delay": to_say("entry delay"),
    "process_delay": to_say("process delay"),
    "queue_delay": to_say("queue delay"),
    "parcours_duration": to_say("parcours duration"),
    "load": to_say("load"),
    "stock": to_say("stock"),
    "abandonments": to_say("abandonments"),
    "refusals": to_say("refusals"),
    "exits": to_say("exits"),
    "waiting": to_say("waiting"),
    "portfolios_in_december": to_say("portfolios in december"),
}
SHAPES = (to_say("triangular"), to_say("log triangular"), to_say("uniform"), to_say("lognormal"))
COLUMNS = (
    to_say("measure"), to_say("period"), to_say("observed"), to_say("low"), to_say("median"),
    to_say("high"), to_say("inside"), to_say("half_width"), to_say("model_low"),
    to_say("model_high"), to_say("parameter"), to_say("prior_low"), to_say("prior_median"),
    to_say("prior_high"), to_say("removed"), to_say("shift"), to_say("moved"), to_say("prior"),
    to_say("title"), to_say("reading"), to_say("weight"), to_say("worth"), to_say("places"),
    to_say("process_delay"), to_say("candidate"), to_say("error"), to_say("quantity"),
    to_say("mean"), to_say("known"), to_say("walk_low"), to_say("walk_high"), to_say("skill"),
    to_say("share_of_draws_at_most_observed"), to_say("name"), to_say("inside_90"),
    to_say("passes"), to_say("True"), to_say("False"),
)  # fmt: skip
# Columns whose cells are words; those of others are identifiers and numbers.
IN_WORDS = ("title", "candidate", "quantity")


def parameter_words(path: str) -> str:
    """A parameter in words; its path where it has none."""
    return say(PARAMETERS[path]) if path in PARAMETERS else path


def short_words(path: str) -> str:
    """A parameter or an unknown of a year in a few words."""
    for start, words in BY_YEAR.items():
        if path.startswith(start):
            return say(words, year=path.removeprefix(start))
    if path.startswith("parcours.duration_days"):
        return say("Stays of 2020")
    return parameter_words(path)


def measure_words(name: str) -> str:
    """A measure in words."""
    return say(MEASURES[name]) if name in MEASURES else name.replace("_", " ")


def figure_words(name: str) -> str:
    """A figure named by measure and period, as 'entry_delay 2019'."""
    measure, _, period = name.partition(" ")
    return f"{measure_words(measure)} {period}"


def measure_title(name: str) -> str:
    """A measure as the title of its picture."""
    return say(MEASURE_TITLES[name]) if name in MEASURE_TITLES else measure_words(name)


def reading_words(name: str) -> str:
    """The name of a reading."""
    return name if language() == "fr" else name.replace("_", " ")


def lower_first(words: str) -> str:
    """Words that stand inside a sentence."""
    return words[:1].lower() + words[1:]


def frame_text(frame: pd.DataFrame) -> str:
    """A frame as a plain table, numbers in four digits, headings in words.

    Flags stand a space further right, as pandas sets them.
    """
    shown, headings = frame.copy(), {name: say(name) for name in frame.columns}
    for name in frame.columns:
        if name in IN_WORDS:
            shown[name] = [say(cell) for cell in frame[name]]
        elif frame[name].dtype == bool:
            shown[name] = [say(str(cell)) for cell in frame[name]]
            headings[name] = f" {say(name)}"
    return shown.rename(columns=headings).to_string(
        index=False, float_format=lambda value: significant(value, 4)
    )
