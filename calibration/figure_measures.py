"""What a figure can measure: name, unit, bounds and error, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sim.observed_figures import observed
from sim.quantities import Quantity

PORTFOLIOS = "portfolios_in_december"
ENTRIES = "entries"
PUBLISHED_YEARS = (2018, 2020)
FIRST_YEAR, LAST_YEAR = 2018, 2040
FIRST_DECEMBER = 2015  # of portfolios, which are known before the first figure

ERROR_OF_OTHERS = Quantity(
    0.03, source="assumption: no error was given with the figure, nor is one known of this measure"
)
NO_ERROR = Quantity(0.0, source="input: taken as it is")


@dataclass(frozen=True)
class Measure:
    """A measure that a figure can be of.

    lowest, highest: of a value, both allowed; whole: it counts people or events;
    fitted: False for what is input to the calibration; example, period: a made-up
    figure for the template.
    """

    name: str
    unit: str
    what: str
    lowest: float
    highest: float
    example: float
    whole: bool = False
    fitted: bool = True
    period: str = "2021"

    @property
    def error(self) -> Quantity:
        """The relative standard deviation of a figure that comes without one."""
        if not self.fitted:
            return NO_ERROR
        series = observed().get(self.name)
        known = series.error if series else None
        return ERROR_OF_OTHERS if known is None else known


def _people(name: str, what: str, example: float) -> Measure:
    return Measure(name, "people", what, 1, 2_000_000, example, whole=True)


def _mean_people(name: str, what: str, example: float, period: str = "2021") -> Measure:
    return Measure(name, "people", what, 0.01, 2_000_000, example, period=period)


def _days(name: str, what: str, example: float, highest: float = 1000) -> Measure:
    return Measure(name, "days", what, 0.01, highest, example)


_ALL = (
    _people(ENTRIES, "people who took a place in the period", 95_000),
    _people("orientations", "people oriented in the period, all channels", 118_000),
    _people("orientations_employment_service", "of them by the employment service", 76_000),
    _people("orientations_social_service", "of them by social workers", 42_000),
    _days("entry_delay", "mean days from orientation to entry of those who entered", 22.5),
    _days("process_delay", "its part before the person is ready for the diagnosis", 18.0),
    _days("queue_delay", "its part in the entry queue", 4.5),
    _days("parcours_duration", "mean days of the parcours that ended in the period", 196, 2000),
    Measure(
        "load",
        "people per portfolio",
        "people in a parcours per portfolio in service, mean of the period",
        0.01,
        500,
        44,
    ),
    _mean_people("stock", "people in a parcours, mean of the period", 50_500),
    _people("abandonments", "people who gave up before the diagnosis", 12_000),
    _people("refusals", "people who said no at the diagnosis", 9_000),
    _people("exits", "parcours that ended in the period", 94_000),
    _mean_people("waiting", "people in the entry queues, mean of the period", 1_200, "2021-03"),
    Measure(
        PORTFOLIOS,
        "portfolios",
        "portfolios in service at the end of December, net of vacancy",
        0.1,
        50_000,
        1_200,
        fitted=False,
    ),
)
MEASURES: Mapping[str, Measure] = MappingProxyType({each.name: each for each in _ALL})
