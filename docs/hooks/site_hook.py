"""What mkdocs calls while it builds: pages, tables, pictures made from the code, never committed.

A page of `PAGES` is made whole. Elsewhere `{{ name }}` on a line of its own stands for one of
`TABLES`; an unknown name stops the build, and so does an example that fails. What examples show
(`site_examples`) is put below them; it is kept in `build/examples` until page or code change.
"""

from __future__ import annotations

import html
import json
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from markdown.extensions.toc import slugify
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from site_commands import commands_page
from site_diagram import overview
from site_examples import TEXT, ExampleError, Shown, blocks, kept, only
from site_gallery import THUMBNAILS, gallery_page
from site_library import library_page
from site_tables import (
    answer,
    events_page,
    figures_table,
    glossary_table,
    horizons_table,
    laws_table,
    levers_table,
    measures_page,
    posterior_table,
    priors_table,
    rates_page,
    readings_table,
    register_count,
    scenario_page,
    scenarios_table,
    streams_table,
    versions_table,
)

PAGES: Mapping[str, Callable[[], str]] = {
    "how-to/pictures.md": gallery_page,
    "reference/library.md": library_page,
    "reference/commands.md": commands_page,
    "reference/scenario.md": scenario_page,
    "reference/measures.md": measures_page,
    "reference/rates.md": rates_page,
    "reference/events.md": events_page,
}
TABLES: Mapping[str, Callable[[], str]] = {
    "answer": answer,
    "figures": figures_table,
    "glossary": glossary_table,
    "horizons": horizons_table,
    "laws": laws_table,
    "levers": levers_table,
    "overview": overview,
    "priors": priors_table,
    "posterior": posterior_table,
    "readings": readings_table,
    "register": register_count,
    "scenarios": scenarios_table,
    "streams": streams_table,
    "versions": versions_table,
}
HEAVY = re.compile(r"^<!-- heavy: ([^>]+) -->\n", re.M)
UNSEEN = re.compile(r"^<!-- (?:shows|file): [^>]+ -->\n", re.M)
NAME_IN_TABLE = re.compile(r"<td\b[^>]*>.*?</td>", re.S)
CODE, BREAKS = re.compile(r"<code>[^<]*</code>"), re.compile(r"([._])(?=\w)")
PLACE = re.compile(r"^\{\{ (\w+) \}\}$", re.M)
CACHE = Path(__file__).parent.parent.parent / "build" / "examples"
FRENCH = "fr/"
OTHER_LANGUAGE = "french"
HEAVILY, MADE = "Heavy:", "Made by these lines when the site was built: to look at, not to quote."
TO_FRENCH = {
    HEAVILY: "Long\u00a0:",
    MADE: "Fait par ces lignes à la construction du site\u00a0: à regarder, pas à citer.",
}
# The theme switches style sheets of a highlighter that is not here, and stops without them.
HIGHLIGHTERS = '<meta id="hljs-light"><meta id="hljs-dark">'
_pages_that_show: list[str] = []
INDEX, INDEX_SCRIPT = "search/search_index.json", "search/index.js"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Anchors begin with a letter; there is no page for what is missing."""
    config.mdx_configs.setdefault("toc", {})["slugify"] = _anchor
    # Its links begin at the root of a server, where this site need not stand.
    config.theme.static_templates.discard("404.html")
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made, and the pictures of all pages."""
    for path, made in PAGES.items():
        files.append(File.generated(config, path, content=made()))
    for page in list(files.documentation_pages()):
        for shown in _shown(page.src_uri, page.content_string):
            if shown.file.suffix != ".txt":
                name = _picture(page.src_uri, shown)
                files.append(File.generated(config, name, content=shown.file.read_bytes()))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Put tables and what examples show in their places; tell which examples are heavy."""
    where = page.file.src_uri

    def table(found: re.Match[str]) -> str:
        if found[1] not in TABLES:
            raise PluginError(f"{where}: no table is named {found[1]}")
        return TABLES[found[1]]()

    below = {number: list(found) for number, found in _by_block(_shown(where, markdown))}
    parts, end = [], 0
    for number, block in enumerate(blocks(markdown)):
        parts.append(markdown[end : block.span[1]])
        parts += [_below(where, each) for each in below.get(number, [])]
        if number in below and number == min(below) and where not in PAGES:
            parts.append(f'\n<p class="made">{_said(MADE, where)}</p>\n')
        end = block.span[1]
    whole = UNSEEN.sub("", "".join([*parts, markdown[end:]]))
    whole = whole.replace(THUMBNAILS, _thumbnails(where, _shown(where, markdown)))
    return PLACE.sub(table, HEAVY.sub(rf"*{_said(HEAVILY, where)} \1.*\n\n", whole))


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """French pages say that they are; the theme's script of colour modes finds what it asks for.

    Names in tables may be broken at points and underscores. That is done last, so that the search
    finds them whole.
    """
    if page.file.src_uri.startswith(FRENCH):
        output = output.replace('<html lang="en"', '<html lang="fr"', 1)
    output = NAME_IN_TABLE.sub(lambda cell: CODE.sub(_breakable, cell[0]), output)
    return output.replace("</head>", f"{HIGHLIGHTERS}</head>", 1)


@event_priority(-100)
def on_post_build(config: MkDocsConfig) -> None:
    """The index of the search as a script: a page that is opened as a file may load no other."""
    site = Path(config.site_dir)
    found = json.loads((site / INDEX).read_text(encoding="utf-8"))["docs"]
    (site / INDEX_SCRIPT).write_text(f"var searchIndex = {json.dumps(found)};\n", encoding="utf-8")
    (site / INDEX).unlink()
    only(_pages_that_show, CACHE)
    _pages_that_show.clear()


def _shown(where: str, markdown: str) -> list[Shown]:
    if "<!-- shows: " not in markdown:
        return []
    _pages_that_show.append(markdown)
    try:
        return kept(markdown, CACHE)
    except ExampleError as failed:
        raise PluginError(f"{where}: an example failed\n{failed}") from failed


def _by_block(shown: list[Shown]) -> Iterator[tuple[int, Iterator[Shown]]]:
    for number in dict.fromkeys(each.block for each in shown):
        yield number, (each for each in shown if each.block == number)


def _picture(where: str, shown: Shown) -> str:
    return f"pictures/{where.removesuffix('.md').replace('/', '-')}-{shown.file.name}"


def _below(where: str, shown: Shown) -> str:
    if shown.file.suffix == ".txt":
        printed = html.escape(shown.file.read_text(encoding="utf-8").strip("\n"), quote=False)
        return f'\n<pre class="printed">{printed}</pre>\n'
    picture = f'<img alt="{html.escape(shown.seen)}" src="{_from(where, shown)}">'
    if shown.name != OTHER_LANGUAGE:
        return f"\n<figure>{picture}</figure>\n"
    return f"\n<details><summary>In French</summary>{picture}</details>\n"


def _anchor(heading: str, separator: str = "-") -> str:
    """The theme's script stops at an anchor that begins with a digit."""
    plain = slugify(heading, separator)
    return f"part{separator}{plain}" if plain[:1].isdigit() else plain


def _thumbnails(where: str, shown: list[Shown]) -> str:
    """All pictures of a page, small, each with the way to its heading, which has its name."""
    links = [
        f'<a href="#{_anchor(each.seen)}"><img alt="{html.escape(each.seen)}" '
        f'title="{html.escape(each.seen)}" src="{_from(where, each)}"></a>'
        for each in shown
        if each.name not in (OTHER_LANGUAGE, TEXT)
    ]
    return f'<div class="thumbnails">{"".join(links)}</div>'


def _from(where: str, shown: Shown) -> str:
    return posixpath.relpath(_picture(where, shown), posixpath.dirname(where) or ".")


def _breakable(name: re.Match[str]) -> str:
    return BREAKS.sub(r"\1<wbr>", name[0])


def _said(text: str, where: str) -> str:
    return TO_FRENCH[text] if where.startswith(FRENCH) else text
