"""Texts that messages and the calibration take from declarations and from data."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from calibration.priors import alternatives, priors_of
from sim.experiment.batch_design import BatchDesign
from sim.scenario import Scenario
from sim.scenario_files import load
from sim.sections import Shock


def declared_texts() -> list[str]:
    """Fields without a unit, choices of a batch, reasons of the calibration's own priors."""
    return [*_fields(Scenario), *_fields(Shock), *_choices(), *_reasons()]


def _fields(section: type[BaseModel]) -> Iterator[str]:
    """What fields without a unit are, here and below; those with one are in the register."""
    for field in section.model_fields.values():
        inner, declared = field.annotation, field.json_schema_extra
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _fields(inner)
        elif field.description and not (isinstance(declared, dict) and "unit" in declared):
            yield field.description


def _choices() -> list[str]:
    return [each.description or "" for each in BatchDesign.model_fields.values()]


def _reasons() -> list[str]:
    """Titles of other priors; sources of the drift law and of the lockdown."""
    priors = priors_of(load("history-2018-2020"))
    walks = (*priors.walks, priors.duration_2020)
    lockdown = [each.source for each in priors.calibrated if each.path.startswith("shocks.")]
    return (
        [each.title for each in alternatives(priors)] + [each.source for each in walks] + lockdown
    )
