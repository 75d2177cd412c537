"""The page of the library: the public names of `sim`, what they take and what they return."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Iterator
from functools import cached_property
from types import ModuleType
from typing import Any

from site_markdown import cell, table

import sim

HEAD = """# The library

`import sim` gives these names. Whatever a function returns shows itself in a notebook, prints
itself as text, and keeps its numbers in tidy frames. Units stand in names (`_days`, `_eur`) or in a
column `unit`. `InputError` says what is wrong and how to mend it.
"""
KINDS = {
    "Scenarios": ("load", "shipped_scenarios", "Scenario", "read_figures", "readings", "observed"),
    "Runs": ("simulate", "compare", "explain", "event_log", "batch", "published", "lookback"),
    "Plans": ("plan", "reach", "feasibility", "staffing_curve", "sensitivity", "attribution"),
    "Money and documents": ("budget", "options", "afforded", "report"),
    "Around them": ("speak", "Workers", "Store", "Bar", "InputError"),
}


def library_page() -> str:
    """Every public name, by what it is for; a name of no kind stops the build."""
    left = set(sim.__all__) - {name for names in KINDS.values() for name in names}
    parts = [HEAD]
    for kind, names in {**KINDS, "Further names": tuple(sorted(left))}.items():
        there = [name for name in names if name in sim.__all__]
        parts += [f"## {kind}"] * bool(there) + [part_of(name) for name in there]
    return "\n\n".join(parts) + "\n"


def part_of(name: str) -> str:
    """One name: a function with what it returns, a class, or a module."""
    thing = getattr(sim, name)
    if isinstance(thing, ModuleType):
        return "\n\n".join([f"### sim.{name}", text_of(thing), module_table(thing)])
    head = [f"### sim.{name}", f"```text\nsim.{signature_of(name, thing)}\n```", text_of(thing)]
    if inspect.isclass(thing):
        return "\n\n".join([*head, members_table(thing)])
    returned = returned_class(thing)
    if returned is None:
        return "\n\n".join(head)
    told = f"Returns `{returned.__name__}`: {first_line(returned)}"
    if returned.__name__ in sim.__all__:
        return "\n\n".join([*head, f"{told} See below."])
    return "\n\n".join([*head, told, members_table(returned)])


def signature_of(name: str, thing: Any) -> str:
    """Names and defaults, a line each where they are many."""
    if name == "Scenario":
        return "load(...), or a scenario's with_(...)"
    given = inspect.signature(thing).parameters.values()
    words = []
    for each in given:
        if each.kind is each.KEYWORD_ONLY and "*" not in words:
            words.append("*")
        named = getattr(each.default, "__name__", repr(each.default))
        words.append(each.name if each.default is each.empty else f"{each.name}={named}")
    line = f"{name}({', '.join(words)})"
    return line if len(line) < 76 else f"{name}(\n    " + ",\n    ".join(words) + ",\n)"


def text_of(thing: Any) -> str:
    """A docstring as Markdown."""
    text = inspect.cleandoc(thing.__doc__ or "").replace("::\n", ":\n")
    text = re.sub(r"^(\w+)\n-{3,}$", r"*\1*", text, flags=re.M)
    return text.replace("<", "&lt;")


def first_line(thing: Any) -> str:
    """What a thing is, in its first sentence."""
    return inspect.cleandoc(thing.__doc__ or "").split("\n\n")[0].replace("\n", " ")


def returned_class(function: Any) -> type | None:
    """The class of this house that a function returns."""
    name = str(inspect.signature(function).return_annotation).strip("'")
    found = getattr(inspect.getmodule(function), name, None)
    return found if inspect.isclass(found) and found.__module__.startswith("sim.") else None


def members_table(cls: type) -> str:
    """What a reader may ask an object for: fields, properties, methods."""
    fields = dataclasses.fields(cls) if dataclasses.is_dataclass(cls) else ()
    public = [f"`.{each.name}`" for each in fields if not each.name.startswith("_")]
    rows = [[f"`.{name}`", cell(first_line(member))] for name, member in members(cls)]
    told = f"It holds {', '.join(public)}.\n\n" if public else ""
    return told + (table(["", ""], rows) if rows else "")


def members(cls: type) -> Iterator[tuple[str, Any]]:
    """Public methods and properties with words of their own, nearest class first."""
    seen: set[str] = set()
    for owner in cls.__mro__:
        if not owner.__module__.startswith("sim"):
            continue
        for name, member in vars(owner).items():
            plain = getattr(member, "__func__", member)
            if name.startswith(("_", "model_")) or name in seen or not plain.__doc__:
                continue
            if isinstance(plain, property | cached_property):
                seen.add(name)
                yield name, plain
            elif inspect.isfunction(plain):
                seen.add(name)
                yield f"{name}({', '.join(list(inspect.signature(plain).parameters)[1:])})", plain


def module_table(module: ModuleType) -> str:
    """The functions of a module with their first sentences."""
    rows = [
        [f"`{module.__name__}.{name}`", cell(first_line(each))]
        for name, each in vars(module).items()
        if inspect.isfunction(inspect.unwrap(each))
        and each.__module__ == module.__name__
        and not name.startswith("_")
    ]
    return table(["", ""], rows)
