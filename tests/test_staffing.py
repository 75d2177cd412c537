"""The feasibility picture and the staffing curve, on ten départements so that it is quick."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import inf
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.errors import InputError
from sim.planning.evaluate import Cell, Evaluator
from sim.planning.feasibility import Feasibility, feasibility
from sim.planning.staffing_curve import (
    ANSWERED,
    AS_IT_IS,
    FOCUSED,
    MEASURES,
    SPREAD_OUT,
    UNANSWERED,
    StaffingCurve,
    Variation,
    staffing_curve,
)
from sim.planning.staffing_summary import exhausted, marginal
from sim.planning.standing import POSTS_ALONE, TODAY
from sim.planning.surface import Plane
from sim.planning.today import posts_today
from sim.reading_fits import reading, under
from sim.scenario import Scenario
from sim.scenario_files import load

FEW = ["13", "14", "15", "16", "17", "18", "19", "21", "22", "23"]
POSTS = (1167, 1500, 2300, 3500)


def part_of_the_country() -> Scenario:
    whole = load("target-2022")
    return whole.with_({"territory.departements": FEW, "target.people": 16_750})


@pytest.fixture(scope="module")
def picture() -> Feasibility:
    return feasibility(part_of_the_country(), "process", replications=1)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def curve(store: Path) -> StaffingCurve:
    return staffing_curve(part_of_the_country(), posts=POSTS, draws=3, store=store)


def made_up(entries: np.ndarray, posts: tuple[int, ...], focused: np.ndarray) -> StaffingCurve:
    """A curve of known entries under one reading."""

    def measures(values: np.ndarray) -> dict[str, np.ndarray]:
        found = {name: np.zeros((1, len(posts))) for name in MEASURES}
        return found | {
            "entries": values[None],
            "funded_posts": np.array(posts, dtype=float)[None],
            "queue_delay": 20 - values[None] / 100,
        }

    values: dict[Variation, dict[str, np.ndarray]] = {
        each: measures(entries) for each in (AS_IT_IS, UNANSWERED, ANSWERED, SPREAD_OUT)
    }
    return StaffingCurve(
        load("target-2022"), (), posts, ("process",), values | {FOCUSED: measures(focused)}, 5.0,
        None, None, 1, 1, "compiled",
    )  # fmt: skip


def test_marginal_post_and_where_it_gains_nothing_on_a_known_curve() -> None:
    posts = (100, 200, 300, 400)
    entries = np.array([1000.0, 1900.0, 2000.0, 2000.0])
    curve = made_up(entries, posts, entries)
    assert marginal(curve, AS_IT_IS).tolist() == [[9.0, 1.0, 0.0]]
    # On a straight line from 9 in the middle of the first step to 1 in that of the second.
    assert exhausted(curve, AS_IT_IS).tolist() == [200.0]
    assert exhausted(replace(curve, worth=0.0), AS_IT_IS).tolist() == [inf]
    assert exhausted(replace(curve, worth=10.0), AS_IT_IS).tolist() == [100.0]


def test_posts_saved_by_allocation_on_a_known_curve() -> None:
    posts = (100, 200, 300)
    curve = made_up(np.array([1000.0, 1400.0, 1600.0]), posts, np.array([1000.0, 1600.0, 1700.0]))
    frame = curve.allocation().set_index(["quantity", "posts"])["value"]
    assert frame["entries_gained"].tolist() == [0.0, 200.0, 100.0]
    assert frame["queue_days_saved"].tolist() == pytest.approx([0.0, 2.0, 1.0])
    assert frame["posts_saved_for_entries"].tolist() == pytest.approx([0.0, 200 / 6, 100.0])
    assert frame["posts_saved_for_queue"].tolist() == pytest.approx([0.0, 200 / 6, 100.0])


def test_a_point_of_the_curve_is_the_evaluation_of_its_plan(curve: StaffingCurve) -> None:
    assert curve.posterior is not None
    world = curve.posterior.under(curve.scenario, 2)
    alone = Evaluator(world, 1, (2,))(Cell(2300, supply_response=0.0))
    row = curve.frame[
        (curve.frame["world"] == 2)
        & (curve.frame["supply_response"] == 0)
        & (curve.frame["posts"] == 2300)
    ]
    assert row["entries"].tolist() == [alone.of("entries", 2022)]
    assert row["load"].tolist() == [alone.of("load", 2022)]


def test_a_curve_is_found_again_and_does_not_depend_on_the_company(
    curve: StaffingCurve, store: Path
) -> None:
    steps: list[int] = []
    again = staffing_curve(
        part_of_the_country(), posts=POSTS, draws=2, store=store, progress=steps.append
    )
    assert steps == [2 * 4 * len(POSTS)]
    for variation, measures in again.values.items():
        for name, values in measures.items():
            assert np.array_equal(values, curve.values[variation][name][:2]), name


def test_more_response_means_more_entries_and_without_it_they_end(curve: StaffingCurve) -> None:
    unanswered, answered = (curve.values[each]["entries"] for each in (UNANSWERED, ANSWERED))
    assert (answered[:, 1:] > unanswered[:, 1:]).all()
    # Nobody waits with three times the posts: what is oriented enters.
    assert (np.abs(marginal(curve, UNANSWERED)[:, -1]) < 1).all()
    assert (marginal(curve, ANSWERED)[:, -1] > 20).all()


def test_levers_add_to_a_curve(curve: StaffingCurve, store: Path) -> None:
    helped = staffing_curve(
        part_of_the_country(), levers="shared_target", posts=POSTS[-2:], draws=1, store=store
    )
    assert helped.values[AS_IT_IS]["entries"][0, 1] > curve.values[AS_IT_IS]["entries"][0, -1]


def test_the_curve_is_said_in_words_tables_and_pictures(curve: StaffingCurve) -> None:
    text = str(curve)
    assert "One more post gains fewer than 5 entries" in text
    assert "where it queues" in text
    assert "Only 10 département(s) are simulated" in text
    assert "3 draws" in repr(curve) or "3 draw(s)" in repr(curve)
    assert "<table>" in curve._repr_html_()
    for by in ("together", "reading"):
        panels = curve.plot(by).axes
        assert len(panels) == 4
        assert panels[0].get_xlim() == (POSTS[0], POSTS[-1])
    assert max(len(line) for line in text.splitlines()) <= 108


def test_the_plane_gives_the_orientations_asked_for(picture: Feasibility) -> None:
    scenario = under(part_of_the_country(), reading("process"))
    evaluate = Evaluator(scenario, 1, (0,))
    plane = Plane(evaluate, posts_today(scenario))
    found = evaluate(plane.cell(2000, 1.6))
    assert plane.relative(found) == pytest.approx(1.6, rel=0.01)
    assert plane.relative(evaluate(Cell(plane.today_posts))) == 1.0


def test_the_surface_is_near_the_simulation_where_it_was_not_used(picture: Feasibility) -> None:
    (row,) = picture.errors().to_dict("records")
    assert row["cells"] >= 8
    # A tenth of the country, once: about 0.8 % of noise in the entries.
    assert 0 < row["entries"] < 0.02
    assert row["entries_most"] >= row["entries"]


def test_the_line_of_the_target_says_what_posts_cannot_do(picture: Feasibility) -> None:
    (row,) = picture.summary.to_dict("records")
    assert 1.7 < row["least_orientations"] < row["orientations_needed"] * 1.03
    assert row["posts_alone_at_most"] < 16_750 < 1.05 * row["levers_at_most"]
    assert row["posts_alone_at_most_orientations"] < row["least_orientations"]
    assert row["to_find"] * row["brought_by_posts"] == pytest.approx(row["orientations_needed"])
    sizing = picture.points[picture.points["point"] == "sizing point"]
    assert sizing["people"].tolist() == pytest.approx([16_750], rel=0.004)


def test_points_stand_where_their_orientations_are(picture: Feasibility) -> None:
    drawn = picture["process"]
    today, most = drawn.at(TODAY), drawn.at(POSTS_ALONE)
    assert today is not None
    assert most is not None
    assert (today.posts, today.orientations) == (drawn.today_posts, 1.0)
    response = reading("process").fitted.get("orientations.supply_response", 0.3)
    assert most.orientations == pytest.approx((most.posts / today.posts) ** response, rel=0.03)
    each = picture.points.set_index("label")["orientations"]
    assert each["opening"].item() > each["target"].item() > 1.05


def test_the_picture_is_drawn_and_told(picture: Feasibility) -> None:
    assert "whatever the number of" in str(picture)
    assert "WHAT THE SURFACE IS OFF" in str(picture)
    for delay in ("queue_delay", "entry_delay"):
        assert len(picture.plot(delay).axes) >= 2
    with pytest.raises(ValueError, match="choose one of"):
        picture.plot("load")


WRONG: list[tuple[Callable[[Scenario], object], str]] = [
    (lambda s: feasibility(s, "posterior"), "one world at a time"),
    (lambda s: feasibility(s, "proces"), "process"),
    (lambda s: feasibility(s, levers="shared"), "shared_target"),
    (lambda s: feasibility(s, replications=0), "must be 1 or more"),
    (lambda s: staffing_curve(s, posts=[1200]), "two numbers of posts"),
    (lambda s: staffing_curve(s, posts=[0, 1200]), "is not a number of posts"),
    (lambda s: staffing_curve(s.with_({"target.year": 2020})), "before posts.hiring_start"),
    (lambda s: staffing_curve(s, reading="all", draws=3), "is for draws"),
]


@pytest.mark.parametrize(("asked", "told"), WRONG)
def test_what_cannot_be_is_told(asked: Callable[[Scenario], object], told: str) -> None:
    with pytest.raises(InputError, match=told):
        asked(load("target-2022"))


def test_the_command_writes_curve_text_picture_and_manifest(tmp_path: Path) -> None:
    asked = [
        "staffing", "--draws", "1", "--posts", "1200,2400", "--out", str(tmp_path / "out"),
        "--store", str(tmp_path / "kept"), "--workers", "1", "--set",
        'territory.departements=["52"]',
    ]  # fmt: skip
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0, done.output
    assert "What more posts bring in 2022" in done.output
    written = {each.name for each in (tmp_path / "out").iterdir()}
    assert written >= {"curve.parquet", "staffing.txt", "staffing.png", "manifest.json"}


def test_posts_that_are_none_are_told_by_the_command() -> None:
    with pytest.raises(InputError, match="whole number"):
        CliRunner().invoke(app, ["staffing", "--posts", "12,many"], catch_exceptions=False)
