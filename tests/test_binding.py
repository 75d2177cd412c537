"""What binds over posts and orientations: a surface whose answer is known, and its picture."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.planning.binding import share_of_posts
from sim.planning.feasibility import Feasibility
from sim.planning.standing import Picture
from sim.words import french

TARGET = sim.load("target-2022")
POSTS = (1000, 1300, 1700, 2200, 2900)
UP = np.geomspace(0.8, 2.6, 6)


def picture(entries: np.ndarray) -> Picture:
    """A picture with these entries [posts, orientations], and nothing standing on it."""
    return Picture(
        reading="process", target=TARGET.target, today_posts=1167, posts=POSTS, orientations=UP,
        values={"entries": entries}, points=(), trials=(), sizing=None,
        least_orientations=float("nan"), evaluations=0,
    )  # fmt: skip


def powers(by_posts: float, by_orientations: float) -> np.ndarray:
    return np.outer(np.array(POSTS, dtype=float) ** by_posts, UP**by_orientations)


@pytest.mark.parametrize(
    ("by_posts", "by_orientations", "share"),
    [(1, 0, 1.0), (0, 1, 0.0), (0.5, 0.5, 0.5), (0.3, 0.1, 0.75), (1, -0.5, 1.0)],
)
def test_the_share_is_that_of_the_elasticities(by_posts, by_orientations, share: float):
    found = share_of_posts(picture(powers(by_posts, by_orientations)))
    assert found.shape == (len(POSTS), len(UP))
    assert found == pytest.approx(share)


def test_where_neither_brings_anything_there_is_no_answer():
    assert np.isnan(share_of_posts(picture(np.full((len(POSTS), len(UP)), 5e4)))).all()


def test_the_scarcer_of_two_binds():
    entries = np.minimum(80.0 * np.array(POSTS, dtype=float)[:, None], 9e4 * UP[None, :])
    found = share_of_posts(picture(entries))
    assert found[0, -1] == pytest.approx(1)
    assert found[-1, 0] == pytest.approx(0)


@pytest.mark.parametrize(("lang", "line"), [("en", "200 000 entries"), ("fr", "entrées")])
def test_the_picture_has_the_line_of_the_target(lang: str, line: str):
    surface = picture(90 * powers(0.8, 0.5))
    found = Feasibility(TARGET, (), (surface,), {}, seed=1, replications=1, engine="compiled")
    figure = found.plot_binding(lang=lang)
    panel, legend = figure.axes[:2]
    told = [each.get_text() for each in legend.get_legend().get_texts()]
    assert any(line in each for each in told)
    assert len(panel.collections) == 2
    if lang == "fr":
        inside = " ".join([*told, panel.get_xlabel(), panel.get_ylabel()])
        assert not [text for text in french() if len(text) > 15 and text in inside]
        assert panel.yaxis.get_major_formatter()(1.25, 0) == "1,25"
