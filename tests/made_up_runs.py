"""Small results of every command that runs scenarios, to look at how they are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from batches import TINY
from posteriors import made

import sim
from sim.experiment.batch import Batch
from sim.experiment.compare import Comparison
from sim.experiment.precision import Precision
from sim.experiment.results import Results
from sim.money.options import Options, options
from sim.planning.attributed import Attribution
from sim.planning.attribution import attribution
from sim.planning.explanation import Explanation

SMALL: Mapping[str, Any] = {
    "territory.departements": ["52"],
    "horizon.opening": "2020-01-01",
    "horizon.measured_from": "2020-01-01",
    "horizon.end": "2022-01-01",
    "target.year": 2021,
}
TREND = sim.load("trend").with_(SMALL)
OWN = TREND.with_({"portfolios.places": 50}, title="Fifty")
PLAN = TREND.with_(
    {
        "levers.shared_target.intensity": 1,
        "levers.shared_facilitation.intensity": 1,
        "posts.target": 1800,
        "posts.turnover_per_year": 0.081,
        "target.people": 150_000,
    },
    title="Doubled",
)
ALIKE = TREND.with_({"target.people": 150_000})
MANY = sim.load("lockdown").with_({**SMALL, "entry.agreement": 0.8})
ELSEWHERE = TREND.with_({"territory.departements": ["48"]})
LEVERS = ("shared_target", "shared_facilitation", "shorter_entry_delay")
DESIGN: Mapping[str, Any] = {
    "base": TINY,
    "levers": [[], ["shared_target"], ["shared_target", "shorter_entry_delay"]],
    "posts": ["today", 1500],
    "replications": 1,
}
Made = Results | Comparison | Batch | Explanation | Attribution | Options


PART = sim.load("target-2022").with_(
    {
        "territory.departements": ["15", "16"],
        "horizon.opening": date(2019, 7, 1),
        "horizon.measured_from": date(2020, 1, 1),
    }
)
LIMITED = PART.with_(
    {
        "posts.most_hires_per_month": 50,
        "posts.later": {"2022-06-30": 1400},
        "levers.shared_target.intensity": 0.5,
    }
)


@dataclass(frozen=True)
class Places:
    """Where the posterior is that the results rest on, and where batches keep their units."""

    posterior: str
    units: Path

    @classmethod
    def below(cls, folder: Path) -> Places:
        """Both in a folder; the posterior is made there."""
        return cls(str(made(folder / "posterior")), folder / "units")


MAKERS: Mapping[str, Callable[[Places], Made]] = {
    "run under readings": lambda at: sim.simulate(TREND, reading="all", replications=2),
    "a share of the pools": lambda at: sim.simulate(
        sim.load("trend").with_({"horizon.end": "2019-01-01"}), reading="process", share=0.05
    ),
    "run on draws": lambda at: sim.simulate(PLAN, posterior=at.posterior),
    "run on two draws, a what-if": lambda at: sim.simulate(
        OWN, draws=2, replications=1, posterior=at.posterior
    ),
    "comparison under readings": lambda at: sim.compare(
        [TREND, PLAN, OWN], reading="all", replications=2
    ),
    "comparison on draws": lambda at: sim.compare([TREND, PLAN], posterior=at.posterior),
    "precision on draws": lambda at: sim.compare(
        [TREND, PLAN], precision=Precision(0.01, "entry_delay", 2021, 3), posterior=at.posterior
    ),
    "precision under a reading": lambda at: sim.compare(
        [TREND, PLAN], reading="process", precision=Precision(10_000, "entries", 2021)
    ),
    "options on draws": lambda at: options([ALIKE, PLAN], posterior=at.posterior),
    "options on two draws": lambda at: options([PLAN], draws=2, replications=1),
    "batch on draws": lambda at: sim.batch({**DESIGN, "posterior": at.posterior}, store=at.units),
    "batch on two draws": lambda at: sim.batch(
        {**DESIGN, "set": {"own": {"portfolios.places": 50}}, "draws": 2},
        store=at.units,
    ),
    "batch under readings": lambda at: sim.batch(
        {**DESIGN, "readings": ["process", "places"]}, store=at.units
    ),
    "explanation on draws": lambda at: sim.explain(TREND, PLAN, draws=12, posterior=at.posterior),
    "explanation under readings": lambda at: sim.explain(
        TREND, PLAN, reading="all", replications=2
    ).of("entry_delay"),
    "explanation of the same": lambda at: sim.explain(
        TREND, TREND, draws=2, posterior=at.posterior
    ),
    "explanation of many steps": lambda at: sim.explain(
        ELSEWHERE, MANY, reading="process", replications=2
    ),
    "levers on draws": lambda at: attribution(
        PART, 1500, draws=11, replications=2, posterior=at.posterior
    ),
    "levers under readings": lambda at: attribution(
        LIMITED, levers=LEVERS, reading="all", replications=1
    ),
    "levers that find no places": lambda at: attribution(
        PART, 350, reading="process", replications=1
    ),
    "one lever alone": lambda at: attribution(
        PART.with_({"levers.shorter_entry_delay.orientations": 0.05}),
        levers="shorter_entry_delay",
        reading="process",
        measure="entry_delay",
        replications=1,
    ),
}


def pictures(found: Made, lang: str | None = None) -> list[Any]:
    """Every figure that a result can be drawn as."""
    if isinstance(found, Results):
        by = "together" if found.posterior is None else "reading"
        return [
            found.plot("entries", lang=lang),
            found.plot("within_21_days", "year", by, lang=lang),
            found.plot_delay(lang=lang),
            found.plot_loads(lang=lang),
        ]
    if isinstance(found, Comparison):
        by = "together" if found.results.posterior is None else "reading"
        return [found.plot("entries", lang=lang), found.plot("load", 2021, by, lang=lang)]
    if isinstance(found, Batch):
        return [found.plot(lang=lang), found.plot("within_21_days", lang=lang)]
    if isinstance(found, Attribution):
        return [found.plot(lang=lang), found.plot("shares", lang=lang)]
    return [found.plot(lang=lang)]
