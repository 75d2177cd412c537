"""National results and départements on figures of their own, published together.

The nation is run on the national calibration, which gives every département a part of it. A
département that has figures of its own is run alone, on them, and takes the place of its part; so
are several whose figures are of them together, such as a région, and the split between those is
synthetic again. The national total stays that of the national calibration: it is what the
published figures speak of. What the rows then add up to, and how far that is from the total,
stands below them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from sim.errors import InputError, Problem
from sim.experiment.by_place import SUMMING, ByPlace, Split, split_of
from sim.experiment.design import Design, designed
from sim.experiment.executor import Progress, Workers, silent
from sim.experiment.results import carried_out
from sim.measures import COUNTRY
from sim.population.posts import portfolios_at_start
from sim.posterior import Posterior, posterior, settings_of
from sim.scenario import Scenario
from sim.shown import Shown
from sim.territory import joined
from sim.words import say, speaking, to_say

if TYPE_CHECKING:
    import pandas as pd

PLACE, TOGETHER, REPLACED = "place", "together", "replaced"
TOTAL, SUM, DIFFERENCE = "total", "sum", "difference"
NATIONAL = "national"
OWN_FIGURES: tuple[Split, ...] = ("own_figures", "synthetic_within")
ORIENTATIONS, IN_SERVICE = "orientations.per_year", "portfolios.in_service"
VOLUMES = (ORIENTATIONS, IN_SERVICE)
COLUMNS = ("value", "low", "high")
BESIDE = to_say("in Python, give a scenario of these départements with their posterior, as a pair")
Own = Posterior | Path | str | Scenario | tuple[Scenario, Posterior | Path | str]


@dataclass(frozen=True, repr=False, eq=False)
class Published(Shown):
    """The nation by département, some of them on figures of their own.

    own: by the département's code, or those of several together ('08+52').
    """

    shown_by: ClassVar[str] = "published_text.published"

    national: ByPlace
    own: Mapping[str, ByPlace]

    def __repr__(self) -> str:
        return f"<Published: {self.national!r}, on figures of their own: {', '.join(self.own)}>"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Tidy rows: row, place, name, figures, measure, value, low, high, half_width, unit.

        row: 'place', a row a département. Beside them, 'together': those whose figures are of them
        together, as one; 'replaced': what the national calibration says of what has figures of
        its own (of several together: of measures that sum, without an interval). figures: on which
        the row rests: 'own_figures', 'synthetic_within' (of several together, split between
        them), or what splits the national calibration
        ('synthetic', 'own_posts'). Last come, by measure, the rows 'total' (the national
        calibration), and where the measure sums 'sum' (of the départements) and 'difference'
        (sum less total), which have no interval: draws of different calibrations are not paired.
        """
        import pandas as pd

        keys = ["place", "name", "measure", *COLUMNS, "half_width", "unit"]
        whole = self.national.frame[keys]
        parts = whole[whole["place"] != COUNTRY]
        replaced = parts["place"].isin(self.on_their_own)
        rows = [parts[~replaced].assign(row=PLACE, figures=self.national.split)]
        beside = [parts[replaced].assign(row=REPLACED, figures=self.national.split)]
        for key, found in self.own.items():
            mine = found.frame[keys]
            all_mine = mine["place"] == COUNTRY
            rows.append(mine[~all_mine].assign(row=PLACE, figures=found.split))
            if len(found.places) > 1:
                one = {"place": key, "name": key}
                beside.append(mine[all_mine].assign(row=TOGETHER, figures=OWN_FIGURES[0], **one))
                part = parts[parts["place"].isin(found.places)]
                beside.append(
                    _summed(part).assign(row=REPLACED, figures=self.national.split, **one)
                )
        places = pd.concat(rows, ignore_index=True)
        order = {place: k for k, place in enumerate(self.national.places)}
        measures = {name: k for k, name in enumerate(dict.fromkeys(whole["measure"]))}
        places = places.sort_values(
            ["measure", "place"],
            key=lambda column: column.map(measures if column.name == "measure" else order),
        )
        total = whole[whole["place"] == COUNTRY].assign(row=TOTAL, figures=NATIONAL)
        found_all = pd.concat(
            [places, *beside, total, *self._sums(places, total)], ignore_index=True
        )
        return found_all[["row", "place", "name", "figures", *keys[2:]]]

    @cached_property
    def on_their_own(self) -> tuple[str, ...]:
        """The codes of all départements on figures of their own."""
        return tuple(code for found in self.own.values() for code in found.places)

    @cached_property
    def binds(self) -> pd.DataFrame:
        """What binds, as in `ByPlace.binds`, with `figures`; the total is the nation's."""
        import pandas as pd

        nation = self.national.binds.assign(figures=self.national.split)
        replaced = nation["place"].isin(self.on_their_own)
        rows = [nation[~replaced]]
        for found in self.own.values():
            mine = found.binds.assign(figures=found.split)
            rows.append(mine[mine["place"] != COUNTRY])
        order = {place: k for k, place in enumerate((*self.national.places, COUNTRY))}
        together = pd.concat(rows, ignore_index=True)
        return together.sort_values(
            "place", key=lambda column: column.map(order), ignore_index=True
        )

    def _sums(self, places: pd.DataFrame, total: pd.DataFrame) -> list[pd.DataFrame]:
        """The rows 'sum' and 'difference' of every measure that sums."""
        import numpy as np

        known = total[total["measure"].isin(SUMMING)]
        by_measure = _summed(places).set_index("measure")["value"]
        summed = known.assign(
            value=known["measure"].map(by_measure),
            **dict.fromkeys(("low", "high", "half_width"), np.nan),
            row=SUM,
            figures="both",
        )
        difference = summed.assign(value=summed["value"] - known["value"], row=DIFFERENCE)
        return [summed, difference]

    def plot(self, measure: str = "entries", *, lang: str | None = None) -> Any:
        """The map of a measure or of 'binds', départements on figures of their own marked."""
        from sim.present.published_figures import published_figure

        with speaking(lang):
            return published_figure(self, measure)


def _summed(rows: pd.DataFrame) -> pd.DataFrame:
    """The sum over places of every measure that sums; sums of ends are no ends, so without them."""
    import numpy as np

    some = rows[rows["measure"].isin(SUMMING)]
    found = some.groupby(["measure", "unit"], sort=False)[["value"]].sum().reset_index()
    return found.assign(low=np.nan, high=np.nan, half_width=np.nan)


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

    own: each a posterior calibrated on the figures of a département alone, or of several together
    (`agsim calibrate --targets`; a folder or `Posterior`), with which the scenario itself is run
    for them; or a scenario of these départements with figures of its own, run on the national
    posterior, or on another one: (scenario, posterior). Other arguments as in `sim.simulate`; year:
    the target's.
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
        told = say("is of some départements, the total would not be the nation's")
        remedy = 'territory.departements = "all"'
        raise InputError(Problem(scenario.given.name, "territory", told, remedy))
    national = designed([scenario], draws=draws, replications=replications, posterior=sample)
    wanted = _year(scenario, year)
    assert national.posterior is not None
    found: dict[str, Design] = {}
    whose: dict[str, str] = {}
    for each in own:
        alone, on = _alone(scenario, each)
        codes = _places_of(alone)
        called = str(alone.given.name if on is None else on.folder)
        _nothing_twice(codes, called, whose)
        _has_the_year(alone, wanted)
        if on is None:
            _has_its_own_volumes(alone, national.posterior)
        found[joined(codes)] = designed(
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
    """A national scenario for the départements on whose figures a posterior was calibrated.

    Their history of portfolios is that of their figures, which the posterior holds. Posts that the
    scenario plans grow as the nation's do: by the same factor, from the départements' own.
    """
    if not sample.place:
        told = say("its draws are of the country, not of some départements")
        remedy = say("calibrate on figures of theirs: agsim calibrate --targets FILE")
        raise InputError(Problem(str(sample.folder), "place", told, remedy))
    if split_of(scenario) == "own_posts":
        told = say("holds the posts of all départements, a scenario of some needs theirs alone")
        raise InputError(Problem(scenario.given.name, "posts.by_departement", told, say(BESIDE)))
    for path in VOLUMES:
        if path in sample.overridden(scenario):
            told = say(
                "is the nation's, and would take the place of the figures of {place}",
                place=sample.place,
            )
            raise InputError(Problem(scenario.given.name, path, told, say(BESIDE)))
    beginning = f"{IN_SERVICE}."
    known = {
        each.path.removeprefix(beginning): float(sample.values[0, k])
        for k, each in enumerate(sample.parameters)
        if each.path.startswith(beginning)
    }
    if not known:
        told = say("its draws hold no portfolios of these départements")
        raise InputError(Problem(str(sample.folder), IN_SERVICE, told, say(BESIDE)))
    alone = {
        "territory.departements": list(sample.places),
        "territory.figures_for": "departements",
    }
    with_history = scenario.with_({**alone, IN_SERVICE: known})
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
    """The scenario of some départements, and its posterior (None: the national one)."""
    if isinstance(own, Scenario):
        return own, None
    if isinstance(own, tuple):
        return own[0], _sample(own[1])
    sample = _sample(own)
    return of_place(scenario, sample), sample


def _sample(given: Posterior | Path | str) -> Posterior:
    return given if isinstance(given, Posterior) else posterior(given)


def _places_of(alone: Scenario) -> tuple[str, ...]:
    """The départements of a scenario that is of them on figures of their own; else `InputError`."""
    listed = alone.territory.departements
    if listed != "all" and split_of(alone) in OWN_FIGURES:
        return listed
    told = say("is not of some départements on their own figures")
    raise InputError(Problem(alone.given.name, "territory", told, settings_of(["52"])))


def _nothing_twice(codes: Sequence[str], called: str, whose: dict[str, str]) -> None:
    """Refuse a second set of figures of a département; `whose`: what each was given by."""
    for code in codes:
        if code in whose:
            told = say(
                "département {code} has two sets of figures: {one} and {other}",
                code=code,
                one=whose[code],
                other=called,
            )
            raise InputError(Problem(say("own figures"), code, told, say("give one of the two")))
        whose[code] = called


def _has_its_own_volumes(alone: Scenario, national: Posterior) -> None:
    """A scenario on the national draws must not take the nation's people and portfolios."""
    missing = [path for path in VOLUMES if path not in _given(alone, national)]
    if missing:
        told = say("is missing: on the national draws it would be that of the whole country")
        remedy = say("set it, or give a posterior of its own: agsim calibrate --targets FILE")
        raise InputError(Problem(alone.given.name, path, told, remedy) for path in missing)


def _given(alone: Scenario, national: Posterior) -> tuple[str, ...]:
    """What a scenario says itself of the people and portfolios."""
    portfolios = (IN_SERVICE,) if alone.portfolios.in_service else ()
    return (*national.overridden(alone), *portfolios)


def _year(scenario: Scenario, year: int | None) -> int:
    """The year that is published, of those that the nation's scenario simulates."""
    wanted = scenario.target.year if year is None else year
    return wanted if year is not None else min(wanted, scenario.calendar.years[-1])


def _has_the_year(alone: Scenario, year: int) -> None:
    first, last = alone.horizon.measured_from.year, alone.calendar.years[-1]
    if not first <= year <= last:
        told = say(
            "{year} is not simulated, its horizon is from {first} to {last}",
            year=year,
            first=first,
            last=last,
        )
        raise InputError(Problem(alone.given.name, "horizon", told, say("choose another year")))
