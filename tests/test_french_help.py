"""The help of the commands: French where French is spoken, English as it was declared."""

from __future__ import annotations

import os
import subprocess
import sys
from contextvars import Context
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from sim.cli import app, main
from sim.cli_help import asked, help_texts
from sim.words import french
from tests.english_left import english_left

ROOT = Path(__file__).parent.parent
WHOLE: Any = get_command(app)
COMMANDS = sorted(WHOLE.commands)
# What typer says itself stays English.
OF_TYPER = "Show this message and exit."


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """What `agsim` prints under a locale, asked with these words."""

    def of(locale: str, *words: str) -> str:
        monkeypatch.setenv("LC_ALL", locale)
        monkeypatch.setattr(sys, "argv", ["agsim", *words])
        with pytest.raises(SystemExit) as ended:
            Context().run(main)
        assert ended.value.code == 0
        return capsys.readouterr().out

    return of


def _below_usage(told: str) -> str:
    """Help without its first line, which names the program that was started."""
    return told.partition("\n\n")[2]


def joined(text: str) -> str:
    """The text without spaces and line breaks: help is wrapped, at hyphens too."""
    return "".join(text.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_french_under_a_french_locale(name: str, printed: Any) -> None:
    told = printed("fr_FR.UTF-8", name, "--help")
    for text in help_texts(WHOLE.commands[name]):
        assert joined(french()[text]) in joined(told)
        assert joined(text) not in joined(told)
    assert not english_left(told.replace(OF_TYPER, ""), names=False)


@pytest.mark.parametrize("name", COMMANDS)
def test_english_help_is_as_declared(name: str, printed: Any) -> None:
    told = printed("en_GB.UTF-8", name, "--help")
    assert all(joined(text) in joined(told) for text in help_texts(WHOLE.commands[name]))
    as_declared = CliRunner().invoke(app, [name, "--help"]).output
    assert joined(_below_usage(told)) == joined(_below_usage(as_declared))


def test_the_option_goes_before_the_locale(printed: Any) -> None:
    french_help = printed("fr_FR.UTF-8", "plan", "--help")
    english_help = printed("C", "plan", "--help")
    assert french_help != english_help
    for words in (["--help", "--lang", "fr"], ["--lang=fr", "--help"]):
        assert printed("C", "plan", *words) == french_help
    assert printed("fr_FR.UTF-8", "plan", "--help", "--lang", "en") == english_help


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("plan --help", None),
        ("plan --lang fr", "fr"),
        ("plan --lang=en --help", "en"),
        ("plan --lang fr --lang en", "en"),
        ("plan --lang de", None),
        ("plan --lang", None),
        ("plan fr", None),
        ("run --set people.fr=fr", None),
    ],
)
def test_the_language_asked_for(line: str, language: str | None) -> None:
    assert asked(line.split()) == language


def test_the_list_of_commands_is_french() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sim.cli", "--help"],
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "fr_FR.UTF-8", "PYTHONUTF8": "1"},
        check=True,
    )
    assert "Combien de conseillers dédiés" in done.stdout
    assert all(f"\n  {name}" in done.stdout for name in COMMANDS)
    assert not english_left(done.stdout.replace(OF_TYPER, ""), names=False)
