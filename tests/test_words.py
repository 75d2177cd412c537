"""French and English: nothing missing, nothing left over, numbers as CLDR writes them."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from contextvars import Context
from datetime import date
from decimal import Decimal

import pytest
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent
from hypothesis import given
from hypothesis import strategies as st

from sim import data_files
from sim.errors import InputError
from sim.present import numbers
from sim.words import french, language, say, speak, speaking
from tests.catalogue import badly_said, places, said
from tests.data_texts import data_texts


def test_every_text_is_in_the_catalogue() -> None:
    missing = [f"{where}: {text}" for text, where in said().items() if text not in french()]
    assert not missing


def test_every_text_of_the_data_is_in_the_catalogue() -> None:
    assert not [text for text in data_texts() if text not in french()]


def test_nothing_in_the_catalogue_is_left_over() -> None:
    assert not set(french()) - set(said()) - set(data_texts())


def test_french_has_the_places_of_english() -> None:
    assert not [text for text, spoken in french().items() if places(text) != places(spoken)]


def test_no_text_stands_twice_in_the_catalogue() -> None:
    files = sorted(data_files.french().glob("*.toml"))
    texts = [text for path in files for text in tomllib.loads(path.read_text(encoding="utf-8"))]
    assert len(texts) == len(set(texts))


def test_no_text_is_put_together_before_it_is_looked_up() -> None:
    assert not badly_said()


def test_french_says_something_and_ends_as_english_does() -> None:
    for text, spoken in french().items():
        assert spoken.strip()
        assert text.endswith(" ") == spoken.endswith(" "), text


@given(st.floats(-1e12, 1e12), st.integers(0, 3))
def test_french_numbers_are_those_of_cldr(value: float, digits: int) -> None:
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    with speaking("fr"):
        written = numbers.number(value, digits)
    assert written == format_decimal(float(f"{value:.{digits}f}"), pattern, locale="fr")


@given(st.integers(-(10**9), 10**9))
def test_french_amounts_and_shares_are_those_of_cldr(value: int) -> None:
    with speaking("fr"):
        assert numbers.euros(value) == format_currency(value, "EUR", locale="fr")
        assert numbers.percent(value / 100) == format_percent(value / 100, locale="fr").replace(
            "\u202f%", "\u00a0%"
        )


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_dates_are_those_of_cldr(when: date) -> None:
    with speaking("fr"):
        expected = format_date(when, "d MMMM y", locale="fr")
        assert numbers.day(when) == (f"1er{expected[1:]}" if when.day == 1 else expected)
        assert numbers.month(when) == format_date(when, "MMMM y", locale="fr")
    with speaking("en"):
        assert numbers.day(when) == format_date(when, "d MMMM y", locale="en")


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (lambda: numbers.exact(Decimal("0.015")), "0,015"),
        (lambda: numbers.exact(Decimal("62000")), "62\u202f000"),
        (lambda: numbers.significant(0.08754, 3), "0,0875"),
        (lambda: numbers.significant(95_713.0, 3), "95\u202f700"),
        (lambda: numbers.significant(2.0), "2"),
        (lambda: numbers.span("52", "84\u00a0%"), "52 à 84\u00a0%"),
        (lambda: numbers.bracketed("52", "84"), "[52\u00a0; 84]"),
        (lambda: numbers.date_text(date(2021, 1, 1)), "1er janvier 2021"),
        (lambda: numbers.period_text("2021-03"), "mars 2021"),
        (lambda: numbers.period_text("2021"), "2021"),
    ],
)
def test_numbers_beside_texts_in_french(write: Callable[[], str], expected: str) -> None:
    with speaking("fr"):
        assert write() == expected


def test_numbers_beside_texts_in_english() -> None:
    assert numbers.exact(Decimal("62000")) == "62000"
    assert numbers.significant(95_713.0, 3) == "9.57e+04"
    assert numbers.date_text(date(2021, 1, 1)) == "2021-01-01"
    assert numbers.period_text("2021-03") == "2021-03"


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LC_ALL": "C", "LANG": "fr_FR.UTF-8"}, "en"),
        ({"LC_MESSAGES": "fr_BE", "LANG": "en_GB"}, "fr"),
        ({}, "en"),
    ],
)
def test_the_locale_decides(
    variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert Context().run(language) == expected


def test_speaking_ends_where_it_ends() -> None:
    with speaking("fr"):
        assert language() == "fr"
        with speaking(None):
            assert say("none") == "aucun"
        with pytest.raises(ZeroDivisionError), speaking("en"):
            _ = 1 / 0
        assert language() == "fr"


def test_another_language_is_refused() -> None:
    with pytest.raises(InputError, match="'fr' or 'en'"):
        speak("de")
