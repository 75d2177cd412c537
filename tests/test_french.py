"""Plans, budgets, staffing and look-backs in French: no English is left over, figures too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from english_left import english_left, texts_of
from made_up_results import MADE

from sim.present import plan_readings_table
from sim.present.numbers import NARROW_SPACE, SPACE
from sim.present.rates_text import rates_text
from sim.rate_files import shipped_rates
from sim.scenario_files import load
from sim.shown import Shown
from sim.words import language, speaking

TITLES = tuple(load(name).title for name in ("target-2022", "trend"))
NO_FIGURE = ("ranges", "outcomes", "outcomes of a reading")
ALSO = {
    "feasibility": {"delay": "entry_delay"},
    "staffing": {"by": "reading"},
}
Make = Callable[[], Shown]


@pytest.mark.parametrize("make", MADE.values(), ids=MADE)
def test_no_english_is_left_over_in_a_text(make: Make) -> None:
    found = make()
    for told in (found.text(lang="fr"), found.html(lang="fr")):
        assert not english_left(told, TITLES)


def test_what_was_said_in_french_does_not_stay() -> None:
    found = MADE["costed"]()
    before = found.text(lang="en")
    found.text(lang="fr")
    assert found.text(lang="en") == before
    assert NARROW_SPACE not in before


@pytest.mark.parametrize("name", [name for name in MADE if name not in NO_FIGURE])
def test_no_english_is_left_over_in_a_figure(name: str) -> None:
    found = MADE[name]()
    for keys in ({}, ALSO.get(name, {})):
        figure = found.plot(**keys, lang="fr")
        told = texts_of(figure)
        assert not [(each, english_left(each, TITLES)) for each in told
                    if english_left(each, TITLES)]  # fmt: skip


def test_a_figure_keeps_its_language_when_it_is_drawn_later() -> None:
    figure = MADE["costed"]().plot(lang="fr")
    assert language() == "en"
    assert f"100{SPACE}%" in texts_of(figure)


def test_the_register_of_rates_is_french() -> None:
    with speaking("fr"):
        told = rates_text(shipped_rates())
        own = rates_text(shipped_rates().with_({"post_year": 60000}))
    assert not english_left(told)
    assert f"62{NARROW_SPACE}000" in told
    assert "donné dans Python" in own


def test_english_that_is_left_over_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other tests can fail."""
    assert english_left("12 postes by reading") == ["by", "reading"]
    assert english_left("1.25 fois") == ["1.25"]
    assert not english_left("agsim budget --show-rates, portfolios_at_end, lecture process")
    left = {"queue": "the queue of people", "load": "the load"}
    monkeypatch.setattr(plan_readings_table, "GUARDRAILS", left)
    assert english_left(MADE["plan of readings"]().text(lang="fr")) == [
        "the",
        "queue",
        "of",
        "people",
    ]
