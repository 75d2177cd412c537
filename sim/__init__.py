"""agsim: how many dedicated counsellors, and which levers, for accompagnement global.

The front door. From file to picture::

    import sim
    trend = sim.load("trend")
    results = sim.simulate(trend)
    results.plot("entries")

Public names: load, shipped_scenarios, Scenario, simulate, event_log, compare, explain, batch, plan,
panel, options, reach, afforded, feasibility, staffing_curve, sensitivity, attribution, lookback,
budget, report, published, readings, observed, read_figures, speak, InputError, Store, Workers, Bar.
All are imported when they are first used, so `import sim` stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.documents.report import report
    from sim.errors import InputError
    from sim.experiment.batch import batch
    from sim.experiment.compare import compare
    from sim.experiment.event_log import event_log
    from sim.experiment.executor import Workers
    from sim.experiment.progress import Bar
    from sim.experiment.published import published
    from sim.experiment.results import simulate
    from sim.experiment.store import Store
    from sim.money.afford import afforded
    from sim.money.budget import budget
    from sim.money.options import options
    from sim.observed_figures import observed
    from sim.own_figures.read import read_figures
    from sim.planner.panel import panel
    from sim.planning.attribution import attribution
    from sim.planning.explain import explain
    from sim.planning.feasibility import feasibility
    from sim.planning.lookback import lookback
    from sim.planning.plan import plan
    from sim.planning.reach import reach
    from sim.planning.sensitivity import sensitivity
    from sim.planning.staffing_curve import staffing_curve
    from sim.reading_fits import readings
    from sim.scenario import Scenario
    from sim.scenario_files import load
    from sim.scenario_files import shipped as shipped_scenarios
    from sim.words import speak

_WHERE = {
    "afforded": ("sim.money.afford", "afforded"),
    "Bar": ("sim.experiment.progress", "Bar"),
    "InputError": ("sim.errors", "InputError"),
    "Scenario": ("sim.scenario", "Scenario"),
    "Store": ("sim.experiment.store", "Store"),
    "Workers": ("sim.experiment.executor", "Workers"),
    "attribution": ("sim.planning.attribution", "attribution"),
    "batch": ("sim.experiment.batch", "batch"),
    "budget": ("sim.money.budget", "budget"),
    "compare": ("sim.experiment.compare", "compare"),
    "event_log": ("sim.experiment.event_log", "event_log"),
    "explain": ("sim.planning.explain", "explain"),
    "feasibility": ("sim.planning.feasibility", "feasibility"),
    "load": ("sim.scenario_files", "load"),
    "lookback": ("sim.planning.lookback", "lookback"),
    "observed": ("sim.observed_figures", "observed"),
    "options": ("sim.money.options", "options"),
    "panel": ("sim.planner.panel", "panel"),
    "plan": ("sim.planning.plan", "plan"),
    "published": ("sim.experiment.published", "published"),
    "reach": ("sim.planning.reach", "reach"),
    "read_figures": ("sim.own_figures.read", "read_figures"),
    "readings": ("sim.reading_fits", "readings"),
    "sensitivity": ("sim.planning.sensitivity", "sensitivity"),
    "shipped_scenarios": ("sim.scenario_files", "shipped"),
    "report": ("sim.documents.report", "report"),
    "simulate": ("sim.experiment.results", "simulate"),
    "speak": ("sim.words", "speak"),
    "staffing_curve": ("sim.planning.staffing_curve", "staffing_curve"),
}

__all__ = [
    "Bar",
    "InputError",
    "Scenario",
    "Store",
    "Workers",
    "afforded",
    "attribution",
    "batch",
    "budget",
    "compare",
    "event_log",
    "explain",
    "feasibility",
    "load",
    "lookback",
    "observed",
    "options",
    "panel",
    "plan",
    "published",
    "reach",
    "read_figures",
    "readings",
    "report",
    "sensitivity",
    "shipped_scenarios",
    "simulate",
    "speak",
    "staffing_curve",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'sim' has no attribute '{name}'")
    module, attribute = _WHERE[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
