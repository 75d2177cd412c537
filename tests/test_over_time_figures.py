"""Pictures of a run over time: entries beside figures and target, parts of the delay, loads."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from matplotlib.dates import date2num

import sim
from sim.experiment.results import Results
from sim.observed_figures import observed
from sim.present.delay_figures import PARTS
from sim.present.loads_figures import SPREAD

FIVE = {"territory.departements": ["08", "10", "51", "52", "88"], "horizon.end": "2023-01-01"}


@pytest.fixture(scope="module")
def national() -> Results:
    looked = sim.load("trend").with_({"horizon.end": "2023-01-01"})
    return sim.simulate(looked, reading="process", replications=2, share=0.05)


@pytest.fixture(scope="module")
def readings() -> Results:
    looked = sim.load("trend").with_({**FIVE, "target.people": 3000})
    return sim.simulate(looked, reading="all", replications=2)


def line(axes, start: str):
    """The one line whose label begins so."""
    (found,) = [each for each in axes.lines if str(each.get_label()).startswith(start)]
    return found


def area(axes, colour: str):
    """The corners of the one area of a colour."""
    (found,) = [
        each
        for each in axes.collections
        if len(each.get_facecolor()) and tuple(each.get_facecolor()[0][:3]) == to_rgba(colour)[:3]
    ]
    return found.get_paths()[0].vertices


def heights(corners, when: str) -> list[float]:
    """Where an area begins and ends at a month."""
    at = corners[np.isclose(corners[:, 0], date2num(np.datetime64(when)))][:, 1]
    return [at.min(), at.max()]


def value(results: Results, measure: str, period: str, reading: str = "process") -> float:
    means = results.mean("month")
    chosen = (
        (means["measure"] == measure) & (means["period"] == period) & (means["reading"] == reading)
    )
    return means[chosen]["value"].item()


class TestBeside:
    def test_published_entries_stand_as_a_months_mean_over_their_year(self, national):
        (axes,) = national.plot("entries").axes
        levels = [each for each in axes.lines if each.get_linewidth() == 2.4]
        seen = observed()["entries"].values
        assert len(levels) == len(seen) == 3
        for (year, people), level in zip(seen.items(), levels, strict=True):
            assert list(level.get_ydata()) == pytest.approx([people / 12] * 2)
            assert str(level.get_xdata()[0]) == f"{year}-01-01"

    def test_the_target_stands_over_its_year(self, national):
        (axes,) = national.plot("entries").axes
        target = line(axes, "target: 200")
        assert list(target.get_ydata()) == pytest.approx([200_000 / 12] * 2)
        assert [str(each)[:4] for each in target.get_xdata()] == ["2022", "2022"]

    def test_by_year_both_are_points(self, national):
        (axes,) = national.plot("entries", "year").axes
        assert list(line(axes, "working document").get_ydata()) == list(
            observed()["entries"].values.values()
        )
        assert list(line(axes, "target").get_ydata()) == [200_000]

    def test_delays_are_not_divided_by_months(self, national):
        (axes,) = national.plot("entry_delay").axes
        assert list(line(axes, "working document").get_ydata()) == [32.6, 32.6]

    def test_stocks_of_december_stand_in_december(self, national):
        (axes,) = national.plot("portfolios_at_end").axes
        points = line(axes, "working document")
        assert str(points.get_xdata()[0]) == "2018-12-01"
        assert list(points.get_ydata()) == [972, 1042, 1137]

    def test_people_supported_have_no_target_by_month(self):
        counted = {"target.measure": "people_supported", "target.people": 5000}
        results = sim.simulate(
            sim.load("trend").with_({**FIVE, **counted}), reading="process", replications=2
        )
        labels = [str(each.get_label()) for each in results.plot("people_supported").axes[0].lines]
        assert not [each for each in labels if each.startswith("target")]
        (axes,) = results.plot("people_supported", "year").axes
        assert list(line(axes, "target").get_ydata()) == [5000]

    def test_a_part_of_the_country_has_its_own_target_and_no_published_figures(self, readings):
        (axes,) = readings.plot("entries").axes
        labels = [str(each.get_label()) for each in axes.lines]
        assert not [each for each in labels if each.startswith("working document")]
        assert list(line(axes, "target: 3").get_ydata()) == [250, 250]

    def test_the_countrys_target_does_not_stand_beside_a_part(self):
        part = sim.load("trend").with_(FIVE)
        results = sim.simulate(part, reading="process", replications=2)
        (axes,) = results.plot("entries").axes
        assert not [each for each in axes.lines if str(each.get_label()).startswith("target")]
        assert axes.get_ylim()[1] < 2000


class TestDelay:
    def test_the_parts_stand_on_each_other_and_end_at_the_whole(self, national):
        (axes,) = national.plot_delay().axes
        process, queue = (heights(area(axes, colour), "2021-06-01") for colour in PARTS.values())
        assert process == pytest.approx([0, value(national, "process_delay", "2021-06")])
        assert queue[0] == pytest.approx(process[1])
        assert queue[1] == pytest.approx(value(national, "entry_delay", "2021-06"))

    def test_a_panel_a_reading_on_one_scale(self, readings):
        panels = readings.plot_delay().axes
        assert len(panels) == 5
        assert {each.get_title(loc="left") for each in panels} == set(sim.readings())
        assert len({each.get_ylim() for each in panels}) == 1
        for each in panels:
            assert not [
                one for one in each.lines if str(one.get_label()).startswith("working document")
            ]

    def test_both_ends_of_the_noise_are_drawn(self, readings):
        axes = readings.plot_delay().axes[0]
        whole = line(axes, "whole delay")
        low = line(axes, "95 %")
        high = list(axes.lines)[list(axes.lines).index(low) + 1]
        assert np.all(np.asarray(low.get_ydata()) < np.asarray(whole.get_ydata()))
        assert np.all(np.asarray(high.get_ydata()) > np.asarray(whole.get_ydata()))


class TestLoads:
    def test_the_range_is_that_of_eight_portfolios_of_ten(self, national):
        (axes,) = national.plot_loads().axes
        assert heights(area(axes, SPREAD), "2021-06-01") == pytest.approx(
            [value(national, name, "2021-06") for name in ("load_p10", "load_p90")]
        )

    def test_quantiles_are_in_order_and_hold_the_median(self, national):
        means = national.mean("month")
        wide = means.pivot_table(index="period", columns="measure", values="value")
        assert (wide["load_p10"] <= wide["load_p50"]).all()
        assert (wide["load_p50"] <= wide["load_p90"]).all()
        assert (wide["load_p10"] < wide["load_p90"]).any()

    def test_the_ceiling_is_the_scenarios_own(self):
        looked = sim.load("trend").with_({**FIVE, "target.mean_load": 44})
        results = sim.simulate(looked, reading="process", replications=2)
        (axes,) = results.plot_loads().axes
        assert set(line(axes, "ceiling").get_ydata()) == {44}


@pytest.mark.parametrize("draw", ["plot_delay", "plot_loads"])
def test_several_scenarios_are_told_apart_by_their_titles(draw):
    trend = sim.load("trend").with_(FIVE)
    more = trend.with_({"target.mean_load": 44}, title="Another ceiling")
    figure = getattr(sim.simulate([trend, more], reading="process", replications=2), draw)()
    titles = [each.get_title(loc="left").replace("\n", " ") for each in figure.axes]
    assert titles == [trend.title, more.title]
    if draw == "plot_loads":
        ceilings = [set(line(each, "ceiling").get_ydata()) for each in figure.axes]
        assert ceilings == [{50}, {44}]


@pytest.mark.parametrize(
    ("measure", "unit"),
    [("entries", "people a month"), ("load", "people"), ("waiting", "people"),
     ("entry_delay", "days")],
)  # fmt: skip
def test_people_who_stand_are_not_counted_by_month(national, measure, unit):
    (axes,) = national.plot(measure).axes
    assert axes.get_ylabel() == unit


@pytest.mark.parametrize("draw", ["plot_delay", "plot_loads"])
def test_in_french_nothing_is_left_in_english(national, draw):
    figure = getattr(national, draw)(lang="fr")
    told = [figure.get_suptitle(), *(each.get_text() for each in figure.legends[0].get_texts())]
    english = [getattr(national, draw)().get_suptitle()]
    english += [each.get_text() for each in getattr(national, draw)().legends[0].get_texts()]
    assert len(told) == len(english) > 3
    assert not set(told) & set(english)
