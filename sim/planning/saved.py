"""A projection as it was saved by `--out`: its runs, their weights, what was planned."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError, Problem, nearest
from sim.measures.tally import COUNTRY
from sim.observed_figures import observed
from sim.parameters import POSTERIOR
from sim.posterior import Draws
from sim.words import say, to_say

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

MANIFEST, DRAWS = "manifest.json", "draws.parquet"
BY_YEAR, BY_MONTH = "measures_by_year.parquet", "measures.parquet"
COLUMNS = {"scenario", "replication", "draw", "period", "place", "measure", "value", "unit"}
IN_SERVICE = "portfolios.in_service."
WRITTEN = to_say("write one with `agsim run SCENARIO --out FOLDER`, without --reading")


@dataclass(frozen=True, eq=False)
class Runs:
    """Values [period, run] of a measure in its order of periods, and the runs' weights."""

    periods: tuple[str, ...]
    values: Floats
    weights: Floats


@dataclass(frozen=True, eq=False)
class Saved:
    """One scenario of a saved projection.

    values: its own values by path, before a draw was laid under them. tables: 'year' and
    'month' → tidy rows. weights: of the draws by number. targets: the figures on which
    the draws were calibrated, such as 'entries 2020'.
    """

    folder: Path
    scenario: str
    title: str
    values: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    weights: Floats
    targets: frozenset[str]

    @property
    def measures(self) -> Mapping[str, str]:
        """The measures that it holds, with their units."""
        rows = self.tables["year"].drop_duplicates("measure")
        return dict(zip(rows["measure"], rows["unit"], strict=True))

    @property
    def departements(self) -> Any:
        """What was simulated: 'all', or codes."""
        return self.values.get("territory.departements", "all")

    @property
    def has_figures_of_its_own(self) -> bool:
        """Whether volumes and portfolios of the scenario are those of what was simulated."""
        alone = self.values.get("territory.figures_for") == "departements"
        return self.departements == "all" or alone

    @property
    def history(self) -> Mapping[str, float]:
        """Portfolios in service by date before the plan: the scenario's, else the observed."""
        given = {
            path.removeprefix(IN_SERVICE): value
            for path, value in self.values.items()
            if path.startswith(IN_SERVICE)
        }
        decembers = observed()["portfolios_in_december"].values
        return given or {f"{year}-12-31": value for year, value in decembers.items()}

    @property
    def tells_an_interval(self) -> bool:
        """Whether the draws are enough for an interval of 90 %."""
        return Draws(self.weights, ("",) * len(self.weights)).tell_an_interval

    def whole(self, year: int) -> bool:
        """Whether a year was simulated from its first day to its last."""
        opening, end = (date.fromisoformat(self.values[f"horizon.{k}"]) for k in ("opening", "end"))
        return opening <= date(year, 1, 1) and end >= date(year + 1, 1, 1)

    def runs(self, measure: str, by: str) -> Runs:
        """All runs of a measure by 'year' or 'month'; a run's weight is its part of its draw's."""
        table = self.tables[by]
        mine = table[table["measure"] == measure]
        wide = mine.pivot_table(
            index="period", columns=["draw", "replication"], values="value", dropna=False
        )
        draw = wide.columns.get_level_values("draw").to_numpy()
        repeated = np.bincount(draw, minlength=len(self.weights))
        weights = (self.weights / np.maximum(repeated, 1))[draw]
        return Runs(tuple(wide.index), wide.to_numpy(dtype=np.float64), weights / weights.sum())


def saved(folder: Path | str, scenario: str | None = None) -> Saved:
    """A scenario of a saved projection; it need not be named where there is one.

    Raises `InputError` where the folder holds no projection on draws, or not that scenario.
    """
    place = Path(folder)
    _check_files(place)
    about = _manifest(place)
    if not isinstance(about.get("posterior"), dict) or not (place / DRAWS).is_file():
        told = say("was run under readings, whose spread is no probability")
        raise InputError(Problem("lookback", str(place), told, say(WRITTEN)))
    tables = {"year": _table(place, BY_YEAR), "month": _table(place, BY_MONTH)}
    names = list(dict.fromkeys(tables["year"]["scenario"]))
    name = _chosen(str(place), names, scenario)
    written = about["scenarios"].get(f"{name}/{POSTERIOR}") or about["scenarios"].get(name)
    if written is None or "horizon.end" not in written.get("values", {}):
        raise _broken(place, MANIFEST, say("says nothing of the scenario '{name}'", name=name))
    return Saved(
        folder=place,
        scenario=name,
        title=written.get("title", name),
        values=written["values"],
        tables={by: _national(table, name) for by, table in tables.items()},
        weights=_weights(place),
        targets=frozenset(about["posterior"].get("targets", ())),
    )


def _check_files(place: Path) -> None:
    if not place.is_dir():
        told = say("is not a folder") if place.exists() else say("there is no such folder")
        raise InputError(Problem("lookback", str(place), told, say(WRITTEN)))
    missing = [name for name in (MANIFEST, BY_YEAR, BY_MONTH) if not (place / name).is_file()]
    if missing:
        told = say("holds no saved projection: {missing} missing", missing=", ".join(missing))
        raise InputError(Problem("lookback", str(place), told, say(WRITTEN)))


def _broken(place: Path, file: str, told: str) -> InputError:
    return InputError(Problem(str(place / file), "", told, say(WRITTEN)))


def _manifest(place: Path) -> Mapping[str, Any]:
    try:
        content = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise _broken(place, MANIFEST, say("is not a manifest (JSON)")) from None
    if not isinstance(content, dict) or not isinstance(content.get("scenarios"), dict):
        raise _broken(place, MANIFEST, say("names no scenarios"))
    return content


def _table(place: Path, file: str) -> pd.DataFrame:
    import pandas as pd

    try:
        frame = pd.read_parquet(place / file)
    except (OSError, ValueError):
        raise _broken(place, file, say("cannot be read as Parquet")) from None
    missing = sorted(COLUMNS - set(frame.columns))
    if missing or frame.empty:
        raise _broken(
            place,
            file,
            say("has no {missing}", missing=", ".join(missing)) if missing else say("is empty"),
        )
    return frame


def _national(table: pd.DataFrame, scenario: str) -> pd.DataFrame:
    return table[(table["scenario"] == scenario) & (table["place"] == COUNTRY)]


def _weights(place: Path) -> Floats:
    import pandas as pd

    try:
        frame = pd.read_parquet(place / DRAWS, columns=["draw", "weight"])
    except (OSError, ValueError):
        raise _broken(place, DRAWS, say("cannot be read, or has no draw and weight")) from None
    weights = np.zeros(int(frame["draw"].max()) + 1)
    weights[frame["draw"]] = frame["weight"]
    return np.asarray(weights / weights.sum())


def _chosen(folder: str, names: list[str], asked: str | None) -> str:
    if asked is None and len(names) == 1:
        return names[0]
    if asked is None:
        told = say("holds {count} scenarios: {names}", count=len(names), names=", ".join(names))
        raise InputError(Problem("lookback", folder, told, say("name one with --scenario")))
    if asked not in names:
        told = say("'{asked}' is not among the scenarios of {folder}", asked=asked, folder=folder)
        raise InputError(Problem("lookback", "--scenario", told, nearest(asked, names)))
    return asked
