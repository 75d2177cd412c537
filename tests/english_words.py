"""English that is left over in a French text."""

from __future__ import annotations

import re

# Words of English grammar that are no French words.
ENGLISH = (
    "the of is are must with and for not to from has have be was were this that which only than "
    "each whose there their those these by under between into when where if but while its it"
)
_WORDS = re.compile(rf"(?<![\w.'’-])({'|'.join(ENGLISH.split())})(?![\w.'’=-])", re.IGNORECASE)
# What users write or read as it is, in both languages: code, quoted values, options, keys.
_AS_IT_IS = re.compile(
    r"`[^`]*`|(?<!\w)'[^'\s]*'(?!\w)|\"[^\"\s]*\"|\[[^\]\n]*\]|--[\w-]+|\b\w+(?:[._]\w+)+\b"
)


def english_left(text: str) -> list[str]:
    """English words of a text, those in code, quotes and keys aside."""
    return _WORDS.findall(_AS_IT_IS.sub(" ", text))
