"""The examples of a page: found, run from the first to the last, and shown with what they give.

Lines before a block say more about it:

- `<!-- heavy: why -->`: it is not run;
- `<!-- shows: text -->`: what it prints, or the value of its last line, stands below it;
- `<!-- shows: NAME | what is seen -->`: a picture stands below it, a figure of that name or a file
  that the block wrote;
- `<!-- file: NAME -->`: the text of the block is that file, for the examples after it.

Tests run pages by the same functions, so what a reader sees was run as it stands.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import io
import re
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from sim.cli import app
from sim.experiment.identity import versions
from sim.words import speaking

ROOT = Path(__file__).parent.parent.parent
CODE = ("sim", "calibration", "scenarios")
MARKS = r"(?:<!-- (?:heavy|shows|file): [^>]+ -->\n)*"
FENCED = re.compile(rf"^({MARKS})```(\w*)\n(.*?)^```$\n?", re.S | re.M)
MARK = re.compile(r"<!-- (\w+): ([^>]+) -->\n")
TEXT = "text"
DOTS_PER_INCH = 120
SHORT = 24


class ExampleError(Exception):
    """An example that does not run."""


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, what is said before it, where it stands."""

    kind: str
    text: str
    marks: tuple[tuple[str, str], ...]
    span: tuple[int, int]

    @property
    def heavy(self) -> bool:
        """Whether it is too heavy to be run."""
        return bool(self._said("heavy"))

    @property
    def shows(self) -> tuple[str, ...]:
        """What stands below it: `text`, or names of pictures with what is seen."""
        return self._said("shows")

    @property
    def files(self) -> tuple[str, ...]:
        """The file that it is, if it is one."""
        return self._said("file")

    def _said(self, name: str) -> tuple[str, ...]:
        return tuple(said for mark, said in self.marks if mark == name)


@dataclass(frozen=True)
class Shown:
    """What an example gives: the number of its block, the name there, a file, what is seen."""

    block: int
    name: str
    file: Path
    seen: str


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page in their order."""
    return [
        Block(found[2], found[3], tuple(MARK.findall(found[1])), found.span())
        for found in FENCED.finditer(page)
    ]


def commands(text: str) -> list[list[str]]:
    """The arguments of each `agsim` line; nothing else may stand in a block of commands."""
    lines = [shlex.split(line, comments=True) for line in text.replace("\\\n", " ").splitlines()]
    for words in lines:
        if words and words[0] != "agsim":
            raise ExampleError(f"not a command of agsim: {' '.join(words)}")
    return [words[1:] for words in lines if words]


def run_command(arguments: list[str]) -> str:
    """Run one command here; what it prints."""
    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    if done.exit_code or not done.output:
        raise ExampleError(
            f"agsim {' '.join(arguments)}: exit code {done.exit_code}\n{done.output}"
        )
    return done.stdout


def run_python(text: str, names: dict[str, Any]) -> str:
    """Run a block among the names of its page; what it prints, with the value of its last line."""
    tree, value = ast.parse(text), None
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(tree, "example", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "example", "eval"), names)
    return printed.getvalue() + ("" if value is None else f"{value}\n")


def run(block: Block, names: dict[str, Any]) -> str:
    """Run one block in the working directory; what it prints."""
    for file in block.files:
        Path(file).write_text(block.text, encoding="utf-8")
    if block.heavy:
        return ""
    if block.kind == "sh":
        return "\n".join(run_command(arguments) for arguments in commands(block.text))
    return run_python(block.text, names) if block.kind == "python" else ""


def run_page(page: str, folder: Path) -> list[Shown]:
    """Run a page in a folder of its own; what its examples show, as files of `folder`."""
    found: list[Shown] = []
    names: dict[str, Any] = {"__name__": "example"}
    with tempfile.TemporaryDirectory() as work, contextlib.chdir(work), speaking("en"):
        for number, block in enumerate(blocks(page)):
            try:
                printed = run(block, names)
                found += list(_given(number, block, printed, names, folder))
            except Exception as wrong:
                raise ExampleError(f"{block.text}\n{type(wrong).__name__}: {wrong}") from wrong
    return found


def _given(
    number: int, block: Block, printed: str, names: dict[str, Any], folder: Path
) -> Iterator[Shown]:
    for place, told in enumerate(block.shows):
        what, seen = _parted(told)
        end = ".txt" if what == TEXT else Path(what).suffix if "." in what else ".png"
        file = folder / f"{number:02}-{place}{end}"
        if what == TEXT:
            file.write_text(printed, encoding="utf-8")
        elif "." in what:
            file.write_bytes(Path(what).read_bytes())
        else:
            names[what].savefig(file, dpi=DOTS_PER_INCH)
        yield Shown(number, what, file, seen)


def kept(page: str, folder: Path) -> list[Shown]:
    """What a page shows, run anew only where its examples, the code or a library has changed."""
    mine = folder / _key(page)
    if not mine.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as part:
            made = Path(part) / "made"
            made.mkdir()
            run_page(page, made.resolve())
            made.rename(mine)
    return [
        Shown(number, what, next(mine.glob(f"{number:02}-{place}.*")), seen)
        for number, block in enumerate(blocks(page))
        for place, (what, seen) in enumerate(map(_parted, block.shows))
    ]


def only(pages: list[str], folder: Path) -> None:
    """Forget what no page of these shows."""
    wanted = {_key(page) for page in pages}
    for each in folder.iterdir() if folder.exists() else ():
        if each.name not in wanted:
            shutil.rmtree(each)


def _parted(told: str) -> tuple[str, str]:
    what, _, seen = told.partition("|")
    return what.strip(), seen.strip()


def _key(page: str) -> str:
    examples = [(each.kind, each.text, each.marks) for each in blocks(page)]
    told = repr((examples, versions(), _code()))
    return hashlib.sha256(told.encode()).hexdigest()[:SHORT]


@cache
def _code() -> str:
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for room in CODE:
        for file in sorted((ROOT / room).rglob("*.*")):
            if file.suffix in {".py", ".csv", ".toml", ".json"}:
                digest.update(file.read_bytes())
    return digest.hexdigest()
