"""Every example of the documentation is run; heavy ones are checked for commands and options.

A page is run from its beginning to its end in a folder of its own: Python blocks in one
namespace, `agsim` commands in-process. A block after `<!-- heavy: why -->` is not run.
"""

from __future__ import annotations

import ast
import re
import shlex
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.experiment.batch_files import checked_design
from sim.scenario import Given
from sim.scenario_files import validated

pytestmark = pytest.mark.docs
DOCS = Path(__file__).parent.parent / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
FENCED = re.compile(r"(<!-- heavy: [^>]+ -->\n)?^```(\w*)\n(.*?)^```$", re.S | re.M)
KINDS = {"python", "sh", "toml", "text"}
GROUP: Any = typer.main.get_command(app)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, whether it is too heavy to be run."""

    kind: str
    text: str
    heavy: bool


def blocks(page: Path) -> Iterator[Block]:
    for heavy, kind, text in FENCED.findall(page.read_text(encoding="utf-8")):
        yield Block(kind, text, bool(heavy))


def commands(text: str) -> list[list[str]]:
    """The arguments of each `agsim` line; nothing else may stand in a sh block."""
    lines = [shlex.split(line, comments=True) for line in text.replace("\\\n", " ").splitlines()]
    assert all(words[0] == "agsim" for words in lines if words)
    return [words[1:] for words in lines if words]


def run_command(arguments: list[str]) -> None:
    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert done.exit_code == 0, f"{arguments}: {done.output}"
    assert done.output


def check_command(arguments: list[str]) -> None:
    name, *rest = arguments
    assert name in GROUP.commands
    known = {word for each in GROUP.commands[name].params for word in each.opts}
    asked = {word.partition("=")[0] for word in rest if word.startswith("--")}
    assert asked <= known, f"agsim {name} has no {asked - known}"


def check_python(text: str) -> None:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert node.value.id != "sim" or node.attr in sim.__all__


def check_toml(text: str) -> None:
    document = tomllib.loads(text)
    if "draws" in document:
        checked_design(document, "docs")
        return
    document.pop("base", None)
    validated(Given(document))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_examples_of_a_page(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": page.stem}
    for block in blocks(page):
        assert block.kind in KINDS, block.text
        if block.kind == "toml":
            check_toml(block.text)
        elif block.kind == "sh":
            for arguments in commands(block.text):
                (check_command if block.heavy else run_command)(arguments)
        elif block.kind == "python" and block.heavy:
            check_python(block.text)
        elif block.kind == "python":
            exec(compile(block.text, page.name, "exec"), names)


def test_every_block_is_found() -> None:
    for page in PAGES:
        fences = re.findall(r"^\s*```", page.read_text(encoding="utf-8"), re.M)
        assert len(fences) == 2 * len(list(blocks(page))), page.name


def test_every_page_stands_in_the_menu() -> None:
    menu = (DOCS.parent / "mkdocs.yml").read_text(encoding="utf-8")
    for page in PAGES:
        assert f": {page.relative_to(DOCS).as_posix()}" in menu


def test_the_reference_holds_all_that_the_code_declares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(DOCS / "hooks"))
    import site_commands
    import site_library
    import site_tables

    library, command = site_library.library_page(), site_commands.commands_page()
    assert all(f"### sim.{name}\n" in library for name in sim.__all__)
    for name, each in GROUP.commands.items():
        assert f"## agsim {name}\n" in command
        assert all(option.opts[0] in command for option in each.params if option.name != "help")
    keys = site_tables.scenario_page()
    for entry in sim.load("target-2022").register:
        path = re.sub(r"\.\d{4}-\d\d-\d\d$", "", entry.path)
        path = re.sub(r"^shocks\.\w+", "shocks.NAME", path)
        assert f"`{path}`" in keys
    for made in ("priors", "posterior", "readings", "scenarios", "streams", "versions"):
        assert "| --- |" in getattr(site_tables, f"{made}_table")()
    for module in ("site_commands", "site_library", "site_tables", "site_markdown"):
        sys.modules.pop(module)
