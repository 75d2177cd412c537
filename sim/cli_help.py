"""The help of the commands in the language spoken.

Help stands in English where commands and options are declared, as of any other text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import typer
from typer.main import get_command

from sim.words import LANGUAGES, say, speaking


def with_help_said(app: typer.Typer, arguments: Sequence[str]) -> Callable[[], Any]:
    """The application to call; its help is in the language asked for, else the locale's."""
    whole = get_command(app)
    with speaking(asked(arguments)):
        for part in _parts(whole):
            part.help = "\n\n".join(say(each) for each in _paragraphs(part.help))
    return whole


def asked(arguments: Sequence[str]) -> str | None:
    """The language that `--lang` asks for on a command line, read before the line is parsed."""
    words = [part for each in arguments for part in each.split("=", 1)]
    found = [told for word, told in pairwise(words) if word == "--lang" and told in LANGUAGES]
    return found[-1] if found else None


def help_texts(command: Any) -> list[str]:
    """Every text of a command's help as declared, of its options and of its own commands."""
    return [text for part in _parts(command) for text in _paragraphs(part.help)]


def _parts(command: Any) -> Iterator[Any]:
    """The command, its options and arguments, its own commands: all that have a help."""
    inner = getattr(command, "commands", {}).values()
    for part in (command, *command.params):
        if getattr(part, "help", None):
            yield part
    for each in inner:
        yield from _parts(each)


def _paragraphs(text: str) -> list[str]:
    """Paragraphs without the line breaks that they have in the code."""
    return [" ".join(each.split()) for each in text.split("\n\n")]
