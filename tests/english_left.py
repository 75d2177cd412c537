"""What of a French text is English still: common words, points in numbers, ISO dates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape

IDENTIFIER = re.compile(r"[^\W\d]\w*(?:[._]\w+)+|\[[a-z]+\]")
TAG = re.compile(r"<[^>]+>")
ENGLISH = re.compile(
    r"\b(?:the|of|with|and|is|are|was|were|from|to|by|in|at|not|no|none|only|each|all|every|"
    r"that|what|who|them|they|their|under|over|than|more|less|most|least|for|how|mean|share|people|"
    r"posts?|levers?|days?|months?|years?|draws?|readings?|runs?|units?|cells?|noise|delays?|load|"
    r"entries|entry|exits|funded|target|seed|today|alone|together|unset|assumption|decision|"
    r"fitted|written|default|steps?)\b",
    re.IGNORECASE,
)
NUMBER = re.compile(r"\d\.\d|\d{4}-\d\d-\d\d|\d %")


def english_left(text: str, titles: Iterable[str] = ()) -> list[str]:
    """English words, points in numbers and ISO dates; identifiers and titles aside."""
    plain = unescape(TAG.sub(" ", text))
    for title in titles:
        plain = re.sub(r"\s+".join(map(re.escape, title.split())), " ", plain)
    plain = IDENTIFIER.sub(" ", plain)
    return ENGLISH.findall(plain) + NUMBER.findall(plain)
