"""National results and départements on figures of their own, published together.

The nation is run on the national calibration, which gives every département a part of it. A
département that has figures of its own is run alone, on them, and takes the place of its part.
The national total stays that of the national calibration: it is what the published figures speak
of. What the rows then add up to, and how far that is from the total, stands below them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from sim.errors import InputError, Problem
from sim.experiment.by_place import SUMMING, ByPlace, split_of
from sim.experiment.design import Design, designed
from sim.experiment.executor import Progress, Workers, silent
from sim.experiment.results import carried_out
from sim.measures import COUNTRY
from sim.population.posts import portfolios_at_start
from sim.posterior import Posterior, posterior
from sim.scenario import Scenario
from sim.shown import Shown
from sim.words import speaking

if TYPE_CHECKING:
    import pandas as pd

TOTAL, SUM, DIFFERENCE = "total", "sum", "difference"
NATIONAL = "national"
OWN_FIGURES = "own_figures"
IN_SERVICE = "portfolios.in_service."
COLUMNS = ("value", "low", "high")
Own = Posterior | Path | str | Scenario | tuple[Scenario, Posterior | Path | str]


@dataclass(frozen=True, repr=False, eq=False)
class Published(Shown):
    """The nation by département, some of them (by code) on figures of their own."""

    shown_by: ClassVar[str] = "published_text.published"

    national: ByPlace
    own: Mapping[str, ByPlace]

    def __repr__(self) -> str:
        return f"<Published: {self.national!r}, on figures of their own: {', '.join(self.own)}>"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Tidy rows: row, place, name, figures, measure, value, low, high, unit.

        figures: on which the row rests: 'own_figures', or what splits the national calibration
        ('synthetic', 'own_posts'). Last come, by measure, the rows 'total' (the national
        calibration), and where the measure sums 'sum' (of the rows above) and 'difference'
        (sum less total), which have no interval: draws of different calibrations are not paired.
        """
        import pandas as pd

        keys = ["place", "name", "measure", *COLUMNS, "unit"]
        whole = self.national.frame[keys]
        parts = whole[(whole["place"] != COUNTRY) & ~whole["place"].isin(list(self.own))]
        rows = [parts.assign(row="place", figures=self.national.split)]
        for found in self.own.values():
            mine = found.frame[keys]
            rows.append(mine[mine["place"] != COUNTRY].assign(row="place", figures=OWN_FIGURES))
        places = pd.concat(rows, ignore_index=True)
        order = {place: k for k, place in enumerate(self.national.places)}
        measures = {name: k for k, name in enumerate(dict.fromkeys(whole["measure"]))}
        places = places.sort_values(
            ["measure", "place"],
            key=lambda column: column.map(measures if column.name == "measure" else order),
        )
        total = whole[whole["place"] == COUNTRY].assign(row=TOTAL, figures=NATIONAL)
        found_all = pd.concat([places, total, *self._sums(places, total)], ignore_index=True)
        return found_all[["row", "place", "name", "figures", "measure", *COLUMNS, "unit"]]

    def _sums(self, places: pd.DataFrame, total: pd.DataFrame) -> list[pd.DataFrame]:
        """The rows 'sum' and 'difference' of every measure that sums."""
        import numpy as np

        known = total[total["measure"].isin(SUMMING)]
        by_measure = places.groupby("measure", sort=False)["value"].sum()
        summed = known.assign(
            value=known["measure"].map(by_measure), low=np.nan, high=np.nan, row=SUM, figures="both"
        )
        difference = summed.assign(value=summed["value"] - known["value"], row=DIFFERENCE)
        return [summed, difference]

    def plot(self, measure: str = "entries", *, lang: str | None = None) -> Any:
        """The map of a measure, départements on figures of their own marked: a figure."""
        from sim.present.published_figures import published_figure

        with speaking(lang):
            return published_figure(self, measure)


@dataclass(frozen=True)
class Request:
    """What is to be run: checked, before anything runs."""

    national: Design
    own: Mapping[str, Design]
    year: int | None = None

    @property
    def runs(self) -> int:
        """How many replications run in all."""
        return sum(each.runs for each in (self.national, *self.own.values()))

    def seconds(self, engine: str) -> float:
        """About how long all of them take on one core."""
        return sum(each.seconds(engine) for each in (self.national, *self.own.values()))


def published(
    scenario: Scenario,
    own: Sequence[Own],
    *,
    year: int | None = None,
    draws: int | None = None,
    replications: int | None = None,
    posterior: Posterior | Path | str | None = None,
    seed: int = 1,
    engine: str = "compiled",
    workers: Workers | None = None,
    progress: Progress = silent,
) -> Published:
    """The scenario for the nation by département, with those in `own` on their own figures.

    own: each a posterior calibrated on a département's figures alone (`agsim calibrate --targets`;
    a folder or `Posterior`), with which the scenario itself is run for that département; or a
    scenario of one département with figures of its own, run on the national posterior, or on
    another one: (scenario, posterior). Other arguments as in `sim.simulate`; year: the target's.
    Raises `InputError` on bad arguments.
    """
    request = requested(
        scenario, own, year=year, draws=draws, replications=replications, sample=posterior
    )
    return carried_out_together(request, seed, engine, workers, progress)


def requested(
    scenario: Scenario,
    own: Sequence[Own],
    *,
    year: int | None = None,
    draws: int | None = None,
    replications: int | None = None,
    sample: Posterior | Path | str | None = None,
) -> Request:
    """The runs of a publication; `InputError` with what is wrong with it."""
    if scenario.territory.figures_for != "country" or scenario.territory.departements != "all":
        told = "is of some départements, the total would not be the nation's"
        raise InputError(Problem(scenario.given.name, "territory", told, "departements = 'all'"))
    national = designed([scenario], draws=draws, replications=replications, posterior=sample)
    found: dict[str, Design] = {}
    for each in own:
        alone, on = _alone(scenario, each)
        place = _place_of(alone)
        _has_the_year(alone, year if year is not None else scenario.target.year)
        if place in found:
            told = f"département {place} has two sets of figures"
            raise InputError(Problem("published", "own", told, "give one"))
        found[place] = designed(
            [alone], draws=draws, replications=replications, posterior=on or national.posterior
        )
    return Request(national, found, year)


def carried_out_together(
    request: Request,
    seed: int = 1,
    engine: str = "compiled",
    workers: Workers | None = None,
    progress: Progress = silent,
) -> Published:
    """Run a request: the nation first, then each département for itself."""
    designs = (request.national, *request.own.values())
    done = [
        carried_out(each, seed, engine, by_place=True, workers=workers, progress=progress)
        for each in designs
    ]
    national = done[0].by_place(request.year)
    parts = [each.by_place(national.year) for each in done[1:]]
    return Published(national, dict(zip(request.own, parts, strict=True)))


def of_place(scenario: Scenario, sample: Posterior) -> Scenario:
    """A national scenario for the one département on whose figures a posterior was calibrated.

    Its history of portfolios is that of its figures, which the posterior holds. Posts that the
    scenario plans grow as the nation's do: by the same factor, from the département's own.
    """
    if not sample.place:
        told = "its draws are of the country, not of one département"
        remedy = "calibrate on figures of one: agsim calibrate --targets FILE"
        raise InputError(Problem(str(sample.folder), "place", told, remedy))
    if split_of(scenario) == "own_posts":
        told = "holds the posts of all départements, a scenario of one needs its own alone"
        remedy = "give a scenario of the département with the posterior: (scenario, folder)"
        raise InputError(Problem(scenario.given.name, "posts.by_departement", told, remedy))
    known = {
        each.path.removeprefix(IN_SERVICE): float(sample.values[0, k])
        for k, each in enumerate(sample.parameters)
        if each.path.startswith(IN_SERVICE)
    }
    if not known:
        told = "its draws hold no portfolios of the département"
        remedy = "give a scenario of the département beside it"
        raise InputError(Problem(str(sample.folder), "portfolios.in_service", told, remedy))
    alone = {"territory.departements": [sample.place], "territory.figures_for": "departements"}
    with_history = scenario.with_({**alone, IN_SERVICE.rstrip("."): known})
    part = portfolios_at_start(with_history) / portfolios_at_start(scenario)
    return scenario.with_({**alone, **_scaled_posts(scenario, part)})


def _scaled_posts(scenario: Scenario, part: float) -> dict[str, Any]:
    """Posts that a scenario plans, times the département's part of today's."""
    posts = scenario.posts
    source = f"the nation's, times the département's part of today's portfolios ({part:.4f})"
    found: dict[str, Any] = {}
    if posts.target is not None:
        value = max(1, round(float(posts.target) * part))
        found["posts.target"] = {"value": value, "source": source}
    if posts.most_hires_per_month is not None:
        most = max(0.01, float(posts.most_hires_per_month) * part)
        found["posts.most_hires_per_month"] = {"value": most, "source": source}
    if posts.later:
        found["posts.later"] = {
            when.isoformat(): {"value": max(1, round(float(value) * part)), "source": source}
            for when, value in posts.later.items()
        }
    return found


def _alone(scenario: Scenario, own: Own) -> tuple[Scenario, Posterior | None]:
    """A département's scenario, and the posterior that it is run on (None: the national one)."""
    if isinstance(own, Scenario):
        return own, None
    if isinstance(own, tuple):
        return own[0], _sample(own[1])
    sample = _sample(own)
    return of_place(scenario, sample), sample


def _sample(given: Posterior | Path | str) -> Posterior:
    return given if isinstance(given, Posterior) else posterior(given)


def _place_of(alone: Scenario) -> str:
    """The département of a scenario that is of one on its own figures; else `InputError`."""
    if split_of(alone) == OWN_FIGURES:
        return alone.territory.departements[0]
    told = "is not of one département on its own figures"
    remedy = 'territory.departements = ["52"] and figures_for = "departements"'
    raise InputError(Problem(alone.given.name, "territory", told, remedy))


def _has_the_year(alone: Scenario, year: int) -> None:
    first, last = alone.horizon.measured_from.year, alone.calendar.years[-1]
    if not first <= year <= last:
        told = f"{year} is not simulated, its horizon is from {first} to {last}"
        raise InputError(Problem(alone.given.name, "horizon", told, "choose another year"))
