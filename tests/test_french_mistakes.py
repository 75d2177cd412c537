"""Mistakes in French: whole sentences, the same keys and values, English untouched."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import pytest
import test_bad_posteriors
from bad_figures import BROKEN_FIGURES, BrokenFigures, figures_file
from bad_inputs import BROKEN, Broken, written
from english_left import english_left
from posteriors import made
from pydantic import BaseModel, Field, ValidationError
from scenario_inputs import ROOT

import sim
from calibration.figures import read_figures
from sim.errors import InputError, Problem
from sim.experiment.batch_cells import Cells
from sim.experiment.batch_files import checked_design, load_design
from sim.experiment.executor import Workers
from sim.library_words import OF_PYDANTIC, pydantic_words
from sim.planning import sensitivity
from sim.planning.plan import chosen_levers
from sim.planning.saved import saved
from sim.planning.staffing_curve import chosen_posts
from sim.population.build import sampled
from sim.posterior import posterior
from sim.rate_files import load_rates
from sim.words import known, speaking

Attempt = Callable[[], object]
NUMBER = re.compile(r"\d+")
CHOICES = re.compile("au choix\xa0: .*")  # identifiers, the same in both languages
QUOTED = re.compile(r"(?<!\w)'([^'\s]{1,60})'(?!\w)")


def told(attempt: Attempt, lang: str) -> tuple[Problem, ...]:
    with speaking(lang), pytest.raises(InputError) as caught:
        attempt()
    assert caught.value.language == lang
    return caught.value.problems


def check(attempt: Attempt) -> None:
    english, spoken = told(attempt, "en"), told(attempt, "fr")
    assert len(english) == len(spoken)
    for one, other in zip(english, spoken, strict=True):
        assert NUMBER.sub("", one.where) == NUMBER.sub("", other.where)
        assert NUMBER.findall(one.key) == NUMBER.findall(other.key)
        assert one.message != other.message, one.message
        words = CHOICES.sub("", f"{other.message} → {other.remedy}")
        assert not english_left(words, names=False), f"{other}"
        for value in QUOTED.findall(one.message):
            assert value in other.message, f"{value}: {other}"


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_a_broken_scenario(broken: Broken, tmp_path: Path):
    path = written(broken, tmp_path)
    check(lambda: sim.load(path))


@pytest.mark.parametrize("broken", BROKEN_FIGURES, ids=lambda broken: broken.name)
def test_a_broken_file_of_figures(broken: BrokenFigures, tmp_path: Path):
    path = figures_file(tmp_path, broken.content)
    check(lambda: read_figures(path))


@pytest.mark.parametrize("broken", test_bad_posteriors.BROKEN, ids=lambda broken: broken.name)
def test_a_broken_posterior(broken: test_bad_posteriors.Broken, tmp_path: Path):
    folder = made(tmp_path / "sample")
    path = folder / broken.file
    path.write_text(broken.change(path.read_text(encoding="utf-8")), encoding="utf-8")
    check(lambda: posterior(folder))


DESIGNS: list[dict[str, object]] = [
    {"levers": "some"}, {"levers": [["shared_targt"]]}, {"levers": [["shared_target"] * 2]},
    {"levers": ["shared_target"]}, {"posts": "yesterday"}, {"posts": [1200, 1200]},
    {"posts": []}, {"posts": [1.5]}, {"allocation": ["anywhere"]}, {"places": ["many"]},
    {"readings": ["proces"]}, {"readings": "all", "draws": 3}, {"draws": 0}, {"draws": "all"},
    {"replications": 10**9}, {"engine": "fast"}, {"binding": 3}, {"shocks": {}}, {"set": [1]},
    {"set": {"a": {"posts.target": 1200}}, "posts": [1200]}, {"seed": "one"}, {"sead": 1},
    {"set": {"a": {"posts..target": 1}}}, {"places": [-1]}, {"title": 5},
    {"set": {"a": {"territory.departements": ["52"]}}, "base": "trnd"},
]  # fmt: skip


@pytest.mark.parametrize("choices", DESIGNS, ids="_".join)
def test_a_wrong_batch_design(choices: dict[str, object]):
    check(lambda: Cells.of(checked_design({"base": "trend", **choices}, "design")))


RATES = [
    "post_yaer = 1\nhiring = 'much'\nindirect = 0.2\nindexation = nan\nredeployed = { low = 0.1 }\n"
    "[esf]\nreading = 'half'\nshare = 1.5\npayment_months = 17.5\naudit_cut.value = 0.1\n"
    "audit_cut.low = 0.2\naudit_cut.status = 'guess'\naudit_cut.form = 3\n"
    "[esf.programmes.esf_2014_2020]\nlast = 2023\ntransition = ['9Z']\notherwise = 'rich'\n"
    "source = 3\nmore_developed = 5\n"
    "[social]\nhour = { value = 30, prices = 'now', source = 4 }\n",
    "[payers.levers]\nother = 0.2\n[esf.programmes.esf_2014_2020]\nlast = 2010-12-31\n"
    "more_developed = ['971', '51']\n",
    "post_year = \n",
    "post_year = 1\npost_year = 2\n",
    "post_year = [1\n",
]


@pytest.mark.parametrize("content", RATES)
def test_broken_rates(content: str, tmp_path: Path):
    path = tmp_path / "mine.toml"
    path.write_text(content, encoding="utf-8")
    check(lambda: load_rates(path))


ATTEMPTS: dict[str, Attempt] = {
    "no_scenario": lambda: sim.load("trnd"),
    "no_language": lambda: known("de"),
    "no_folder": lambda: posterior(ROOT / "nothing"),
    "no_file": lambda: read_figures("nothing.csv"),
    "a_folder": lambda: read_figures(ROOT),
    "no_reading": lambda: sim.simulate(sim.load("trend"), reading="proces"),
    "no_draws": lambda: sim.simulate(sim.load("trend"), draws=0, replications=0),
    "draws_of_a_reading": lambda: sim.simulate(sim.load("trend"), reading="all", draws=3),
    "no_engine": lambda: sim.simulate(sim.load("trend"), engine="fast"),
    "one_scenario": lambda: sim.compare([sim.load("trend")]),
    "no_lever": lambda: sim.plan(sim.load("target-2022"), levers="shared_targt"),
    "a_year_before": lambda: sim.plan(sim.load("target-2022").with_({"target.year": 2019})),
    "no_replication": lambda: sim.plan(sim.load("target-2022"), replications=0),
    "posts_below_one": lambda: sim.reach(sim.load("target-2022"), posts=0),
    "a_budget_below_zero": lambda: sim.afforded(sim.load("target-2022"), -1.0),
    "no_such_combination": lambda: chosen_levers("shared_targt,nothing"),
    "a_step_that_is_none": lambda: sim.explain(
        sim.load("trend"), sim.load("target-2022"), order=["weather"]
    ),
    "a_curve_of_one": lambda: chosen_posts(sim.load("trend"), (1200,)),
    "no_design": lambda: load_design("levers-by-post"),
    "no_projection": lambda: saved(ROOT / "sim"),
    "a_check_of_sensitivity": lambda: sensitivity.checked(3, 0.0, -1.0, 7),
    "a_path_without_a_name": lambda: sim.load("trend").with_({"posts..target": 1}),
    "a_path_through_a_number": lambda: sim.load("trend").with_({"posts": 5, "posts.target": 6}),
    "another_base": lambda: sim.load("trend").with_({"base": "lockdown"}),
    "a_share_of_few_pools": lambda: sampled(3, 0.5),
    "no_share": lambda: sampled(300, 1.5),
}


@pytest.mark.parametrize("name", ATTEMPTS)
def test_what_cannot_be_asked(name: str):
    check(ATTEMPTS[name])


def _with_a_wrong_scenario(name: str) -> str:
    with pytest.raises(InputError) as caught:
        sim.load(name)
    return str(caught.value)


def test_a_worker_tells_in_the_language_of_the_program():
    with speaking("fr"):
        found = Workers(2).map(_with_a_wrong_scenario, ["trnd", "trnd"])
    assert found[0].endswith("ce fichier de scénario n'existe pas → vouliez-vous dire 'trend'\xa0?")


class Example(BaseModel):
    text: str = "a"
    whole: int = 1
    bounded: Annotated[int, Field(ge=1, le=3)] = 1
    number: float = 1.0
    finite: Annotated[float, Field(allow_inf_nan=False)] = 1.0
    flag: Annotated[bool, Field(strict=True)] = False
    several: tuple[int, ...] = ()
    filled: Annotated[str, Field(min_length=1)] = "a"


def test_the_messages_of_pydantic_are_those_that_it_has():
    """A new version that words one differently would be passed on in English."""
    given = {
        "text": 5, "whole": None, "bounded": 0, "number": None, "finite": float("nan"),
        "flag": 3, "several": 5, "filled": "",
    }  # fmt: skip
    errors = []
    for values in (given, {"whole": "x", "bounded": 5}, {"whole": 1.5}):
        with pytest.raises(ValidationError) as wrong:
            Example.model_validate(values)
        errors += wrong.value.errors()
    assert {each["type"] for each in errors} >= set(OF_PYDANTIC) - {"is_instance_of"}
    for each in errors:
        english = each["msg"][0].lower() + each["msg"][1:]
        with speaking("en"):
            assert pydantic_words(each) == english.replace("input should", "must")
        with speaking("fr"):
            assert not english_left(pydantic_words(each), names=False), each


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["run", "trnd"], "agsim\xa0: 'trnd'\xa0: "),
        (["calibrate", "--check", "predictve"], "vouliez-vous dire 'predictive'"),
        (["lookback"], "agsim\xa0: agsim lookback\xa0: FOLDER\xa0: manque"),
    ],
)
def test_the_command_tells_in_french(words: list[str], expected: str):
    """Also after the command has ended: messages are put together where they arise."""
    done = subprocess.run(
        [sys.executable, "-m", "sim.cli", *words, "--lang", "fr"],
        capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert done.returncode == 2
    assert expected in done.stderr, done.stderr
    assert not english_left(done.stderr, names=False)
