"""What is thought before the figures are looked at: ranges with shapes, and the drift law.

`data/priors.toml` names the parameters and the shape of each; ranges and reasons are
those of the register. Everything is sampled through the unit interval, so that one
set of uniform numbers gives the same draw under another prior.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim import data_files
from sim.scenario import Scenario
from sim.words import to_say

Floats = NDArray[np.float64]

LEVERS = "levers."
PEOPLE_AN_ENTRY = 1.3
OF_A_PLACE = to_say("assumption: 1.3 orientations for each of its own entries")


@dataclass(frozen=True)
class Prior:
    """The prior of one parameter: a shape between `low` and `high`, densest at `central`.

    values: where only some values are possible, the nearest on the shape's scale is
    taken. source: the register's, the reason for the range.
    """

    path: str
    shape: str
    low: float
    central: float
    high: float
    unit: str
    source: str
    values: tuple[float, ...] = ()

    def at(self, uniform: Floats) -> Floats:
        """The quantile of numbers from 0 to 1."""
        if self.high <= self.low:
            return np.full(np.shape(uniform), self.central)
        scale = np.log if self.shape == "log_triangular" else _itself
        low, mode, high = (float(scale(v)) for v in (self.low, self.central, self.high))
        if self.shape == "uniform":
            found = low + (high - low) * np.asarray(uniform)
        else:
            found = _triangular(np.asarray(uniform), low, mode, high)
        if self.values:
            allowed = scale(np.array(self.values))
            found = allowed[np.abs(found[..., None] - allowed).argmin(axis=-1)]
        return np.asarray(np.exp(found) if self.shape == "log_triangular" else found)

    def below(self, found: Floats) -> Floats:
        """Share of the prior below values on the shape's scale (logs where it is that)."""
        scale = np.log if self.shape == "log_triangular" else _itself
        low, mode, high = (float(scale(v)) for v in (self.low, self.central, self.high))
        at = np.clip(found, low, high)
        if self.shape == "uniform":
            return np.asarray((at - low) / (high - low))
        with np.errstate(divide="ignore", invalid="ignore"):
            rising = (at - low) ** 2 / ((high - low) * (mode - low))
            falling = 1 - (high - at) ** 2 / ((high - low) * (high - mode))
        return np.asarray(np.where(at < mode, rising, np.where(high > mode, falling, 1.0)))

    def density(self, values: Floats) -> Floats:
        """Density up to a constant that does not depend on where it is densest.

        Where only some values are possible: the probability of each.
        """
        if self.values:
            allowed = np.log(self.values) if self.shape == "log_triangular" else self.values
            between = (np.array(allowed)[1:] + np.array(allowed)[:-1]) / 2
            mass = np.diff(np.concatenate([[0.0], self.below(between), [1.0]]))
            nearest = np.abs(np.asarray(values)[..., None] - np.array(self.values)).argmin(axis=-1)
            return np.asarray(mass[nearest])
        scale = np.log if self.shape == "log_triangular" else _itself
        low, mode, high = (float(scale(v)) for v in (self.low, self.central, self.high))
        found = scale(values)
        if self.shape == "uniform" or high <= low:
            return np.ones(np.shape(values))
        with np.errstate(divide="ignore", invalid="ignore"):
            rising = np.where(mode > low, (found - low) / (mode - low), 1.0)
            falling = np.where(high > mode, (high - found) / (high - mode), 1.0)
        return np.asarray(np.where(found < mode, rising, falling))


def _itself(values: Any) -> Any:
    return values


def _triangular(uniform: Floats, low: float, mode: float, high: float) -> Floats:
    """Quantiles of the triangular distribution."""
    turn = (mode - low) / (high - low)
    rising = low + np.sqrt(uniform * (high - low) * (mode - low))
    falling = high - np.sqrt((1 - uniform) * (high - low) * (high - mode))
    return np.where(uniform < turn, rising, falling)


@dataclass(frozen=True)
class Drift:
    """One random walk of the drift law, on logs: first level and its spread, spread a year."""

    name: str
    path: str
    first_level: float
    first_level_sd: float
    sd_per_year: float
    source: str


@dataclass(frozen=True)
class Priors:
    """All priors. `calibrated` are sampled with the figures, `prior` beside them."""

    calibrated: tuple[Prior, ...]
    prior: tuple[Prior, ...]
    volume: Drift
    process_delay: Drift
    duration: Drift
    duration_2020: Drift

    @property
    def walks(self) -> tuple[Drift, Drift, Drift]:
        """The three walks, in the order of the unknowns."""
        return self.volume, self.process_delay, self.duration

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Paths of the calibrated parameters; the term of 2020 comes last."""
        return (*(each.path for each in self.calibrated), DURATION_2020)

    def structure(self, uniform: Floats) -> Floats:
        """Calibrated parameters [..., parameter] from uniforms [..., parameter]."""
        columns = [each.at(uniform[..., k]) for k, each in enumerate(self.calibrated)]
        term = self.duration_2020.first_level_sd * ndtri(uniform[..., -1])
        return np.stack([*columns, np.exp(term)], axis=-1)

    def beside(self, uniform: Floats) -> Floats:
        """Parameters that no figure speaks of [..., parameter] from uniforms."""
        return np.stack([each.at(uniform[..., k]) for k, each in enumerate(self.prior)], axis=-1)

    def mean_of_logs(self, years: int) -> Floats:
        """Prior mean of the unknowns: the logs of three walks, year by year [3 × years]."""
        return np.repeat([np.log(each.first_level) for each in self.walks], years)

    def covariance_of_logs(self, years: int) -> Floats:
        """Prior covariance of the unknowns [3 × years, 3 × years]: three random walks."""
        steps = np.minimum.outer(np.arange(years), np.arange(years))
        blocks = np.zeros((3 * years, 3 * years))
        for k, each in enumerate(self.walks):
            rows = slice(k * years, (k + 1) * years)
            blocks[rows, rows] = each.first_level_sd**2 + each.sd_per_year**2 * steps
        return blocks

    def of_a_place(self, entries: float) -> Priors:
        """The priors for one département: the first volume is thought near its own entries."""
        level = PEOPLE_AN_ENTRY * entries
        source = OF_A_PLACE
        return replace(self, volume=replace(self.volume, first_level=level, source=source))

    def with_drift(self, factor: float) -> Priors:
        """The drift law with other spreads from year to year."""
        volume, process, duration = (
            replace(each, sd_per_year=factor * each.sd_per_year) for each in self.walks
        )
        term = self.duration_2020
        return replace(
            self,
            volume=volume,
            process_delay=process,
            duration=duration,
            duration_2020=replace(term, first_level_sd=factor * term.first_level_sd),
        )

    def with_central(self, central: Mapping[str, float]) -> Priors:
        """Some priors densest at other values."""
        return replace(
            self,
            calibrated=tuple(
                replace(each, central=central.get(each.path, each.central))
                for each in self.calibrated
            ),
        )


DURATION_2020 = "parcours.duration_days (term of 2020)"


@dataclass(frozen=True)
class Alternative:
    """Another prior under which the weights of the readings are shown."""

    name: str
    title: str
    priors: Priors


def priors_of(scenario: Scenario) -> Priors:
    """The priors with the ranges that this scenario's register gives."""
    document = _document()
    entries = {entry.path: entry for entry in scenario.register}

    def prior(path: str, shape: str, values: Sequence[float] = ()) -> Prior:
        entry = entries[path]
        central = float(entry.value)
        low = central if entry.low is None else entry.low
        high = central if entry.high is None else entry.high
        return Prior(path, shape, low, central, high, entry.unit, entry.source, tuple(values))

    effects = [
        path
        for path, entry in entries.items()
        if path.startswith(LEVERS) and entry.low is not None and entry.low < (entry.high or 0.0)
    ]
    drift = {name: Drift(name=name, **table) for name, table in document["drift"].items()}
    return Priors(
        calibrated=tuple(prior(path, **table) for path, table in document["calibrated"].items()),
        prior=(
            *(prior(path, **table) for path, table in document["prior"].items()),
            *(prior(path, "triangular") for path in effects),
        ),
        **drift,
    )


def alternatives(priors: Priors) -> list[Alternative]:
    """The other priors of the data file."""
    return [
        Alternative(
            name,
            table["title"],
            priors.with_drift(table.get("drift_factor", 1.0)).with_central(
                table.get("central", {})
            ),
        )
        for name, table in _document()["alternatives"].items()
    ]


def _document() -> dict[str, Any]:
    text = (data_files.calibration() / "priors.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
