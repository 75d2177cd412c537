"""The register of rates: value, range, unit, source."""

from __future__ import annotations

from sim.present.tables import wrapped
from sim.rates import Rates


def rates_text(rates: Rates) -> str:
    """Every rate with its value, range, unit and source, and the choices beside them."""
    told = [
        f"indirect.method = {rates.method}",
        f"esf.reading = {rates.reading}",
        *(f"{each.name}: {each.first} to {each.last}. {each.source}" for each in rates.programmes),
    ]
    for rate in rates.by_path.values():
        spread = "" if rate.low == rate.high else f" ({rate.low} to {rate.high})"
        prices = "" if rate.prices is None else f", prices of {rate.prices}"
        told.append(
            f"{rate.path} = {rate.value}{spread} {rate.unit}{prices}: {rate.meaning}. {rate.told}"
        )
    return "\n".join(wrapped(each, "- ") for each in told)
