"""The calibration in French: report, pictures, checks and priors; no English is left over."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from english_left import english_left, texts_of

from calibration import pictures
from calibration.command import priors_rows
from calibration.findings import Findings
from calibration.report import write_report
from calibration.words import frame_text
from sim.cli_calibrate import calibrate
from sim.posterior import posterior
from sim.words import speaking

PICTURE = re.compile(r"data:image/svg\+xml;base64,[A-Za-z0-9+/=]+")
ENGLISH_POINT = re.compile(r"(?<![\w./:])\d+\.\d+(?![\w.])")
# Frames of findings, and the checks that they are of.
CHECKS = {
    "predicted": "predictive", "moved": "moved", "draws": "ridge", "weights": "readings",
    "held_out": "held_out", "haute_marne": "haute_marne", "ranks": "sbc",
}  # fmt: skip


@pytest.fixture(scope="module")
def found() -> Findings:
    return Findings.of(posterior())


def words_of(path: Path) -> list[str]:
    """The lines of a report, without pictures and marks."""
    text = PICTURE.sub("", path.read_text(encoding="utf-8"))
    text = re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
    return [unescape(line) for line in re.sub(r"<[^>]+>", "\n", text).splitlines() if line.strip()]


def check(lines: list[str]) -> None:
    left = {
        line: english_left(line, names=False) for line in lines if english_left(line, names=False)
    }
    assert not left
    assert not [line for line in lines if ENGLISH_POINT.search(line)]


def test_the_report_is_french(found: Findings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Findings, "of", lambda _: found)
    path = tmp_path / "report.html"
    with speaking("fr"):
        write_report(posterior(), path)
    assert '<html lang="fr">' in path.read_text(encoding="utf-8")
    lines = words_of(path)
    check(lines)
    assert "La crête\xa0: le long d'elle, les chiffres ne tranchent pas" in lines
    with speaking("en"):
        write_report(posterior(), path)
    english = words_of(path)
    assert '<html lang="en">' in path.read_text(encoding="utf-8")
    assert "The ridge: along it, the figures cannot tell" in english
    both = {line for line in set(lines) & set(english) if len(line.split()) > 2}
    assert not both


@pytest.mark.parametrize("frame", CHECKS)
def test_a_picture_is_french(found: Findings, frame: str):
    with speaking("fr"):
        figure = pictures.figure_of(CHECKS[frame], getattr(found, frame))
        assert figure is not None
        spoken = texts_of(figure)
    with speaking("en"):
        figure = pictures.figure_of(CHECKS[frame], getattr(found, frame))
        assert figure is not None
        english = texts_of(figure)
    check(spoken)
    assert spoken != english
    assert sum(map(has_words, spoken)) == sum(map(has_words, english))  # ticks may be fewer


def has_words(text: str) -> bool:
    return any(each.isalpha() for each in text)


@pytest.mark.parametrize("frame", [*CHECKS, "first"])
def test_a_table_has_french_headings_and_commas(found: Findings, frame: str):
    table = getattr(found, frame).head(4)
    if frame == "ranks":
        pytest.skip("its columns are parameters")
    with speaking("fr"):
        lines = frame_text(table).splitlines()
    check(lines)
    with speaking("en"):
        headings = frame_text(table).splitlines()[0].split()
    assert headings == [str(name) for name in table.columns]
    assert len(set(lines[0].split()) & set(headings)) <= 2


def test_priors_are_french(found: Findings):
    with speaking("fr"):
        rows = priors_rows(found.problem.priors)
    check([cell for row in rows for cell in row])


def test_what_is_shown_on_the_terminal_is_french(capsys: pytest.CaptureFixture[str]):
    with speaking("fr"):
        calibrate(show=True)
        calibrate(check="measure_first")
    check(capsys.readouterr().out.splitlines())
