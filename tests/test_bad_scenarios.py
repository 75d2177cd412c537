"""Broken scenario files: each is refused with its file, its key and a way out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from bad_inputs import BROKEN, TITLE, Broken, refused, shows_a_way_out, written
from hypothesis import given
from hypothesis import strategies as st
from scenario_inputs import ROOT, files

import sim


def test_the_table_has_no_name_twice():
    names = [broken.name for broken in BROKEN]
    assert len(set(names)) == len(names) >= 45


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_a_broken_file_is_refused_with_file_key_and_words(broken: Broken, tmp_path: Path):
    path = written(broken, tmp_path)
    error = refused(path)
    blamed = broken.blamed or path.name
    named = [each for each in error.problems if each.where.endswith(blamed)]
    assert named, f"no problem names {blamed}: {error}"
    assert any(each.key == broken.key or not broken.key for each in named) or any(
        each.key.startswith(f"{broken.key}.") for each in named
    ), f"no problem names {broken.key}: {error}"
    assert broken.says in str(error)


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_a_message_shows_a_way_out_in_words_of_a_planner(broken: Broken, tmp_path: Path):
    error = refused(written(broken, tmp_path))
    assert shows_a_way_out(error), str(error)
    shown = str(error).replace(str(tmp_path), "")
    assert "instance of" not in shown
    assert max(len(line) for line in shown.splitlines()) < 1000


def test_a_folder_is_refused(tmp_path: Path):
    folder = tmp_path / "folder.toml"
    folder.mkdir()
    error = refused(folder)
    assert "folder.toml" in str(error)
    assert "is a folder" in str(error)
    assert shows_a_way_out(error)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all files")
def test_an_unreadable_file_is_refused(tmp_path: Path):
    path = files(tmp_path, locked="")
    path.chmod(0)
    error = refused(path)
    assert "locked.toml" in str(error)
    assert shows_a_way_out(error)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("trendd", "did you mean 'trend'?"),
        ("nothing/like/it.toml", "no such scenario"),
        ("", ""),
        ("a\0b", "no such scenario"),
        ("x" * 300, "no such scenario"),
        ("x" * 5000, "no such scenario"),
    ],
    ids=["near", "far", "empty", "null", "long", "very_long"],
)
def test_a_name_that_is_no_file_is_refused(name: str, says: str):
    error = refused(name)
    assert says in str(error)
    assert shows_a_way_out(error)


def test_a_mark_of_byte_order_and_windows_line_ends_are_no_mistakes(tmp_path: Path):
    path = tmp_path / "windows.toml"
    path.write_bytes("\ufefftitle = 't'\r\n[portfolios]\r\nplaces = 60\r\n".encode())
    assert sim.load(path).portfolios.places == 60


SEVERAL = """
title = "Six mistakes"
[territory]
unevenes = 0.2
[portfolios]
places = -1
[posts]
target = "many"
[levers.shared_target]
intensity = 2
[entry]
process_delay_days = { soon = 30 }
[shocks.closure]
start = 2020-03-17
"""


def test_several_mistakes_are_reported_at_once(tmp_path: Path):
    path = tmp_path / "several.toml"
    path.write_text(SEVERAL, encoding="utf-8")
    error = refused(path)
    assert {each.key for each in error.problems} == {
        "territory.unevenes",
        "portfolios.places",
        "posts.target",
        "levers.shared_target.intensity",
        "entry.process_delay_days",
        "shocks.closure.end",
    }
    assert str(error).count("several.toml") == len(error.problems)


def test_a_missing_title_hides_no_other_mistake(tmp_path: Path):
    path = tmp_path / "untitled.toml"
    path.write_text("[portfolios]\nplaces = -1\n", encoding="utf-8")
    assert {each.key for each in refused(path).problems} == {"title", "portfolios.places"}


def test_a_wrong_number_hides_no_mistake_of_meaning(tmp_path: Path):
    text = '[portfolios]\nplaces = -1\n[territory]\ndepartements = ["XX"]\n'
    keys = {each.key for each in refused(files(tmp_path, two_kinds=text)).problems}
    assert keys == {"portfolios.places", "territory.departements"}


def test_two_mistakes_of_meaning_are_reported_at_once(tmp_path: Path):
    text = '[target]\nyear = 2030\n[territory]\ndepartements = ["XX"]\n'
    keys = {each.key for each in refused(files(tmp_path, two_meanings=text)).problems}
    assert keys == {"target.year", "territory.departements"}


@given(st.binary(max_size=60))
def test_any_bytes_are_a_scenario_or_an_input_error(tmp_path_factory, content: bytes):
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(TITLE.encode() + content)
    try:
        told = sim.load(path).title
    except sim.InputError as error:
        told = str(error)
    assert told == "A broken one" or "any.toml" in told


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("check", "negative_places"),
        ("check", "unknown_lever"),
        ("check", "base_missing"),
        ("check", "latin_1"),
        ("check", "empty_file"),
        ("run", "negative_places"),
        ("run", "date_twice"),
        ("run", "latin_1"),
    ],
)
def test_the_command_tells_a_broken_file(command: str, name: str, tmp_path: Path):
    broken = next(each for each in BROKEN if each.name == name)
    path, out = written(broken, tmp_path), tmp_path / "results"
    words = [sys.executable, "-m", "sim.cli", command, str(path)]
    words += ["--out", str(out)] if command == "run" else []
    done = subprocess.run(words, cwd=ROOT, capture_output=True, timeout=120, check=False)
    told = "".join(done.stderr.decode().split())
    assert done.returncode == 2
    assert path.name in told
    assert broken.key in told
    assert "".join(broken.says.split()) in told
    assert b"Traceback" not in done.stderr + done.stdout
    assert not out.exists() or not list(out.iterdir())


def test_the_command_takes_a_good_file(tmp_path: Path):
    path = files(tmp_path, good='base = "trend"\n[portfolios]\nplaces = 60\n')
    words = [sys.executable, "-m", "sim.cli", "check", str(path)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0
    assert b"portfolios.places = 60" in done.stdout
