"""The panel as a page of its own: a notebook of one cell, served by Voilà."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from sim.errors import InputError, Problem
from sim.words import say

LOCAL = "127.0.0.1"


def notebook(
    name: str, values: Mapping[str, object], figures: str | None, draws: int, lang: str
) -> str:
    """A notebook that shows the panel of a scenario, as JSON.

    values: of the scenario by path, as TOML gives them; laid on it after the file of own figures.
    """
    lines = ["import sim", f"scenario = sim.load({name!r})"]
    if figures is not None:
        lines.append(f"scenario = sim.read_figures({figures!r}).on(scenario)")
    if values:
        lines[:0] = ["import datetime"]
        lines.append(f"scenario = scenario.with_({dict(values)!r})")
    lines.append(f"sim.panel(scenario, draws={draws}, lang={lang!r})")
    cell = "\n".join(lines)
    code: dict[str, object] = {
        "cell_type": "code", "id": "panel", "execution_count": None, "metadata": {},
        "outputs": [], "source": cell,
    }  # fmt: skip
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = {"cells": [code], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(book)


def check_port(port: int) -> None:
    """`InputError` where something else answers at a port: Voilà would quietly take another."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((LOCAL, port))
        except (OSError, OverflowError):
            told = say("{port} is taken, or is no port", port=port)
            remedy = say("name another one: --port {port}", port=port + 1 if port < 65535 else 8866)
            raise InputError(Problem("agsim panel", "--port", told, remedy)) from None


def serve(book: str, port: int, *, open_browser: bool) -> int:
    """Serve a notebook as a page until it is stopped; the exit code of Voilà.

    Only this machine can reach it; Voilà ends with the command. `InputError` where it is missing.
    """
    if find_spec("voila") is None or find_spec("ipywidgets") is None:
        remedy = say("install agsim with the extra `app`: pip install 'agsim[app]'")
        raise InputError(Problem("agsim panel", "", say("needs Voilà"), remedy))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "agsim.ipynb"
        path.write_text(book, encoding="utf-8")
        command = [sys.executable, "-m", "voila", str(path), f"--port={port}",
                   f"--Voila.ip={LOCAL}", "--show_tracebacks=True"]  # fmt: skip
        if not open_browser:
            command.append("--no-browser")
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with subprocess.Popen(command) as serving:
            try:
                return serving.wait()
            except KeyboardInterrupt:
                serving.terminate()
                return 0
