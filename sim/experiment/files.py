"""Files that are written whole or not at all, and the manifest beside them."""

from __future__ import annotations

import json
import os
import platform
import tempfile
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sim.errors import InputError, Problem
from sim.library_words import system_words
from sim.scenario import Scenario
from sim.words import say

PACKAGES = ("agsim", "numpy", "scipy", "numba", "simpy", "pandas", "pyarrow", "pydantic")
LEFTOVER = ".part"


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a temporary file beside `path`, then put it in place at once."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=LEFTOVER)
    os.close(handle)
    part = Path(name)
    try:
        write(part)
        part.chmod(0o644)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file whole."""
    write_whole(path, lambda part: part.write_text(text, encoding="utf-8"))


def write_parquet(path: Path, frame: Any) -> None:
    """Write a pandas frame whole, as Parquet."""
    write_whole(path, lambda part: frame.to_parquet(part, index=False))


def folder_for_output(name: str) -> Path:
    """The folder for results, made if needed; `InputError` where that cannot be."""
    folder = Path(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as wrong:
        raise InputError(
            Problem(
                "--out",
                name,
                say("cannot be written to: {why}", why=system_words(wrong)),
                say("name a folder"),
            )
        ) from None
    return folder


def versions() -> dict[str, str]:
    """Versions of Python and of everything that decides the numbers."""
    found = {"python": platform.python_version(), "machine": platform.machine()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed as a package"
    return found


def manifest(
    scenarios: Mapping[str, Scenario], seed: int, settings: Mapping[str, Any]
) -> dict[str, Any]:
    """What is needed to make the same results again."""
    return {
        "seed": seed,
        **settings,
        "versions": versions(),
        "scenarios": {
            name: {
                "title": scenario.title,
                "fingerprint": scenario.fingerprint,
                "values": scenario.values,
            }
            for name, scenario in scenarios.items()
        },
    }


def write_manifest(folder: Path, content: Mapping[str, Any]) -> None:
    """Write manifest.json into a folder."""
    text = json.dumps(content, indent=2, ensure_ascii=False, sort_keys=False)
    write_text(folder / "manifest.json", text + "\n")
