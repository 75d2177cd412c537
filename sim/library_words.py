"""What Python and its libraries say of bad input, in the language spoken.

They say it in English only. In English it is passed on as it is; in French the messages that
users may meet are said by the catalogue, others stay as the library has them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sim.words import say, to_say

OF_THE_SYSTEM = (
    to_say("No such file or directory"),
    to_say("Permission denied"),
    to_say("Not a directory"),
    to_say("Is a directory"),
    to_say("File exists"),
    to_say("File name too long"),
    to_say("No space left on device"),
    to_say("Read-only file system"),
    to_say("Input/output error"),
    to_say("embedded null byte"),
)

OF_CSV = (
    to_say("unexpected end of data"),
    to_say("line contains NUL"),
    to_say("new-line character seen in unquoted field - do you need to open the file with "
           "newline=''?"),
)  # fmt: skip

OF_TOML = (
    to_say("Cannot overwrite a value"),
    to_say("Escaped character is not a Unicode scalar value"),
    to_say("Expected '=' after a key in a key/value pair"),
    to_say("Expected ']' at the end of a table declaration"),
    to_say("Expected ']]' at the end of an array declaration"),
    to_say("Expected newline or end of document after a statement"),
    to_say("Invalid date or datetime"),
    to_say("Invalid hex value"),
    to_say("Invalid initial character for a key part"),
    to_say("Invalid statement"),
    to_say("Invalid value"),
    to_say("Unclosed array"),
    to_say("Unclosed inline table"),
    to_say("Unescaped '\\' in a string"),
    to_say("Unterminated string"),
    to_say("maximum recursion depth exceeded"),
    to_say("maximum recursion depth exceeded while calling a Python object"),
)
OF_TOML_WITH_A_PART = {
    r"Cannot declare (?P<part>.+) twice": to_say("Cannot declare {part} twice"),
    r"Cannot mutate immutable namespace (?P<part>.+)": to_say(
        "Cannot mutate immutable namespace {part}"
    ),
    r"Cannot redefine namespace (?P<part>.+)": to_say("Cannot redefine namespace {part}"),
    r"Duplicate inline table key (?P<part>.+)": to_say("Duplicate inline table key {part}"),
    r"Exceeds the limit \((?P<most>\d+) digits\) for integer string conversion: value has "
    r"(?P<digits>\d+) digits; use sys.set_int_max_str_digits\(\) to increase the limit": to_say(
        "Exceeds the limit ({most} digits) for integer string conversion: value has {digits} "
        "digits; use sys.set_int_max_str_digits() to increase the limit"
    ),
    r"Expected (?P<part>.+)": to_say("Expected {part}"),
    r"Found invalid character (?P<part>.+)": to_say("Found invalid character {part}"),
    r"Illegal character (?P<part>.+)": to_say("Illegal character {part}"),
}
_AT = re.compile(r"(.*) \(at line (\d+), column (\d+)\)", re.DOTALL)
_AT_END = re.compile(r"(.*) \(at end of document\)", re.DOTALL)

# pydantic's messages by the name of the mistake; what comes before 'must' is left out
OF_PYDANTIC = {
    "string_type": to_say("must be a valid string"),
    "string_too_short": to_say("string should have at least {min_length} character"),
    "int_type": to_say("must be a valid integer"),
    "int_parsing": to_say("must be a valid integer, unable to parse string as an integer"),
    "int_from_float": to_say("must be a valid integer, got a number with a fractional part"),
    "float_type": to_say("must be a valid number"),
    "finite_number": to_say("must be a finite number"),
    "bool_type": to_say("must be a valid boolean"),
    "tuple_type": to_say("must be a valid tuple"),
    "greater_than_equal": to_say("must be greater than or equal to {ge}"),
    "less_than_equal": to_say("must be less than or equal to {le}"),
    "is_instance_of": to_say("must be an instance of {class}"),
}


def system_words(wrong: OSError) -> str:
    """Why the system refused a file."""
    return say(wrong.strerror or str(wrong))


def csv_words(wrong: Exception) -> str:
    """Why a line is no CSV."""
    return say(str(wrong))


def toml_words(wrong: Exception) -> str:
    """Why a text is no TOML, and where."""
    message = str(wrong)
    if found := _AT.fullmatch(message):
        fault, line, column = found.groups()
        return say(
            "{fault} (at line {line}, column {column})",
            fault=_fault(fault),
            line=line,
            column=column,
        )
    if found := _AT_END.fullmatch(message):
        return say("{fault} (at end of document)", fault=_fault(found[1]))
    return _fault(message)


def _fault(message: str) -> str:
    for pattern, told in OF_TOML_WITH_A_PART.items():
        found = re.fullmatch(pattern, message)
        if found and message not in OF_TOML:
            return say(told, **found.groupdict())
    return say(message)


def pydantic_words(error: Mapping[str, Any]) -> str:
    """What a value must be, of one of pydantic's errors."""
    message = error["msg"][0].lower() + error["msg"][1:]
    own = message.replace("input should", "must")
    told = OF_PYDANTIC.get(error["type"])
    values = error.get("ctx", {})
    return own if told is None or told.format(**values) != own else say(told, **values)


def choices_words(error: Mapping[str, Any]) -> str:
    """The choices that pydantic names: "'a', 'b' or 'c'"."""
    first, _, last = str(error["ctx"]["expected"]).rpartition(" or ")
    return say("{first} or {last}", first=first, last=last) if first else last
