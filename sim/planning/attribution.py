"""What the levers bring: a question asked, its runs, the search where a lever is saturated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sim.experiment.executor import Progress, Workers, silent
from sim.experiment.store import Store
from sim.parameters import POSTERIOR
from sim.planning.attributed import Attribution, Group
from sim.planning.lever_question import Question, asked
from sim.planning.lever_runs import run_unit
from sim.planning.saturation import NEARLY_NOTHING, Onset, onset
from sim.posterior import Posterior
from sim.scenario import Scenario

FEW = 8


def attribution(
    scenario: Scenario,
    posts: int | None = None,
    *,
    levers: str | Sequence[str] = "all",
    year: int | None = None,
    measure: str = "entries",
    reading: str = POSTERIOR,
    draws: int | None = None,
    replications: int | None = None,
    posterior: Posterior | Path | str | None = None,
    seed: int = 1,
    engine: str = "compiled",
    store: Store | Path | str | None = None,
    workers: Workers | None = None,
    progress: Progress = silent,
) -> Attribution:
    """What each lever brings at stated posts, alone and together: all combinations are run.

    posts: funded posts at the end of hiring; by default the scenario's, or today's where
    it sets none. levers: 'all', or names; the others are off. Intensities are the scenario's
    own, 1 where it has none. year, measure: of the comparison; by default the target's year
    and entries. reading, draws (40), replications (2; 4 of a reading), posterior: as in
    `sim.simulate`. store: a folder that keeps every draw and replication; what it holds is
    not run again.
    `progress` is called with the runs done. Raises `InputError` on bad arguments.
    """
    question = asked(
        scenario,
        posts,
        levers=levers,
        year=year,
        measure=measure,
        reading=reading,
        draws=draws,
        replications=replications,
        posterior=posterior,
        seed=seed,
        engine=engine,
        store=store,
    )
    return answered(question, workers, progress)


def answered(
    question: Question, workers: Workers | None = None, progress: Progress = silent
) -> Attribution:
    """Run what a question takes: all units, then the search where a lever is saturated."""
    on = workers or Workers()
    found = Attribution(question, on.map_with_progress(run_unit, question.units, progress))
    onsets = {
        (group.label, lever): _onset(question, group, lever, on, progress)
        for group, lever in found.saturated
    }
    return replace(found, onsets=onsets)


def _onset(
    question: Question, group: Group, lever: str, workers: Workers, progress: Progress
) -> Onset:
    """Where a lever begins to bring something, on a few of the group's draws."""
    replications = range(question.design.replications)
    pairs = [(k, repetition) for repetition in replications for k in range(len(group.members))]
    few = pairs[:FEW]
    return onset(
        [question.unit(int(group.members[k]), repetition, ()) for k, repetition in few],
        group.draws.weights[[k for k, _ in few]],
        question.levers,
        lever,
        (question.posts, question.most_posts),
        question.measure,
        NEARLY_NOTHING,
        workers,
        progress,
    )
