"""Plans whose answers are a formula of the draws: nothing is simulated."""

from __future__ import annotations

from datetime import date

import numpy as np

from sim.planning.brought import Brought
from sim.planning.combinations import combinations_of
from sim.planning.evaluate import Evaluation
from sim.planning.plan import Plan
from sim.planning.sizing import SizingPoint
from sim.planning.world import Answer
from sim.posterior import posterior
from sim.scenario_files import load

YEAR = 2022
MOST = 3500
LEVERS = ("shared_target", "open_to_social_actors")
MEASURES = ("entries", "people_supported", "orientations", "queue_delay", "load", "stock",
            "funded_posts", "portfolios", "entry_delay")  # fmt: skip


def evaluation(posts: int, multiplier: float, entries: float, orientations: float) -> Evaluation:
    values = dict.fromkeys(MEASURES, 1.0) | {"entries": entries, "orientations": orientations}
    values |= {"stock": 40.0 * posts, "funded_posts": float(posts), "portfolios": 0.97 * posts}
    return Evaluation(posts, multiplier, {YEAR: values}, {YEAR: dict.fromkeys(values, 0.0)})


def made_up_plan(draws: int = 120) -> Plan:
    """Posts go with the true stay, orientations left to find with ε and the drift of 2022.

    Each lever brings 20 %; both suffice where less than 44 % is left to find.
    """
    scenario, sample = load("target-2022"), posterior(None)
    paths = [each.path for each in sample.parameters]

    def column(path: str) -> np.ndarray:
        return sample.values[:draws, paths.index(path)]

    stay = column("parcours.true_to_published")
    response = column("orientations.supply_response")
    drift = column("orientations.per_year.2022") / column("orientations.per_year.2020")
    answers = tuple(
        _answer(
            k, sample.readings[k], scenario.target,
            round(2000 * stay[k]), 2.4 / (1 + response[k]) / drift[k] ** 0.3,
        )
        for k in range(draws)
    )  # fmt: skip
    return Plan(
        scenario, LEVERS, answers, sample.first(draws), sample,
        seed=1, replications=1, engine="compiled",
    )  # fmt: skip


def _answer(k: int, label: str, target, posts: int, to_find: float) -> Answer:
    alone = 240_000 / to_find
    sizing = SizingPoint(
        posts, 1, float("nan"), to_find, "queue",
        evaluation(posts, to_find, 200_000, 240_000), ((0.3, 0.7), (-4.5, 5.0)),
    )  # fmt: skip

    def brought(names) -> Brought:
        factor = 1.2 ** len(names)
        entries = min(200_000 * factor / to_find, 230_000)
        enough = factor >= to_find
        return Brought(
            names, factor, evaluation(posts, 1.0, entries, alone * factor),
            1.1 * 200_000 * factor / to_find,
            float(posts) if enough else np.inf, 1.0,
        )  # fmt: skip

    return Answer(
        label, k, target, date(2021, 1, 1), 1170, MOST,
        evaluation(1170, 1.0, 95_000, 110_000), sizing, sizing,
        brought=tuple(brought(names) for names in combinations_of(LEVERS)),
    )  # fmt: skip
