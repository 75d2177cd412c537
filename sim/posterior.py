"""The posterior sample: draws of all that 2018-2020 leave open, and scenarios under them.

A draw is one set of values that the observed figures allow, with a weight and the
label of the reading that it behaves like. It holds what the figures were calibrated
on, the drift after them, and what no figure speaks of, such as the effects of the
levers (`Parameter.kind`). Projecting on draws says how sure one can be; projecting on
a reading (`sim.readings()`) says what one explanation alone would mean. What a scenario
sets itself wins over both. `sim/posterior_files.py` reads the folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import data_files
from sim.errors import InputError, Problem
from sim.parameters import POSTERIOR
from sim.quantities import Quantity
from sim.scenario import Document, Given, Scenario
from sim.scenario_files import nested, overlaid, validated
from sim.territory import parted
from sim.words import say, to_say

Floats = NDArray[np.float64]

CALIBRATED, DRIFT, PRIOR = "calibrated", "drift", "prior"
KINDS = (CALIBRATED, DRIFT, PRIOR)
TRIANGULAR, UNIFORM = "triangular", "uniform"
SHAPES = (TRIANGULAR, UNIFORM)
SHOCKS = "shocks"
FEWEST_FOR_AN_INTERVAL = 10
DRAWN_HERE = to_say("posterior draw {draw}")
DRAWN_SOURCE = to_say("{draw}, in the range of the scenario ({own})")


@dataclass(frozen=True)
class Range:
    """The prior of a parameter: a shape from `low` to `high`, if triangular densest at `central`.

    A triangle may be densest at one of its ends.
    """

    shape: str
    low: float
    central: float
    high: float

    def share_below(self, value: float) -> float:
        """The share of the prior below a value: which quantile the value is."""
        low, mode, high = self.low, self.central, self.high
        if high <= low:
            return 0.5
        value = min(max(value, low), high)
        if self.shape == UNIFORM:
            return (value - low) / (high - low)
        if value < mode:
            return (value - low) ** 2 / ((high - low) * (mode - low))
        if mode == high:
            return 1.0
        return float(1 - (high - value) ** 2 / ((high - low) * (high - mode)))

    def quantile(self, share: float) -> float:
        """The value with this share of the prior below it."""
        low, mode, high = self.low, self.central, self.high
        if high <= low:
            return mode
        if self.shape == UNIFORM:
            return low + share * (high - low)
        if share * (high - low) < mode - low:
            found = low + (share * (high - low) * (mode - low)) ** 0.5
        else:
            found = high - ((1 - share) * (high - low) * (high - mode)) ** 0.5
        return float(min(max(found, low), high))


@dataclass(frozen=True)
class Parameter:
    """A column of the draws: the path of a scenario, and what decided its values.

    owner: the path whose setting in a scenario wins over the column, which for a date
    of a timeline is the timeline. prior: its range, for the kind 'prior'.
    """

    path: str
    kind: str
    owner: str
    prior: Range | None = None

    @property
    def shock(self) -> str:
        """The name of the shock that it belongs to; empty for others."""
        section, _, rest = self.path.partition(".")
        return rest.partition(".")[0] if section == SHOCKS else ""


@dataclass(frozen=True, eq=False)
class Draws:
    """The first draws of a posterior as they are projected: weights sum to 1, labels."""

    weights: Floats
    readings: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def effective(self) -> float:
        """Equally weighted draws that would be as many."""
        return float(1 / np.sum(self.weights**2))

    @property
    def tell_an_interval(self) -> bool:
        """Whether they are enough for an interval of 90 %: its ends lie within the sample."""
        return self.effective > FEWEST_FOR_AN_INTERVAL - 1e-6

    def of_each_reading(self) -> Mapping[str, NDArray[np.int64]]:
        """Positions of the draws of each label, the heaviest label first."""
        labels = np.array(self.readings)
        found = {name: np.flatnonzero(labels == name) for name in dict.fromkeys(self.readings)}
        heaviest = sorted(found, key=lambda name: -self.weights[found[name]].sum())
        return {name: found[name] for name in heaviest}


@dataclass(frozen=True, eq=False, repr=False)
class Posterior:
    """A posterior sample: `values` [draw, parameter], weights that sum to 1, labels.

    diagnostics: other columns by name, told of each draw and not applied. scenario:
    the history on which it was calibrated; fingerprint: of draws.csv (sha256). place: '' for the
    country, the code of a département, or several together ('08+52').
    """

    folder: Path
    fingerprint: str
    scenario: str
    scenario_fingerprint: str
    place: str
    targets: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    values: Floats
    weights: Floats
    readings: tuple[str, ...]
    diagnostics: Mapping[str, Floats]

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def places(self) -> tuple[str, ...]:
        """The codes of the départements that it is of together; none for the country."""
        return parted(self.place)

    def __repr__(self) -> str:
        return f"<Posterior: {len(self)} draws of {len(self.parameters)} values, {self.folder}>"

    def first(self, count: int) -> Draws:
        """The first `count` draws: always a fair sample, with weights that sum to 1 again."""
        if not 1 <= count <= len(self):
            raise InputError(
                Problem(
                    str(self.folder),
                    "draws",
                    say(
                        "{count} are asked for and there are {known}", count=count, known=len(self)
                    ),
                    say("ask for 1 to {known}", known=len(self)),
                )
            )
        weights = self.weights[:count]
        if weights.sum() <= 0:
            told = say("the first {count} draws have no weight", count=count)
            raise InputError(Problem(str(self.folder), "draws", told, say("ask for more")))
        return Draws(weights / weights.sum(), self.readings[:count])

    def under(self, scenario: Scenario, k: int) -> Scenario:
        """The scenario under draw k.

        What the scenario sets itself wins, and a timeline of its own is not filled in
        between. Values of the calibrated history's file are no such settings: they are
        what was calibrated, and the draw replaces them. Where the scenario gives a
        value *with* low and high to a parameter of kind 'prior', the draw moves within
        that range: the same quantile, the same shape, densest at the scenario's value.
        """
        self._of_this_place(scenario)
        given = scenario.given
        calibrated = self._of_the_history(given)
        own = _without(given.document, calibrated)
        source = DRAWN_HERE.format(draw=k)
        under: Document = {}
        over: Document = {}
        for parameter, value in zip(self.parameters, self.values[k].tolist(), strict=True):
            if parameter.shock and parameter.shock not in scenario.shocks:
                continue
            if not _sets(own, parameter.owner):
                under[parameter.path] = {"value": value, "source": source}
            elif parameter.prior is not None:
                moved = _moved(parameter.prior, value, _quantity(scenario, parameter.path), source)
                over |= {parameter.path: moved} if moved else {}
        document = overlaid(overlaid(nested(under), own), nested(over))
        origins = {path: file for path, file in given.origins.items() if path not in calibrated}
        try:
            return validated(Given(document, origins, given.name, given.file))
        except InputError as wrong:
            raise InputError(
                Problem(
                    each.where,
                    each.key,
                    say("{message} (under {source})", message=each.message, source=source),
                    each.remedy,
                )
                for each in wrong.problems
            ) from None

    def _of_this_place(self, scenario: Scenario) -> None:
        """Refuse a scenario of elsewhere: volumes of a département are not those of the country."""
        territory = scenario.territory
        if self.place and not (
            territory.on_own_figures and set(territory.departements) == set(self.places)
        ):
            raise InputError(
                Problem(
                    str(self.folder),
                    "place",
                    say(
                        "the draws are of the département(s) {place} alone, the scenario is not",
                        place=self.place,
                    ),
                    settings_of(self.places),
                )
            )

    def overridden(self, scenario: Scenario) -> tuple[str, ...]:
        """Paths that the scenario sets itself though the draws were calibrated on them.

        Where there are any, a run shows what would be if the figures had come about
        with other values: a what-if, not a calibrated projection.
        """
        own = _without(scenario.given.document, self._of_the_history(scenario.given))
        paths = [
            each.owner
            for each in self.parameters
            if each.kind != PRIOR
            and (not each.shock or each.shock in scenario.shocks)
            and _sets(own, each.owner)
        ]
        return tuple(dict.fromkeys(paths))

    def _of_the_history(self, given: Given) -> frozenset[str]:
        """Paths of the draws whose values come from the calibrated history's own file."""
        return frozenset(
            each.owner
            for each in self.parameters
            if _is_shipped(given.origins.get(each.owner, ""), self.scenario)
        )


def posterior(folder: str | Path | None = None) -> Posterior:
    """The posterior sample of a folder; the shipped one (read once) without a name.

    Raises `InputError` where there is none or a file of it is broken.
    """
    from sim.posterior_files import read

    return _shipped() if folder is None else read(Path(folder))


def settings_of(codes: Iterable[str]) -> str:
    """How a scenario says that it is of these départements alone, on figures of their own."""
    listed = ", ".join(f'"{code}"' for code in codes)
    return f'territory.departements = [{listed}] and territory.figures_for = "departements"'


@cache
def _shipped() -> Posterior:
    from sim.posterior_files import read

    folder = data_files.posterior()
    if not folder.is_dir():
        raise InputError(
            Problem(
                POSTERIOR,
                str(folder),
                say("there is no posterior sample yet"),
                say(
                    "make one with `agsim calibrate`, name a folder with --posterior, or look "
                    "at point fits with --reading all"
                ),
            )
        )
    return read(folder)


@cache
def _is_shipped(file: str, name: str) -> bool:
    """Whether a file is the shipped scenario of that name."""
    shipped = data_files.scenarios() / f"{name}.toml"
    return bool(file) and Path(file).resolve() == shipped.resolve()


def _sets(document: Mapping[str, Any], path: str) -> bool:
    """Whether a document gives something at a path."""
    place: Any = document
    for key in path.split("."):
        if not isinstance(place, Mapping) or key not in place:
            return False
        place = place[key]
    return True


def _without(document: Mapping[str, Any], paths: Iterable[str], prefix: str = "") -> Document:
    """A document without what it gives at some paths; the original stays as it is."""
    return {
        key: _without(value, paths, f"{prefix}{key}.") if isinstance(value, Mapping) else value
        for key, value in document.items()
        if f"{prefix}{key}" not in paths
    }


def _quantity(scenario: Scenario, path: str) -> Quantity | None:
    """The number at a path of a scenario."""
    place: Any = scenario
    for key in path.split("."):
        place = place[key] if isinstance(place, Mapping) else getattr(place, key)
    return place if isinstance(place, Quantity) else None


def _moved(
    prior: Range, value: float, own: Quantity | None, source: str
) -> Mapping[str, Any] | None:
    """The draw's quantile in the scenario's own range; None where it gives a value alone."""
    if own is None or own.low is None or own.high is None:
        return None
    mine = Range(prior.shape, own.low, float(own), own.high)
    return {
        "value": mine.quantile(prior.share_below(value)),
        "low": own.low,
        "high": own.high,
        "source": DRAWN_SOURCE.format(draw=source, own=own.source),
    }
