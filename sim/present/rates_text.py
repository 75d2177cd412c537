"""The register of rates: value, range, unit, source."""

from __future__ import annotations

from sim.present.numbers import date_text, exact, span
from sim.present.tables import wrapped
from sim.rates import GIVEN_IN, Rate, Rates
from sim.words import say, to_say

TOLD = to_say("{path} = {value} {unit}: {meaning}. {source}")
TOLD_WITH_PRICES = to_say("{path} = {value} {unit}, prices of {year}: {meaning}. {source}")


def rates_text(rates: Rates) -> str:
    """Every rate with its value, range, unit and source, and the choices beside them."""
    told = [
        f"indirect.method = {rates.method}",
        f"esf.reading = {rates.reading}",
        *(
            say(
                "{programme}: {window}. {source}",
                programme=each.name,
                window=say(
                    "{first} to {last}",
                    first=date_text(each.first),
                    last=date_text(each.last),
                ),
                source=say(each.source),
            )
            for each in rates.programmes
        ),
        *(_told(rate) for rate in rates.by_path.values()),
    ]
    return "\n".join(wrapped(each, "- ") for each in told)


def _told(rate: Rate) -> str:
    value = exact(rate.value)
    if rate.low != rate.high:
        value += f" ({span(exact(rate.low), exact(rate.high))})"
    return say(
        TOLD if rate.prices is None else TOLD_WITH_PRICES,
        path=rate.path,
        value=value,
        unit=say(rate.unit),
        year=rate.prices,
        meaning=say(rate.meaning),
        source=source_with_status(rate),
    )


def source_with_status(rate: Rate) -> str:
    """The source; before it what is no source: 'assumption', 'to be verified'."""
    if rate.status == "sourced":
        return source(rate)
    return say("{status}: {source}", status=say(rate.status), source=source(rate))


def source(rate: Rate) -> str:
    """Where a rate is from."""
    if rate.source.startswith(GIVEN_IN):
        return say("given in {where}", where=rate.source.removeprefix(GIVEN_IN))
    return say(rate.source)
