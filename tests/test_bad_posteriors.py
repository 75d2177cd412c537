"""Broken posterior samples: each is refused with its file, its column and a way out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from bad_inputs import shows_a_way_out
from posteriors import made

import sim
from sim import data_files
from sim import posterior as module
from sim.posterior import posterior

Change = Callable[[str], str]


@dataclass(frozen=True)
class Broken:
    """A change that breaks a file of a good sample; the key and words of the message."""

    name: str
    file: str
    change: Change
    key: str
    says: str


def replacing(old: str, new: str, count: int = 1) -> Change:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, count)

    return change


def cell(line: int, column: str, new: str) -> Change:
    def change(text: str) -> str:
        rows = [row.split(",") for row in text.splitlines()]
        rows[line][rows[0].index(column)] = new
        return "\n".join(",".join(row) for row in rows)

    return change


def without(column: str) -> Change:
    def change(text: str) -> str:
        rows = [row.split(",") for row in text.splitlines()]
        k = rows[0].index(column)
        return "\n".join(",".join(row[:k] + row[k + 1 :]) for row in rows)

    return change


DRAWS, MANIFEST = "draws.csv", "manifest.toml"
PLACES = "portfolios.places"
BROKEN = [
    Broken("no_weight", DRAWS, without("weight"), "weight", "is missing as a column"),
    Broken("no_label", DRAWS, without("reading"), "reading", "is missing as a column"),
    Broken("no_parameter", DRAWS, without(PLACES), PLACES, "is missing as a column"),
    Broken(
        "typo", DRAWS, replacing(PLACES, "portfolios.place"), "portfolios.place",
        "did you mean 'portfolios.places'?",
    ),
    Broken(
        "no_such_year", DRAWS, replacing("per_year.2019", "per_year.soon"),
        "orientations.per_year.soon", "is no parameter",
    ),
    Broken(
        "year_of_a_number", DRAWS, replacing(PLACES, f"{PLACES}.2019"), f"{PLACES}.2019",
        "is no parameter",
    ),
    Broken(
        "shock_not_in_the_history", DRAWS,
        replacing("lockdown_2020.orientations", "lockdwn_2020.orientations"),
        "shocks.lockdwn_2020.orientations", "did you mean 'shocks.lockdown_2020.orientations'?",
    ),
    Broken("twice", DRAWS, replacing("territory.pool_size", PLACES), PLACES, "is there twice"),
    Broken("weights", DRAWS, cell(1, "weight", "0.5"), "weight", "must sum to 1"),
    Broken("negative", DRAWS, cell(1, "weight", "-0.5"), "weight", "must not be negative"),
    Broken("text", DRAWS, cell(3, PLACES, "many"), PLACES, "is 'many' on line 4"),
    Broken("nan", DRAWS, cell(3, PLACES, "nan"), PLACES, "must be a finite number"),
    Broken("empty_cell", DRAWS, cell(3, "weight", ""), "weight", "is '' on line 4"),
    Broken("bounds", DRAWS, cell(3, PLACES, "-1"), PLACES, "is -1 on line 4, must be from 1"),
    Broken("order", DRAWS, cell(3, "draw", "7"), "draw", "does not count"),
    Broken("label", DRAWS, cell(3, "reading", "proces"), "reading", "did you mean 'process'?"),
    Broken("short", DRAWS, lambda text: text.rpartition(",")[0], "line 13", "cells, the header"),
    Broken("no_draws", DRAWS, lambda text: text.splitlines()[0], "", "has no draws"),
    Broken("empty", DRAWS, lambda _: "", "", "has no draws"),
    Broken("not_toml", MANIFEST, lambda _: "[", "", "is not TOML"),
    Broken(
        "no_such_place", MANIFEST, lambda text: f'place = "99"\n{text}', "place",
        "is '99', must be codes of départements",
    ),
    Broken(
        "places_out_of_order", MANIFEST, lambda text: f'place = "52+08"\n{text}', "place",
        "such as 52 or 08+52",
    ),
    Broken("no_tables", MANIFEST, lambda _: 'scenario = "trend"', "parameters", "is missing"),
    Broken(
        "no_history", MANIFEST, replacing('scenario = "history-2018-2020"', ""), "scenario",
        "is missing",
    ),
    Broken(
        "other_history", MANIFEST, replacing("history-2018-2020", "history-2018"), "scenario",
        "did you mean 'history-2018-2020'?",
    ),
    Broken(
        "untold", MANIFEST, replacing(f'[parameters."{PLACES}"]', "[parameters.x]"),
        f"parameters.{PLACES}", "is missing",
    ),
    Broken(
        "kind", MANIFEST, replacing('kind = "calibrated"', 'kind = "calibratd"'),
        "parameters.portfolios.places.kind", "did you mean 'calibrated'?",
    ),
    Broken(
        "shape", MANIFEST, replacing('"triangular"', '"square"'),
        "parameters.levers.shared_target.ramp_months.shape", "is 'square'",
    ),
    Broken(
        "range", MANIFEST, replacing("low = 6", "low = 60"),
        "parameters.levers.shared_target.ramp_months", "in this order",
    ),
]  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_a_broken_sample_is_refused_with_file_column_and_words(broken: Broken, tmp_path: Path):
    folder = made(tmp_path / "sample")
    path = folder / broken.file
    path.write_text(broken.change(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(sim.InputError) as caught:
        posterior(folder)
    named = [each for each in caught.value.problems if each.key == broken.key]
    assert named, str(caught.value)
    assert any(str(folder) in each.where for each in named)
    assert broken.says in str(caught.value)
    assert shows_a_way_out(caught.value)


def test_a_diagnosis_that_cannot_be_made_and_rounded_weights_are_no_mistakes(tmp_path: Path):
    path = made(tmp_path) / DRAWS
    text = cell(1, "is_queue_share_2020", "nan")(path.read_text(encoding="utf-8"))
    weight = f"{posterior(tmp_path).weights[0]:.5f}"
    path.write_text(cell(1, "weight", weight)(text), encoding="utf-8")
    assert posterior(tmp_path).weights.sum() == pytest.approx(1, abs=1e-15)


def test_several_mistakes_are_told_at_once(tmp_path: Path):
    folder = made(tmp_path)
    path = folder / DRAWS
    text = cell(1, "weight", "0.5")(path.read_text(encoding="utf-8"))
    text = replacing(PLACES, "portfolios.place")(cell(2, "reading", "proces")(text))
    path.write_text(text, encoding="utf-8")
    with pytest.raises(sim.InputError) as caught:
        posterior(folder)
    assert {"weight", "reading", "portfolios.place"} <= {each.key for each in caught.value.problems}


@pytest.mark.parametrize("name", [DRAWS, MANIFEST])
def test_a_missing_file_is_told(name: str, tmp_path: Path):
    (made(tmp_path) / name).unlink()
    with pytest.raises(sim.InputError, match=f"{name}: cannot be read"):
        posterior(tmp_path)


def test_a_file_that_is_not_utf_8_is_told(tmp_path: Path):
    (made(tmp_path) / DRAWS).write_bytes(b"draw,weight,reading,\xe9\n")
    with pytest.raises(sim.InputError, match="is not UTF-8"):
        posterior(tmp_path)


def test_a_folder_that_is_not_there_or_a_file_is_told(tmp_path: Path):
    with pytest.raises(sim.InputError, match="there is no such folder"):
        posterior(tmp_path / "nothing")
    with pytest.raises(sim.InputError, match="is no folder"):
        posterior(made(tmp_path) / DRAWS)


def test_without_a_shipped_sample_the_way_to_one_is_told(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(data_files, "posterior", lambda: tmp_path / "posterior")
    module._shipped.cache_clear()
    with pytest.raises(sim.InputError, match="agsim calibrate"):
        sim.simulate(sim.load("trend"))
    made(tmp_path / "posterior")
    try:
        assert len(posterior()) == 12
        assert posterior() is posterior()
    finally:
        module._shipped.cache_clear()
