"""From the table of people to measures: tallies, what binds, tidy frames, books.

`tally` counts, `binding` says what people waited for, `books` proves that
nobody is lost, `frames` derives the measures that users see.
"""

from sim.measures.binding import Binding, binding
from sim.measures.books import BooksError, check_books
from sim.measures.frames import MEASURES, UNITS, Derived, derived, tidy
from sim.measures.tally import Tally, tally

__all__ = [
    "MEASURES",
    "UNITS",
    "Binding",
    "BooksError",
    "Derived",
    "Tally",
    "binding",
    "check_books",
    "derived",
    "tally",
    "tidy",
]
