"""From the table of people to measures: counts, what binds, tidy frames, books.

`tally` keeps the ledger (its passes over people are compiled), `books` proves that
nobody is lost, `frames` derives the measures that users see.
"""

from sim.measures.books import BooksError, check_books
from sim.measures.frames import MEASURES, UNITS, Derived, derived, tidy
from sim.measures.shares import group_names, sampling_errors, scaled_up
from sim.measures.tally import COUNTRY, Ledger, Sample, Tally

__all__ = [
    "COUNTRY",
    "MEASURES",
    "UNITS",
    "BooksError",
    "Derived",
    "Ledger",
    "Sample",
    "Tally",
    "check_books",
    "derived",
    "group_names",
    "sampling_errors",
    "scaled_up",
    "tidy",
]
