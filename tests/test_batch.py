"""Batches in this process: which units run, which numbers, what is kept and found again."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from batches import DESIGN, TINY, contents, keys, with_training
from posteriors import made

import sim
from sim.errors import InputError
from sim.experiment.batch import Batch, planned, prepared
from sim.experiment.batch_summary import write_results
from sim.experiment.store import SECONDS_OF_A_LEFTOVER, Store
from sim.posterior import posterior

TWELVE = 12


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Store:
    return Store.at(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def batch(store: Store) -> Batch:
    return sim.batch(DESIGN, store=store)


class TestNumbers:
    def test_they_are_those_of_a_simulation_of_the_cell(self, batch: Batch):
        cell = 3
        scenario = batch.cells.scenario(cell)
        assert scenario.posts.target == 1500
        found = sim.simulate(scenario, draws=3, replications=2)
        for period in ("year", "month"):
            wanted = found.frame(period)
            mine = batch.frame(period)
            mine = mine[mine["cell"] == cell]
            on = ["replication", "draw", "period", "measure"]
            both = wanted.merge(mine.astype({"measure": str, "period": str}), on=on)
            assert len(both) == len(mine) > 0
            np.testing.assert_array_equal(both["value_x"], both["value_y"])
            assert (both["reading_x"] == both["reading_y"].astype(str)).all()

    def test_summaries_too(self, batch: Batch):
        wanted = sim.simulate(batch.cells.scenario(0), draws=3, replications=2).summary()
        mine = batch.summary()
        mine = mine[mine["cell"] == 0].astype({"measure": str, "period": str})
        both = wanted.merge(mine, on=["period", "measure"])
        assert len(both) == len(mine) > 0
        for name in ("value", "low", "high", "half_width"):
            np.testing.assert_allclose(both[f"{name}_x"], both[f"{name}_y"])

    def test_enough_draws_tell_an_interval(self, tmp_path: Path):
        design = {"base": TINY, "posterior": str(made(tmp_path / "sample")), "replications": 1}
        found = sim.batch(design, store=tmp_path / "store").summary()
        entries = found[(found["measure"] == "entries") & (found["period"] == "2021")].iloc[0]
        assert entries["low"] < entries["value"] < entries["high"]
        assert entries["draws"] == TWELVE

    def test_readings_are_each_told_and_tell_no_interval(self, tmp_path: Path):
        design = {"base": TINY, "readings": ["process", "places"], "posts": [1200, 1500]}
        found = sim.batch(design, store=tmp_path)
        summary = found.summary()
        assert list(summary["reading"].unique()) == ["process", "places"]
        assert summary["low"].isna().all()
        assert summary["half_width"].notna().any()
        wanted = sim.simulate(found.cells.scenario(1), reading="places").mean()
        mine = summary[(summary["cell"] == 1) & (summary["reading"] == "places")]
        mine = mine.astype({"period": str, "measure": str})
        both = wanted.merge(mine, on=["period", "measure"])
        assert len(both) == len(mine) > 0
        for name in ("value", "half_width"):
            np.testing.assert_allclose(both[f"{name}_x"], both[f"{name}_y"])
        assert "no probabilities" in str(found)

    def test_what_binds_on_request(self, tmp_path: Path):
        design = {"base": TINY, "draws": 1, "replications": 1, "binding": True}
        assert "bound_by_places" in set(sim.batch(design, store=tmp_path).summary()["measure"])


class TestStore:
    def test_a_repeated_batch_runs_nothing_and_gives_the_same(self, batch: Batch, store: Store):
        before = contents(store.folder)
        again = sim.batch(DESIGN, store=store)
        assert (batch.run, again.run) == (24, 0)
        assert contents(store.folder) == before
        pd.testing.assert_frame_equal(batch.summary(), again.summary())

    def test_of_a_changed_design_only_what_changed_is_run(self, batch: Batch, store: Store):
        more = sim.batch({**DESIGN, "posts": [1200, 1500, 1700]}, store=store)
        assert more.run == 2 * 3 * 2
        assert sim.batch({**DESIGN, "draws": 4}, store=store).run == 4 * 2
        assert sim.batch({**DESIGN, "replications": 3}, store=store).run == 4 * 3
        fewer = sim.batch({**DESIGN, "levers": "none", "draws": 2}, store=store)
        assert fewer.run == 0
        other = TINY.with_({"posts.turnover_per_year": 0.1})
        assert sim.batch({**DESIGN, "base": [TINY, other]}, store=store).run == 24

    def test_titles_and_sources_change_nothing_to_run(self, batch: Batch, store: Store):
        told = TINY.with_({"title": "another", "target.people": {"value": 300, "source": "me"}})
        assert sim.batch({**DESIGN, "base": told}, store=store).run == 0

    def test_another_seed_runs_all(self, batch: Batch, store: Store):
        work, _ = planned({**DESIGN, "seed": 2})
        assert prepared(work, store).to_run == 24

    def test_equal_cells_are_run_once_and_told_each(self, tmp_path: Path):
        design = {"base": TINY, "levers": "none", "intensities": [0.5, 1], "draws": 2}
        found = sim.batch(design, store=tmp_path)
        assert found.run == 4
        frame = found.frame()
        first, second = (frame[frame["cell"] == k]["value"].to_numpy() for k in range(2))
        np.testing.assert_array_equal(first, second)

    @pytest.mark.parametrize("left", [0, 3, 0.5, -4], ids=["nothing", "start", "half", "no end"])
    def test_a_unit_cut_short_is_made_again(self, tmp_path: Path, left: float):
        design = {"base": TINY, "draws": 2, "replications": 1}
        found = sim.batch(design, store=tmp_path)
        before = contents(tmp_path)
        file = found.store.file(keys(found)[1])
        whole = file.read_bytes()
        file.write_bytes(whole[: int(left * len(whole)) if left == 0.5 else int(left)])
        assert sim.batch(design, store=tmp_path).run == 1
        assert contents(tmp_path) == before

    def test_a_unit_spoilt_within_or_gone_meanwhile_is_made_again_when_read(self, tmp_path: Path):
        found = sim.batch({"base": TINY, "draws": 2, "replications": 1}, store=tmp_path)
        before, summary = contents(tmp_path), found.summary()
        spoilt, gone = (found.store.file(key) for key in keys(found))
        spoilt.write_bytes(b"PAR1" + bytes(500) + b"PAR1")
        gone.unlink()
        again = sim.batch({"base": TINY, "draws": 2, "replications": 1}, store=tmp_path)
        assert again.run == 1
        pd.testing.assert_frame_equal(again.summary(), summary)
        assert contents(tmp_path) == before

    def test_old_leftovers_are_swept_and_new_ones_left_to_their_writer(self, tmp_path: Path):
        folder = tmp_path / "ab"
        folder.mkdir()
        old, new = folder / ".ab1.parquet.x.part", folder / ".ab2.parquet.y.part"
        for file in (old, new):
            file.write_bytes(b"PAR1")
        long_ago = time.time() - SECONDS_OF_A_LEFTOVER - 60
        os.utime(old, (long_ago, long_ago))
        sim.batch({"base": TINY, "draws": 1, "replications": 1}, store=tmp_path)
        assert [old.exists(), new.exists()] == [False, True]

    def test_two_processes_make_the_same_bytes_as_one(self, batch: Batch, tmp_path: Path):
        here = sim.batch(DESIGN, store=tmp_path / "store", workers=sim.Workers(2))
        for key in keys(batch):
            assert here.store.file(key).read_bytes() == batch.store.file(key).read_bytes()
        for each, name in ((batch, "one"), (here, "two")):
            (tmp_path / name).mkdir()
            write_results(tmp_path / name, each)
        assert contents(tmp_path / "one") == contents(tmp_path / "two")

    def test_a_disk_that_takes_nothing_ends_in_words(self, tmp_path: Path):
        (tmp_path / "file").write_text("no folder")
        with pytest.raises(InputError, match="--store"):
            sim.batch(DESIGN, store=tmp_path / "file" / "store")


class TestFailures:
    def test_draws_that_do_not_fit_a_cell_are_told_and_the_others_go_on(self, tmp_path: Path):
        design = {
            "base": TINY,
            "set": {"as_it_is": {}, "many_jobs": {"parcours.to_employment": 0.7}},
            "posterior": str(with_training(tmp_path / "sample")),
            "draws": 6,
        }
        found = sim.batch(design, store=tmp_path / "store")
        assert found.run == (6 + 3) * 2
        failed = [
            (each.unit.cell, each.unit.under, each.unit.repetition) for each in found.failures
        ]
        assert failed == [(1, under, r) for under in (1, 3, 5) for r in range(2)]
        assert "at most 1" in found.failures[0].error
        assert "draw 1" in found.failures[0].error
        summary = found.summary().drop_duplicates("cell").set_index("cell")
        assert list(summary["draws"]) == [6, 3]
        assert len(found.frame(measures=["entries"]).query("period == '2021'")) == 18
        assert "6 unit(s) failed" in str(found)

    def test_a_unit_that_fails_as_it_runs_is_tried_again_next_time(self, tmp_path: Path):
        design = {
            "base": TINY,
            "set": {"open": {"orientations.per_year": {}}, "filled": {}},
            "draws": 2,
            "replications": 1,
        }
        found = sim.batch(design, store=tmp_path, workers=sim.Workers(2))
        assert [each.unit.cell for each in found.failures] == [0, 0]
        assert "orientations.per_year: is not set" in found.failures[0].error
        assert set(found.summary()["cell"]) == {1}
        again = sim.batch(design, store=tmp_path)
        assert (again.run, len(again.failures)) == (2, 2)

    def test_where_all_fail_there_is_nothing_to_rank(self, tmp_path: Path):
        design = {"base": TINY, "set": {"open": {"orientations.per_year": {}}}, "draws": 1}
        found = sim.batch(design, store=tmp_path)
        assert found.summary().empty
        with pytest.raises(InputError, match="every unit failed"):
            found.ranking()


class TestShown:
    def test_the_frame_is_tidy(self, batch: Batch):
        frame = batch.frame("year", ["entries", "load"])
        assert list(frame.columns) == [
            "cell", "base", "levers", "intensity", "posts", "allocation", "places", "shocks",
            "set", "reading", "replication", "draw", "period", "place", "measure", "value", "unit",
        ]  # fmt: skip
        assert len(frame) == 24 * 4 * 2
        assert set(frame["levers"]) == {"none", "shared_target"}
        assert set(frame["posts"]) == {1200, 1500}
        with pytest.raises(InputError, match="did you mean 'entries'"):
            batch.frame("year", ["entrie"])

    def test_the_ranking_is_by_the_target_the_best_first(self, batch: Batch):
        ranking = batch.ranking()
        assert (ranking.measure, ranking.year, ranking.is_target) == ("entries", "2021", True)
        values = ranking.of("posterior", "entries")["value"]
        assert list(values[list(ranking.order)]) == sorted(values, reverse=True)
        delays = batch.ranking("entry_delay", 2020).of("posterior", "entry_delay")["value"]
        shortest = batch.ranking("entry_delay", 2020).order[0]
        assert delays[shortest] == delays.min()
        with pytest.raises(InputError, match="2030 is not simulated"):
            batch.ranking(year=2030)
        with pytest.raises(InputError, match="did you mean 'entries'"):
            batch.ranking("entrie")

    def test_the_text_is_narrow_and_says_what_it_rests_on(self, batch: Batch):
        text = str(batch)
        assert max(map(len, text.splitlines())) <= 100
        for part in ("4 cell(s) by entries in 2021 (target 300)", "too few for an interval",
                     f"3 of {len(posterior(None))} draws",
                     "assumptions with wide ranges"):  # fmt: skip
            assert part in text
        assert batch._repr_html_().count("<table>") == 1
        assert repr(batch) == "<Batch: 4 cells, 24 units>"

    def test_the_picture_has_a_line_a_cell(self, batch: Batch):
        axes = batch.plot().axes[0]
        names = [each.get_text() for each in axes.get_yticklabels()]
        assert len(names) == 4
        assert names[0].startswith("shared target · posts 1 500")
        assert "Load" not in batch.plot("load").axes[0].get_ylabel()

    def test_settings_of_calibrated_values_are_told(self, tmp_path: Path):
        design = {"base": TINY, "set": {"own": {"portfolios.places": 50}}, "draws": 1}
        assert "portfolios.places" in str(sim.batch(design, store=tmp_path))
