"""Runs, comparisons, batches, explanations, levers and the register in French: no English left."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from batches import files
from english_left import english_left, texts_of
from made_up_runs import ELSEWHERE, MAKERS, MANY, OWN, PLAN, TREND, Made, Places, pictures
from matplotlib.figure import Figure

import sim
from sim.cli import app
from sim.experiment.compare import Comparison
from sim.planning.steps import ORDER
from sim.posterior import posterior
from sim.present.explain_text import step_title
from sim.present.precision_text import batch_words
from sim.present.sources_text import MADE_HERE, sources_text
from sim.present.values_text import value_text
from sim.reading_fits import reading, under
from sim.scenario import Scenario
from sim.words import french, speaking
from tests.data_texts import register_texts

TITLES = [each.title for each in (TREND, PLAN, OWN, MANY, ELSEWHERE)]


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    return Places.below(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def made(places: Places) -> Callable[[str], Made]:
    """A result by its name, made once."""
    return cache(lambda name: MAKERS[name](places))


def left_in(figure: Figure) -> list[str]:
    """What of a drawn figure's texts is English."""
    return english_left("\n".join(texts_of(figure)), TITLES)


def authored(scenario: Scenario) -> list[str]:
    """Reasons that stand in scenario files, which stay as their authors wrote them."""
    ours = {*register_texts(), "given in the scenario"}
    return [each.source for each in scenario.register if each.source not in ours]


@pytest.mark.parametrize("name", MAKERS)
class TestResults:
    def test_no_english_is_left_in_texts(self, name: str, made: Callable[[str], Made]) -> None:
        found = made(name)
        assert english_left(found.text(lang="fr"), TITLES) == []
        assert english_left(found.html(lang="fr"), TITLES) == []

    def test_no_english_is_left_in_figures(self, name: str, made: Callable[[str], Made]) -> None:
        """Also where English is spoken when they are drawn."""
        for figure in pictures(made(name), "fr"):
            assert left_in(figure) == []

    def test_english_would_be_found(self, name: str, made: Callable[[str], Made]) -> None:
        found = made(name)
        assert english_left(found.text(lang="en"), TITLES)
        assert any(left_in(figure) for figure in pictures(found, "en"))


class TestRegister:
    @pytest.mark.parametrize("name", ["history-2018-2020", "trend", "target-2022", "lockdown"])
    def test_all_but_what_authors_wrote_is_french(self, name: str) -> None:
        scenario = sim.load(name)
        with speaking("fr"):
            assert english_left(sources_text(scenario), authored(scenario)) == []
        assert english_left(sources_text(scenario))

    def test_sources_of_readings_and_draws_too(self, places: Places) -> None:
        sample = posterior(places.posterior)
        ranged = {"value": 0.2, "low": 0.1, "high": 0.3, "source": "nous"}
        own = TREND.with_({"levers.shared_target.orientations": ranged})
        for scenario in (under(own, reading("places")), sample.under(own, 3)):
            with speaking("fr"):
                told = sources_text(scenario)
            assert english_left(told, authored(own)) == []
        assert "loi a posteriori, tirage 3, dans la fourchette du scénario (nous)" in told
        assert all(each in french() for each in MADE_HERE)

    def test_values_are_written_as_french_writes_them(self) -> None:
        values = [None, 0.25, 200_000.0, "2021-10-01", "2019-05-31", ["52", "2A"], "proportional"]
        with speaking("fr"):
            told = [value_text(each) for each in values]
        assert told == [
            "non renseigné", "0,25", "200\u202f000", "1er octobre 2021", "31 mai 2019",
            "['52', '2A']", "proportional",
        ]  # fmt: skip
        assert [value_text(each) for each in values[1:4]] == ["0.25", "200000", "2021-10-01"]

    def test_a_scenario_shows_what_it_changes(self) -> None:
        told = TREND.text(lang="fr")
        assert "  horizon.end = 1er janvier 2022" in told
        assert "  shocks.lockdown_2020.orientations = 0,33" in told
        assert "horizon.end = 2022-01-01" in str(TREND)
        assert TREND.html(lang="fr").startswith("<pre>")


def test_every_step_has_a_french_title() -> None:
    with speaking("fr"):
        told = [step_title(each) for each in (*ORDER, "shocks.grève")]
    assert english_left("\n".join(told)) == []
    assert told[-1] == "choc «\u00a0grève\u00a0»"
    assert [step_title(each) for each in (*ORDER, "shocks.grève")] == [*ORDER, "shocks.grève"]


def test_what_a_precision_still_takes_is_said_in_french(made: Callable[[str], Made]) -> None:
    found = made("precision on draws")
    assert isinstance(found, Comparison)
    with speaking("fr"):
        told = [batch_words(found, 5), batch_words(found, 3)]
    assert english_left("\n".join(told)) == []
    assert "la limite" in told[1]


@pytest.mark.parametrize(
    "words",
    [
        ["check", "lockdown"],
        ["sources", "lockdown", "--reading", "process"],
        ["batch", "DESIGN", "--dry-run"],
        ["batch", "DESIGN", "--out", "OUT", "--workers", "1"],
    ],
)
def test_commands_speak_french(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    design = files(tmp_path, 'base = "tiny"\nposts = [1200, 1500]\ndraws = 1\nreplications = 1\n')
    places = {"DESIGN": str(design), "OUT": str(tmp_path / "out")}
    app([*(places.get(word, word) for word in words), "--lang", "fr"], standalone_mode=False)
    told = capsys.readouterr()
    text = (told.out + told.err).replace(str(tmp_path), "")
    assert english_left(text, authored(sim.load("lockdown"))) == []
    assert told.out
