"""Pictures of pools over a year, and what `agsim run` writes of the flow."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.text import Text
from PIL import Image
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.errors import InputError
from sim.experiment.event_log import PoolWeeks
from sim.measures.pool_states import (
    InTheMean,
    PoolStates,
    by_fullness,
    extremes,
    full,
    in_the_mean,
    of_pools,
    spread,
)
from sim.present.flow_animation import write_animation
from sim.present.flow_figures import flow_figure
from sim.present.flow_panels import FREE, INSIDE, WAITING
from sim.territory import departements
from sim.words import speaking

CODES = tuple(each.code for each in departements())
SMALL = [
    "--set", 'territory.departements=["52"]', "--set", "horizon.end=2022-01-01",
    "--replications", "1",
]  # fmt: skip


def made_up(pools: int, weeks: int = 53) -> PoolWeeks:
    """Pools of 100 places, the first full and queueing, each further one emptier."""
    first = date(2021, 1, 1).toordinal()
    taken = 100 - np.arange(pools)
    inside = np.repeat(taken[:, None], weeks, axis=1)
    waiting = np.where(inside == 100, 7, 0)
    return PoolWeeks(
        title="Made up",
        reading="places",
        year=2021,
        names=tuple(f"{code}-1" for code in CODES[:pools]),
        codes=CODES[:pools],
        dates=tuple(date.fromordinal(first + 7 * k) for k in range(weeks)),
        states=PoolStates(np.ones_like(inside), np.full_like(inside, 100), inside, waiting),
    )


def words(figure) -> str:
    return "\n".join(each.get_text() for each in figure.findobj(Text))


def test_many_pools_are_the_fullest_the_middle_and_the_least_full():
    figure = flow_figure(made_up(11))
    titles = [axes.get_title(loc="left").splitlines()[0] for axes in figure.axes]
    assert [title.split()[-1] for title in titles] == [f"{CODES[k]}-1" for k in (0, 4, 9, 1, 5, 10)]
    assert "The fullest" in words(figure)
    assert "100 % full, 7 waiting in the mean" in words(figure)
    assert "7 people wait (pools with a queue: 1), 55 places are free" in words(figure)
    assert "Six of 11 pools: the two fullest" in words(figure)


def test_few_pools_are_all_shown():
    for pools in (1, 2, 4, 6):
        assert len(flow_figure(made_up(pools)).axes) == pools
    assert "The fullest" not in words(flow_figure(made_up(6)))
    assert "All pools are shown" in words(flow_figure(made_up(6)))


def test_a_panel_shows_places_people_inside_those_who_wait_and_what_is_free():
    full, roomy = flow_figure(made_up(2)).axes
    assert [extent(full, colour) for colour in (INSIDE, WAITING)] == [(0, 100), (100, 107)]
    assert [extent(roomy, colour) for colour in (INSIDE, FREE)] == [(0, 99), (99, 100)]
    assert set(full.lines[0].get_ydata()) == {100}


def extent(axes, colour: str) -> tuple[float, float]:
    """From where to where an area of this colour goes."""
    (area,) = [each for each in axes.collections
               if to_hex(each.get_facecolor()[0]).upper() == colour.upper()]  # fmt: skip
    box = area.get_paths()[0].get_extents()
    return box.y0, box.y1


def test_pools_of_like_size_share_a_scale_and_others_have_their_own():
    alike = {axes.get_ylim()[1] for axes in flow_figure(made_up(6)).axes}
    assert len(alike) == 1
    weeks = made_up(6)
    grown = PoolStates(*(each.copy() for each in vars(weeks.states).values()))
    grown.places[0] *= 10
    apart = {axes.get_ylim()[1] for axes in flow_figure(replace(weeks, states=grown)).axes}
    assert len(apart) == 2


def test_means_over_the_year_are_counted_by_hand():
    states = PoolStates(
        portfolios=np.ones((2, 2), dtype=int),
        places=np.array([[10, 5], [20, 20]]),
        inside=np.array([[10, 8], [15, 20]]),
        waiting=np.array([[4, 0], [0, 2]]),
    )
    assert in_the_mean(states) == InTheMean(waiting=3, free=2.5, queueing=1)
    assert in_the_mean(of_pools(states, np.array([1]))) == InTheMean(1, 2.5, 0.5)


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("pools", [1, 2, 11])
def test_nothing_is_cut_off(pools, lang):
    with speaking(lang):
        figure = flow_figure(made_up(pools))
        FigureCanvasAgg(figure).draw()
    width, height = figure.bbox.size
    for each in (*figure.texts, figure._supylabel, *figure.legends):
        box = each.get_window_extent()
        inside = (box.x0 >= 0, box.y0 >= 0, box.x1 <= width, box.y1 <= height)
        assert all(inside), (each, box)


def test_pictures_speak_french():
    with speaking("fr"):
        told = words(flow_figure(made_up(7)))
    assert "Comment les bassins se remplissent" in told
    assert "personnes en attente du diagnostic" in told
    assert "plein à 94\u00a0%, 0 en attente en moyenne" in told


def test_nothing_is_shown_where_there_are_no_places():
    weeks = made_up(2)
    empty = PoolStates(*(np.zeros_like(weeks.states.inside) for _ in range(4)))
    assert not len(by_fullness(empty))
    assert np.isnan(full(empty))


def test_fullness_is_people_inside_per_place():
    states = made_up(3).states
    assert full(states) == pytest.approx((100 + 99 + 98) / 300)


def test_the_moving_picture_has_a_frame_a_week_and_stays_small(tmp_path):
    file = write_animation(made_up(20, weeks=4), tmp_path / "flow.gif")
    with Image.open(file) as moving:
        assert moving.n_frames == 4
        assert moving.size == (960, 540)
    assert file.stat().st_size < 200_000


def test_pools_are_chosen_by_rank():
    ranked = np.arange(10) * 3
    assert [each.tolist() for each in extremes(ranked, 2)] == [[0, 3], [12, 15], [24, 27]]
    assert spread(ranked, 4).tolist() == [0, 9, 18, 27]
    assert spread(ranked, 10).tolist() == ranked.tolist()
    with pytest.raises(ValueError, match="6 needed"):
        extremes(ranked[:5], 2)


def test_the_command_writes_the_flow(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.experiment.event_log.WEEKS", 5)
    asked = ["--reading", "places", "--out", str(tmp_path), "--events", "--flow", "--animate"]
    done = CliRunner().invoke(app, ["run", "trend", *SMALL, *asked, "--flow-year", "2021"])
    assert done.exit_code == 0, done.output
    written = {each.name for each in tmp_path.iterdir()}
    assert written >= {
        "events.parquet", "portfolio_events.parquet", "events_schema.json",
        "flow.png", "flow.svg", "flow.gif",
    }  # fmt: skip
    assert (tmp_path / "flow.gif").stat().st_size < 2_000_000
    log = sim.event_log(
        sim.load("trend").with_(
            {"territory.departements": ["52"], "horizon.end": date(2022, 1, 1)}
        ),
        reading="places",
    )
    stored = pd.read_parquet(tmp_path / "events.parquet")
    assert stored["entity_id"].tolist() == log.frame["entity_id"].tolist()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["--events"], "needs a folder"),
        (["--events", "--out", "x"], "of draws there are too many"),
        (["--flow", "--out", "x", "--reading", "places", "--share", "0.1"], "of all pools"),
        (["--places", "52"], "add --events, --flow or --animate"),
        (["--flow", "--out", "x", "--reading", "places", "--flow-year", "2030"], "year 2030"),
        (["--flow", "--out", "x", "--reading", "places", "--places", "53"], "no pool in '53'"),
    ],
)
def test_what_cannot_be_written_is_refused(asked, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["run", "trend", *SMALL, *asked])
    assert isinstance(done.exception, InputError)
    assert told in str(done.exception)
    assert not list(tmp_path.iterdir())
