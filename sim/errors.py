"""What a user is told when something given to the tool cannot be used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from sim.catalogue import language, say


@dataclass(frozen=True)
class Problem:
    """One mistake: where it is, what is wrong, and the way out.

    Message and remedy are sentences of `say`, so they are in the language that is spoken when
    the mistake is found, whoever shows it later. Keys, paths and values stay as they are written
    in files and on the command line: a decimal point in French too.
    """

    where: str
    key: str
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        where, key = self.where, self.key
        place = say("{where}: {key}", where=where, key=key) if key else where
        told = say("{place}: {message}", place=place, message=self.message)
        return f"{told} → {self.remedy}" if self.remedy else told


class InputError(ValueError):
    """Bad input. Carries every problem found, not only the first.

    language: in which they are told.
    """

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.language = language()
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows of it: the mistakes, and nothing of the program's inside."""
        return str(self).splitlines()

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Problem, ...]]]:
        return (InputError, (self.problems,))


def nearest(word: str, allowed: Iterable[str]) -> str:
    """A remedy that names the nearest allowed word, else all of them."""
    choices = sorted(allowed)
    close = get_close_matches(str(word), choices, n=1, cutoff=0.5)
    if close:
        return say("did you mean '{word}'?", word=close[0])
    return say("use one of: {choices}", choices=", ".join(choices)) if choices else ""
