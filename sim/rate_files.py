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
from sim.words import say, to_say

Table = Mapping[str, Any]
Document = dict[str, Any]

SHIPPED = "sim/data/rates.toml"
ENTRIES = ("value", "low", "high", "prices", "status", "source", "date")
CHOICES = {"indirect.method": METHODS, "esf.reading": READINGS}
FROM_PYTHON = "rates"
TABLES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv")
RATES = to_say("rates")


@cache
def shipped_rates() -> Rates:
    """The rates that come with agsim."""
    document = toml_document(data_files.rates(), RATES)
    return _read(document, SHIPPED)


def load_rates(path: str | Path | None = None) -> Rates:
    """The shipped rates, with those of a file laid over them.

    Raises `InputError` with every mistake of the file.
    """
    if path is None:
        return shipped_rates()
    if Path(path).suffix.lower() in TABLES:
        told = say("is a table; rates of --rates are a file of TOML")
        remedy = say("give it as --figures {file} (`agsim template` writes one to fill in)",
                     file=path)  # fmt: skip
        raise InputError(Problem(str(path), "", told, remedy))
    return _laid_over(shipped_rates(), toml_document(Path(path), RATES), str(path))


def changed(rates: Rates, changes: Mapping[str, Any], where: str = FROM_PYTHON) -> Rates:
    """Rates with some changed, by path; where: what messages and sources name."""
    return _laid_over(rates, nested(dict(changes)), where)


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
            yield Problem(where, path, say("is not a known rate"), nearest(key, under))
        elif _is_rate(under[key]):
            yield from _lay_rate(under[key], given, where, path)
        elif isinstance(under[key], dict):
            if isinstance(given, Mapping):
                yield from _lay(under[key], given, where, f"{path}.")
            else:
                remedy = nearest("", under[key])
                yield Problem(
                    where, path, say("is {given}, must be a table", given=shown(given)), remedy
                )
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
        Problem(where, f"{path}.{name}", say("is not an entry of a rate"), nearest(name, known))
        for name in table
        if name not in known
    ]
    if "value" not in table:
        problems.append(
            Problem(where, path, say("is a table without 'value'"), say("give it a value"))
        )
    numbers = {}
    for name in ("value", "low", "high"):
        if name in table:
            number = _decimal(table[name])
            if number is None:
                told = say(
                    "is {given}, must be a finite number ({unit})",
                    given=shown(table[name]),
                    unit=say(under["unit"]),
                )
                problems.append(Problem(where, f"{path}.{name}", told, say(under["meaning"])))
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
            say(
                "is {number}, must be between {least} and {most} {unit}",
                number=number,
                least=least,
                most=most,
                unit=say(under["unit"]),
            ),
            say(under["meaning"]),
        )
        for name, number in numbers.items()
        if not least <= number <= most
    ]
    if under.get("whole") and "value" in numbers and numbers["value"] % 1:
        told = say(
            "is {number}, must be a whole number ({unit})",
            number=numbers["value"],
            unit=say(under["unit"]),
        )
        problems.append(Problem(where, f"{path}.value", told, say(under["meaning"])))
    value = numbers.get("value")
    if value is not None and not (numbers.get("low", value) <= value <= numbers.get("high", value)):
        told = say("low, value and high are not in this order")
        problems.append(Problem(where, path, told, "low ≤ value ≤ high"))
    return problems


def _wrong_words(table: Table, where: str, path: str) -> Iterator[Problem]:
    for name in ("status", "source", "date"):
        if name in table and not isinstance(table[name], str):
            told = say("is {given}, must be a text", given=shown(table[name]))
            yield Problem(
                where, f"{path}.{name}", told, say("for example {example}", example='date = "2024"')
            )
    status = table.get("status")
    if isinstance(status, str) and status not in STATUSES:
        told = say("is {status}, which no rate can have", status=shown(status))
        yield Problem(where, f"{path}.status", told, nearest(status, STATUSES))
    prices = table.get("prices", 2020)
    if isinstance(prices, bool) or not isinstance(prices, int) or not 1999 <= prices <= 2100:
        told = say("is {prices}, must be a year", prices=shown(prices))
        yield Problem(where, f"{path}.prices", told, say("whose prices the rate has: 2024"))


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
    seen = shown(given)
    if allowed is not None:
        told = say("is {given}, must be one of {choices}", given=seen, choices=", ".join(allowed))
        return None if given in allowed else (told, nearest(str(given), allowed))
    if isinstance(now, date):
        fine = isinstance(given, date) and not isinstance(given, datetime)
        told = say("is {given}, must be a date", given=seen)
        return None if fine else (told, say("for example {example}", example="2023-12-31"))
    if isinstance(now, list):
        if not isinstance(given, (list, tuple)):
            told = say("is {given}, must be a list of codes of départements", given=seen)
            return told, say("for example {example}", example="['02', '2A']")
        known = departement_codes()
        unknown = [code for code in given if not isinstance(code, str) or code not in known]
        told = say("has {unknown}, which are no codes of départements", unknown=shown(unknown))
        return (told, say("such as '02', '2A', '971'")) if unknown else None
    told = say("is {given}, must be a text", given=seen)
    return None if isinstance(given, str) else (told, say("a source"))


def _contradictions(document: Document, where: str) -> Iterator[Problem]:
    """What each entry alone does not show: windows, codes listed twice, payers' shares."""
    for name, table in document["esf"]["programmes"].items():
        path = f"esf.programmes.{name}"
        if table["last"] < table["first"]:
            told = say(
                "the window is reversed: {last} is before {first}",
                last=table["last"],
                first=table["first"],
            )
            yield Problem(where, f"{path}.last", told, say("first day, then last day"))
        listed = [code for category in CATEGORIES for code in table[category]]
        twice = sorted({code for code in listed if listed.count(code) > 1})
        if twice:
            told = say(
                "lists {twice} in more than one category or more than once", twice=", ".join(twice)
            )
            yield Problem(where, path, told, say("name each département once"))
    for kind in PAID_KINDS:
        total = sum(_number(document["payers"][kind][payer]) for payer in PAYERS)
        if total != 1:
            told = say(
                "the shares of {payers} sum to {total}, must sum to 1",
                payers=", ".join(PAYERS),
                total=total,
            )
            yield Problem(where, f"payers.{kind}", told, say("name all three"))


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
