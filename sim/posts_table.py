"""Funded posts by département and date: a planner's own split in place of the synthetic one.

`posts.by_departement` of a scenario: the code of a département → dates and posts. Posts hold
from their date until the next one given.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import GetCoreSchemaHandler, TypeAdapter, ValidationError
from pydantic_core import core_schema

from sim.errors import nearest
from sim.quantities import Named, Timeline, shown
from sim.territory import departement_codes
from sim.words import say

MOST_POSTS = 50000
_TIMELINE = TypeAdapter(Timeline)


class PostsTable(Named[Timeline]):
    """Whole numbers of posts by code of a département and date; frozen, in the order of codes."""

    @property
    def dates(self) -> tuple[date, ...]:
        """All dates on which a département's posts are given, in their order."""
        return tuple(sorted({when for each in self.values() for when in each}))

    def at(self, when: date) -> dict[str, int]:
        """The posts in force on a date; before a département's first date its first."""
        return {code: int(each.at(when)) for code, each in self.items()}

    def plain(self) -> dict[str, dict[str, float]]:
        """The table as plain values, without dates that repeat the posts before them."""
        return {code: _changes(each) for code, each in self.items()}

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _as_table,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda table: table.plain()
            ),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        return {
            "type": "object",
            "propertyNames": {"enum": sorted(departement_codes())},
            "additionalProperties": {
                "type": "object",
                "propertyNames": {"pattern": r"^\d{4}(-\d{2}-\d{2})?$"},
                "additionalProperties": {"type": "integer", "minimum": 0, "maximum": MOST_POSTS},
                "minProperties": 1,
            },
        }


def _changes(posts: Timeline) -> dict[str, float]:
    kept: dict[str, float] = {}
    last = -1.0
    for when, value in posts.items():
        if value != last:
            kept[when.isoformat()] = last = float(value)
    return kept


def _as_table(raw: Any) -> PostsTable:
    if isinstance(raw, PostsTable):
        return raw
    if not isinstance(raw, Mapping):
        told = say("is {value}, must be a table of codes of départements", value=shown(raw))
        raise ValueError(told)
    return PostsTable({code: _posts_of(code, raw[code]) for code in sorted(raw, key=str)})


def _posts_of(code: Any, raw: Any) -> Timeline:
    if code not in departement_codes():
        remedy = nearest(str(code).zfill(2), departement_codes())
        told = say("'{code}' is no département, {remedy}", code=code, remedy=remedy)
        raise ValueError(told)
    try:
        posts: Timeline = _TIMELINE.validate_python(raw)
    except ValidationError as wrong:
        why = wrong.errors()[0]["ctx"]["error"]
        raise ValueError(say("at '{code}': {why}", code=code, why=why)) from None
    if not posts:
        why = say("is empty, must have a date and its posts")
        raise ValueError(say("at '{code}': {why}", code=code, why=why))
    for when, value in posts.items():
        if not 0 <= value <= MOST_POSTS or not float(value).is_integer():
            told = say(
                "at '{code}', {when}: is {value}, must be a whole number from 0 to {most} (posts)",
                code=code,
                when=when,
                value=f"{float(value):g}",
                most=MOST_POSTS,
            )
            raise ValueError(told)
    return posts
