"""What mkdocs calls while it builds: pages and tables made from the code, never committed.

A page under `reference/` is made whole. Elsewhere `{{ name }}` on a line of its own stands
for one of `TABLES`; an unknown name stops the build. `<!-- heavy: why -->` is shown to readers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from markdown.extensions.toc import slugify
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from site_commands import commands_page
from site_library import library_page
from site_tables import (
    events_page,
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
    "reference/library.md": library_page,
    "reference/commands.md": commands_page,
    "reference/scenario.md": scenario_page,
    "reference/measures.md": measures_page,
    "reference/rates.md": rates_page,
    "reference/events.md": events_page,
}
TABLES: Mapping[str, Callable[[], str]] = {
    "priors": priors_table,
    "posterior": posterior_table,
    "readings": readings_table,
    "register": register_count,
    "scenarios": scenarios_table,
    "streams": streams_table,
    "versions": versions_table,
}
HEAVY = re.compile(r"^<!-- heavy: ([^>]+) -->\n", re.M)
PLACE = re.compile(r"^\{\{ (\w+) \}\}$", re.M)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Anchors begin with a letter: the theme's script stops at one that begins with a digit."""

    def anchor(heading: str, separator: str) -> str:
        plain = slugify(heading, separator)
        return f"part{separator}{plain}" if plain[:1].isdigit() else plain

    config.mdx_configs.setdefault("toc", {})["slugify"] = anchor
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages of the reference."""
    for path, made in PAGES.items():
        files.append(File.generated(config, path, content=made()))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Put tables in their places; tell before a heavy example why it is one."""

    def table(found: re.Match[str]) -> str:
        if found[1] not in TABLES:
            raise PluginError(f"{page.file.src_uri}: no table is named {found[1]}")
        return TABLES[found[1]]()

    return PLACE.sub(table, HEAVY.sub(r"*Heavy: \1.*\n\n", markdown))
