"""The panel's widgets: controls on the left, the answer beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from logging import getLogger
from math import ceil
from threading import Lock, Thread
from typing import Any

from sim.errors import InputError, Problem
from sim.experiment.executor import Workers, available_workers
from sim.levers import NAMES
from sim.planner.answer import Answer
from sim.planner.answers import DRAWS, Answers
from sim.planner.choices import Choices
from sim.planner.words import reading_title, told
from sim.present.fewer_posts import fewer_posts
from sim.present.lever_names import spelt
from sim.present.numbers import number
from sim.scenario import Scenario
from sim.words import LANGUAGES, language, say, speaking

LEAST_POSTS, MOST_POSTS = 0.5, 4.5  # times today's
FINE_STEPS = 300  # a slider of at most so many posts moves one by one, a longer one in tens
STEP_OF_POSTS = 10
# Of a lever's percent: steps, and how a value on them is shown.
STEPS_OF_SHARES: Mapping[float, str] = {5: ".0f", 1: ".0f", 0.1: ".1f", 0.001: ".3f"}
MOST_PLACES = 25
YEARS_ON_OFFER = 3
SPOKEN = {"fr": "Français", "en": "English"}
ANSWER_FIRST_WHERE_NARROW = {"flex_flow": "row wrap-reverse", "align_items": "flex-end"}
LOOKS = """<style>
.agsim-answer {font-size: 14px; line-height: 1.45; max-width: 640px}
.agsim-answer p {margin: 8px 0}
.agsim-headline {font-size: 22px; font-weight: 600; margin-bottom: 2px}
.agsim-mark {font-size: 13px; font-weight: 600; color: white; padding: 2px 8px; margin-left: 6px;
  border-radius: 10px; white-space: nowrap; vertical-align: middle}
.agsim-emulated {background: #0072B2} .agsim-simulated {background: #00735A}
.agsim-answer td {padding: 1px 14px 1px 0} .agsim-value {font-weight: 600; white-space: nowrap}
.agsim-picture {display: block; width: 100%; margin: 4px 0}
.agsim-more {color: #555} .agsim-title {font-size: 16px; font-weight: 600}
.agsim-wrong {color: #a00} .agsim-group {font-weight: 600; margin-top: 8px}
.agsim-answer .agsim-warned {border-left: 4px solid #a00; padding-left: 8px}
</style>"""


def panel(
    scenario: Scenario,
    *,
    draws: int = DRAWS,
    lang: str | None = None,
    workers: Workers | None = None,
) -> Panel:
    """A planner's panel for a scenario, shown by a notebook; needs ipywidgets.

    Opens at the scenario's own plan, which it simulates in the background: what is emulated is put
    right by it. `draws`: that answer, of the shipped posterior.
    """
    with speaking(lang):
        answers = Answers(scenario, draws, workers=workers or Workers(available_workers()))
        shown = Panel(answers)
    shown.simulate()
    return shown


class Panel:
    """Controls and answer. `choices` are where the controls stand, `answer` is what is shown."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.answer: Answer
        self.running: Thread | None = None
        self._quiet, self._drawing = False, Lock()
        self._moves, self._moved, self._following = Lock(), False, False
        self._follower: Thread | None = None
        widgets = _widgets()
        first = answers.opening
        wide, narrow = {"width": "470px", "max_width": "99%"}, {"width": "125px"}
        style = {"description_width": "205px"}
        beside = {"style": style, "layout": wide}
        self.lang = widgets.ToggleButtons(
            options=[(SPOKEN[each], each) for each in LANGUAGES], value=language(),
            style={"button_width": "90px"},
        )  # fmt: skip
        least, most, step = posts_on_offer(answers.today, first.posts)
        self.posts = widgets.IntSlider(first.posts, least, most, step, **beside)
        self.places = widgets.IntSlider(0, -MOST_PLACES, MOST_PLACES, 1, **beside)
        self.intensities = [
            widgets.FloatSlider(
                100 * share, min=0, max=100, style=style, **_steps_of_share(100 * share),
                layout={"width": "348px", "max_width": "99%"},
            )
            for share in first.intensities
        ]  # fmt: skip
        self.starts = [widgets.DatePicker(value=day, layout=narrow) for day in first.starts]
        self.people = widgets.BoundedIntText(
            first.people, 1, 10_000_000, 10 ** max(0, len(str(first.people)) - 3), **beside
        )
        years = list(range(first.year, first.year + YEARS_ON_OFFER))
        self.year = widgets.Dropdown(options=years, value=first.year, **beside)
        self.reading = widgets.Dropdown(options=list(answers.members), **beside)
        self.button = widgets.Button(
            button_style="success", layout={"width": "255px", "margin": "8px 0 0 213px"}
        )
        self.state = widgets.HTML(layout={"margin": "0 0 0 213px"})
        self.words = widgets.HTML()
        self.title, self.of_levers, self.of_target = (widgets.HTML() for _ in range(3))
        levers = [
            widgets.HBox([share, start], layout={"flex_flow": "row wrap"})
            for share, start in zip(self.intensities, self.starts, strict=True)
        ]
        left = widgets.VBox(
            [self.lang, self.posts, self.places, self.of_levers, *levers, self.of_target,
             self.people, self.year, self.reading, self.button, self.state],
            layout={"width": "490px", "max_width": "100%"},
        )  # fmt: skip
        right = widgets.VBox(
            [self.title, self.words],
            layout={"flex": "1 1 340px", "min_width": "320px", "padding": "0 0 0 12px"},
        )
        self.box = widgets.VBox(
            [widgets.HTML(LOOKS), widgets.HBox([left, right], layout=ANSWER_FIRST_WHERE_NARROW)]
        )
        self._named()
        self.redraw()
        for control in self.controls:
            control.observe(self._changed, "value")
        self.lang.observe(self._spoken, "value")
        self.button.on_click(lambda _: self.simulate())

    @property
    def controls(self) -> Sequence[Any]:
        """All widgets that choose."""
        return [self.posts, self.places, *self.intensities, *self.starts, self.people, self.year,
                self.reading]  # fmt: skip

    @property
    def choices(self) -> Choices:
        """Where the controls stand; an emptied date is the scenario's own."""
        own = self.answers.opening.starts
        return Choices(
            posts=self.posts.value,
            more_places=self.places.value,
            intensities=tuple(round(each.value / 100, 6) for each in self.intensities),
            starts=tuple(each.value or day for each, day in zip(self.starts, own, strict=True)),
            people=self.people.value,
            year=self.year.value,
            reading=self.reading.value,
        )

    def redraw(self) -> None:
        """Show the answer to what is chosen now."""
        with self._drawing, speaking(self.lang.value):
            try:
                choices = self.choices
                self.answer = self.answers.answer(choices)
                warned = fewer_posts(self.answers.scenario, choices.posts)
                self.words.value = told(self.answer, self.answers.own(choices), warned)
            except Exception as wrong:  # in a thread nobody else would tell it
                self.words.value = _wrong(wrong)

    def simulate(self) -> None:
        """Simulate what is chosen now, in the background; one plan at a time."""
        if self.running is not None and self.running.is_alive():
            return
        self.button.disabled = True
        self.running = Thread(target=self._simulated, args=(self.choices,), daemon=True)
        self.running.start()

    def _simulated(self, choices: Choices) -> None:
        """In the background: simulate, say how far it is, show it where it is still asked for."""
        total, done = len(self.answers.members[choices.reading]), 0

        def step(count: int) -> None:
            nonlocal done
            done += count
            with speaking(self.lang.value):
                self.state.value = say(
                    "simulating {posts} posts: {done} of {total} draws",
                    posts=number(choices.posts), done=done, total=total,
                )  # fmt: skip

        try:
            with speaking(self.lang.value):
                step(0)
                self.answers.run(choices, step)
            self.state.value = ""
            self.redraw()
        except Exception as wrong:  # in a thread nobody else would tell it
            with speaking(self.lang.value):
                self.state.value = _wrong(wrong)
        finally:
            self.button.disabled = False

    def settle(self) -> None:
        """Wait until what is shown is what is chosen."""
        if self._follower is not None:
            self._follower.join()

    def _changed(self, _: object) -> None:
        """A control moved: of moves that come faster than answers only the last is drawn."""
        if self._quiet:
            return
        with self._moves:
            self._moved = True
            if not self._following:
                self._following = True
                self._follower = Thread(target=self._follow, daemon=True)
                self._follower.start()

    def _follow(self) -> None:
        """In the background: draw until nothing has moved since."""
        while True:
            with self._moves:
                self._following = self._moved
                if not self._moved:
                    return
                self._moved = False
            self.redraw()

    def _spoken(self, _: object) -> None:
        with self._unheard():
            self._named()
        self.redraw()

    @contextmanager
    def _unheard(self) -> Iterator[None]:
        """Labels change without a new answer for each."""
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False

    def _named(self) -> None:
        """Name all controls in the language chosen."""
        with speaking(self.lang.value):
            title = self.answers.scenario.title.rstrip(".")
            self.title.value = f"<div class='agsim-title'>{escape(say(title))}</div>"
            self.posts.description = say("Funded posts")
            self.places.description = say("Places a portfolio, ±")
            for control, name in zip(self.intensities, NAMES, strict=True):
                control.description = spelt(name).capitalize()
            self.of_levers.value = _heading(say("Levers: intensity in percent, and first day"))
            self.of_target.value = _heading(say("Target and reading"))
            self.people.description = say("People a year")
            self.year.description = say("In the year")
            self.reading.description = say("Reading")
            chosen = self.reading.value
            self.reading.options = [(reading_title(each), each) for each in self.answers.members]
            self.reading.value = chosen
            self.button.description = say("Simulate this plan")

    def _repr_mimebundle_(self, **about: Any) -> Any:
        return self.box._repr_mimebundle_(**about)


def _heading(text: str) -> str:
    return f"<div class='agsim-group'>{text}</div>"


def _wrong(wrong: Exception) -> str:
    """What went wrong; of a mistake in agsim itself its name, and the whole of it in the log."""
    text = str(wrong)
    if not isinstance(wrong, InputError):
        getLogger(__name__).error("the panel", exc_info=wrong)
        text = say(
            "This choice has no answer, by a mistake in agsim: {mistake}. Other choices may.",
            mistake=f"{type(wrong).__name__}: {wrong}",
        )
    return f"<div class='agsim-answer agsim-wrong'>{escape(text)}</div>"


def posts_on_offer(today: int, own: int) -> tuple[int, int, int]:
    """From which to which number of posts the slider goes, and its step."""
    least, most = LEAST_POSTS * today, MOST_POSTS * today
    step = 1 if most - least <= FINE_STEPS else STEP_OF_POSTS
    # The own plan is on the grid: sliders move what is not.
    lower, upper = (max(0, ceil(apart / step)) for apart in (own - least, most - own))
    lowest = own - step * min(lower, (own - 1) // step)
    return lowest, own + step * max(upper, 1), step


def _steps_of_share(percent: float) -> dict[str, Any]:
    """The widest step that has the scenario's own intensity on it, else the finest."""
    on_it = [step for step in STEPS_OF_SHARES
             if abs(percent / step - round(percent / step)) < 1e-6]  # fmt: skip
    step = on_it[0] if on_it else min(STEPS_OF_SHARES)
    return {"step": step, "readout_format": STEPS_OF_SHARES[step]}


def _widgets() -> Any:
    """The library of widgets; `InputError` where it is missing."""
    try:
        import ipywidgets
    except ImportError:
        remedy = say("install agsim with the extra `notebook`: pip install 'agsim[notebook]'")
        raise InputError(Problem("panel", "", say("needs ipywidgets"), remedy)) from None
    return ipywidgets
