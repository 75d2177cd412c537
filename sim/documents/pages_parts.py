"""What the pages are made of: sections, tables, pictures; and how they write amounts."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.present.numbers import SPACE, millions
from sim.present.report_figures import as_svg
from sim.words import say, to_say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEVER_NAMES = {
    "shared_target": to_say("a shared target for entries"),
    "shorter_entry_delay": to_say("a shorter entry delay"),
    "open_to_social_actors": to_say("opening to other social actors"),
    "better_coordination": to_say("better coordination of counsellors and social workers"),
    "shared_facilitation": to_say("shared facilitation of the scheme"),
}
PAYER_NAMES = {
    "esf": to_say("ESF (European Social Fund)"),
    "pole_emploi": to_say("Pôle emploi (employment service)"),
    "departements": to_say("départements and social services"),
    "other": to_say("other payers"),
}


@dataclass(frozen=True)
class Paragraph:
    """A few sentences."""

    text: str
    kind = "paragraph"


@dataclass(frozen=True)
class Bullets:
    """A list of sentences."""

    items: Sequence[str]
    kind = "bullets"


@dataclass(frozen=True)
class Code:
    """Lines to be typed as they stand."""

    text: str
    kind = "code"


@dataclass(frozen=True)
class Row:
    """A row of a table; `kind` is 'total', 'part' (of the row above), 'group' or plain."""

    label: str
    cells: Sequence[str]
    kind: str = "plain"


@dataclass(frozen=True)
class PageTable:
    """A table of the pages. texts: columns, from 0, that hold sentences instead of numbers."""

    caption: str
    headings: Sequence[str]
    rows: Sequence[Row]
    note: str = ""
    texts: frozenset[int] = frozenset()
    kind = "table"


@dataclass(frozen=True)
class Picture:
    """A picture with its caption, and what it shows in words for those who do not see it."""

    source: str
    caption: str
    alt: str


@dataclass(frozen=True)
class Pictures:
    """Pictures beside each other where there is room."""

    pictures: Sequence[Picture]
    kind = "pictures"


Block = Paragraph | Bullets | Code | PageTable | Pictures


@dataclass(frozen=True)
class Section:
    """A chapter of the pages. key: its anchor."""

    key: str
    title: str
    blocks: Sequence[Block]


def picture(draw: Callable[[], Figure], caption: str, alt: str) -> Picture:
    """What `draw` draws, held in the page itself."""
    held = base64.b64encode(as_svg(draw).encode()).decode()
    return Picture(f"data:image/svg+xml;base64,{held}", caption, alt)


def in_millions(amount: float | Decimal) -> str:
    """An amount in millions of euros with its unit; in words where there is none."""
    return f"{millions(amount)}{SPACE}M€" if isfinite(amount) else say("out of reach")


def reachable(value: float, show: Callable[[float], str]) -> str:
    """What is needed; in words where no number in reach is enough."""
    return show(value) if isfinite(value) else say("out of reach")


def listed(parts: Sequence[str]) -> str:
    """Parts in a row: 'a, b and c'."""
    if len(parts) < 2:
        return "".join(parts)
    return say("{first} and {last}", first=", ".join(parts[:-1]), last=parts[-1])


def levers_named(names: Sequence[str]) -> str:
    """Levers in words."""
    return listed([say(LEVER_NAMES[name]) for name in names]) if names else say("without levers")


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as plain mappings."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]
