"""The way of a person through the model as a picture, its words from the code's own names.

An SVG inside the page: it takes the colour of the page's text, so both colour modes can read it.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.measures.event_schema import Activity

WIDTH, HEIGHT = 470, 566
LEFT, RIGHT, TALL = 10, 300, 58
COLUMN, SIDE = 210, 160
# Steps of the main column: what happens, the event, and what lies between it and the next.
STEPS = (
    ("someone proposes AG", Activity.ORIENTED, "process delay"),
    ("entry queue of the pool", Activity.READY, "a place and a slot are free"),
    ("shared diagnosis", Activity.DIAGNOSED, "agrees"),
    ("parcours in a portfolio", Activity.ENTERED, "duration"),
    ("the place is free", Activity.EXITED, ""),
)
APART = 120
# Ways out beside it: what happens, the event, after which step.
WAYS_OUT = (("patience has ended", Activity.ABANDONED, 1), ("says no", Activity.REFUSED, 2))
GIVES_UP_EARLY = 0


def overview() -> str:
    """The diagram as one element of a page."""
    parts = [
        *(part for step in enumerate(STEPS) for part in _step(*step)),
        *(part for way in WAYS_OUT for part in _way_out(*way)),
        *_early(),
        *_portfolio(),
    ]
    head = (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" xmlns="http://www.w3.org/2000/svg" '
        'aria-label="From orientation through queue, diagnosis and parcours to the exit">'
    )
    arrow = (
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>'
    )
    return f'<figure class="diagram">{head}{arrow}{"".join(parts)}</svg></figure>'


def _top(step: int) -> int:
    return 14 + step * APART


def _step(number: int, told: tuple[str, Activity, str]) -> Iterator[str]:
    what, event, between = told
    yield _box(LEFT, _top(number), COLUMN, what, event)
    if between:
        middle, below = LEFT + COLUMN // 2, _top(number) + TALL
        yield _line(f"M{middle} {below}V{_top(number + 1) - 2}")
        yield _text(middle + 8, below + 36, between, "start", "note")


def _way_out(what: str, event: Activity, after: int) -> Iterator[str]:
    top = _top(after)
    yield _box(RIGHT, top, SIDE, what, event)
    yield _line(f"M{LEFT + COLUMN} {top + TALL // 2}H{RIGHT - 2}")


def _early() -> Iterator[str]:
    """Patience may end during the process delay too."""
    across, top = RIGHT + SIDE // 2, _top(GIVES_UP_EARLY) + TALL // 2
    yield _line(f"M{LEFT + COLUMN} {top}H{across}V{_top(1) - 2}")


def _portfolio() -> Iterator[str]:
    """The resource, with what holds it."""
    top = _top(3)
    yield _box(RIGHT, top, SIDE, "portfolio", None)
    yield _text(RIGHT + SIDE // 2, top + 44, "places, slots", "middle", "note")
    for end in (f"M{RIGHT} {top + TALL // 2}H{LEFT + COLUMN}", _slot(top)):
        yield _line(end, dashed=True)


def _slot(top: int) -> str:
    return f"M{RIGHT + 20} {top}V{top - 31}H{LEFT + COLUMN - 20}V{_top(2) + TALL}"


def _box(left: int, top: int, width: int, what: str, event: Activity | None) -> str:
    middle = left + width // 2
    name = "" if event is None else _text(middle, top + 44, event.name.lower(), "middle", "event")
    shape = f'<rect x="{left}" y="{top}" width="{width}" height="{TALL}" rx="6"/>'
    return shape + _text(middle, top + 24, what, "middle", "what") + name


def _text(left: int, top: int, text: str, anchor: str, kind: str) -> str:
    return f'<text x="{left}" y="{top}" text-anchor="{anchor}" class="{kind}">{text}</text>'


def _line(way: str, *, dashed: bool = False) -> str:
    return f'<path d="{way}" class="{"dashed" if dashed else "way"}"/>'
