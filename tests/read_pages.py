"""Reads the report's pages as a browser would: elements, their text, the numbers in it."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

ALONE = {"meta", "img", "br", "hr", "link", "input"}
NUMBER = re.compile(r"[+-]?\d+(?:[\u202f\u00a0]\d{3})*(?:[.,]\d+)?")
COMMENT = re.compile(r"<!-- (.*?) -->", re.S)


@dataclass
class Element:
    """An element of the page; parts: texts and elements inside, in their order."""

    tag: str
    attributes: dict[str, str]
    parts: list[Element | str] = field(default_factory=list)

    @property
    def elements(self) -> list[Element]:
        """All elements inside, in their order."""
        found = []
        for each in self.parts:
            if isinstance(each, Element):
                found += [each, *each.elements]
        return found

    def all(self, tag: str) -> list[Element]:
        """All elements of a tag inside."""
        return [each for each in self.elements if each.tag == tag]

    def by_id(self, name: str) -> Element:
        """The one element of that id."""
        (found,) = (each for each in self.elements if each.attributes.get("id") == name)
        return found

    @property
    def text(self) -> str:
        """All text inside."""
        return " ".join(each if isinstance(each, str) else each.text for each in self.parts)

    @property
    def numbers(self) -> list[float]:
        """The numbers in the text, in their order."""
        return numbers(self.text)


def numbers(text: str) -> list[float]:
    """The numbers in a text of either language, in their order."""
    return [
        float(re.sub("[\u202f\u00a0]", "", each).replace(",", ".")) for each in NUMBER.findall(text)
    ]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("page", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice"
        found = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].parts.append(found)
        if tag not in ALONE:
            self.open.append(found)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.open[-1].parts.append(data.strip())


def read(text: str) -> Element:
    """The page; AssertionError where tags are not balanced."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == [reader.root], f"<{reader.open[-1].tag}> is not closed"
    return reader.root


def words_of_picture(source: str) -> list[str]:
    """What is written in a picture that the page holds."""
    head, _, held = source.partition(",")
    assert head == "data:image/svg+xml;base64"
    return [each.strip() for each in COMMENT.findall(base64.b64decode(held).decode())]
