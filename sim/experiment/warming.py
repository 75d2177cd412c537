"""The first use on a machine: compile once, say so, and let everybody else load it.

numba keeps compiled code in files beside the sources (or in the user's cache where
those cannot be written). One process compiles before workers start, so that they
do not all do it at once.
"""

from __future__ import annotations

import sys
from datetime import date
from threading import Timer

from sim.experiment.replication import Job, replicate
from sim.scenario import Scenario
from sim.words import say, to_say

PATIENCE_SECONDS = 1.5
NEWS = to_say(
    "agsim: compiling for this machine, once after each installation (about half a minute)"
)
_warmed: list[bool] = []


def warm() -> None:
    """Compile all that a run needs, or load it from the cache: a second.

    Says what it is doing, on stderr, where it takes longer than that.
    """
    if _warmed:
        return
    told = say(NEWS)
    news = Timer(PATIENCE_SECONDS, lambda: print(told, file=sys.stderr, flush=True))
    news.daemon = True
    news.start()
    try:
        replicate(Job(_tiny(), 0, 0))
        _warmed.append(True)
    finally:
        news.cancel()


def _tiny() -> Scenario:
    """Half a year of one département, with a plan that starts within it."""
    return Scenario(title="warming").with_(
        {
            "horizon": {
                "opening": date(2020, 10, 1),
                "measured_from": date(2020, 10, 1),
                "end": date(2021, 3, 1),
            },
            "territory.departements": ["52"],
            "orientations.per_year": {"2020": 100_000},
            "entry.process_delay_days": {"2020": 20},
            "parcours.duration_days": {"2020": 200},
        }
    )
