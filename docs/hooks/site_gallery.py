"""The page of pictures, from the list `pictures.toml`: a picture more is an entry more."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

LIST = Path(__file__).with_name("pictures.toml")
THUMBNAILS = "<!-- thumbnails -->"
HEAD = f"""# Pictures

Every picture of agsim with the lines that make it, in one notebook from top to bottom, and how to
read it. They are made from these very lines when the site is built, with few draws (they say how
many) so that this is quick: **look at their shape, quote no number of them**. What is worth quoting
takes the default number of draws.

{THUMBNAILS}

A figure shows itself in a notebook. To put one on a slide or into a document:

```text
figure.savefig("entries.png", dpi=200)    # or .svg and .pdf, which stay sharp at any size
```

`lang="fr"` gives it in French, `sim.speak("fr")` everything from then on. Commands that write
pictures do so with `--out`, as PNG for slides and SVG for documents.
"""
FILE = ".gif"


def gallery_page() -> str:
    """Parts with their pictures, each with its lines and how to read it."""
    parts = tomllib.loads(LIST.read_text(encoding="utf-8"))["part"]
    return "\n\n".join([HEAD, *(text for part in parts for text in _part(part))]) + "\n"


def _part(part: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {part['title']}"
    for picture in part["picture"]:
        yield f"### {picture['title']}"
        if "before" in picture:
            yield f"```sh\n{picture['before']}\n```"
        yield _drawn(picture) if "draw" in picture else _written(picture)
        yield picture["read"]
        if "draw" in picture and "command" in picture:
            yield f"The same from the command: `{picture['command']}`."


def _drawn(picture: Mapping[str, str]) -> str:
    make, draw, title = picture.get("make", "").strip(), picture["draw"], picture["title"]
    if FILE in draw:
        name = draw.split('"')[1]
        return "\n".join([f"<!-- shows: {name} | {title} -->", "```python", draw, "```"])
    french = f'{draw[:-1]}{"" if draw.endswith("()") else ", "}lang="fr")'
    marks = [f"<!-- shows: figure | {title} -->", f"<!-- shows: french | {title} -->"]
    lines = [*([make, ""] if make else []), f"figure = {draw}", f"french = {french}"]
    return "\n".join([*marks, "```python", *lines, "```"])


def _written(picture: Mapping[str, str]) -> str:
    mark = f"<!-- shows: {picture['file']} | {picture['title']} -->"
    return "\n".join([mark, "```sh", picture["command"], "```"])
