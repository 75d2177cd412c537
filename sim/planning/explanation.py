"""The way of a result from one scenario to another, as users hold it.

Every combination of steps was run on the same people, replications and draws, so that each
step's share (`sim.planning.shapley`) is known draw by draw: its credible interval and the
simulation's noise are those of `sim.experiment.credible`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError, Problem, nearest
from sim.experiment.credible import Spread, spread
from sim.experiment.intervals import CONFIDENCE
from sim.measures.frames import UNITS
from sim.parameters import POSTERIOR
from sim.planning import step_shares
from sim.shown import Shown
from sim.words import say, speaking

if TYPE_CHECKING:
    import pandas as pd

    from sim.planning.explain import Request

Floats = NDArray[np.float64]

START, STEP, END = "start", "step", "end"
LARGE = 0.05


@dataclass(frozen=True, repr=False)
class Explanation(Shown):
    """The way of a result from A to B.

    results: measure → values [combination, draw or reading, replication].
    """

    shown_by: ClassVar[str] = "explain_text.explanation"

    request: Request
    results: Mapping[str, Floats]
    seed: int
    engine: str

    def of(self, measure: str) -> Explanation:
        """The same for another measure of that year; nothing is run again."""
        check_measure(measure, list(self.results))
        return replace(self, request=replace(self.request, measure=measure))

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps in their order."""
        return self.request.found.names

    @property
    def values(self) -> Floats:
        """Values of the measure [combination, draw or reading, replication]."""
        return self.results[self.request.measure]

    @cached_property
    def groups(self) -> Mapping[str, NDArray[np.int64]]:
        """Cases that are summed up together: all draws, or each reading for itself."""
        if self.request.design.posterior is not None:
            return {POSTERIOR: np.arange(len(self.request.pairs))}
        return {case.reading: np.array([k]) for k, (case, _) in enumerate(self.request.pairs)}

    def _spread(self, values: Floats, members: NDArray[np.int64]) -> Spread:
        """Summaries of [row, case, replication] over some cases."""
        design = self.request.design
        if design.posterior is None:
            return spread(values[:, members], np.ones(len(members)), tells_an_interval=False)
        draws = design.posterior.first(design.draws)
        weights = draws.weights[members]
        return spread(values[:, members], weights, tells_an_interval=draws.tell_an_interval)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Tidy rows: the value of A, each step's share, the value of B.

        value: the mean; low, high: its 90 % credible interval; half_width: 95 %, of the
        simulation's noise; order_error: 95 %, of sampling orders, 0 where all combinations
        were run; alone, last: what the step adds first of all, and when all
        others are there; in_order: what it adds in the order given.
        """
        layout, values = self.request.layout, self.values
        ends = values[[layout.row(0), layout.row(2**layout.steps - 1)]]
        rows = np.concatenate([ends[:1], step_shares.shares(layout, values), ends[1:]])
        others = {
            "alone": step_shares.alone(layout, values),
            "last": step_shares.last(layout, values),
            "in_order": step_shares.in_order(layout, values, range(layout.steps)),
        }
        told = {
            "step": [self.request.names[0], *self.steps, self.request.names[1]],
            "kind": [START, *[STEP] * layout.steps, END],
        }
        return self._told(told, rows, others)

    def _told(
        self, keys: Mapping[str, Sequence[str]], rows: Floats, others: Mapping[str, Floats]
    ) -> pd.DataFrame:
        import pandas as pd

        nothing = np.full(1, np.nan)
        parts = []
        for label, members in self.groups.items():
            found = self._spread(rows, members)
            means = {
                name: np.concatenate([nothing, self._spread(each, members).value, nothing])
                for name, each in others.items()
            }
            parts.append(
                pd.DataFrame(
                    {
                        **keys,
                        "reading": label,
                        "period": str(self.request.year),
                        "measure": self.request.measure,
                        "unit": UNITS[self.request.measure],
                        "value": found.value,
                        "low": found.low,
                        "high": found.high,
                        "half_width": found.half_width,
                        "order_error": self._order_error(members),
                        **means,
                    }
                )
            )
        return pd.concat(parts, ignore_index=True)

    def _order_error(self, members: NDArray[np.int64]) -> Floats:
        """Half-width (95 %) of the steps' shares because orders were sampled; 0 at the ends."""
        from scipy.special import stdtrit

        layout = self.request.layout
        error = np.zeros(layout.steps + 2)
        if layout.orders:
            pairs = step_shares.by_pair(layout, self.values)
            means = np.stack([self._spread(each, members).value for each in pairs])
            reach = stdtrit(len(means) - 1, 0.5 + CONFIDENCE / 2)
            error[1:-1] = reach * means.std(axis=0, ddof=1) / np.sqrt(len(means))
        return error

    @cached_property
    def interactions(self) -> pd.DataFrame:
        """What two steps bring together beyond their own parts; empty where orders were sampled.

        Columns as in `frame`, with `step` and `with`; the largest first.
        """
        import pandas as pd

        layout = self.request.layout
        pairs = step_shares.pairs_of(layout)
        columns = ["step", "with", "reading", "value", "low", "high", "half_width"]
        if not pairs:
            return pd.DataFrame(columns=columns)
        values = step_shares.interactions(layout, self.values)
        parts = []
        for label, members in self.groups.items():
            found = self._spread(values, members)
            parts.append(
                pd.DataFrame(
                    {
                        "step": [self.steps[i] for i, _ in pairs],
                        "with": [self.steps[j] for _, j in pairs],
                        "reading": label,
                        "value": found.value,
                        "low": found.low,
                        "high": found.high,
                        "half_width": found.half_width,
                    }
                )
            )
        told = pd.concat(parts, ignore_index=True)
        return told.sort_values("value", key=lambda value: -value.abs(), kind="stable")

    @cached_property
    def large_interactions(self) -> pd.DataFrame:
        """Those beyond their noise and a twentieth of the whole difference."""
        found = self.interactions
        bar = LARGE * found["reading"].map(self._whole)
        size = found["value"].abs()
        return found[(size > bar) & (size > found["half_width"].fillna(0.0)) & (size > 0)]

    @property
    def needing_others(self) -> pd.DataFrame:
        """Rows of `frame` whose steps add much more, or less, with the others than alone."""
        steps = self.frame[self.frame["kind"] == STEP]
        apart = (steps["last"] - steps["alone"]).abs()
        return steps[apart > LARGE * steps["reading"].map(self._whole)]

    @property
    def _whole(self) -> Mapping[str, float]:
        """The size of the whole difference by reading."""
        value = self.frame.set_index(["kind", "reading"])["value"]
        return {each: abs(value[END, each] - value[START, each]) for each in self.groups}

    @cached_property
    def inputs(self) -> pd.DataFrame:
        """One row an input that differs: step ('' where it changes no result), path, a, b."""
        import pandas as pd

        found = self.request.found
        rows = [(step.name, path, *change) for step in found.steps for path, change in
                step.changes.items()]  # fmt: skip
        rows += [("", path, *change) for path, change in found.without_effect.items()]
        return pd.DataFrame(rows, columns=["step", "path", "a", "b"], dtype=object)

    def __repr__(self) -> str:
        a, b = self.request.names
        return f"<Explanation: {self.request.measure} {self.request.year}, {a} to {b}>"

    def plot(self, *, lang: str | None = None) -> Any:
        """The waterfall from A to B, with intervals: a figure, in the language asked for."""
        from sim.present.explain_figures import waterfall

        with speaking(lang):
            return waterfall(self)


def check_measure(measure: str, known: Sequence[str]) -> None:
    """`InputError` where a measure is not among those that are known."""
    if measure not in known:
        told, remedy = (
            say("'{measure}' is no measure of a year", measure=measure),
            nearest(measure, known),
        )
        raise InputError(Problem("explain", "measure", told, remedy))
