"""What the answer hangs on, what to measure first, and which plan bears not knowing.

From the draws of a plan (`sim.planning.plan`) and what follows in each: how much of the
spread of each side goes with which parameter, what it would be worth to know one of them or
to measure something, where it decides whether the levers suffice, and the regret of choices.
Beside it the Sobol indices of independent groups (`sim.planning.sobol`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError, Problem
from sim.experiment.executor import Progress, Workers, silent
from sim.experiment.store import Store
from sim.planning.certainty import least_enough
from sim.planning.combinations import combinations_of, label
from sim.planning.learning import (
    Nearness,
    chance_level,
    share_of_variance,
    threshold,
    value_of_knowing,
)
from sim.planning.plan import Plan
from sim.planning.regret import WORTH, Regrets, choices_of, regrets
from sim.planning.search import enough_people
from sim.planning.sobol import Indices, sobol_indices
from sim.posterior import DRIFT
from sim.shown import Shown
from sim.words import speaking, to_say

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

FEWEST_DRAWS = 30
LEVERS_SUFFICE = "levers_suffice"
SIDES = ("posts", "orientations_to_find")
OUTPUTS = ("posts", "orientations_needed", "orientations_to_find", "levers_bring", LEVERS_SUFFICE)
# What could be counted, and the diagnostic of the draws that says what it would show.
MEASURABLE = {
    to_say("mean load of the portfolios in 2020"): "is_load",
    to_say("orientations in 2020"): "is_orientations",
    to_say("queue part of the entry delay in 2020"): "is_queue_delay",
    to_say("process part of the entry delay in 2020"): "is_process_delay",
    to_say("people who gave up in 2020"): "is_abandonments",
}


# How a parcours ends changes neither side.
OUTCOMES = ("parcours.to_employment", "parcours.to_training", "parcours.dropout")
WITH_LEVERS = ("levers_bring", LEVERS_SUFFICE)


def bears_on(parameter: str, output: str) -> bool:
    """Whether a parameter can change an output: the sizing point is without levers."""
    return output in WITH_LEVERS or not parameter.startswith("levers.")


@dataclass(frozen=True, repr=False)
class Sensitivity(Shown):
    """What a plan on draws hangs on; frames are made when they are asked for.

    worth: of an entry short of the target, in what an entry costs today; lever: cost of one
    lever in posts (both decide regrets alone).
    """

    shown_by: ClassVar[str] = "sensitivity_text.sensitivity"

    plan: Plan
    sobol: Indices | None
    worth: float
    lever: float | None

    @cached_property
    def weights(self) -> Floats:
        """Weights of the draws that have a sizing point; they sum to 1."""
        assert self.plan.draws is not None
        weights = np.where(self._sized, self.plan.draws.weights, 0.0)[self._sized]
        return np.asarray(weights / weights.sum())

    @cached_property
    def _sized(self) -> NDArray[np.bool_]:
        return np.asarray(np.isfinite(self.plan.frame["posts"].to_numpy(dtype=np.float64)))

    @cached_property
    def inputs(self) -> dict[str, Floats]:
        """What is not known, by name [draw]: parameters, drifts as ratios, what can be measured."""
        sample = self.plan.posterior
        assert sample is not None
        year, count = self.plan.scenario.target.year, len(self.plan.answers)
        paths = [each.path for each in sample.parameters]
        found: dict[str, Floats] = {}
        for k, each in enumerate(sample.parameters):
            values = sample.values[:count, k]
            if each.kind == DRIFT:
                if not each.path.endswith(f".{year}"):
                    continue
                before = each.path.removesuffix(str(year)) + "2020"
                ratio = values / sample.values[:count, paths.index(before)]
                found[f"{before.removesuffix('.2020')} {year} / 2020"] = ratio[self._sized]
                continue
            if each.path not in OUTCOMES:
                found[each.path] = values[self._sized]
        return {name: x for name, x in found.items() if len(np.unique(x)) > 2}

    @cached_property
    def measurable(self) -> dict[str, Floats]:
        """What could be counted, by name [draw]."""
        sample, count = self.plan.posterior, len(self.plan.answers)
        assert sample is not None
        return {
            name: sample.diagnostics[column][:count][self._sized]
            for name, column in MEASURABLE.items()
            if column in sample.diagnostics
        }

    @cached_property
    def outputs(self) -> dict[str, Floats]:
        """Sides of the answer by name [draw]; whether the levers suffice as 0 or 1."""
        frame = self.plan.frame
        found = {name: frame[name] for name in OUTPUTS if name in frame}
        if "least_posts_with_levers" in frame:
            enough = np.isfinite(frame["least_posts_with_levers"].to_numpy(dtype=np.float64))
            found[LEVERS_SUFFICE] = enough.astype(np.float64)
        return {name: np.asarray(y, dtype=np.float64)[self._sized] for name, y in found.items()}

    @cached_property
    def variance(self) -> pd.DataFrame:
        """One row a parameter: share of the variance of each output that goes with it."""
        import pandas as pd

        rows = [
            {"parameter": name}
            | {
                output: share_of_variance(x, y, self.weights) if bears_on(name, output) else 0.0
                for output, y in self.outputs.items()
            }
            for name, x in self.inputs.items()
        ]
        return pd.DataFrame(rows)

    @cached_property
    def variance_by_chance(self) -> dict[str, float]:
        """Of each output, the share that a number without meaning shows once in a hundred."""
        return {
            output: chance_level(share_of_variance, y, self.weights)
            for output, y in self.outputs.items()
        }

    @cached_property
    def value_by_chance(self) -> dict[str, float]:
        """Of each side, the share of the loss that such a number seems to save."""
        return {
            side: chance_level(
                lambda x, y, weights: value_of_knowing(x, y, weights).share,
                self.outputs[side],
                self.weights,
            )
            for side in SIDES
        }

    @cached_property
    def value(self) -> pd.DataFrame:
        """One row a thing to know and side: what knowing it is worth before P80 is chosen.

        expected: the P80 that would be chosen on average; share: of the loss that full
        knowledge would save; measurable: whether it could be counted as it stands.
        """
        import pandas as pd

        rows = []
        for known, named in ((False, self.inputs), (True, self.measurable)):
            for name, x in named.items():
                for side in SIDES:
                    if not bears_on(name, side):
                        continue
                    found = value_of_knowing(x, self.outputs[side], self.weights)
                    rows.append(
                        {
                            "know": name,
                            "measurable": known,
                            "side": side,
                            "p80": found.before,
                            "expected_p80": found.expected,
                            "saved": found.saved,
                            "share": found.share,
                        }
                    )
        return pd.DataFrame(rows).sort_values(["side", "share"], ascending=False, ignore_index=True)

    @cached_property
    def thresholds(self) -> pd.DataFrame:
        """One row a parameter: where the levers' probability to suffice crosses one half.

        at: the parameter there (NaN: nowhere); low, high: the probability at its 5 % and 95 %
        quantile. Ordered by how much it changes.
        """
        import pandas as pd

        happens = self.outputs.get(LEVERS_SUFFICE)
        if happens is None:
            return pd.DataFrame(columns=["parameter", "at", "low", "high"])
        rows = []
        for name, x in self.inputs.items():
            found = threshold(x, happens, self.weights)
            rows.append({"parameter": name, "at": found.at, "low": found.low, "high": found.high})
        frame = pd.DataFrame(rows)
        order = (frame["high"] - frame["low"]).abs().sort_values(ascending=False).index
        return frame.loc[order].reset_index(drop=True)

    @cached_property
    def regrets(self) -> Regrets:
        """Costs of choices of posts and levers in every draw with a sizing point."""
        answers = [a for a, there in zip(self.plan.answers, self._sized, strict=True) if there]
        today = least_enough(
            np.array([float(each.today_posts) for each in answers]), self.weights, 0.5
        )
        choices = choices_of(today, combinations_of(self.plan.levers))
        return regrets(answers, choices, self.worth, self.lever)

    @cached_property
    def choices(self) -> pd.DataFrame:
        """One row a choice, the least regret first.

        mean, p95, worst_reading: regret in posts, on average over the draws, with 95 %, and on
        average under the reading where it is largest. probability: that the target is met.
        """
        import pandas as pd

        found, labels = self.regrets, np.array([each.reading for each in self.plan.answers])
        labels, regret = labels[self._sized], found.regret
        people = float(self.plan.scenario.target.people)
        enough = enough_people(self.plan.scenario.target)
        by_label = {
            name: self.weights[labels == name]
            @ regret[labels == name]
            / self.weights[labels == name].sum()
            for name in dict.fromkeys(labels)
            if self.weights[labels == name].sum() > 0
        }
        worst = np.max(list(by_label.values()), axis=0)
        rows = []
        for k, choice in enumerate(found.choices):
            rows.append(
                {
                    "posts": choice.posts,
                    "levers": "+".join(choice.levers),
                    "label": label(choice.levers),
                    "mean": float(self.weights @ regret[:, k]),
                    "p95": least_enough(regret[:, k], self.weights, 0.95),
                    "worst_reading": float(worst[k]),
                    "probability": float(self.weights @ (found.reached[:, k] >= enough)),
                    "reached": float(self.weights @ np.minimum(found.reached[:, k], people)),
                    **{f"regret {name}": float(value[k]) for name, value in by_label.items()},
                }
            )
        return pd.DataFrame(rows).sort_values("mean", ignore_index=True)

    @cached_property
    def turning_points(self) -> pd.DataFrame:
        """Where the best choice on average changes as one parameter is known: one row a change.

        saved: posts saved on average if it were known before choosing (judged on draws that had
        no part in the choice); parameters that save nothing are left out.
        """
        import pandas as pd

        found = self.regrets
        best = int(np.argmin(self.weights @ found.cost))
        rows = []
        for name, x in self.inputs.items():
            near = Nearness.of(x, self.weights).weights @ found.cost
            chosen = near.argmin(axis=1)
            drawn = np.arange(len(chosen))
            saved = float(self.weights @ (found.cost[:, best] - found.cost[drawn, chosen]))
            if saved <= 0:
                continue
            order = np.argsort(x)
            ends = [order[int(0.1 * len(order))], order[int(0.9 * len(order))]]
            low, high = (found.choices[chosen[end]] for end in ends)
            rows.append(
                {
                    "parameter": name,
                    "saved": saved,
                    "low": float(x[ends[0]]),
                    "posts_at_low": low.posts,
                    "levers_at_low": label(low.levers),
                    "high": float(x[ends[1]]),
                    "posts_at_high": high.posts,
                    "levers_at_high": label(high.levers),
                    "changes_at": _change(x, chosen),
                }
            )
        columns = ["parameter", "saved", "low", "posts_at_low", "levers_at_low", "high",
                   "posts_at_high", "levers_at_high", "changes_at"]  # fmt: skip
        return pd.DataFrame(rows, columns=columns).sort_values(
            "saved", ascending=False, ignore_index=True
        )

    def __repr__(self) -> str:
        return f"<Sensitivity of {self.plan!r}>"

    def plot(self, *, lang: str | None = None) -> Any:
        """What the sides hang on, what to measure, and the regret of choices: a figure."""
        from sim.present.sensitivity_figures import sensitivity_figure

        with speaking(lang):
            return sensitivity_figure(self)


def _change(x: Floats, chosen: NDArray[np.int64]) -> float:
    """The value of x that best parts the draws with the low end's choice from the others."""
    order = np.argsort(x)
    first = chosen[order[int(0.1 * len(order))]]
    like = (chosen[order] == first).astype(np.float64)
    if like.min() == like.max():
        return float("nan")
    before = np.cumsum(2 * like - 1)
    return float(x[order][int(np.argmax(before))])


def sensitivity(
    plan: Plan,
    *,
    sobol: bool = True,
    samples: int | None = None,
    worth: float = WORTH,
    lever: float | None = None,
    workers: Workers | None = None,
    store: Store | None = None,
    progress: Progress = silent,
) -> Sensitivity:
    """What a plan on draws hangs on. `InputError` for plans under readings or with few draws.

    `sobol=False` leaves out the indices of groups, which take a minute or two (`samples` of
    them times the groups and two). `progress(n)` after every n of these.
    """
    if plan.draws is None or plan.posterior is None:
        told = "was made under readings: nothing varies in them"
        raise InputError(Problem("sensitivity", "plan", told, "plan with reading='posterior'"))
    checked(len(plan.draws), worth, lever, samples)
    sized = [each for each in plan.answers if each.sizing]
    if len(sized) < FEWEST_DRAWS:
        told = f"has a sizing point in {len(sized)} draws only: the target is out of reach"
        raise InputError(Problem("sensitivity", "plan", told, "plan for fewer people"))
    indices = None
    if sobol:
        size = {} if samples is None else {"samples": samples}
        simulated = {
            side: plan.frame[side].to_numpy(dtype=np.float64)
            for side in ("posts", "orientations_needed", "orientations_to_find")
        }
        indices = sobol_indices(
            plan.scenario, plan.posterior, plan.levers, simulated=simulated,
            workers=workers, store=store, progress=progress, **size,
        )  # fmt: skip
    return Sensitivity(plan, indices, worth, lever)


def checked(
    draws: int, worth: float = WORTH, lever: float | None = None, samples: int | None = None
) -> None:
    """`InputError` with what is wrong with the arguments, before anything is run."""
    problems = [
        Problem("sensitivity", name, f"is {value:g}, must be {least}", "see --help")
        for name, value, least, wrong in (
            ("worth", worth, "above 0", not worth > 0),
            ("lever", lever or 0.0, "0 or more", lever is not None and lever < 0),
            ("samples", samples or 2, "a power of two from 8 on", not _power(samples)),
        )
        if wrong
    ]
    if draws < FEWEST_DRAWS:
        told = f"{draws} are too few to tell what hangs on what"
        problems.append(Problem("sensitivity", "draws", told, f"plan with {FEWEST_DRAWS} or more"))
    if problems:
        raise InputError(problems)


def _power(samples: int | None) -> bool:
    return samples is None or (samples >= 8 and samples & (samples - 1) == 0)
