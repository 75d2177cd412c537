"""`agsim template` and --figures, as a user calls them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from own_files import WIDE, costs, with_cell, workbook

SMALL = ["--set", "territory.departements=['52', '2A']", "--workers", "1"]


def agsim(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sim.cli", *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
    )


def test_a_template_is_written_once_and_read(tmp_path: Path) -> None:
    done = agsim("template", "new/figures.xlsx", "--months", "3", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "written to new/figures.xlsx\n")
    before = (tmp_path / "new" / "figures.xlsx").read_bytes()
    again = agsim("template", "new/figures.xlsx", cwd=tmp_path)
    assert again.returncode == 2
    assert "is there already → choose another name, or add --replace" in again.stderr
    assert (tmp_path / "new" / "figures.xlsx").read_bytes() == before
    assert agsim("template", "new/figures.xlsx", "--replace", cwd=tmp_path).returncode == 0
    checked = agsim("check", "trend", "--figures", "new/figures.xlsx", cwd=tmp_path)
    assert checked.returncode == 2
    assert "nothing is filled in" in checked.stderr
    assert "has no posts: the sheet 'posts' is empty or missing" in checked.stderr


def test_csv_files_in_french(tmp_path: Path) -> None:
    done = agsim("template", "--csv", "chiffres", "--lang", "fr", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    names = {path.name for path in (tmp_path / "chiffres").iterdir()}
    assert names >= {"postes.csv", "couts.csv", "mode-d-emploi.txt"}
    first = (tmp_path / "chiffres" / "postes.csv").read_text("utf-8-sig").splitlines()
    assert first[0].startswith("code;département;dans agsim aujourd'hui;2021-01;2021-02")
    assert first[1].startswith("01;Ain;11;;")
    done = agsim("template", "--csv", "chiffres", "--lang", "fr", cwd=tmp_path)
    assert (done.returncode, done.stderr.count("existe déjà")) == (2, len(names))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "needs a file or --csv FOLDER"),
        (["a.xlsx", "--csv", "b"], "needs a file or --csv FOLDER"),
        (["a.xls"], "a.xls: must end in .xlsx → for example a.xlsx"),
        (["a.xlsx", "--from", "soon"], "--from: is 'soon', which is no month"),
        (["a.xlsx", "--months", "0"], "--months: is 0, must be from 1 to 120"),
    ],
)
def test_bad_arguments_write_nothing(tmp_path: Path, arguments: list[str], told: str) -> None:
    done = agsim("template", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert told in done.stderr
    assert not list(tmp_path.iterdir())


def test_run_takes_posts_and_says_so(tmp_path: Path) -> None:
    workbook(tmp_path / "figures.xlsx", {"posts": WIDE})
    done = agsim(
        "run", "trend", *SMALL, "--figures", "figures.xlsx", "--draws", "2",
        "--replications", "1", "--out", "out", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "posts of 3 département(s), 10 in January 2021" in done.stderr
    assert "Posts stand where your own table of posts says" in " ".join(done.stdout.split())
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    (values, *_) = [each["values"] for each in manifest["scenarios"].values()]
    assert values["posts.by_departement.52"] == {
        "2021-01-01": 3, "2021-02-01": 4, "2021-03-01": 5,
    }  # fmt: skip


def test_budget_takes_costs_alone(tmp_path: Path) -> None:
    workbook(tmp_path / "figures.xlsx", {"costs": costs(post_year=[70000, 60000, 80000, "ours"])})
    done = agsim("budget", "--figures", "figures.xlsx", "--show-rates", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "70000" in done.stdout.replace(" ", "")
    assert "ours" in done.stdout
    both = agsim("budget", "--figures", "figures.xlsx", "--rates", "x.toml", cwd=tmp_path)
    assert (both.returncode, "gives costs too" in both.stderr) == (2, True)


def test_mistakes_end_with_exit_code_2_and_no_traceback(tmp_path: Path) -> None:
    rows = with_cell(with_cell(WIDE, 2, 3, "n.c."), 3, 0, "99")
    workbook(tmp_path / "figures.xlsx", {"posts": rows})
    for command in (["run", "trend"], ["budget"], ["plan"], ["compare", "trend", "lockdown"]):
        done = agsim(*command, "--figures", "figures.xlsx", "--out", "out", cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        first, second = done.stderr.splitlines()
        assert first.startswith("agsim: figures.xlsx, sheet 'posts': row 3, column D (2021-02): ")
        assert second.startswith("agsim: figures.xlsx, sheet 'posts': row 4, column A (code): ")
        assert not (tmp_path / "out").exists()
