"""agsim: how many dedicated counsellors, and which levers, for accompagnement global.

The front door. From file to picture::

    import sim
    trend = sim.load("trend")
    results = sim.simulate(trend)
    results.plot("entries")

Public names: load, shipped_scenarios, Scenario, simulate, compare, plan,
feasibility, staffing_curve, readings, observed, InputError, Workers. Everything is
imported when it is first used, so `import sim` stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.errors import InputError
    from sim.experiment.compare import compare
    from sim.experiment.executor import Workers
    from sim.experiment.results import simulate
    from sim.observed import observed
    from sim.planning.feasibility import feasibility
    from sim.planning.plan import plan
    from sim.planning.staffing_curve import staffing_curve
    from sim.readings import readings
    from sim.scenario import Scenario
    from sim.scenario_files import load
    from sim.scenario_files import shipped as shipped_scenarios

_WHERE = {
    "InputError": ("sim.errors", "InputError"),
    "Scenario": ("sim.scenario", "Scenario"),
    "Workers": ("sim.experiment.executor", "Workers"),
    "compare": ("sim.experiment.compare", "compare"),
    "feasibility": ("sim.planning.feasibility", "feasibility"),
    "load": ("sim.scenario_files", "load"),
    "observed": ("sim.observed", "observed"),
    "plan": ("sim.planning.plan", "plan"),
    "readings": ("sim.readings", "readings"),
    "shipped_scenarios": ("sim.scenario_files", "shipped"),
    "simulate": ("sim.experiment.results", "simulate"),
    "staffing_curve": ("sim.planning.staffing_curve", "staffing_curve"),
}

__all__ = [
    "InputError",
    "Scenario",
    "Workers",
    "compare",
    "feasibility",
    "load",
    "observed",
    "plan",
    "readings",
    "shipped_scenarios",
    "simulate",
    "staffing_curve",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'sim' has no attribute '{name}'")
    module, attribute = _WHERE[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
