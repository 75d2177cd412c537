"""Answers as tables, so that a store keeps them: one row a number, and back again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sim.planning.brought import Brought, Tried
from sim.planning.evaluate import Evaluation
from sim.planning.sizing import SizingPoint
from sim.planning.world import Answer, World

COLUMNS = ("part", "year", "name", "value", "error")
GUARDRAILS = ("queue", "load")
JOINED = "+"
ANSWER, POINT, BROUGHT, TRIED, RESPONSE = "answer", "point", "brought", "tried", "response"
ONCE = ("lasting", "delayed", "where_it_queues", "at_most_unanswered")
POINTS = ("sizing", "without_ceiling")
OF_BROUGHT = ("multiplier", "reached_at_most", "least_posts", "intensity")
OF_TRIED = ("at_sizing", "reached_at_most", "least_posts")
NO_YEAR = 0
NOTHING = float("nan")

Row = tuple[str, int, str, float, float]


def table_of(answer: Answer) -> Any:
    """A pyarrow table of all numbers of an answer: part, year, name, value, error."""
    import pyarrow as pa

    rows = list(_rows(answer))
    columns = dict(zip(COLUMNS, zip(*rows, strict=True), strict=True))
    types = (pa.string(), pa.int32(), pa.string(), pa.float64(), pa.float64())
    return pa.table({name: pa.array(columns[name], kind) for name, kind in _paired(types)})


def _paired(types: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    return zip(COLUMNS, types, strict=True)


def _rows(answer: Answer) -> Iterator[Row]:
    yield from _numbers(
        ANSWER,
        {
            "today_posts": answer.today_posts,
            "most_posts": answer.most_posts,
            "evaluations": answer.evaluations,
            **({"hired_by": answer.hired_by.toordinal()} if answer.hired_by else {}),
        },
    )
    yield from _evaluated("today", answer.today)
    for name in POINTS:
        yield from _point(name, getattr(answer, name))
    for name in ONCE:
        yield from _evaluated(name, getattr(answer, name))
    for response, evaluation in (answer.by_response or {}).items():
        yield from _evaluated(f"{RESPONSE}:{response!r}", evaluation)
    for each in answer.brought:
        part = f"{BROUGHT}:{JOINED.join(each.names)}"
        yield from _evaluated(part, each.at_sizing)
        yield from _numbers(part, {name: getattr(each, name) for name in OF_BROUGHT})
    for tried in answer.tried:
        part = f"{TRIED}:{JOINED.join(tried.names)}"
        yield from _numbers(part, {name: getattr(tried, name) for name in OF_TRIED})


def _numbers(part: str, numbers: Mapping[str, float]) -> Iterator[Row]:
    for name, value in numbers.items():
        yield part, NO_YEAR, name, float(value), NOTHING


def _evaluated(part: str, found: Evaluation | None) -> Iterator[Row]:
    if found is None:
        return
    yield from _numbers(part, {"cell posts": found.posts, "cell multiplier": found.multiplier})
    for year, values in found.values.items():
        for name, value in values.items():
            yield part, year, name, value, found.errors[year][name]
    for month, value in found.by_month.items():
        yield f"{part}:month", NO_YEAR, month, value, NOTHING


def _point(name: str, point: SizingPoint | None) -> Iterator[Row]:
    if point is None:
        return
    yield from _evaluated(name, point.evaluation)
    (a, b), (c, d) = point.slopes
    numbers = {
        "posts": point.posts,
        "search_error": point.search_error,
        "noise": point.noise,
        "multiplier": point.multiplier,
        "binding": GUARDRAILS.index(point.binding),
        **dict(zip("abcd", (a, b, c, d), strict=True)),
    }
    yield from _numbers(f"{POINT}:{name}", numbers)


def answer_of(table: Any, world: World) -> Answer:
    """The answer of a world from its table."""
    parts: dict[str, list[Row]] = {}
    columns = [table.column(name).to_pylist() for name in COLUMNS]
    for row in zip(*columns, strict=True):
        parts.setdefault(row[0], []).append(row)
    plain = _plain(parts[ANSWER])
    hired_by = plain.get("hired_by")
    responses = [part for part in parts if part.startswith(f"{RESPONSE}:")]
    return Answer(
        reading=world.reading,
        draw=world.draw,
        target=world.scenario.target,
        hiring_start=world.scenario.posts.hiring_start,
        today_posts=int(plain["today_posts"]),
        most_posts=int(plain["most_posts"]),
        today=_evaluation(parts, "today"),
        **{name: _sizing(parts, name) for name in POINTS},  # type: ignore[arg-type]
        **{name: _evaluation(parts, name) if name in parts else None for name in ONCE},  # type: ignore[arg-type]
        by_response={float(part.partition(":")[2]): _evaluation(parts, part) for part in responses}
        or None,
        brought=tuple(_brought(parts, part) for part in parts if part.startswith(f"{BROUGHT}:")),
        tried=tuple(
            Tried(_names(part), **_plain(rows))
            for part, rows in parts.items()
            if part.startswith(f"{TRIED}:")
        ),
        hired_by=date.fromordinal(int(hired_by)) if hired_by else None,
        evaluations=int(plain["evaluations"]),
    )


def _names(part: str) -> tuple[str, ...]:
    joined = part.partition(":")[2]
    return tuple(joined.split(JOINED)) if joined else ()


def _plain(rows: list[Row]) -> dict[str, float]:
    """Numbers that belong to no year, by name."""
    return {name: value for _, year, name, value, _ in rows if year == NO_YEAR}


def _evaluation(parts: Mapping[str, list[Row]], part: str) -> Evaluation:
    values: dict[int, dict[str, float]] = {}
    errors: dict[int, dict[str, float]] = {}
    for _, year, name, value, error in parts[part]:
        if year != NO_YEAR:
            values.setdefault(year, {})[name] = value
            errors.setdefault(year, {})[name] = error
    plain = _plain(parts[part])
    months = _plain(parts.get(f"{part}:month", []))
    posts, multiplier = int(plain["cell posts"]), plain["cell multiplier"]
    return Evaluation(posts, multiplier, values, errors, months)


def _sizing(parts: Mapping[str, list[Row]], name: str) -> SizingPoint | None:
    if name not in parts:
        return None
    point = _plain(parts[f"{POINT}:{name}"])
    return SizingPoint(
        posts=int(point["posts"]),
        search_error=int(point["search_error"]),
        noise=point["noise"],
        multiplier=point["multiplier"],
        binding=GUARDRAILS[int(point["binding"])],
        evaluation=_evaluation(parts, name),
        slopes=((point["a"], point["b"]), (point["c"], point["d"])),
    )


def _brought(parts: Mapping[str, list[Row]], part: str) -> Brought:
    plain = _plain(parts[part])
    return Brought(
        names=_names(part),
        at_sizing=_evaluation(parts, part),
        **{name: plain[name] for name in OF_BROUGHT},
    )
