"""The panel: what a move takes beside the simulation that it stands for, how near it comes.

    python tests/benchmarks/panel.py [SCENARIO]
    python tests/benchmarks/panel.py target-2022 --settings 48 --seed 1
    python tests/benchmarks/panel.py departement-haute-marne --chance 16 --draws 8

Moves: each kind of control, new values round after round; processor seconds of everything up to
the text with its picture, and how many times as long the same plan takes simulated.
Settings: plans at random (posts, places, intensities, first days, year, reading) emulated with the
scenario's own plan simulated, and then simulated too: by how much the mean over the draws was
off, and how often no more than the mark says.
Chance: today's posts less one and the scenario's own plan, simulated with other random numbers:
how the mean over the draws moves, beside that of as many people who enter alone.
`sim.planner.answer` holds what comes out.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import count

import numpy as np
from measuring import in_turn, ratio

import sim
from sim.experiment.executor import Workers
from sim.levers import NAMES
from sim.planner.answer import MEASURES, Answer
from sim.planner.answers import Answers
from sim.planner.choices import Choices
from sim.planner.words import told

ROUNDS = 7
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
MOST_MORE_PLACES = 15
NEAR_POSTS = 0.13  # of the own plan's
QUANTILES = (0.5, 0.9, 1.0)


def new(scenario: sim.Scenario, draws: int, seed: int = 1) -> Answers:
    """Answers that run in one process."""
    return Answers(scenario, draws, seed, workers=Workers(1))


def moves(scenario: sim.Scenario, draws: int) -> None:
    """Print what moves take."""
    answers, apart = new(scenario, draws), new(scenario, draws)
    own, number = answers.opening, count(1)
    answers.simulate(own)

    def move(choices_of: Callable[[int], Choices]) -> None:
        choices = choices_of(next(number))
        told(answers.answer(choices), answers.own(choices))

    def simulated() -> None:
        apart.simulate(replace(own, posts=own.posts + next(number)))

    def eased(k: int) -> tuple[float, ...]:
        return (1 - k / 1000, *own.intensities[1:])

    works = {
        "posts": lambda: move(lambda k: replace(own, posts=own.posts - k)),
        "places": lambda: move(lambda k: replace(own, posts=own.posts - k, more_places=k % 20 + 1)),
        "a lever": lambda: move(lambda k: replace(own, intensities=eased(k))),
        "people of the target": lambda: move(lambda k: replace(own, people=own.people - k)),
        "simulated": simulated,
    }
    taken = in_turn(works, ROUNDS)
    print(f"{draws} draws, {ROUNDS} rounds; simulated: {np.median(taken['simulated']):.1f} s")
    for name in list(works)[:-1]:
        slower = ratio(taken["simulated"], taken[name])
        print(f"a move of {name}: {np.median(taken[name]):.3f} s, simulated takes {slower} as long")


def plans(answers: Answers, settings: int, seed: int, reach: tuple[float, float]) -> Iterator:
    """Plans at random; every third near the scenario's own."""
    random, own, today = np.random.default_rng(seed), answers.opening, answers.today
    readings = list(answers.members)
    for k in range(settings):
        year = own.year + int(random.integers(0, 3))
        starts = tuple(
            date(int(random.integers(own.year - 1, year + 1)), int(random.integers(1, 13)), 1)
            for _ in NAMES
        )
        posts = round(today * float(random.uniform(*reach)))
        places = int(random.integers(-MOST_MORE_PLACES, MOST_MORE_PLACES + 1))
        shares = tuple(float(each) for each in random.choice(SHARES, len(NAMES)))
        plan = Choices(max(1, posts), places, shares, starts, own.people, year)
        if k % 3 == 2:
            posts = round(own.posts * (1 + NEAR_POSTS * float(random.uniform(-1, 1))))
            easier = tuple(
                max(0.0, mine - 0.2 * share)
                for mine, share in zip(own.intensities, shares, strict=True)
            )
            plan = replace(own, posts=posts, more_places=places // 5, intensities=easier)
        yield replace(plan, reading=readings[k % len(readings)])


def settings(
    scenario: sim.Scenario, draws: int, wanted: int, seed: int, reach: tuple[float, float]
) -> None:
    """Print how near what is emulated comes to what is simulated."""
    known = new(scenario, draws)
    known.simulate(known.opening)
    pairs: list[tuple[Answer, Answer]] = []
    for plan in plans(known, wanted, seed, reach):
        emulated, simulated = known.answer(plan), new(scenario, draws).simulate(plan)
        pairs.append((emulated, simulated))
        off = ", ".join(f"{name} {100 * _off(emulated, simulated, name):+.1f}" for name in MEASURES)
        print(
            f"{plan.posts} posts, {plan.more_places:+d} places, {plan.intensities}, "
            f"{[str(day)[:7] for day in plan.starts]}, {plan.year}, {plan.reading}: {off} %; "
            f"probability {emulated.probability:.2f}, simulated {simulated.probability:.2f}",
            flush=True,
        )
    for group in (True, False):
        some = [each for each in pairs if (each[0].choices.posts >= known.today) is group]
        print(f"\n{'today s posts or more' if group else 'fewer'}: {len(some)} settings")
        for name in MEASURES if some else ():
            off = [abs(_off(*each, name)) for each in some]
            held = sum(abs(a.mean(name) - b.mean(name)) <= a.off(name) for a, b in some)
            told_off = ", ".join(f"{100 * v:.1f}" for v in np.quantile(off, QUANTILES))
            print(f"{name}: {told_off} % (half, nine of ten, all); within what is said: {held}")


def chance(scenario: sim.Scenario, draws: int, seeds: int) -> None:
    """Print how simulated means move with other random numbers, times as much as by entries."""
    first = new(scenario, draws)
    for posts in (first.opening.posts, max(1, first.today - 1)):
        plan = replace(first.opening, posts=posts)
        found = [new(scenario, draws, seed).simulate(plan) for seed in range(1, seeds + 1)]
        for name in MEASURES:
            means = np.array([each.mean(name) for each in found])
            alone = 1 / np.sqrt(found[0].mean("entries") * found[0].drawn.effective)
            moved = means.std(ddof=1) / means.mean()
            print(f"{posts} posts, {name}: {100 * moved:.2f} %, {moved / alone:.2f} times")


def _off(emulated: Answer, simulated: Answer, name: str) -> float:
    return emulated.mean(name) / simulated.mean(name) - 1


def main() -> None:
    """Run what is asked for and print it."""
    asked = argparse.ArgumentParser()
    asked.add_argument("scenario", nargs="?", default="target-2022")
    asked.add_argument("--draws", type=int, default=20)
    asked.add_argument("--settings", type=int, default=0)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--reach", type=float, nargs=2, default=(0.5, 4.5), help="of today's posts")
    asked.add_argument("--chance", type=int, default=0, help="with so many random numbers")
    given = asked.parse_args()
    scenario = sim.load(given.scenario)
    if given.chance:
        chance(scenario, given.draws, given.chance)
    elif given.settings:
        settings(scenario, given.draws, given.settings, given.seed, tuple(given.reach))
    else:
        moves(scenario, given.draws)


if __name__ == "__main__":
    main()
