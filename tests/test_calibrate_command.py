"""`agsim calibrate` as a user meets it: messages, tables, files."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest


def agsim(*words: str, where: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sim.cli", "calibrate", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=where, check=False)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--quick", "--show"), "several things at once"),
        (("--check", "predictiv"), "did you mean 'predictive'?"),
        (("--shipped", "--quick"), "leave out --quick"),
        (("--targets", "nowhere.csv"), "nowhere.csv"),
        (("--show", "--posterior", "nowhere"), "nowhere"),
    ],
)
def test_a_wrong_call_ends_in_words(tmp_path: Path, words: tuple[str, ...], told: str):
    found = agsim(*words, where=tmp_path)
    assert found.returncode == 2
    assert told in found.stderr
    assert "Traceback" not in found.stderr
    assert list(tmp_path.iterdir()) == []


def test_bad_figures_are_told_before_anything_starts(tmp_path: Path):
    (tmp_path / "bad.csv").write_text(
        "measure,period,value,unit\nentries,2021,-5,people\nload,,40,people per portfolio\n"
    )
    found = agsim("--targets", "bad.csv", where=tmp_path)
    assert found.returncode == 2
    assert "line 2" in found.stderr
    assert "line 3" in found.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["bad.csv"]


def test_the_template_can_be_read_back(tmp_path: Path):
    found = agsim("--targets-template", where=tmp_path)
    assert found.returncode == 0
    (tmp_path / "mine.csv").write_text(found.stdout, encoding="utf-8")
    shown = agsim("--priors", "--targets", "mine.csv", where=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "portfolios.places" in shown.stdout
    assert "orientations.per_year" in shown.stdout


def test_the_shipped_posterior_is_shown(tmp_path: Path):
    found = agsim("--show", "--json", where=tmp_path)
    assert found.returncode == 0, found.stderr
    shown = json.loads(found.stdout)
    assert len(shown["figures"]) == 9
    assert {row["parameter"] for row in shown["parameters"]} >= {"portfolios.places"}
    weights = [row["weight"] for row in shown["readings"] if row["prior"] == "posterior"]
    assert sum(weights) == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("name", ["predictive", "moved", "ridge", "readings", "measure_first"])
def test_a_quick_check_is_a_table_and_a_picture(tmp_path: Path, name: str):
    found = agsim("--check", name, "--out", "checks", where=tmp_path)
    assert found.returncode == 0, found.stderr
    written = {each.name for each in (tmp_path / "checks").iterdir()}
    assert f"{name}.csv" in written
    if name != "measure_first":
        assert (tmp_path / "checks" / f"{name}.png").stat().st_size > 10_000


def test_the_report_holds_all_it_shows(tmp_path: Path):
    found = agsim("--report", "--out", "report.html", where=tmp_path)
    assert found.returncode == 0, found.stderr
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "http://" not in text.replace("http://www.w3.org", "")
    for heading in ("What the figures moved", "The ridge", "Years held out", "Haute-Marne",
                    "Simulation-based calibration", "What to measure first"):  # fmt: skip
        assert heading in text
    assert text.count("data:image/svg+xml;base64,") >= 6
    # Pictures are letters by chance; in the words no number may be missing.
    words = re.sub(r"base64,[A-Za-z0-9+/=]+", "", text)
    assert not re.search(r"\bnan\b", words, re.IGNORECASE)
