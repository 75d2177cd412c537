"""Rates from files: the shipped ones, a user's laid over them, all mistakes told at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from sim import data_files
from sim.errors import InputError, Problem, nearest
from sim.levers import NAMES
from sim.quantities import Quantity, shown
from sim.rates import (
    CATEGORIES,
    GIVEN_IN,
    METHODS,
    PAID_KINDS,
    PAYERS,
    READINGS,
    STATUSES,
    Programme,
    Rate,
    Rates,
)
from sim.scenario_files import nested, toml_document
from sim.territory import departement_codes

Table = Mapping[str, Any]
Document = dict[str, Any]

SHIPPED = "sim/data/rates.toml"
ENTRIES = ("value", "low", "high", "prices", "status", "source", "date")
CHOICES = {"indirect.method": METHODS, "esf.reading": READINGS}
FROM_PYTHON = "rates"


@cache
def shipped_rates() -> Rates:
    """The rates that come with agsim."""
    document = toml_document(data_files.rates(), "rates")
    return _read(document, SHIPPED)


def load_rates(path: str | Path | None = None) -> Rates:
    """The shipped rates, with those of a file laid over them.

    Raises `InputError` with every mistake of the file.
    """
    if path is None:
        return shipped_rates()
    return _laid_over(shipped_rates(), toml_document(Path(path), "rates"), str(path))


def changed(rates: Rates, changes: Mapping[str, Any]) -> Rates:
    """Rates with some changed, by path."""
    return _laid_over(rates, nested(dict(changes)), FROM_PYTHON)


def cost_of_a_post_year() -> Quantity:
    """Loaded cost of a dedicated counsellor's post, euros a year, with its range and source."""
    rate = shipped_rates()["post_year"]
    return Quantity(float(rate.value), float(rate.low), float(rate.high), rate.told)


def cost_of_a_lever_year() -> Quantity:
    """What running one lever costs in a year, in posts: the mean of the levers."""
    each = [shipped_rates()[f"levers.{name}.posts"] for name in NAMES]
    value, low, high = (
        float(sum(getattr(rate, name) for rate in each) / len(each))
        for name in ("value", "low", "high")
    )
    return Quantity(value, low, high, each[0].told)


def _laid_over(rates: Rates, document: Table, where: str) -> Rates:
    merged: Document = deepcopy(dict(rates.document))
    problems = list(_lay(merged, document, where, ""))
    if problems:
        raise InputError(problems)
    problems = list(_contradictions(merged, where))
    if problems:
        raise InputError(problems)
    return _read(merged, where)


def _lay(under: Document, over: Table, where: str, prefix: str) -> Iterator[Problem]:
    """Lay a table over another, key by key; what is wrong with it."""
    for key, given in over.items():
        path = f"{prefix}{key}"
        if key not in under:
            yield Problem(where, path, "is not a known rate", nearest(key, under))
        elif _is_rate(under[key]):
            yield from _lay_rate(under[key], given, where, path)
        elif isinstance(under[key], dict):
            if isinstance(given, Mapping):
                yield from _lay(under[key], given, where, f"{path}.")
            else:
                remedy = nearest("", under[key])
                yield Problem(where, path, f"is {shown(given)}, must be a table", remedy)
        elif wrong := _wrong_choice(path, under[key], given):
            yield Problem(where, path, *wrong)
        else:
            under[key] = given


def _is_rate(table: Any) -> bool:
    return isinstance(table, dict) and "unit" in table


def _lay_rate(under: Document, given: Any, where: str, path: str) -> Iterator[Problem]:
    table = given if isinstance(given, Mapping) else {"value": given}
    known = [name for name in ENTRIES if name != "prices" or "prices" in under]
    problems = [
        Problem(where, f"{path}.{name}", "is not an entry of a rate", nearest(name, known))
        for name in table
        if name not in known
    ]
    if "value" not in table:
        problems.append(Problem(where, path, "is a table without 'value'", "give it a value"))
    numbers = {}
    for name in ("value", "low", "high"):
        if name in table:
            number = _decimal(table[name])
            if number is None:
                told = f"is {shown(table[name])}, must be a finite number ({under['unit']})"
                problems.append(Problem(where, f"{path}.{name}", told, under["meaning"]))
            else:
                numbers[name] = number
    problems += _out_of_bounds(under, numbers, where, path)
    problems += _wrong_words(table, where, path)
    yield from problems
    if not problems:
        source = GIVEN_IN + ("Python" if where == FROM_PYTHON else Path(where).name)
        about = {"status": "given", "source": source, "date": ""}
        value = numbers["value"]
        ends = {"low": numbers.get("low", value), "high": numbers.get("high", value)}
        under.update({**about, **dict(table), "value": value, **ends})


def _out_of_bounds(
    under: Document, numbers: Mapping[str, Decimal], where: str, path: str
) -> list[Problem]:
    least, most = Decimal(str(under["least"])), Decimal(str(under["most"]))
    problems = [
        Problem(
            where,
            f"{path}.{name}",
            f"is {number}, must be between {least} and {most} {under['unit']}",
            under["meaning"],
        )
        for name, number in numbers.items()
        if not least <= number <= most
    ]
    if under.get("whole") and "value" in numbers and numbers["value"] % 1:
        told = f"is {numbers['value']}, must be a whole number ({under['unit']})"
        problems.append(Problem(where, f"{path}.value", told, under["meaning"]))
    value = numbers.get("value")
    if value is not None and not (numbers.get("low", value) <= value <= numbers.get("high", value)):
        told = "low, value and high are not in this order"
        problems.append(Problem(where, path, told, "low ≤ value ≤ high"))
    return problems


def _wrong_words(table: Table, where: str, path: str) -> Iterator[Problem]:
    for name in ("status", "source", "date"):
        if name in table and not isinstance(table[name], str):
            told = f"is {shown(table[name])}, must be a text"
            yield Problem(where, f"{path}.{name}", told, 'for example date = "2024"')
    status = table.get("status")
    if isinstance(status, str) and status not in STATUSES:
        told = f"is {shown(status)}, which no rate can have"
        yield Problem(where, f"{path}.status", told, nearest(status, STATUSES))
    prices = table.get("prices", 2020)
    if isinstance(prices, bool) or not isinstance(prices, int) or not 1999 <= prices <= 2100:
        told = f"is {shown(prices)}, must be a year"
        yield Problem(where, f"{path}.prices", told, "whose prices the rate has: 2024")


def _decimal(raw: Any) -> Decimal | None:
    """A number as it was written, exactly; None for what is none."""
    if isinstance(raw, bool) or not isinstance(raw, (int, float, Decimal)):
        return None
    if isinstance(raw, int) and raw.bit_length() > 256:
        return None
    if isinstance(raw, float) and not math.isfinite(raw):
        return None
    number = Decimal(str(float(raw))) if isinstance(raw, float) else Decimal(raw)
    return number if number.is_finite() else None


def _wrong_choice(path: str, now: Any, given: Any) -> tuple[str, str] | None:
    """What is wrong with something that is not a number, and the remedy."""
    name = path.rpartition(".")[2]
    allowed = CHOICES.get(path) or (CATEGORIES if name == "otherwise" else None)
    if allowed is not None:
        told = f"is {shown(given)}, must be one of {', '.join(allowed)}"
        return None if given in allowed else (told, nearest(str(given), allowed))
    if isinstance(now, date):
        fine = isinstance(given, date) and not isinstance(given, datetime)
        return None if fine else (f"is {shown(given)}, must be a date", "for example 2023-12-31")
    if isinstance(now, list):
        if not isinstance(given, (list, tuple)):
            told = f"is {shown(given)}, must be a list of codes of départements"
            return told, "for example ['02', '2A']"
        known = departement_codes()
        unknown = [code for code in given if not isinstance(code, str) or code not in known]
        told = f"has {shown(unknown)}, which are no codes of départements"
        return (told, "such as '02', '2A', '971'") if unknown else None
    return None if isinstance(given, str) else (f"is {shown(given)}, must be a text", "a source")


def _contradictions(document: Document, where: str) -> Iterator[Problem]:
    """What each entry alone does not show: windows, codes listed twice, payers' shares."""
    for name, table in document["esf"]["programmes"].items():
        path = f"esf.programmes.{name}"
        if table["last"] < table["first"]:
            told = f"the window is reversed: {table['last']} is before {table['first']}"
            yield Problem(where, f"{path}.last", told, "first day, then last day")
        listed = [code for category in CATEGORIES for code in table[category]]
        twice = sorted({code for code in listed if listed.count(code) > 1})
        if twice:
            told = f"lists {', '.join(twice)} in more than one category or more than once"
            yield Problem(where, path, told, "name each département once")
    for kind in PAID_KINDS:
        total = sum(_number(document["payers"][kind][payer]) for payer in PAYERS)
        if total != 1:
            told = f"the shares of {', '.join(PAYERS)} sum to {total}, must sum to 1"
            yield Problem(where, f"payers.{kind}", told, "name all three")


def _number(table: Table) -> Decimal:
    return Decimal(str(table["value"]))


def _read(document: Document, where: str) -> Rates:
    """The rates of a whole document that holds no mistake."""
    programmes = tuple(
        _programme(name, table) for name, table in document["esf"]["programmes"].items()
    )
    return Rates(
        by_path={path: _rate(path, table) for path, table in _rates_of(document, "")},
        programmes=programmes,
        method=document["indirect"]["method"],
        reading=document["esf"]["reading"],
        where=where,
        document=document,
    )


def _rates_of(document: Table, prefix: str) -> Iterator[tuple[str, Table]]:
    for key, entry in document.items():
        if _is_rate(entry):
            yield f"{prefix}{key}", entry
        elif isinstance(entry, dict):
            yield from _rates_of(entry, f"{prefix}{key}.")


def _rate(path: str, table: Table) -> Rate:
    value = _number(table)
    return Rate(
        path=path,
        value=value,
        low=Decimal(str(table.get("low", value))),
        high=Decimal(str(table.get("high", value))),
        unit=table["unit"],
        meaning=table["meaning"],
        status=table["status"],
        source=table["source"],
        date=table["date"],
        prices=table.get("prices"),
        least=Decimal(str(table["least"])),
        most=Decimal(str(table["most"])),
        whole=bool(table.get("whole", False)),
    )


def _programme(name: str, table: Table) -> Programme:
    otherwise: str = table["otherwise"]
    category = dict.fromkeys(departement_codes(), otherwise)
    category |= {code: each for each in CATEGORIES for code in table[each]}
    return Programme(name, table["first"], table["last"], category, table["source"])
