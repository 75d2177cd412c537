"""Where units of work run: in this process, or on the cores of this machine.

Results come back in the order of the jobs and do not depend on the number of
workers. Workers live as long as the program (numba costs a second to import), and
compiled code is there before they start.
"""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass
from itertools import islice
from multiprocessing import Manager
from queue import Queue
from threading import Thread
from typing import Any, TypeVar

from sim.errors import InputError, Problem
from sim.words import language, say, speaking

Common = TypeVar("Common")
Job = TypeVar("Job")
Result = TypeVar("Result")
Progress = Callable[[int], object]


def available_workers() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def silent(_: int) -> None:
    """No progress shown."""


def leave_with(program: int) -> None:
    """In a worker: end within a second of the program that started it (its process id).

    A killed program tells its workers nothing, and they would wait for it for ever.
    """

    def watch() -> None:
        while os.getppid() == program:
            time.sleep(1.0)
        os._exit(1)

    Thread(target=watch, daemon=True).start()


_END = -1
TAKEN_AHEAD = 2


def _reporting(
    lang: str, function: Callable[[Job, Progress], Result], job: Job, steps: Queue[int]
) -> Result:
    """In a worker: run a job that reports its steps through a queue."""
    with speaking(lang):
        return function(job, steps.put)


def _in_a_language(lang: str, function: Callable[..., Result], *about: Any) -> Result:
    """In a worker: run a job; mistakes are told in the language of the program."""
    with speaking(lang):
        return function(*about)


def _relay(steps: Queue[int], progress: Progress) -> None:
    """In the parent: hand the workers' steps on until the end."""
    while (step := steps.get()) != _END:
        progress(step)


def _ended() -> InputError:
    """What is told when a worker process is no more."""
    return InputError(
        Problem(
            "workers",
            "",
            say("a worker process ended before its run was done, as a rule for want of memory"),
            say("use fewer workers, a smaller territory or smaller volumes"),
        )
    )


def _results(futures: Sequence[Future[Result]]) -> list[Result]:
    """Results in order; the first failure ends the rest, a dead worker is told in words."""
    try:
        return [future.result() for future in futures]
    except BrokenExecutor:
        raise _ended() from None
    finally:
        for future in futures:
            future.cancel()


@dataclass(frozen=True)
class Workers:
    """`count` worker processes; 1 runs everything here, one after the other.

    `map` may be called from several threads at once: the workers are shared.
    """

    count: int = 1

    def map(
        self,
        function: Callable[[Job], Result],
        jobs: Sequence[Job],
        progress: Progress = silent,
    ) -> list[Result]:
        """`function` of every job, in order; `progress(1)` after each."""
        if self.count <= 1 or len(jobs) < 1:
            done = []
            for job in jobs:
                done.append(function(job))
                progress(1)
            return done
        pool = self._pool()
        futures: list[Future[Result]] = [
            pool.submit(_in_a_language, language(), function, job) for job in jobs
        ]
        for future in futures:
            future.add_done_callback(lambda _: progress(1))
        return _results(futures)

    def map_with_progress(
        self,
        function: Callable[[Job, Progress], Result],
        jobs: Sequence[Job],
        progress: Progress = silent,
    ) -> list[Result]:
        """`function(job, progress)` of every job, in order: jobs report their own steps."""
        if self.count <= 1 or len(jobs) <= 1:
            return [function(job, progress) for job in jobs]
        with Manager() as manager:
            steps: Queue[int] = manager.Queue()
            reader = Thread(target=_relay, args=(steps, progress), daemon=True)
            reader.start()
            try:
                pool = self._pool()
                futures = [
                    pool.submit(_reporting, language(), function, job, steps) for job in jobs
                ]
                try:
                    return _results(futures)
                finally:
                    # A job that a worker has taken needs the queue, which goes with the manager.
                    wait(futures)
            finally:
                steps.put(_END)
                reader.join()

    def as_done(
        self,
        function: Callable[[Common, Job], Result],
        common: Common,
        jobs: Iterable[Job],
    ) -> Iterator[Result]:
        """`function(common, job)` of many jobs as they are done, in any order.

        Only a few jobs are taken ahead of the workers, so that there may be any number.
        """
        if self.count <= 1:
            yield from (function(common, job) for job in jobs)
            return
        pool, coming = self._pool(), iter(jobs)
        waiting: set[Future[Result]] = set()
        try:
            while True:
                room = TAKEN_AHEAD * self.count - len(waiting)
                waiting |= {
                    pool.submit(_in_a_language, language(), function, common, job)
                    for job in islice(coming, room)
                }
                if not waiting:
                    return
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for each in done:
                    yield each.result()
        except BrokenExecutor:
            raise _ended() from None
        finally:
            for each in waiting:
                each.cancel()

    def stop(self) -> None:
        """End the worker processes at once, whatever they are doing."""
        if self.count > 1:
            self._pool().shutdown(wait=True, kill_workers=True)

    def _pool(self) -> Any:
        from loky import get_reusable_executor

        from sim.experiment.warming import warm

        warm()
        # A worker keeps what runs share; loky takes that for a leak and says so.
        warnings.filterwarnings("ignore", message="A worker .* restarted", module="loky")
        return get_reusable_executor(
            max_workers=self.count, timeout=300, initializer=leave_with, initargs=(os.getpid(),)
        )
