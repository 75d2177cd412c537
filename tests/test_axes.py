"""What all pictures share: titles, rows, the target's line, legends, writing on colours."""

from __future__ import annotations

import pytest
from matplotlib.colors import to_rgb

from calibration.pictures import READING_COLOURS
from sim.present.axes import keyed, rows_down, target_line, titled_above
from sim.present.picture import BLACK, COLOURS, WHITE, blank, writing_on
from sim.words import speaking

LONG = "What more posts bring with every lever there is, and with none of them " * 3


def lines_of_title(points: float) -> list[str]:
    figure, _ = blank(8)
    titled_above(figure, LONG, points)
    return figure.get_suptitle().splitlines()


@pytest.mark.parametrize("points", [10, 12, 14.4])
def test_a_title_ends_where_its_figure_does(points: float):
    figure, _ = blank(8)
    titled_above(figure, LONG, points)
    figure.draw_without_rendering()
    (title,) = figure.texts
    assert title.get_window_extent().x1 <= figure.bbox.width
    assert " ".join(title.get_text().split()) == LONG.strip()


def test_larger_letters_need_more_lines_and_a_break_stays():
    assert len(lines_of_title(10)) < len(lines_of_title(20))
    figure, _ = blank(8)
    titled_above(figure, "Pools\n")
    assert figure.get_suptitle() == "Pools\n"


def test_rows_stand_from_the_top_down_with_the_room_asked_for():
    _, (axes,) = blank()
    rows_down(axes, ["first", "second"], above=0.9, below=0.6)
    assert [each.get_text() for each in axes.get_yticklabels()] == ["first", "second"]
    assert axes.get_ylim() == (1.6, -0.9)
    shown = [each.get_visible() for each in (*axes.get_xgridlines(), *axes.get_ygridlines())]
    assert any(shown[: len(axes.get_xgridlines())])
    assert not any(shown[len(axes.get_xgridlines()) :])


@pytest.mark.parametrize(("lang", "told"), [("en", "target 1 000"), ("fr", "cible 1\u202f000")])
def test_the_target_stands_above_its_line(lang: str, told: str):
    _, (axes,) = blank()
    with speaking(lang):
        target_line(axes, 1000.0)
    (line,) = axes.lines
    assert list(line.get_xdata()) == [1000.0, 1000.0]
    assert [each.get_text() for each in axes.texts] == [told]


def test_a_lone_line_needs_no_legend_and_a_name_stands_once():
    figure, (left, right) = blank(columns=2)
    for axes in (left, right):
        axes.plot([0, 1], label="mean")
    keyed(figure, [left, right])
    assert not figure.legends
    right.plot([1, 0], label="median")
    keyed(figure, [left, right])
    (legend,) = figure.legends
    assert [each.get_text() for each in legend.get_texts()] == ["mean", "median"]


def test_writing_is_white_on_dark_colours_only():
    assert writing_on(BLACK) == WHITE
    assert writing_on(WHITE) == BLACK
    assert writing_on(WHITE, "#222222") == "#222222"
    white = {name for name, colour in READING_COLOURS.items() if writing_on(colour) == WHITE}
    assert white == {"process", "places", "uneven"}


@pytest.mark.parametrize("colour", COLOURS)
def test_writing_is_told_from_its_ground(colour: str):
    def light(name: str) -> float:
        parts = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
            for part in to_rgb(name)
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    dark, bright = sorted((light(colour), light(writing_on(colour))))
    assert (bright + 0.05) / (dark + 0.05) >= 3  # the contrast asked for of large letters
