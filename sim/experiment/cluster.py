"""Running units of work on a Dask cluster: an existing scheduler, by its address.

Workers need the same agsim and the same libraries as this program, which is checked in
every task; they need no disk in common with it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from sim.errors import InputError, Problem
from sim.words import say

Common = TypeVar("Common")
Job = TypeVar("Job")
Result = TypeVar("Result")

SECONDS_FOR_AN_ANSWER = 10
SECONDS_FOR_A_WORKER = 5
TAKEN_AHEAD = 2
OPTION = "--cluster"
TALKATIVE = ("distributed", "distributed.client", "distributed.core", "tornado", "asyncio")
PROTOCOLS = ("HOST:PORT", "tcp://HOST:PORT", "tls://HOST:PORT", "ws://HOST:PORT", "wss://HOST:PORT")
ADDRESS = re.compile(r"((tcp|tls|ws|wss)://)?(\[[0-9a-fA-F:.]+\]|[^\s/:\[\]]+):\d{1,5}$")


@dataclass(frozen=True)
class Lost:
    """A job that the cluster gave up because its workers ended again and again."""

    job: Any
    error: str


def same(common: Common) -> Common:
    """On the cluster: what all jobs share, sent once and made again if its worker ends."""
    return common


@dataclass(frozen=True)
class Cluster:
    """The cluster behind the address of a Dask scheduler, such as tcp://host:8786."""

    address: str

    def as_done(
        self, function: Callable[[Common, Job], Result], common: Common, jobs: Iterable[Job]
    ) -> Iterator[Result | Lost]:
        """`function(common, job)` of many jobs as they are done, in any order.

        `InputError` where nobody answers, no worker is there, or the connection is lost.
        """
        distributed = needs_dask()
        with self._client() as client:
            threads = sum(client.nthreads().values())
            shared = client.submit(same, common, pure=False)
            coming, running = iter(jobs), distributed.as_completed(loop=client.loop)
            job_of: dict[str, Job] = {}

            def take(count: int) -> None:
                for job in islice(coming, count):
                    future = client.submit(function, shared, job, pure=False)
                    job_of[future.key] = job
                    running.add(future)

            take(TAKEN_AHEAD * threads)
            for future in running:
                job = job_of.pop(future.key)
                try:
                    yield future.result()
                except distributed.KilledWorker as killed:
                    yield Lost(job, _ended(killed.allowed_failures + 1))
                take(1)

    def threads(self) -> int:
        """How many units the cluster runs at once; `InputError` where nobody answers."""
        with self._client() as client:
            return sum(client.nthreads().values())

    def stop(self) -> None:
        """Nothing is to be ended here: the scheduler forgets the tasks of a client that left."""

    @contextmanager
    def _client(self) -> Iterator[Any]:
        """A connection with workers behind it; what goes wrong with it is told in words."""
        distributed = needs_dask()
        self._well_formed()
        # Their logs say on every lost connection, at length, what is told below in one line.
        for name in TALKATIVE:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            client = distributed.Client(
                self.address, timeout=SECONDS_FOR_AN_ANSWER, set_as_default=False
            )
        except (OSError, ValueError, TypeError) as wrong:
            told = say("no Dask scheduler answers there ({why})", why=_first_line(wrong))
            remedy = say("start one with `dask scheduler` and name its address, tcp://host:8786")
            raise InputError(Problem(OPTION, self.address, told, remedy)) from None
        try:
            self._wait_for_a_worker(client)
            yield client
        except (CancelledError, distributed.CancelledError, OSError) as lost:
            told = say(
                "the connection to the scheduler was lost ({why})",
                why=_first_line(lost),
            )
            remedy = say("when it is there again the same command goes on where it was")
            raise InputError(Problem(OPTION, self.address, told, remedy)) from None
        except (ImportError, AttributeError, RuntimeError) as wrong:
            told = say("a worker cannot run agsim ({why})", why=_first_line(wrong))
            remedy = say("install the same agsim in the environment of the workers")
            raise InputError(Problem(OPTION, self.address, told, remedy)) from None
        finally:
            client.close(timeout=2)

    def _well_formed(self) -> None:
        """Refuse what is no address: Dask would look for it for twenty seconds."""
        if ADDRESS.match(self.address) is None:
            told = say(
                "is no address of a scheduler, must be one of {protocols}",
                protocols=", ".join(PROTOCOLS),
            )
            raise InputError(
                Problem(OPTION, self.address, told, say("for example tcp://host:8786"))
            )

    def _wait_for_a_worker(self, client: Any) -> None:
        try:
            client.wait_for_workers(1, timeout=SECONDS_FOR_A_WORKER)
        except TimeoutError:
            told = say("the scheduler has no workers")
            remedy = say("start some with `dask worker {address}`", address=self.address)
            raise InputError(Problem(OPTION, self.address, told, remedy)) from None


def needs_dask() -> Any:
    """The library `distributed`; `InputError` with what to install where it is missing."""
    try:
        import distributed
    except ImportError:
        told = say("needs Dask, which is not installed")
        raise InputError(
            Problem("agsim batch", OPTION, told, 'pip install "agsim[cluster]"')
        ) from None
    return distributed


def _ended(workers: int) -> str:
    return say("its workers ended ({workers} of them)", workers=workers)


def _first_line(wrong: BaseException) -> str:
    lines = str(wrong).strip().splitlines()
    return lines[0][:200] if lines else type(wrong).__name__
