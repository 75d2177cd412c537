"""What a run says of every département or région in a year, and of their total.

Where a measure sums, the places add up to the total in every single run, which is looked at each
time; where it is a mean or a share, the total is that of the whole. Who has how many of the
nation's posts nobody published: by default that split is synthetic (`split_of`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError, Problem, nearest
from sim.experiment.binds import BINDING, BINDS, holds_most
from sim.experiment.credible import spread
from sim.measures import COUNTRY
from sim.measures.frames import QUANTILES, UNITS
from sim.parameters import POSTERIOR
from sim.scenario import Scenario
from sim.shown import Shown
from sim.territory import departement_names
from sim.words import say, speaking, to_say

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiment.results import Results, Run

Floats = NDArray[np.float64]
Kind = Literal["departement", "region"]
Split = Literal["synthetic", "own_posts", "own_figures", "synthetic_within"]

KINDS: tuple[Kind, ...] = ("departement", "region")
# Quantiles and loads are in people or days, and no sums.
NO_SUMS = ("load", *QUANTILES)
SUMMING = tuple(
    name
    for name, unit in UNITS.items()
    if unit not in ("share", "days") and name not in NO_SUMS
)  # fmt: skip
BY_PLACE = to_say("by place")
OFF = 1e-9  # of the total: what the order of adding up may change


def split_of(scenario: Scenario) -> Split:
    """What says how many posts and orientations each département has.

    'synthetic': population, of the country. 'own_posts': the scenario's own table of posts.
    'own_figures': one département on its own figures; 'synthetic_within': the figures are of the
    listed départements together, and split between them by population.
    """
    if any(path.startswith("posts.by_departement.") for path in scenario.values):
        return "own_posts"
    if scenario.territory.on_own_figures:
        alone = len(scenario.territory.departements) == 1
        return "own_figures" if alone else "synthetic_within"
    return "synthetic"


def holding_most(binds: pd.DataFrame) -> dict[str, int]:
    """In how many places each of what may bind is the one that holds most; rows of `binds`."""
    here = binds.loc[binds["place"] != COUNTRY, "binds"]
    names = [name.removeprefix("bound_by_") for name in BINDING]
    return {name: int((here == name).sum()) for name in names}


@dataclass(frozen=True, repr=False, eq=False)
class ByPlace(Shown):
    """One scenario's measures of a year by département or région; `COUNTRY` is their total."""

    shown_by: ClassVar[str] = "by_place_text.by_place"

    results: Results
    scenario: Scenario
    name: str
    year: int
    kind: Kind

    def __repr__(self) -> str:
        return f"<ByPlace: {self.name} in {self.year}, {len(self.places)} places>"

    @property
    def split(self) -> Split:
        """What says how many posts each place has."""
        return split_of(self.scenario)

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Codes of the départements, or names of the régions; without the total."""
        return self._runs[0].measured.table("year", self.kind).places

    @cached_property
    def names(self) -> dict[str, str]:
        """The name of each place, with its code where it has one."""
        if self.kind == "region":
            return {place: place for place in self.places}
        return {code: f"{code} {departement_names()[code]}" for code in self.places}

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Tidy rows: reading, place, name, measure, value, low, high, half_width, unit.

        On posterior draws `reading` is 'posterior', `value` the weighted mean, `low` and `high`
        the 90 % credible interval of what is expected; NaN where there are too few draws, and
        under readings, which have none. `half_width`: the simulation's noise (95 %). The total
        is the place 'all', last.
        """
        import pandas as pd

        places = (*self.places, COUNTRY)
        parts = []
        for label, members in self._groups.items():
            weights, tells = self._weights(members)
            for measure, values in self._values.items():
                found = spread(values[:, members], weights, tells_an_interval=tells)
                parts.append(
                    pd.DataFrame(
                        {
                            "reading": label,
                            "place": places,
                            "name": [self.names.get(each, COUNTRY) for each in places],
                            "measure": measure,
                            "value": found.value,
                            "low": found.low,
                            "high": found.high,
                            "half_width": found.half_width,
                            "unit": UNITS[measure],
                        }
                    )
                )
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def sums(self) -> pd.DataFrame:
        """Of every measure that sums: the sum of the places, the total, the largest gap of a run.

        A gap beyond rounding is an error of the program and raises `AssertionError`.
        """
        import pandas as pd

        rows = []
        for measure in (name for name in SUMMING if name in self._values):
            values = self._values[measure]
            parts, total = values[:-1].sum(axis=0), values[-1]
            gap = float(np.abs(parts - total).max())
            assert gap <= OFF * max(1.0, float(np.abs(total).max())), measure
            rows.append(
                {
                    "measure": measure,
                    "sum_of_places": float(parts.mean()),
                    "total": float(total.mean()),
                    "largest_gap": gap,
                    "runs": int(total.size),
                }
            )
        return pd.DataFrame(rows)

    @cached_property
    def binds(self) -> pd.DataFrame:
        """What binds: one row a reading and place.

        `places`, `slots`, `orientations`: shares of the pool-days on which people wait for a
        place, wait for a diagnosis slot, or nobody waits. `binds`: which of them is the largest
        in most draws by weight, `certainty` in what part of them.
        """
        import pandas as pd

        shares = np.stack([self._values[name].mean(axis=2) for name in BINDING])
        places = (*self.places, COUNTRY)
        parts = []
        for label, members in self._groups.items():
            weights, _ = self._weights(members)
            some = shares[:, :, members]
            most, certainty = holds_most(some, weights)
            parts.append(
                pd.DataFrame(
                    {
                        "reading": label,
                        "place": places,
                        "name": [self.names.get(each, COUNTRY) for each in places],
                        **{name: some[k] @ weights for k, name in enumerate(BINDS)},
                        "binds": [BINDS[k] for k in most],
                        "certainty": certainty,
                    }
                )
            )
        return pd.concat(parts, ignore_index=True)

    def told_apart(self, measure: str, reading: str) -> float:
        """By how much two places must differ for more than noise of the simulation (95 %).

        √2 times the half-width of one place, at the median of the places; NaN where one
        replication tells no noise.
        """
        rows = self.frame[(self.frame["measure"] == measure) & (self.frame["place"] != COUNTRY)]
        known = rows.loc[rows["reading"] == reading, "half_width"].dropna()
        return float(np.sqrt(2) * known.median()) if len(known) else float("nan")

    def hidden(self, measure: str) -> tuple[str, ...]:
        """Places whose interval has shrunk to a point: noise hides how much the draws differ."""
        rows = self.frame[self.frame["measure"] == measure]
        point = (rows["low"] == rows["high"]) & (rows["half_width"] > 0)
        return tuple(rows["place"][point])

    def table(self, measures: Sequence[str], reading: str | None = None) -> pd.DataFrame:
        """A wide view: places down, the total last; the value of each measure across."""
        mine = self.frame[self.frame["reading"] == self.reading(reading)]
        wide = mine[mine["measure"].isin(list(measures))].pivot_table(
            index=["place", "name"], columns="measure", values="value", sort=False
        )
        return wide[list(measures)]

    @property
    def readings(self) -> tuple[str, ...]:
        """The readings that were run; 'posterior' alone on draws."""
        return tuple(self._groups)

    def reading(self, name: str | None) -> str:
        """The reading of that name, the first without one; `InputError` where it was not run."""
        known = self.readings
        if name is None:
            return known[0]
        if name not in known:
            told = say("'{name}' was not run", name=name)
            raise InputError(Problem(say(BY_PLACE), "reading", told, nearest(name, known)))
        return name

    def plot(
        self, measure: str = "entries", reading: str | None = None, *, lang: str | None = None
    ) -> Any:
        """A map of a measure, or of 'binds': what people wait for; a figure."""
        from sim.present.by_place_figures import by_place_figure

        with speaking(lang):
            return by_place_figure(self, measure, self.reading(reading))

    @cached_property
    def _runs(self) -> list[Run]:
        return [each for each in self.results.runs if each.scenario == self.name]

    @cached_property
    def _cases(self) -> list[tuple[str, int]]:
        """Readings or draws in the order of the runs."""
        return list(dict.fromkeys((run.reading, run.draw) for run in self._runs))

    @cached_property
    def _groups(self) -> dict[str, list[int]]:
        """Which cases belong together: all draws, or each reading for itself."""
        if self.results.posterior is not None:
            return {POSTERIOR: list(range(len(self._cases)))}
        return {reading: [k] for k, (reading, _) in enumerate(self._cases)}

    def _weights(self, members: list[int]) -> tuple[Floats, bool]:
        """Their weights, and whether they tell an interval."""
        if self.results.posterior is None:
            return np.ones(len(members)), False
        draws = self.results.draws
        return draws.weights[members], draws.tell_an_interval

    @cached_property
    def _values(self) -> dict[str, Floats]:
        """Values [place and total, draw or reading, replication] of the year by measure."""
        case = {each: k for k, each in enumerate(self._cases)}
        shape = (len(self.places) + 1, len(case), self.results.design.replications)
        measures = self._runs[0].measured.table("year", self.kind).values
        found = {name: np.full(shape, np.nan) for name in measures}
        for run in self._runs:
            here = run.measured.table("year", self.kind)
            whole = run.measured.table("year", "country")
            column = here.periods.index(str(self.year))
            at = (slice(None), case[run.reading, run.draw], run.replication)
            for name, values in found.items():
                values[at] = np.append(here.values[name][:, column], whole.values[name][0, column])
        return found


def by_place(
    results: Results, year: int | None = None, kind: str = "departement", name: str | None = None
) -> ByPlace:
    """The results of a run `by_place` by département or région.

    year: the target's by default, or the last one where that is not simulated. name: of the
    scenario, where several were run. Raises `InputError` for what was not run.
    """
    if kind not in KINDS:
        told = say("'{kind}' is no kind of place", kind=kind)
        raise InputError(Problem(say(BY_PLACE), "kind", told, nearest(kind, KINDS)))
    known = list(dict.fromkeys(run.scenario for run in results.runs))
    if name is not None and name not in known:
        told = say("'{name}' was not run", name=name)
        raise InputError(Problem(say(BY_PLACE), "name", told, nearest(name, known)))
    if name is None and len(known) > 1:
        told = say("several scenarios were run")
        remedy = say("name one: {known}", known=", ".join(known))
        raise InputError(Problem(say(BY_PLACE), "name", told, remedy))
    chosen = known[0] if name is None else name
    scenario = next(each for (label, _), each in results.scenarios.items() if label == chosen)
    which: Kind = "region" if kind == "region" else "departement"
    run = next(run for run in results.runs if run.scenario == chosen)
    first = scenario.horizon.measured_from.year
    years = [int(each) for each in run.measured.table("year", which).periods]
    years = [each for each in years if each >= first]
    wanted = year if year is not None else scenario.target.year
    if wanted not in years:
        if year is not None:
            told = say("{year} was not simulated", year=year)
            remedy = say("choose a year from {first} to {last}", first=years[0], last=years[-1])
            raise InputError(Problem(say(BY_PLACE), "year", told, remedy))
        wanted = years[-1]
    return ByPlace(results, scenario, chosen, wanted, which)
