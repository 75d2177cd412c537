"""Every example of the documentation is run; heavy ones are checked for commands and options.

A page is run from its beginning to its end in a folder of its own, by the functions that also show
what examples give when the site is built: Python blocks in one namespace, `agsim` commands
in-process. A block after `<!-- heavy: why -->` is not run. The gallery is checked as heavy blocks
are; the build, which fails with an example, runs it.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer

import sim
from sim.cli import app
from sim.experiment.batch_files import checked_design
from sim.measures.event_schema import Activity
from sim.planning.sensitivity import FEWEST_DRAWS
from sim.scenario import Given
from sim.scenario_files import validated
from sim.words import speaking

pytestmark = pytest.mark.docs
DOCS = Path(__file__).parent.parent / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
KINDS = {"python", "sh", "toml", "text"}
GROUP: Any = typer.main.get_command(app)
MANY, LEAST_DRAWS = 1000, {"sensitivity": FEWEST_DRAWS}
TRANSLATED = {"index.md": "fr/index.md", "tutorial.md": "fr/tutoriel.md"}


@pytest.fixture
def site() -> Iterator[Any]:
    """The modules of the hooks, by name."""
    sys.path.insert(0, str(DOCS / "hooks"))
    yield import_module
    sys.path.remove(str(DOCS / "hooks"))
    for name in [each for each in sys.modules if each.startswith("site_")]:
        del sys.modules[name]


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def check_command(arguments: list[str]) -> None:
    name, *rest = arguments
    assert name in GROUP.commands
    known = {word for each in GROUP.commands[name].params for word in each.opts}
    asked = {word.partition("=")[0] for word in rest if word.startswith("--")}
    assert asked <= known, f"agsim {name} has no {asked - known}"
    values = GROUP.commands[name].make_context(name, list(rest)).params  # refuses wrong values
    assert (values.get("draws") or MANY) >= LEAST_DRAWS.get(name, 1)


def check_python(text: str) -> None:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert node.value.id != "sim" or node.attr in sim.__all__


def check_toml(text: str) -> None:
    document = tomllib.loads(text)
    if "draws" in document:
        checked_design(document, "docs")
        return
    document.pop("base", None)
    validated(Given(document))


def checked(examples: Any, block: Any) -> None:
    """What can be told of a block that is not run."""
    assert block.kind in KINDS, block.text
    if block.kind == "toml":
        check_toml(block.text)
    elif block.kind == "sh":
        for arguments in examples.commands(block.text):
            check_command(arguments)
    elif block.kind == "python":
        check_python(block.text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_examples_of_a_page(page: Path, site: Any, tmp_path: Path) -> None:
    examples = site("site_examples")
    blocks = examples.blocks(text_of(page))
    for block in blocks:
        checked(examples, block)
    shown = examples.run_page(text_of(page), tmp_path)
    assert [each.block for each in shown] == [
        number for number, block in enumerate(blocks) for _ in block.shows
    ]
    for each in shown:
        assert each.file.stat().st_size > 0
        assert each.seen or each.name == examples.TEXT, "a picture says what is seen on it"


@pytest.mark.parametrize(
    "broken",
    [
        "```python\nimport sim\nsim.load('no-such-scenario')\n```\n",
        "```python\nassert 1 > 2\n```\n",
        "```sh\nagsim run no-such-scenario\n```\n",
        "```sh\nagsim run trend --no-such-option\n```\n",
        "```sh\nrm -r everything\n```\n",
        "<!-- shows: figure | nothing -->\n```python\nfig = 1\n```\n",
        "<!-- shows: gone.png | nothing -->\n```python\nfig = 1\n```\n",
    ],
)
def test_an_example_that_fails_is_told(broken: str, site: Any, tmp_path: Path) -> None:
    examples = site("site_examples")
    with pytest.raises(examples.ExampleError):
        examples.run_page(broken, tmp_path)


def test_examples_go_on_from_one_another_and_show_what_they_give(site: Any, tmp_path: Path) -> None:
    page = (
        "<!-- file: mine.toml -->\n```toml\ntitle = 'mine'\nbase = 'trend'\n```\n"
        "<!-- shows: text -->\n```python\nfrom pathlib import Path\nmany = 2\n"
        "print(Path('mine.toml').exists())\nmany + 1\n```\n"
        "<!-- heavy: never -->\n```python\nraise SystemExit\n```\n"
        "<!-- shows: text -->\n```sh\nagsim check mine.toml\n```\n"
    )
    examples = site("site_examples")
    printed, command = (each.file.read_text() for each in examples.run_page(page, tmp_path))
    assert printed == "True\n3\n"
    assert "mine" in command


def test_what_is_kept_is_made_anew_for_other_examples_only(site: Any, tmp_path: Path) -> None:
    examples = site("site_examples")
    page = "<!-- shows: text -->\n```python\nimport time\ntime.perf_counter_ns()\n```\n"
    prose, changed = f"In other words.\n\n{page}", page.replace("import", "import sys,")
    first, again, other = (
        examples.kept(each, tmp_path)[0].file.read_text() for each in (page, prose, changed)
    )
    assert first == again != other


def test_every_block_is_found(site: Any) -> None:
    for page in PAGES:
        fences = re.findall(r"^\s*```", text_of(page), re.M)
        assert len(fences) == 2 * len(site("site_examples").blocks(text_of(page))), page.name


def test_every_page_stands_in_the_menu() -> None:
    menu = text_of(DOCS.parent / "mkdocs.yml")
    for page in PAGES:
        assert f": {page.relative_to(DOCS).as_posix()}" in menu


def test_the_gallery_shows_each_picture_in_both_languages(site: Any) -> None:
    gallery, examples = site("site_gallery"), site("site_examples")
    parts = tomllib.loads(text_of(gallery.LIST))["part"]
    listed = [picture for part in parts for picture in part["picture"]]
    blocks = [each for each in examples.blocks(gallery.gallery_page()) if each.shows]
    assert len(blocks) == len(listed)
    for block, picture in zip(blocks, listed, strict=True):
        checked(examples, block)
        assert all(picture["title"] in told for told in block.shows)
        if block.kind == "python" and not picture["draw"].startswith("log.animate"):
            assert block.text.count('lang="fr"') == 1
            assert len(block.shows) == 2
        if "command" in picture:
            check_command(picture["command"].split()[1:])


def test_every_plot_of_the_library_stands_in_the_gallery(site: Any) -> None:
    """Whatever a public function returns, and can draw itself."""
    shown = site("site_gallery").gallery_page()
    library = site("site_library")
    drawn = {
        f"{name}.{method}"
        for name in sim.__all__
        for returned in [library.returned_class(getattr(sim, name))]
        if callable(getattr(sim, name)) and returned is not None
        for method in dir(returned)
        if method.startswith("plot")
    }
    missing = {each for each in drawn if not _shown(each, shown)}
    assert missing <= NOT_SHOWN, missing - NOT_SHOWN


NOT_SHOWN = {
    "published.plot",  # needs a calibration of a département first
    "sensitivity.plot",  # needs a plan on 30 draws or more
}


def _shown(each: str, page: str) -> bool:
    name, method = each.split(".")
    made = re.findall(rf"^(\w+) = sim\.{name}\(", page, re.M)
    return any(f"{variable}.{method}(" in page for variable in made)


def test_the_french_pages_have_the_examples_of_the_english_ones(site: Any) -> None:
    """The same commands and calls, in French; what is said around them is their own."""
    examples = site("site_examples")
    english, french = (
        [
            arguments[0]
            for block in examples.blocks(text_of(DOCS / page))
            if block.kind == "sh"
            for arguments in examples.commands(block.text)
        ]
        for page in ("tutorial.md", "fr/tutoriel.md")
    )
    assert french[: len(english)] == english
    for page in TRANSLATED.values():
        for block in examples.blocks(text_of(DOCS / page)):
            if block.kind == "sh":
                assert all("--lang" in each for each in examples.commands(block.text))


def test_french_typography() -> None:
    for page in TRANSLATED.values():
        prose = re.sub(r"^```.*?^```$|`[^`]*`|<!--.*?-->|\]\([^)]*\)", "", text_of(DOCS / page),
                       flags=re.S | re.M)  # fmt: skip
        assert not re.findall(r"[^\u202f\s][;?!]| [;:?!»%]|« |\w'\w|\d \d{3}", prose), page


def test_the_model_page_fills_every_item_of_the_guideline() -> None:
    page = text_of(DOCS / "background" / "model.md")
    parts = re.split(r"^#{2,3} (\d[\d.]*) .*\n", page, flags=re.M)
    found = dict(zip((each.rstrip(".") for each in parts[1::2]), parts[2::2], strict=True))
    assert " ".join(found) == STRESS
    for item, text in found.items():
        assert "." not in item or len(text.strip()) > 60 or "{{" in text, item


STRESS = (
    "1 1.1 1.2 1.3 2 2.1 2.2 2.3 2.4 2.5.1 2.5.2 2.5.3 2.5.4 2.5.5 3 3.1 3.2 3.3 3.4 "
    "4 4.1 4.2 4.3 5 5.1 5.2 5.3 5.4 6 6.1"
)


def test_the_diagram_names_every_event_of_a_person(site: Any) -> None:
    drawn = site("site_diagram").overview()
    for each in Activity:
        assert drawn.count(f">{each.name.lower()}<") == 1


def test_the_reference_holds_all_that_the_code_declares(site: Any) -> None:
    library, command = site("site_library").library_page(), site("site_commands").commands_page()
    assert all(f"### sim.{name}\n" in library for name in sim.__all__)
    for name, each in GROUP.commands.items():
        assert f"## agsim {name}\n" in command
        assert all(option.opts[0] in command for option in each.params if option.name != "help")
    tables = site("site_tables")
    keys = tables.scenario_page()
    for entry in sim.load("target-2022").register:
        path = re.sub(r"\.\d{4}-\d\d-\d\d$", "", entry.path)
        path = re.sub(r"^shocks\.\w+", "shocks.NAME", path)
        assert f"`{path}`" in keys
    made = ("priors", "posterior", "readings", "scenarios", "streams", "versions", "glossary")
    for name in made:
        assert "|---|" in getattr(tables, f"{name}_table")().replace(" ", "")
    with speaking("en"):
        assert "funded posts" in tables.answer()
