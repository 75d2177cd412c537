"""Workers: the same results in order, and failures told in words, here and there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.experiment.executor import Progress, Workers

ROOT = Path(__file__).parent.parent

FAILING = """
import os, sys
sys.path.insert(0, "tests")
from test_executor import bad_input, killed, squares
from sim.errors import InputError
from sim.experiment.executor import Workers
try:
    Workers(2).map_with_progress({job}, [1, 2, 3])
except InputError as wrong:
    print(wrong)
print(Workers(2).map_with_progress(squares, [1, 2, 3]))
"""


def squares(job: int, progress: Progress) -> int:
    progress(1)
    return job * job


def bad_input(job: int, progress: Progress) -> int:
    from sim.errors import Problem

    if job == 2:
        raise InputError(Problem("file.toml", "entry.agreement", "is 2", "0 to 1"))
    return job


def killed(job: int, progress: Progress) -> int:
    import os
    import signal

    os.kill(os.getpid(), signal.SIGKILL)
    return job


@pytest.mark.parametrize("count", [1, 2])
def test_results_come_in_order_with_every_step_told(count: int) -> None:
    told: list[int] = []
    found = Workers(count).map_with_progress(squares, [3, 1, 2], told.append)
    assert found == [9, 1, 4]
    assert told == [1, 1, 1]


@pytest.mark.parametrize(
    ("job", "said"),
    [
        ("bad_input", "file.toml: entry.agreement: is 2 → 0 to 1"),
        ("killed", "a worker process ended before its run was done"),
    ],
)
def test_a_failure_in_a_worker_is_told_in_words_and_the_next_call_works(
    job: str, said: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FAILING.format(job=job)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert said in done.stdout
    assert "[1, 4, 9]" in done.stdout
    assert "Traceback" not in done.stderr
