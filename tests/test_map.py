"""Maps of France: outlines that are whole, values on the right département, what stands on it."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.path import Path

from sim import data_files
from sim.present.map_figures import Classes, Look, map_figure, maps_figure, shades_of
from sim.present.map_shapes import HATCH
from sim.present.numbers import number, percent
from sim.present.outlines import (
    ENLARGED,
    OVERSEAS,
    around,
    enlarged,
    inside,
    outlines,
    region_borders,
    tiles,
)
from sim.territory import departement_codes, departements, regions
from sim.words import speaking

# Longitude, latitude.
CITIES = {
    "75": (2.3522, 48.8566), "13": (5.3698, 43.2965), "69": (4.8357, 45.7640),
    "31": (1.4442, 43.6047), "06": (7.2620, 43.7102), "44": (-1.5536, 47.2184),
    "33": (-0.5792, 44.8378), "59": (3.0573, 50.6292), "35": (-1.6778, 48.1173),
    "51": (4.0317, 49.2583), "42": (4.3872, 45.4397), "21": (5.0415, 47.3220),
    "29": (-4.4861, 48.3904), "87": (1.2611, 45.8336), "2A": (8.9722, 41.6217),
    "2B": (9.1490, 42.3063), "52": (5.1389, 48.1113), "93": (2.4397, 48.9086),
    "92": (2.2066, 48.8924), "94": (2.4556, 48.7904), "78": (2.1301, 48.8014),
    "91": (2.4294, 48.6238), "64": (-0.3708, 43.2951), "66": (2.8956, 42.6887),
    "48": (3.4990, 44.5181), "23": (1.8711, 46.1706), "50": (-1.0904, 49.1157),
    "62": (2.7775, 50.2910), "57": (6.1757, 49.1193), "68": (7.3389, 47.7508),
    "90": (6.8628, 47.6397), "04": (6.2360, 44.0925), "84": (5.0481, 44.0550),
    "32": (0.5850, 43.6465),
}  # fmt: skip


def lambert_93(longitude: float, latitude: float) -> tuple[float, float]:
    """Kilometres east and north in EPSG:2154 (IGN, NTG 71)."""
    n, c, false_east, false_north, e = 0.725607765, 11754255.426, 7e5, 12655612.05, 0.0824832568
    sine = np.sin(np.radians(latitude))
    isometric = np.arctanh(sine) - e * np.arctanh(e * sine)
    turned = n * np.radians(longitude - 3)
    radius = c * np.exp(-n * isometric)
    east, north = false_east + radius * np.sin(turned), false_north - radius * np.cos(turned)
    return float(east) / 1000, float(north) / 1000


def area(ring: np.ndarray) -> float:
    x, y = ring.T
    return abs(float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)))) / 2


class TestOutlines:
    def test_no_departement_is_missing_or_there_twice(self):
        assert set(outlines()) | set(OVERSEAS) == departement_codes()
        assert not set(outlines()) & set(OVERSEAS)
        assert len(outlines()) == 96
        assert set(tiles()) == set(OVERSEAS)
        assert data_files.outlines().stat().st_size < 150_000

    def test_rings_are_polygons_inside_france(self):
        for code, rings in outlines().items():
            for ring in rings:
                assert len(ring) >= 3, code
                assert len({tuple(point) for point in ring}) >= 3
                assert ring[:, 0].min() > 90
                assert ring[:, 0].max() < 1250
                assert ring[:, 1].min() > 6040
                assert ring[:, 1].max() < 7120
            assert area(rings[0]) == max(area(ring) for ring in rings)

    def test_areas_are_about_those_of_the_departements(self):
        """Square kilometres: the whole, Gironde the largest but for two, Paris the smallest."""
        sizes = {code: sum(map(area, rings)) for code, rings in outlines().items()}
        assert sum(sizes.values()) == pytest.approx(544_000, rel=0.03)
        assert min(sizes, key=lambda code: sizes[code]) == "75"
        assert sizes["75"] == pytest.approx(105, rel=0.25)
        assert sizes["52"] == pytest.approx(6_211, rel=0.06)

    def test_neighbours_share_their_border_to_the_point(self):
        sides = Counter(
            frozenset((tuple(a), tuple(b)))
            for rings in outlines().values()
            for ring in rings
            for a, b in zip(ring, np.roll(ring, -1, axis=0), strict=True)
        )
        assert set(sides.values()) <= {1, 2}
        shared = sum(count == 2 for count in sides.values())
        assert shared > 0.65 * len(sides)
        assert 0.2 * len(sides) < len(region_borders()) < 0.7 * len(sides)

    @pytest.mark.parametrize("code", CITIES)
    def test_cities_lie_in_their_departement_and_in_no_other(self, code: str):
        here = lambert_93(*CITIES[code])
        hit = {
            other
            for other, rings in outlines().items()
            for ring in rings
            if Path(ring).contains_point(here)
        }
        assert hit == {code}

    def test_codes_stand_inside_of_their_departement(self):
        assert set(inside()) == set(outlines())
        for code, point in inside().items():
            shape = enlarged()[code] if code in ENLARGED else outlines()[code]
            assert Path(shape[0]).contains_point(point), code

    def test_the_line_around_several_leaves_out_their_own_borders(self):
        """Of all départements it is the coast and the frontier, of one its outline."""
        one = {tuple(map(tuple, line)) for line in around(["52"])}
        assert len(one) == len(outlines()["52"][0])
        both = {tuple(map(tuple, line)) for line in around(["52", "10"])}
        other = {tuple(map(tuple, line)) for line in around(["10"])}
        assert both == one ^ other
        assert one & other
        assert len(list(around(regions()["Grand Est"]))) < sum(
            len(outlines()[code][0]) for code in regions()["Grand Est"]
        )
        assert list(around(["974"]))

    def test_what_is_beside_the_map_covers_nothing(self):
        land = np.concatenate([ring for rings in outlines().values() for ring in rings])
        beside = [*tiles().values(), *(ring for rings in enlarged().values() for ring in rings)]
        for ring in beside:
            low, high = ring.min(axis=0), ring.max(axis=0)
            assert not ((land > low) & (land < high)).all(axis=1).any()
        assert set(enlarged()) == set(ENLARGED)


class TestClasses:
    @given(st.lists(st.floats(-1e6, 1e6), max_size=60))
    def test_every_value_has_a_class_and_a_greater_one_no_lower(self, values: list[float]):
        classes = Classes.of(np.array(values))
        assert list(classes.limits) == sorted(set(classes.limits))
        found = [classes.number(each) for each in sorted(values)]
        assert found == sorted(found)
        assert all(0 <= each <= len(classes.limits) for each in found)
        assert len(classes.labels(number)) == len(classes.limits) + 1
        assert len(shades_of(len(classes.limits) + 1)) == len(classes.limits) + 1

    @given(st.lists(st.floats(0, 100), min_size=1, max_size=60), st.floats(0.1, 50))
    def test_classes_are_no_narrower_than_the_step(self, values: list[float], step: float):
        limits = np.array(Classes.of(np.array(values), step).limits)
        assert (np.diff(limits) >= step * (1 - 1e-9)).all()
        assert len(limits) <= 5
        if max(values) - min(values) <= step:
            assert not len(limits)

    @pytest.mark.parametrize(
        ("low", "high", "step"), [(19.1, 19.42, 0.05), (1010, 1049, 0), (1010, 1049, 5),
                                  (19.1, 20.2, 0.2)],
    )  # fmt: skip
    def test_values_near_one_number_are_told_apart_all_the_same(self, low, high, step):
        classes = Classes.of(np.linspace(low, high, 96), step)
        assert len(classes.limits) >= 2
        assert classes.number(low) != classes.number(high)

    def test_where_a_step_matters_classes_have_one_width_and_outliers_show(self):
        values = np.array([*np.linspace(14.2, 18.8, 97), 21.5, 24.7, 26.9, 28.1])
        assert Classes.of(values, 0.1).limits == Classes.of(values).limits
        wide = Classes.of(values, 1.9)
        assert wide.limits == (15, 18, 21, 24, 27)
        assert [wide.number(each) for each in (14.9, 28.1)] == [0, 5]
        assert Classes.of(values, 14).labels(number) == ["everywhere alike"]

    def test_a_limit_belongs_to_the_class_above(self):
        assert Classes((10.0,)).number(10.0) == 1
        assert Classes((10.0,)).labels(number) == ["below 10", "10 and more"]
        with speaking("fr"):
            assert Classes((1000.0,)).labels(number)[0] == "moins de 1\u202f000"


def coloured(figure, panel: int = 0) -> dict[str, str]:
    """The colour of each département whose shape is filled, by its outline."""
    where = {
        ring.tobytes(): code
        for shapes in (outlines(), {code: (ring,) for code, ring in tiles().items()})
        for code, rings in shapes.items()
        for ring in rings
    }
    found = {}
    for drawn in figure.axes[panel].collections:
        if not isinstance(drawn, PolyCollection) or not len(drawn.get_facecolor()):
            continue
        for k, path in enumerate(drawn.get_paths()):
            colours = drawn.get_facecolor()
            code = where.get(np.asarray(path.vertices[:-1]).tobytes())
            if code:
                hatched = HATCH if drawn.get_hatch() else ""
                found[code] = hatched or to_hex(colours[k % len(colours)])
    return found


def texts(figure) -> str:
    legend = figure.legends[0]
    on_maps = [each for axes in figure.axes for each in axes.texts]
    shown = [*figure.texts, *on_maps, legend.get_title(), *legend.get_texts()]
    return " ".join(" ".join(each.get_text() for each in shown).split())


class TestMap:
    def test_values_land_on_their_departement(self):
        values = pd.DataFrame(
            {
                "place": [each.code for each in departements()],
                "value": [1.0 if each.code in ("52", "974") else 0.0 for each in departements()],
            }
        )
        found = coloured(map_figure(values, Look("A", "B", limits=(0.5,))))
        assert set(found) == departement_codes()
        high = shades_of(2)[1]
        assert {code for code, colour in found.items() if colour == high} == {"52", "974"}

    def test_three_maps_share_their_classes(self):
        ordered = sorted(departement_codes())
        some = {
            f"{value} here": pd.DataFrame({"place": ordered, "value": value})
            for value in (0.05, 0.3, 0.95)
        }
        figure = maps_figure(some, Look("A", "B", write=percent, limits=(0.1, 0.5)))
        found = [set(coloured(figure, k).values()) for k in range(3)]
        assert found == [{shade} for shade in shades_of(3)]
        told = texts(figure)
        assert all(heading in told for heading in some)
        assert "10 % to 50 %" in told

    def test_what_is_marked_has_a_line_around_it_and_is_in_the_legend(self):
        values = pd.DataFrame({"place": sorted(departement_codes()), "value": np.arange(101.0)})
        plain = map_figure(values, Look("A", "B"))
        marked = map_figure(values, Look("A", "B", marked=[("10", "52"), ("974",)], mark="M"))
        lines = [
            sum(len(each.get_segments()) for each in figure.axes[0].collections
                if isinstance(each, LineCollection))
            for figure in (plain, marked)
        ]  # fmt: skip
        there = len(list(around(["10", "52"]))) + len(list(around(["974"])))
        assert lines[1] - lines[0] == 2 * there  # a pale line below a dark one
        assert "M" in texts(marked).split()
        assert "M" not in texts(plain).split()

    @pytest.mark.parametrize("lang", ["en", "fr"])
    def test_colours_are_told_apart_in_grey_and_codes_are_written_on_them(self, lang: str):
        with speaking(lang):
            values = pd.DataFrame({"place": sorted(departement_codes()), "value": np.arange(101.0)})
            told = texts(map_figure(values, Look("A", "B"))).split()
        assert departement_codes() <= set(told)
        grey = [np.dot(to_rgb(each), (0.2126, 0.7152, 0.0722)) for each in shades_of(6)]
        assert (np.diff(grey) < -0.07).all()
        near, far = (np.ptp([np.mean(to_rgb(each)) for each in shades_of(k)]) for k in (2, 6))
        assert near < far / 2

    def test_numbers_go_from_pale_to_deep(self):
        ordered = sorted(departement_codes())
        values = pd.DataFrame({"place": ordered, "value": np.arange(101.0)})
        found = coloured(map_figure(values, Look("A", "B", write=number)))
        order = [found[code] for code in ordered]
        assert list(dict.fromkeys(order)) == shades_of(6)
        assert len(set(shades_of(6))) == 6

    def test_places_without_a_value_are_hatched_and_told(self):
        values = pd.DataFrame({"place": ["52", "971", "08"], "value": [1.0, 2.0, np.nan]})
        figure = map_figure(values, Look("A", "B"))
        hatched = {code for code, colour in coloured(figure).items() if colour == HATCH}
        assert hatched == departement_codes() - {"52", "971"}
        assert "no value" in texts(figure)

    def test_the_picture_says_where_its_outlines_are_from(self):
        values = pd.DataFrame({"place": ["52"], "value": [1.0]})
        for lang in ("en", "fr"):
            with speaking(lang):
                told = texts(map_figure(values, Look("A", "B", tag="C", notes=["D."])))
            assert "CC BY 4.0" in told
            assert "Victor Cazanave" in told
            assert "C" in told.split()
            assert "D." in told.split()

    @pytest.mark.parametrize(
        ("place", "value", "says"),
        [
            (["99"], [1.0], "no département has the code 99"),
            (["52", "52"], [1.0, 2.0], "two values"),
        ],
    )
    def test_bad_places_are_refused(self, place: list[str], value: list[float], says: str):
        with pytest.raises(ValueError, match=says):
            map_figure(pd.DataFrame({"place": place, "value": value}), Look("A", "B"))
