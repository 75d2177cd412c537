"""The sheet `costs`: rates of one's own beside those of `sim/data/rates.toml`.

A row counts where its own value is filled in; the others stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sim.errors import Problem, nearest
from sim.own_figures.cells import as_number, meaning, number_shown
from sim.own_figures.layout import KEY, YOUR_HIGH, YOUR_LOW, YOUR_SOURCE, YOUR_VALUE, is_called
from sim.own_figures.sheets import HEADING_ROWS, RawSheet
from sim.quantities import shown
from sim.rate_files import CHOICES, shipped_rates
from sim.rates import Rate
from sim.words import say

Costs = Mapping[str, Any]
YOURS = {"value": YOUR_VALUE, "low": YOUR_LOW, "high": YOUR_HIGH}


def read_costs(sheet: RawSheet, problems: list[Problem]) -> Costs:
    """Changes of the rates by key; mistakes are added to the problems."""
    header = next(
        (
            row
            for row in range(min(len(sheet.rows), HEADING_ROWS))
            if any(is_called(each, KEY) for each in sheet.rows[row])
        ),
        None,
    )
    columns = {} if header is None else _columns(sheet, header)
    missing = [each for each in (KEY, YOUR_VALUE) if each not in columns]
    if header is None or missing:
        where = "" if header is None else say("row {row}", row=header + 1)
        for name in missing or [KEY]:
            told = say("has no column '{name}'", name=say(name))
            remedy = say("see the sheet of the template: agsim template FILE.xlsx")
            problems.append(Problem(sheet.where, where, told, remedy))
        return {}
    found: dict[str, Any] = {}
    rows: dict[str, int] = {}
    for row in range(header + 1, len(sheet.rows)):
        if not any(_filled(sheet, row, columns, each) for each in (*YOURS.values(), YOUR_SOURCE)):
            continue
        key = str(sheet.cell(row, columns[KEY]))
        if key not in shipped_rates().by_path and key not in CHOICES:
            told = say("is {value}, no key of a rate", value=shown(key))
            known = (*shipped_rates().by_path, *CHOICES)
            _add(sheet, row, columns[KEY], KEY, told, nearest(key, known), problems)
        elif key in rows:
            told = say("is {key}, which row {row} is about already", key=key, row=rows[key] + 1)
            _add(sheet, row, columns[KEY], KEY, told, say("keep one of the two rows"), problems)
        else:
            rows[key] = row
            read = _choice if key in CHOICES else _rate
            found |= read(sheet, row, columns, key, problems)
    return found


def _columns(sheet: RawSheet, header: int) -> dict[str, int]:
    wanted = (KEY, *YOURS.values(), YOUR_SOURCE)
    return {
        heading: column
        for heading in wanted
        for column, cell in reversed(list(enumerate(sheet.rows[header])))
        if is_called(cell, heading)
    }


def _filled(sheet: RawSheet, row: int, columns: Mapping[str, int], heading: str) -> bool:
    return heading in columns and not sheet.is_empty(row, columns[heading])


def _add(
    sheet: RawSheet,
    row: int,
    column: int,
    heading: str,
    told: str,
    remedy: str,
    problems: list[Problem],
) -> None:
    key = sheet.key(row, column, say(heading))
    problems.append(Problem(sheet.where, key, told, remedy))


def _choice(
    sheet: RawSheet, row: int, columns: Mapping[str, int], key: str, problems: list[Problem]
) -> Costs:
    """A choice that is no number, such as the method of indirect costs."""
    value, allowed = sheet.cell(row, columns[YOUR_VALUE]), CHOICES[key]
    if value in allowed:
        return {key: value}
    told = say("is {value}, must be one of {allowed}", value=shown(value),
               allowed=", ".join(allowed))  # fmt: skip
    remedy = nearest(str(value), allowed)
    _add(sheet, row, columns[YOUR_VALUE], YOUR_VALUE, told, remedy, problems)
    return {}


def _rate(
    sheet: RawSheet, row: int, columns: Mapping[str, int], key: str, problems: list[Problem]
) -> Costs:
    rate, before = shipped_rates()[key], len(problems)
    if not _filled(sheet, row, columns, YOUR_VALUE):
        told = say("is empty, though the row has a low, a high or a source of your own")
        remedy = say("write the value, or empty the others")
        _add(sheet, row, columns[YOUR_VALUE], YOUR_VALUE, told, remedy, problems)
        return {}
    numbers: dict[str, float] = {}
    for name, heading in YOURS.items():
        if not _filled(sheet, row, columns, heading):
            continue
        column = columns[heading]
        value = meaning(
            sheet, row, column, say(heading),
            lambda raw: as_number(raw, sheet.decimal_comma), problems,
        )  # fmt: skip
        if value is None:
            continue
        if wrong := _out_of_bounds(rate, value):
            _add(sheet, row, column, heading, *wrong, problems)
        numbers[name] = value
    if len(problems) == before:
        low, high = (numbers.get(name, numbers["value"]) for name in ("low", "high"))
        if not low <= numbers["value"] <= high:
            said, least, most = map(number_shown, (numbers["value"], low, high))
            told = say("is {value}, outside your own low and high ({low} to {high})",
                       value=said, low=least, high=most)  # fmt: skip
            remedy = say("low, value and high in this order")
            _add(sheet, row, columns[YOUR_VALUE], YOUR_VALUE, told, remedy, problems)
    if len(problems) > before:
        return {}
    given: dict[str, Any] = {name: _exact(value) for name, value in numbers.items()}
    if _filled(sheet, row, columns, YOUR_SOURCE):
        given["source"] = str(sheet.cell(row, columns[YOUR_SOURCE]))
    return {key: given}


def _exact(value: float) -> int | float:
    return int(value) if value == int(value) else value


def _out_of_bounds(rate: Rate, value: float) -> tuple[str, str] | None:
    """What is wrong with a number of a rate, and the remedy."""
    unit = say(rate.unit)
    if not rate.least <= Decimal(str(value)) <= rate.most:
        least, most = number_shown(float(rate.least)), number_shown(float(rate.most))
        told = say("is {value}, must be from {least} to {most} ({unit})", value=number_shown(value),
                   least=least, most=most, unit=unit)  # fmt: skip
        if rate.most == 1 and 1 < value <= 100:
            return told, say("write {share} for {value} %", share=number_shown(value / 100),
                             value=number_shown(value))  # fmt: skip
        return told, say(rate.meaning)
    if rate.whole and value != int(value):
        told = say(
            "is {value}, must be a whole number ({unit})", value=number_shown(value), unit=unit
        )
        return told, say(rate.meaning)
    return None
