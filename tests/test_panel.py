"""The planner's panel: choices to an answer, its mark, its widgets, its page."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from browser_page import page, waited

from sim.documents.pdf import BROWSERS
from sim.errors import InputError
from sim.experiment.executor import Workers
from sim.levers import NAMES
from sim.planner import serve
from sim.planner.answers import MEASURES, OFF, Answers
from sim.planner.choices import Choices
from sim.planner.panel import Panel
from sim.planner.words import told
from sim.scenario_files import load
from sim.words import speaking

DRAWS = 8
NONE, ALL = (0.0,) * len(NAMES), (1.0,) * len(NAMES)


@pytest.fixture(scope="module")
def answers() -> Answers:
    """With the opening plan simulated."""
    made = Answers(load("target-2022"), draws=DRAWS, workers=Workers(1))
    made.simulate(made.opening)
    return made


@pytest.fixture
def panel(answers: Answers) -> Panel:
    fresh = Answers(answers.scenario, draws=DRAWS, workers=Workers(1))
    with speaking("en"):
        return Panel(fresh)


def plans(first: Choices) -> list[Choices]:
    """Some of those that the stated error was measured on."""
    return [
        replace(first, posts=posts, more_places=places, intensities=intensities, year=year)
        for posts, places, intensities, year in (
            (2011, 2, (0.75, 0.5, 0.25, 0.75, 0.25), 2023),
            (1852, 1, (0.75, 0.75, 0.5, 0.25, 0.0), 2022),
            (1556, -7, (0.5, 1.0, 0.0, 0.25, 0.5), 2022),
        )
    ]


def test_what_is_emulated_is_off_by_no_more_than_is_said(answers: Answers) -> None:
    off: dict[str, list[float]] = {name: [] for name in MEASURES}
    apart = Answers(answers.scenario, draws=DRAWS, workers=Workers(1))
    for plan in plans(answers.opening):
        emulated, simulated = answers.answer(plan), apart.simulate(plan)
        assert (emulated.simulated, simulated.simulated) == (False, True)
        for name in MEASURES:
            off[name] += list(emulated.values[name] / simulated.values[name] - 1)
    for name, said in OFF.items():
        measured = float(np.sqrt(np.mean(np.square(off[name]))))
        assert said / 4 < measured < 1.25 * said, name


def test_in_a_small_area_chance_is_told_too() -> None:
    small = Answers(load("departement-haute-marne"), draws=DRAWS, workers=Workers(1))
    emulated, simulated = small.answer(small.opening), small.simulate(small.opening)
    off = emulated.values["entries"] - simulated.values["entries"]
    measured = float(np.sqrt(np.mean(np.square(off))))
    assert OFF["entries"] * emulated.mean("entries") < measured < 1.5 * emulated.off("entries")


def test_a_simulated_plan_puts_its_neighbours_right(answers: Answers) -> None:
    near = replace(answers.opening, posts=answers.opening.posts + 100)
    untold = Answers(answers.scenario, draws=DRAWS, workers=Workers(1))
    raw, simulated = untold.answer(near).values, untold.simulate(near).values
    put_right = answers.answer(near).values
    for name in ("entries", "load"):
        off, off_before = (np.abs(each[name] / simulated[name] - 1) for each in (put_right, raw))
        assert off.mean() < off_before.mean()


def test_more_of_anything_reaches_no_fewer(answers: Answers) -> None:
    first = replace(answers.opening, posts=1500, intensities=NONE)
    here = answers.answer(first).mean("entries")
    for more in (
        replace(first, posts=2000),
        replace(first, more_places=10),
        replace(first, intensities=(1.0, *NONE[1:])),
    ):
        assert answers.answer(more).mean("entries") > here
    chances = [
        answers.answer(replace(first, people=people)).probability
        for people in (1_000, 120_000, 900_000)
    ]
    assert chances == sorted(chances, reverse=True)
    assert (chances[0], chances[-1]) == (pytest.approx(1.0), 0.0)


def test_what_binds_is_what_brings_more(answers: Answers) -> None:
    few = answers.answer(replace(answers.opening, posts=900, intensities=ALL))
    many = answers.answer(replace(answers.opening, posts=3400, intensities=NONE))
    assert few.more_posts > few.more_orientations
    assert many.more_orientations > many.more_posts
    with speaking("en"):
        assert "Posts bind" in told(few)
        assert "Orientations bind" in told(many)


def test_a_label_answers_with_its_own_draws(answers: Answers) -> None:
    drawn = answers.found.draws
    assert drawn is not None
    for name, members in list(answers.members.items())[1:]:
        assert {drawn.readings[k] for k in members} == {name}
        assert 1 <= len(members) <= DRAWS
    with pytest.raises(InputError, match="is not a label"):
        answers.answer(replace(answers.opening, reading="proces"))


def test_a_horizon_that_ends_before_the_target_is_no_obstacle() -> None:
    past = Answers(load("history-2018-2020"), draws=1, workers=Workers(1))
    assert past.answer(past.opening).mean("entries") > 50_000


def test_the_target_alone_needs_no_new_run(answers: Answers) -> None:
    assert answers.answer(replace(answers.opening, people=150_000)).simulated
    assert not answers.answer(replace(answers.opening, posts=2290)).simulated


def test_controls_drive_the_answer_and_its_mark(panel: Panel) -> None:
    assert panel.choices == panel.answers.opening
    assert "emulated ±" in panel.words.value
    before, image = panel.answer.mean("entries"), panel.image.value
    panel.posts.value = 1500
    assert panel.answer.choices.posts == 1500
    assert panel.answer.mean("entries") < before
    assert panel.image.value != image
    panel.button.click()
    assert panel.running is not None
    panel.running.join()
    assert panel.answer.simulated
    assert "simulated</span>" in panel.words.value
    panel.intensities[0].value = 0.5
    assert "emulated ±" in panel.words.value
    panel.intensities[0].value = 1.0
    assert "simulated</span>" in panel.words.value


def test_every_control_is_a_choice(panel: Panel) -> None:
    seen = {panel.choices}
    panel.places.value = -5
    panel.starts[2].value = panel.starts[2].value.replace(month=7)
    panel.people.value = 150_000
    panel.year.value = 2023
    panel.reading.value = "supply_led"
    choices = panel.choices
    assert choices not in seen
    assert (choices.more_places, choices.starts[2].month, choices.people) == (-5, 7, 150_000)
    assert (choices.year, choices.reading) == (2023, "supply_led")
    assert panel.answer.choices == choices
    panel.starts[2].value = None
    assert panel.choices.starts == panel.answers.opening.starts


def test_it_speaks_the_language_chosen(panel: Panel) -> None:
    panel.lang.value = "fr"
    assert panel.posts.description == "Postes financés"
    assert "émulé ±" in panel.words.value
    assert "entrées en 2022" in panel.words.value
    panel.lang.value = "en"
    assert "entries in 2022" in panel.words.value


def test_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"agsim\[app\]"):
        serve.serve("{}", 8866, open_browser=False)


def free_port() -> int:
    with socket.socket() as some:
        some.bind(("127.0.0.1", 0))
        return int(some.getsockname()[1])


def answers_at(url: str) -> bool:
    try:
        with urllib.request.urlopen(url.replace("#", "") + "voila/static/main.js", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


@pytest.mark.browser
def test_a_slider_moved_in_a_browser_changes_the_number(tmp_path: Path) -> None:
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        pytest.skip("there is no Chromium, Chrome or Edge here")
    if find_spec("voila") is None or find_spec("websocket") is None:
        pytest.skip("Voilà or websocket-client, which drives the browser, is not here")
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    command = [sys.executable, "-m", "sim.cli", "panel", "--draws", str(DRAWS), "--no-browser",
               "--port", str(port), "--lang", "en"]  # fmt: skip
    root = str(Path(__file__).parent.parent)
    with subprocess.Popen(command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": root}) as serving:
        try:
            waited(lambda: answers_at(url), 60, "Voilà")
            with page(browser, url, tmp_path / "profile") as shown:
                headline, mark = ".agsim-headline", ".agsim-mark"
                before = waited(lambda: shown.text(headline), 120, "the answer")
                assert "entries in 2022" in before
                waited(lambda: shown.text(mark) == "simulated", 120, "the opening plan simulated")
                simulated = shown.text(headline)
                shown.drag(".noUi-handle", -40)
                after = waited(
                    lambda: (now := shown.text(headline)) != simulated and now, 30, "a new number"
                )
                assert "emulated ±" in after
                assert int(after.split(" entries")[0].replace(" ", "")) < int(
                    simulated.split(" entries")[0].replace(" ", "")
                )
        finally:
            serving.terminate()
