"""`agsim batch` as a user meets it: files, exit codes, two at once, killed, on a cluster."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from batches import DESIGN_FILE, ROOT, TINY, agsim_batch, command, contents, files, units_in

import sim
from sim.errors import InputError
from sim.experiment import cluster
from sim.experiment.batch import planned, run_and_send

UNITS = 6 * 6 * 2
MANY = 30  # times as many, so that it does not end before it is disturbed
LONG = DESIGN_FILE.replace("replications = 2", f"replications = {2 * MANY}")
KILLED = -signal.SIGKILL
PATIENCE_SECONDS = 120
KILLED_WHILE_WRITING = """
import os, signal, sys
from pathlib import Path
import pyarrow.parquet
import sim

written = 0
real = pyarrow.parquet.write_table

def half(table, where, **options):
    global written
    written += 1
    real(table, where, **options)
    if written == int(sys.argv[1]):
        content = Path(where).read_bytes()
        Path(where).write_bytes(content[: int(len(content) * float(sys.argv[2]))])
        os.kill(os.getpid(), signal.SIGKILL)

pyarrow.parquet.write_table = half
sim.batch("design.toml", store="out/store")
"""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> dict[str, bytes]:
    """What a run in peace leaves, store included."""
    folder = tmp_path_factory.mktemp("undisturbed")
    files(folder)
    done = agsim_batch("design.toml", "--out", "out", "--workers", 1, cwd=folder)
    assert done.returncode == 0, done.stderr
    return contents(folder / "out")


def wait_for_units(store: Path, count: int, running: subprocess.Popen[str]) -> None:
    """Until the store holds so many files, or the process has ended."""
    end = time.monotonic() + PATIENCE_SECONDS
    while units_in(store) < count and running.poll() is None:
        assert time.monotonic() < end
        time.sleep(0.002)


def started(*words: object, cwd: Path) -> subprocess.Popen[str]:
    """`agsim batch` in a process group of its own."""
    # What started the tests in the background may have made them deaf to Ctrl-C.
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(
            command(*words),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=cwd,
            start_new_session=True,
        )
    finally:
        signal.signal(signal.SIGINT, ours)


class TestFiles:
    def test_results_cells_summaries_and_manifest(self, tmp_path: Path, undisturbed):
        names = {name for name in undisturbed if not name.startswith("store")}
        assert names == {
            "results.parquet", "cells.parquet", "summary_by_year.parquet", "manifest.json",
        }  # fmt: skip
        for name in names:
            (tmp_path / name).write_bytes(undisturbed[name])
        cells = pd.read_parquet(tmp_path / "cells.parquet")
        assert list(cells["cell"]) == list(range(6))
        assert cells["fingerprint"].is_unique
        results = pd.read_parquet(tmp_path / "results.parquet")
        assert len(results) == UNITS * 4
        order = results[["cell", "draw", "replication", "period"]]
        assert order.apply(tuple, axis=1).is_monotonic_increasing
        assert results.drop_duplicates("draw")["weight"].sum() == pytest.approx(1)
        summary = pd.read_parquet(tmp_path / "summary_by_year.parquet")
        entries = results[(results["cell"] == 5) & (results["period"] == "2021")]
        means = entries.groupby("draw").agg({"entries": "mean", "weight": "first"})
        rows = summary[(summary["cell"] == 5) & (summary["period"] == "2021")]
        assert rows.set_index("measure")["value"]["entries"] == pytest.approx(
            np.average(means["entries"], weights=means["weight"])
        )
        manifest = json.loads(undisturbed["manifest.json"])
        assert (manifest["command"], manifest["units"], manifest["failed"]) == ("batch", UNITS, 0)
        assert manifest["scenarios"]["tiny"]["fingerprint"]

    def test_a_repeated_batch_is_there_and_a_harmed_file_is_put_together_again(
        self, tmp_path: Path, undisturbed
    ):
        files(tmp_path)
        for name, content in undisturbed.items():
            path = tmp_path / "out" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        again = agsim_batch("design.toml", "--out", "out", "--json", cwd=tmp_path)
        assert again.returncode == 0, again.stderr
        assert "nothing to run" in again.stderr
        rows = pd.DataFrame(json.loads(again.stdout))
        best = rows[rows["measure"] == "entries"]
        assert list(best["rank"]) == [1, 2, 3, 4, 5, 6]
        assert list(best["value"]) == sorted(best["value"], reverse=True)
        (tmp_path / "out" / "results.parquet").write_bytes(b"harmed")
        mended = agsim_batch("design.toml", "--out", "out", cwd=tmp_path)
        assert "all are in the store" in mended.stderr
        assert contents(tmp_path / "out") == undisturbed

    def test_a_dry_run_tells_and_leaves_nothing(self, tmp_path: Path):
        files(tmp_path)
        before = contents(tmp_path)
        told = agsim_batch("design.toml", "--dry-run", "--workers", 1, cwd=tmp_path)
        assert told.returncode == 0, told.stderr
        assert f"6 cells × 6 draws × 2 replication(s) = {UNITS} units" in told.stdout
        assert f"{UNITS} to run: about " in told.stdout
        assert contents(tmp_path) == before
        assert {path.name for path in tmp_path.iterdir()} == {"tiny.toml", "design.toml"}

    def test_failures_are_listed_and_the_others_are_there(self, tmp_path: Path):
        text = 'base = "tiny"\ndraws = 2\nreplications = 1\n[set.open.orientations.per_year]\n'
        files(tmp_path, text + "[set.as_it_is]\n")
        done = agsim_batch("design.toml", "--out", "out", cwd=tmp_path)
        assert done.returncode == 1
        assert "2 of 4 units failed, listed in out/failures.csv" in done.stderr
        assert "orientations.per_year: is not set" in done.stderr
        assert "Traceback" not in done.stderr
        failures = pd.read_csv(tmp_path / "out" / "failures.csv")
        assert list(failures["cell"]) == [0, 0]
        assert list(failures["draw"]) == [0, 1]
        assert set(pd.read_parquet(tmp_path / "out" / "results.parquet")["cell"]) == {1}
        files(tmp_path, text.replace(".per_year]", "]\nmultiplier = {2021 = 1.1}"))
        mended = agsim_batch("design.toml", "--out", "out", cwd=tmp_path)
        assert mended.returncode == 0, mended.stderr
        assert not (tmp_path / "out" / "failures.csv").exists()

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("nowhere",), "there is no such batch design"),
            (("wrong.toml",), "wrong.toml: posts: value 1 is 'x'"),
            (("design.toml", "--cluster", "nonsense"), "is no address of a scheduler"),
            (("design.toml", "--store", "/dev/null/x", "--out", "out"), "--store: /dev/null/x"),
        ],
    )
    def test_bad_input_is_told_in_words(self, tmp_path: Path, words: tuple[str, ...], told: str):
        files(tmp_path)
        (tmp_path / "wrong.toml").write_text('base = "tiny"\nposts = "x"\n')
        done = agsim_batch(*words, cwd=tmp_path)
        assert done.returncode == 2
        assert told in done.stderr
        assert "Traceback" not in done.stderr
        assert done.stdout == ""
        assert not list(tmp_path.rglob("*.parquet"))


@pytest.mark.slow
class TestKilled:
    @pytest.mark.parametrize("workers", [1, 2])
    def test_again_and_again_it_loses_no_finished_unit_and_ends_with_the_same_bytes(
        self, tmp_path: Path, undisturbed, workers: int
    ):
        files(tmp_path)
        words = ["design.toml", "--out", "out", "--workers", workers]
        store = tmp_path / "out" / "store"
        random = np.random.default_rng(workers)
        for goal in (8, 40)[: 3 - workers]:
            before = set(contents(store)) if store.is_dir() else set()
            running = started(*words, cwd=tmp_path)
            wait_for_units(store, goal, running)
            time.sleep(random.uniform(0, 0.02))
            # Only the program: its workers find out by themselves.
            os.kill(running.pid, signal.SIGKILL)
            running.communicate()
            assert running.returncode in {KILLED, 0}
            assert before <= set(contents(store))
            assert units_in(store) >= min(goal, UNITS)
        done = agsim_batch("design.toml", "--out", "out", "--workers", 1, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        told = re.search(r"(\d+) are in the store, (\d+) to run", done.stderr)
        assert told is None or int(told[1]) > 0
        assert contents(tmp_path / "out") == undisturbed

    @pytest.mark.parametrize(("unit", "share"), [(2, 0.5), (9, 1.0)])
    def test_while_a_unit_is_written(self, tmp_path: Path, undisturbed, unit: int, share: float):
        """Half of the file, or all of it, is beside its place: it was not yet moved there."""
        files(tmp_path)
        done = subprocess.run(
            [sys.executable, "-c", KILLED_WHILE_WRITING, str(unit), str(share)],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            check=False,
        )
        assert done.returncode == KILLED
        store = contents(tmp_path / "out" / "store")
        assert len(store) == unit - 1
        assert (
            store.items()
            <= {
                name.removeprefix("store/"): content for name, content in undisturbed.items()
            }.items()
        )
        assert len(list((tmp_path / "out").rglob("*.part"))) == 1

    def test_ctrl_c_keeps_what_is_finished_and_says_how_to_go_on(self, tmp_path: Path):
        files(tmp_path, LONG)
        running = started("design.toml", "--out", "out", "--workers", 2, cwd=tmp_path)
        wait_for_units(tmp_path / "out" / "store", 4, running)
        os.killpg(running.pid, signal.SIGINT)
        _, told = running.communicate()
        assert running.returncode == 130
        assert "the same command goes on from there" in told
        assert "Traceback" not in told
        assert 4 <= units_in(tmp_path / "out" / "store") < MANY * UNITS
        assert not (tmp_path / "out" / "manifest.json").exists()

    def test_a_dead_worker_is_told_in_words_and_what_is_finished_is_kept(self, tmp_path: Path):
        import psutil

        files(tmp_path, LONG)
        running = started("design.toml", "--out", "out", "--workers", 2, cwd=tmp_path)
        wait_for_units(tmp_path / "out" / "store", 4, running)
        for child in psutil.Process(running.pid).children():
            if any("popen_loky" in word for word in child.cmdline()):
                child.kill()
        _, told = running.communicate()
        assert running.returncode == 2
        assert "a worker process ended" in told
        assert "the same command goes on from there" in told
        assert units_in(tmp_path / "out" / "store") >= 4

    def test_two_at_once_on_one_store_do_no_harm(self, tmp_path: Path, undisturbed):
        files(tmp_path)
        both = [
            started(
                "design.toml", "--out", name, "--store", "out/store", "--workers", 1, cwd=tmp_path
            )
            for name in ("out", "other")
        ]
        for each in both:
            _, told = each.communicate()
            assert each.returncode == 0, told
        assert contents(tmp_path / "out") == undisturbed
        results = {name: each for name, each in undisturbed.items() if "store/" not in name}
        assert contents(tmp_path / "other") == results


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory) -> Iterator[str]:
    """A Dask scheduler and two workers, each a process of its own; the address."""
    folder = tmp_path_factory.mktemp("cluster")
    file = folder / "scheduler.json"
    quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    quiet["env"] = os.environ | {"PYTHONPATH": str(ROOT)}
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    words = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)]
    processes = [subprocess.Popen([*dask, *words], **quiet)]
    try:
        end = time.monotonic() + PATIENCE_SECONDS
        while not file.exists() or not file.read_text():
            assert time.monotonic() < end
            time.sleep(0.05)
        address = json.loads(file.read_text())["address"]
        worker = [sys.executable, "-m", "distributed.cli.dask_worker", address]
        words = ["--nthreads", "1", "--no-dashboard", "--no-nanny"]
        processes += [subprocess.Popen([*worker, *words], **quiet) for _ in range(2)]
        yield address
    finally:
        for each in reversed(processes):
            each.kill()
            each.wait()


class TestCluster:
    def test_results_are_the_same_bytes_as_on_this_machine(
        self, tmp_path: Path, scheduler: str, undisturbed
    ):
        files(tmp_path)
        store = tmp_path / "out" / "store"
        for name in sorted(name for name in undisturbed if name.startswith("store/"))[:30]:
            (tmp_path / "out" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "out" / name).write_bytes(undisturbed[name])
        assert units_in(store) == 30
        done = agsim_batch("design.toml", "--out", "out", "--cluster", scheduler, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert contents(tmp_path / "out") == undisturbed

    def test_failures_come_back_in_words(self, tmp_path: Path, scheduler: str):
        choices = {"set": {"open": {"orientations.per_year": {}}, "as_it_is": {}}, "draws": 1}
        found = sim.batch({"base": TINY, **choices}, store=tmp_path, cluster=scheduler)
        assert [each.unit.cell for each in found.failures] == [0, 0]
        assert "orientations.per_year: is not set" in found.failures[0].error
        assert set(found.summary()["cell"]) == {1}

    def test_a_worker_with_other_code_is_refused(self, scheduler: str):
        work, _ = planned({"base": "trend", "draws": 1})
        jobs = cluster.Cluster(scheduler).as_done(run_and_send, (work, "of another version"), [()])
        with pytest.raises(InputError, match="a worker has other code or libraries"):
            list(jobs)

    def test_an_address_where_nobody_answers(self, tmp_path: Path, monkeypatch):
        assert cluster.SECONDS_FOR_AN_ANSWER <= 15
        monkeypatch.setattr(cluster, "SECONDS_FOR_AN_ANSWER", 1)
        with pytest.raises(InputError, match="no Dask scheduler answers there"):
            sim.batch({"base": TINY, "draws": 1}, store=tmp_path, cluster="tcp://127.0.0.1:9")

    def test_without_dask_the_message_says_what_to_install(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "distributed", None)
        with pytest.raises(InputError, match=r'pip install "agsim\[cluster\]"'):
            cluster.Cluster("tcp://127.0.0.1:8786").threads()
