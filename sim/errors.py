"""What a user is told when something given to the tool cannot be used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Problem:
    """One mistake: where it is, what is wrong, and the way out."""

    where: str
    key: str
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        place = f"{self.where}: {self.key}" if self.key else self.where
        return f"{place}: {self.message}" + (f" → {self.remedy}" if self.remedy else "")


class InputError(ValueError):
    """Bad input. Carries every problem found, not only the first."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Problem, ...]]]:
        return (InputError, (self.problems,))


def nearest(word: str, allowed: Iterable[str]) -> str:
    """A remedy that names the nearest allowed word, else all of them."""
    choices = sorted(allowed)
    close = get_close_matches(str(word), choices, n=1, cutoff=0.5)
    if close:
        return f"did you mean '{close[0]}'?"
    return "use one of: " + ", ".join(choices) if choices else ""
