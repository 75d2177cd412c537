"""The first use on a machine compiles once and says so; the second is quiet and quick to start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from scenario_inputs import ROOT

COMMAND = ["run", "departement-haute-marne", "--reading", "process", "--replications", "1"]


def run(cache: Path) -> subprocess.CompletedProcess[str]:
    """The command, with compiled code kept in a folder of its own."""
    return subprocess.run(
        [sys.executable, "-m", "sim.cli", *COMMAND],
        env={**os.environ, "NUMBA_CACHE_DIR": str(cache)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )


@pytest.mark.slow
def test_the_first_command_says_that_it_compiles_and_leaves_it_for_the_next(tmp_path: Path):
    first = run(tmp_path)
    assert "compiling for this machine" in first.stderr
    compiled = {path.name: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nbc")}
    assert len(compiled) >= 6
    second = run(tmp_path)
    assert second.stdout == first.stdout
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nbc")} == compiled
