"""Pictures of pools over a year, and what `agsim run` writes of the flow."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from PIL import Image
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.errors import InputError
from sim.experiment.event_log import PoolWeeks
from sim.measures.pool_states import PoolStates, by_fullness, extremes, spread
from sim.present.flow_animation import write_animation
from sim.present.flow_figures import flow_figure
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
    assert "100 % full in the mean" in words(figure)


def test_few_pools_are_all_shown():
    for pools in (1, 2, 4, 6):
        assert len(flow_figure(made_up(pools)).axes) == pools
    assert "The fullest" not in words(flow_figure(made_up(6)))


def test_a_panel_shows_places_people_inside_and_above_them_those_who_wait():
    axes = flow_figure(made_up(1)).axes[0]
    inside, waiting = (each.get_paths()[0].get_extents() for each in axes.collections)
    assert (inside.y0, inside.y1, waiting.y0, waiting.y1) == (0, 100, 100, 107)
    assert set(axes.lines[0].get_ydata()) == {100}


def test_pictures_speak_french():
    with speaking("fr"):
        told = words(flow_figure(made_up(7)))
    assert "Comment les bassins se remplissent" in told
    assert "personnes en attente du diagnostic" in told
    assert "plein à 94\u00a0% en moyenne" in told


def test_nothing_is_shown_where_there_are_no_places():
    weeks = made_up(2)
    empty = PoolStates(*(np.zeros_like(weeks.states.inside) for _ in range(4)))
    assert not len(by_fullness(empty))


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
