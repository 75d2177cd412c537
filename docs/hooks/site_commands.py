"""The page of the command: every subcommand with its arguments and options, from the code."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from enum import Enum
from typing import Any, get_args

import typer
from site_markdown import cell, table

from sim.cli import app

HEAD = """# The command

`agsim COMMAND --help` prints the same. Bad input ends with a message that names the file, the key
and a remedy, and with exit code 2.
"""


def commands_page() -> str:
    """Every command, in the order of `agsim --help`."""
    group: Any = typer.main.get_command(app)
    calls = [each.callback for each in app.registered_commands if each.callback]
    pairs = zip(group.commands.items(), calls, strict=True)
    return "\n".join([HEAD, *(command_part(name, each, call) for (name, each), call in pairs)])


def command_part(name: str, command: Any, call: Callable[..., Any]) -> str:
    """One command: its usage, what it does, its options."""
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    options = [each for each in command.params if each.param_type_name == "option"]
    usage = " ".join(["agsim", name, *(argument_word(each) for each in arguments), "[OPTIONS]"])
    types = inspect.signature(call).parameters
    rows = [[f"`{argument_word(each)}`", cell(told(each))] for each in arguments]
    rows += [
        [f"`{option_words(each, types[each.name].annotation)}`", cell(told(each))]
        for each in options
        if each.name in types
    ]
    does = " ".join(command.help.split())
    parts = [f"## agsim {name}", f"```text\n{usage}\n```", does, table(["", ""], rows)]
    return "\n\n".join(parts) + "\n"


def argument_word(argument: Any) -> str:
    """An argument as the usage shows it."""
    word = argument.name.upper() + ("..." if argument.nargs == -1 else "")
    return word if argument.required else f"[{word}]"


def option_words(option: Any, annotation: Any) -> str:
    """An option with what it takes; a flag takes nothing."""
    names = ", ".join([*option.opts, *option.secondary_opts])
    return names if option.is_flag else f"{names} {option.metavar or taken(annotation)}"


def taken(annotation: Any) -> str:
    """What an option takes: one of some words, or a kind of value."""
    inner = [each for each in get_args(annotation) if each is not type(None)]
    if inner and not isinstance(annotation, type):
        return taken(inner[0])
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return "/".join(str(each.value) for each in annotation)
    return {"int": "INTEGER", "float": "NUMBER"}.get(annotation.__name__, "TEXT")


def told(parameter: Any) -> str:
    """What the help says, with the default where there is one worth saying."""
    default = getattr(parameter.default, "value", parameter.default)
    silent = default is None or default is False or callable(default) or default == ()
    return f"{parameter.help or ''}{'' if silent else f' Default: `{default}`.'}"
