"""`agsim levers`, as a user calls it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

SMALL = [
    "--set", "territory.departements=['15', '16']", "--reading", "process", "--workers", "1",
    "--levers", "shared_target, shared_facilitation",
]  # fmt: skip


def agsim(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "sim.cli", "levers", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_answers_and_writes_whole_files(tmp_path: Path) -> None:
    out, store = tmp_path / "out", tmp_path / "store"
    done = agsim(*SMALL, "--out", str(out), "--store", str(store))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("What the levers do: entries in 2022 with 2 300 funded posts")
    frames = {"together", "shares", "pairs", "combinations", "delays", "saturation", "runs"}
    written = {path.name for path in out.iterdir()}
    assert written == {f"{name}.parquet" for name in frames} | {
        "levers.txt",
        "manifest.json",
        "combinations.png",
        "shares.png",
    }
    assert (out / "levers.txt").read_text(encoding="utf-8") == done.stdout
    assert len(pd.read_parquet(out / "shares.parquet")) == 12
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["command"] == "levers"
    assert manifest["posts"] == 2300
    again = agsim(*SMALL, "--json", "--store", str(store))
    told = json.loads(again.stdout)
    assert set(told) == frames - {"runs"}
    kinds = {row["what"]: row["value"] for row in told["together"]}
    assert kinds["more"] == pytest.approx(kinds["sum_of_alone"] + kinds["together"])


@pytest.mark.parametrize(
    "arguments",
    [
        ["--posts", "0"],
        ["--year", "2019"],
        ["--measure", "entreis"],
        ["--levers", "all five"],
        ["no-such-scenario"],
    ],
)
def test_bad_input_ends_with_a_message_and_nothing_written(
    arguments: list[str], tmp_path: Path
) -> None:
    done = agsim(*arguments, "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert done.stderr.startswith("agsim: ")
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()
