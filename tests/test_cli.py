"""The command, as a user calls it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from posteriors import made

from sim.reading_fits import readings

SMALL = ["--set", "territory.departements=['52', '08']", "--replications", "2", "--workers", "1"]


def agsim(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "sim.cli", *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
    )


def test_run_shows_every_reading_and_writes_whole_files(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    done = agsim(
        "run", "history-2018-2020", *SMALL, "--reading", "all", "--people", "--out", str(folder),
        cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for name in ("process", "places", "uneven", "longer_stays", "supply_led"):
        assert f"reading: {name}" in done.stdout
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "measures.parquet",
        "measures_by_year.parquet",
        "people.parquet",
        "manifest.json",
        *(f"{each}.{kind}" for each in ("entries", "delay", "loads") for kind in ("png", "svg")),
    }
    measures = pd.read_parquet(folder / "measures.parquet")
    assert list(measures.columns) == [
        "scenario", "reading", "replication", "draw", "period", "place", "measure", "value", "unit",
    ]  # fmt: skip
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["seed"] == 1
    assert manifest["command"] == "run"
    assert manifest["versions"]["numpy"]
    assert len({each["fingerprint"] for each in manifest["scenarios"].values()}) == 5
    people = pd.read_parquet(folder / "people.parquet")
    entered = people[(people["fate"] == 4) & (people["reading"] == "process")]
    monthly = measures[(measures["measure"] == "entries") & (measures["reading"] == "process")]
    assert monthly["value"].sum() == (entered["t2"] >= 731).sum()  # 2018-01-01 is day 731


def test_run_json_can_be_read_and_engines_agree() -> None:
    printed = []
    for engine in ("compiled", "simpy"):
        done = agsim(
            "run", "history-2018-2020", *SMALL, "--reading", "uneven", "--engine", engine, "--json"
        )
        assert done.returncode == 0, done.stderr
        printed.append(json.loads(done.stdout))
    assert printed[0] == printed[1]


@pytest.mark.slow
def test_workers_do_not_change_the_bytes(tmp_path: Path) -> None:
    stored = []
    for workers in ("1", "2"):
        folder = tmp_path / workers
        done = agsim("run", "trend", *SMALL[:-1], workers, "--reading", "all", "--out", str(folder))
        assert done.returncode == 0, done.stderr
        stored.append((folder / "measures.parquet").read_bytes())
    assert stored[0] == stored[1]


def test_compare_is_paired(tmp_path: Path) -> None:
    done = agsim(
        "compare", "trend", "lever-shared-facilitation", "lever-shared-target",
        *SMALL, "--reading", "process", "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = pd.DataFrame(json.loads(done.stdout))
    alone = rows[rows["scenario"] == "lever-shared-facilitation"]
    assert (alone["value"].fillna(0) == 0).all(), "facilitation alone changes nothing"
    entries = rows[(rows["measure"] == "entries") & (rows["period"] == "2023")]
    assert entries.set_index("scenario").loc["lever-shared-target", "value"] > 0


def test_sources_lists_every_parameter_with_a_source() -> None:
    done = agsim("sources", "trend", "--reading", "places", "--json")
    entries = json.loads(done.stdout)
    by_path = {entry["path"]: entry for entry in entries}
    assert by_path["portfolios.places"]["source"] == "reading 'places': fixed"
    assert by_path["orientations.per_year.2020-01-01"]["kind"] == "fitted"
    assert all(entry["source"] and entry["unit"] for entry in entries)
    assert "parameters:" in agsim("sources", "trend").stdout


def test_schema_accepts_the_shipped_scenarios_and_refuses_a_typo(tmp_path: Path) -> None:
    import tomllib

    import jsonschema

    from sim.data_files import scenarios

    file = tmp_path / "schema.json"
    assert agsim("schema", "--out", str(file)).returncode == 0
    schema = json.loads(file.read_text())
    for path in scenarios().glob("*.toml"):
        document = json.loads(json.dumps(tomllib.loads(path.read_text()), default=str))
        jsonschema.validate(document, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"title": "x", "entry": {"agrement": 0.9}}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"title": "x", "entry": {"agreement": 1.9}}, schema)


@pytest.mark.parametrize(
    ("arguments", "fragments"),
    [
        (["run", "trnd"], ["trnd", "did you mean 'trend'"]),
        (["run", "trend", "--reading", "proces"], ["proces", "did you mean 'process'"]),
        (
            ["run", "trend", "--set", "entry.agrement=1"],
            ["entry.agrement", "did you mean 'agreement'"],
        ),
        (["run", "trend", "--set", "entry.agreement=2"], ["entry.agreement", "from 0 to 1"]),
        (["run", "trend", "--set", "nonsense"], ["--set", "PATH=VALUE"]),
        (["run", "trend", "--reading", "own_figures"], ["own_figures", "choose a reading"]),
        (["run", "trend", "--people"], ["--people", "--out"]),
        (["run", "trend", "--reading", "all", "--out", "/dev/null/x"], ["--out", "/dev/null/x"]),
        (["run", "trend", "--people", "--out", "x"], ["--people", "--reading NAME"]),
        (["run", "trend", "--posterior", "no/such"], ["no/such", "agsim calibrate"]),
        (["run", "trend", "--reading", "posteror"], ["posteror", "did you mean 'posterior'"]),
        (["compare", "trend", "lockdown", "--posterior", "no/such"], ["no/such"]),
        (["run", "trend", "--reading", "all", "--draws", "5"], ["draws", "point fit"]),
        (["plan", "--levers", "shared_targt"], ["shared_targt", "shared_target"]),
        (["plan", "--target=-5"], ["target.people", "from 1"]),
        (["plan", "--year", "2019"], ["target.year", "2019"]),
        (["compare", "trend"], ["two or more"]),
        (["check", "no/such/file.toml"], ["no/such/file.toml"]),
        (["sources", "trend", "--reading", "x"], ["reading"]),
    ],
)
def test_bad_input_is_told_in_words(arguments: list[str], fragments: list[str]) -> None:
    done = agsim(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    for fragment in fragments:
        assert fragment in done.stderr
    assert done.stdout == ""


def test_out_stays_untouched_when_the_input_is_bad(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert agsim("run", "trend", "--reading", "x", "--out", str(folder)).returncode == 2
    assert not folder.exists()


def test_runs_on_draws_print_and_write_intervals_labels_and_the_sample(tmp_path: Path) -> None:
    sample, folder = made(tmp_path / "sample"), tmp_path / "out"
    words = ["run", "trend", *SMALL, "--posterior", str(sample), "--draws", "11"]
    done = agsim(*words, "--json", "--out", str(folder))
    assert done.returncode == 0, done.stderr
    rows = pd.DataFrame(json.loads(done.stdout))
    assert {"value", "low", "high", "half_width", "weight", "draws"} <= set(rows.columns)
    assert set(rows["reading"]) == {"posterior", *readings()}
    together = rows[rows["reading"] == "posterior"]
    assert set(together["draws"]) == {11}
    assert (together["low"] <= together["high"]).where(together["low"].notna(), True).all()
    stored = pd.read_parquet(folder / "summary_by_year.parquet")
    assert list(stored.columns) == list(rows.columns)
    draws = pd.read_parquet(folder / "draws.parquet")
    assert draws["weight"].sum() == pytest.approx(1)
    assert "portfolios.places" in draws.columns
    measures = pd.read_parquet(folder / "measures.parquet")
    assert set(measures["draw"]) == set(draws["draw"]) == set(range(11))
    manifest = json.loads((folder / "manifest.json").read_text())
    content = (sample / "draws.csv").read_bytes()
    assert manifest["posterior"]["fingerprint"] == hashlib.sha256(content).hexdigest()
    assert manifest["posterior"]["draws"] == 11
    assert manifest["replications"] == 2


def test_a_comparison_on_draws_writes_differences_and_says_what_it_is(tmp_path: Path) -> None:
    sample, folder = made(tmp_path / "sample"), tmp_path / "out"
    done = agsim(
        "compare", "trend", "lever-shared-target", *SMALL,
        "--posterior", str(sample), "--out", str(folder),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "90 % credible interval" in done.stdout
    differences = pd.read_parquet(folder / "differences.parquet")
    assert set(differences["reading"]) == {"posterior", *readings()}
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["command"] == "compare"
    assert set(manifest["scenarios"]) == {"trend/posterior", "lever-shared-target/posterior"}
