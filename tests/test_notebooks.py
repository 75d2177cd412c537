"""Notebooks run from a clean kernel, in English and French, and are stored without outputs."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from notebook_claims import CLAIMS
from notebook_rules import (
    LARGEST_OUTPUT,
    LINES,
    bare,
    came_out_badly,
    differ,
    english_in_outputs,
    prose,
    stored_badly,
    wrong_in_french,
)

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "notebooks"
ENGLISH, FRENCH = sorted(FOLDER.glob("*.ipynb")), sorted((FOLDER / "fr").glob("*.ipynb"))
TWINS = list(zip(ENGLISH, FRENCH, strict=True))
BOTH = [*ENGLISH, *FRENCH]
DECISION = {"en": "## Decision\n", "fr": "## Décision\n"}


def lang_of(path: Path) -> str:
    return "fr" if path.parent.name == "fr" else "en"


def read(path: Path) -> NotebookNode:
    return nbformat.read(str(path), as_version=4)


def code(source: str) -> NotebookNode:
    return nbformat.v4.new_code_cell(source)


def book_of(*cells: NotebookNode) -> NotebookNode:
    return nbformat.v4.new_notebook(cells=list(cells))


def run(book: NotebookNode, folder: Path) -> NotebookNode:
    """Run it in a folder of its own, where it may leave its files."""
    folder.mkdir(exist_ok=True)
    where = {"metadata": {"path": str(folder)}}
    NotebookClient(book, timeout=600, kernel_name="python3", resources=where).execute()
    return book


def run_with_claims(path: Path, folder: Path) -> NotebookNode:
    """Run it, and what its decision claims after its last cell."""
    book = read(path)
    book.cells.append(code(CLAIMS[path.stem[:2]]))
    return run(book, folder)


@pytest.mark.notebook
@pytest.mark.parametrize(("english", "french"), TWINS, ids=[path.stem for path in ENGLISH])
def test_twins_run_and_what_they_decide_holds(english: Path, french: Path, tmp_path: Path) -> None:
    """The second goes on from the store of the first; all else it does itself."""
    assert came_out_badly(run_with_claims(english, tmp_path / "en")) == []
    if (tmp_path / "en/store").exists():
        shutil.copytree(tmp_path / "en/store", tmp_path / "fr/store")
    told = run_with_claims(french, tmp_path / "fr")
    assert came_out_badly(told) == []
    assert english_in_outputs(told) == []


@pytest.mark.notebook
def test_errors_and_warnings_of_a_kernel_are_found(tmp_path: Path) -> None:
    with pytest.raises(CellExecutionError):
        run(book_of(code("1 / 0")), tmp_path)
    warned = run(book_of(code("import warnings\nwarnings.warn('old')")), tmp_path)
    assert any("warning" in each for each in came_out_badly(warned))


@pytest.mark.notebook
def test_a_mistake_is_told_without_the_programs_inside(tmp_path: Path) -> None:
    book = book_of(code("import sim\nsim.speak('en')\nsim.load('tremd')"))
    with pytest.raises(CellExecutionError):
        run(book, tmp_path)
    [output] = book.cells[0].outputs
    assert output.traceback == [output.evalue]
    assert "did you mean 'trend'?" in output.evalue


@pytest.mark.parametrize("path", BOTH, ids=lambda path: path.stem)
def test_notebook_is_stored_clean_and_short(path: Path) -> None:
    assert stored_badly(read(path)) == []


@pytest.mark.parametrize("path", BOTH, ids=lambda path: path.stem)
def test_notebook_ends_in_a_decision_and_names_its_twin(path: Path) -> None:
    book, lang = read(path), lang_of(path)
    assert book.cells[-1].source.startswith(DECISION[lang])
    assert len(book.cells[-1].source) > 200
    assert any(f'lang = "{lang}"' in cell.source for cell in book.cells)
    [twin] = re.findall(r"\]\((\S+\.ipynb)\)", book.cells[0].source)
    assert (path.parent / twin).resolve() == dict([*TWINS, *(pair[::-1] for pair in TWINS)])[path]


@pytest.mark.parametrize(("english", "french"), TWINS, ids=[path.stem for path in ENGLISH])
def test_twins_have_the_same_code(english: Path, french: Path) -> None:
    assert differ(read(english), read(french)) == []


@pytest.mark.parametrize("path", FRENCH, ids=lambda path: path.stem)
def test_no_english_is_left_in_french(path: Path) -> None:
    assert wrong_in_french(prose(read(path))) == []


def test_notebooks_are_numbered_without_a_gap_and_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for paths in (ENGLISH, FRENCH):
        assert [path.stem[:3] for path in paths] == [f"{k:02d}-" for k in range(1, 7)]
        for path in paths:
            assert f"({path.relative_to(ROOT).as_posix()})" in readme


def test_five_says_the_commands_of_the_readme() -> None:
    """From an empty folder to the notebook: the same lines in both, and the extra exists."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for path in (ENGLISH[4], FRENCH[4]):
        [block] = re.findall(r"```sh\n(.*?)```", read(path).cells[0].source, re.DOTALL)
        for line in block.splitlines():
            assert line.split("  #")[0].removesuffix("/fr") in readme
    assert "\nnotebook = [" in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


class TestRules:
    """What the rules above find, so that they can fail."""

    def test_stored(self) -> None:
        ran = code("1")
        ran.outputs = [nbformat.v4.new_output("stream", text="1")]
        counted = code("1")
        counted.execution_count = 1
        fits, long = code("\n".join("1" * LINES)), code("\n".join("1" * (LINES + 1)))
        assert stored_badly(book_of(fits)) == []
        for cell in (ran, counted, long):
            assert len(stored_badly(book_of(fits, cell))) == 1

    def test_outputs(self) -> None:
        def bad(*outputs: NotebookNode) -> list[str]:
            cell = code("1")
            cell.outputs = list(outputs)
            return came_out_badly(book_of(cell))

        picture = nbformat.v4.new_output("display_data", data={"image/png": "abc"})
        large = nbformat.v4.new_output("display_data", data={"image/png": "a" * LARGEST_OUTPUT})
        many = [nbformat.v4.new_output("stream", text="a" * (LARGEST_OUTPUT // 2))] * 5
        assert bad(picture) == []
        assert bad() == ["no picture"]
        assert bad(picture, nbformat.v4.new_output("error", evalue="no")) == ["error: no"]
        warned = nbformat.v4.new_output("stream", name="stderr", text="old")
        assert bad(picture, warned) == ["warning: old"]
        assert bad(large) == ["an output too large"]
        assert bad(picture, *many) == ["outputs too large together"]

    def test_twins(self) -> None:
        mine = book_of(code('lang = "en"  # one\nrun(f"{n} posts", title="a b", key="ab")'))
        twin = book_of(code('lang = "fr"  # un\nrun(f"{n} postes", title="c d", key="ab")'))
        assert differ(mine, twin) == []
        for old, new in (("{n}", "{m}"), ('"ab"', '"abc"'), ("run(", "ran("), ("key", "keys")):
            other = book_of(code(twin.cells[0].source.replace(old, new)))
            assert differ(mine, other) == ["cell 0"]
        assert differ(mine, book_of(*twin.cells, code("1"))) == ["other cells"]
        assert bare("!run {a}") != bare("!run {b}")

    def test_french(self) -> None:
        said = nbformat.v4.new_output("stream", text="voir plan.text(by='reading')")
        cell = code("1")
        cell.outputs = [said]
        assert english_in_outputs(book_of(cell)) == []
        said.text += " of the plan"
        assert english_in_outputs(book_of(cell)) == ["of", "the"]
        assert wrong_in_french("Combien de postes\u00a0?") == []
        assert wrong_in_french("the posts") == ["the", "posts"]
        assert wrong_in_french("Combien ?") == ["n ?"]
        assert prose(book_of(nbformat.v4.new_markdown_cell("a `the` [the](the)"))) == "a  "


def test_what_the_data_say_needs_no_extra() -> None:
    """Notebook 02 runs where nothing is installed that only `agsim[calibration]` brings."""
    blocked = [f"sys.modules[{name!r}] = None" for name in ("nautilus", "h5py", "sklearn")]
    cells = [cell.source for cell in read(ENGLISH[1]).cells if cell.cell_type == "code"]
    lines = ["import sys", *blocked, *cells]
    subprocess.run([sys.executable, "-c", "\n".join(lines)], check=True, capture_output=True)
