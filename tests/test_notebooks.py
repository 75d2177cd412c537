"""Notebooks run from a clean kernel, without errors, and are stored without outputs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
LARGEST = 300_000
ENGLISH, FRENCH = 'lang = "en"', 'lang = "fr"'
IN_FRENCH = "05-my-departement"


def executed(path: Path, folder: Path, lang: str = ENGLISH) -> list[nbformat.NotebookNode]:
    """The outputs of a notebook run in a folder of its own, where it may leave its files."""
    book = nbformat.read(path, as_version=4)
    for cell in book.cells:
        cell.source = cell.source.replace(ENGLISH, lang)
    client = NotebookClient(
        book, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    client.execute()
    return [output for cell in book.cells for output in cell.get("outputs", [])]


def texts(outputs: list[nbformat.NotebookNode]) -> str:
    parts = [output.get("text", "") for output in outputs]
    parts += [output.data.get("text/html", "") for output in outputs if "data" in output]
    return "\n".join(parts)


@pytest.mark.notebook
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs_and_shows_a_picture(path: Path, tmp_path: Path) -> None:
    outputs = executed(path, tmp_path)
    assert not [output for output in outputs if output.output_type == "error"]
    assert [output for output in outputs if "image/png" in output.get("data", {})]
    assert all(len(json.dumps(output)) < LARGEST for output in outputs)


@pytest.mark.notebook
def test_a_notebook_speaks_french(tmp_path: Path) -> None:
    outputs = executed(FOLDER / f"{IN_FRENCH}.ipynb", tmp_path, FRENCH)
    told = texts(outputs)
    assert "dans agsim aujourd'hui" in told.replace("&#x27;", "'")
    assert "poste" in told
    assert (tmp_path / "made-up-figures-fr" / "postes.csv").exists()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_stored_clean_and_short(path: Path) -> None:
    book = nbformat.read(path, as_version=4)
    for cell in book.cells:
        if cell.cell_type == "code":
            assert not cell.outputs
            assert cell.execution_count is None
            assert len(cell.source.splitlines()) < 10


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_says_in_french_what_it_is_and_ends_in_a_decision(path: Path) -> None:
    book = nbformat.read(path, as_version=4)
    first, last = book.cells[0], book.cells[-1]
    assert "*En bref\u00a0: " in first.source
    assert last.source.startswith("## Decision\n")
    assert len(last.source) > 200
    assert any(ENGLISH in cell.source for cell in book.cells)


def test_notebooks_are_numbered_without_a_gap() -> None:
    assert [path.stem[:3] for path in NOTEBOOKS] == [f"{k:02d}-" for k in range(1, 7)]


def test_what_the_data_say_needs_no_extra() -> None:
    """Notebook 02 runs where nothing is installed that only `agsim[calibration]` brings."""
    book = nbformat.read(FOLDER / "02-what-the-data-say.ipynb", as_version=4)
    blocked = [f"sys.modules[{name!r}] = None" for name in ("nautilus", "h5py", "sklearn")]
    cells = [cell.source for cell in book.cells if cell.cell_type == "code"]
    code = ["import sys", *blocked, *cells]
    subprocess.run([sys.executable, "-c", "\n".join(code)], check=True, capture_output=True)
