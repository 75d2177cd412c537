"""The flow to see: the event log of a run, and how full its pools are week by week.

Everything is derived from the table of people of one replication, some pools at a time, so
either engine gives the same log and nothing needs to hold the whole country.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.calendar import TICKS_PER_DAY, Calendar
from sim.errors import InputError, Problem, nearest
from sim.experiment.replication import ENGINES, POOLS_AT_ONCE, Job, run_flow
from sim.flow.inputs import Flow, Inputs
from sim.flow.rules import CHANGE
from sim.measures.event_schema import (
    ACTIVITIES,
    CATEGORIES,
    PERSON_COLUMNS,
    PORTFOLIO_COLUMNS,
    Activity,
    rows_said,
)
from sim.measures.events import TURN_OF, person_events, portfolio_events
from sim.measures.pool_states import PoolStates, pool_states, put_together
from sim.population.build import Conditions, conditions, parts
from sim.population.staffing import Seats
from sim.reading_fits import chosen_readings
from sim.scenario import Scenario
from sim.shown import Shown
from sim.territory import Pools
from sim.words import speaking

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MICROSECONDS_PER_TICK = 86_400_000_000 // TICKS_PER_DAY
WEEKS = 53
EVENT_OF = CATEGORIES["event"]
EVENT_CODES = np.array([EVENT_OF.index(ACTIVITIES[each].event) for each in Activity])
TYPE_CODES = np.array(
    [CATEGORIES["event_type"].index(ACTIVITIES[each].event_type) for each in Activity]
)


@dataclass(frozen=True)
class Part:
    """The run of some pools: their slice, inputs and flow, and how many portfolios come before."""

    pools: slice
    inputs: Inputs
    flow: Flow
    portfolios_before: int


@dataclass(frozen=True)
class PoolWeeks:
    """The pools of a run over a year: their names, their départements' codes, dates, states."""

    title: str
    reading: str
    year: int
    names: tuple[str, ...]
    codes: tuple[str, ...]
    dates: tuple[date, ...]
    states: PoolStates


@dataclass(frozen=True, repr=False)
class EventLog(Shown):
    """The log of one replication of a scenario under one reading; run when it is asked for.

    `frame` holds the people's events, `portfolios` the portfolios', `schema()` says what their
    columns mean; `weeks(year)`, `plot(year)` and `animate(file, year)` show how pools fill, queue
    and empty.
    """

    shown_by: ClassVar[str] = "flow_text.event_log"

    job: Job
    reading: str
    places: tuple[str, ...] | None = None

    @property
    def scenario(self) -> Scenario:
        """The scenario as it runs, with its reading."""
        return self.job.scenario

    @cached_property
    def made(self) -> Conditions:
        """What the run is made from: the pools of `places`, or all."""
        whole = conditions(
            self.scenario, self.job.seed, self.job.replication, composition=self.job.composition
        )
        if self.places is None:
            return whole
        chosen = np.flatnonzero(np.isin(whole.pools.codes, self.places))
        return replace(whole, sample=whole.sample[chosen])

    @property
    def pools(self) -> Pools:
        """The pools of the log."""
        return self.made.pools

    @property
    def calendar(self) -> Calendar:
        """The calendar of the run."""
        return self.made.setting.calendar

    def parts(self) -> Iterator[Part]:
        """Run some pools at a time, in their order."""
        before = 0
        for pools, inputs in parts(self.made, POOLS_AT_ONCE["compiled"]):
            yield Part(pools, inputs, run_flow(inputs, self.job.engine), before)
            before += len(inputs.portfolios.pool)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row an event of a person: all at once (the country over nine years: 0.4 GB)."""
        import pandas as pd

        return pd.concat([self.people_of(part) for part in self.parts()], ignore_index=True)

    @cached_property
    def portfolios(self) -> pd.DataFrame:
        """One row an event of a portfolio."""
        import pandas as pd

        return pd.concat([self.portfolios_of(part) for part in self.parts()], ignore_index=True)

    @cached_property
    def counts(self) -> Mapping[Activity, int]:
        """How many events of people there are of each kind, without keeping them."""
        found = np.zeros(len(Activity), dtype=np.int64)
        for part in self.parts():
            found += np.bincount(
                person_events(part.inputs, part.flow).activity, minlength=len(Activity)
            )
        return {each: int(found[each]) for each in Activity}

    def people_of(self, part: Part) -> pd.DataFrame:
        """The people's events of a part, with the columns of `PERSON_COLUMNS`."""
        import pandas as pd

        people, portfolio = part.inputs.people, part.flow.portfolio
        events = person_events(part.inputs, part.flow)
        pool_of_row = np.repeat(np.arange(part.inputs.pools), np.diff(people.start))
        pool = pool_of_row[events.person] + part.pools.start
        activity, mine = events.activity, portfolio[events.person]
        served = np.isin(activity, (Activity.DIAGNOSED, Activity.ENTERED, Activity.REFUSED))
        served |= activity == Activity.EXITED
        first = np.searchsorted(part.inputs.portfolios.pool, np.arange(part.inputs.pools))
        ordinal = mine - first[pool_of_row[events.person]] + 1
        exits = activity == Activity.EXITED
        ids = pd.Series(self._ids(part)).take(events.person)
        columns = {
            **self._labels(len(pool)),
            "entity_id": ids.reset_index(drop=True),
            "activity": _coded(activity, CATEGORIES["activity"]),
            **self._when(events.time),
            **self._where(pool),
            "portfolio": _coded(
                np.where(served, mine + part.portfolios_before, -1), self._portfolio_names
            ),
            "channel": _coded(people.channel[events.person], CATEGORIES["channel"]),
            "outcome": _coded(
                np.where(exits, people.outcome[events.person], -1), CATEGORIES["outcome"]
            ),
            "event_type": _coded(TYPE_CODES[activity], CATEGORIES["event_type"]),
            "event": _coded(EVENT_CODES[activity], EVENT_OF),
            "resource_id": pd.Series(ordinal, dtype="Int32").mask(~served),
            "turn": TURN_OF[activity],
        }
        return pd.DataFrame(columns)[[each.name for each in PERSON_COLUMNS]]

    def portfolios_of(self, part: Part) -> pd.DataFrame:
        """The portfolios' events of a part, with the columns of `PORTFOLIO_COLUMNS`."""
        import pandas as pd

        portfolios, last = part.inputs.portfolios, len(self.made.plan.seats) - 1
        count = len(portfolios.pool)
        owner = np.repeat(np.arange(count), np.diff(portfolios.state_start))
        on_day = np.minimum(portfolios.time.astype(np.int64), last)
        there = self.made.plan.has(self._seats.number[part.portfolios_before + owner], on_day)
        events = portfolio_events(portfolios, there, part.inputs.horizon)
        columns = {
            **self._labels(len(events.time)),
            "portfolio": _coded(events.portfolio + part.portfolios_before, self._portfolio_names),
            "activity": _coded(events.move, CATEGORIES["move"]),
            **self._when(events.time),
            **self._where(portfolios.pool[events.portfolio] + part.pools.start),
            "places": events.places.astype(np.int32),
            "diagnosis_interval_days": events.interval,
            "turn": np.full(len(events.time), CHANGE, dtype=np.int8),
        }
        return pd.DataFrame(columns)[[each.name for each in PORTFOLIO_COLUMNS]]

    def schema(self, lang: str | None = None) -> pd.DataFrame:
        """The columns of `frame`: name, type, unit, meaning, in French or English."""
        import pandas as pd

        with speaking(lang):
            return pd.DataFrame(rows_said(PERSON_COLUMNS))

    def weeks(self, year: int | None = None) -> PoolWeeks:
        """Every pool at the start of every week of a year (the target's, else the last whole one).

        Raises
        ------
        InputError
            Where the year is not simulated from its first day to its last.
        """
        first = date(self.year_of(year), 1, 1)
        days = np.arange(WEEKS, dtype=np.float64) * 7 + self.calendar.day(first)
        found = [pool_states(part.inputs, part.flow, days) for part in self.parts()]
        dates = tuple(first + timedelta(days=7 * k) for k in range(WEEKS))
        return PoolWeeks(
            title=self.scenario.title,
            reading=self.reading,
            year=first.year,
            names=self.pools.names,
            codes=self.pools.codes,
            dates=dates,
            states=put_together(found),
        )

    def year_of(self, year: int | None = None) -> int:
        """The year that pictures show; `InputError` where it is not simulated as a whole."""
        calendar = self.calendar
        whole = [
            each for each in calendar.years
            if calendar.opening <= date(each, 1, 1) and date(each + 1, 1, 1) <= calendar.end
        ]  # fmt: skip
        target = self.scenario.target.year
        wanted = year or (target if target in whole else max(whole, default=target))
        if wanted not in whole:
            span = f"{calendar.opening} to {calendar.end}"
            told = f"is not simulated from its first day to its last ({span})"
            raise InputError(Problem("event log", f"year {wanted}", told, "name another year"))
        return wanted

    def plot(self, year: int | None = None, *, lang: str | None = None) -> Any:
        """Some pools over a year: places, people inside, people waiting, week by week.

        Two of the fullest, two of the middle and two of the least full pools (people inside per
        place, over the year); all pools, the fullest first, where there are six or fewer.
        """
        from sim.present.flow_figures import flow_figure

        with speaking(lang):
            return flow_figure(self.weeks(year))

    def animate(
        self, file: Path | str, year: int | None = None, *, lang: str | None = None
    ) -> Path:
        """A moving picture (GIF) of some pools over a year, a picture a week; its path.

        Fifteen pools, evenly from the fullest to the least full; all, where there are fewer.
        """
        from sim.present.flow_animation import write_animation

        with speaking(lang):
            return write_animation(self.weeks(year), Path(file))

    def __repr__(self) -> str:
        where = "" if self.places is None else f", {' '.join(self.places)}"
        run = f"{self.reading}, replication {self.job.replication}"
        return f"<EventLog: {self.scenario.given.name}, {run}{where}, {len(self.pools)} pools>"

    @cached_property
    def _seats(self) -> Seats:
        """The seats that there ever are, in the order of the portfolios."""
        return self.made.seats.kept(self.made.plan.there_before(len(self.made.plan.seats)))

    @cached_property
    def _portfolio_names(self) -> tuple[str, ...]:
        seats, names = self._seats, self.pools.names
        return tuple(
            f"{names[pool]}/{ordinal}"
            for pool, ordinal in zip(seats.pool.tolist(), seats.ordinal.tolist(), strict=True)
        )

    def _ids(self, part: Part) -> list[str]:
        run, start = f"{self.reading}-{self.job.replication}", part.inputs.people.start.tolist()
        return [
            f"{run}/{name}/{k}"
            for pool, name in enumerate(self.pools.names[part.pools])
            for k in range(1, start[pool + 1] - start[pool] + 1)
        ]

    def _labels(self, rows: int) -> Mapping[str, Any]:
        none = np.zeros(rows, dtype=np.int8)
        return {
            "scenario": _coded(none, (self.scenario.given.name,)),
            "reading": _coded(none, (self.reading,)),
            "run_number": np.full(rows, self.job.replication, dtype=np.int32),
        }

    def _when(self, time: Floats) -> Mapping[str, Any]:
        since = np.rint(time * TICKS_PER_DAY).astype(np.int64) * MICROSECONDS_PER_TICK
        opening = np.datetime64(self.calendar.opening, "us")
        return {"timestamp": opening + since.astype("timedelta64[us]"), "time": time}

    def _where(self, pool: Ints) -> Mapping[str, Any]:
        return {
            "departement": _coded(self.pools.place_of_pool[pool], self.pools.places),
            "pool": _coded(pool, self.pools.names),
        }


def event_log(
    scenario: Scenario,
    *,
    reading: str,
    replication: int = 0,
    seed: int = 1,
    engine: str = "compiled",
    places: Sequence[str] | None = None,
) -> EventLog:
    """The event log of one replication under a reading, or under 'own_figures'.

    `frame` has one row an event of a person. A person is *oriented*, becomes *ready* (joins the
    queue of the pool), is *diagnosed*, at the same instant *entered* or *refused*, and *exited*
    at the end of the parcours; or has *abandoned* before the diagnosis. Columns: `scenario`,
    `reading`, `run_number`; `entity_id` (the case); `activity`; `timestamp` (a date-time) and
    `time` (days since the opening); `departement`, `pool`, `portfolio`; `channel`, `outcome`;
    `event_type`, `event`, `resource_id` as vidigi wants them; `turn` (the order at one instant).
    `schema()` says what each means, in French or English. For pm4py::

        pm4py.format_dataframe(log.frame, case_id="entity_id", activity_key="activity",
                               timestamp_key="timestamp")

    places: codes of départements whose pools are wanted, all by default; the same people and
    portfolios as in the log of all.

    Raises
    ------
    InputError
        For a reading, an engine or a département that is not there.
    """
    if reading in ("all", "posterior"):
        told = f"'{reading}' is more than one run"
        raise InputError(Problem("event log", "reading", told, "name one, such as 'process'"))
    ((label, ready),) = chosen_readings(scenario, reading)
    log = log_of(Job(ready, replication, seed, engine), label, places)
    _ = log.made
    return log


def log_of(job: Job, reading: str, places: Sequence[str] | None = None) -> EventLog:
    """The log of a job; `InputError` for an engine or a département that is not there."""
    if job.engine not in ENGINES:
        told = f"'{job.engine}' is not known"
        raise InputError(Problem("event log", "engine", told, nearest(job.engine, ENGINES)))
    log = EventLog(job, reading, None if places is None else tuple(places))
    if log.places is not None:
        there = EventLog(job, reading).pools.places
        wrong = [each for each in log.places if each not in there]
        if wrong or not log.places:
            told = f"has no pool in '{', '.join(wrong)}'" if wrong else "names no département"
            remedy = nearest(wrong[0], there) if wrong else "for example 52"
            raise InputError(Problem("event log", "places", told, remedy))
    return log


def _coded(codes: NDArray[Any], names: Sequence[str]) -> Any:
    """Names by their numbers, -1 for none: kept as numbers."""
    import pandas as pd

    return pd.Categorical.from_codes(np.asarray(codes), dtype=pd.CategoricalDtype(list(names)))
