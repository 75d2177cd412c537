"""Progress of long work, in a terminal and in a notebook alike.

Library calls take `progress`, a function that is told how many steps were done: a `Bar`
shows them. Nothing is shown unless it is asked for, so that scripts stay quiet.
"""

from __future__ import annotations

import sys
import warnings
from types import TracebackType
from typing import Any, Self

from sim.words import say


class Bar:
    """A bar that shows steps, their rate and the time left; a widget in a notebook.

    >>> with Bar("draws", 200) as bar:  # doctest: +SKIP
    ...     sim.plan(sim.load("target-2022"), progress=bar)

    unit: what a step is, 'steps' by default. total: steps that are expected; more than
    that are shown all the same. In a terminal it is drawn on stderr, and not at all where
    stderr goes to a file.
    """

    def __init__(self, unit: str | None = None, total: int | None = None) -> None:
        with warnings.catch_warnings():
            # Without ipywidgets a notebook shows it as text, which is fine.
            warnings.simplefilter("ignore")
            from tqdm.auto import tqdm

        hidden = None if not _in_notebook() else False
        steps = say("steps") if unit is None else unit
        self._bar: Any = tqdm(
            total=total, unit=f" {steps}", disable=hidden, file=_stream(), leave=False
        )

    def __call__(self, done: int) -> None:
        """So many steps were done."""
        bar = self._bar
        if bar.total is not None and bar.n + done > bar.total:
            bar.total = bar.n + done
        bar.update(done)

    def close(self) -> None:
        """Take the bar away."""
        self._bar.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self.close()


def _in_notebook() -> bool:
    """Whether a Jupyter kernel runs this."""
    kernel = sys.modules.get("IPython")
    shell = kernel.get_ipython() if kernel is not None else None
    return type(shell).__name__ == "ZMQInteractiveShell"


def _stream() -> Any:
    """Where a terminal's bar goes; a notebook's widget needs none."""
    return None if _in_notebook() else sys.stderr
