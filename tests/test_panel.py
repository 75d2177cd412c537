"""The planner's panel: choices to an answer, its mark, its widgets, its page."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from threading import Event
from xml.etree import ElementTree

import numpy as np
import pytest
from browser_page import Page, page, waited
from own_files import LONG, csv_text

import sim
from sim.cli_support import chosen_scenario, values_of
from sim.documents.pdf import BROWSERS
from sim.errors import InputError, Problem
from sim.experiment.executor import Workers
from sim.levers import NAMES
from sim.planner import serve
from sim.planner.answer import MEASURED_ON, MEASURES, OFF, Answer
from sim.planner.answers import Answers
from sim.planner.choices import Choices, opening
from sim.planner.panel import Panel, posts_on_offer
from sim.planner.picture import picture
from sim.planner.words import told
from sim.posterior import posterior
from sim.present.numbers import number
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
    with speaking("en"):
        return Panel(untold(answers))


def untold(answers: Answers) -> Answers:
    """The same on the same worlds, before anything is simulated."""
    fresh = copy(answers)
    fresh.known = {}
    return fresh


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


def test_the_simulated_mean_lies_within_what_the_mark_says(answers: Answers) -> None:
    apart = untold(answers)
    off: dict[str, list[float]] = {name: [] for name in MEASURES}
    for plan in plans(answers.opening):
        emulated, simulated = answers.answer(plan), apart.simulate(plan)
        assert (emulated.simulated, simulated.simulated) == (False, True)
        for name in MEASURES:
            apart_by = abs(emulated.mean(name) - simulated.mean(name))
            off[name].append(apart_by / emulated.off(name))
    # Nine of ten: of few a single one may be beyond, by little. Nor is more said than is true.
    for name, shares in off.items():
        assert max(shares) < 1.5, name
        assert sorted(shares)[-2] <= 1, name
        assert max(shares) > 0.1, name


def test_the_mark_is_of_the_posterior_that_it_was_measured_on() -> None:
    assert posterior().fingerprint == MEASURED_ON, (
        "the posterior is another: measure OFF and BY_CHANCE anew by the commands beside them in "
        "sim/planner/answer.py, then put them, the fingerprint, README and the how-to right"
    )


def test_a_plan_that_nobody_enters_is_told(answers: Answers) -> None:
    none = {name: np.zeros(DRAWS) for name in MEASURES}
    with speaking("en"):
        for simulated in (True, False):
            empty = replace(answers.answer(answers.opening), values=none, simulated=simulated)
            assert "0 entries in 2022" in told(empty, 0)


def test_fewer_posts_than_today_are_told_with_more_doubt(answers: Answers) -> None:
    few = answers.answer(replace(answers.opening, posts=answers.today - 1))
    more = answers.answer(replace(answers.opening, posts=answers.today + 1))
    for name in ("entries", "load", "entry_delay"):
        assert few.off(name) / few.mean(name) > 1.5 * more.off(name) / more.mean(name)


def test_in_a_small_area_chance_is_told_too() -> None:
    small = Answers(load("departement-haute-marne"), draws=DRAWS, workers=Workers(1))
    emulated, simulated = small.answer(small.opening), small.simulate(small.opening)
    apart = abs(emulated.mean("entries") - simulated.mean("entries"))
    assert OFF["entries"] * emulated.mean("entries") < apart < 1.5 * emulated.off("entries")
    other = Answers(small.scenario, draws=DRAWS, seed=2, workers=Workers(1))
    again = other.simulate(small.opening)
    for name in MEASURES:
        moved = abs(again.mean(name) - simulated.mean(name))
        assert 0 < moved < 2 * np.hypot(simulated.off(name), again.off(name))
    assert simulated.off_share("entry_delay") > 2 * simulated.off_share("entries")


def test_a_simulated_plan_puts_its_neighbours_right(answers: Answers) -> None:
    near = replace(answers.opening, posts=answers.opening.posts + 100)
    few = DRAWS // 2
    apart = Answers(answers.scenario, draws=few, workers=Workers(1))
    raw, there = apart.answer(near).values, apart.simulate(near).values
    put_right = answers.answer(near).values
    for name in ("entries", "load"):
        off, off_before = (np.abs(each[name][:few] / there[name] - 1) for each in (put_right, raw))
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
        assert "Posts bind" in told(few, 0)
        assert "Orientations bind" in told(many, 0)


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


def test_places_are_added_to_those_that_the_scenario_decides_itself(answers: Answers) -> None:
    own = {"2020-03-01": 40.0, "2021-07-01": 65.0}
    world = answers.scenario.with_({"portfolios.places_from": own, "portfolios.places": 50.0})
    chosen = replace(answers.opening, more_places=3)
    found = {str(when): float(v) for when, v in chosen.on(world).portfolios.places_from.items()}
    assert found == {"2020-03-01": 40.0, "2021-01-01": 43.0, "2021-07-01": 68.0}
    assert chosen.places_at_end(world) == 68
    assert replace(chosen, year=2020).places_at_end(world) == 40
    assert answers.opening.on(world).portfolios.places_from == world.portfolios.places_from


def test_no_posts_are_refused() -> None:
    with pytest.raises(InputError, match=r"posts\.target"):
        Answers(load("target-2022").with_({"posts.target": 0}), draws=1)


def test_controls_drive_the_answer_and_its_mark(panel: Panel) -> None:
    assert panel.choices == panel.answers.opening
    assert "emulated ±" in panel.words.value
    before, shown = panel.answer.mean("entries"), drawn(panel)
    panel.posts.value = 1500
    panel.settle()
    assert panel.answer.choices.posts == 1500
    assert panel.answer.mean("entries") < before
    assert drawn(panel) != shown
    simulated(panel)
    assert panel.answer.simulated
    assert "simulated</span>" in panel.words.value
    panel.intensities[0].value = 50
    panel.settle()
    assert "emulated ±" in panel.words.value
    panel.intensities[0].value = 100
    panel.settle()
    assert "simulated</span>" in panel.words.value


def drawn(panel: Panel) -> str:
    """The picture that is shown."""
    return panel.words.value.partition("<svg")[2].partition("</svg>")[0]


def test_the_picture_is_well_formed_and_shows_what_is_said(answers: Answers) -> None:
    found = answers.answer(replace(answers.opening, posts=1500))
    root = ElementTree.fromstring(picture(found, own=190_000))
    circles = [float(each.attrib["cx"]) for each in root.iter("circle")]
    assert len(circles) == DRAWS
    assert list(np.argsort(circles)) == list(np.argsort(found.values["entries"]))
    with speaking("fr"):
        assert "plan du scénario" in picture(found, own=190_000)
    moved = picture(answers.answer(replace(answers.opening, posts=1510)), own=190_000)
    axis = [(each.attrib["x"], each.text) for each in root.iter("text")]
    assert [
        (each.attrib["x"], each.text) for each in ElementTree.fromstring(moved).iter("text")
    ] == axis


def test_a_target_far_beyond_reach_leaves_the_scale_alone(answers: Answers) -> None:
    found = answers.answer(replace(answers.opening, people=9_000_000))
    root = ElementTree.fromstring(picture(found, own=190_000))
    told_texts = [each.text or "" for each in root.iter("text")]
    assert any(text.startswith("target 9 000 000 →") for text in told_texts)
    assert max(float(each.attrib["cx"]) for each in root.iter("circle")) > 300
    assert not any("6 4" in each.attrib["stroke-dasharray"] for each in root.iter("path")
                   if "stroke-dasharray" in each.attrib)  # fmt: skip


def test_of_moves_that_come_at_once_only_the_last_is_drawn(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    started, free = Event(), Event()
    answer = panel.answers.answer

    def slow(choices: Choices) -> Answer:
        asked.append(choices.posts)
        started.set()
        assert free.wait(60)
        return answer(choices)

    monkeypatch.setattr(panel.answers, "answer", slow)
    panel.posts.value = 1200
    assert started.wait(60)
    for posts in range(1300, 2000, 50):
        panel.posts.value = posts
    free.set()
    panel.settle()
    assert asked == [1200, 1950]
    assert panel.answer.choices.posts == 1950
    panel.posts.value = 1400
    panel.settle()
    assert panel.answer.choices.posts == 1400


def test_a_choice_that_cannot_be_is_told_and_the_panel_lives_on(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = panel.answers.answer

    def refused(_: Choices) -> Answer:
        raise InputError(Problem("panel", "places", "are <none>", "take others"))

    monkeypatch.setattr(panel.answers, "answer", refused)
    panel.places.value = 3
    panel.settle()
    assert "are &lt;none&gt;" in panel.words.value
    monkeypatch.setattr(panel.answers, "answer", answer)
    panel.places.value = 4
    panel.settle()
    assert "emulated ±" in panel.words.value


def test_a_mistake_of_the_panel_s_own_is_told_and_the_panel_lives_on(
    panel: Panel, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> Answer:
        raise ZeroDivisionError("by <zero>")

    with monkeypatch.context() as patched:
        patched.setattr(panel.answers, "answer", broken)
        panel.places.value = 3
        panel.settle()
    assert "ZeroDivisionError: by &lt;zero&gt;" in panel.words.value
    assert "broken" in caplog.text
    panel.places.value = 4
    panel.settle()
    assert "emulated ±" in panel.words.value
    with monkeypatch.context() as patched:
        patched.setattr(panel.answers, "run", broken)
        simulated(panel)
    assert "ZeroDivisionError: by &lt;zero&gt;" in panel.state.value
    assert not panel.button.disabled


def test_what_was_simulated_is_answered_once(panel: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Choices] = []
    answer = panel.answers.answer

    def counted(choices: Choices) -> Answer:
        asked.append(choices)
        return answer(choices)

    monkeypatch.setattr(panel.answers, "answer", counted)
    monkeypatch.setattr(panel.answers, "run", lambda *_: None)
    simulated(panel)
    assert asked == [panel.choices]
    assert panel.state.value == ""


def simulated(panel: Panel) -> None:
    """Presses the button and waits."""
    panel.button.click()
    assert panel.running is not None
    panel.running.join()


def test_fewer_posts_than_today_are_warned_of(panel: Panel) -> None:
    panel.posts.value = least = panel.posts.min
    panel.settle()
    with speaking("en"):
        assert f"WARNING: {number(least)} posts are fewer" in panel.words.value
    panel.lang.value = "fr"
    assert "ATTENTION" in panel.words.value
    panel.posts.value = panel.answers.opening.posts
    panel.settle()
    assert "ATTENTION" not in panel.words.value


@pytest.mark.parametrize(
    ("today", "own"), [(1167, 2300), (1167, 1167), (1167, 6001), (4, 4), (4, 400), (1, 1), (30, 2)]
)
def test_the_slider_of_posts_suits_the_area_and_has_the_own_plan_on_it(
    today: int, own: int
) -> None:
    least, most, step = posts_on_offer(today, own)
    assert 1 <= least <= min(max(1, today // 2) + step, own)
    assert max(4 * today, own) <= most
    assert 3 <= (most - least) / step < 800
    assert (own - least) % step == (most - own) % step == 0


def test_own_intensities_are_on_their_sliders() -> None:
    shares = {"shared_target": 0.33, "shared_facilitation": 0.5, "better_coordination": 0.125}
    changes = {f"levers.{name}.intensity": share for name, share in shares.items()}
    odd = Answers(load("trend").with_(changes), draws=1, workers=Workers(1))
    with speaking("en"):
        shown = Panel(odd)
    assert shown.choices == odd.opening
    steps = [(each.step, each.readout_format) for each in shown.intensities]
    assert steps == [(1, ".0f"), (5, ".0f"), (5, ".0f"), (0.1, ".1f"), (5, ".0f")]


def test_a_table_of_own_posts_is_the_own_plan() -> None:
    table = {"52": {"2021-01-01": 4, "2021-06-01": 7}, "08": {"2021-01-01": 5}}
    own = load("trend").with_({"posts.by_departement": table})
    assert opening(own).posts == opening(load("trend")).posts + 3


def test_every_control_is_a_choice(panel: Panel) -> None:
    seen = {panel.choices}
    panel.places.value = -5
    panel.starts[2].value = panel.starts[2].value.replace(month=7)
    panel.people.value = 150_000
    panel.year.value = 2023
    panel.reading.value = "supply_led"
    panel.settle()
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


def test_the_page_s_cell_opens_the_scenario_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own_posts = tmp_path / "posts.csv"
    own_posts.write_text(csv_text(LONG), "utf-8")
    asked = ["target.year=2023", "posts.hiring_start=2021-03-01", "title='Mine'"]
    cell = cell_of(serve.notebook("trend", values_of(asked), str(own_posts), 3, "fr"))
    opened: list[object] = []
    monkeypatch.setattr(sim, "panel", lambda *given, **named: opened.extend((*given, named)))
    exec(cell, {})
    expected = chosen_scenario("trend", asked, figures=sim.read_figures(own_posts))
    assert opened == [expected, {"draws": 3, "lang": "fr"}]
    assert "sim." not in "".join(line for line in cell.splitlines() if "import" in line)


def cell_of(book: str) -> str:
    """The source of its one cell."""
    (cell,) = json.loads(book)["cells"]
    return str(cell["source"])


def test_a_port_that_is_taken_is_told() -> None:
    with socket.socket() as other:
        other.bind((serve.LOCAL, 0))
        other.listen()
        with pytest.raises(InputError, match="is taken"):
            serve.check_port(int(other.getsockname()[1]))
    with pytest.raises(InputError, match="no port"):
        serve.check_port(70_000)
    serve.check_port(free_port())


def free_port() -> int:
    with socket.socket() as some:
        some.bind(("127.0.0.1", 0))
        return int(some.getsockname()[1])


def answers_at(url: str) -> bool:
    try:
        with urllib.request.urlopen(url + "voila/static/main.js", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


@pytest.fixture
def browser() -> str:
    """A browser's path; skips where there is none or nothing that drives it."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None or find_spec("websocket") is None:
        pytest.skip("Chromium, Chrome or Edge, or websocket-client which drives it, is not here")
    return found


@contextmanager
def serving(module: str, *words: str, folder: Path) -> Iterator[None]:
    """A server run as a module until the end of the block."""
    root = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    command = [sys.executable, "-m", module, *words]
    with subprocess.Popen(command, cwd=folder, env=root) as running:
        try:
            yield
        finally:
            running.terminate()


def people_in(headline: str) -> int:
    return int(headline.split(" entries", maxsplit=1)[0].replace(" ", ""))


def sees_the_number_change(shown: Page) -> None:
    """Waits for the opening plan simulated, draws the slider of posts down, waits for an answer."""
    headline, mark = ".agsim-headline", ".agsim-mark"
    assert "entries in 2022" in waited(lambda: shown.text(headline), 180, "the answer")
    waited(lambda: shown.text(mark) == "simulated", 180, "the opening plan simulated")
    before = shown.text(headline)
    assert before is not None
    circles = "[...document.querySelectorAll('.agsim-picture circle')].map(c => c.cx.baseVal.value)"
    drawn_before = shown.evaluate(circles)
    assert len(drawn_before) == DRAWS
    shown.drag(".noUi-handle", -40)
    posts = waited(lambda: (now := shown.text(".widget-readout")) != "2300" and now, 120, "posts")
    table = ".agsim-answer table"
    waited(
        lambda: (shown.text(table) or "").replace(" ", "").find(f"Fundedposts\t{posts}") >= 0,
        60, f"an answer for {posts} posts",
    )  # fmt: skip
    after = shown.text(headline)
    assert after is not None
    assert "emulated ±" in after
    assert people_in(after) < people_in(before)
    assert max(shown.evaluate(circles)) < max(drawn_before)


def runs_all(shown: Page) -> bool:
    """Asks JupyterLab to run the notebook; whether it does: a page that still loads does not."""
    shown.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    time.sleep(2)
    return shown.text(".jp-InputPrompt") not in (None, "", "[ ]:")


@pytest.mark.browser
def test_a_slider_moved_on_the_page_changes_the_number(tmp_path: Path, browser: str) -> None:
    if find_spec("voila") is None:
        pytest.skip("Voilà is not here")
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    asked = ("panel", "--draws", str(DRAWS), "--no-browser", "--port", str(port), "--lang", "en")
    with serving("sim.cli", *asked, folder=tmp_path):
        waited(lambda: answers_at(url), 60, "Voilà")
        with page(browser, url, tmp_path / "profile") as shown:
            sees_the_number_change(shown)


@pytest.mark.browser
def test_a_slider_moved_in_jupyterlab_changes_the_number(tmp_path: Path, browser: str) -> None:
    if find_spec("jupyterlab") is None:
        pytest.skip("JupyterLab is not here")
    port = free_port()
    book = serve.notebook("target-2022", {}, None, DRAWS, "en")
    (tmp_path / "panel.ipynb").write_text(book, encoding="utf-8")
    url = f"http://127.0.0.1:{port}/lab/tree/panel.ipynb"
    asked = ("--no-browser", f"--port={port}", "--IdentityProvider.token=", "--allow-root",
             "--expose-app-in-browser")  # fmt: skip
    with serving("jupyterlab", *asked, folder=tmp_path):
        waited(lambda: answers_at(url), 60, "JupyterLab")
        with page(browser, url, tmp_path / "profile") as shown:
            cell = "document.querySelector('.jp-Notebook .jp-CodeCell') !== null"
            waited(lambda: shown.evaluate(cell), 120, "the notebook")
            # Asked before there is a kernel, JupyterLab asks back which one.
            idle = "document.querySelector('[data-status=idle]') !== null"
            waited(lambda: shown.evaluate(idle), 120, "the kernel")
            waited(lambda: runs_all(shown), 120, "the cell to run")
            sees_the_number_change(shown)
