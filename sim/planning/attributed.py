"""What each lever brings at stated posts, and what they bring by being used together.

Every draw (or reading) is run with all combinations of the levers on common random
numbers. From their values come each lever alone, added last, its Shapley share, and pairs
(`shapley.py`). What all bring beyond the sum of each alone falls into three parts that sum
to it exactly:

- emerges: the same with effects that add up and without facilitation. Nothing in the effects
  themselves acts together there; what is left comes from queues, patience, the floor
  of the process delay (and, for stocks, from stays);
- composition: that effects multiply: all but facilitation, multiplying against adding up;
- facilitation: what it brings, acting only through the others.

The last two are built in: assumed with the effects, not found by the simulation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from sim.experiment.credible import spread
from sim.levers import FACILITATION
from sim.measures.frames import UNITS
from sim.parameters import POSTERIOR
from sim.planning import shapley
from sim.planning.combinations import combinations_of
from sim.planning.lever_question import Question
from sim.planning.lever_runs import (
    BETWEEN_LEVERS,
    DELAY,
    Point,
    nearly_all,
)
from sim.planning.saturation import SATURATED, SATURATING, Onset, verdict
from sim.posterior import Draws
from sim.shown import Shown
from sim.words import speaking

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Drawn = Literal["combinations", "shares"]

FEWEST_TO_COMPARE = 0.005  # of the value without levers: with less, no ratio to it is told


@dataclass(frozen=True)
class Group:
    """Draws that are told together, or one reading.

    whole: all draws, or a reading: not a label's part of the draws. weight: the label's
    among all draws; NaN for a reading, which has none.
    """

    label: str
    members: Ints
    draws: Draws
    weight: float
    whole: bool


@dataclass(frozen=True, repr=False)
class Attribution(Shown):
    """What the levers bring. `runs`: one frame a unit, in the order of the question's units.

    Frames have one row a `reading` ('posterior' for all draws together, then each label; or
    each point fit) and thing told, with `value`, the ends `low` and `high` of the 90 %
    credible interval over the draws, and `half_width` (95 %) of the simulation's noise in
    `value`: NaN with one replication. Point fits have no credible interval.
    """

    shown_by: ClassVar[str] = "levers_text.attribution"

    question: Question
    runs: Sequence[pd.DataFrame]
    onsets: Mapping[tuple[str, str], Onset] = field(default_factory=dict)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Every run: reading, draw, replication, levers, posts, composition, all measures."""
        import pandas as pd

        parts = []
        design = self.question.design
        for k, each in enumerate(self.runs):
            case = design.cases[k // design.replications]
            labels = pd.DataFrame(
                {
                    "reading": case.reading,
                    "draw": case.draw,
                    "replication": k % design.replications,
                },
                index=each.index,
            )
            parts.append(pd.concat([labels, each], axis=1))
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """All draws together, then each label's; or the readings one by one."""
        design = self.question.design
        if design.posterior is None:
            return tuple(
                Group(
                    case.reading,
                    np.array([k]),
                    Draws(np.ones(1), (case.reading,)),
                    float("nan"),
                    True,
                )
                for k, case in enumerate(design.cases)
            )
        draws = design.posterior.first(design.draws)
        found = [Group(POSTERIOR, np.arange(len(draws)), draws, 1.0, True)]
        for label, members in draws.of_each_reading().items():
            weight = float(draws.weights[members].sum())
            if weight > 0:
                some = Draws(draws.weights[members] / weight, (label,) * len(members))
                found.append(Group(label, members, some, weight, False))
        return tuple(found)

    def at(self, points: Sequence[Point], measure: str | None = None) -> Floats:
        """Values [case, replication, point] of a measure."""
        keys = [(BETWEEN_LEVERS.join(each.levers), *_how(each)) for each in points]
        found = np.empty((len(self.runs), len(keys)))
        for k, frame in enumerate(self.runs):
            columns = [frame[name] for name in ("levers", "posts", "composition", "response")]
            row = {key: place for place, key in enumerate(zip(*columns, strict=True))}
            values = frame[measure or self.question.measure].to_numpy(dtype=np.float64)
            found[k] = values[[row[key] for key in keys]]
        design = self.question.design
        return found.reshape(len(design.cases), design.replications, len(keys))

    @cached_property
    def games(self) -> Mapping[str, Floats]:
        """Values [case, replication, combination], in the order of `combinations_of`.

        'all': of all levers; 'multiplied': of all but facilitation; 'added': the same with
        effects that add up.
        """
        levers, posts = self.question.levers, self.question.posts
        some = combinations_of([name for name in levers if name != FACILITATION])
        return {
            "all": self.at([Point(each, posts) for each in combinations_of(levers)]),
            "multiplied": self.at([Point(each, posts) for each in some]),
            "added": self.at(
                [Point(each, posts, "added" if len(each) > 1 else "multiplied") for each in some]
            ),
        }

    @cached_property
    def combinations(self) -> pd.DataFrame:
        """Every combination, by names joined with '+'.

        `what`: its 'value'; 'more', what it brings beyond none; 'sum_of_alone' of its levers.
        """
        levers, game = self.question.levers, self.games["all"]
        some = combinations_of(levers)
        used = np.array([[name in each for each in some] for name in levers], dtype=np.float64)
        kinds = {
            "value": game,
            "more": game - game[..., :1],
            "sum_of_alone": shapley.alone(game) @ used,
        }
        return self._told(
            [
                {"levers": BETWEEN_LEVERS.join(each), "what": kind}
                for kind in kinds
                for each in some
            ],
            np.concatenate(list(kinds.values()), axis=-1),
        )

    @cached_property
    def shares(self) -> pd.DataFrame:
        """Of each lever: alone, last in, its Shapley share, and what that is made of.

        `what`: 'alone', 'last_in', 'share'; the share is alone + 'emergent' + 'composition' +
        'facilitation', its parts of the three ways of acting together.
        """
        game, levers = self.games["all"], self.question.levers
        kinds = {
            "alone": shapley.alone(game),
            "last_in": shapley.last_in(game),
            "share": shapley.shapley(game),
            **self._parts_of_shares(),
        }
        return self._told(
            [{"lever": name, "what": kind} for kind in kinds for name in levers],
            np.concatenate(list(kinds.values()), axis=-1),
        )

    def _parts_of_shares(self) -> Mapping[str, Floats]:
        """What acting together puts into each share [case, replication, lever]."""
        game, levers = self.games["all"], self.question.levers
        others = [k for k, name in enumerate(levers) if name != FACILITATION]
        parts = {kind: np.zeros((*game.shape[:2], len(levers))) for kind in ("added", "multiplied")}
        for kind, found in parts.items():
            found[..., others] = shapley.shapley(self.games[kind])
        alone = shapley.alone(game)
        of_others = np.where([name != FACILITATION for name in levers], alone, 0.0)
        return {
            "emergent": parts["added"] - of_others,
            "composition": parts["multiplied"] - parts["added"],
            "facilitation": shapley.shapley(game) - parts["multiplied"] - (alone - of_others),
        }

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """Of each pair: what both bring beyond each of them.

        `what`: 'alone_together' with no other lever there; 'interaction', the mean over all
        companies of other levers (Shapley interaction index); 'emergent', that index
        with effects that add up and without facilitation (no row with facilitation).
        """
        levers = self.question.levers
        others = [name for name in levers if name != FACILITATION]
        told: list[tuple[str, Sequence[str], Floats]] = [
            ("alone_together", levers, shapley.alone_together(self.games["all"])),
            ("interaction", levers, shapley.interaction(self.games["all"])),
            ("emergent", others, shapley.interaction(self.games["added"])),
        ]
        return self._told(
            [
                {"lever": names[one], "other": names[other], "what": kind}
                for kind, names, _ in told
                for one, other in shapley.pairs_of(len(names))
            ],
            np.concatenate([values for _, _, values in told], axis=-1),
        )

    @cached_property
    def together(self) -> pd.DataFrame:
        """What all bring, against the sum of what each brings alone.

        `what`: 'none', 'all' (values); 'more' = all − none; 'sum_of_alone'; 'together' =
        more − sum_of_alone = 'emergent' + 'built_in'; 'built_in' = 'composition' +
        'facilitation'; 'ratio' = more / sum_of_alone, of the means, with the interval of the
        draws' ratios: none where in some draw the levers alone bring too little to compare with.
        """
        game, multiplied, added = (self.games[k] for k in ("all", "multiplied", "added"))
        sum_of_alone = shapley.alone(game).sum(axis=-1)
        beyond, emergent = shapley.together(game), shapley.together(added)
        composition = multiplied[..., -1] - added[..., -1]
        rows = {
            "none": game[..., 0],
            "all": game[..., -1],
            "more": game[..., -1] - game[..., 0],
            "sum_of_alone": sum_of_alone,
            "together": beyond,
            "emergent": emergent,
            "built_in": beyond - emergent,
            "composition": composition,
            "facilitation": beyond - emergent - composition,
            "ratio": self._ratio(),
        }
        found = self._told([{"what": kind} for kind in rows], np.stack(list(rows.values()), -1))
        wide = found.pivot_table(index="reading", columns="what", values="value", sort=False)
        ratio = found["what"] == "ratio"
        of_means = found["reading"].map(wide["more"] / wide["sum_of_alone"])
        found["value"] = np.where(ratio & found["value"].notna(), of_means, found["value"])
        found.loc[ratio, "unit"] = "factor"
        return found

    def _ratio(self) -> Floats:
        """What all bring against the sum of each alone; NaN throughout where that is too little."""
        game = self.games["all"]
        sums = shapley.alone(game).sum(axis=-1)
        little = sums.mean(axis=1) <= FEWEST_TO_COMPARE * np.abs(game[..., 0].mean(axis=1))
        if little.any() or (sums <= 0).any():
            return np.full_like(sums, np.nan)
        return np.asarray((game[..., -1] - game[..., 0]) / sums)

    @cached_property
    def delays(self) -> pd.DataFrame:
        """What shorter entry delays bring alone, and through what; empty without that lever.

        `what`: 'alone' = 'through_patience' (the same without the response of the prescribers)
        + 'response'; 'fewer_give_up': fewer abandonments without that response.
        """
        levers, posts = self.question.levers, self.question.posts
        if DELAY not in levers:
            return self._told([], np.zeros((*self.games["all"].shape[:2], 0)))
        points = [Point((), posts), Point((DELAY,), posts), Point((DELAY,), posts, response=False)]
        none, alone, unanswered = np.moveaxis(self.at(points), -1, 0)
        lost, _, kept = np.moveaxis(self.at(points, "abandonments"), -1, 0)
        rows = {
            "alone": alone - none,
            "through_patience": unanswered - none,
            "response": alone - unanswered,
            "fewer_give_up": lost - kept,
        }
        found = self._told([{"what": kind} for kind in rows], np.stack(list(rows.values()), -1))
        found.loc[found["what"] == "fewer_give_up", "unit"] = UNITS["abandonments"]
        return found

    @cached_property
    def saturation(self) -> pd.DataFrame:
        """Of each lever added last: what it brings here, and where posts are plentiful.

        `here`, `plenty`: means with the half-widths of their noise; `verdict` in a word
        (`sim.planning.saturation`); where it is 'saturated' the posts from which on the
        lever brings a fifth of `plenty`, the places that go with them, and the simulated share
        there. Of entries and people supported; empty for other measures.
        """
        import pandas as pd

        asked_for = self.question
        if asked_for.measure not in SATURATING:
            return pd.DataFrame(columns=["reading", "lever", "here", "plenty", "verdict"])
        here = shapley.last_in(self.games["all"])
        most = [Point(each, asked_for.most_posts) for each in nearly_all(asked_for.levers)]
        at_most = self.at(most)
        plenty = at_most[..., :1] - at_most[..., 1:]
        rows = []
        for group in self.groups:
            if not group.whole:
                continue
            none = float(self._of(group, self.games["all"][..., :1]).value[0])
            ends = self._of(group, here), self._of(group, plenty)
            for k, lever in enumerate(asked_for.levers):
                values = float(ends[0].value[k]), float(ends[1].value[k])
                found = self.onsets.get((group.label, lever))
                rows.append(
                    {
                        "reading": group.label,
                        "lever": lever,
                        "here": values[0],
                        "here_half_width": float(ends[0].half_width[k]),
                        "plenty": values[1],
                        "plenty_half_width": float(ends[1].half_width[k]),
                        "verdict": verdict(*values, none),
                        "onset_posts": found.posts if found else float("nan"),
                        "onset_places": found.places if found else float("nan"),
                        "onset_share": found.share if found else float("nan"),
                    }
                )
        return pd.DataFrame(rows)

    @property
    def saturated(self) -> list[tuple[Group, str]]:
        """The levers that bring nearly nothing here and more where posts are plentiful."""
        found = self.saturation
        of = {group.label: group for group in self.groups}
        return [
            (of[reading], lever)
            for reading, lever, told in zip(
                found["reading"], found["lever"], found["verdict"], strict=True
            )
            if told == SATURATED
        ]

    def _of(self, group: Group, values: Floats) -> Any:
        """The spread of values [case, replication, row] over a group, by row."""
        mine = np.moveaxis(values[group.members], -1, 0)
        return spread(mine, group.draws.weights, tells_an_interval=group.draws.tell_an_interval)

    def _told(self, rows: Sequence[Mapping[str, str]], values: Floats) -> pd.DataFrame:
        """A tidy frame of values [case, replication, row], each group after the other."""
        import pandas as pd

        parts = []
        for group in self.groups:
            found = self._of(group, values)
            parts.append(
                pd.DataFrame(list(rows)).assign(
                    reading=group.label,
                    value=found.value,
                    low=found.low,
                    high=found.high,
                    half_width=found.half_width,
                    unit=UNITS[self.question.measure],
                    weight=group.weight,
                    draws=len(group.members),
                    replications=self.question.design.replications,
                )
            )
        together = pd.concat(parts, ignore_index=True)
        return together[["reading", *(name for name in together if name != "reading")]]

    def __repr__(self) -> str:
        design = self.question.design
        levers, cases = len(self.question.levers), len(design.cases)
        on = "reading(s)" if design.posterior is None else "draws"
        return f"<Attribution: {levers} lever(s), {cases} {on} × {design.replications} run(s)>"

    def plot(
        self, shown: Drawn = "combinations", reading: str | None = None, *, lang: str | None = None
    ) -> Any:
        """A figure: the 'combinations' in order, or the 'shares' of the levers.

        reading: a label of the frames; by default all draws together, or the first reading.
        """
        from sim.present.levers_figures import combinations_figure, shares_figure

        draw = combinations_figure if shown == "combinations" else shares_figure
        with speaking(lang):
            return draw(self, reading or self.groups[0].label)


def _how(point: Point) -> tuple[int, str, bool]:
    return point.posts, point.composition, point.response
