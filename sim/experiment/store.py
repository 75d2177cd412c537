"""A store of results on disk: one Parquet file a unit of work, named by its content's key.

A file is there whole or not at all: it is written beside its place and moved there at
once. So a process may be killed at any moment, and two may work on one store: both would
write the same bytes. What cannot be read is as if it were not there.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import InputError, Problem
from sim.experiment.files import LEFTOVER, write_whole
from sim.library_words import system_words
from sim.words import say

SUFFIX = ".parquet"
LETTERS_OF_A_FOLDER = 2
PARQUET_ENDS_WITH = b"PAR1"
SECONDS_OF_A_LEFTOVER = 600.0
# A unit's table is small: what helps to search large ones would be a third of its file.
SMALL: dict[str, Any] = {"compression": "zstd", "use_dictionary": False, "write_statistics": False}


@dataclass(frozen=True)
class Store:
    """A folder of results by key (`identity.key_of`); tables are those of pyarrow."""

    folder: Path

    @classmethod
    def at(cls, folder: Path | str) -> Store:
        """The store in a folder, made if needed; `InputError` where that cannot be."""
        place = Path(folder)
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError as wrong:
            told = say("cannot be made: {why}", why=system_words(wrong))
            raise InputError(Problem("--store", str(folder), told, say("name a folder"))) from None
        return cls(place)

    @classmethod
    def given(cls, store: Store | Path | str | None) -> Store | None:
        """A store, or the one in a folder; None for none."""
        return store if isinstance(store, Store) or store is None else cls.at(store)

    def file(self, key: str) -> Path:
        """Where the result of a key stands, or would."""
        return self.folder / key[:LETTERS_OF_A_FOLDER] / f"{key}{SUFFIX}"

    def __contains__(self, key: str) -> bool:
        """Whether a file of the key is there and was not cut short: quicker than a `load`."""
        try:
            with self.file(key).open("rb") as file:
                file.seek(-len(PARQUET_ENDS_WITH), os.SEEK_END)
                return file.read() == PARQUET_ENDS_WITH
        except OSError:
            return False

    def load(self, key: str) -> Any:
        """The table of a key; None where it is not there, or not whole."""
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile

        try:
            with ParquetFile(self.file(key)) as file:
                return file.read(use_threads=False)
        except (ArrowException, OSError):
            return None

    def save(self, key: str, table: Any) -> None:
        """Keep a table under a key; `InputError` where the disk does not take it."""
        from pyarrow.parquet import write_table

        file = self.file(key)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(file, lambda part: write_table(table, part, **SMALL))
        except OSError as wrong:
            told = say("cannot be written: {why}", why=system_words(wrong))
            raise InputError(
                Problem("--store", str(file), told, say("free or name a disk"))
            ) from None

    def sweep(self) -> None:
        """Remove what killed processes left half-written; whoever writes now is left alone."""
        before = time.time() - SECONDS_OF_A_LEFTOVER
        for part in self.folder.glob(f"{'?' * LETTERS_OF_A_FOLDER}/.*{LEFTOVER}"):
            with suppress(OSError):
                if part.stat().st_mtime < before:
                    part.unlink()
