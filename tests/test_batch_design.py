"""Batch designs: what their choices make of a scenario, and every mistake told at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from batches import TINY, files
from pydantic import ValidationError

import sim
from sim.errors import InputError
from sim.experiment.batch import planned
from sim.experiment.batch_cells import Cells, Settings
from sim.experiment.batch_design import BatchDesign
from sim.experiment.batch_files import checked_design, load_design, shipped_designs
from sim.levers import NAMES


def cells(**choices: object) -> Cells:
    return Cells.of(checked_design({"base": TINY, **choices}, "design"))


def problems(**choices: object) -> list[str]:
    with pytest.raises(InputError) as wrong:
        cells(**choices)
    return [str(each) for each in wrong.value.problems]


class TestChoices:
    def test_every_combination_is_a_cell_and_the_last_choice_varies_fastest(self):
        found = cells(
            levers=[[], ["shared_target"]], posts=[1200, 1500, "today"], places=[50, 60],
            set={"a": {}, "b": {"posts.turnover_per_year": 0.1}},
        )  # fmt: skip
        assert len(found) == 2 * 3 * 2 * 2
        settings = [found.settings(cell) for cell in range(len(found))]
        assert settings[0] == Settings(0, (), 1.0, 1200, None, 50, None, "a")
        assert settings[1] == Settings(0, (), 1.0, 1200, None, 50, None, "b")
        assert settings[-1] == Settings(0, ("shared_target",), 1.0, "today", None, 60, None, "b")
        assert len(set(settings)) == len(settings)
        assert found.varied == ("levers", "posts", "places", "set")

    def test_all_are_the_32_subsets_of_the_levers(self):
        found = cells(levers="all")
        subsets = {found.settings(cell).levers for cell in range(len(found))}
        assert len(subsets) == len(found) == 32
        assert () in subsets
        assert NAMES in subsets

    def test_left_out_choices_are_the_base(self):
        assert cells().scenario(0).fingerprint == TINY.fingerprint
        assert len(cells()) == 1

    def test_intensities_multiply_the_scenarios_own_and_unused_levers_count_as_one(self):
        base = TINY.with_({"levers.shared_target.intensity": 0.6})
        found = cells(base=base, levers=[["shared_target", "better_coordination"]], intensities=0.5)
        levers = found.scenario(0).levers
        assert levers.shared_target.intensity == pytest.approx(0.3)
        assert levers.better_coordination.intensity == 0.5
        assert levers.shorter_entry_delay.intensity == 0

    def test_without_combinations_intensities_are_of_the_levers_in_use(self):
        base = TINY.with_({"levers.shared_target.intensity": 0.6})
        levers = cells(base=base, intensities=[0.5]).scenario(0).levers
        assert levers.shared_target.intensity == pytest.approx(0.3)
        assert levers.better_coordination.intensity == 0

    def test_todays_posts_go_on_where_the_base_plans_others(self):
        base = TINY.with_({"posts.target": 2000})
        found = cells(base=base, posts=["today", 1500])
        assert found.scenario(0).posts.target is None
        assert found.scenario(1).posts.target == 1500
        assert found.told(0)["posts"] is None

    def test_places_hold_from_the_start_of_hiring_on(self):
        own = {"2020-07-01": 61, "2021-07-01": 55}
        base = TINY.with_({"portfolios.places_from": own, "posts.hiring_start": "2021-03-15"})
        places = cells(base=base, places=[50]).scenario(0).portfolios.places_from
        assert {when: float(value) for when, value in places.items()} == {
            date(2020, 7, 1): 61, date(2021, 4, 1): 50, date(2021, 7, 1): 50,
        }  # fmt: skip
        december = TINY.with_(
            {"posts.hiring_start": "2021-12-15", "posts.hiring_end": "2022-03-01"}
        )
        assert min(cells(base=december, places=50).scenario(0).portfolios.places_from) == date(
            2022, 1, 1
        )

    def test_shocks_and_other_values_are_alternatives_by_name(self):
        strike = {"start": date(2021, 11, 2), "end": date(2021, 11, 16), "orientations": 0.5}
        found = cells(
            shocks={"none": {}, "autumn": {"strike": strike}},
            set={"slow": {"posts": {"most_hires_per_month": 5}}},
        )
        assert set(found.scenario(0).shocks) == {"lockdown_2020"}
        assert set(found.scenario(1).shocks) == {"lockdown_2020", "strike"}
        assert all(found.scenario(k).posts.most_hires_per_month == 5 for k in range(2))

    def test_several_bases_may_have_one_name(self):
        other = TINY.with_({"posts.target": 1300})
        found = cells(base=[TINY, other])
        assert found.names == ("tiny", "tiny-2")
        assert [found.scenario(k).posts.target for k in range(2)] == [None, 1300]

    def test_a_design_is_frozen(self):
        design = BatchDesign.model_validate({"base": TINY, "posts": [1200]})
        with pytest.raises(ValidationError):
            design.posts = (5,)


class TestFiles:
    def test_scenarios_beside_the_design_come_first(self, tmp_path: Path):
        work, where = planned(files(tmp_path))
        assert where == str(tmp_path / "design.toml")
        assert work.cells.bases[0].title == "tiny"
        assert len(work) == 6 * 6 * 2

    @pytest.mark.parametrize("name", shipped_designs())
    def test_shipped_designs_are_right(self, name: str):
        design, path = load_design(name)
        assert path.is_file()
        assert design.title
        assert len(Cells.of(design)) > 1

    def test_they_are_no_scenarios(self):
        assert shipped_designs()
        assert not set(shipped_designs()) & set(sim.shipped_scenarios())


class TestMistakes:
    def test_all_of_a_file_are_told_at_once_with_file_and_key(self, tmp_path: Path):
        text = """
base = "tiny"
lever = "all"
levers = [["shared_targt"]]
posts = [1200, "tody"]
allocation = "proportinal"
draws = 0
[shocks]
strike = 3
"""
        path = files(tmp_path, text)
        with pytest.raises(InputError) as wrong:
            planned(path)
        told = [str(each) for each in wrong.value.problems]
        assert all(each.startswith(f"{path}: ") for each in told)
        for part in (
            "lever: is not a known key → did you mean 'levers'?",
            "levers: has 'shared_targt', which is no lever: did you mean 'shared_target'?",
            "posts: value 2 is 'tody', must be a whole number or 'today'",
            "allocation: value 1 is 'proportinal'",
            "draws: is 0",
            "shocks: must be named tables",
        ):
            assert sum(part in each for each in told) == 1, (part, told)
        assert len(told) == 6

    @pytest.mark.parametrize(
        ("choices", "told"),
        [
            ({"posts": [1200, 1200]}, "posts: lists 1200 twice"),
            ({"posts": []}, "posts: is empty"),
            ({"posts": [True]}, "posts: value 1 is true"),
            ({"posts": [-5]}, "posts -5: posts.target"),
            ({"places": [900]}, "places 900"),
            ({"intensities": [0.5, 3], "levers": "all"}, "intensities 3"),
            ({"levers": ["shared_target"]}, "must have lists such as []"),
            ({"levers": "some"}, "must be 'all' (32 combinations), 'none', or lists"),
            ({"levers": [["shared_target"] * 2]}, "must name a lever once"),
            ({"readings": "proces"}, "did you mean 'process'?"),
            ({"readings": "process", "draws": 3}, "has readings and draws"),
            ({"set": {"a": {"entry.agrement": 1}}}, "set.a: entry.agrement is not a known key"),
            ({"set": {"a": {"posts": {"target": 5}}}, "posts": [7]}, "is decided by 'posts' too"),
            ({"set": {"a": {"x..y": 5}}}, "set.a.x..y"),
            ({"shocks": {"a": {"strike": {"start": date(2021, 1, 1)}}}}, "shocks.a: shocks.strike"),
            ({"base": "trnd"}, "did you mean 'trend'?"),
            ({"base": []}, "base: is empty"),
            ({"replications": 0}, "replications: is 0"),
            ({"engine": "simp"}, "engine: is 'simp'"),
            ({"binding": 1}, "binding: is 1"),
            ({"posts": list(range(1000)), "places": list(range(1, 200))}, "cells, 100000 at most"),
        ],
    )
    def test_each_is_told_in_words(self, choices: dict[str, object], told: str):
        assert any(told in each for each in problems(**choices)), problems(**choices)

    def test_a_wrong_combination_of_right_parts_names_the_cell(self):
        late = TINY.with_({"posts.hiring_end": "2021-12-31"})
        told = problems(
            base=late, set={"fine": {}, "late": {"posts.later": {"2021-10-01": 5}}}, posts=[1, 2]
        )
        assert any("posts.later" in each or "later has" in each for each in told)

    def test_units_have_a_limit(self):
        with pytest.raises(InputError, match="units a cell, 100000 at most"):
            planned({"base": TINY, "replications": 100_000, "draws": 10})

    def test_a_design_that_is_not_there(self):
        with pytest.raises(InputError, match="did you mean 'levers-by-posts'"):
            planned("levers-by-post")
