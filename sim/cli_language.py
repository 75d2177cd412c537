"""The option `--lang` of every command."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Annotated, Any, get_type_hints

import typer

from sim.words import speaking


class Lang(StrEnum):
    """Languages by their codes."""

    FR = "fr"
    EN = "en"


Option = Annotated[
    Lang | None,
    typer.Option("--lang", help="Language of the answer; else the locale's, else English."),
]


def in_a_language(command: Callable[..., None]) -> Callable[..., None]:
    """The command with `--lang` beside its own options: it answers in that language."""

    @wraps(command)
    def spoken(*args: Any, lang: Lang | None = None, **options: Any) -> None:
        with speaking(lang and lang.value):
            command(*args, **options)

    told = inspect.signature(command)
    last = inspect.Parameter("lang", inspect.Parameter.KEYWORD_ONLY, default=None)
    whole = told.replace(parameters=[*told.parameters.values(), last])
    hints = {**get_type_hints(command, include_extras=True), "lang": Option}
    spoken.__annotations__ = hints
    spoken.__dict__["__signature__"] = whole.replace(
        parameters=[each.replace(annotation=hints[name]) for name, each in whole.parameters.items()]
    )
    return spoken
