"""`agsim report`: which files it writes, and what it refuses before it computes anything."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from made_up_plans import made_up_plan
from own_files import costs, workbook
from read_pages import read
from typer.testing import CliRunner
from workbooks import texts

from sim import cli
from sim.documents.command import command
from sim.documents.pages import pages
from sim.documents.pdf import BROWSERS, write_pdf
from sim.documents.report import report
from sim.errors import InputError
from sim.own_figures.read import read_figures
from sim.planning.plan import Plan
from sim.rate_files import load_rates, shipped_rates

DRAWS = 12
FEW = {"territory.departements": ["08", "52"], "horizon.end": "2023-01-01"}
Agsim = Callable[..., tuple[int, str, str]]


def small_plan() -> Plan:
    """A made-up plan of a part of the country, whose budgets are quick."""
    plan = made_up_plan(DRAWS)
    return replace(plan, scenario=plan.scenario.with_(FEW))


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A made-up plan in place of the simulated one; which levers were asked for."""
    asked: list[str] = []

    def made_up(*_: object, levers: str, **__: object) -> object:
        asked.append(levers)
        return small_plan()

    monkeypatch.setattr("sim.planning.plan.plan", made_up)
    return asked


@pytest.fixture
def agsim(
    planned: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Agsim:
    """The command, run in a folder of its own: exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        words = ["agsim", "report", *arguments, "--draws", "2", "--no-hours", "--store", "none"]
        monkeypatch.setattr("sys.argv", words)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return run


def test_it_writes_the_pages_and_says_where(agsim: Agsim, tmp_path: Path) -> None:
    code, out, _ = agsim("--html", "plan.html", "--lang", "fr", "--probability", "0.5")
    assert (code, out.strip()) == (0, "plan.html")
    shown = read((tmp_path / "plan.html").read_text(encoding="utf-8"))
    assert shown.all("html")[0].attributes["lang"] == "fr"
    found = report(small_plan(), probability=0.5)
    assert shown.by_id("answer-posts").numbers[0] == found.there(found.posts_wanted)
    assert [path.name for path in tmp_path.iterdir()] == ["plan.html"]


def test_own_figures_stand_in_the_command(agsim: Agsim, tmp_path: Path) -> None:
    workbook(tmp_path / "mine.xlsx", {"costs": costs(post_year=[70000, 60000, 80000, "ours"])})
    code, _, err = agsim("--html", "plan.html", "--figures", "mine.xlsx", "--lang", "en")
    assert code == 0, err
    told = read((tmp_path / "plan.html").read_text(encoding="utf-8")).by_id("reproduce")
    command = told.all("code")[0].text
    assert command.startswith("agsim report target-2022 --html report.html --figures mine.xlsx ")
    assert "--rates" not in command
    assert shipped_rates()["post_year"].value != 70000
    parsed = shlex.split(command)
    own = read_figures(parsed[parsed.index("--figures") + 1])
    assert own.rates()["post_year"].value == 70000
    code, _, err = agsim("--html", "plan.html", "--rates", "mine.xlsx", "--lang", "en")
    assert code == 2
    assert "give it as --figures mine.xlsx" in err


def test_the_workbook_of_budget_plan_is_made_again_with_its_figures(
    agsim: Agsim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.planning.plan.plan", lambda *_, **__: small_plan())
    monkeypatch.setattr("sim.cli_budget.write_pictures", lambda *_: None)
    workbook(tmp_path / "mine.xlsx", {"costs": costs(post_year=[70000, 60000, 80000, "ours"])})
    options = ["--figures", "mine.xlsx", "--draws", "2", "--store", "none", "--lang", "en"]
    done = CliRunner().invoke(cli.app, ["budget", "--plan", "--out", "out", *options])
    assert done.exit_code == 0, done.output
    told = next(each for each in texts(tmp_path / "out" / "money.xlsx") if "Made again" in each)
    command = shlex.split(told.split("Made again with: ")[1])
    assert "--rates" not in command
    code, _, err = agsim(*command[2:], "--xlsx", "again.xlsx")
    assert code == 0, err
    again = (tmp_path / "again.xlsx").read_bytes()
    assert again == (tmp_path / "out" / "money.xlsx").read_bytes()


def test_rates_that_no_option_gives_are_told(tmp_path: Path) -> None:
    own = workbook(
        tmp_path / "mine.xlsx", {"costs": costs(post_year=[70000, 60000, 80000, "ours"])}
    )
    (tmp_path / "dear.toml").write_text("post_year = 70000\n")
    plan, of_a_table = made_up_plan(DRAWS), read_figures(own).rates()
    dear = load_rates(tmp_path / "dear.toml")
    for found, whole in (
        (report(plan), True),
        (report(plan, rates=of_a_table), False),
        (report(plan, rates=of_a_table, figures=str(own)), True),
        (report(plan, rates=shipped_rates(), figures=str(own)), False),
        (report(plan, rates=shipped_rates().with_({"post_year": 70000})), False),
        (report(plan, rates=dear), True),
        (report(plan, rates=dear.with_({"post_year": 71000})), False),
        (report(plan, rates=of_a_table, figures=str(tmp_path / "gone.xlsx")), False),
    ):
        told, alone = command(found, "--html", "report.html")
        assert alone is whole
        assert ("--rates" in told) is (whole and found.rates == dear)
    assert f"--rates {tmp_path / 'dear.toml'}" in command(report(plan, rates=dear), "", "")[0]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "says no file to write"),
        (["--html", "plan.xlsx"], "its ending must be .html"),
        (["--html", "plan"], "such as plan.html"),
        (["--xlsx", "plan.html"], "its ending must be .xlsx"),
        (["--pdf", "plan.html"], "its ending must be .pdf"),
        (["--html", "nowhere/plan.html"], "which is no folder"),
        (["--html", "full.html"], "cannot be written"),
        (["--html", "plan.html", "--probability", "0"], "must be above 0 and at most 1"),
        (["--html", "plan.html", "--rates", "none.toml"], "none.toml"),
        (["--html", "plan.html", "--levers", "magic"], "is not a known lever"),
        (["nonsense", "--html", "plan.html"], "there is no such scenario file"),
    ],
)
def test_what_it_refuses_it_refuses_before_it_computes(
    arguments: list[str], told: str, agsim: Agsim, planned: list[str], tmp_path: Path
) -> None:
    (tmp_path / "full.html").mkdir()
    code, _, err = agsim(*arguments)
    assert code == 2
    assert told in err
    assert "Traceback" not in err
    assert not planned
    assert [path.name for path in tmp_path.iterdir()] == ["full.html"]


def test_all_mistakes_of_the_files_are_told_at_once(agsim: Agsim) -> None:
    code, _, err = agsim("--html", "plan.txt", "--xlsx", "nowhere/plan.xlsx", "--lang", "fr")
    assert code == 2
    assert "son extension doit être .html" in err
    assert "qui n'est pas un dossier" in err


def test_no_browser_is_told_with_a_way_round(
    agsim: Agsim, planned: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    code, _, err = agsim("--pdf", "plan.pdf")
    assert code == 2
    assert "write --html and print it to PDF from any browser" in err
    assert not planned


def test_a_browser_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.documents.pdf.browser", lambda: shutil.which("false") or "false")
    with pytest.raises(InputError, match="was not written"):
        write_pdf(report(made_up_plan(DRAWS)), tmp_path / "plan.pdf")
    assert not list(tmp_path.iterdir())


@pytest.mark.browser
def test_the_pdf_begins_with_the_whole_answer_on_one_sheet(tmp_path: Path) -> None:
    if not any(map(shutil.which, BROWSERS)):
        pytest.skip("there is no Chromium, Chrome or Edge here")
    found = report(made_up_plan(DRAWS))
    path = write_pdf(found, tmp_path / "plan.pdf")
    assert path.read_bytes().startswith(b"%PDF-")
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext, which reads it back, is not here")
    done = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True
    )
    first, second, *others = done.stdout.split("\f")
    shown = read(pages(found))
    for answer in ("posts", "orientations", "when", "cost", "payers", "sure"):
        question = shown.by_id(f"answer-{answer}").all("h2")[0].text
        assert question in first
    caption = shown.by_id("answer").all("figcaption")[-1].text
    assert caption.split()[-1] in first
    assert shown.by_id("binds").all("h2")[0].text in second
    assert 3 <= len(others) <= 8
