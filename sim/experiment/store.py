"""A store of results on disk: one Parquet file a unit of work, named by its content's key.

A file is there whole or not at all: it is written beside its place and moved there at
once. So a process may be killed at any moment, and two may work on one store: both would
write the same bytes. What cannot be read is as if it were not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import InputError, Problem
from sim.experiment.files import write_whole

SUFFIX = ".parquet"
LETTERS_OF_A_FOLDER = 2


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
            told = f"cannot be made: {wrong.strerror}"
            raise InputError(Problem("--store", str(folder), told, "name a folder")) from None
        return cls(place)

    @classmethod
    def given(cls, store: Store | Path | str | None) -> Store | None:
        """A store, or the one in a folder; None for none."""
        return store if isinstance(store, Store) or store is None else cls.at(store)

    def file(self, key: str) -> Path:
        """Where the result of a key stands, or would."""
        return self.folder / key[:LETTERS_OF_A_FOLDER] / f"{key}{SUFFIX}"

    def __contains__(self, key: str) -> bool:
        return self.file(key).is_file()

    def load(self, key: str) -> Any:
        """The table of a key; None where it is not there, or not whole."""
        from pyarrow import ArrowException
        from pyarrow.parquet import read_table

        file = self.file(key)
        if not file.is_file():
            return None
        try:
            return read_table(file, partitioning=None)
        except (ArrowException, OSError):
            return None

    def save(self, key: str, table: Any) -> None:
        """Keep a table under a key; `InputError` where the disk does not take it."""
        from pyarrow.parquet import write_table

        file = self.file(key)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(file, lambda part: write_table(table, part, compression="zstd"))
        except OSError as wrong:
            told = f"cannot be written: {wrong.strerror}"
            raise InputError(Problem("--store", str(file), told, "free or name a disk")) from None
